"""How far somebody is stands in the line at the bottom while they work, and goes on with each case that is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from annotator.domain.course import MOVE, State, Step
from annotator.gui.window import MainWindow
from annotator.i18n import use_language
from annotator.workspace import steps
from tests.gui.conftest import Open, named, until_painted
from tests.workspace.agreed import MANAGER, agreed

_TIMEOUT = 20_000
CONTROL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two cases that went back to 이."""
    root, cases = agreed(tmp_path, (0, 0))
    for case in cases:
        step = Step(case, 0, MOVE, "", "", "t", after=State.REWORK, reason="경계", facts={"to": "second_pass", "person": "이"})
        steps.take(root, step, MANAGER, ())
    return root


def test_the_line_counts_what_is_done_and_what_is_left(
    open_window: Open, root: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("ANNOTATOR_PIN", "1234")
    window = open_window("--project", root, "--user", "이", "--role", "annotator", root.parent / "images")
    until_painted(qtbot, window)
    line = named(window, "status.progress", QLabel)
    qtbot.waitUntil(lambda: line.text() == "0 of 2 done", timeout=_TIMEOUT)
    window.parts.show("start_page", False)
    assert line.isVisible() and line.width() >= line.fontMetrics().horizontalAdvance(line.text())
    window.commands.actions["case.done"].trigger()
    qtbot.waitUntil(lambda: line.text().startswith("1 of 2 done"), timeout=_TIMEOUT)
    use_language("ko")
    window.retranslate()
    assert line.text().startswith("2건 중 1건 완료")


def test_nobody_is_counted_where_nobody_works_through_cases(bare: MainWindow) -> None:
    assert not named(bare, "status.progress", QLabel).isVisible()


def test_the_key_goes_to_the_next_rejected(open_window: Open, root: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setenv("ANNOTATOR_PIN", "1234")
    window = open_window("--project", root, "--user", "이", "--role", "annotator", root.parent / "images")
    until_painted(qtbot, window)
    window.parts.show("start_page", False)
    session = window.session
    first = session.series.uid if session.series is not None else ""
    QTest.keyClick(window.view, Qt.Key.Key_U, CONTROL_ALT)
    qtbot.waitUntil(lambda: session.series is not None and session.series.uid != first, timeout=_TIMEOUT)
    qtbot.waitUntil(lambda: session.said is not None and "경계" in str(session.said.message), timeout=_TIMEOUT)
