"""A tool that a category is not drawn with is switched off and says why, and nobody is left with one in hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.gui.window import MainWindow
from annotator.i18n import say
from annotator.workspace.projects import create
from tests.gui.conftest import Open, until_painted

TOOLS = {"CCT2": "Box", "CCT3": "Free|Line"}


@pytest.fixture
def window(open_window: Open, chest: Path, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """A window in whose project the second category is drawn with boxes only, the third with anything but boxes."""
    root = create("lung-cancer", tmp_path / "project").root
    table = root / "categories.csv"
    lines = table.read_text("utf-8-sig").splitlines()
    for place, line in enumerate(lines):
        cells = line.split(",")
        lines[place] = line + TOOLS.get(cells[0] + cells[4], "")
    table.write_text("\n".join(lines) + "\n", "utf-8")
    opened = open_window("--project", root, chest)
    until_painted(qtbot, opened)
    return opened


def off(window: MainWindow) -> set[str]:
    """The tools that are switched off."""
    return {tool.id for tool in window.session.tools if not window.commands.actions[tool.id].isEnabled()}


def test_tools_follow_the_category_and_come_back_with_it(window: MainWindow) -> None:
    session, actions = window.session, window.commands.actions
    actions["tool.line"].trigger()
    assert off(window) == set() and "box alone" not in actions["tool.line"].toolTip()
    QTest.keyClick(window.view, Qt.Key.Key_2)
    assert session.tool.id == "tool.box" and actions["tool.box"].isChecked(), "the first tool that can be used is in hand"
    assert {"tool.line", "tool.free"} <= off(window) and not {"tool.box", "tool.select"} & off(window)
    assert actions["tool.line"].toolTip().endswith("is drawn with Box only")
    QTest.keyClick(window.view, Qt.Key.Key_1)
    assert session.tool.id == "tool.line" and actions["tool.line"].isChecked(), "what was chosen stays chosen"


def test_a_tool_that_is_barred_is_not_taken_and_why_is_said(window: MainWindow) -> None:
    window.session.choose_category("CCT3")
    window.commands.actions["tool.free"].trigger()
    QTest.keyClick(window.view, Qt.Key.Key_B)
    assert window.session.tool.id == "tool.free"
    window.session.choose_tool("tool.box")
    assert window.session.tool.id == "tool.free" and "is drawn with Line, Free only" in say(window.session.said.message)


def test_select_stays_in_hand_and_the_canvas_draws_with_the_tool_that_is_shown(window: MainWindow) -> None:
    window.commands.actions["tool.select"].trigger()
    QTest.keyClick(window.view, Qt.Key.Key_2)
    assert window.session.tool.id == "tool.select"
    window.commands.actions["tool.box"].trigger()
    window.session.choose_category("CCT3")
    assert window.view.talk.tool is window.session.tool and window.session.tool.id == "tool.line"
