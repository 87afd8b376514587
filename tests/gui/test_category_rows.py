"""As many categories as there are digits stand in the list at once on a usual screen, whatever else the column holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.gui.panels.categories import CategoryList, least_height
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.projects import create
from tests.gui.conftest import Open, named, until_painted
from tests.workspace.brain import small_brain


@pytest.fixture
def brain(open_window: Open, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """The window on a brain in a project of ten categories."""
    small_brain(tmp_path / "brain")
    opened = open_window("--project", create("dementia", tmp_path / "project").root, tmp_path / "brain")
    until_painted(qtbot, opened)
    return opened


def test_ten_rows_stand_on_a_screen_of_1080_lines(brain: MainWindow) -> None:
    shown = named(brain, "category_list", CategoryList)
    assert isinstance(shown, CategoryList) and len(shown.rows.rows) == 10
    every, five = shown.sizeHint().height(), sum(shown.sizeHintForRow(row) for row in range(5))
    taskbar = 30
    assert least_height(every, five, 1080 - taskbar) == every
    assert least_height(every, five, 600) < every
    assert least_height(every, five, 300) == five


def test_every_digit_chooses_a_category_and_with_shift_gives_it_to_the_last_drawn(brain: MainWindow) -> None:
    session = brain.session
    assert {category.shortcut for category in session.categories} == set("1234567890")
    session.choose_tool("tool.box")
    session.perform(Stroke(Makes.BOX, ((5.0, 5.0), (9.0, 9.0))))
    for category in session.categories:
        key = Qt.Key(Qt.Key.Key_0 + int(category.shortcut))
        QTest.keyClick(brain.view, key)
        assert session.category == category
        QTest.keyClick(brain.view, key, Qt.KeyboardModifier.ShiftModifier)
        assert session.annotations[-1].category == category.key
