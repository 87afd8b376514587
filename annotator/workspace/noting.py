"""Note every edit in the journal, and stand by it when the disk refuses: what it did not take is noted first as soon as it takes again."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from annotator.domain.edit import Edit
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.paths import local_folder
from annotator.workspace.journal import Journal, Left, Mark
from annotator.workspace.room import give_up_reserve

RESERVE_USED = message("This computer's disk is full: what you draw goes to the room that was held back for it. Make room now, and save")


class Noting:
    """The journal of one session, as long as there is one; `failure` says why what is drawn now is not protected."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.journal: Journal | None = None
        self.failure: AnnotatorError | None = None
        self.marks: dict[str, Mark] = {}
        """How far the journal of each case is."""
        self._counts: dict[str, int] = {}
        self._place: tuple[str, str, str] | None = None
        self._owed: dict[str, tuple[tuple[Edit, str], ...]] = {}
        self._late: list[tuple[tuple[Edit, str], Mark]] = []
        """What the journal refused first and took later, until a save holds it."""
        self._turn = threading.Lock()
        self._run = os.urandom(8).hex()
        self._open()

    @property
    def run(self) -> str:
        """The name of this run, also where there is no journal."""
        return self.journal.run if self.journal is not None else self._run

    @property
    def folder(self) -> Path:
        """Where the journal lies."""
        return self._folder or local_folder() / "journal"

    def start(self, project: str, case: str, base: str) -> None:
        """Say which case the next edits belong to, and what its document starts from."""
        with self._turn:
            self._place = project, case, base
            if self.journal is not None:
                self.journal.start(project, case, base)

    def note(self, case: str, edit: Edit, time: str) -> Message | None:
        """Bring an edit of the started case to the disk, and before it those that the disk refused; returns what is to be told.

        Raises AnnotatorError; then the edit is owed.
        """
        self._counts[case] = self.count(case) + 1
        self._owed[case] = (*self._owed.get(case, ()), (edit, time))
        told = None
        if self.journal is None:
            self._open()
        try:
            try:
                self._pay(case)
            except AnnotatorError:
                if not give_up_reserve(self.folder):
                    raise
                self._pay(case)
                told = RESERVE_USED
        except AnnotatorError as error:
            self.failure = error
            raise
        if self.failure is not None:
            self.failure, told = None, told or message("What you draw is protected again")
        return told

    def count(self, case: str) -> int:
        """How many edits of a case were made in this session."""
        return self._counts.get(case, 0)

    def left(self, project: str) -> tuple[Left, ...]:
        """What earlier runs left of the cases of a project; raises AnnotatorError."""
        return () if self.journal is None else self.journal.left(project)

    def lives(self, run: str) -> bool:
        """Whether a run of this computer is still there."""
        return self.journal is not None and self.journal.lives(run)

    def owed(self, case: str) -> tuple[tuple[Edit, str], ...]:
        """What the journal did not take of a case."""
        return self._owed.get(case, ())

    def saved(self, case: str, owed: tuple[tuple[Edit, str], ...], base: str) -> Mark | None:
        """A save holds what was owed then, and is what the next edits start from; returns how far the journal is that took it since."""
        with self._turn:
            if self._place is not None and self._place[1] == case:
                self._place = (self._place[0], case, base)
                if self.journal is not None:
                    self.journal.start(*self._place)
            self._owed[case] = tuple(entry for entry in self._owed.get(case, ()) if not any(entry is held for held in owed))
            paid = [mark for entry, mark in self._late if any(entry is held for held in owed)]
            self._late = [(entry, mark) for entry, mark in self._late if not any(entry is held for held in owed)]
        return paid[-1] if paid else None

    def close(self) -> None:
        """Let go of the journal; what no save holds stays in it."""
        if self.journal is not None:
            self.journal.close()
            self.journal = None

    def _open(self) -> None:
        try:
            self.journal = Journal(self._folder)
        except AnnotatorError as error:
            self.failure = error
            return
        if self._place is not None:
            self.journal.start(*self._place)

    def _pay(self, case: str) -> None:
        """Write what is owed, one after the other."""
        if self.journal is not None and not self.journal.is_there:
            self.close()
            raise _gone()
        if self.journal is None:
            raise self.failure or _gone()
        while self._owed.get(case):
            entry, late = self._owed[case][0], self.failure is not None
            self.marks[case] = self.journal.append(*entry)
            with self._turn:
                self._owed[case] = tuple(other for other in self._owed[case] if other is not entry)
                if late:
                    self._late.append((entry, self.marks[case]))


def _gone() -> AnnotatorError:
    return AnnotatorError(message("Writing the journal"), message("another program took its file away"), message("Save now"))
