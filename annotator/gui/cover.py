"""The frame of a part that covers the picture: a title, what it shows, a line that says how it stands, and its buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from annotator.gui.keys import OWN_KEYS
from annotator.gui.part import PartWidget
from annotator.i18n import mark, translate


class Cover(PartWidget):
    """A part over the picture in which all keys are its own; Esc and Close put it away."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("role", "cover")
        self.setProperty(OWN_KEYS, True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._heading = title
        self.title, self.foot, self._close = QLabel(self), QLabel(self), QPushButton(self)
        self.title.setProperty("role", "title")
        self.foot.setProperty("role", "quiet")
        self.foot.setWordWrap(True)
        self._close.setAutoDefault(True)
        self._close.clicked.connect(self.put_away.emit)
        self.body, self.buttons = QVBoxLayout(), QHBoxLayout()
        self.body.setSpacing(8)
        self.buttons.setSpacing(8)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(self.buttons)
        row.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addLayout(self.body, 1)
        column.addWidget(self.foot)
        column.addLayout(row)

    def retranslate(self) -> None:
        """Say title and button in the current language."""
        self.title.setText(translate(self._heading))
        self._close.setText(translate(mark("Close")))

    def button(self, role: str = "") -> QPushButton:
        """Add a button before Close; Enter presses it where it has the keyboard."""
        made = QPushButton(self)
        made.setAutoDefault(True)
        if role:
            made.setProperty("role", role)
        self.buttons.addWidget(made)
        return made
