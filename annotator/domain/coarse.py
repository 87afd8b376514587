"""See an image by blocks of its pixels, and go back from blocks to pixels: what is large is worked out in no finer steps than it needs.

Blocks are an odd number of pixels high and wide, so that a block's centre is that of a pixel, and what lies between the centres is
interpolated along the rows and then along the columns.  A pixel above nothing then has, along its column and then along a row, a way of
such pixels to the centre of a block above nothing, and so has one that is not above to one that is not: where the blocks hang together, or
have no holes, so it is with the pixels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.growing import Window

Bools = NDArray[np.bool_]
Singles = NDArray[np.float32]
Blocks = tuple[int, int]
"""How many rows and columns of pixels a block has."""
PIXELS: Blocks = (1, 1)


def means(values: NDArray[Any], blocks: Blocks) -> Singles:
    """Return the means of an image's blocks (rows, columns); those at the right and at the bottom have what is left over."""
    sums = _sums(_sums(values, blocks[0]).T, blocks[1]).T
    counts = [np.minimum(np.arange(0, size, by) + by, size) - np.arange(0, size, by) for size, by in zip(values.shape, blocks, strict=True)]
    return np.asarray(sums / np.multiply.outer(*counts).astype(np.float32), dtype=np.float32)


def _sums(values: NDArray[Any], by: int) -> Singles:
    """The sums of so many rows each."""
    found = np.array(values[::by], dtype=np.float32)
    for n in range(1, by):
        part = values[n::by]
        found[: len(part)] += part
    return found


def above(field: Singles, blocks: Blocks, window: Window, shape: tuple[int, ...]) -> tuple[Bools, Window]:
    """Return which pixels of a window of blocks lie above nothing, and where in an image of a `shape` (rows, columns) they are.

    `field` has a value for each block of the window; beyond the outermost centres it stays as it is there.
    """
    first, second = (slice(part.start * by, min(part.stop * by, size)) for part, by, size in zip(window, blocks, shape, strict=True))
    if blocks == PIXELS:
        return field > 0, (first, second)
    wide = np.ascontiguousarray(_between(field.T, blocks[1])[: second.stop - second.start].T)
    return (_between(wide, blocks[0])[: first.stop - first.start] > 0), (first, second)


def _between(field: Singles, by: int) -> Singles:
    """So many rows for each, interpolated between the middle ones."""
    half = by // 2
    found = np.empty((len(field) * by, field.shape[1]), np.float32)
    found[half::by] = field
    for n in range(1, half + 1):
        part = np.float32(n / by)
        found[half + n :: by][:-1] = (1 - part) * field[:-1] + part * field[1:]
        found[half - n :: by][1:] = (1 - part) * field[1:] + part * field[:-1]
        found[half - n], found[len(found) - 1 - half + n] = field[0], field[-1]
    return found
