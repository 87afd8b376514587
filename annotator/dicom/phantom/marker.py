"""Lead letters on a film: which side and which view it shows."""

from __future__ import annotations

import numpy as np

from annotator.dicom.phantom.fields import Array, chord, stroke

LETTERS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "R": (((0, 6), (0, 0), (3, 0), (4, 1), (4, 2), (3, 3), (0, 3)), ((2, 3), (4, 6))),
    "L": (((0, 0), (0, 6), (4, 6)),),
    "C": (((4, 1), (3, 0), (1, 0), (0, 1), (0, 5), (1, 6), (3, 6), (4, 5)),),
    "M": (((0, 6), (0, 0), (2, 3), (4, 0), (4, 6)),),
    "O": (((1, 0), (3, 0), (4, 1), (4, 5), (3, 6), (1, 6), (0, 5), (0, 1), (1, 0)),),
}
"""Strokes of each letter, on a grid 4 wide and 6 high."""


def write(rows: int, columns: int, text: str, corner: tuple[float, float], height: float) -> Array:
    """Return a layer (0 or 1) with `text` `height` pixels high, its top left at the pixel `corner` (x, y)."""
    layer = np.zeros((rows, columns), dtype=np.float32)
    unit = height / 6
    pen = (chord(max(unit * 0.5, 0.8)) > 0).astype(np.float32)
    for index, letter in enumerate(text):
        left = corner[0] + index * 6 * unit
        for line in LETTERS[letter]:
            stroke(layer, [(left + x * unit, corner[1] + y * unit) for x, y in line], pen, max(unit * 0.25, 0.5))
    return layer
