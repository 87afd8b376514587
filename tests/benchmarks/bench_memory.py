"""What the product holds in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.aside import ask
from tests.benchmarks.conftest import Note
from tests.benchmarks.table import Budget, Row


@pytest.mark.parametrize("megabytes", [1024, 64])
def test_memory_with_a_series(benchmark: BenchmarkFixture, note: Note, chest: Path, megabytes: int) -> None:
    """The whole CT (145 MB of pixels) fits, or only `megabytes` of it may stay."""
    found = benchmark.pedantic(lambda: ask("product_memory", chest, megabytes), rounds=1)
    grown = found["most"] - found["before"]
    if megabytes == 1024:
        note(Row("memory of the empty window, MB", found["before"]))
    note(Row(f"memory that paging through a CT adds, {megabytes} MB allowed, MB", grown, budget=Budget(most=min(megabytes, 145) + 60)))


def test_memory_over_a_day(benchmark: BenchmarkFixture, note: Note) -> None:
    """One case after the other is drawn in (ten outlines of 400 corners), saved and left."""
    cases = 160
    found = benchmark.pedantic(lambda: ask("product_day", cases, 10, 400), rounds=1)
    note(Row(f"memory after {cases // 2} cases, MB", found["half"]))
    note(Row(f"… that {cases // 2} more add, MB", found["end"] - found["half"], budget=Budget(most=10)))
