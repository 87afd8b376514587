"""Choose annotations, and change what is chosen as one: select by point, rectangle or all, move, nudge, lock, give the last a category."""

from __future__ import annotations

import math
from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass

from annotator.domain import hit, together
from annotator.domain.annotation import Annotation
from annotator.domain.image import ImageKey
from annotator.domain.path import Point
from annotator.i18n import message
from annotator.tools.gesture import Move, Outcome, Stroke
from annotator.tools.select import PickAt, PickWithin
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.showing import Showing
from annotator.workspace.tasks import Cancel, Tasks

_SAME_PLACE = 4.0
"""Screen pixels within which a second click is at the same place."""
_NAMED_FOR = 1_000
"""Milliseconds for which the category of what was just drawn stands on the picture."""


@dataclass(frozen=True)
class Named:
    """An annotation whose category is said on the picture, at a point of it."""

    image: ImageKey
    annotation: int
    point: Point


class Choosing(Showing, ABC):
    """The part of a session that chooses; `named` is what was just drawn, for as long as its category is said on the picture."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.named: Named | None = None
        self._drawn: Named | None = None
        self._unnamed: Cancel | None = None
        self._clicked: tuple[ImageKey, Point] | None = None

    def perform(self, outcome: Outcome, zoom: float = 1.0) -> None:
        """Do what a tool's conversation ended in; a move of one of several that are selected moves them all."""
        if self._key is None:
            return
        if isinstance(outcome, PickAt):
            self._pick(self._key, outcome)
        elif isinstance(outcome, PickWithin):
            found = hit.within(self.seen(self.annotations), *outcome.corners)
            self.select(self.selection | found if outcome.extend else found)
        elif isinstance(outcome, Move) and len(self.selection) > 1 and outcome.annotation in self.selection:
            self.move_selected(outcome.dx, outcome.dy)
        else:
            before = self.annotations
            super().perform(outcome, zoom)
            if isinstance(outcome, Stroke):
                self._note_drawn(before, outcome)

    def select_all(self) -> None:
        """Select all annotations of the chosen image that are shown."""
        self.select(a.id for a in self.seen(self.annotations))

    def move_selected(self, dx: float, dy: float) -> None:
        """Move what is selected by (dx, dy) image pixels, as one edit."""
        if self.image is None:
            return
        if self.project.project.coordinates is not None:
            dx, dy = round(dx), round(dy)
        self._do(self._yielding(together.move_together(self.document, self.image, self.selection, dx, dy), self.image))

    def lock(self) -> None:
        """Lock what is selected, or where all of it is locked: unlock it."""
        if self._key is None:
            return
        locks = any(not a.locked for a in self.annotations if a.id in self.selection)
        if self._do(together.lock(self.document, self._key, self.selection)):
            count = len(self.selection)
            self.say(message("Locked: {count}", count=count) if locks else message("Unlocked: {count}", count=count), undo=True)

    @property
    def last_drawn(self) -> int | None:
        """The annotation that was drawn last, if that was on the chosen image."""
        last = self._drawn
        return last.annotation if last is not None and last.image == self._key else None

    def recategorise_last(self, key: str) -> None:
        """Give what is selected another category; where nothing is: what was drawn last, if it is on the chosen image."""
        last, shown = self._drawn, self.seen(self.annotations)
        if self.selection:
            self.recategorise(key)
        elif self.image is None or last is None or not any((a.image, a.id) == (last.image, last.annotation) for a in shown):
            self.say(message("Nothing is selected, and nothing was drawn on this image just now: no category was changed"),
                     Severity.WARNING)  # fmt: skip
        elif self._recategorise(self.image, [last.annotation], key):
            self._name(last)

    def _pick(self, key: ImageKey, click: PickAt) -> None:
        """Select the topmost of what lies at a point; at the same point as before the next one below, then the topmost again."""
        found = hit.stack(self.seen(self.annotations), *click.point, hit.REACH * click.pixel)
        before, self._clicked = self._clicked, (key, click.point)
        if click.extend:
            self.select(self.selection ^ frozenset(found[:1]))
            return
        here = before is not None and before[0] == key and math.dist(before[1], click.point) <= _SAME_PLACE * click.pixel
        place = next((place for place, number in enumerate(found) if {number} == self.selection), -1) if here else -1
        self.select(found[(place + 1) % len(found)] for _ in found[:1])

    def _note_drawn(self, before: tuple[Annotation, ...], stroke: Stroke) -> None:
        """Remember what a stroke made or added to; what is new says its category for a moment."""
        there = {a.id: a for a in before}
        changed = [a for a in self.annotations if there.get(a.id) != a and self.category is not None and a.category == self.category.key]
        if not changed or self._key is None:
            return
        drawn = changed[-1]
        self._drawn = Named(self._key, drawn.id, stroke.points[-1])
        if drawn.id not in there:
            self._name(self._drawn)

    def _name(self, named: Named) -> None:
        if self._unnamed is not None:
            self._unnamed()
        self.named = named
        self._unnamed = self._tasks.later(_NAMED_FOR, self.stop_naming)
        self._tell(Topic.SELECTION)

    def stop_naming(self) -> None:
        """Say the category of what was drawn last no longer."""
        if self._unnamed is not None:
            self._unnamed()
        if self.named is not None:
            self.named = self._unnamed = None
            self._tell(Topic.SELECTION)

    def _look_at_nothing(self) -> None:
        super()._look_at_nothing()
        self.named = self._drawn = self._clicked = None
