"""Paint the cross where three planes meet: each line in the colour of the plane that it stands for."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

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
    """Paint with a painter in logical pixels through a place of the widget `area`; boxes are filled faster than wide lines are drawn."""
    x, y = at.x(), at.y()
    upright = [(x, area.top(), x, y - _GAP), (x, y + _GAP, x, area.bottom())]
    level = [(area.left(), y, x - _GAP, y), (x + _GAP, y, area.right(), y)]
    for lines, colour in ((upright, cross.upright), (level, cross.level)):
        for ink, width in ((_RIM, 3.0), (QColor(*colour, 210), 1.0)):
            for x1, y1, x2, y2 in lines:
                if x2 > x1 or y2 > y1:  # else the point lies outside the view on that side
                    across, down = (width, 0.0) if x1 == x2 else (0.0, width)
                    painter.fillRect(QRectF(x1 - across / 2, y1 - down / 2, x2 - x1 + across, y2 - y1 + down), ink)
