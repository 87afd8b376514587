"""Say what stored values mean: rescale or Modality LUT, unit, and the windows the header proposes (PS3.3 C.11.1, C.11.2, C.7.6.16.2)."""

from __future__ import annotations

from dataclasses import replace
from struct import unpack

from pydicom.dataset import Dataset

from annotator.dicom.geometry import FRAME_GROUPS, SHARED_GROUPS
from annotator.dicom.values import first, items, number, numbers, text, texts
from annotator.domain.honesty import Origin
from annotator.domain.picture import Voi, Window

_CENTER, _WIDTH, _EXPLANATION, _FUNCTION = 0x00281050, 0x00281051, 0x00281055, 0x00281056
_INTERCEPT, _SLOPE, _RESCALE_TYPE, _UNITS = 0x00281052, 0x00281053, 0x00281054, 0x00541001
_FRAME_VOI, _FRAME_RESCALE = 0x00289132, 0x00289145
_DOSE_SCALING, _DOSE_UNITS = 0x3004000E, 0x30040002
_MODALITY_LUT, _LUT_DESCRIPTOR, _LUT_TYPE, _LUT_DATA = 0x00283000, 0x00283002, 0x00283004, 0x00283006
_SPOKEN_UNITS = {"US": "", "BQML": "Bq/ml", "CNTS": "counts", "CPS": "counts/s", "GML": "g/ml", "PCNT": "%", "GY": "Gy", "RELATIVE": ""}
ModalityTable = tuple[int, tuple[float, ...]]


def group_of(dataset: Dataset, frame: int, sequence: int) -> Dataset:
    """Return the item of a functional group that holds for a frame (from 0): its own, else the shared one, else the data set itself."""
    per_frame = items(dataset, FRAME_GROUPS)
    own = per_frame[frame] if frame < len(per_frame) else None
    for group in (own, first(dataset, SHARED_GROUPS)):
        item = first(group, sequence) if group is not None else None
        if item is not None:
            return item
    return dataset


def windows_of(dataset: Dataset, frame: int) -> tuple[Window, ...]:
    """Return the windows that the header proposes for a frame (from 0), in its order; impossible and repeated ones are left out."""
    source = group_of(dataset, frame, _FRAME_VOI)
    centers, widths, names = numbers(source, _CENTER), numbers(source, _WIDTH), texts(source, _EXPLANATION)
    declared = text(source, _FUNCTION)
    function = Voi(declared) if declared in [known.value for known in Voi] else Voi.LINEAR
    found: list[Window] = []
    for index, (center, width) in enumerate(zip(centers, widths, strict=False)):
        window = Window(center, width, names[index] if index < len(names) else "", function, Origin.HEADER)
        if function is Voi.LINEAR and width < 1:  # C.11.2.1.2.1 wants at least 1; meant is what the exact function does
            window = replace(window, function=Voi.LINEAR_EXACT)
        if width > 0 and not any((known.center, known.width) == (center, width) for known in found):
            found.append(window)
    return tuple(found)


def rescale_of(dataset: Dataset, frame: int) -> tuple[float, float, str]:
    """Return slope, intercept and unit of a frame (from 0); 1, 0 and no unit where the header says nothing."""
    modality = text(dataset, 0x00080060)
    if modality == "RTDOSE":
        units = text(dataset, _DOSE_UNITS)
        return number(dataset, _DOSE_SCALING) or 1.0, 0.0, _SPOKEN_UNITS.get(units, units)
    source = group_of(dataset, frame, _FRAME_RESCALE)
    slope, intercept = number(source, _SLOPE), number(source, _INTERCEPT)
    if slope is None and intercept is None:
        return 1.0, 0.0, ""
    kind = text(source, _RESCALE_TYPE)
    if modality == "CT" and kind in ("", "HU"):
        unit = "HU"
    elif modality == "PT":
        unit = text(dataset, _UNITS)
    else:
        unit = kind
    return slope or 1.0, intercept or 0.0, _SPOKEN_UNITS.get(unit, unit)


def modality_table_of(dataset: Dataset, signed: bool) -> tuple[ModalityTable, str] | None:
    """Return the Modality LUT (first mapped stored value, values) and its unit; None if there is none that can be read."""
    item = first(dataset, _MODALITY_LUT)
    if item is None:
        return None
    descriptor = numbers(item, _LUT_DESCRIPTOR)
    if len(descriptor) != 3:
        return None
    entries, lowest = int(descriptor[0]) % 65536 or 65536, int(descriptor[1])
    lowest = lowest - 65536 if signed and lowest > 32767 else lowest
    values = _table_values(item, entries, 8 if descriptor[2] <= 8 else 16)
    if not values:
        return None
    unit = text(item, _LUT_TYPE)
    return (lowest, values), _SPOKEN_UNITS.get(unit, unit)


def _table_values(item: Dataset, entries: int, bits: int) -> tuple[float, ...]:
    """Return the LUT's values; 8-bit ones may be packed two to a word (PS3.3 C.11.1.1.1)."""
    element = item.get_item(_LUT_DATA, keep_deferred=True)
    raw = element.value if element is not None else None
    if isinstance(raw, bytes):
        order = "<" if getattr(element, "is_little_endian", True) else ">"
        packed = bits == 8 and len(raw) < 2 * entries
        kind, size = ("B", 1) if packed else ("H", 2)
        found: tuple[int, ...] = unpack(f"{order}{len(raw) // size}{kind}", raw[: len(raw) // size * size])
    else:
        found = tuple(int(value) for value in numbers(item, _LUT_DATA))
    return tuple(float(value) for value in found[:entries])
