"""Turn decoded colour samples into 8-bit RGB, which is what the screen shows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut, convert_color_space

from annotator.dicom.elements import Malformed
from annotator.dicom.layout import Layout
from annotator.i18n import message


def rgb_of(values: NDArray[Any], layout: Layout, dataset: Dataset, *, decoded: bool) -> NDArray[np.uint8]:
    """Return (rows, columns, 3) uint8 RGB of colour or palette values; `decoded` values of a codec are RGB already.

    Samples of more than 8 bits are scaled to 8 for the display.  Raises Malformed for palettes that cannot be read.
    """
    if layout.photometric == "PALETTE COLOR":
        return _of_palette(values, dataset)
    samples = _eight_bits(values, layout.stored)
    if not decoded and layout.photometric in ("YBR_FULL", "YBR_FULL_422"):
        samples = convert_color_space(samples, layout.photometric, "RGB", per_frame=True)
    return np.ascontiguousarray(samples, dtype=np.uint8)


def _eight_bits(values: NDArray[Any], stored: int) -> NDArray[np.uint8]:
    if values.dtype == np.uint8:
        return values
    bits = min(max(stored, 8), values.dtype.itemsize * 8)
    eight: NDArray[np.uint8] = np.right_shift(values, values.dtype.type(bits - 8)).astype(np.uint8)
    return eight


def _of_palette(values: NDArray[Any], dataset: Dataset) -> NDArray[np.uint8]:
    """Look every value up in the palette; 16-bit entries keep their high byte (PS3.3 C.7.6.3.1.5)."""
    try:
        coloured = apply_color_lut(values, dataset)
    except (ValueError, AttributeError, KeyError, IndexError, NotImplementedError):
        raise Malformed(message("its colour palette is missing or broken")) from None
    if coloured.dtype == np.uint8:
        return np.ascontiguousarray(coloured[..., :3])
    wide = bool(coloured.max(initial=0) > 255)
    return np.ascontiguousarray((coloured[..., :3] >> (8 if wide else 0)).astype(np.uint8))
