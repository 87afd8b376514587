"""Colour tables for values that are laid over an image: each turns 0 … 255 into red, green and blue."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from annotator.i18n import mark

Colours = NDArray[np.uint8]


class ColourMap(Enum):
    """The tables by name."""

    HOT = "hot"
    UNIFORM = "uniform"
    INVERSE = "inverse"


MAP_TEXTS: Mapping[ColourMap, str] = {
    ColourMap.HOT: mark("Hot metal"),
    ColourMap.UNIFORM: mark("Even steps (violet to yellow)"),
    ColourMap.INVERSE: mark("Inverse grey"),
}


@cache
def colours_of(which: ColourMap) -> Colours:
    """Return a table, (256, 3), lowest value first."""
    table = {ColourMap.HOT: _hot, ColourMap.UNIFORM: _uniform, ColourMap.INVERSE: _inverse}[which]()
    table.flags.writeable = False
    return table


def lightness(colours: Colours) -> NDArray[np.float64]:
    """Return CIE L* (0 to 100) of sRGB colours (…, 3) (IEC 61966-2-1, CIE 15)."""
    share = colours.astype(np.float64) / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    y = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.asarray(np.where(y > 216 / 24389, 116.0 * np.cbrt(y) - 16.0, y * 24389 / 27))


def _hot() -> Colours:
    """Black, red, orange, yellow, white."""
    at, step = np.array([0.0, 0.36, 0.70, 1.0]), np.linspace(0.0, 1.0, 256)
    rows = ((0, 255, 255, 255), (0, 0, 190, 255), (0, 0, 0, 255))
    return _bytes(np.stack([np.interp(step, at, row) for row in rows], axis=1) / 255.0)


def _inverse() -> Colours:
    return np.repeat(np.arange(255, -1, -1, dtype=np.uint8)[:, None], 3, axis=1)


def _uniform() -> Colours:
    """Lightness rises evenly, the hue goes from violet over red to yellow, each as strong as a screen can show at its lightness."""
    light = np.linspace(4.0, 96.0, 256)
    hue = np.radians(np.linspace(-60.0, 100.0, 256))
    least, most = np.zeros(256), np.full(256, 110.0)
    for _ in range(24):
        middle = (least + most) / 2
        shown = _from_lab(light, middle * np.cos(hue), middle * np.sin(hue))
        fits = ((shown >= 0.0) & (shown <= 1.0)).all(axis=1)
        least, most = np.where(fits, middle, least), np.where(fits, most, middle)
    smooth = np.convolve(np.pad(least, 12, mode="edge"), np.ones(25) / 25, mode="valid")
    strong = np.minimum(smooth, least)
    return _bytes(np.clip(_from_lab(light, strong * np.cos(hue), strong * np.sin(hue)), 0.0, 1.0))


def _from_lab(light: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sRGB (0 to 1 where a screen can show it) of CIE L*a*b* under D65."""
    y = (light + 16.0) / 116.0
    cubes = np.stack([y + a / 500.0, y, y - b / 200.0], axis=1)
    white = np.array([0.95047, 1.0, 1.08883])
    xyz = np.where(cubes > 6 / 29, cubes**3, (cubes - 4 / 29) * 108 / 841) * white
    to_linear = np.array([[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560], [0.0556434, -0.2040259, 1.0572252]])
    linear = xyz @ to_linear.T
    bent = 1.055 * np.maximum(linear, 0.0) ** (1 / 2.4) - 0.055
    return np.asarray(np.where(linear <= 0.0031308, linear * 12.92, bent))


def _bytes(shares: NDArray[np.float64]) -> Colours:
    return np.asarray(np.rint(shares * 255.0), dtype=np.uint8)
