"""Who is at work is known, what their role may not do is refused, and a case that is done leaves its pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.course import ASSIGN, State, Step
from annotator.domain.finding import Finding
from annotator.domain.finding import Severity as Severity_of
from annotator.domain.person import Acting, Person, Role
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.workspace import log, people, projects, steps
from annotator.workspace.attending import spread
from annotator.workspace.notice import SavedState, Severity
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box, free, line, lung_project, opened, small_ct

MANAGER = Acting("최", Role.MANAGER)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    small_ct(tmp_path / "images")
    lung_project(tmp_path / "project")
    return tmp_path


def staffed(place: Path) -> Path:
    root = place / "project"
    people.change(root, Person("최", frozenset({Role.MANAGER})), Acting("root"), "now", pin="0000")
    for name, role in (("김", Role.SPECIALIST), ("이", Role.ANNOTATOR), ("박", Role.REVIEWER)):
        people.change(root, Person(name, frozenset({role})), MANAGER, "now", pin="1234")
    return root


def start(place: Path, name: str = "", role: str = "", pin: str = "1234") -> Session:
    session = Session(projects.open_project(place / "project"), Immediate(), author=name, role=role, pin=pin, clock=lambda: "2026-03-04")
    session.open_folder([place / "images"])
    return session


def draw_line(session: Session) -> bool:
    before = session.document.count()
    session.choose_tool("tool.line")
    session.perform(line((5, 5), (20, 20)))
    return session.document.count() > before


def case_of(session: Session) -> str:
    assert session.series is not None
    return session.series.uid


def test_without_people_everybody_draws_and_a_done_case_goes_to_the_machine_check(place: Path) -> None:
    session, _ = opened(place / "project", place / "images")
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 12, 12))
    session.done()
    assert session.standing is not None and session.standing.state is State.MACHINE_CHECK
    assert session.saved_state is SavedState.SAVED
    (found,), _ = steps.read(place / "project", case_of(session))
    assert found.revision and found.revision in {row.after for row in log.read(place / "project") if row.action == "save"}


def test_who_has_not_said_who_they_are_only_looks(place: Path) -> None:
    staffed(place)
    session = start(place, pin="")
    assert session.acting is None and session.image is not None
    assert not draw_line(session)
    assert session.said is not None and session.said.severity is Severity.WARNING


def test_the_command_line_signs_in_and_a_wrong_pin_is_said(place: Path) -> None:
    staffed(place)
    assert start(place, "김", "specialist").acting == Acting("김", Role.SPECIALIST)
    session = start(place, "김", "specialist", "4321")
    assert session.acting is None and any("PIN" in str(remark) for remark in session.remarks)


def test_signing_in_makes_what_is_open_drawable_and_names_the_author(place: Path) -> None:
    staffed(place)
    session = start(place, pin="")
    session.sign_in("김", "specialist", "1234")
    assert draw_line(session)
    assert {a.drawn.author for a in session.annotations} == {"김"}
    with pytest.raises(AnnotatorError):
        session.sign_in("김", "manager", "1234")
    assert session.acting == Acting("김", Role.SPECIALIST)


def test_a_specialist_ends_the_first_pass_and_may_not_draw_any_more(place: Path) -> None:
    root = staffed(place)
    session = start(place, "김")
    assert draw_line(session)
    session.done()
    assert session.standing is not None and session.standing.state is State.SECOND_PASS
    assert session.standing.drew == {State.FIRST_PASS: "김"}
    assert not draw_line(session)
    assert steps.standing(root, case_of(session)).state is State.SECOND_PASS


def test_going_on_from_a_case_of_another_role_changes_nothing(place: Path) -> None:
    root = staffed(place)
    session = start(place, "박")
    session.done()
    assert not steps.listed(root, case_of(session))


def test_a_case_that_was_given_to_somebody_else_meanwhile_is_not_saved_and_the_strokes_stay(place: Path) -> None:
    root = staffed(place)
    session = start(place, "김")
    assert draw_line(session)
    steps.take(root, Step(case_of(session), 0, ASSIGN, "", "", "now", facts={"to": "정"}), MANAGER, ())
    session.save()
    assert session.saved_state is SavedState.FAILED
    assert session.document.count() == 1
    assert session.said is not None and "정" in str(session.said.message)


def test_a_damaged_list_of_people_lets_nobody_draw(place: Path) -> None:
    root = staffed(place)
    people.path_of(root).write_bytes(b"{}")
    session = start(place, "김")
    assert session.acting is None and not draw_line(session)


def finished_by(place: Path, name: str, tool: str) -> Session:
    """The session of somebody who draws something on the case and calls it done."""
    session = start(place, name)
    session.choose_tool(tool)
    session.perform(line((5, 5), (20, 20)) if tool == "tool.line" else free((3, 3), (22, 3), (22, 22), (3, 22)))
    session.done()
    return session


def test_after_the_last_pass_a_sound_case_goes_to_review(place: Path) -> None:
    root = staffed(place)
    finished_by(place, "김", "tool.line").close()
    session = finished_by(place, "이", "tool.free")
    found = steps.standing(root, case_of(session))
    assert found.state is State.REVIEW and found.drew == {State.FIRST_PASS: "김", State.SECOND_PASS: "이"}


def test_a_case_in_which_the_machine_finds_an_error_comes_back_with_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = staffed(place)
    finished_by(place, "김", "tool.line").close()
    wrong = Finding("x", Severity_of.ERROR, message("the mask is empty"), "json/a.json")
    monkeypatch.setattr("annotator.workspace.machine_check.errors_of", lambda *_: (wrong,))
    heard = list[str]()
    monkeypatch.setattr(Session, "say", lambda self, sentence, *_, **__: heard.append(str(sentence)))
    session = finished_by(place, "이", "tool.free")
    found = steps.standing(root, case_of(session))
    assert (found.state, found.rework_to, found.assignee) == (State.REWORK, State.SECOND_PASS, "이")
    assert found.returned is not None and "mask is empty" in found.returned.reason
    assert any("mask is empty" in told for told in heard)
    assert session.drawing_refused() is None


def test_cases_that_ended_together_are_spread_over_the_time_since_the_one_before() -> None:
    found = spread("2026-03-04T05:00:00+09:00", "2026-03-04T05:02:00+09:00", 4)
    assert found == tuple(f"2026-03-04T05:{minute}.000+09:00" for minute in ("00:30", "01:00", "01:30", "02:00"))
    assert spread("", "2026-03-04T05:02:00+09:00", 2) == ("2026-03-04T05:02:00+09:00",) * 2
    assert spread("2026-03-04T05:00:00", "2026-03-04T05:02:00+09:00", 1) == ("2026-03-04T05:02:00+09:00",)
