"""Tell what went wrong without a box in the way: lines under the picture, where an error stays until it is dismissed."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.gui.theme import Theme, icon, pixmap
from annotator.i18n import Message, mark, say, translate
from annotator.workspace.notice import Severity

_WARNING_STAYS = 20_000  # ms
_MOST = 4
_COLOURS = {Severity.INFO: "accent", Severity.WARNING: "warning", Severity.ERROR: "danger"}
_ICON = 20


class Notices(QWidget):
    """The lines that are not dismissed yet, the newest at the bottom."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: list[_Line] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    @property
    def open(self) -> bool:
        """Whether there is anything to dismiss."""
        return bool(self._lines)

    @property
    def texts(self) -> tuple[str, ...]:
        """What the lines say, in the current language."""
        return tuple(say(line.sentence) for line in self._lines)

    def tell(self, sentence: Message, severity: Severity, *, refusal: bool = False) -> None:
        """Show a sentence; said again, it comes to the bottom.  Of refusals the newest alone is shown: it answers what was done last."""
        for line in [line for line in self._lines if line.sentence == sentence or (refusal and line.refusal)]:
            self._drop(line)
        line = _Line(sentence, severity, self._theme, self, refusal=refusal)
        line.dismissed.connect(lambda: self._drop(line))
        self._lines.append(line)
        self._column.addWidget(line)
        while len(self._lines) > _MOST:
            self._drop(next((old for old in self._lines if old.severity is not Severity.ERROR), self._lines[0]))
        self._show()

    def dismiss(self) -> None:
        """Take the newest line away."""
        if self._lines:
            self._drop(self._lines[-1])

    def withdraw(self, *texts: str) -> None:
        """Take away the lines that say one of these (`Message.text`), which is true no more."""
        for line in [line for line in self._lines if line.sentence.text in texts]:
            self._drop(line)

    def withdraw_refusal(self) -> None:
        """Take away why something was not done: something else was done since."""
        for line in [line for line in self._lines if line.refusal]:
            self._drop(line)

    def retranslate(self) -> None:
        """Say the lines in the current language."""
        for line in self._lines:
            line.retranslate()

    def _drop(self, line: _Line) -> None:
        if line in self._lines:
            self._lines.remove(line)
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
            self._show()

    def _show(self) -> None:
        self.setVisible(self.open)
        self.changed.emit()


class _Line(QFrame):
    """One sentence with its sign and a button that dismisses it."""

    dismissed = Signal()

    def __init__(self, sentence: Message, severity: Severity, theme: Theme, parent: QWidget, *, refusal: bool) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setProperty("severity", severity.value)
        self.sentence = sentence
        self.severity = severity
        self.refusal = refusal
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        sign = QLabel(self)
        sign.setPixmap(pixmap(severity.value, theme, _COLOURS[severity], _ICON, self.devicePixelRatioF()))
        self._dismiss = QPushButton(self)
        self._dismiss.setIcon(icon("close", theme))
        self._dismiss.setProperty("role", "link")
        self._dismiss.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._dismiss.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(10)
        row.addWidget(sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._dismiss)
        if severity is not Severity.ERROR:
            QTimer.singleShot(_WARNING_STAYS, self, lambda: self.dismissed.emit())
        self.retranslate()

    def retranslate(self) -> None:
        """Say the sentence in the current language."""
        self._text.setText(say(self.sentence))
        self._dismiss.setToolTip(translate(mark("Dismiss the message")))
        self._dismiss.setAccessibleName(translate(mark("Dismiss the message")))
