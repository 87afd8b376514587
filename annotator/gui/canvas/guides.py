"""What another view tells this one: where its slice crosses this image, and where in this image its pointer is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from annotator.domain.links import Segment
from annotator.domain.path import Point
from annotator.gui.canvas import cross as cross_of
from annotator.gui.canvas.cross import Cross
from annotator.gui.canvas.transform import Transform

_LINE, _POINT, _RIM = QColor(240, 200, 90), QColor(120, 220, 255), QColor(0, 0, 0, 150)
_GAP, _ARM = 5.0, 13.0
"""Logical pixels: the cross leaves the point itself free, so that it can be seen."""


@dataclass(frozen=True)
class Guides:
    """In image coordinates; None where there is nothing to show.  `near` is False where the point lies outside the slice."""

    line: Segment | None = None
    point: Point | None = None
    near: bool = True
    cross: Cross | None = None
    """Where other planes of the same series cross this image."""


def paint(painter: QPainter, area: QRectF, guides: Guides, transform: Transform) -> None:
    """Paint with a painter in logical pixels; `area` is the whole widget."""
    if guides.cross is not None:
        cross_of.paint(painter, area, QPointF(*transform.to_widget(*guides.cross.point)), guides.cross)
    if guides.line is not None:
        a, b = (QPointF(*transform.to_widget(*point)) for point in guides.line)
        _strokes(painter, [QLineF(a, b)], _LINE)
    if guides.point is not None:
        at = QPointF(*transform.to_widget(*guides.point))
        ways = (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1))
        colour = QColor(_POINT)
        colour.setAlphaF(1.0 if guides.near else 0.45)
        _strokes(painter, [QLineF(at + way * _GAP, at + way * _ARM) for way in ways], colour)


def _strokes(painter: QPainter, lines: list[QLineF], colour: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for ink, width in ((_RIM, 3.0), (colour, 1.25)):
        painter.setPen(QPen(ink, width))
        painter.drawLines(lines)
    painter.restore()
