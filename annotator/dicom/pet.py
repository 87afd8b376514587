"""Read from the header of a PET image what its standardised uptake value needs (PS3.3 C.8.9.1, C.8.9.2, C.8.9.4).

An enhanced image says it otherwise (C.8.22): what its values are only in a mapping to the real world (C.7.6.16.2.11), the rest in the
data set and in its functional groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pydicom.dataset import Dataset

from annotator.dicom.geometry import FRAME_GROUPS, SHARED_GROUPS
from annotator.dicom.meaning import group_of
from annotator.dicom.values import first, items, number, text, texts
from annotator.domain.suv import HALF_LIVES, Pet, RealWorld, When

_INFORMATION, _CODE = 0x00540016, 0x00540300
_GE_CREATOR, _PHILIPS_CREATOR = "GEMS_PETD_01", "Philips PET Private Group"
_CODES = {
    "40565003": "11C", "C-105A1": "11C", "21576001": "13N", "C-107A1": "13N", "129504001": "15O", "C-B1038": "15O", "77004003": "18F",
    "C-111A1": "18F", "126600": "44Sc", "37225000": "52Mn", "C-149A1": "52Mn", "422934004": "62Cu", "C-127A5": "62Cu", "3932008": "64Cu",
    "C-127A2": "64Cu", "35337001": "68Ga", "C-131A3": "68Ga", "79197006": "82Rb", "C-159A2": "82Rb", "10738001": "86Y", "C-162A3": "86Y",
    "63360001": "89Zr", "C-168A4": "89Zr", "40937006": "124I", "C-114A5": "124I",
}  # fmt: skip
"""Code of a positron emitter (PS3.16 CID 4020, SNOMED CT and SNOMED RT) → nuclide."""
_MAPPINGS, _MEASURED_IN, _CONTENT = 0x00409096, 0x004008EA, 0x00209111
_UPTAKE, _ACTIVITY = ("{SUVbw}g/ml", "g/ml{SUVbw}"), ("Bq/ml", "Bq/mL")
"""UCUM codes (PS3.16 CID 85 and CID 84)."""
_CLOCK = re.compile(r"(\d\d):?(\d\d)?:?(\d\d)?(\.\d+)?")
_MOMENT = re.compile(r"(\d{8})(\d{2,6}(?:\.\d+)?)?([+-]\d{4})?")


def pet_of(dataset: Dataset) -> Pet:
    """Return what the header says; a `Pet` of nothing where it says nothing."""
    tracer = first(dataset, _INFORMATION) or Dataset()
    duration, reference = number(dataset, 0x00181242), number(dataset, 0x00541300)
    return Pet(
        units=text(dataset, 0x00541001),
        suv_type=text(dataset, 0x00541006),
        corrected=texts(dataset, 0x00280051),
        decay_correction=text(dataset, 0x00541102),
        weight=number(dataset, 0x00101030),
        dose=number(tracer, 0x00181074),
        half_life=number(tracer, 0x00181075),
        nuclide=_nuclide(tracer),
        injected=_moment(text(tracer, 0x00181078)) or _clock("", text(tracer, 0x00181072)),
        series=_clock(text(dataset, 0x00080021), text(dataset, 0x00080031)),
        acquired=_clock(text(dataset, 0x00080022), text(dataset, 0x00080032)),
        scanned=_moment(text(dataset, _private(dataset, 0x0009, _GE_CREATOR, 0x0D))),
        corrected_to=_moment(text(dataset, 0x00189701)),
        frame_reference=None if reference is None else reference / 1000.0,
        frame_duration=None if duration is None else duration / 1000.0,
        suv_factor=number(dataset, _private(dataset, 0x7053, _PHILIPS_CREATOR, 0x00)),
        activity_factor=number(dataset, _private(dataset, 0x7053, _PHILIPS_CREATOR, 0x09)),
    )


def enhanced_pet_of(dataset: Dataset, frame: int, *, signed: bool) -> tuple[Pet, RealWorld | None]:
    """Return what the header of an enhanced image says of a frame (from 0), and what its stored values mean; None where it does not say."""
    told = pet_of(dataset)
    mappings = list(_mappings(dataset, frame, signed))
    worlds = {kind: world for kind, codes in (("GML", _UPTAKE), ("BQML", _ACTIVITY)) for code, world in reversed(mappings) if code in codes}
    kind = next(iter(worlds), "")
    content = group_of(dataset, frame, _CONTENT)
    duration = number(content, 0x00189220)
    decay, attenuation = text(dataset, 0x00189758), text(dataset, 0x00189759)
    done = tuple(name for name, flag in (("DECY", decay), ("ATTN", attenuation)) if flag == "YES") or ("NONE",)
    return replace(
        told,
        units=kind,
        suv_type="BW" if kind == "GML" else "",
        corrected=done if decay and attenuation else (),
        decay_correction="NONE" if decay == "NO" else "START" if told.corrected_to is not None else "",
        acquired=_moment(text(content, 0x00189074)),
        frame_duration=None if duration is None else duration / 1000.0,
    ), worlds.get(kind)


def _mappings(dataset: Dataset, frame: int, signed: bool) -> Iterator[tuple[str, RealWorld]]:
    """The linear mappings of a frame with the codes of their units, its own before those of all frames."""
    per_frame = items(dataset, FRAME_GROUPS)
    own = per_frame[frame] if frame < len(per_frame) else None
    for group in (own, first(dataset, SHARED_GROUPS)):
        for item in items(group, _MAPPINGS) if group is not None else ():
            slope, intercept, unit = number(item, 0x00409225), number(item, 0x00409224), first(item, _MEASURED_IN)
            ends = [number(item, 0x00409214), number(item, 0x00409213)]
            if None in ends:  # “US or SS”: read unsigned
                whole = (number(item, 0x00409216), number(item, 0x00409211))
                ends = [value if value is None or not signed or value <= 32767 else value - 65536 for value in whole]
            least, most = ends
            if unit is None or not slope or slope < 0 or intercept is None or least is None or most is None:
                continue
            yield text(unit, 0x00080100), RealWorld(slope, intercept, least, most)


def _private(dataset: Dataset, group: int, creator: str, element: int) -> int:
    """Return the tag of a maker's own element, in whichever block of the group it reserved (PS3.5 7.8.1); in the usual one if in none."""
    for tag, _raw in dataset.items():
        if tag >> 16 == group and 0x10 <= tag & 0xFFFF < 0x100 and text(dataset, tag).casefold() == creator.casefold():
            return group << 16 | (tag & 0xFF) << 8 | element
    return group << 16 | 0x1000 | element


