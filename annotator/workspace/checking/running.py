"""Check a whole project: hand its lots to processes, keep what they find, and say in the end what only the whole shows."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

from annotator import __version__
from annotator.checks.check import WholeCheck
from annotator.domain.finding import Finding, Severity
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace.checking.ledger import WHOLE, Ledger, place_of
from annotator.workspace.checking.looking import Looked, all_checks, look
from annotator.workspace.checking.lots import Lot, lots_of
from annotator.workspace.checking.stamps import stamp_of, watched_first, watched_then
from annotator.workspace.projects import ProjectFolder

_AHEAD = 3
"""Tasks that wait for each process."""
_FEW = 4
"""So few lots are not worth a process."""
_PAUSE = 0.2
"""Seconds after which it is asked again whether somebody wants to stop."""
_project: ProjectFolder | None = None
"""The project that this process was started for."""


@dataclass(frozen=True)
class Wanted:
    """A lot, and what is known of it from before."""

    lot: Lot
    stamp: str = ""
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What came of a lot; None: it is as it was.  Without a stamp it is looked at again the next time."""

    key: str
    stamp: str
    looked: Looked | None


@dataclass(frozen=True)
class Tally:
    """How much was looked at, what was found, and how many lots were known already."""

    images: int
    errors: int
    remarks: int
    known: int


class Checked:
    """The outcome of a check, as long as it is open."""

    def __init__(self, ledger: Ledger, known: int) -> None:
        self._ledger = ledger
        self.tally = Tally(ledger.images(), *ledger.counts(), known)

    def findings(self) -> Iterator[Finding]:
        """Yield what was found, by path."""
        return self._ledger.findings()

    def rows(self, asked: str) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a question about `counted`, `lesion` and `finding`."""
        return self._ledger.rows(asked)


@contextmanager
def checked(project: ProjectFolder, report: Report, *, jobs: int = 1, resume: bool = False, beside: bool = False) -> Iterator[Checked]:
    """Check a project and give what came of it; `report` counts lots.

    `jobs`: processes that share the work, 1: this one does it, unless it is to be `beside` it, because somebody waits here.
    `resume`: what a run before has looked at, and is as it was, is not
    looked at again.  Raises Cancelled from the report, and AnnotatorError; both leave what was found for a later run that resumes.
    """
    ledger = Ledger(place_of(project.root), _edition(project), resume=resume)
    try:
        known = _look(project, ledger, report, max(jobs, 1), alone=jobs <= 1 and not beside)
        ledger.finish()
        ledger.keep([(WHOLE, "", Looked(findings=tuple(_whole(ledger))))])
        yield Checked(ledger, known)
    except OSError as error:
        raise AnnotatorError(message("Checking the project"), system_cause(error), message("Put that right and check again")) from None
    except BrokenProcessPool:
        cause = message("a process that looked at the images ended")
        remedy = message("Check again with --resume and fewer --jobs; what was looked at is not looked at again")
        raise AnnotatorError(message("Checking the project"), cause, remedy) from None
    finally:
        ledger.close()


def look_at(project: ProjectFolder, wanted: Sequence[Wanted]) -> tuple[Answer, ...]:
    """Look at some lots; one that cannot be read at all is a finding."""
    return tuple(_answer(project, one) for one in wanted)


def _answer(project: ProjectFolder, wanted: Wanted) -> Answer:
    lot, root = wanted.lot, project.root
    first = stamp_of(root, watched_first(project, lot))
    if wanted.stamp and wanted.stamp == first + stamp_of(root, watched_then(wanted.cases)):
        return Answer(lot.key, wanted.stamp, None)
    try:
        looked = look(project, lot)
    except (OSError, AnnotatorError) as error:
        cause = error.message if isinstance(error, AnnotatorError) else system_cause(error)
        return Answer(lot.key, "", Looked(findings=(Finding("folder-can-be-read", Severity.ERROR, cause, lot.name),)))
    return Answer(lot.key, first + stamp_of(root, watched_then(looked.cases)), looked)


def _look(project: ProjectFolder, ledger: Ledger, report: Report, jobs: int, *, alone: bool) -> int:
    """Look at every lot; returns how many were known."""
    lots = tuple(lots_of(project))
    report.total, known = len(lots), 0
    wanted = (Wanted(lot, *ledger.known(lot.key)) for lot in lots)
    alone = alone or len(lots) <= _FEW
    tasks = _batches(wanted, 1 if alone else max(1, min(32, len(lots) // (jobs * 16))))
    for answers in _in_place(project, tasks) if alone else _shared(project, tasks, report, jobs):
        ledger.keep([(answer.key, answer.stamp, answer.looked) for answer in answers if answer.looked is not None])
        ledger.still([answer.key for answer in answers if answer.looked is None])
        known += sum(answer.looked is None for answer in answers)
        report.advance(len(answers), answers[-1].key.split(":")[1])
    return known


def _batches(wanted: Iterator[Wanted], size: int) -> Iterator[tuple[Wanted, ...]]:
    while some := tuple(islice(wanted, size)):
        yield some


def _in_place(project: ProjectFolder, tasks: Iterator[tuple[Wanted, ...]]) -> Iterator[tuple[Answer, ...]]:
    return (look_at(project, task) for task in tasks)


def _shared(project: ProjectFolder, tasks: Iterator[tuple[Wanted, ...]], report: Report, jobs: int) -> Iterator[tuple[Answer, ...]]:
    """Hand the tasks to processes, a few ahead, and give the answers as they come."""
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin, initargs=(project,))
    try:
        running: set[Future[tuple[Answer, ...]]] = {pool.submit(_task, task) for task in islice(tasks, jobs * _AHEAD)}
        while running:
            done, running = wait(running, timeout=_PAUSE, return_when=FIRST_COMPLETED)
            report.check()
            for future in done:
                running |= {pool.submit(_task, task) for task in islice(tasks, 1)}
                yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(project: ProjectFolder) -> None:
    """Begin a process: the terminal's interrupt is the business of the one that started it."""
    global _project  # each process looks at one project all its life
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _project = project


def _task(wanted: tuple[Wanted, ...]) -> tuple[Answer, ...]:
    return look_at(_project, wanted) if _project is not None else ()


def _whole(ledger: Ledger) -> Iterator[Finding]:
    for check in all_checks():
        if isinstance(check, WholeCheck):
            for paths in ledger.twice(check.id):
                yield from check.run(paths)


def _edition(project: ProjectFolder) -> str:
    """What a ledger must have been begun with to be gone on with."""
    told = "\n".join((__version__, *(check.id for check in all_checks()), repr(project.project)))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def usual_jobs() -> int:
    """Return how many processes share the work where nobody says it: as many as there are processors for this one."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
