"""Guess from one click where a lesion ends, and let the guess be widened and narrowed from outline to outline.

The guess is the outline around the click that best parts two unlike things.  Then the pixels near it have their say, each by how much
likelier its value is within than beyond; where the outline is large they are seen together in blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.coarse import PIXELS, Blocks, above, means
from annotator.domain.growing import ONE, Pixel, Spacing, Window, blurred, filled
from annotator.domain.parting import Found, best, in_deviations
from annotator.domain.raster import Mask
from annotator.domain.rays import ANGLES, STEP, Place, Sight, Singles
from annotator.domain.seen import Seen, ways

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FAR = 60.0
SIGHT = 1.35
"""So many times as far as an outline may reach the image is looked at: its middle may be elsewhere than the click."""
_FINE = 375
"""Pixels smaller than this part of the distance are seen together."""
_ENOUGH, _COARSER, _COARSEST = 60, 3, 1.0
"""The blocks that an outline may be wide, to a side of its middle, before they are so many times as large, and how large (mm) at most."""
_FLOOR = 0.01
_PER_E = 12.0
"""What a pixel e times as far as the outline has against it, in nats of likelihood."""
_BAND = 0.25
"""Logarithm of the distance up to which a pixel may lie beyond the outline, or an outer one within."""
_FADING = 10.0
_BINS, _BLUR, _MOST_BLUR, _EVENED, _SPARE = 32, 1.0, 4.0, 0.7, 4
_OWN = 0.2
"""Share of the guess's size around the click in which values say nothing against a pixel."""
_HARDLY = 1e-6


@dataclass(frozen=True, eq=False)
class _Ground:
    """An image of a `shape` seen in blocks: their values (rows, columns) and their spacing in mm, and the click, which lies in the image.

    Places, the click's, too, are counted in blocks from the centre of the first one.
    """

    values: NDArray[Any]
    blocks: Blocks
    shape: tuple[int, ...]
    spacing: Spacing
    seed: Place

    @cached_property
    def coarser(self) -> _Ground:
        """The same in larger blocks, which are no longer than wide as far as may be."""
        by = tuple(_COARSER if own < 2 * other else 1 for own, other in (self.spacing, self.spacing[::-1]))
        blocks = self.blocks[0] * by[0], self.blocks[1] * by[1]
        spacing, seed = (self.spacing[0] * by[0], self.spacing[1] * by[1]), _in_blocks(self.seed, (by[0], by[1]))
        return _Ground(means(self.values, (by[0], by[1])), blocks, self.shape, spacing, seed)

    def deviations(self, size: float) -> tuple[float, float]:
        """The blocks by which values are blurred before they are asked: a millimetre, less in a small lesion (log of mm) or tiny pixels."""
        first, second = (
            min(max(0.7, _BLUR * by / step), 0.15 * float(np.exp(size)) * by / step, _MOST_BLUR) / by
            for by, step in zip(self.blocks, self.spacing, strict=True)
        )
        return first, second


