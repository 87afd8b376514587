"""Bring shapes to positions that a file of whole numbers can hold, so that screen, file and mask are one.

What a person draws is cut to such positions when the shape is finished.  What Add, Sub or a reshape make of such shapes gets new corners
where outlines cross; these are brought there too, and where that moves a pixel to the other side it is moved back, so that the set algebra
of masks stays exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from annotator.domain.annotation import Shape
from annotator.domain.coordinates import Coordinates
from annotator.domain.edit import Change, Edit
from annotator.domain.image import Image
from annotator.domain.merge import NOTHING, Refusal
from annotator.domain.path import Path, Point
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region, Ring, polygons, together
from annotator.domain.shapes import trace, wound_area

_ROUNDS = 8
_MENDED_PIXELS = 2_000
_quietly = np.errstate(invalid="ignore")


def on_grid(shape: Shape, coordinates: Coordinates, rows: int, columns: int) -> bool:
    """Whether a file holds every vertex of a shape as it is."""
    if isinstance(shape, Region):
        return bool((shape.vertices % 1.0 == coordinates.offset(rows, columns)).all())
    return all(coordinates.holds(point, rows, columns) for part in shape.parts for point in part)


def snapped(shape: Shape, coordinates: Coordinates, rows: int, columns: int) -> Shape | None:
    """Return a finished shape with every vertex cut to a position that a file holds; None where nothing is left of it."""
    if isinstance(shape, Path):
        parts = (_distinct(coordinates.nearest(point, rows, columns) for point in part) for part in shape.parts)
        kept = tuple(part for part in parts if len(part) > 1)
        return Path(kept) if kept else None
    if on_grid(shape, coordinates, rows, columns):
        return shape
    moved = [[_cut(ring, coordinates, rows, columns) for ring in part] for part in shape.parts]
    if len(moved) == 1 and len(moved[0]) == 1 and len(moved[0][0]) > 2 and Polygon(moved[0][0]).is_valid:
        found = Region(((moved[0][0],),))
    else:
        area = shapely.union_all([_area(rings) for rings in moved])
        found = _region(_to_grid(area, coordinates.offset(rows, columns)), coordinates.offset(rows, columns))
    found = _without_dust(found, rows, columns)
    return None if found.empty else found


@_quietly
def exactly(region: Region, wanted: Mask, coordinates: Coordinates) -> Region:
    """Return a region as near to `region` as can be whose vertices a file holds and whose mask is `wanted`.

    Where a side of the image has an odd number of pixels its last row or column has no position beyond it: such pixels are left out.
    """
    rows, columns = wanted.rows, wanted.columns
    offset = coordinates.offset(rows, columns)
    wanted = wanted & region_mask(Region.box(0, 0, columns - offset[0], rows - offset[1]), rows, columns)
    if wanted.empty:
        return Region(())
    if on_grid(region, coordinates, rows, columns) and region_mask(region, rows, columns) == wanted:
        return region
    area = _to_grid(region.geometry, offset)
    for _ in range(_ROUNDS):
        found = _region(area, offset)
        got = region_mask(found, rows, columns)
        if got == wanted:
            return _without_dust(found, rows, columns)
        if (got ^ wanted).count > _MENDED_PIXELS:
            break
        missing, extra = wanted - got, got - wanted
        if not missing.empty:
            area = _areas(shapely.union(area, _squares(missing), grid_size=1.0))
        if not extra.empty:
            area = _areas(shapely.difference(area, _squares(extra), grid_size=1.0))
    return trace(wanted).moved(*offset)


def settled(edit: Edit | Refusal, image: Image, coordinates: Coordinates) -> Edit | Refusal:
    """Return an edit of an image with every changed shape at positions that a file holds, its mask unchanged."""
    if isinstance(edit, Refusal) or not edit.changes:
        return edit
    changes = list[Change]()
    for change in edit.changes:
        before, after = change.before, change.after
        if after is not None and (before is None or before.shape != after.shape) and isinstance(after.shape, Region):
            wanted = region_mask(after.shape, image.rows, image.columns)
            shape = exactly(after.shape, wanted, coordinates)
            after = None if shape.empty else replace(after, shape=shape)
        if before != after:
            changes.append(Change(before, after))
    if not changes:
        return Refusal(NOTHING)
    return replace(edit, changes=tuple(changes))


def _cut(ring: Ring, coordinates: Coordinates, rows: int, columns: int) -> Ring:
    points = _distinct(coordinates.nearest_of(ring, rows, columns))
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def _distinct(points: Iterable[Point]) -> tuple[Point, ...]:
    listed = list(points)
    return tuple(listed[:1]) + tuple([b for a, b in pairwise(listed) if a != b])


def _area(rings: Sequence[Ring]) -> BaseGeometry:
    """What the outer ring winds around, without what the holes do."""
    outer, *holes = (wound_area(ring) for ring in rings)
    return shapely.difference(outer, shapely.union_all(holes)) if holes else outer


@_quietly
def _to_grid(area: BaseGeometry, offset: Point) -> BaseGeometry:
    """The same, moved so that what a file holds are whole numbers, with all vertices there (valid: no ring crosses itself)."""
    return _areas(shapely.set_precision(shapely.transform(area, lambda places: places - offset), 1.0))


def _areas(geometry: BaseGeometry) -> BaseGeometry:
    """The polygons among what an overlay on a grid leaves behind."""
    return together(polygons(geometry))


def _region(area: BaseGeometry, offset: Point) -> Region:
    found = Region.of(area)
    return found.moved(*offset) if offset != (0.0, 0.0) else found


def _without_dust(region: Region, rows: int, columns: int) -> Region:
    """Drop parts that hold no pixel."""
    return Region(tuple(part for part in region.parts if not region_mask(Region((part,)), rows, columns).empty))


def _squares(mask: Mask) -> BaseGeometry:
    """The mask's pixels on the grid of whole numbers: a square from a position to the next holds exactly one centre."""
    row, column = mask.pixels()
    return shapely.union_all(shapely.box(column, row, column + 1, row + 1))
