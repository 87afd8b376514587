"""What the steps of a case make of it, and who may take which."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.course import (
    ANSWER,
    ASK,
    ASSIGN,
    MOVE,
    VERDICT,
    Standing,
    State,
    Step,
    after,
    may_draw,
    refusal,
    role_for,
    standing,
    when_done,
)  # fmt: skip
from annotator.domain.person import Acting, Role
from annotator.domain.project import Pass

PASSES = (Pass("specialist", ("Line",)), Pass("annotator", ("Free",)))
SPECIALIST, ANNOTATOR = Acting("김", Role.SPECIALIST), Acting("이", Role.ANNOTATOR)
REVIEWER, MANAGER = Acting("박", Role.REVIEWER), Acting("최", Role.MANAGER)


def step(kind: str = MOVE, to: State = State.NEW, who: Acting = MANAGER, reason: str = "", **facts: str) -> Step:
    return Step("case", 1, kind, who.name, who.role.value if who.role else "", "2026-01-01", after=to, reason=reason, facts=facts)


def walked(*steps: Step) -> Standing:
    """How a case stands after steps, each from the state that it is in then."""
    found = Standing()
    for number, one in enumerate(steps, 1):
        found = after(found, replace(one, number=number, before=found.state, digest=f"d{number}"))
    return found


def test_a_case_without_steps_is_new_and_waits_for_the_first_pass() -> None:
    assert standing(()).state is State.NEW
    assert role_for(standing(()), PASSES) is Role.SPECIALIST


def test_a_case_goes_through_both_passes_to_review() -> None:
    first = walked(step(to=State.FIRST_PASS, who=SPECIALIST))
    assert when_done(first, PASSES) is State.SECOND_PASS
    second = walked(step(to=State.FIRST_PASS, who=SPECIALIST), step(to=State.SECOND_PASS, who=SPECIALIST))
    assert role_for(second, PASSES) is Role.ANNOTATOR
    assert second.drew == {State.FIRST_PASS: "김"}
    assert when_done(second, PASSES) is State.MACHINE_CHECK


def test_a_modality_with_one_pass_goes_from_it_to_the_machine_check() -> None:
    assert when_done(Standing(), PASSES[:1]) is State.MACHINE_CHECK


def test_rework_goes_back_to_the_pass_that_was_named_and_to_who_drew_it() -> None:
    found = walked(step(to=State.SECOND_PASS, who=SPECIALIST), step(to=State.MACHINE_CHECK, who=ANNOTATOR),
                   step(to=State.REWORK, reason="too small", to_=""))  # fmt: skip
    assert found.rework_to is State.FIRST_PASS
    back = walked(step(to=State.SECOND_PASS, who=SPECIALIST), step(to=State.MACHINE_CHECK, who=ANNOTATOR),
                  Step("case", 3, MOVE, "박", "reviewer", "", after=State.REWORK, reason="too small",
                       facts={"to": "second_pass", "person": "이"}))  # fmt: skip
    assert (back.rework_to, back.assignee, role_for(back, PASSES)) == (State.SECOND_PASS, "이", Role.ANNOTATOR)
    assert back.returned is not None and back.returned.reason == "too small"
    assert when_done(back, PASSES) is State.MACHINE_CHECK


@pytest.mark.parametrize("to", [State.REWORK, State.DISCARDED])
def test_sending_back_and_discarding_want_a_reason(to: State) -> None:
    found = walked(step(to=State.MACHINE_CHECK))
    assert refusal(found, step(to=to), MANAGER, PASSES) is not None
    assert refusal(found, step(to=to, reason="motion"), MANAGER, PASSES) is None


def test_only_the_role_of_a_pass_finishes_it() -> None:
    assert refusal(Standing(), step(to=State.SECOND_PASS), ANNOTATOR, PASSES) is not None
    assert refusal(Standing(), step(to=State.SECOND_PASS), SPECIALIST, PASSES) is None
    assert refusal(Standing(), step(to=State.SECOND_PASS), Acting("x"), PASSES) is None


def test_a_case_does_not_jump_from_new_to_accepted() -> None:
    assert refusal(Standing(), step(to=State.ACCEPTED), MANAGER, PASSES) is not None


def test_nobody_reviews_what_they_drew() -> None:
    drawn = replace(walked(step(to=State.MACHINE_CHECK, who=ANNOTATOR), step(to=State.REVIEW)), drew={State.SECOND_PASS: "박"})
    assert refusal(drawn, step(VERDICT), REVIEWER, PASSES) is not None
    assert refusal(replace(drawn, drew={}), step(VERDICT), REVIEWER, PASSES) is None
    assert may_draw(drawn, REVIEWER, PASSES) is not None


def test_verdicts_of_an_earlier_review_do_not_count_in_the_next() -> None:
    found = walked(step(to=State.MACHINE_CHECK), step(to=State.REVIEW), step(VERDICT, who=REVIEWER))
    assert set(found.verdicts) == {"박"}
    again = after(after(found, step(to=State.REWORK, reason="x")), step(to=State.REVIEW))
    assert again.verdicts == {}


def test_a_question_parks_the_case_until_it_is_answered() -> None:
    asked = walked(step(to=State.FIRST_PASS, who=SPECIALIST), step(ASK, image="1#0", x="3", y="4", text="?", to="김"))
    assert asked.parked and asked.questions[0].number == 2
    assert not after(asked, step(ANSWER, question="2", answer="lesion")).parked
    assert after(asked, step(ANSWER, question="1", answer="lesion")).parked


def test_a_person_takes_a_free_case_and_gives_it_back_but_only_a_manager_gives_it_to_others() -> None:
    assert refusal(Standing(), step(ASSIGN, to_="x"), SPECIALIST, PASSES) is not None
    own = Step("case", 1, ASSIGN, "김", "specialist", "", facts={"to": "김"})
    assert refusal(Standing(), own, SPECIALIST, PASSES) is None
    assert refusal(Standing(assignee="이"), own, SPECIALIST, PASSES) is not None
    assert refusal(Standing(assignee="김"), replace(own, facts={"to": ""}), SPECIALIST, PASSES) is None
    assert refusal(Standing(assignee="이"), own, MANAGER, PASSES) is None


def test_drawing_is_for_the_role_whose_turn_it_is_and_for_whom_the_case_is_given_to() -> None:
    assert may_draw(Standing(), SPECIALIST, PASSES) is None
    assert may_draw(Standing(), ANNOTATOR, PASSES) is not None
    assert may_draw(Standing(assignee="정"), SPECIALIST, PASSES) is not None
    assert may_draw(Standing(state=State.ACCEPTED), SPECIALIST, PASSES) is not None
    assert may_draw(Standing(state=State.ACCEPTED), Acting("anybody"), PASSES) is None


@given(st.lists(st.sampled_from(list(State)), max_size=12))
def test_whatever_moves_are_tried_the_state_is_that_of_the_last_one_allowed(wanted: list[State]) -> None:
    found, last = Standing(), State.NEW
    for to in wanted:
        one = step(to=to, reason="because")
        if refusal(found, one, MANAGER, PASSES) is None:
            found, last = after(found, replace(one, before=found.state)), to
    assert found.state is last
