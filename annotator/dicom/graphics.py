"""Find the overlay planes (60xx) of an image: in elements of their own, or in pixel bits that values leave free (PS3.3 C.9.2, C.9.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from annotator.dicom.layout import Layout
from annotator.dicom.native import native_frame
from annotator.dicom.source import Header
from annotator.dicom.values import integer, numbers, text
from annotator.domain.graphic import Graphic

_GROUPS = range(0x6000, 0x6020, 2)
_ROWS, _COLUMNS, _FRAMES, _LABEL, _ORIGIN, _FIRST_FRAME, _POSITION, _DATA = 0x10, 0x11, 0x15, 0x1500, 0x50, 0x51, 0x102, 0x3000


def graphics_of(header: Header, layout: Layout, frame: int, *, native: bool) -> tuple[Graphic, ...]:
    """Return the planes that lie over a frame (from 0); broken ones are left out.  `native`: the pixels are not compressed.

    Raises as reading a frame does, if planes lie in the bits of the pixels.
    """
    found = []
    for group in sorted({tag >> 16 for tag, _raw in header.items()}.intersection(_GROUPS)):
        base = group << 16
        if base | _ROWS in header or base | _POSITION in header:
            graphic = _own(header, base, frame) if base | _DATA in header else _embedded(header, base, layout, frame, native=native)
            if graphic is not None:
                found.append(graphic)
    return tuple(found)


def _own(header: Header, base: int, frame: int) -> Graphic | None:
    """A plane in OverlayData; one of several frames begins at ImageFrameOrigin, one of a single frame lies over all."""
    rows, columns = integer(header, base | _ROWS) or 0, integer(header, base | _COLUMNS) or 0
    frames = max(integer(header, base | _FRAMES) or 1, 1)
    place = frame - (integer(header, base | _FIRST_FRAME) or 1) + 1 if frames > 1 else 0
    packed = _bits(header, base | _DATA)
    if rows <= 0 or columns <= 0 or not 0 <= place < frames or len(packed) * 8 < rows * columns * (place + 1):
        return None
    top, left = _origin(header, base)
    return Graphic(rows, columns, top, left, packed, place * rows * columns, text(header, base | _LABEL))


def _embedded(header: Header, base: int, layout: Layout, frame: int, *, native: bool) -> Graphic | None:
    """A plane in one bit of every pixel (retired in 2004, PS3.3 C.9.2.1.3); compression does not keep it."""
    position = integer(header, base | _POSITION) or 0
    used = range(layout.spare, layout.spare + layout.stored)
    if not native or layout.samples != 1 or position in used or not 0 <= position < layout.allocated or layout.allocated > 16:
        return None
    raw = native_frame(header, replace(layout, stored=layout.allocated, signed=False, spare=0), frame)
    packed = np.packbits((raw >> raw.dtype.type(position)) & raw.dtype.type(1), axis=None, bitorder="little").tobytes()
    return Graphic(layout.rows, layout.columns, 0, 0, packed, 0, text(header, base | _LABEL))


def _origin(header: Dataset, base: int) -> tuple[int, int]:
    """Row and column of the first pixel, from 0; signed, which implicit files do not tell."""
    found = [int(value) - (65536 if value > 32767 else 0) for value in numbers(header, base | _ORIGIN)]
    return (found[0] - 1, found[1] - 1) if len(found) >= 2 else (0, 0)


def _bits(header: Header, tag: int) -> bytes:
    """The bits in order: of big-endian words the second byte comes first."""
    element = header.get_item(tag, keep_deferred=True)
    value: Any = element.value if element is not None else None
    if not isinstance(value, bytes):
        return b""
    if header.coding.little or getattr(element, "VR", "OW") != "OW":
        return value
    return np.frombuffer(value[: len(value) // 2 * 2], dtype=np.uint16).byteswap().tobytes()
