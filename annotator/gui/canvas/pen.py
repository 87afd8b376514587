"""Let a pen do what the mouse does: its tip draws, its barrel button is the right one, its eraser end cuts away (Sub).

How hard it is pressed means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QTabletEvent

from annotator.gui.canvas.mouse import Mouse

_NEAR = 8.0
"""Logical pixels between two taps that are one double tap; a pen lands less surely than a mouse stands."""


class Pen:
    """The pen over one view; `press` is what the view does with a press, and with the second one of a double tap (True)."""

    def __init__(self, press: Callable[[QTabletEvent, bool], None], mouse: Mouse) -> None:
        self._press, self._mouse = press, mouse
        self._last_tap: tuple[int, QPointF, Qt.MouseButton] | None = None

    def take(self, event: QTabletEvent) -> None:
        """Do what a press, a move or a release of the pen means; afterwards Qt makes no mouse event of it."""
        event.accept()
        if event.type() is QEvent.Type.TabletPress:
            self._press(event, self._second_tap(event))
        elif event.type() is QEvent.Type.TabletMove:
            self._mouse.move(event)
        else:
            self._mouse.release(event)

    def _second_tap(self, event: QTabletEvent) -> bool:
        before, self._last_tap = self._last_tap, (event.timestamp(), event.position(), event.button())
        if before is None or event.timestamp() - before[0] > QGuiApplication.styleHints().mouseDoubleClickInterval():
            return False
        moved = event.position() - before[1]
        second = before[2] is event.button() and math.hypot(moved.x(), moved.y()) <= _NEAR
        if second:
            self._last_tap = None
        return second
