"""A drawn line: one or more open polylines, with its length in millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from annotator.domain.marks import Mark, flat, mark_of

Point = tuple[float, float]
Polyline = tuple[Point, ...]


@dataclass(frozen=True)
class Path:
    """Open polylines in image coordinates; each part has at least two vertices."""

    parts: tuple[Polyline, ...]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The tight box (x1, y1, x2, y2)."""
        xs = [x for part in self.parts for x, _ in part]
        ys = [y for part in self.parts for _, y in part]
        return min(xs), min(ys), max(xs), max(ys)

    @cached_property
    def mark(self) -> Mark:
        """See `annotator.domain.marks`; kept for whoever asks next."""
        return mark_of(["path", [len(part) for part in self.parts]], flat(self.parts))

    def length(self, spacing: tuple[float, float] = (1.0, 1.0)) -> float:
        """Length in mm for a (row, column) spacing in mm; in pixels without one."""
        down, right = spacing
        return sum(math.hypot((bx - ax) * right, (by - ay) * down) for part in self.parts for (ax, ay), (bx, by) in pairwise(part))

    def moved(self, dx: float, dy: float) -> Path:
        """Return the path moved by (dx, dy) pixels."""
        return Path(tuple(tuple((x + dx, y + dy) for x, y in part) for part in self.parts))
