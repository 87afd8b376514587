"""Write a region as flat coordinate lists, and read it back: one list a part, holes joined to their ring by a bridge.

A bridge is an edge from a vertex of the ring to a vertex of the hole and the same edge back, so that it encloses nothing; the hole runs
against the ring.  Filled by the even-odd or by the non-zero rule, at pixel centres, the list gives the region's mask.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import Polygon

from annotator.domain.region import Part, Region, Ring
from annotator.domain.shapes import wound_area


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
    """Join the holes to the ring one after the other, each time by the shortest bridge there is."""
    joined, holes = list(part[0]), [list(hole) for hole in part[1:]]
    while holes:
        best = (float("inf"), 0, 0, 0)
        vertices = np.asarray(joined)
        for number, hole in enumerate(holes):
            distances = ((vertices[:, None, :] - np.asarray(hole)[None, :, :]) ** 2).sum(axis=2)
            here, there = divmod(int(distances.argmin()), distances.shape[1])
            best = min(best, (float(distances[here, there]), number, here, there))
        _, number, here, there = best
        hole = holes.pop(number)
        joined[here + 1 : here + 1] = [*hole[there:], *hole[: there + 1], joined[here]]
    return tuple(joined)


def unbridged(ring: Ring) -> list[Ring]:
    """Cut an outline at its bridges and where it comes back to a vertex; what is left are rings of at least three points."""
    pending, found = [list(ring)], []
    while pending:
        repeated = pending.pop()
        points = [p for i, p in enumerate(repeated) if p != repeated[i - 1]]
        edges = {(a, b): i for i, (a, b) in enumerate(zip(points, [*points[1:], points[0]], strict=True))} if len(points) > 2 else {}
        bridge = next(((i, edges[b, a]) for (a, b), i in edges.items() if edges.get((b, a), -1) > i), None)
        if bridge is not None:
            out, back = bridge
            pending += [points[out + 1 : back], points[: out + 1] + points[back + 2 :]]
            continue
        seen: dict[tuple[float, float], int] = {}
        twice = next(((seen[p], i) for i, p in enumerate(points) if seen.setdefault(p, i) != i), None)
        if twice is not None:
            pending += [points[twice[0] : twice[1]], points[: twice[0]] + points[twice[1] :]]
        elif len(points) > 2:
            found.append(tuple(points))
    return found
