"""Paint the annotations into a transparent layer, and keep it until one of them or the view changes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from annotator.domain.path import Polyline
from annotator.gui.canvas import look
from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.transform import Transform


class Layer:
    """The annotations of one image as an image of the view's size; paths are kept per annotation, so that a zoom builds none."""

    def __init__(self) -> None:
        self._paths: dict[int, tuple[tuple[Polyline, ...], QPainterPath]] = {}
        self._shown: tuple[tuple[Overlay, ...], Transform, QSize, int | None] | None = None
        self._result = QImage()

    def image(self, overlays: tuple[Overlay, ...], transform: Transform, size: QSize, without: int | None = None) -> QImage:
        """Return the layer for a view of `size` device pixels; `without` names an annotation that is being changed."""
        if self._shown is None or self._shown[1:] != (transform, size, without) or self._shown[0] != overlays:
            if self._result.size() != size:
                self._result = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._result.fill(Qt.GlobalColor.transparent)
            self._paint(tuple(o for o in overlays if o.annotation_id != without), transform)
            self._shown = (overlays, transform, size, without)
        return self._result

    def _paint(self, overlays: tuple[Overlay, ...], transform: Transform) -> None:
        painter = QPainter(self._result)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, matrix = QRectF(self._result.rect()), look.matrix(transform, transform.ratio)
        paths = {o.annotation_id: self._path(o) for o in overlays}
        boxes = {number: matrix.mapRect(path.controlPointRect()) for number, path in paths.items()}
        seen = [o for o in overlays if _meets(boxes[o.annotation_id], area)]
        for overlay in sorted(seen, key=lambda o: o.selected):
            painter.setWorldTransform(matrix)
            outline(painter, paths[overlay.annotation_id], overlay, transform.ratio)
            painter.resetTransform()
            if overlay.selected:
                places = (matrix.map(QPointF(x, y)).toTuple() for ring in overlay.rings for x, y in ring)
                look.handles(painter, places, QColor(*overlay.colour), transform.ratio)
        for overlay in seen:
            if overlay.label:
                corner = boxes[overlay.annotation_id].topLeft() - QPointF(0.0, 4 * transform.ratio)
                look.plate(painter, overlay.label, corner, area, transform.ratio, QColor(*overlay.colour))
        painter.end()
        self._paths = {number: self._paths[number] for number in paths}

    def _path(self, overlay: Overlay) -> QPainterPath:
        kept = self._paths.get(overlay.annotation_id)
        if kept is None or kept[0] != overlay.rings:
            kept = (overlay.rings, look.path(overlay.rings, closed=overlay.closed))
            self._paths[overlay.annotation_id] = kept
        return kept[1]


def outline(painter: QPainter, path: QPainterPath, overlay: Overlay, unit: float) -> None:
    """Paint one annotation's path with the painter's transform; `unit` is a logical pixel in device pixels."""
    colour = QColor(*overlay.colour)
    width = (look.SELECTED if overlay.selected else look.OUTLINE) * unit
    if overlay.closed:
        painter.fillPath(path, look.wash(colour))
    painter.strokePath(path, look.rim(width))
    painter.strokePath(path, look.pen(colour, width, dashed=overlay.locked))


def _meets(box: QRectF, area: QRectF) -> bool:
    """Whether a box reaches into the area; unlike QRectF.intersects, one without width or height may."""
    reach = 8.0
    return (
        box.left() <= area.right() + reach
        and box.right() >= area.left() - reach
        and box.top() <= area.bottom() + reach
        and box.bottom() >= area.top() - reach
    )
