"""Match the lesions of two readings of one image one to one, and say which were missed and which are extra.

Two lesions may be a pair where IoU ≥ the project's least (0.5 by default), or where their outlines lie within one pixel of each other
(HD ≤ 1 pixel), because one pixel around a small lesion is already much of it.  Of all ways to pair them one to one, that with the most
pairs is taken, among those that with the greatest sum of IoU, among those that with the most equal categories (the assignment problem;
Kuhn 1955, solved by scipy's `linear_sum_assignment`).  Lines are no lesions here: only areas are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotator.domain.annotation import Annotation
from annotator.domain.overlap import Apart, Outlined, apart, iou
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.reviewing import LEAST_IOU

ONE_PIXEL = 1.0
_SAME_CATEGORY = 1e-6


@dataclass(frozen=True, eq=False)
class Lesion:
    """An outlined area with its category; `id` is that of the annotation."""

    id: int
    category: str
    area: Outlined


@dataclass(frozen=True)
class Pair:
    """Two lesions that were matched: their ids and categories in the one and the other reading, and how alike they are."""

    one: int
    other: int
    category: str
    other_category: str
    iou: float
    dice: float
    apart: Apart

    @property
    def right(self) -> bool:
        """Whether both readings name the same category."""
        return self.category == self.other_category


@dataclass(frozen=True)
class Matching:
    """What became of the lesions of two readings; `missed` are only in the other reading, `extra` only in the one (id, category)."""

    pairs: tuple[Pair, ...] = ()
    missed: tuple[tuple[int, str], ...] = ()
    extra: tuple[tuple[int, str], ...] = ()

    @property
    def alike(self) -> bool:
        """Whether both hold the same matched lesions with the same categories."""
        return not self.missed and not self.extra and all(pair.right for pair in self.pairs)


def lesions_of(annotations: Sequence[Annotation], rows: int, columns: int) -> tuple[Lesion, ...]:
    """Return the areas among the annotations of an image of `rows` × `columns` pixels; what has no pixel is none."""
    found = (Lesion(a.id, a.category, Outlined(region_mask(a.shape, rows, columns))) for a in annotations if isinstance(a.shape, Region))
    return tuple(lesion for lesion in found if not lesion.area.mask.empty)


def lesions_in(mask: Mask, category: str = "") -> tuple[Lesion, ...]:
    """Return the parts of a mask that no pixel joins to one another (eight neighbours), as lesions numbered from 1 from the top."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    runs, wide = mask.row_runs, mask.columns + 2
    starts, stops = (runs[:, 0] * wide + runs[:, side] for side in (1, 2))
    first = np.searchsorted(stops, starts - wide, side="left")  # of the runs of the row above, from the one that reaches it
    after = np.searchsorted(starts, stops - wide, side="right")
    counts = np.maximum(after - first, 0)
    own = np.repeat(np.arange(len(runs)), counts)
    above = np.arange(len(own)) - np.repeat(np.cumsum(counts) - counts, counts) + first[own]
    joined = coo_array((np.ones(len(own), dtype=bool), (own, above)), shape=(len(runs), len(runs)))
    count, parts = connected_components(joined, directed=False) if len(runs) else (0, np.empty(0, dtype=np.int64))
    bounds = runs[:, :1] * mask.columns + runs[:, 1:]
    masks = (Mask(mask.rows, mask.columns, _joined(bounds[parts == part].ravel())) for part in range(count))
    return tuple(Lesion(number, category, Outlined(found)) for number, found in enumerate(masks, 1))


def match(
    one: Sequence[Lesion], other: Sequence[Lesion], spacing: tuple[float, float] | None = None, least: float = LEAST_IOU
) -> Matching:
    """Match the lesions of a reading with those of another (the reference), for a (row, column) spacing in mm; without one in pixels."""
    from scipy.optimize import linear_sum_assignment

    likeness = np.zeros((len(one), len(other)))
    allowed = np.zeros(likeness.shape, dtype=bool)
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            if a.area.meets(b.area, reach=2):
                likeness[i, j] = iou(a.area.mask, b.area.mask)
                allowed[i, j] = likeness[i, j] >= least or within_a_pixel(a.area, b.area)
    alike = np.array([[a.category == b.category for b in other] for a in one], dtype=float).reshape(likeness.shape)
    worth = np.where(allowed, min(likeness.shape, default=0) + 1.0 + likeness + _SAME_CATEGORY * alike, 0.0)
    chosen = [(int(i), int(j)) for i, j in zip(*linear_sum_assignment(worth, maximize=True), strict=True) if allowed[i, j]]
    left, right = {i for i, _ in chosen}, {j for _, j in chosen}
    return Matching(
        tuple(_pair(one[i], other[j], float(likeness[i, j]), spacing) for i, j in chosen),
        tuple((b.id, b.category) for j, b in enumerate(other) if j not in right),
        tuple((a.id, a.category) for i, a in enumerate(one) if i not in left),
    )


def within_a_pixel(one: Outlined, other: Outlined) -> bool:
    """Whether no point of either outline is more than one pixel from the other."""
    if any(abs(a - b) > ONE_PIXEL for a, b in zip(one.box, other.box, strict=True)):
        return False
    most = apart(one, other).most
    return most is not None and most <= ONE_PIXEL


def _pair(a: Lesion, b: Lesion, likeness: float, spacing: tuple[float, float] | None) -> Pair:
    twice = 2 * likeness / (1 + likeness)  # Dice follows from IoU
    return Pair(a.id, b.id, a.category, b.category, likeness, twice, apart(a.area, b.area, spacing or (1.0, 1.0)))


def _joined(bounds: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Runs that touch across the end of a row are one run."""
    if len(bounds) < 3:
        return bounds
    same = bounds[1:-1:2] == bounds[2::2]
    keep = np.ones(len(bounds), dtype=bool)
    keep[1:-1:2][same] = keep[2::2][same] = False
    return bounds[keep]
