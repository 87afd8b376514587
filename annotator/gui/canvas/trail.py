"""Paint a way that is too long to be painted anew at every move: kept as a picture to which only what came new is added."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF, QTransform

_PIECE = 64
"""Points that are painted at once: Qt's time grows with the square of how often a line crosses itself."""


class Trail:
    """The picture of a way, for one place of the image on the screen and one pen."""

    def __init__(self) -> None:
        self._image = QImage()
        self._shown: tuple[object, ...] = ()
        self._done = 0

    def paint(self, painter: QPainter, way: QPolygonF, matrix: QTransform, pen: QPen, area: QRectF, *, opacity: float = 1.0) -> int:
        """Paint a way with an opaque pen, in the painter's coordinates after `matrix`; returns how many points were new."""
        ratio = painter.device().devicePixelRatioF()
        shown = (matrix, pen, area, ratio)
        if shown != self._shown or way.size() < self._done:
            self._image = QImage(QSizeF(area.size() * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
            self._image.setDevicePixelRatio(ratio)
            self._image.fill(Qt.GlobalColor.transparent)
            self._shown, self._done = shown, 0
        new = way.size() - self._done
        if new:
            self._add(way, matrix, pen, area)
        painter.save()
        painter.setOpacity(opacity)
        painter.drawImage(area.topLeft(), self._image)
        painter.restore()
        return new

    def _add(self, way: QPolygonF, matrix: QTransform, pen: QPen, area: QRectF) -> None:
        painter = QPainter(self._image)
        painter.setPen(pen)
        painter.setTransform(matrix * QTransform.fromTranslate(-area.x(), -area.y()))
        for start in range(max(self._done - 1, 0), max(way.size() - 1, 1), _PIECE):
            piece = QPolygonF([QPointF(way.at(place)) for place in range(start, min(start + _PIECE + 1, way.size()))])
            if piece.size() > 1:
                painter.drawPolyline(piece)
            else:
                painter.drawPoint(piece.at(0))
        painter.end()
        self._done = way.size()
