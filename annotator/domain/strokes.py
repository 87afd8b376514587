"""Make exact areas of what round tools draw: an ellipse in a box, and what a brush goes over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import or_

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from annotator.domain.path import Point, Polyline
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import exact, trace
from annotator.domain.simplify import drawn_around

_SAG = 0.05
"""Pixels by which an edge may lie inside the curve that it stands for."""
_FEWEST, _MOST = 16, 360
_SMALL = 0.75
"""A brush of such a radius in pixels, or a smaller one, sets the pixels that its centre comes through."""
_LONG, _PIECE, _ENDLESS = 600, 48, 4_000
"""Corners of a way that is worked out as a whole, at most, of the pieces of a longer one, and of the longest, which is made simpler."""
_quietly = np.errstate(invalid="ignore")


def ellipse_outline(a: Point, b: Point) -> Polyline:
    """Return the vertices of the ellipse in the box with these opposite corners; they lie on it."""
    (x, y), (rx, ry) = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), (abs(b[0] - a[0]) / 2, abs(b[1] - a[1]) / 2)
    count = _corners(max(rx, ry))
    turns = [2 * math.pi * place / count for place in range(count)]
    return tuple((x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns)


@_quietly
def swept(points: Sequence[Point], radii: tuple[float, float], rows: int, columns: int) -> Region:
    """Return what a brush with these half axes (across, down) covers on its way, clipped to the image; empty where it sets no pixel.

    A very long way gets its outline from its pixels.
    """
    across, down = radii
    if max(radii) <= _SMALL:
        return trace(_walked(points, rows, columns))
    squeeze = across / down
    way = [(x, y * squeeze) for x, y in points]
    line, sag = list(LineString(way if len(way) > 1 else way * 2).simplify(_SAG / 2).coords), _SAG
    while len(line) > _ENDLESS:
        line, sag = list(LineString(line).simplify(sag).coords), 2 * sag
    if len(line) > _LONG:
        pieces = (_covered(line[n : n + _PIECE + 1], across, squeeze, rows, columns) for n in range(0, len(line) - 1, _PIECE))
        found = reduce(or_, (region_mask(Region.of(piece), rows, columns) for piece in pieces))
        return drawn_around(found) if not found.empty else Region(())
    area = _covered(line, across, squeeze, rows, columns)
    wanted = region_mask(Region.of(area), rows, columns)
    return exact(area, wanted) if not wanted.empty else Region(())


def _covered(way: Sequence[tuple[float, ...]], radius: float, squeeze: float, rows: int, columns: int) -> BaseGeometry:
    """What a round brush covers on a way that is stretched so that it is round, in the image's coordinates, clipped to the image."""
    round_ = shapely.buffer(LineString(way), radius, quad_segs=max(_corners(radius) // 4, 4))
    area: BaseGeometry = shapely.transform(round_, lambda found: found / (1.0, squeeze))
    x1, y1, x2, y2 = area.bounds
    inside = x1 >= 0 and y1 >= 0 and x2 <= columns and y2 <= rows
    return area if inside else shapely.intersection(area, shapely.box(0, 0, columns, rows))


def within(region: Region, values: Mask) -> Region:
    """Return what of a region lies on these pixels; itself where all of it does."""
    mask = region_mask(region, values.rows, values.columns)
    left = mask & values
    return region if left == mask else drawn_around(left)


def _corners(radius: float) -> int:
    """How many vertices a circle needs, a multiple of four."""
    share = max(1.0 - _SAG / max(radius, _SAG), -1.0)
    wanted = math.pi / max(math.acos(share), 1e-3)
    return 4 * math.ceil(min(max(wanted, _FEWEST), _MOST) / 4)


def _walked(points: Sequence[Point], rows: int, columns: int) -> Mask:
    """The pixels that a way comes through, looked at four times a pixel."""
    places = [np.array(points[:1], dtype=np.float64)]
    for (ax, ay), (bx, by) in pairwise(points):
        steps = max(math.ceil(4 * math.hypot(bx - ax, by - ay)), 1)
        share = np.linspace(0.0, 1.0, steps + 1)
        places.append(np.stack([ax + share * (bx - ax), ay + share * (by - ay)], axis=1))
    found = np.floor(np.concatenate(places)).astype(np.int64)
    column, row = found[:, 0], found[:, 1]
    there = (column >= 0) & (row >= 0) & (column < columns) & (row < rows)
    array = np.zeros((rows, columns), dtype=bool)
    array[row[there], column[there]] = True
    return Mask.of(array)
