"""Compare two masks of one image: overlap (IoU, Dice) and how far their outlines are apart (Hausdorff, HD95) in mm.

Outline of a mask: its pixels that have at least one of their four neighbours outside it, or lie at the image's edge.  Distances are between
the centres of outline pixels, with the true spacing of rows and of columns.

- IoU(A, B) = |A ∩ B| ÷ |A ∪ B|                                       (Jaccard 1912)
- Dice(A, B) = 2 |A ∩ B| ÷ (|A| + |B|)                                (Dice 1945)
- d(a, B) = the least distance of a from a point of B's outline
- HD(A, B) = max(max d(a, B), max d(b, A))                            (Huttenlocher et al. 1993)
- HD95(A, B) = max(P95 d(a, B), P95 d(b, A)), P95 being the 95th percentile with linear interpolation between ranks

Two empty masks agree fully (IoU = Dice = 1, HD = HD95 = 0).  Of an empty and another one IoU and Dice are 0, and there is no distance:
None, never infinity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from annotator.domain.raster import Mask

Floats = NDArray[np.float64]
PERCENT = 95.0
_FEW_PAIRS = 250_000
"""Pairs of outline points up to which all distances are taken; above it, a tree of points finds the nearest ones."""


def iou(one: Mask, other: Mask) -> float:
    """Return |A ∩ B| ÷ |A ∪ B|, 1 for two empty masks; raises ValueError for images of different size."""
    common = shared(one, other)
    united = one.count + other.count - common
    return common / united if united else 1.0


def dice(one: Mask, other: Mask) -> float:
    """Return 2 |A ∩ B| ÷ (|A| + |B|), 1 for two empty masks; raises ValueError for images of different size."""
    pixels = one.count + other.count
    return 2.0 * shared(one, other) / pixels if pixels else 1.0


def shared(one: Mask, other: Mask) -> int:
    """Return how many pixels two masks have in common; raises ValueError for images of different size."""
    if (one.rows, one.columns) != (other.rows, other.columns):
        raise ValueError("masks of images of different size")
    if one.empty or other.empty:
        return 0
    lengths = np.diff(one.bounds)
    lengths[1::2] = 0
    below = np.interp(other.bounds, one.bounds, np.append(0, np.cumsum(lengths)))
    return round(float((below[1::2] - below[::2]).sum()))


def united(masks: Sequence[Mask], rows: int, columns: int) -> Mask:
    """Return the pixels of all masks of an image of `rows` × `columns` together."""
    starts, stops = (np.sort(np.concatenate([mask.bounds[end::2] for mask in masks] or [np.empty(0, np.int64)])) for end in (0, 1))
    first = np.append(True, starts[1:] > stops[:-1])[: len(starts)]
    return Mask(rows, columns, np.stack([starts[first], stops[np.append(first[1:], True)[: len(stops)]]], axis=1).ravel())


@dataclass(frozen=True)
class Apart:
    """How far two outlines are apart: Hausdorff distance and HD95, in the unit of the spacing; None where one of the two is empty."""

    most: float | None
    most_95: float | None


@dataclass(frozen=True, eq=False)
class Outlined:
    """A mask with the centres of its outline's pixels, worked out when first asked for."""

    mask: Mask

    @cached_property
    def points(self) -> Floats:
        """(row, column) of the outline's pixels as (n, 2), in pixels."""
        return outline_pixels(self.mask)

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """First row, first column, row and column after the last of a mask that has pixels."""
        runs = self.mask.row_runs
        return int(runs[0, 0]), int(runs[:, 1].min()), int(runs[-1, 0]) + 1, int(runs[:, 2].max())

    def meets(self, other: Outlined, reach: int = 0) -> bool:
        """Whether the boxes of two masks share a pixel, or are less than `reach` pixels apart."""
        if self.mask.empty or other.mask.empty:
            return False
        (t, le, b, r), (ot, ol, ob, o_r) = self.box, other.box
        return t - reach < ob and ot - reach < b and le - reach < o_r and ol - reach < r


def all_together(areas: Sequence[Outlined], rows: int, columns: int) -> Outlined:
    """Return the pixels of several areas of an image as one, whose outline is put together from theirs where they lie apart."""
    whole = Outlined(united([area.mask for area in areas], rows, columns))
    if areas and not any(a.meets(b, reach=2) for n, a in enumerate(areas) for b in areas[n + 1 :]):
        whole.__dict__["points"] = np.concatenate([area.points for area in areas])
    return whole


def outline_pixels(mask: Mask) -> Floats:
    """Return (row, column) of the pixels of a mask that have one of their four neighbours outside it or lie at the image's edge: (n, 2)."""
    if mask.empty:
        return np.empty((0, 2))
    runs = mask.row_runs
    top, left, low, right = int(runs[0, 0]), int(runs[:, 1].min()), int(runs[-1, 0]) + 1, int(runs[:, 2].max())
    wide = right - left + 2
    near = np.zeros((low - top + 2, wide), dtype=bool)
    flat = near.ravel()
    for start, stop in ((runs[:, :1] - top + 1) * wide + runs[:, 1:] - left + 1).tolist():
        flat[start:stop] = True
    inside = near[:-2, 1:-1] & near[2:, 1:-1] & near[1:-1, :-2] & near[1:-1, 2:]
    rows, columns = np.nonzero(near[1:-1, 1:-1] & ~inside)
    return np.stack([rows + top, columns + left], axis=1).astype(np.float64)


def apart(one: Outlined, other: Outlined, spacing: tuple[float, float] = (1.0, 1.0)) -> Apart:
    """Return how far the outlines of two masks are apart for a (row, column) spacing in mm; in pixels without one."""
    if one.mask.empty or other.mask.empty:
        return Apart(0.0, 0.0) if one.mask.empty and other.mask.empty else Apart(None, None)
    there, back = _nearest(one.points * spacing, other.points * spacing)
    there.sort()
    back.sort()
    return Apart(max(float(there[-1]), float(back[-1])), max(_percentile(there), _percentile(back)))


def _percentile(ordered: Floats) -> float:
    """The 95th percentile of numbers in order, between ranks linearly: what `numpy.percentile` gives, without its preparations."""
    place, part = divmod((len(ordered) - 1) * PERCENT / 100.0, 1.0)
    low, high = ordered[int(place)], ordered[min(int(place) + 1, len(ordered) - 1)]
    return float(low + (high - low) * part)


def _nearest(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """The distance of each point to the nearest one of the other set, both ways."""
    if len(one) * len(other) <= _FEW_PAIRS:
        squared = (one[:, None, 0] - other[:, 0]) ** 2
        squared += (one[:, None, 1] - other[:, 1]) ** 2
        return np.sqrt(squared.min(axis=1)), np.sqrt(squared.min(axis=0))
    from scipy.spatial import KDTree

    return np.asarray(KDTree(other).query(one)[0]), np.asarray(KDTree(one).query(other)[0])
