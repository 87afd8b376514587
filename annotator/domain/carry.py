"""Carry what is drawn on one image to another by millimetres: onto a parallel slice as a shape, into a crossing one as a cut.

Both images must share a frame of reference; a shape is carried within half a slice of the other image, never further.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import LineString

from annotator.domain.annotation import Shape
from annotator.domain.image import Image
from annotator.domain.links import crossing, project, same_frame, same_place
from annotator.domain.path import Path, Point, Polyline
from annotator.domain.region import Region, Ring
from annotator.domain.shapes import clipped, path_of_stroke
from annotator.i18n import Message, message

_PARALLEL = 0.9998
"""Cosine of the normals (1.1°) from which on slices are parallel enough to carry an outline from one to the other."""
_UNKNOWN = 2.0
"""Half a slice in mm whose neighbours and thickness are not known."""
_SPARE = 1e-3
_ONE_GRID = 1e-6
"""Pixels up to which the corners of two images may lie apart that have one grid: less than any stroke is measured to."""
_quietly = np.errstate(invalid="ignore")


def half_slice(images: Sequence[Image], place: int) -> float:
    """Return half the distance in mm from an image of a series to its neighbour, else half its thickness."""
    plane = images[place].plane
    for other in (place + 1, place - 1):
        beside = images[other].plane if 0 <= other < len(images) else None
        if plane is not None and beside is not None and (apart := project(plane, beside.position)[1]) > 0:
            return apart / 2 + _SPARE
    return (images[place].thickness or 2 * _UNKNOWN) / 2 + _SPARE


def opposite(image: Image, others: Sequence[Image]) -> int | Message:
    """Return the place of the parallel slice that lies within half a slice of an image, or why there is none."""
    if not others or not same_frame(image, others[0]):
        return message("the frames of reference differ: nobody knows how the two lie to one another")
    place = same_place(image, others)
    plane, there = image.plane, others[place].plane if place is not None else None
    if place is None or plane is None or there is None or not _parallel(image, others[place]):
        return message("the slices of the two series are not parallel")
    apart = project(there, plane.to_patient(image.columns / 2, image.rows / 2))[1]
    if apart > half_slice(others, place):
        return message("the other series has no slice there: the nearest one is {distance} mm away", distance=f"{apart:.1f}")
    return place


def outlined(shape: Shape, one: Image, other: Image) -> Shape | None:
    """Return a shape as it lies on a parallel slice, beyond its edges too; None where the slices are not parallel or share no frame.

    Where both slices have one grid of pixels, as those of a series have, the shape is the same to the last digit.
    """
    if not same_frame(one, other) or not _parallel(one, other):
        return None
    if all(math.dist(corner, _carried(corner, one, other)) < _ONE_GRID for corner in _corners(one)):
        return shape
    if isinstance(shape, Path):
        return Path(tuple(tuple(_carried(point, one, other) for point in part) for part in shape.parts))
    parts = tuple(tuple(tuple(_carried(point, one, other) for point in ring) for ring in part) for part in shape.parts)
    mapped = Region(parts)
    if shape.is_box and _straight(parts[0][0]):
        return Region.box(*mapped.bounds)
    return Region.of(mapped.geometry) if mapped.geometry.is_valid else mapped


def apart(one: Image, other: Image) -> float:
    """Return how far a slice lies from a parallel one, in mm; 0 where either does not say where it lies."""
    if one.plane is None or other.plane is None:
        return 0.0
    return abs(sum((p - q) * n for p, q, n in zip(one.plane.position, other.plane.position, other.plane.normal, strict=True)))


def carried(shape: Shape, one: Image, other: Image) -> Shape | Message:
    """Return what of a shape lies on a parallel slice, cut at its edges, or why nothing does."""
    there = outlined(shape, one, other)
    return message("the slices of the two series are not parallel") if there is None else within(there, other)


def within(shape: Shape, other: Image) -> Shape | Message:
    """Return what of a shape in an image's own coordinates lies in it, cut at its edges, or why nothing does."""
    if isinstance(shape, Path):
        pieces = [found for part in shape.parts if (found := path_of_stroke(part, other.rows, other.columns)) is not None]
        return Path(tuple(part for piece in pieces for part in piece.parts)) if pieces else message("it would lie outside of the image")
    kept = clipped(shape, other.rows, other.columns)
    return message("it would cover no pixel of the image") if kept.empty else kept


@_quietly
def cuts(region: Region, one: Image, other: Image, half: float) -> tuple[Ring, ...]:
    """Return where a crossing image cuts a region as closed strips in its coordinates, `half` mm to either side of the region's slice."""
    segment = crossing(one, other)
    if segment is None or one.plane is None or other.plane is None:
        return ()
    ends = [project(one.plane, other.plane.to_patient(*point))[0] for point in segment]
    line = LineString(ends)
    if line.length == 0:
        return ()
    down, right = other.plane.spacing
    (ax, ay), (bx, by) = segment
    along = np.array(((bx - ax) * right, (by - ay) * down))
    across = np.array((-along[1], along[0])) / float(np.hypot(*along)) * half / np.array((right, down))
    start, way = np.array(segment[0]), np.array(segment[1]) - np.array(segment[0])
    strips: list[Ring] = []
    for piece in shapely.get_parts(shapely.intersection(line, region.geometry)):
        if isinstance(piece, LineString) and piece.length > 0:
            shares = [line.project(shapely.Point(point)) / line.length for point in (piece.coords[0], piece.coords[-1])]
            a, b = (start + way * share for share in shares)
            strips.append(tuple((float(x), float(y)) for x, y in (a + across, b + across, b - across, a - across)))
    return tuple(strips)


def _carried(point: Point, one: Image, other: Image) -> Point:
    if one.plane is None or other.plane is None:
        raise ValueError("images without a plane share no millimetres")
    return project(other.plane, one.plane.to_patient(*point))[0]


def _corners(image: Image) -> tuple[Point, ...]:
    right, low = float(image.columns), float(image.rows)
    return (0.0, 0.0), (right, 0.0), (0.0, low), (right, low)


def _parallel(one: Image, other: Image) -> bool:
    if one.plane is None or other.plane is None:
        return False
    return abs(sum(a * b for a, b in zip(one.plane.normal, other.plane.normal, strict=True))) >= _PARALLEL


def _straight(ring: Polyline) -> bool:
    """Whether a ring of four corners has axis-parallel sides, but for rounding."""
    xs, ys = sorted(x for x, _ in ring), sorted(y for _, y in ring)
    near = 1e-6 * max(xs[-1] - xs[0], ys[-1] - ys[0], 1.0)
    return all(abs(a - b) < near for a, b in ((xs[0], xs[1]), (xs[2], xs[3]), (ys[0], ys[1]), (ys[2], ys[3])))
