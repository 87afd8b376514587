"""The grid judges with the digits while it has the keyboard, shows sizes after the judging only, and Enter ends a case."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain import facts
from annotator.gui.window import MainWindow
from annotator.workspace import delivering
from annotator.workspace.projects import create
from tests.gui.conftest import Open, draw_box, until_painted
from tests.workspace.brain import label_series, small_brain

Key = Qt.Key


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blind")
    images, values = small_brain(folder / "mci" / "mr")
    label_series(images, values, folder / "mci" / "labels")
    return folder


@pytest.fixture
def judging(open_window: Open, study: Path, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """The window on a brain whose regions lie beside it."""
    project = create("dementia", tmp_path / "dementia_project").root
    opened = open_window("--project", project, study)
    qtbot.waitUntil(lambda: opened.session.regions is not None, timeout=20_000)
    until_painted(qtbot, opened)
    return opened


def press(window: MainWindow, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(window.focusWidget() or window.view, key)


def grid(window: MainWindow) -> QWidget:
    return window.parts.widget("judgement")


def said(window: MainWindow, number: int) -> str | None:
    return window.session.document.facts.get(facts.judgement(f"MRI{number}"))


def test_digits_are_categories_until_the_grid_has_the_keyboard(judging: MainWindow) -> None:
    press(judging, Key.Key_7)
    assert judging.session.category.key == "MRI4" and said(judging, 4) is None
    press(judging, Key.Key_J, Key.Key_7, Key.Key_0)
    assert grid(judging).hasFocus() and said(judging, 4) == "1" and said(judging, 10) == "1"
    assert judging.session.index == judging.session.largest()[10]
    press(judging, Key.Key_7)
    assert said(judging, 4) == "0"
    press(judging, Key.Key_Escape, Key.Key_2)
    assert judging.view.hasFocus() and judging.session.category.key == "MRI3" and said(judging, 3) is None


def test_regions_that_were_drawn_by_hand_are_not_said_to_be_missing(open_window: Open, tmp_path: Path, qtbot: QtBot) -> None:
    small_brain(tmp_path / "bare")
    window = open_window("--project", create("dementia", tmp_path / "by_hand").root, tmp_path / "bare", "--language", "en")
    until_painted(qtbot, window)
    lines = [label for label in grid(window).findChildren(QLabel) if "No regions yet" in label.text()]
    assert len(lines) == 1
    draw_box(window)
    assert "No regions yet" not in lines[0].text() and "judge with the keys" in lines[0].text()


def test_arrows_still_go_through_the_slices(judging: MainWindow) -> None:
    judging.session.show(3)
    press(judging, Key.Key_J, Key.Key_Down, Key.Key_Down, Key.Key_Up)
    assert judging.session.index == 4


def test_other_keys_stay_commands_in_the_grid(judging: MainWindow) -> None:
    press(judging, Key.Key_J, Key.Key_1)
    QTest.keyClick(judging.focusWidget(), Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert said(judging, 1) is None and grid(judging).hasFocus()
    press(judging, Key.Key_F)
    assert judging.session.tool.id == "tool.free"


def test_sizes_come_after_the_judgement_only(judging: MainWindow) -> None:
    cell = judging.findChild(QWidget, "judgement.9")
    assert "mL" not in cell.accessibleName()
    press(judging, Key.Key_J, Key.Key_5)
    assert cell.accessibleName() == "Left hippocampus · yes"
    press(judging, Key.Key_Return)
    assert "mL" in cell.accessibleName() and judging.session.judged and said(judging, 1) == "0"


def test_enter_and_enter_end_a_normal_study(judging: MainWindow, qtbot: QtBot) -> None:
    session, root = judging.session, judging.session.project.root
    press(judging, Key.Key_J, Key.Key_Return, Key.Key_Return)
    qtbot.waitUntil(lambda: len(list(root.rglob("label/*.dcm"))) == len(session.images), timeout=60_000)
    qtbot.waitUntil(lambda: delivering.unfinished(root) == () and session.delivering is None, timeout=20_000)


def test_a_click_judges_and_undo_takes_it_back(judging: MainWindow) -> None:
    cell = judging.findChild(QWidget, "judgement.2")
    QTest.mouseClick(cell, Qt.MouseButton.LeftButton)
    assert said(judging, 2) == "1"
    judging.commands.actions["edit.undo"].trigger()
    assert said(judging, 2) is None


def test_the_grid_is_there_for_projects_that_judge_only(judging: MainWindow, window: MainWindow) -> None:
    assert grid(judging).isVisible() and not grid(window).isVisible()
    assert not window.commands.actions["judge"].isEnabled()


def test_class_and_path_stay_hidden(judging: MainWindow, study: Path, tmp_path: Path) -> None:
    """Everything that the window says while a folder named by the class is open and something goes wrong."""
    model, told = judging.tree.model(), list[str]()

    def walk(parent: QModelIndex) -> None:
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            told.extend(str(model.data(index, role) or "") for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole))
            if index.internalId() & 1 == 0:
                walk(index)

    walk(QModelIndex())
    shutil.copytree(study / "mci" / "mr", tmp_path / "normal" / "dementia")
    judging.session.load_regions([tmp_path / "normal" / "dementia"])
    judging.session.open_folder([tmp_path / "mci"])
    told += [judging.windowTitle(), judging.statusBar().currentMessage()]
    told += [label.text() for label in judging.findChildren(QWidget) if hasattr(label, "text") and callable(label.text)]
    told += [label.toolTip() for label in judging.findChildren(QWidget)]
    names = ("mci", "normal", str(study))
    assert not [(text, name) for text in told for name in names if name in text]
