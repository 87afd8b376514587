"""The cases of a project as one list that is quick with 100 000 of them: how far each is, whose it is, and what is next for whom.

A SQLite file in the person's local folder, never on a share; what it says was all read from the project, so that it is made anew wherever
it is missing, damaged or of another version.  The truth stays in the project (`case_entry` reads
it): what is next is looked up there before it is handed out.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import fields
from pathlib import Path

from annotator.domain.course import State
from annotator.domain.figures import Amassed
from annotator.domain.person import Acting
from annotator.domain.project import Pass
from annotator.domain.queue import ASKED, FREE, GIVEN, RETURNED, Entry, Wanted, reason
from annotator.errors import AnnotatorError
from annotator.paths import local_folder
from annotator.progress import Report
from annotator.workspace import people
from annotator.workspace.case_entry import folders, of_course, of_images
from annotator.workspace.catalogue import Series
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register
from annotator.workspace.work import case_of

_VERSION = 2
_LISTS = {"asked", "drew", "judged"}
_FIELDS = tuple(field.name for field in fields(Entry))
_COLUMNS = ", ".join(f"{name} {'INTEGER' if name in ('images', 'annotations') else 'TEXT'} NOT NULL" for name in _FIELDS)
_SCHEMA = (
    f"CREATE TABLE entry ({_COLUMNS}, stamp INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (\"case\"))".replace("(case TEXT", '("case" TEXT'),
    "CREATE INDEX by_role ON entry (role, assignee, patient, series)",
    "CREATE INDEX by_assignee ON entry (assignee, role)",
    "CREATE INDEX by_question ON entry (asked) WHERE asked != ''",
    "CREATE INDEX by_state ON entry (state, patient)",
    "CREATE INDEX by_patient ON entry (patient, series)",
    f"PRAGMA user_version = {_VERSION}",
)
_NAMED = ", ".join('"case"' if name == "case" else name for name in _FIELDS)
_SOUGHT = " || ' ' || ".join(("patient", "series", "assignee", "returned", "question", "class_folder", "drew", "place"))
_TRIES = 50
"""So many entries that are not what the list thought are passed over in one search for the next case."""


class Worklist:
    """The list of one project; it may be asked in any thread.  Whatever is wrong with the file means that it is made anew."""

    def __init__(self, folder: ProjectFolder, path: Path | None = None) -> None:
        self._folder = folder
        name = hashlib.sha256(os.fsencode(os.path.realpath(folder.root))).hexdigest()[:16]
        self._path = path or local_folder() / "worklists" / f"{name}.sqlite"

    def add(self, found: Iterable[Series]) -> int:
        """Take in the cases of series that were found, with their ids; returns how many cases there were."""
        register, cases = Register(self._folder), dict[str, list[Series]]()
        for series in found:
            if series.project_modality is not None and series.count and not series.labels:
                cases.setdefault(case_of(series), []).append(series)
        with self._open() as database, database:
            known = {entry.case: entry for entry in self._some(database, cases)}
            entries = [of_images(register, known.get(case, Entry(case)), members) for case, members in cases.items()]
            _put(database, entries)
        self.refresh(only=[entry.case for entry in entries if entry.case not in known])
        return len(entries)

    def refresh(self, report: Report | None = None, only: Sequence[str] | None = None) -> int:
        """Read anew what changed in the project since the last time; returns how many cases that were.  Raises OSError, and Cancelled.

        `only`: these cases, whether they changed or not.
        """
        with self._open() as database:
            if only is None:
                stamps = dict(database.execute('SELECT "case", stamp FROM entry'))
                changed = [name for name, stamp in folders(self._folder.root) if stamps.get(name) != stamp]
            else:
                changed = list(only)
            passes = self._passes()
            for start in range(0, len(changed), 500):
                some = changed[start : start + 500]
                known = {entry.case: entry for entry in self._some(database, some)}
                read = [of_course(self._folder, known.get(case, Entry(case)), passes) for case in some]
                with database:
                    _put(database, [entry for entry, _ in read])
                    database.executemany('UPDATE entry SET stamp = ? WHERE "case" = ?', [(stamp, entry.case) for entry, stamp in read])
                if report is not None:
                    report.advance(len(some))
        return len(changed)

    def entries(self, wanted: Wanted | None = None, most: int = -1, start: int = 0) -> tuple[Entry, ...]:
        """Return the cases that are wanted, in order, at most so many from a place on."""
        wanted = wanted or Wanted()
        where, values = _where(wanted)
        order = wanted.order if wanted.order in _FIELDS else "patient"
        direction = "DESC" if wanted.descending else "ASC"
        asked = f'SELECT {_NAMED} FROM entry{where} ORDER BY "{order}" {direction}, patient, series, "case" LIMIT ? OFFSET ?'
        with self._open() as database:
            return tuple(map(_entry, database.execute(asked, (*values, most, start))))

    def count(self, wanted: Wanted | None = None) -> int:
        """Return how many cases are wanted."""
        where, values = _where(wanted or Wanted())
        with self._open() as database:
            return int(database.execute(f"SELECT count(*) FROM entry{where}", values).fetchone()[0])

    def tally(self) -> dict[tuple[State, str, str], int]:
        """Return how many cases there are of each state, modality and class."""
        with self._open() as database:
            asked = "SELECT state, modality, class_folder, count(*) FROM entry GROUP BY state, modality, class_folder"
            return {(State(state), modality, of): count for state, modality, of, count in database.execute(asked)}

    def amassed(self) -> tuple[Amassed, ...]:
        """Return how many cases and images there are of each state, modality and class."""
        with self._open() as database:
            asked = "SELECT state, modality, class_folder, count(*), sum(images) FROM entry GROUP BY state, modality, class_folder"
            return tuple(Amassed(State(state), *more) for state, *more in database.execute(asked))

    def patients(self, finished: Sequence[State]) -> dict[tuple[str, str], tuple[int, int]]:
        """Return per modality and class how many patients have a case there, and how many a finished one."""
        marks = ", ".join("?" * len(finished))
        asked = (f"SELECT modality, class_folder, count(DISTINCT patient), count(DISTINCT CASE WHEN state IN ({marks}) THEN patient END) "
                 "FROM entry WHERE patient != '' GROUP BY modality, class_folder")  # fmt: skip
        with self._open() as database:
            found = database.execute(asked, [state.value for state in finished])
            return {(modality, of): (there, done) for modality, of, there, done in found}

    def mine(self, acting: Acting, most: int = 200) -> dict[str, tuple[Entry, ...]]:
        """Return what is next for whoever is acting, by why (`domain.queue.reason`), the free cases last and at most so many of each."""
        found: dict[str, list[Entry]] = {RETURNED: [], ASKED: [], GIVEN: [], FREE: []}
        for entry in self._candidates(acting):
            why = self._reason(entry, acting)
            if why and len(found[why]) < most and entry not in found[why]:
                found[why].append(entry)
            if len(found[FREE]) >= most and why == FREE:
                break
        return {why: tuple(entries) for why, entries in found.items()}

    def ahead(self, acting: Acting, most: int = 1, but: Iterable[str] = ()) -> tuple[Entry, ...]:
        """Return the next cases for whoever is acting, as they stand in the project now, without those in `but`.  Raises OSError."""
        left, found, tries = set(but), list[Entry](), 0
        passes = self._passes()
        for entry in self._candidates(acting):
            if entry.case in left or not self._reason(entry, acting):
                continue
            left.add(entry.case)
            now, _ = of_course(self._folder, entry, passes)
            if self._reason(now, acting):
                found.append(now)
            else:
                tries += 1
            if len(found) >= most or tries >= _TRIES:
                break
        return tuple(found)

    def left(self, acting: Acting) -> int:
        """Return how many cases wait for whoever is acting."""
        return len({entry.case for entry in self._candidates(acting) if self._reason(entry, acting)})

    def _reason(self, entry: Entry, acting: Acting) -> str:
        project = self._folder.project
        return reason(entry, acting, project.drawn_classes, project.unclassified)

    def _candidates(self, acting: Acting) -> Iterator[Entry]:
        """Yield what may be next: what was sent back, questions, what is given, the rest; one case may come twice."""
        role, name = acting.role.value if acting.role is not None else "", acting.name
        own = "role = ?" if role else "role != ?"
        searches = (
            (f"{own} AND state = 'rework' AND assignee IN ('', ?)", (role, name)),
            ("asked != '' AND (instr(asked, ?) OR instr(asked, ?))", (f"\n{name}\n", f"\n{role}\n")),
            (f"{own} AND assignee = ? AND assignee != '' AND state != 'rework' AND asked = ''", (role, name)),
            (f"{own} AND assignee = '' AND state != 'rework' AND asked = ''", (role,)),
        )
        with self._open() as database:
            for where, values in searches:
                found = f'SELECT {_NAMED} FROM entry WHERE {where} ORDER BY patient, series, "case"'
                yield from map(_entry, database.execute(found, values))

    def _passes(self) -> dict[str, tuple[Pass, ...]]:
        """The passes that bind, by modality: none where the project has no people."""
        try:
            staffed = any(not person.gone for person in people.read(self._folder.root))
        except AnnotatorError:  # said where somebody signs in
            staffed = True
        return {modality.code: modality.passes if staffed else () for modality in self._folder.project.modalities}

    def _some(self, database: sqlite3.Connection, cases: Iterable[str]) -> list[Entry]:
        found, names = list[Entry](), list(cases)
        for start in range(0, len(names), 500):
            some = names[start : start + 500]
            marks = ", ".join("?" * len(some))
            found += map(_entry, database.execute(f'SELECT {_NAMED} FROM entry WHERE "case" IN ({marks})', some))
        return found

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The database, made anew where it cannot be used."""
        try:
            database = _connected(self._path)
        except sqlite3.DatabaseError:
            for path in (self._path, *(self._path.with_name(self._path.name + end) for end in ("-wal", "-shm"))):
                with suppress(OSError):
                    path.unlink()
            database = _connected(self._path)
        with closing(database):
            yield database


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=10)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = OFF")  # losing it costs time and nothing else
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version != _VERSION:
            with database:
                database.execute("BEGIN IMMEDIATE")
                if database.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                    database.execute("DROP TABLE IF EXISTS entry")
                    for line in _SCHEMA:
                        database.execute(line)
        database.execute("SELECT 1 FROM entry LIMIT 1")
    except BaseException:
        database.close()
        raise
    return database


