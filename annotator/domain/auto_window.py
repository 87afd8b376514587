"""Find the window that suits what the pixels hold: robust bounds of their values, without padding, air and what is burnt out."""

from __future__ import annotations

import math
from dataclasses import replace
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.honesty import Origin
from annotator.domain.picture import Picture, Voi, Window

Part = tuple[slice, slice]
"""Rows and columns of an image."""
WHOLE: Part = (slice(None), slice(None))
PROJECTIONS = frozenset({"CR", "DX", "MG", "RF", "XA", "IO", "PX"})
"""DICOM modalities whose pixels are shadows, in no unit that could be compared between images."""
_EMISSION = frozenset({"PT", "NM"})
_MOST = 400_000
"""So many pixels, evenly spread, stand for all of an image."""
_AIR = -950.0
"""HU below which a pixel of a CT is no body."""
_HEAP = 0.01
"""A share of the pixels at the very ends of the range that is too large to be tissue: a collimator, direct exposure, a marker."""


class Contrast(Enum):
    """How much of the values a window leaves black and white: the shares at both ends."""

    LESS = 0.0005
    USUAL = 0.005
    MORE = 0.05


def auto_window(picture: Picture, modality: str, part: Part = WHOLE, contrast: Contrast = Contrast.USUAL) -> Window:
    """Return the window in which the values of a part of an image (all of it, by default) can be told apart.

    CT: without air.  X-rays: without what is heaped at the ends of the range.  MR: without the dark background.  PET, scintigraphy: from
    zero.  Values that mean "no pixel" (`Picture.padding`) never count.  The window is as wide as one step of the values at least.
    """
    values = tissue(picture, modality, part)
    if values.size == 0:
        return full_window(picture)
    low, high = (float(bound) for bound in np.quantile(values, (contrast.value, 1.0 - contrast.value)))
    if modality in _EMISSION:
        low = min(0.0, low)
    return between(low, high, picture)


def region_window(picture: Picture, part: Part) -> Window | None:
    """Return the window of a region a person has marked: two standard deviations around its mean, as far as there are values.

    None where the region holds no pixel.
    """
    values = _valid(picture, part, 1)
    if values.size == 0:
        return None
    mean, deviation = float(values.mean(dtype=np.float64)), float(values.std(dtype=np.float64))
    low, high = max(mean - 2 * deviation, float(values.min())), min(mean + 2 * deviation, float(values.max()))
    return replace(between(low, high, picture), origin=Origin.PERSON)


def full_window(picture: Picture) -> Window:
    """Return the window from the lowest to the highest value of an image that is no padding."""
    low, high = picture.value_range
    if picture.padding is not None:
        values = _valid(picture, WHOLE, 1)
        if values.size:
            low, high = float(values.min()), float(values.max())
    return replace(between(low, high, picture), width=max(high - low, 1.0))


def between(low: float, high: float, picture: Picture) -> Window:
    """Return the window whose ends are two values, rounded as far as nobody sees it, at least one step of the image's values wide."""
    least = least_width(picture)
    step = least if least == 1.0 else 10.0 ** math.floor(math.log10(max(high - low, least)) - 2)
    low, high = round(low / step) * step, round(high / step) * step
    return Window(round((low + high) / 2, 6), max(round(high - low, 6), least), function=Voi.LINEAR_EXACT, origin=Origin.RANGE)


def least_width(picture: Picture) -> float:
    """Return the narrowest window that makes sense: one value of a whole-number image, a thousandth of the range of another."""
    low, high = picture.value_range
    return 1.0 if high - low >= 50.0 else max((high - low) / 1000.0, 1e-3)


def tissue(picture: Picture, modality: str, part: Part = WHOLE) -> NDArray[Any]:
    """Return values (one axis, a sample of a large part) that belong to what is looked at, by the rule of the modality."""
    rows, columns = picture.stored[part].shape[:2]
    values = _valid(picture, part, max(math.ceil(math.sqrt(rows * columns / _MOST)), 1))
    if modality == "CT" and picture.unit == "HU":
        return _some(values[values > _AIR], values)
    if modality == "MR":
        return _some(values[values > 0.05 * np.quantile(values, 0.999)], values) if values.size else values
    if modality in _EMISSION:
        return _some(values[values > 0], values)
    return _without_heaps(values) if modality in PROJECTIONS else values


def _valid(picture: Picture, part: Part, step: int) -> NDArray[Any]:
    """Every `step`-th value of a part in both directions, without padding and what is no number."""
    stored = picture.stored[part][::step, ::step]
    values = picture.values_of(stored) if not picture.colour else stored
    if picture.padding is not None and not picture.colour:
        low, high = picture.padding
        values = values[(stored < low) | (stored > high)]
    return values[np.isfinite(values)] if values.dtype.kind == "f" else values.ravel()


def _without_heaps(values: NDArray[Any]) -> NDArray[Any]:
    """Leave out the lowest and the highest value where too many pixels have exactly that one."""
    kept = values
    for end in (values.min(), values.max()) if values.size else ():
        if np.count_nonzero(values == end) > _HEAP * values.size:
            kept = kept[kept != end]
    return _some(kept, values)


def _some(kept: NDArray[Any], values: NDArray[Any]) -> NDArray[Any]:
    """The ones that were kept, or all where hardly any are left."""
    return kept if kept.size > 0.001 * values.size else values
