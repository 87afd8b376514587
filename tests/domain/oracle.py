"""An independent rasteriser: exact fractions, one pixel at a time, written from the rule and sharing nothing with the product."""

from fractions import Fraction

import numpy as np


def winding(points, x, y):
    """How often the closed outline goes round (x, y), an edge counting for what lies on it or to its right, top ends included."""
    total = 0
    for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
        ax, ay, bx, by = (Fraction(v) for v in (ax, ay, bx, by))
        if ay == by:
            continue
        top, low = ((ax, ay), (bx, by)) if ay < by else ((bx, by), (ax, ay))
        if top[1] <= y < low[1] and x >= top[0] + (y - top[1]) * (low[0] - top[0]) / (low[1] - top[1]):
            total += 1 if ay < by else -1
    return total


def nonzero(points, rows, columns):
    """The pixels whose centre the outline winds around."""
    half = Fraction(1, 2)
    return np.array([[winding(points, c + half, r + half) != 0 for c in range(columns)] for r in range(rows)])


def even_odd(rings, rows, columns):
    """The pixels whose centre an odd number of the outlines' edges encloses."""
    half = Fraction(1, 2)
    return np.array([[sum(winding(p, c + half, r + half) for p in rings) % 2 != 0 for c in range(columns)] for r in range(rows)])


def stroke(points, width, rows, columns):
    """The pixels whose centre is at most half the width away from the polyline."""
    reach = (Fraction(width) / 2) ** 2
    found = np.zeros((rows, columns), dtype=bool)
    for r in range(rows):
        for c in range(columns):
            px, py = c + Fraction(1, 2), r + Fraction(1, 2)
            for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
                ax, ay, bx, by = (Fraction(v) for v in (ax, ay, bx, by))
                squared = (bx - ax) ** 2 + (by - ay) ** 2
                t = ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / squared if squared else Fraction(0)
                t = min(max(t, Fraction(0)), Fraction(1))
                found[r, c] |= (px - ax - t * (bx - ax)) ** 2 + (py - ay - t * (by - ay)) ** 2 <= reach
    return found
