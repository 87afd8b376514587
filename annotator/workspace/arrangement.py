"""Say how views stand beside one another: in rows from top to bottom, or in columns from left to right.  A value."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 12
"""More views than this are never shown at once."""
_TEXT = re.compile(r"(\|?)([1-9]\d?(?:,[1-9]\d?)*)")


@dataclass(frozen=True)
class Arrangement:
    """How many views stand in each line; lines are rows, or columns if `upright`.  Views are numbered line by line, from 0."""

    counts: tuple[int, ...] = (1,)
    upright: bool = False

    def __str__(self) -> str:
        return ("|" if self.upright else "") + ",".join(map(str, self.counts))

    @staticmethod
    def grid(rows: int, columns: int) -> Arrangement:
        """Return rows × columns views."""
        return Arrangement((columns,) * rows)

    @staticmethod
    def parse(text: str) -> Arrangement:
        """Read what `str` wrote; a single view for anything else."""
        found = _TEXT.fullmatch(text)
        read = Arrangement(tuple(map(int, found[2].split(","))), bool(found[1])) if found else Arrangement()
        return read if read.count <= MOST else Arrangement()

    @property
    def count(self) -> int:
        """How many views there are."""
        return sum(self.counts)

    def line_of(self, number: int) -> tuple[int, int]:
        """Return the line of a view and its place in it; raises IndexError where there is no such view."""
        for line, count in enumerate(self.counts):
            if number < count:
                return line, number
            number -= count
        raise IndexError("there are not so many views")

    def rows_at(self, number: int) -> int:
        """Return how many views stand one above the other where a view stands."""
        return self.counts[self.line_of(number)[0]] if self.upright else len(self.counts)

    def first_of(self, line: int) -> int:
        """Return the number of a line's first view."""
        return sum(self.counts[:line])

    def with_another(self, number: int, *, below: bool) -> tuple[Arrangement, int]:
        """Return the arrangement with one more view beside a view, or below it, and the number of the new one.

        Within a line it stands next to the view; across the lines it gets a line of its own.
        """
        line, place = self.line_of(number)
        counts = list(self.counts)
        if len(counts) == 1 and counts[0] == 1:
            return Arrangement((2,), upright=below), 1
        if below == self.upright:
            counts[line] += 1
            return Arrangement(tuple(counts), self.upright), self.first_of(line) + place + 1
        counts.insert(line + 1, 1)
        return Arrangement(tuple(counts), self.upright), self.first_of(line + 1)

    def without(self, number: int) -> Arrangement:
        """Return the arrangement without a view; the last one stays."""
        line, _ = self.line_of(number)
        if self.count == 1:
            return self
        counts = list(self.counts)
        counts[line] -= 1
        left = tuple(count for count in counts if count)
        return Arrangement((1,)) if left == (1,) else Arrangement(left, self.upright)
