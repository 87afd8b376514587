"""Find what a header says of an image's place and pixel size that cannot be, so that it is told and not only left out."""

from __future__ import annotations

import math

from pydicom.dataset import Dataset

from annotator.dicom.geometry import FRAME_GROUPS, plane_of
from annotator.dicom.values import items, numbers, text
from annotator.i18n import Message, message

_POSITION, _ORIENTATION, _SPACING = 0x00200032, 0x00200037, 0x00280030
_SECTIONAL = {"CT", "MR", "PT"}


def contradiction_of(dataset: Dataset, frames: int) -> Message | None:
    """Return the first contradiction of a header with `frames` frames, None where there is none (PS3.3 C.7.6.2.1.1, 10.7.1.3).

    Looked at are the attributes of the data set itself, and whether an enhanced image describes as many frames as it has.
    """
    described = len(items(dataset, FRAME_GROUPS))
    if described and described != frames:
        return message("the header describes {described} frames and holds {frames}", described=described, frames=frames)
    spacing = numbers(dataset, _SPACING)
    if spacing and (len(spacing) != 2 or min(spacing) <= 0 or not all(map(math.isfinite, spacing))):
        return message("a pixel spacing of {values} mm", values=_spoken(spacing))
    if text(dataset, 0x00080060) not in _SECTIONAL:
        return None
    position, orientation = numbers(dataset, _POSITION), numbers(dataset, _ORIENTATION)
    if bool(position) != bool(orientation):
        return message("a position without directions") if position else message("directions without a position")
    if position and (len(position) != 3 or len(orientation) != 6):
        return message("position and directions are incomplete")
    if position and plane_of(position, orientation, (1.0, 1.0)) is None:
        return message("rows and columns are not at right angles")
    return None


def _spoken(values: tuple[float, ...]) -> str:
    return " × ".join(f"{value:g}" for value in values)
