"""Find a place for each label: beside its own lesion and never on it, off other lesions and labels as far as that can be.

Boxes are rows of left, top, right, low; extremes are the topmost, rightmost, lowest and leftmost point of an outline as it is shown; all
in device pixels.  On which side a label stands depends on the zoom alone, so that a pan only moves it; at the edge of the view it moves
along that side, or to another one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Sides = NDArray[np.intp]
SIDES = 6
"""Above the topmost point to the right or to the left, beside the rightmost and the leftmost, below the lowest likewise."""
_LEVEL = (0, 1, 4, 5)
_MOST = 250
"""So many labels at most make room for one another and for other lesions; where there are more, each stands where it first can."""
_RELUCTANCE = 1e-3
"""What each further side costs, in parts of a covered lesion or label."""
_FAR = 1e9


def sides(boxes: Numbers, extremes: Numbers, sizes: Numbers, lesions: Numbers, gap: float, ends: Numbers | None = None) -> Sides:
    """Return on which side (m,) of its lesion each label stands best.

    `boxes` (m, 4) and `extremes` (m, 4, 2) are those of the labelled lesions, `sizes` (m, 2) of the labels, `lesions` (n, 4) all there
    are; `gap` is what stays free between an outline and its label; `ends` (m, 2) are points that labels stand as near to as they can, NaN
    for those that stand where they usually do.
    """
    found = _candidates(boxes, _anchors(extremes, ends), sizes, gap)
    costs = _reluctance(found, sizes, ends)
    chosen: Sides = costs.argmin(axis=1)
    if not 0 < len(boxes) <= _MOST:
        return chosen
    rects = np.concatenate([found, found + sizes[:, None]], axis=-1)
    usual = rects[np.arange(len(boxes)), chosen]
    meets_earlier = np.tril(_meet(usual, usual), -1).any(axis=1)
    crowded = np.flatnonzero(_meet(usual, lesions).any(axis=1) | meets_earlier)
    moving, settled = rects[crowded], np.delete(usual, crowded, axis=0)
    reached = np.concatenate([moving[..., :2].min(axis=1), moving[..., 2:].max(axis=1)], axis=1)
    chosen[crowded] = _in_turn(costs[crowded] + _covered(moving, reached, lesions) + _covered(moving, reached, settled), moving, reached)
    return chosen


def corners(
    wanted: Sides, boxes: Numbers, extremes: Numbers, sizes: Numbers, room: tuple[float, float], gap: float, ends: Numbers | None = None
) -> Numbers:
    """Return the left upper corner (m, 2) of each label on the side that is wanted, else on the first one that has room in the view.

    `room` is width and height of the view; NaN where no place beside the lesion is in view.
    """
    found = _candidates(boxes, _anchors(extremes, ends), sizes, gap)
    free, each = np.stack([room[0] - sizes[:, 0], room[1] - sizes[:, 1]], axis=1), np.arange(len(boxes))
    found[:, _LEVEL, 0] = np.clip(found[:, _LEVEL, 0], 0.0, free[:, :1])
    found[:, 2:4, 1] = np.clip(found[:, 2:4, 1], 0.0, free[:, 1:])
    found = np.rint(found)
    outside: NDArray[np.bool_] = np.any((found < 0) | (found > free[:, None]), axis=-1)
    if not outside[each, wanted].any():
        there: Numbers = found[each, wanted]
        return there
    order = _reluctance(found, sizes, ends)
    order[each, wanted] = -1.0
    order[outside] = _FAR
    chosen: Numbers = found[each, order.argmin(axis=1)]
    chosen[np.all(outside, axis=1)] = np.nan
    return chosen


def elsewhere(size: tuple[float, float], room: tuple[float, float], covers: Callable[[float, float], bool]) -> tuple[float, float] | None:
    """Return where in the view a label goes that has no place beside its lesion; None where each place would cover it.

    `covers` says whether a label with this left upper corner would.
    """
    (wide, high), (width, height) = size, room
    across, down = (0.0, (width - wide) / 2, width - wide), (0.0, (height - high) / 2, height - high)
    return next(((x, y) for y in down for x in across if min(across[2], down[2]) >= 0 and not covers(x, y)), None)


def _anchors(extremes: Numbers, ends: Numbers | None) -> Numbers:
    return extremes if ends is None else np.where(np.isnan(ends)[:, None], extremes, ends[:, None])


def _candidates(boxes: Numbers, anchors: Numbers, sizes: Numbers, gap: float) -> Numbers:
    """Left upper corners (m, SIDES, 2) on each side."""
    (wide, high), (left, top, right, low) = sizes.T, boxes.T
    above, beyond, below, before = anchors[:, 0, 0], anchors[:, 1, 1], anchors[:, 2, 0], anchors[:, 3, 1]
    found = np.empty((len(boxes), SIDES, 2))
    xs, ys = found[..., 0].T, found[..., 1].T
    xs[0], xs[1], xs[2], xs[3], xs[4], xs[5] = above, above - wide, right + gap, left - gap - wide, below, below - wide
    ys[:2], ys[2], ys[3], ys[4:] = top - gap - high, beyond - high / 2, before - high / 2, low + gap
    return found


def _reluctance(found: Numbers, sizes: Numbers, ends: Numbers | None) -> Numbers:
    """What each side (m, SIDES) costs by itself: usually in their order, near an end by the distance from it."""
    usual = np.tile(_RELUCTANCE * np.arange(SIDES), (len(found), 1))
    if ends is None:
        return usual
    away = np.hypot(*np.moveaxis(found + sizes[:, None] / 2 - ends[:, None], -1, 0))
    return np.where(np.isnan(away), usual, _RELUCTANCE * away / 100.0)


def _meet(one: Numbers, other: Numbers) -> NDArray[np.bool_]:
    """Return which of (n, 4) boxes meet which of (m, 4) others."""
    (left, top, right, low), (x1, y1, x2, y2) = one.T[:, :, None], other.T
    meet: NDArray[np.bool_] = (left < x2) & (x1 < right) & (top < y2) & (y1 < low)
    return meet


def _covered(moving: Numbers, reached: Numbers, others: Numbers) -> Numbers:
    """Return what each side (n, SIDES) of labels, which `reached` (n, 4) is around, shares with other boxes (m, 4) altogether."""
    rows, there = np.nonzero(_meet(reached, others))
    found = np.zeros(moving.shape[:2])
    np.add.at(found, rows, _shared(moving[rows], others[there][:, None]))
    return found


def _in_turn(costs: Numbers, moving: Numbers, reached: Numbers) -> Sides:
    """Return the cheapest side of each label (n, SIDES of both) after those before it: a side costs what it shares with their labels."""
    later, earlier = np.nonzero(np.tril(_meet(reached, reached), -1))
    shared = _shared(moving[later][:, :, None], moving[earlier][:, None, :])
    best = np.empty(len(costs), np.intp)
    begins = np.searchsorted(later, np.arange(len(costs) + 1)).tolist()
    for row in range(len(costs)):
        begin, end = begins[row], begins[row + 1]
        cost = costs[row]
        if begin < end:
            cost = cost + shared[np.arange(begin, end), :, best[earlier[begin:end]]].sum(axis=0)
        best[row] = cost.argmin()
    return best


def _shared(one: Numbers, other: Numbers) -> Numbers:
    """Return which part of the smaller of both boxes share, (…, 4) and (…, 4) as (…)."""
    wide = np.minimum(one[..., 2], other[..., 2]) - np.maximum(one[..., 0], other[..., 0])
    high = np.minimum(one[..., 3], other[..., 3]) - np.maximum(one[..., 1], other[..., 1])
    parts: Numbers = np.maximum(wide, 0.0) * np.maximum(high, 0.0) / np.minimum(_areas(one), _areas(other))
    return parts


def _areas(boxes: Numbers) -> Numbers:
    areas: Numbers = np.maximum(boxes[..., 2] - boxes[..., 0], 1.0) * np.maximum(boxes[..., 3] - boxes[..., 1], 1.0)
    return areas
