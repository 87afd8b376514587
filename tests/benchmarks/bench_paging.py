"""How long the next slice takes to be on the screen."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.aside import ask, missing, needs_opengl
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import annotate, closed, idle, notch, opened, painted
from tests.benchmarks.table import Budget, Row, late, middle

FIRST, LAST, ANNOTATIONS = 100, 130, 50


@pytest.fixture(scope="module")
def napari(chest: Path) -> list[float] | None:
    """Seconds of napari for each step between the same slices."""
    if missing("napari"):
        return None
    needs_opengl()
    return list(ask("napari_slices", chest, FIRST, LAST, ANNOTATIONS)["step"])


def test_the_next_slice(benchmark: BenchmarkFixture, note: Note, chest: Path, lung_project: Path, napari: list[float] | None) -> None:
    """A notch of the wheel, through the whole window, until its event loop has nothing left to do."""
    hands = opened("--project", lung_project, chest)
    window = hands.window
    annotate(window, ANNOTATIONS, range(FIRST, LAST))
    window.session.show(FIRST)
    idle()
    hands.wait(lambda: painted(window), "the slice is painted")
    seen: list[float] = []
    place = {"step": 1}

    def settle() -> tuple[tuple[Any, ...], dict[str, Any]]:
        idle()
        if not FIRST < window.session.index + place["step"] < LAST:
            place["step"] = -place["step"]
        return (), {}

    def turn() -> None:
        start = time.perf_counter()
        notch(window.view, place["step"])
        seen.append(time.perf_counter() - start)
        assert painted(window)
        QApplication.processEvents()

    benchmark.pedantic(turn, setup=settle, rounds=300, warmup_rounds=20)
    times, seen = benchmark.stats.stats.data, seen[20:]
    closed(window)
    peer = middle(napari) if napari else None
    note(Row("next slice 512², 50 annotations: painted", middle(seen), "napari", peer, Budget(ratio=0.25)))
    note(Row("… p95", late(seen, 95), "napari", late(napari, 95) if napari else None))
    note(Row("… p99", late(seen, 99), "napari", late(napari, 99) if napari else None, Budget(most=16)))
    note(Row("… and everything beside it: lists, tree, words", middle(times), "napari", peer))
    note(Row("… p99", late(times, 99)))
