"""Know what an export has made, so that a killed one goes on: a SQLite file in the person's local folder, not among the data.

It holds what only this program reads again (parts of formats, pickled), so nobody else can write to it.  Where it is lost the export
begins anew.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotator.paths import local_folder
from annotator.workspace import wal
from annotator.workspace.sets.listing import Row
from annotator.workspace.sets.preparing import Prepared
from annotator.workspace.sets.shelf import Left

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS told (key TEXT PRIMARY KEY, value TEXT)",
    "CREATE TABLE IF NOT EXISTS done (id TEXT PRIMARY KEY, stamp TEXT, place INTEGER, images INTEGER, annotations INTEGER, rows BLOB, "
    "left_out BLOB)",
    "CREATE TABLE IF NOT EXISTS part (id TEXT, place INTEGER, number INTEGER, form TEXT, split TEXT, content BLOB)",
    "CREATE INDEX IF NOT EXISTS of_case ON part (id)",
    "CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, digest TEXT, size INTEGER, id TEXT) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS of_id ON file (id)",
)


class Ledger:
    """What is there of one export; used in one thread.  Raises sqlite3.Error where its file is damaged."""

    def __init__(self, part: Path, key: str, time: str) -> None:
        self._part, self._path = part, path_of(part)
        self._database = wal.connected(self._path, 5.0)
        for line in _SCHEMA:
            self._database.execute(line)
        told = dict(self._database.execute("SELECT key, value FROM told"))
        self.strange = "key" not in told and any(part.iterdir())
        """Whether the folder holds what no export of this person on this computer has made."""
        self.time = told.get("time", time)
        """When the export began: its files say so, also those that are made later."""
        if told.get("key") != key and not self.strange:
            self._forget(key, time)

    def _forget(self, key: str, time: str) -> None:
        """Begin anew; what another export of this folder's name has made is taken away."""
        for path, _, _ in self.files():
            (self._part / path).unlink(missing_ok=True)
        self.time = time
        with self._database:
            for table in ("told", "done", "part", "file"):
                self._database.execute(f"DELETE FROM {table}")
            self._database.executemany("INSERT INTO told VALUES (?, ?)", (("key", key), ("time", time)))

    def known(self, case: str, stamp: str) -> bool:
        """Whether a case is done as it is now, with all its files there."""
        row = self._database.execute("SELECT stamp FROM done WHERE id = ?", (case,)).fetchone()
        if row is None or row[0] != stamp:
            return False
        files = self._database.execute("SELECT path, size FROM file WHERE id = ?", (case,))
        return all(_size(self._part / path) == size for path, size in files)

    def keep(self, made: Prepared, place: int, stamp: str) -> None:
        """Note what was made of a case, in the place of what was known of it; files that it has no longer are taken away."""
        case = made.case
        with self._database:
            before = {path for (path,) in self._database.execute("SELECT path FROM file WHERE id = ?", (case,))}
            for table in ("done", "part", "file"):
                self._database.execute(f"DELETE FROM {table} WHERE id = ?", (case,))
            told = (case, stamp, place, made.images, made.annotations, pickle.dumps(made.rows), pickle.dumps(made.left))
            self._database.execute("INSERT INTO done VALUES (?, ?, ?, ?, ?, ?, ?)", told)
            parts = ((case, place, number, form, split, content) for number, (form, split, content) in enumerate(made.parts))
            self._database.executemany("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)", parts)
            files = ((path, digest, size, case) for path, (digest, size) in made.files.items())
            self._database.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", files)
        for path in before - set(made.files):
            (self._part / path).unlink(missing_ok=True)

    def add(self, path: str, digest: str, size: int) -> None:
        """Note a file that belongs to no case."""
        with self._database:
            self._database.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, '')", (path, digest, size))

    def files(self) -> Iterator[tuple[str, str, int]]:
        """Yield path, SHA-256 and size of every file, by path."""
        yield from self._database.execute("SELECT path, digest, size FROM file ORDER BY path")

    def rows(self) -> Iterator[Row]:
        """Yield the rows of the list, in order of the set."""
        yield from self._unpickled("rows")

    def left(self) -> Iterator[Left]:
        """Yield what was left out, in order of the set."""
        yield from self._unpickled("left_out")

    def _unpickled(self, column: str) -> Iterator[Any]:
        for (content,) in self._database.execute(f"SELECT {column} FROM done ORDER BY place"):
            yield from pickle.loads(content)

    def parts(self, form: str, split: str) -> list[object]:
        """Return the parts of a form, in order of the set."""
        asked = "SELECT content FROM part WHERE form = ? AND split = ? ORDER BY place, number"
        return [pickle.loads(content) for (content,) in self._database.execute(asked, (form, split))]

    def splits(self, form: str) -> list[str]:
        """Return the parts of the set in which a form has something."""
        return [split for (split,) in self._database.execute("SELECT DISTINCT split FROM part WHERE form = ? ORDER BY split", (form,))]

    def counted(self) -> tuple[int, int, int]:
        """Return how many cases, images and annotations there are."""
        asked = "SELECT count(CASE WHEN images > 0 THEN 1 END), coalesce(sum(images), 0), coalesce(sum(annotations), 0) FROM done"
        cases, images, annotations = self._database.execute(asked).fetchone()
        return int(cases), int(images), int(annotations)

    def close(self, *, done: bool = False) -> None:
        """Let go of the file; `done`: nobody needs it any more."""
        self._database.close()
        if done:
            wal.remove(self._path)


def path_of(part: Path) -> Path:
    """Return the ledger of a folder in which a set is being made; its own folder is made."""
    name = hashlib.sha256(os.fsencode(os.path.realpath(part))).hexdigest()[:16]
    place = local_folder() / "sets" / f"{name}.sqlite"
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1

