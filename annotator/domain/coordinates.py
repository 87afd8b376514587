"""Say which positions an annotation file of whole numbers can hold: where it counts from, which way, and how it cuts.

Read from the table `[coordinates]` of a project file.  Image coordinates are as everywhere: pixels from the top-left corner of the top-left
pixel, x right, y down.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from annotator.domain.path import Point
from annotator.domain.toml_table import Table

CENTRE, CORNER, PIXEL = "centre", "corner", "pixel"
DOWN, UP = "down", "up"
_CUTS: Mapping[str, Callable[[float], int]] = {
    "towards-zero": math.trunc,
    "nearest": lambda value: math.floor(value + 0.5),
    "down": math.floor,
}
_ALL_CUTS: Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "towards-zero": np.trunc,
    "nearest": lambda values: np.floor(values + 0.5),
    "down": np.floor,
}
FORMATS = ("breast-json",)
"""The formats that hold whole numbers: their projects have coordinates even without the table."""
KEYS = ("origin", "y", "rounding")


@dataclass(frozen=True)
class Coordinates:
    """How positions are written as whole numbers; the usual ones are those of the published breast-cancer data set.

    `origin`: `centre` of the image (columns / 2, rows / 2), its top-left `corner`, or the centre of the first `pixel`.
    """

    origin: str = CENTRE
    y: str = DOWN
    rounding: str = "towards-zero"

    def start(self, rows: int, columns: int) -> Point:
        """Return where zero lies, in image coordinates."""
        if self.origin == CENTRE:
            return columns / 2, rows / 2
        return (0.5, 0.5) if self.origin == PIXEL else (0.0, 0.0)

    def whole(self, point: Point, rows: int, columns: int) -> tuple[int, int]:
        """Return an image position in the file's coordinates, cut to whole numbers."""
        (x, y), (left, top), cut = point, self.start(rows, columns), _CUTS[self.rounding]
        return cut(x - left), cut((top - y) if self.y == UP else (y - top))

    def position(self, x: float, y: float, rows: int, columns: int) -> Point:
        """Return the image position of a point in the file's coordinates."""
        left, top = self.start(rows, columns)
        return left + x, top - y if self.y == UP else top + y

    def nearest(self, point: Point, rows: int, columns: int) -> Point:
        """Return the position inside the image that a file holds for a position of it; such a position stays where it is."""
        x, y = self.position(*self.whole(point, rows, columns), rows, columns)
        return _inside(x, columns), _inside(y, rows)

    def nearest_of(self, points: Sequence[Point], rows: int, columns: int) -> list[Point]:
        """Return what `nearest` gives for each of many points, all at once."""
        places = np.fromiter(chain.from_iterable(points), dtype=np.float64, count=2 * len(points)).reshape(-1, 2)
        start, sides = np.array(self.start(rows, columns)), np.array((columns, rows))
        turn = np.array((1.0, -1.0 if self.y == UP else 1.0))
        found = start + _ALL_CUTS[self.rounding]((places - start) * turn) * turn
        found += np.ceil(np.maximum(-found, 0))
        found -= np.ceil(np.maximum(found - sides, 0))
        return list(zip(*found.T.tolist(), strict=True))

    def holds(self, point: Point, rows: int, columns: int) -> bool:
        """Whether a file holds exactly this position."""
        return self.position(*self.whole(point, rows, columns), rows, columns) == point

    def offset(self, rows: int, columns: int) -> Point:
        """Return how far the positions that a file holds lie from whole pixels: 0 or 0.5 in each direction."""
        left, top = self.start(rows, columns)
        return left % 1, top % 1


def parse_coordinates(root: Table, formats: Collection[str]) -> Coordinates | None:
    """Return what the table says; None where there is none and no format of the project needs one.  Raises AnnotatorError."""
    if "coordinates" not in root.values and not set(formats) & set(FORMATS):
        return None
    table = root.table("coordinates")
    return Coordinates(
        origin=table.text("origin", CENTRE, choices=(CENTRE, CORNER, PIXEL)),
        y=table.text("y", DOWN, choices=(DOWN, UP)),
        rounding=table.text("rounding", "towards-zero", choices=tuple(_CUTS)),
    )


def _inside(value: float, size: int) -> float:
    """The same, or the next position that is not outside the image."""
    if value < 0:
        return value + math.ceil(-value)
    return value - math.ceil(value - size) if value > size else value
