"""Paint words over the picture: that it is still coming, or why it does not come."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from annotator.gui.canvas import look
from annotator.i18n import Message, mark, say, translate

_LOADING = mark("Loading…")
_WORDS = QColor(205, 210, 218)
_WIDEST = 560.0


def loading(painter: QPainter, area: QRectF) -> None:
    """Say at the lower edge that the next picture is being decoded."""
    look.put_plate(painter, translate(_LOADING), QPointF(area.center().x() - 30.0, area.bottom() - 14.0), area)


def problem(painter: QPainter, area: QRectF, sentence: Message) -> None:
    """Write in the middle why there is no picture, wrapped."""
    font = QFont(painter.font())
    font.setPixelSize(15)
    painter.setFont(font)
    painter.setPen(_WORDS)
    width = min(area.width() - 48.0, _WIDEST)
    middle = QRectF(area.center().x() - width / 2, area.top(), width, area.height())
    painter.drawText(middle, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, say(sentence))
