"""Say how far a long task is, and how long it will take."""

from __future__ import annotations

from annotator.i18n import mark, translate
from annotator.progress import Report

_SURE = 0.01
"""Share of a task that must be done before its end is foretold."""


def spoken(report: Report, seconds: float) -> str:
    """Return how far a task is that has run so many seconds: `40 of 200 (20 %), 3 min left`."""
    if not report.total:
        return translate(mark("{count} done"), count=report.done)
    share = report.done / report.total
    told = translate(mark("{done} of {total} ({percent} %)"), done=report.done, total=report.total, percent=int(100 * share))
    if share < _SURE or report.done >= report.total:
        return told
    return f"{told}, {left(seconds * (1 - share) / share)}"


def left(seconds: float) -> str:
    """Return how long something still takes, in the largest unit that says enough."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return translate(mark("{count} s left"), count=max(round(seconds), 1))
    if minutes < 90:
        return translate(mark("{count} min left"), count=minutes)
    return translate(mark("{hours} h {minutes} min left"), hours=minutes // 60, minutes=minutes % 60)
