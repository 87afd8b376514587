"""Make the chunks of a data set by several workers, in order; a process that dies costs the one unit that it died of.

A process that ends without a word (out of memory, a fault in a library, ended by somebody) takes all others of its pool along.  What was
under way is then made again, each unit in a process of its own; that of which a process dies once more is told as a failure.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, wait
from dataclasses import replace

from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace import durable
from annotator.workspace.cluster import Unreachable
from annotator.workspace.exchange.grouping import Unit
from annotator.workspace.exchange.making import Made, Task, make
from annotator.workspace.executor import Cluster, Crew, Jobs, Processes, crew_of

_AHEAD, _MOST_AHEAD = 3, 64
_PATIENCE = 0.2
"""Seconds until a wish to cancel is looked at."""


def made_apart(tasks: Iterator[Task], jobs: Jobs, report: Report, *, lend: bool, small: bool) -> Iterator[tuple[Task, Made]]:
    """Yield what becomes of each chunk, in order, never many ahead.

    `lend`: this process makes chunks, too, instead of waiting for the others; `small`: so many chunks a second that each of them should
    have its next one at hand.  Raises Cancelled, OSError as `make`, and AnnotatorError where a cluster cannot be reached.
    """
    crew, waiting = crew_of(jobs), deque[tuple[Task, Future[Made]]]()
    other = crew if isinstance(jobs, Cluster) else Processes(1)
    rest = True
    try:
        while True:
            report.check()
            crew.check()
            busy = crew.count * _AHEAD if not lend else crew.count + small
            while rest and sum(not future.done() for _, future in waiting) < busy and len(waiting) < _MOST_AHEAD:
                task = next(tasks, None)
                rest = task is not None
                if task is not None:
                    waiting.append((task, crew.submit(make, task)))
            if not waiting:
                return
            if lend and rest and not waiting[0][1].done() and len(waiting) < _MOST_AHEAD:
                task = next(tasks, None)
                rest = task is not None
                if task is not None:
                    waiting.append((task, _here(task)))
                continue
            task, future = waiting[0]
            if not wait((future,), _PATIENCE).done:
                continue
            made = _again(task, other, report) if crew.died(future) else future.result()
            waiting.popleft()
            report.advance(task.images)
            yield task, made
    except Unreachable as error:
        remedy = message("What lies there are whole files; begin anew in an empty folder, or without --scheduler")
        raise AnnotatorError(error.doing, error.cause, remedy) from error
    finally:  # what is being made is whole then
        crew.end(wait=True)
        if other is not crew:
            other.end(wait=True)


def _here(task: Task) -> Future[Made]:
    future: Future[Made] = Future()
    future.set_result(make(task))
    return future


def _again(task: Task, other: Crew, report: Report) -> Made:
    """Make the units of a chunk one after the other in another process, and tell those of which that dies."""
    whole = Made()
    for unit in task.units:
        future = other.submit(make, replace(task, units=(unit,), again=True))
        while not wait((future,), _PATIENCE).done:
            report.check()
            other.check()
        whole.add(_dead(unit) if other.died(future) else future.result())
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
