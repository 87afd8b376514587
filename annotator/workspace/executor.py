"""Hand out pieces of long work to worker processes, and take back what each gives: the one place where batch work gets its workers from.

A piece is a function of a module and one argument that can be pickled.  Results come as they are ready.  A process that dies takes only
the piece with it that it was at: that one is tried once more alone, and then reported as failed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Generic, TypeVar

from annotator.progress import Report

Piece = TypeVar("Piece")
Result = TypeVar("Result")
_IN_HAND = 3
"""Pieces for each worker that are handed out ahead."""


@dataclass(frozen=True)
class Outcome(Generic[Piece, Result]):
    """What became of a piece: its result, or none where the process that was at it died twice."""

    piece: Piece
    result: Result | None


def workers(asked: int = 0) -> int:
    """Return how many processes work: as many as asked for, else as many as this process may use cores."""
    if asked > 0:
        return asked
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(work: Callable[[Piece], Result], pieces: Iterable[Piece], report: Report, jobs: int = 0) -> Iterator[Outcome[Piece, Result]]:
    """Yield what `work` makes of each piece, as soon as it is made; with one job all is done in this process.

    Pieces are taken from their source only as workers become free, so there may be very many.  Raises what `work` raises, and Cancelled.
    """
    count = workers(jobs)
    if count == 1:
        for piece in pieces:
            report.check()
            yield Outcome(piece, work(piece))
        return
    waiting, again = iter(pieces), list[Piece]()
    yield from _pooled(work, waiting, report, count, again)
    for piece in again:  # a process died: each of these was in the hands of some process then, and one of them may be the cause
        lost = list[Piece]()
        yield from _pooled(work, iter([piece]), report, 1, lost)
        for failed in lost:
            yield Outcome(failed, None)
    if again:
        yield from run(work, waiting, report, jobs)


def _pooled(work: Callable[[Piece], Result], pieces: Iterator[Piece], report: Report, count: int,
            lost: list[Piece]) -> Iterator[Outcome[Piece, Result]]:  # fmt: skip
    """The same until the pieces end or a process dies; what was handed out and not given back then is `lost`."""
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
    out: dict[Future[Result], Piece] = {}
    ended = False
    try:
        while True:
            report.check()
            while len(out) < count * _IN_HAND and (piece := next(pieces, None)) is not None:
                out[pool.submit(work, piece)] = piece
            if not out:
                ended = True
                return
            done, _ = wait(out, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                result = future.result()
                yield Outcome(out.pop(future), result)
    except BrokenProcessPool:
        lost.extend(out.values())
        ended = True
    finally:  # whoever cancels does not wait for a worker that waits for a share
        pool.shutdown(wait=ended, cancel_futures=True)
