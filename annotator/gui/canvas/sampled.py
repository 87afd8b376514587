"""Sample a reduced copy of a picture under the middle of each pixel of the screen, as stored values: linear between the four nearest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect

from annotator.gui.canvas.transform import Transform

_STRIP = 16
"""So many rows of the screen at a time, so that what is between stays in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """What an area of a view (device pixels) shows of a reduced copy: stored values of its type, the first one at `corner`."""

    level: NDArray[Any]
    transform: Transform
    area: QRect
    corner: QPoint
    values: NDArray[Any]


def sampled(level: NDArray[Any], transform: Transform, area: QRect) -> Sampled:
    """Sample where the middle of a screen pixel lies on the picture; whole numbers are rounded, beyond the outermost pixels they repeat."""
    placed = transform.placed
    across, down = transform.zoom * placed.pixel_width, transform.zoom * placed.pixel_height
    x, y = transform.offset_x * transform.ratio, transform.offset_y * transform.ratio
    left, columns = _middles(x, across, placed.columns, area.x(), area.width())
    top, rows = _middles(y, down, placed.rows, area.y(), area.height())
    by_x, by_y = (_reduced(whole, count) for whole, count in ((placed.columns, level.shape[1]), (placed.rows, level.shape[0])))
    return Sampled(level, transform, area, QPoint(left, top), _linear(level, rows / by_y - 0.5, columns / by_x - 0.5))


def _middles(start: float, scale: float, count: int, first: int, length: int) -> tuple[int, NDArray[np.float64]]:
    """The first of the screen's pixels, from `first` on, whose middle lies on the picture, and where the middles of all such lie on it."""
    low = max(first, math.ceil(start - 0.5))
    high = min(first + length, math.ceil(start + count * scale - 0.5))
    middles: NDArray[np.float64] = (np.arange(low, max(low, high), dtype=np.float64) + 0.5 - start) / scale
    return low, middles


def _reduced(whole: int, count: int) -> int:
    """By which power of two a row of `whole` pixels was reduced to `count`."""
    by = 1
    while -(-whole // by) > count:
        by *= 2
    return by


def _linear(level: NDArray[Any], rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[Any]:
    deep = np.float32 if level.dtype.itemsize <= 2 else np.float64
    above, below, low = _neighbours(rows, level.shape[0], deep)
    before, behind, right = _neighbours(columns, level.shape[1], deep)
    values = np.empty((len(rows), len(columns)), level.dtype)
    for first in range(0, len(rows), _STRIP):
        part = slice(first, first + _STRIP)
        upper: NDArray[Any] = level[above[part]].astype(deep)
        upper += (level[below[part]] - upper) * low[part, None]
        found: NDArray[Any] = np.take(upper, before, axis=1)
        found += (np.take(upper, behind, axis=1) - found) * right
        values[part] = np.rint(found, out=found) if level.dtype.kind in "iu" else found
    return values


def _neighbours(
    places: NDArray[np.float64], count: int, deep: type[np.floating[Any]]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[Any]]:
    """The pixels before and behind each place, and how far it is between them."""
    held = np.clip(places, 0.0, max(count - 1, 0))
    before = np.floor(held).astype(np.intp)
    return before, np.minimum(before + 1, max(count - 1, 0)), (held - before).astype(deep)
