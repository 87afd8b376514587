"""Measure a saved mask, pixel by pixel as it is delivered: area, perimeter, long and short axis, and the values of its pixels.

A mask is the union of its pixels' squares.  Spacings are (row, column) in mm; without one, pixels are squares of side 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from annotator.domain.image import Image
from annotator.domain.measure import Spacing, Statistics, statistics_of
from annotator.domain.path import Path, Point
from annotator.domain.picture import Picture
from annotator.domain.raster import Mask, region_mask, shape_mask
from annotator.domain.region import Region

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NEXT_TO_NOTHING = 1e-9
_MANY_PIXELS, _MANY_RUNS = 400_000, 1_200


@dataclass(frozen=True)
class Axis:
    """A straight line from one point of a mask to another: its ends in image coordinates, and its length."""

    start: Point
    end: Point
    length: float


@dataclass(frozen=True, eq=False)
class MaskMeasures:
    """What can be measured of a mask that has pixels without looking at the image, each worked out when it is first asked for.

    Lengths are in mm and areas in mm² where there is a `spacing`, else in pixels.
    """

    mask: Mask
    spacing: Spacing = None

    @property
    def sides(self) -> tuple[float, float]:
        """(row, column) spacing to measure with."""
        return self.spacing or (1.0, 1.0)

    @property
    def count(self) -> int:
        """How many pixels it has."""
        return self.mask.count

    @property
    def area(self) -> float:
        """Number of pixels × area of a pixel."""
        return self.mask.count * self.sides[0] * self.sides[1]

    @property
    def width(self) -> float:
        """From the leftmost to the rightmost edge of its pixels."""
        runs = self.mask.row_runs
        return (int(runs[:, 2].max()) - int(runs[:, 1].min())) * self.sides[1]

    @property
    def height(self) -> float:
        """From the topmost to the lowest edge of its pixels."""
        runs = self.mask.row_runs
        return (int(runs[-1, 0]) - int(runs[0, 0]) + 1) * self.sides[0]

    @cached_property
    def perimeter(self) -> float:
        """The boundary of all parts and holes, by Crofton's formula (`perimeter`)."""
        return perimeter(self.mask, self.sides)

    @cached_property
    def long(self) -> Axis:
        """The longest diameter: of the lines between two points of the mask the longest."""
        return longest(hull(self.mask), self.sides)

    @cached_property
    def short(self) -> Axis:
        """Of the lines between two points of the mask that stand upright on the long axis the longest (RECIST 1.1, WHO 1979)."""
        return _across(self.mask.row_runs, self.long, self.sides)

    @property
    def heavy(self) -> bool:
        """Whether measuring it, and what lies under it, may take longer than a frame of the window."""
        return self.count > _MANY_PIXELS or len(self.mask.row_runs) > _MANY_RUNS


def mask_measures(mask: Mask, spacing: Spacing = None) -> MaskMeasures | None:
    """Return the measures of a mask; None where it has no pixel."""
    return None if mask.empty else MaskMeasures(mask, spacing)


def region_measures(region: Region, rows: int, columns: int, spacing: Spacing = None) -> MaskMeasures | None:
    """Measure the mask that a region has on an image; the region keeps what was found for whoever asks next."""
    kept = region.__dict__.get("_measures")
    if kept is None or kept[0] != (rows, columns, spacing):
        kept = region.__dict__["_measures"] = (rows, columns, spacing), mask_measures(region_mask(region, rows, columns), spacing)
    found: MaskMeasures | None = kept[1]
    return found


def mask_values(mask: Mask, picture: Picture) -> Statistics | None:
    """Return what a grey picture holds under a mask of its size, in its unit (HU, SUV); None of colours, or where no pixel has a value."""
    return None if picture.colour or mask.empty else statistics_of(picture, _stored(mask, picture))


def pixel_values(mask: Mask, picture: Picture) -> Floats:
    """Return the values of a grey picture under a mask that has pixels, in the order of these; no number where one means no pixel."""
    stored = _stored(mask, picture)
    values = picture.values_of(stored).astype(np.float64)
    if picture.padding is not None:
        low, high = picture.padding
        values[(stored >= low) & (stored <= high)] = np.nan
    return values


