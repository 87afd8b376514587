"""An independent rasteriser: exact fractions, one pixel at a time, written from the rule and sharing nothing with the product."""

from fractions import Fraction

import numpy as np


def crossings(points, y):
    """Where the edges of the closed outline cross the height `y`, their top ends included, and whether they go down (1) or up (-1)."""
    found = []
    for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
        top, low = ((ax, ay), (bx, by)) if ay < by else ((bx, by), (ax, ay))
        if top[1] <= y < low[1]:
            found.append((top[0] + (y - top[1]) * (low[0] - top[0]) / (low[1] - top[1]), 1 if ay < by else -1))
    return found


def winding(rings, rows, columns):
    """How often the closed outlines go round each centre, an edge counting for what lies on it or to its right."""
    rings, half, counts = [exact(ring) for ring in rings], Fraction(1, 2), []
    for r in range(rows):
        crossed = [crossing for ring in rings for crossing in crossings(ring, r + half)]
        counts.append([sum(way for x, way in crossed if c + half >= x) for c in range(columns)])
    return np.array(counts).reshape(rows, columns)


def nonzero(points, rows, columns):
    """The pixels whose centre the outline winds around."""
    return winding([points], rows, columns) != 0


def even_odd(rings, rows, columns):
    """The pixels whose centre an odd number of the outlines' edges encloses."""
    return winding(rings, rows, columns) % 2 != 0


def exact(points):
    """The points in fractions, without an error."""
    return [(Fraction(x), Fraction(y)) for x, y in points]


def stroke(points, width, rows, columns):
    """The pixels whose centre is at most half the width away from the polyline."""
    reach, points, half = (Fraction(width) / 2) ** 2, exact(points), Fraction(1, 2)
    edges = list(zip(points, points[1:], strict=False))
    near = [[any(squared(edge, c + half, r + half) <= reach for edge in edges) for c in range(columns)] for r in range(rows)]
    return np.array(near, dtype=bool).reshape(rows, columns)


def squared(edge, x, y):
    """The square of how far (x, y) is away from the edge."""
    (ax, ay), (bx, by) = edge
    across, down, right, under = bx - ax, by - ay, x - ax, y - ay
    length = across**2 + down**2
    t = min(max((right * across + under * down) / length, 0), 1) if length else 0
    return (right - t * across) ** 2 + (under - t * down) ** 2
