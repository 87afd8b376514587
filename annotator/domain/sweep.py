"""Go through a mammogram field by field: which parts of the screen's size cover all of its tissue, in reading order."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_OVERLAP = 0.05
"""So much of a field is seen again in the next one, at least."""


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


def fields(tissue: NDArray[np.bool_], image: tuple[int, int], size: tuple[float, float], wall: str = "") -> tuple[Field, ...]:
    """Return fields of `size` (width, height in pixels) that cover the tissue, row by row from the top left.

    `tissue` says which blocks of an image of `image` (rows, columns) pixels hold any, as it is shown; the blocks share it evenly.  A row
    that needs one field only has it at the edge of the chest wall (`left` or `right`), if that is known.
    """
    (rows, columns), (width, height) = image, size
    down, across = rows / tissue.shape[0], columns / tissue.shape[1]
    found: list[Field] = []
    filled = np.flatnonzero(tissue.any(axis=1))
    if not len(filled):
        return ()
    for top in _starts(int(filled[0]) * down, (int(filled[-1]) + 1) * down, height, 0.5):
        band = tissue[max(math.floor(top / down), 0) : math.ceil((top + height) / down)]
        beside = np.flatnonzero(band.any(axis=0))
        if not len(beside):
            continue
        ends = int(beside[0]) * across, (int(beside[-1]) + 1) * across
        for left in _starts(*ends, width, {"left": 0.0, "right": 1.0}.get(wall, 0.5)):
            if band[:, max(math.floor(left / across), 0) : math.ceil((left + width) / across)].any():
                found.append(Field(left, top, width, height))
    return tuple(found)


def _starts(first: float, last: float, length: float, share: float) -> list[float]:
    """Return where stretches of `length` begin that cover all from first to last, evenly spaced.

    A single one lies at the start (`share` 0), in the middle (0.5) or at the end (1) of what it covers.
    """
    extent = last - first
    if extent <= length:
        return [first + (extent - length) * share]
    count = math.ceil((extent - length * _OVERLAP) / (length * (1 - _OVERLAP)))
    return [first + (extent - length) * n / (count - 1) for n in range(count)]
