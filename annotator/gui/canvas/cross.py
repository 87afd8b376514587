"""Paint the cross where three planes meet: each line in the colour of the plane that it stands for."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from annotator.domain.path import Point

Colour = tuple[int, int, int]
_RIM = QColor(0, 0, 0, 110)
_GAP = 16.0
"""Logical pixels around the point that stay free, so that what lies there can be seen."""


@dataclass(frozen=True)
class Cross:
    """Where planes cross an image: through a point (image coordinates), in the colours of the upright and of the level line."""

    point: Point
    upright: Colour
    level: Colour


def paint(painter: QPainter, area: QRectF, at: QPointF, cross: Cross) -> None:
    """Paint with a painter in logical pixels through a place of the widget `area`."""
    x, y = at.x(), at.y()
    upright = [QLineF(x, area.top(), x, y - _GAP), QLineF(x, y + _GAP, x, area.bottom())]
    level = [QLineF(area.left(), y, x - _GAP, y), QLineF(x + _GAP, y, area.right(), y)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for lines, colour in ((upright, cross.upright), (level, cross.level)):
        seen = [line for line in lines if _ahead(line)]
        for ink, width in ((_RIM, 3.0), (QColor(*colour, 210), 1.0)):
            painter.setPen(QPen(ink, width))
            painter.drawLines(seen)
    painter.restore()


def _ahead(line: QLineF) -> bool:
    """Whether a line runs to the right or down: where the point lies outside the view it would run back."""
    return line.x2() > line.x1() or line.y2() > line.y1()
