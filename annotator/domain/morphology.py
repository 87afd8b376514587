"""Grow, shrink, fill, clear, smooth and part masks by millimetres, on the neighbourhood of the mask and never on the whole image.

A spacing is (row, column) in mm, (1, 1) counts in pixels.  Distances are exact Euclidean ones between pixel centres (Maurer, Qi and
Raghavan 2003, as in `scipy.ndimage`), and a distance that is the given one but for rounding counts as it.  What lies beyond the image is
not known: it neither adds to a mask nor takes from it, so a mask that ends at the image's edge stays there.  Pixels are joined by their
edges, never by corners, and so are the unset pixels around them, as in the outlines that `shapes.trace` makes.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from annotator.domain.raster import Mask

Bools = NDArray[np.bool_]
Spacing = tuple[float, float]
PIXELS: Spacing = (1.0, 1.0)
_SAME = 1e-9
"""Relative difference up to which two distances are one."""
_TAILS = 4.0
"""So many standard deviations a Gaussian reaches."""


def grown(mask: Mask, mm: float, spacing: Spacing = PIXELS) -> Mask:
    """Return the pixels of the image at most `mm` (≥ 0) away from a set one; those that are set stay so."""
    if mask.empty or mm <= 0:
        return mask
    from scipy import ndimage

    array, top, left = _neighbourhood(mask, _reach(mm, spacing))
    away = ndimage.distance_transform_edt(~array, sampling=spacing)
    return _placed(away <= mm * (1 + _SAME), top, left, mask)


def shrunk(mask: Mask, mm: float, spacing: Spacing = PIXELS) -> Mask:
    """Return the set pixels more than `mm` (≥ 0) away from every unset one of the image: what growing the rest of the image leaves."""
    if mask.empty or mm <= 0:
        return mask
    from scipy import ndimage

    array, top, left = _neighbourhood(mask, (1, 1))
    if array.all():
        return mask
    away = ndimage.distance_transform_edt(array, sampling=spacing)
    return _placed(away > mm * (1 + _SAME), top, left, mask)


def filled(mask: Mask) -> Mask:
    """Return the mask with its holes: the unset pixels from which no way over edges of unset pixels leads to the image's edge."""
    if mask.empty:
        return mask
    from scipy import ndimage

    array, top, left = _neighbourhood(mask, (0, 0))
    return _placed(ndimage.binary_fill_holes(array), top, left, mask)


def without_islands(mask: Mask, least: float) -> Mask:
    """Return the mask without its parts of fewer than `least` pixels (mm² divided by a pixel's area); the largest part always stays."""
    found = parts(mask)
    kept = [part for place, part in enumerate(found) if place == 0 or part.count >= least * (1 - _SAME)]
    return mask if len(kept) == len(found) else _joined(kept, mask)


def smoothed(mask: Mask, mm: float, spacing: Spacing = PIXELS) -> Mask:
    """Return the mask with details finer than `mm` evened out, of the same area as nearly as its pixels allow.

    The mask is blurred by a Gaussian of `mm` standard deviation, and the pixels with the highest values are set, as many as there were;
    pixels with one value (on both sides of something symmetric) are set together or not at all.
    """
    if mask.empty or mm <= 0:
        return mask
    from scipy import ndimage

    reach = math.ceil(_TAILS * mm / spacing[0]) + 1, math.ceil(_TAILS * mm / spacing[1]) + 1
    array, top, left = _neighbourhood(mask, reach)
    sigma = mm / spacing[0], mm / spacing[1]
    values = ndimage.gaussian_filter(array.astype(np.float64), sigma, mode="nearest", truncate=_TAILS).round(9)
    level = np.partition(values, values.size - mask.count, axis=None)[values.size - mask.count]
    most, least = values >= level, values > level
    more, fewer = int(most.sum()) - mask.count, mask.count - int(least.sum())
    return _placed(least if fewer < more and fewer < mask.count else most, top, left, mask)


def parts(mask: Mask) -> tuple[Mask, ...]:
    """Return the parts of a mask, the largest first, of equally large ones the upper, then the left one."""
    if mask.empty:
        return ()
    from scipy import ndimage

    array, top, left = _neighbourhood(mask, (0, 0))
    labels, number = ndimage.label(array)
    if number == 1:
        return (mask,)
    found = []
    for place, (down, right) in enumerate(ndimage.find_objects(labels), start=1):
        found.append(_placed(labels[down, right] == place, top + down.start, left + right.start, mask))
    return tuple(sorted(found, key=lambda part: (-part.count, int(part.bounds[0]))))


def mirrored(mask: Mask) -> Mask:
    """Return the mask mirrored at the upright middle of the image: column c becomes column `columns` − 1 − c."""
    row, left, right = mask.row_runs.T
    turned = np.stack([row * mask.columns + mask.columns - right, row * mask.columns + mask.columns - left], axis=1)
    return _of_runs(turned[np.argsort(turned[:, 0])], mask)


def _reach(mm: float, spacing: Spacing) -> tuple[int, int]:
    return math.floor(mm / spacing[0] * (1 + _SAME)), math.floor(mm / spacing[1] * (1 + _SAME))


def _neighbourhood(mask: Mask, margin: tuple[int, int]) -> tuple[Bools, int, int]:
    """The part of the image around a mask, with a margin in rows and columns: the array and the row and column it starts at."""
    runs = mask.row_runs
    top, low = max(int(runs[0, 0]) - margin[0], 0), min(int(runs[-1, 0]) + 1 + margin[0], mask.rows)
    left, right = max(int(runs[:, 1].min()) - margin[1], 0), min(int(runs[:, 2].max()) + margin[1], mask.columns)
    wide = right - left
    steps = np.zeros((low - top) * (wide + 1), dtype=np.int8)
    row = (runs[:, 0] - top) * (wide + 1) - left
    steps[row + runs[:, 1]] = 1
    steps[row + runs[:, 2]] = -1
    return np.cumsum(steps, dtype=np.int8).view(bool).reshape(low - top, wide + 1)[:, :wide], top, left


def _placed(array: Bools, top: int, left: int, like: Mask) -> Mask:
    """A part of the image as a mask of the whole of it."""
    within = Mask.of(array).row_runs
    row = (within[:, 0] + top) * like.columns + left
    return _of_runs(np.stack([row + within[:, 1], row + within[:, 2]], axis=1), like)


def _joined(masks: list[Mask], like: Mask) -> Mask:
    runs = np.concatenate([mask.runs for mask in masks])
    return _of_runs(runs[np.argsort(runs[:, 0])], like)


def _of_runs(runs: NDArray[np.int64], like: Mask) -> Mask:
    """A mask of flat runs in order that do not overlap; where one ends as the next begins they become one."""
    apart = np.append(True, runs[1:, 0] != runs[:-1, 1])[: len(runs)]
    starts, stops = runs[apart, 0], runs[np.append(apart[1:], True)[: len(runs)], 1]
    return Mask(like.rows, like.columns, np.stack([starts, stops], axis=1).ravel())