def _nuclide(tracer: Dataset) -> str:
    """The positron emitter by its code, else by its name: “18F”, “F-18”, “^18^Fluorine”."""
    code = first(tracer, _CODE)
    if code is None:
        return ""
    known = _CODES.get(text(code, 0x00080100))
    if known:
        return known
    letters = re.sub(r"[^0-9A-Za-z]", "", text(code, 0x00080104))
    return next((name for name in HALF_LIVES if letters in (name, re.sub(r"(\d+)(\w+)", r"\2\1", name))), "")


def _clock(day: str, clock: str) -> When | None:
    """A DA and a TM (PS3.5 6.2), either of which may be written in the old way (2000.09.07, 11:20:11)."""
    found = _CLOCK.match(clock)
    if found is None:
        return None
    hours, minutes, seconds, part = (float(value) if value else 0.0 for value in found.groups())
    return When(hours * 3600 + minutes * 60 + seconds + part, _day(day.replace(".", "")))


def _moment(value: str) -> When | None:
    """A DT (PS3.5 6.2) with at least an hour; how far from UTC the clock was is left out: all clocks of a scanner are one."""
    found = _MOMENT.match(value)
    return _clock(found[1], found[2]) if found and found[2] else None


def _day(value: str) -> int | None:
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:8])).toordinal()
    except ValueError:
        return None
