"""List the header of an image as rows to be read and searched: nested sequences, private elements, values in the right character set.

Of an enhanced image only the description of the frame in question is listed (PS3.3 C.7.6.16.1.2).  Long values are cut, with their length
said; nothing is converted that is not shown.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from os import PathLike

from pydicom.datadict import (
    dictionary_description,
    dictionary_keyword,
    dictionary_VR,
    private_dictionary_description,
    private_dictionary_VR,
)
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.tag import BaseTag

from annotator.dicom.elements import ITEM
from annotator.dicom.geometry import FRAME_GROUPS
from annotator.dicom.source import Header, read_source
from annotator.dicom.values import items, name_of_uid, texts

MOST_ROWS = 20_000
_LONGEST = 64_000
"""Letters of a value that are kept."""
_BYTES = 24
_NUMBERS = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "UV": "Q", "SV": "q", "FL": "f", "FD": "d", "OF": "f", "OD": "d"}
_OPAQUE = {"OB", "OW", "OL", "OV", "UN"}
_HARMLESS = {0x00101010, 0x00100040, 0x00101020, 0x00101030, 0x00102210, 0x00120062, 0x00120063, 0x00120064}
"""Age, sex, size, weight, anatomical orientation type; whether and how identity was removed."""
_TELLING = {
    0x00080050, 0x00080080, 0x00080081, 0x00080082, 0x00080090, 0x00080092, 0x00080094, 0x00081010, 0x00081040, 0x00081048, 0x00081050,
    0x00081060, 0x00081070, 0x00081080, 0x00181000, 0x00200010, 0x00321032, 0x00321033, 0x00380010, 0x00380300, 0x00380400, 0x00400006,
    0x00400242, 0x00400243, 0x00401001, 0x00402016, 0x00402017,
}  # fmt: skip
"""Numbers, places and people by which a patient can be found, outside the group of the patient (PS3.15 E.1)."""


@dataclass(frozen=True)
class HeaderRow:
    """One element, or the beginning of an item; `depth` 0 is the data set itself.

    `length`: bytes of the value, items of a sequence; `cut`: whether `value` is shorter than what is there; `identity`: whether it tells
    who the patient is.  `parent`: the row that this one is inside of, −1 for none.
    """

    tag: str
    vr: str
    keyword: str
    name: str
    value: str
    length: int
    depth: int = 0
    parent: int = -1
    cut: bool = False
    identity: bool = False
    private: bool = False


def header_rows(path: str | PathLike[str], frame: int) -> tuple[HeaderRow, ...]:
    """Return the rows of a file's header as it concerns one frame (from 1), at most `MOST_ROWS`; raises AnnotatorError."""
    header = read_source(path)
    rows: list[HeaderRow] = []
    for dataset in (header.file_meta, header):
        for row in _rows(dataset, frame, 0, -1, rows):
            if len(rows) >= MOST_ROWS:
                return tuple(rows)
            rows.append(row)
    return (*rows, *_pixels(header))


def _pixels(header: Header) -> Iterator[HeaderRow]:
    """The element that is not read here: the pixels."""
    place = header.place
    if place is not None:
        tag = {"PixelData": 0x7FE00010, "FloatPixelData": 0x7FE00008, "DoubleFloatPixelData": 0x7FE00009}[place.keyword]
        length = place.length if place.length is not None else max(header.stream.size - place.offset, 0)
        yield HeaderRow(_spelled(tag), place.vr, place.keyword, dictionary_description(tag), "", length, cut=length > 0)


def _rows(dataset: Dataset, frame: int, depth: int, parent: int, before: list[HeaderRow], *, hidden: bool = False) -> Iterator[HeaderRow]:
    """Yield the rows of a data set; `before` holds the rows already there, so that a row knows the place of its parent."""
    for tag in sorted(dataset.keys()):
        element = dataset.get_item(tag, keep_deferred=True)
        if element is None:
            continue
        vr = _vr(dataset, element)
        telling = hidden or vr == "PN" or int(tag) in _TELLING or (tag.group == 0x0010 and tag.element != 0 and int(tag) not in _HARMLESS)
        name, keyword = _names(dataset, tag)
        if vr == "SQ":
            found = items(dataset, int(tag))
            place = len(before)
            yield HeaderRow(_spelled(tag), vr, keyword, name, "", len(found), depth, parent, False, telling, tag.is_private)
            for number, item in enumerate(found, 1):
                if int(tag) == FRAME_GROUPS and number != frame:
                    continue
                inside = len(before)
                yield HeaderRow(_spelled(ITEM), "", "", "", f"{number} / {len(found)}", len(item), depth + 1, place, False, telling)
                yield from _rows(item, frame, depth + 2, inside, before, hidden=telling)
        else:
            value, length, cut = _value(dataset, element, vr)
            yield HeaderRow(_spelled(tag), vr, keyword, name, value, length, depth, parent, cut, telling, tag.is_private)


