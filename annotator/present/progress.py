"""Say how far a long task is, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from annotator.i18n import mark, translate
from annotator.progress import Report

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


def left(seconds: float) -> str:
    """Return how long something still takes, in the largest unit that says enough."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return translate(mark("{count} s left"), count=max(round(seconds), 1))
    if minutes < 90:
        return translate(mark("{count} min left"), count=minutes)
    return translate(mark("{hours} h {minutes} min left"), hours=minutes // 60, minutes=minutes % 60)
