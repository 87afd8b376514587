"""Work out what the readings of a case changed, those that are seen first, one after the other beside the window."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.between import Tally, between, tally
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.workspace.readings import SavedReading, document_of
from annotator.workspace.tasks import Tasks

_KEPT = 4
"""So many documents stay at hand: a reading is the parent of the next one."""


@dataclass(frozen=True)
class Unfolded:
    """What a reading changed against the one it continues, and the numbers of the others that it united; else why that is not known."""

    tally: Tally = Tally()
    united: tuple[int, ...] = ()
    problem: Message | None = None


@dataclass(frozen=True)
class Compared:
    """Two readings, the earlier first (none: nothing was drawn yet), and the edit that leads from one to the other."""

    before: Document
    after: Document
    edit: Edit


class Unfolding:
    """What each reading of one list changed; `arrived` is told when more is known."""

    def __init__(self, tasks: Tasks, root: Path, arrived: Callable[[], None]) -> None:
        self._tasks, self._root, self._arrived = tasks, root, arrived
        self._readings: Sequence[SavedReading] = ()
        self._complete = False
        self._found: dict[str, Unfolded] = {}
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._wanted: deque[SavedReading] = deque()
        self._busy, self._turn = False, threading.Lock()

    def take(self, readings: Sequence[SavedReading], *, complete: bool) -> None:
        """Speak of these readings from now on, which are all (`complete`) or more of them follow; what is known stays known."""
        self._readings, self._complete = readings, complete

    def get(self, reading: SavedReading) -> Unfolded | None:
        """Return what a reading changed; None while that is not worked out."""
        return self._found.get(reading.digest)

    def want(self, readings: Iterable[SavedReading]) -> None:
        """Work these out, in this order; what was wanted before and is not begun is forgotten."""
        unknown = (reading for reading in readings if reading.digest not in self._found)
        self._wanted = deque(reading for reading in unknown if self._complete or self.parent(reading) is not None)
        self._go_on()

    def compare(self, one: SavedReading, other: SavedReading | None, done: Callable[[Compared | Message], None]) -> None:
        """Compare two readings, or a reading (`other`: None) with the one that it continues; `done` hears it in the main thread."""
        first, last = (self.parent(one), one) if other is None else sorted((one, other), key=lambda reading: reading.number)

        def job() -> Compared:
            before, after = Document() if first is None else self._document(first), self._document(last)
            return Compared(before, after, between(before, after))

        def failed(error: Exception) -> None:
            if not isinstance(error, AnnotatorError):
                raise error
            done(error.message)

        self._tasks.run(job, done, failed)

    def parent(self, reading: SavedReading) -> SavedReading | None:
        """Return the reading that one continues; None: it is the first, or that one cannot be read."""
        return next((one for one in self._readings if reading.parents and one.stands_for(reading.parents[0])), None)

    def _go_on(self) -> None:
        if self._busy or not self._wanted:
            return
        self._busy, reading = True, self._wanted.popleft()

        def done(found: Unfolded) -> None:
            self._busy = False
            self._found[reading.digest] = found
            self._arrived()
            self._go_on()

        def failed(error: Exception) -> None:
            if not isinstance(error, AnnotatorError):
                raise error
            done(Unfolded(problem=error.cause))

        self._tasks.unhurried(lambda: self._unfolded(reading), done, failed)

    def _unfolded(self, reading: SavedReading) -> Unfolded:
        parent = self.parent(reading)
        if parent is None and reading.parents:
            return Unfolded(problem=message("the one before it cannot be read"))
        before = Document() if parent is None else self._document(parent)
        others = (one.number for one in self._readings if any(one.stands_for(digest) for digest in reading.parents[1:]))
        return Unfolded(tally(between(before, self._document(reading))), tuple(sorted(others)))

    def _document(self, reading: SavedReading) -> Document:
        with self._turn:
            known = self._documents.get(reading.digest)
        if known is None:
            known = document_of(self._root, reading)
            with self._turn:
                self._documents[reading.digest] = known
                while len(self._documents) > _KEPT:
                    self._documents.popitem(last=False)
        return known
