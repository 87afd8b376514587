"""What an empty window says: drop something here, or open it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.gui.menus import Commands
from annotator.gui.panels.elided import Elided
from annotator.gui.theme import Theme, pixmap
from annotator.i18n import mark, translate
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_SIGN = 72
_OFFERED = ("file.open_folder", "file.open_files", "file.open_project")


class EmptyHint(QWidget):
    """Lies over the picture while no image is open."""

    def __init__(self, session: Session, commands: Commands, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty_hint")
        self._session = session
        self._commands = commands
        sign = QLabel(self)
        sign.setPixmap(pixmap("annotator", theme, "faded", _SIGN, self.devicePixelRatioF()))
        self._title, self._note = QLabel(self), QLabel(self)
        self._project = Elided(Qt.TextElideMode.ElideMiddle, self)
        self._title.setProperty("role", "title")
        self._note.setProperty("role", "quiet")
        self._project.setProperty("role", "quiet")
        self._buttons = {name: self._button(name) for name in _OFFERED}
        self._buttons["file.open_folder"].setProperty("role", "main")
        buttons = QVBoxLayout()
        buttons.setSpacing(8)
        for button in self._buttons.values():
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(3)
        for label in (sign, self._title, self._note):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(label is not sign)
            column.addWidget(label)
        column.addSpacing(6)
        column.addLayout(_centred(buttons))
        column.addStretch(4)
        self._project.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._project)

    def refresh(self, topic: Topic) -> None:
        """Show the hint while nothing is open."""
        beside_others = self._session.arrangement.count > 1 and bool(self._session.catalogue.by_uid)
        self.setVisible(self._session.image is None and not beside_others)
        self._say()

    def retranslate(self) -> None:
        """Say the hint in the current language."""
        self._say()
        for name, button in self._buttons.items():
            button.setText(f"{self._commands.text_of(name)}   {self._commands.shown_key(name)}")

    def _say(self) -> None:
        reading = self._session.scanning is not None
        self._title.setText(translate(mark("Reading…") if reading else mark("Drop a folder or a ZIP of images here")))
        self._note.setText("" if reading else translate(mark("Single files and several folders work too. Drawing needs no setup.")))
        project = self._session.project
        text = translate(mark("Project: {folder}"), folder=str(project.root))
        self._project.say(text)

    def _button(self, name: str) -> QPushButton:
        button = QPushButton(self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self._commands.actions[name].trigger)
        return button


def _centred(row: QVBoxLayout) -> QHBoxLayout:
    outer = QHBoxLayout()
    outer.addStretch(1)
    outer.addLayout(row)
    outer.addStretch(1)
    return outer
