"""Hold the bar against what people drew: the figures of each finished case, those over a person's last cases, and which cases lie below.

A finished case is measured once, whoever drew its last pass against its agreed version, and the figures are written down with what cost
them (`facts_of`), so that a person's figure over many cases is added up and not measured again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from annotator.domain.agreement import Agreement, ImageAgreement
from annotator.domain.course import State
from annotator.domain.rates import Counts
from annotator.domain.reviewing import Reviewing

MISSED, EXTRA, CATEGORY = "missed", "extra", "category"
"""How a lesion costs agreement: only the agreed version has it, only the reading has it, the reading names another category."""
FINISHED = (State.AGREED, State.ACCEPTED)
"""States in which there is an agreed version to be held against."""
_FIGURES, _LOST = "agreement", "lost"
_COUNTS = ("right", "matched", "missed", "extra", "images")
_MOST = 40
"""So many lesions are written down of one case; the counts tell of all."""


@dataclass(frozen=True)
class Lost:
    """A lesion that cost agreement; `image`: how its image is called, `category` its own (of the reading, where it has it), `right`: as
    it should be, `key`: its image."""

    image: str
    how: str
    category: str
    right: str = ""
    key: str = ""


@dataclass(frozen=True)
class Measured:
    """The figures of one reading of a case; `images`, and the sums of IoU and Dice over them; `step`: where in the case it is written."""

    case: str
    person: str
    time: str = ""
    step: int = 0
    right: int = 0
    matched: int = 0
    missed: int = 0
    extra: int = 0
    images: int = 0
    iou: float = 0.0
    dice: float = 0.0
    lost: tuple[Lost, ...] = ()

    def measure(self, name: str) -> float:
        """Return the figure that the bar is held against, as `Agreement.measure` does."""
        return figure((self,), name)


@dataclass(frozen=True)
class Against:
    """How a person stands against the bar: their last cases, newest first, and all of their cases that lie below it, of any time.

    `returned`: those that were sent back for it and not drawn again yet.
    """

    person: str
    rules: Reviewing
    recent: tuple[Measured, ...]
    below: tuple[Measured, ...] = ()
    returned: tuple[Measured, ...] = ()

    @cached_property
    def figure(self) -> float:
        """The figure of the last cases together."""
        return figure(self.recent, self.rules.measure)

    @property
    def met(self) -> bool:
        """Whether the bar is reached over the last cases."""
        return self.figure >= self.rules.bar


def measured(case: str, person: str, images: Iterable[tuple[str, str, ImageAgreement]]) -> Measured:
    """Return the figures of a person's reading of a case against the agreed version; each image with how it is called, and its key."""
    there = tuple(images)
    found = Agreement(tuple(image for *_, image in there))
    lost = tuple(one for name, key, image in there for one in _lost(name, key, image))
    return Measured(case, person, right=found.right, matched=found.matched, missed=found.missed, extra=found.extra, images=len(there),
                    iou=sum(image.iou for *_, image in there), dice=sum(image.dice for *_, image in there), lost=lost)  # fmt: skip


def figure(cases: Sequence[Measured], name: str) -> float:
    """Return a measure of several cases together: `lesions`, `f1`, `iou` or `dice`; 1 of nothing."""
    right, matched, missed, extra, images = (sum(getattr(c, n) for c in cases) for n in _COUNTS)
    if name == "lesions":
        every = matched + missed + extra
        return right / every if every else 1.0
    if name == "f1":
        f1 = Counts(matched, extra, missed).f1
        return 1.0 if f1 is None else f1
    return sum(getattr(case, name) for case in cases) / images if images else 1.0


def against(found: Iterable[Measured], rules: Reviewing) -> tuple[Against, ...]:
    """Return how everybody stands, in order of name; each case counts by what was measured of it last."""
    last: dict[tuple[str, str], Measured] = {}
    for one in found:
        known = last.get((one.person, one.case))
        if known is None or known.step <= one.step:
            last[one.person, one.case] = one
    people: dict[str, list[Measured]] = {}
    for one in sorted(last.values(), key=lambda one: (one.time, one.case), reverse=True):
        people.setdefault(one.person, []).append(one)
    return tuple(Against(person, rules, tuple(own[: rules.window]), tuple(one for one in own if one.measure(rules.measure) < rules.bar))
                 for person, own in sorted(people.items()))  # fmt: skip


def facts_of(found: Measured) -> dict[str, str]:
    """Return what a step tells of the figures: numbers with spaces between, and a line for each lesion with tabs between."""
    numbers = [*(str(getattr(found, name)) for name in _COUNTS), f"{found.iou:.6f}", f"{found.dice:.6f}"]
    lost = "\n".join("\t".join((one.image, one.how, one.category, one.right, one.key)) for one in found.lost[:_MOST])
    return {_FIGURES: " ".join(numbers), _LOST: lost, "drew": found.person}


def measured_of(case: str, time: str, facts: Mapping[str, str]) -> Measured | None:
    """Return the figures that a step or a row of the log tells; None where it tells none that can be understood."""
    try:
        *counts, iou, dice = facts[_FIGURES].split(" ")
        lost = tuple(Lost(*line.split("\t")) for line in facts[_LOST].split("\n") if line)
        numbers = dict(zip(_COUNTS, map(int, counts), strict=True))
        return Measured(case, facts["drew"], time, int(facts.get("step", "0")), **numbers, iou=float(iou), dice=float(dice), lost=lost)
    except (KeyError, TypeError, ValueError):
        return None


def _lost(name: str, key: str, image: ImageAgreement) -> list[Lost]:
    found = image.matching
    return [
        *(Lost(name, MISSED, category, category, key) for _, category in found.missed),
        *(Lost(name, EXTRA, category, "", key) for _, category in found.extra),
        *(Lost(name, CATEGORY, pair.category, pair.other_category, key) for pair in found.pairs if not pair.right),
    ]
