"""Read one uncompressed frame straight from its place in the file (PS3.5 8.1, A.1 to A.5)."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.dicom.elements import Malformed
from annotator.dicom.layout import Layout
from annotator.dicom.source import Header
from annotator.i18n import message


def native_frame(header: Header, layout: Layout, frame: int) -> NDArray[Any]:
    """Return the stored values of a frame (from 0): (rows, columns), or (rows, columns, 3) for colour; the machine's byte order.

    Bits beyond BitsStored are cleared or sign-extended, as pydicom does.  Raises OSError, or Malformed where bytes are missing.
    """
    first_bit = layout.frame_bits * frame
    if layout.allocated == 1:
        bits = np.unpackbits(_bytes(header, first_bit // 8, (layout.frame_bits + first_bit % 8 + 7) // 8), bitorder="little")
        return bits[first_bit % 8 :][: layout.values].reshape(layout.rows, layout.columns)
    count = layout.frame_bits // 8
    if layout.allocated == 8 and not header.coding.little and header.place is not None and header.place.vr == "OW":
        values = _swapped_bytes(header, first_bit // 8, count)
    else:
        values = _bytes(header, first_bit // 8, count)
    return _shaped(values.view(_type(header, layout)), layout)


def _bytes(header: Header, start: int, count: int) -> NDArray[np.uint8]:
    if header.place is None:
        raise Malformed(message("the file holds no pixels"))
    if header.place.offset + start + count > header.stream.size and not header.stream.deflated:
        raise Malformed(message("the file ends before the pixels of this image do"))
    raw = np.empty(count, dtype=np.uint8)
    if header.stream.fill(header.place.offset + start, raw.data) < count:
        raise Malformed(message("the file ends before the pixels of this image do"))
    return raw


def _swapped_bytes(header: Header, start: int, count: int) -> NDArray[np.uint8]:
    """Bytes that were written as big-endian words."""
    even = start - start % 2
    words = _bytes(header, even, (start - even + count + 1) // 2 * 2).view(np.uint16).byteswap()
    return words.view(np.uint8)[start - even :][:count]


def _type(header: Header, layout: Layout) -> np.dtype[Any]:
    keyword = header.place.keyword if header.place else ""
    kind = "f" if keyword in ("FloatPixelData", "DoubleFloatPixelData") else "i" if layout.signed else "u"
    return np.dtype(f"{'<' if header.coding.little else '>'}{kind}{layout.allocated // 8}")


def _shaped(values: NDArray[Any], layout: Layout) -> NDArray[Any]:
    if values.dtype.byteorder == (">" if sys.byteorder == "little" else "<"):
        values = values.astype(values.dtype.newbyteorder("="))
    if values.dtype.kind in "iu" and layout.stored < layout.allocated:
        values = used_bits(values, layout)
    if layout.subsampled:
        return _full_colour(values, layout)
    if layout.samples == 1:
        return values.reshape(layout.rows, layout.columns)
    if layout.planar:
        return np.ascontiguousarray(values.reshape(layout.samples, layout.rows, layout.columns).transpose(1, 2, 0))
    return values.reshape(layout.rows, layout.columns, layout.samples)


def used_bits(values: NDArray[Any], layout: Layout) -> NDArray[Any]:
    """Clear the bits beside the stored ones in place (old overlays lie there), extending the sign of signed values."""
    if not layout.signed:
        if layout.spare:
            np.right_shift(values, values.dtype.type(layout.spare), out=values)
        np.bitwise_and(values, values.dtype.type((1 << layout.stored) - 1), out=values)
        return values
    unused = values.dtype.type(layout.allocated - layout.stored)
    np.left_shift(values, values.dtype.type(layout.allocated - layout.stored - layout.spare), out=values)
    np.right_shift(values, unused, out=values)
    return values


def _full_colour(values: NDArray[Any], layout: Layout) -> NDArray[Any]:
    """Give each of two neighbours the colours they share: Y₁ Y₂ Cb Cr → Y₁ Cb Cr, Y₂ Cb Cr (PS3.3 C.7.6.3.1.2)."""
    pairs = values.reshape(-1, 4)
    full = np.empty((len(pairs), 2, 3), dtype=values.dtype)
    full[:, :, 0] = pairs[:, :2]
    full[:, :, 1:] = pairs[:, None, 2:]
    return full.reshape(layout.rows, layout.columns, 3)
