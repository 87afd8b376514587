"""Follow the outlines of a mask along its pixels' edges, corner to corner, without geometry operations.

On every line of the pixel grid the corners of the outline pair up to edges, the first with the second, the third with the fourth; so each
corner has one edge along its row and one along its column, and a ring is found by taking them in turn.  Where two pixels touch at a corner
only, two corners lie in one place, one for each pixel: pixels are joined by edges, never by corners.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotator.domain.path import Point
from annotator.domain.region import Part, Ring

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def outlines(array: Bools, offset: tuple[int, int] = (0, 0)) -> tuple[Part, ...]:
    """Return the outlines of a mask (rows, columns), each outer ring with its holes.

    Outer rings run so that their area is positive, holes the other way round.  `offset` (x, y) is added to every point.
    """
    loops = [loop for walk in _walks(array, offset) for loop in _simple(walk)]
    outer, holes, beside = dict[int, list[Ring]](), dict[int, Ring](), list[Point]()
    for number, loop in enumerate(loops):
        place, (y, x) = min(enumerate((y, x) for x, y in loop), key=_second)
        forward = loop[(place + 1) % len(loop)][1] == y
        if array[int(y) - offset[1], int(x) - offset[0]]:
            outer[number] = [tuple(loop if forward else loop[::-1])]
        else:
            holes[number] = tuple(loop[::-1] if forward else loop)
            beside.append((x, y - 1.0))
    if len(outer) == 1:
        next(iter(outer.values())).extend(holes.values())
    elif holes:
        around = dict(zip(holes, _met(loops, beside), strict=True))
        for number in sorted(holes, key=lambda hole: min(y for _, y in loops[hole])):
            around[number] = around.get(around[number], around[number])
        for number, hole in holes.items():
            outer[around[number]].append(hole)
    return tuple(map(tuple, outer.values()))


def _met(loops: list[list[Point]], beside: list[Point]) -> list[int]:
    """Return the loop that one meets first on the way to the left from each of some pixels (their left upper corners).

    From a pixel over a hole that is the ring around it, or another hole of the same ring that begins higher.
    """
    lengths = [len(loop) for loop in loops]
    points = np.array([point for loop in loops for point in loop], dtype=np.int64)
    following = np.arange(1, len(points) + 1)
    following[np.cumsum(lengths) - 1] -= lengths
    upright = np.flatnonzero(points[:, 0] == points[following, 0])
    ends = np.stack([points[upright, 1], points[following[upright], 1]])
    top, high = ends.min(axis=0), np.abs(ends[0] - ends[1])
    wide = int(points[:, 0].max()) + 1
    each = np.repeat(np.arange(len(upright)), high)
    row = np.arange(len(each)) - np.repeat(np.cumsum(high) - high, high) + top[each]
    places = row * wide + points[upright[each], 0]
    order = np.argsort(places)
    wanted = np.array(beside, dtype=np.int64)
    found = order[np.searchsorted(places[order], wanted[:, 1] * wide + wanted[:, 0], side="right") - 1]
    owners: list[int] = np.repeat(np.arange(len(loops)), lengths)[upright[each[found]]].tolist()
    return owners


def _second(pair: tuple[int, tuple[float, float]]) -> tuple[float, float]:
    return pair[1]


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
