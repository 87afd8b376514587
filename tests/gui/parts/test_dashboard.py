"""A manager sees how far the project is, and a number leads to its cases in the worklist, by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTabBar
from pytestqt.qtbot import QtBot

from annotator.gui.case_table import CaseTable
from annotator.gui.covers.dashboard import DashboardPart
from annotator.gui.plot import Plot
from annotator.gui.window import MainWindow
from annotator.workspace import log
from tests.gui.conftest import Open, named
from tests.gui.parts.test_start_page import opened, staffed

__all__ = ["staffed"]


def plot(window: MainWindow, name: str) -> Plot:
    return named(window, f"dashboard.{name}", Plot)


def at_work(open_window: Open, qtbot: QtBot, project: Path, images: Path, name: str, role: str) -> MainWindow:
    window = opened(open_window, qtbot, project, images, "--user", name, "--role", role)
    qtbot.waitUntil(lambda: window.session.worklist.count() == 2)
    return window


def test_a_click_on_a_number_and_enter_on_a_bar_list_the_cases_behind_it(
    open_window: Open, staffed: Path, two_series: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATOR_PIN", "0000")
    window = at_work(open_window, qtbot, staffed, two_series, "최", "manager")
    case = window.session.worklist.entries()[1].case
    facts = {"image": "1", "annotation": "1", "category before": "x", "category after": "y"}
    log.append(staffed, "김", "reviewer", "2026-11-26T09:00:00+09:00", log.Done("correct", case, "경계", facts=facts))
    window.show_part("dashboard")
    qtbot.waitUntil(lambda: bool(window.findChildren(Plot)) and bool(plot(window, "reasons").chart.spots))
    tabs = named(window, "dashboard.tabs", QTabBar)
    assert plot(window, "there").isVisible() and not plot(window, "reasons").isVisible()
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    assert plot(window, "reasons").isVisible() and not plot(window, "there").isVisible()
    reasons = plot(window, "reasons")
    QTest.mouseClick(reasons, Qt.MouseButton.LeftButton, pos=reasons.place(0).center())
    table = named(window, "worklist.table", CaseTable)
    qtbot.waitUntil(lambda: [entry.case for entry in table.cases.entries] == [case])
    assert table.isVisible() and not reasons.isVisible()
    QTest.mouseClick(named(window, "worklist.widen", QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(table.cases.entries) == 2)
    window.show_part("worklist")
    window.show_part("dashboard")
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(0).center())
    states = plot(window, "states")
    qtbot.waitUntil(states.isVisible)
    states.setFocus()
    QTest.keyClick(states, Qt.Key.Key_Down)
    assert "first pass" in named(window, "dashboard", DashboardPart).foot.text()
    QTest.keyClick(states, Qt.Key.Key_Tab)
    assert not states.hasFocus() and isinstance(window.focusWidget(), Plot)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Backtab)
    assert states.hasFocus()
    QTest.keyClick(states, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: table.isVisible() and not table.cases.entries)


def test_who_is_no_manager_is_not_offered_what_others_read(
    open_window: Open, staffed: Path, two_series: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATOR_PIN", "1234")
    window = at_work(open_window, qtbot, staffed, two_series, "김", "reviewer")
    assert not named(window, "dashboard.show", QAction).isEnabled()
    window.show_part("dashboard")
    assert not named(window, "dashboard", DashboardPart).isVisible()
