"""Paint the annotations into a transparent layer, and keep it until one of them or the view changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QRegion, QTransform

from annotator.domain.path import Point, Polyline
from annotator.gui.canvas import look
from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.scroll import stripes
from annotator.gui.canvas.transform import Placed, Transform

_MARGIN = 128
"""Logical pixels around a panned view of which the outlines are painted too."""
_MOST_PLATES, _MOST_DRAWN = 500, 5_000
_REACH, _LIFT = 8.0, 6.0
"""Logical pixels: how far an outline and its handles reach beyond its box, and how far above its topmost vertex a label is."""


@dataclass(frozen=True)
class _Drawn:
    """One annotation, ready to be painted: its path, box (x1, y1, x2, y2) and topmost vertex, where the label goes; image coordinates."""

    rings: tuple[Polyline, ...]
    path: QPainterPath
    box: tuple[float, float, float, float]
    top: Point


@dataclass(frozen=True)
class _Scene:
    """The annotations to be painted, with their boxes (n, 4) and topmost vertices (n, 2)."""

    overlays: tuple[Overlay, ...]
    paths: tuple[QPainterPath, ...]
    boxes: NDArray[np.float64]
    tops: NDArray[np.float64]

    def within(self, area: QRect, transform: Transform) -> list[int]:
        """Return the places of those that reach into an area of the view (device pixels)."""
        (scale_x, scale_y), (x, y) = _scales(transform)
        left, top, right, low = _as_shown(self.boxes, transform.placed).T
        reach = _REACH * transform.ratio
        across = (right * scale_x + x >= area.left() - reach) & (left * scale_x + x <= area.right() + 1 + reach)
        down = (low * scale_y + y >= area.top() - reach) & (top * scale_y + y <= area.bottom() + 1 + reach)
        return [int(place) for place in np.flatnonzero(across & down)]

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
    """What is to be painted for a view of `size` device pixels; `without` names an annotation that is being changed."""

    overlays: tuple[Overlay, ...]
    transform: Transform
    size: QSize
    without: int | None


class Layer:
    """The annotations of one image, painted over a view.

    Path, box and topmost vertex are kept per annotation, so that a zoom works out none of them.  Outlines and labels are separate: of the
    outlines more is painted than the view shows, as soon as it is panned, and moved with it until that is used up; an edit paints only
    where something differs.  Labels stay inside the view and are put on each time that it is another.
    """

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, ...], _Drawn] = {}
        self._scene = _Scene((), (), np.empty((0, 4)), np.empty((0, 2)))
        self._shown: _View | None = None
        self._home: Transform | None = None
        self._margin = 0
        """The outlines are those of a view with this transform, and of so many device pixels around it."""
        self._plates: dict[tuple[str, tuple[int, int, int], float], QImage] = {}
        self._outlines, self._result = QImage(), QImage()

    def paint(
        self, painter: QPainter, overlays: tuple[Overlay, ...], transform: Transform, size: QSize, without: int | None = None
    ) -> None:
        """Paint the annotations of a view of `size` device pixels (painter: logical pixels), all but the one that is being changed."""
        wanted, ratio = _View(overlays, transform, size, without), transform.ratio
        if wanted == self._shown:
            if self._result.isNull():
                self._result = self._outlines.copy(self._seen(wanted))
                self._result.setDevicePixelRatio(1.0)
                with_labels = QPainter(self._result)
                self._put_labels(with_labels, self._result.rect(), transform)
                with_labels.end()
                self._result.setDevicePixelRatio(ratio)
            painter.drawImage(QPointF(), self._result)
            return
        for area in self._bare(wanted):
            self._paint(area, self._shifted(ratio))
        self._shown, self._result = wanted, QImage()
        self._outlines.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(), self._outlines, QRectF(self._seen(wanted)))
        self._outlines.setDevicePixelRatio(1.0)
        painter.save()
        painter.scale(1.0 / ratio, 1.0 / ratio)
        self._put_labels(painter, QRect(QPoint(), size), transform)
        painter.restore()

    @property
    def outlines(self) -> QSize:
        """How many device pixels of outlines are held: more than the view has, once it was panned."""
        return self._outlines.size()

    def sketch(self, painter: QPainter, overlays: tuple[Overlay, ...], transform: Transform, size: QSize) -> None:
        """Paint the annotations where they are, but with plain thin outlines, for one of many steps of a zoom (painter: logical pixels)."""
        if self._scene.overlays != overlays:
            self._set(overlays)
            self._shown = None
        matrix, area = look.matrix(transform), QRect(QPoint(), size)
        seen = [(self._scene.overlays[place], self._scene.paths[place]) for place in self._scene.within(area, transform)]
        painter.save()
        outline(painter, seen, matrix, transform.ratio, rough=True)
        for overlay in (overlay for overlay, _ in seen if overlay.selected):
            places = (transform.to_widget(x, y) for ring in overlay.rings for x, y in ring)
            look.handles(painter, places, QColor(*overlay.colour), 1.0)
        painter.scale(1.0 / transform.ratio, 1.0 / transform.ratio)
        self._put_labels(painter, area, transform)
        painter.restore()

    def _bare(self, wanted: _View) -> tuple[QRect, ...]:
        """Keep of the outlines what still is right; return what must be painted anew (in their own pixels), which is empty."""
        shown, before = self._shown, self._scene
        same = shown is not None and (shown.overlays, shown.without) == (wanted.overlays, wanted.without)
        if not same:
            self._set(tuple(o for o in wanted.overlays if o.annotation_id != wanted.without))
        if shown is not None and self._home is not None and shown.size == wanted.size:
            kept = stripes(self._home, wanted.transform, self._outlines.size())
            if same and kept is not None:
                return self._panned(wanted, kept[0])
            if shown.transform == wanted.transform:
                return self._cleared(before.differing(self._scene, self._shifted(self._home.ratio)) & self._outlines.rect())
        self._home, self._margin = wanted.transform, 0
        self._outlines = QImage(wanted.size, QImage.Format.Format_ARGB32_Premultiplied)
        self._outlines.fill(Qt.GlobalColor.transparent)
        return (self._outlines.rect(),)

    def _panned(self, wanted: _View, by: tuple[int, int]) -> tuple[QRect, ...]:
        """Move the outlines only where they do not reach: then they reach as far in all directions again."""
        margin = round(_MARGIN * wanted.transform.ratio)
        if max(map(abs, by)) <= self._margin:
            return ()
        wider = margin - self._margin
        there = self._outlines.rect().translated(by[0] + wider, by[1] + wider)
        whole = QRect(QPoint(), wanted.size + QSize(2 * margin, 2 * margin))
        self._outlines = self._outlines.copy(whole.translated(-there.topLeft()))
        self._home, self._margin = wanted.transform, margin
        return tuple(QRegion(whole) - QRegion(there))

    def _seen(self, view: _View) -> QRect:
        """The part of the outlines that a view shows."""
        home, ratio = self._home or view.transform, view.transform.ratio
        across, down = (round((b - a) * ratio) for a, b in
                        ((home.offset_x, view.transform.offset_x), (home.offset_y, view.transform.offset_y)))  # fmt: skip
        return QRect(QPoint(self._margin - across, self._margin - down), view.size)

    def _shifted(self, ratio: float) -> Transform:
        """The transform of the outlines' own pixels."""
        assert self._home is not None
        return replace(self._home, offset_x=self._home.offset_x + self._margin / ratio, offset_y=self._home.offset_y + self._margin / ratio)

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
        tops = np.array([found.top for found in drawn], dtype=np.float64).reshape(-1, 2)
        self._scene = _Scene(overlays, tuple(found.path for found in drawn), boxes, tops)

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
        outline(painter, [pair for pair in seen if not pair[0].selected], matrix, transform.ratio)
        for overlay, path in seen:
            if overlay.selected:
                outline(painter, [(overlay, path)], matrix, transform.ratio)
                places = (matrix.map(QPointF(x, y)).toTuple() for ring in overlay.rings for x, y in ring)
                look.handles(painter, places, QColor(*overlay.colour), transform.ratio)
        painter.end()

    def _put_labels(self, painter: QPainter, area: QRect, transform: Transform) -> None:
        """Paint the labels (painter and area: device pixels); all of each is inside the view."""
        scene = self._scene
        labelled = [place for place in scene.within(area, transform) if scene.overlays[place].label]
        if not labelled:
            return
        plates = [self._plate(scene.overlays[place], transform.ratio) for place in labelled]
        (scale_x, scale_y), (x, y) = _scales(transform)
        sizes = np.array([(plate.width(), plate.height()) for plate in plates], dtype=np.float64)
        left, upper = (edge[labelled] for edge in _as_shown(np.hstack([scene.tops, scene.tops]), transform.placed).T[:2])
        lefts = left * scale_x + x
        uppers = upper * scale_y + y - _LIFT * transform.ratio - sizes[:, 1]
        corners = np.rint(np.maximum(np.minimum(np.stack([lefts, uppers], axis=1), (area.width(), area.height()) - sizes), 0.0))
        for (left, upper), plate in zip(corners.astype(int).tolist(), plates, strict=True):
            painter.drawImage(left, upper, plate)

    def _plate(self, overlay: Overlay, ratio: float) -> QImage:
        """Return an annotation's label, painted once for all that look alike."""
        key = (overlay.label, overlay.colour, ratio)
        plate = self._plates.get(key)
        if plate is None:
            if len(self._plates) > _MOST_PLATES:
                self._plates.clear()
            plate = self._plates[key] = look.plate(overlay.label, ratio, QColor(*overlay.colour))
        return plate


