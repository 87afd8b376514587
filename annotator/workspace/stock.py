"""What the images of a series of a known folder are built from: they need not be there before somebody looks at them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from functools import cached_property

from annotator.dicom.found import Lot
from annotator.domain.image import Image
from annotator.domain.mammography import rank
from annotator.domain.series import spatial_order


class Stock:
    """Lots of images of one series, and images that were read: `images` puts them together once, in spatial order."""

    def __init__(self, modality: str, lots: tuple[Lot, ...], read: tuple[Image, ...] = ()) -> None:
        self._modality, self._lots, self._read = modality, lots, read

    def __len__(self) -> int:
        return sum(lot.count for lot in self._lots) + len(self._read)

    @property
    def built(self) -> bool:
        """Whether the images are there already."""
        return "images" in self.__dict__

    @property
    def labels(self) -> bool:
        """Whether it holds what was segmented on other images."""
        return self._lots[0].labels

    @property
    def frame(self) -> str:
        """The FrameOfReferenceUID, as the first lot has it."""
        return self._lots[0].frame

    @property
    def rank(self) -> int:
        """Where the first of a mammography's views stands among the views; the same for all others."""
        return min([lot.rank for lot in self._lots] + [rank(image) for image in self._read if self._modality == "MG"])

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """All images, in spatial order."""
        return ordered(self._modality, [*(image for lot in self._lots for image in lot.build()), *self._read])

    def lies_in(self, folders: Collection[str]) -> bool:
        """Whether an image lies in one of these folders."""
        return any(lot.folder in folders for lot in self._lots) or any(os.path.dirname(image.path) in folders for image in self._read)

    def grown(self, more: Iterable[Lot | Image]) -> Stock:
        """Return the stock with more lots and images."""
        parts = list(more)
        lots = tuple(part for part in parts if isinstance(part, Lot))
        return Stock(self._modality, (*self._lots, *lots), (*self._read, *(part for part in parts if isinstance(part, Image))))


def ordered(modality: str, images: Iterable[Image]) -> tuple[Image, ...]:
    """Return the images in spatial order; those of a mammography by view."""
    placed = spatial_order(images)
    return tuple(sorted(placed, key=rank)) if modality == "MG" else placed
