"""A manager is told whose cases lie below the bar, looks at them, sends them back with one click, and may take that back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from annotator.domain.course import State
from annotator.gui.window import MainWindow
from annotator.i18n import use_language
from annotator.workspace import steps
from tests.gui.conftest import Open, named
from tests.workspace.agreed import agreed, move

_TIMEOUT = 20_000
CHOSEN = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, list[str]]:
    return agreed(tmp_path, (0, 2))


def opened(open_window: Open, root: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, name: str, role: str, pin: str) -> MainWindow:
    monkeypatch.setenv("ANNOTATOR_PIN", pin)
    window = open_window("--project", root, "--user", name, "--role", role, root.parent / "images")
    qtbot.waitUntil(lambda: window.session.scanning is None and bool(window.session.catalogue.by_uid), timeout=_TIMEOUT)
    return window


def told(window: MainWindow, name: str) -> str:
    return named(window, name, QLabel).text()


def chosen(window: MainWindow, name: str) -> None:
    """Put the keyboard on the first person of the list and press a button."""
    button = named(window, name, QPushButton)
    assert button.isEnabled()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)


def test_the_cases_go_back_with_one_click_and_that_is_taken_back(
    open_window: Open, made: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    root, cases = made
    window = opened(open_window, root, monkeypatch, qtbot, "최", "manager", "0000")
    window.show_part("bar")
    qtbot.waitUntil(lambda: told(window, "bar.told") == "1 cases of 이 would be sent back", timeout=_TIMEOUT)
    tree = named(window, "bar.list", QTreeWidget)
    person = tree.topLevelItem(0)
    assert person is not None and person.text(1) == "50.0 % · below"
    row = person.child(0)
    assert row is not None and row.text(0).startswith("P00000") and row.text(2).count("missed") == 2
    assert not named(window, "bar.undo", QPushButton).isVisible()
    chosen(window, "bar.send")
    qtbot.waitUntil(lambda: steps.standing(root, cases[1]).state is State.REWORK, timeout=_TIMEOUT)
    qtbot.waitUntil(lambda: tree.topLevelItem(0).child(0) is not None and tree.topLevelItem(0).child(0).text(2) == "sent back",
                    timeout=_TIMEOUT)  # fmt: skip
    tree.selectionModel().setCurrentIndex(tree.indexFromItem(tree.topLevelItem(0).child(0)), CHOSEN)
    assert not named(window, "bar.send", QPushButton).isEnabled()
    chosen(window, "bar.undo")
    qtbot.waitUntil(lambda: steps.standing(root, cases[1]).state is State.AGREED, timeout=_TIMEOUT)
    qtbot.waitUntil(lambda: told(window, "bar.told") == "1 cases of 이 would be sent back", timeout=_TIMEOUT)
    chosen(window, "bar.leave")
    qtbot.waitUntil(lambda: told(window, "bar.told") == "No finished case lies below the bar of 90 %", timeout=_TIMEOUT)


def test_the_managers_start_page_and_dashboard_lead_there(
    open_window: Open, made: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    root, cases = made
    window = opened(open_window, root, monkeypatch, qtbot, "최", "manager", "0000")
    window.parts.show("start_page", True)
    qtbot.waitUntil(lambda: not named(window, "start_page.next").isHidden())
    assert told(window, "start_page.stand") == ""
    window.session.accept(cases, lambda: None)
    qtbot.waitUntil(lambda: steps.standing(root, cases[1]).state is State.ACCEPTED, timeout=_TIMEOUT)
    window.parts.show("start_page", False)
    window.parts.show("start_page", True)
    qtbot.waitUntil(lambda: told(window, "start_page.stand") == "1 cases of 이 would be sent back", timeout=_TIMEOUT)
    QTest.mouseClick(named(window, "start_page.bar"), Qt.MouseButton.LeftButton)
    assert named(window, "bar").isVisible() and not named(window, "start_page").isVisible()
    window.parts.show("bar", False)
    window.parts.show("dashboard", True)
    qtbot.waitUntil(lambda: named(window, "dashboard.bar", QPushButton).isVisible(), timeout=_TIMEOUT)
    QTest.mouseClick(named(window, "dashboard.bar"), Qt.MouseButton.LeftButton)
    assert named(window, "bar").isVisible()


def test_a_person_reads_their_own_figure_and_why_a_case_came_back(
    open_window: Open, made: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    root, cases = made
    manager = opened(open_window, root, monkeypatch, qtbot, "최", "manager", "0000")
    manager.session.accept(cases, lambda: manager.session.find_bar(
        lambda found: manager.session.send_below_back(found.people[0].below, lambda: None)))  # fmt: skip
    qtbot.waitUntil(lambda: steps.standing(root, cases[1]).state is State.REWORK, timeout=_TIMEOUT)
    manager.close()
    window = opened(open_window, root, monkeypatch, qtbot, "이", "annotator", "1234")
    use_language("ko")
    window.retranslate()
    window.parts.show("start_page", True)
    qtbot.waitUntil(lambda: "50.0 %" in told(window, "start_page.stand"), timeout=_TIMEOUT)
    assert "기준" in told(window, "start_page.stand") and not named(window, "start_page.bar").isVisible()
    rows = named(window, "start_page.list", QTreeWidget)
    qtbot.waitUntil(lambda: rows.topLevelItemCount() == 1, timeout=_TIMEOUT)
    assert "image 0001" in rows.topLevelItem(0).text(5)


def test_who_is_no_manager_has_no_way_there(
    open_window: Open, made: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    root, cases = made
    move(root, cases[1], State.ACCEPTED)
    window = opened(open_window, root, monkeypatch, qtbot, "이", "annotator", "1234")
    assert not window.commands.actions["bar.show"].isEnabled()
