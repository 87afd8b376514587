"""Guess from one click where a lesion ends, and let the guess be widened and narrowed from outline to outline.

Outlines around the click, and around the middles of the best of them, are found on rays; the guess is the one that parts two unlike things:
the values within and just beyond differ (J. Lin, Divergence measures based on the Shannon entropy, IEEE Trans. Information Theory 37, 1991,
145–151), the contrast is on all of the outline and as strong everywhere, the click is near its middle, and it is not tiny.  Then the pixels
near the outline have their say, each by how much likelier its value is within than beyond.

Values count in standard deviations of those around the click, and what is four or more away is merely “something else”: so neither the unit
matters, nor whether bone, air or fat is near.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.growing import ONE, Pixel, Spacing, Window, blurred, filled
from annotator.domain.raster import Mask
from annotator.domain.rays import ANGLES, BESIDE, RAYS, STEP, Place, Sight, Singles, closed, contrasts, means, middle
from annotator.domain.seen import Seen, ways

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FAR = 60.0
SIGHT = 1.35
"""So many times as far as an outline may reach the image is looked at: its middle may be elsewhere than the click."""
_FINE = 200
"""Pixels smaller than this part of the distance are seen together."""
_AROUND, _AROUND_COARSE, _COARSE = 4, 2, 2.0
_LEAST_SPREAD = 0.01
_ELSE = 4.0
_LEVELS = 16
_EVEN, _CLEAR, _SIZE, _ASIDE, _STEEP = 0.4, 0.4, 0.06, 0.25, 0.2
"""What counts beside the divergence (bits): evenness, share of clear contrast, logarithm of the size, click beside the middle."""
_MIDDLES, _APART = 3, 0.12
_FLOOR = 0.01
_ENOUGH = 1 << 16
"""So many pixels say what is usual within an outline and beyond."""
_PER_E = 12.0
"""What a pixel e times as far as the outline has against it, in nats of likelihood."""
_BAND = 0.25
"""Logarithm of the distance up to which a pixel may lie beyond the outline, or an outer one within."""
_FADING = 10.0
_BINS, _BLUR, _MOST_BLUR, _EVENED, _SPARE = 32, 1.0, 4.0, 0.7, 4
_OWN = 0.2
"""Share of the guess's size around the click in which values say nothing against a pixel."""


@dataclass(frozen=True, eq=False)
class _Found:
    """An outline: its middle in pixels of the image, its distances (RAYS) in logarithms of mm, and its worth.

    `others` (n, RAYS) are all that were found around that middle and hold the click.
    """

    worth: float
    place: Place
    logs: Floats
    others: Floats


@dataclass(frozen=True, eq=False)
class Proposal:
    """What a click finds, by its own and by wider and narrower outlines around one middle.

    `logs` (n, RAYS) are ever larger outlines in logarithms of mm, `sizes` (n) their means, `own` the size of the guess; `said` is the
    log-likelihood ratio of each of the bins between two values.
    """

    values: NDArray[Any]
    seed: Pixel
    spacing: Spacing
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
        size = self.own + np.log(wider) / 2
        outline = np.array([np.interp(size, self.sizes, ray) for ray in self.logs.T]) + max(size - self.sizes[-1], 0.0)
        window = _window(self.place, float(np.exp(outline.max() + _BAND)), self.spacing, self.values.shape)
        seen = self._seen.of(window)
        likely = _PER_E * seen.depth(outline) + _faded(seen.said, _FADING * float(size - self.own)) > 0
        if size < self.sizes[0]:
            likely &= seen.aside < self._farthest() * np.exp(size - self.sizes[0])
        if self.limit is not None:
            likely &= seen.aside <= self.limit
        found = np.zeros(self.values.shape, dtype=bool)
        found[window] = _holding(likely, (self.seed[0] - window[0].start, self.seed[1] - window[1].start))
        return Mask.of(found)

    @cached_property
    def _seen(self) -> Seen:
        """What of the pixels does not change when the guess is widened."""
        return Seen(self.values.shape, self.spacing, self.place, self.seed, float(np.exp(self.own)), self._say)

    def _say(self, window: Window, aside: Singles) -> Singles:
        """What the values of a window say for the lesion (nats): no more than the band is worth, at the click nothing against a pixel."""
        wide = _wider(window, _SPARE, self.values.shape)
        ratio = self.said[_bins(blurred(self.values, wide, _deviations(self.own, self.spacing)), self.ends)]
        rows, columns = (slice(window[k].start - wide[k].start, window[k].stop - wide[k].start) for k in (0, 1))
        said = np.clip(blurred(ratio, (rows, columns), (_EVENED, _EVENED)), -_PER_E * _BAND, _PER_E * _BAND)
        near = aside <= max(1.5 * max(self.spacing), _OWN * np.exp(self.own))
        return np.asarray(np.where(near, np.maximum(said, 0.0), said), dtype=np.float32)

    def _farthest(self) -> float:
        """How far (mm) the smallest outline reaches from the click."""
        down, right = ((self.seed[k] - self.place[k]) * self.spacing[k] for k in (0, 1))
        radius = np.exp(self.logs[0])
        return float(np.hypot(radius * np.sin(ANGLES) - down, radius * np.cos(ANGLES) - right).max())


