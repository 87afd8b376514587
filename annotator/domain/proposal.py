"""Guess from one click how far a region should grow, so that the click alone is usually right.

Each of some reaches around the clicked value (symmetric, or open to one side) is tried on a coarse picture of the neighbourhood, with and
without guards against leaks.  The one wins whose outline lies on steep slopes, is round and not small: the mean gradient along it, times
its roundness 4 π area / perimeter², times the square root of its area (the idea is that of Hojjatoleslami and Kittler, Region growing: a
new approach, IEEE Trans. Image Processing 7, 1998, 1079–1084, who look for the strongest peripheral contrast).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.growing import ONE, Pixel, Reach, Spacing, connected_part, depth_of, filled

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
_AROUND = 60.0
_CELLS = 24
"""Cells to each side, if a cell is more than a pixel; never more than twice as many."""
_SMOOTH, _GUARDS = 1.5, (8.0, 4.0, 0.0)
_TRIES = 9
_LEAST = 9


def proposed(values: NDArray[Any], seed: Pixel, spacing: Spacing = ONE) -> Reach | None:
    """Return the reach from the seed (row, column) that finds the best outlined region within 60 mm; None where there is none.

    `values` is (rows, columns); `spacing` (row, column) in mm, without it lengths are in pixels.
    """
    if not (0 <= seed[0] < values.shape[0] and 0 <= seed[1] < values.shape[1]):
        return None
    coarse, start, cell = _coarse(values, seed, spacing)
    slope = np.hypot(*np.gradient(coarse, *cell)) if min(coarse.shape) > 1 else np.zeros_like(coarse)
    best, found = 0.0, None
    for low, high in _ranges(coarse, start):
        within = (coarse >= low) & (coarse <= high)
        depth = depth_of(within, cell)
        for guard in _GUARDS:
            score = _score(filled(connected_part(within, start, guard, cell, depth)), slope)
            if score > best:
                best, found = score, Reach(low, high, guard, _SMOOTH, filled=True)
    return found


def _coarse(values: NDArray[Any], seed: Pixel, spacing: Spacing) -> tuple[Floats, Pixel, Spacing]:
    """The neighbourhood as means of whole cells of pixels, blurred; the seed's cell; the cells' size."""
    from scipy import ndimage

    sizes = [max(1, int(_AROUND / step / _CELLS)) for step in spacing]
    halves = [min(int(_AROUND / step / size), _CELLS * 2) for step, size in zip(spacing, sizes, strict=True)]
    starts = [at - min(half, at // size) * size for at, half, size in zip(seed, halves, sizes, strict=True)]
    counts = [
        min(half + (at - start) // size + 1, (edge - start) // size)
        for at, half, size, start, edge in zip(seed, halves, sizes, starts, values.shape, strict=True)
    ]
    counts = [max(count, 1) for count in counts]
    ends = [start + count * size for start, count, size in zip(starts, counts, sizes, strict=True)]
    piece = values[starts[0] : ends[0], starts[1] : ends[1]].astype(np.float64)
    if piece.shape == (counts[0] * sizes[0], counts[1] * sizes[1]):
        piece = piece.reshape(counts[0], sizes[0], counts[1], sizes[1]).mean(axis=(1, 3))
    cell = spacing[0] * sizes[0], spacing[1] * sizes[1]
    place = [min((at - start) // size, count - 1) for at, start, size, count in zip(seed, starts, sizes, piece.shape, strict=True)]
    blurred = ndimage.gaussian_filter(piece, [_SMOOTH / step for step in cell], mode="nearest")
    return blurred, (place[0], place[1]), cell


def _ranges(coarse: Floats, start: Pixel) -> Iterator[tuple[float, float]]:
    value = float(np.median(coarse[max(start[0] - 1, 0) : start[0] + 2, max(start[1] - 1, 0) : start[1] + 2]))
    span = float(np.quantile(np.abs(coarse - value), 0.98))
    if not span > 0:
        return
    for step in np.geomspace(span / 40, span, _TRIES).tolist():
        yield value - step, value + step
        yield value - step, np.inf
        yield -np.inf, value + step


def _score(found: Bools, slope: Floats) -> float:
    """How steep and how round an outline is; nothing where what it holds is tiny or comes to the neighbourhood's end."""
    area = np.count_nonzero(found)
    if area < _LEAST or found[[0, -1]].any() or found[:, [0, -1]].any():
        return 0.0
    wide = np.pad(found, 1)
    beside = wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:]
    edge = found & ~np.logical_and.reduce(beside)
    rim = edge | (np.logical_or.reduce(beside) & ~found)
    roundness = min(4 * np.pi * area / float(np.count_nonzero(edge)) ** 2, 1.0)
    return float(slope[rim].mean() * roundness * np.sqrt(area))
