"""What a worklist of 100 000 cases costs in processor time: to narrow it, and to find the next case, which is looked up in the project."""

from __future__ import annotations

import time
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from annotator.domain.course import State
from annotator.domain.holdings import AGES
from annotator.domain.orientation import PLANES
from annotator.domain.person import Acting, Role
from annotator.domain.queue import Entry, Wanted
from annotator.workspace import worklist_table
from annotator.workspace.projects import create
from annotator.workspace.worklist import Worklist
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import resident
from tests.benchmarks.table import Budget, Row, late, middle

CASES, ROUNDS = 100_000, 20
DEVICES = ("SIEMENS SOMATOM Definition AS+", "GE MEDICAL SYSTEMS LightSpeed VCT", "Philips Brilliance 64", "TOSHIBA Aquilion ONE",
           "Canon Medical Systems Aquilion Prime SP")  # fmt: skip
NAMES = ("Thorax 5.0 B31f", "Lung 1.0 B70f", "흉부 조영 5mm", "LUNG HRCT axial")
STATES = (State.NEW, State.SECOND_PASS, State.REVIEW, State.ACCEPTED)
ROLES = {State.NEW: "specialist", State.SECOND_PASS: "annotator", State.REVIEW: "reviewer", State.ACCEPTED: ""}


def entries() -> list[Entry]:
    """Cases of every state, some given to one of ten people."""
    return [
        Entry(f"1.2.3.{n}", f"P{n:06d}", "S001", "CCT", "malignant", STATES[n % 4], ROLES[STATES[n % 4]], f"p{n % 10}" if n % 3 else "",
              images=150, drew=("김",) if n % 4 else (), place=f"/share/2026/export-{n % 70:02d}/P{n:06d}/{n % 3}",
              study=f"1.2.410.200010.1122.{n // 2}.20260104", plane=PLANES[n % 3], device=DEVICES[n % 5], sex="MF"[n % 2],
              age=AGES[n % 10], description=f"CHEST CT (LUNG CANCER) · {NAMES[n % 4]}",
              finding=f"우상엽에 {n % 40} mm 결절, 추적 관찰 요함; 종격동 림프절 비대 없음" if n % 7 == 0 else "")
        for n in range(CASES)
    ]  # fmt: skip


def test_worklist_of_100_000_cases(benchmark: BenchmarkFixture, tmp_path: Path, note: Note) -> None:
    """A filter, a search for a word, and the next case."""
    made = Worklist(create("lung-cancer", tmp_path / "project"), tmp_path / "list.sqlite")
    with made._open() as database, database:
        worklist_table.put(database, entries())
    before = resident()
    filtered, by_words, next_case, chosen = list[float](), list[float](), list[float](), list[float]()
    for number in range(ROUNDS):
        begun = time.process_time()
        wanted = Wanted(f"P0{number:02d}", states=("second_pass",))
        made.first(wanted, 200)
        filtered.append(time.process_time() - begun)
        begun = time.process_time()
        wanted = Wanted(f"결절 {number} hrct", planes=("axial",), devices=DEVICES[:2], sexes=("F", "M"), ages=AGES[3:8])
        made.first(wanted, 200)
        by_words.append(time.process_time() - begun)
        begun = time.process_time()
        assert made.ahead(Acting(f"p{number % 10}", Role.ANNOTATOR))
        next_case.append(time.process_time() - begun)
        begun = time.process_time()
        made.values()
        chosen.append(time.process_time() - begun)
    begun = time.process_time()
    assert made.held().whole.cases == CASES
    held = 1000 * (time.process_time() - begun)
    benchmark.pedantic(lambda: made.entries(Wanted("P09"), 200), rounds=5)
    note(Row("worklist of 100 000: filter, median", middle(filtered), budget=Budget(most=100.0)))
    note(Row("worklist of 100 000: filter, p95", late(filtered, 95), budget=Budget(most=100.0)))
    note(Row("worklist of 100 000: words in a finding, p95", late(by_words, 95), budget=Budget(most=100.0)))
    note(Row("worklist of 100 000: next case, p95", late(next_case, 95), budget=Budget(most=50.0)))
    note(Row("worklist of 100 000: values to narrow by, median", middle(chosen)))
    note(Row("worklist of 100 000: all that there is, for the dashboard", held))
    note(Row("worklist of 100 000: memory that it adds, MB", resident() - before, budget=Budget(most=300.0)))
