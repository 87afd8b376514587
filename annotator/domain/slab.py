"""Look through a thick slab: the highest or the mean value of the slices around one, pixel by pixel.  It is looked at, never measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from annotator.domain.image import Image
from annotator.domain.picture import Picture
from annotator.domain.volume import grid_of, stacks
from annotator.i18n import Message, message

_SPARE = 1e-3
"""mm by which a slice may lie beyond the slab and still belong to it."""


def even_stack(images: Sequence[Image], image: Image) -> tuple[Image, ...] | Message:
    """Return the evenly spaced slices that an image is one of, in spatial order, or why there is no slab of it."""
    if image.plane is None:
        return message("this image does not say where it lies in the patient")
    stack = next((stack for stack in stacks(images) if any(member.key == image.key for member in stack)), ())
    if len(stack) < 2:
        return message("it has no neighbours in its direction")
    grid = grid_of(stack)
    return grid if isinstance(grid, Message) else stack


def around(stack: Sequence[Image], image: Image, reach: float) -> tuple[Image, ...]:
    """Return the slices of a stack that lie at most `reach` mm before or behind an image of it, itself among them."""
    plane = image.plane
    if plane is None:
        return (image,)
    found = []
    for other in stack:
        if other.plane is not None:
            apart = (a - b for a, b in zip(other.plane.position, plane.position, strict=True))
            if math.fabs(sum(d * n for d, n in zip(apart, plane.normal, strict=True))) <= reach + _SPARE:
                found.append(other)
    return tuple(found)


def projected(middle: Picture, others: Sequence[Picture], *, mean: bool = False) -> Picture:
    """Return the highest (or mean) values of grey pictures of one size as a picture that is shown as the middle one is.

    Where all are stored alike, the result is too, so that it is shown as fast; a mean is rounded to a stored value then.
    """
    pictures = [middle, *others]
    alike = all(_stored_as(picture) == _stored_as(middle) for picture in others)
    if not alike or middle.modality_table is not None or not middle.slope:
        values = np.stack([picture.values() for picture in pictures])
        through = values.mean(axis=0, dtype=np.float32) if mean else values.max(axis=0)
        return replace(middle, stored=through, slope=1.0, intercept=0.0, modality_table=None)
    if mean:
        found = sum((picture.stored.astype(np.float64) for picture in others), middle.stored.astype(np.float64)) / len(pictures)
        whole = np.issubdtype(middle.stored.dtype, np.integer)
        return replace(middle, stored=(np.rint(found) if whole else found).astype(middle.stored.dtype))
    highest, stored = np.maximum if middle.slope > 0 else np.minimum, middle.stored.copy()
    for picture in others:
        highest(stored, picture.stored, out=stored)
    return replace(middle, stored=stored)


def _stored_as(picture: Picture) -> tuple[object, ...]:
    """What must be equal so that stored values can be compared as they are."""
    return picture.stored.dtype, picture.stored.shape, picture.slope, picture.intercept, picture.modality_table
