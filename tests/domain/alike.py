"""Pairs of masks and of category names that are the same wherever they are made: plain numpy, nothing of the product, no chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 48, 64
SPACINGS = ((1.0, 1.0), (0.7, 0.7), (0.5, 2.0), (3.0, 0.8))
"""(row, column) in mm."""
Mask = NDArray[np.bool_]


def ellipse(row: float, column: float, down: float, across: float) -> Mask:
    """The pixels whose centre lies in an ellipse with these half axes."""
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    return ((rows - row) / down) ** 2 + ((columns - column) / across) ** 2 <= 1.0


def box(top: int, left: int, low: int, right: int) -> Mask:
    """The pixels of these rows and columns, the last ones not among them."""
    found = np.zeros((ROWS, COLUMNS), dtype=bool)
    found[top:low, left:right] = True
    return found


def blobs(seed: int) -> Mask:
    """Uneven patches: a sum of waves above a threshold."""
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    waves = sum(np.sin(rows * (0.11 + 0.05 * n) + seed * n) * np.cos(columns * (0.09 + 0.04 * n) - seed + n) for n in range(1, 5))
    return np.asarray(waves > 0.9, dtype=bool)


def pairs() -> dict[str, tuple[Mask, Mask]]:
    """The pairs, by name; none of the masks is empty."""
    disc = ellipse(24, 32, 12, 12)
    return {
        "the same": (disc, disc),
        "moved across": (disc, ellipse(24, 35, 12, 12)),
        "moved down": (disc, ellipse(29, 32, 12, 12)),
        "larger": (disc, ellipse(24, 32, 15, 19)),
        "apart": (box(4, 4, 12, 16), box(30, 40, 44, 60)),
        "one far pixel": (disc, disc | box(2, 60, 3, 61)),
        "a hole": (disc, disc & ~ellipse(24, 32, 5, 5)),
        "at the edge": (box(0, 0, 20, 30), box(0, 3, 24, 30)),
        "a thin line": (box(20, 5, 21, 60), box(23, 5, 24, 58)),
        "patches": (blobs(1), blobs(2)),
        "more patches": (blobs(3), blobs(3) & ~box(10, 10, 20, 40)),
    }


def readers() -> tuple[list[str], list[str]]:
    """What two readers called the same sixty lesions."""
    names = ("malignant", "benign", "scar", "pneumothorax")
    one = [names[(number * number + number // 7) % 4] for number in range(60)]
    other = [name if number % 5 else names[(number * 3) % 4] for number, name in enumerate(one)]
    return one, other
