"""A reviewer's work on a case in review goes aside: the record, its files and the other reviewer's eyes are not touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.domain.course import MOVE, VERDICT, State, Step
from annotator.domain.document import Document
from annotator.domain.person import Acting, Person, Role
from annotator.workspace import log, people, projects, steps
from annotator.workspace.reading_store import BASE, READING, WORD, ReadingStore, reading_case
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box, small_ct

MANAGER = Acting("최", Role.MANAGER)
PEOPLE = (("이", Role.ANNOTATOR), ("박", Role.REVIEWER), ("정", Role.REVIEWER), ("한", Role.ADJUDICATOR), ("송", Role.SPECIALIST))
PASSES = ()


def staffed(root: Path) -> None:
    people.change(root, Person("최", frozenset({Role.MANAGER})), Acting("root"), "2026-03-01", pin="0000")
    for name, role in PEOPLE:
        people.change(root, Person(name, frozenset({role})), MANAGER, "2026-03-01", pin="1234")


def moved(root: Path, case: str, *states: State) -> None:
    for state in states:
        steps.take(root, Step(case, 0, MOVE, "", "", "2026-03-02", after=state, reason="–"), MANAGER, PASSES)


def seen(root: Path, case: str) -> list[str]:
    """The files of a project but those of the reviews, people and log."""
    own = ("readings", "log", "locks", "people.json", "views")
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file() and not set(own) & set(p.parts))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lung CT with a box of the annotator, in review; to be copied, for it takes a while to make."""
    folder = tmp_path_factory.mktemp("built")
    small_ct(folder / "images", slices=2)
    root = projects.create("lung-cancer", folder / "project").root
    session = Session(projects.open_project(root), Immediate(), author="이", clock=lambda: "2026-03-01")
    session.open_folder([folder / "images"])
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 15, 15))
    session.close()
    staffed(root)
    moved(root, case_of(root), State.SECOND_PASS, State.MACHINE_CHECK, State.REVIEW)
    return folder


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built / "project", tmp_path / "project")
    return tmp_path


def case_of(root: Path) -> str:
    (case,) = [entry.name for entry in (root / ".annotator" / "cases").iterdir()]
    return case


Start = Callable[[str, str], Session]


@pytest.fixture
def start(place: Path, built: Path) -> Start:
    def begin(name: str, role: str) -> Session:
        found = projects.open_project(place / "project")
        session = Session(found, Immediate(), author=name, role=role, pin="1234", clock=lambda: "2026-03-04")
        session.open_folder([built / "images"])
        session.choose_tool("tool.box")
        return session

    return begin


def test_a_reviewer_begins_with_the_record_and_leaves_it_alone(place: Path, start: Start) -> None:
    root = place / "project"
    case, before = case_of(root), seen(root, "")
    session = start("박", "reviewer")
    assert session.document.count() == 1
    session.perform(box(25, 25, 35, 35))
    session.close()
    assert seen(root, "") == before
    store = ReadingStore(projects.open_project(root), Acting("박", Role.REVIEWER))
    assert store.load(case).document.count() == 2
    assert store.record(case).document.count() == 1
    assert start("박", "reviewer").document.count() == 2


def test_nobody_else_sees_it(place: Path, start: Start) -> None:
    session = start("박", "reviewer")
    session.perform(box(25, 25, 35, 35))
    session.close()
    assert start("정", "reviewer").document.count() == 1
    assert start("한", "adjudicator").document.count() == 1
    assert start("최", "manager").document.count() == 1


def test_what_is_saved_there_stands_in_the_projects_log(place: Path, start: Start) -> None:
    root = place / "project"
    session = start("박", "reviewer")
    session.perform(box(25, 25, 35, 35))
    session.close()
    case = case_of(root)
    reading = reading_case(case, "박", ReadingStore(projects.open_project(root), MANAGER).record(case).digest)
    (row,) = [row for row in log.read(root) if row.case == reading]
    assert (row.action, row.person, row.role) == ("save", "박", "reviewer")
    assert list(log.verify(root)) == []


def verdict(root: Path, name: str, document: Document | None = None) -> None:
    """A reviewer's verdict, on a reading of theirs where a document is given."""
    case = case_of(root)
    store = ReadingStore(projects.open_project(root), Acting(name, Role.REVIEWER))
    loaded, base = store.load(case), store.record(case).digest
    digest, reading = base, case
    if document is not None:
        aside = store.aside(case)
        assert aside is not None
        digest, reading = store.save(case, document, loaded.digest, (), name, "2026-03-05").digest, aside.reading
    facts = {WORD: "pass", READING: reading, BASE: base}
    steps.take(root, Step(case, 0, VERDICT, "", "", "2026-03-05", facts=facts, revision=digest), Acting(name, Role.REVIEWER), PASSES)


def sequential(root: Path) -> None:
    path = root / "project.toml"
    path.write_text(path.read_text("utf-8").replace('mode = "independent"', 'mode = "sequential"'), "utf-8")


def test_the_second_reviewer_begins_with_the_firsts_reading_where_the_project_says_so(place: Path, start: Start) -> None:
    root = place / "project"
    verdict(root, "박", Document())
    assert start("정", "reviewer").document.count() == 1
    sequential(root)
    session = start("정", "reviewer")
    assert session.document.count() == 0
    session.close()


def test_the_adjudicator_begins_with_the_first_verdicts_reading(place: Path, start: Start) -> None:
    root = place / "project"
    verdict(root, "박", Document())
    verdict(root, "정")
    moved(root, case_of(root), State.ADJUDICATION)
    assert start("한", "adjudicator").document.count() == 0


def test_a_case_that_comes_back_from_rework_is_read_anew(place: Path, start: Start) -> None:
    root = place / "project"
    session = start("박", "reviewer")
    session.perform(box(25, 25, 35, 35))
    session.close()
    moved(root, case_of(root), State.REWORK, State.SECOND_PASS)
    annotator = start("이", "annotator")
    annotator.perform(box(40, 40, 50, 50))
    annotator.perform(box(45, 5, 55, 15))
    annotator.close()
    moved(root, case_of(root), State.MACHINE_CHECK, State.REVIEW)
    assert start("박", "reviewer").document.count() == 3
