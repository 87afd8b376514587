"""What was done and undone in a case, without limit: a row of steps and the place in it where the document stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply, together


@dataclass(frozen=True)
class Step:
    """One edit and when it was made (ISO 8601 with offset, empty where nobody knows)."""

    edit: Edit
    time: str = ""


@dataclass(frozen=True)
class _Came:
    """Where a history came from: the document, at a place among these steps, and the document that it led to."""

    document: Document
    place: int
    steps: tuple[Step, ...]
    to: Document

    def back(self, history: History, place: int) -> Document | None:
        """Return the document of a place where it is this one; the numbers that were given since stay given."""
        if self.place != place or self.steps is not history.steps or self.to is not history.document:
            return None
        issued = history.document.issued
        return self.document if self.document.issued == issued else replace(self.document, issued=issued)


@dataclass(frozen=True)
class History:
    """A document with its way back and forth; every method returns a new history.

    The first `place` of the `steps` are done, the others were undone.  Only what an edit changes is kept, and the one document that this
    one came from: whoever goes to and fro is given the very same documents, in which nothing needs to be looked for.
    """

    document: Document = Document()
    steps: tuple[Step, ...] = ()
    place: int = 0
    _came: _Came | None = field(default=None, compare=False, repr=False)

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
        after, steps = apply(self.document, edit), (*self.steps[: self.place], Step(edit, time))
        return History(after, steps, self.place + 1, _Came(self.document, self.place, steps, after))

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
        if place == self.place:
            return self
        after = self._came.back(self, place) if self._came is not None else None
        if after is None:
            after = apply(self.document, way or self.way(place))
        return replace(self, document=after, place=place, _came=_Came(self.document, self.place, self.steps, after))

    def after(self, steps: Sequence[Step], place: int) -> History:
        """Return this history as the end of an older one whose first `place` steps led to where this one begins.

        What the older one had undone can be done again as long as nothing was done here.
        """
        undone = () if self.steps else tuple(steps[place:])
        return replace(self, steps=(*steps[:place], *self.steps, *undone), place=place + self.place)
