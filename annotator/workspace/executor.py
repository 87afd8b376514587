"""Hand out pieces of long work to workers, and take back what each gives: the one place where batch work gets its workers from.

A piece is a function of a module and one argument that can be pickled.  Results come as they are ready.  A worker that dies takes only
the piece with it that it was at: that one is tried once more alone, and then reported as failed.

Who works is a value that is handed through as `jobs`, and whoever calls `run` need not look at it: a number of processes of this computer
(0: one for each core, 1: this process itself), or a `Cluster`, whose Dask scheduler hands the same pieces to its own workers
(`workspace/cluster.py`; they need the same program, and project and images under the same paths).  A command says `executor.asked(…)` of
its options `--jobs` and `--scheduler`, and gives what that returns to what it calls.
"""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Generic, Protocol, TypeVar

from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.progress import Report
from annotator.silence import STORAGE
from annotator.workspace.cluster import Connected

Piece = TypeVar("Piece")
Result = TypeVar("Result")
_IN_HAND = 3
"""Pieces for each worker that are handed out ahead."""
_PATIENCE = 0.2
"""Seconds until a wish to cancel is looked at."""
_MOST_HEARD = 256
"""So many processes tell the first one how long they wait for a disk or a share."""
_NICER = 10
"""So much nicer than the first process the others are: where all cores have work, the window and who types come first."""
_ADDRESS = re.compile(r"(?:tcp|tls)://(?:\[[0-9A-Fa-f:.]+\]|[^\s/:\[\]]+):\d{1,5}")


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster, by the address of its scheduler: `tcp://host:port`."""

    address: str


Jobs = int | Cluster
"""Who works: so many processes (0: one for each core), or a cluster."""


@dataclass(frozen=True)
class Outcome(Generic[Piece, Result]):
    """What became of a piece: its result, or none where the worker that was at it died twice."""

    piece: Piece
    result: Result | None


class Crew(Protocol):
    """Workers that pieces are handed to, one by one."""

    @property
    def count(self) -> int:
        """How many pieces they can be at, at a time."""

    def submit(self, work: Callable[[Piece], Result], piece: Piece) -> Future[Result]:
        """Hand a piece out."""

    def died(self, future: Future[Result]) -> bool:
        """Whether the worker died that was at the piece, or may have been.  Raises AnnotatorError where nobody can be reached any more."""

    def check(self) -> None:
        """Raise AnnotatorError where nobody is there any more who could work."""

    def end(self, *, wait: bool) -> None:
        """Let them go; what was not begun is dropped, and what they are at is waited for if somebody wants to `wait`."""


class Processes:
    """Processes of this computer; they start with the first piece, and others where one has died."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._context = get_context("spawn")
        self._waits = self._context.Array("d", _MOST_HEARD, lock=False)
        self._next = self._context.Value("i", 0)
        self._pool = self._begin()

    def submit(self, work: Callable[[Piece], Result], piece: Piece) -> Future[Result]:
        """Hand a piece out."""
        try:
            return self._pool.submit(work, piece)
        except BrokenProcessPool:
            self._pool.shutdown()
            self._pool = self._begin()
            return self._pool.submit(work, piece)

    def died(self, future: Future[Result]) -> bool:
        """Whether a process died while the piece waited or was worked at: all of them go then."""
        return isinstance(future.exception(), BrokenProcessPool)

    def check(self) -> None:
        """Others are started for those that died; what disks and shares keep from answering any of them is noted here."""
        STORAGE.waits(self, max(self._waits))

    def end(self, *, wait: bool) -> None:
        """Let them go."""
        STORAGE.waits(self, 0.0)
        self._pool.shutdown(wait=wait, cancel_futures=True)

    def _begin(self) -> ProcessPoolExecutor:
        self._waits[:] = [0.0] * _MOST_HEARD
        return ProcessPoolExecutor(self.count, self._context, _settle_in, (self._waits, self._next))


def asked(jobs: str | None, scheduler: str | None) -> Jobs:
    """Return who works as the options `--jobs` and `--scheduler` say.  Raises AnnotatorError for what is no address of a scheduler."""
    if scheduler is None:
        return workers(int(jobs or 0))
    if not _ADDRESS.fullmatch(scheduler):
        cause = message("“{address}” is no address of a scheduler", address=scheduler)
        raise AnnotatorError(message("Reading the command line"), cause, message("Write it as tcp://host:8786"))
    return Cluster(scheduler)


def workers(asked_for: int = 0) -> int:
    """Return how many processes work: as many as asked for, else as many as this process may use cores."""
    if asked_for > 0:
        return asked_for
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def crew_of(jobs: Jobs) -> Crew:
    """Return who works; a cluster is connected to now.  Raises AnnotatorError where it cannot be."""
    if isinstance(jobs, Cluster):
        return Connected(jobs.address)
    return Processes(workers(jobs))


def run(work: Callable[[Piece], Result], pieces: Iterable[Piece], report: Report, jobs: Jobs = 0, *,
        beside: bool = False) -> Iterator[Outcome[Piece, Result]]:  # fmt: skip
    """Yield what `work` makes of each piece, as soon as it is made; one job is done in this process, unless somebody waits `beside` it.

    Pieces are taken from their source only as workers become free, so there may be very many.  Raises what `work` raises, Cancelled, and
    AnnotatorError where a cluster cannot be reached, or not any more: what was yielded before is done then.
    """
    if not (beside or isinstance(jobs, Cluster)) and workers(jobs) == 1:
        for piece in pieces:
            report.check()
            yield Outcome(piece, work(piece))
        return
    crew, again, ended = crew_of(jobs), list[Piece](), False
    try:
        yield from _handed_out(crew, work, iter(pieces), report, again)
        for piece in again:  # a worker died: each of these was in the hands of some worker then, and one of them may be the cause
            lost = list[Piece]()
            yield from _handed_out(crew, work, iter([piece]), report, lost)
            for failed in lost:
                yield Outcome(failed, None)
        ended = True
    finally:  # whoever cancels does not wait for a worker that waits for a share
        crew.end(wait=ended)


def _handed_out(crew: Crew, work: Callable[[Piece], Result], pieces: Iterator[Piece], report: Report,
                lost: list[Piece]) -> Iterator[Outcome[Piece, Result]]:  # fmt: skip
    """Hand the pieces out, a few ahead; those that were in the hands of workers when one died are `lost`."""
    out: dict[Future[Result], Piece] = {}
    while True:
        report.check()
        crew.check()
        while len(out) < crew.count * _IN_HAND and (piece := next(pieces, None)) is not None:
            out[crew.submit(work, piece)] = piece
        if not out:
            return
        done, _ = wait(out, timeout=_PATIENCE, return_when=FIRST_COMPLETED)
        for future in done:
            piece = out.pop(future)
            if crew.died(future):
                lost.append(piece)
            else:
                yield Outcome(piece, future.result())


def _settle_in(waits: Any, following: Any) -> None:
    """Begin a process: Ctrl+C is for the first one, which ends the others when what they are at is whole, and hears of silent shares."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICER)
    with following.get_lock():
        place = following.value % _MOST_HEARD
        following.value += 1

    def tell() -> None:
        while True:
            waits[place] = STORAGE.silent()
            time.sleep(_PATIENCE)

    threading.Thread(target=tell, daemon=True).start()
