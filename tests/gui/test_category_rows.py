"""As many categories as there are digits stand in the list at once on a usual screen, whatever else the column holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotator.gui.panels.categories import CategoryList, least_height
from annotator.gui.window import MainWindow
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
