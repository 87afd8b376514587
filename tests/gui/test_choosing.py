"""Choosing in the real window: clicks, rubber band, list, keys; hiding is said on the picture; the walk brings into sight."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.gui.canvas.transform import fitted
from annotator.gui.canvas.view import ImageView
from annotator.gui.window import MainWindow
from annotator.i18n import say
from annotator.present.held_back import held_back
from annotator.tools.gesture import Makes, Stroke
from tests.gui.canvas.desk import Mouse
from tests.gui.canvas.test_looking import pixels
from tests.gui.conftest import Open, draw_box, named, until_painted

Key, NONE = Qt.Key, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def box(x1: float, y1: float, x2: float, y2: float) -> Stroke:
    return Stroke(Makes.BOX, ((x1, y1), (x2, y2)))


LARGE, SMALL, ASIDE = box(5, 5, 40, 40), box(10, 10, 20, 20), box(45, 45, 55, 55)


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:
    """A large box with a small one in it, and one aside; Select is in hand."""
    draw_box(window, LARGE, SMALL, ASIDE)
    window.session.stop_naming()
    window.commands.actions["tool.select"].trigger()
    return window


@pytest.fixture
def mouse(drawn: MainWindow) -> Mouse:
    return Mouse(drawn.view)


def at(view: ImageView, x: float, y: float) -> tuple[float, float]:
    return view.image_to_widget(x, y).toTuple()


def alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two pictures differ by no more than the rounding of what is half transparent."""
    return bool((np.abs(one.astype(int) - other) <= 2).all())


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(window.view, key, modifiers)


def test_a_second_click_at_the_same_place_chooses_what_lies_below(drawn: MainWindow, mouse: Mouse) -> None:
    found = []
    for _ in range(3):
        mouse.click(at(drawn.view, 15, 15))
        found.append(drawn.session.selection)
    assert found == [{2}, {1}, {2}]


def test_what_was_chosen_below_is_what_a_drag_moves(drawn: MainWindow, mouse: Mouse) -> None:
    mouse.click(at(drawn.view, 15, 15)).click(at(drawn.view, 15, 15))
    mouse.drag(at(drawn.view, 15, 15), at(drawn.view, 16, 15), at(drawn.view, 18, 17))
    assert [a.shape.bounds[:2] for a in drawn.session.annotations] == [(8, 7), (10, 10), (45, 45)]


def test_a_drag_from_an_empty_place_shows_a_band_and_selects_what_it_meets(drawn: MainWindow, mouse: Mouse) -> None:
    view = drawn.view
    before = pixels(view)
    mouse.press(*at(view, 60, 60)).move(at(view, 50, 58), at(view, 38, 38))
    band = pixels(view)
    x, y = map(round, at(view, 60, 49))
    edge = np.s_[y - 8 : y + 8, x - 2 : x + 3]
    assert (before[edge] != band[edge]).any()
    mouse.release(*at(view, 38, 38))
    assert drawn.session.selection == {1, 3}
    assert drawn.session.undo_name is not None and len(drawn.session.annotations) == 3, "nothing was drawn"


def test_escape_in_the_middle_of_a_band_leaves_the_selection(drawn: MainWindow, mouse: Mouse) -> None:
    drawn.session.select([2])
    mouse.press(*at(drawn.view, 60, 60)).move(at(drawn.view, 38, 38))
    press(drawn, Key.Key_Escape)
    mouse.release(*at(drawn.view, 38, 38))
    assert drawn.session.selection == {2}
    press(drawn, Key.Key_Escape)
    assert drawn.session.selection == frozenset()


def test_ctrl_and_shift_add_a_click_and_ctrl_a_band(drawn: MainWindow, mouse: Mouse) -> None:
    mouse.click(at(drawn.view, 15, 15))
    mouse.modifiers = SHIFT
    mouse.click(at(drawn.view, 50, 50))
    assert drawn.session.selection == {2, 3}
    mouse.modifiers = CONTROL
    mouse.click(at(drawn.view, 50, 50))
    assert drawn.session.selection == {2}
    mouse.drag(at(drawn.view, 60, 60), at(drawn.view, 58, 58), at(drawn.view, 50, 50))
    assert drawn.session.selection == {2, 3}


