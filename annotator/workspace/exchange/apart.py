"""Make the chunks of a data set in several processes, in order; a process that dies costs the one unit that it died of.

A process that ends without a word (out of memory, a fault in a library, ended by somebody) takes all others of its pool along.  What was
under way is then made again, each unit in a process of its own; that of which a process dies once more is told as a failure.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context

from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace import durable
from annotator.workspace.exchange.grouping import Unit
from annotator.workspace.exchange.making import Made, Task, make

_AHEAD, _MOST_AHEAD = 3, 64
_PATIENCE = 0.2
"""Seconds until a wish to cancel is looked at."""


class _Crew:
    """Processes that make chunks; they start with the first chunk, and others where one has died."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool = self._begin()

    def submit(self, task: Task) -> Future[Made]:
        try:
            return self._pool.submit(make, task)
        except BrokenProcessPool:
            self._pool.shutdown()
            self._pool = self._begin()
            return self._pool.submit(make, task)

    def end(self) -> None:
        """Wait until what is being made is whole; what waits is dropped."""
        self._pool.shutdown(cancel_futures=True)

    def _begin(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._processes, get_context("spawn"), ignore_interrupt)


def made_apart(tasks: Iterator[Task], processes: int, report: Report, *, lend: bool, small: bool) -> Iterator[tuple[Task, Made]]:
    """Yield what becomes of each chunk, in order, never many ahead.

    `lend`: this process makes chunks, too, instead of waiting for the others; `small`: so many chunks a second that each of them should
    have its next one at hand.  Raises Cancelled, and OSError as `make`.
    """
    crew, other, waiting = _Crew(processes), _Crew(1), deque[tuple[Task, Future[Made]]]()
    busy = processes * _AHEAD if not lend else processes + small
    rest = True
    try:
        while True:
            report.check()
            while rest and sum(not future.done() for _, future in waiting) < busy and len(waiting) < _MOST_AHEAD:
                task = next(tasks, None)
                rest = task is not None
                if task is not None:
                    waiting.append((task, crew.submit(task)))
            if not waiting:
                return
            if lend and rest and not waiting[0][1].done() and len(waiting) < _MOST_AHEAD:
                task = next(tasks, None)
                rest = task is not None
                if task is not None:
                    waiting.append((task, _here(task)))
                continue
            task, future = waiting[0]
            try:
                made = future.result(timeout=_PATIENCE)
            except TimeoutError:
                continue
            except BrokenProcessPool:
                made = _again(task, other, report)
            waiting.popleft()
            report.advance(task.images)
            yield task, made
    finally:
        crew.end()
        other.end()


def ignore_interrupt() -> None:
    """Let Ctrl+C reach the first process only: it ends the others when their files are whole."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _here(task: Task) -> Future[Made]:
    future: Future[Made] = Future()
    future.set_result(make(task))
    return future


def _again(task: Task, other: _Crew, report: Report) -> Made:
    """Make the units of a chunk one after the other in another process, and tell those of which that dies."""
    whole = Made()
    for unit in task.units:
        future = other.submit(replace(task, units=(unit,), again=True))
        while not wait((future,), _PATIENCE).done:
            report.check()
        whole.add(_dead(unit) if isinstance(future.exception(), BrokenProcessPool) else future.result())
    for folder in (task.out, *(path for path in task.out.rglob("*") if path.is_dir())):
        durable.sweep(folder)
    return whole


def _dead(unit: Unit) -> Made:
    names = unit[0].sheet.names
    image = "/".join(part for part in (names.patient, names.series, names.image if len(unit) == 1 else "") if part)
    doing = message("Writing image {image}", image=image) if len(unit) == 1 else message("Writing the images of {series}", series=image)
    cause = message("the process that made its files ended without a word, twice; perhaps the memory is full")
    remedy = message("Close other programs and convert this one alone; all others were written")
    return Made(failures=[AnnotatorError(doing, cause, remedy)])