def _spelled(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _creator(dataset: Dataset, tag: BaseTag) -> str:
    return texts(dataset, (tag.group << 16) | (tag.element >> 8))[0] if (tag.group << 16) | (tag.element >> 8) in dataset else ""


def _names(dataset: Dataset, tag: BaseTag) -> tuple[str, str]:
    """Name and keyword of an element, of a private one by its creator; empty where nobody knows it."""
    with suppress(KeyError, IndexError):
        if tag.is_private_creator:
            return "Private Creator", ""
        if tag.element == 0:
            return "Group Length", ""
        if tag.is_private:
            return private_dictionary_description(tag, _creator(dataset, tag)), ""
        return dictionary_description(tag), dictionary_keyword(tag)
    return "", ""


def _vr(dataset: Dataset, element: RawDataElement | DataElement) -> str:
    """The value representation, from the dictionaries where the file does not say it; `UN` where nobody knows it."""
    tag, said = element.tag, element.VR
    if said not in (None, "UN"):
        return str(said)
    with suppress(KeyError, IndexError):
        if tag.is_private_creator:
            return "LO"
        known = private_dictionary_VR(tag, _creator(dataset, tag)) if tag.is_private else dictionary_VR(tag)
        return known.split(" ")[0]  # “US or SS” is read unsigned
    if isinstance(element, RawDataElement) and tag.is_private and (element.value or b"")[:4] in (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00"):
        return "SQ" if items(dataset, int(tag)) else "UN"
    return "UN"


def _value(dataset: Dataset, element: RawDataElement | DataElement, vr: str) -> tuple[str, int, bool]:
    """The value as text, its length in bytes, and whether the text is not all of it."""
    raw = element.value if isinstance(element, RawDataElement) else None
    if isinstance(raw, bytes) and (vr in _OPAQUE or vr in _NUMBERS or vr == "AT"):
        little = not isinstance(element, RawDataElement) or element.is_little_endian
        text, cut = _binary(raw, vr, "<" if little else ">")
        return text, len(raw), cut
    if isinstance(element, DataElement) and isinstance(element.value, Items):
        return "", len(element.value), False
    whole = "\\".join(texts(dataset, int(element.tag)))
    if vr == "UI" and whole and "\\" not in whole and (name := name_of_uid(whole)) != whole:
        whole = f"{whole} = {name}"
    length = len(raw) if isinstance(raw, bytes) else len(whole.encode())
    return whole[:_LONGEST], length, len(whole) > _LONGEST


def _binary(raw: bytes, vr: str, order: str) -> tuple[str, bool]:
    if vr in _NUMBERS:
        size = struct.calcsize(order + _NUMBERS[vr])
        count = len(raw) // size
        shown = min(count, _LONGEST // 8)
        values = struct.unpack(f"{order}{shown}{_NUMBERS[vr]}", raw[: shown * size])
        return "\\".join(f"{value:.9g}" if isinstance(value, float) else str(value) for value in values), shown < count
    if vr == "AT":
        pairs = struct.unpack(f"{order}{len(raw) // 4 * 2}H", raw[: len(raw) // 4 * 4])
        return "\\".join(f"({group:04X},{number:04X})" for group, number in zip(pairs[::2], pairs[1::2], strict=True)), False
    words = raw.rstrip(b"\0 ")
    if vr == "UN" and words and all(32 <= byte < 127 for byte in words):
        text = words.decode("ascii")
        return text[:_LONGEST], len(text) > _LONGEST
    return raw[:_BYTES].hex(" "), len(raw) > _BYTES
