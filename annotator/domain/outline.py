"""Follow the outlines of a mask along its pixels' edges, corner to corner, without geometry operations.

On every line of the pixel grid the corners of the outline pair up to edges, the first with the second, the third with the fourth; so each
corner has one edge along its row and one along its column, and a ring is found by taking them in turn.  Where two pixels touch at a corner
only, two corners lie in one place, one for each pixel: pixels are joined by edges, never by corners.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from annotator.domain.path import Point
from annotator.domain.region import Part, Ring

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
_FEW_PAIRS = 2_000
"""Outer rings times holes up to which each hole is looked for in each outer ring."""


def outlines(array: Bools, offset: tuple[int, int] = (0, 0)) -> tuple[Part, ...]:
    """Return the outlines of a mask (rows, columns), each outer ring with its holes.

    Outer rings run so that their area is positive, holes the other way round.  `offset` (x, y) is added to every point.
    """
    loops = [loop for walk in _walks(array, offset) for loop in _simple(walk)]
    outer, pixels, holes = list[list[Ring]](), list[Point](), list[tuple[Ring, Point]]()
    for loop in loops:
        place, (y, x) = min(enumerate((y, x) for x, y in loop), key=_second)
        forward = loop[(place + 1) % len(loop)][1] == y
        if array[int(y) - offset[1], int(x) - offset[0]]:
            outer.append([tuple(loop if forward else loop[::-1])])
            pixels.append((x, y))
        else:
            holes.append((tuple(loop[::-1] if forward else loop), (x + 0.5, y - 0.5)))
    if len(outer) * len(holes) > _FEW_PAIRS:
        pieces = _pieces(array, offset)
        part_of = dict(zip(pieces(pixels), outer, strict=True))
        for (hole, _), piece in zip(holes, pieces([place for _, place in holes]), strict=True):
            part_of[piece].append(hole)
        return tuple(tuple(part) for part in outer)
    boxes = [_box(part[0]) for part in outer] if holes else []
    for hole, beside in holes:
        _around(beside, outer, boxes).append(hole)
    return tuple(tuple(part) for part in outer)


def _second(pair: tuple[int, tuple[float, float]]) -> tuple[float, float]:
    return pair[1]


def _box(ring: Ring) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _around(point: Point, outer: list[list[Ring]], boxes: list[tuple[float, float, float, float]]) -> list[Ring]:
    """The part whose pixel lies at `point`: of the outer rings around it the innermost, which has the smallest box."""
    x, y = point
    near = [place for place, (x1, y1, x2, y2) in enumerate(boxes) if x1 < x < x2 and y1 < y < y2]
    near.sort(key=lambda place: (boxes[place][2] - boxes[place][0]) * (boxes[place][3] - boxes[place][1]))
    return outer[next((place for place in near[:-1] if _inside(point, outer[place][0])), near[-1])]


def _pieces(array: Bools, offset: tuple[int, int]) -> Callable[[list[Point]], list[int]]:
    """Number the pieces of a mask, each of which has one outer ring; return what says for points the pieces of their pixels."""
    from scipy import ndimage  # loads what only outlines with very many holes need

    numbers = ndimage.label(array)[0]

    def pieces(points: list[Point]) -> list[int]:
        column, row = np.floor(points).astype(np.int64).T - np.array(offset)[:, None]
        found: list[int] = numbers[row, column].tolist()
        return found

    return pieces


def _walks(array: Bools, offset: tuple[int, int]) -> list[list[Point]]:
    """The closed walks along edges as (x, y) of their corners; a walk may come through one point twice."""
    padded = np.pad(array, 1)
    nw, ne, sw, se = padded[:-1, :-1], padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]
    single = np.nonzero(nw ^ ne ^ sw ^ se)
    falling, rising = np.nonzero(nw & se & ~ne & ~sw), np.nonzero(ne & sw & ~nw & ~se)
    y, x = (np.concatenate([single[n], falling[n], falling[n], rising[n], rising[n]]) for n in (0, 1))
    sizes = [len(places[0]) for places in (single, falling, falling, rising, rising)]
    beside = _partners(np.lexsort((np.repeat([0, 0, 1, 0, 1], sizes), x, y))).tolist()
    below = _partners(np.lexsort((np.repeat([0, 0, 1, 1, 0], sizes), y, x))).tolist()
    points: list[Point] = list(zip((x + float(offset[0])).tolist(), (y + float(offset[1])).tolist(), strict=True))
    walks, seen = list[list[Point]](), bytearray(len(points))
    for start in range(len(points)):
        walk, corner = list[Point](), start
        while not seen[corner]:
            other = beside[corner]
            seen[corner] = seen[other] = 1
            walk += (points[corner], points[other])
            corner = below[other]
        if walk:
            walks.append(walk)
    return walks


def _partners(order: Ints) -> Ints:
    """The other end of each corner's edge, where edges join neighbours in this order, two by two."""
    found = np.empty(len(order), dtype=np.int64)
    found[order[0::2]], found[order[1::2]] = order[1::2], order[0::2]
    return found


def _simple(walk: list[Point]) -> list[list[Point]]:
    """Part a walk where it comes through a point again, so that no loop does."""
    if len(set(walk)) == len(walk):
        return [walk]
    loops, way, places = list[list[Point]](), list[Point](), dict[Point, int]()
    for point in walk:
        if point in places:
            begin = places[point]
            loop = way[begin:]
            loops.append(loop)
            for gone in loop:
                del places[gone]
            del way[begin:]
        places[point] = len(way)
        way.append(point)
    return [*loops, way]


def _inside(point: Point, ring: Ring) -> bool:
    """Whether a pixel's centre lies within a ring along pixels' edges (even-odd): it is to the right of an odd number of upright edges."""
    x, y = point
    crossed = False
    for (ax, ay), (_, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (ay > y) != (by > y) and ax < x:
            crossed = not crossed
    return crossed
