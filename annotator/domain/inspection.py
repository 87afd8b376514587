"""What an inspection of images notes of a case: the marks, and whether the images pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from annotator.domain.course import INSPECT, Step
from annotator.i18n import mark

TILT, UNREADABLE, MARGIN, ROTATION, NOISE, OTHER = "tilt", "unreadable", "margin", "rotation", "noise", "other"
MARKS: Mapping[str, str] = {
    TILT: mark("Tilt"),
    UNREADABLE: mark("Unreadable"),
    MARGIN: mark("Margin"),
    ROTATION: mark("Rotation"),
    NOISE: mark("Noise"),
    OTHER: mark("Other"),
}
"""What may be wrong with images, and how it is called; the columns of the inspection sheet."""
RESULT, PASSED, FAILED = "result", "pass", "fail"
_NO = ("", "0", "no", "false")


@dataclass(frozen=True)
class Inspected:
    """An inspection: what was found (mark → what was written, perhaps just `yes`), whether the images pass, who looked and when."""

    marks: Mapping[str, str]
    passed: bool
    inspector: str
    time: str


def last_inspection(steps: Iterable[Step]) -> Inspected | None:
    """Return the newest inspection of a case; None: nobody inspected it.

    An inspection is a step of the kind `inspect`; its facts hold the marks by name, and `result` (`pass` or `fail`; without one a case
    with a mark fails).
    """
    found = None
    for step in steps:
        if step.kind == INSPECT:
            marks = {name: step.facts[name] for name in MARKS if step.facts.get(name, "").lower() not in _NO}
            result = step.facts.get(RESULT, FAILED if marks else PASSED)
            found = Inspected(marks, result == PASSED, step.person, step.time)
    return found
