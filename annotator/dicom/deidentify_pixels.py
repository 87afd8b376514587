"""Take pixels over into a de-identified file: exactly the bytes of the image and nothing beside, behind or between them.

Bytes behind the last pixel, bits beside the stored ones (old overlays lie there) and comments inside compressed frames can all hold a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import unpack_from

import numpy as np

from annotator.dicom.codecs import CODECS, NATIVE
from annotator.dicom.elements import Malformed
from annotator.dicom.fragments import fragments_of
from annotator.dicom.header import images_of
from annotator.dicom.layout import Layout, layout_of, problem_of
from annotator.dicom.native import used_bits
from annotator.dicom.pixels import picture
from annotator.dicom.source import Header
from annotator.domain.image import ImageKey
from annotator.i18n import message

_FRAMES = (0xE0, 0xEE)
"""APP0 and APP14 (JFIF, Adobe) say how the colours are meant, and hold numbers only."""
_ITEM_HEAD, _NO_TABLE = 8, b"\xfe\xff\x00\xe0\0\0\0\0"
"""Bytes of an item's head; an offset table without entries, which a single frame may have (PS3.5 A.4)."""


@dataclass(frozen=True)
class Pixels:
    """The pixels of a file as they are written: native or encapsulated, with the transfer syntax that they need."""

    content: bytes
    vr: str
    encapsulated: bool
    syntax: str
    unpacked: bool = False
    """Whether they were compressed before."""


def pixels_of(header: Header, path: str, *, decompress: bool, frame: int = 0) -> Pixels:
    """Return the pixels of a file, or of one frame (from 1; 0: all) of it.

    Raises OSError, AnnotatorError or Malformed where they cannot be taken over whole.
    """
    layout = layout_of(header)
    problem = problem_of(header, layout, (frame or layout.frames) - 1)
    if problem is not None or header.place is None:
        raise Malformed(problem or message("the file holds no pixels"))
    if header.transfer_syntax in NATIVE:
        return Pixels(_native(header, layout, frame), "OB" if layout.allocated <= 8 else "OW", False, "1.2.840.10008.1.2.1")
    if not decompress:
        return Pixels(_compressed(header, layout, frame), "OB", True, header.transfer_syntax)
    kind = "OB" if layout.allocated <= 8 else "OW"
    return Pixels(decoded(header, path, layout, frame), kind, False, "1.2.840.10008.1.2.1", unpacked=True)


def decoded(header: Header, path: str, layout: Layout, frame: int = 0) -> bytes:
    """Return all frames, or one, as they are without compression: grey as stored, colours as RGB pixel by pixel."""
    kind = f"<{'i' if layout.signed else 'u'}{max(layout.allocated, 8) // 8}"
    keys = {image.key.frame: image for image in images_of(header, path)}
    wanted = (picture(keys[number]).stored for number in ((frame,) if frame else range(1, layout.frames + 1)))
    return b"".join(np.ascontiguousarray(stored).astype("u1" if stored.ndim == 3 else kind, copy=False).tobytes() for stored in wanted)


def key_of(header: Header, path: str) -> ImageKey:
    """Return how the first image of a file is called, also where the file does not say it."""
    return images_of(header, path)[0].key


def _native(header: Header, layout: Layout, frame: int) -> bytes:
    place, count = header.place, (layout.frame_bits * (1 if frame else layout.frames) + 7) // 8
    before = layout.frame_bits * (frame - 1) // 8 if frame else 0
    if frame and layout.frame_bits % 8:
        raise Malformed(message("its pixels are stored in a way that is not supported"))
    content = header.stream.read(place.offset + before, count) if place is not None else b""
    if len(content) < count:
        raise Malformed(message("the file ends before the pixels of this image do"))
    if place is not None and place.keyword != "PixelData":
        raise Malformed(message("its pixels are stored in a way that is not supported"))
    swapped = not header.coding.little and (layout.allocated > 8 or (place is not None and place.vr == "OW"))
    if swapped:
        width = max(layout.allocated // 8, 2)
        values = np.frombuffer(content + b"\0" * (-len(content) % width), dtype=f">u{width}")
        content = values.astype(f"<u{width}").tobytes()[:count]
    if layout.allocated == 16 and layout.stored < 16 and not layout.spare:
        stored = np.frombuffer(content, dtype="<i2" if layout.signed else "<u2").copy()
        content = used_bits(stored, layout).tobytes()
    return content


def _compressed(header: Header, layout: Layout, frame: int) -> bytes:
    """The items of all frames, or of one, offset table first, with what stands in comments overwritten by zeros."""
    fragments = fragments_of(header, layout.frames)
    there = [fragments.of_frame(number) for number in ((frame - 1,) if frame else range(layout.frames))]
    place = header.place
    if place is None or not all(there):
        raise Malformed(message("the file ends before the pixels of this image do"))
    start, last = (there[0][0].offset - _ITEM_HEAD if frame else place.offset), (there[-1][-1] if frame else fragments.found[-1])
    end = last.offset + last.length
    if end > header.stream.size:
        raise Malformed(message("the file ends before the pixels of this image do"))
    content = bytearray(_NO_TABLE if frame else b"") + header.stream.read(start, end - start)
    shift = start - (len(_NO_TABLE) if frame else 0)
    family = CODECS[header.transfer_syntax].family
    for first, *_ in there:
        begin = first.offset - shift
        if family == "j2k":
            _blank_j2k(content, begin, begin + first.length)
        elif family != "rle":
            _blank_jpeg(content, begin, begin + first.length)
    return bytes(content)


def _blank_jpeg(content: bytearray, begin: int, end: int) -> None:
    """Empty COM and APPn of a JPEG or JPEG-LS frame (ISO 10918-1 B.2.4.5, B.2.4.6), up to its first scan."""
    position = begin + 2
    while position + 4 <= end and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == 0xDA:
            return
        length = unpack_from(">H", content, position + 2)[0]
        if marker == 0xFE or (0xE0 <= marker <= 0xEF and marker not in _FRAMES):
            _zeros(content, position + 4, min(position + 2 + length, end))
        position += 2 + length


def _blank_j2k(content: bytearray, begin: int, end: int) -> None:
    """Empty COM in the main header of a JPEG 2000 codestream (ISO 15444-1 A.9.2), and what a JP2 file header holds before it."""
    start = content.find(b"\xff\x4f\xff\x51", begin, end)
    if start < 0:
        return
    position = start + 2
    while position + 4 <= end and content[position] == 0xFF and content[position + 1] not in (0x90, 0xD9):
        length = unpack_from(">H", content, position + 2)[0]
        if content[position + 1] == 0x64:
            _zeros(content, position + 6, min(position + 2 + length, end))
        position += 2 + length


def _zeros(content: bytearray, begin: int, end: int) -> None:
    if end > begin:
        content[begin:end] = bytes(end - begin)
