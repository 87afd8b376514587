"""What the main window shows where the views would be, while all of them stand in windows of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.gui.theme import Theme, pixmap
from annotator.i18n import mark, translate

_SIGN = 56


class Vacant(QWidget):
    """A sentence and a button that brings the views back."""

    back_wanted = Signal()

    def __init__(self, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        sign, self._text, self._back = QLabel(self), QLabel(self), QPushButton(self)
        sign.setPixmap(pixmap("window.tear", look, "faded", _SIGN, self.devicePixelRatioF()))
        self._text.setProperty("role", "quiet")
        self._text.setWordWrap(True)
        self._back.setObjectName("torn.bring_back")
        self._back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._back.clicked.connect(self.back_wanted)
        column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addStretch(3)
        for label in (sign, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addWidget(self._back, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(4)
        self.hide()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self._text.setText(translate(mark("The picture is in a window of its own")))
        self._back.setText(translate(mark("Bring it back here")))
