"""Count how often outlines wind around the centres of an image's pixels, however often they cross themselves, in bounded memory.

All arithmetic is that of `raster`: an edge is computed from its upper end, the product before the division.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_BAND, _BLOCK, _CHUNK = 16, 16_384, 500_000
"""Rows that are looked at together, edges that are computed at once, and crossings that are kept at once."""


class Winding:
    """The changes of the winding number along each row of an image of `rows` × `columns` pixels, which outlines and runs add to."""

    def __init__(self, rows: int, columns: int) -> None:
        self._rows, self._columns = rows, columns
        self._steps = np.zeros((rows, columns + 1), dtype=np.int32)

    def add_outlines(self, points: Floats, following: Floats) -> None:
        """Add closed outlines, each as its vertices and the vertices that follow them, both (n, 2).

        Rows that an edge only begins or ends in are counted crossing by crossing; whole bands of rows that it goes through need no list.
        """
        edges, down = upright(points, following), points[:, 1] < following[:, 1]
        first, stop = rows_of(edges, self._rows)
        inner, outer = -(-first // _BAND), stop // _BAND
        through = outer > inner
        self._add_crossings(edges, down, first, np.where(through, inner * _BAND, stop))
        self._add_crossings(edges[:, through], down[through], outer[through] * _BAND, stop[through])
        for ran_down, step in ((True, 1), (False, -1)):
            chosen = through & (down == ran_down)
            self._add_bands(edges[:, chosen], inner[chosen], outer[chosen], step)

    def add_runs(self, row: Ints, first: Ints, stop: Ints) -> None:
        """Add runs of pixels: row, first column, column after the last; empty where that is no later."""
        there = (row >= 0) & (row < self._rows) & (first < stop)
        row, flat = row[there] * (self._columns + 1), self._steps.reshape(-1)
        np.add.at(flat, row + first[there].clip(0, self._columns), np.int32(1))
        np.add.at(flat, row + stop[there].clip(0, self._columns), np.int32(-1))

    def inside(self, *, even_odd: bool = False) -> NDArray[np.bool_]:
        """Return the pixels (rows, columns) that are wound around."""
        found = np.empty((self._rows, self._columns), dtype=bool)
        height = max(_CHUNK // (self._columns + 1), 1)
        for top in range(0, self._rows, height):
            winding = np.cumsum(self._steps[top : top + height], axis=1, dtype=np.int32)[:, :-1]
            found[top : top + height] = winding & 1 if even_odd else winding
        return found

    def _add_crossings(self, edges: Floats, down: NDArray[np.bool_], first: Ints, stop: Ints) -> None:
        """Add the crossings of edges with some of their rows, as many at once as are worth keeping."""
        flat, ends = self._steps.reshape(-1), np.cumsum(np.maximum(stop - first, 0))
        start = 0
        while start < len(ends):
            done = int(ends[start - 1]) if start else 0
            after = max(int(np.searchsorted(ends, done + _CHUNK, side="right")), start + 1)
            edge, row = spread(first[start:after], stop[start:after])
            column = columns_of(crossings(edges[:, start + edge], row), self._columns)
            np.add.at(flat, row * (self._columns + 1) + column, np.where(down[start + edge], np.int32(1), np.int32(-1)))
            start = after

    def _add_bands(self, edges: Floats, inner: Ints, outer: Ints, step: int) -> None:
        """Add the crossings of edges with all rows of the bands from `inner` to before `outer`."""
        if not len(inner):
            return
        for band in range(int(inner.min()), int(outer.max())):
            through = np.flatnonzero((inner <= band) & (band < outer))
            for start in range(0, len(through), _BLOCK):
                block = np.ascontiguousarray(edges[:, through[start : start + _BLOCK]])
                for row in range(band * _BAND, (band + 1) * _BAND):
                    column = columns_of(crossings(block, row), self._columns)
                    self._steps[row] += step * np.bincount(column, minlength=self._columns + 1).astype(np.int32)


def upright(points: Floats, following: Floats) -> Floats:
    """Return edges between two points as (4, n): xa, ya, xb, yb, the upper end first."""
    (x, y), (next_x, next_y) = points.T, following.T
    return np.where(y < next_y, (x, y, next_x, next_y), (next_x, next_y, x, y))


def rows_of(edges: Floats, rows: int) -> tuple[Ints, Ints]:
    """Return the first row whose centres each edge crosses, and the row after the last."""
    first, stop = np.ceil(edges[1::2] - 0.5).clip(0, rows).astype(np.int64)
    return first, stop


def crossings(edges: Floats, row: Ints | int) -> Floats:
    """Return the x at which each edge crosses the centres of a row."""
    xa, ya, xb, yb = edges
    found: Floats = row + 0.5 - ya
    found *= xb - xa
    found /= yb - ya
    found += xa
    return found


def columns_of(crossing: Floats, columns: int) -> Ints:
    """Return the first pixel whose centre is not left of a crossing; `crossing` is used up."""
    crossing -= 0.5
    np.ceil(crossing, out=crossing)
    np.clip(crossing, 0, columns, out=crossing)
    return crossing.astype(np.int64)


def spread(first: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Count from each first to before its stop: (index of the range, number)."""
    lengths = np.maximum(stop - first, 0)
    which = np.repeat(np.arange(len(first)), lengths)
    offsets = np.arange(len(which)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return which, first[which] + offsets
