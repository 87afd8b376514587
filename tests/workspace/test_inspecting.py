"""What is wrong with images is a step of the case, per image, and adds up to the marks of the inspection sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.course import INSPECT, Step
from annotator.domain.image import ImageKey
from annotator.domain.inspection import last_inspection
from annotator.i18n import say
from annotator.workspace import projects, steps
from annotator.workspace.inspecting import Inspection, Marked, facts_of, inspection_of
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import lung_project, opened, small_ct


@pytest.fixture
def session(tmp_path: Path) -> Session:
    small_ct(tmp_path / "images", slices=3)
    lung_project(tmp_path / "project")
    session = opened(tmp_path / "project", tmp_path / "images")[0]
    session.choose_inspecting(True)
    return session


def taken(session: Session) -> tuple[Step, ...]:
    assert session.series is not None
    return steps.read(session.project.root, session.series.uid)[0]


def test_a_mark_is_of_its_image_and_is_taken_back(session: Session) -> None:
    session.show(1)
    session.toggle_mark("tilt")
    session.toggle_mark("noise")
    session.show(2)
    assert session.marked == Marked()
    session.toggle_mark("tilt")
    session.show(1)
    assert session.marked.marks == {"tilt", "noise"}
    session.toggle_mark("noise")
    assert session.marked.marks == {"tilt"}
    found = last_inspection(taken(session))
    assert found is not None and dict(found.marks) == {"tilt": "2, 3"} and not found.passed
    session.close()


def test_images_without_a_mark_pass_when_somebody_looked(session: Session) -> None:
    assert not session.inspection.inspected
    session.pass_inspection()
    found = last_inspection(taken(session))
    assert session.inspection == Inspection({}, True) and found is not None and found.passed and found.inspector == "판독자"
    session.close()


def test_a_word_about_an_image_is_kept_and_comes_back(session: Session, tmp_path: Path) -> None:
    session.toggle_mark("other")
    session.note_inspection("환자 이름이 보임 | 왼쪽 위")
    session.note_inspection("환자 이름이 보임 | 왼쪽 위")
    assert [step.kind for step in taken(session)] == [INSPECT, INSPECT]
    session.close()
    again = opened(tmp_path / "project", tmp_path / "images")[0]
    again.choose_inspecting(True)
    assert again.marked == Marked(frozenset({"other"}), "환자 이름이 보임 | 왼쪽 위")
    again.close()


def test_what_a_step_tells_is_read_back() -> None:
    first, second = ImageKey("1.2.3"), ImageKey("1.2.4", 7)
    found = Inspection({first: Marked(frozenset({"tilt", "margin"})), second: Marked(frozenset(), "줄무늬")}, True)
    facts = facts_of(found, {first: "LCC"})
    assert facts["tilt"] == facts["margin"] == "LCC" and facts["result"] == "fail"
    assert inspection_of([Step("c", 1, INSPECT, "", "", "", facts=facts)]) == found
    assert inspection_of([]) == Inspection()


def other(tmp_path: Path) -> Session:
    """Somebody else who inspects the same images."""
    found = Session(projects.open_project(tmp_path / "project"), Immediate(), author="박", clock=lambda: "2026-03-04T06:00:00.000+09:00")
    found.open_folder([tmp_path / "images"])
    found.choose_inspecting(True)
    return found


def test_two_who_inspect_at_once_lose_nothing_and_are_told(session: Session, tmp_path: Path) -> None:
    second = other(tmp_path)
    session.show(0)
    session.toggle_mark("tilt")
    second.show(1)
    second.toggle_mark("noise")
    assert second.said is not None and "판독자 inspected these images meanwhile" in say(second.said.message)
    session.toggle_mark("margin")
    assert session.said is not None and "박 inspected these images meanwhile (2026-03-04 06:00)" in say(session.said.message)
    found = last_inspection(taken(session))
    assert found is not None and dict(found.marks) == {"tilt": "1", "margin": "1", "noise": "2"}
    assert [step.person for step in taken(session)] == ["판독자", "박", "판독자"]
    session.close()
    second.close()


def test_of_one_image_marks_and_words_of_both_are_kept(session: Session, tmp_path: Path) -> None:
    second = other(tmp_path)
    session.toggle_mark("tilt")
    session.note_inspection("기울어짐")
    second.note_inspection("줄무늬")
    second.toggle_mark("noise")
    third = other(tmp_path)
    assert third.marked == Marked(frozenset({"tilt", "noise"}), "기울어짐; 줄무늬")
    third.close()
    second.close()
    session.close()


def test_what_one_takes_back_stays_taken_back_where_the_other_marks_more(session: Session, tmp_path: Path) -> None:
    session.toggle_mark("tilt")
    second = other(tmp_path)
    session.toggle_mark("tilt")
    second.toggle_mark("noise")
    assert inspection_of(taken(session)).images[session.images[0].key].marks == {"noise"}
    second.close()
    session.close()


def test_who_writes_between_reading_and_writing_is_not_lost(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, take, once = other(tmp_path), steps.take, list[int]()

    def meanwhile(*words: object, **more: object) -> object:
        if not once:
            once.append(1)
            second.show(1)
            second.toggle_mark("noise")
        return take(*words, **more)

    monkeypatch.setattr(steps, "take", meanwhile)
    session.toggle_mark("tilt")
    found = last_inspection(taken(session))
    assert found is not None and dict(found.marks) == {"tilt": "1", "noise": "2"}
    second.close()
    session.close()


def test_the_newest_inspection_says_whose_it_is(session: Session, tmp_path: Path) -> None:
    session.pass_inspection()
    assert session.inspection.last is not None and session.inspection.last.person == "판독자"
    session.close()
