"""The journal's tables: the edits that no save holds, and the large ones that saves hold, kept to be named when they are taken back.

Every function here is a part of a transaction of its caller's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from annotator.workspace import journal_rows, wal
from annotator.workspace.journal_rows import Row

_SCHEMA = """CREATE TABLE IF NOT EXISTS edits (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL, project TEXT NOT NULL, case_id TEXT NOT NULL, base TEXT NOT NULL, time TEXT NOT NULL, edit BLOB NOT NULL)"""
_KEPT = """CREATE TABLE IF NOT EXISTS kept (
    sequence INTEGER PRIMARY KEY, run TEXT NOT NULL, project TEXT NOT NULL, case_id TEXT NOT NULL, edit BLOB NOT NULL)"""
_UNNAMED = """run = ? AND NOT EXISTS (
    SELECT 1 FROM edits WHERE edits.run = kept.run AND edits.project = kept.project AND edits.case_id = kept.case_id)"""
"""What is kept of a run and a case without edits: nothing can name it any more."""
MOST = 32 << 20
"""Bytes that a run keeps of large edits that saves hold, beyond those that are still named."""


class Broken(sqlite3.DatabaseError):
    """The database contradicts itself."""


def connected(path: Path) -> sqlite3.Connection:
    """Open the database, or make it; raises sqlite3.Error, `Broken` for one that is damaged inside."""
    database = wal.connected(path, 10.0, any_thread=True)
    try:
        database.execute("PRAGMA synchronous = FULL")
        problems = [row[0] for row in database.execute("PRAGMA quick_check(1)")]
        if problems != ["ok"]:
            raise Broken(problems[0])
        with database:
            database.execute(_SCHEMA)
            database.execute(_KEPT)
    except sqlite3.Error:
        database.close()
        raise
    return database


def add(database: sqlite3.Connection, row: tuple[str, str, str, str, str, bytes], names_row: int) -> int:
    """Add a row (run, project, case, base, time, edit) and return its number; 0 where it names a row that is not there any more."""
    there = f" WHERE EXISTS (SELECT 1 FROM edits WHERE sequence = {names_row}) OR EXISTS (SELECT 1 FROM kept WHERE sequence = {names_row})"
    wanted = "INSERT INTO edits (run, project, case_id, base, time, edit) SELECT ?, ?, ?, ?, ?, ?"
    made = database.execute(wanted + (there if names_row else ""), row)
    return made.lastrowid or 0 if made.rowcount else 0


def put_down(database: sqlite3.Connection, which: tuple[str, str, str, int]) -> Sequence[int]:
    """Take away the edits of a run, project and case up to a number; large ones are kept, and the numbers returned of those that are not.

    The oldest are not kept where they are many, but each one is that a row still names.
    """
    up_to = "FROM edits WHERE run = ? AND project = ? AND case_id = ? AND sequence <= ?"
    database.execute("INSERT OR REPLACE INTO kept SELECT sequence, run, project, case_id, edit "
                     f"{up_to} AND length(edit) >= {journal_rows.LARGE}", which)
    database.execute(f"DELETE {up_to}", which)
    room, many = MOST, list[int]()
    sizes = "SELECT sequence, length(edit) FROM kept WHERE run = ? ORDER BY sequence DESC"
    for sequence, size in database.execute(sizes, which[:1]).fetchall():
        room -= size
        if room < 0:
            many.append(sequence)
    if not many:
        return ()
    small = f"SELECT sequence, run, base, time, edit FROM edits WHERE run = ? AND length(edit) <= {journal_rows.SMALL}"
    named = {journal_rows.names(Row(*row)) for row in database.execute(small, which[:1])}
    gone = [sequence for sequence in many if sequence not in named]
    database.executemany("DELETE FROM kept WHERE sequence = ?", [(sequence,) for sequence in gone])
    return gone


def found(database: sqlite3.Connection, sequence: int) -> bytes | None:
    """Return what a row says that another one names."""
    for table in ("edits", "kept"):
        row = database.execute(f"SELECT edit FROM {table} WHERE sequence = ?", (sequence,)).fetchone()
        if row is not None:
            return bytes(row[0])
    return None


def keepers(database: sqlite3.Connection) -> Sequence[str]:
    """Return the runs of which large edits are kept."""
    return [run for (run,) in database.execute("SELECT DISTINCT run FROM kept")]


def let_go(database: sqlite3.Connection, runs: Sequence[str]) -> None:
    """Forget what is kept of runs for cases of which they have no edits: nothing names it any more."""
    database.executemany(f"DELETE FROM kept WHERE {_UNNAMED}", [(run,) for run in runs])
