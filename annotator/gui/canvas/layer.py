"""Paint the annotations into a transparent layer, and keep it until one of them or the view changes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QTransform

from annotator.domain.path import Point, Polyline
from annotator.gui.canvas import labels, look
from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.scroll import moved, stripes
from annotator.gui.canvas.transform import Placed, Transform

_MOST_PLATES, _MOST_DRAWN = 500, 5_000
_REACH, _LIFT = 8.0, 6.0
"""Logical pixels: how far an outline and its handles reach beyond its box, and how far above its topmost vertex a label is."""


_STEP = 1.3
"""By how much one zooms until labels look for their sides anew."""
_Numbers = NDArray[np.float64]
_Asked = tuple[_Numbers, _Numbers, _Numbers, float, _Numbers | None]


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
    boxes: _Numbers
    extremes: _Numbers

    def within(self, area: QRect, transform: Transform) -> list[int]:
        """Return the places of those that reach into an area of the view (device pixels)."""
        (scale_x, scale_y), (x, y) = _scales(transform)
        left, top, right, low = _as_shown(self.boxes, transform.placed).T
        reach = _REACH * transform.ratio
        across = (right * scale_x + x >= area.left() - reach) & (left * scale_x + x <= area.right() + 1 + reach)
        down = (low * scale_y + y >= area.top() - reach) & (top * scale_y + y <= area.bottom() + 1 + reach)
        return [int(place) for place in np.flatnonzero(across & down)]

    def shown_boxes(self, places: list[int] | slice, transform: Transform) -> _Numbers:
        """Return the boxes (n, 4) of some of them in device pixels."""
        (scale_x, scale_y), (x, y) = _scales(transform)
        found: _Numbers = _as_shown(self.boxes[places], transform.placed) * (scale_x, scale_y, scale_x, scale_y) + (x, y, x, y)
        return found

    def shown_extremes(self, places: list[int], transform: Transform) -> _Numbers:
        """Return the topmost, rightmost, lowest and leftmost vertex of some of them as they are shown, in device pixels: (n, 4, 2)."""
        (scale_x, scale_y), (x, y) = _scales(transform)
        found, placed = self.extremes[places], transform.placed
        if placed.mirrored:
            found = found[:, [0, 3, 2, 1]] * (-1, 1) + (placed.columns, 0)
        if placed.upended:
            found = found[:, [2, 1, 0, 3]] * (1, -1) + (0, placed.rows)
        shown: _Numbers = found * (scale_x, scale_y) + (x, y)
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


class Layer:
    """The annotations of one image as an image of the view's size.

    Path, box and topmost vertex are kept per annotation, so that a zoom works out none of them.  Outlines and labels are separate:
    a pan moves the outlines and paints only the stripes that come into view, an edit paints only where something differs, while labels
    stay inside the view and are put on each time.
    """

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, ...], _Drawn] = {}
        self._scene = _Scene((), (), np.empty((0, 4)), np.empty((0, 4, 2)))
        self._shown: tuple[tuple[Overlay, ...], Transform, QSize, frozenset[int]] | None = None
        self._plates: dict[tuple[str, str, tuple[int, int, int], float], QImage] = {}
        self._outlines, self._result = QImage(), QImage()
        self._pens = look.USUAL
        self._sides: tuple[_Scene, dict[Transform, NDArray[np.intp]]] | None = None

    def take(self, pens: look.Pens) -> None:
        """Paint with these from now on."""
        if pens != self._pens:
            self._pens, self._shown = pens, None

    def image(self, overlays: tuple[Overlay, ...], transform: Transform, size: QSize, without: frozenset[int] = frozenset()) -> QImage:
        """Return the layer for a view of `size` device pixels; `without` names annotations that are being changed."""
        wanted = (overlays, transform, size, without)
        if wanted != self._shown:
            for area in self._bare(*wanted):
                self._paint(area, transform)
            self._result = QImage(self._outlines)
            painter = QPainter(self._result)
            self._put_labels(painter, self._result.rect(), transform)
            painter.end()
            self._shown = wanted
        return self._result

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

    def _bare(self, overlays: tuple[Overlay, ...], transform: Transform, size: QSize, without: frozenset[int]) -> tuple[QRect, ...]:
        """Keep of the outlines what still is right, moved to where it is now; return what must be painted anew, which is empty."""
        shown, before = self._shown, self._scene
        same = shown is not None and (shown[0], shown[3]) == (overlays, without)
        if not same:
            self._set(tuple(o for o in overlays if o.annotation_id not in without))
        if shown is not None and shown[2] == size:
            kept = stripes(shown[1], transform, size)
            if same and kept is not None:
                self._outlines = moved(self._outlines, kept[0])
                return kept[1]
            if shown[1] == transform:
                return self._cleared(before.differing(self._scene, transform) & self._outlines.rect())
        self._outlines = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        self._outlines.fill(Qt.GlobalColor.transparent)
        return (self._outlines.rect(),)

    def _cleared(self, area: QRect) -> tuple[QRect, ...]:
        if area.isEmpty():
            return ()
        if area == self._outlines.rect():
            self._outlines.fill(Qt.GlobalColor.transparent)
            return (area,)
        painter = QPainter(self._outlines)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)  # this one Qt fills row by row
        painter.fillRect(area, Qt.GlobalColor.transparent)
        painter.end()
        return (area,)

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

    def _paint(self, area: QRect, transform: Transform) -> None:
        painter, matrix = QPainter(self._outlines), look.matrix(transform, transform.ratio)
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
        room, asked = (float(area.width()), float(area.height())), self._asked(labelled, plates, transform)
        corners = labels.corners(self._sides_at(transform)[labelled], *asked[:3], room, *asked[3:])
        taken = [QRectF(QPointF(x, y), plate.size()) for plate, (x, y) in zip(plates, corners.tolist(), strict=True) if x == x]
        for place, plate, (x, y) in zip(labelled, plates, corners.tolist(), strict=True):
            found = QPointF(x, y) if x == x else _off(scene.paths[place], plate, room, transform, taken)
            if found is not None:
                painter.drawImage(found, plate)

    def _sides_at(self, transform: Transform) -> NDArray[np.intp]:
        """Return on which side the label of each annotation stands: the same at all zooms between two steps, wherever one looks."""
        scene, level = self._scene, _STEP ** round(math.log(transform.zoom, _STEP))
        base = replace(transform, zoom=level, offset_x=0.0, offset_y=0.0)
        known = self._sides[1] if self._sides is not None and self._sides[0] is scene else {}
        if base not in known:
            labelled = [place for place, overlay in enumerate(scene.overlays) if overlay.label]
            plates = [self._plate(scene.overlays[place], base.ratio) for place in labelled]
            own, extremes, sizes, gap, ends = self._asked(labelled, plates, base)
            known[base] = np.zeros(len(scene.overlays), dtype=np.intp)
            known[base][labelled] = labels.sides(own, extremes, sizes, scene.shown_boxes(slice(None), base), gap, ends)
            self._sides = scene, known
        return known[base]

    def _asked(self, labelled: list[int], plates: list[QImage], transform: Transform) -> _Asked:
        """What `labels` asks of some annotations: boxes, extremes, sizes of the labels, gap, and ends of strokes if there are any."""
        scene = self._scene
        sizes = np.array([(plate.width(), plate.height()) for plate in plates], dtype=np.float64).reshape(-1, 2)
        ends = None
        if any(scene.overlays[place].end for place in labelled):
            ends = np.array([_end(scene.overlays[place], transform) for place in labelled])
        shown = scene.shown_boxes(labelled, transform), scene.shown_extremes(labelled, transform)
        return *shown, sizes, _LIFT * transform.ratio, ends

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


def _as_shown(boxes: _Numbers, placed: Placed) -> _Numbers:
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
