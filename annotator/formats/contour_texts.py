"""Write a region as the decimal texts of closed contours in millimetres, so that whoever reads them gets its mask.

A text has 16 characters at most (PS3.5 6.2), so it is not quite the number that was meant.  What the texts say is read back before they
leave, and has to give the mask with room to spare on every side.  An outline that passes a pixel's centre by less moves by a thousandth of
a pixel in the direction of the half-open rule; where that is not enough it follows the pixels' edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from annotator.dicom.legal import decimal
from annotator.domain.image import Plane
from annotator.domain.path import Point
from annotator.domain.raster import Mask, fill, region_mask
from annotator.domain.region import Region
from annotator.domain.segmentation import flat
from annotator.domain.shapes import exact, trace
from annotator.formats.rtstruct_reading import points_of

_ROOM = 1e-5
"""Pixels that every centre is away from every outline at least."""
_NUDGE = (-1e-3, -3e-5)
"""Pixels: left and up, so that a centre on a left or top edge is inside; farther left, so that slanting edges decide by x."""


def united_region(regions: Sequence[Region], rows: int, columns: int) -> Region | None:
    """Return one region for all that a structure has on an image, None where that sets no pixel.

    Contours of one structure that overlapped would cancel one another out in many readers.
    """
    masks = [region_mask(region, rows, columns) for region in regions]
    kept = [region for region, mask in zip(regions, masks, strict=True) if not mask.empty]
    if not kept:
        return None
    if len(kept) == 1:
        return kept[0]
    if all(shapely.intersection(a.geometry, b.geometry).area == 0 for n, a in enumerate(kept) for b in kept[:n]):
        return Region(tuple(part for region in kept for part in region.parts))
    return exact(shapely.union_all([region.geometry for region in kept]), Mask.union(rows, columns, masks))


def closed_contours(region: Region, plane: Plane, rows: int, columns: int) -> tuple[list[list[str]], bool]:
    """Return the decimal texts of a region's contours, which give its mask with room to spare; True where they follow pixel edges."""
    wanted = region_mask(region, rows, columns)
    for candidate in (region, region.moved(*_NUDGE)):
        told = _texts(candidate, plane)
        if _holds(told, plane, wanted):
            return told, False
    return _texts(trace(wanted), plane), True


def _texts(region: Region, plane: Plane) -> list[list[str]]:
    lists: list[Any] = flat(region)
    rings = [lists] if lists and not isinstance(lists[0], list) else lists
    return [texts_of(plane, list(zip(ring[::2], ring[1::2], strict=True))) for ring in rings]


def texts_of(plane: Plane, points: Sequence[Point]) -> list[str]:
    """Return image points as x y z x y z … in millimetres; raises ValueError for what is not finite."""
    told = [decimal(value) for x, y in points for value in plane.to_patient(x, y)]
    if None in told:
        raise ValueError("a point that is not finite")
    return [value for value in told if value is not None]


def _holds(told: Sequence[Sequence[str]], plane: Plane, wanted: Mask) -> bool:
    """Whether contours, as they will be read, give a mask wherever they are moved by less than the room that is asked for."""
    rings = [points_of(plane, [float(value) for value in texts])[0] for texts in told]
    for dx, dy in ((0.0, 0.0), (_ROOM, _ROOM), (-_ROOM, _ROOM), (_ROOM, -_ROOM), (-_ROOM, -_ROOM)):
        moved = [[(x + dx, y + dy) for x, y in ring] for ring in rings]
        if fill(moved, wanted.rows, wanted.columns, even_odd=True) != wanted:
            return False
    return True
