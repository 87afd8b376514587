"""Bring a saved reading back as it was: one edit of the own work, which can be taken back; no revision is ever replaced."""

from __future__ import annotations

from abc import ABC
from dataclasses import replace

from annotator.domain.between import between
from annotator.domain.edit import Edit
from annotator.domain.merge import LOCKED
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.workspace.comparing import Comparing
from annotator.workspace.notice import Severity
from annotator.workspace.readings import OtherReading, SavedReading, open_reading


class Restoring(Comparing, ABC):
    """The part of a session that goes back to what was saved once."""

    def restore(self, reading: SavedReading) -> None:
        """Let the open case be as a reading of it has it, as soon as that is read; the next save makes a new revision of it."""
        root, project = self.project.root, self.project.project

        def done(found: OtherReading) -> None:
            if found.saved.case == self._case:
                self._restored(found)

        def failed(error: Exception) -> None:
            if not isinstance(error, AnnotatorError):
                raise error
            self.say(error.message, Severity.ERROR)

        self._tasks.run(lambda: open_reading(root, project, reading), done, failed)

    def _restored(self, found: OtherReading) -> None:
        work = self._works.get(self._case)
        if work is None or self._asked():
            return
        when, who = found.saved.time[:16].replace("T", " "), found.saved.author or "?"
        edit = between(work.document, found.document, message("Restore {author}, {time}", author=who, time=when))
        why = self._unrestorable(edit, found)
        if why is not None:
            self.say(message("Nothing was restored: {reason}", reason=why), Severity.WARNING)
            return
        if not self._may_change(edit):
            return
        self._step(work, edit, replace(work, history=work.history.do(edit, self._clock())))
        self.say(message("The case is as {author} saved it at {time}; the next save keeps it as a new revision", author=who, time=when),
                 undo=True)  # fmt: skip

    def _unrestorable(self, edit: Edit, found: OtherReading) -> Message | None:
        """Why the edit to a reading may not be made; None: it may."""
        if not edit.changes and not edit.facts:
            return message("your work is the same as that reading")
        known = {category.key for category in self.project.project.categories}
        news = [change.after for change in edit.changes if change.after is not None]
        unknown = next((annotation.category for annotation in news if annotation.category not in known), None)
        if unknown is not None:
            return message("the project has no category {key} any more", key=unknown)
        if any(change.before is not None and change.before.locked for change in edit.changes):
            return LOCKED
        pixels = {annotation.image: (found.pixels.get(annotation.image), self._pixels_now(annotation.image)) for annotation in news}
        if any(recorded and now and recorded != now for recorded, now in pixels.values()):
            return message("it was drawn on other pixels than these images have")
        return None
