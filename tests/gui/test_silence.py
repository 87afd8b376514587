"""A share that stops to answer is said in the status line, in both languages, until it answers again; the window goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from annotator.gui.panels.silence import Silence
from annotator.gui.window import MainWindow
from annotator.i18n import language, use_language
from annotator.silence import Storage


@pytest.fixture
def share() -> Iterator[tuple[Storage, threading.Event]]:
    """A share that somebody asked and that answers when it is told to."""
    storage, asks, answers = Storage(), threading.Event(), threading.Event()

    def ask() -> None:
        with storage.asked():
            asks.set()
            answers.wait()

    thread = threading.Thread(target=ask)
    thread.start()
    asks.wait()
    yield storage, answers
    answers.set()
    thread.join()


def test_silence_is_told_and_its_end_too(bare: MainWindow, qtbot: QtBot, share: tuple[Storage, threading.Event]) -> None:
    storage, answers = share
    silence = Silence(bare, storage, after=0.01)
    with qtbot.waitSignal(silence.changed):
        pass
    assert silence.seconds >= 1
    answers.set()
    qtbot.waitUntil(lambda: silence.seconds == 0)


def test_the_status_line_says_it_as_long_as_it_lasts(bare: MainWindow, qtbot: QtBot, share: tuple[Storage, threading.Event]) -> None:
    line, before = bare.status_line, language()
    storage, answers = share
    line.silence = Silence(line, storage, after=0.01)
    line.silence.changed.connect(line._show_silence)
    qtbot.waitUntil(lambda: "Storage silent" in line._line.text())
    line.hint("something else")
    assert "something else" not in line._line.text()
    use_language("ko")
    bare.retranslate()
    said = line._line.text()
    use_language(before)
    bare.retranslate()
    assert "응답하지 않습니다" in said
    answers.set()
    qtbot.waitUntil(lambda: "answers again" in line._line.text())
    line.hint("something else")
    assert "something else" in line._line.text()
