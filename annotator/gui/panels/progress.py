"""How many cases are done of those that are somebody's, and when the rest will be: in the line at the bottom, where they work."""

from __future__ import annotations

import datetime

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from annotator.domain.person import Acting
from annotator.gui.panels.elided import Elided
from annotator.i18n import mark, translate
from annotator.present.worklist import progress
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_WIDEST, _ROOM = 280, 10
"""Logical pixels of the label, and at each side of its text."""


class Progress(Elided):
    """A quiet label: nothing where nobody works through cases; counted anew, beside the window, when one is done."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(Qt.TextElideMode.ElideRight, parent)
        self._session = session
        self._counted: tuple[str, Acting | None, int] | None = None
        self._left: int | None = None
        self.setObjectName("status.progress")
        self.setProperty("role", "reading")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.hide()

    def refresh(self, topic: Topic) -> None:
        """Count anew where somebody else is at work, in another project, or a case was done."""
        session = self._session
        now = str(session.project.root), session.acting, len(session.done_today)
        if not session.queues:
            self._counted, self._left = None, None
            self._show()
        elif now != self._counted:
            if self._counted is None or now[:2] != self._counted[:2]:
                self._left = None
            self._counted = now
            session.find_left(lambda left: self._take(now, left))

    def retranslate(self) -> None:
        """Say it in the current language."""
        self.setToolTip(translate(mark("Cases that you ended since you began, of those and what still waits for you, and when the rest "
                                       "is done at this pace")))  # fmt: skip
        self._show()

    def sizeHint(self) -> QSize:
        """See Qt; as wide as the text."""
        hint = super().sizeHint()
        return QSize(min(_WIDEST, self.fontMetrics().horizontalAdvance(self.text()) + 2 * _ROOM), hint.height())

    def _take(self, asked: tuple[str, Acting | None, int], left: int) -> None:
        if asked == self._counted:
            self._left = left
            self._show()

    def _show(self) -> None:
        there = self._left is not None and bool(self._left or self._session.done_today)
        said = progress(self._session.done_today, self._left or 0, datetime.datetime.now().astimezone()) if there else ""
        self.setText(said)
        self.setVisible(bool(said))
        self.updateGeometry()
