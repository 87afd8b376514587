"""Work beside the window comes back in the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from annotator.gui import work
from annotator.gui.work import QtTasks


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[QtTasks]:
    made = QtTasks()
    yield made
    made.close()


def unwanted(answer: object) -> None:
    raise AssertionError(answer)


def test_a_job_runs_elsewhere_and_answers_here(tasks: QtTasks, qtbot: QtBot) -> None:
    answers: list[tuple[int, int]] = []
    tasks.run(threading.get_ident, lambda worker: answers.append((worker, threading.get_ident())), unwanted)
    qtbot.waitUntil(lambda: bool(answers))
    worker, here = answers[0]
    assert worker != threading.get_ident()
    assert here == threading.get_ident()


def test_a_failure_is_told(tasks: QtTasks, qtbot: QtBot) -> None:
    told: list[Exception] = []
    tasks.run(lambda: 1 / 0, unwanted, told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[0], ZeroDivisionError)


def test_posts_keep_their_order(tasks: QtTasks, qtbot: QtBot) -> None:
    seen: list[int] = []

    def job() -> None:
        for number in range(200):
            tasks.post(lambda number=number: seen.append(number))

    tasks.run(job, lambda _: seen.append(-1), unwanted)
    qtbot.waitUntil(lambda: -1 in seen)
    assert seen == [*range(200), -1]


def test_what_is_put_off_can_be_called_off(tasks: QtTasks, qtbot: QtBot) -> None:
    seen: list[str] = []
    off = tasks.later(1, lambda: seen.append("never"))
    done = tasks.later(5, lambda: seen.append("later"))
    off()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["later"]
    done()


def test_what_was_called_off_leaves_no_timer_behind(tasks: QtTasks, qtbot: QtBot) -> None:
    before = len(tasks.children())
    for _ in range(20):
        tasks.later(60_000, lambda: None)()
    qtbot.waitUntil(lambda: len(tasks.children()) == before)


def test_an_unhurried_job_lets_the_window_paint_first(tasks: QtTasks, qtbot: QtBot) -> None:
    seen: list[str] = []

    class Canvas(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            seen.append("painted")

    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.show()
    qtbot.waitUntil(lambda: bool(seen))
    seen.clear()
    tasks.unhurried(lambda: seen.append("begun"), lambda _: seen.append("done"), unwanted)
    canvas.update()
    qtbot.waitUntil(lambda: "done" in seen)
    assert seen == ["painted", "begun", "done"]


def test_an_unhurried_job_that_has_not_begun_never_does_after_closing(tasks: QtTasks, qtbot: QtBot) -> None:
    tasks.unhurried(lambda: unwanted("a job"), unwanted, unwanted)
    tasks.close()
    qtbot.wait(1)


def test_what_must_be_done_is_done_before_the_window_closes_and_what_follows_from_it(tasks: QtTasks) -> None:
    seen: list[str] = []

    def decided(answer: str) -> None:
        seen.append(answer)
        tasks.surely(lambda: "what follows", seen.append, unwanted)

    tasks.surely(lambda: "a verdict", decided, unwanted)
    tasks.surely(fails, unwanted, lambda error: seen.append(str(error)))
    tasks.finish()
    tasks.close()
    assert sorted(seen) == ["a verdict", "no room", "what follows"]


def test_what_must_be_done_is_answered_once(tasks: QtTasks, qtbot: QtBot) -> None:
    seen: list[str] = []
    tasks.surely(lambda: "one", seen.append, unwanted)
    qtbot.waitUntil(lambda: bool(seen))
    tasks.surely(lambda: "two", seen.append, unwanted)
    QTest.qWait(0)
    tasks.finish()
    qtbot.wait(20)
    assert seen == ["one", "two"]


def fails() -> str:
    raise OSError("no room")


def test_nothing_answers_after_closing(tasks: QtTasks, qtbot: QtBot) -> None:
    gate, left = threading.Event(), threading.Event()

    def job() -> None:
        gate.wait(10)
        left.set()

    tasks.run(job, unwanted, unwanted)
    tasks.close()
    tasks.post(lambda: unwanted("a post"))
    tasks.run(lambda: unwanted("a job"), unwanted, unwanted)
    gate.set()
    assert left.wait(10)
    qtbot.wait(1)


@pytest.mark.parametrize(("patience", "goes_on"), [(60.0, False), (0.01, True)])
def test_a_job_gives_way_to_what_the_window_does_but_not_for_ever(
    tasks: QtTasks, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, patience: float, goes_on: bool
) -> None:
    monkeypatch.setattr(work, "_PATIENCE", patience)
    begun, went_on, seen = threading.Event(), threading.Event(), list[bool]()

    def job() -> None:
        tasks.give_way()  # nothing has come yet
        tasks.post(window_works)
        assert begun.wait(30)
        tasks.give_way()
        went_on.set()

    def window_works() -> None:
        begun.set()
        seen.append(went_on.wait(30 if goes_on else 0.2))

    tasks.run(job, lambda _: None, unwanted)
    qtbot.waitUntil(lambda: bool(seen), timeout=60_000)
    assert seen == [goes_on]
    qtbot.waitUntil(went_on.is_set, timeout=60_000)  # what the window did is on the screen


def test_a_job_goes_on_where_what_it_handed_over_cannot_be_shown(tasks: QtTasks, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_PATIENCE", 60.0)
    went_on = threading.Event()

    def job() -> None:
        tasks.post(lambda: 1 / 0)
        tasks.give_way()
        tasks.give_way()
        went_on.set()

    with qtbot.captureExceptions() as caught:
        tasks.run(job, lambda _: None, unwanted)
        qtbot.waitUntil(went_on.is_set, timeout=30_000)
        qtbot.waitUntil(lambda: bool(caught))
