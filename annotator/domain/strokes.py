"""Make exact areas of what round tools draw: an ellipse in a box, and what a brush goes over."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from annotator.domain.path import Point, Polyline
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import exact, trace
from annotator.domain.simplify import drawn_around
from annotator.domain.winding import Winding, columns_of, spread, upright

_SAG = 0.05
"""Pixels by which an edge may lie inside the curve that it stands for."""
_FEWEST, _MOST = 16, 360
_SMALL = 0.75
"""A brush of such a radius in pixels, or a smaller one, sets the pixels that its centre comes through."""
_LONG, _MANY, _CHUNK = 600, 20_000, 200_000
"""Corners of a way that is worked out as an outline, at most, of one that is made simpler for that, and runs that are kept at once."""
_quietly = np.errstate(invalid="ignore", divide="ignore")


def ellipse_outline(a: Point, b: Point) -> Polyline:
    """Return the vertices of the ellipse in the box with these opposite corners; they lie on it, four of them where it touches the box.

    Its quarters mirror each other to the last digit: a vertex that is beside its place by a rounding is decided otherwise by other readers
    where it lies on a pixel's centre.
    """
    (x, y), (rx, ry) = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), (abs(b[0] - a[0]) / 2, abs(b[1] - a[1]) / 2)
    quarter = _corners(max(rx, ry)) // 4
    turns = [math.pi / 2 * place / quarter for place in range(1, quarter)]
    right = [(rx, 0.0), *((rx * math.cos(turn), ry * math.sin(turn)) for turn in turns)]
    down = [(0.0, ry), *((-dx, dy) for dx, dy in right[:0:-1])]
    half = [*right, *down]
    return tuple([(x + dx, y + dy) for dx, dy in half] + [(x - dx, y - dy) for dx, dy in half])


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
    way = [point for place, point in enumerate(way) if not place or point != way[place - 1]]
    line = list(LineString(way if len(way) > 1 else way * 2).simplify(_SAG / 2).coords) if len(way) <= _MANY else way
    if len(line) > _LONG:
        found = _gone_over(points, radii, rows, columns)
        return drawn_around(found) if not found.empty else Region(())
    area = _covered(line, across, squeeze, rows, columns)
    wanted = region_mask(Region.of(area), rows, columns)
    return exact(area, wanted) if not wanted.empty else Region(())


def _covered(way: Sequence[tuple[float, ...]], radius: float, squeeze: float, rows: int, columns: int) -> BaseGeometry:
    """What a round brush covers on a way that is stretched so that it is round, in the image's coordinates, clipped to the image."""
    closed = len(way) > 2 and way[0] == way[-1]  # of a ring that crosses itself GEOS finds only a part
    line = MultiLineString([way[:-1], way[-2:]]) if closed else LineString(way)
    round_ = shapely.buffer(line, radius, quad_segs=max(_corners(radius) // 4, 4))
    area: BaseGeometry = shapely.transform(round_, lambda found: found / (1.0, squeeze))
    x1, y1, x2, y2 = area.bounds
    inside = x1 >= 0 and y1 >= 0 and x2 <= columns and y2 <= rows
    return area if inside else shapely.intersection(area, shapely.box(0, 0, columns, rows))


def _gone_over(points: Sequence[Point], radii: tuple[float, float], rows: int, columns: int) -> Mask:
    """The pixels whose centre is no further than the brush reaches from its way: round each corner, and beside each stretch."""
    (across, down), found = radii, Winding(rows, columns)
    way = np.asarray([point for place, point in enumerate(points) if not place or point != points[place - 1]], dtype=np.float64)
    for centres in np.array_split(way, math.ceil(len(way) * (2 * down + 1) / _CHUNK)):
        which, row = spread(*np.ceil(np.stack([centres[:, 1] - down, centres[:, 1] + down]) - 0.5).clip(0, rows).astype(np.int64))
        x, y = centres[which].T
        half = across * np.sqrt(np.maximum(1 - ((row + 0.5 - y) / down) ** 2, 0))
        found.add_runs(row, columns_of(x - half, columns), columns_of(x + half, columns))
    along = (way[1:] - way[:-1]) / radii
    beside = along[:, ::-1] / np.hypot(*along.T)[:, None] * (-1, 1) * radii
    corners = np.stack([way[:-1] + beside, way[1:] + beside, way[1:] - beside, way[:-1] - beside])  # they wind as runs count
    found.add_outlines(corners.reshape(-1, 2), np.roll(corners, -1, axis=0).reshape(-1, 2))
    return Mask.of(found.inside())


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
    """The pixels that a way comes through: in each row from where it comes in to where it goes out."""
    way, found = np.asarray((*points[:1], *points), dtype=np.float64), Winding(rows, columns)
    edges = upright(way[:-1], way[1:])
    first, stop = np.floor(edges[1]).clip(0, rows).astype(np.int64), (np.floor(edges[3]) + 1).clip(0, rows).astype(np.int64)
    ends, start = np.cumsum(stop - first), 0
    while start < len(ends):
        done = int(ends[start - 1]) if start else 0
        after = max(int(np.searchsorted(ends, done + _CHUNK, side="right")), start + 1)
        which, row = spread(first[start:after], stop[start:after])
        xa, ya, xb, yb = edges[:, start + which]
        slope = np.divide(xb - xa, yb - ya, out=np.zeros_like(xa), where=yb > ya)
        enters, leaves = np.where(ya < row, xa + (row - ya) * slope, xa), np.where(yb > row + 1, xa + (row + 1 - ya) * slope, xb)
        left, right = np.minimum(enters, leaves).clip(-1, columns), np.maximum(enters, leaves).clip(-1, columns)
        found.add_runs(row, np.floor(left).astype(np.int64), np.floor(right).astype(np.int64) + 1)
        start = after
    return Mask.of(found.inside())
