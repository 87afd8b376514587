"""Say that a folder of the cache is in use, so that whoever cleans up, in this process or another, leaves it alone.

The operating system knows it by an open file and forgets it with the process, so a process that died holds nothing.
"""

from __future__ import annotations

import os
import shutil
import sys
import uuid
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_SIGN = "in-use"


class Hold:
    """Keeps a folder from being cleaned away until `release`; the folder is made where it is not there.  Raises OSError."""

    def __init__(self, folder: Path) -> None:
        self._descriptor: int | None = None
        while self._descriptor is None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(folder / _SIGN, os.O_RDWR | os.O_CREAT, 0o600)
            if sys.platform != "win32":
                fcntl.flock(descriptor, fcntl.LOCK_SH)
            if _is_there(descriptor, folder / _SIGN):  # else it was cleaned away in this very moment
                self._descriptor = descriptor
            else:
                os.close(descriptor)
        os.utime(folder / _SIGN)

    def release(self) -> None:
        """Let the folder go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def last_held(folder: Path) -> float:
    """When somebody last began to hold a folder, in seconds of the clock of files; 0 where nobody did."""
    try:
        return (folder / _SIGN).stat().st_mtime
    except OSError:
        return 0.0


def take_away(folder: Path) -> bool:
    """Delete a folder that nobody holds; returns False where somebody does, or the system refuses."""
    doomed = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:8]}.gone")
    try:
        descriptor = os.open(folder / _SIGN, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform != "win32":
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                folder.rename(doomed)
        finally:
            os.close(descriptor)
        if sys.platform == "win32":
            (folder / _SIGN).unlink()  # refused while another has it open
            folder.rename(doomed)
    except OSError:
        return False
    with suppress(OSError):
        shutil.rmtree(doomed)
    return not doomed.exists()


def _is_there(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False
