"""Keep what was found, lot by lot, as it comes in: a run that was killed goes on from here, and no run holds it all in memory.

A file of SQLite a project in the person's local folder.  It is thrown away whenever the program, its checks or the project's definition
are others than those it was begun with.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from annotator.domain.finding import Finding, Severity
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import local_folder
from annotator.workspace import durable, wal
from annotator.workspace.checking.looking import Looked

POINTS = ("check.kept",)
"""Places of this module at which `durable.fault` may end the process."""
_TABLES = (
    "CREATE TABLE IF NOT EXISTS edition (text TEXT)",
    "CREATE TABLE IF NOT EXISTS lot (id INTEGER PRIMARY KEY, key TEXT UNIQUE, stamp TEXT, cases TEXT, images INTEGER, run INTEGER)",
    "CREATE TABLE IF NOT EXISTS finding (lot INTEGER, id TEXT, severity TEXT, path TEXT, message TEXT)",
    "CREATE TABLE IF NOT EXISTS trace (lot INTEGER, id TEXT, digest BLOB, path TEXT)",
    "CREATE TABLE IF NOT EXISTS counted (lot INTEGER, kept TEXT, patient TEXT, modality TEXT, class TEXT, sex TEXT, age INTEGER,"
    " device TEXT, annotations INTEGER, files INTEGER)",
    "CREATE TABLE IF NOT EXISTS lesion (lot INTEGER, category TEXT, millimetres REAL)",
    "CREATE INDEX IF NOT EXISTS finding_lot ON finding (lot)",
    "CREATE INDEX IF NOT EXISTS trace_lot ON trace (lot)",
    "CREATE INDEX IF NOT EXISTS counted_lot ON counted (lot)",
    "CREATE INDEX IF NOT EXISTS lesion_lot ON lesion (lot)",
)
_LAYOUT = 2
"""Of the tables: a file of another one is begun anew."""
_OF_A_LOT = ("finding", "trace", "counted", "lesion")
WHOLE = "whole:"
"""The key under which is kept what only the whole project shows."""


def place_of(root: Path) -> Path:
    """Return where the ledger of a project lies."""
    return local_folder() / "checks" / f"{hashlib.sha256(os.path.realpath(root).encode('utf-8', 'surrogatepass')).hexdigest()[:24]}.sqlite"


class Ledger:
    """What is known of a project's lots; made, used and closed in one thread.  Raises OSError and sqlite3.Error (see `refused`)."""

    def __init__(self, path: Path, edition: str, *, resume: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        try:
            self._database = self._opened(path, edition, resume)
        except sqlite3.DatabaseError as error:
            if not wal.is_damaged(error):
                raise
            wal.remove(path)  # what it knew is found again
            self._database = self._opened(path, edition, False)
        try:
            with self._database:
                self._run = 1 + (self._database.execute("SELECT max(run) FROM lot").fetchone()[0] or 0)
        except sqlite3.Error:
            self._database.close()
            raise

    def close(self) -> None:
        """Let go of it; what it knows stays."""
        self._database.close()

    def known(self, key: str) -> tuple[str, tuple[str, ...]]:
        """Return the stamp of a lot when it was looked at, and its cases; an empty stamp: it was not."""
        found = self._database.execute("SELECT stamp, cases FROM lot WHERE key = ?", (key,)).fetchone()
        return (found[0], tuple(record.loads(found[1]))) if found else ("", ())

    def still(self, keys: Sequence[str]) -> None:
        """Note that these lots are as they were."""
        with self._database:
            self._database.executemany("UPDATE lot SET run = ? WHERE key = ?", [(self._run, key) for key in keys])

    def keep(self, found: Sequence[tuple[str, str, Looked]]) -> None:
        """Keep what came of lots (key, stamp, what was seen) instead of what was known of them; it is on the disk when this returns."""
        with self._database:
            for key, stamp, looked in found:
                self._forget("key = ?", key)
                row = (key, stamp, json.dumps(list(looked.cases)), len(looked.counted), self._run)
                number = self._database.execute("INSERT INTO lot (key, stamp, cases, images, run) VALUES (?, ?, ?, ?, ?)", row).lastrowid
                self._add(number or 0, looked)
        durable.fault("check.kept")

    def finish(self) -> None:
        """Forget the lots that were not met in this run: what they were made of is gone."""
        with self._database:
            self._forget("run < ?", self._run)

    def images(self) -> int:
        """Return how many images were looked at."""
        return int(self._database.execute("SELECT coalesce(sum(images), 0) FROM lot").fetchone()[0])

    def counts(self) -> tuple[int, int]:
        """Return how many errors and how many remarks there are."""
        found = dict(self._database.execute("SELECT severity, count(*) FROM finding GROUP BY severity"))
        return found.get(Severity.ERROR.value, 0), found.get(Severity.REMARK.value, 0)

    def findings(self) -> Iterator[Finding]:
        """Yield what was found, by path, errors first."""
        asked = "SELECT id, severity, message, path FROM finding ORDER BY path, severity, id, rowid"
        for check, severity, told, path in self._database.execute(asked):
            yield Finding(check, Severity(severity), _read(record.loads(told)), path)

    def twice(self, check: str) -> Iterator[tuple[str, ...]]:
        """Yield the paths that share something of which there must be one, in order, for each such thing."""
        asked = """SELECT digest, path FROM trace WHERE id = ? AND digest IN
            (SELECT digest FROM trace WHERE id = ? GROUP BY digest HAVING count(*) > 1) ORDER BY digest, path"""
        current, paths = None, list[str]()
        for digest, path in self._database.execute(asked, (check, check)):
            if digest != current:
                yield from _several(paths)
                current, paths = digest, []
            paths += [path] if path not in paths[-1:] else []
        yield from _several(paths)

    def rows(self, asked: str) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a question about the tables `counted`, `lesion` and `finding`."""
        yield from self._database.execute(asked)

    def _add(self, lot: int, looked: Looked) -> None:
        rows = [(lot, f.check, f.severity.value, f.path, json.dumps(_written(f.message), ensure_ascii=True)) for f in looked.findings]
        self._database.executemany("INSERT INTO finding VALUES (?, ?, ?, ?, ?)", rows)
        self._database.executemany("INSERT INTO trace VALUES (?, ?, ?, ?)", [(lot, *trace) for trace in looked.traces])
        people = [(lot, c.case, c.patient, c.modality, c.class_folder, c.sex, c.age, c.device, c.annotations, c.files)
                  for c in looked.counted]  # fmt: skip
        self._database.executemany("INSERT INTO counted VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", people)
        self._database.executemany("INSERT INTO lesion VALUES (?, ?, ?)", [(lot, one.category, one.millimetres) for one in looked.lesions])

    def _forget(self, which: str, value: object) -> None:
        for table in _OF_A_LOT:
            self._database.execute(f"DELETE FROM {table} WHERE lot IN (SELECT id FROM lot WHERE {which})", (value,))
        self._database.execute(f"DELETE FROM lot WHERE {which}", (value,))

    def _opened(self, path: Path, edition: str, resume: bool) -> sqlite3.Connection:
        database = wal.connected(path, 2.0)
        try:
            database.execute("PRAGMA synchronous = NORMAL")
            with database:
                if database.execute("PRAGMA user_version").fetchone()[0] != _LAYOUT:
                    for table in ("edition", "lot", *_OF_A_LOT):
                        database.execute(f"DROP TABLE IF EXISTS {table}")
                    database.execute(f"PRAGMA user_version = {_LAYOUT:d}")
                for statement in _TABLES:
                    database.execute(statement)
                before = database.execute("SELECT text FROM edition").fetchone()
                if not resume or before is None or before[0] != edition:
                    for table in ("edition", "lot", *_OF_A_LOT):
                        database.execute(f"DELETE FROM {table}")
                    database.execute("INSERT INTO edition VALUES (?)", (edition,))
        except sqlite3.Error:
            database.close()
            raise
        return database


def refused(path: Path, error: sqlite3.Error) -> AnnotatorError:
    """Return the sentence for a ledger that cannot be used, and is closed; a damaged one is taken away: what it knew is found again."""
    doing = message("Checking the project")
    if wal.is_busy(error):
        return AnnotatorError(doing, message("another check of this project is running on this computer"), message("Wait until it is done"))
    if wal.is_damaged(error):
        wal.remove(path)
        return AnnotatorError(doing, message("the list of what was checked is damaged"), message("Check again: the list is begun anew"))
    return AnnotatorError(doing, wal.cause(error), message("Put that right and check again"))


def _several(paths: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if len(paths) > 1:
        yield tuple(paths)


def _written(told: Message) -> list[object]:
    """A sentence as JSON values: its text, and the values in its braces, which may be sentences themselves."""
    plain = int | float | str
    return [told.text, [[name, _written(value) if isinstance(value, Message) else value if isinstance(value, plain) else str(value)]
                        for name, value in told.values]]  # fmt: skip


def _read(value: list[object]) -> Message:
    text, values = value
    pairs = values if isinstance(values, list) else []
    return Message(str(text), tuple((str(name), _read(inner) if isinstance(inner, list) else inner) for name, inner in pairs))