@dataclass(frozen=True, eq=False)
class Proposal:
    """What a click finds, by its own and by wider and narrower outlines around one middle.

    `logs` (n, RAYS) are ever larger outlines in logarithms of mm around the `place`, `sizes` (n) their means, `own` the size of the guess;
    `said` is the log-likelihood ratio of each of the bins between two values.
    """

    ground: _Ground
    place: Place
    logs: Floats
    sizes: Floats
    own: float
    said: Floats
    ends: tuple[float, float]
    limit: float | None

    def grown(self, wider: float = 1.0) -> Mask:
        """Return the pixels that are found with about `wider` (> 0) times the area of the guess: more hold all that fewer held.

        They hang together, have no holes, and hold the seed.
        """
        ground, size = self.ground, self.own + np.log(wider) / 2
        outline = np.array([np.interp(size, self.sizes, ray) for ray in self.logs.T]) + max(size - self.sizes[-1], 0.0)
        window = _window(self.place, float(np.exp(outline.max() + _BAND)), ground.spacing, ground.values.shape)
        seen = self._seen.of(window)
        field: Singles = _PER_E * seen.depth(outline) + _faded(seen.said, _FADING * float(size - self.own))
        if size < self.sizes[0]:
            field = np.minimum(field, np.float32(self._farthest() * np.exp(size - self.sizes[0])) - seen.aside)
        if self.limit is not None:
            field = np.minimum(field, np.float32(self.limit - self._astray()) - seen.aside)
        found, where = above(_held(field, _around(ground.seed, window)), ground.blocks, window, ground.shape)
        return Mask.of(found).laid(ground.shape, (where[0].start, where[1].start))

    @cached_property
    def _seen(self) -> Seen:
        """What of the blocks does not change when the guess is widened."""
        ground = self.ground
        return Seen(ground.values.shape, ground.spacing, self.place, ground.seed, float(np.exp(self.own)), self._say)

    def _say(self, window: Window, aside: Singles) -> Singles:
        """What the values of a window say for the lesion (nats): no more than the band is worth, at the click nothing against a pixel."""
        values, spacing = self.ground.values, self.ground.spacing
        wide = _wider(window, _SPARE, values.shape)
        ratio = self.said[_bins(blurred(values, wide, self.ground.deviations(self.own)), self.ends)]
        rows, columns = (slice(window[k].start - wide[k].start, window[k].stop - wide[k].start) for k in (0, 1))
        said = np.clip(blurred(ratio, (rows, columns), (_EVENED, _EVENED)), -_PER_E * _BAND, _PER_E * _BAND)
        near = aside <= max(1.5 * max(spacing), _OWN * np.exp(self.own))
        return np.asarray(np.where(near, np.maximum(said, 0.0), said), dtype=np.float32)

    def _farthest(self) -> float:
        """How far (mm) the smallest outline reaches from the click."""
        seed, spacing = self.ground.seed, self.ground.spacing
        down, right = ((seed[k] - self.place[k]) * spacing[k] for k in (0, 1))
        radius = np.exp(self.logs[0])
        return float(np.hypot(radius * np.sin(ANGLES) - down, radius * np.cos(ANGLES) - right).max())

    def _astray(self) -> float:
        """How far (mm) a pixel may lie from where what is said of it is said: those of the last blocks, where some are left over."""
        down, right = ((by - 1) * step / by for by, step in zip(self.ground.blocks, self.ground.spacing, strict=True))
        return float(np.hypot(down, right))


def _faded(said: Singles, larger: float) -> Singles:
    """What values say of an outline that is larger than the guess: the larger, the less against a pixel, the smaller, the less for one."""
    if larger >= 0:
        return np.asarray(np.minimum(said + np.float32(larger), np.maximum(said, 0)), dtype=np.float32)
    return np.asarray(np.maximum(said + np.float32(larger), np.minimum(said, 0)), dtype=np.float32)


def _held(field: Singles, click: Window) -> Singles:
    """A field that is above nothing where it hangs together with the click, which it holds, and in holes there, and nowhere else."""
    from scipy import ndimage

    field[click] = np.maximum(field[click], _HARDLY)
    labels, _ = ndimage.label(field > 0)
    part = filled(labels == labels[click][0, 0])
    return np.asarray(np.where(part, np.maximum(field, _HARDLY), np.minimum(field, -_HARDLY)), dtype=np.float32)


def proposed(
    values: NDArray[Any], seed: Pixel, spacing: Spacing = ONE, *, limit: float | None = None, bright: bool = False
) -> Proposal | None:
    """Return what a click on a pixel (row, column) may mean; None outside of the image and where all is alike.

    `values` is (rows, columns); `spacing` (row, column) in mm, without it lengths are in pixels.  No pixel is farther from the seed than
    `limit` (mm; without it an outline reaches 60).  `bright`: only what is brighter than what is around it, as uptake is (that a PET lesion
    ends where the uptake changes most: M. Werner-Wasik et al., What is the best way to contour lung tumors on PET scans?, Int. J. Radiation
    Oncology Biology Physics 82, 2012, 1164–1171).
    """
    if not (0 <= seed[0] < values.shape[0] and 0 <= seed[1] < values.shape[1]):
        return None
    far = limit or FAR
    pixels = ground = _Ground(values, PIXELS, values.shape, spacing, (float(seed[0]), float(seed[1])))
    while min(ground.spacing) < far / _FINE:
        ground = ground.coarser
    window = _window(ground.seed, SIGHT * far, ground.spacing, ground.values.shape)
    piece = np.asarray(ground.values[window], dtype=np.float32)
    start = ground.seed[0] - window[0].start, ground.seed[1] - window[1].start
    even = in_deviations(piece, start, ground.spacing)
    found = best(Sight.of(even, ground.spacing, far), start, bright=bright) if even is not None else None
    if found is None:
        return None
    place = _in_pixels((found.place[0] + window[0].start, found.place[1] + window[1].start), ground.blocks)
    size, ground = float(np.exp(found.logs.mean())), pixels
    while size > _ENOUGH * min(ground.spacing) and _COARSER * min(ground.spacing) < _COARSEST:
        ground = ground.coarser
    return _weighed(ground, _in_blocks(place, ground.blocks), found, limit)


