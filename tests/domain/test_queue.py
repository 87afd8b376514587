"""What is next for whom, and how cases are dealt."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.course import State
from annotator.domain.person import Acting, Role
from annotator.domain.queue import ASKED, FREE, GIVEN, RETURNED, Entry, reason, seconds_left, shared

ENTRY = Entry("c", "P1", "S1", "CCT", "malignant", State.SECOND_PASS, role="annotator")
WHO = Acting("이", Role.ANNOTATOR)


def test_a_free_case_of_the_own_role_is_next_and_one_that_is_given_before() -> None:
    assert reason(ENTRY, WHO) == FREE
    assert reason(replace(ENTRY, assignee="이"), WHO) == GIVEN
    assert reason(replace(ENTRY, assignee="정"), WHO) == ""
    assert reason(ENTRY, Acting("김", Role.SPECIALIST)) == ""


def test_what_was_sent_back_and_what_is_asked_come_first() -> None:
    assert reason(replace(ENTRY, state=State.REWORK, assignee="이"), WHO) == RETURNED
    assert reason(replace(ENTRY, asked=("이",)), WHO) == ASKED
    assert reason(replace(ENTRY, asked=("annotator",)), WHO) == ASKED


def test_a_parked_case_waits_for_who_was_asked() -> None:
    assert reason(replace(ENTRY, asked=("김",)), WHO) == ""


def test_a_class_that_is_not_drawn_on_never_comes_to_who_draws_but_is_reviewed() -> None:
    normal = replace(ENTRY, class_folder="normal")
    drawn = ("benign", "malignant")
    assert reason(normal, WHO, drawn, "unclassified") == ""
    assert reason(replace(ENTRY, class_folder="unclassified"), WHO, drawn, "unclassified") == FREE
    assert reason(replace(normal, state=State.REVIEW, role="reviewer"), Acting("박", Role.REVIEWER), drawn) == FREE


def test_who_drew_or_judged_a_case_does_not_get_it_for_review() -> None:
    review = replace(ENTRY, state=State.REVIEW, role="reviewer")
    reviewer = Acting("박", Role.REVIEWER)
    assert reason(review, reviewer) == FREE
    assert reason(replace(review, drew=("박",)), reviewer) == ""
    assert reason(replace(review, judged=("박",)), reviewer) == ""


def test_outlines_to_be_accepted_come_back_to_both_reviewers_first() -> None:
    review = replace(ENTRY, state=State.REVIEW, role="reviewer", judged=("박", "정"))
    assert [reason(review, Acting(name, Role.REVIEWER)) for name in ("박", "정")] == [RETURNED, RETURNED]


def test_a_case_given_to_one_reviewer_is_free_for_the_second_when_the_first_judged_it() -> None:
    review, second = replace(ENTRY, state=State.REVIEW, role="reviewer", assignee="박"), Acting("정", Role.REVIEWER)
    assert reason(review, second) == ""
    assert reason(replace(review, judged=("박",)), second) == FREE


def test_without_roles_everything_that_waits_is_next() -> None:
    assert reason(ENTRY, Acting("누구")) == FREE
    assert reason(replace(ENTRY, role=""), Acting("누구")) == ""


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 300)), max_size=40),
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 5), min_size=1),
    st.none() | st.integers(0, 9),
)
def test_every_case_is_dealt_once_and_patients_stay_together(
    made: list[tuple[int, int]], shares: dict[str, float], seed: int | None
) -> None:
    entries = [Entry(f"c{n}", f"P{patient}", images=images) for n, (patient, images) in enumerate(made)]
    found = shared(entries, shares, seed)
    assert set(found) == {entry.case for entry in entries} and set(found.values()) <= set(shares)
    assert all(len({found[e.case] for e in entries if e.patient == patient}) == 1 for patient in {e.patient for e in entries})
    assert shared(entries, shares, seed) == found


def test_shares_are_kept_as_far_as_patients_allow() -> None:
    entries = [Entry(f"c{n}", f"P{n:03}", images=1) for n in range(90)]
    found = list(shared(entries, {"a": 2, "b": 1}).values())
    assert (found.count("a"), found.count("b")) == (60, 30)


def test_nobody_with_a_share_is_an_error() -> None:
    with pytest.raises(ValueError):
        shared([ENTRY], {"a": 0})


def test_the_time_left_goes_by_the_usual_case_and_not_by_pauses() -> None:
    assert seconds_left([0, 60, 120, 4000, 4060], 10) == 600
    assert seconds_left([5], 10) is None
