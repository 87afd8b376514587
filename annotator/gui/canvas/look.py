"""What outlines, handles and plates look like on a picture: pens, brushes and the paths they follow."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from annotator.domain.path import Polyline
from annotator.gui.canvas.transform import Transform

OUTLINE, SELECTED, HALO = 1.75, 2.5, 1.75
"""Widths in logical pixels: of an outline, a selected one, and of the dark rim added to it."""
HANDLE = 7.0
_FILL = 51
_RIM = QColor(0, 0, 0, 150)
_PLATE = QColor(12, 14, 18, 200)
TEXT = QColor(240, 242, 245)
_PLATE_PIXELS = 11


def pen(colour: QColor, width: float, *, dashed: bool = False) -> QPen:
    """Return a pen of this width on the screen, whatever the zoom."""
    made = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    if dashed:
        made.setDashPattern([4.0, 3.0])
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setCosmetic(True)
    return made


def rim(width: float) -> QPen:
    """Return the pen of the dark rim under an outline of this width: it is seen on white and on any colour."""
    return pen(_RIM, width + HALO)


def wash(colour: QColor) -> QBrush:
    """Return the translucent filling of an area."""
    return QBrush(QColor(colour.red(), colour.green(), colour.blue(), _FILL))


def polygon(points: Polyline) -> QPolygonF:
    """Return vertices as Qt wants them."""
    return QPolygonF([QPointF(x, y) for x, y in points])


def path(rings: Iterable[Polyline], *, closed: bool) -> QPainterPath:
    """Return outlines (filled odd-even) or lines as a path in image coordinates."""
    made = QPainterPath()
    made.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in rings:
        made.addPolygon(polygon(ring))
        if closed:
            made.closeSubpath()
    return made


def matrix(transform: Transform, ratio: float = 1.0) -> QTransform:
    """Return the transform as Qt wants it, times `ratio`."""
    x, y = transform.scale_x * ratio, transform.scale_y * ratio
    return QTransform(x, 0.0, 0.0, y, transform.offset_x * ratio, transform.offset_y * ratio)


def handles(painter: QPainter, places: Iterable[tuple[float, float]], colour: QColor, unit: float) -> None:
    """Paint a square on each place (painter coordinates) that is not too near to the last one; `unit` is a logical pixel."""
    side, gap = HANDLE * unit, 1.6 * HANDLE * unit
    painter.setPen(QPen(_RIM, unit))
    painter.setBrush(QBrush(colour.lighter(150)))
    last: tuple[float, float] | None = None
    for x, y in places:
        if last is None or abs(x - last[0]) > gap or abs(y - last[1]) > gap:
            painter.drawRect(QRectF(x - side / 2, y - side / 2, side, side))
            last = (x, y)


def plate_font(unit: float) -> QFont:
    """Return the font of plates."""
    font = QFont()
    font.setPixelSize(max(round(_PLATE_PIXELS * unit), 1))
    font.setBold(True)
    return font


def plate(painter: QPainter, text: str, corner: QPointF, within: QRectF, unit: float, mark: QColor | None = None) -> QRectF:
    """Paint a text on a dark plate with its bottom-left `corner` there, moved to lie `within`; `mark` colours its left edge."""
    font = plate_font(unit)
    extent = QFontMetricsF(font).horizontalAdvance(text)
    edge = 3.0 * unit if mark else 0.0
    area = QRectF(0.0, 0.0, extent + 8 * unit + edge, 16 * unit)
    area.moveBottomLeft(corner)
    area.moveLeft(max(min(area.left(), within.right() - area.width()), within.left()))
    area.moveTop(max(min(area.top(), within.bottom() - area.height()), within.top()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PLATE)
    painter.drawRoundedRect(area, 3 * unit, 3 * unit)
    if mark:
        painter.fillRect(QRectF(area.left(), area.top() + 2 * unit, edge, area.height() - 4 * unit), mark)
    painter.setFont(font)
    painter.setPen(TEXT)
    painter.drawText(area.adjusted(edge, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, text)
    return area