def _put(database: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    marks = ", ".join("?" * len(_FIELDS))
    changes = ", ".join(f"{name} = excluded.{name}" for name in _FIELDS if name != "case")
    database.executemany(f'INSERT INTO entry ({_NAMED}) VALUES ({marks}) ON CONFLICT ("case") DO UPDATE SET {changes}', map(_row, entries))


def _row(entry: Entry) -> tuple[object, ...]:
    told = {**vars(entry), "state": entry.state.value, **{name: _joined(getattr(entry, name)) for name in _LISTS}}
    return tuple(told[name] for name in _FIELDS)


def _entry(row: Sequence[object]) -> Entry:
    told = dict(zip(_FIELDS, row, strict=True))
    lists = {name: tuple(part for part in str(told[name]).split("\n") if part) for name in _LISTS}
    return Entry(**{**told, "state": State(told["state"]), **lists})  # type: ignore[arg-type]  # the columns are the fields


def _joined(texts: Sequence[str]) -> str:
    """The texts as one, each between line ends, so that a whole one can be looked for."""
    return "\n" + "\n".join(texts) + "\n" if texts else ""


def _where(wanted: Wanted) -> tuple[str, list[object]]:
    """The condition of a search, and its values."""
    parts, values = list[str](), list[object]()
    for word in wanted.text.split():
        parts.append(f"instr(lower({_SOUGHT}), ?)")
        values.append(word.lower())
    if wanted.states:
        parts.append(f"state IN ({', '.join('?' * len(wanted.states))})")
        values += wanted.states
    for column, value in (("modality", wanted.modality), ("class_folder", wanted.class_folder)):
        if value:
            parts.append(f"{column} = ?")
            values.append(value)
    if wanted.unclassed:
        parts.append("class_folder = ''")
    if wanted.cases is not None:
        parts.append('"case" IN (SELECT value FROM json_each(?))')
        values.append(json.dumps(wanted.cases))
    if wanted.assignee is not None:
        parts.append("assignee = ?")
        values.append(wanted.assignee)
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


def find_cases(folder: ProjectFolder, worklist: Worklist, where: Sequence[Path] = ()) -> int:
    """Take the cases of folders into a worklist, of the project's own tree where none are named; returns how many there were."""
    from annotator.dicom.found import Found
    from annotator.dicom.scan import scan  # loads what reads DICOM: only now is it needed
    from annotator.workspace.catalogue import Catalogue

    tops = tuple(where) or tuple(top for top in sorted(folder.root.iterdir()) if top.is_dir() and not top.name.startswith("."))
    register = Register(folder)
    found = (one for one in (scan(tops, Report()) if tops else ()) if isinstance(one, Found))
    images = [one for one in found if one.images and not register.is_mask(one.images[0].path)]
    return worklist.add(Catalogue().with_found(images, folder.project).by_uid.values())
