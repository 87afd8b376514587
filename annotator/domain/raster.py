"""Which pixels a shape sets: the one mask rule of the product, and exact arithmetic with masks.

A pixel is set iff its centre is inside; a centre on a left or top edge is inside, on a right or bottom edge outside (half-open).  An edge
from (xa, ya) to (xb, yb) with ya < yb is crossed by the rows with ya ≤ y < yb, y being the row's centre, and counts for the centres with
x ≥ xa + (y − ya)(xb − xa) / (yb − ya).  Every edge is computed from its upper end, so an edge and its reverse give the same number, and the
product comes before the division, so a centre that lies exactly on an edge is recognised wherever the coordinates are binary fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from annotator.domain.path import Path, Point
from annotator.domain.region import Region
from annotator.domain.winding import Floats, Ints, Winding, columns_of, crossings, rows_of, spread, upright

_FEW_RUNS = 20_000
_FEW_CROSSINGS, _MANY_CROSSINGS = 20_000, 1_000_000
"""Crossings of outlines with rows that are always sorted one by one, and never: an image of some size lies between."""
_NARROW = 1e-8
_GRID = 4096.0


@dataclass(frozen=True, eq=False)
class Mask:
    """A set of pixels of an image of `rows` × `columns`, kept as the flat indices where it starts and ends (strictly increasing).

    Two masks are equal when they hold the same pixels of images of one size.
    """

    rows: int
    columns: int
    bounds: Ints

    @staticmethod
    def none(rows: int, columns: int) -> Mask:
        """The mask without a pixel."""
        return Mask(rows, columns, np.empty(0, dtype=np.int64))

    @staticmethod
    def of(array: NDArray[np.bool_]) -> Mask:
        """Make a mask of a boolean array (rows, columns)."""
        flat = np.concatenate(([False], np.ascontiguousarray(array, dtype=bool).ravel(), [False]))
        return Mask(array.shape[0], array.shape[1], np.flatnonzero(flat[1:] != flat[:-1]).astype(np.int64))

    @staticmethod
    def union(rows: int, columns: int, masks: Iterable[Mask]) -> Mask:
        """The pixels of any of some masks of images of this size, all of them laid together at once; raises ValueError for another size."""
        known = tuple(masks)
        if any((mask.rows, mask.columns) != (rows, columns) for mask in known):
            raise ValueError("masks of images of different size")
        if len(known) < 2:
            return known[0] if known else Mask.none(rows, columns)
        bounds = np.concatenate([mask.bounds for mask in known])
        steps = np.ones(len(bounds), dtype=np.int64)
        steps[1::2] = -1
        order = np.argsort(bounds, kind="stable")
        places, depth = bounds[order], np.cumsum(steps[order])
        last = np.append(places[1:] != places[:-1], True)[: len(places)]
        return Mask(rows, columns, places[last][_changes(depth[last] > 0)])

    @property
    def runs(self) -> Ints:
        """The pixels as (n, 2) flat half-open runs; a run may go on into the next row."""
        return self.bounds.reshape(-1, 2)

    @cached_property
    def row_runs(self) -> Ints:
        """The pixels as (n, 3): row, first column, column after the last; no run leaves its row."""
        if not len(self.bounds):
            return np.empty((0, 3), dtype=np.int64)
        start, stop = self.runs[:, 0], self.runs[:, 1]
        first, last = start // self.columns, (stop - 1) // self.columns
        if np.array_equal(first, last):
            return np.stack([first, start - first * self.columns, stop - first * self.columns], axis=1)
        which, row = spread(first, last + 1)
        left = np.maximum(start[which] - row * self.columns, 0)
        right = np.minimum(stop[which] - row * self.columns, self.columns)
        return np.stack([row, left, right], axis=1)

    @cached_property
    def count(self) -> int:
        """How many pixels are set."""
        return int(self.bounds[1::2].sum() - self.bounds[::2].sum())

    @property
    def empty(self) -> bool:
        """Whether no pixel is set."""
        return not len(self.bounds)

    def array(self) -> NDArray[np.bool_]:
        """The mask as a boolean array (rows, columns)."""
        if len(self.bounds) <= _FEW_RUNS:
            flat = np.zeros(self.rows * self.columns, dtype=bool)
            for start, stop in self.runs.tolist():
                flat[start:stop] = True
        else:
            steps = np.zeros(self.rows * self.columns + 1, dtype=np.int8)
            steps[self.runs[:, 0]] = 1
            steps[self.runs[:, 1]] = -1
            flat = np.cumsum(steps[:-1], dtype=np.int8).view(bool)
        return flat.reshape(self.rows, self.columns)

    def laid(self, shape: tuple[int, ...], corner: tuple[int, int]) -> Mask:
        """Return the mask on an image of a `shape` (rows, columns), with its own corner at a pixel (row, column) there, no side cut."""
        rows, columns = shape
        if self.columns == columns:
            return Mask(rows, columns, self.bounds + corner[0] * columns)
        runs = self.row_runs
        starts = (runs[:, 0] + corner[0]) * columns + corner[1]
        bounds = np.stack([starts + runs[:, 1], starts + runs[:, 2]], axis=1)
        return Mask(rows, columns, bounds.ravel())

    def pixels(self) -> tuple[Ints, Ints]:
        """Return the rows and columns of the set pixels."""
        which, flat = spread(self.runs[:, 0], self.runs[:, 1])
        return flat // self.columns, flat % self.columns

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mask):
            return NotImplemented
        return (self.rows, self.columns) == (other.rows, other.columns) and np.array_equal(self.bounds, other.bounds)

    __hash__ = None  # type: ignore[assignment]  # a mask holds an array: compare it, never key by it

    def __or__(self, other: Mask) -> Mask:
        return self._with(other, np.array([False, True, True, True]))

    def __and__(self, other: Mask) -> Mask:
        return self._with(other, np.array([False, False, False, True]))

    def __sub__(self, other: Mask) -> Mask:
        return self._with(other, np.array([False, True, False, False]))

    def __xor__(self, other: Mask) -> Mask:
        return self._with(other, np.array([False, True, True, False]))

    def _with(self, other: Mask, truth: NDArray[np.bool_]) -> Mask:
        """Combine two masks; `truth` is indexed by own + 2 × other."""
        if (self.rows, self.columns) != (other.rows, other.columns):
            raise ValueError("masks of images of different size")
        both = np.sort(np.concatenate([self.bounds, other.bounds]), kind="stable")  # of two runs in order: they are merged
        places = both[np.append(both[1:] != both[:-1], True)[: len(both)]]
        mine = np.searchsorted(self.bounds, places, side="right") & 1
        theirs = np.searchsorted(other.bounds, places, side="right") & 1
        return Mask(self.rows, self.columns, places[_changes(truth[mine + 2 * theirs])])


def fill(rings: Iterable[Sequence[Point]], rows: int, columns: int, *, even_odd: bool = False) -> Mask:
    """Return the pixels whose centre lies inside closed outlines (non-zero winding, or even-odd), clipped to the image.

    The rings may cross themselves and one another; the first vertex of a ring is not repeated (it may be).
    """
    found = [ring for ring in rings if len(ring) > 1]
    if not found:
        return Mask.none(rows, columns)
    points = np.fromiter(chain.from_iterable(chain.from_iterable(found)), dtype=np.float64).reshape(-1, 2)
    return _filled(points, [len(ring) for ring in found], rows, columns, even_odd=even_odd)


def _filled(points: Floats, lengths: Sequence[int], rows: int, columns: int, *, even_odd: bool) -> Mask:
    """Fill outlines that lie one after the other in `points`: crossing by crossing, or on the pixels where there are very many."""
    following = _following(points, lengths)
    first, stop = rows_of(upright(points, following), rows)
    if int(np.maximum(stop - first, 0).sum()) > max(_FEW_CROSSINGS, min(rows * columns // 8, _MANY_CROSSINGS)):
        winding = Winding(rows, columns)
        winding.add_outlines(points, following)
        return Mask.of(winding.inside(even_odd=even_odd))
    row, crossing, edge, _ = _crossed_by(points, following, rows)
    places = row * columns + columns_of(crossing, columns)
    signs = np.where(points[:, 1] < following[:, 1], 1, -1)[edge]
    order = np.argsort(places, kind="stable")
    places, wound = places[order], np.cumsum(signs[order])
    last = np.append(places[1:] != places[:-1], True)[: len(places)]
    places, wound = places[last], wound[last]
    inside = (wound & 1).astype(bool) if even_odd else wound != 0
    return Mask(rows, columns, places[_changes(inside)])


def _following(points: Floats, lengths: Sequence[int] | Ints) -> Floats:
    """Return the vertex that follows each vertex of outlines that lie one after the other."""
    after, sizes = np.arange(1, len(points) + 1), np.asarray(lengths, dtype=np.int64)
    after[np.cumsum(sizes) - 1] -= sizes
    return points[after]


def region_mask(region: Region, rows: int, columns: int) -> Mask:
    """Return the pixels of a region.

    The region keeps its last mask for whoever asks next: saving, losses and digests ask one after the other.
    """
    kept = region.__dict__.get("_mask")
    if kept is None or (kept.rows, kept.columns) != (rows, columns):
        kept = region.__dict__["_mask"] = _filled(
            region.vertices, [len(ring) for ring in region.rings], rows, columns, even_odd=True
        )
    return kept


def keeping(region: Region, mask: Mask) -> Region:
    """Return a region that keeps a mask that is known to be its own."""
    region.__dict__["_mask"] = mask
    return region


def keep_masks(regions: Sequence[Region], rows: int, columns: int) -> None:
    """Let many regions of images of one size keep the masks that `region_mask` gives, made all at once, which takes a fraction of the time.

    Each region is laid on an image of its own below the last one, with an empty row between them.
    """
    rings = [(len(ring), place) for place, region in enumerate(regions) for ring in region.rings]
    if not rings:
        return
    points, lengths = np.concatenate([region.vertices for region in regions]), np.array([length for length, _ in rings])
    row, crossing, edge, _ = _crossed_by(points, _following(points, lengths), rows)
    size = (rows + 1) * columns
    owner = np.repeat([place for _, place in rings], lengths)[edge]
    places = np.sort(owner * size + row * columns + columns_of(crossing, columns))
    starts = np.flatnonzero(np.append(True, places[1:] != places[:-1])[: len(places)])
    places = places[starts[np.diff(starts, append=len(places)) % 2 == 1]]
    cuts = np.searchsorted(places, np.arange(len(regions) + 1) * size)
    for place, region in enumerate(regions):
        region.__dict__["_mask"] = Mask(rows, columns, places[cuts[place] : cuts[place + 1]] - place * size)


def narrow(region: Region, rows: int, columns: int) -> Mask:
    """Return the pixels whose centre a slanting edge passes so narrowly that other arithmetic may find it on the other side.

    A centre that lies exactly on an edge between binary fractions (multiples of 1/4096) is decided alike by all and is none of them.
    """
    if region.empty:
        return Mask.none(rows, columns)
    points = region.vertices
    row, crossing, _, ends = _crossed_by(points, _following(points, [len(ring) for ring in region.rings]), rows)
    column = np.rint(crossing - 0.5)
    near = (np.abs(crossing - 0.5 - column) < _NARROW) & (ends[0] != ends[2]) & (column >= 0) & (column < columns)
    row, column, ends = row[near], column[near], ends[:, near]
    xa, ya, xb, yb = ends
    binary = np.all(ends * _GRID == np.rint(ends * _GRID), axis=0)
    on_edge = (column + 0.5 - xa) * (yb - ya) == (row + 0.5 - ya) * (xb - xa)
    doubtful = ~(binary & on_edge)
    return _of_pixels(np.unique(row[doubtful] * columns + column[doubtful].astype(np.int64)), rows, columns)


def path_mask(path: Path, width: float, rows: int, columns: int) -> Mask:
    """Return the pixels whose centre is at most half of `width` (pixels) away from the path."""
    found = [_stroke(np.array(a), np.array(b), width / 2, rows, columns) for part in path.parts for a, b in pairwise(part)]
    return _of_pixels(np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64), rows, columns)


def shape_mask(shape: Region | Path, rows: int, columns: int, line_width: float | None) -> Mask:
    """Return the pixels of any shape; a path has none without a line width."""
    if isinstance(shape, Region):
        return region_mask(shape, rows, columns)
    return Mask.none(rows, columns) if line_width is None else path_mask(shape, line_width, rows, columns)


def _of_pixels(flat: Ints, rows: int, columns: int) -> Mask:
    """Make a mask of sorted flat indices."""
    starts = flat[np.append(True, np.diff(flat) > 1)[: len(flat)]]
    stops = flat[np.append(np.diff(flat) > 1, True)[: len(flat)]] + 1
    return Mask(rows, columns, np.stack([starts, stops], axis=1).ravel())


def _changes(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a state differs from the one before it (outside at first)."""
    before = np.concatenate(([False], inside))[:-1]
    return np.not_equal(inside, before)


