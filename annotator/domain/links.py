"""Say what of one image belongs to what of another: the slice at the same place, the point, the scale, the line where they cross.

Images meet by geometry where both have a plane and one frame of reference; PS3.3 C.7.4.1.1.1 makes positions comparable only then.
Image coordinates are pixels from the corner of the first one, patient coordinates millimetres, as in `image`.
"""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.image import Image, Plane, Vector
from annotator.domain.path import Point

_ALIKE = 0.9
"""Cosine of normals (26°) from which on two stacks are paged together: PET, CT and tilted slices; not axial and coronal ones."""
_CROSSING = 0.995
"""Cosine of normals (5.7°) up to which two planes cross in a line worth showing."""
Segment = tuple[Point, Point]


def same_frame(one: Image, other: Image) -> bool:
    """Whether positions of both images are in one frame of reference."""
    frames = {one.frame_of_reference_uid, other.frame_of_reference_uid}
    return one.plane is not None and other.plane is not None and len(frames) == 1 and "" not in frames


def same_place(image: Image, others: Sequence[Image]) -> int | None:
    """Return the place of the image whose plane is nearest to the middle of `image`; None where they do not lie alike in one frame."""
    plane = image.plane
    if plane is None:
        return None
    middle, normal = plane.to_patient(image.columns / 2, image.rows / 2), plane.normal
    found: tuple[float, int] | None = None
    for place, other in enumerate(others):
        if other.plane is None or not same_frame(image, other):
            continue
        across = other.plane.normal
        if abs(_dot(across, normal)) < _ALIKE:
            continue
        distance = abs(_dot(_minus(middle, other.plane.position), across))
        if found is None or distance < found[0]:
            found = distance, place
    return None if found is None else found[1]


def project(plane: Plane, point: Vector) -> tuple[Point, float]:
    """Return where a point of the patient is in an image, dropped onto it at a right angle, and how far off it is in mm."""
    beside = _minus(point, plane.position)
    x, y = _dot(beside, plane.row) / plane.spacing[1] + 0.5, _dot(beside, plane.column) / plane.spacing[0] + 0.5
    return (x, y), abs(_dot(beside, plane.normal))


def same_point(one: Image, point: Point, other: Image) -> Point | None:
    """Return the point of another image at the same place in the patient; None without a common frame."""
    if one.plane is None or other.plane is None or not same_frame(one, other):
        return None
    return project(other.plane, one.plane.to_patient(*point))[0]


def same_look(one: Image, centre: Point, other: Image) -> tuple[Point, float] | None:
    """Return which point of another image belongs in the middle of its view, and by what its zoom differs, for equal millimetres.

    The same place in the patient where both lie alike in one frame; else the same way from the middle of the image, in mm.  The zoom is
    in screen pixels per image pixel along the finer axis.  None where one of them has no spacing and the other has.
    """
    if (one.spacing is None) != (other.spacing is None):
        return None
    (down, right), (other_down, other_right) = one.spacing or (1.0, 1.0), other.spacing or (1.0, 1.0)
    factor = min(other_down, other_right) / min(down, right)
    if one.plane is not None and other.plane is not None and abs(_dot(one.plane.normal, other.plane.normal)) >= _ALIKE:
        point = same_point(one, centre, other)
        if point is not None:
            return point, factor
    x, y = (centre[0] - one.columns / 2) * right / other_right, (centre[1] - one.rows / 2) * down / other_down
    return (other.columns / 2 + x, other.rows / 2 + y), factor


def crossing(cutting: Image, shown: Image) -> Segment | None:
    """Return the line on `shown` along which the image `cutting` crosses it, as far as that one reaches; None where it does not."""
    if cutting.plane is None or shown.plane is None or not same_frame(cutting, shown):
        return None
    normal = cutting.plane.normal
    if abs(_dot(normal, shown.plane.normal)) > _CROSSING:
        return None
    # height of the pixel (x, y) of `shown` above the cutting plane: a + bx + cy, zero on the line
    plane = shown.plane
    b, c = _dot(plane.row, normal) * plane.spacing[1], _dot(plane.column, normal) * plane.spacing[0]
    a = _dot(_minus(plane.to_patient(0.0, 0.0), cutting.plane.position), normal)
    length = b * b + c * c
    foot, along = (-a * b / length, -a * c / length), (-c, b)
    span = _clipped(foot, along, shown.columns, shown.rows)
    start = project(cutting.plane, plane.to_patient(*foot))[0]
    there = project(cutting.plane, plane.to_patient(foot[0] + along[0], foot[1] + along[1]))[0]
    reach = _clipped(start, (there[0] - start[0], there[1] - start[1]), cutting.columns, cutting.rows)
    if span is None or reach is None:
        return None
    low, high = max(span[0], reach[0]), min(span[1], reach[1])
    if low >= high:
        return None
    return _at(foot, along, low), _at(foot, along, high)


def _clipped(start: Point, along: Point, columns: int, rows: int) -> tuple[float, float] | None:
    """The parameters between which a line is inside an image (Liang and Barsky 1984); None where it never is."""
    low, high = float("-inf"), float("inf")
    for origin, step, size in ((start[0], along[0], columns), (start[1], along[1], rows)):
        if abs(step) < 1e-12:
            if not 0 <= origin <= size:
                return None
            continue
        first, last = sorted((-origin / step, (size - origin) / step))
        low, high = max(low, first), min(high, last)
    return (low, high) if low < high else None


def _at(start: Point, along: Point, parameter: float) -> Point:
    return start[0] + along[0] * parameter, start[1] + along[1] * parameter


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _minus(a: Vector, b: Vector) -> Vector:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]
