"""Put the images of a series in their order in space, and say what is odd about it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from annotator.domain.image import Image, Plane, Vector
from annotator.i18n import Message, message

PARALLEL = 0.999
"""Cosine above which two directions count as the same (2.6°)."""
SAME_PLACE = 1e-2
"""mm below which two positions count as the same."""
GAP = 1.5
"""A step of so many usual steps is a gap."""
UNEVEN = 1.1
"""Steps that differ by more than this factor are uneven."""
_SECTIONAL = {"CT", "MR", "PT"}


def spatial_order(images: Iterable[Image]) -> tuple[Image, ...]:
    """Return the images sorted by position along the normal of their plane, in mm, lowest first.

    Images of other orientations come after those of the most common one, each orientation in its own order; images that say nothing of
    their place come last, by instance number.  Images at the same place are ordered by instance number, then by frame.
    """
    by_number = sorted(images, key=_number)
    placed = (image for group in _orientations(by_number) for image in _along_normal(group))
    return (*placed, *(image for image in by_number if image.plane is None))


def remarks_of(images: Sequence[Image]) -> tuple[Message, ...]:
    """Return one sentence for each thing that is odd about a series; none for a regular one."""
    found: list[Message] = []
    groups = _orientations(sorted(images, key=_number))
    if len(groups) > 1:
        found.append(_mixed(groups))
    if groups:
        found.extend(_spacing_of_slices(groups[0]))
    sizes = Counter((image.columns, image.rows) for image in images)
    if len(sizes) > 1:
        spoken = ", ".join(f"{columns} × {rows}" for (columns, rows), _ in sizes.most_common())
        found.append(message("The images differ in size: {sizes}", sizes=spoken))
    total = len(images)
    without_spacing = sum(image.spacing is None for image in images)
    if without_spacing:
        found.append(message("Images without pixel spacing, measured in pixels: {count} of {total}", count=without_spacing, total=total))
    lost = sum(image.plane is None and image.modality in _SECTIONAL for image in images)
    if lost and total > 1:
        found.append(message("Images that do not say where they lie in the patient: {count} of {total}", count=lost, total=total))
    broken = sum(image.problem is not None for image in images)
    if broken:
        found.append(message("Images that cannot be shown: {count} of {total}", count=broken, total=total))
    return tuple(found)


def _number(image: Image) -> tuple[float, str, int]:
    number = math.inf if image.instance_number is None else float(image.instance_number)
    return number, image.key.uid if image.instance_number is None else "", image.key.frame


def _orientations(images: Sequence[Image]) -> list[list[Image]]:
    """Group the images that have a plane by its orientation, the most common first."""
    groups: list[tuple[Plane, list[Image]]] = []
    for image in images:
        plane = image.plane
        if plane is None:
            continue
        for known, members in groups:
            if _parallel(known, plane):
                members.append(image)
                break
        else:
            groups.append((plane, [image]))
    return sorted((members for _, members in groups), key=len, reverse=True)


def _parallel(one: Plane, other: Plane) -> bool:
    if one.row == other.row and one.column == other.column:
        return True
    return _cosine(one.normal, other.normal) > PARALLEL and _cosine(one.row, other.row) > PARALLEL


def _cosine(a: Vector, b: Vector) -> float:
    return sum(p * q for p, q in zip(a, b, strict=True))


def _along_normal(group: Sequence[Image]) -> list[Image]:
    """Sort by position along the normal of the group's first image; thousandths of a millimetre do not count."""
    planes = [image.plane for image in group if image.plane is not None]
    distances = (round(_cosine(plane.position, planes[0].normal), 3) for plane in planes)
    pairs = sorted(zip(distances, group, strict=True), key=lambda pair: (pair[0], _number(pair[1])))
    return [image for _, image in pairs]


def _mixed(groups: Sequence[Sequence[Image]]) -> Message:
    others = sum(len(group) for group in groups[1:])
    if others <= max(3, len(groups[0]) // 10) and others < len(groups[0]):
        return message("Images in another direction, as localizers are: {count}; they come last", count=others)
    return message("The images lie in {count} different directions", count=len(groups))


def _spacing_of_slices(group: Sequence[Image]) -> Iterable[Message]:
    """Look at the steps between neighbours: places that occur twice, gaps, uneven steps, a tilted gantry."""
    ordered = [image.plane for image in _along_normal(group) if image.plane is not None]
    places: list[Plane] = []
    repeated = 0
    for plane in ordered:
        if places and math.dist(places[-1].position, plane.position) < SAME_PLACE:
            repeated += 1
        else:
            places.append(plane)
    if repeated:
        yield message("Images at a place where another one lies already: {count}", count=repeated)
    normal = ordered[0].normal
    heights = [_cosine(plane.position, normal) for plane in places]
    steps = [high - low for low, high in zip(heights, heights[1:], strict=False) if high - low >= SAME_PLACE]
    if len(steps) >= 2:
        yield from _gaps(steps)
    if steps:
        yield from _tilt(places, normal)


def _gaps(steps: Sequence[float]) -> Iterable[Message]:
    usual = median(steps)
    missing = [round(step / usual) - 1 for step in steps if step > GAP * usual]
    if missing:
        yield message(
            "Gaps between slices: {count}; about {missing} missing at {step} mm each",
            count=len(missing), missing=sum(missing), step=_spoken(usual),
        )  # fmt: skip
    elif max(steps) > UNEVEN * min(steps):
        yield message("The distance between slices varies from {least} to {most} mm", least=_spoken(min(steps)), most=_spoken(max(steps)))


def _spoken(millimetres: float) -> str:
    return f"{millimetres:.2f}".rstrip("0").rstrip(".")


def _tilt(places: Sequence[Plane], normal: Vector) -> Iterable[Message]:
    """A stack whose positions do not move along the normal is sheared: the gantry was tilted."""
    length = math.dist(places[0].position, places[-1].position)
    along = _cosine(places[-1].position, normal) - _cosine(places[0].position, normal)
    angle = math.degrees(math.acos(max(-1.0, min(1.0, along / length))))
    if 0.5 < angle < 60:
        yield message("The slices are shifted against one another by {angle}°, as with a tilted gantry", angle=round(angle, 1))