def _crossed_by(points: Floats, following: Floats, rows: int) -> tuple[Ints, Floats, Ints, Floats]:
    """Each crossing of edges between two points with a row's centres: the row, its x, the edge's number and its ends (upper end first)."""
    edges = upright(points, following)
    edge, row = spread(*rows_of(edges, rows))
    ends = edges[:, edge]
    return row, crossings(ends, row), edge, ends


def _stroke(a: Floats, b: Floats, radius: float, rows: int, columns: int) -> Ints:
    """Flat indices of the centres within `radius` of the segment a b."""
    top, low = (a, b) if a[1] <= b[1] else (b, a)
    first = max(int(np.ceil(top[1] - radius - 0.5)), 0)
    stop = min(int(np.floor(low[1] + radius - 0.5)) + 1, rows)
    row = np.arange(first, max(stop, first))
    y = row + 0.5
    if low[1] > top[1]:
        near = np.clip((y - radius - top[1]) / (low[1] - top[1]), 0, 1)
        far = np.clip((y + radius - top[1]) / (low[1] - top[1]), 0, 1)
    else:
        near, far = np.zeros(len(row)), np.ones(len(row))
    ends = np.stack([top[0] + near * (low[0] - top[0]), top[0] + far * (low[0] - top[0])])
    left = np.clip(np.floor(ends.min(axis=0) - radius - 1), 0, columns).astype(np.int64)
    right = np.clip(np.ceil(ends.max(axis=0) + radius + 1), 0, columns).astype(np.int64)
    which, column = spread(left, right)
    px, py = column + 0.5 - a[0], y[which] - a[1]
    dx, dy = b[0] - a[0], b[1] - a[1]
    along, across, squared = px * dx + py * dy, px * dy - py * dx, dx * dx + dy * dy
    limit = radius * radius
    beside = (along > 0) & (along < squared) & (across * across <= limit * squared)
    before = (along <= 0) & (px * px + py * py <= limit)
    after = (along >= squared) & ((px - dx) ** 2 + (py - dy) ** 2 <= limit)
    inside = beside | before | after
    flat: Ints = row[which[inside]] * columns + column[inside]
    return flat