def _stored(mask: Mask, picture: Picture) -> NDArray[Any]:
    runs = mask.row_runs
    top, left, low, right = int(runs[0, 0]), int(runs[:, 1].min()), int(runs[-1, 0]) + 1, int(runs[:, 2].max())
    bounds = (runs[:, :1] - top) * (right - left + 1) + runs[:, 1:] - left
    inside = Mask(low - top, right - left + 1, bounds.ravel()).array()[:, :-1]
    return picture.stored[top:low, left:right][inside]


def perimeter(mask: Mask, spacing: tuple[float, float]) -> float:
    """Return the length of a mask's boundary, holes included, by Crofton's formula in four directions.

    The boundary is π times what straight lines meet of it, averaged over their directions: those of rows, columns and both diagonals,
    each weighted by the angles that it is the nearest of (Legland, Kiêu, Devaux: Computation of Minkowski measures on 2D and 3D binary
    images, Image Analysis & Stereology 26, 2007).  On a disc of ten pixels' radius it is right to 2 %.  A mask that is one rectangle is
    measured exactly.
    """
    down, right = spacing
    runs = mask.row_runs
    top, left, low, last = int(runs[0, 0]), int(runs[:, 1].min()), int(runs[-1, 0]) + 1, int(runs[:, 2].max())
    if mask.count == (low - top) * (last - left):
        return 2 * ((low - top) * down + (last - left) * right)
    wide = last - left + 1  # with an empty column, so that what is shifted out of one row is nowhere in another
    bounds = ((runs[:, :1] - top) * wide + runs[:, 1:] - left).ravel()
    local = Mask(low - top + 1, wide, bounds)

    def met(step: int) -> int:
        """How often lines along a step enter the mask."""
        return local.count - (local & Mask(local.rows, wide, bounds + step)).count

    angle, diagonal = math.atan2(down, right), down * right / math.hypot(down, right)
    rows, columns, slants = len(runs) * down, met(wide) * right, (met(wide - 1) + met(wide + 1)) * diagonal
    return rows * angle + columns * (math.pi / 2 - angle) + slants * math.pi / 4


def hull(mask: Mask) -> Floats:
    """Return the corners of the convex hull of a mask's pixels as (n, 2) of x and y."""
    runs = mask.row_runs
    first = np.append(True, runs[1:, 0] != runs[:-1, 0])
    last = np.append(first[1:], True)
    row, left, right = runs[first, 0], runs[first, 1], runs[last, 2]
    apart = row[1:] != row[:-1] + 1
    corners = []
    for x, outward in ((left, left[1:] - left[:-1]), (right, right[:-1] - right[1:])):
        above, below = np.append(True, apart | (outward < 0)), np.append(apart | (outward > 0), True)
        corners += [(x[above], row[above]), (x[below], row[below] + 1)]  # where the row beside reaches as far, it has the corner
    x, y = (np.concatenate(found).astype(np.float64) for found in zip(*corners, strict=True))
    ring = shapely.convex_hull(shapely.linestrings(np.stack([x, y], axis=1)))
    return shapely.get_coordinates(ring)[:-1]


def longest(points: Floats, spacing: tuple[float, float]) -> Axis:
    """Return the longest line between two of some points, as (n, 2) of x and y."""
    down, right = spacing
    x, y = points[:, 0] * right, points[:, 1] * down
    apart = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    one, other = divmod(int(apart.argmax()), len(points))
    return Axis(_point(points[one]), _point(points[other]), math.sqrt(apart[one, other]))


