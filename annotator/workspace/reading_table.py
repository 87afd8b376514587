"""Compare, a few cases at a time, what each reader read with what became final, and keep the figures beside the worklist.

A case counts once it is agreed or accepted: its newest version is final then.  A reading of lines alone is not held against regions.  The
figures of a case are made anew when its folder changes; like all that the worklist says they may be lost at any time.
"""

from __future__ import annotations

import datetime
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress

from annotator.domain.agreement import Agreement
from annotator.domain.course import State
from annotator.domain.rates import NONE
from annotator.domain.reading_figures import Against, Readings, Together
from annotator.errors import AnnotatorError
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.worklist import Worklist

FINAL = (State.AGREED, State.ACCEPTED)
_FINAL = f"state IN ({', '.join(repr(state.value) for state in FINAL)})"
_WAITING = (f'FROM entry WHERE {_FINAL} AND NOT EXISTS '
            '(SELECT 1 FROM compared WHERE compared."case" = entry."case" AND compared.stamp = entry.stamp)')  # fmt: skip
_WEEKS, _MOST = 10, 5000


def compare_some(folder: ProjectFolder, worklist: Worklist, seconds: float, least: int = 20) -> None:
    """Compare the readings of cases that were not compared as they are now, for so long and at least so many.  Raises OSError."""
    end = time.monotonic() + seconds
    with worklist.table() as database:
        waiting = database.execute(f'SELECT "case", stamp {_WAITING} ORDER BY stamp DESC LIMIT ?', [_MOST]).fetchall()
        for number, (case, stamp) in enumerate(waiting):
            if number >= least and time.monotonic() > end:
                break
            found = list(against_final(folder, case))
            with database:
                _put(database, case, stamp, found)


def look(worklist: Worklist, window: int) -> Readings:
    """Return what the readings that were compared say together; of each reader the last `window` cases."""
    with worklist.table() as database:
        (left,) = database.execute(f"SELECT count(*) {_WAITING}").fetchone()
        asked = f'SELECT DISTINCT week FROM reading JOIN entry USING ("case") WHERE {_FINAL} AND week > ? ORDER BY week DESC LIMIT ?'
        weeks = [week for (week,) in database.execute(asked, ["", _WEEKS])]
        readers = [name for (name,) in database.execute(f'SELECT DISTINCT reader FROM reading JOIN entry USING ("case") WHERE {_FINAL}')]
        return Readings(
            tuple(_together(database, week, "week = ?", [week]) for week in reversed(weeks)),
            tuple(_together(database, name, "reader = ? ORDER BY time DESC LIMIT ?", [name, window]) for name in sorted(readers)),
            _cells(database), left,
        )  # fmt: skip


def against_final(folder: ProjectFolder, case: str) -> Iterator[Against]:
    """Yield what each person last read of a case, held against its newest version; what cannot be read is passed over.  Raises OSError."""
    from annotator.workspace import agreeing  # loads what reads DICOM and checks: only now is it needed

    found = agreeing.readings(folder.root, case)
    newest = found.newest
    if newest is None:
        return
    for name, reading in sorted(found.by_author.items()):
        if newest.regions_only and not reading.regions_only:
            continue  # lines: they are answered, and are no lesions themselves
        with suppress(AnnotatorError):  # a label volume that cannot be read: told where the case is opened
            compared = agreeing.compare(folder.root, folder.project, (name, reading), (agreeing.REFERENCE, newest))
            yield _against(case, name, compared.time, compared.agreement)


def _against(case: str, name: str, saved: str, agreement: Agreement) -> Against:
    cells = {cell: count for cell, count in agreement.table.items() if NONE not in cell}
    return Against(case, name, saved, _monday(saved), agreement.matched, agreement.right, agreement.missed, agreement.extra, cells)


def _monday(saved: str) -> str:
    try:
        moment = datetime.datetime.fromisoformat(saved)
    except ValueError:
        return ""
    return (moment - datetime.timedelta(days=moment.weekday())).date().isoformat()


def _put(database: sqlite3.Connection, case: str, stamp: int, found: list[Against]) -> None:
    for name in ("compared", "reading", "confused"):
        database.execute(f'DELETE FROM {name} WHERE "case" = ?', [case])
    database.execute("INSERT INTO compared VALUES (?, ?)", [case, stamp])
    rows = [(case, one.reader, one.time, one.week, one.matched, one.right, one.missed, one.extra) for one in found]
    database.executemany("INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    cells = [(case, one.reader, *cell, count) for one in found for cell, count in one.cells.items()]
    database.executemany("INSERT INTO confused VALUES (?, ?, ?, ?, ?)", cells)


def _together(database: sqlite3.Connection, name: str, which: str, values: list[str | int]) -> Together:
    asked = f'SELECT "case", matched, "right", missed, extra FROM reading JOIN entry USING ("case") WHERE {_FINAL} AND {which}'
    rows = database.execute(asked, values).fetchall()
    matched, right, missed, extra = (sum(row[column] for row in rows) for column in (1, 2, 3, 4))
    differing = {row[0] for row in rows if row[2] < row[1] + row[3] + row[4]}
    return Together(name, len(rows), matched, right, missed, extra, tuple(sorted({row[0] for row in rows})), tuple(sorted(differing)))


def _cells(database: sqlite3.Connection) -> dict[tuple[str, str], tuple[int, tuple[str, ...]]]:
    sums = f'SELECT mine, theirs, sum(lesions) FROM confused JOIN entry USING ("case") WHERE {_FINAL} GROUP BY mine, theirs'
    cases = f'SELECT DISTINCT "case" FROM confused JOIN entry USING ("case") WHERE {_FINAL} AND mine = ? AND theirs = ? ORDER BY "case"'
    return {
        (mine, theirs): (count, tuple(case for (case,) in database.execute(cases, [mine, theirs])) if mine != theirs else ())
        for mine, theirs, count in database.execute(sums).fetchall()
    }
