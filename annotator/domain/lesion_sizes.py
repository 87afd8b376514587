"""Say how large each lesion of a series is, also where nobody said which outlines are one lesion.

Annotations with one lesion number are one lesion; without a number those are one that have one category, lie on neighbouring images and
overlap (their boxes do).  The size is the longest distance between two points of an outline, in mm, on the image where that is longest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from annotator.domain.annotation import Annotation
from annotator.domain.image import Image, ImageKey
from annotator.domain.region import Region


@dataclass(frozen=True)
class Sized:
    """A lesion: its category's key, its longest diameter (mm; None without a pixel spacing), and the image on which that was measured."""

    category: str
    millimetres: float | None
    image: ImageKey
    members: int = 1


_FEW = 64
"""So many points are held against each other at once; of more only those of the convex hull."""


def sized(images: Sequence[Image], annotations: Mapping[ImageKey, Sequence[Annotation]]) -> tuple[Sized, ...]:
    """Return the lesions of a series; `images` in spatial order.  Lines are left out, and annotations of other images."""
    numbered: dict[object, list[tuple[Annotation, Image]]] = {}
    before: list[tuple[Annotation, object]] = []
    for image in images:
        here: list[tuple[Annotation, object]] = []
        for annotation in annotations.get(image.key, ()):
            if not isinstance(annotation.shape, Region):
                continue
            which = annotation.lesion if annotation.lesion is not None else _continued(annotation, before)
            numbered.setdefault(which, []).append((annotation, image))
            here.append((annotation, which))
        before = here
    return tuple(_measured(members) for members in numbered.values())


def longest(region: Region, spacing: tuple[float, float]) -> float:
    """Return the longest distance between two points of a region in mm; `spacing` is (row, column), mm."""
    points = np.array([point for part in region.parts for point in part[0]], dtype=np.float64) * (spacing[1], spacing[0])
    if len(points) > _FEW:
        points = shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(points)))
    most = 0.0
    for start in range(0, len(points), _FEW):  # all pairs, not too many at a time
        apart = points[start : start + _FEW, None, :] - points[None, :, :]
        most = max(most, float(np.einsum("ijk,ijk->ij", apart, apart).max()))
    return math.sqrt(most)


def _continued(annotation: Annotation, before: Sequence[tuple[Annotation, object]]) -> object:
    """The lesion of the outline on the image before that it goes on from; one of its own where there is none."""
    for other, which in before:
        if other.category == annotation.category and other.lesion is None and _overlap(annotation, other):
            return which
    return (annotation.image, annotation.id)


def _overlap(one: Annotation, other: Annotation) -> bool:
    (a1, b1, a2, b2), (c1, d1, c2, d2) = one.shape.bounds, other.shape.bounds
    return a1 < c2 and c1 < a2 and b1 < d2 and d1 < b2


def _measured(members: Sequence[tuple[Annotation, Image]]) -> Sized:
    lengths = [
        (longest(annotation.shape, image.spacing), image.key)
        for annotation, image in members
        if image.spacing is not None and isinstance(annotation.shape, Region)
    ]
    first = members[0]
    if not lengths:
        return Sized(first[0].category, None, first[1].key, len(members))
    length, key = max(lengths, key=lambda one: one[0])
    return Sized(first[0].category, length, key, len(members))
