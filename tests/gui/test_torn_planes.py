"""The other planes of a series in a window of their own: they work there as beside the views, and closing it brings them back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSplitter
from pytestqt.qtbot import QtBot

from annotator.gui.desktop import screens
from annotator.gui.planes.column import PlanesColumn
from annotator.gui.torn import TornWindow, box_of
from annotator.gui.window import MainWindow
from annotator.present.screens import on_screen
from annotator.workspace.arrangement import Arrangement
from tests.gui.conftest import Open, until_painted
from tests.gui.test_planes import frames, place_of, planes, until_filled
from tests.gui.test_torn import until_focused, windows

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window on a chest CT of six slices with its other planes, all slices in."""
    window.resize(1300, 800)
    window.commands.actions["layout.planes"].trigger()
    until_filled(qtbot, window)
    return window


def column(window: MainWindow) -> PlanesColumn:
    assert window.area.planes is not None
    return window.area.planes


def torn(window: MainWindow) -> TornWindow:
    window.commands.actions["torn.planes"].trigger()
    (own,) = windows(window)
    return own


def test_the_planes_are_torn_off_by_their_button_and_come_back_by_it(window: MainWindow) -> None:
    button = column(window).tear
    beside = column(window).mapTo(window, QPoint()).x()
    assert button.isVisible() and not window.commands.actions["torn.planes"].isChecked()
    button.click()
    (own,) = windows(window)
    assert column(window).window() is own and own.isVisible() and own.windowTitle() == "Other planes"
    assert window.commands.actions["torn.planes"].isChecked() and window.view.isVisible()
    button.click()
    QApplication.processEvents()
    assert windows(window) == [] and column(window).window() is window and column(window).isVisible()
    assert column(window).mapTo(window, QPoint()).x() == beside and not window.commands.actions["torn.planes"].isChecked()


@pytest.mark.parametrize("how", ["closed", "gathered"])
def test_closing_their_window_brings_them_back(window: MainWindow, qtbot: QtBot, how: str) -> None:
    own = torn(window)
    own.activateWindow()
    qtbot.waitUntil(own.isActiveWindow)
    own.close() if how == "closed" else window.commands.actions["torn.gather"].trigger()
    QApplication.processEvents()
    assert windows(window) == [] and column(window).window() is window and column(window).isVisible()
    until_focused(qtbot, window.view)
    assert not window.commands.actions["torn.gather"].isEnabled()


def test_a_press_on_a_torn_plane_moves_the_point_and_keys_are_the_main_windows(window: MainWindow, qtbot: QtBot) -> None:
    own = torn(window)
    frame = frames(window)[0]
    QApplication.processEvents()
    voxel = (10, 0, 4) if frame.model.cut is not None else (0, 0, 0)
    QTest.mouseClick(frame.view, Qt.MouseButton.LeftButton, pos=place_of(frame, (voxel[0], planes(window).point[1], voxel[2])).toPoint())
    assert planes(window).point[0] == voxel[0] and planes(window).point[2] == voxel[2]
    qtbot.waitUntil(lambda: window.session.index == voxel[2])
    QTest.keyClick(own, Qt.Key.Key_B)
    assert window.session.tool.id == "tool.box"
    QTest.keyClick(frame.view, Qt.Key.Key_V)
    assert window.session.tool.id == "tool.select"


def test_their_window_is_there_only_while_planes_are_shown_and_stays_where_it_was(window: MainWindow) -> None:
    own = torn(window)
    own.setGeometry(140, 130, 500, 640)
    place = box_of(own)
    window.commands.actions["layout.planes"].trigger()
    assert own.isHidden() and not window.commands.actions["torn.planes"].isEnabled()
    window.commands.actions["layout.planes"].trigger()
    assert own.isVisible() and column(window).isVisible() and box_of(own) == place


def test_a_view_that_fills_the_main_window_leaves_torn_planes_where_they_are(window: MainWindow) -> None:
    torn(window)
    window.session.arrange(Arrangement.grid(1, 2))
    window.area.show_alone(True)
    assert column(window).isVisible()
    window.commands.actions["torn.gather"].trigger()
    assert not column(window).isVisible()
    window.area.show_alone(False)
    assert column(window).isVisible() and column(window).window() is window


def test_in_a_wide_window_the_planes_stand_side_by_side(window: MainWindow, qtbot: QtBot) -> None:
    own = torn(window)
    both = column(window).findChild(QSplitter, "panes")
    for size, orientation in (((900, 500), Qt.Orientation.Horizontal), ((500, 900), Qt.Orientation.Vertical)):
        own.resize(*size)
        qtbot.waitUntil(lambda wanted=orientation: both.orientation() == wanted)
    own.resize(900, 500)
    window.commands.actions["torn.gather"].trigger()
    assert both.orientation() == Qt.Orientation.Vertical


def test_where_they_were_torn_off_is_there_at_the_next_start_and_never_off_the_screens(
    window: MainWindow, open_window: Open, project: Path, qtbot: QtBot
) -> None:
    own = torn(window)
    own.setGeometry(9000, 9000, 500, 640)
    wanted = on_screen(box_of(own), screens())
    assert wanted != box_of(own)
    window.close()
    again = open_window("--project", project)
    until_painted(qtbot, again)
    if again.session.planes is None:
        assert windows(again) == [] and again.commands.actions["torn.gather"].isEnabled()
        again.commands.actions["layout.planes"].trigger()
    until_filled(qtbot, again)
    (there,) = windows(again)
    assert column(again).window() is there and there.isVisible() and box_of(there) == wanted
    again.commands.actions["torn.gather"].trigger()
    again.close()
    last = open_window("--project", project)
    assert windows(last) == [] and not last.commands.actions["torn.gather"].isEnabled()


def test_they_speak_korean(window: MainWindow) -> None:
    own = torn(window)
    window.speak("ko")
    assert own.windowTitle() == "다른 단면"
    window.speak("en")
