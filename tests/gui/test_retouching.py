"""With keys and mouse in the real window: what is selected is grown, merged, split, flipped, cut, copied and pasted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.gui.panels.context_menu import context_menu
from annotator.gui.window import MainWindow
from annotator.i18n import say, use_language
from tests.gui.conftest import Open, named, until_painted

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEYS = {
    "retouch.fill": "Shift+F",
    "retouch.islands": "Ctrl+Shift+F",
    "retouch.grow": "Shift+G",
    "retouch.shrink": "Shift+D",
    "retouch.smooth": "Shift+J",
    "retouch.simplify": "Ctrl+Shift+J",
    "retouch.merge": "Ctrl+M",
    "retouch.split": "Ctrl+Shift+M",
    "retouch.intersect": "Ctrl+Shift+X",
    "retouch.flip": "Ctrl+Shift+H",
    "retouch.amounts": "Ctrl+Shift+G",
    "edit.cut": "Ctrl+X",
    "edit.copy": "Ctrl+C",
    "edit.paste": "Ctrl+V",
}


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key wherever the keyboard is."""
    QTest.keyClick(QApplication.focusWidget() or window.view, key, modifiers)


def drag(window: MainWindow, *corners: tuple[float, float]) -> None:
    """Draw a box with the left button from corner to corner."""
    places = [window.view.image_to_widget(*corner).toPoint() for corner in corners]
    QTest.mousePress(window.view, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(window.view, place)
    QTest.mouseRelease(window.view, Qt.MouseButton.LeftButton, pos=places[-1])


def counts(window: MainWindow) -> list[int]:
    """How many pixels each outline of the shown image has."""
    image = window.session.image
    assert image is not None
    return [region_mask(a.shape, image.rows, image.columns).count for a in window.session.annotations if isinstance(a.shape, Region)]


def click(window: MainWindow, x: float, y: float, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Click a place of the image."""
    QTest.mouseClick(window.view, Qt.MouseButton.LeftButton, modifiers, window.view.image_to_widget(x, y).toPoint())


def said(window: MainWindow) -> str:
    assert window.session.said is not None
    return say(window.session.said.message)


@pytest.mark.parametrize(("name", "key"), list(KEYS.items()))
def test_each_command_has_its_key(bare: MainWindow, name: str, key: str) -> None:
    (action,) = bare.findChildren(QAction, name)
    assert action.shortcut().toString() == key


def test_two_boxes_are_selected_by_clicks_merged_split_and_flipped_by_keys(window: MainWindow) -> None:
    press(window, Qt.Key.Key_B)
    drag(window, (10, 10), (20, 20))
    drag(window, (40, 40), (50, 48))
    total = sum(counts(window))
    press(window, Qt.Key.Key_M, CTRL)
    assert "two or more" in said(window) and len(window.session.annotations) == 2
    press(window, Qt.Key.Key_V)
    click(window, 15, 15)
    click(window, 45, 44, CTRL)
    press(window, Qt.Key.Key_M, CTRL)
    assert [a.id for a in window.session.annotations] == [1] and counts(window) == [total]
    press(window, Qt.Key.Key_M, CTRL | SHIFT)
    assert [(a.id, a.parent) for a in window.session.annotations] == [(1, None), (3, 1)] and sum(counts(window)) == total
    before = [a.shape.bounds for a in window.session.annotations]
    press(window, Qt.Key.Key_A, CTRL)
    press(window, Qt.Key.Key_H, CTRL | SHIFT)
    for annotation, (x1, y1, x2, y2) in zip(window.session.annotations, before, strict=True):
        assert annotation.shape.bounds == pytest.approx((64 - x2, y1, 64 - x1, y2), abs=0.01)
    for _ in range(3):
        press(window, Qt.Key.Key_Z, CTRL)
    assert sum(counts(window)) == total and len(window.session.annotations) == 2


def test_after_undoing_a_merge_all_that_were_merged_are_selected_again(window: MainWindow) -> None:
    press(window, Qt.Key.Key_B)
    for left in (10, 30, 50):
        drag(window, (left, 10), (left + 8, 20))
    press(window, Qt.Key.Key_2)
    drag(window, (10, 40), (20, 50))
    press(window, Qt.Key.Key_V)
    for left, held in ((12, Qt.KeyboardModifier.NoModifier), (32, CTRL), (52, CTRL)):
        click(window, left, 15, held)
    press(window, Qt.Key.Key_M, CTRL)
    assert window.session.selection == {1}
    press(window, Qt.Key.Key_Z, CTRL)
    assert window.session.selection == {1, 2, 3}
    press(window, Qt.Key.Key_Y, CTRL)
    assert window.session.selection == {1}
    press(window, Qt.Key.Key_Escape)
    press(window, Qt.Key.Key_Z, CTRL)
    assert window.session.selection == frozenset()


def test_a_box_is_copied_to_the_next_slices_by_keys_alone(window: MainWindow) -> None:
    press(window, Qt.Key.Key_B)
    drag(window, (10, 10), (20, 20))
    shape = window.session.annotations[0].shape
    press(window, Qt.Key.Key_C, CTRL)
    for _ in range(2):
        press(window, Qt.Key.Key_Down)
        press(window, Qt.Key.Key_V, CTRL)
        assert [a.shape for a in window.session.annotations] == [shape]
    press(window, Qt.Key.Key_X, CTRL)
    assert window.session.annotations == ()
    press(window, Qt.Key.Key_Z, CTRL)
    assert [a.shape for a in window.session.annotations] == [shape]


def test_the_amount_is_written_by_keys_and_the_menu_says_it(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_B)
    drag(window, (20, 20), (30, 30))
    grow, (before,) = window.commands.actions["retouch.grow"], counts(window)
    assert grow.text() == "Grow by 1 mm"
    window.view.setFocus()
    press(window, Qt.Key.Key_G, CTRL | SHIFT)
    field = named(window, "amounts.grow", QDoubleSpinBox)
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(QApplication.focusWidget(), "12.5")
    press(window, Qt.Key.Key_Return)
    assert window.session.amounts.grow == 12.5 and grow.text() == "Grow by 12.5 mm"
    assert window.view.hasFocus()
    press(window, Qt.Key.Key_G, SHIFT)
    assert counts(window)[0] > before
    press(window, Qt.Key.Key_G, CTRL | SHIFT)
    assert named(window, "amounts").isHidden()


def test_the_amounts_come_back_with_the_next_window(open_window: Open, project: Path, chest: Path, qtbot: QtBot) -> None:
    first = open_window("--project", project, chest)
    first.show_part("amounts")
    for name, text in (("smooth", "3.5"), ("islands", "25"), ("tolerance", "0.75")):
        field = named(first, f"amounts.{name}", QDoubleSpinBox)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    first.close()
    second = open_window("--project", project, chest)
    until_painted(qtbot, second)
    texts = {name: second.commands.actions[name].text() for name in ("retouch.smooth", "retouch.islands", "retouch.simplify")}
    assert list(texts.values()) == ["Smooth by 3.5 mm", "Remove islands under 25 mm²", "Simplify by 0.75 px"]


def test_copy_in_a_number_field_copies_the_number_and_no_annotation(window: MainWindow) -> None:
    press(window, Qt.Key.Key_B)
    drag(window, (20, 20), (30, 30))
    field = named(window, "window.center", QDoubleSpinBox)
    field.setFocus()
    field.selectAll()
    press(window, Qt.Key.Key_C, CTRL)
    assert window.session.copied == 0
    assert QApplication.clipboard().text()


def test_the_panel_speaks_korean_and_nothing_of_it_is_clipped(window: MainWindow, qtbot: QtBot) -> None:
    use_language("ko")
    window.speak("ko")
    window.show_part("amounts")
    panel = named(window, "amounts", QWidget)
    assert window.commands.actions["retouch.grow"].text() == "1 mm 넓히기"

    def whole(inside: QWidget) -> bool:
        return inside.width() >= inside.minimumSizeHint().width() and panel.rect().contains(inside.mapTo(panel, QPoint(0, 0)))

    shown = [inside for inside in panel.findChildren(QWidget) if inside.isVisible()]
    assert len(shown) >= 9
    qtbot.waitUntil(lambda: all(map(whole, shown)))  # the layout takes some turns of the event loop


def test_the_menu_of_a_right_click_has_them_all(window: MainWindow) -> None:
    menu = context_menu(window.session, window.commands, window)
    inside = [entry for action in menu.actions() if action.menu() is not None for entry in action.menu().actions()]
    there = {action.objectName() for action in (*menu.actions(), *inside)}
    assert set(KEYS) <= there
