"""Show what will be before the button is let go: the union, the remainder, the deletion, and what other annotations lose.

Ink comes first: the ghost is worked out when the events that are waiting have been painted, the less often the longer it takes, so that it
never takes more than a share of the time, and as soon as the hand rests; where it would hold up the hand, as of a stroke that goes
on and on, not at all until the stroke has ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QObject, QTimer

from annotator.domain.edit import Edit
from annotator.domain.image import ImageKey
from annotator.domain.merge import Refusal
from annotator.domain.path import Polyline
from annotator.tools import gesture

Outcome = gesture.Stroke | gesture.Change
Propose = Callable[[Outcome], Edit | Refusal | None]
_SOON, _REST = 24, 60
"""Milliseconds from a ghost to the next one, at least, and of rest after which one is worked out in any case."""
_QUICK, _SHARE = 0.002, 0.015
"""Seconds that a ghost may take to follow the hand at once; the share of the time that slower ones may take while it moves."""
_BLOCKS, _MOST_POINTS, _MOST_ROWS = 0.15, 5_000, 100_000
"""Seconds after which a ghost is given up; points of a stroke, and rows of pixels that it goes through, up to which one is begun."""


class Ghost(QObject):
    """What an outcome would change; `edit` is None while that is not known, or nothing.  It may be behind the hand, never once it rests."""

    def __init__(self, propose: Propose, known: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.edit: Edit | None = None
        self.given_up = False
        """What this stroke comes to is not worked out before it has ended."""
        self._propose, self._known = propose, known
        self._wanted: Outcome | None = None
        self._looked: Outcome | None = None
        self._pause = _SOON
        self._timer, self._rest = QTimer(self, singleShot=True), QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)  # painted with the next move
        self._rest.timeout.connect(self._settle)

    def follow(self, outcome: Outcome | None) -> None:
        """Ask what this outcome would change; None: there is nothing to come."""
        if outcome is None:
            self._timer.stop()
            self._rest.stop()
            self.edit, self._wanted, self._looked, self._pause, self.given_up = None, None, None, _SOON, False
        elif self.given_up:
            return
        elif outcome != self._wanted:
            if _is_turned(outcome, self._wanted):
                self.edit = None
                self._timer.start(_SOON)
            self._wanted = outcome
            if not self._timer.isActive():
                self._timer.start(self._pause)
            self._rest.start(_REST)

    def again(self) -> None:
        """What the outcome would change may be another by now: the mode, the category or what is drawn already is."""
        if self._wanted is not None and not self.given_up:
            self.edit, self._looked = None, None
            self._timer.start(_SOON)
            self._rest.start(_REST)

    def _look(self) -> None:
        if self._wanted is None or self._wanted is self._looked or self.given_up:
            return
        self._looked, found, begun = self._wanted, None, time.perf_counter()
        self.given_up = isinstance(self._wanted, gesture.Stroke | gesture.Redraw) and _is_endless(self._wanted.points)
        if not self.given_up:
            found = self._propose(self._wanted)
            spent = time.perf_counter() - begun
            self._pause, self.given_up = _SOON if spent <= _QUICK else _SOON + round(1000 * spent / _SHARE), spent > _BLOCKS
        self.edit = found if isinstance(found, Edit) else None

    def _settle(self) -> None:
        """The hand rests: what is shown is of where it is."""
        self._look()
        self._known()


def _is_turned(one: Outcome, other: Outcome | None) -> bool:
    """Whether a stroke does the opposite of what it did."""
    return isinstance(one, gesture.Stroke) and isinstance(other, gesture.Stroke) and one.control != other.control


def _is_endless(points: Polyline) -> bool:
    """Whether working out what a stroke encloses could hold up the hand."""
    return len(points) > _MOST_POINTS or sum(abs(by - ay) for (_, ay), (_, by) in pairwise(points)) > _MOST_ROWS


def hidden(edit: Edit | None, key: ImageKey, keep: int | None) -> frozenset[int]:
    """Return the annotations of an image in whose place the ghost stands; `keep` is painted by somebody else."""
    found = () if edit is None else edit.changes
    return frozenset(c.before.id for c in found if c.before is not None and c.before.image == key and c.before.id != keep)
