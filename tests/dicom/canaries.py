"""Write DICOM files that hold a canary in every attribute of the dictionary, at every depth, in every encoding: none may come out again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from struct import pack

from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary

from annotator.dicom import deidentify_writing as writing
from annotator.dicom.deidentify_values import WIDTHS

ASCII, HANGUL, NUMBER, BIRTHDAY = "ZQCANARYQZ", "카나리아김민수", "87654321", "19560229"
ENCODINGS = {"ascii": "ascii", "utf-8": "utf-8", "euc-kr": "euc-kr", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be"}
DEPTHS = ("top", "sequence", "nested", "private")
ITEMS = (0x00082112, 0x52009229)
"""Sequences that stay: source images, functional groups."""
_BYTES = {"OB", "OW", "OF", "OD", "OL", "OV", "UN"}
_TEXTS = {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"}
_OWN = {
    0x00080016: ("UI", b"1.2.840.10008.5.1.4.1.1.2\0"), 0x00080060: ("CS", b"CT"), 0x00280002: ("US", pack("<H", 1)),
    0x00280004: ("CS", b"MONOCHROME2 "), 0x00280010: ("US", pack("<H", 8)), 0x00280011: ("US", pack("<H", 8)),
    0x00280100: ("US", pack("<H", 16)), 0x00280101: ("US", pack("<H", 12)), 0x00280102: ("US", pack("<H", 11)),
    0x00280103: ("US", pack("<H", 0)),
}  # fmt: skip
"""What makes it an image that can be shown."""


@cache
def attributes() -> tuple[tuple[int, str], ...]:
    """Return every attribute of the dictionary that can hold a canary, with each representation that it may have; repeating groups too."""
    found = {tag: told[0] for tag, told in DicomDictionary.items()}
    found |= {int(mask.replace("x", "0"), 16): told[0] for mask, told in RepeatersDictionary.items()}
    usable = [(tag, vr) for tag, vrs in found.items() for vr in vrs.split(" or ") if vr in _BYTES | _TEXTS | WIDTHS.keys()]
    left_out = {0x00080005, 0x00280008, 0x7FE00008, 0x7FE00009, 0x7FE00010, *_OWN}
    return tuple((tag, vr) for tag, vr in sorted(set(usable)) if tag not in left_out and tag >> 16 >= 8 and tag >> 16 != 0xFFFE)


def canary(vr: str, encoding: str, text: str = "") -> bytes:
    """Return the value of an attribute: the canary in this encoding, filled up to what its representation needs."""
    words = text or (ASCII if encoding.isascii() and encoding == "ascii" else ASCII + HANGUL)
    value = words.encode(encoding)
    width = WIDTHS.get(vr, 2)
    return value + (b"\0" if vr in _BYTES | WIDTHS.keys() | {"UI"} else b" ") * (-len(value) % width)


def whole(encoding: str, text: str = "", vr_of: str = "") -> dict[int, bytes]:
    """Return every attribute once, encoded; `vr_of`: all of them as this representation, as a file that lies would have them."""
    return {tag: writing.element(tag, vr_of or vr, canary(vr, encoding, text)) for tag, vr in attributes()}


def file_of(encoding: str, declared: str, *, text: str = "", vr_of: str = "") -> bytes:
    """Return a file with a canary in every attribute at every depth, in the meta information, the preamble, and behind the pixels."""
    attribute = whole(encoding, text, vr_of)
    here = dict(attribute)
    deep = writing.item({**attribute, 0x00089215: writing.element(0x00089215, "SQ", writing.item(attribute))})
    for tag in ITEMS:
        here[tag] = writing.element(tag, "SQ", deep)
    for tag, vr in sequences():
        here.setdefault(tag, writing.element(tag, vr, writing.item({0x0020000D: attribute[0x0020000D], 0x00104000: attribute[0x00104000]})))
    for group in (0x0009, 0x0019, 0x0029, 0x0039, 0x7FE1):
        here |= dict(_private(group, encoding, text))
    here |= {tag: writing.element(tag, vr, value) for tag, (vr, value) in _OWN.items()}
    if declared:
        here[0x00080005] = writing.text_element(0x00080005, "CS", declared)
    pixels = b"".join(writing.pixels("OW", bytes(range(128)) + canary("OW", encoding, text), encapsulated=False))
    said = canary("SH", encoding, text)
    meta = writing.element(0x00020010, "UI", b"1.2.840.10008.1.2.1\0") + writing.element(0x00020016, "AE", said)
    meta += writing.element(0x00020100, "UI", said) + writing.element(0x00020102, "OB", said)
    last = writing.element(0xFFFCFFFC, "OB", said)
    low = writing.joined({tag: content for tag, content in here.items() if tag < 0x7FE00010})
    return said.ljust(128, b"\0") + b"DICM" + meta + low + pixels + last


@cache
def sequences() -> tuple[tuple[int, str], ...]:
    """Return every sequence of the dictionary."""
    return tuple((tag, "SQ") for tag, told in sorted(DicomDictionary.items()) if told[0] == "SQ" and tag >> 16 >= 8)


def _private(group: int, encoding: str, text: str) -> Iterator[tuple[int, bytes]]:
    said = canary("LO", encoding, text)
    yield group << 16 | 0x10, writing.element(group << 16 | 0x10, "LO", said)
    for place, vr in enumerate(sorted(_TEXTS | _BYTES), 1):
        tag = group << 16 | 0x1000 | place
        yield tag, writing.element(tag, vr, canary(vr, encoding, text))
    tag = group << 16 | 0x10F0
    yield tag, writing.element(tag, "SQ", writing.item({0x00100010: writing.element(0x00100010, "PN", said)}))


def found_in(content: bytes) -> list[str]:
    """Return which canaries a file still holds, and in which encoding, searched as bytes; halves of them count too."""
    wanted = {ASCII, ASCII[:6], ASCII.lower(), HANGUL, HANGUL[4:], NUMBER, BIRTHDAY}
    encodings = ("utf-8", "euc-kr", "utf-16-le", "utf-16-be")
    return sorted(f"{word} {encoding}" for word in wanted for encoding in encodings if word.encode(encoding) in content)
