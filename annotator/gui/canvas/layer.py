"""Paint the annotations into a transparent layer, and keep it until one of them or the view changes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QTransform

from annotator.domain.path import Point, Polyline
from annotator.gui.canvas import labels, look
from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.spread import Spread
from annotator.gui.canvas.transform import Placed, Transform

_MOST_PLATES, _MOST_DRAWN = 500, 5_000
_REACH, _LIFT = 8.0, 6.0
"""Logical pixels: how far an outline and its handles reach beyond its box, and how far above its topmost vertex a label is."""


@dataclass(frozen=True)
class _Drawn:
    """One annotation, ready to be painted: path, box (x1, y1, x2, y2), outermost vertices (top, right, low, left); image coordinates."""

    rings: tuple[Polyline, ...]
    path: QPainterPath
    box: tuple[float, float, float, float]
    extremes: tuple[Point, Point, Point, Point]


@dataclass(frozen=True)
class _Scene:
    """The annotations to be painted, with their boxes (n, 4) and outermost vertices (n, 4, 2)."""

    overlays: tuple[Overlay, ...]
    paths: tuple[QPainterPath, ...]
    boxes: NDArray[np.float64]
    extremes: NDArray[np.float64]

    def within(self, area: QRect, transform: Transform) -> list[int]:
        """Return the places of those that reach into an area of the view (device pixels)."""
        (scale_x, scale_y), (x, y) = _scales(transform)
        left, top, right, low = _as_shown(self.boxes, transform.placed).T
        reach = _REACH * transform.ratio
        across = (right * scale_x + x >= area.left() - reach) & (left * scale_x + x <= area.right() + 1 + reach)
        down = (low * scale_y + y >= area.top() - reach) & (top * scale_y + y <= area.bottom() + 1 + reach)
        return [int(place) for place in np.flatnonzero(across & down)]

    def shown_boxes(self, places: list[int], transform: Transform) -> NDArray[np.float64]:
        """Return the boxes (n, 4) of some of them in device pixels."""
        (scale_x, scale_y), (x, y) = _scales(transform)
        found: NDArray[np.float64] = _as_shown(self.boxes[places], transform.placed) * (scale_x, scale_y, scale_x, scale_y) + (x, y, x, y)
        return found

    def shown_extremes(self, places: list[int], transform: Transform) -> NDArray[np.float64]:
        """Return the topmost, rightmost, lowest and leftmost vertex of some of them as they are shown, in device pixels: (n, 4, 2)."""
        (scale_x, scale_y), (x, y) = _scales(transform)
        found, placed = self.extremes[places], transform.placed
        if placed.mirrored:
            found = found[:, [0, 3, 2, 1]] * (-1, 1) + (placed.columns, 0)
        if placed.upended:
            found = found[:, [2, 1, 0, 3]] * (1, -1) + (0, placed.rows)
        shown: NDArray[np.float64] = found * (scale_x, scale_y) + (x, y)
        return shown

    def differing(self, other: _Scene, transform: Transform) -> QRect:
        """Return the area of the view (device pixels) outside which both look the same."""
        mine, theirs = ({overlay.annotation_id: overlay for overlay in scene.overlays} for scene in (self, other))
        boxes = [
            _as_shown(scene.boxes[place], transform.placed)
            for scene, counterparts in ((self, theirs), (other, mine))
            for place, overlay in enumerate(scene.overlays)
            if counterparts.get(overlay.annotation_id) != overlay
        ]
        if not boxes:
            return QRect()
        (scale_x, scale_y), (x, y) = _scales(transform)
        reach = _REACH * transform.ratio
        left, top = np.floor(np.min(boxes, axis=0)[:2] * (scale_x, scale_y) + (x - reach, y - reach)).astype(int).tolist()
        right, low = np.ceil(np.max(boxes, axis=0)[2:] * (scale_x, scale_y) + (x + reach, y + reach)).astype(int).tolist()
        return QRect(QPoint(left, top), QPoint(right, low))


@dataclass(frozen=True)
class _View:
    """What is to be painted for a view of `size` device pixels; `without` names annotations that are being changed."""

    overlays: tuple[Overlay, ...]
    transform: Transform
    size: QSize
    without: frozenset[int]


class Layer:
    """The annotations of one image, painted over a view.

    Path, box and extreme vertices are kept per annotation, so that a zoom works out none of them.  Outlines and labels are separate: of
    the outlines more is painted than the view shows, as soon as it is panned, and an edit paints only where something differs.  Labels
    stay inside the view and are put on each time that it is another.
    """

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, ...], _Drawn] = {}
        self._scene = _Scene((), (), np.empty((0, 4)), np.empty((0, 4, 2)))
        self._shown: _View | None = None
        self._plates: dict[tuple[str, str, tuple[int, int, int], float], QImage] = {}
        self._outlines: Spread | None = None
        self._result = QImage()
        self._pens = look.USUAL

    def take(self, pens: look.Pens) -> None:
        """Paint with these from now on."""
        if pens != self._pens:
            self._pens, self._shown = pens, None

    def paint(
        self, painter: QPainter, overlays: tuple[Overlay, ...], transform: Transform, size: QSize, without: frozenset[int] = frozenset()
    ) -> None:
        """Paint the annotations of a view of `size` device pixels (painter: logical pixels), all but those that are being changed."""
        wanted, ratio = _View(overlays, transform, size, without), transform.ratio
        if wanted == self._shown and self._outlines is not None:
            if self._result.isNull():
                self._result = self._labelled(self._outlines, transform)
            painter.drawImage(QPointF(), self._result)
            return
        outlines, bare = self._bare(wanted)
        for area in bare:
            self._paint(outlines, area)
        self._shown, self._outlines, self._result = wanted, outlines, QImage()
        outlines.image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(), outlines.image, QRectF(outlines.seen(transform)))
        outlines.image.setDevicePixelRatio(1.0)
        painter.save()
        painter.scale(1.0 / ratio, 1.0 / ratio)
        self._put_labels(painter, QRect(QPoint(), size), transform)
        painter.restore()

    def _labelled(self, outlines: Spread, transform: Transform) -> QImage:
        """What a view shows, for all that is painted while nothing of it changes."""
        found = outlines.image.copy(outlines.seen(transform))
        painter = QPainter(found)
        self._put_labels(painter, found.rect(), transform)
        painter.end()
        found.setDevicePixelRatio(transform.ratio)
        return found

    def sketch(self, painter: QPainter, overlays: tuple[Overlay, ...], transform: Transform, size: QSize) -> None:
        """Paint the annotations where they are, but with plain thin outlines, for one of many steps of a zoom (painter: logical pixels)."""
        if self._scene.overlays != overlays:
            self._set(overlays)
            self._shown = None
        matrix, area = look.matrix(transform), QRect(QPoint(), size)
        seen = [(self._scene.overlays[place], self._scene.paths[place]) for place in self._scene.within(area, transform)]
        painter.save()
        outline(painter, seen, matrix, transform.ratio, self._pens, rough=True)
        for overlay in (overlay for overlay, _ in seen if overlay.selected):
            places = (transform.to_widget(x, y) for ring in overlay.rings for x, y in ring)
            look.handles(painter, places, QColor(*overlay.colour), self._pens.handle)
        painter.scale(1.0 / transform.ratio, 1.0 / transform.ratio)
        self._put_labels(painter, area, transform)
        painter.restore()

    def boxes(self, transform: Transform, size: QSize) -> list[QRectF]:
        """Return what the annotations painted last take of the view, in logical pixels."""
        found = self._scene.shown_boxes(self._scene.within(QRect(QPoint(), size), transform), transform) / transform.ratio
        return [QRectF(QPointF(left, top), QPointF(right, low)) for left, top, right, low in found.tolist()]

    def _bare(self, wanted: _View) -> tuple[Spread, tuple[QRect, ...]]:
        """Return the outlines with what of them still is right, and what must be painted anew, which is empty."""
        shown, before, outlines = self._shown, self._scene, self._outlines
        same = shown is not None and (shown.overlays, shown.without) == (wanted.overlays, wanted.without)
        if not same:
            self._set(tuple(o for o in wanted.overlays if o.annotation_id not in wanted.without))
        if shown is not None and outlines is not None:
            bare = outlines.follow(wanted.transform, wanted.size) if same else None
            if bare is not None:
                return outlines, bare
            if (shown.transform, shown.size) == (wanted.transform, wanted.size):
                return outlines, outlines.clear(before.differing(self._scene, outlines.transform) & outlines.area)
        outlines = Spread(wanted.transform, wanted.size)
        return outlines, (outlines.area,)

    def _set(self, overlays: tuple[Overlay, ...]) -> None:
        if len(self._drawn) > _MOST_DRAWN:
            self._drawn = {}
        drawn = [self._known(overlay) for overlay in overlays]
        boxes = np.array([found.box for found in drawn], dtype=np.float64).reshape(-1, 4)
        extremes = np.array([found.extremes for found in drawn], dtype=np.float64).reshape(-1, 4, 2)
        self._scene = _Scene(overlays, tuple(found.path for found in drawn), boxes, extremes)

    def _known(self, overlay: Overlay) -> _Drawn:
        """Return what was worked out for the very same outlines, also when another image was shown in between."""
        same = tuple(map(id, overlay.rings))  # what is kept keeps them alive, so that no other has their place
        found = self._drawn.get(same)
        if found is None:
            found = self._drawn[same] = _drawn(overlay)
        return found

    def _paint(self, outlines: Spread, area: QRect) -> None:
        transform = outlines.transform
        painter, matrix = QPainter(outlines.image), look.matrix(transform, transform.ratio)
        painter.setClipRect(area)
        seen = [(self._scene.overlays[place], self._scene.paths[place]) for place in self._scene.within(area, transform)]
        outline(painter, [pair for pair in seen if not pair[0].selected], matrix, transform.ratio, self._pens)
        for overlay, path in seen:
            if overlay.selected:
                outline(painter, [(overlay, path)], matrix, transform.ratio, self._pens)
                places = (matrix.map(QPointF(x, y)).toTuple() for ring in overlay.rings for x, y in ring)
                look.handles(painter, places, QColor(*overlay.colour), transform.ratio * self._pens.handle)
        painter.end()

    def _put_labels(self, painter: QPainter, area: QRect, transform: Transform) -> None:
        """Paint the labels (painter and area: device pixels); all of each is inside the view and beside its lesion."""
        scene = self._scene
        seen = scene.within(area, transform)
        labelled = [place for place in seen if scene.overlays[place].label]
        if not labelled:
            return
        plates = [self._plate(scene.overlays[place], transform.ratio) for place in labelled]
        sizes = np.array([(plate.width(), plate.height()) for plate in plates], dtype=np.float64)
        boxes, room = scene.shown_boxes(seen, transform), (float(area.width()), float(area.height()))
        own = boxes[np.searchsorted(seen, labelled)]
        extremes = scene.shown_extremes(labelled, transform)
        ends = np.full((len(labelled), 2), np.nan)
        for row, place in enumerate(labelled):
            if scene.overlays[place].end is not None:
                ends[row] = _end(scene.overlays[place], transform)
        corners = labels.places(own, extremes, sizes, boxes, room, _LIFT * transform.ratio, ends)
        beside = ~np.isnan(corners[:, 0])
        for row in np.flatnonzero(beside).tolist():
            painter.drawImage(QPointF(*corners[row].tolist()), plates[row])
        if beside.all():
            return
        taken = [QRectF(QPointF(*corners[row].tolist()), plates[row].size()) for row in np.flatnonzero(beside).tolist()]
        for row in np.flatnonzero(~beside).tolist():
            found = _off(scene.paths[labelled[row]], plates[row], room, transform, taken)
            if found is not None:
                painter.drawImage(found, plates[row])

    def _plate(self, overlay: Overlay, ratio: float) -> QImage:
        """Return an annotation's label, painted once for all that look alike."""
        key = (overlay.label, overlay.name, overlay.colour, ratio)
        plate = self._plates.get(key)
        if plate is None:
            if len(self._plates) > _MOST_PLATES:
                self._plates.clear()
            colour = QColor(*overlay.colour)
            plate = self._plates[key] = look.plate(overlay.name or overlay.label, ratio, colour, colour if overlay.name else look.TEXT)
        return plate


