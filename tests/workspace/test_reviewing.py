"""A case is passed or corrected by two reviewers, blind to one another; what both lead to happens at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.course import ASSIGN, State, Step
from annotator.domain.facts import DISCARD
from annotator.domain.merge import Mode
from annotator.domain.verdict import Kind, Way
from annotator.workspace import log, projects, revisions, steps
from annotator.workspace.concluding import waits_for
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session
from tests.workspace.study import box
from tests.workspace.test_beside import Held
from tests.workspace.test_reading_store import MANAGER, Start, built, case_of, moved, place, seen, start

__all__ = ["built", "place", "start"]


@pytest.fixture
def root(place: Path) -> Path:
    return place / "project"


def state(root: Path) -> State:
    return steps.standing(root, case_of(root)).state


def record(root: Path) -> revisions.Revision:
    return revisions.heads(root, case_of(root))[0][0]


def boxes(document) -> list[tuple[float, ...]]:
    return sorted(tuple(a.shape.bounds) for drawn in document.annotations.values() for a in drawn)


def correct(session: Session, *bounds: float, reason: str = "놓친 병변") -> None:
    """Draw a box and say why."""
    session.perform(box(*bounds))
    explain(session, reason)


def enlarge(session: Session) -> None:
    """Make the annotator's box two pixels wider, so that it still matches."""
    session.select([1])
    session.choose_mode(Mode.ADD)
    session.perform(box(10, 5, 17, 15))
    session.choose_mode(Mode.NEW)
    explain(session, "경계 수정")


def explain(session: Session, reason: str) -> None:
    for correction in session.corrections:
        session.give_reason(correction, reason)


def passed(start: Start, name: str, work=lambda session: None, role: str = "reviewer") -> Session:
    session = start(name, role)
    work(session)
    assert session.pass_case()
    return session


def test_two_who_change_nothing_agree_and_nothing_is_written_but_steps(root: Path, start: Start) -> None:
    before = record(root)
    passed(start, "박").close()
    assert state(root) is State.REVIEW
    session = passed(start, "정")
    assert state(root) is State.AGREED
    assert record(root) == before
    assert session.standing is not None and session.standing.state is State.AGREED and session.review is None
    session.perform(box(30, 30, 40, 40))
    assert session.said is not None and session.said.severity is Severity.WARNING
    session.close()


def test_a_correction_needs_a_reason_before_it_is_passed(root: Path, start: Start) -> None:
    session = start("박", "reviewer")
    session.perform(box(25, 25, 35, 35))
    assert not session.pass_case()
    assert "no reason" in str(session.said.message)
    explain(session, "놓친 병변")
    assert session.pass_case()
    session.close()
    (row,) = [row for row in log.read(root) if row.action == "correct"]
    assert (row.person, row.reason, row.facts["kind"], row.facts["iou"]) == ("박", "놓친 병변", "added", "0.0000")
    assert row.before == record(root).digest and float(row.facts["area difference (mm2)"]) > 0


def test_the_other_is_blind_until_both_are_in(root: Path, start: Start) -> None:
    passed(start, "박", lambda s: correct(s, 25, 25, 35, 35)).close()
    second = start("정", "reviewer")
    assert second.document.count() == 1
    assert second.review is not None and second.review.shown == () and second.review.found == ()
    second.show_other_reading()
    assert second.compared is None
    second.close()


def test_a_missed_lesion_goes_to_adjudication_and_the_adjudicator_decides(root: Path, start: Start) -> None:
    passed(start, "박", lambda s: correct(s, 25, 25, 35, 35)).close()
    passed(start, "정").close()
    assert state(root) is State.ADJUDICATION
    third = start("한", "adjudicator")
    assert third.review is not None and [d.kind for d in third.review.found] == [Kind.ONLY_ONE]
    third.show_other_reading()
    assert third.compared is not None
    (difference,) = third.review.found
    assert third.settled(difference) is Way.ONE
    assert not third.pass_case() and "not settled" in str(third.said.message)
    third.settle_difference(difference, Way.OTHER)
    assert third.settled(difference) is Way.OTHER and third.document.count() == 1
    third.undo()
    assert third.settled(difference) is Way.ONE and third.undecided() == (difference,)
    third.settle_difference(difference, Way.ONE)
    explain(third, "놓친 병변")
    assert third.pass_case()
    assert state(root) is State.AGREED
    assert boxes(record(root).document) == [(5, 5, 15, 15), (25, 25, 35, 35)]
    assert not [fact for fact in record(root).document.facts if fact.startswith("reason.")]
    assert boxes(third.document) == boxes(record(root).document)
    third.close()


def test_where_both_must_agree_the_adjudicated_reading_is_passed_by_both_once_more(root: Path, start: Start) -> None:
    path = root / "project.toml"
    path.write_text(path.read_text("utf-8").replace("unanimous = false", "unanimous = true"), "utf-8")
    passed(start, "박", lambda s: correct(s, 25, 25, 35, 35)).close()
    passed(start, "정").close()

    def settle(third: Session) -> None:
        assert third.review is not None
        third.settle_difference(third.review.found[0], Way.ONE)
        explain(third, "놓친 병변")

    passed(start, "한", settle, "adjudicator").close()
    assert state(root) is State.REVIEW and steps.standing(root, case_of(root)).verdicts == {}
    assert boxes(record(root).document) == [(5, 5, 15, 15), (25, 25, 35, 35)]
    for name in ("박", "정"):
        session = start(name, "reviewer")
        assert boxes(session.document) == [(5, 5, 15, 15), (25, 25, 35, 35)]
        assert session.pass_case()
        session.close()
    assert state(root) is State.AGREED


