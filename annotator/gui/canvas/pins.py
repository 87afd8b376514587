"""Paint pins over the picture: small signs at the points that questions are about; they have one size at every zoom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from annotator.domain.path import Point
from annotator.gui.canvas.transform import Transform

_HEAD, _STEM = 9.0, 15.0
"""Logical pixels: radius of a pin's head, and how far its middle is above the point."""
_OPEN, _ANSWERED, _INK, _RIM = QColor(255, 196, 61), QColor(150, 158, 170), QColor(20, 22, 26), QColor(0, 0, 0, 170)


@dataclass(frozen=True)
class Sign:
    """A pin at an image point with what stands in its head; an answered one is grey."""

    at: Point
    text: str
    open: bool


def paint(painter: QPainter, signs: Iterable[Sign], transform: Transform) -> None:
    """Paint with a painter in logical pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(painter.font())
    font.setPixelSize(11)
    font.setBold(True)
    painter.setFont(font)
    for sign in signs:
        point = QPointF(*transform.to_widget(*sign.at))
        middle = point - QPointF(0.0, _STEM)
        head = QRectF(middle.x() - _HEAD, middle.y() - _HEAD, 2 * _HEAD, 2 * _HEAD)
        shape, stem = QPainterPath(), QPainterPath(point)
        shape.addEllipse(head)
        stem.lineTo(middle + QPointF(-_HEAD * 0.6, _HEAD * 0.6))
        stem.lineTo(middle + QPointF(_HEAD * 0.6, _HEAD * 0.6))
        stem.closeSubpath()
        painter.setPen(QPen(_RIM, 1.5))
        painter.setBrush(_OPEN if sign.open else _ANSWERED)
        painter.drawPath(shape.united(stem))
        painter.setPen(_INK)
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, sign.text)
    painter.restore()
