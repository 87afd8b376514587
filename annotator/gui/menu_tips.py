"""Say at a menu's entry on which the pointer rests what it does, or why it cannot be chosen now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QHelpEvent
from PySide6.QtWidgets import QMenu, QToolTip


class MenuTips(QObject):
    """Shows what `told` says of an entry; Qt's own tips of menus would only repeat its words and its key."""

    def __init__(self, parent: QObject, told: Callable[[QAction], str]) -> None:
        super().__init__(parent)
        self._told = told

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt."""
        if not (event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and isinstance(watched, QMenu)):
            return False
        entry = watched.actionAt(event.pos())
        if entry is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPos(), self._told(entry), watched, watched.actionGeometry(entry))
        return True