def test_a_case_given_to_one_reviewer_is_free_for_the_other_when_that_one_judged_it(root: Path, start: Start) -> None:
    steps.take(root, Step(case_of(root), 0, ASSIGN, "", "", "2026-03-04", facts={"to": "박"}), MANAGER, ())
    before = start("정", "reviewer")
    before.perform(box(25, 25, 35, 35))
    assert before.document.count() == 1
    before.close()
    passed(start, "박").close()
    passed(start, "정", lambda s: correct(s, 25, 25, 35, 35)).close()
    assert state(root) is State.ADJUDICATION


def test_what_is_agreed_is_delivered_and_stands_in_the_log(root: Path, start: Start) -> None:
    files = seen(root, "")
    for name in ("박", "정"):
        passed(start, name, lambda s: correct(s, 25, 25, 35, 35)).close()
    assert state(root) is State.AGREED
    assert boxes(record(root).document) == [(5, 5, 15, 15), (25, 25, 35, 35)]
    assert record(root).parents and record(root).author == "정"
    found = projects.open_project(root)
    assert found.remarks == () and list(log.verify(root)) == []
    assert set(files) < set(seen(root, ""))
    again = start("최", "manager")
    assert boxes(again.document) == [(5, 5, 15, 15), (25, 25, 35, 35)] and again.question is None
    again.close()


def test_an_outline_that_still_matches_waits_for_the_others_acceptance(root: Path, start: Start) -> None:
    passed(start, "박", enlarge).close()
    second = passed(start, "정")
    assert state(root) is State.REVIEW
    standing = steps.standing(root, case_of(root))
    assert waits_for(standing, "박") and waits_for(standing, "정")
    assert second.review is not None and [d.kind for d in second.review.found] == [Kind.OUTLINE]
    (difference,) = second.review.found
    second.settle_difference(difference, Way.OTHER)
    explain(second, "경계 수정")
    assert second.pass_case()
    assert state(root) is State.AGREED
    assert boxes(record(root).document) == [(5, 5, 17, 15)]
    second.close()


def test_who_keeps_the_own_outline_has_not_accepted_the_others(root: Path, start: Start) -> None:
    passed(start, "박", enlarge).close()
    second = passed(start, "정")
    assert second.pass_case()
    assert state(root) is State.ADJUDICATION
    second.close()


def test_a_case_is_sent_back_or_discarded_with_a_reason_only(root: Path, start: Start) -> None:
    session = start("박", "reviewer")
    session.send_back("  ")
    assert state(root) is State.REVIEW and "reason" in str(session.said.message)
    session.send_back("병변 여러 개 누락", State.SECOND_PASS)
    found = steps.standing(root, case_of(root))
    assert found.state is State.REWORK and found.rework_to is State.SECOND_PASS
    assert found.returned is not None and found.returned.reason == "병변 여러 개 누락"
    assert session.review is None
    session.close()
    moved(root, case_of(root), State.MACHINE_CHECK, State.REVIEW)
    session = start("박", "reviewer")
    session.discard_reviewed("영상 불량")
    assert state(root) is State.DISCARDED
    session.close()


def test_another_word_about_the_case_goes_to_adjudication(root: Path, start: Start) -> None:
    from annotator.i18n import message

    passed(start, "박", lambda s: s.say_of_case(message("x"), {DISCARD: "영상 불량"})).close()
    passed(start, "정").close()
    assert state(root) is State.ADJUDICATION


def test_who_does_not_review_the_case_passes_nothing(root: Path, start: Start) -> None:
    for name, role in (("이", "annotator"), ("한", "adjudicator")):
        session = start(name, role)
        assert not session.pass_case()
        session.close()
    assert steps.standing(root, case_of(root)).verdicts == {}


def test_a_reading_that_was_lost_is_told_and_nothing_is_concluded(root: Path, start: Start) -> None:
    passed(start, "박", lambda s: correct(s, 25, 25, 35, 35)).close()
    for path in (root / ".annotator" / "readings").rglob("rev-*.json"):
        path.unlink()
    session = passed(start, "정")
    assert session.said is not None and session.said.severity is Severity.ERROR
    assert state(root) is State.REVIEW
    session.close()


def test_what_was_looked_up_before_a_case_left_its_review_brings_the_review_not_back(root: Path, place: Path, built: Path) -> None:
    tasks = Held()
    session = Session(projects.open_project(root), tasks, author="박", role="reviewer", pin="1234", clock=lambda: "2026-03-04")
    session.open_folder([built / "images"])
    assert session.review is not None
    told = list[str]()
    session.subscribe(lambda topic: told.append(str(session.said.message)) if topic is Topic.MESSAGE and session.said else None)
    tasks.holding = True
    session.send_back("병변 여러 개 누락")
    tasks.let()
    assert state(root) is State.REWORK and session.review is None
    assert any("병변 여러 개 누락" in text for text in told) and len(session.done_today) == 1
    session.close()
