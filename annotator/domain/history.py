"""What was done and undone in a case, without limit: a row of steps and the place in it where the document stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply, together


@dataclass(frozen=True)
class Step:
    """One edit and when it was made (ISO 8601 with offset, empty where nobody knows)."""

    edit: Edit
    time: str = ""


@dataclass(frozen=True)
class History:
    """A document with its way back and forth; every method returns a new history.

    The first `place` of the `steps` are done, the others were undone; only what an edit changes is kept, never a document.
    """

    document: Document = Document()
    steps: tuple[Step, ...] = ()
    place: int = 0

    @property
    def undoable(self) -> Edit | None:
        """The edit that undo would take back."""
        return self.steps[self.place - 1].edit if self.place else None

    @property
    def redoable(self) -> Edit | None:
        """The edit that redo would do again."""
        return self.steps[self.place].edit if self.place < len(self.steps) else None

    def do(self, edit: Edit, time: str = "") -> History:
        """Apply a new edit; what was undone before is forgotten."""
        return History(apply(self.document, edit), (*self.steps[: self.place], Step(edit, time)), self.place + 1)

    def undo(self) -> History:
        """Take the last edit back; the same history if there is none."""
        return self.at(self.place - 1) if self.place else self

    def redo(self) -> History:
        """Do the last undone edit again; the same history if there is none."""
        return self.at(self.place + 1) if self.place < len(self.steps) else self

    def way(self, place: int) -> Edit:
        """Return the one edit that leads from here to another place; raises ValueError for one that there is not."""
        if not 0 <= place <= len(self.steps):
            raise ValueError(f"no place {place} among {len(self.steps)} steps")
        if place < self.place:
            return together([step.edit.inverse() for step in reversed(self.steps[place : self.place])])
        return together([step.edit for step in self.steps[self.place : place]])

    def at(self, place: int, way: Edit | None = None) -> History:
        """Return the history where only the first `place` edits are done; raises ValueError for a place that there is not.

        `way`: what `way` returned for the place, where that is at hand.
        """
        return self if place == self.place else replace(self, document=apply(self.document, way or self.way(place)), place=place)

    def after(self, steps: Sequence[Step], place: int) -> History:
        """Return this history as the end of an older one whose first `place` steps led to where this one begins.

        What the older one had undone can be done again as long as nothing was done here.
        """
        undone = () if self.steps else tuple(steps[place:])
        return replace(self, steps=(*steps[:place], *self.steps, *undone), place=place + self.place)
