"""What lies over a mammogram beside its annotations: its view, the nipple, the arc of a lesion seen in another view, the map of a sweep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTransform

from annotator.domain.path import Point
from annotator.domain.sweep import Field
from annotator.gui.canvas import look
from annotator.gui.canvas.legend import Legend, Signs
from annotator.gui.canvas.shown import Shown
from annotator.gui.canvas.transform import Transform
from annotator.gui.canvas.words import put, words

_NAME, _LINE, _MARGIN, _BELOW_LINES = 24, 12, 8.0, 58.0
_ROOMY = 330.0
_NIPPLE, _ARC, _DOUBT = QColor(255, 176, 92), QColor(120, 220, 255), QColor(255, 196, 0)
_RADIUS = 6.0
_MAP_WIDTH, _MAP_HEIGHT = 104.0, 128.0
_MAP_GROUND, _MAP_TISSUE, _MAP_FIELD, _MAP_HERE = QColor(10, 12, 16, 215), 120, QColor(255, 255, 255, 70), QColor(255, 214, 10)
_TOP_LEFT, _TOP_RIGHT = (0.0, 0.0), (1.0, 0.0)


@dataclass(frozen=True)
class Band:
    """How far a lesion is from the nipple in mm: its nearest and farthest vertex and its middle, and what is said of it."""

    near: float
    far: float
    middle: float
    said: str


@dataclass(frozen=True, eq=False)
class Map:
    """Where a sweep is: the tissue of the image as it is shown, its fields, which of them is seen."""

    tissue: NDArray[np.bool_]
    fields: tuple[Field, ...]
    here: int


@dataclass(frozen=True)
class BreastSheet:
    """What is known of one mammogram; `wall` is the edge of the screen (left, right) at which its chest wall is, empty: not known."""

    name: str
    lines: tuple[str, ...] = ()
    doubtful: bool = False
    wall: str = ""
    nipple: Point | None = None
    band: Band | None = None
    spacing: tuple[float, float] | None = None
    map: Map | None = None

    def paint(self, painter: QPainter, area: QRectF, shown: Shown, transform: Transform, legend: Legend | None) -> None:
        """Paint with a painter in logical pixels; `area` is the whole widget."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.nipple is not None:
            if self.band is not None and self.spacing is not None:
                self._paint_band(painter, area, transform, self.nipple, self.band, self.spacing)
            _paint_nipple(painter, QPointF(*transform.to_widget(*self.nipple)))
        low = self._paint_name(painter, area, transform, legend)
        if self.map is not None:
            _paint_map(painter, area, transform, self.map, low, right=self.wall != "right")
        painter.restore()

    def _paint_name(self, painter: QPainter, area: QRectF, transform: Transform, legend: Legend | None) -> float:
        """Paint the view's name on the side where there is air; return where the room below it begins."""
        signs = legend.signs if legend is not None else Signs.FEW
        roomy = signs is Signs.ALL and min(area.width(), area.height()) >= _ROOMY
        top = area.top() + (_BELOW_LINES if roomy else _MARGIN)
        if signs is Signs.NONE:
            return top
        at_right = self.wall != "right"
        x, anchor = (area.right() - _MARGIN, _TOP_RIGHT) if at_right else (area.left() + _MARGIN, _TOP_LEFT)
        name = put(painter, words(self.name + (" ?" if self.doubtful else ""), _NAME, transform.ratio, bold=True), QPointF(x, top), anchor)
        if self.doubtful:
            painter.setPen(QPen(_DOUBT, 2.0))
            painter.drawLine(QPointF(name.left() + 3, name.bottom()), QPointF(name.right() - 3, name.bottom()))
        low = name.bottom() + 2.0
        for line in self.lines:
            low = put(painter, words(line, _LINE, transform.ratio), QPointF(x, low), anchor).bottom()
        return low + 6.0

    def _paint_band(
        self, painter: QPainter, area: QRectF, transform: Transform, nipple: Point, band: Band, spacing: tuple[float, float]
    ) -> None:
        """Paint the half ring towards the chest wall in which the lesion must lie, and the arc through its middle."""
        placed, centre = transform.placed, QPointF(*transform.to_widget(*nipple))
        (left, top), (right, low) = transform.to_widget(0.0, 0.0), transform.to_widget(placed.columns, placed.rows)
        painter.save()
        painter.setClipRect(QRectF(QPointF(left, top), QPointF(right, low)).normalized() & area)
        start = -90.0 if self.wall == "right" else 90.0

        def ring(far: float) -> QRectF:
            across, down = far / spacing[1] * transform.scale_x, far / spacing[0] * transform.scale_y
            return QRectF(centre.x() - across, centre.y() - down, 2 * across, 2 * down)

        half = QPainterPath()
        half.arcMoveTo(ring(band.far), start)
        half.arcTo(ring(band.far), start, 180.0)
        half.arcTo(ring(band.near), start + 180.0, -180.0)
        half.closeSubpath()
        wash = QColor(_ARC)
        wash.setAlpha(38)
        painter.fillPath(half, wash)
        path = QPainterPath()
        path.arcMoveTo(ring(band.middle), start)
        path.arcTo(ring(band.middle), start, 180.0)
        look.trace(painter, path, QTransform(), _ARC, 1.5 * transform.ratio, dashed=True)
        painter.restore()
        inside = QRectF(QPointF(left, top), QPointF(right, low)).normalized() & area
        look.put_plate(painter, band.said, self._place_of_words(ring(band.middle), inside, start), area)

    @staticmethod
    def _place_of_words(ring: QRectF, inside: QRectF, start: float) -> QPointF:
        """The first place on the arc that can be seen, from its ends, where there is air, inwards."""
        path = QPainterPath()
        path.arcMoveTo(ring, start)
        path.arcTo(ring, start, 180.0)
        places = [path.pointAtPercent(percent) for percent in (0.02, 0.98, 0.1, 0.9, 0.2, 0.8, 0.35, 0.65, 0.5)]
        seen = [place for place in places if inside.adjusted(20, 20, -20, -20).contains(place)]
        return (seen or places[::-1])[0] + QPointF(8.0, -4.0)


