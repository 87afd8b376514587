"""The real window: bare, or on a small chest CT of our own making in a lung project."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.gui import app
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.projects import create

BOX = Stroke(Makes.BOX, ((10.0, 10.0), (20.0, 22.0)))
Open = Callable[..., MainWindow]


def let_keys_go() -> None:
    """Qt remembers Ctrl and Shift of the last event; no test finds those that another one held down."""
    if QGuiApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyRelease(QWidget(), Qt.Key.Key_Control)


def let_buttons_go() -> None:
    """Qt remembers which mouse buttons are down; no test finds those that another one held down, whose window is gone."""
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
        if QGuiApplication.mouseButtons() & button:
            QTest.mouseRelease(QWidget(), button)


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    """There is an application in each test, also where the tests before it ran elsewhere: without one a picture ends the process."""
    let_buttons_go()
    return qapp


@pytest.fixture(scope="session")
def chest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a chest CT of six slices of 64 × 64."""
    folder = tmp_path_factory.mktemp("chest")
    chest_ct(folder, slices=6, size=64)
    return folder


@pytest.fixture(scope="session")
def two_series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two chest CTs of three slices."""
    folder = tmp_path_factory.mktemp("two")
    for number in (1, 2):
        chest_ct(folder / str(number), slices=3, size=32, seed=number)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A lung project."""
    return create("lung-cancer", tmp_path / "project").root


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Open]:
    """Start the program as the command line does; every window is closed in the end."""
    opened: list[MainWindow] = []

    def start(*arguments: object) -> MainWindow:
        _, window = app.start([str(argument) for argument in arguments])
        opened.append(window)
        window.activateWindow()
        qtbot.waitExposed(window)
        return window

    yield start
    let_keys_go()
    for window in opened:
        window.close()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


_TURNS, _STILL = 6, 0.06
"""So many looks in a row without a job under way, or so many seconds in which the view keeps its size, are rest."""


@pytest.fixture
def bare(open_window: Open) -> MainWindow:
    """The window with nothing open."""
    return open_window()


@pytest.fixture
def window(open_window: Open, project: Path, chest: Path, qtbot: QtBot) -> MainWindow:
    """The window with the chest CT painted."""
    opened = open_window("--project", project, chest)
    until_painted(qtbot, opened)
    return opened


def until_painted(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the scan is over and the chosen image is on the screen."""
    qtbot.waitUntil(lambda: window.session.scanning is None and window.session.picture is not None, timeout=20_000)
    image = window.session.image
    assert image is not None
    qtbot.waitUntil(lambda: window.view.property("image_uid") == image.key.uid, timeout=5_000)
    until_at_rest(qtbot, window)


def until_at_rest(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the panels have settled: the view keeps its size while nothing is under way that could change it, or for long."""
    size, since, turns = (0, 0), 0.0, 0

    def rested() -> bool:
        nonlocal size, since, turns
        before, size = size, (window.view.width(), window.view.height())
        if size != before:
            since, turns = time.monotonic(), 0
        turns = turns + 1 if window._tasks.at_rest else 0
        return turns > _TURNS or time.monotonic() - since > _STILL

    qtbot.waitUntil(rested, timeout=5_000)


def draw_box(window: MainWindow, *strokes: Stroke) -> None:
    """Draw boxes on the shown image, as the tool would."""
    window.commands.actions["tool.box"].trigger()
    for stroke in strokes or (BOX,):
        window.session.perform(stroke)


def named(window: MainWindow, name: str, kind: type = QWidget) -> QWidget:
    """Find the one descendant of the window with an object name."""
    found = window.findChildren(kind, name)
    assert len(found) == 1, f"{name}: {found}"
    return found[0]
