"""Take vertices out of outlines where no pixel changes, or by a tolerance, and draw outlines around masks that are no staircases.

A vertex may go without a pixel changing iff the triangle it makes with its two neighbours holds no pixel centre by the mask rule; the edges
are computed with the arithmetic of `raster`, so the masks are the same to the pixel.  The vertex with the smallest triangle goes first
(Visvalingam and Whyatt 1993), and only where no other vertex lies in its triangle, so outlines never come to cross.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator

import numpy as np
import shapely

from annotator.domain.path import Point
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Part, Region, Ring
from annotator.domain.shapes import trace

_NARROW = 1e-8
"""An edge that passes a pixel centre more narrowly may have it on its other side in other arithmetic, as `raster.narrow` says."""
_GRID = 4096.0
_STAIR = 0.75
"""Square pixels up to which the corners of a staircase are cut: the outline follows the mask as a hand would."""
_MOST_STAIRS = 12_000
"""Corners of a staircase, at most, that are looked at one by one."""
_quietly = np.errstate(invalid="ignore")


def simplified(region: Region, rows: int, columns: int, tolerance: float | None = None) -> Region:
    """Return a region with fewer vertices, all of them its own.

    Without a `tolerance` its mask in an image of `rows` × `columns` stays the same to the pixel.  With one (in pixels) every vertex that
    went is at most that far from the edge that stands for it; where this would set no pixel at all, the region comes back unchanged.
    Outlines do not come to cross in either way, parts and holes stay, and a box stays a box.
    """
    if region.is_box:
        return region
    if tolerance is None:
        return _if_the_same(_Outlines(region, rows, columns).lean(), region, rows, columns)
    found = _Outlines(region, rows, columns, tolerance).lean()
    return region if not _valid(found) or region_mask(found, rows, columns).empty else found


def drawn_around(mask: Mask) -> Region:
    """Return a region with this mask whose outline goes through the middles of pixel edges, straight on wherever no pixel changes.

    Unlike `shapes.trace` it cuts the corners of the staircase; not where there are so many that nobody waits for it.
    """
    traced = trace(mask)
    if traced.is_box or len(traced.vertices) > _MOST_STAIRS:
        return traced
    cut = Region(tuple(tuple(_with_cut_corners(ring) for ring in part) for part in traced.parts))
    if not _valid(cut) or region_mask(cut, mask.rows, mask.columns) != mask:
        return traced
    return _if_the_same(_Outlines(cut, mask.rows, mask.columns).lean(_STAIR), cut, mask.rows, mask.columns)


def _if_the_same(lean: Region, region: Region, rows: int, columns: int) -> Region:
    return lean if _valid(lean) and region_mask(lean, rows, columns) == region_mask(region, rows, columns) else region


def _with_cut_corners(ring: Ring) -> Ring:
    """The middles of the first and the last pixel edge along each side of an outline that follows pixel edges."""
    sides = np.asarray(ring, dtype=np.float64)
    along = np.roll(sides, -1, axis=0) - sides
    half = np.sign(along) / 2
    ends = np.stack([sides + half, sides + along - half], axis=1)
    short = np.abs(along).sum(axis=1) == 1
    points = ends.reshape(-1, 2)[np.stack([np.ones(len(ring), dtype=bool), ~short], axis=1).ravel()]
    return tuple((x, y) for x, y in points.tolist())


@_quietly
def _valid(region: Region) -> bool:
    return bool(shapely.is_valid(region.geometry))


class _Outlines:
    """All vertices of a region, linked along their rings, while some are taken out; the rows tell which vertices are near."""

    def __init__(self, region: Region, rows: int, columns: int, tolerance: float | None = None) -> None:
        self._region, self._rows, self._columns, self._tolerance = region, rows, columns, tolerance
        self._points: list[Point] = [point for ring in region.rings for point in ring]
        self._after, self._before, self._left = list[int](), list[int](), list[int]()
        self._ring_of, self._sizes, self._starts = list[int](), list[int](), list[int]()
        for number, ring in enumerate(region.rings):
            start, size = len(self._after), len(ring)
            self._after += [start + (place + 1) % size for place in range(size)]
            self._before += [start + (place - 1) % size for place in range(size)]
            self._ring_of += [number] * size
            self._left.append(size)
            self._sizes.append(size)
            self._starts.append(start)
        self._there = bytearray(b"\1") * len(self._points)
        self._in_row: dict[int, list[int]] = {}
        for vertex, (_, y) in enumerate(self._points):
            self._in_row.setdefault(math.floor(y), []).append(vertex)

    def lean(self, limit: float = math.inf) -> Region:
        """Take out what may go and has a triangle up to `limit` (square pixels), until nothing may."""
        while self._thin_out(2 * limit):
            pass
        return Region(tuple(self._rest()))

    def _thin_out(self, limit: float) -> bool:
        """Take out what may go, smallest triangles first, and say whether anything went; a vertex is asked again when a neighbour went."""
        queue = [(area, vertex) for vertex in range(len(self._points)) if self._there[vertex] and (area := self._area(vertex)) <= limit]
        heapq.heapify(queue)
        thinner = False
        while queue:
            area, vertex = heapq.heappop(queue)
            if not self._there[vertex] or area != self._area(vertex) or not self._may_go(vertex):
                continue
            before, after = self._before[vertex], self._after[vertex]
            self._after[before], self._before[after] = after, before
            self._there[vertex] = 0
            self._left[self._ring_of[vertex]] -= 1
            thinner = True
            for beside in (before, after):
                if (area := self._area(beside)) <= limit:
                    heapq.heappush(queue, (area, beside))
        return thinner

    def _rest(self) -> Iterator[Part]:
        vertex = 0
        for part in self._region.parts:
            rings = []
            for ring in part:
                rings.append(tuple(point for place, point in enumerate(ring, start=vertex) if self._there[place]))
                vertex += len(ring)
            yield tuple(rings)

    def _triangle(self, vertex: int) -> tuple[Point, Point, Point]:
        return self._points[self._before[vertex]], self._points[vertex], self._points[self._after[vertex]]

    def _area(self, vertex: int) -> float:
        (ax, ay), (bx, by), (cx, cy) = self._triangle(vertex)
        return abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))

    def _may_go(self, vertex: int) -> bool:
        if self._left[self._ring_of[vertex]] <= 3:
            return False
        a, b, c = self._triangle(vertex)
        matters = self._holds_centre(a, b, c) if self._tolerance is None else self._strays(vertex, self._tolerance)
        return a != c and not matters and not self._holds_vertex(vertex, a, b, c)

    def _strays(self, vertex: int, tolerance: float) -> bool:
        """Whether a vertex that went, or this one, lies further than the tolerance from the edge that would stand for it."""
        before, after, ring = self._before[vertex], self._after[vertex], self._ring_of[vertex]
        (ax, ay), (cx, cy) = self._points[before], self._points[after]
        start, size = self._starts[ring], self._sizes[ring]
        squared = (cx - ax) ** 2 + (cy - ay) ** 2
        for step in range(1, (after - before) % size):
            x, y = self._points[start + (before - start + step) % size]
            share = min(max(((x - ax) * (cx - ax) + (y - ay) * (cy - ay)) / squared, 0.0), 1.0) if squared else 0.0
            if math.hypot(ax + share * (cx - ax) - x, ay + share * (cy - ay) - y) > tolerance:
                return True
        return False

    def _holds_centre(self, a: Point, b: Point, c: Point) -> bool:
        """Whether a pixel's centre lies between the way a, b, c and the way a, c, or in doubt at the latter."""
        top, low = min(a[1], b[1], c[1]), max(a[1], b[1], c[1])
        straight = (b[0] - a[0]) * (c[1] - a[1]) == (b[1] - a[1]) * (c[0] - a[0])
        if not straight and any(a[axis] == c[axis] and (a[axis] - 0.5).is_integer() for axis in (0, 1)):
            return True
        for row in range(max(math.ceil(top - 0.5), 0), min(math.ceil(low - 0.5), self._rows)):
            places = [self._column(place) for edge in ((a, b), (b, c)) if (place := _crossing(*edge, row)) is not None]
            direct = _crossing(a, c, row)
            if direct is not None:
                if not straight and _is_doubtful(direct, a, c, row):
                    return True
                places.append(self._column(direct))
            if places and places[0] != places[-1]:
                return True
        return False

    def _column(self, place: float) -> int:
        return min(max(math.ceil(place - 0.5), 0), self._columns)

    def _holds_vertex(self, vertex: int, a: Point, b: Point, c: Point) -> bool:
        """Whether another vertex lies in the triangle or on its border, but for those at its ends."""
        left, right = min(a[0], b[0], c[0]), max(a[0], b[0], c[0])
        top, low = min(a[1], b[1], c[1]), max(a[1], b[1], c[1])
        for row in range(math.floor(top), math.floor(low) + 1):
            for other in self._in_row.get(row, ()):
                x, y = self._points[other]
                near = left <= x <= right and top <= y <= low and self._there[other] and other != vertex
                if near and (x, y) not in (a, c) and _in_triangle(x, y, a, b, c):
                    return True
        return False


