"""Undo and redo where the image that was edited stands in a view of its own window: it shows what is taken back, there and nowhere else."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.gui.canvas.view import ImageView
from annotator.gui.window import MainWindow
from tests.gui.test_panes import NONE, draw, send, until_shown, views
from tests.gui.test_torn import torn, until_focused, window, windows

__all__ = ["torn", "window"]
Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def painted(view: ImageView) -> np.ndarray:
    """The pixels of a view as they are on the screen now."""
    QApplication.processEvents()
    image = view.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1).copy()


def ink(view: ImageView) -> int:
    return len(view.model.annotations)


def test_undo_in_a_torn_view_takes_back_and_paints_there_alone(window: MainWindow, torn: ImageView, qtbot: QtBot) -> None:
    left, _ = views(window)
    window.commands.actions["tool.box"].trigger()
    torn.look_at(7.3, 16.0, 16.0)
    bare, beside = painted(torn), painted(left)
    draw(torn, (12, 13), (19, 22))
    window.session.select([])
    drawn = painted(torn)
    assert not np.array_equal(drawn, bare)
    for _ in range(2):
        QTest.keyClick(torn, Key.Key_Z, CONTROL)
        assert ink(torn) == 0 and np.array_equal(painted(torn), bare)
        QTest.keyClick(torn, Key.Key_Y, CONTROL)
        window.session.select([])
        assert ink(torn) == 1 and np.array_equal(painted(torn), drawn)
    assert np.array_equal(painted(left), beside) and ink(left) == 0


def test_undo_of_an_edit_on_another_slice_goes_there_in_the_torn_view(window: MainWindow, torn: ImageView, qtbot: QtBot) -> None:
    window.commands.actions["tool.box"].trigger()
    draw(torn, (12, 13), (19, 22))
    drawn_on = torn.model.index
    QTest.keyClick(torn, Key.Key_Down)
    qtbot.waitUntil(lambda: torn.property("image_index") == drawn_on + 1)
    here = windows(window)
    QTest.keyClick(torn, Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: torn.property("image_index") == drawn_on)
    assert ink(torn) == 0 and windows(window) == here and window.view is torn and torn.window() is here[0]


def test_undo_in_the_main_window_is_of_the_case_there_and_leaves_the_torn_view_alone(
    window: MainWindow, torn: ImageView, qtbot: QtBot
) -> None:
    left, _ = views(window)
    window.commands.actions["tool.box"].trigger()
    draw(torn, (12, 13), (19, 22))
    QTest.keyClick(torn, Key.Key_Left, CONTROL)
    until_focused(qtbot, left)
    draw(left, (4, 4), (10, 12))
    before = painted(torn)
    QTest.keyClick(left, Key.Key_Z, CONTROL)
    QTest.keyClick(left, Key.Key_Z, CONTROL)
    assert (ink(left), ink(torn)) == (0, 1) and np.array_equal(painted(torn), before)


def test_undo_is_seen_in_every_view_of_the_image_also_in_the_torn_one_that_only_looks(
    window: MainWindow, torn: ImageView, qtbot: QtBot
) -> None:
    left, _ = views(window)
    first = window.session.catalogue.in_order[0]
    window.session.open_series(first.uid)
    until_shown(qtbot, window)
    window.session.activate(0)
    until_focused(qtbot, left)
    assert left.model.image is torn.model.image
    window.commands.actions["tool.box"].trigger()
    send(left, QEvent.Type.MouseMove, QPointF(left.image_to_widget(14, 16)), NONE, NONE)  # the other view shows where the pointer is
    bare = painted(torn)
    draw(left, (4, 4), (14, 16))
    assert ink(left) == ink(torn) == 1 and not np.array_equal(painted(torn), bare)
    QTest.keyClick(left, Key.Key_Z, CONTROL)
    assert ink(left) == ink(torn) == 0 and np.array_equal(painted(torn), bare)
    assert window.view is left and torn.window() is not window
