"""The table that a worklist is kept in: its columns, how an entry becomes a row and back, and which rows are wanted.

Words are looked for in one text a row, composed and without case, so that no function is called on every row.  What is said elsewhere in
the project of many cases at once (the clinical sheet of a patient, the finding of a study) has tables of its own and is put into the rows
by `join`: a row is the same whether the sheet came before it or after it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path, PurePath

from annotator.domain.course import State
from annotator.domain.holdings import Count
from annotator.domain.queue import ENDED, Entry, Wanted
from annotator.domain.study_finding import StudyFinding
from annotator.paths import nfc
from annotator.workspace import wal

VERSION = 7
PATIENCE = 10.0
"""Seconds for which another window is let finish what it writes."""
_LISTS = {"asked", "drew", "judged"}
FIELDS = tuple(field.name for field in fields(Entry))
NAMED = ", ".join('"case"' if name == "case" else name for name in FIELDS)
_COLUMNS = ", ".join(f"{name} {'INTEGER' if name in ('images', 'annotations') else 'TEXT'} NOT NULL" for name in NAMED.split(", "))
_TABLES = ("entry", "sheet", "study", "study_read", "read", "compared", "reading", "confused")
_SCHEMA = (
    f"CREATE TABLE entry ({_COLUMNS}, words TEXT NOT NULL, image_sex TEXT NOT NULL DEFAULT '', image_age TEXT NOT NULL DEFAULT '', "
    'stamp INTEGER NOT NULL DEFAULT 0, PRIMARY KEY ("case"))',
    "CREATE TABLE sheet (patient TEXT NOT NULL PRIMARY KEY, sex TEXT NOT NULL, age TEXT NOT NULL)",
    "CREATE TABLE study (study TEXT NOT NULL PRIMARY KEY, finding TEXT NOT NULL, name TEXT NOT NULL)",
    "CREATE TABLE study_read (name TEXT NOT NULL PRIMARY KEY, stamp INTEGER NOT NULL)",
    "CREATE TABLE read (name TEXT NOT NULL PRIMARY KEY, stamp INTEGER NOT NULL)",
    'CREATE TABLE compared ("case" TEXT NOT NULL PRIMARY KEY, stamp INTEGER NOT NULL)',
    'CREATE TABLE reading ("case" TEXT NOT NULL, reader TEXT NOT NULL, time TEXT NOT NULL, week TEXT NOT NULL, matched INTEGER NOT NULL, '
    '"right" INTEGER NOT NULL, missed INTEGER NOT NULL, extra INTEGER NOT NULL, PRIMARY KEY ("case", reader))',
    'CREATE TABLE confused ("case" TEXT NOT NULL, reader TEXT NOT NULL, mine TEXT NOT NULL, theirs TEXT NOT NULL, '
    'lesions INTEGER NOT NULL, PRIMARY KEY ("case", reader, mine, theirs))',
    "CREATE INDEX by_role ON entry (role, assignee, patient, series)",
    "CREATE INDEX by_assignee ON entry (assignee, role)",
    "CREATE INDEX by_question ON entry (asked) WHERE asked != ''",
    "CREATE INDEX by_state ON entry (state, patient)",
    "CREATE INDEX by_patient ON entry (patient, series)",
    "CREATE INDEX by_study ON entry (study)",
    "CREATE INDEX by_week ON reading (week)",
    "CREATE INDEX by_reader ON reading (reader, time)",
    "CREATE INDEX by_pair ON confused (mine, theirs)",
    f"PRAGMA user_version = {VERSION}",
)
_SOUGHT = ("patient", "series", "assignee", "returned", "question", "device", "description", "finding")
"""Fields that words are looked for in, besides the readers, the name of the folder, and the class where it is no secret."""


def connected(path: Path) -> sqlite3.Connection:
    """Return the database of a worklist, empty where it is of another version.  Raises sqlite3.Error."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = wal.connected(path, PATIENCE)
    try:
        database.execute("PRAGMA synchronous = OFF")  # losing it costs time and nothing else
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version != VERSION:
            with database:
                database.execute("BEGIN IMMEDIATE")
                if database.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                    for name in _TABLES:
                        database.execute(f"DROP TABLE IF EXISTS {name}")
                    for line in _SCHEMA:
                        database.execute(line)
        database.execute("SELECT 1 FROM entry LIMIT 1")
    except BaseException:
        database.close()
        raise
    return database


