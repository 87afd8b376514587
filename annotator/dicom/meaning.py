"""Say what stored values mean: rescale or Modality LUT, unit, and the windows the header proposes (PS3.3 C.11.1, C.11.2, C.7.6.16.2)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pydicom.dataset import Dataset

from annotator.dicom.geometry import FRAME_GROUPS, SHARED_GROUPS
from annotator.dicom.luts import Lut, read_lut
from annotator.dicom.values import first, items, number, numbers, text, texts
from annotator.domain.honesty import Origin
from annotator.domain.picture import ModalityTable, Voi, VoiTable, Window

_CENTER, _WIDTH, _EXPLANATION, _FUNCTION = 0x00281050, 0x00281051, 0x00281055, 0x00281056
_INTERCEPT, _SLOPE, _RESCALE_TYPE, _UNITS = 0x00281052, 0x00281053, 0x00281054, 0x00541001
_FRAME_VOI, _FRAME_RESCALE = 0x00289132, 0x00289145
_DOSE_SCALING, _DOSE_UNITS = 0x3004000E, 0x30040002
_MODALITY_LUT, _VOI_LUT, _LUT_EXPLANATION, _LUT_TYPE = 0x00283000, 0x00283010, 0x00283003, 0x00283004
_PADDING, _PADDING_LIMIT = 0x00280120, 0x00280121
_LEAST, _MOST = 1e-20, 1e20
"""Beyond these a slope, an intercept or a window is a damaged text; single precision goes a little further."""
_SPOKEN_UNITS = {"US": "", "BQML": "Bq/ml", "CNTS": "counts", "CPS": "counts/s", "GML": "g/ml", "PCNT": "%", "GY": "Gy", "RELATIVE": ""}


def group_of(dataset: Dataset, frame: int, sequence: int) -> Dataset:
    """Return the item of a functional group that holds for a frame (from 0): its own, else the shared one, else the data set itself."""
    per_frame = items(dataset, FRAME_GROUPS)
    own = per_frame[frame] if frame < len(per_frame) else None
    for group in (own, first(dataset, SHARED_GROUPS)):
        item = first(group, sequence) if group is not None else None
        if item is not None:
            return item
    return dataset


def windows_of(dataset: Dataset, frame: int, *, lowest: float = 0.0) -> tuple[Window, ...]:
    """Return the windows and then the VOI LUTs that the header proposes for a frame (from 0), in its order, each once.

    `lowest` is the lowest grey value that the image can have: below 0, a LUT may begin below 0.  Impossible ones are left out.
    """
    source = group_of(dataset, frame, _FRAME_VOI)
    centers, widths, names = numbers(source, _CENTER), numbers(source, _WIDTH), texts(source, _EXPLANATION)
    declared = text(source, _FUNCTION)
    function = Voi(declared) if declared in [known.value for known in Voi] else Voi.LINEAR
    found: list[Window] = []
    for index, (center, width) in enumerate(zip(centers, widths, strict=False)):
        window = Window(center, width, names[index] if index < len(names) else "", function, Origin.HEADER)
        if function is Voi.LINEAR and width < 1:  # C.11.2.1.2.1 wants at least 1; meant is what the exact function does
            window = replace(window, function=Voi.LINEAR_EXACT)
        if _LEAST <= width <= _MOST and abs(center) <= _MOST and not any((known.center, known.width) == (center, width) for known in found):
            found.append(window)
    for item in items(source, _VOI_LUT) or items(dataset, _VOI_LUT):
        lut = read_lut(item, signed=lowest < 0)
        table = Window.of_table(_voi_table(lut), text(item, _LUT_EXPLANATION)) if lut else None
        if table is not None and table not in found:
            found.append(table)
    return tuple(found)


def _voi_table(lut: Lut) -> VoiTable:
    """Return the brightnesses of a VOI LUT: its whole range is black to white (C.11.2.1.1).

    Where values are greater than the said number of bits allows, or all below an eighth of it, the number is wrong and theirs is taken.
    """
    most = max(int(lut.values.max()), 1)
    bits = lut.bits if most >> max(lut.bits - 3, 0) and not most >> lut.bits else most.bit_length()
    return VoiTable(lut.first, np.floor(lut.values * (255.0 / ((1 << bits) - 1)) + 0.5).astype(np.uint8).tobytes())


def rescale_of(dataset: Dataset, frame: int) -> tuple[float, float, str]:
    """Return slope, intercept and unit of a frame (from 0); 1, 0 and no unit where the header says nothing."""
    modality = text(dataset, 0x00080060)
    if modality == "RTDOSE":
        units = text(dataset, _DOSE_UNITS)
        scaling = number(dataset, _DOSE_SCALING) or 1.0
        return (scaling, 0.0, _SPOKEN_UNITS.get(units, units)) if _LEAST <= abs(scaling) <= _MOST else (1.0, 0.0, "")
    source = group_of(dataset, frame, _FRAME_RESCALE)
    slope, intercept = number(source, _SLOPE), number(source, _INTERCEPT)
    if slope is None and intercept is None:
        return 1.0, 0.0, ""
    if not (_LEAST <= abs(slope or 1.0) <= _MOST and abs(intercept or 0.0) <= _MOST):
        return 1.0, 0.0, ""  # what no modality means; values would be none
    kind = text(source, _RESCALE_TYPE)
    if modality == "CT" and kind in ("", "HU"):
        unit = "HU"
    elif modality == "PT":
        unit = text(dataset, _UNITS)
    else:
        unit = kind
    return slope or 1.0, intercept or 0.0, _SPOKEN_UNITS.get(unit, unit)


def padding_of(dataset: Dataset, signed: bool) -> tuple[float, float] | None:
    """Return the lowest and highest stored value that mean "no pixel" (PS3.3 C.7.5.1.1.2); None if the header names none.

    The attributes are "US or SS": what is read unsigned is turned into the sign of the pixels.
    """
    named = [value[0] for value in (numbers(dataset, _PADDING), numbers(dataset, _PADDING_LIMIT)) if value]
    if not named:
        return None
    meant = [value - 65536 if signed and value > 32767 else value + 65536 if not signed and value < 0 else value for value in named]
    return min(meant), max(meant)


def modality_table_of(dataset: Dataset, signed: bool) -> tuple[ModalityTable, str] | None:
    """Return the Modality LUT and its unit; None if there is none that can be read."""
    item = first(dataset, _MODALITY_LUT)
    lut = read_lut(item, signed=signed) if item is not None else None
    if item is None or lut is None:
        return None
    unit = text(item, _LUT_TYPE)
    return ModalityTable(lut.first, lut.values.astype(np.float32)), _SPOKEN_UNITS.get(unit, unit)