def _paint_nipple(painter: QPainter, at: QPointF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 170), 3.5), (_NIPPLE, 1.75)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(at, _RADIUS, _RADIUS)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_NIPPLE)
    painter.drawEllipse(at, 1.6, 1.6)


def _paint_map(painter: QPainter, area: QRectF, transform: Transform, found: Map, top: float, *, right: bool) -> None:
    """Paint the whole image small: tissue, fields, the one that is seen, and what of it is on the screen."""
    placed = transform.placed
    across, down = placed.columns * placed.pixel_width, placed.rows * placed.pixel_height
    scale = min(_MAP_WIDTH / across, _MAP_HEIGHT / down)
    width, height = across * scale, down * scale
    left = area.right() - _MARGIN - width - 2 if right else area.left() + _MARGIN + 2
    sheet = QRectF(left, top, width, height)
    painter.fillRect(sheet.adjusted(-3, -3, 3, 3), _MAP_GROUND)
    rows, columns = found.tissue.shape
    grey = np.ascontiguousarray(np.where(found.tissue, _MAP_TISSUE, 0).astype(np.uint8))
    image = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
    by_x, by_y = placed.pixel_width * scale, placed.pixel_height * scale
    painter.drawImage(sheet, image)
    painter.setClipRect(sheet.adjusted(-2, -2, 2, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for number, field in enumerate(found.fields):
        box = QRectF(left + field.left * by_x, top + field.top * by_y, field.width * by_x, field.height * by_y)
        if number < found.here:
            painter.fillRect(box, QColor(120, 220, 255, 40))
        painter.setPen(QPen(_MAP_FIELD, 1.0))
        painter.drawRect(box)
    seen = QRectF(
        left - transform.offset_x / transform.scale_x * by_x, top - transform.offset_y / transform.scale_y * by_y,
        area.width() / transform.scale_x * by_x, area.height() / transform.scale_y * by_y,
    )  # fmt: skip
    painter.setPen(QPen(_MAP_HERE, 1.75))
    painter.drawRect(seen)
    painter.setClipping(False)
