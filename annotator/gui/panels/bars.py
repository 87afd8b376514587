"""The bars above the picture, one under the other: a question, unsaved work, annotations of another image; each there only when needed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.gui.panels.foreign_bar import ForeignBar
from annotator.gui.panels.question import QuestionBar
from annotator.gui.panels.recovery_bar import RecoveryBar
from annotator.gui.theme import Theme
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


class Bars(QWidget):
    """The bars; `decided`: the keyboard is the picture's again."""

    decided = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self.question, self.recovery, self.foreign = QuestionBar(session), RecoveryBar(session, theme), ForeignBar(session)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for bar in (self.question, self.recovery, self.foreign):
            column.addWidget(bar)
        self.recovery.decided.connect(self.decided)
        self.foreign.decided.connect(self.decided)

    def listen(self, on: Callable[..., None]) -> None:
        """Let each bar hear what it shows."""
        on(self.question.refresh, Topic.QUESTION)
        on(self.recovery.refresh, Topic.RECOVERY, Topic.CATALOGUE, Topic.SERIES, Topic.DOCUMENT, Topic.SAVED, Topic.PROJECT)
        on(self.foreign.refresh, Topic.LAYOUT, Topic.GUARD, Topic.SERIES, Topic.IMAGE, Topic.DOCUMENT)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        for bar in (self.question, self.recovery, self.foreign):
            bar.retranslate()
