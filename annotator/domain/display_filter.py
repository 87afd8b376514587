"""Make another picture of a picture for the eye alone: equalised, with local contrast, sharpened, or with its air kept black.

What comes out is for the screen: brightness, not values.  Nobody measures, probes or saves it, and the picture it was made from stays
untouched, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.grayscale import shade_stored
from annotator.domain.picture import Picture, Voi, Window

Mask = NDArray[np.bool_]
BRIGHTNESS = Window(127.5, 255.0, function=Voi.LINEAR_EXACT)
"""The window under which a filtered picture shows its brightness as it is."""
_CLIP, _TILES = 0.01, 8
_RADIUS, _AMOUNT = 2.0, 1.0
_COARSE = 8
"""Air is looked for among means over so many pixels squared."""
_NOISE = 0.999
"""So much of the air's noise is air where air and breast meet."""
_BINS = 256


class Filter(Enum):
    """What is done to the display."""

    NONE = "none"
    EQUALISED = "equalised"
    LOCAL = "local"
    SHARPENED = "sharpened"


def filtered(picture: Picture, window: Window, how: Filter, air: Mask | None = None) -> Picture:
    """Return a grey picture through a filter: 8 bits of brightness under `window`, to be shown under `BRIGHTNESS`.

    EQUALISED: histogram equalisation; LOCAL: contrast limited adaptive histogram equalisation (8 × 8 tiles, clip limit 0.01);
    SHARPENED: unsharp mask (radius 2 pixels, amount 1).  Where `air` is set, nothing counts and all is black.
    """
    bright = shade_stored(picture.stored, picture, replace(window, inverted=False))
    shown = _FILTERS[how](bright, air)
    if air is not None:
        shown[air] = 255 if window.inverted else 0  # inverted on the screen: black either way
    return replace(picture, stored=shown, slope=1.0, intercept=0.0, inverted=False, modality_table=None, suv=None)


def with_black_air(picture: Picture, window: Window, air: Mask) -> Picture:
    """Return a picture whose air is black under an inverted window, and that is the same everywhere else."""
    limits = np.iinfo(picture.stored.dtype)
    dark_is_high = (picture.inverted != window.inverted) == (picture.slope > 0)
    stored = picture.stored.copy()
    stored[air] = limits.max if dark_is_high else limits.min
    return replace(picture, stored=stored)


def air_of(picture: Picture) -> Mask | None:
    """Return where a mammogram shows air: what is dark as the border and hangs together with it; None where no air is found.

    The foot of the background's peak is found as in skimage's triangle threshold, among means, so that noise does not count.
    """
    from scipy import ndimage  # loads what only this needs

    stored = picture.stored
    if picture.colour or stored.dtype.kind not in "iu" or min(stored.shape) < 4 * _COARSE:
        return None
    rows, columns = (length // _COARSE for length in stored.shape)
    sample = stored[: rows * _COARSE : 2, : columns * _COARSE : 2].reshape(rows, _COARSE // 2, columns, _COARSE // 2)
    coarse = sample.mean(axis=(1, 3), dtype=np.float32)
    low_is_bright = picture.inverted != (picture.slope < 0)
    bright = -coarse if low_is_bright else coarse
    limit = background_limit(bright)
    labels, _count = ndimage.label(bright <= limit)
    border = np.unique(np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1])))
    air = np.isin(labels, border[border > 0])
    if not 0.02 < air.mean() < 0.98:
        return None
    core = ndimage.binary_erosion(air, border_value=1)
    edge = ndimage.binary_dilation(air) & ~core
    noise = sample.swapaxes(1, 2)[core]
    if noise.size == 0:
        return None
    reach = max(limit, float(np.quantile(-noise.astype(np.float32) if low_is_bright else noise, _NOISE)))
    dark = stored >= -reach if low_is_bright else stored <= reach
    return np.asarray(_fine(core, stored.shape) | (_fine(edge, stored.shape) & dark))


def _fine(coarse: Mask, shape: tuple[int, ...]) -> Mask:
    """A coarse mask in pixels; what is left over at the lower and the right edge is like its neighbours."""
    rows, columns = shape
    found = np.empty((rows, columns), bool)
    down, across = coarse.shape[0] * _COARSE, coarse.shape[1] * _COARSE
    found[:down, :across] = coarse.repeat(_COARSE, axis=0).repeat(_COARSE, axis=1)
    found[down:, :across] = found[down - 1, :across]
    found[:, across:] = found[:, across - 1 : across]
    return found


