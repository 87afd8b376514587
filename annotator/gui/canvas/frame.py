"""A rectangle that is dragged over the picture to choose what is in it: which pixels those are, and what it looks like."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QTransform

from annotator.gui.canvas import look

Point = tuple[float, float]
_COLOUR, _WIDTH = QColor(255, 214, 10), 2.0


def part_between(one: Point, other: Point, rows: int, columns: int) -> tuple[slice, slice] | None:
    """Return the rows and columns of an image that a rectangle between two image points touches; None where it touches none."""
    left, right = max(math.floor(min(one[0], other[0])), 0), min(math.ceil(max(one[0], other[0])), columns)
    top, bottom = max(math.floor(min(one[1], other[1])), 0), min(math.ceil(max(one[1], other[1])), rows)
    return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def paint(painter: QPainter, frame: QRectF) -> None:
    """Paint the rectangle (widget coordinates) with a dashed line that is seen on black and on white."""
    path = QPainterPath()
    path.addRect(frame)
    look.trace(painter, path, QTransform(), _COLOUR, _WIDTH, dashed=True)
