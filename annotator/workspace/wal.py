"""The SQLite files that several windows and threads write at once: in write-ahead mode, opened with patience, and cleared away if damaged.

SQLite does not wait with its busy handler where two change a new file into write-ahead mode at the same moment; one of them hears at once
that it is locked (https://www.sqlite.org/wal.html, “Sometimes queries return SQLITE_BUSY in WAL mode”).  So this waits here.
"""

from __future__ import annotations

import errno
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from annotator.errors import system_cause
from annotator.i18n import Message, message

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_AS_SYSTEM = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_READONLY: errno.EROFS}
_PAUSE = 0.005
ENDS = ("-wal", "-shm")
"""How the names of the files beside a database end."""


def connected(path: Path, patience: float, *, any_thread: bool = False) -> sqlite3.Connection:
    """Open a database in write-ahead mode, or make it; for `patience` seconds it waits for others, then and later.

    `any_thread`: it may be used in other threads than this one, one at a time.  Raises sqlite3.Error.
    """
    end = time.monotonic() + patience
    database = sqlite3.connect(path, timeout=patience, check_same_thread=not any_thread)
    try:
        while True:
            try:
                database.execute("PRAGMA journal_mode = WAL")
                return database
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > end:
                    raise
                time.sleep(_PAUSE)
    except BaseException:
        database.close()
        raise


def is_busy(error: sqlite3.Error) -> bool:
    """Whether SQLite says that somebody else is writing."""
    return _code(error) in _BUSY


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file is no database, or one that contradicts itself."""
    return _code(error) in _DAMAGED


def cause(error: sqlite3.Error) -> Message:
    """Say in plain words why a database could not be used."""
    if is_busy(error):
        return message("another program has it open")
    if is_damaged(error):
        return message("the file is damaged")
    if _code(error) in _AS_SYSTEM:
        return system_cause(OSError(_AS_SYSTEM[_code(error)], str(error)))
    return message("the system says “{text}”", text=str(error))


def remove(path: Path) -> None:
    """Take a database away with the files beside it, as far as the system lets it."""
    for part in (path, *(path.with_name(path.name + end) for end in ENDS)):
        with suppress(OSError):
            part.unlink()


def _code(error: sqlite3.Error) -> int:
    """The primary result code (https://www.sqlite.org/rescode.html); 0 where the error is not SQLite's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
