"""Black out rectangles of an image in which somebody saw text: a new lossless image that says it is derived (PS3.15 E.3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from annotator.dicom import deidentify_writing as writing
from annotator.dicom.deidentify_pixels import Pixels, decoded
from annotator.dicom.deidentify_words import Words
from annotator.dicom.layout import layout_of
from annotator.dicom.source import Header
from annotator.dicom.values import texts

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""


def blackened(header: Header, path: str, boxes: Iterable[Box], frame: int = 0) -> Pixels:
    """Return the pixels of a file, or of one frame (from 1), without compression, black in these rectangles of every frame.

    Raises OSError, AnnotatorError or Malformed where they cannot be decoded.
    """
    layout = layout_of(header)
    colour = layout.samples == 3
    kind = np.dtype("u1") if colour else np.dtype(f"<{'i' if layout.signed else 'u'}{max(layout.allocated, 8) // 8}")
    shape = (1 if frame else layout.frames, layout.rows, layout.columns, *((3,) if colour else ()))
    values = np.frombuffer(decoded(header, path, layout, frame), dtype=kind).reshape(shape).copy()
    for x, y, width, height in boxes:
        values[:, y : y + height, x : x + width] = values.max() if layout.photometric == "MONOCHROME1" else 0 if colour else values.min()
    return Pixels(values.tobytes(), "OB" if kind.itemsize == 1 else "OW", False, writing.EXPLICIT, unpacked=True)


def derived_marks(header: Header) -> Mapping[int, bytes]:
    """Return the attributes that say that the pixels are not the original ones, and that no text is left in them."""
    clean = Words()
    rest = [word for word in texts(header, 0x00080008)[1:] if not clean.cleaned(word)[1]] or ["SECONDARY"]
    return {
        0x00080008: writing.text_element(0x00080008, "CS", "\\".join(["DERIVED", *rest])),
        0x00280301: writing.text_element(0x00280301, "CS", "NO"),
    }
