"""A line of text that ends in … where there is no room for all of it; the tool tip says all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_ROOM = 8


class Elided(QLabel):
    """A label that takes what width it gets."""

    def __init__(self, mode: Qt.TextElideMode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """See Qt."""
        return QSize(0, super().minimumSizeHint().height())

    def say(self, text: str) -> None:
        """Show a text."""
        self.setText(text)
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        inside = self.rect().adjusted(_ROOM, 0, -_ROOM, 0)
        text = self.fontMetrics().elidedText(self.text(), self._mode, inside.width())
        painter = QPainter(self)
        self.style().drawItemText(painter, inside, self.alignment(), self.palette(), self.isEnabled(), text, self.foregroundRole())
        painter.end()
