"""Read a mask file that lies in memory, ours or another program's, without trusting it: uncompressed or RLE, one grey image."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from struct import iter_unpack, unpack_from
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from annotator.dicom.charsets import Raws, in_unicode
from annotator.dicom.elements import ITEM, SEQUENCE_END, Coding, Malformed, MoreNeeded, PixelElement, Walk
from annotator.dicom.legal import given
from annotator.dicom.values import integer, text
from annotator.domain.image import ImageKey
from annotator.i18n import message

_CODINGS: dict[str, Coding] = {
    ImplicitVRLittleEndian: Coding(implicit=True, little=True),
    ExplicitVRLittleEndian: Coding(implicit=False, little=True),
    ExplicitVRBigEndian: Coding(implicit=False, little=False),
    RLELossless: Coding(implicit=False, little=True),
}
_SYNTAX, _SAMPLES, _PHOTOMETRIC, _FRAMES, _ROWS, _COLUMNS = 0x00020010, 0x00280002, 0x00280004, 0x00280008, 0x00280010, 0x00280011
_ALLOCATED, _SIGNED = 0x00280100, 0x00280103


@dataclass(frozen=True)
class MaskFile:
    """A mask file whose header was read; its pixels are decoded by `mask_pixels`."""

    content: bytes
    elements: Raws
    coding: Coding
    place: PixelElement
    compressed: bool
    size: tuple[int, int]
    """Rows and columns as the header announces them."""
    allocated: int | None
    signed: bool

    @property
    def header(self) -> Dataset:
        """The header, a new one for each who asks: pydicom makes other values of texts while a data set is read."""
        return Dataset(in_unicode(self.elements, self.coding))

    @property
    def description(self) -> str:
        """SeriesDescription, where a mask file names its category as `<id> <name>`."""
        return " ".join(given(self.header, "SeriesDescription"))


@lru_cache(maxsize=4)
def open_mask(content: bytes) -> MaskFile:
    """Read the header of a mask file; raises Malformed for anything but one grey image, uncompressed or RLE.

    The last ones are kept: what is read is often asked for its header, its source and its pixels one after the other.
    """
    try:
        if content[128:132] != b"DICM":
            raise Malformed(message("it is not a DICOM file"))
        meta = Walk(content, len(content), Coding(implicit=False, little=True))
        begin = meta.header(132, group=2)
        syntax = text(Dataset(dict(meta.elements)), _SYNTAX)
        if syntax not in _CODINGS:
            raise Malformed(message("it is compressed in a way that masks are not"))
        walk = Walk(content, len(content), _CODINGS[syntax])
        walk.header(begin)
    except MoreNeeded:
        raise Malformed(message("the file ends in the middle of its header")) from None
    header = Dataset(in_unicode(walk.elements, walk.coding))
    grey = text(header, _PHOTOMETRIC) in ("MONOCHROME1", "MONOCHROME2") and integer(header, _SAMPLES) == 1
    if not grey or (integer(header, _FRAMES) or 1) != 1:
        raise Malformed(message("it is not one grey image"))
    if walk.pixels is None or walk.pixels.keyword != "PixelData" or (walk.pixels.length is None) != (syntax == RLELossless):
        raise Malformed(message("it holds no pixels"))
    return MaskFile(content, walk.elements, walk.coding, walk.pixels, syntax == RLELossless,
                    (integer(header, _ROWS) or 0, integer(header, _COLUMNS) or 0), integer(header, _ALLOCATED),
                    bool(integer(header, _SIGNED)))  # fmt: skip


def source_of(file: MaskFile) -> ImageKey | None:
    """Return which image a mask was drawn on (SourceImageSequence, PS3.3 C.7.6.1.1.4); None where it names none."""
    sequence = file.header.get("SourceImageSequence")
    item = sequence[0] if sequence else None
    uid = "".join(given(item, "ReferencedSOPInstanceUID")[:1]) if item is not None else ""
    frame = given(item, "ReferencedFrameNumber") if item is not None else []
    return ImageKey(uid, int(frame[0]) if frame else 1) if uid else None


def mask_pixels(file: MaskFile) -> NDArray[np.bool_]:
    """Return where the stored values are above 0, (rows, columns); raises as `stored_pixels`."""
    above: NDArray[np.bool_] = stored_pixels(file) > 0
    return above


def stored_pixels(file: MaskFile) -> NDArray[Any]:
    """Return the stored values, (rows, columns); raises Malformed where bytes are missing or too many.

    The caller has compared `size` with what it expects: that is how much memory this takes.
    """
    rows, columns = file.size
    allocated = file.allocated
    if allocated not in (1, 8, 16, 32) or (allocated == 1 and file.compressed):
        raise Malformed(message("it is not one grey image"))
    width = max(allocated // 8, 1)
    if file.compressed:
        planes = np.frombuffer(_unpacked(_frame(file), rows * columns, width), dtype=np.uint8).reshape(width, rows * columns)
        raw, order = np.ascontiguousarray(planes.T).tobytes(), ">"
    else:
        raw, order = file.content[file.place.offset :][: file.place.length], "<" if file.coding.little else ">"
    needed = rows * columns * width if allocated > 1 else (rows * columns + 7) // 8
    if len(raw) < needed:
        raise Malformed(message("the file ends before its pixels do"))
    if allocated == 1:
        bits = np.unpackbits(np.frombuffer(raw, dtype=np.uint8, count=needed), bitorder="little")
        return bits[: rows * columns].reshape(rows, columns).astype(bool)
    values = np.frombuffer(raw, dtype=f"{order}{'i' if file.signed else 'u'}{width}", count=rows * columns)
    return values.reshape(rows, columns)


def _frame(file: MaskFile) -> bytes:
    """The bytes of the one compressed frame, its fragments joined (PS3.5 A.4)."""
    content, position, items = file.content, file.place.offset, list[bytes]()
    while position + 8 <= len(content):
        group, element, length = unpack_from("<HHL", content, position)
        if group << 16 | element != ITEM:
            if group << 16 | element == SEQUENCE_END and len(items) > 1:
                return b"".join(items[1:])
            break
        items.append(content[position + 8 : position + 8 + length])
        position += 8 + length
    raise Malformed(message("the file ends before its pixels do"))


def _unpacked(frame: bytes, count: int, width: int) -> bytes:
    """The byte planes of an RLE frame, the most significant first, `count` bytes each (PS3.5 G.3 to G.5)."""
    if len(frame) < 64 or unpack_from("<L", frame)[0] != width:
        raise Malformed(message("its pixels are damaged"))
    starts = [start for (start,) in iter_unpack("<L", frame[4 : 4 + 4 * width])]
    ends = [*starts[1:], len(frame)]
    if starts[0] < 64 or any(start >= end for start, end in zip(starts, ends, strict=True)) or ends[-1] > len(frame):
        raise Malformed(message("its pixels are damaged"))
    return b"".join(_plane(frame[start:end], count) for start, end in zip(starts, ends, strict=True))


def _plane(segment: bytes, count: int) -> bytes:
    """One byte plane: runs of literal bytes and of one byte repeated, perhaps with zeros behind them (PS3.5 G.3.1)."""
    plane, position = bytearray(), 0
    while len(plane) < count:
        if position + 1 >= len(segment):
            raise Malformed(message("its pixels are damaged"))
        head = segment[position]
        if head < 128:
            plane += segment[position + 1 : position + 2 + head]
            position += 2 + head
        elif head > 128:
            plane += segment[position + 1 : position + 2] * (257 - head)
            position += 2
        else:
            position += 1
    if len(plane) != count or position > len(segment) or segment[position:].strip(b"\0"):
        raise Malformed(message("its pixels are damaged"))
    return bytes(plane)
