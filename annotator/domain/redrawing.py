"""Change an outline or a line in place: draw a stretch of it anew, move an edge, take a vertex or an edge out.

The `with_…` functions only rearrange vertices, fast enough to follow the hand: what they return may cross itself.  `changed` makes an edit
of that, with a valid shape inside the image.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from annotator.domain.annotation import Shape
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit
from annotator.domain.image import Image
from annotator.domain.merge import LOCKED, Refusal, toolname_of
from annotator.domain.path import Path, Point, Polyline
from annotator.domain.region import Region
from annotator.domain.shapes import box_of_stroke, mended
from annotator.i18n import message

Place = tuple[int, int, int]
_LEAST_RING, _LEAST_LINE = 3, 2


def with_stretch(shape: Shape, ring: tuple[int, int], stroke: Polyline) -> Shape:
    """Return the shape whose outline (part, ring) runs along a stroke between the places nearest to the stroke's ends.

    Of the two stretches of a closed outline between them that one gives way which encloses the smaller area with the stroke.
    """
    return _with_ring(shape, ring, lambda vertices: _drawn_anew(vertices, stroke, closed=not isinstance(shape, Path)))


def with_edge_moved(shape: Shape, edge: Place, dx: float, dy: float) -> Shape:
    """Return the shape with both ends of an edge moved; of a box the side moves, and it stays a box."""
    index = edge[2]
    if isinstance(shape, Region) and shape.is_box:
        corners = shape.parts[0][0]
        (ax, ay), (cx, cy) = corners[index % 4], corners[(index + 2) % 4]
        upright = ax == corners[(index + 1) % 4][0]
        return Region.box(ax + dx, ay, cx, cy) if upright else Region.box(ax, ay + dy, cx, cy)

    def moved(vertices: Polyline) -> Polyline:
        ends = {index, (index + 1) % len(vertices)}
        return tuple((x + dx, y + dy) if place in ends else (x, y) for place, (x, y) in enumerate(vertices))

    return _with_ring(shape, edge[:2], moved)


def without_vertex(shape: Shape, vertex: Place, *, edge: bool = False) -> Shape | None:
    """Return the shape without a vertex, or with an edge drawn together to its middle; None where nothing would be left of the outline.

    A hole that has too few vertices left goes; so does a part of several.
    """
    part, ring, index = vertex

    def less(vertices: Polyline) -> Polyline:
        if not edge:
            return vertices[:index] + vertices[index + 1 :]
        other = (index + 1) % len(vertices)
        middle = ((vertices[index][0] + vertices[other][0]) / 2, (vertices[index][1] + vertices[other][1]) / 2)
        return tuple(middle if place == index else point for place, point in enumerate(vertices) if place != other)

    found = _with_ring(shape, (part, ring), less)
    if isinstance(found, Path):
        parts = tuple(stretch for stretch in found.parts if len(stretch) >= _LEAST_LINE)
        return Path(parts) if parts else None
    return _without_lines(found)


def changed(
    document: Document, image: Image, number: int, raw: Callable[[Shape], Shape | None], *, deliver_boxes: bool = False
) -> Edit | Refusal:
    """Return the edit that makes of an annotation's shape what `raw` makes of it, mended and clipped to the image."""
    before = document.find(image.key, number)
    if before is None or before.locked:
        return Refusal(LOCKED)
    found = raw(before.shape)
    if isinstance(found, Region):
        found = _in_image(found, image)
        if deliver_boxes and found is not None:
            found = Region.box(*found.bounds)
    elif found is not None:
        found = Path(tuple(tuple(_clamped(point, image) for point in part) for part in found.parts))
    if found is None:
        return Refusal(message("The outline would enclose no pixel: nothing was changed"))
    return Edit(message("Reshape"), (Change(before, replace(before, shape=found, toolname=toolname_of(before, found, deliver_boxes))),))


def _in_image(region: Region, image: Image) -> Region | None:
    left = _without_lines(region)
    if left is None:
        return None
    if region.is_box:
        x1, y1, x2, y2 = region.bounds
        found = box_of_stroke((x1, y1), (x2, y2), image.rows, image.columns)
    else:
        found = mended(left, image.rows, image.columns)
    return None if found.empty else found


def _without_lines(region: Region) -> Region | None:
    """Leave away outlines that have no three different vertices; None where nothing else is left."""
    parts = tuple(part for part in region.parts if len(set(part[0])) >= _LEAST_RING)
    left = tuple((part[0], *(hole for hole in part[1:] if len(set(hole)) >= _LEAST_RING)) for part in parts)
    return Region(left) if left else None


def _clamped(point: Point, image: Image) -> Point:
    return min(max(point[0], 0.0), float(image.columns)), min(max(point[1], 0.0), float(image.rows))


def _with_ring(shape: Shape, ring: tuple[int, int], change: Callable[[Polyline], Polyline]) -> Shape:
    part, number = ring
    if isinstance(shape, Path):
        return Path(tuple(change(found) if place == part else found for place, found in enumerate(shape.parts)))
    rings = tuple(change(found) if place == number else found for place, found in enumerate(shape.parts[part]))
    return Region((*shape.parts[:part], rings, *shape.parts[part + 1 :]))


def _drawn_anew(vertices: Polyline, stroke: Polyline, *, closed: bool) -> Polyline:
    begin, end = _nearest(vertices, stroke[0], closed=closed), _nearest(vertices, stroke[-1], closed=closed)
    if not closed:
        if begin > end:
            begin, end, stroke = end, begin, stroke[::-1]
        return (*vertices[: math.floor(begin) + 1], *stroke, *vertices[math.floor(end) + 1 :])
    forward, backward = _between(vertices, begin, end), _between(vertices, end, begin)
    if _area((*stroke, *forward[::-1])) <= _area((*stroke, *backward)):
        return (*stroke, *backward)
    return (*stroke, *forward[::-1])


def _nearest(vertices: Polyline, point: Point, *, closed: bool) -> float:
    """Return where on an outline a point is nearest: the index of the edge's first vertex and the share of the edge behind it."""
    start = np.asarray(vertices, dtype=np.float64)
    along = np.roll(start, -1, axis=0) - start
    if not closed:
        start, along = start[:-1], along[:-1]
    length = np.maximum((along * along).sum(axis=1), np.finfo(np.float64).tiny)
    share = np.clip(((point - start) * along).sum(axis=1) / length, 0.0, 1.0 - 1e-9)
    gap = start + along * share[:, None] - point
    index = int(np.hypot(gap[:, 0], gap[:, 1]).argmin())
    return index + float(share[index])


def _between(vertices: Polyline, begin: float, end: float) -> Polyline:
    """Return the vertices that one comes by from one place of a closed outline forward to another."""
    first, last = math.floor(begin) + 1, math.floor(end)
    if end < begin:
        last += len(vertices)
    return tuple(vertices[place % len(vertices)] for place in range(first, last + 1))


def _area(ring: Polyline) -> float:
    found = np.asarray(ring, dtype=np.float64)
    x, y = found[:, 0], found[:, 1]
    return abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2
