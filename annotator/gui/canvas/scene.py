"""Know where the annotations of an image lie: their paths, boxes and outermost points, in the image and as they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainterPath

from annotator.domain.path import Point, Polyline
from annotator.gui.canvas import look
from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.transform import Placed, Transform

Numbers = NDArray[np.float64]
_MOST_AREAS = 64
"""What so many annotations differ in is painted apart at most."""
_REACH = 8.0
"""Logical pixels: how far an outline and its handles reach beyond its box."""


@dataclass(frozen=True)
class Drawn:
    """One annotation, ready to be painted: path, box (x1, y1, x2, y2), outermost vertices (top, right, low, left); image coordinates."""

    rings: tuple[Polyline, ...]
    path: QPainterPath
    box: tuple[float, float, float, float]
    extremes: tuple[Point, Point, Point, Point]


@dataclass(frozen=True)
class Scene:
    """The annotations to be painted, with their boxes (n, 4) and outermost vertices (n, 4, 2)."""

    overlays: tuple[Overlay, ...]
    paths: tuple[QPainterPath, ...]
    boxes: Numbers
    extremes: Numbers

    def within(self, area: QRect, transform: Transform) -> list[int]:
        """Return the places of those that reach into an area of the view (device pixels)."""
        (scale_x, scale_y), (x, y) = _scales(transform)
        left, top, right, low = _as_shown(self.boxes, transform.placed).T
        reach = _REACH * transform.ratio
        across = (right * scale_x + x >= area.left() - reach) & (left * scale_x + x <= area.right() + 1 + reach)
        down = (low * scale_y + y >= area.top() - reach) & (top * scale_y + y <= area.bottom() + 1 + reach)
        return [int(place) for place in np.flatnonzero(across & down)]

    def shown_boxes(self, places: list[int] | slice, transform: Transform) -> Numbers:
        """Return the boxes (n, 4) of some of them in device pixels."""
        (scale_x, scale_y), (x, y) = _scales(transform)
        found: Numbers = _as_shown(self.boxes[places], transform.placed) * (scale_x, scale_y, scale_x, scale_y) + (x, y, x, y)
        return found

    def shown_extremes(self, places: list[int], transform: Transform) -> Numbers:
        """Return the topmost, rightmost, lowest and leftmost vertex of some of them as they are shown, in device pixels: (n, 4, 2)."""
        (scale_x, scale_y), (x, y) = _scales(transform)
        found, placed = self.extremes[places], transform.placed
        if placed.mirrored:
            found = found[:, [0, 3, 2, 1]] * (-1, 1) + (placed.columns, 0)
        if placed.upended:
            found = found[:, [2, 1, 0, 3]] * (1, -1) + (0, placed.rows)
        shown: Numbers = found * (scale_x, scale_y) + (x, y)
        return shown

    def differing(self, other: Scene, transform: Transform) -> tuple[QRect, ...]:
        """Return the areas of the view (device pixels) outside which both look the same; no two of them meet."""
        mine, theirs = ({overlay.annotation_id: overlay for overlay in scene.overlays} for scene in (self, other))
        boxes = [
            _as_shown(scene.boxes[place], transform.placed)
            for scene, counterparts in ((self, theirs), (other, mine))
            for place, overlay in enumerate(scene.overlays)
            if (there := counterparts.get(overlay.annotation_id)) is not overlay and there != overlay
        ]
        if not boxes:
            return ()
        (scale_x, scale_y), (x, y) = _scales(transform)
        reach = _REACH * transform.ratio
        shown = np.array(boxes) * (scale_x, scale_y, scale_x, scale_y) + (x - reach, y - reach, x + reach, y + reach)
        shown = np.concatenate([np.floor(shown[:, :2]), np.ceil(shown[:, 2:])], axis=1)
        if len(shown) > _MOST_AREAS:
            shown = np.concatenate([shown[:, :2].min(axis=0), shown[:, 2:].max(axis=0)])[None]
        return _apart([QRect(QPoint(left, top), QPoint(right, low)) for left, top, right, low in shown.astype(int).tolist()])


def _apart(areas: Iterable[QRect]) -> tuple[QRect, ...]:
    """Return areas that cover all of these, none of which meets another."""
    found = list[QRect]()
    for area in areas:
        met = [other for other in found if other.intersects(area)]
        while met:
            found = [other for other in found if other not in met]
            for other in met:
                area |= other
            met = [other for other in found if other.intersects(area)]
        found.append(area)
    return tuple(found)


def drawn(overlay: Overlay) -> Drawn:
    """Return an annotation ready to be painted."""
    path = look.path(overlay.rings, closed=overlay.closed)
    box = path.controlPointRect()
    return Drawn(overlay.rings, path, (box.left(), box.top(), box.right(), box.bottom()), _extremes(overlay.rings))


def _extremes(rings: tuple[Polyline, ...]) -> tuple[Point, Point, Point, Point]:
    """Return the topmost vertex of all (of several the leftmost), the rightmost, the lowest and the leftmost."""
    points = np.array([point for ring in rings for point in ring] or [(0.0, 0.0)], dtype=np.float64)
    x, y = points.T
    top = points[np.flatnonzero(y == y.min())]
    found = top[top[:, 0].argmin()], points[x.argmax()], points[y.argmax()], points[x.argmin()]
    one, two, three, four = ((float(px), float(py)) for px, py in found)
    return one, two, three, four


def _scales(transform: Transform) -> tuple[tuple[float, float], tuple[float, float]]:
    """Device pixels per image pixel, and where the image begins; across and down."""
    ratio = transform.ratio
    return (transform.scale_x * ratio, transform.scale_y * ratio), (transform.offset_x * ratio, transform.offset_y * ratio)


def _as_shown(boxes: Numbers, placed: Placed) -> Numbers:
    """Boxes (…, 4) as they lie in the image as it is shown, which may be turned over."""
    if not (placed.mirrored or placed.upended):
        return boxes
    left, top, right, low = np.moveaxis(boxes, -1, 0)
    if placed.mirrored:
        left, right = placed.columns - right, placed.columns - left
    if placed.upended:
        top, low = placed.rows - low, placed.rows - top
    return np.stack([left, top, right, low], axis=-1)
