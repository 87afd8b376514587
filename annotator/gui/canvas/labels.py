"""Find a place for each label: beside its own lesion and never on it, off other lesions and labels as far as that can be.

Boxes are rows of left, top, right, low; extremes are the topmost, rightmost, lowest and leftmost point of an outline as it is shown; all
in device pixels.  Where a label stands depends on what is seen alone, so that a pan or a zoom ends where a fresh look would begin.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
SIDES = 6
"""Above the topmost point to the right or to the left, beside the rightmost and the leftmost, below the lowest likewise."""
_MOST = 250
"""So many labels at most make room for one another and for other lesions; where there are more, each stands where it first can."""
_RELUCTANCE = 1e-3
"""What each further side costs, in parts of a covered lesion or label."""
_FAR = 1e9


def places(
    boxes: Numbers, extremes: Numbers, sizes: Numbers, lesions: Numbers, room: tuple[float, float], gap: float, ends: Numbers | None = None
) -> Numbers:
    """Return the left upper corner (m, 2) of each label, NaN where no place beside its lesion is in view.

    `boxes` (m, 4) and `extremes` (m, 4, 2) are those of the labelled lesions, `sizes` (m, 2) of the labels, `lesions` (n, 4) all that are
    seen; `room` is width and height of the view, `gap` what stays free between an outline and its label; `ends` (m, 2) are points that
    labels stand as near to as they can, NaN for those that stand where they usually do.
    """
    points = np.full((len(boxes), 2), np.nan) if ends is None else ends
    found = _candidates(boxes, np.where(np.isnan(points)[:, None], extremes, points[:, None]), sizes, room, gap)
    away = np.hypot(*np.moveaxis(found + sizes[:, None] / 2 - points[:, None], -1, 0)) / max(*room, 1.0)
    reluctance = _RELUCTANCE * np.where(np.isnan(points[:, :1]), np.arange(SIDES), SIDES * away)
    reluctance[np.isnan(found[..., 0])] = _FAR
    count, first = len(found), reluctance.argmin(axis=1)
    chosen: Numbers = found[np.arange(count), first]
    if count > _MOST:
        return chosen
    rects = np.concatenate([found, found + sizes[:, None]], axis=-1)
    rects[np.isnan(rects)] = _FAR
    usual = rects[np.arange(count), first]
    crowded = (_shared(usual, lesions).sum(axis=1) > 0) | (np.tril(_shared(usual, usual), -1).sum(axis=1) > 0)
    numbers = np.flatnonzero(crowded)
    sides = rects[numbers]
    reached = _reached(sides)
    costs = reluctance[numbers] + _covered(sides, reached, lesions) + _covered(sides, reached, usual[~crowded])
    chosen[numbers] = found[numbers, _in_turn(costs, sides, reached)]
    return chosen


def _reached(sides: Numbers) -> Numbers:
    """Return the boxes (n, 4) around all sides (n, SIDES, 4) of labels that are in view."""
    seen = sides[..., :1] < _FAR
    nearest, farthest = np.where(seen, sides[..., :2], _FAR).min(axis=1), np.where(seen, sides[..., 2:], -_FAR).max(axis=1)
    return np.concatenate([nearest, farthest], axis=1)


def _meet(one: Numbers, other: Numbers) -> NDArray[np.bool_]:
    """Return which of (n, 4) boxes meet which of (m, 4) others."""
    (left, top, right, low), (x1, y1, x2, y2) = one.T[:, :, None], other.T
    meet: NDArray[np.bool_] = (left < x2) & (x1 < right) & (top < y2) & (y1 < low)
    return meet


def _covered(sides: Numbers, reached: Numbers, others: Numbers) -> Numbers:
    """Return what each side (n, SIDES) of labels shares with other boxes (m, 4) altogether."""
    rows, there = np.nonzero(_meet(reached, others))
    found = np.zeros(sides.shape[:2])
    np.add.at(found, rows, _shared_pairs(sides[rows], others[there][:, None]))
    return found


def _in_turn(costs: Numbers, sides: Numbers, reached: Numbers) -> NDArray[np.intp]:
    """Return the cheapest side of each label (n, SIDES of both) after those before it: a side costs what it shares with their labels."""
    later, earlier = np.nonzero(np.tril(_meet(reached, reached), -1))
    shared = _shared_pairs(sides[later][:, :, None], sides[earlier][:, None, :])
    best = np.empty(len(costs), np.intp)
    begins = np.searchsorted(later, np.arange(len(costs) + 1)).tolist()
    for row in range(len(costs)):
        begin, end = begins[row], begins[row + 1]
        cost = costs[row]
        if begin < end:
            cost = cost + shared[np.arange(begin, end), :, best[earlier[begin:end]]].sum(axis=0)
        best[row] = cost.argmin()
    return best


def elsewhere(size: tuple[float, float], room: tuple[float, float], covers: Callable[[float, float], bool]) -> tuple[float, float] | None:
    """Return where in the view a label goes that has no place beside its lesion; None where each place would cover it.

    `covers` says whether a label with this left upper corner would.
    """
    (wide, high), (width, height) = size, room
    across, down = (0.0, (width - wide) / 2, width - wide), (0.0, (height - high) / 2, height - high)
    return next(((x, y) for y in down for x in across if min(across[2], down[2]) >= 0 and not covers(x, y)), None)


def _candidates(boxes: Numbers, extremes: Numbers, sizes: Numbers, room: tuple[float, float], gap: float) -> Numbers:
    """Left upper corners (m, SIDES, 2) on each side; moved along that side into the view, NaN where that does not suffice."""
    (wide, high), (left, top, right, low) = sizes.T, boxes.T
    above, beyond, below, before = extremes[:, 0, 0], extremes[:, 1, 1], extremes[:, 2, 0], extremes[:, 3, 1]
    over, under = top - gap - high, low + gap
    xs = np.stack([above, above - wide, right + gap, left - gap - wide, below, below - wide], axis=1)
    ys = np.stack([over, over, beyond - high / 2, before - high / 2, under, under], axis=1)
    free = np.stack([room[0] - wide, room[1] - high], axis=1)
    level = np.array([0, 1, 4, 5])
    xs[:, level] = np.clip(xs[:, level], 0.0, free[:, :1])
    ys[:, 2:4] = np.clip(ys[:, 2:4], 0.0, free[:, 1:])
    found: Numbers = np.rint(np.stack([xs, ys], axis=-1))
    outside = ((found < 0) | (found > free[:, None])).any(axis=-1)
    found[outside] = np.nan
    return found


def _areas(boxes: Numbers) -> Numbers:
    areas: Numbers = np.maximum(boxes[..., 2] - boxes[..., 0], 1.0) * np.maximum(boxes[..., 3] - boxes[..., 1], 1.0)
    return areas


def _shared(one: Numbers, other: Numbers) -> Numbers:
    """Return which part of the smaller of both each of (n, 4) boxes shares with each of (m, 4) others, as (n, m)."""
    return _shared_pairs(one[:, None], other[None])


def _shared_pairs(one: Numbers, other: Numbers) -> Numbers:
    """Return which part of the smaller of both boxes share, (…, 4) and (…, 4) as (…)."""
    wide = np.minimum(one[..., 2], other[..., 2]) - np.maximum(one[..., 0], other[..., 0])
    high = np.minimum(one[..., 3], other[..., 3]) - np.maximum(one[..., 1], other[..., 1])
    shared = np.maximum(wide, 0.0) * np.maximum(high, 0.0)
    parts: Numbers = shared / np.minimum(_areas(one), _areas(other))
    return parts