def _faded(said: Singles, larger: float) -> Singles:
    """What values say of an outline that is larger than the guess: the larger, the less against a pixel, the smaller, the less for one."""
    if larger >= 0:
        return np.asarray(np.minimum(said + np.float32(larger), np.maximum(said, 0)), dtype=np.float32)
    return np.asarray(np.maximum(said + np.float32(larger), np.minimum(said, 0)), dtype=np.float32)


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
    window = _window(seed, SIGHT * far, spacing, values.shape)
    fine = [max(int(far / _FINE / step), 1) for step in spacing]
    piece = means(np.asarray(values[window], dtype=np.float32), min(fine[0], values.shape[0]), min(fine[1], values.shape[1]))
    if piece.size == 0:
        return None
    step = spacing[0] * fine[0], spacing[1] * fine[1]
    start = tuple((seed[k] - window[k].start + 0.5) / fine[k] - 0.5 for k in (0, 1))
    even = _in_deviations(piece, start, step)
    if even is None:
        return None
    best = _best(Sight.of(even, step, far), (start[0], start[1]), bright=bright)
    if best is None:
        return None
    place = tuple(window[k].start + (best.place[k] + 0.5) * fine[k] - 0.5 for k in (0, 1))
    return _weighed(values, seed, spacing, (place[0], place[1]), best, limit)


def _in_deviations(piece: Singles, start: Sequence[float], step: Spacing) -> Singles | None:
    """The values as standard deviations from those around a place; None where they do not differ."""
    half = _AROUND_COARSE if max(step) > _COARSE else _AROUND
    row, column = (min(max(round(at), 0), size - 1) for at, size in zip(start, piece.shape, strict=True))
    near = piece[max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1].astype(np.float64)
    value = float(np.median(near))
    low, high = np.quantile(piece[::2, ::2], [0.01, 0.99])
    spread = max(1.4826 * float(np.median(np.abs(near - value))), _LEAST_SPREAD * float(high - low))
    return ((piece - value) / spread).astype(np.float32) if np.isfinite(spread) and spread > 0 else None


def _best(sight: Sight, start: Place, *, bright: bool) -> _Found | None:
    """The outline of most worth around the click or a middle of one around it."""
    found = _around(sight, np.array([start]), start, bright=bright)
    places = [start]
    for one in sorted(found, key=lambda one: -one.worth):
        there = middle(one.place, np.exp(one.logs), sight.spacing)
        size = float(np.exp(one.logs).mean())
        if all(_apart(there, other, sight.spacing) > _APART * size for other in places):
            places.append(there)
        if len(places) > _MIDDLES:
            break
    if places[1:]:
        found += _around(sight, np.array(places[1:]), start, bright=bright)
    return max(found, key=lambda one: one.worth, default=None)


def _apart(one: Place, other: Place, spacing: Spacing) -> float:
    return float(np.hypot((one[0] - other[0]) * spacing[0], (one[1] - other[1]) * spacing[1]))


def _around(sight: Sight, places: Floats, start: Place, *, bright: bool) -> list[_Found]:
    """All outlines around places (n, 2) that hold the click, of what is brighter than what is around it and, unless `bright`, darker."""
    seen = sight.along(places)
    contrast = contrasts(seen)
    usual = np.median(np.abs(contrast), axis=(1, 2), keepdims=True) + 1e-6
    steep = contrast / (np.abs(contrast) + usual)
    counted = _counted(np.clip(seen / _ELSE, -1, 1), sight.cells)
    found = []
    for sign in (1.0,) if bright else (1.0, -1.0):
        gains = np.asarray(sign * steep, dtype=np.float32)
        for n, paths in enumerate(closed(gains)):
            down, right = ((start[k] - places[n, k]) * sight.spacing[k] for k in (0, 1))
            aside, ray = float(np.hypot(down, right)), int(np.arctan2(down, right) % (2 * np.pi) / (2 * np.pi) * RAYS) % RAYS
            nearest = np.minimum(paths[ray], paths[(ray + 1) % RAYS])
            own = paths[:, sight.distances[nearest] > aside]
            if own.shape[1]:
                logs = np.log(sight.distances)[own].T
                beside = aside / np.exp(logs[:, ray])
                worth = _worth(gains[n], own, counted[n]) + _SIZE * logs.mean(axis=1) - _ASIDE * beside
                place = float(places[n, 0]), float(places[n, 1])
                found += [_Found(float(w), place, own_logs, logs) for w, own_logs in zip(worth, logs, strict=True)]
    return found


