"""Keep every finished edit on this computer's disk from the moment it is made until a save holds it.

One SQLite file per person (write-ahead log, synchronous=FULL), never on a share.  A running program is a *run* with rows of its own and a
lock that dies with the process says that it lives.  A row knows the revision that its edit starts from, so that after a crash the edits
go back exactly where they belong; whatever does not fit or cannot be read is exported to a file beside the journal, never deleted.
Large edits that a save holds stay in a table of their own as long as the run lives, so that they can be named when they are taken back.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.errors import AnnotatorError, system_cause
from annotator.formats.edit_text import sealed_edit
from annotator.i18n import Message, message
from annotator.paths import local_folder, safe_name
from annotator.workspace import durable, journal_rows, journal_tables, wal
from annotator.workspace.journal_rows import Nameable, Reader, Row, Told
from annotator.workspace.lock import exclusively

POINTS = ("journal.before_commit", "journal.after_commit", "journal.before_clear", "journal.after_clear", "journal.before_adopt")
"""Places of this module at which `durable.fault` may end the process."""

_NAME = "journal.sqlite3"
@dataclass(frozen=True)
class Mark:
    """How far the journal of a case had come at some moment: everything up to `sequence` was in the document then."""

    project: str
    case: str
    run: str
    sequence: int

    @property
    def through(self) -> tuple[str, int]:
        """What `Store.save` writes into the revision."""
        return self.run, self.sequence


@dataclass(frozen=True)
class Recovery:
    """Edits to apply to the loaded document, in order; `moved_aside` is the file with those that do not belong there, `remarks` tells.

    `times`: when the first and the last of the edits was made; `aside`: how many were moved; `runs`: all runs that had left something.
    """

    edits: tuple[Edit, ...] = ()
    moved_aside: Path | None = None
    remarks: tuple[Message, ...] = ()
    times: tuple[str, str] = ("", "")
    aside: int = 0
    runs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Left:
    """What runs that died left of a case: how many edits, and when the first and the last was made."""

    case: str
    count: int
    first: str
    last: str


class _NotThere(Exception):
    """A row that is named is gone: the transaction is taken back."""


class Journal:
    """The journal of this run, for any thread.  `remarks` says what was odd when it was opened."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or local_folder() / "journal"
        self.run = os.urandom(8).hex()
        self.remarks: tuple[Message, ...] = ()
        self._place: tuple[str, str, str] | None = None
        self._nameable = Nameable()
        self._turn = threading.Lock()
        self._life = ExitStack()
        with _told(message("Opening the journal")):
            durable.make_folder(self.folder)
            self._database = self._opened()
            self._file = os.stat(self.folder / _NAME)
            with suppress(TimeoutError):
                self._life.enter_context(exclusively(self._lock_of(self.run), 0))
            with self._database:
                journal_tables.let_go(self._database, [run for run in journal_tables.keepers(self._database) if not self.lives(run)])

    def start(self, project: str, case: str, base: str) -> None:
        """Say which case the next edits belong to, and the digest of the revision that its document starts from (empty: none)."""
        with self._turn:  # a save that ends just now says where its own case goes on, and not where this one does
            self._place = (project, case, base)

    def append(self, edit: Edit, time: str = "") -> Mark:
        """Bring an edit to the disk; it is there when this returns.  Undo and redo are edits too.  Raises AnnotatorError."""
        if self._place is None:
            raise ValueError("no case was started")
        with self._turn, _told(message("Writing the journal")):
            project, case, base = self._place
            place = _key(project), _key(case)
            written = [(part, self._nameable.told(part, place) or Told(*sealed_edit(part))) for part in self._nameable.apart(edit, place)]
            sequences = self._write([told for _, told in written], place, base, time)
            if not sequences:
                written = [(edit, Told(*sealed_edit(edit)))]
                sequences = self._write([written[0][1]], place, base, time)
            for (part, told), sequence in zip(written, sequences, strict=True):
                if not told.names and not part.parts and len(told.sealed) >= journal_rows.LARGE:
                    self._nameable.add(part, sequence, told.digest, place)
        return Mark(project, case, self.run, sequences[-1])

    def _write(self, rows: Sequence[Told], place: tuple[str, str], base: str, time: str) -> Sequence[int]:
        """Write rows in one go and return their numbers; where one names a row that is not there any more nothing, and none is written."""
        sequences = list[int]()
        try:
            with self._database:
                for told in rows:
                    sequences.append(journal_tables.add(self._database, (self.run, *place, base, time, told.sealed), told.names))
                    if not sequences[-1]:
                        raise _NotThere
                durable.fault("journal.before_commit")
        except _NotThere:
            return ()
        durable.fault("journal.after_commit")
        return sequences

    def mark(self) -> Mark:
        """Return how far the journal of the current case is now; taken together with the document that is about to be saved."""
        if self._place is None:
            raise ValueError("no case was started")
        project, case, _ = self._place
        with self._turn, _told(message("Writing the journal")):
            found = self._database.execute("SELECT max(sequence) FROM edits WHERE run = ? AND project = ? AND case_id = ?",
                                           (self.run, _key(project), _key(case))).fetchone()
        return Mark(project, case, self.run, found[0] or 0)

    def clear(self, mark: Mark, digest: str) -> None:
        """Forget the edits up to `mark`, which the revision with this digest holds; later ones start from it.  Only after a save."""
        which = (mark.run, _key(mark.project), _key(mark.case), mark.sequence)
        with self._turn, _told(message("Writing the journal")), self._database:
            if self._place and self._place[:2] == (mark.project, mark.case):
                self._place = (mark.project, mark.case, digest)
            durable.fault("journal.before_clear")
            self._nameable.drop(journal_tables.put_down(self._database, which))
            self._database.execute("UPDATE edits SET base = ? WHERE run = ? AND project = ? AND case_id = ? AND sequence > ?",
                                   (digest, *which))
        durable.fault("journal.after_clear")

    def recover(self, project: str, case: str, digest: str, document: Document | None = None,
                through: Sequence[tuple[str, int]] = (("", 0),), same: Sequence[str] = ()) -> Recovery:
        """Return the edits that runs which died left for a case whose newest revision has this digest, and make them this run's own.

        `through`: Loaded.through, what that revision already holds.  `document`: where given, edits that do not apply to it count as not
        belonging.  `same`: Loaded.moved, revisions that hold the same.  Runs that live are left alone.  Raises AnnotatorError.
        """
        with self._turn, _told(message("Reading the journal")), ExitStack() as locks:
            fitting, aside, over, reader = list[tuple[list[Row], list[Edit]]](), list[Row](), list[Row](), self._reader()
            there = self._left(project, case, locks)
            for run, rows in there.items():
                held = dict(through).get(run, 0)
                over += [row for row in rows if row.sequence <= held]
                later = [row for row in rows if row.sequence > held]
                edits = reader.fitting(later, {digest, *same} | ({row.base for row in later} if run == through[0][0] else set()), document)
                aside += later[len(edits):]
                if edits:
                    fitting.append((later[: len(edits)], edits))
            fitting.sort(key=lambda found: found[0][-1].sequence)
            aside += [row for rows, _ in fitting[:-1] for row in rows]  # another window's edits from the same revision
            moved = self._export(project, case, aside, reader)
            rows, edits = fitting[-1] if fitting else ([], [])
            durable.fault("journal.before_adopt")
            with self._database:
                self._adopt(rows, edits, digest)
                self._forget([*over, *aside])
                journal_tables.let_go(self._database, [run for run in there if run != self.run])
            for row in rows:
                full = reader.full(row) if len(row.edit) >= journal_rows.LARGE else None
                if full is not None:
                    self._nameable.add(full[0], row.sequence, full[1], (_key(project), _key(case)))
        times = (rows[0].time, rows[-1].time) if rows else ("", "")
        return Recovery(tuple(edits), moved, tuple(_remarks(len(edits), len(aside), moved)), times, len(aside), tuple(there))

    def left(self, project: str) -> tuple[Left, ...]:
        """Return what runs that died left of the cases of a project, for `recover` when they are opened.  Raises AnnotatorError."""
        with self._turn, _told(message("Reading the journal")):
            found = self._database.execute("SELECT run, case_id, count(*), min(time), max(time) FROM edits WHERE project = ? AND run != ? "
                                           "GROUP BY run, case_id ORDER BY case_id", (_key(project), self.run)).fetchall()
        return tuple(Left(*rest) for run, *rest in found if not self.lives(run))

    def lives(self, run: str) -> bool:
        """Whether a run of this computer is still there."""
        if run == self.run:
            return True
        if not self._lock_of(run).exists():
            return False
        try:
            with exclusively(self._lock_of(run), 0):
                return False
        except TimeoutError:
            return True

    @property
    def is_there(self) -> bool:
        """Whether what is written still arrives under the journal's name."""
        try:
            return os.path.samestat(self._file, os.stat(self.folder / _NAME))
        except OSError:
            return False

    def fits(self, project: str, case: str, digest: str, document: Document) -> bool:
        """Whether all that dead runs left for a case applies to a document; nothing is taken over.  Raises AnnotatorError."""
        with self._turn, _told(message("Reading the journal")), ExitStack() as locks:
            left = self._left(project, case, locks)
            reader = self._reader()
            return all(len(reader.fitting(rows, {digest}, document)) == len(rows) for run, rows in left.items() if run != self.run)

    def set_aside(self, project: str, case: str) -> Recovery:
        """Move this run's edits of a case that no save holds out of the way: they do not fit its document.  Raises AnnotatorError."""
        with self._turn, _told(message("Reading the journal")), ExitStack() as locks:
            rows = self._left(project, case, locks).get(self.run, [])
            moved = self._export(project, case, rows, self._reader())
            with self._database:
                self._forget(rows)
        return Recovery(moved_aside=moved, remarks=tuple(_remarks(0, len(rows), moved)), aside=len(rows))

    def close(self) -> None:
        """End this run; edits that no save holds stay for the next start."""
        with suppress(sqlite3.Error), self._database:  # else the next start does it
            journal_tables.let_go(self._database, [self.run])
        self._database.close()
        self._life.close()
        with suppress(OSError):  # on Windows it stays while another start looks at it; an empty file does no harm
            self._lock_of(self.run).unlink()

    def _opened(self) -> sqlite3.Connection:
        """Open the database; a damaged one is moved aside and a new one made."""
        path = self.folder / _NAME
        try:
            return journal_tables.connected(path)
        except sqlite3.DatabaseError as error:
            if not isinstance(error, journal_tables.Broken) and not wal.is_damaged(error):
                raise
        number = next(n for n in range(1, 10_000) if not path.with_name(f"damaged-{n}.sqlite3").exists())
        for ending in (*wal.ENDS, ""):
            part = path.with_name(path.name + ending)
            if part.exists():
                durable.move(part, path.with_name(f"damaged-{number}.sqlite3{ending}"))
        self.remarks += (message("The journal was damaged; it was set aside as {name} and a new one was begun",
                                 name=f"damaged-{number}.sqlite3"),)
        return journal_tables.connected(path)

    def _lock_of(self, run: str) -> Path:
        return self.folder / f"{safe_name(run)}.lock"

    def _left(self, project: str, case: str, locks: ExitStack) -> Mapping[str, list[Row]]:
        """The rows of a case by run, of this run and of dead ones, whose locks are held until the caller is done: only one recovers."""
        found = self._database.execute(
            "SELECT sequence, run, base, time, edit FROM edits WHERE project = ? AND case_id = ? ORDER BY sequence",
            (_key(project), _key(case))).fetchall()
        runs: dict[str, list[Row]] = {}
        for row in (Row(*values) for values in found):
            runs.setdefault(row.run, []).append(row)
        for run in runs.keys() - {self.run}:
            try:
                locks.enter_context(exclusively(self._lock_of(run), 0))
            except TimeoutError:
                del runs[run]
                continue
            runs[run] = [row for row in runs[run] if self._still(row)]
        return {run: rows for run, rows in runs.items() if rows}

    def _still(self, row: Row) -> bool:
        """Whether nobody else recovered the row between reading and locking."""
        return bool(self._database.execute("SELECT 1 FROM edits WHERE sequence = ? AND run = ?", (row.sequence, row.run)).fetchone())

    def _forget(self, rows: Sequence[Row]) -> None:
        self._database.executemany("DELETE FROM edits WHERE sequence = ?", [(row.sequence,) for row in rows])
        self._nameable.drop([row.sequence for row in rows])

    def _adopt(self, rows: Sequence[Row], edits: Sequence[Edit], digest: str) -> None:
        """Make rows this run's own; one that names a row that is not among them says all itself from now on."""
        own = {0, *(row.sequence for row in rows)}
        for row, edit in zip(rows, edits, strict=True):
            self._database.execute("UPDATE edits SET run = ?, base = ? WHERE sequence = ?", (self.run, digest, row.sequence))
            if journal_rows.names(row) not in own:
                self._database.execute("UPDATE edits SET edit = ? WHERE sequence = ?", (sealed_edit(edit)[0], row.sequence))

    def _reader(self) -> Reader:
        return Reader(lambda sequence: journal_tables.found(self._database, sequence))

    def _export(self, project: str, case: str, rows: Sequence[Row], reader: Reader) -> Path | None:
        """Write rows that cannot be restored into a file of their own, for a person to look at."""
        if not rows:
            return None
        content = {"project": project, "case": case, "edits": [
            {"sequence": r.sequence, "run": r.run, "base": r.base, "time": r.time, "edit": reader.readable(r)} for r in rows]}
        path = self.folder / "aside" / f"{safe_name(case)}-{rows[-1].sequence:09d}.json"
        durable.write(path, json.dumps(content, ensure_ascii=True, indent=1).encode("ascii"))
        return path


def _remarks(restored: int, aside: int, moved: Path | None) -> Iterator[Message]:
    if restored:
        yield message("{n} edits that had not been saved were restored", n=restored)
    if moved:
        yield message("{n} unsaved edits do not fit the saved case any more; they were set aside in {path}", n=aside, path=str(moved))


def _key(text: str) -> str:
    """A text as SQLite can hold it, also a path that is no valid Unicode."""
    return text.encode("utf-8", "backslashreplace").decode()


@contextmanager
def _told(doing: Message) -> Iterator[None]:
    """Turn what the database or the system says into a sentence for a person."""
    remedy = message("Save now and make room on this computer's disk")
    try:
        yield
    except sqlite3.Error as error:
        raise AnnotatorError(doing, wal.cause(error), remedy) from error
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), remedy) from error
