"""Count what a manager wants to know of the work: who finished what on which day, how long it takes, what reviewers correct.

Everything is counted from events, in any order; each figure keeps the cases behind it, and what is told twice counts once.  Figures grow
by `Figures.add`, so that a log that only grew is not counted from its beginning again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from annotator.domain.course import MOVE, VERDICT, State
from annotator.domain.person import Role

CORRECT = "correct"
ACTIONS = (MOVE, VERDICT, CORRECT)
"""Events that count; others are passed over."""
FIRST, SECOND, AGAIN, REVIEW, ADJUDICATION = "first", "second", "again", "review", "adjudication"
WORKS = (FIRST, SECOND, AGAIN, REVIEW, ADJUDICATION)
"""Kinds of work that a person finishes a case of."""
LONGEST = 1800.0
"""Seconds between two finished cases that are a pause, and not work on one case."""
LEAST = 3
"""So many times are needed to say how long a case takes."""
_PASSES = {State.NEW.value: FIRST, State.FIRST_PASS.value: FIRST, State.SECOND_PASS.value: SECOND, State.REWORK.value: AGAIN}
_ENDS = (State.SECOND_PASS.value, State.MACHINE_CHECK.value)
Behind = set[tuple[str, ...]]
"""What a figure counts, each with its case first."""


@dataclass(frozen=True)
class Event:
    """One thing that was done: `before` and `after` are values of states, `facts` those of the log.

    `day` it was done on, YYYY-MM-DD; `seconds` since any origin; without a time they are empty.
    """

    action: str
    case: str
    person: str = ""
    role: str = ""
    day: str = ""
    seconds: float = 0.0
    before: str = ""
    after: str = ""
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Figures:
    """What was counted by now.

    `work`: per person and day (YYYY-MM-DD) the cases that they finished, with the kind of work; `ended`: per kind and person when, in
    seconds; `reasons` and `categories`: the corrected annotations, each as case, image, annotation.
    """

    work: dict[tuple[str, str], Behind] = field(default_factory=dict)
    ended: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    reasons: dict[str, Behind] = field(default_factory=dict)
    categories: dict[str, Behind] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        """Count one more event."""
        if event.action == CORRECT:
            self._add_correction(event)
            return
        work = work_of(event)
        if work and event.day:
            self.work.setdefault((event.person, event.day), set()).add((event.case, work))
            self.ended.setdefault((work, event.person), []).append(event.seconds)

    def _add_correction(self, event: Event) -> None:
        one = (event.case, event.facts.get("image", ""), event.facts.get("annotation", ""))
        before, after = event.facts.get("category before", ""), event.facts.get("category after", "")
        self.reasons.setdefault(event.reason.strip(), set()).add(one)
        self.categories.setdefault(before or after, set()).add(one)

    @property
    def empty(self) -> bool:
        """Whether there is nothing that was counted."""
        return not (self.work or self.reasons)


def work_of(event: Event) -> str:
    """Return which kind of work on a case ended with an event, one of WORKS; empty: none did."""
    if event.action == VERDICT:
        return ADJUDICATION if event.role == Role.ADJUDICATOR.value else REVIEW
    if event.action == MOVE and event.after in _ENDS:
        return _PASSES.get(event.before, "")
    return ""


def cases(behind: Behind) -> tuple[str, ...]:
    """Return the cases behind a figure, in order."""
    return tuple(sorted({one[0] for one in behind}))


def minutes(figures: Figures) -> dict[str, tuple[float, int]]:
    """Return per kind of work how many minutes a case takes, the median over all people, and over how many times that is.

    The time of a case is that between two cases which the same person finished one after the other; more than LONGEST is a pause.
    """
    gaps: dict[str, list[float]] = {}
    for (work, _), moments in figures.ended.items():
        ordered = sorted(moments)
        between = (after - before for before, after in zip(ordered, ordered[1:], strict=False))
        gaps.setdefault(work, []).extend(gap for gap in between if 0 < gap <= LONGEST)
    return {work: (median(gaps[work]) / 60, len(gaps[work])) for work in WORKS if len(gaps.get(work, ())) >= LEAST}


@dataclass(frozen=True)
class Amassed:
    """How much there is of one modality's class in one state."""

    state: State
    modality: str
    class_folder: str
    cases: int
    images: int
