"""The worklist says what the project says, is made anew whenever it cannot be trusted, and hands out only what is there to be done."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.course import ASK, ASSIGN, MOVE, State, Step
from annotator.domain.person import Acting, Person, Role
from annotator.domain.queue import FREE, Entry, Wanted
from annotator.workspace import people, steps, worklist_table
from annotator.workspace.projects import ProjectFolder, open_project
from annotator.workspace.worklist import Worklist
from tests.workspace.study import box, into_the_tree, lung_project, opened, small_ct
from tests.workspace.test_visiting import study

MANAGER, KIM = Acting("최", Role.MANAGER), Acting("김", Role.SPECIALIST)
PASSES = ("CCT",)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for number in (1, 2, 3):
        study(tmp_path / "images" / str(number), number, f"P{number}")
    root = lung_project(tmp_path / "project").root
    people.change(root, Person("최", frozenset({Role.MANAGER})), Acting("root"), "now", pin="0000")
    people.change(root, Person("김", frozenset({Role.SPECIALIST})), MANAGER, "now", pin="1234")
    return tmp_path


def project(place: Path) -> ProjectFolder:
    return open_project(place / "project")


def filled(place: Path) -> Worklist:
    session, _ = opened(place / "project", place / "images")
    found = Worklist(project(place), place / "list.sqlite")
    found.add(session.catalogue.by_uid.values())
    return found


def move(place: Path, case: str, after: State, reason: str = "", who: Acting = MANAGER, **facts: str) -> None:
    modality = next(m for m in project(place).project.modalities if m.code == "CCT")
    steps.take(place / "project", Step(case, 0, MOVE, "", "", "2026-01-02", after=after, reason=reason, facts=facts), who, modality.passes)


def test_every_case_of_a_folder_is_new_and_waits_for_the_first_pass(place: Path) -> None:
    found = filled(place)
    entries = found.entries()
    assert [(e.modality, e.state, e.role, e.images) for e in entries] == [("CCT", State.NEW, "specialist", 2)] * 3
    assert found.count() == 3 and found.left(KIM) == 3 and found.left(Acting("이", Role.ANNOTATOR)) == 0


def test_ids_and_class_are_read_from_the_tree(tmp_path: Path) -> None:
    into_the_tree(small_ct(tmp_path / "images"), lung_project(tmp_path / "project").root)
    session, _ = opened(tmp_path / "project", tmp_path / "project" / "lung_cancer")
    found = Worklist(open_project(tmp_path / "project"), tmp_path / "list.sqlite")
    found.add(session.catalogue.by_uid.values())
    (entry,) = found.entries()
    assert (entry.patient, entry.series, entry.class_folder) == ("P000007", "S003", "benign")


def test_what_changes_in_the_project_is_seen_and_only_that_is_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = filled(place)
    case = found.entries()[1].case
    assert found.refresh() == 0
    move(place, case, State.SECOND_PASS)
    assert found.refresh() == 1
    assert [e.state for e in found.entries(Wanted(states=("second_pass",)))] == [State.SECOND_PASS]
    assert found.refresh() == 0


def test_a_list_that_is_damaged_or_of_another_version_is_made_anew(place: Path) -> None:
    filled(place)
    (place / "list.sqlite").write_bytes(b"no database" * 1000)
    assert Worklist(project(place), place / "list.sqlite").count() == 0
    with sqlite3.connect(place / "list.sqlite") as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    assert Worklist(project(place), place / "list.sqlite").count() == 0


def test_a_saved_case_is_known_without_its_images(tmp_path: Path) -> None:
    small_ct(tmp_path / "images")
    lung_project(tmp_path / "project")
    session, _ = opened(tmp_path / "project", tmp_path / "images")
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 12, 12))
    session.close()
    found = Worklist(open_project(tmp_path / "project"), tmp_path / "list.sqlite")
    assert found.refresh() == 1
    (entry,) = found.entries()
    assert (entry.patient, entry.series, entry.modality, entry.annotations) == ("P000001", "S001", "CCT", 1)


def test_the_next_case_is_what_was_sent_back_then_what_was_given_then_any(place: Path) -> None:
    found = filled(place)
    first, second, third = (e.case for e in found.entries())
    steps.take(place / "project", Step(second, 0, ASSIGN, "", "", "now", facts={"to": "김"}), MANAGER, ())
    move(place, third, State.SECOND_PASS, who=KIM)
    move(place, third, State.REWORK, "too small", to="first_pass", person="김")
    found.refresh()
    assert [e.case for e in found.ahead(KIM, 3)] == [third, second, first]
    assert found.ahead(KIM, 1)[0].returned == "too small"


def test_what_somebody_else_took_meanwhile_is_not_handed_out(place: Path) -> None:
    found = filled(place)
    first, second, _ = (e.case for e in found.entries())
    steps.take(place / "project", Step(first, 0, ASSIGN, "", "", "now", facts={"to": "정"}), MANAGER, ())
    assert found.ahead(KIM)[0].case == second  # the list itself knows nothing of it yet


def test_a_question_brings_a_case_to_who_was_asked_and_parks_it_for_others(place: Path) -> None:
    found = filled(place)
    case = found.entries()[2].case
    steps.take(place / "project", Step(case, 0, ASK, "", "", "now", facts={"to": "정", "text": "?"}), KIM, ())
    found.refresh()
    assert case not in [e.case for e in found.ahead(KIM, 5)]
    assert [e.case for e in found.ahead(Acting("정", Role.SPECIALIST), 1)] == [case]


def test_words_states_and_assignees_narrow_the_list(place: Path) -> None:
    found = Worklist(project(place), place / "other.sqlite")
    with found._open() as database, database:
        worklist_table.put(database, [Entry(f"1.{n}", f"P{n:06}", modality="CCT", assignee="김" if n % 2 else "") for n in range(10)])
    assert [e.patient for e in found.entries(Wanted("p000003"))] == ["P000003"]
    assert found.count(Wanted(assignee="김")) == 5 and found.count(Wanted(assignee="")) == 5
    assert [e.patient for e in found.entries(Wanted(order="patient", descending=True), 2, 1)] == ["P000008", "P000007"]
    assert found.count(Wanted("100%")) == 0 and found.entries(Wanted(order="no such; DROP")) != ()


def test_an_entry_comes_back_as_it_was_put_in(place: Path) -> None:
    found = Worklist(project(place), place / "other.sqlite")
    entry = Entry("1.2", "P1", "S1", "CCT", "benign", State.REVIEW, "reviewer", "박", "t1", "t2", 3, 4, ("김", "reviewer"), "뭐?",
                  "왜", ("이",), ("박",), "/a b")  # fmt: skip
    with found._open() as database, database:
        worklist_table.put(database, [entry, replace(entry, case="1.3", asked=(), drew=())])
    assert found.entries()[0] == entry
    assert found.mine(Acting("이", Role.REVIEWER))[FREE] == ()


def test_a_hundred_thousand_cases_are_counted_by_state(place: Path) -> None:
    found = Worklist(project(place), place / "many.sqlite")
    many = (Entry(f"1.{n}", f"P{n:06}", modality="CCT", class_folder="benign", role="specialist", images=100) for n in range(100_000))
    with found._open() as database, database:
        worklist_table.put(database, many)
    assert found.tally() == {(State.NEW, "CCT", "benign"): 100_000}
    assert len(found.entries(Wanted("P0999"), 50)) == 50
    assert found.ahead(KIM)[0].patient == "P000000"


def test_a_new_project_in_the_folder_of_an_old_one_has_none_of_its_cases(tmp_path: Path) -> None:
    session, _ = opened(lung_project(tmp_path / "p").root, small_ct(tmp_path / "images"))
    first = Worklist(session.project)
    first.add(session.catalogue.by_uid.values())
    session.close()
    assert first.count() == 1 and Worklist(session.project).count() == 1
    shutil.rmtree(tmp_path / "p")
    assert Worklist(lung_project(tmp_path / "p")).count() == 0
