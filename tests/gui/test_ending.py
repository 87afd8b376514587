"""A program that the system ends is found again where it was: the slice, the tool, the category and all that was drawn."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.gui.window import MainWindow
from annotator.workspace.views import recall
from tests.gui.conftest import Open, draw_box, until_painted

WORKER = """
import sys
from PySide6.QtCore import QTimer
from annotator.gui import app
from annotator.tools.gesture import Makes, Stroke

begin = app.start

def start(arguments):
    application, window = begin(arguments)
    def look():
        if window.session.scanning is not None or window.session.picture is None:
            return
        timer.stop()
        window.commands.actions["tool.box"].trigger()
        window.session.show(4)
        window.session.choose_category("CCT3")
        window.session.perform(Stroke(Makes.BOX, ((10.0, 10.0), (20.0, 22.0))))
        print("ready", flush=True)
    timer = QTimer(window, interval=20)
    timer.timeout.connect(look)
    timer.start()
    return application, window

app.start = start
sys.exit(app.main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name == "nt", reason="there a program that is ended is not asked")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_next_start_is_where_the_one_was_that_was_ended(
    open_window: Open, project: Path, chest: Path, qtbot: QtBot, number: signal.Signals
) -> None:
    command = [sys.executable, "-c", WORKER, "--project", str(project), str(chest)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ) as worker:
        assert worker.stdout is not None and worker.stderr is not None
        assert worker.stdout.readline() == b"ready\n", worker.stderr.read()
        worker.send_signal(number)
        assert worker.wait(30) == 0, worker.stderr.read()
    window = open_window("--project", project)
    until_painted(qtbot, window)
    session = window.session
    assert (session.index, session.tool.id) == (4, "tool.box")
    assert session.category is not None and session.category.key == "CCT3"
    assert len(session.annotations) == 1 and session.saved_state.value == "saved"


def test_a_save_remembers_where_one_is(window: MainWindow, project: Path, qtbot: QtBot) -> None:
    window.session.show(3)
    draw_box(window)
    QTest.keyClick(window.view, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: recall(project).tool == "tool.box")
    assert window.session.image is not None
    assert recall(project).image == str(window.session.image.key)
