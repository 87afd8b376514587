"""The real window on real files, and a hand that sends it mouse events anywhere, between pixels too, and knows where that was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from annotator.gui import app
from tests.gui.conftest import let_keys_go, until_at_rest

Point = tuple[float, float]
Modifier, Button, Kind = Qt.KeyboardModifier, Qt.MouseButton, QEvent.Type
PLAIN, CONTROL = Modifier.NoModifier, Modifier.ControlModifier
PATIENCE = 30_000
"""Milliseconds after which a wait has failed; nothing waits for time to pass."""


@contextmanager
def room(qtbot: QtBot, *arguments: object, size: tuple[int, int] = (1000, 640)) -> Iterator[Hand]:
    """Start the program as the command line does, and close the window in the end."""
    _, window = app.start([str(argument) for argument in arguments])
    try:
        window.resize(*size)
        window.activateWindow()
        qtbot.waitExposed(window)
        yield Hand(window, qtbot)
    finally:
        let_keys_go()
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, Kind.DeferredDelete)


class Hand:
    """Works one window through what Qt offers anybody: object names, actions, keys and mouse events."""

    def __init__(self, window: QWidget, qtbot: QtBot) -> None:
        self.window, self._qtbot = window, qtbot

    @property
    def session(self):
        return self.window.session

    @property
    def view(self) -> QWidget:
        return self.find("image_view")

    def find(self, name: str, kind: type = QWidget):
        found = self.window.findChildren(kind, name)
        assert len(found) == 1, f"{name}: {found}"
        return found[0]

    def until(self, holds: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(holds, timeout=PATIENCE)

    def until_painted(self, index: int | None = None) -> None:
        """Wait until the scan is over and the chosen image is the one on the screen."""
        self.until(lambda: self.session.scanning is None and self.session.image is not None)
        if index is not None:
            self.session.show(index)
        self.until(lambda: self.view.property("image_uid") == self.session.image.key.uid)
        until_at_rest(self._qtbot, self.window)

    def until_shows(self, uid: str, index: int) -> None:
        """Wait until this image is on the screen."""
        self.until(lambda: (self.view.property("image_uid"), self.view.property("image_index")) == (uid, index))

    def saved_state(self) -> str:
        return self.find("status.saved", QLabel).property("state")

    def save(self) -> None:
        """Press Ctrl+S and wait for the window to say that it is done."""
        self.key(Qt.Key.Key_S, modifiers=CONTROL)
        self.until(lambda: self.saved_state() != "saving")
        assert self.saved_state() == "saved", self.window.notices.texts

    def do(self, action: str) -> None:
        found = self.window.findChildren(QAction, action)
        assert len(found) == 1, f"{action}: {found}"
        found[0].trigger()

    def key(self, key: Qt.Key, text: str = "", modifiers: Modifier = PLAIN, onto: QWidget | None = None) -> None:
        target = onto or QApplication.focusWidget() or self.view
        for kind in (Kind.KeyPress, Kind.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, key, modifiers, text))

    def type(self, text: str) -> None:
        """Type digits and letters into whatever has the focus."""
        for letter in text:
            self.key(Qt.Key(ord(letter.upper())), letter)

    def place(self, x: float, y: float) -> QPointF:
        return self.view.image_to_widget(x, y)

    def drag(self, places: Sequence[QPointF], button: Button = Button.LeftButton, modifiers: Modifier = PLAIN) -> list[Point]:
        """Press at the first place, move through the others, release at the last; return the image points of all."""
        self._mouse(Kind.MouseButtonPress, places[0], button, button, modifiers)
        for place in places[1:]:
            self._mouse(Kind.MouseMove, place, Button.NoButton, button, modifiers)
        points = self.points(places)
        self._mouse(Kind.MouseButtonRelease, places[-1], button, Button.NoButton, modifiers)
        return points

    def click(self, places: Sequence[QPointF], modifiers: Modifier = PLAIN, *, double: bool = False) -> list[Point]:
        """Move to each place and click there, the last one twice if `double`; return the image points."""
        left, none = Button.LeftButton, Button.NoButton
        for place in places:
            self._mouse(Kind.MouseMove, place, none, none, modifiers)
            self._mouse(Kind.MouseButtonPress, place, left, left, modifiers)
            self._mouse(Kind.MouseButtonRelease, place, left, none, modifiers)
        points = self.points(places)
        if double:
            self._mouse(Kind.MouseButtonDblClick, places[-1], left, left, modifiers)
            self._mouse(Kind.MouseButtonRelease, places[-1], left, none, modifiers)
        return points

    def points(self, places: Sequence[QPointF]) -> list[Point]:
        return [self.view.widget_to_image(place) for place in places]

    def wheel(self, notches: float, modifiers: Modifier = PLAIN, at: QPointF | None = None) -> None:
        place = at or QPointF(self.view.rect().center())
        turn, phase = QPoint(0, round(-120 * notches)), Qt.ScrollPhase.NoScrollPhase
        over = self.view.mapToGlobal(place)
        QApplication.sendEvent(self.view, QWheelEvent(place, over, QPoint(), turn, Button.NoButton, modifiers, phase, False))

    def _mouse(self, kind: QEvent.Type, place: QPointF, button: Button, held: Button, modifiers: Modifier) -> None:
        QApplication.sendEvent(self.view, QMouseEvent(kind, place, self.view.mapToGlobal(place), button, held, modifiers))


def files(project: Path, pattern: str) -> list[Path]:
    """The delivered files of a project, without what it keeps for itself."""
    return sorted(path for path in project.rglob(pattern) if ".annotator" not in path.parts)
