"""Say on a picture that annotations are hidden, and by which key they come back; no other sign may be missed less."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from annotator.gui.canvas import look

_TOP = 30.0
"""Logical pixels below the upper edge, clear of the letter there."""


def paint(painter: QPainter, area: QRectF, text: str) -> None:
    """Paint a sentence on a plate at the upper edge of the widget, with a painter in logical pixels."""
    ratio = painter.device().devicePixelRatioF()
    wide = look.plate(text, ratio, look.WARNING).width() / ratio
    look.put_plate(painter, text, QPointF(area.center().x() - wide / 2, area.top() + _TOP + 16.0), area, look.WARNING)
