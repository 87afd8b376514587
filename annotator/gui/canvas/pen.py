"""Let a pen do what the mouse does: its tip draws, its barrel button is the right one, its eraser end cuts away (Sub).

How hard it is pressed means nothing.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QGuiApplication, QPointingDevice, QTabletEvent

from annotator.domain.merge import Mode
from annotator.gui.canvas.drags import Surface
from annotator.gui.canvas.mouse import Mouse

_NEAR = 8.0
"""Logical pixels between two taps that are one double tap; a pen lands less surely than a mouse stands."""


class Pen:
    """The pen over one view."""

    def __init__(self, surface: Surface, mouse: Mouse) -> None:
        self._surface, self._mouse = surface, mouse
        self._last_tap: tuple[int, QPointF] | None = None
        self._lent: Mode | None = None

    def take(self, event: QTabletEvent) -> None:
        """Do what a press, a move or a release of the pen means; afterwards Qt makes no mouse event of it."""
        event.accept()
        if event.type() is QEvent.Type.TabletPress:
            if event.pointerType() is QPointingDevice.PointerType.Eraser:
                self._turn_round()
            self._mouse.press(event, double=self._second_tap(event))
        elif event.type() is QEvent.Type.TabletMove:
            self._mouse.move(event)
        else:
            self._mouse.release(event)
            self._turn_back()

    def _turn_round(self) -> None:
        if self._lent is None and self._surface.model.mode is not Mode.SUB:
            self._lent = self._surface.model.mode
            self._surface.model.choose_mode(Mode.SUB)

    def _turn_back(self) -> None:
        if self._lent is not None and not self._surface.talk.drawing:
            self._surface.model.choose_mode(self._lent)
            self._lent = None

    def _second_tap(self, event: QTabletEvent) -> bool:
        before, self._last_tap = self._last_tap, (event.timestamp(), event.position())
        if before is None or event.timestamp() - before[0] > QGuiApplication.styleHints().mouseDoubleClickInterval():
            return False
        moved = event.position() - before[1]
        second = math.hypot(moved.x(), moved.y()) <= _NEAR
        if second:
            self._last_tap = None
        return second
