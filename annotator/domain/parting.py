"""Find the outline around a place that best parts two unlike things.

Outlines around the place, around the middles of the best of them, around theirs, and so on are found on rays.  They are judged by how much
the values within and just beyond differ, as a whole and on each side (J. Lin, Divergence measures based on the Shannon entropy, IEEE Trans.
Information Theory 37, 1991, 145–151), whether the contrast is on all of the outline and as strong everywhere, and whether the place is near
its middle; tiny ones are worth less.  Where several are worth about as much, the one is taken that overlaps best with where the lesion may
lie by all of them together.

Values count in standard deviations of those around the place, and what is four or more away is merely “something else”: so neither the unit
matters, nor whether bone, air or fat is near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.domain.growing import Spacing
from annotator.domain.rays import ANGLES, BESIDE, NEAREST, RAYS, Place, Sight, Singles, closed, contrasts, middle

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
View = tuple[Place, float]
_AROUND, _AROUND_COARSE, _COARSE = 4, 2, 2.0
_LEAST_SPREAD = 0.01
_ELSE = 4.0
_LEVELS = 16
_EVEN, _CLEAR, _SIZE, _ASIDE, _STEEP = 0.4, 0.4, 0.06, 0.25, 0.2
"""What counts beside the divergence (bits): evenness, share of clear contrast, logarithm of the size, click beside the middle."""
_BY_SIDE, _SIDES = 0.5, 6
"""And what the mean of the divergences on each of so many sides counts."""
_ROUNDS, _MIDDLES, _APART = 4, 2, 0.12
"""How often the middles of the latest outlines are looked from, of how many of them, and how far apart, in sizes of the outline."""
_OFF = 0.5
"""And what takes from it that a middle that was looked from is not its own, in its sizes: rays from a corner see little of some sides."""
_FLOOR = 0.01
_DOUBT = 0.05
"""How much more (bits) an outline is worth that is e times as likely to be right."""
_UNLIKELY = 5.0
_BETWEEN = 0.2
"""Logarithm of the distance between the points in which outlines are compared."""


@dataclass(frozen=True, eq=False)
class Found:
    """An outline: its middle in pixels of the image, its distances (RAYS) in logarithms of mm, and its worth.

    `sign` is 1 where it holds what is brighter than what is around it, else −1; `others` (n, RAYS) are all of that sign that were found
    around that middle and hold the click.
    """

    worth: float
    place: Place
    sign: float
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
    """Return the outline around the click, or around a middle of one around it, that agrees best with all that are worth something."""
    views = [(start, sign) for sign in ((1.0,) if bright else (1.0, -1.0))]
    found = latest = _around(sight, views, start)
    for _ in range(_ROUNDS):
        middles = _middles(sorted(latest, key=lambda one: -one.worth), views, sight.spacing)
        if not middles:
            break
        views, latest = views + middles, _around(sight, middles, start)
        found = found + latest
    return agreed(found, start, sight.spacing) if found else None


def _middles(found: list[Found], known: list[View], spacing: Spacing) -> list[View]:
    """The middles of outlines, the first ones first, that are not known yet."""
    new: list[View] = []
    for one in found:
        there, size = middle(one.place, np.exp(one.logs), spacing), float(np.exp(one.logs).mean())
        if all(_apart(there, place, spacing) > _APART * size for place, sign in known + new if sign == one.sign):
            new.append((there, one.sign))
        if len(new) == _MIDDLES:
            break
    return new


def agreed(found: list[Found], start: Place, spacing: Spacing) -> Found:
    """Return the outline that overlaps best (Dice) with where the lesion may lie: points are as likely in it as outlines that hold them."""
    worth = np.array([one.worth for one in found])
    likely = np.exp((worth - worth.max()) / _DOUBT)
    some = np.flatnonzero(likely > np.exp(-_UNLIKELY))
    held, areas = held_by([found[n] for n in some], start, spacing)
    within = likely[some] / likely[some].sum() @ held * areas
    overlap = held @ within / (held @ areas + within.sum())
    return found[int(some[overlap.argmax()])]


def held_by(found: list[Found], start: Place, spacing: Spacing) -> tuple[Singles, Singles]:
    """Return which points around a place outlines hold, 1 or 0, as (n, points), and the area that each point stands for (any unit)."""
    least, most = NEAREST * min(spacing) / 2, max(float(one.logs.max()) for one in found) + np.log(2)
    away = np.exp(np.arange(np.log(least), most, _BETWEEN))
    down, right = (np.multiply.outer(turn(ANGLES), away).ravel() for turn in (np.sin, np.cos))
    held = np.empty((len(found), len(down)), np.float32)
    for place in dict.fromkeys(one.place for one in found):
        own = [n for n, one in enumerate(found) if one.place == place]
        first, second = down - (place[0] - start[0]) * spacing[0], right - (place[1] - start[1]) * spacing[1]
        turn = np.arctan2(first, second) % (2 * np.pi) / (2 * np.pi) * RAYS
        ray, part = turn.astype(np.int64) % RAYS, (turn % 1).astype(np.float32)
        logs = np.array([found[n].logs for n in own], dtype=np.float32)
        one, two = logs[:, ray], logs[:, (ray + 1) % RAYS]
        held[own] = one + (two - one) * part > np.log(np.hypot(first, second) + 1e-9).astype(np.float32)
    return held, np.tile(away**2, RAYS).astype(np.float32)


def _apart(one: Place, other: Place, spacing: Spacing) -> float:
    return float(np.hypot((one[0] - other[0]) * spacing[0], (one[1] - other[1]) * spacing[1]))


def _around(sight: Sight, views: list[View], start: Place) -> list[Found]:
    """All outlines around each place, of what is brighter than what is around it (1) or darker (−1), that hold the click."""
    places = list(dict.fromkeys(place for place, _ in views))
    of = [places.index(place) for place, _ in views]
    seen = sight.along(np.array(places))
    contrast = contrasts(seen)
    usual = np.median(np.abs(contrast), axis=(1, 2), keepdims=True) + 1e-6
    steep = contrast / (np.abs(contrast) + usual)
    gains: Singles = np.array([sign for _, sign in views], dtype=np.float32)[:, None, None] * steep[of].astype(np.float32)
    paths = closed(gains)
    logs = np.log(sight.distances)[paths]
    worth = _worth(gains, paths, _counted(np.clip(seen / _ELSE, -1, 1), sight.cells)[of]) + _SIZE * logs.mean(axis=1)
    found = []
    for n, (place, sign) in enumerate(views):
        down, right = ((start[k] - place[k]) * sight.spacing[k] for k in (0, 1))
        aside, ray = float(np.hypot(down, right)), int(np.arctan2(down, right) % (2 * np.pi) / (2 * np.pi) * RAYS) % RAYS
        nearest = np.minimum(paths[n, ray], paths[n, (ray + 1) % RAYS])
        held = np.flatnonzero(sight.distances[nearest] > aside)
        own = logs[n].T[held]
        lost = _ASIDE * aside / np.exp(own[:, ray]) + (_OFF * _lopsided(own) if place != start else 0.0)
        found += [Found(float(w), place, sign, one, own) for w, one in zip(worth[n, held] - lost, own, strict=True)]
    return found


def _lopsided(logs: Floats) -> Floats:
    """How far, in their sizes, the centroids of outlines (n, RAYS) are from the place that they were found around."""
    radii = np.exp(logs)
    down, right = ((radii**3 * turn(ANGLES)).sum(axis=1) * 2 / 3 / (radii**2).sum(axis=1) for turn in (np.sin, np.cos))
    return np.asarray(np.hypot(down, right) / np.exp(logs.mean(axis=1)), dtype=np.float64)


def _counted(seen: Singles, cells: Floats) -> Floats:
    """How much area (any unit) each ray has of each level up to each cell: (n, RAYS, cells + 1, levels)."""
    levels = np.minimum(((seen + 1) * (_LEVELS / 2)).astype(np.int64), _LEVELS - 1)
    found = np.zeros((*seen.shape[:2], seen.shape[2] + 1, _LEVELS))
    np.put_along_axis(found[:, :, 1:], levels[..., None], np.broadcast_to((cells**2)[:, None], (*seen.shape, 1)), axis=3)
    return np.asarray(np.cumsum(found, axis=2), dtype=np.float64)


def _worth(gains: Singles, paths: Ints, counted: Floats) -> Floats:
    """How well outlines (n, RAYS, m) part what is within from what is beyond, but for their size and place, as (n, m)."""
    view, ray = np.arange(len(paths))[:, None, None], np.arange(RAYS)[:, None]
    within, edge = counted[view, ray, paths + BESIDE], counted[view, ray, paths]
    beyond = counted[view, ray, paths + 2 * BESIDE] - within
    sides = [part.reshape(len(part), _SIDES, -1, *part.shape[2:]).sum(axis=2) for part in (within - edge, beyond)]
    own = gains[view, ray, paths]
    even = own.mean(axis=1) / np.sqrt((own**2).mean(axis=1) + 1e-9)
    parted = _divergence(within.sum(axis=1), beyond.sum(axis=1)) + _BY_SIDE * _divergence(*sides).mean(axis=1)
    return np.asarray(parted + _EVEN * even + _CLEAR * (own > _STEEP).mean(axis=1), dtype=np.float64)


def _divergence(one: Floats, two: Floats) -> Floats:
    """How unlike two counts of levels (the last axis) are, in bits: 0 alike, 1 nothing in common."""
    one, two = _shares(one), _shares(two)
    both = (one + two) / 2
    return np.asarray((one * np.log2(one / both) + two * np.log2(two / both)).sum(axis=-1) / 2, dtype=np.float64)


def _shares(counts: Floats) -> Floats:
    shares = counts / counts.sum(axis=-1, keepdims=True) + _FLOOR
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True), dtype=np.float64)


