"""How long a person waits for the window after the command."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.aside import ROUNDS, ask, missing
from tests.benchmarks.conftest import Note
from tests.benchmarks.table import Budget, Row, middle


def test_the_window_after_the_command(benchmark: BenchmarkFixture, note: Note) -> None:
    """Both sides take turns, so that what else the machine does hits both; the processor's time stands beside the clock's."""
    own: list[dict[str, Any]] = []
    peer: list[dict[str, Any]] = []
    with_peer = not missing("napari")

    def turn() -> None:
        if with_peer:
            peer.append(ask("napari_start"))

    ask("product_start")
    turn()
    benchmark.pedantic(lambda: own.append(ask("product_start")), setup=turn, rounds=ROUNDS)
    for name, words in (("wall", "command → usable window"), ("processor", "… the same, processor time")):
        there = middle([found[name] for found in peer[1:]]) if with_peer else None
        note(Row(words, middle([found[name] for found in own]), "napari", there, Budget(ratio=0.6)))


@pytest.mark.parametrize("words", ["--help"])
def test_the_answer_of_the_command_line(benchmark: BenchmarkFixture, note: Note, words: str) -> None:
    own: list[float] = []
    benchmark.pedantic(lambda: own.append(ask("product_command", words)["wall"]), rounds=2 * ROUNDS, warmup_rounds=1)
    note(Row("command → its help", middle(own), budget=Budget(most=150)))