def _drawn(overlay: Overlay) -> _Drawn:
    path = look.path(overlay.rings, closed=overlay.closed)
    box = path.controlPointRect()
    return _Drawn(overlay.rings, path, (box.left(), box.top(), box.right(), box.bottom()), _extremes(overlay.rings))


def _extremes(rings: tuple[Polyline, ...]) -> tuple[Point, Point, Point, Point]:
    """Return the topmost vertex of all (of several the leftmost), the rightmost, the lowest and the leftmost."""
    points = np.array([point for ring in rings for point in ring] or [(0.0, 0.0)], dtype=np.float64)
    x, y = points.T
    top = points[np.flatnonzero(y == y.min())]
    found = top[top[:, 0].argmin()], points[x.argmax()], points[y.argmax()], points[x.argmin()]
    one, two, three, four = ((float(px), float(py)) for px, py in found)
    return one, two, three, four


def _end(overlay: Overlay, transform: Transform) -> Point:
    """Return the point (device pixels) that a label is to be near to, NaN where it stands where it usually does."""
    if overlay.end is None:
        return math.nan, math.nan
    x, y = transform.to_widget(*overlay.end)
    return x * transform.ratio, y * transform.ratio


def _off(path: QPainterPath, plate: QImage, room: tuple[float, float], transform: Transform, taken: list[QRectF]) -> QPointF | None:
    """Return where a label goes whose lesion leaves no room beside it in the view, and take that; None where it would cover it."""
    shown = look.matrix(transform, transform.ratio).map(path)
    size = (float(plate.width()), float(plate.height()))

    def covers(x: float, y: float) -> bool:
        there = QRectF(x, y, *size)
        return shown.intersects(there) or any(there.intersects(other) for other in taken)

    found = labels.elsewhere(size, room, covers)
    if found is None:
        return None
    corner = QPointF(round(found[0]), round(found[1]))
    taken.append(QRectF(corner, plate.size()))
    return corner


