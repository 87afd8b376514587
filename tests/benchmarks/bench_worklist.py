"""What a worklist of 100 000 cases costs: to narrow it, and to find the next case, which is looked up in the project."""

from __future__ import annotations

import time
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from annotator.domain.course import State
from annotator.domain.person import Acting, Role
from annotator.domain.queue import Entry, Wanted
from annotator.workspace import worklist
from annotator.workspace.projects import create
from annotator.workspace.worklist import Worklist
from tests.benchmarks.conftest import Note
from tests.benchmarks.table import Budget, Row, late, middle

CASES, ROUNDS = 100_000, 20
STATES = (State.NEW, State.SECOND_PASS, State.REVIEW, State.ACCEPTED)
ROLES = {State.NEW: "specialist", State.SECOND_PASS: "annotator", State.REVIEW: "reviewer", State.ACCEPTED: ""}


def entries() -> list[Entry]:
    """Cases of every state, some given to one of ten people."""
    return [
        Entry(f"1.2.3.{n}", f"P{n:06d}", "S001", "CCT", "malignant", STATES[n % 4], ROLES[STATES[n % 4]], f"p{n % 10}" if n % 3 else "",
              images=150, drew=("김",) if n % 4 else ())
        for n in range(CASES)
    ]  # fmt: skip


def test_worklist_of_100_000_cases(benchmark: BenchmarkFixture, tmp_path: Path, note: Note) -> None:
    """A filter, a search for a word, and the next case."""
    made = Worklist(create("lung-cancer", tmp_path / "project"), tmp_path / "list.sqlite")
    with made._open() as database, database:
        worklist._put(database, entries())
    filtered, next_case = list[float](), list[float]()
    for number in range(ROUNDS):
        begun = time.perf_counter()
        wanted = Wanted(f"P0{number:02d}", states=("second_pass",))
        made.count(wanted), made.entries(wanted, 200)
        filtered.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        assert made.ahead(Acting(f"p{number % 10}", Role.ANNOTATOR))
        next_case.append(time.perf_counter() - begun)
    benchmark.pedantic(lambda: made.entries(Wanted("P09"), 200), rounds=5)
    note(Row("worklist of 100 000: filter, median", middle(filtered), budget=Budget(most=100.0)))
    note(Row("worklist of 100 000: filter, p95", late(filtered, 95), budget=Budget(most=100.0)))
    note(Row("worklist of 100 000: next case, p95", late(next_case, 95), budget=Budget(most=50.0)))
