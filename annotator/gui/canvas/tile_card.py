"""A tile of the gallery with its words: whose lesion it is, how large, whether it is flagged, and whether it is wanted in full."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from annotator.domain.tile import PIXELS
from annotator.gui.canvas.tile_view import TileView
from annotator.gui.theme import Theme

_FRAME = 3.0


class TileCard(TileView):
    """One tile of a page; a click makes it the current one, a double click opens it."""

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self, number: int, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"gallery.tile.{number + 1}")
        self.setFixedSize(QSize(PIXELS, PIXELS))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._number, self._theme = number, theme
        self.words, self.sign = "", ""
        self.current = self.flagged = False

    def say(self, words: str, sign: str, *, current: bool, flagged: bool) -> None:
        """Say this below the picture and at its upper right, and frame it."""
        said = words, sign, current, flagged
        if said != (self.words, self.sign, self.current, self.flagged):
            self.words, self.sign, self.current, self.flagged = said
            self.setAccessibleName(" · ".join(part for part in (words, sign) if part))
            self.setToolTip(words)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        self.chosen.emit(self._number)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        self.opened.emit(self._number)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        super().paintEvent(event)
        painter = QPainter(self)
        small = QFont(self.font())
        small.setPixelSize(12)
        painter.setFont(small)
        plate = QRectF(0, 0, self.width(), 20)
        painter.fillRect(plate, QColor(0, 0, 0, 170))
        painter.setPen(self._theme.colour("text"))
        room = plate.adjusted(7, 0, -7, 0)
        sign = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        taken = painter.fontMetrics().horizontalAdvance(self.sign) + 8 if self.sign else 0
        words = painter.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, round(room.width()) - taken)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)
        painter.setPen(self._theme.colour("warning"))
        painter.drawText(room, sign, self.sign)
        if self.current or self.flagged:
            painter.setPen(QPen(self._theme.colour("warning" if self.flagged else "accent"), _FRAME))
            inset = _FRAME / 2
            painter.drawRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset))
            if self.current and self.flagged:
                painter.setPen(QPen(self._theme.colour("accent"), _FRAME))
                painter.drawRect(QRectF(self.rect()).adjusted(inset * 3, inset * 3, -inset * 3, -inset * 3))
        painter.end()
