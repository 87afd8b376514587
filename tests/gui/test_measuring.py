"""Measuring in the window: by key, beside drawing, deleted by Del, and never a part of the case."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.domain.measure import Figure
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Measured
from annotator.workspace.notice import SavedState
from tests.gui.conftest import draw_box

LINE = Measured(Figure.RULER, ((10.0, 10.0), (30.0, 10.0)))


def measures(window: MainWindow) -> int:
    return len(window.session.measuring.on(window.session.image.key))


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.view, key, modifiers)


@pytest.mark.parametrize(
    ("key", "shift", "name"),
    [(Qt.Key.Key_M, False, "ruler"), (Qt.Key.Key_M, True, "angle"), (Qt.Key.Key_O, False, "ellipse"), (Qt.Key.Key_O, True, "rectangle")],
)
def test_a_key_takes_a_measuring_tool_in_hand_and_the_same_one_lays_it_down(window, key, shift, name):
    modifiers = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    press(window, Qt.Key.Key_B)
    press(window, key, modifiers)
    assert window.session.tool.id == f"measure.{name}"
    assert window.commands.actions[f"measure.{name}"].isChecked() and not window.commands.actions["tool.box"].isChecked()
    press(window, key, modifiers)
    assert window.session.tool.id == "tool.box" and window.commands.actions["tool.box"].isChecked()


def test_escape_goes_back_to_drawing(window):
    press(window, Qt.Key.Key_F)
    press(window, Qt.Key.Key_M)
    press(window, Qt.Key.Key_Escape)
    assert window.session.tool.id == "tool.free"


def test_looking_is_not_editing(window):
    """Neither undone nor saved, and the next start has the drawing tool again."""
    press(window, Qt.Key.Key_M)
    window.session.perform(LINE)
    assert (measures(window), window.session.undo_name, window.session.saved_state) == (1, None, SavedState.SAVED)
    assert window.session.annotations == ()
    window.commands.actions["edit.undo"].trigger()
    window.session.remember_view()
    assert (measures(window), window.session.view.tool) == (1, window.session.drawing_tool.id)


def test_delete_takes_the_measurement_and_then_the_annotation(window):
    draw_box(window)
    window.session.select([a.id for a in window.session.annotations])
    press(window, Qt.Key.Key_M)
    window.session.perform(LINE)
    press(window, Qt.Key.Key_Delete)
    assert (measures(window), len(window.session.annotations)) == (0, 1)
    press(window, Qt.Key.Key_Delete)
    assert len(window.session.annotations) == 0


def test_an_annotation_that_is_selected_after_a_measurement_is_deleted_and_not_that(window):
    draw_box(window)
    press(window, Qt.Key.Key_M)
    window.session.perform(LINE)
    window.session.select([a.id for a in window.session.annotations])
    press(window, Qt.Key.Key_Delete)
    assert (measures(window), len(window.session.annotations)) == (1, 0)


def test_a_command_deletes_all_of_this_image_and_none_of_another(window):
    for _ in range(3):
        window.session.perform(LINE)
    first = window.session.image.key
    window.session.page(1)
    window.session.perform(LINE)
    press(window, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert measures(window) == 0
    assert len(window.session.measuring.on(first)) == 3
    assert not window.commands.actions["measure.clear"].isEnabled()


def test_a_slab_is_looked_through_while_its_key_is_held(window, qtbot):
    qtbot.waitUntil(lambda: window.session.all_decoded)
    QTest.keyPress(window.view, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: window.honesty.notes[0].warning)
    QTest.keyRelease(window.view, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: not window.honesty.notes[0].warning)
