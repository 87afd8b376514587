"""The slices of a series in their order along its normal: which lie beside which, and how many millimetres apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from annotator.domain.image import Image, ImageKey
from annotator.domain.series import cosine
from annotator.domain.volume import stacks

PROJECTIONS = frozenset({"CR", "DR", "DX", "IO", "MG", "PX", "RF", "RG", "XA"})
"""DICOM modalities whose images look through the body: no stack of slices, however many there are."""


@dataclass(frozen=True, eq=False)
class Slices:
    """Two or more parallel slices of one size and spacing, in spatial order, no two at one place."""

    images: tuple[Image, ...]
    numbers: tuple[int, ...]
    """Place of each in its series, from 0: other images may lie between them there."""

    @cached_property
    def order(self) -> dict[ImageKey, int]:
        """Place of each image in the stack, from 0."""
        return {image.key: number for number, image in enumerate(self.images)}

    @cached_property
    def positions(self) -> tuple[float, ...]:
        """Where each slice lies along the normal, in mm, ascending."""
        planes = [image.plane for image in self.images if image.plane is not None]
        normal = planes[0].normal
        return tuple(cosine(plane.position, normal) for plane in planes)

    @property
    def spacing(self) -> tuple[float, float]:
        """(row, column) spacing of the pixels in mm."""
        plane = self.images[0].plane
        if plane is None:
            raise ValueError("a slice without a place")
        return plane.spacing

    def key(self, place: int) -> ImageKey | None:
        """Return the image at a place of the stack; None beyond its ends."""
        return self.images[place].key if 0 <= place < len(self.images) else None


def stacks_of(images: Iterable[Image]) -> tuple[Slices, ...]:
    """Return the stacks of slices that a series has; none where its images look through the body or do not say where they lie."""
    series = tuple(images)
    places = {image.key: place for place, image in enumerate(series)}
    found = stacks(image for image in series if image.plane is not None and image.modality not in PROJECTIONS)
    return tuple(Slices(stack, tuple(places[image.key] for image in stack)) for stack in found if len(stack) > 1)
