"""A bar above the picture that asks what only the person can decide; everything else goes on meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.i18n import say
from annotator.present.case_names import said_of
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_BESIDE = 4
"""So many choices stand in one row."""


class QuestionBar(QFrame):
    """The session's question with a button a choice; Tab reaches them, Enter takes one."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self._session = session
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._buttons: list[QPushButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(self._text)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._grid.setColumnStretch(_BESIDE, 1)
        column.addLayout(self._grid)
        self.hide()

    def refresh(self, topic: Topic) -> None:
        """Show the question that waits, or nothing."""
        for button in self._buttons:
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        question = self._session.question
        if question is not None:
            self._text.setText(said_of(self._session, question.text))
            for choice, words in question.choices:
                self._buttons.append(self._button(choice, say(words)))
        self.setVisible(question is not None)

    def retranslate(self) -> None:
        """Ask in the current language."""
        self.refresh(Topic.QUESTION)

    def _button(self, choice: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"choice.{choice}")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self._answer(choice))
        place = len(self._buttons)
        self._grid.addWidget(button, place // _BESIDE, place % _BESIDE)
        return button

    def _answer(self, choice: str) -> None:
        if self._session.question is not None:
            self._session.question.answer(choice)
