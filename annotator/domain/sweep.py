"""Go through a mammogram field by field: which parts of the screen's size cover all of its tissue, in reading order."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_OVERLAP = 0.05
"""So much of a field is seen again in the next one, at least."""
_SPECK = 0.002
"""A field with less tissue than this share is passed over."""


@dataclass(frozen=True)
class Field:
    """A part of an image as it is shown, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return self.left + self.width / 2, self.top + self.height / 2


def fields(tissue: NDArray[np.bool_], step: int, width: float, height: float) -> tuple[Field, ...]:
    """Return fields of `width` × `height` pixels that cover the tissue, row by row from the top left.

    `tissue` (rows, columns) says which blocks of `step` × `step` pixels of the image as it is shown hold any.
    """
    found: list[Field] = []
    rows = np.flatnonzero(tissue.any(axis=1))
    if not len(rows):
        return ()
    for top in _starts(int(rows[0]) * step, (int(rows[-1]) + 1) * step, height):
        band = tissue[max(math.floor(top / step), 0) : math.ceil((top + height) / step)]
        columns = np.flatnonzero(band.any(axis=0))
        if not len(columns):
            continue
        for left in _starts(int(columns[0]) * step, (int(columns[-1]) + 1) * step, width):
            part = band[:, max(math.floor(left / step), 0) : math.ceil((left + width) / step)]
            if part.size and part.mean() > _SPECK:
                found.append(Field(left, top, width, height))
    return tuple(found)


def _starts(first: float, last: float, length: float) -> list[float]:
    """Return where stretches of `length` begin that cover all from first to last, evenly spaced; a single one in the middle of it."""
    extent = last - first
    if extent <= length:
        return [first + (extent - length) / 2]
    count = math.ceil((extent - length * _OVERLAP) / (length * (1 - _OVERLAP)))
    return [first + (extent - length) * n / (count - 1) for n in range(count)]
