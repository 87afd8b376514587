"""Make exact areas of what round tools draw: an ellipse in a box, and what a brush goes over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

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
_quietly = np.errstate(invalid="ignore")


def ellipse_outline(a: Point, b: Point) -> Polyline:
    """Return the vertices of the ellipse in the box with these opposite corners; they lie on it."""
    (x, y), (rx, ry) = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), (abs(b[0] - a[0]) / 2, abs(b[1] - a[1]) / 2)
    count = _corners(max(rx, ry))
    turns = [2 * math.pi * place / count for place in range(count)]
    return tuple((x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns)


@_quietly
def swept(points: Sequence[Point], radii: tuple[float, float], rows: int, columns: int) -> Region:
    """Return what a brush with these half axes (across, down) covers on its way, clipped to the image; empty where it sets no pixel."""
    across, down = radii
    if max(radii) <= _SMALL:
        return trace(_walked(points, rows, columns))
    squeeze = across / down
    way = [(x, y * squeeze) for x, y in points]
    line = LineString(way if len(way) > 1 else way * 2).simplify(_SAG / 2)
    round_ = shapely.buffer(line, across, quad_segs=max(_corners(across) // 4, 4))
    area: BaseGeometry = shapely.transform(round_, lambda found: found / (1.0, squeeze))
    x1, y1, x2, y2 = area.bounds
    if x1 < 0 or y1 < 0 or x2 > columns or y2 > rows:
        area = shapely.intersection(area, shapely.box(0, 0, columns, rows))
    drawn = Region.of(area)
    wanted = region_mask(drawn, rows, columns)
    return exact(area, wanted) if not wanted.empty else Region(())


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
