"""What was done before a restart is read beside the window: the first Ctrl+Z waits for it, and the window does not."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.gui.window import MainWindow
from annotator.i18n import say
from annotator.workspace import past as pasts
from annotator.workspace.past import Told
from annotator.workspace.projects import open_project
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.gui.conftest import Open, until_painted
from tests.workspace.study import box


@pytest.fixture
def worked(project: Path, chest: Path) -> None:
    """Somebody drew three boxes, and left."""
    session = Session(open_project(project), Immediate(), author="김판독")
    session.open_folder([chest])
    session.choose_tool("tool.box")
    session.show(3)
    for x in (2, 12, 22):
        session.perform(box(x, 5, x + 6, 12))
    session.close()


def undo(window: MainWindow) -> None:
    QTest.keyClick(window.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.usefixtures("worked")
def test_the_first_undo_follows_when_the_past_is_there_and_the_window_works_meanwhile(
    open_window: Open, project: Path, chest: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, begun, may_end, where = pasts.read, threading.Event(), threading.Event(), set[int]()

    def slowly(path: Path) -> Told:
        where.add(threading.get_ident())
        begun.set()
        assert may_end.wait(60), "nobody let it end"
        return read(path)

    monkeypatch.setattr(pasts, "read", slowly)
    window = open_window("--project", project, "--user", "김판독", chest)
    until_painted(qtbot, window)
    session = window.session
    qtbot.waitUntil(begun.is_set)  # begun by itself, when the case was opened
    qtbot.waitUntil(lambda: session.document.count() == 3)
    undo(window)
    undo(window)
    assert session.document.count() == 3 and session.said is not None
    assert "still being read" in say(session.said.message)
    before = session.index
    QTest.keyClick(window.view, Qt.Key.Key_Down)
    assert session.index != before and not may_end.is_set()
    may_end.set()
    qtbot.waitUntil(lambda: session.document.count() == 1)
    assert (session.history.place, len(session.history.steps)) == (1, 3)
    assert threading.get_ident() not in where
    undo(window)
    assert session.document.count() == 0
