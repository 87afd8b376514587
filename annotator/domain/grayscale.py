"""Turn grey values into the 8 bits of the screen (PS3.3 C.11.2.1)."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.picture import ModalityTable, Picture, Voi, VoiTable, Window
from annotator.domain.suv import Suv

Shades = NDArray[np.uint8]


def shade(values: NDArray[Any], window: Window, inverted: bool) -> Shades:
    """Return the brightness 0 to 255 of grey values (in the image's unit, any shape) under a window; `inverted` for MONOCHROME1.

    LINEAR: C.11.2.1.2.1, with c − 0.5 and w − 1; LINEAR_EXACT: C.11.2.1.3.2; SIGMOID: C.11.2.1.3.1; a table: C.11.2.1.1.  Rounded half
    up; what is no number is as dark as the lowest value.
    """
    x = np.asarray(values, dtype=np.float64)
    if window.table is not None:
        bright = _looked_up(x, window.table)
    elif window.function is Voi.SIGMOID:
        bright = _sigmoid(x, window)
    elif window.function is Voi.LINEAR:
        bright = _ramp(x, window.center - 0.5, max(window.width - 1.0, 0.0))
    else:
        bright = _ramp(x, window.center, window.width)
    np.nan_to_num(bright, copy=False, nan=0.0)
    bright += 0.5
    shades = bright.astype(np.uint8)
    return np.subtract(255, shades, dtype=np.uint8) if inverted else shades


def _ramp(x: NDArray[np.float64], center: float, width: float) -> NDArray[np.float64]:
    """0 up to `center − width / 2`, 255 above `center + width / 2`, straight between; a step if the width is 0."""
    if width <= 0:
        return np.where(x > center, 255.0, 0.0)
    bright = x - (center - width / 2)
    bright *= 255.0  # before the division: so that the middle of a window is the middle
    bright /= width
    return np.clip(bright, 0.0, 255.0, out=bright)


def _looked_up(x: NDArray[np.float64], table: VoiTable) -> NDArray[np.float64]:
    """The brightness of the nearest whole value; beyond the table that of its ends."""
    last = len(table.shades) - 1
    places = np.nan_to_num(np.floor(x + 0.5) - table.first, nan=0.0, posinf=last, neginf=0.0)
    shades = np.frombuffer(table.shades, dtype=np.uint8).astype(np.float64)
    return np.asarray(shades[np.clip(places, 0, last).astype(np.int64)])


def _sigmoid(x: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    exponent = np.clip(-4.0 * (x - window.center) / window.width, -700.0, 700.0)
    return np.asarray(255.0 / (1.0 + np.exp(exponent)))


def shade_stored(stored: NDArray[Any], picture: Picture, window: Window) -> Shades:
    """Return the brightness of any part of `picture.stored`: the same as `shade` of its values, by a table where there is one.

    Shown inverted is what either the image or the window wants inverted, and not what both do.  Colour parts come back as they are.
    """
    if picture.colour:
        return stored
    table, window = shade_table(picture, window), fitting(window, picture)
    if table is None:
        return shade(picture.values_of(stored), window, turned(picture, window))
    return np.take(table, stored.view(f"u{stored.dtype.itemsize}"), mode="wrap")


def turned(picture: Picture, window: Window) -> bool:
    """Return whether the lowest value is shown brightest."""
    return picture.inverted != window.inverted


def shade_table(picture: Picture, window: Window) -> Shades | None:
    """Return the brightness of every possible stored value, indexed by its bits read as unsigned; None beyond 16 bits and for colour."""
    stored, window = picture.stored, fitting(window, picture)
    if picture.colour or stored.dtype.kind not in "iu" or stored.dtype.itemsize > 2:
        return None
    if picture.modality_table is not None:
        return _table_of_table(stored.dtype.str, picture.modality_table, window, turned(picture, window))
    return _linear_table(stored.dtype.str, picture.slope, picture.intercept, window, turned(picture, window))


def fitting(window: Window, picture: Picture) -> Window:
    """A straight window of an uptake is an exact one: the half step that LINEAR takes off (C.11.2.1.2.1) is one of whole stored values."""
    if window.function is Voi.LINEAR and isinstance(picture.suv, Suv):
        return replace(window, function=Voi.LINEAR_EXACT)
    return window


def _all_of(kind: str) -> NDArray[Any]:
    """Every stored value of a type of 8 or 16 bits, in the order of its bits."""
    bits = np.dtype(kind).itemsize
    return np.arange(1 << 8 * bits, dtype=f"u{bits}").view(kind)


@lru_cache(maxsize=16)
def _table_of_table(kind: str, modality_table: ModalityTable, window: Window, inverted: bool) -> Shades:
    table = shade(modality_table.of(_all_of(kind)), window, inverted)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=16)
def _linear_table(kind: str, slope: float, intercept: float, window: Window, inverted: bool) -> Shades:
    """The table in order of the bits; shaded are only the values between black and white and one on either side, the rest is like these."""
    limits = np.iinfo(kind)
    count = int(limits.max) - int(limits.min) + 1
    first, last = _ramp_places(limits, slope, intercept, window)
    stored = np.arange(limits.min + first, limits.min + last + 1)
    middle = shade(stored.astype(np.float32) * np.float32(slope) + np.float32(intercept), window, inverted)
    table = np.empty(count, dtype=np.uint8)
    table[:first], table[first : last + 1], table[last + 1 :] = middle[0], middle, middle[-1]
    if limits.min < 0:
        table = np.roll(table, count // 2)
    table.flags.writeable = False
    return table


def _ramp_places(limits: np.iinfo[Any], slope: float, intercept: float, window: Window) -> tuple[int, int]:
    """The first and the last stored value, counted from the type's lowest, that need shading of their own; beyond them it is constant."""
    last = int(limits.max) - int(limits.min)
    if (window.table is None and window.function is Voi.SIGMOID) or not slope:
        return 0, last
    if window.table is not None:
        bounds = (window.table.first - 1.0, window.table.first + len(window.table.shades) + 1.0)
    else:
        bounds = (window.center - window.width / 2 - 1, window.center + window.width / 2 + 1)
    ends = [(bound - intercept) / slope for bound in bounds]
    rounding = 2.0 + 2.0**-20 * (abs(intercept / slope) + last)
    low, high = min(ends) - rounding - int(limits.min), max(ends) + rounding - int(limits.min)
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0, last
    return int(min(max(low, 0.0), last)), int(min(max(high + 1, 0.0), last))
