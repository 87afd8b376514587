"""Say of a frame of an enhanced PET image what a classic one says of its values, so that they stay what they are, and SUV with them.

An enhanced image tells the unit of its values only in a mapping to the real world, beside a rescale that may mean nothing (PS3.3 C.8.22,
C.7.6.16.2.11).  A classic one has one rescale, and its unit is that of what comes out (C.8.9.1.1.3): so the mapping becomes the rescale,
and the window of the frame follows it.
"""

from __future__ import annotations

from pydicom.dataset import Dataset

from annotator.dicom.pet import enhanced_pet_of
from annotator.dicom.values import number
from annotator.domain.suv import RealWorld

_UNITS, _SUV_TYPE, _CORRECTED, _DECAY = 0x00541001, 0x00541006, 0x00280051, 0x00541102
_INTERCEPT, _SLOPE, _TYPE, _CENTER, _WIDTH = 0x00281052, 0x00281053, 0x00281054, 0x00281050, 0x00281051
Said = dict[int, tuple[str, str]]
"""Tag → value representation and value."""


def pet_words(whole: Dataset, classic: Dataset, frame: int) -> Said:
    """Return what a classic image of a frame (from 1) says of its values.

    `whole`: the enhanced data set, `classic`: what its groups say of the frame, under their classic names.
    """
    told, world = enhanced_pet_of(whole, frame - 1, signed=number(whole, 0x00280103) == 1)
    found: Said = {}
    if told.corrected and _CORRECTED not in classic:
        found[_CORRECTED] = "CS", "\\".join(name for name in told.corrected if name != "NONE")
    if told.decay_correction and _DECAY not in classic:
        found[_DECAY] = "CS", told.decay_correction
    if world is not None and _UNITS not in classic:  # a converted one says it as a classic one does
        found |= {_UNITS: ("CS", told.units), _INTERCEPT: ("DS", _short(world.intercept)), _SLOPE: ("DS", _short(world.slope)),
                  _TYPE: ("LO", ""), **_window(classic, world)}  # fmt: skip
        if told.suv_type:
            found[_SUV_TYPE] = "CS", told.suv_type
    return found


def _window(classic: Dataset, world: RealWorld) -> Said:
    """The window of the frame, which is given in values after its own rescale, in those after the mapping."""
    center, width, slope, intercept = (number(classic, tag) for tag in (_CENTER, _WIDTH, _SLOPE, _INTERCEPT))
    if center is None or width is None or not slope or intercept is None:
        return {}
    moved, scale = (center - intercept) / slope * world.slope + world.intercept, world.slope / abs(slope)
    return {_CENTER: ("DS", _short(moved)), _WIDTH: ("DS", _short(width * scale))}


def _short(value: float) -> str:
    """A number as a decimal string of at most sixteen signs (PS3.5 6.2)."""
    return next(text for digits in range(16, 0, -1) if len(text := f"{value:.{digits}g}") <= 16)
