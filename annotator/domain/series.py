"""Put the images of a series in their order in space."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from annotator.domain.image import Image, Plane, Vector

PARALLEL = 0.999
"""Cosine above which two directions count as the same (2.6°)."""
SAME_PLACE = 1e-2
"""mm below which two positions count as the same."""


def spatial_order(images: Iterable[Image]) -> tuple[Image, ...]:
    """Return the images sorted by position along the normal of their plane, in mm, lowest first.

    Images of other orientations come after those of the most common one, each orientation in its own order; images that say nothing of
    their place come last, by instance number.  Images at the same place are ordered by instance number, then by frame.
    """
    by_number = sorted(images, key=image_number)
    placed = (image for group in orientations(by_number) for image in along_normal(group))
    return (*placed, *(image for image in by_number if image.plane is None))


def image_number(image: Image) -> tuple[float, str, int]:
    """Return what images are ordered by where space does not say it: instance number, then UID, then frame."""
    number = math.inf if image.instance_number is None else float(image.instance_number)
    return number, image.key.uid if image.instance_number is None else "", image.key.frame


def orientations(images: Sequence[Image]) -> list[list[Image]]:
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
    return cosine(one.normal, other.normal) > PARALLEL and cosine(one.row, other.row) > PARALLEL


def cosine(a: Vector, b: Vector) -> float:
    """Return the scalar product: of two unit vectors the cosine between them, of a place and a direction how far along it lies, in mm."""
    return sum(p * q for p, q in zip(a, b, strict=True))


def along_normal(group: Sequence[Image]) -> list[Image]:
    """Sort by position along the normal of the group's first image; thousandths of a millimetre do not count."""
    planes = [image.plane for image in group if image.plane is not None]
    distances = (round(cosine(plane.position, planes[0].normal), 3) for plane in planes)
    pairs = sorted(zip(distances, group, strict=True), key=lambda pair: (pair[0], image_number(pair[1])))
    return [image for _, image in pairs]
