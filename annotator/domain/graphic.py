"""A graphic that the file lays over its image (an overlay plane, PS3.3 C.9.2): shown on top of the pixels, never part of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Graphic:
    """One plane: its first pixel lies at row `top` and column `left` of the image (from 0, may be negative).

    `packed` holds rows × columns bits from `first_bit` on, the lowest bit of a byte first (PS3.5 8.1.2); they are unpacked when shown.
    """

    rows: int
    columns: int
    top: int
    left: int
    packed: bytes
    first_bit: int = 0
    label: str = ""

    def mask(self) -> Mask:
        """Return where it is drawn, (rows, columns)."""
        start = self.first_bit // 8
        count = self.first_bit % 8 + self.rows * self.columns
        bits = np.unpackbits(np.frombuffer(self.packed, np.uint8)[start : start + (count + 7) // 8], bitorder="little")
        return bits[self.first_bit % 8 : count].reshape(self.rows, self.columns).astype(np.bool_)


def united(graphics: Sequence[Graphic], rows: int, columns: int) -> Mask:
    """Return where any of them is drawn on an image of rows × columns."""
    whole = np.zeros((rows, columns), dtype=np.bool_)
    for graphic in graphics:
        top, left = max(graphic.top, 0), max(graphic.left, 0)
        low, right = min(graphic.top + graphic.rows, rows), min(graphic.left + graphic.columns, columns)
        if top < low and left < right:
            part = graphic.mask()[top - graphic.top : low - graphic.top, left - graphic.left : right - graphic.left]
            whole[top:low, left:right] |= part
    return whole