def test_shift_and_a_drag_still_move_the_picture(drawn: MainWindow, mouse: Mouse) -> None:
    drawn.view.look_at(4.0, 32, 32)
    mouse.modifiers = SHIFT
    mouse.drag((100.0, 100.0), (110.0, 100.0), (150.0, 120.0))
    assert drawn.view.centre == pytest.approx((32 - 50 / 4, 32 - 20 / 4), abs=0.2) and drawn.session.selection == frozenset()


def test_several_move_together_and_are_all_seen_on_their_way(drawn: MainWindow, mouse: Mouse) -> None:
    view = drawn.view
    drawn.session.select([2, 3])
    mouse.press(*at(view, 15, 15)).move(at(view, 14, 15), at(view, 15, 20))
    x, y = map(round, at(view, 50, 60))
    seen = pixels(view)[y - 3 : y + 4, x]
    assert (seen[..., 0].max() > 180) and (np.ptp(seen.astype(int), axis=-1) > 60).any(), "the lower edge of the box aside is seen there"
    mouse.release(*at(view, 15, 20))
    assert [a.shape.bounds[1] for a in drawn.session.annotations] == [5, 15, 50]
    press(drawn, Key.Key_Z, CONTROL)
    assert [a.shape.bounds[1] for a in drawn.session.annotations] == [5, 10, 45]


@pytest.mark.parametrize("name", ["image_view", "annotation_list", "category_list", "series_tree"])
def test_ctrl_a_selects_all_of_the_image_wherever_the_keyboard_is(drawn: MainWindow, name: str) -> None:
    widget = named(drawn, name)
    widget.setFocus()
    QTest.keyClick(widget, Key.Key_A, CONTROL)
    assert drawn.session.selection == {1, 2, 3}
    chosen = {drawn.annotations.rows.rows[index.row()].key for index in drawn.annotations.selectedIndexes()}
    assert chosen == {1, 2, 3}


@pytest.mark.parametrize("name", ["annotation_list", "category_list", "series_tree", "window.center"])
def test_the_walk_and_the_nudge_work_wherever_the_keyboard_is(drawn: MainWindow, name: str) -> None:
    widget = named(drawn, name)
    widget.setFocus()
    QTest.keyClick(widget, Key.Key_Down, CONTROL)
    QTest.keyClick(widget, Key.Key_Down, CONTROL)
    assert drawn.session.selection == {2}
    QTest.keyClick(widget, Key.Key_Right, ALT | SHIFT)
    assert drawn.session.annotations[1].shape.bounds[:2] == (11, 10)


def test_in_a_picture_that_is_turned_over_a_nudge_goes_where_the_key_points(drawn: MainWindow) -> None:
    drawn.view.hang(fitted, lambda image: (True, False))
    drawn.session.select([1])
    before = drawn.view.image_to_widget(*drawn.session.annotations[0].shape.bounds[:2]).x()
    press(drawn, Key.Key_Right, ALT | SHIFT)
    assert drawn.view.image_to_widget(*drawn.session.annotations[0].shape.bounds[:2]).x() > before


def test_nudging_is_as_seen_and_one_pixel(drawn: MainWindow) -> None:
    drawn.session.select([1, 2])
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Down, Key.Key_Left):
        press(drawn, key, ALT | SHIFT)
    assert [a.shape.bounds[:2] for a in drawn.session.annotations] == [(6, 6), (11, 11), (45, 45)]
    assert drawn.view.property("image_index") == drawn.session.index


def test_a_lock_is_said_in_the_list_and_dashes_the_outline(drawn: MainWindow) -> None:
    drawn.session.select([3])
    plain = pixels(drawn.view)
    press(drawn, Key.Key_K, SHIFT)
    assert drawn.session.annotations[2].locked and "locked" in drawn.annotations.rows.rows[2].said
    x, y = map(round, at(drawn.view, 45, 50))
    column = np.s_[y - 20 : y + 20, x - 1 : x + 2]
    assert (pixels(drawn.view)[column] != plain[column]).any()
    press(drawn, Key.Key_Delete)
    assert len(drawn.session.annotations) == 3 and "unlock" in say(drawn.session.said.message)
    press(drawn, Key.Key_K, SHIFT)
    assert not drawn.session.annotations[2].locked