def background_limit(bright: NDArray[np.float32]) -> float:
    """Return how bright the background of an image is at most.

    That is what lies farthest below the line from the darkest peak of the histogram to its brightest end (the triangle threshold).
    """
    counts, edges = np.histogram(bright, bins=_BINS)
    peak = int(np.argmax(counts[: _BINS // 2]))
    last = int(np.flatnonzero(counts)[-1])
    if last <= peak + 1:
        return float(edges[peak + 1])
    places = np.arange(peak, last + 1)
    line = counts[peak] * (last - places) / (last - peak)
    return float(edges[peak + int(np.argmax(line / max(counts[peak], 1) - counts[places] / max(counts[peak], 1))) + 1])


def equalised(bright: NDArray[np.uint8], air: Mask | None = None) -> NDArray[np.uint8]:
    """Spread brightness so that each is as frequent as any other, as far as whole numbers allow; `air` does not count."""
    counts = np.bincount(bright[~air] if air is not None else bright.ravel(), minlength=_BINS)
    summed = np.cumsum(counts)
    first = int(summed[np.flatnonzero(counts)[0]]) if counts.any() else 0
    table = (summed - first).clip(0) * 255.0 / max(int(summed[-1]) - first, 1)
    return np.take(np.rint(table).astype(np.uint8), bright)


def local_contrast(bright: NDArray[np.uint8], air: Mask | None = None, clip: float = _CLIP, tiles: int = _TILES) -> NDArray[np.uint8]:
    """Equalise with a table a tile, its peaks cut off, and between the middles of four tiles with what their tables say in proportion.

    (Zuiderveld, Graphics Gems IV, 1994.)  Block by block of bytes: skimage's `equalize_adapthist` takes thirty times as long on 13 million
    pixels, and a gigabyte.
    """
    row_cuts, column_cuts = (np.linspace(0, length, tiles + 1).astype(int) for length in bright.shape)
    tables = np.empty((tiles, tiles, _BINS), np.float32)
    for i in range(tiles):
        for j in range(tiles):
            tile = slice(row_cuts[i], row_cuts[i + 1]), slice(column_cuts[j], column_cuts[j + 1])
            tables[i, j] = _clipped_table(bright[tile] if air is None else bright[tile][~air[tile]], clip)
    shown = np.empty_like(bright)
    rows, columns = _between(row_cuts), _between(column_cuts)
    for down, (up, low), y in rows:
        for across, (left, right), x in columns:
            block = bright[down, across]
            above = np.take(tables[up, left], block) * (1 - x) + np.take(tables[up, right], block) * x
            below = np.take(tables[low, left], block) * (1 - x) + np.take(tables[low, right], block) * x
            shown[down, across] = above * (1 - y[:, None]) + below * y[:, None] + 0.5
    return shown


def _clipped_table(bright: NDArray[np.uint8], clip: float) -> NDArray[np.float32]:
    """The brightness of each brightness of a tile; as it is where the tile is empty."""
    if bright.size == 0:
        return np.arange(_BINS, dtype=np.float32)
    counts = np.bincount(bright.ravel(), minlength=_BINS).astype(np.float64)
    limit = max(clip * bright.size, 1.0)
    excess = np.maximum(counts - limit, 0.0).sum()
    counts = np.minimum(counts, limit) + excess / _BINS
    return np.asarray(np.cumsum(counts) * (255.0 / counts.sum()), dtype=np.float32)


def _between(cuts: NDArray[Any]) -> list[tuple[slice, tuple[int, int], NDArray[np.float32]]]:
    """The stretches between the middles of neighbouring tiles: where, which two tiles, and the share of the second at each pixel."""
    middles = (cuts[:-1] + cuts[1:]) / 2
    ends = [0, *(int(middle) for middle in middles), int(cuts[-1])]
    found = []
    for place, (start, stop) in enumerate(zip(ends[:-1], ends[1:], strict=True)):
        one, other = max(place - 1, 0), min(place, len(middles) - 1)
        span = max(middles[other] - middles[one], 1.0)
        shares = ((np.arange(start, stop) + 0.5 - middles[one]) / span).clip(0, 1) if one != other else np.zeros(stop - start)
        found.append((slice(start, stop), (one, other), shares.astype(np.float32)))
    return found


def _sharpened(bright: NDArray[np.uint8], _air: Mask | None) -> NDArray[np.uint8]:
    from scipy import ndimage  # loads what only this needs

    plain = bright.astype(np.float32)
    edges = plain - ndimage.gaussian_filter(plain, _RADIUS)
    return np.asarray((plain + _AMOUNT * edges + 0.5).clip(0, 255), dtype=np.uint8)


_FILTERS: dict[Filter, Callable[[NDArray[np.uint8], Mask | None], NDArray[np.uint8]]] = {
    Filter.NONE: lambda bright, _air: bright.copy(),
    Filter.EQUALISED: equalised,
    Filter.LOCAL: local_contrast,
    Filter.SHARPENED: _sharpened,
}
