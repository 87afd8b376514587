"""A question parks its case, stands in no delivered file, and the answer lets the work go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.asking import LESION
from annotator.domain.course import State
from annotator.domain.person import Person, Role
from annotator.errors import AnnotatorError
from annotator.i18n import say
from annotator.workspace import people
from annotator.workspace.session import Session
from tests.workspace.study import free, line, lung_project, opened, small_ct


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ct(tmp_path_factory.mktemp("ct"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return lung_project(tmp_path / "p").root


@pytest.fixture
def session(project: Path, images: Path) -> Session:
    session, _ = opened(project, images)
    session.choose_pass("annotator")
    return session


def test_a_question_is_pinned_to_its_image_and_told_to_whoever_opens_the_case(session: Session, project: Path, images: Path) -> None:
    session.show(2)
    session.draft_at(12.5, 30.25)
    assert session.ask("혈관인가요?", session.addressees[0])
    (pin,) = session.pins
    assert (pin.image, pin.x, pin.y, pin.text, pin.to) == (session.images[2].key, 12.5, 30.25, "혈관인가요?", "specialist")
    assert (session.pins_at(session.place), session.parked) == ((pin,), True)
    again, _ = opened(project, images)
    assert again.pins == (pin,)
    again.answer_question(pin, LESION, "결절")
    assert [(p.answer, p.said, p.open) for p in again.pins] == [(LESION, "결절", False)]
    again.answer_question(again.pins[0], LESION)
    assert "already" in say(again.said.message)


def test_a_parked_case_is_left_with_open_lines_and_stays_in_its_pass(project: Path, images: Path) -> None:
    session, _ = opened(project, images)
    session.choose_pass("specialist")
    session.perform(line((10, 20), (30, 20)))
    session.choose_pass("annotator")
    assert not session.done()
    session.draft_at(20, 20)
    session.ask("?", "specialist")
    assert session.done()
    assert session.standing is not None and session.standing.state is State.NEW
    session.answer_question(session.pins[0], LESION)
    assert not session.done()
    session.perform(free((8, 15), (32, 15), (32, 25), (8, 25)))
    assert session.done()
    assert session.standing.state is not State.NEW


def test_an_empty_question_asks_nothing(session: Session) -> None:
    session.draft_at(1, 1)
    assert not session.ask("  ", "specialist")
    assert (session.pins, session.draft) == ((), None)


def test_nothing_of_a_question_stands_in_a_delivered_file(session: Session, project: Path) -> None:
    session.perform(free((8, 15), (32, 15), (32, 25), (8, 25)))
    session.draft_at(20, 20)
    session.ask("QUESTION-TEXT", "specialist")
    session.save()
    delivered = [path for path in (project / "lung_cancer").rglob("*") if path.is_file()]
    assert delivered and not [path for path in delivered if b"QUESTION-TEXT" in path.read_bytes()]


def test_the_role_of_whoever_is_at_work_is_their_pass(project: Path, images: Path) -> None:
    session, _ = opened(project, images)
    for name, role in (("관리", Role.MANAGER), ("전문", Role.SPECIALIST), ("작업", Role.ANNOTATOR)):
        try:
            people.change(project, Person(name, frozenset({role})), session.acting, "2026-03-04T05:06:07+09:00")
        except AnnotatorError as error:  # pragma: no cover
            raise AssertionError(error.message) from error
        session.sign_in("관리")
    session.sign_in("전문")
    assert (session.pass_role, session.tool.toolname, session.addressees[0]) == ("specialist", "Line", "annotator")
    session.perform(line((10, 20), (30, 20)))
    assert session.done()
    session.sign_in("작업")
    assert (session.pass_role, session.answering, len(session.coverage.open)) == ("annotator", True, 1)
    assert session.tool.toolname == "Free"
    assert session.addressees == ("specialist", "reviewer", "manager", "관리", "전문")
