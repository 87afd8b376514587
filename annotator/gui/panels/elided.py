"""A line of text that ends in … where there is no room for all of it; the tool tip says all of it."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_ROOM = 8
_CLAUSE = re.compile(r"; | · |\. |$")
"""Where a clause ends."""


class Elided(QLabel):
    """A label that takes what width it gets."""

    def __init__(self, mode: Qt.TextElideMode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """See Qt."""
        return QSize(0, super().minimumSizeHint().height())

    @property
    def shown(self) -> str:
        """What is painted of the text."""
        return self.fitted(self.rect().width() - 2 * _ROOM)

    def fitted(self, width: int) -> str:
        """Return what of the text has room in so many pixels."""
        return self.fontMetrics().elidedText(self.text(), self._mode, width)

    def say(self, text: str) -> None:
        """Show a text."""
        self.setText(text)
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        inside = self.rect().adjusted(_ROOM, 0, -_ROOM, 0)
        text = self.shown
        painter = QPainter(self)
        self.style().drawItemText(painter, inside, self.alignment(), self.palette(), self.isEnabled(), text, self.foregroundRole())
        painter.end()


class Clauses(Elided):
    """A line of clauses that leaves out the last ones where there is no room for them, and cuts only a first one that is too long."""

    def fitted(self, width: int) -> str:
        """See Elided."""
        return whole_clauses(self.text(), self.fontMetrics(), width)


def whole_clauses(text: str, letters: QFontMetrics, width: int) -> str:
    """Return the clauses of a text for which there is room in so many pixels; the first is cut where even that is too long."""
    whole = [text[: end.start()] for end in _CLAUSE.finditer(text)]
    fits = next((said for said in reversed(whole) if letters.horizontalAdvance(said) <= width), None)
    return letters.elidedText(text, Qt.TextElideMode.ElideRight, width) if fits is None else fits
