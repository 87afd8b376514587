"""Take numbers, outlines and boxes as other programs write them, in bounded time, and say what cannot be understood.

A format converts to image coordinates (origin at the corner of the first pixel) before it asks anything here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from annotator.domain.annotation import FREE, Shape
from annotator.domain.exchange import Mark
from annotator.domain.path import Path, Point
from annotator.domain.raster import Mask, fill, region_mask
from annotator.domain.region import Part, Region, Ring
from annotator.domain.segmentation import unbridged
from annotator.domain.shapes import clipped, exact, path_of_stroke, trace, wound_area
from annotator.i18n import Message, message

LONGEST_SIDE = 65_535
"""Rows and Columns of a DICOM image are 16-bit numbers (PS3.3 C.7.6.3)."""
LARGEST_MASK = 1 << 28
_FARTHEST = 1e7
_MOST_STEPS = 4_000_000
_MOST_CROSSINGS = 8_000_000
_MOST_CROSSED = 200
_MOST_RINGS = 5_000
_MOST_UNITED = 20_000
_LONGEST_TEXT = 10_000


class Unclear(ValueError):
    """A thing that cannot be understood; its one argument is the message that says why."""


def number(value: Any) -> float | None:
    """A finite number, also one that is written as a text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(value: Any) -> int | None:
    """A whole number of a size that a file may hold, also `3.0` or a text; None for anything else."""
    found = number(value)
    return int(found) if found is not None and found.is_integer() and abs(found) < 2**53 else None


def side(value: Any) -> int:
    """Rows or columns of an image; 0 where it is nothing that an image can have."""
    found = whole(value) or 0
    return found if 0 < found <= LONGEST_SIDE else 0


def words(value: Any) -> str:
    """A text, or a number as one; empty for anything else."""
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def points(values: Any) -> Ring:
    """Pairs of coordinates out of a flat list; raises Unclear."""
    if not isinstance(values, list):
        raise Unclear(message("its coordinates are no list"))
    numbers = [number(value) for value in values]
    if len(numbers) % 2 or any(value is None or abs(value) > _FARTHEST for value in numbers):
        raise Unclear(message("its coordinates are no pairs of numbers"))
    known = [value for value in numbers if value is not None]
    return tuple(zip(known[::2], known[1::2], strict=True))


def box_region(x1: float, y1: float, x2: float, y2: float) -> Region:
    """The box with these sides; raises Unclear where it encloses nothing or is not to be believed."""
    if max(map(abs, (x1, y1, x2, y2))) > _FARTHEST:
        raise Unclear(message("its coordinates are no pairs of numbers"))
    if x1 == x2 or y1 == y2:
        raise Unclear(message("its outline encloses nothing"))
    return Region.box(x1, y1, x2, y2)


def region_of(rings: Sequence[Ring], rows: int, columns: int) -> Region:
    """Return what one or more outlines enclose together, as parts that do not overlap; bridges to holes are cut.

    An outline that crosses itself is what it winds around.  `rows` and `columns` are the image's, 0 where they are not known.  Where an
    outline is so tangled that its geometry would take long, it is traced from its mask: the pixels are the same.  Raises Unclear.
    """
    rows, columns = size_for(rings, rows, columns)
    if len(rings) > _MOST_RINGS or sum(_crossings(ring, rows) for ring in rings) > _MOST_CROSSINGS:
        raise Unclear(message("its outline is too tangled"))
    return united([part for ring in rings for part in _parts(ring, rows, columns)], rows, columns)


def united(parts: Sequence[Part], rows: int, columns: int) -> Region:
    """Return what valid parts cover together, as parts that do not overlap; raises Unclear where that is nothing."""
    if not parts:
        raise Unclear(message("its outline encloses nothing"))
    region = Region(tuple(parts))
    rows, columns = size_for(tuple(region.rings), rows, columns)
    if len(parts) == 1 or region.geometry.is_valid:
        return region
    wanted = _or([region_mask(Region((part,)), rows, columns) for part in parts])
    if sum(len(ring) for ring in region.rings) > _MOST_UNITED:
        return trace(wanted)
    return exact(shapely.union_all([Polygon(part[0], part[1:]) for part in parts]), wanted)


def size_for(rings: Sequence[Sequence[Point]], rows: int, columns: int) -> tuple[int, int]:
    """The size of the image, or one that holds all of the outlines where it is not known."""
    if rows and columns:
        return rows, columns
    far = [max((point[axis] for ring in rings for point in ring), default=0.0) for axis in (1, 0)]
    down, right = (min(max(int(value) + 1, 1), LONGEST_SIDE) for value in far)
    return rows or down, columns or right


def placed(mark: Mark, rows: int, columns: int) -> tuple[Mark | None, Message | None]:
    """Cut a mark to its image: what is left of it (None: nothing), and what is to be said of that."""
    x1, y1, x2, y2 = mark.shape.bounds
    if not rows or not columns or (0 <= x1 and 0 <= y1 and x2 <= columns and y2 <= rows):
        return mark, None
    if rows * columns > LARGEST_MASK:
        return None, message("its image is too large")
    left = _cut(mark.shape, rows, columns)
    if left is None:
        return None, message("it lies outside the image")
    toolname = mark.toolname if isinstance(left, Path) or left.is_box else FREE
    return replace(mark, shape=left, toolname=toolname), message("it reached beyond the image and was cut")


def _cut(shape: Shape, rows: int, columns: int) -> Shape | None:
    if isinstance(shape, Region):
        region = clipped(shape, rows, columns)
        return None if region.empty else region
    lines = [line for part in shape.parts if (line := path_of_stroke(part, rows, columns)) is not None]
    return Path(tuple(part for line in lines for part in line.parts)) if lines else None


def _parts(ring: Ring, rows: int, columns: int) -> tuple[Part, ...]:
    """The valid parts of one outline."""
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring = ring[:-1]
    distinct = len(set(ring))
    if distinct < 3:
        raise Unclear(message("an outline needs three points"))
    if Polygon(ring).is_valid:
        return ((ring,),)
    if (len(ring) - distinct + 1) * len(ring) > _MOST_STEPS:
        return trace(fill([ring], rows, columns)).parts
    rings = sorted(unbridged(ring), key=lambda one: -abs(Polygon(one).area))
    if not rings:
        return ()
    polygon = Polygon(rings[0], rings[1:])
    if polygon.is_valid:
        return (tuple(rings),) if polygon.area > 0 else ()
    if len(rings) > 1 and all(Polygon(one).is_valid for one in rings) and MultiPolygon([Polygon(one) for one in rings]).is_valid:
        return tuple((one,) for one in rings)
    if len(ring) > _MOST_CROSSED:
        return trace(fill([ring], rows, columns)).parts
    return Region.of(wound_area(ring)).parts


def _or(masks: Sequence[Mask]) -> Mask:
    """The union of masks, two and two, so that many small ones do not become slow."""
    while len(masks) > 1:
        masks = [a | b for a, b in pairwise((*masks, masks[-1]))][::2]
    return masks[0]


def _crossings(ring: Ring, rows: int) -> int:
    """How many rows the edges of an outline cross, all together."""
    y = np.clip(np.asarray([point[1] for point in ring], dtype=np.float64), 0, rows)
    return int(np.abs(y - np.roll(y, 1)).sum())