def _in_blocks(place: Place, blocks: Blocks) -> Place:
    return (place[0] + 0.5) / blocks[0] - 0.5, (place[1] + 0.5) / blocks[1] - 0.5


def _in_pixels(place: Place, blocks: Blocks) -> Place:
    return (place[0] + 0.5) * blocks[0] - 0.5, (place[1] + 0.5) * blocks[1] - 0.5


def _weighed(ground: _Ground, place: Place, found: Found, limit: float | None) -> Proposal:
    """The proposal of an outline, with the outlines around it made to hold one another and its pixels asked what they look like."""
    own = float(found.logs.mean())
    means_of = found.others.mean(axis=1)
    larger, smaller = (found.others[np.argsort(means_of)][np.sort(means_of) > own + STEP / 4], found.others[np.argsort(-means_of)])
    smaller = smaller[np.sort(means_of)[::-1] < own - STEP / 4]
    logs = np.concatenate([
        np.minimum.accumulate(np.concatenate([found.logs[None], smaller]))[:0:-1],
        np.maximum.accumulate(np.concatenate([found.logs[None], larger])),
    ])  # fmt: skip
    window = _window(place, float(np.exp(found.logs.max() + _BAND)), ground.spacing, ground.values.shape)
    depth, own_values = _depth(window, place, found.logs, ground.spacing), blurred(ground.values, window, ground.deviations(own))
    near = depth > -_BAND
    ends = (0.0, 1.0)
    if near.any():
        low, high = np.quantile(own_values[near], [0.01, 0.99]).tolist()
        ends = (low, high) if high > low else (low, low + 1.0)
    said = _ratio(own_values, depth > 0, near & (depth <= 0), ends)
    return Proposal(ground, place, logs, logs.mean(axis=1), own, said, ends, limit)


def _ratio(values: Floats, within: Bools, beyond: Bools, ends: tuple[float, float]) -> Floats:
    """The logarithm of how much likelier each bin of values is within than beyond (smoothed histograms)."""
    from scipy import ndimage

    if not within.any() or not beyond.any():
        return np.zeros(_BINS)
    counts = [np.bincount(_bins(values[part], ends), minlength=_BINS).astype(np.float64) for part in (within, beyond)]
    one, two = (ndimage.gaussian_filter1d(count, 1.5, mode="nearest") / count.sum() + _FLOOR for count in counts)
    return np.asarray(np.log(one / two), dtype=np.float64)


def _bins(values: Floats, ends: tuple[float, float]) -> Ints:
    return np.clip((values - ends[0]) / (ends[1] - ends[0]) * _BINS, 0, _BINS - 1).astype(np.int64)


def _depth(window: Window, place: Place, logs: Floats, spacing: Spacing) -> Floats:
    """By which logarithm each pixel's centre is nearer to a place than the outline on its ray."""
    down, right = ways(window, place, spacing)
    outline = np.interp(np.arctan2(down, right) % (2 * np.pi), np.append(ANGLES, 2 * np.pi), np.append(logs, logs[0]))
    return np.asarray(outline - np.log(np.maximum(np.hypot(down, right), 1e-9)), dtype=np.float64)


def _window(place: Sequence[float], reach: float, spacing: Spacing, shape: tuple[int, ...]) -> Window:
    first, second = (
        slice(max(int(at - reach / step) - 1, 0), min(int(at + reach / step) + 3, size))
        for at, step, size in zip(place, spacing, shape, strict=True)
    )
    return first, second


def _around(place: Place, window: Window) -> Window:
    """The blocks of a window between whose centres a place lies, or the outermost one beside it."""
    first, second = (
        slice(max(int(np.floor(at)) - part.start, 0), min(int(np.ceil(at)), part.stop - 1) - part.start + 1)
        for at, part in zip(place, window, strict=True)
    )
    return first, second


def _wider(window: Window, by: int, shape: tuple[int, ...]) -> Window:
    first, second = (slice(max(part.start - by, 0), min(part.stop + by, size)) for part, size in zip(window, shape, strict=True))
    return first, second
