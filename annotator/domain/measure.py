"""What a person measures on an image without drawing on it: a length, an angle, or the values in an ellipse or a rectangle.

Points are image coordinates.  A ruler has two, an angle three (its vertex in the middle), an ellipse and a rectangle two opposite corners
of the box around them.  Spacings are (row, column) in mm; without one, lengths are in pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.path import Path, Point, Polyline
from annotator.domain.picture import Picture
from annotator.domain.raster import region_mask
from annotator.domain.region import Region

Spacing = tuple[float, float] | None
_ARC = 48
"""So many straight pieces stand for an ellipse where one looks for its outline."""


class Figure(Enum):
    """What is measured with."""

    RULER = "ruler"
    ANGLE = "angle"
    ELLIPSE = "ellipse"
    RECTANGLE = "rectangle"


BOXES = frozenset({Figure.ELLIPSE, Figure.RECTANGLE})


@dataclass(frozen=True)
class Measure:
    """One measurement on an image; `number` tells it from the others there."""

    number: int
    figure: Figure
    points: Polyline


@dataclass(frozen=True)
class Grip:
    """What a hand has hold of: a measurement, and one of its handles (None: its outline, which moves all of it)."""

    measure: Measure
    handle: int | None = None


@dataclass(frozen=True)
class Statistics:
    """The values of the pixels whose centres lie inside, in the picture's unit; `deviation` is that of all of them (divided by n)."""

    count: int
    mean: float
    deviation: float
    least: float
    most: float


def length(points: Polyline, spacing: Spacing) -> float:
    """Return the length of a line in mm, in pixels without a spacing."""
    return Path((points,)).length(spacing or (1.0, 1.0))


def angle(points: Polyline, spacing: Spacing) -> float:
    """Return the angle at the middle of three points in degrees, 0 to 180; 0 where a leg has no length."""
    down, right = spacing or (1.0, 1.0)
    (ax, ay), (vx, vy), (bx, by) = points
    one, other = ((ax - vx) * right, (ay - vy) * down), ((bx - vx) * right, (by - vy) * down)
    return math.degrees(abs(math.atan2(one[0] * other[1] - one[1] * other[0], one[0] * other[0] + one[1] * other[1])))


def sides(points: Polyline, spacing: Spacing) -> tuple[float, float]:
    """Return width and height of the box between two corners in mm, in pixels without a spacing."""
    down, right = spacing or (1.0, 1.0)
    (ax, ay), (bx, by) = points
    return abs(bx - ax) * right, abs(by - ay) * down


def statistics(picture: Picture, figure: Figure, points: Polyline) -> Statistics | None:
    """Return what a grey picture's pixels hold inside an ellipse or a rectangle; None where no pixel's centre, or no number, is inside."""
    part, inside = covered(figure, points, picture.rows, picture.columns)
    return statistics_of(picture, picture.stored[part][inside])


def statistics_of(picture: Picture, stored: NDArray[Any]) -> Statistics | None:
    """Return what some stored values of a grey picture say; None where none of them is a number and means a pixel (`Picture.padding`)."""
    if picture.padding is not None:
        low, high = picture.padding
        stored = stored[(stored < low) | (stored > high)]
    values = picture.values_of(stored).astype(np.float64)
    values = values[np.isfinite(values)]
    if not values.size:
        return None
    return Statistics(values.size, float(values.mean()), float(values.std()), float(values.min()), float(values.max()))


def covered(figure: Figure, points: Polyline, rows: int, columns: int) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
    """Return which part of an image a box touches, and which pixels of that part have their centre inside the figure."""
    (ax, ay), (bx, by) = points
    x1, x2, y1, y2 = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
    top, bottom = (min(max(round_(y), 0), rows) for y, round_ in ((y1, math.floor), (y2, math.ceil)))
    left, right = (min(max(round_(x), 0), columns) for x, round_ in ((x1, math.floor), (x2, math.ceil)))
    part = slice(top, bottom), slice(left, right)
    if figure is Figure.RECTANGLE:
        return part, region_mask(Region.box(x1 - left, y1 - top, x2 - left, y2 - top), bottom - top, right - left).array()
    across = (np.arange(left, right) + 0.5 - (x1 + x2) / 2) / max((x2 - x1) / 2, 1e-9)
    down = (np.arange(top, bottom) + 0.5 - (y1 + y2) / 2) / max((y2 - y1) / 2, 1e-9)
    return part, across[None, :] ** 2 + down[:, None] ** 2 <= 1.0


def handles(measure: Measure) -> Polyline:
    """Return the points that can be pulled: those of a line, the four corners of a box in turn."""
    if measure.figure not in BOXES:
        return measure.points
    (ax, ay), (bx, by) = measure.points
    return (ax, ay), (bx, ay), (bx, by), (ax, by)


def pulled(grip: Grip, start: Point, to: Point) -> Polyline:
    """Return a measurement's points after its grip was dragged from one image point to another."""
    dx, dy, points = to[0] - start[0], to[1] - start[1], grip.measure.points
    if grip.handle is None:
        return tuple((x + dx, y + dy) for x, y in points)
    held = handles(grip.measure)
    x, y = held[grip.handle]
    if grip.measure.figure in BOXES:
        return held[(grip.handle + 2) % 4], (x + dx, y + dy)
    return tuple((x + dx, y + dy) if place == grip.handle else point for place, point in enumerate(points))


def outline(figure: Figure, points: Polyline) -> Polyline:
    """Return the figure as one line; a box is closed."""
    if figure not in BOXES:
        return points
    (ax, ay), (bx, by) = points
    if figure is Figure.RECTANGLE:
        return (ax, ay), (bx, ay), (bx, by), (ax, by), (ax, ay)
    turns = (2 * math.pi * step / _ARC for step in range(_ARC + 1))
    return tuple(((ax + bx + (bx - ax) * math.cos(turn)) / 2, (ay + by + (by - ay) * math.sin(turn)) / 2) for turn in turns)


def grip_at(measures: Iterable[Measure], x: float, y: float, reach: float) -> Grip | None:
    """Return what of measurements lies within `reach` (pixels) of an image point: a handle before an outline, the nearest of its kind."""
    there = tuple(measures)
    near = [(math.dist(point, (x, y)), Grip(m, place)) for m in there for place, point in enumerate(handles(m))]
    near = [found for found in near if found[0] <= reach]
    if not near:
        lines = ((m, pairwise(outline(m.figure, m.points))) for m in there)
        near = [(min(_distance((x, y), a, b) for a, b in pieces), Grip(m)) for m, pieces in lines]
        near = [found for found in near if found[0] <= reach]
    return min(near, key=lambda found: found[0])[1] if near else None


def _distance(point: Point, a: Point, b: Point) -> float:
    """How far a point is from a straight line between two others."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    along = min(max(((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square, 0.0), 1.0) if square else 0.0
    return math.dist(point, (a[0] + along * dx, a[1] + along * dy))
