"""Write elements, sequences and a whole file in explicit little-endian coding (PS3.5 7, PS3.10 7): preamble and file meta always anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from struct import pack

from annotator.dicom.deidentify_values import padded
from annotator.dicom.inherited import IMPLEMENTATION_UID

EXPLICIT = "1.2.840.10008.1.2.1"
_LONG = {"OB", "OD", "OF", "OL", "OW", "OV", "SQ", "UC", "UN", "UR", "UT", "SV", "UV"}
_ITEM, _ITEM_HEAD, _SEQUENCE_END = b"\xfe\xff\x00\xe0", 8, b"\xfe\xff\xdd\xe0\x00\x00\x00\x00"


def element(tag: int, vr: str, value: bytes) -> bytes:
    """Return an element; a value too long for its representation goes as UN (PS3.5 6.2.2 note 4)."""
    if len(value) % 2:
        value += b"\0"
    head = pack("<HH", tag >> 16, tag & 0xFFFF)
    if vr not in _LONG and len(value) > 0xFFFE:
        vr = "UN"
    if vr in _LONG:
        return head + vr.encode() + b"\0\0" + pack("<L", len(value)) + value
    return head + vr.encode() + pack("<H", len(value)) + value


def text_element(tag: int, vr: str, text: str) -> bytes:
    """Return an element that holds a text."""
    return element(tag, vr, padded(text, vr))


def item(elements: Mapping[int, bytes]) -> bytes:
    """Return a sequence item of these encoded elements."""
    content = joined(elements)
    return _ITEM + pack("<L", len(content)) + content


def code(value: str, scheme: str, meaning: str) -> dict[int, bytes]:
    """Return the elements of a code (PS3.3 8.8)."""
    return {
        0x00080100: text_element(0x00080100, "SH", value),
        0x00080102: text_element(0x00080102, "SH", scheme),
        0x00080104: text_element(0x00080104, "LO", meaning[:64]),
    }


def joined(elements: Mapping[int, bytes]) -> bytes:
    """Return encoded elements in the order of their tags."""
    return b"".join(elements[tag] for tag in sorted(elements))


def pixels(vr: str, content: bytes, *, encapsulated: bool) -> Iterable[bytes]:
    """Yield the pixel element in pieces; encapsulated content is a run of items without the delimiter (PS3.5 A.4)."""
    head = pack("<HH", 0x7FE0, 0x0010) + (b"OB" if encapsulated else vr.encode()) + b"\0\0"
    if encapsulated:
        return head + b"\xff\xff\xff\xff", content, _SEQUENCE_END
    odd = len(content) % 2
    return head + pack("<L", len(content) + odd), content, b"\0" * odd


def file_head(sop_class: str, instance: str, syntax: str) -> bytes:
    """Return preamble, prefix and file meta information, all of it our own."""
    meta = {
        0x00020001: element(0x00020001, "OB", b"\0\x01"),
        0x00020002: text_element(0x00020002, "UI", sop_class),
        0x00020003: text_element(0x00020003, "UI", instance),
        0x00020010: text_element(0x00020010, "UI", syntax),
        0x00020012: text_element(0x00020012, "UI", IMPLEMENTATION_UID),
        0x00020013: text_element(0x00020013, "SH", "ANNOTATOR"),
    }
    content = joined(meta)
    return b"\0" * 128 + b"DICM" + element(0x00020000, "UL", pack("<L", len(content))) + content
