"""Do long work beside the window: jobs run in threads, their answers come back in the window's own thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, QTimerEvent, Signal

Answer = TypeVar("Answer")
_THREADS = 4
_CALM = 8
"""Milliseconds after an answer in which the window lays out and paints what that changed: then it has nothing left to do."""
_PATIENCE = 0.05
"""Seconds for which a job gives way to the window, once for each time that it has something to do."""


@dataclass(eq=False)
class _Sure:
    """A job that must be done, and what answers it."""

    job: Callable[[], Any]
    answer: Callable[[Future[Any]], None]
    future: Future[Any] | None = None


class QtTasks(QObject):
    """The window's way of working in the background (`workspace.tasks.Tasks`): a pool of threads and a queued signal.

    Qt's every call of a Python method takes the interpreter's lock anew: beside a thread that always wants it, a layout of some thousand
    rows takes five times as long.  So jobs of very many small pieces give way until what they handed over is on the screen.

    Belongs to the thread that made it; `run` and `later` are called there, `post` from anywhere.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="annotator")
        self._closed, self._closing = False, threading.Lock()
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)
        self._waiting: list[Callable[[], None]] = []
        self._running = 0
        self._sure: list[_Sure] = []
        self._later: dict[int, list[Callable[[], None]]] = {}
        """What is called when a timer of this number ends."""
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._begin)
        self._idle, self._patient = threading.Event(), True
        self._idle.set()
        self._calm = QTimer(self, singleShot=True, interval=_CALM)
        self._calm.timeout.connect(self._idle.set)

    @property
    def at_rest(self) -> bool:
        """Whether no job is under way, none waits, and every answer has been given."""
        return not (self._running or self._waiting or self._sure)

    def run(self, job: Callable[[], Answer], done: Callable[[Answer], None], failed: Callable[[Exception], None]) -> None:
        """Run `job` in a thread, then `done` with its answer, or `failed` with what it raised, here."""
        if self._closed:
            return
        self._running += 1
        future = self._pool.submit(job)
        future.add_done_callback(lambda finished: self.post(lambda: self._ended(finished, done, failed)))

    def unhurried(self, job: Callable[[], Answer], done: Callable[[Answer], None], failed: Callable[[Exception], None]) -> None:
        """Run `job` as `run` does, begun when the event loop has nothing left to do: what was about to be painted is painted by then."""
        self._waiting.append(lambda: self.run(job, done, failed))
        self._rest.start()

    def surely(self, job: Callable[[], Answer], done: Callable[[Answer], None], failed: Callable[[Exception], None]) -> None:
        """Run `job` as `unhurried` does; `finish` waits for it and for what `done` begins in this way."""
        sure = _Sure(job, lambda finished: _answer(finished, done, failed))
        self._sure.append(sure)
        self._waiting.append(lambda: self._begin_surely(sure))
        self._rest.start()

    def finish(self) -> None:
        """Bring what must be done to its end, here and now: the window is about to close."""
        while self._sure:
            sure = self._sure[0]
            self._begin_surely(sure)
            if sure.future is not None:
                wait([sure.future])
            self._end_surely(sure)

    def later(self, milliseconds: int, call: Callable[[], None]) -> Callable[[], None]:
        """Call `call` here after a while; the answer cancels it."""
        number, once = self.startTimer(milliseconds), [call]
        self._later[number] = once  # no timer object: each edit puts off the next save anew

        def cancel() -> None:
            if self._later.get(number) is once:
                self._end(number)

        return cancel

    def timerEvent(self, event: QTimerEvent) -> None:
        """Call what waited for this."""
        for call in self._end(event.timerId()):
            call()

    def _end(self, number: int) -> list[Callable[[], None]]:
        self.killTimer(number)
        return self._later.pop(number, [])

    def post(self, call: Callable[[], None]) -> None:
        """Call `call` here, soon; may be said from any thread."""
        with self._closing:  # a thread must not speak for an object that is being taken down
            if not self._closed:
                self._posted.emit(call)

    def give_way(self) -> None:
        """Let the window go first where it has something to do, but not for ever; called in a job, between two small pieces of work."""
        if self._patient and not self._idle.is_set():
            self._patient = self._idle.wait(_PATIENCE)

    def close(self) -> None:
        """Let what runs end without an answer and begin nothing more."""
        with self._closing:
            self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ended(self, finished: Future[Answer], done: Callable[[Answer], None], failed: Callable[[Exception], None]) -> None:
        self._running -= 1
        _answer(finished, done, failed)

    def _begin(self) -> None:
        waiting, self._waiting = self._waiting, []
        for begin in waiting:
            begin()

    def _begin_surely(self, sure: _Sure) -> None:
        if sure.future is None and not self._closed:
            sure.future = self._pool.submit(sure.job)
            sure.future.add_done_callback(lambda _: self.post(lambda: self._end_surely(sure)))

    def _end_surely(self, sure: _Sure) -> None:
        if sure in self._sure:  # else `finish` has answered it
            self._sure.remove(sure)
            if sure.future is not None:
                sure.answer(sure.future)

    def _call(self, call: Callable[[], None]) -> None:
        if not self._closed:
            self._idle.clear()
            self._patient = True
            try:
                call()
            finally:
                self._calm.start()


def _answer(finished: Future[Answer], done: Callable[[Answer], None], failed: Callable[[Exception], None]) -> None:
    if finished.cancelled():
        return
    error = finished.exception()
    if error is None:
        done(finished.result())
    elif isinstance(error, Exception):
        failed(error)
    else:
        raise error
