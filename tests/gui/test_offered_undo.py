"""The Undo that is offered beside a sentence takes back what the sentence says, or is not offered any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from annotator.gui.panels import status
from annotator.gui.panels.elided import Elided
from annotator.gui.window import MainWindow
from annotator.i18n import translate, use_language
from tests.gui.conftest import Open, draw_box, until_painted
from tests.gui.test_retouching import CTRL, drag, press


def offered(window: MainWindow) -> QPushButton:
    """The Undo of the line at the bottom."""
    return next(b for b in window.status_line.findChildren(QPushButton) if b.text() == translate("Undo"))


def line(window: MainWindow) -> str:
    """What the line at the bottom says."""
    return window.status_line.findChildren(Elided)[0].text()


def pasted(window: MainWindow) -> None:
    """Paste what was drawn beside itself, with keys."""
    draw_box(window)
    press(window, Qt.Key.Key_C, CTRL)
    press(window, Qt.Key.Key_V, CTRL)


def test_it_takes_back_what_was_said(window: MainWindow) -> None:
    pasted(window)
    assert len(window.session.annotations) == 2
    QTest.mouseClick(offered(window), Qt.MouseButton.LeftButton)
    assert len(window.session.annotations) == 1


def test_what_was_drawn_since_is_not_what_it_takes_back(window: MainWindow) -> None:
    pasted(window)
    assert offered(window).isVisible()
    drag(window, (40, 40), (50, 50))
    assert len(window.session.annotations) == 3
    assert not offered(window).isVisible()


def test_what_was_said_is_over_with_the_next_edit(window: MainWindow) -> None:
    draw_box(window)
    press(window, Qt.Key.Key_Z, CTRL)
    assert line(window).startswith("Undone")
    press(window, Qt.Key.Key_2)
    press(window, Qt.Key.Key_Plus)
    assert line(window).startswith("Undone"), "looking is not editing"
    drag(window, (40, 40), (50, 50))
    assert len(window.session.annotations) == 1
    assert line(window) == ""


def test_in_another_case_nothing_of_the_one_before_is_said_or_taken_back(
    open_window: Open, project: Path, two_series: Path, qtbot: QtBot
) -> None:
    use_language("en")
    window = open_window("--project", project, two_series, "--language", "en")
    until_painted(qtbot, window)
    pasted(window)
    assert "Pasted" in line(window)
    press(window, Qt.Key.Key_PageDown)
    until_painted(qtbot, window)
    assert not offered(window).isVisible()
    assert line(window) == ""


def test_what_waits_for_the_same_key_once_more_stays_in_sight(
    open_window: Open, project: Path, two_series: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "_INFO_STAYS", 60)
    window = open_window("--project", project, two_series)
    until_painted(qtbot, window)
    window.session.choose_pass("specialist")
    press(window, Qt.Key.Key_Return, CTRL)
    asked = line(window)
    assert "once more" in asked
    faded = QTimer(window, singleShot=True, interval=180)
    with qtbot.waitSignal(faded.timeout):
        faded.start()
    assert line(window) == asked
    press(window, Qt.Key.Key_PageDown)
    assert line(window) == "", "another case: nothing is asked any more"
