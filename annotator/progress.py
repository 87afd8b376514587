"""Report how far a long task is and carry the wish to cancel it back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_SPELL = 0.001
"""Seconds of work after which a patient task rests as long."""


class Cancelled(Exception):
    """The person cancelled the task."""


@dataclass
class Report:
    """One long task's progress: the task calls `advance`, whoever watches reads the counts and may call `cancel`.

    Safe to share between one worker thread and one watcher.
    """

    watch: Callable[[Report], None] | None = None
    done: int = 0
    total: int | None = None
    subject: str = ""
    patient: bool = False
    """Whether a window waits for its turn in the same process: see `rest`."""
    _rested: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def advance(self, count: int = 1, subject: str = "") -> None:
        """Count `count` more steps done; raises Cancelled if somebody asked for it."""
        self.check()
        self.done += count
        self.subject = subject or self.subject
        if self.watch is not None:
            self.watch(self)

    def check(self) -> None:
        """Raise Cancelled if somebody asked for it."""
        if self._stop.is_set():
            raise Cancelled

    def rest(self) -> None:
        """Between two small pieces of work in pure Python: where a window wants the interpreter too, it has it half of the time."""
        if self.patient and time.monotonic() - self._rested > _SPELL:
            time.sleep(_SPELL)
            self._rested = time.monotonic()

    def cancel(self) -> None:
        """Ask the task to stop at its next step."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked the task to stop."""
        return self._stop.is_set()
