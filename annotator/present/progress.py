"""Say how far a long task is, and how long it will take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from annotator.i18n import mark, translate
from annotator.progress import Report
from annotator.silence import STORAGE, Storage

_SURE = 0.01
"""Share of a task that must be done before its end is foretold."""
_SEEN, _NOTED = 0.5, 60.0
"""Seconds between two words on progress: on a terminal, and in a file."""


def spoken(report: Report, seconds: float) -> str:
    """Return how far a task is that has run so many seconds: `40 of 200 (20 %), 3 min left`."""
    if not report.total:
        return translate(mark("{count} done"), count=report.done)
    share = report.done / report.total
    told = translate(mark("{done} of {total} ({percent} %)"), done=report.done, total=report.total, percent=int(100 * share))
    if share < _SURE or report.done >= report.total:
        return told
    return f"{told}, {left(seconds * (1 - share) / share)}"


def watching(stream: TextIO) -> Callable[[Report], None]:
    """Return what writes now and then to a stream how far a task is that begins now: often to a terminal, seldom to a file."""
    begun, terminal = time.monotonic(), stream.isatty()
    last = [begun]

    def watch(report: Report) -> None:
        now, over = time.monotonic(), report.done == report.total
        if now - last[0] < (_SEEN if terminal else _NOTED) and not (terminal and over):
            return
        last[0] = now
        end = "\r" if terminal and not over else "\n"
        told = spoken(report, now - begun)
        stream.write((f"\x1b[2K{told}" if terminal else told) + end)
        stream.flush()

    return watch


@contextmanager
def hearing_silence(stream: TextIO, storage: Storage = STORAGE, after: float = 2.0) -> Iterator[None]:
    """Say inside when a disk or a share has not answered for so many seconds, how long already, and when it answers again."""
    over = threading.Event()

    def hear() -> None:
        said = 0
        while not over.wait(_SEEN):
            silent = storage.silent()
            if silent >= after and silent >= 2 * said:
                said = max(int(silent), 1)
                stream.write(translate(mark("The storage has not answered for {seconds} s; it goes on when it does"), seconds=said) + "\n")
            elif said and silent < after:
                said = 0
                stream.write(translate(mark("The storage answers again")) + "\n")
            stream.flush()

    ear = threading.Thread(target=hear, daemon=True)
    ear.start()
    try:
        yield
    finally:
        over.set()
        ear.join()


def left(seconds: float) -> str:
    """Return how long something still takes, in the largest unit that says enough."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return translate(mark("{count} s left"), count=max(round(seconds), 1))
    if minutes < 90:
        return translate(mark("{count} min left"), count=minutes)
    return translate(mark("{hours} h {minutes} min left"), hours=minutes // 60, minutes=minutes % 60)
