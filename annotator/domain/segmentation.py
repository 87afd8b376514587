"""Write a region as flat coordinate lists, and read it back: one list a part, holes joined to their ring by a bridge.

A bridge is an edge from a vertex of the ring to a vertex of the hole and the same edge back, so that it encloses nothing; the hole runs
against the ring.  Filled by the even-odd or by the non-zero rule, at pixel centres, the list gives the region's mask.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from annotator.domain.path import Point
from annotator.domain.region import Part, Region, Ring
from annotator.domain.shapes import wound_area

Numbers = NDArray[np.float64]


def flat(region: Region) -> list[float] | list[list[float]]:
    """Return `[x1, y1, x2, y2, …]` for a region of one part, a list of such lists for several."""
    lists = flat_parts(region)
    return lists[0] if len(lists) == 1 else lists


def flat_parts(region: Region) -> list[list[float]]:
    """Return such a list for each part of a region."""
    return [[coordinate for point in _bridged(_oriented(part)) for coordinate in point] for part in region.parts]


def unflat(segmentation: Sequence[float] | Sequence[Sequence[float]]) -> Region:
    """Return the region of one flat list or of several; raises ValueError for an odd number of coordinates or fewer than three points.

    Bridges are found and cut, so that a region comes back ring by ring.  An outline that crosses itself is what it winds around.
    """
    single = [v for v in segmentation if isinstance(v, int | float)]
    lists = [single] if single else [list(v) for v in segmentation if not isinstance(v, int | float)]
    parts: list[Part] = []
    for numbers in lists:
        values = [float(v) for v in numbers]
        if len(values) % 2 or len(values) < 6:
            raise ValueError("an outline needs at least three points of two coordinates")
        ring = tuple(zip(values[::2], values[1::2], strict=True))
        rings = unbridged(ring)
        if not rings:
            continue
        if len(rings) > 1:
            rings.sort(key=lambda one: -abs(Polygon(np.asarray(one)).area))
        outer, *holes = map(np.asarray, rings)  # as arrays: taken over at once, not point by point
        if Polygon(outer, holes).is_valid:
            parts.append(tuple(rings))
        else:
            area = wound_area(rings[0])
            for hole in rings[1:]:
                area = shapely.difference(area, wound_area(hole))
            parts.extend(Region.of(area).parts)
    return Region(tuple(parts))


def _oriented(part: Part) -> Part:
    """Holes against their ring in direction."""
    if len(part) == 1:
        return part
    signs = [shapely.is_ccw(shapely.LinearRing(ring)) for ring in part]
    return (part[0], *(ring[::-1] if sign == signs[0] else ring for ring, sign in zip(part[1:], signs[1:], strict=True)))


def _bridged(part: Part) -> Ring:
    """Join the holes to the ring one after the other, each time by the shortest bridge there is.

    How near each hole is to what is joined is kept; a hole that was joined is compared only with those that it may be nearer to.
    """
    joined = np.asarray(part[0], dtype=np.float64)
    holes = [np.asarray(hole, dtype=np.float64) for hole in part[1:]]
    if not holes:
        return part[0]
    boxes = np.array([(*hole.min(axis=0), *hole.max(axis=0)) for hole in holes])
    nearest = _from_ring(joined, holes)
    while not np.isinf(nearest).all():
        number = int(nearest.argmin())
        hole, reach = holes[number], math.sqrt(nearest[number]) + 1.0
        near = np.flatnonzero(np.all((joined >= boxes[number, :2] - reach) & (joined <= boxes[number, 2:] + reach), axis=1))
        distances = _squared(joined[near], hole)
        place, there = divmod(int(distances.argmin()), len(hole))
        here = int(near[place])
        joined = np.concatenate([joined[: here + 1], hole[there:], hole[: there + 1], joined[here:]])
        nearest[number] = np.inf
        apart = np.maximum(np.maximum(boxes[:, :2] - boxes[number, 2:], boxes[number, :2] - boxes[:, 2:]), 0.0)
        for other in np.flatnonzero(((apart**2).sum(axis=1) < nearest) & np.isfinite(nearest)).tolist():
            nearest[other] = min(nearest[other], _squared(hole, holes[other]).min())
    return tuple((x, y) for x, y in joined.tolist())


def _from_ring(ring: Numbers, holes: Sequence[Numbers]) -> Numbers:
    """Return the squared distance of each hole from a ring, from vertex to vertex."""
    vertices = np.concatenate(holes)
    tree = shapely.STRtree(np.asarray(shapely.points(ring)))
    met = tree.query_nearest(shapely.points(vertices), all_matches=False)[1]
    squared = ((ring[met] - vertices) ** 2).sum(axis=1)
    starts = np.cumsum([0, *(len(hole) for hole in holes[:-1])])
    found: Numbers = np.minimum.reduceat(squared, starts)
    return found


def _squared(one: Numbers, other: Numbers) -> Numbers:
    """Return the squared distances (n, m) of points from others."""
    found: Numbers = ((one[:, None, :] - other[None, :, :]) ** 2).sum(axis=2)
    return found


def unbridged(ring: Ring) -> list[Ring]:
    """Cut an outline at its bridges and where it comes back to a vertex; what is left are rings of at least three points.

    What lies between a point and where the way comes through it again is a ring of its own: a hole; between both ends of a bridge nothing
    is left then but the bridge.
    """
    found, way, places = list[Ring](), list[Point](), dict[Point, int]()
    for point in ring:
        if point in places:
            loop = way[places[point] :]
            for gone in loop:
                del places[gone]
            del way[-len(loop) :]
            if len(loop) > 2:
                found.append(tuple(loop))
        places[point] = len(way)
        way.append(point)
    return [*found, tuple(way)] if len(way) > 2 else found
