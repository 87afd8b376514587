"""Cut regions with holes into parts without, for files that hold plain contours only; no pixel changes.

The parts meet along straight cuts from vertex to vertex, so no new vertex arises; an edge and its reverse are crossed by the same centres,
so each pixel lies in exactly one of the parts.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from annotator.domain.path import Point
from annotator.domain.region import Part, Region, Ring

Edge = tuple[Point, Point]
Points = NDArray[np.float64]
_MIRRORS: tuple[Callable[[Points], Points], ...] = (
    lambda points: points,
    *(lambda points, across=across: points * across for across in ((-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0))),
    lambda points: points[:, ::-1],
)
"""Each is its own reverse, and exact."""


def without_holes(region: Region) -> Region:
    """Return the same area as parts without holes, none of which crosses itself; parts that have no hole stay as they are."""
    return Region(tuple(whole for part in region.parts for whole in ((part,) if len(part) == 1 else _pieces(part))))


def _pieces(part: Part) -> Iterable[Part]:
    """Triangles of the part, put together again for as long as they make a simple outline, smallest first."""
    order = sorted({_turned(triangle) for triangle in _triangles(part)})
    across, around, left = dict[Edge, Ring](), dict[Point, list[Ring]](), set(order)
    for triangle in order:
        for a, b, _ in _rotations(triangle):
            across[b, a] = triangle
            around.setdefault(a, []).append(triangle)
    for triangle in order:
        if triangle in left:
            left.discard(triangle)
            yield (_grown(triangle, left, across, around),)


def _triangles(part: Part) -> list[Ring]:
    """The triangles of a part; GEOS finds no way through some outlines that touch themselves, but through their mirror images it does."""
    polygon = Polygon(part[0], part[1:])
    for mirrored in _MIRRORS:
        try:
            found = shapely.constrained_delaunay_triangles(shapely.transform(polygon, mirrored))
        except shapely.GEOSException as failed:
            error = failed
        else:
            back = [mirrored(np.asarray(triangle.exterior.coords)[:-1, :2]) for triangle in shapely.get_parts(found)]
            return [tuple((x, y) for x, y in corners.tolist()) for corners in back]
    raise error


def _grown(first: Ring, left: set[Ring], across: Mapping[Edge, Ring], around: Mapping[Point, list[Ring]]) -> Ring:
    """The outline of a triangle and of all that can be put to it one by one, which leave `left`, without its touching itself.

    `across` are the triangles by the edges of outlines that they share, `around` by their corners.
    """
    a, b, c = first
    start, after, before = a, {a: b, b: c, c: a}, {b: a, c: b, a: c}
    waiting = [across[edge] for edge in after.items() if across.get(edge) in left]
    heapq.heapify(waiting)
    while waiting:
        triangle = heapq.heappop(waiting)
        shared = [(a, b, c) for a, b, c in _rotations(triangle) if after.get(b) == a] if triangle in left else []
        if len(shared) == 1 and shared[0][2] not in after:
            a, b, c = shared[0]
            after[b], after[c], before[c], before[a] = c, a, b, c
            changed = [across.get((b, c)), across.get((c, a))]
        elif len(shared) == 2 and len(after) > 3:
            (a, b, _), (c, d, _) = shared
            gone = a if a == d else b  # the corner between the two shared edges lies inside now
            back, on = before.pop(gone), after.pop(gone)
            after[back], before[on], start = on, back, on if start == gone else start
            changed = [across.get((back, on)), *around[gone]]
        else:
            continue  # it is asked again when something changes beside it
        left.discard(triangle)
        for other in changed:
            if other is not None and other in left:
                heapq.heappush(waiting, other)
    ring = [start]
    while (point := after[ring[-1]]) != start:
        ring.append(point)
    return tuple(ring)


def _rotations(triangle: Ring) -> Iterable[tuple[Point, Point, Point]]:
    a, b, c = triangle
    return ((a, b, c), (b, c, a), (c, a, b))


def _turned(triangle: Ring) -> Ring:
    """The triangle with its corners in one direction."""
    (ax, ay), (bx, by), (cx, cy) = triangle
    return triangle if (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0 else triangle[::-1]
