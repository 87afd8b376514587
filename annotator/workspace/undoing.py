"""Take edits of the open case back and do them again, one or many at once, and show where that was."""

from __future__ import annotations

from abc import ABC
from dataclasses import replace

from annotator.domain.history import History
from annotator.i18n import Message, message
from annotator.workspace.drawing import Drawing


class Undoing(Drawing, ABC):
    """The part of a session that goes back and forth in what was done to the open case; another case is never touched."""

    @property
    def history(self) -> History:
        """What was done and undone in the open case."""
        work = self._works.get(self._case)
        return work.history if work is not None else History()

    @property
    def history_begins(self) -> Message:
        """What the document was before the first edit of the history."""
        return message("As the case was opened")

    @property
    def undo_name(self) -> Message | None:
        """What undo would take back."""
        edit = self.history.undoable
        return edit.name if edit else None

    @property
    def redo_name(self) -> Message | None:
        """What redo would do again."""
        edit = self.history.redoable
        return edit.name if edit else None

    def undo(self) -> None:
        """Take the case's last edit back, and show where that was."""
        if self.history.undoable is not None:
            self.go_to_step(self.history.place - 1)

    def redo(self) -> None:
        """Do the case's last undone edit again, and show where that was."""
        if self.history.redoable is not None:
            self.go_to_step(self.history.place + 1)

    def go_to_step(self, place: int) -> bool:
        """Let only the first `place` edits of the case be done, all of the way at once; False where that may not be."""
        work = self._works.get(self._case)
        if work is None or place == work.history.place or not 0 <= place <= len(work.history.steps) or self._asked():
            return False
        history = work.history
        edit = history.way(place)
        last = history.steps[place if place < history.place else place - 1].edit
        if not self._may_change(edit):
            return False
        self._step(work, edit, replace(work, history=history.at(place)))
        where = last.where
        if where and self._key not in where:
            self._show_image(where[0])
        return True
