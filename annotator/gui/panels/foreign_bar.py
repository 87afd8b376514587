"""A bar above the picture while its annotations were drawn on another image: what differs, and what is to be done with them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from annotator.i18n import mark, translate
from annotator.present.integrity import foreign_text
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


class ForeignBar(QFrame):
    """Says it for the shown image only; nothing waits for the answer, other images are worked on as ever."""

    decided = Signal()
    """The keyboard is the picture's again."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("foreign")
        self._session = session
        self.text = QLabel(self)
        self.text.setObjectName("foreign.text")
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.reason = QLineEdit(self)
        self.reason.setObjectName("foreign.reason")
        self.apart, self.own, self.back = QPushButton(self), QPushButton(self), QPushButton(self)
        verbs = {"apart": (self.apart, self._keep_apart), "own": (self.own, self._take), "back": (self.back, self._bring)}
        for name, (button, verb) in verbs.items():
            button.setObjectName(f"foreign.{name}")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setAutoDefault(True)
            button.clicked.connect(verb)
        self.reason.textChanged.connect(lambda text: self.own.setEnabled(bool(text.strip())))
        self.reason.returnPressed.connect(self._take)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.apart, self.back, self.reason, self.own):
            row.addWidget(widget, 3 if widget is self.reason else 0)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(self.text)
        column.addLayout(row)
        self.hide()

    def refresh(self, topic: Topic) -> None:
        """Show what is true of the shown image, or nothing."""
        found, kept = self._session.foreign, self._session.kept_apart
        self.setVisible(found is not None or kept > 0)
        for widget in (self.apart, self.reason, self.own):
            widget.setVisible(found is not None)
        self.back.setVisible(found is None and kept > 0)
        if found is not None:
            self.text.setText(foreign_text(found))
        elif kept:
            self.text.setText(translate(mark("Kept apart until now: {count} annotations that were drawn on this image."), count=kept))
        else:
            self.reason.clear()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.apart.setText(translate(mark("Keep them apart")))
        self.apart.setToolTip(translate(mark("The annotations leave this image and wait for the one that they were drawn on")))
        self.own.setText(translate(mark("They belong to this image")))
        self.own.setToolTip(translate(mark("Needs a reason, which is saved with the case")))
        self.own.setEnabled(bool(self.reason.text().strip()))
        self.reason.setPlaceholderText(translate(mark("Reason, e.g. exported again with other compression")))
        self.reason.setAccessibleName(translate(mark("Why the annotations belong to this image")))
        self.back.setText(translate(mark("Bring them back")))
        self.refresh(Topic.GUARD)

    def _keep_apart(self) -> None:
        if self._session.keep_apart():
            self.decided.emit()

    def _take(self) -> None:
        if self._session.take_as_own(self.reason.text()):
            self.decided.emit()

    def _bring(self) -> None:
        if self._session.bring_back():
            self.decided.emit()