def _across(runs: Ints, long: Axis, spacing: tuple[float, float]) -> Axis:
    """The longest line upright on the long axis between two points of a mask.

    In a frame along and across the axis, the pixels' edges are straight pieces of two slopes.  Over each place along the axis where one of
    them ends lies a highest and a lowest point of the mask; how far these are apart is greatest at one of those places.
    """
    down, right = spacing
    row, left, last = runs.T.astype(np.float64)
    corners = np.stack([left, row, last, row, left, row + 1, last, row + 1], axis=1).reshape(-1, 4, 2)
    (ax, ay), (bx, by) = long.start, long.end
    way = np.array([(bx - ax) * right, (by - ay) * down]) / long.length
    millimetres = (corners - (ax, ay)) * (right, down)
    along, across = millimetres @ way, millimetres @ np.array([-way[1], way[0]])
    along = np.round(along / long.length, 12) * long.length  # places that are one are one in figures too
    places = np.unique(along)
    highest, lowest = np.full(len(places), -np.inf), np.full(len(places), np.inf)
    for rise, run, pairs in ((-way[1], way[0], ((0, 1), (2, 3))), (way[0], way[1], ((0, 2), (1, 3)))):
        if abs(run) < _NEXT_TO_NOTHING:
            continue  # edges across the axis: their ends are ends of the other edges
        slope = rise / run
        one = np.concatenate([along[:, a] for a, _ in pairs])
        other = np.concatenate([along[:, b] for _, b in pairs])
        level = np.concatenate([across[:, a] for a, _ in pairs]) - slope * one
        first, stop = np.searchsorted(places, np.minimum(one, other)), np.searchsorted(places, np.maximum(one, other)) + 1
        highest = np.maximum(highest, greatest(first, stop, level, len(places)) + slope * places)
        lowest = np.minimum(lowest, slope * places - greatest(first, stop, -level, len(places)))
    apart = highest - lowest
    best = np.flatnonzero(apart >= apart.max() - _NEXT_TO_NOTHING * long.length)
    place = int(best[np.abs(places[best] - long.length / 2).argmin()])
    ends = [(ax + (way[0] * places[place] - way[1] * v) / right, ay + (way[1] * places[place] + way[0] * v) / down)
            for v in (lowest[place], highest[place])]  # fmt: skip
    return Axis(_point(ends[0]), _point(ends[1]), float(apart[place]))


def greatest(first: Ints, stop: Ints, level: Floats, count: int) -> Floats:
    """Return for each of `count` places the greatest level of the ranges (first, stop) that hold it; minus infinity where none does.

    Each range is two overlapping ones whose length is a power of two; these are handed down from the longest to the shortest.
    """
    sizes = np.frexp(stop - first)[1] - 1
    found = np.full(count, -np.inf)
    for size in range(int(sizes.max(initial=0)), -1, -1):
        own, length = sizes == size, 1 << size
        np.maximum.at(found, first[own], level[own])
        np.maximum.at(found, stop[own] - length, level[own])
        if size:
            half = length // 2
            found[half:] = np.maximum(found[half:], found[:-half])
    return found


def _point(pair: Floats | tuple[float, float]) -> Point:
    return float(pair[0]), float(pair[1])


@dataclass(frozen=True)
class Sized:
    """What one annotation of an image measures, or several of them together."""

    length: float | None
    """Of its lines, all together; None where there is none."""
    measures: MaskMeasures | None
    """Of the pixels of its regions, all together; None where there is none."""
    values: Statistics | None
    """Of all its saved pixels, those of lines too where the project saves lines as strokes."""


def sized(shapes: Sequence[Region | Path], image: Image, line_width: float | None, picture: Picture | None) -> Sized:
    """Measure annotations of an image, whose lines are saved `line_width` pixels wide; without a picture they have no values."""
    rows, columns, spacing = image.rows, image.columns, image.spacing
    lines = [shape for shape in shapes if isinstance(shape, Path)]
    regions = [shape for shape in shapes if isinstance(shape, Region)]
    if len(regions) == 1:
        measures = region_measures(regions[0], rows, columns, spacing)
    else:
        measures = mask_measures(_united([region_mask(region, rows, columns) for region in regions], image), spacing)
    saved = [shape_mask(line, rows, columns, line_width) for line in lines] + ([measures.mask] if measures else [])
    length = sum(line.length(spacing or (1.0, 1.0)) for line in lines) if lines else None
    fits = picture is not None and (picture.rows, picture.columns) == (rows, columns)
    return Sized(length, measures, mask_values(_united(saved, image), picture) if picture is not None and fits else None)


def _united(masks: Sequence[Mask], image: Image) -> Mask:
    return Mask.union(image.rows, image.columns, masks)
