"""Remember on this computer what the headers of opened folders said, so that a known folder of very many files opens at once.

`folders.sqlite` in the person's local folder holds the parts that `dicom.known` makes, by folder.  It is a cache: losing it costs time and
nothing else, so whatever is wrong with it means that it is not used.  What names patients is sealed in the parts with the images themselves
(`dicom.sealed`): who has this file alone learns no name.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from annotator.paths import local_folder
from annotator.workspace import wal

MOST = 256 << 20
"""Bytes of parts above which the folders that nobody opened for longest are forgotten."""
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS part (folder BLOB, number INTEGER, day INTEGER, content BLOB, PRIMARY KEY (folder, number)) WITHOUT ROWID"
)
_DAY = 86_400


class Index:
    """The parts of known folders (`dicom.known.Known`); made, used and closed in one thread, `edition` is that of who reads headers."""

    def __init__(self, edition: int, path: Path | None = None, most: int = MOST) -> None:
        self._path, self._most, self._written = path or local_folder() / "folders.sqlite", most, False
        self._opened = list[bytes]()
        self._database: sqlite3.Connection | None = None
        with self._tried():
            self._database = _opened(self._path, edition)

    def parts(self, folder: str) -> tuple[bytes, ...]:
        """Return the parts of a folder, in order; none where nothing is known of it."""
        found: tuple[bytes, ...] = ()
        with self._tried():
            if self._database is not None:
                if not self._database.in_transaction:
                    self._database.execute("BEGIN")  # one for all that is only read: each by itself would lock the file anew
                asked = self._database.execute("SELECT content FROM part WHERE folder = ? ORDER BY number", (os.fsencode(folder),))
                found = tuple(row[0] for row in asked)
                if found:
                    self._opened.append(os.fsencode(folder))
        return found

    def keep(self, folder: str, parts: Iterable[bytes]) -> None:
        """Keep these parts of a folder instead of those that are there."""
        with self._tried():
            if self._database is None:
                return
            key, today = os.fsencode(folder), int(time.time() // _DAY)
            self._database.commit()  # what was read so far may be older than what another window has written since
            with self._database:
                self._database.execute("DELETE FROM part WHERE folder = ?", (key,))
                rows = ((key, number, today, content) for number, content in enumerate(parts))
                self._database.executemany("INSERT INTO part VALUES (?, ?, ?, ?)", rows)
            self._written = True

    def close(self) -> None:
        """Let go of it; what is too much is forgotten first."""
        with self._tried():
            if self._database is not None:
                self._note_opened(self._database)
                if self._written:
                    _forget(self._database, self._most)
        self._leave()

    def _note_opened(self, database: sqlite3.Connection) -> None:
        """Note which folders were opened today: all at once, they may be very many."""
        today = int(time.time() // _DAY)
        database.commit()
        with database:
            database.executemany("UPDATE part SET day = ? WHERE folder = ? AND day < ?", ((today, key, today) for key in self._opened))

    @contextmanager
    def _tried(self) -> Iterator[None]:
        """Do without the index where it cannot be used."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            self._leave()
            if wal.is_damaged(error):  # not merely busy: it begins anew the next time
                wal.remove(self._path)
        except OSError:
            self._leave()

    def _leave(self) -> None:
        if self._database is not None:
            self._database.close()
        self._database = None


def _forget(database: sqlite3.Connection, most: int) -> None:
    """Forget the folders that nobody opened for longest, until the rest has at most so many bytes."""
    kept, gone = 0, list[tuple[bytes]]()
    for folder, size in database.execute("SELECT folder, SUM(LENGTH(content)) FROM part GROUP BY folder ORDER BY MAX(day) DESC"):
        kept += size
        if kept > most:
            gone.append((folder,))
    with database:
        database.executemany("DELETE FROM part WHERE folder = ?", gone)


def _opened(path: Path, edition: int) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    database = wal.connected(path, 1.0)
    try:
        database.execute("PRAGMA synchronous = NORMAL")
        with database:
            if database.execute("PRAGMA user_version").fetchone()[0] != edition:
                database.execute("DROP TABLE IF EXISTS part")
                database.execute(f"PRAGMA user_version = {edition:d}")
            database.execute(_SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database
