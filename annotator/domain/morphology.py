"""Grow, shrink, fill, clear, smooth and part masks by millimetres, on the neighbourhood of the mask and never on the whole image.

A spacing is (row, column) in mm, (1, 1) counts in pixels.  Distances are exact Euclidean ones between pixel centres: each run of pixels
reaches so many rows up and down, and in each of them as far as Pythagoras says; a distance that is the given one but for rounding counts as
it.  What lies beyond the image is not known: it neither adds to a mask nor takes from it, so a mask that ends at the image's edge stays
there.  Pixels are joined by their edges, never by corners, and so are the unset pixels around them, as in the outlines of `shapes.trace`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from annotator.domain.raster import Mask

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Spacing = tuple[float, float]
PIXELS: Spacing = (1.0, 1.0)
_SAME = 1e-9
"""Relative difference up to which two distances are one."""
_MANY = 2_000_000
"""So many runs are held at most before they are united."""
_TAILS = 4.0
"""So many standard deviations a Gaussian reaches."""


def grown(mask: Mask, mm: float, spacing: Spacing = PIXELS) -> Mask:
    """Return the pixels of the image at most `mm` (≥ 0) away from a set one; those that are set stay so."""
    if mask.empty or mm <= 0:
        return mask
    found, number = list[Ints](), 0
    reach = math.floor(mm / spacing[0] * (1 + _SAME))
    for down in range(-reach, reach + 1):
        found.append(_shifted(mask, down, _width(down, mm, spacing)))
        number += len(found[-1])
        if number > _MANY:
            found = [_united(found)]
            number = len(found[0])
    return Mask(mask.rows, mask.columns, _united(found).ravel())


def shrunk(mask: Mask, mm: float, spacing: Spacing = PIXELS) -> Mask:
    """Return the set pixels more than `mm` (≥ 0) away from every unset one of the image: what growing the rest of the image leaves."""
    if mask.empty or mm <= 0:
        return mask
    # straight above and below the mask all is unset, and nothing further off is nearer than that
    first, last = int(mask.bounds[0]) // mask.columns - 1, (int(mask.bounds[-1]) - 1) // mask.columns + 1
    band = Mask(mask.rows, mask.columns, np.array([max(first, 0), min(last + 1, mask.rows)]) * mask.columns)
    return mask - grown(band - mask, mm, spacing)


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


def _width(down: int, mm: float, spacing: Spacing) -> int:
    """How many columns to either side are within `mm` in a row so many rows away."""
    left = (mm * (1 + _SAME)) ** 2 - (down * spacing[0]) ** 2
    return math.floor(math.sqrt(max(left, 0.0)) / spacing[1])


def _shifted(mask: Mask, down: int, wide: int) -> Ints:
    """A mask's runs as (n, 2), moved down by so many rows and widened by so many columns, as far as the image goes."""
    row = mask.row_runs[:, 0] + down
    inside = (row >= 0) & (row < mask.rows)
    base = row[inside] * mask.columns
    left, right = mask.row_runs[inside, 1] - wide, mask.row_runs[inside, 2] + wide
    return np.stack([base + np.maximum(left, 0), base + np.minimum(right, mask.columns)], axis=1)


def _united(found: list[Ints]) -> Ints:
    """Runs in any order that may overlap, as runs in order that do not touch."""
    runs = np.concatenate(found)
    runs = runs[np.argsort(runs[:, 0], kind="stable")]
    starts, stops = runs[:, 0], np.maximum.accumulate(runs[:, 1])
    apart = np.append(True, starts[1:] > stops[:-1])[: len(starts)]
    return np.stack([starts[apart], stops[np.append(apart[1:], True)[: len(starts)]]], axis=1)


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


def _of_runs(runs: Ints, like: Mask) -> Mask:
    """A mask of flat runs in order that do not overlap; where one ends as the next begins they become one."""
    apart = np.append(True, runs[1:, 0] != runs[:-1, 1])[: len(runs)]
    starts, stops = runs[apart, 0], runs[np.append(apart[1:], True)[: len(runs)], 1]
    return Mask(like.rows, like.columns, np.stack([starts, stops], axis=1).ravel())
