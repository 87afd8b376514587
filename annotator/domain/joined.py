"""Join the parts of a region to one outline, for formats in which an annotation has a single one.

Parts are joined as holes are to their ring (`segmentation`): by an edge from vertex to vertex and the same edge back, which encloses
nothing.  Filled at pixel centres, by the even-odd or by the non-zero rule, the outline gives the region's mask.
"""

from __future__ import annotations

import numpy as np

from annotator.domain.path import Point
from annotator.domain.region import Region, Ring
from annotator.domain.segmentation import flat

_NEAREST = 4_000
"""Up to so many vertices, a part is joined where the bridge is shortest; beyond, to the part before it."""


def joined(region: Region) -> Ring:
    """Return one outline that encloses all parts of a region and none of its holes."""
    outlines = [_outline(Region((part,))) for part in region.parts]
    whole, begin = list(outlines[0]), 0
    few = sum(map(len, outlines)) <= _NEAREST
    waiting = outlines[1:]
    while waiting:
        number, here, there = _shortest(whole, waiting) if few else (0, *_between(whole[begin:], waiting[0]))
        part, at = waiting.pop(number), here if few else begin + here
        whole[at + 1 : at + 1] = [*part[there:], *part[: there + 1], whole[at]]
        begin = at + 1
    return tuple(whole)


def _outline(part: Region) -> list[Point]:
    values = [value for value in flat(part) if not isinstance(value, list)]
    return list(zip(values[::2], values[1::2], strict=True))


def _shortest(whole: list[Point], waiting: list[list[Point]]) -> tuple[int, int, int]:
    """Which outline lies nearest, from which vertex of the whole, and to which of its own."""
    best = (float("inf"), 0, 0, 0)
    for number, outline in enumerate(waiting):
        here, there = _between(whole, outline)
        distance = (whole[here][0] - outline[there][0]) ** 2 + (whole[here][1] - outline[there][1]) ** 2
        best = min(best, (distance, number, here, there))
    return best[1:]


def _between(one: list[Point], other: list[Point]) -> tuple[int, int]:
    """The vertices of two outlines that are nearest to each other."""
    distances = ((np.asarray(one)[:, None, :] - np.asarray(other)[None, :, :]) ** 2).sum(axis=2)
    here, there = divmod(int(distances.argmin()), distances.shape[1])
    return here, there
