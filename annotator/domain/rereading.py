"""Cases that are given to somebody once more: for practice, against the accepted record, or blindly, against what the person drew before.

A manager gives them (a step of the case), the person draws them like any other case, into a reading of their own that begins without what
was drawn before: for a second pass with the lines alone, else with nothing.  What comes of it is a step too, with the figures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.domain.agreement import Agreement, agreement_of
from annotator.domain.annotation import Annotation
from annotator.domain.course import AGAIN, READ_AGAIN, Standing, Step
from annotator.domain.coverage import coverage, lines_of
from annotator.domain.document import Document
from annotator.domain.image import Image, ImageKey
from annotator.domain.line_rule import Meaning
from annotator.domain.path import Path
from annotator.domain.person import Acting, Role
from annotator.domain.practice_rule import PracticeRule

PRACTICE, REPEAT = "practice", "repeat"
MODES = (PRACTICE, REPEAT)
DRAW = (Role.SPECIALIST, Role.ANNOTATOR)
"""Who draws cases once more."""


@dataclass(frozen=True)
class Score:
    """What a reading has of what it is held against: `right` lesions (or lines) with the right category, of `all` that either has."""

    right: int
    all: int

    @property
    def share(self) -> float:
        """right ÷ all; 1 of nothing."""
        return self.right / self.all if self.all else 1.0


@dataclass(frozen=True)
class Result:
    """What came of a case that somebody drew once more."""

    person: str
    role: str
    mode: str
    case: str
    time: str
    score: Score


@dataclass(frozen=True)
class Practised:
    """How a person stands against the rule: the mean of the last cases that count, and how many of them there are."""

    count: int
    mean: float
    passed: bool


def given(case: str, to: str, role: Role, mode: str, revision: str, time: str) -> Step:
    """Return the step that gives a case to somebody once more, to be held against the record with this digest."""
    return Step(case, 0, AGAIN, "", "", time, facts={"to": to, "role": role.value, "mode": mode}, revision=revision)


def read_again(step: Step, reading: str, revision: str, score: Score, time: str) -> Step:
    """Return the step that ends it."""
    facts = {"again": str(step.number), "mode": step.facts.get("mode", ""), "reading": reading, "right": str(score.right),
             "all": str(score.all)}  # fmt: skip
    return Step(step.case, 0, READ_AGAIN, "", "", time, facts=facts, revision=revision)


def again_for(standing: Standing, acting: Acting) -> Step | None:
    """Return the step by which a case is to be drawn once more by whoever is acting; None: by them it is not."""
    mine = (acting.name, acting.role.value if acting.role is not None else "")
    return next((step for step in standing.again if (step.facts.get("to"), step.facts.get("role")) == mine), None)


def begun(document: Document, role: str) -> Document:
    """Return the document with which a reading begins: the lines where they are answered, else nothing; no id comes twice."""
    kept = {key: tuple(a for a in there if role == Role.ANNOTATOR.value and isinstance(a.shape, Path))
            for key, there in document.annotations.items()}  # fmt: skip
    issued = {key: document.next_id(key) - 1 for key in {*document.annotations, *document.issued}}
    return Document({key: there for key, there in kept.items() if there}, issued)


def score(reading: Document, reference: Document, images: Iterable[Image], role: str, meaning: Meaning, least: float) -> Score:
    """Hold a reading against a reference: areas lesion by lesion; lines by the areas of the reference that they run through."""
    there = {image.key: image for image in images}
    if role == Role.SPECIALIST.value and any(lines_of(found) for found in reading.annotations.values()):
        return _of_lines(reading, reference, there, meaning)
    compared = Agreement(tuple(
        agreement_of(reading.on(key), reference.on(key), image.rows, image.columns, image.spacing, least) for key, image in there.items()
        if reading.on(key) or reference.on(key)
    ))  # fmt: skip
    return Score(compared.right, compared.lesions)


def practised(results: Sequence[Result], person: str, role: str, rule: PracticeRule) -> Practised:
    """Return how a person stands in a role: the mean share of the last cases that were practised, each counted by its last result."""
    last = {found.case: found for found in results if (found.person, found.role, found.mode) == (person, role, PRACTICE)}
    counted = sorted(last.values(), key=lambda found: found.time)[-max(rule.cases, 1):]
    mean = sum(found.score.share for found in counted) / len(counted) if counted else 0.0
    return Practised(len(counted), mean, rule.cases == 0 or (len(counted) >= rule.cases and mean >= rule.bar))


def sampled(cases: Iterable[str], share: float, seed: int) -> tuple[str, ...]:
    """Return a share of cases, the same ones for the same seed; at least one where the share is above zero and there are any."""
    order = sorted(set(cases), key=lambda case: hashlib.sha256(f"{seed}:{case}".encode()).digest())
    count = max(1, round(len(order) * share)) if order and share > 0 else 0
    return tuple(sorted(order[:count]))


def result_of(person: str, role: str, case: str, time: str, facts: Mapping[str, str]) -> Result | None:
    """Return the result that a step or a row of the log tells; None where its figures cannot be understood."""
    right, every = facts.get("right", ""), facts.get("all", "")
    if not (right.isdecimal() and every.isdecimal() and facts.get("mode") in MODES):
        return None
    return Result(person, role, facts["mode"], case, time, Score(int(right), int(every)))


def _of_lines(reading: Document, reference: Document, images: Mapping[ImageKey, Image], meaning: Meaning) -> Score:
    """Lines that hold an area of the reference of their category; areas without one are missed, lines without one are extra."""
    mine = [a for key in images for a in lines_of(reading.on(key))]
    areas = [a for key in images for a in reference.on(key) if not isinstance(a.shape, Path)]
    found = coverage([*mine, *_renumbered(areas)], {}, meaning)
    right = sum(answer.enough and any(a.category == answer.line.category for a in answer.regions) for answer in found.lines)
    return Score(right, len(found.lines) + _lesions(found.strays))


def _renumbered(areas: Sequence[Annotation]) -> list[Annotation]:
    """Areas of another document beside lines: no id twice, and bound to no line yet."""
    return [replace(a, id=10_000_000 + n, answers=None) for n, a in enumerate(areas)]


def _lesions(areas: Iterable[Annotation]) -> int:
    """How many lesions areas show."""
    return len({a.lesion if a.lesion is not None else (a.image, a.id) for a in areas})
