"""Compare two files that bear the same UID: copies of one image, or two images under one name."""

from __future__ import annotations

import filecmp
from collections.abc import Sequence

from annotator.dicom.header import images_of, read_header
from annotator.dicom.pixels import picture
from annotator.domain.image import Image
from annotator.domain.sameness import differences, extent_of
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message


def twin_difference(first: str, other: str) -> Message | None:
    """Return what differs between the pixels of two files, None where they are the same in every frame.

    Files that are equal byte by byte are not decoded.  What cannot be read or decoded counts as different, and its sentence says so.
    """
    try:
        if filecmp.cmp(first, other, shallow=False):
            return None
        return _compared(images_of(read_header(first), first), images_of(read_header(other), other))
    except AnnotatorError as error:
        return error.cause
    except OSError as error:
        return system_cause(error)


def _compared(images: Sequence[Image], others: Sequence[Image]) -> Message | None:
    if len(images) != len(others):
        return message("frames {before} → {now}", before=len(images), now=len(others))
    for image, other in zip(images, others, strict=True):
        here, there = picture(image), picture(other)
        if here.digest != there.digest or here.stored.shape != there.stored.shape:
            return differences(other, here.digest, there.digest, extent_of(image), here.stored, there.stored)[0]
    return None
