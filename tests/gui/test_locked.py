"""What is locked has no handles and nothing that the pointer offers to take hold of, selected or not."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from annotator.gui.window import MainWindow
from tests.gui.conftest import draw_box

CORNER = (10.0, 10.0)
"""Of the box that is drawn."""


def beside_the_corner(window: MainWindow) -> QColor:
    """A logical pixel that lies within a handle and beside the outline."""
    place = window.view.image_to_widget(*CORNER).toPoint() - QPoint(3, 3)
    return window.view.grab().toImage().pixelColor(place)


def pointed(window: MainWindow, x: float, y: float) -> Qt.CursorShape:
    QTest.mouseMove(window.view, window.view.image_to_widget(x, y).toPoint() + QPoint(30, 30))
    QTest.mouseMove(window.view, window.view.image_to_widget(x, y).toPoint())
    return window.view.cursor().shape()


def test_a_locked_annotation_offers_no_handles(window: MainWindow) -> None:
    bare = beside_the_corner(window)
    draw_box(window)
    window.commands.actions["tool.select"].trigger()
    window.session.select([1])
    assert beside_the_corner(window) != bare
    assert pointed(window, *CORNER) is Qt.CursorShape.PointingHandCursor
    assert pointed(window, 15.0, 16.0) is Qt.CursorShape.SizeAllCursor
    window.commands.actions["edit.lock"].trigger()
    assert window.session.selection == {1}
    assert beside_the_corner(window) == bare
    assert pointed(window, *CORNER) is pointed(window, 15.0, 16.0) is Qt.CursorShape.ArrowCursor


def test_the_lines_that_a_second_pass_answers_have_none_either(window: MainWindow) -> None:
    window.session.choose_pass("specialist")
    draw_line = window.commands.actions["tool.line"]
    draw_line.trigger()
    QTest.mousePress(window.view, Qt.MouseButton.LeftButton, pos=window.view.image_to_widget(*CORNER).toPoint())
    QTest.mouseMove(window.view, window.view.image_to_widget(30.0, 25.0).toPoint())
    QTest.mouseRelease(window.view, Qt.MouseButton.LeftButton, pos=window.view.image_to_widget(40.0, 30.0).toPoint())
    window.session.choose_pass("annotator")
    window.commands.actions["tool.select"].trigger()
    window.session.select([1])
    assert pointed(window, *CORNER) is Qt.CursorShape.ArrowCursor
