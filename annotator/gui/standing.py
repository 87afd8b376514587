"""A main window that tells when it is shown for the first time, and when it is moved or changes its size."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow


class StandingWindow(QMainWindow):
    """What the places of windows need to know of it."""

    first_shown = Signal()
    stirred = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown = False

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            self.first_shown.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        """See Qt."""
        super().moveEvent(event)
        self.stirred.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self.stirred.emit()
