"""Take one frame of an enhanced multi-frame image (CT, MR, PET) out, as the attributes of a classic image of its own.

A project's tree holds one file an image: mask and JSON bear the name of their image, and whoever gets a delivery reads place, spacing and
window where classic images have them.  So an intake does not keep a multi-frame file but makes of each frame an image of the classic kind,
as archives do for viewers that know no other.  What stands in the functional groups, shared and per frame, comes to the top (PS3.3
C.7.6.16), some under its classic name; what tells how frames belong together goes.  Nothing is decided here about identity: all of this
goes through the same rules as the attributes of any other image.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from struct import error as StructError
from struct import unpack

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from annotator.dicom.charsets import codecs_of
from annotator.dicom.deidentify_items import Element, Elements, item_elements
from annotator.dicom.deidentify_pet import pet_words
from annotator.dicom.elements import Malformed
from annotator.dicom.geometry import FRAME_GROUPS, SHARED_GROUPS
from annotator.domain.multiframe import CLASSIC
from annotator.i18n import message

_CLASS, _IMAGE_TYPE, _FRAME_TYPE = 0x00080016, 0x00080008, 0x00089007
_REFERENCES = 0x00081140
"""The group that a classic image has as it is: referenced images."""
_DROPPED = {0x00089124, 0x00209172}
"""Groups that say where a frame came from: derivation, source of a conversion."""
_TOGETHER = {
    SHARED_GROUPS, FRAME_GROUPS, 0x00280008, 0x00280009, 0x00209221, 0x00209222, 0x00209311, 0x00209161, 0x00209162, 0x00209163,
    0x00209228, 0x0020930C, 0x0020930D, 0x7FE00001, 0x7FE00002, 0x7FE00003,
}  # fmt: skip
"""What tells how the frames of a file belong together, and where they lie in it."""
_RENAMED = {
    0x00189082: (0x00180081, "DS"), 0x00189330: (0x00181151, "IS"), 0x00189328: (0x00181150, "IS"), 0x00189332: (0x00181152, "IS"),
    0x00189220: (0x00181242, "IS"), 0x00209156: (0x00200012, "IS"),
}  # fmt: skip
"""Number of a functional group → what a classic image calls it: echo time, tube current, exposure time, exposure, duration, acquisition."""
_ACQUIRED, _DATE, _TIME = 0x00189074, 0x00080022, 0x00080032
_VARIANTS = {0x00189033: ("SINGLE", "SK"), 0x00189020: ("NONE", "MTC"), 0x00189017: ("NONE", "SS"), 0x00189016: ("NONE", "SP")}
"""Attribute of an enhanced MR image → the value that says that it was not done, and what SequenceVariant calls it (PS3.3 C.8.3.1)."""
_EMPTY = {
    "1.2.840.10008.5.1.4.1.1.2": ((0x00180060, "DS"), (0x00200012, "IS")),
    "1.2.840.10008.5.1.4.1.1.4": ((0x00180022, "CS"), (0x00180081, "DS"), (0x00180091, "IS"), (0x00180080, "DS"), (0x00180023, "CS")),
}
"""What a classic CT or MR image must have, be it empty, where the enhanced one does not say it."""
_UNITS, _VALUE_MAP, _UNIT_CODE, _CODE_VALUE = 0x00541001, 0x00409096, 0x004008EA, 0x00080100
_PET, _PET_UNITS = "1.2.840.10008.5.1.4.1.1.128", {b"{counts}": b"CNTS", b"{propcounts}": b"PROPCNTS"}
"""Classic PET, and the units of an enhanced one that are no activity: those become its rescale (`deidentify_pet`)."""


class Frames:
    """The frames of one file, whose functional groups are read once."""

    def __init__(self, raw: Elements) -> None:
        """Raises Malformed where the groups cannot be read."""
        declared = raw.get(0x00080005)
        self._codecs = codecs_of(declared if isinstance(declared, RawDataElement) else None)
        self._top = {tag: entry for tag, entry in raw.items() if tag not in _TOGETHER}
        self._shared = self._lifted(next(iter(self._groups(raw, SHARED_GROUPS)), {}))
        self._own = self._groups(raw, FRAME_GROUPS)
        pet = CLASSIC.get(_bytes(raw.get(_CLASS)).decode("latin-1").strip(" \0")) == _PET
        self._pet = _dataset(raw) if pet else None

    def alone(self, frame: int) -> dict[int, Element]:
        """Return the elements of a frame (from 1) as those of an image of its own.  Raises Malformed where the file does not say it."""
        if not 0 < frame <= max(len(self._own), 1):
            raise Malformed(message("it does not say where its frames lie"))
        found = self._top | self._shared | (self._lifted(self._own[frame - 1]) if self._own else {})
        found |= _classic(found, frame)
        for tag, (vr, value) in pet_words(self._pet, _dataset(found), frame).items() if self._pet is not None else ():
            found[tag] = _raw(tag, vr, value.encode())
        found.pop(_VALUE_MAP, None)  # real-world values beside the rescaled ones: a classic image has the unit alone
        return found

    def _groups(self, raw: Elements, tag: int) -> list[Elements]:
        return [item for item, _ in item_elements(raw[tag], self._codecs)] if tag in raw else []

    def _lifted(self, group: Elements) -> dict[int, Element]:
        """What the macros of a group say, without their sequences."""
        found: dict[int, Element] = {}
        for tag, entry in group.items():
            if tag in (_REFERENCES, _VALUE_MAP):
                found[tag] = entry
            elif tag not in _DROPPED and not tag >> 16 & 1:
                for item, _ in self._items(entry)[:1]:
                    found |= {inner: held for inner, held in item.items() if inner not in _TOGETHER}
        return found

    def _items(self, entry: Element) -> Sequence[tuple[Elements, Sequence[str]]]:
        try:
            return item_elements(entry, self._codecs)
        except Malformed:
            return ()


def _classic(found: Elements, frame: int) -> dict[int, Element]:
    """What a classic image calls otherwise, or must say itself."""
    made = dict(_moved(found))
    sop_class = _bytes(found.get(_CLASS)).decode("latin-1").strip(" \0")
    made[_CLASS] = _raw(_CLASS, "UI", CLASSIC.get(sop_class, sop_class).encode())
    made[0x00200013] = _raw(0x00200013, "IS", str(frame).encode())
    if _FRAME_TYPE in found:
        made[_IMAGE_TYPE] = _raw(_IMAGE_TYPE, "CS", _bytes(found[_FRAME_TYPE]))
    if _bytes(found.get(0x00181312)).strip(b" \0") == b"COLUMN":
        made[0x00181312] = _raw(0x00181312, "CS", b"COL")
    moment = _bytes(found.get(_ACQUIRED)).strip(b" \0")
    if len(moment) >= 14:
        made[_DATE] = _raw(_DATE, "DA", moment[:8])
        made[_TIME] = _raw(_TIME, "TM", moment[8:].replace(b"-", b"+").split(b"+")[0])
    classic = CLASSIC.get(sop_class, sop_class)
    if classic == "1.2.840.10008.5.1.4.1.1.4":
        made |= _sequence(found)
    made |= {tag: _raw(tag, vr, b"") for tag, vr in _EMPTY.get(classic, ()) if tag not in found and tag not in made}
    unit = _PET_UNITS.get(_unit(found)) if classic == _PET else None
    if unit is not None and _UNITS not in found:
        made[_UNITS] = _raw(_UNITS, "CS", unit)
    return made


def _dataset(found: Elements) -> Dataset:
    return Dataset({BaseTag(tag): entry for tag, entry in found.items()})


def _sequence(found: Elements) -> dict[int, Element]:
    """ScanningSequence and SequenceVariant of a classic MR image, which an enhanced one says in several attributes."""

    def said(tag: int) -> str:
        return _bytes(found.get(tag)).decode("latin-1").strip(" \0")

    kinds = {"SPIN": ["SE"], "GRADIENT": ["GR"], "BOTH": ["SE", "GR"]}.get(said(0x00189008), [])
    kinds += [name for tag, name in ((0x00189009, "IR"), (0x00189018, "EP")) if said(tag) == "YES"]
    variants = [name for tag, (none, name) in _VARIANTS.items() if said(tag) not in ("", none)]
    made = {0x00180020: "\\".join(kinds or ["RM"]), 0x00180021: "\\".join(variants or ["NONE"])}
    return {tag: _raw(tag, "CS", text.encode()) for tag, text in made.items() if tag not in found}


def _moved(found: Elements) -> Iterator[tuple[int, Element]]:
    for old, (new, vr) in _RENAMED.items():
        value = _number(found[old]) if old in found else None
        if value is not None and new not in found:
            yield new, _raw(new, vr, (str(round(value)) if vr == "IS" else f"{value:.10g}").encode())


def _number(entry: Element) -> float | None:
    """A number of a functional group: eight bytes (FD), or two (US)."""
    content = _bytes(entry)
    order = "<" if not isinstance(entry, RawDataElement) or entry.is_little_endian else ">"
    try:
        value = float(unpack(order + {8: "d", 2: "H"}.get(len(content), "x"), content)[0])
    except (StructError, IndexError):
        return None
    return value if abs(value) < 1e9 else None


def _unit(found: Elements) -> bytes:
    """The unit of the real-world values, as UCUM writes it."""
    try:
        for item, _ in item_elements(found[_VALUE_MAP], ("ascii",)) if _VALUE_MAP in found else ():
            for code, _ in item_elements(item[_UNIT_CODE], ("ascii",)) if _UNIT_CODE in item else ():
                return _bytes(code.get(_CODE_VALUE)).strip(b" \0")
    except Malformed:
        pass
    return b""


def _bytes(entry: Element | None) -> bytes:
    value = entry.value if entry is not None else b""
    return value if isinstance(value, bytes) else b""


def _raw(tag: int, vr: str, value: bytes) -> RawDataElement:
    value += (b"\0" if vr == "UI" else b" ") * (len(value) % 2)
    return RawDataElement(BaseTag(tag), vr, len(value), value, 0, False, True)