def _drawn(overlay: Overlay) -> _Drawn:
    path = look.path(overlay.rings, closed=overlay.closed)
    box = path.controlPointRect()
    x, y = min((p for ring in overlay.rings for p in ring), key=lambda p: (p[1], p[0]), default=(0.0, 0.0))
    return _Drawn(overlay.rings, path, (box.left(), box.top(), box.right(), box.bottom()), (x, y))


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
    painter: QPainter, overlays: list[tuple[Overlay, QPainterPath]], matrix: QTransform, ratio: float, *, rough: bool = False
) -> None:
    """Paint annotations and their paths; `matrix` takes paths to the painter's coordinates, `ratio` is the device pixels of a logical one.

    The outlines of those that look alike are painted in one go, `rough` ones thin and without a rim.
    """
    alike: dict[tuple[tuple[int, int, int], bool, bool, bool], QPainterPath] = {}
    look.wash(painter, ((path, overlay.colour) for overlay, path in overlays if overlay.closed and not overlay.other), matrix)
    for overlay, path in overlays:
        alike.setdefault((overlay.colour, overlay.selected, overlay.locked, overlay.other), QPainterPath()).addPath(path)
    for (colour, selected, locked, other), path in alike.items():
        width = look.SELECTED if selected else look.OUTLINE
        look.trace(painter, path, matrix, QColor(*colour), width * ratio, dashed=locked, dotted=other, rough=rough)
