"""What a manager wants to know is counted rightly: each case and correction once, from whatever order the log is read in."""

from __future__ import annotations

from datetime import datetime

import pytest

from annotator.domain.figures import ADJUDICATION, AGAIN, FIRST, REVIEW, SECOND, Event, Figures, cases, minutes, work_of


def counted(*events: Event) -> Figures:
    figures = Figures()
    for event in events:
        figures.add(event)
    return figures


def move(case: str, before: str, after: str, time: str = "2026-11-26T09:00:00+09:00", person: str = "김") -> Event:
    moment = datetime.fromisoformat(time)
    return Event("move", case, person, "", time[:10], moment.timestamp(), before, after)


def correct(case: str, before: str, after: str, reason: str = "경계", annotation: str = "1", person: str = "김") -> Event:
    facts = {"image": "1.2", "annotation": annotation, "category before": before, "category after": after}
    return Event("correct", case, person, "reviewer", reason=reason, facts=facts)


@pytest.mark.parametrize(
    ("event", "work"),
    [
        (move("a", "new", "second_pass"), FIRST),
        (move("a", "first_pass", "machine_check"), FIRST),
        (move("a", "second_pass", "machine_check"), SECOND),
        (move("a", "rework", "machine_check"), AGAIN),
        (move("a", "new", "first_pass"), ""),
        (move("a", "second_pass", "discarded"), ""),
        (move("a", "machine_check", "review"), ""),
        (Event("verdict", "a", "김", "reviewer"), REVIEW),
        (Event("verdict", "a", "김", "adjudicator"), ADJUDICATION),
        (Event("ask", "a", "김"), ""),
    ],
)
def test_only_what_ends_a_piece_of_work_counts_as_work(event: Event, work: str) -> None:
    assert work_of(event) == work


def test_work_is_counted_by_person_and_day_and_a_case_twice_a_day_counts_once() -> None:
    figures = counted(
        move("a", "new", "second_pass"), move("a", "new", "second_pass"), move("b", "new", "second_pass"),
        move("c", "new", "second_pass", "2026-11-27T09:00:00+09:00"), move("a", "second_pass", "machine_check", person="이"),
    )  # fmt: skip
    found = {key: len(done) for key, done in figures.work.items()}
    assert found == {("김", "2026-11-26"): 2, ("김", "2026-11-27"): 1, ("이", "2026-11-26"): 1}


def test_a_correction_that_both_reviewers_make_counts_once() -> None:
    figures = counted(
        correct("a", "x", "y"), correct("a", "x", "y", person="이"), correct("a", "x", "y", annotation="2"), correct("b", "x", "x", ""),
        correct("c", "", "y", "놓침"),
    )  # fmt: skip
    assert {reason: len(behind) for reason, behind in figures.reasons.items()} == {"경계": 2, "": 1, "놓침": 1}
    assert {category: cases(behind) for category, behind in figures.categories.items()} == {"x": ("a", "b"), "y": ("c",)}


def test_time_per_case_is_the_median_between_ends_of_one_person_without_pauses() -> None:
    times = ("09:00", "09:04", "09:10", "09:18", "13:00", "13:04")
    figures = counted(*(move(time, "new", "second_pass", f"2026-11-26T{time}:00+09:00") for time in times))
    assert minutes(figures) == {FIRST: (5.0, 4)}
    assert minutes(counted(move("a", "new", "second_pass"))) == {}
