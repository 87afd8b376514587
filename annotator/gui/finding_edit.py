"""A few lines for what a person writes of a study: kept when the field is left or shows another study, taken back by Esc."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from annotator.domain.study_finding import composed
from annotator.i18n import mark, translate

_LINES = (1, 5)
"""As high as so many lines at least and at most."""


class FindingEdit(QPlainTextEdit):
    """The text of one study; what was typed and is not kept yet stays in the field until the session knows it."""

    typed = Signal(str, str)
    """A study, and what is being typed of it."""
    meant = Signal(str, str)
    """A study, and the text that is to be kept."""
    left = Signal()
    """Esc."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.study, self._kept = "", ""
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._typing)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._grow())
        self.retranslate()

    def retranslate(self) -> None:
        """Say in the current language what belongs here."""
        self.setPlaceholderText(translate(mark("What this study shows")))
        self.setAccessibleName(translate(mark("Finding of the study")))
        self._grow()

    def put(self, study: str, text: str, *, free: bool) -> None:
        """Show what is kept of a study (empty: of none); what is being typed of it stays.  `free`: it may be changed."""
        self.setReadOnly(not free)
        self.setEnabled(bool(study))
        if study == self.study and self._changed and composed(self.toPlainText()) != text:
            return
        if study != self.study:
            self.mean()
        self.study, self._kept = study, text
        if self.toPlainText() != text:
            self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(False)
            self._grow()
        self.document().setModified(False)

    def mean(self) -> None:
        """Let what was typed be kept."""
        if self.study and self._changed:
            self.meant.emit(self.study, self.toPlainText())

    @property
    def _changed(self) -> bool:
        return self.document().isModified() and composed(self.toPlainText()) != self._kept

    def sizeHint(self) -> QSize:
        """See Qt: as high as its lines."""
        line = self.fontMetrics().lineSpacing()
        lines = min(max(round(self.document().size().height()), _LINES[0]), _LINES[1])
        margins = self.contentsMargins()
        return QSize(120, lines * line + margins.top() + margins.bottom() + 2 * round(self.document().documentMargin()) + 4)

    def minimumSizeHint(self) -> QSize:
        """See Qt."""
        return QSize(60, self.sizeHint().height())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """See Qt; leaving the field keeps what was typed, the menu of the field does not leave it."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.mean()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.key() == Qt.Key.Key_Escape:
            self.blockSignals(True)
            self.setPlainText(self._kept)
            self.blockSignals(False)
            self.document().setModified(False)
            self.typed.emit(self.study, self._kept)
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _typing(self) -> None:
        self.typed.emit(self.study, self.toPlainText())

    def _grow(self) -> None:
        if self.height() != self.sizeHint().height():
            self.setFixedHeight(self.sizeHint().height())
