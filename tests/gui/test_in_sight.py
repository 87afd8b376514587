"""In a window too low for its panels the field that has the keyboard is seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from annotator.gui import theme
from annotator.gui.side import Side
from tests.gui.conftest import let_buttons_go


@pytest.fixture
def column(qtbot: QtBot) -> Side:
    """A column 300 pixels high with a panel above, and one with a dozen fields."""
    above, below = QWidget(), QWidget()
    above.setObjectName("above")
    above.setFixedHeight(200)
    below.setObjectName("below")
    fields = QVBoxLayout(below)
    for number in range(12):
        field = QLineEdit()
        field.setObjectName(f"field {number}")
        field.setFixedHeight(24)
        fields.addWidget(field)
    side = Side([("Above", above, 0), ("Below", below, 0)], theme.dark())
    qtbot.addWidget(side)
    side.resize(240, 300)
    with qtbot.waitActive(side):
        side.show()
        side.activateWindow()
    return side


def field(column: Side, number: int) -> QLineEdit:
    (found,) = column.findChildren(QLineEdit, f"field {number}")
    return found


def seen(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect() == widget.rect()


def test_where_the_keyboard_goes_is_seen(column: Side) -> None:
    for number in (11, 0, 11):
        assert not seen(field(column, number))
        field(column, number).setFocus(Qt.FocusReason.TabFocusReason)
        assert seen(field(column, number))


def test_a_button_that_another_test_held_down_is_up() -> None:
    QTest.mousePress(QWidget(), Qt.MouseButton.LeftButton)
    assert QGuiApplication.mouseButtons() == Qt.MouseButton.LeftButton
    let_buttons_go()
    assert QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton


def test_it_stays_in_sight_when_panels_above_it_grow(column: Side, qtbot: QtBot) -> None:
    field(column, 5).setFocus(Qt.FocusReason.TabFocusReason)
    (above,) = column.findChildren(QWidget, "above")
    above.setFixedHeight(700)
    qtbot.waitUntil(lambda: above.height() == 700)
    qtbot.waitUntil(lambda: seen(field(column, 5)), timeout=2_000)


def test_nothing_moves_under_a_button_that_is_down(column: Side) -> None:
    half = next(number for number in range(12) if not field(column, number).visibleRegion().isEmpty() and not seen(field(column, number)))
    place = column.verticalScrollBar().value()
    QTest.mousePress(field(column, half), Qt.MouseButton.LeftButton)
    assert column.verticalScrollBar().value() == place
    QTest.mouseRelease(field(column, half), Qt.MouseButton.LeftButton)
