"""The strip beside the picture: tools, modes and the few commands a hand on the mouse wants, each with its key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from annotator.gui.menus import Commands

_ICON = 22
_WIDTH = 76


class Strip(QWidget):
    """Buttons for some commands, in groups; none of them ever takes the focus."""

    def __init__(self, commands: Commands, groups: Sequence[Sequence[str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)
        self._commands = commands
        self._buttons: dict[str, QToolButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(2)
        for place, names in enumerate(groups):
            if place:
                column.addSpacing(3)
                column.addWidget(_rule(self))
                column.addSpacing(3)
            for name in names:
                self._buttons[name] = self._button(name)
                column.addWidget(self._buttons[name])
        column.addStretch(1)

    def retranslate(self) -> None:
        """Say the buttons in the current language, each with its key."""
        for name, button in self._buttons.items():
            key = self._commands.shown_key(name)
            text = self._commands.text_of(name)
            button.setText(f"{text} {key}" if len(key) == 1 else text)
            button.setAccessibleName(text)

    def turn(self, turned: bool, names: Sequence[str]) -> None:
        """Mark the buttons whose meaning is turned round while Ctrl is held."""
        for name in names:
            button = self._buttons[name]
            button.setProperty("turned", turned)
            button.style().unpolish(button)
            button.style().polish(button)

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(self._commands.actions[name])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button


def _rule(parent: QWidget) -> QFrame:
    rule = QFrame(parent)
    rule.setProperty("role", "rule")
    rule.setFixedHeight(1)
    return rule
