"""The cases of a project as one list that is quick with 100 000 of them: how far each is, whose it is, and what is next for whom.

A SQLite file in the person's local folder, never on a share; what it says was all read from the project, so that it is made anew wherever
it is missing, damaged or of another version.  The truth stays in the project (`case_entry` reads
it): what is next is looked up there before it is handed out.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from annotator.domain.course import State
from annotator.domain.figures import Amassed
from annotator.domain.holdings import DIMENSIONS, Count, Holdings
from annotator.domain.person import Acting
from annotator.domain.project import Pass
from annotator.domain.queue import ASKED, FREE, GIVEN, RETURNED, Entry, Wanted, given_again, reason, veiled
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.paths import local_folder
from annotator.progress import Report
from annotator.workspace import again, clinical, people, study_findings, wal
from annotator.workspace import worklist_table as table
from annotator.workspace.case_entry import folders, of_course, of_images, of_sheet
from annotator.workspace.catalogue import Series
from annotator.workspace.lock import exclusively
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register
from annotator.workspace.work import case_of

_READING = message("Reading the worklist")
_TRIES = 50
"""So many entries that are not what the list thought are passed over in one search for the next case."""


class Worklist:
    """The list of one project; it may be asked in any thread.  Whatever is wrong with the file means that it is made anew."""

    def __init__(self, folder: ProjectFolder, path: Path | None = None) -> None:
        self._passed = dict[Acting, bool]()
        self._folder = folder
        whose = os.fsencode(os.path.realpath(folder.root)) + b"\n" + folder.salt.encode()  # another project may lie there one day
        name = hashlib.sha256(whose).hexdigest()[:16]
        self._blind = folder.project.blind
        self._path = path or local_folder() / "worklists" / f"{name}.sqlite"

    def add(self, found: Iterable[Series]) -> int:
        """Take in the cases of series that were found, with their ids; returns how many cases there were."""
        register, cases = Register(self._folder), dict[str, list[Series]]()
        for series in found:
            if series.project_modality is not None and series.count and not series.labels:
                cases.setdefault(case_of(series), []).append(series)
        with self._open() as database, database:
            known = {entry.case: entry for entry in table.of_cases(database, cases)}
            own = self._folder.project.deidentification.words
            entries = [of_images(register, known.get(case, Entry(case)), members, own) for case, members in cases.items()]
            table.put_images(database, entries)
            table.join(database, cases)
        self.refresh(only=[entry.case for entry in entries if entry.case not in known])
        return len(entries)

    def refresh(self, report: Report | None = None, only: Sequence[str] | None = None) -> int:
        """Read anew what changed in the project since the last time; returns how many cases that were.  Raises OSError, and Cancelled.

        `only`: these cases, whether they changed or not.
        """
        with self._open() as database:
            self._read_sheet(database)
            self._read_findings(database)
            if only is None:
                stamps = dict(database.execute('SELECT "case", stamp FROM entry'))
                changed = [name for name, stamp in folders(self._folder.root) if stamps.get(name) != stamp]
            else:
                changed = list(only)
            passes = self._passes()
            for start in range(0, len(changed), 500):
                some = changed[start : start + 500]
                known = {entry.case: entry for entry in table.of_cases(database, some)}
                read = [of_course(self._folder, known.get(case, Entry(case)), passes) for case in some]
                with database:
                    table.put(database, [entry for entry, _ in read])
                    table.join(database, some)
                    database.executemany('UPDATE entry SET stamp = ? WHERE "case" = ?', [(stamp, entry.case) for entry, stamp in read])
                if report is not None:
                    report.advance(len(some))
        return len(changed)

    def entries(self, wanted: Wanted | None = None, most: int = -1, start: int = 0) -> tuple[Entry, ...]:
        """Return the cases that are wanted, in order, at most so many from a place on."""
        wanted = wanted or Wanted()
        where, values = table.where(wanted, blind=self._blind)
        order = wanted.order if wanted.order in table.FIELDS else "patient"
        direction = "DESC" if wanted.descending else "ASC"
        by = table.state_of(wanted) if order == "state" else f'"{order}"'
        asked = f'SELECT {table.NAMED} FROM entry{where} ORDER BY {by} {direction}, patient, series, "case" LIMIT ? OFFSET ?'
        with self._open() as database:
            return tuple(veiled(table.entry_of(row), wanted.veil) for row in database.execute(asked, (*values, most, start)))

    def first(self, wanted: Wanted, most: int) -> tuple[tuple[Entry, ...], int]:
        """Return the first of the cases that are wanted, and how many there are of them: what was found whole is not counted again."""
        found = self.entries(wanted, most)
        return found, len(found) if not 0 <= most <= len(found) else self.count(wanted)

    def count(self, wanted: Wanted | None = None) -> int:
        """Return how many cases are wanted."""
        where, values = table.where(wanted or Wanted(), blind=self._blind)
        with self._open() as database:
            return int(database.execute(f"SELECT count(*) FROM entry{where}", values).fetchone()[0])

    def held(self, wanted: Wanted | None = None) -> Holdings:
        """Return how much there is of what, among the cases that are wanted."""
        some = wanted or Wanted()
        with self._open() as database:
            by = {name: {key: count for (key,), count in table.counted(database, some, name, blind=self._blind)} for name in DIMENSIONS}
            ((_, whole),) = table.counted(database, some, blind=self._blind)
            both = table.counted(database, some, "modality", "class_folder", blind=self._blind)
            classes = {(modality, of): count for (modality, of), count in both}
        return Holdings(whole, by, classes)

    def values(self) -> Holdings:
        """Return which values there are of each dimension but the state, with cases and images, patients and studies not counted.

        One look at the list tells them all.
        """
        names = tuple(name for name in DIMENSIONS if name != "state")
        found: dict[str, dict[str, Count]] = {name: {} for name in names}
        with self._open() as database:
            asked = f"SELECT count(*), coalesce(sum(images), 0), {', '.join(names)} FROM entry GROUP BY {', '.join(names)}"
            for cases, images, *values in database.execute(asked):
                for name, value in zip(names, values, strict=True):
                    before = found[name].get(value, Count())
                    found[name][value] = Count(cases=before.cases + cases, images=before.images + images)
        return Holdings(by=found)

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

    def waiting(self, acting: Acting) -> tuple[Entry, ...]:
        """Return all cases that wait for whoever is acting, in order of what is next."""
        return tuple({entry.case: entry for entry in self._candidates(acting) if self._reason(entry, acting)}.values())

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
        return len(self.waiting(acting))

    def _reason(self, entry: Entry, acting: Acting) -> str:
        project = self._folder.project
        why = reason(entry, acting, project.drawn_classes, project.unclassified)
        return why if why in ("", ASKED) or given_again(entry) or self._practised(acting) else ""

    def _practised(self, acting: Acting) -> bool:
        """Whether real cases are handed out to whoever is acting: the practice is passed.  Raises AnnotatorError."""
        if acting not in self._passed:
            self._passed[acting] = again.may_begin(self._folder, acting.name, acting.role)
        return self._passed[acting]

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
                by = "INDEXED BY by_question" if where.startswith("asked") else ""  # else all rows are gone through in order
                found = f'SELECT {table.NAMED} FROM entry {by} WHERE {where} ORDER BY patient, series, "case"'
                yield from map(table.entry_of, database.execute(found, values))

    def table(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return the database, for what keeps its own figures of the cases there."""
        return self._open()

    def _read_sheet(self, database: sqlite3.Connection) -> None:
        """Know what the clinical sheet says, where it has another revision than when it was read."""
        number = clinical.latest(self._folder.root)
        if (number,) != database.execute("SELECT coalesce(max(stamp), 0) FROM read WHERE name = 'sheet'").fetchone():
            with database:
                table.take_sheet(database, of_sheet(self._folder))
                table.join(database)
                database.execute("INSERT OR REPLACE INTO read VALUES ('sheet', ?)", [number])

    def _read_findings(self, database: sqlite3.Connection) -> None:
        """Know what was written of the studies of which another version is there than when they were read."""
        known = dict(database.execute("SELECT name, stamp FROM study_read"))
        there = {folder.name: (folder, stamp) for folder, stamp in study_findings.studies(self._folder.root)}
        new = [one for name, one in there.items() if known.get(name) != one[1]]
        read = [(folder.name, stamp, study_findings.in_folder(folder)[0]) for folder, stamp in new]
        gone = known.keys() - there.keys()
        if read or gone:
            with database:
                table.take_findings(database, [(name, stamp, found[-1] if found else None) for name, stamp, found in read], gone)

    def _passes(self) -> dict[str, tuple[Pass, ...]]:
        """The passes that bind, by modality: none where the project has no people."""
        try:
            staffed = any(not person.gone for person in people.read(self._folder.root))
        except AnnotatorError:  # said where somebody signs in
            staffed = True
        return {modality.code: modality.passes if staffed else () for modality in self._folder.project.modalities}

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The database, made anew where it cannot be used.  Raises AnnotatorError where somebody else holds it, or the disk refuses."""
        try:
            with closing(self._connected()) as database:
                yield database
        except sqlite3.Error as error:
            if wal.is_damaged(error):
                wal.remove(self._path)
            raise AnnotatorError(_READING, wal.cause(error), message("Try again in a moment")) from error

    def _connected(self) -> sqlite3.Connection:
        try:
            return self._made()
        except OSError as error:
            remedy = message("See that there is room in {folder} and that you may write there", folder=self._path.parent)
            raise AnnotatorError(_READING, system_cause(error), remedy) from error

    def _made(self) -> sqlite3.Connection:
        try:
            return table.connected(self._path)
        except sqlite3.Error as error:
            if wal.is_busy(error):
                raise
        with exclusively(self._path.with_suffix(".lock")):  # one makes it anew, not all that found it damaged
            try:
                return table.connected(self._path)
            except sqlite3.Error as error:
                if wal.is_busy(error):
                    raise
                wal.remove(self._path)
            return table.connected(self._path)


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
