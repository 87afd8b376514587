"""Readings are held against what became final, by lesions, once a case is agreed or accepted, and anew when its folder changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.course import State
from annotator.domain.queue import Entry
from annotator.domain.reading_figures import Against, Readings
from annotator.workspace import reading_table, worklist_table
from annotator.workspace.projects import ProjectFolder, open_project
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from annotator.workspace.worklist import Worklist
from tests.workspace.study import box, line, lung_project, small_ct


def reads(root: Path, images: Path, author: str, day: int, *boxes: tuple[int, int, int, str]) -> str:
    """Let somebody draw boxes: slice, left, top, category; returns the case."""
    now = f"2026-11-{day:02d}T05:06:07.000+09:00"
    session = Session(open_project(root), Immediate(), author=author, clock=lambda: now)
    session.open_folder([images])
    session.choose_tool("tool.box")
    for place, left, top, category in boxes:
        session.show(place)
        session.choose_category(category)
        session.perform(box(left, top, left + 10, top + 10))
    session.close()
    return session.series.uid


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    small_ct(tmp_path / "images", slices=3, size=48)
    return lung_project(tmp_path / "project")


def listed(project: ProjectFolder, path: Path, case: str, state: State = State.ACCEPTED) -> Worklist:
    found = Worklist(project, path)
    found.refresh()
    with found.table() as database, database:
        database.execute('UPDATE entry SET state = ? WHERE "case" = ?', [state.value, case])
        worklist_table.put(database, [Entry("other", state=State.NEW)])
    return found


def told(project: ProjectFolder, found: Worklist) -> Readings:
    reading_table.compare_some(project, found, 60.0)
    return reading_table.look(found, 20)


def test_lesions_count_and_not_cases_against_the_final_version_in_the_week_of_reading(project: ProjectFolder, tmp_path: Path) -> None:
    images, (one, other) = tmp_path / "images", (category.key for category in project.project.categories[:2])
    case = reads(project.root, images, "Kim", 18, (0, 5, 5, one), (1, 5, 5, one))
    reads(project.root, images, "Lee", 26, (2, 20, 20, other))
    found = told(project, listed(project, tmp_path / "list", case))
    assert [(w.name, w.readings, w.matched, w.right, w.missed, w.extra, w.share) for w in found.weeks] == [
        ("2026-11-16", 1, 2, 2, 1, 0, pytest.approx(2 / 3)), ("2026-11-23", 1, 3, 3, 0, 0, 1.0),
    ]  # fmt: skip
    assert [(w.cases, w.differing) for w in found.weeks] == [((case,), (case,)), ((case,), ())]
    assert [(r.name, r.readings, r.share) for r in found.readers] == [("Kim", 1, pytest.approx(2 / 3)), ("Lee", 1, 1.0)]
    assert found.cells == {(one, one): (4, ()), (other, other): (1, ())} and found.left == 0


def test_another_category_in_the_same_place_is_confused_and_leads_to_its_case(project: ProjectFolder, tmp_path: Path) -> None:
    images, (one, other) = tmp_path / "images", (category.key for category in project.project.categories[:2])
    case = reads(project.root, images, "Kim", 18, (0, 5, 5, one))
    session = Session(open_project(project.root), Immediate(), author="Lee", clock=lambda: "2026-11-19T05:06:07.000+09:00")
    session.open_folder([images])
    session.show(0)
    session.select([1])
    session.recategorise(other)
    session.close()
    found = told(project, listed(project, tmp_path / "list", case))
    assert found.cells == {(one, other): (1, (case,)), (other, other): (1, ())}
    assert [(w.matched, w.right, w.share) for w in found.weeks] == [(2, 1, 0.5)]


@pytest.mark.parametrize("state", [State.NEW, State.REVIEW, State.ADJUDICATION, State.DISCARDED])
def test_a_case_that_is_not_final_does_not_count(project: ProjectFolder, tmp_path: Path, state: State) -> None:
    case = reads(project.root, tmp_path / "images", "Kim", 18, (0, 5, 5, project.project.categories[0].key))
    assert told(project, listed(project, tmp_path / "list", case, state)) == Readings()


def test_lines_of_a_first_pass_are_not_held_against_the_regions_that_answer_them(project: ProjectFolder, tmp_path: Path) -> None:
    key = project.project.categories[0].key
    session = Session(open_project(project.root), Immediate(), author="Kim", clock=lambda: "2026-11-18T05:06:07.000+09:00")
    session.open_folder([tmp_path / "images"])
    session.choose_tool("tool.line")
    session.choose_category(key)
    session.perform(line((6, 6), (14, 14)))
    session.close()
    answering = Session(open_project(project.root), Immediate(), author="Lee", clock=lambda: "2026-11-19T05:06:07.000+09:00")
    answering.open_folder([tmp_path / "images"])
    answering.choose_pass("annotator")
    answering.choose_tool("tool.box")
    answering.perform(box(5, 5, 16, 16))
    answering.close()
    found = list(reading_table.against_final(project, session.series.uid))
    assert [(one.reader, one.matched, one.missed) for one in found] == [("Lee", 1, 0)]


def test_what_was_compared_is_not_compared_again_until_the_case_changes_and_more_is_left_for_later(
    project: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, key = tmp_path / "images", project.project.categories[0].key
    case = reads(project.root, images, "Kim", 18, (0, 5, 5, key))
    found = listed(project, tmp_path / "list", case)
    reading_table.compare_some(project, found, 0.0, least=0)
    assert reading_table.look(found, 20) == Readings(left=1)
    assert len(told(project, found).weeks) == 1
    with monkeypatch.context() as stopped:
        stopped.setattr(reading_table, "against_final", lambda *_: pytest.fail("it was compared again"))
        told(project, found)
    reads(project.root, images, "Lee", 26, (1, 5, 5, key))
    found = listed(project, tmp_path / "list", case)
    assert reading_table.look(found, 20).left == 1
    assert [week.readings for week in told(project, found).weeks] == [1, 1]


def test_of_each_reader_the_last_cases_count(project: ProjectFolder, tmp_path: Path) -> None:
    found = listed(project, tmp_path / "list", "other")
    with found.table() as database, database:
        worklist_table.put(database, [Entry(name, state=State.AGREED) for name in "abc"])
        for day, (case, right) in enumerate(zip("cab", (4, 2, 0), strict=True)):
            rows = [Against(case, "Kim", f"2026-11-0{day + 1}", "2026-10-26", 4, right, 0, 0)]
            reading_table._put(database, case, 0, rows)
    (kim,) = reading_table.look(found, 2).readers
    assert (kim.readings, kim.right, kim.lesions, kim.cases) == (2, 2, 8, ("a", "b"))
