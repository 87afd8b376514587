"""Put cases down that were left a while ago: what is saved of them is on disk, and so is what can be taken back in them."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable

from annotator.workspace.tasks import Tasks
from annotator.workspace.undoing import Undoing

KEPT = 16
"""So many cases stay at hand, so that one is back in them at once; thousands are opened in a day, and each takes megabytes."""


class Resting(Undoing, ABC):
    """The part of a session that knows which of its cases rest; one that is opened again is read as after a restart."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._latest: dict[str, None] = {}
        """The cases that were opened, in the order in which they last were."""

    def _came_to(self, case: str) -> None:
        """A case is the open one now: of the others at hand the oldest are put down, all but those that somebody needs."""
        self._latest.pop(case, None)
        self._latest[case] = None
        order = {known: place for place, known in enumerate(self._latest)}
        oldest = sorted(self._works, key=lambda known: order.get(known, -1))
        for other in oldest[: max(len(oldest) - KEPT, 0)]:
            if not self._needed(other):
                self._put_down(other)
                self._latest.pop(other, None)

    def _needed(self, case: str) -> bool:
        """Whether a case must stay at hand: it is open, not all of it is on disk, or something of it is not done yet."""
        work, past = self._works[case], self._pasts.get(case)
        history_on_disk = not work.history.steps or (past is not None and past.rests)
        return case == self._case or work.dirty or work.saving or work.failed or work.again or not history_on_disk

    def _put_down(self, case: str) -> None:
        del self._works[case]
        self._pasts.pop(case, None)
