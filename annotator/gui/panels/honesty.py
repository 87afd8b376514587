"""The line below the picture that says why it looks as it does: what may mislead first and in colour, the rest quietly."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, SignalInstance
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QToolTip, QWidget

from annotator.gui.keys import SHEET
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.honesty import Note

_HEIGHT, _PIXELS = 22, 11
_EDGE, _GAP = 10.0, 16.0
_SHEET_WIDTH = 460

Notes = Callable[[], tuple[Note, ...]]


class HonestyStrip(QWidget):
    """One slim line; a click opens a sheet with the sentences."""

    def __init__(self, look: Theme, notes: Notes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("honesty_strip")
        self._look, self._ask = look, notes
        self._notes: tuple[Note, ...] = ()
        self._places: list[tuple[QRectF, Note]] = []
        self._sheet = HonestySheet(look, self)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def heed(self, *signals: SignalInstance) -> None:
        """Look again whenever one of these signals comes."""
        for signal in signals:
            signal.connect(self.look)

    def look(self, *_: object) -> None:
        """Ask what is to be said, and say it if it is news."""
        found = self._ask()
        if found != self._notes:
            self._notes = found
            self._say()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self._notes = self._ask()
        self._say()

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is said now."""
        return self._notes

    def open_sheet(self) -> None:
        """Show all sentences above the line, or put them away."""
        if self._sheet.isVisible():
            self._sheet.hide()
        elif self._notes:
            self._sheet.setParent(self.window())
            self._sheet.fill(self._notes)
            self._sheet.adjustSize()
            self._sheet.move(self.mapTo(self.window(), QPoint(6, -self._sheet.height() - 4)))
            self._sheet.show()
            self._sheet.raise_()
            self._sheet.setFocus()

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(200, _HEIGHT)

    def _say(self) -> None:
        self.setAccessibleName(translate(mark("About the picture")))
        self._sheet.hide()
        self.setAccessibleDescription(". ".join(note.sentence for note in self._notes))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt; what does not fit is left out from the right, and the sheet has it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("ground"))
        font = QFont(self.font())
        font.setPixelSize(_PIXELS)
        painter.setFont(font)
        metrics, x, last = QFontMetricsF(font), _EDGE, self.width() - _EDGE
        self._places = []
        for note in self._notes:
            text = f"⚠ {note.short}" if note.warning else note.short
            width, room = metrics.horizontalAdvance(text), last - x
            fits = width <= room
            place = QRectF(x, 0.0, min(width, max(room, 0.0)), self.height())
            painter.setPen(self._look.colour("warning" if note.warning else "quiet"))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text if fits else "…")
            if not fits:
                break
            self._places.append((place, note))
            x += width + _GAP
        painter.end()

    def event(self, event: QEvent) -> bool:
        """See Qt; the tool tip is the sentence of what is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            under = self.note_at(event.pos())
            QToolTip.showText(event.globalPos(), under.sentence if under else "", self)
            return True
        return super().event(event)

    def note_at(self, place: QPoint) -> Note | None:
        """Return what is said at a place of the line."""
        reach = _GAP / 2
        return next((note for area, note in self._places if area.adjusted(-reach, 0, reach, 0).contains(place)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.open_sheet()


class HonestySheet(QFrame):
    """Every note with its sentence; goes away with Esc, or when something else takes the keyboard."""

    def __init__(self, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(SHEET)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._look = look
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 12, 16, 14)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.setFixedWidth(_SHEET_WIDTH)
        self.hide()

    def fill(self, notes: tuple[Note, ...]) -> None:
        """Write down what is to be said."""
        while (item := self._grid.takeAt(0)) is not None:
            if (before := item.widget()) is not None:
                before.deleteLater()
        for row, note in enumerate(notes):
            short, sentence = QLabel(note.short, self), QLabel(note.sentence, self)
            short.setStyleSheet(f"color: {self._look.colours['warning' if note.warning else 'quiet']};")
            sentence.setWordWrap(True)
            self._grid.addWidget(short, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(sentence, row, 1, Qt.AlignmentFlag.AlignTop)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """See Qt."""
        super().focusOutEvent(event)
        self.hide()
