"""Views and panels in windows of their own: everything works there as in the main window, and closing them brings them back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from annotator.gui.canvas.view import ImageView
from annotator.gui.dragged import dragged
from annotator.gui.keys import TORN
from annotator.gui.torn import TornWindow
from annotator.gui.window import MainWindow
from annotator.workspace.arrangement import Arrangement
from tests.gui.conftest import Open, named, until_painted
from tests.gui.test_panes import LEFT, NONE, PLAIN, RIGHT, drag, draw, send, turn, until_shown, views

Key, Modifier = Qt.Key, Qt.KeyboardModifier
PANELS = ("series_tree", "category_list", "window_level", "annotation_list")


@pytest.fixture
def window(open_window: Open, project: Path, two_series: Path, qtbot: QtBot) -> MainWindow:
    """The window on two chest CTs of three slices, side by side, the left one worked in."""
    opened = open_window("--project", project, two_series)
    until_painted(qtbot, opened)
    first, second = (series.uid for series in opened.session.catalogue.in_order)
    opened.session.hang(Arrangement.grid(1, 2), [(first, None), (second, None)])
    until_shown(qtbot, opened)
    return opened


@pytest.fixture
def torn(window: MainWindow, qtbot: QtBot) -> ImageView:
    """The right view, worked in, in a window of its own."""
    window.session.activate(1)
    window.commands.actions["torn.view"].trigger()
    view = views(window)[1]
    until_shown(qtbot, window)
    until_focused(qtbot, view)
    return view


def until_focused(qtbot: QtBot, widget: QWidget) -> None:
    """Wait until the keyboard is there; the desktop is asked for that, and takes its time."""
    qtbot.waitUntil(lambda: widget.hasFocus() and widget.isActiveWindow())


def windows(window: MainWindow) -> list[TornWindow]:
    return window.findChildren(TornWindow, TORN)


def test_a_view_is_torn_off_and_comes_back_by_the_same_command(window: MainWindow, qtbot: QtBot) -> None:
    left, right = views(window)
    for number, view in ((1, right), (0, left)):
        window.session.activate(number)
        window.commands.actions["torn.view"].trigger()
        (own,) = windows(window)
        assert view.window() is own and own.isVisible() and window.commands.actions["torn.view"].isChecked()
        assert window.findChildren(ImageView, "image_view") == [view]
        assert views(window)[1 - number].window() is window
        until_focused(qtbot, view)
        window.commands.actions["torn.view"].trigger()
        assert windows(window) == [] and view.window() is window and view.isVisible()
        until_focused(qtbot, view)
        assert not window.commands.actions["torn.view"].isChecked()
    assert left.mapTo(window, QPoint()).x() < right.mapTo(window, QPoint()).x()


def test_closing_its_window_brings_a_view_back(window: MainWindow, torn: ImageView, qtbot: QtBot) -> None:
    windows(window)[0].close()
    assert torn.window() is window and torn.isVisible() and windows(window) == []
    until_focused(qtbot, torn)
    assert not window.commands.actions["torn.view"].isChecked()


def test_what_is_drawn_in_a_torn_view_lies_where_the_hand_was_and_is_saved(window: MainWindow, torn: ImageView, project: Path) -> None:
    window.commands.actions["tool.box"].trigger()
    torn.look_at(7.3, 16.0, 16.0)
    draw(torn, (12, 13), (19, 22))
    assert window.session.annotations[-1].shape.bounds == pytest.approx((12, 13, 19, 22), abs=1e-9)
    window.close()
    assert not torn.isVisible() and windows(window) == []
    assert len(list(project.rglob("*_binary.dcm"))) == 1


def test_a_press_in_either_window_works_there(window: MainWindow, torn: ImageView, qtbot: QtBot) -> None:
    left, _ = views(window)
    window.commands.actions["tool.box"].trigger()
    draw(left, (4, 4), (10, 12))
    assert window.view is left
    until_focused(qtbot, left)
    draw(torn, (14, 14), (24, 22))
    assert window.view is torn
    until_focused(qtbot, torn)
    assert [len(view.model.annotations) for view in (left, torn)] == [1, 1]


def test_wheel_window_and_menu_work_in_a_torn_view(window: MainWindow, torn: ImageView, qtbot: QtBot) -> None:
    turn(torn, 2)
    qtbot.waitUntil(lambda: torn.property("image_index") == 2)
    before, middle = torn.model.window, QPointF(torn.rect().center())
    drag(torn, RIGHT, middle, middle + QPointF(40, 30))
    assert torn.model.window != before
    window.area.menu_requested.disconnect()
    with qtbot.waitSignal(window.area.menu_requested) as asked:
        send(torn, QEvent.Type.MouseButtonPress, middle, RIGHT, RIGHT)
        send(torn, QEvent.Type.MouseButtonRelease, middle, RIGHT, NONE)
    assert asked.args == [torn.mapToGlobal(middle.toPoint())]


def test_keys_are_commands_in_a_torn_view(window: MainWindow, torn: ImageView, qtbot: QtBot) -> None:
    for letter, tool in (("B", "box"), ("V", "select"), ("L", "line")):
        QTest.keyClick(torn, Key(ord(letter)))
        assert window.session.tool.id == f"tool.{tool}"
    QTest.keyClick(torn, Key.Key_2)
    assert window.session.category is not None and window.session.category.shortcut == "2"
    QTest.keyClick(torn, Key.Key_Down)
    qtbot.waitUntil(lambda: torn.property("image_index") == 1)
    typed = QInputMethodEvent("ㅠ", [])
    QApplication.sendEvent(torn, typed)
    assert window.session.tool.id == "tool.box"
    QTest.keyPress(torn, Key.Key_Control)
    assert window.strip.turned() == ("mode.add", "mode.sub")
    QTest.keyRelease(torn, Key.Key_Control)
    assert window.strip.turned() == ()
    QTest.keyClick(torn, Key.Key_Left, Modifier.ControlModifier)
    assert window.view is views(window)[0]
    until_focused(qtbot, window.view)
    QTest.keyClick(window.view, Key.Key_Right, Modifier.ControlModifier)
    assert window.view is torn
    until_focused(qtbot, torn)


def test_the_keyboard_comes_back_to_a_torn_view_from_the_fields(window: MainWindow, torn: ImageView, qtbot: QtBot) -> None:
    window.commands.actions["window.type"].trigger()
    until_focused(qtbot, window.levels.center)
    window.levels.center.selectAll()
    QTest.keyClicks(window.levels.center, "55")
    QTest.keyClick(window.levels.center, Key.Key_Return)
    assert window.session.window.center == 55
    until_focused(qtbot, torn)


def test_a_series_and_files_are_dropped_into_a_torn_view(window: MainWindow, torn: ImageView, qtbot: QtBot, chest: Path) -> None:
    frame, first = window.area.frames[1], window.session.catalogue.in_order[0]
    data = dragged(first.uid, 2)
    QApplication.sendEvent(frame, QDragEnterEvent(QPoint(20, 60), Qt.DropAction.CopyAction, data, LEFT, PLAIN))
    QApplication.sendEvent(frame, QDropEvent(QPointF(20, 60), Qt.DropAction.CopyAction, data, LEFT, PLAIN))
    assert frame.pane.series is not None and frame.pane.series.uid == first.uid
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(chest))])
    event = QDragEnterEvent(QPoint(20, 60), Qt.DropAction.CopyAction, files, LEFT, PLAIN)
    QApplication.sendEvent(windows(window)[0], event)
    assert event.isAccepted()
    QApplication.sendEvent(windows(window)[0], QDropEvent(QPointF(20, 60), Qt.DropAction.CopyAction, files, LEFT, PLAIN))
    assert window.session.folders == (chest,)
    until_painted(qtbot, window)


def test_a_view_that_is_begun_in_goes_on_when_it_is_torn_off(window: MainWindow) -> None:
    window.commands.actions["tool.line"].trigger()
    view = window.view
    for point in ((4, 4), (20, 4)):
        draw(view, point)
    window.commands.actions["torn.view"].trigger()
    draw(view, (20, 20))
    QTest.keyClick(view, Key.Key_Return)
    assert window.session.annotations[-1].shape.bounds == pytest.approx((4, 4, 20, 20), abs=1e-9)


def test_the_only_view_may_be_torn_off_and_the_window_says_how_to_get_it_back(window: MainWindow) -> None:
    window.commands.actions["layout.1"].trigger()
    button = named(window, "torn.bring_back", QPushButton)
    assert not button.isVisible()
    window.commands.actions["torn.view"].trigger()
    assert button.isVisible() and window.view.window() is not window
    assert window.area.frames[0].line.isVisible()
    button.click()
    assert not button.isVisible() and window.view.window() is window and window.area.frames[0].line.isHidden()


def test_a_torn_view_keeps_its_window_when_the_view_before_it_is_closed(window: MainWindow, torn: ImageView) -> None:
    series = torn.model.image
    window.session.activate(0)
    window.commands.actions["layout.close"].trigger()
    assert window.view.window() is windows(window)[0] and window.view.model.image == series
    window.commands.actions["torn.gather"].trigger()
    assert window.view.window() is window and windows(window) == []


def test_the_window_of_a_view_that_is_closed_goes_away(window: MainWindow, torn: ImageView) -> None:
    window.commands.actions["layout.close"].trigger()
    assert windows(window) == [] and window.view is views(window)[0] and window.view.window() is window
    assert not torn.isVisible()


def test_maximising_lets_the_window_of_a_torn_view_fill_its_screen(window: MainWindow, torn: ImageView) -> None:
    (own,) = windows(window)
    assert not own.isMaximized()
    for filled in (True, False):
        window.commands.actions["view.maximise"].trigger()
        assert own.isMaximized() is filled is window.commands.actions["view.maximise"].isChecked()
    assert views(window)[0].isVisible()


def test_a_view_is_dragged_out_by_its_line(window: MainWindow) -> None:
    frame = window.area.frames[1]
    line, outside = frame.line, QPoint(window.width() + 50, window.height() + 50)
    start, end = QPointF(40, 8), QPointF(line.mapFromGlobal(window.mapToGlobal(outside)))
    for aim, count in ((QPointF(60, 300), 0), (end, 1)):
        for kind, at, button, held in (
            (QEvent.Type.MouseButtonPress, start, LEFT, LEFT),
            (QEvent.Type.MouseMove, aim, NONE, LEFT),
            (QEvent.Type.MouseButtonRelease, aim, LEFT, NONE),
        ):
            send(line, kind, at, button, held)  # type: ignore[arg-type]  # any widget will do
        assert len(windows(window)) == count
    assert frame.window() is not window


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_is_torn_off_and_comes_back(window: MainWindow, name: str) -> None:
    action = named(window, f"torn.{name}", QAction)
    panel = named(window, name)
    window.torn.fold_only(())
    order = [named(window, other).mapTo(window, QPoint()).y() for other in PANELS[1:]]
    action.trigger()
    (own,) = windows(window)
    assert panel.window() is own and panel.isVisible() and action.isChecked() and own.windowTitle()
    QTest.keyClick(own, Key.Key_B)
    assert window.session.tool.id == "tool.box"
    own.close()
    QApplication.processEvents()
    assert panel.window() is window and panel.isVisible() and not action.isChecked() and windows(window) == []
    assert order == sorted(order)
    order = [named(window, other).mapTo(window, QPoint()).y() for other in PANELS[1:]]
    assert order == sorted(order)


def test_a_torn_panel_goes_on_to_hear_what_changes(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.actions["torn.annotation_list"].trigger()
    window.commands.actions["tool.box"].trigger()
    draw(window.view, (4, 4), (10, 12))
    rows = named(window, "annotation_list")
    assert rows.model().rowCount() == 1 and rows.window() is windows(window)[0]
    QTest.keyClick(rows, Key.Key_Escape)
    until_focused(qtbot, window.view)


def test_the_column_of_a_panel_that_stands_elsewhere_leaves_its_room_to_the_picture(window: MainWindow) -> None:
    column = window.tree.parentWidget().parentWidget()
    for name in ("series_tree", "patient", "finding"):
        assert column.isVisible()
        window.commands.actions[f"torn.{name}"].trigger()
    assert not column.isVisible() and not window.maximised
    for filled in (True, False):
        window.commands.actions["view.maximise"].trigger()
        assert not column.isVisible() and window.maximised is filled
    window.commands.actions["torn.gather"].trigger()
    assert column.isVisible() and window.tree.window() is window


def test_titles_and_headings_speak_korean(window: MainWindow) -> None:
    window.commands.actions["torn.series_tree"].trigger()
    window.speak("ko")
    assert windows(window)[0].windowTitle() == "시리즈"
    assert window.commands.actions["torn.annotation_list"].text() != ""
    window.speak("en")


def test_what_was_torn_off_is_there_at_the_next_start(window: MainWindow, open_window: Open, project: Path, qtbot: QtBot) -> None:
    window.session.activate(1)
    window.commands.actions["torn.view"].trigger()
    window.commands.actions["torn.category_list"].trigger()
    view, panel = windows(window)
    view.setGeometry(150, 120, 420, 360)
    panel.setGeometry(30, 40, 260, 300)
    places = {own.windowTitle(): (own.pos(), own.size()) for own in (view, panel)}
    window.close()
    again = open_window("--project", project)
    until_painted(qtbot, again)
    until_shown(qtbot, again)
    assert {own.windowTitle(): (own.pos(), own.size()) for own in windows(again)} == places
    assert again.area.frames[1].window() is not again and again.categories.window() is not again
    again.commands.actions["torn.gather"].trigger()
    again.close()
    last = open_window("--project", project)
    assert windows(last) == []
