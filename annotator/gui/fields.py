"""Fields that a form is drawn from: a choice that a digit answers, and a line of text or a number; each tells a value when it is meant."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

_OPENING = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_F4})
_CLEARING = frozenset({Qt.Key.Key_0, Qt.Key.Key_Backspace, Qt.Key.Key_Delete})


class ChoiceField(QComboBox):
    """One of a few values, or none: its digit chooses it, Backspace takes it back, an arrow opens the list, Enter goes on."""

    answered = Signal(str)
    """A person chose this value."""
    passed = Signal()
    """The next question, please."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(lambda place: self.answered.emit(self.itemData(place)))

    def offer(self, answers: Sequence[tuple[str, str]], value: str, empty: str) -> None:
        """Show these answers (value → words) with their digits, and which of them is given; `empty` stands where none is."""
        self.blockSignals(True)
        self.clear()
        self.addItem(empty, "")
        for number, (own, words) in enumerate(answers, 1):
            self.addItem(f"{number}  {words}" if number < 10 else words, own)
        place = self.findData(value)
        if place < 0:  # a value that the definition does not name any more is shown as it is
            self.addItem(value, value)
            place = self.count() - 1
        self.setCurrentIndex(place)
        self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        key = event.key()
        number = key - Qt.Key.Key_0 if Qt.Key.Key_1 <= key <= Qt.Key.Key_9 else 0
        if 0 < number < self.count():
            self._choose(number)
        elif key in _CLEARING:
            self._choose(0)
        elif key in _OPENING:
            self.showPopup()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.passed.emit()
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See Qt; turning the wheel over a field never changes an answer."""
        event.ignore()

    def _choose(self, place: int) -> None:
        self.setCurrentIndex(place)
        self.answered.emit(self.itemData(place))
        if place:
            self.passed.emit()


class LineField(QLineEdit):
    """A line of text, or a number: Enter and leaving the field tell it, Esc takes back what was typed."""

    answered = Signal(str)
    passed = Signal()
    left = Signal()
    """Esc: back to the picture."""

    def __init__(self, parent: QWidget | None = None, *, number: bool = False) -> None:
        super().__init__(parent)
        self._there, self._number = "", number
        if number:
            self.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.editingFinished.connect(self._tell)
        self.returnPressed.connect(self.passed.emit)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """See Qt, which would select all: a number is written over, words are gone on with."""
        super().focusInEvent(event)
        if not self._number and event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.end(False)

    def put(self, value: str, placeholder: str = "") -> None:
        """Show the value that is given; what is being typed stays."""
        self.setPlaceholderText(placeholder)
        if value != self._there or (not self.isModified() and value != self.text()):
            self._there = value
            self.setText(value)
            if not self.hasFocus():  # the beginning of a long one is seen; who is typing goes on at its end
                self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._there)
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _tell(self) -> None:
        if self.isModified():
            self.setModified(False)
            self.answered.emit(self.text())
