"""Carry unsaved work out of a project that cannot be written, as a file in any folder, and take it up again wherever the project is."""

from __future__ import annotations

from abc import ABC
from dataclasses import replace
from pathlib import Path

from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import message
from annotator.workspace import drafts
from annotator.workspace.drafts import Draft
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.recovering import Recovering


class Rescuing(Recovering, ABC):
    """The part of a session that saves elsewhere."""

    @property
    def save_failed(self) -> bool:
        """Whether the last save of a case failed, so that its edits are in the journal alone."""
        return any(work.failed and work.dirty and not work.saving for work in self._works.values())

    @property
    def unsaved(self) -> bool:
        """Whether any case has edits that no save holds."""
        return any(work.dirty for work in self._works.values())

    def save_elsewhere(self, folder: Path) -> None:
        """Write what is unsaved to a folder of the person's choice, a file a case, beside the window; it stays unsaved in the project."""
        states = [self._state(work) for work in self._works.values() if work.dirty and work.saved is not None]
        person, run = self.author, self._keeping.noting.run

        def job() -> list[Path]:
            return [drafts.save_to(folder, person, run, state) for state in states]

        def done(written: list[Path]) -> None:
            text = message("Written: {files}. “Take unsaved work from a file” brings it back, on any computer",
                           files=", ".join(path.name for path in written))
            self.say(text, Severity.WARNING)

        def failed(error: Exception) -> None:
            if not isinstance(error, OSError):
                raise error
            told = AnnotatorError(message("Saving to {folder}", folder=folder), system_cause(error), message("Choose another folder"))
            self.say(told.message, Severity.ERROR)

        self._tasks.unhurried(job, done, failed)

    def offer_file(self, path: Path) -> None:
        """Offer the unsaved work in a file, to be taken when its case is open; nothing is changed yet."""
        doing = message("Reading {file}", file=path)

        def done(found: Draft) -> None:
            self._drafts = (*(draft for draft in self._drafts if draft != found), replace(found, path=Path()))
            self._settled.discard((found.case, found.run))
            self._tell(Topic.RECOVERY)

        def failed(error: Exception) -> None:
            if isinstance(error, OSError):
                cause, remedy = system_cause(error), message("Choose another file")
            elif isinstance(error, record.Newer):
                cause, remedy = message("it was saved by a newer version of the program"), message("Update the program")
            elif isinstance(error, record.Damaged):
                cause, remedy = message("it is no unsaved work, or it is damaged"), message("Choose another file")
            else:
                raise error
            self.say(AnnotatorError(doing, cause, remedy).message, Severity.ERROR)

        self._tasks.unhurried(lambda: drafts.read(path), done, failed)
