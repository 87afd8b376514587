"""Fill in a lesion between the slices on which it was drawn, by the shapes alone: nobody looks at the image here.

The shapes of neighbouring drawn slices become maps of the signed distance from their outline (mm, positive inside); at a slice between
them the maps are blended, and where the blend is positive the lesion is (shape-based interpolation: Raya and Udupa, IEEE Trans. Med.
Imaging 9, 1990, 32–42).  Three things are added:

- Both maps are first moved so that the shapes' centroids meet: an oblique lesion is followed.  This is left out where the shapes agree
  better as they lie, as where something grows on one side of a ring.
- The blend is cubic where further drawn slices follow, with the slopes of Fritsch and Butland (SIAM J. Sci. Stat. Comput. 5, 1984,
  300–304): a round lesion bulges as it should, and yet no value leaves the range of the two maps that it lies between.
- Parts are dealt with one by one: those that overlap, and of the others the nearest, belong together; a part without a counterpart
  shrinks away to its deepest point on the way to the other slice.

Of two shapes one of which holds the other, all that is found between lies between.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.domain.raster import Mask

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Labels = NDArray[np.int32]
Parts = frozenset[int]
_MARGIN = 2
_NOTHING = 1e-9
"""Millimetres from the outline that rounding may make of none: such a pixel is outside."""
_REACH = 2.0
"""Parts that do not overlap belong together up to so many times the sum of their radii, centroid to centroid."""


def interpolated(drawn: Mapping[float, Mask], at: Sequence[float], spacing: tuple[float, float]) -> Mapping[float, Mask]:
    """Return the lesion's mask at positions between drawn slices.

    `drawn` and `at` count millimetres along the slices' axis, `spacing` is (row, column) in mm.  A drawn slice has its own mask; an empty
    one says that the lesion is not there, and its neighbours shrink away towards it.  Positions before the first or behind the last drawn
    slice are left out: nothing is extrapolated.  Raises ValueError where the masks are of images of different size.
    """
    places = sorted(drawn)
    if len({(mask.rows, mask.columns) for mask in drawn.values()}) > 1:
        raise ValueError("masks of images of different size")
    found = {place: drawn[place] for place in at if place in drawn}
    wanted: dict[int, list[float]] = {}
    for place in at:
        after = bisect_left(places, place)
        if place not in found and 0 < after < len(places):
            wanted.setdefault(after - 1, []).append(place)
    for before, between in wanted.items():
        first, stop = max(before - 1, 0), min(before + 3, len(places))
        near = [drawn[place] for place in places[first:stop]]
        found |= zip(between, _between(places[first:stop], near, before - first, between, spacing), strict=True)
    return found


def _between(places: Sequence[float], masks: Sequence[Mask], before: int, at: Sequence[float], spacing: tuple[float, float]) -> list[Mask]:
    """The masks at positions between the drawn slices `before` and `before` + 1, given with the ones beside them, if there are any."""
    rows, columns = masks[0].rows, masks[0].columns
    top, left, low, right = _box(masks)
    if low <= top:
        return [Mask.none(rows, columns) for _ in at]
    results = np.zeros((len(at), low - top, right - left), dtype=bool)
    for part in _lesion_parts(places, [mask.array()[top:low, left:right] for mask in masks], before):
        part.draw(at, results, spacing)
    around = ((top, rows - low), (left, columns - right))
    return [Mask.of(np.pad(result, around)) for result in results]


@dataclass(frozen=True, eq=False)
class _LesionPart:
    """What belongs together on two neighbouring drawn slices and, where it goes on alike, on those beside them; one side may be empty."""

    places: Sequence[float]
    shapes: Sequence[Bools]
    before: int

    def draw(self, at: Sequence[float], results: Bools, spacing: tuple[float, float]) -> None:
        """Set its pixels at positions between the two slices in `results` (positions, rows, columns)."""
        one, two = self.shapes[self.before], self.shapes[self.before + 1]
        if not one.any() or not two.any():
            self._shrink(at, results, spacing)
            return
        centres = np.array([_centre(shape) for shape in self.shapes])
        moved = _agree_better_moved(one, two, centres[self.before + 1] - centres[self.before])
        room = _MARGIN + (int(np.ceil(np.abs(centres[:, None] - centres[None]).max())) if moved else 0)
        maps = np.array([_signed_distance(np.pad(shape, room), spacing) for shape in self.shapes])
        for place, result in zip(at, results, strict=True):
            there = maps if not moved else _moved(maps, _blend(self.places, centres, self.before, place) - centres)
            grown = _blend(self.places, there, self.before, place)[room:-room, room:-room] > _NOTHING
            if not (one & ~two).any() or not (two & ~one).any():
                grown = (grown | (one & two)) & (one | two)
            result |= grown

    def _shrink(self, at: Sequence[float], results: Bools, spacing: tuple[float, float]) -> None:
        """Let a part without a counterpart become as deep less as the other slice is nearer."""
        here, there = (self.before, self.before + 1) if self.shapes[self.before].any() else (self.before + 1, self.before)
        depth = _signed_distance(np.pad(self.shapes[here], _MARGIN), spacing)[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
        for place, result in zip(at, results, strict=True):
            result |= depth > depth.max() * (place - self.places[here]) / (self.places[there] - self.places[here])


def _lesion_parts(places: Sequence[float], shapes: Sequence[Bools], before: int) -> list[_LesionPart]:
    """Take apart what lies between two slices, and let each go on to the slices beside them where the same parts are met there."""
    from scipy import ndimage

    corners = np.ones((3, 3), dtype=bool)
    labels = [np.asarray(ndimage.label(shape, corners)[0], dtype=np.int32) for shape in shapes]
    pairs = [_belonging(one, two) for one, two in zip(labels[:-1], labels[1:], strict=True)]
    found = []
    for one, two in pairs[before]:
        chain = [(before, one), (before + 1, two)]
        if one and two:
            if before > 0:
                chain = [(before - 1, earlier) for earlier, parts in pairs[before - 1] if parts == one and earlier] + chain
            if before + 1 < len(pairs):
                chain += [(before + 2, later) for parts, later in pairs[before + 1] if parts == two and later]
        picked = [np.isin(labels[slice_], list(parts)) for slice_, parts in chain]
        found.append(_LesionPart([places[slice_] for slice_, _ in chain], picked, [slice_ for slice_, _ in chain].index(before)))
    return found


def _belonging(one: Labels, two: Labels) -> list[tuple[Parts, Parts]]:
    """Which parts (by their numbers) of two labelled slices belong together; one side is empty where a part has no counterpart."""
    groups: list[tuple[Parts, Parts]] = [(frozenset({n}), frozenset()) for n in range(1, int(one.max()) + 1)]
    groups += [(frozenset(), frozenset({n})) for n in range(1, int(two.max()) + 1)]
    both = (one > 0) & (two > 0)
    for a, b in sorted(set(zip(one[both].tolist(), two[both].tolist(), strict=True))):
        groups = _united(groups, a, b)
    alone = [next(iter(a)) for a, b in groups if not b], [next(iter(b)) for a, b in groups if not a]
    if all(alone):
        for a, b in _nearest(one, two, *alone, always=not both.any()):
            groups = _united(groups, a, b)
    return groups


def _united(groups: Sequence[tuple[Parts, Parts]], a: int, b: int) -> list[tuple[Parts, Parts]]:
    touched = [group for group in groups if a in group[0] or b in group[1]]
    rest = [group for group in groups if group not in touched]
    return [*rest, (frozenset().union(*(one for one, _ in touched)), frozenset().union(*(two for _, two in touched)))]


def _nearest(one: Labels, two: Labels, these: Sequence[int], those: Sequence[int], *, always: bool) -> list[tuple[int, int]]:
    """Pair parts that overlap nothing, nearest first and within reach; with `always` the nearest two whatever lies between them."""
    ways = sorted(_way(one == a, two == b, a, b) for a in these for b in those)
    pairs: list[tuple[int, int]] = []
    for way, radii, a, b in ways:
        free = all(a != c and b != d for c, d in pairs)
        if free and (way <= _REACH * radii or (always and not pairs)):
            pairs.append((a, b))
    return pairs


def _way(one: Bools, two: Bools, a: int, b: int) -> tuple[float, float, int, int]:
    """Distance of two parts' centroids and the sum of their radii (of discs as large), in pixels, with their numbers."""
    down, right = _centre(two) - _centre(one)
    return float(np.hypot(down, right)), float((np.sqrt(one.sum()) + np.sqrt(two.sum())) / np.sqrt(np.pi)), a, b


