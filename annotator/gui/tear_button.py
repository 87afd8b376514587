"""The small button on a heading that tears what is under it off into a window of its own, and puts it back."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from annotator.gui.theme import Theme, icon
from annotator.i18n import mark, translate

TEAR, BACK = mark("Tear off into a window of its own"), mark("Back into the main window")
_ICON = 14


class TearButton(QToolButton):
    """It never takes the focus; the menu has the same commands for the keyboard."""

    def __init__(self, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._torn = look, False
        self.setProperty("role", "tear")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setIconSize(QSize(_ICON, _ICON))
        self.show_torn(False)

    def show_torn(self, torn: bool) -> None:
        """Say whether it tears off or puts back."""
        self._torn = torn
        self.setIcon(icon("window.back.svg" if torn else "window.tear.svg", self._look))
        self.retranslate()

    def retranslate(self) -> None:
        """Say what it does in the current language."""
        text = translate(BACK if self._torn else TEAR)
        self.setToolTip(text)
        self.setAccessibleName(text)
