"""A second rasteriser that shares nothing with the product: fast in floats, and exact in fractions wherever floats could be wrong.

It is written from the sentence of the mask rule alone (a centre on a left or top edge is inside, on a right or bottom edge outside), counts
on a whole grid instead of in runs, and is itself held against the slow oracle of the domain's tests.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

_DOUBT = 1e-6
"""How near to a decision floats may come before fractions decide; their real error is a thousand million times smaller."""


def winding(rings, rows, columns):
    """How often the closed outlines go round each pixel's centre, as whole numbers (rows, columns)."""
    steps = np.zeros((rows, columns + 1), dtype=np.int64)
    for ring in rings:
        for start, end in zip(ring, [*ring[1:], ring[0]], strict=True):
            sign, (xa, ya), (xb, yb) = (1, start, end) if start[1] < end[1] else (-1, end, start)
            low, high = np.clip(np.ceil(np.array([ya, yb]) - 0.5), 0, rows).astype(int)
            if ya == yb or low >= high:
                continue
            heights = np.arange(low, high) + 0.5
            shift = xa + (xb - xa) * ((heights - ya) / (yb - ya)) - 0.5
            first = np.ceil(shift)
            for doubtful in np.flatnonzero(np.abs(shift - np.rint(shift)) < _DOUBT):
                first[doubtful] = _first(xa, ya, xb, yb, heights[doubtful])
            np.add.at(steps, (np.arange(low, high), np.clip(first, 0, columns).astype(int)), sign)
    return steps.cumsum(axis=1)[:, :columns]


def nonzero(rings, rows, columns):
    """The pixels that outlines wind around."""
    return winding(rings, rows, columns) != 0


def even_odd(rings, rows, columns):
    """The pixels that an odd number of outlines go round."""
    return winding(rings, rows, columns) % 2 == 1


def stroke(points, width, rows, columns):
    """The pixels whose centre is at most half the width away from the polyline."""
    found, reach = np.zeros((rows, columns), dtype=bool), width / 2
    for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
        left, right = (int(np.clip(v, 0, columns)) for v in (min(ax, bx) - reach - 1, max(ax, bx) + reach + 2))
        top, bottom = (int(np.clip(v, 0, rows)) for v in (min(ay, by) - reach - 1, max(ay, by) + reach + 2))
        x, y = np.arange(left, right) + 0.5, (np.arange(top, bottom) + 0.5)[:, None]
        along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2 or 1.0)
        nearest = np.clip(along, 0.0, 1.0)
        spare = reach**2 - (x - ax - nearest * (bx - ax)) ** 2 - (y - ay - nearest * (by - ay)) ** 2
        inside = spare > 0
        for row, column in np.argwhere(np.abs(spare) < _DOUBT):
            inside[row, column] = _within((ax, ay), (bx, by), x[column], y[row, 0], reach)
        found[top:bottom, left:right] |= inside
    return found


def clipped(points, rows, columns):
    """The stretches of a polyline that lie in the image."""
    pieces = []
    for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
        enter, leave = 0.0, 1.0
        for start, step, size in ((ax, bx - ax, columns), (ay, by - ay, rows)):
            if step == 0:
                enter = enter if 0 <= start <= size else 2.0
            else:
                sooner, later = sorted((-start / step, (size - start) / step))
                enter, leave = max(enter, sooner), min(leave, later)
        if enter < leave:
            pieces.append([(ax + t * (bx - ax), ay + t * (by - ay)) for t in (enter, leave)])
    return pieces


def _first(xa, ya, xb, yb, height):
    """The first column whose centre is on the edge or to the right of it, exactly."""
    xa, ya, xb, yb, y = (Fraction(float(v)) for v in (xa, ya, xb, yb, height))
    return float(-((Fraction(1, 2) - xa - (xb - xa) * (y - ya) / (yb - ya)) // 1))


def _within(a, b, x, y, reach):
    (ax, ay), (bx, by), x, y = (
        tuple(map(Fraction, map(float, a))),
        tuple(map(Fraction, map(float, b))),
        Fraction(float(x)),
        Fraction(float(y)),
    )
    dx, dy = bx - ax, by - ay
    t = min(max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), Fraction(0)), Fraction(1)) if dx or dy else Fraction(0)
    return (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2 <= Fraction(reach) ** 2
