"""A bar above the picture with unsaved work that came back or is offered, a row each with its buttons; everything else goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.gui.choosing import choose_folder
from annotator.gui.theme import Theme, pixmap
from annotator.i18n import mark, translate
from annotator.present.recovery import ELSEWHERE, RecoveryRow, rows
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

_SIGN = 18
_MOST = 3
_COLOURS = {Severity.INFO: "accent", Severity.WARNING: "warning", Severity.ERROR: "danger"}


class RecoveryBar(QFrame):
    """The rows; what is more than a few is counted.  Tab reaches the buttons, Enter presses one."""

    decided = Signal()
    """The keyboard is the picture's again."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recovery")
        self._session, self._theme = session, theme
        self._told: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 6, 12, 6)
        self._column.setSpacing(6)
        self._more = QLabel(self)
        self._more.setProperty("role", "quiet")
        self._more.setIndent(_SIGN + 10)
        self._column.addWidget(self._more)
        self.hide()

    def refresh(self, topic: Topic) -> None:
        """Show what is known now; the same rows stay as they are."""
        found = rows(self._session)
        told = tuple((row.text, row.note, tuple(verb.name for verb in row.verbs)) for row in found)
        if told == self._told:
            return
        self._told = told
        for old in self._rows:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._rows = [self._row(row) for row in found[:_MOST]]
        for place, made in enumerate(self._rows):
            self._column.insertWidget(place, made)
            made.show()
        self._more.setVisible(len(found) > _MOST)
        self._more.setText(translate(mark("and {n} more"), n=len(found) - _MOST))
        self.setVisible(bool(found))

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self._told = ()
        self.refresh(Topic.RECOVERY)

    def _row(self, row: RecoveryRow) -> QWidget:
        """A sign, a sentence, small details below it, and the buttons."""
        made = QWidget(self)
        made.setAccessibleName(f"{row.text}. {row.note}")
        made.setToolTip(row.tip)
        sign, text, note = QLabel(made), QLabel(row.text, made), QLabel(row.note, made)
        sign.setPixmap(pixmap(row.severity.value, self._theme, _COLOURS[row.severity], _SIGN, self.devicePixelRatioF()))
        note.setProperty("role", "quiet")
        note.setVisible(bool(row.note))
        words = QVBoxLayout()
        words.setSpacing(1)
        for label in (text, note):
            label.setWordWrap(True)
            words.addWidget(label)
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        for verb in row.verbs:
            line.addWidget(self._button(verb.name, verb.text, verb.tip, verb.act, made))
        return made

    def _button(self, name: str, text: str, tip: str, act: Callable[[], object], row: QWidget) -> QPushButton:
        button = QPushButton(text, row)
        button.setObjectName(name)
        button.setAutoDefault(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolTip(tip)
        button.clicked.connect(self._elsewhere if name == ELSEWHERE else lambda: self._act(act))
        return button

    def _act(self, act: Callable[[], object]) -> None:
        act()
        self.decided.emit()

    def _elsewhere(self) -> None:
        choose_folder(self, translate(mark("Save elsewhere")), self._session.save_elsewhere)