def _scales(transform: Transform) -> tuple[tuple[float, float], tuple[float, float]]:
    """Device pixels per image pixel, and where the image begins; across and down."""
    ratio = transform.ratio
    return (transform.scale_x * ratio, transform.scale_y * ratio), (transform.offset_x * ratio, transform.offset_y * ratio)


def _as_shown(boxes: NDArray[np.float64], placed: Placed) -> NDArray[np.float64]:
    """Boxes (…, 4) as they lie in the image as it is shown, which may be turned over."""
    if not (placed.mirrored or placed.upended):
        return boxes
    left, top, right, low = np.moveaxis(boxes, -1, 0)
    if placed.mirrored:
        left, right = placed.columns - right, placed.columns - left
    if placed.upended:
        top, low = placed.rows - low, placed.rows - top
    return np.stack([left, top, right, low], axis=-1)


def outline(
    painter: QPainter, overlays: list[tuple[Overlay, QPainterPath]], matrix: QTransform, ratio: float, pens: look.Pens = look.USUAL,
    *, rough: bool = False,
) -> None:  # fmt: skip
    """Paint annotations and their paths; `matrix` takes paths to the painter's coordinates, `ratio` is the device pixels of a logical one.

    The outlines of those that look alike are painted in one go, `rough` ones thin and without a rim.
    """
    alike: dict[tuple[tuple[int, int, int], bool, bool, bool], QPainterPath] = {}
    look.wash(painter, ((path, overlay.colour) for overlay, path in overlays if overlay.closed and not overlay.other), matrix, pens)
    for overlay, path in overlays:
        alike.setdefault((overlay.colour, overlay.selected, overlay.locked, overlay.other), QPainterPath()).addPath(path)
    for (colour, selected, locked, other), path in alike.items():
        width = pens.selected if selected else pens.outline
        look.trace(painter, path, matrix, QColor(*colour), width * ratio, dashed=locked, dotted=other, rough=rough)
