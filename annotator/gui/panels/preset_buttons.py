"""Buttons for the windows that an image offers by name, and for the other commands that make a window; each with its key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from annotator.gui.flow import Flow
from annotator.gui.menus import Commands
from annotator.present.levels import preset_texts
from annotator.workspace.session import Session

_WIDEST = 114
"""Logical pixels of a button's words; a longer name of a header is cut, and its tool tip says all of it."""


class PresetButtons(QWidget):
    """A button for each command: `presets` as far as the image offers them, and `more` at all times."""

    def __init__(self, session: Session, commands: Commands, presets: Sequence[str], more: Sequence[str]) -> None:
        super().__init__()
        self._session, self._commands = session, commands
        self._names, self._always = (*presets, *more), len(more)
        self._texts: tuple[str, ...] | None = None
        self._lines = Flow(self)
        self._lines.setSpacing(1)
        self.buttons = {name: self._button(name) for name in self._names}

    def _button(self, name: str) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(f"button.{name}")
        button.setProperty("role", "preset")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCheckable(self._commands.specs[name].checked is not None)
        button.clicked.connect(lambda: self._press(name))
        button.hide()
        return button

    def _press(self, name: str) -> None:
        self._commands.actions[name].trigger()
        self.refresh()

    def refresh(self) -> None:
        """Offer what the image on the screen offers; while the next one is on its way, what was offered before."""
        coming = self._session.picture is None and self._session.image is not None
        texts = self._texts if coming and self._texts is not None else preset_texts(self._session)
        if texts != self._texts:
            self._texts = texts
            self._arrange(len(texts))
            self._say()
        for name in self._names[-self._always :]:
            spec, button = self._commands.specs[name], self.buttons[name]
            button.setEnabled(self._session.picture is not None)
            if spec.checked is not None:
                button.setChecked(spec.checked(self._session, self._commands.desk))

    def retranslate(self) -> None:
        """Say the buttons in the current language."""
        self._texts = None
        self.refresh()

    def _arrange(self, offered: int) -> None:
        shown = [*self._names[: len(self._names) - self._always][:offered], *self._names[-self._always :]]
        for button in self.buttons.values():
            self._lines.removeWidget(button)
            button.hide()
        for name in shown:
            self._lines.addWidget(self.buttons[name])
            self.buttons[name].show()

    def _say(self) -> None:
        texts = dict(zip(self._names, self._texts or (), strict=False))
        for name, button in self.buttons.items():
            action = self._commands.actions[name]
            text = texts.get(name) or action.iconText()
            key = self._commands.short_key(name)
            words = f"{key}  {text}" if key else text
            button.setText(button.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, _WIDEST))
            button.setToolTip(action.toolTip())