def put(database: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Put entries in, in place of those of the same cases."""
    marks = ", ".join("?" * (len(FIELDS) + 1))
    changes = ", ".join(f"{name} = excluded.{name}" for name in (*FIELDS, "words") if name != "case")
    told = f'INSERT INTO entry ({NAMED}, words) VALUES ({marks}) ON CONFLICT ("case") DO UPDATE SET {changes}'
    database.executemany(told, ((*_row(entry), words_of(entry)) for entry in entries))


def put_images(database: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Put in entries whose sex and age are those of their images: they count where the clinical sheet says nothing."""
    own = list(entries)
    put(database, own)
    database.executemany('UPDATE entry SET image_sex = ?, image_age = ? WHERE "case" = ?', ((e.sex, e.age, e.case) for e in own))


def take_sheet(database: sqlite3.Connection, patients: Mapping[str, tuple[str, str]]) -> None:
    """Know what the clinical sheet says now: sex and age band by patient, empty where it does not say it; rows are not changed yet."""
    database.execute("DELETE FROM sheet")
    database.executemany("INSERT INTO sheet VALUES (?, ?, ?)", ((patient, *told) for patient, told in patients.items()))


def take_findings(database: sqlite3.Connection, read: Iterable[tuple[str, int, StudyFinding | None]], gone: Iterable[str]) -> None:
    """Know what was written last of some studies (name and stamp of the folder, the version that counts), and put it into their rows.

    `gone`: folders that are there no longer.
    """
    before = dict(database.execute("SELECT name, study FROM study"))
    changed = set[str]()
    for name, stamp, found in (*read, *((name, 0, None) for name in gone)):
        changed |= {study for study in (before.get(name), found.study if found else None) if study}
        database.execute("DELETE FROM study WHERE name = ?", [name])
        database.execute("DELETE FROM study_read WHERE name = ?", [name])
        if found is not None and found.text:
            database.execute("INSERT OR REPLACE INTO study VALUES (?, ?, ?)", [found.study, found.text, name])
        if stamp:
            database.execute("INSERT INTO study_read VALUES (?, ?)", [name, stamp])
    touched = database.execute('SELECT "case" FROM entry WHERE study IN (SELECT value FROM json_each(?))', [json.dumps(sorted(changed))])
    join(database, [case for (case,) in touched.fetchall()])


def join(database: sqlite3.Connection, cases: Iterable[str] | None = None) -> None:
    """Put into rows (of these cases, else all) what the clinical sheet says of their patients and what was written of their studies."""
    where, values = ("1", []) if cases is None else ('"case" IN (SELECT value FROM json_each(?))', [json.dumps(list(cases))])
    own = "FROM entry LEFT JOIN sheet USING (patient) LEFT JOIN study USING (study)"
    sex, age = (f"coalesce(nullif(sheet.{name}, ''), image_{name})" for name in ("sex", "age"))
    asked = (f'SELECT {sex}, {age}, coalesce(study.finding, \'\'), "case" {own} WHERE ({where}) AND '
             f"(entry.sex != {sex} OR entry.age != {age} OR entry.finding != coalesce(study.finding, ''))")  # fmt: skip
    changed = database.execute(asked, values).fetchall()
    database.executemany('UPDATE entry SET sex = ?, age = ?, finding = ? WHERE "case" = ?', changed)
    refound = (entry for some in _slices([row[-1] for row in changed]) for entry in of_cases(database, some))
    database.executemany('UPDATE entry SET words = ? WHERE "case" = ?', [(words_of(entry), entry.case) for entry in refound])


def of_cases(database: sqlite3.Connection, cases: Iterable[str]) -> list[Entry]:
    """Return the entries of some cases, as far as there are any."""
    found = list[Entry]()
    for some in _slices(list(cases)):
        found += map(entry_of, database.execute(f'SELECT {NAMED} FROM entry WHERE "case" IN ({marks_for(some)})', some))
    return found


def counted(database: sqlite3.Connection, wanted: Wanted, *by: str, blind: bool = False) -> list[tuple[tuple[str, ...], Count]]:
    """Return how much there is of what is wanted for each value of these fields together; what was discarded counts by state alone."""
    some, values = where(wanted, blind=blind)
    there = "" if by == ("state",) else f"{' AND' if some else ' WHERE'} state != '{State.DISCARDED.value}'"
    grouped = f" GROUP BY {', '.join(by)}" if by else ""
    columns = ", ".join(
        ("count(DISTINCT nullif(patient, ''))", "count(DISTINCT nullif(study, ''))", "count(*)", "coalesce(sum(images), 0)", *by)
    )
    asked = f"SELECT {columns} FROM entry{some}{there}{grouped}"
    return [(tuple(row[4:]), Count(*row[:4])) for row in database.execute(asked, values)]


def marks_for(values: Sequence[object]) -> str:
    """Return a place for each value of a list."""
    return ", ".join("?" * len(values))


def entry_of(row: Sequence[object]) -> Entry:
    """Return the entry in a row of `NAMED`."""
    told = dict(zip(FIELDS, row, strict=True))
    lists = {name: tuple(part for part in str(told[name]).split("\n") if part) for name in _LISTS}
    return Entry(**{**told, "state": State(told["state"]), **lists})  # type: ignore[arg-type]  # the columns are the fields


def words_of(entry: Entry) -> str:
    """Return the text of an entry in which words are looked for."""
    own = (*(getattr(entry, name) for name in _SOUGHT), *entry.drew, PurePath(entry.place).name)
    return folded("\n".join(dict.fromkeys(text for text in own if text)))


def folded(text: str) -> str:
    """Return a text as it is compared: composed, without case."""
    return nfc(nfc(text).casefold())


def state_of(wanted: Wanted) -> str:
    """Return the expression for the state of a case, as `queue.veiled` has it where it is veiled."""
    if wanted.veil is None:
        return "state"
    ended, first = (", ".join(f"'{name}'" for name in names) for names in ([s.value for s in ENDED], wanted.veil.first or ("",)))
    drawn = f"CASE WHEN role = 'annotator' AND modality NOT IN ({first}) THEN 'second_pass' ELSE 'new' END"
    return f"CASE WHEN state IN ({ended}) AND role IN ('specialist', 'annotator') THEN {drawn} ELSE state END"


def where(wanted: Wanted, *, blind: bool = False) -> tuple[str, list[object]]:
    """Return the condition of a search, and its values; `blind`: words are not looked for in the class, which is a secret."""
    parts, values = list[str](), list[object]()
    if wanted.states:
        parts.append(f"{state_of(wanted)} IN ({marks_for(wanted.states)})")
        values += wanted.states
    for column, value in (("modality", wanted.modality), ("class_folder", wanted.class_folder)):
        if value:
            parts.append(f"{column} = ?")
            values.append(value)
    if wanted.unclassed:
        parts.append("class_folder = ''")
    for column, several in (("plane", wanted.planes), ("device", wanted.devices), ("sex", wanted.sexes), ("age", wanted.ages)):
        if several:
            parts.append(f"{column} IN ({marks_for(several)})")
            values += several
    if wanted.written is not None:
        parts.append("finding != ''" if wanted.written else "finding = ''")
    if wanted.cases is not None:
        parts.append('"case" IN (SELECT value FROM json_each(?))')
        values.append(json.dumps(wanted.cases))
    if wanted.assignee is not None:
        parts.append("assignee = ?")
        values.append(wanted.assignee)
    for word in folded(wanted.text).split():
        parts.append("instr(words, ?)" if blind else "(instr(words, ?) OR instr(lower(class_folder), ?))")
        values += [word] if blind else [word, word]
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


def _row(entry: Entry) -> tuple[object, ...]:
    told = {**vars(entry), "state": entry.state.value, **{name: _joined(getattr(entry, name)) for name in _LISTS}}
    return tuple(told[name] for name in FIELDS)


def _joined(texts: Sequence[str]) -> str:
    """The texts as one, each between line ends, so that a whole one can be looked for."""
    return "\n" + "\n".join(texts) + "\n" if texts else ""


def _slices(values: list[str]) -> Iterable[list[str]]:
    return (values[start : start + 500] for start in range(0, len(values), 500))
