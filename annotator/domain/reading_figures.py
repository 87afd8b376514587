"""What readers' readings, held against the final version of their cases, say together: agreement by week, and categories that are confused.

The figures are those of `domain.agreement`: by lesions, matched of the right category ÷ (matched + missed + extra).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotator.domain.rates import Cell, Counts


@dataclass(frozen=True)
class Against:
    """One reader's last reading of a case against the final version; `time` is when it was saved, `week` the Monday before it.

    `cells`: how many matched lesions the reader calls the one category and the final version the other.
    """

    case: str
    reader: str
    time: str
    week: str
    matched: int
    right: int
    missed: int
    extra: int
    cells: Mapping[Cell, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Together:
    """What some readings say together; `name`: the Monday of their week, or the reader whose last ones they are.

    `differing`: cases in which a lesion is missed, extra or of another category.
    """

    name: str
    readings: int
    matched: int
    right: int
    missed: int
    extra: int
    cases: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()

    @property
    def lesions(self) -> int:
        """Matched, missed and extra."""
        return self.matched + self.missed + self.extra

    @property
    def share(self) -> float:
        """Matched lesions of the right category ÷ (matched + missed + extra); 1 where there are none."""
        return self.right / self.lesions if self.lesions else 1.0

    def measure(self, name: str) -> float | None:
        """Return the figure that a project's bar is held against; None for one that lesions alone do not tell."""
        if name == "lesions":
            return self.share
        if name == "f1":
            found = Counts(self.matched, self.extra, self.missed).f1
            return 1.0 if found is None else found
        return None


@dataclass(frozen=True)
class Readings:
    """What is known of all readings.

    `weeks`: all readers by week; `readers`: each reader's last cases, as many as the project's bar looks at; `cells`: lesions and cases of
    each pair of categories; `left`: cases that are not compared yet.
    """

    weeks: tuple[Together, ...] = ()
    readers: tuple[Together, ...] = ()
    cells: Mapping[Cell, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    left: int = 0
