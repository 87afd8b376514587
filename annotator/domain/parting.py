"""Find the outline around a place that best parts two unlike things.

Outlines around the place, and around the middles of the best of them, are found on rays.  They are judged by how much the values within
and just beyond differ (J. Lin, Divergence measures based on the Shannon entropy, IEEE Trans. Information Theory 37, 1991, 145–151), whether
the contrast is on all of the outline and as strong everywhere, and whether the place is near its middle; tiny ones are worth less.

Values count in standard deviations of those around the place, and what is four or more away is merely “something else”: so neither the unit
matters, nor whether bone, air or fat is near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.domain.growing import Spacing
from annotator.domain.rays import BESIDE, RAYS, Place, Sight, Singles, closed, contrasts, middle

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_AROUND, _AROUND_COARSE, _COARSE = 4, 2, 2.0
_LEAST_SPREAD = 0.01
_ELSE = 4.0
_LEVELS = 16
_EVEN, _CLEAR, _SIZE, _ASIDE, _STEEP = 0.4, 0.4, 0.06, 0.25, 0.2
"""What counts beside the divergence (bits): evenness, share of clear contrast, logarithm of the size, click beside the middle."""
_MIDDLES, _APART = 3, 0.12
_FLOOR = 0.01


@dataclass(frozen=True, eq=False)
class Found:
    """An outline: its middle in pixels of the image, its distances (RAYS) in logarithms of mm, and its worth.

    `others` (n, RAYS) are all that were found around that middle and hold the click.
    """

    worth: float
    place: Place
    logs: Floats
    others: Floats


def in_deviations(piece: Singles, start: Sequence[float], step: Spacing) -> Singles | None:
    """The values as standard deviations from those around a place; None where they do not differ."""
    half = _AROUND_COARSE if max(step) > _COARSE else _AROUND
    row, column = (min(max(round(at), 0), size - 1) for at, size in zip(start, piece.shape, strict=True))
    near = piece[max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1].astype(np.float64)
    value = float(np.median(near))
    low, high = np.quantile(piece[::2, ::2], [0.01, 0.99])
    spread = max(1.4826 * float(np.median(np.abs(near - value))), _LEAST_SPREAD * float(high - low))
    return ((piece - value) / spread).astype(np.float32) if np.isfinite(spread) and spread > 0 else None


def best(sight: Sight, start: Place, *, bright: bool) -> Found | None:
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


def _around(sight: Sight, places: Floats, start: Place, *, bright: bool) -> list[Found]:
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
                found += [Found(float(w), place, own_logs, logs) for w, own_logs in zip(worth, logs, strict=True)]
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