def _counted(seen: Singles, cells: Floats) -> Floats:
    """How much area (any unit) each ray has of each level up to each cell: (n, RAYS, cells + 1, levels)."""
    levels = np.minimum(((seen + 1) * (_LEVELS / 2)).astype(np.int64), _LEVELS - 1)
    found = np.zeros((*seen.shape[:2], seen.shape[2] + 1, _LEVELS))
    np.put_along_axis(found[:, :, 1:], levels[..., None], np.broadcast_to((cells**2)[:, None], (*seen.shape, 1)), axis=3)
    return np.asarray(np.cumsum(found, axis=2), dtype=np.float64)


def _worth(gains: Singles, paths: Ints, counted: Floats) -> Floats:
    """How well outlines (RAYS, n) part what is within from what is beyond, but for their size and place."""
    ray = np.arange(RAYS)[:, None]
    within = counted[ray, paths + BESIDE]
    beyond = counted[ray, paths + 2 * BESIDE] - within
    one, two = (_shares(part.sum(axis=0)) for part in (within, beyond))
    both = (one + two) / 2
    divergence = (one * np.log2(one / both) + two * np.log2(two / both)).sum(axis=1) / 2
    own = gains[ray, paths]
    even = own.mean(axis=0) / np.sqrt((own**2).mean(axis=0) + 1e-9)
    return np.asarray(divergence + _EVEN * even + _CLEAR * (own > _STEEP).mean(axis=0), dtype=np.float64)


def _shares(counts: Floats) -> Floats:
    shares = counts / counts.sum(axis=1, keepdims=True) + _FLOOR
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float64)


def _weighed(values: NDArray[Any], seed: Pixel, spacing: Spacing, place: Place, best: _Found, limit: float | None) -> Proposal:
    """The proposal of an outline, with the outlines around it made to hold one another and its pixels asked what they look like."""
    own = float(best.logs.mean())
    means_of = best.others.mean(axis=1)
    larger, smaller = (best.others[np.argsort(means_of)][np.sort(means_of) > own + STEP / 4], best.others[np.argsort(-means_of)])
    smaller = smaller[np.sort(means_of)[::-1] < own - STEP / 4]
    logs = np.concatenate([
        np.minimum.accumulate(np.concatenate([best.logs[None], smaller]))[:0:-1],
        np.maximum.accumulate(np.concatenate([best.logs[None], larger])),
    ])  # fmt: skip
    window = _window(place, float(np.exp(best.logs.max() + _BAND)), spacing, values.shape)
    depth, own_values = _looked_at(values, window, spacing, place, best.logs)
    near = depth > -_BAND
    ends = (0.0, 1.0)
    if near.any():
        low, high = np.quantile(own_values[near], [0.01, 0.99]).tolist()
        ends = (low, high) if high > low else (low, low + 1.0)
    said = _ratio(own_values, depth > 0, near & (depth <= 0), ends)
    return Proposal(values, seed, spacing, place, logs, logs.mean(axis=1), own, said, ends, limit)


def _looked_at(values: NDArray[Any], window: Window, spacing: Spacing, place: Place, logs: Floats) -> tuple[Floats, Floats]:
    """The depth and the value of a window's pixels, or of blocks of them where they are more than are needed to know what is usual."""
    deviations, size = _deviations(float(logs.mean()), spacing), (window[0].stop - window[0].start) * (window[1].stop - window[1].start)
    many = math.isqrt(size // _ENOUGH)
    if many < 2:
        return _depth(window, place, logs, spacing), blurred(values, window, deviations)
    piece = means(np.asarray(values[window], dtype=np.float32), many, many)
    whole = slice(0, piece.shape[0]), slice(0, piece.shape[1])
    first, second = ((place[k] - window[k].start + 0.5) / many - 0.5 for k in (0, 1))
    depth = _depth(whole, (first, second), logs, (spacing[0] * many, spacing[1] * many))
    return depth, blurred(piece, whole, tuple(deviation / many for deviation in deviations))


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


def _deviations(size: float, spacing: Spacing) -> tuple[float, float]:
    """The pixels by which an image is blurred before its values are asked: a millimetre, less for a small lesion or tiny pixels."""
    first, second = (min(max(0.7, _BLUR / step), 0.15 * float(np.exp(size)) / step, _MOST_BLUR) for step in spacing)
    return first, second


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


def _wider(window: Window, by: int, shape: tuple[int, ...]) -> Window:
    first, second = (slice(max(part.start - by, 0), min(part.stop + by, size)) for part, size in zip(window, shape, strict=True))
    return first, second


def _holding(likely: Bools, seed: Pixel) -> Bools:
    """What hangs together with the seed, without holes; nothing where the seed is not set."""
    from scipy import ndimage

    labels, _ = ndimage.label(likely)
    return filled(labels == labels[seed]) if likely[seed] else np.zeros_like(likely)
