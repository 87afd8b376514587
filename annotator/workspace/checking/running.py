"""Check a whole project: hand its lots to processes, keep what they find, and say in the end what only the whole shows."""

from __future__ import annotations

import hashlib
import pickle
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from annotator import __version__
from annotator.checks.check import WholeCheck
from annotator.domain.finding import Finding, Severity
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace.checking.ledger import WHOLE, Ledger, place_of, refused
from annotator.workspace.checking.looking import Looked, all_checks, look
from annotator.workspace.checking.lots import Lot, lots_of
from annotator.workspace.checking.stamps import stamp_of, watched_first, watched_then
from annotator.workspace.executor import Cluster, Jobs, run, workers
from annotator.workspace.projects import ProjectFolder

_FEW = 4
"""So few lots are not worth a process."""
_A_CLUSTER = 16
"""So many workers are reckoned with where a cluster works, when lots are packed together."""


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
def checked(project: ProjectFolder, report: Report, *, jobs: Jobs = 1, resume: bool = False, beside: bool = False) -> Iterator[Checked]:
    """Check a project and give what came of it; `report` counts lots.

    `jobs`: who shares the work, 1: this process does it, unless it is to be `beside` it, because somebody waits here.
    `resume`: what a run before has looked at, and is as it was, is not
    looked at again.  Raises Cancelled from the report, and AnnotatorError; both leave what was found for a later run that resumes.
    """
    place = place_of(project.root)
    try:
        with closing(Ledger(place, _edition(project), resume=resume)) as ledger:
            known = _look(project, ledger, report, jobs, beside=beside)
            ledger.finish()
            ledger.keep([(WHOLE, "", Looked(findings=tuple(_whole(ledger))))])
            yield Checked(ledger, known)
    except OSError as error:
        raise AnnotatorError(message("Checking the project"), system_cause(error), message("Put that right and check again")) from None
    except sqlite3.Error as error:
        raise refused(place, error) from error


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


def _look(project: ProjectFolder, ledger: Ledger, report: Report, jobs: Jobs, *, beside: bool) -> int:
    """Look at every lot; returns how many were known."""
    lots = tuple(lots_of(project))
    report.total, known = len(lots), 0
    wanted = (Wanted(lot, *ledger.known(lot.key)) for lot in lots)
    far = isinstance(jobs, Cluster)
    many = _A_CLUSTER if isinstance(jobs, Cluster) else workers(jobs)
    alone = not far and ((many == 1 and not beside) or len(lots) <= _FEW)
    tasks = _batches(wanted, 1 if alone else max(1, min(32, len(lots) // (many * 16))))
    for answers in (look_at(project, task) for task in tasks) if alone else _shared(project, tasks, report, jobs):
        ledger.keep([(answer.key, answer.stamp, answer.looked) for answer in answers if answer.looked is not None])
        ledger.still([answer.key for answer in answers if answer.looked is None])
        known += sum(answer.looked is None for answer in answers)
        report.advance(len(answers), answers[-1].key.split(":")[1])
    return known


def _batches(wanted: Iterator[Wanted], size: int) -> Iterator[tuple[Wanted, ...]]:
    while some := tuple(islice(wanted, size)):
        yield some


def _shared(project: ProjectFolder, tasks: Iterator[tuple[Wanted, ...]], report: Report, jobs: Jobs) -> Iterator[tuple[Answer, ...]]:
    """Hand the tasks to workers, and give the answers as they come; lots at which workers died are looked at one by one, then told."""
    packed, dead = pickle.dumps(project), list[Wanted]()
    for outcome in run(_task, ((packed, task) for task in tasks), report, jobs, beside=True):
        if outcome.result is not None:
            yield outcome.result
        else:
            dead += outcome.piece[1]
    for again in run(_task, ((packed, (one,)) for one in dead), report, jobs, beside=True):
        yield again.result if again.result is not None else tuple(map(_lost, again.piece[1]))


def _task(piece: tuple[bytes, tuple[Wanted, ...]]) -> tuple[Answer, ...]:
    """Look at some lots; a worker does this."""
    packed, wanted = piece
    return look_at(_unpacked(packed), wanted)


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> ProjectFolder:
    """The project that a worker looks at, unpacked once."""
    project: ProjectFolder = pickle.loads(packed)
    return project


def _lost(wanted: Wanted) -> Answer:
    cause = message("looking at it ended the process that looked, twice; perhaps the memory is full")
    return Answer(wanted.lot.key, "", Looked(findings=(Finding("folder-can-be-read", Severity.ERROR, cause, wanted.lot.name),)))


def _whole(ledger: Ledger) -> Iterator[Finding]:
    for check in all_checks():
        if isinstance(check, WholeCheck):
            for paths in ledger.twice(check.id):
                yield from check.run(paths)


def _edition(project: ProjectFolder) -> str:
    """What a ledger must have been begun with to be gone on with."""
    told = "\n".join((__version__, *(check.id for check in all_checks()), repr(project.project)))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
