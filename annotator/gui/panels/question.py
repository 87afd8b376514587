"""A bar above the picture that asks what only the person can decide; everything else goes on meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from annotator.i18n import say
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


class QuestionBar(QFrame):
    """The session's question with a button a choice; Tab reaches them, Enter takes one."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self._session = session
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 8, 12, 8)
        self._row.setSpacing(8)
        self._row.addWidget(self._text, 1)
        self.hide()

    def refresh(self, topic: Topic) -> None:
        """Show the question that waits, or nothing."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        question = self._session.question
        if question is not None:
            self._text.setText(say(question.text))
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
        self._row.addWidget(button)
        return button

    def _answer(self, choice: str) -> None:
        if self._session.question is not None:
            self._session.question.answer(choice)
