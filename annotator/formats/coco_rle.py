"""Know how COCO's own decoder sees a mask: its run lengths, its way to write them as a text, and its way to fill a polygon.

A COCO mask runs down the columns, one column after the other.  `Mask` runs along the rows; so COCO's mask is that of the image with rows
and columns exchanged (`transposed`), and its run lengths are the distances between that mask's bounds.

The text: each number is written in groups of five bits, the lowest first, as the character with code 48 + group; 32 more says that another
group follows; the last group carries the sign.  From the fourth number on the difference to the last but one is written in its place.

A polygon is filled on a grid five times as fine: its corners are rounded to fifths of a pixel, each edge is drawn as a chain of grid points
(one step along its longer side at a time), and where a chain crosses the middle of a column of pixels it switches between outside and
inside, from the first pixel on whose centre does not lie above the higher of the two points around that crossing.  Outlines along pixel
edges therefore set what the product's own rule sets; others mostly do not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotator.domain.delivered import box_of
from annotator.domain.path import Point
from annotator.domain.raster import Ints, Mask
from annotator.domain.region import Ring

_FINE = 5
_GROUPS = 8


def transposed(mask: Mask) -> Mask:
    """Return the mask of the image whose rows are this one's columns."""
    if mask.empty:
        return Mask.none(mask.columns, mask.rows)
    x1, y1, x2, y2 = box_of(mask)
    row, left, right = mask.row_runs.T
    steps = np.zeros((y2 - y1 + 2, x2 - x1 + 1), dtype=np.int8)
    steps[row - y1 + 1, left - x1] = 1
    steps[row - y1 + 1, right - x1] = -1
    inside = np.cumsum(steps[:, :-1], axis=1, dtype=np.int8)
    column, place = np.nonzero((inside[1:] != inside[:-1]).T)
    return Mask(mask.columns, mask.rows, _once((column + x1) * mask.rows + place + y1))


def counts_of(mask: Mask) -> Ints:
    """Return COCO's run lengths of a mask: pixels outside, inside, outside …, down the columns."""
    bounds = transposed(mask).bounds
    total = mask.rows * mask.columns
    ends = bounds if len(bounds) and bounds[-1] == total else np.append(bounds, total)
    return np.diff(ends, prepend=0)


def mask_of(counts: Ints, rows: int, columns: int) -> Mask:
    """Return the mask with these run lengths; raises ValueError where they are negative or more than the image has pixels."""
    if len(counts) and (int(counts.min()) < 0 or int(counts.max()) > rows * columns):
        raise ValueError("a run length out of range")
    ends = np.cumsum(counts, dtype=np.int64)
    if len(ends) and int(ends[-1]) > rows * columns:
        raise ValueError("more pixels than the image has")
    if len(ends) % 2:
        ends = ends[:-1]
    return transposed(Mask(columns, rows, _once(ends)))


def encode(counts: Ints) -> str:
    """Write run lengths as COCO's text."""
    values = counts.astype(np.int64)
    values[3:] -= counts[1:-2]
    shifted = values[:, None] >> (5 * np.arange(_GROUPS + 1))
    groups = shifted[:, :-1] & 31
    rest = shifted[:, 1:]
    more = np.where(groups & 16, rest != -1, rest != 0)
    used = np.concatenate([np.ones((len(values), 1), dtype=bool), more[:, :-1]], axis=1)
    used = np.logical_and.accumulate(used, axis=1)
    return bytes((groups + 48 + 32 * more)[used].astype(np.uint8)).decode("ascii")


def decode(text: str) -> Ints:
    """Read run lengths out of COCO's text; raises ValueError for anything else."""
    codes = np.frombuffer(text.encode("ascii"), dtype=np.uint8).astype(np.int64) - 48
    if not len(codes):
        return np.empty(0, dtype=np.int64)
    if int(codes.min()) < 0 or int(codes.max()) > 63 or int(codes[-1]) >= 32:
        raise ValueError("no run lengths")
    last = codes < 32
    number = np.concatenate(([0], np.cumsum(last)[:-1]))
    starts = np.flatnonzero(np.concatenate(([True], last[:-1])))
    place = np.arange(len(codes)) - starts[number]
    if int(place.max()) >= _GROUPS:
        raise ValueError("a run length out of range")
    values = np.zeros(len(starts), dtype=np.int64)
    np.add.at(values, number, (codes & 31) << (5 * place))
    ends = np.flatnonzero(last)
    values -= np.where(codes[ends] & 16, np.int64(1) << (5 * (place[ends] + 1)), 0)
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def polygon_mask(rings: Sequence[Ring], rows: int, columns: int) -> Mask:
    """Return what COCO's decoder makes of polygons: the union of each one's pixels, transposed (an image of `columns` rows)."""
    filled = Mask.none(columns, rows)
    for ring in rings:
        filled = filled | Mask(columns, rows, _switches(ring, rows, columns))
    return filled


def _switches(ring: Sequence[Point], rows: int, columns: int) -> Ints:
    """Where the filling of one polygon switches, as flat indices down the columns."""
    corners = np.trunc(np.asarray(ring, dtype=np.float64) * _FINE + 0.5)
    ends = np.roll(corners, -1, axis=0)
    far = np.abs(ends - corners)
    moved = far.max(axis=1) > 0
    a, b, far = corners[moved], ends[moved], far[moved]
    if not len(a):
        return np.empty(0, dtype=np.int64)
    wide = far[:, 0] >= far[:, 1]
    along = np.where(wide, 0, 1)
    each = np.arange(len(a))
    back = a[each, along] > b[each, along]
    low, high = np.where(back[:, None], b, a), np.where(back[:, None], a, b)
    length = far[each, along].astype(np.int64)
    slope = (high - low)[each, 1 - along] / length
    edge = np.repeat(each, length)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(length) - length, length)
    near = [_chain(low[edge], along[edge], slope[edge], step + more) for more in (0, 1)]
    column, line = (np.minimum(near[0][axis], near[1][axis]) for axis in (0, 1))
    crossing = (near[0][0] != near[1][0]) & (column % _FINE == _FINE // 2)
    column, line = column[crossing] // _FINE, np.clip((line[crossing] + _FINE // 2) // _FINE, 0, rows)
    inside = (column >= 0) & (column < columns)
    return _once(np.sort(column[inside] * rows + line[inside]))


def _chain(
    low: NDArray[np.float64], along: NDArray[np.int64], slope: NDArray[np.float64], step: NDArray[np.int64]
) -> tuple[Ints, Ints]:
    """The grid point (x, y) of edges after so many steps along their longer side."""
    each = np.arange(len(low))
    ahead = low[each, along] + step
    aside = np.trunc(low[each, 1 - along] + slope * step + 0.5)
    x, y = np.where(along == 0, ahead, aside), np.where(along == 0, aside, ahead)
    return x.astype(np.int64), y.astype(np.int64)


def _once(places: Ints) -> Ints:
    """Of sorted places those that occur an odd number of times, once: two switches at one place are none."""
    if not len(places):
        return places
    starts = np.flatnonzero(np.append(True, places[1:] != places[:-1]))
    odd = np.diff(starts, append=len(places)) % 2 == 1
    kept: Ints = places[starts[odd]]
    return kept
