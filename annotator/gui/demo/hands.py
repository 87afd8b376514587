"""A pair of hands for the window: they press, drag, turn the wheel and type through real Qt events, and wait for what they see."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from annotator.domain.path import Point
from annotator.gui.canvas.view import ImageView

_NONE = Qt.KeyboardModifier.NoModifier


class Tired(Exception):
    """What the hands waited for did not come."""


class Hands:
    """Works one main window; points are image coordinates of what its image view shows."""

    def __init__(self, window: QMainWindow) -> None:
        self.window = window

    @property
    def view(self) -> ImageView:
        """The active image view."""
        found = self.window.findChild(QWidget, "image_view")
        if not isinstance(found, ImageView):
            raise Tired("there is no image view")
        return found

    def wait(self, until: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
        """Let the window work until `until` holds; raises Tired, naming `what`, when it does not come true in time."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise Tired(what)
            QCoreApplication.processEvents()
            time.sleep(0.002)

    def key(self, key: Qt.Key, text: str = "", modifiers: Qt.KeyboardModifier = _NONE) -> None:
        """Press and release a key in whatever has the focus."""
        target = QApplication.focusWidget() or self.view
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, key, modifiers, text))
        QCoreApplication.processEvents()

    def do(self, action: str) -> None:
        """Trigger an action by its name."""
        from PySide6.QtGui import QAction

        found = self.window.findChild(QAction, action)
        if not isinstance(found, QAction):
            raise Tired(f"there is no action {action}")
        found.trigger()
        QCoreApplication.processEvents()

    def wheel(self, notches: int, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        """Turn the wheel over the middle of the image, towards oneself for positive notches."""
        place = QPointF(self.view.rect().center())
        for _ in range(abs(notches)):
            angle = QPoint(0, -120 if notches > 0 else 120)
            event = QWheelEvent(
                place,
                self.view.mapToGlobal(place),
                QPoint(),
                angle,
                Qt.MouseButton.NoButton,
                modifiers,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(self.view, event)
        QCoreApplication.processEvents()

    def drag(
        self, points: Sequence[Point], button: Qt.MouseButton = Qt.MouseButton.LeftButton, modifiers: Qt.KeyboardModifier = _NONE
    ) -> None:
        """Press at the first image point, move through the others, release at the last."""
        places = [self.view.image_to_widget(x, y) for x, y in points]
        self._mouse(QEvent.Type.MouseButtonPress, places[0], button, button, modifiers)
        for place in places[1:]:
            self._mouse(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, button, modifiers)
        self._mouse(QEvent.Type.MouseButtonRelease, places[-1], button, Qt.MouseButton.NoButton, modifiers)
        QCoreApplication.processEvents()

    def click(self, point: Point, *, double: bool = False, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        """Click (or double click) an image point with the left button."""
        place, left = self.view.image_to_widget(*point), Qt.MouseButton.LeftButton
        self._mouse(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, modifiers)
        kinds = [QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease]
        for kind in [*kinds, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease] if double else kinds:
            held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else left
            self._mouse(kind, place, left, held, modifiers)
        QCoreApplication.processEvents()

    def _mouse(
        self, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton, held: Qt.MouseButton, modifiers: Qt.KeyboardModifier
    ) -> None:
        QApplication.sendEvent(self.view, QMouseEvent(kind, place, self.view.mapToGlobal(place), button, held, modifiers))
