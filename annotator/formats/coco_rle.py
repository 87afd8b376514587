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
from functools import reduce
from operator import or_

import numpy as np

from annotator.domain.delivered import box_of
from annotator.domain.path import Point
from annotator.domain.raster import Floats, Ints, Mask
from annotator.domain.region import Ring

_FINE = 5
_GROUPS = 8


def transposed(mask: Mask) -> Mask:
    """Return the mask of the image whose rows are this one's columns."""
    if mask.empty:
        return Mask.none(mask.columns, mask.rows)
    x1, y1, x2, y2 = box_of(mask)
    row, left, right = mask.row_runs.T
    high = y2 - y1 + 2
    steps = np.zeros((x2 - x1 + 1, high), dtype=np.int8)
    steps[left - x1, row - y1 + 1] = 1
    steps[right - x1, row - y1 + 1] = -1
    inside = np.cumsum(steps[:-1], axis=0, dtype=np.int8).ravel()
    column, place = np.divmod(np.flatnonzero(inside[1:] != inside[:-1]), high)
    return Mask(mask.columns, mask.rows, _once((column + x1) * mask.rows + place + y1))


def counts_of(down: Mask) -> Ints:
    """Return COCO's run lengths of a mask that is transposed: pixels outside, inside, outside …, down the columns."""
    bounds, total = down.bounds, down.rows * down.columns
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
    filled = [Mask(columns, rows, _switches(ring, rows, columns)) for ring in rings]
    return reduce(or_, filled) if filled else Mask.none(columns, rows)


def _switches(ring: Sequence[Point], rows: int, columns: int) -> Ints:
    """Where the filling of one polygon switches, as flat indices down the columns."""
    corners = np.trunc(np.asarray(ring, dtype=np.float64) * _FINE + 0.5)
    ends = np.concatenate((corners[1:], corners[:1]))
    across = corners[:, 0] != ends[:, 0]
    (ax, ay), (bx, by) = corners[across].T, ends[across].T
    wide = abs(bx - ax) >= abs(by - ay)
    back = np.where(wide, ax > bx, ay > by)
    x1, y1, x2, y2 = np.where(back, (bx, by, ax, ay), (ax, ay, bx, by))
    slope = np.where(wide, y2 - y1, x2 - x1) / np.where(wide, x2 - x1, y2 - y1)
    first, stop = (np.ceil((np.array((np.minimum(x1, x2), np.maximum(x1, x2))) - _FINE // 2) / _FINE)).clip(0, columns)
    count = (stop - first).astype(np.int64)
    edge = np.repeat(np.arange(len(count)), count)
    column = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count - first.astype(np.int64), count)
    middle, wide = column * float(_FINE) + _FINE // 2, wide[edge]
    x, y, slope = x1[edge], y1[edge], slope[edge]
    line = np.empty(len(edge))
    line[wide] = _on_wide(x[wide], y[wide], slope[wide], middle[wide])
    wide = ~wide
    line[wide] = _on_steep(x[wide], y[wide], slope[wide], middle[wide])
    row = np.floor((line + _FINE // 2) / _FINE).clip(0, rows).astype(np.int64)
    return _once(np.sort(column * rows + row))


def _on_wide(x: Floats, y: Floats, slope: Floats, middle: Floats) -> Floats:
    """The higher of the two grid points around a column's middle, on chains that begin at (x, y) and go right step by step."""
    step = middle - x
    return np.minimum(np.trunc(y + slope * step + 0.5), np.trunc(y + slope * (step + 1) + 0.5))


def _on_steep(x: Floats, y: Floats, slope: Floats, middle: Floats) -> Floats:
    """The same on chains that go down step by step: the last grid point before the middle is passed."""
    step = np.floor((middle + 0.5 - x) / slope)  # rounding may put this one off; the chain's own arithmetic decides
    right = slope > 0
    passed = [(np.trunc(x + slope * (step + more) + 0.5) <= middle) != right for more in (0, 1)]
    line: Floats = y + step + 1 - passed[0] - passed[1]
    return line


def _once(places: Ints) -> Ints:
    """Of sorted places those that occur an odd number of times, once: two switches at one place are none."""
    if not len(places):
        return places
    starts = np.flatnonzero(np.append(True, places[1:] != places[:-1]))
    odd = np.diff(starts, append=len(places)) % 2 == 1
    kept: Ints = places[starts[odd]]
    return kept
