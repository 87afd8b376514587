"""Let a folder behave as a slow share does: every call for it takes a while, a file comes at some speed, and at times nothing answers."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CALL, BANDWIDTH = 0.005, 60e6
"""Seconds a call, bytes a second."""
_HEARD = frozenset({"open", "os.scandir", "os.listdir", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate"})
_ASKED = ("stat", "lstat")


class Share:
    """A folder as a slow share; `in_the_window` counts the calls with which the main thread waited for it.

    Python tells of what it opens (audit events) and cannot be told to stop telling: a share that is given up costs nothing any more.
    """

    def __init__(self, root: Path, call: float = CALL, bandwidth: float = BANDWIDTH) -> None:
        self._root, self._answers_at, self.on = str(root), 0.0, True
        self._call, self._bandwidth = call, bandwidth
        self.in_the_window: Counter[str] = Counter()
        sys.addaudithook(self._heard)

    def stop(self, seconds: float) -> None:
        """Answer nothing for so long from now on."""
        self._answers_at = time.monotonic() + seconds

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.on and event in _HEARD and arguments and isinstance(arguments[0], str | bytes | os.PathLike):
            reads = event == "open" and len(arguments) > 1 and arguments[1] in ("r", "rb")
            self._wait(event, os.fsdecode(arguments[0]), reads=reads)

    def _wait(self, call: str, path: str, *, reads: bool = False) -> None:
        if not self.on or not path.startswith(self._root):
            return
        if threading.current_thread() is threading.main_thread():
            self.in_the_window[call] += 1
        time.sleep(self._call + (_size(path) / self._bandwidth if reads else 0.0))
        while self.on and (left := self._answers_at - time.monotonic()) > 0:
            time.sleep(min(left, 0.05))

    def asked(self, call: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        """Return a call of the system that has no audit event, made slow."""

        def slow(path: Any, *arguments: Any, **named: Any) -> Any:
            if isinstance(path, str | bytes | os.PathLike):
                self._wait(call, os.fsdecode(path))
            return plain(path, *arguments, **named)

        return slow


_plain_stat = os.stat


def _size(path: str) -> int:
    try:
        return _plain_stat(path).st_size
    except OSError:
        return 0


@contextmanager
def slow(root: Path, call: float = CALL, bandwidth: float = BANDWIDTH) -> Iterator[Share]:
    """Let a folder be a slow share inside."""
    share, plain = Share(root, call, bandwidth), {call: getattr(os, call) for call in _ASKED}
    for call in _ASKED:
        setattr(os, call, share.asked(call, plain[call]))
    try:
        yield share
    finally:
        share.on = False
        for call in _ASKED:
            setattr(os, call, plain[call])
