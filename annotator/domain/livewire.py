"""A magnetic edge: the way from an anchor to the pointer that keeps to the edges of the image (“intelligent scissors”).

The way leads from corner to corner of pixels, because that is where an outline between two pixels runs.  A corner costs little where the
gradient across it is steep and where the Laplacian changes sign, and the cheapest way wins (Mortensen and Barrett, Intelligent scissors for
image composition, SIGGRAPH 1995; of their costs the magnitude and the zero crossing).  Costs count per millimetre.

From an anchor all ways within its neighbourhood are worked out at once, so that a moving pointer only looks its way up.  Farther away this
is done on a lattice 2, 4, … times as coarse, and the way found there is made finer piece by piece: it may cost some percent more than the
cheapest, and in turn an answer never has to wait for the whole image.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.growing import blurred
from annotator.domain.path import Point, Polyline

Floats = NDArray[np.float64]
Corner = tuple[int, int]
Spacing = tuple[float, float]
Box = tuple[int, int, int, int]
"""First and last row, first and last column of corners."""
SNAP = 2.0
_NEAR, _PIECE = 40, 48
_AROUND = 64
_BLUR = 1.5
"""Standard deviation of the Gaussian, in the pixels of a level."""
_LEAST, _FLAT, _NO_CROSSING = 0.1, 0.8, 0.2
"""What a corner costs on the best edge, and what is added without a gradient and without a zero crossing."""
_CHEAPEST = 0.3


class Wire:
    """An image's edges (rows, columns), with an anchor that ways start from; `spacing` (row, column) in mm, without it in pixels."""

    def __init__(self, values: NDArray[Any], spacing: Spacing = (1.0, 1.0)) -> None:
        self._values = values
        self._spacing = spacing
        self._anchor: Corner | None = None
        self._steep = 1.0
        self._levels: dict[tuple[int, int], _Level] = {}
        self._pieces: dict[tuple[Corner, ...], list[Corner]] = {}

    def anchor(self, row: float, column: float, snap: float = SNAP) -> Point:
        """Start from the cheapest corner at most `snap` pixels away from a place in image coordinates; return it as (x, y)."""
        corner = self._corner(row, column)
        self._steep = _steepness(_edges(self._values, self._box([corner], _AROUND), self._spacing)[0])
        self._anchor = self._snapped(corner, snap)
        self._levels.clear()
        self._pieces.clear()
        return float(self._anchor[1]), float(self._anchor[0])

    def path(self, row: float, column: float, snap: float = SNAP, *, rough: bool = False) -> Polyline:
        """Return the way from the anchor to the cheapest corner at most `snap` pixels away from a place, as vertices (x, y).

        Only where it bends there is a vertex.  Without an anchor there is no way; a place outside of the image is moved to its edge.
        `rough`: a long way is not made finer.
        """
        if self._anchor is None:
            return ()
        end = self._snapped(self._corner(row, column), snap)
        away = max(abs(end[0] - self._anchor[0]), abs(end[1] - self._anchor[1]))
        if away <= 2 * _NEAR:
            corners = self._level(self._anchor, 1, _NEAR if away <= _NEAR else 2 * _NEAR).way(end)
        else:
            cell = 2
            while 2 * _NEAR * cell < away + cell:
                cell *= 2
            corners = self._level(self._anchor, cell, 2 * _NEAR).way(end)
            corners = corners if rough else self._finer(corners, cell)
        return tuple((float(x), float(y)) for y, x in _bends(corners))

    def _level(self, anchor: Corner, cell: int, reach: int) -> _Level:
        if (cell, reach) not in self._levels:
            self._levels[cell, reach] = _Level(self._values, anchor, cell, reach, self._spacing, self._steep)
        return self._levels[cell, reach]

    def _finer(self, way: list[Corner], cell: int) -> list[Corner]:
        """The cheapest way near one that was found on a coarser level, put together from pieces between some of its corners."""
        step = max(_PIECE // cell, 1)
        cuts = [*range(0, max(len(way) - step // 2, 1), step), len(way) - 1]
        stops = [way[0], *(self._snapped(way[cut], cell) for cut in cuts[1:-1]), way[-1]]
        found = [way[0]]
        for (first, last), (start, stop) in zip(pairwise(cuts), pairwise(stops), strict=True):
            between = (start, *way[first + 1 : last], stop)
            if between not in self._pieces:
                self._pieces[between] = self._piece(between, 2 * cell + 2)
            found += self._pieces[between][1:]
        return found

    def _piece(self, corners: tuple[Corner, ...], margin: int) -> list[Corner]:
        box = self._box(corners, margin)
        costs = _costs(*_edges(self._values, box, self._spacing), self._steep)
        start, stop = ((row - box[0], column - box[2]) for row, column in (corners[0], corners[-1]))
        ways = _ways(costs, self._spacing)
        ways.find_costs([start], [stop])
        return [(row + box[0], column + box[2]) for row, column in ways.traceback(stop)]

    def _snapped(self, corner: Corner, snap: float) -> Corner:
        """The cheapest corner at most `snap` pixels away; of equal ones the nearest."""
        if snap < 1:
            return corner
        box = self._box([corner], int(snap))
        costs = _costs(*_edges(self._values, box, self._spacing), self._steep)
        row, column = np.indices(costs.shape)
        away = np.hypot(row + box[0] - corner[0], column + box[2] - corner[1])
        best = int(np.argmin(np.where(away <= snap, costs + 0.001 * away, np.inf)))
        return int(row.flat[best]) + box[0], int(column.flat[best]) + box[2]

    def _corner(self, row: float, column: float) -> Corner:
        rows, columns = self._values.shape
        return round(min(max(row, 0), rows)), round(min(max(column, 0), columns))

    def _box(self, corners: Iterable[Corner], margin: int) -> Box:
        rows, columns = zip(*corners, strict=True)
        height, width = self._values.shape
        return max(min(rows) - margin, 0), min(max(rows) + margin, height), max(min(columns) - margin, 0), min(max(columns) + margin, width)


class _Level:
    """All ways from an anchor within so many cells of so many pixels a side."""

    def __init__(self, values: NDArray[Any], anchor: Corner, cell: int, reach: int, spacing: Spacing, steep: float) -> None:
        self._anchor, self._cell, self._shape = anchor, cell, values.shape
        before, after = (
            [min(reach, -(-room // cell)) for room in rooms]
            for rooms in (anchor, (values.shape[0] - anchor[0], values.shape[1] - anchor[1]))
        )
        self._start = before[0], before[1]
        if cell == 1:
            box = anchor[0] - before[0], anchor[0] + after[0], anchor[1] - before[1], anchor[1] + after[1]
            costs = _costs(*_edges(values, box, spacing), steep)
        else:
            half = cell // 2
            means = _means(values, anchor, half, (2 * before[0], 2 * after[0], 2 * before[1], 2 * after[1]))
            gradient, crossing = _edges(means, (0, means.shape[0], 0, means.shape[1]), (spacing[0] * half, spacing[1] * half))
            costs = _pooled(_costs(gradient, crossing, _steepness(gradient)))
        self._ways = _ways(costs, spacing)
        self._ways.find_costs([self._start])

    def way(self, end: Corner) -> list[Corner]:
        """The corners of the cheapest way from the anchor to a corner within reach."""
        place = [start + round((at - anchor) / self._cell) for start, at, anchor in zip(self._start, end, self._anchor, strict=True)]
        steps = np.array(self._ways.traceback((place[0], place[1]))) - self._start
        corners = np.clip(steps * self._cell + self._anchor, 0, self._shape)
        corners[-1] = end
        return [(row, column) for row, column in corners.tolist()]


def _means(values: NDArray[Any], anchor: Corner, cell: int, cells: tuple[int, int, int, int]) -> Floats:
    """The means of cells of pixels around a corner, so many above, below, to the left and right of it; the image's edge goes on outside."""
    up, down, left, right = (count * cell for count in cells)
    rows = np.arange(anchor[0] - up, anchor[0] + down).clip(0, values.shape[0] - 1)
    columns = np.arange(anchor[1] - left, anchor[1] + right).clip(0, values.shape[1] - 1)
    piece = values[np.ix_(rows, columns)].astype(np.float64)
    found: Floats = piece.reshape(cells[0] + cells[1], cell, cells[2] + cells[3], cell).mean(axis=(1, 3))
    return found


def _pooled(costs: Floats) -> Floats:
    """Every other corner's cost: the mean of the nine corners around it, with the cheapest of them counting more."""
    from scipy import ndimage

    least = ndimage.minimum_filter(costs, 3, mode="nearest")[::2, ::2]
    mean = ndimage.uniform_filter(costs, 3, mode="nearest")[::2, ::2]
    return np.asarray(_CHEAPEST * least + (1 - _CHEAPEST) * mean, dtype=np.float64)


def _edges(values: NDArray[Any], box: Box, spacing: Spacing) -> tuple[Floats, NDArray[np.bool_]]:
    """The gradient's magnitude (per mm) at the corners of a box, and whether the Laplacian changes sign around them."""
    from scipy import ndimage

    top, left = max(box[0] - 2, 0), max(box[2] - 2, 0)
    window = slice(top, min(box[1] + 2, values.shape[0])), slice(left, min(box[3] + 2, values.shape[1]))
    smooth = blurred(values, window, (_BLUR, _BLUR))
    four = _around_corners(smooth)
    down, right = four[2] + four[3] - four[0] - four[1], four[1] + four[3] - four[0] - four[2]
    curved = _around_corners(ndimage.laplace(smooth, mode="nearest"))
    crossing = (curved.min(axis=0) < 0) & (curved.max(axis=0) > 0)
    part = slice(box[0] - top, box[1] - top + 1), slice(box[2] - left, box[3] - left + 1)
    return np.hypot(down / (2 * spacing[0]), right / (2 * spacing[1]))[part], crossing[part]


def _around_corners(pixels: Floats) -> Floats:
    """The values of the four pixels around each corner (4, rows + 1, columns + 1): both above, both below; the edge goes on outside."""
    wide = np.pad(pixels, 1, mode="edge")
    return np.stack([wide[:-1, :-1], wide[:-1, 1:], wide[1:, :-1], wide[1:, 1:]])


def _steepness(gradient: Floats) -> float:
    """The gradient that counts as that of the best edge."""
    return float(np.quantile(gradient, 0.98)) or 1.0


def _costs(gradient: Floats, crossing: NDArray[np.bool_], steep: float) -> Floats:
    return np.asarray(_LEAST + _FLAT * (1 - np.minimum(gradient / steep, 1)) + _NO_CROSSING * ~crossing, dtype=np.float64)


def _ways(costs: Floats, spacing: Spacing) -> Any:
    from skimage.graph import MCP_Geometric

    return MCP_Geometric(costs, sampling=spacing)


def _bends(corners: Sequence[Corner]) -> list[Corner]:
    """The ends of a way and the corners where its direction changes; a corner is not met twice in a row."""
    way = [corner for place, corner in enumerate(corners) if not place or corner != corners[place - 1]]
    steps = np.diff(np.array(way), axis=0)
    return [corner for place, corner in enumerate(way) if place in (0, len(way) - 1) or (steps[place - 1] != steps[place]).any()]
