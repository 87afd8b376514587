"""Cut regions with holes into parts without, for files that hold plain contours only; no pixel changes.

The parts meet along straight cuts from vertex to vertex, so no new vertex arises; an edge and its reverse are crossed by the same centres,
so each pixel lies in exactly one of the parts.
"""

from __future__ import annotations

from collections.abc import Iterable

import shapely
from shapely.geometry import Polygon

from annotator.domain.path import Point
from annotator.domain.region import Part, Region, Ring

Edge = tuple[Point, Point]


def without_holes(region: Region) -> Region:
    """Return the same area as parts without holes, none of which crosses itself; parts that have no hole stay as they are."""
    return Region(tuple(whole for part in region.parts for whole in ((part,) if len(part) == 1 else _pieces(part))))


def _pieces(part: Part) -> Iterable[Part]:
    """Triangles of the part, put together again for as long as they make a simple outline."""
    triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(Polygon(part[0], part[1:])))
    left = {_turned(tuple((float(x), float(y)) for x, y in triangle.exterior.coords[:-1])) for triangle in triangles}
    while left:
        ring = list(min(left))
        left.discard(min(left))
        while (grown := _grown(ring, left)) is not None:
            ring = grown
        yield (tuple(ring),)


def _grown(ring: list[Point], left: set[Ring]) -> list[Point] | None:
    """The outline with one more triangle, which leaves `left`; None where none fits without making the outline touch itself."""
    corners, edges = set(ring), {(ring[i], ring[(i + 1) % len(ring)]): i for i in range(len(ring))}
    for triangle in sorted(left):
        shared = [(edges[b, a], c) for a, b, c in _rotations(triangle) if (b, a) in edges]
        if len(shared) == 1 and shared[0][1] not in corners:
            at, corner = shared[0]
            left.discard(triangle)
            return [*ring[: at + 1], corner, *ring[at + 1 :]]
        if len(shared) == 2 and len(ring) > 3:
            # the corner between the two shared edges goes: it lies inside now
            (first, _), (second, _) = sorted(shared)
            middle = second if second == first + 1 else first
            left.discard(triangle)
            return [*ring[:middle], *ring[middle + 1 :]]
    return None


def _rotations(triangle: Ring) -> Iterable[tuple[Point, Point, Point]]:
    a, b, c = triangle
    return ((a, b, c), (b, c, a), (c, a, b))


def _turned(triangle: Ring) -> Ring:
    """The triangle with its corners in one direction."""
    (ax, ay), (bx, by), (cx, cy) = triangle
    return triangle if (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0 else triangle[::-1]
