"""Cut a line where another one crosses or touches it; what runs along the other one is removed.

Every two segments are compared, a stretch of the line at a time, so that a scribble that crosses a scribble takes no more memory than a
straight cut; where one crosses itself it stays whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from annotator.domain.path import Path, Point, Polyline

Numbers = NDArray[np.float64]
MOST = 5_000
"""Places at which one line is cut at most."""
_MOST_MET = 40 * MOST
"""So often segments meet at most: where a line runs along the other one they do at each vertex."""
_STRETCH = 64
"""Segments of the line that are compared at once."""
_NEAR = 1e-7
"""Pixels: what is so near to a vertex is at the vertex."""
_ROUNDING = 1e-12


class TooMany(Exception):
    """The lines cross too often for anybody to mean it."""


def cut(line: Path, knife: Path) -> Path:
    """Return what is left of a line, of as many parts as it is cut into; the line itself where the knife does not reach it.

    An empty path where all of it runs along the knife.  Raises TooMany where it would be cut at more than `MOST` places.
    """
    blades = _segments(knife.parts)
    tree = shapely.STRtree(_lines(blades))
    parts = [piece for part in line.parts for piece in _pieces(part, blades, tree)]
    return line if tuple(parts) == line.parts else Path(tuple(parts))


def _segments(parts: Sequence[Polyline]) -> Numbers:
    """Their segments: (n, 4), from x and y to x and y."""
    found = [np.asarray(part, dtype=np.float64) for part in parts]
    return np.concatenate([np.concatenate([points[:-1], points[1:]], axis=1) for points in found])


def _lines(segments: Numbers) -> NDArray[np.object_]:
    return np.asarray(shapely.linestrings(segments.reshape(-1, 2, 2)), dtype=np.object_)


def _pieces(part: Polyline, blades: Numbers, tree: shapely.STRtree) -> list[Polyline]:
    """The pieces of one part; places on it are numbers of segments, and how far along the segment."""
    own, met, found = _segments([part]), 0, ([np.empty(0)], [np.empty((0, 2))])
    for first in range(0, len(own), _STRETCH):
        stretch = own[first : first + _STRETCH]
        rows, other = tree.query(_lines(stretch))
        cuts, runs = _met(stretch[rows], blades[other], rows + first)
        found[0].append(cuts)
        found[1].append(runs)
        met += len(cuts)
        if met > _MOST_MET:
            raise TooMany
    gone = _joined(_settled(np.concatenate(found[1]), own))
    cuts = np.unique(_settled(np.concatenate(found[0]), own))
    for begin, end in gone:
        cuts = cuts[(cuts < begin) | (cuts > end)]
    stops = sorted({0.0, float(len(own)), *cuts.tolist(), *(end for run in gone for end in run)})
    if len(stops) > MOST:
        raise TooMany
    begun = {begin for begin, _ in gone}
    return [_stretch(part, low, high) for low, high in pairwise(stops) if low not in begun]


def _met(own: Numbers, blades: Numbers, numbers: NDArray[np.intp]) -> tuple[Numbers, Numbers]:
    """Where each of n segments meets its blade: (m,) places, and (k, 2) from where to where both run along each other."""
    way, other, blade = own[:, 2:] - own[:, :2], blades[:, :2] - own[:, :2], blades[:, 2:] - blades[:, :2]
    turn, aside, length = _cross(way, blade), _cross(other, way), (way * way).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        far, there = _cross(other, blade) / turn, aside / turn
        one = (other * way).sum(axis=1) / length
        two = one + (blade * way).sum(axis=1) / length
    crossing = (turn != 0) & (np.abs(far - 0.5) <= 0.5 + _ROUNDING) & (np.abs(there - 0.5) <= 0.5 + _ROUNDING)
    low, high = np.maximum(np.minimum(one, two), 0.0), np.minimum(np.maximum(one, two), 1.0)
    level = (turn == 0) & (aside == 0) & (length > 0)
    touching, along = level & (low == high), level & (low < high)
    cuts = np.concatenate([numbers[crossing] + np.clip(far[crossing], 0.0, 1.0), numbers[touching] + low[touching]])
    return cuts, np.stack([numbers[along] + low[along], numbers[along] + high[along]], axis=1)


def _cross(one: Numbers, other: Numbers) -> Numbers:
    found: Numbers = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return found


def _settled(places: Numbers, own: Numbers) -> Numbers:
    """Places of which those that are no farther than `_NEAR` from a vertex are there."""
    number = np.minimum(places.astype(np.intp), len(own) - 1)
    length, share = np.hypot(*(own[:, 2:] - own[:, :2]).T)[number], places - number
    found: Numbers = np.where(share * length <= _NEAR, number, np.where((1 - share) * length <= _NEAR, number + 1, places))
    return found


def _joined(runs: Numbers) -> list[tuple[float, float]]:
    """Stretches in order, those that meet as one."""
    found = list[tuple[float, float]]()
    for begin, end in sorted(map(tuple, runs.tolist())):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif begin < end:
            found.append((begin, end))
    return found


def _stretch(part: Polyline, low: float, high: float) -> Polyline:
    """What of a part lies between two places."""
    first, last = int(low), int(high)
    between = part[first + 1 : last + (high > last)]
    return _at(part, low), *between, _at(part, high)


def _at(part: Polyline, place: float) -> Point:
    number = int(place)
    share = place - number
    if share == 0.0:
        return part[number]
    (ax, ay), (bx, by) = part[number], part[number + 1]
    return ax + (bx - ax) * share, ay + (by - ay) * share