def test_hidden_ones_leave_the_picture_and_it_says_so_with_the_key(drawn: MainWindow) -> None:
    view = drawn.view
    before = pixels(view)
    drawn.session.select([3])
    press(drawn, Key.Key_H, SHIFT)
    x, y = map(round, at(view, 45, 50))
    edge, plate = np.s_[y - 3 : y + 4, x - 3 : x + 4], np.s_[30:46, view.width() // 2 - 20 : view.width() // 2 + 20]
    hidden = pixels(view)
    assert (hidden[edge] != before[edge]).any() and (hidden[plate] != before[plate]).any()
    assert "hidden" in drawn.annotations.rows.rows[2].said
    press(drawn, Key.Key_H, SHIFT)
    assert alike(pixels(view), before)


def test_solo_shows_one_and_the_same_key_shows_all(drawn: MainWindow) -> None:
    before = pixels(drawn.view)
    drawn.session.select([2])
    press(drawn, Key.Key_V, SHIFT)
    assert drawn.session.solo and drawn.commands.actions["view.solo"].isChecked()
    drawn.session.select(())
    assert not alike(pixels(drawn.view), before)
    press(drawn, Key.Key_V, SHIFT)
    assert alike(pixels(drawn.view), before)


def test_on_a_slice_without_what_is_shown_alone_the_picture_says_that_others_are_not_shown(drawn: MainWindow) -> None:
    session, pane = drawn.session, drawn.session.panes[0]
    session.show(1)
    session.perform(SMALL)
    there = len(session.annotations)
    session.show(0)
    session.select([2])
    press(drawn, Key.Key_V, SHIFT)
    assert held_back(session, pane, lambda name: "Shift+V") == "1 of 3 shown · Shift+V"
    session.show(1)
    assert held_back(session, pane, lambda name: "Shift+V") == f"None of {there} shown here · Shift+V"
    press(drawn, Key.Key_V, SHIFT)
    assert held_back(session, pane, lambda name: "Shift+V") == ""


def test_shift_and_a_digit_as_a_keyboard_sends_it_changes_the_last_drawn(drawn: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    drawn.commands.actions["tool.box"].trigger()
    QApplication.sendEvent(drawn.view, QKeyEvent(QEvent.Type.KeyPress, Key.Key_NumberSign, SHIFT, 12, 0, 0, "#"))
    assert [a.category for a in drawn.session.annotations] == ["CCT1", "CCT1", "CCT3"]
    assert drawn.session.category.key == "CCT1"
    press(drawn, Key.Key_3)
    drawn.session.perform(SMALL)
    assert drawn.session.annotations[-1].category == "CCT3"


def test_the_walk_shows_the_image_and_brings_a_far_and_tiny_one_into_sight(drawn: MainWindow, qtbot: QtBot) -> None:
    session, view = drawn.session, drawn.view
    start = session.index
    session.show(start + 2)
    draw_box(drawn, box(60, 60, 61, 61))
    session.show(start)
    view.look_at(9.0, 8, 8)
    session.select([3])
    press(drawn, Key.Key_Down, CONTROL)
    assert session.index == start + 2 and view.property("image_index") == start + 2
    assert view.centre == pytest.approx((60.5, 60.5), abs=0.2)
    zoom = view.zoom
    press(drawn, Key.Key_Up, CONTROL)
    assert session.index == start and session.selection == {3}
    assert view.zoom <= zoom


def test_what_is_in_sight_at_a_good_size_stays_where_it_is(drawn: MainWindow) -> None:
    view = drawn.view
    view.fit()
    before = view.eye.transform
    press(drawn, Key.Key_Down, CONTROL)
    press(drawn, Key.Key_Down, CONTROL)
    assert view.eye.transform == before and view.fitted


def test_what_is_larger_than_the_view_is_shown_whole(drawn: MainWindow) -> None:
    view = drawn.view
    view.look_at(40.0, 20, 20)
    press(drawn, Key.Key_Down, CONTROL)
    assert drawn.session.selection == {1}
    assert all(view.rect().contains(view.image_to_widget(*corner).toPoint()) for corner in ((5, 5), (40, 40)))


def test_the_next_case_without_annotation_opens(open_window: Open, project: Path, two_series: Path, qtbot: QtBot) -> None:
    window = open_window("--project", project, two_series)
    until_painted(qtbot, window)
    first = window.session.series
    draw_box(window)
    press(window, Key.Key_Return, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: window.session.series is not first)
    until_painted(qtbot, window)
    draw_box(window)
    press(window, Key.Key_Return, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: "No other case" in say(window.session.said.message))
    assert window.session.series is not first
