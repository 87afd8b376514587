"""The views of a case and its discard mark in the window: seen, corrected, undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.facts import DISCARD
from annotator.gui.fields import ChoiceField, LineField
from annotator.gui.window import MainWindow
from annotator.workspace.projects import create
from tests.gui.conftest import Open, named, until_painted
from tests.workspace.mammograms import four_views
from tests.workspace.study import free


@pytest.fixture(scope="session")
def mammograms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return four_views(tmp_path_factory.mktemp("mammograms"))


@pytest.fixture
def case(open_window: Open, tmp_path: Path, mammograms: Path, qtbot: QtBot) -> MainWindow:
    """The window on a case of four views."""
    window = open_window("--project", create("breast-cancer", tmp_path / "breast").root, mammograms)
    until_painted(qtbot, window)
    return window


def button(window: MainWindow, place: int) -> QPushButton:
    found = named(window, f"view.show.{place}", QPushButton)
    assert isinstance(found, QPushButton)
    return found


def test_a_view_is_shown_by_its_button_with_what_is_drawn_on_it(case: MainWindow, qtbot: QtBot) -> None:
    assert [button(case, place).text() for place in range(4)] == ["RCC", "LCC", "RMLO", "LMLO"]
    button(case, 3).click()
    assert any(label.text() == "LMLO · 1 / 1" for label in case.status_line.findChildren(QLabel))
    qtbot.waitUntil(lambda: case.session.picture is not None)
    assert QApplication.focusWidget() is case.view
    assert case.session.image is not None
    assert case.session.image.view == "L MLO"
    assert [button(case, place).isChecked() for place in range(4)] == [False, False, False, True]
    case.session.choose_tool("tool.free")
    case.session.perform(free((10, 10), (40, 12), (30, 50)))
    assert [label.text() for label in case.parts.widget("views").findChildren(QLabel) if label.toolTip()] == ["·", "·", "·", "1"]


def test_a_view_is_corrected_by_hand_and_two_of_one_view_are_said(case: MainWindow) -> None:
    field = named(case, "view.choice.1", ChoiceField)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_1)
    assert [button(case, place).text() for place in range(4)] == ["RCC", "RCC2", "RMLO", "LMLO"]
    assert any("2 images of this case show RCC" in label.text() for label in case.parts.widget("views").findChildren(QLabel))
    case.session.undo()
    assert button(case, 1).text() == "LCC"


def test_a_case_is_discarded_with_a_reason_by_keyboard_and_used_again(case: MainWindow) -> None:
    case.commands.actions["case.discard"].trigger()
    field = named(case, "discard.reason", ChoiceField)
    assert QApplication.focusWidget() is field
    QTest.keyClick(field, Qt.Key.Key_1)
    assert QApplication.focusWidget() is case.view
    state = named(case, "discard.state", QLabel)
    assert isinstance(state, QLabel)
    assert (case.session.document.facts, state.text()) == ({DISCARD: "영상 불량"}, "Discarded: 영상 불량")
    assert state.property("role") == "discarded"
    assert case.commands.actions["case.discard"].isChecked()
    case.commands.actions["case.discard"].trigger()
    assert (case.session.document.facts, state.text()) == ({}, "This case is used.")
    case.session.undo()
    assert case.session.document.facts == {DISCARD: "영상 불량"}


def test_another_reason_may_be_written(case: MainWindow) -> None:
    field = named(case, "discard.other", LineField)
    QTest.keyClicks(field, "clip marker hides it")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert case.session.document.facts == {DISCARD: "clip marker hides it"}


def test_a_project_that_discards_nothing_shows_neither(window: MainWindow) -> None:
    assert not any(window.parts.widget(name).isVisibleTo(window) for name in ("views", "discard"))
