"""How long a person waits for the first image of a folder and for the whole series, and whether the window answers meanwhile."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from annotator.gui.window import MainWindow
from tests.benchmarks.aside import ROUNDS, ask, missing
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import Stalls, closed, idle, loaded, opened_window, painted, spin
from tests.benchmarks.table import Budget, Row, middle


@pytest.fixture(scope="module")
def simpleitk(chest: Path) -> dict[str, Any] | None:
    """What SimpleITK needs for the same folder."""
    return None if missing("SimpleITK") else ask("simpleitk_series", chest, ROUNDS)


def whole(peer: dict[str, Any] | None) -> float | None:
    """SimpleITK's time for the volume alone, without finding its files: the harder measure."""
    return middle(peer["pixels"]) if peer else None


def test_a_folder_until_its_images_are_there(
    benchmark: BenchmarkFixture, note: Note, chest: Path, lung_project: Path, simpleitk: dict[str, Any] | None
) -> None:
    first: list[float] = []
    every: list[float] = []
    stalls: list[float] = []

    def prepare() -> tuple[tuple[MainWindow], dict[str, Any]]:
        return (opened_window("--project", lung_project),), {}

    def open_it(window: MainWindow) -> None:
        watch = Stalls()
        watch.start()
        start = time.perf_counter()
        window.open_paths([chest])
        spin(lambda: painted(window))
        first.append(time.perf_counter() - start)
        spin(lambda: window.session.scanning is None and loaded(window))
        every.append(time.perf_counter() - start)
        stalls.append(watch.stop())
        idle()
        closed(window)

    benchmark.pedantic(open_it, setup=prepare, rounds=ROUNDS + 1)
    peer = whole(simpleitk)
    with_names = middle([a + b for a, b in zip(simpleitk["names"], simpleitk["pixels"], strict=True)]) if simpleitk else None
    note(Row("folder → first image, CT 275 × 512²", middle(first[1:]), "SimpleITK volume", peer, Budget(ratio=0.25)))
    note(Row("folder → whole series in memory", middle(every[1:]), "SimpleITK volume", peer, Budget(ratio=1.5)))
    note(Row("… beside finding the files and the volume", middle(every[1:]), "SimpleITK", with_names))
    note(Row("… longest stall of the window meanwhile", middle(stalls[1:]), budget=Budget(most=33)))
