"""With a drawing tool in hand and nothing selected, a key deletes or recategorises the annotation under the pointer: no tool is changed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke
from tests.gui.conftest import draw_box

LOW, HIGH, FAR = ((8.0, 8.0), (20.0, 20.0)), ((30.0, 30.0), (44.0, 44.0)), (55.0, 10.0)
NONE, SHIFT, LEFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:
    """Two boxes of the first category, 1 and 2 (the last drawn), and the box tool in hand."""
    draw_box(window, *(Stroke(Makes.BOX, corners) for corners in (LOW, HIGH)))
    assert window.session.selection == frozenset()
    return window


def point(window: MainWindow, place: tuple[float, float]) -> None:
    QTest.mouseMove(window.view, window.view.image_to_widget(*place).toPoint())


def key(window: MainWindow, pressed: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(window.view, pressed, modifiers)


def categories(window: MainWindow) -> dict[int, str]:
    return {a.id: a.category for a in window.session.annotations}


def test_delete_takes_what_is_pointed_at_in_one_step(drawn: MainWindow) -> None:
    session = drawn.session
    point(drawn, (14.0, 14.0))
    key(drawn, Qt.Key.Key_Delete)
    assert set(categories(drawn)) == {2}
    assert session.tool.id == "tool.box" and session.selection == frozenset()
    key(drawn, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert set(categories(drawn)) == {1, 2}


def test_what_is_selected_goes_before_what_is_pointed_at(drawn: MainWindow) -> None:
    drawn.session.select([2])
    point(drawn, (14.0, 14.0))
    key(drawn, Qt.Key.Key_Delete)
    assert set(categories(drawn)) == {1}


def test_delete_off_everything_or_in_the_middle_of_an_outline_deletes_nothing(drawn: MainWindow) -> None:
    point(drawn, FAR)
    key(drawn, Qt.Key.Key_Delete)
    assert set(categories(drawn)) == {1, 2}
    key(drawn, Qt.Key.Key_F)
    for place in ((10.0, 10.0), (15.0, 10.0), (15.0, 15.0)):
        point(drawn, place)
        QTest.mouseClick(drawn.view, LEFT, NONE, drawn.view.image_to_widget(*place).toPoint())
    assert drawn.view.drawing
    key(drawn, Qt.Key.Key_Delete)
    assert drawn.view.drawing and set(categories(drawn)) == {1, 2}


def test_what_is_locked_or_hidden_is_not_deleted(drawn: MainWindow) -> None:
    session = drawn.session
    session.select([1])
    session.lock()
    session.select([2])
    session.hide_selected()
    session.select_nothing()
    for place in ((14.0, 14.0), (37.0, 37.0)):
        point(drawn, place)
        key(drawn, Qt.Key.Key_Delete)
    assert set(categories(drawn)) == {1, 2}


def test_shift_digit_means_what_is_pointed_at_else_the_last_drawn(drawn: MainWindow) -> None:
    point(drawn, (14.0, 14.0))
    key(drawn, Qt.Key.Key_3, SHIFT)
    assert categories(drawn) == {1: "CCT3", 2: "CCT1"}
    point(drawn, FAR)
    key(drawn, Qt.Key.Key_4, SHIFT)
    assert categories(drawn) == {1: "CCT3", 2: "CCT4"}


def test_the_last_drawn_goes_before_what_lies_over_it(drawn: MainWindow) -> None:
    drawn.session.perform(Stroke(Makes.BOX, ((6.0, 6.0), (28.0, 28.0))))  # larger: box 1 lies over it for the pointer
    point(drawn, (14.0, 14.0))
    key(drawn, Qt.Key.Key_2, SHIFT)
    assert categories(drawn) == {1: "CCT1", 2: "CCT1", 3: "CCT2"}


def test_c_gives_what_is_pointed_at_the_chosen_category(drawn: MainWindow) -> None:
    key(drawn, Qt.Key.Key_5)
    point(drawn, (37.0, 37.0))
    key(drawn, Qt.Key.Key_C)
    assert categories(drawn) == {1: "CCT1", 2: "CCT5"}
    assert drawn.session.selection == frozenset()