def _crossing(start: Point, end: Point, row: int) -> float | None:
    """The x at which an edge crosses the centres of a row, as `raster` computes it; None where it does not."""
    (xa, ya), (xb, yb) = (start, end) if start[1] < end[1] else (end, start)
    if not math.ceil(ya - 0.5) <= row < math.ceil(yb - 0.5):
        return None
    return xa + (row + 0.5 - ya) * (xb - xa) / (yb - ya)


def _is_doubtful(place: float, a: Point, c: Point, row: int) -> bool:
    """Whether an edge passes a centre too narrowly without lying on it exactly, as `raster.narrow` decides it."""
    column = round(place - 0.5)
    if abs(place - 0.5 - column) >= _NARROW:
        return False
    (xa, ya), (xb, yb) = (a, c) if a[1] < c[1] else (c, a)
    binary = all(value * _GRID == round(value * _GRID) for value in (xa, ya, xb, yb))
    return not (binary and (column + 0.5 - xa) * (yb - ya) == (row + 0.5 - ya) * (xb - xa))


def _in_triangle(x: float, y: float, a: Point, b: Point, c: Point) -> bool:
    """Whether a point lies in a triangle or on its border; of one without an area, between its ends."""
    one = (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
    two = (c[0] - b[0]) * (y - b[1]) - (c[1] - b[1]) * (x - b[0])
    three = (a[0] - c[0]) * (y - c[1]) - (a[1] - c[1]) * (x - c[0])
    return (one >= 0 and two >= 0 and three >= 0) or (one <= 0 and two <= 0 and three <= 0)
