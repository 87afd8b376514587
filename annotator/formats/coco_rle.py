"""Know how COCO's own decoder sees a mask: its run lengths, its way to write them as a text, and its way to fill a polygon.

A COCO mask runs down the columns, one column after the other.  `Mask` runs along the rows; so COCO's mask is that of the image with rows
and columns exchanged (`transposed`), and its run lengths are the distances between that mask's bounds.  Many masks are taken at once, one
below the other: what numpy does takes about as long for a hundred small masks as for one.

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

from annotator.domain.raster import Mask
from annotator.domain.region import Ring
from annotator.domain.winding import Floats, Ints

_FINE = 5
_GROUPS = 8


def transposed(mask: Mask) -> Mask:
    """Return the mask of the image whose rows are this one's columns."""
    return all_transposed([mask])[0]


def all_transposed(masks: Sequence[Mask]) -> list[Mask]:
    """Return the transposed masks of masks of one size.

    Down a column a mask switches where a pixel differs from the one above it: the bounds of these pixels, along the rows, are those of the
    mask and those of the mask one row lower, without what is in both.  Below each mask lies an empty row.
    """
    if not masks:
        return []
    rows, columns = masks[0].rows, masks[0].columns
    lengths, high, stride = [len(mask.bounds) for mask in masks], rows + 1, rows * columns + 1
    bounds = np.concatenate([mask.bounds for mask in masks]) + np.repeat(np.arange(len(masks)) * (high * columns), lengths)
    row, column = Mask(high * len(masks), columns, _once(np.sort(np.concatenate((bounds, bounds + columns))))).pixels()
    place = row // high
    found = _once(np.sort(place * (stride - high) + column * rows + row))
    cuts = np.searchsorted(found, np.arange(len(masks) + 1) * stride).tolist()
    return [Mask(columns, rows, found[cuts[n] : cuts[n + 1]] - n * stride) for n in range(len(masks))]


def counts_of(down: Mask) -> Ints:
    """Return COCO's run lengths of a mask that is transposed: pixels outside, inside, outside …, down the columns."""
    bounds, total = down.bounds, down.rows * down.columns
    ends = np.concatenate(([0], bounds, [total]), dtype=np.int64)
    counts: Ints = ends[1:] - ends[:-1]
    return counts[:-1] if len(bounds) and bounds[-1] == total else counts


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
    return encode_all([counts])[0]


def encode_all(several: Sequence[Ints]) -> list[str]:
    """Write the run lengths of each of several masks as COCO's text."""
    if not several:
        return []
    lengths = np.array([len(counts) for counts in several])
    stops = np.cumsum(lengths)
    counts = np.concatenate(several).astype(np.int64)
    late = np.arange(len(counts)) - np.repeat(stops - lengths, lengths) >= 3
    values = counts.copy()
    values[2:] -= np.where(late[2:], counts[:-2], 0)
    groups, used, more = list[Ints](), list[NDArray[np.bool_]](), np.ones(len(values), dtype=bool)
    while more.any():
        group, values = values & 31, values >> 5
        follows = np.where(group & 16, values != -1, values != 0)
        groups.append(group + 48 + 32 * follows)
        used.append(more)
        more = more & follows
    text = np.stack(groups, axis=1)[np.stack(used, axis=1)].astype(np.uint8).tobytes().decode("ascii") if groups else ""
    ends = [0, *np.append(0, np.cumsum(np.sum(used, axis=0)))[stops].tolist()] if groups else [0] * (len(several) + 1)
    return [text[ends[n] : ends[n + 1]] for n in range(len(several))]


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
    filled = [Mask(columns, rows, _switches([np.array(ring, dtype=np.float64)], rows, columns)) for ring in rings]
    return Mask.union(columns, rows, filled)


def filled_alike(rings: Sequence[Floats], downs: Sequence[Mask]) -> list[bool]:
    """Return of each outline, (n, 2), whether COCO's decoder fills it with just the pixels of its mask (transposed, all of one size)."""
    if not rings:
        return []
    rows, columns = downs[0].columns, downs[0].rows
    stride = rows * columns + 1
    wanted = np.concatenate([down.bounds for down in downs])
    wanted += np.repeat(np.arange(len(downs)) * stride, [len(down.bounds) for down in downs])
    differing = _once(np.sort(np.concatenate((_switches(rings, rows, columns), wanted))))
    alike = np.ones(len(rings), dtype=bool)
    alike[differing // stride] = False
    return list(alike.tolist())


def _switches(rings: Sequence[Floats], rows: int, columns: int) -> Ints:
    """Where the filling of each polygon switches, as flat indices down the columns, each polygon on an image (and a pixel) of its own."""
    lengths = np.array([len(ring) for ring in rings])
    corners = np.trunc(np.concatenate(rings) * _FINE + 0.5)
    following = np.arange(1, len(corners) + 1)
    following[np.cumsum(lengths) - 1] -= lengths
    ends = corners[following]
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
    owner = np.repeat(np.arange(len(rings)), lengths)[across][edge]
    return _once(np.sort(owner * (rows * columns + 1) + column * rows + row))


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
    other = places[1:] != places[:-1]
    if other.all():
        return places
    starts = np.flatnonzero(np.append(True, other))
    odd = np.diff(starts, append=len(places)) % 2 == 1
    kept: Ints = places[starts[odd]]
    return kept
