"""Let one at a time through: a lock that several processes, on several machines, share by a file.

The operating system holds the lock and gives it up with the process, so a process that died leaves nothing behind; the file itself stays.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE = 0.02
_threads: dict[str, threading.Lock] = {}
_guard = threading.Lock()


@contextmanager
def exclusively(path: Path, patience: float = 15.0) -> Iterator[None]:
    """Hold the lock at `path` while the block runs.

    Raises TimeoutError after `patience` seconds, and other OSErrors, also where the file system knows no locks.
    """
    end = time.monotonic() + patience
    with _guard:
        own = _threads.setdefault(os.path.abspath(path), threading.Lock())
    if not own.acquire(timeout=patience):
        raise TimeoutError(f"{path} is held by another thread")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            while not _taken(descriptor):
                if time.monotonic() > end:
                    raise TimeoutError(f"{path} is held by another process")
                time.sleep(_PAUSE)
            try:
                yield
            finally:
                _given_up(descriptor)
        finally:
            os.close(descriptor)
    finally:
        own.release()


def _given_up(descriptor: int) -> None:
    """Unlock: POSIX does with closing; Windows does so too, but after a while of its own (Microsoft, LockFile)."""
    if sys.platform == "win32":
        with suppress(OSError):
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)


def _taken(descriptor: int) -> bool:
    """Try to lock the first byte; False while somebody else has it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
    except (BlockingIOError, PermissionError):
        return False
    return True