def _agree_better_moved(one: Bools, two: Bools, step: Floats) -> bool:
    """Whether two shapes share at least as much once the first is moved by `step` (whole pixels are near enough)."""
    down, right = np.rint(step).astype(int)
    row, column = np.nonzero(one)
    row, column = row + down, column + right
    within = (row >= 0) & (row < two.shape[0]) & (column >= 0) & (column < two.shape[1])
    return bool(two[row[within], column[within]].sum() >= (one & two).sum())


def _signed_distance(shape: Bools, spacing: tuple[float, float]) -> Floats:
    """Distance of each pixel's centre from the outline (mm), positive inside; the outline runs half a pixel from the outermost centres."""
    from scipy import ndimage

    inside, outside = (ndimage.distance_transform_edt(part, sampling=spacing) for part in (shape, ~shape))
    half = min(spacing) / 2
    return np.where(shape, inside - half, half - outside)


def _moved(maps: Floats, steps: Floats) -> Floats:
    from scipy import ndimage

    return np.array([ndimage.shift(one, step, order=1, mode="nearest") for one, step in zip(maps, steps, strict=True)])


def _centre(shape: Bools) -> Floats:
    row, column = np.nonzero(shape)
    return np.array([row.mean(), column.mean()])


def _blend(places: Sequence[float], values: Floats, before: int, at: float) -> Floats:
    """A value between `values[before]` and the next one (cubic Hermite, slopes of Fritsch and Butland; linear where there are two)."""
    steps = np.diff(places)
    slopes = [(after - first) / step for first, after, step in zip(values[:-1], values[1:], steps, strict=True)]
    own, step = slopes[before], steps[before]
    starting = _slope(slopes[before - 1], own, steps[before - 1], step) if before > 0 else None
    ending = _slope(own, slopes[before + 1], step, steps[before + 1]) if before + 1 < len(slopes) else None
    start = starting if starting is not None else own if ending is None else (3 * own - ending) / 2
    end = ending if ending is not None else own if starting is None else (3 * own - starting) / 2
    t = (at - places[before]) / step
    straight = (1 - t) * values[before] + t * values[before + 1]
    found: Floats = straight + step * t * (1 - t) * ((1 - t) * (start - own) - t * (end - own))
    return found


def _slope(earlier: Floats, later: Floats, before: float, after: float) -> Floats:
    """The harmonic mean of the slopes on both sides, weighted by the widths; none where they differ in direction."""
    first, second = (before + 2 * after) / 3, (2 * before + after) / 3
    alike = earlier * later > 0
    found: Floats = np.zeros_like(earlier)
    np.divide((first + second) * earlier * later, first * later + second * earlier, out=found, where=alike)
    return found


def _box(masks: Sequence[Mask]) -> tuple[int, int, int, int]:
    """First row and column, and those after the last, of all masks together."""
    runs = np.concatenate([mask.row_runs for mask in masks])
    if not len(runs):
        return 0, 0, 0, 0
    return int(runs[:, 0].min()), int(runs[:, 1].min()), int(runs[:, 0].max()) + 1, int(runs[:, 2].max())
