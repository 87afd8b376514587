"""Say what lies under the pointer: which annotation, and which vertex or edge of a selected one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from annotator.domain.annotation import Annotation, Shape
from annotator.domain.path import Path, Point, Polyline

REACH = 6.0
"""Screen pixels within which something counts as being under the pointer."""
Place = tuple[int, int, int]
"""Part, ring (0 of a line) and index of a vertex, or of the first vertex of an edge."""


@dataclass(frozen=True)
class Near:
    """What was found: an annotation's id, and the vertex or the edge of it that is near, if any."""

    annotation: int
    vertex: Place | None = None
    edge: Place | None = None


def hit(
    annotations: Sequence[Annotation], x: float, y: float, tolerance: float, selected: Collection[int] = frozenset()
) -> Near | None:
    """Return what lies at the image point (x, y), `tolerance` in pixels; `annotations` in the order they are painted.

    Vertices and edges are offered by the annotations in `selected` only, and go first, the nearest one; then what is selected goes before
    what is not, so that a hand takes hold of it also where it lies below.  Else the order is that of `stack`.
    """
    chosen = [a for a in annotations if a.id in selected and _around(a.shape, x, y, tolerance)]
    near = _vertex(chosen, x, y, tolerance) or _edge(chosen, x, y, tolerance)
    if near is not None:
        return near
    found = stack(chosen, x, y, tolerance) or stack(annotations, x, y, tolerance)
    return Near(found[0]) if found else None


def stack(annotations: Sequence[Annotation], x: float, y: float, tolerance: float) -> tuple[int, ...]:
    """Return the ids of all that lies at the image point, the topmost first; `annotations` in the order they are painted.

    Lines go before areas, an area that holds the point before one whose outline is merely near, a smaller one before a larger, a later
    one before an earlier.
    """
    ranked = [(_rank(a.shape, x, y, tolerance), a.id) for a in reversed(annotations) if _around(a.shape, x, y, tolerance)]
    return tuple(number for rank, number in sorted((r for r in ranked if r[0] is not None), key=lambda r: r[0] or (0.0, 0.0)))


def within(annotations: Sequence[Annotation], one: Point, other: Point) -> frozenset[int]:
    """Return the ids of all that the rectangle between two image points meets."""
    x1, x2 = sorted((one[0], other[0]))
    y1, y2 = sorted((one[1], other[1]))
    frame = shapely.box(x1, y1, x2, y2)
    return frozenset(a.id for a in annotations if a.shape.parts and _meets(a.shape, frame))


def outlines(shape: Shape) -> Iterator[tuple[int, int, Polyline]]:
    """Yield part, ring and vertices of each outline or stretch of a shape."""
    for part in range(len(shape.parts)):
        if isinstance(shape, Path):
            yield part, 0, shape.parts[part]
        else:
            yield from ((part, ring, vertices) for ring, vertices in enumerate(shape.parts[part]))


def _outlines_near(shape: Shape, x: float, y: float, tolerance: float) -> Iterator[tuple[int, int, Polyline]]:
    """Yield what `outlines` does, of an area only what comes near a point: it may have a hundred thousand outlines."""
    if isinstance(shape, Path):
        yield from outlines(shape)
        return
    x1, y1, x2, y2 = shape.ring_boxes.T
    near = np.flatnonzero((x1 - tolerance <= x) & (x <= x2 + tolerance) & (y1 - tolerance <= y) & (y <= y2 + tolerance))
    ends = np.cumsum([len(part) for part in shape.parts])
    for number, part in zip(near.tolist(), np.searchsorted(ends, near, side="right").tolist(), strict=True):
        ring = number - (int(ends[part - 1]) if part else 0)
        yield part, ring, shape.parts[part][ring]


def _around(shape: Shape, x: float, y: float, tolerance: float) -> bool:
    if not shape.parts:
        return False
    x1, y1, x2, y2 = shape.bounds
    return x1 - tolerance <= x <= x2 + tolerance and y1 - tolerance <= y <= y2 + tolerance


def _vertex(annotations: Sequence[Annotation], x: float, y: float, tolerance: float) -> Near | None:
    best, found = tolerance, None
    for annotation in annotations:
        for part, ring, vertices in _outlines_near(annotation.shape, x, y, tolerance):
            away = np.hypot(*(np.asarray(vertices, dtype=np.float64) - (x, y)).T)
            index = int(away.argmin())
            if away[index] <= best:
                best, found = float(away[index]), Near(annotation.id, vertex=(part, ring, index))
    return found


def _edge(annotations: Sequence[Annotation], x: float, y: float, tolerance: float) -> Near | None:
    best, found = tolerance, None
    for annotation in annotations:
        closed = not isinstance(annotation.shape, Path)
        for part, ring, vertices in _outlines_near(annotation.shape, x, y, tolerance):
            away = _edge_distances(vertices, x, y, closed=closed)
            index = int(away.argmin())
            if away[index] <= best:
                best, found = float(away[index]), Near(annotation.id, edge=(part, ring, index))
    return found


def _edge_distances(vertices: Polyline, x: float, y: float, *, closed: bool) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the distance of the point to each edge, in order of the edges' first vertices."""
    start = np.asarray(vertices, dtype=np.float64)
    along = np.roll(start, -1, axis=0) - start
    if not closed:
        start, along = start[:-1], along[:-1]
    length = np.maximum((along * along).sum(axis=1), np.finfo(np.float64).tiny)
    share = np.clip((((x, y) - start) * along).sum(axis=1) / length, 0.0, 1.0)
    gap = start + along * share[:, None] - (x, y)
    distances: np.ndarray[tuple[int], np.dtype[np.float64]] = np.hypot(gap[:, 0], gap[:, 1])
    return distances


def _meets(shape: Shape, frame: shapely.Polygon) -> bool:
    x1, y1, x2, y2 = shape.bounds
    left, top, right, low = frame.bounds
    if x1 > right or x2 < left or y1 > low or y2 < top:
        return False
    if isinstance(shape, Path):
        return bool(shapely.intersects(shapely.MultiLineString(shape.parts), frame))
    return bool(shapely.intersects(shape.geometry, frame))


def _rank(shape: Shape, x: float, y: float, tolerance: float) -> tuple[float, float] | None:
    """Return how good a hit is, the lower the better; None: none."""
    if isinstance(shape, Path):
        away = min(float(_edge_distances(part, x, y, closed=False).min()) for part in shape.parts)
        return (0.0, away) if away <= tolerance else None
    away = float(shapely.distance(shape.geometry, shapely.Point(x, y)))
    if away > tolerance:
        return None
    return (1.0 if away == 0.0 else 2.0, float(shape.geometry.area))
