"""What is next opens by one command and after each case that is done, wherever its images lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.course import ASSIGN, State, Step
from annotator.domain.person import Acting, Person, Role
from annotator.domain.queue import FREE, GIVEN, Wanted
from annotator.workspace import people, steps
from annotator.workspace.projects import open_project
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import line, lung_project
from tests.workspace.test_visiting import study

MANAGER = Acting("최", Role.MANAGER)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Six patients with a folder each, and a project with three people that knows them all."""
    for number in range(1, 7):
        study(tmp_path / "images" / str(number), number, f"P{number}")
    root = lung_project(tmp_path / "project").root
    people.change(root, Person("최", frozenset({Role.MANAGER})), Acting("root"), "now", pin="0000")
    for name, role in (("김", Role.SPECIALIST), ("이", Role.ANNOTATOR)):
        people.change(root, Person(name, frozenset({role})), MANAGER, "now", pin="1234")
    session = start(tmp_path, "최", "0000")
    session.open_folder([tmp_path / "images"])
    session.close()
    return tmp_path


def start(place: Path, name: str, pin: str = "1234") -> Session:
    return Session(open_project(place / "project"), Immediate(), author=name, pin=pin, clock=lambda: "2026-03-04")


def draw(session: Session) -> None:
    session.choose_tool("tool.line")
    session.perform(line((5, 5), (20, 20)))


def patient(session: Session) -> str:
    assert session.series is not None
    return session.series.owner.patient_id


def test_the_next_case_opens_without_a_folder_being_chosen(place: Path) -> None:
    session = start(place, "김")
    session.next_for_me()
    assert patient(session) == "P1" and session.drawing_refused() is None


def test_done_cases_are_followed_by_the_next_until_nothing_waits(place: Path) -> None:
    session = start(place, "김")
    session.next_for_me()
    seen = []
    for _ in range(6):
        seen.append(patient(session))
        draw(session)
        session.done()
    assert sorted(seen) == [f"P{n}" for n in range(1, 7)]
    assert session.said is not None and "Nothing is waiting" in str(session.said.message)
    found = session.worklist
    found.refresh()
    assert {e.state for e in found.entries()} == {State.SECOND_PASS} and found.left(Acting("이", Role.ANNOTATOR)) == 6


def test_a_case_that_is_given_to_the_person_comes_first_and_others_work_is_left_alone(place: Path) -> None:
    session = start(place, "김")
    entries = session.worklist.entries()
    for entry, name in ((entries[4], "김"), (entries[0], "정")):
        steps.take(place / "project", Step(entry.case, 0, ASSIGN, "", "", "now", facts={"to": name}), MANAGER, ())
    heard: list[object] = []
    session.find_mine(lambda mine, left: heard.append((len(mine[GIVEN]), len(mine[FREE]), left)))
    assert heard == [(1, 4, 5)]
    session.next_for_me()
    assert session.series is not None and session.series.uid == entries[4].case


def test_what_was_open_stays_open_and_going_back_works_over_folders(place: Path) -> None:
    session = start(place, "김")
    session.next_for_me()
    first = patient(session)
    for _ in range(5):
        draw(session)
        session.done()
    assert len(session.catalogue.by_uid) == 6
    for _ in range(5):
        session.back()
    assert patient(session) == first


def test_without_people_the_folders_own_order_counts(tmp_path: Path) -> None:
    for number in (1, 2):
        study(tmp_path / "images" / str(number), number, f"P{number}")
    lung_project(tmp_path / "project")
    session = Session(open_project(tmp_path / "project"), Immediate(), author="me", clock=lambda: "now")
    session.open_folder([tmp_path / "images"])
    session.done()
    assert patient(session) == "P2"
    heard: list[int] = []
    session.find_cases(Wanted(states=("machine_check",)), 10, lambda entries, count: heard.append(count), anew=True)
    assert heard == [1]


def test_images_that_were_moved_away_are_said(place: Path) -> None:
    (place / "images").rename(place / "elsewhere")
    session = start(place, "김")
    session.next_for_me()
    assert session.series is None and session.said is not None and "open their folder" in str(session.said.message)


def test_a_manager_gives_cases_and_a_specialist_does_not(place: Path) -> None:
    case = start(place, "최", "0000").worklist.entries()[0].case
    specialist, done = start(place, "김"), list[int]()
    specialist.give({case: "이"}, lambda: done.append(1))
    assert specialist.worklist.entries()[0].assignee == ""
    manager = start(place, "최", "0000")
    manager.give({case: "이"}, lambda: done.append(2))
    assert manager.worklist.entries(Wanted(assignee="이"))[0].case == case and done == [1, 2]
