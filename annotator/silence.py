"""Note which calls to a disk or a share wait for their answer, so that a silent one can be told to the person from another thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Storage:
    """The calls that are under way, one a thread; may be told and asked from any thread.

    Costs a fraction of a microsecond a call, so that every file of a scan can be noted.
    """

    def __init__(self) -> None:
        self._since: dict[object, float] = {}
        """Thread, or whoever else waits → since when."""

    def begin(self) -> float | None:
        """This thread asks the storage something now; give what is returned to `end`."""
        thread = threading.get_ident()
        before = self._since.get(thread)
        self._since[thread] = time.monotonic()
        return before

    def end(self, before: float | None) -> None:
        """The storage answered; what was asked around that call counts from now on."""
        if before is None:
            self._since.pop(threading.get_ident(), None)
        else:
            self._since[threading.get_ident()] = time.monotonic()

    def waits(self, whoever: object, seconds: float) -> None:
        """Somebody who is no thread of this process has waited for so long; 0.0: they wait no more."""
        if seconds > 0:
            self._since[whoever] = time.monotonic() - seconds
        else:
            self._since.pop(whoever, None)

    @contextmanager
    def asked(self) -> Iterator[None]:
        """What happens inside waits for the storage; also a decorator."""
        before = self.begin()
        try:
            yield
        finally:
            self.end(before)

    def silent(self) -> float:
        """Return for how many seconds the oldest call waits for its answer; 0.0 where none waits."""
        since = list(self._since.values())
        return time.monotonic() - min(since) if since else 0.0


STORAGE = Storage()
"""The disks and shares that this program asks."""
