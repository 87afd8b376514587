"""What was done and undone in a case, without limit."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply


@dataclass(frozen=True)
class _Step:
    edit: Edit
    earlier: _Step | None


@dataclass(frozen=True)
class History:
    """A document with its way back and forth; every method returns a new history."""

    document: Document = Document()
    _done: _Step | None = None
    _undone: _Step | None = None

    @property
    def undoable(self) -> Edit | None:
        """The edit that undo would take back."""
        return self._done.edit if self._done else None

    @property
    def redoable(self) -> Edit | None:
        """The edit that redo would do again."""
        return self._undone.edit if self._undone else None

    def do(self, edit: Edit) -> History:
        """Apply a new edit; what was undone before is forgotten."""
        return History(apply(self.document, edit), _Step(edit, self._done), None)

    def undo(self) -> History:
        """Take the last edit back; the same history if there is none."""
        if self._done is None:
            return self
        edit = self._done.edit
        return History(apply(self.document, edit.inverse()), self._done.earlier, _Step(edit, self._undone))

    def redo(self) -> History:
        """Do the last undone edit again; the same history if there is none."""
        if self._undone is None:
            return self
        edit = self._undone.edit
        return History(apply(self.document, edit), _Step(edit, self._done), self._undone.earlier)
