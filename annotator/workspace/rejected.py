"""Go from one thing that was sent back to the next: the images for which the open case came back, then the next case that came back."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable

from annotator.domain.course import IMAGES, State
from annotator.domain.image import ImageKey
from annotator.domain.queue import RETURNED, Entry
from annotator.i18n import message
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.queueing import Queueing
from annotator.workspace.tasks import Tasks


class Rejected(Queueing, ABC):
    """The part of a session that finds what was sent back."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._sought_returned = ""
        """The case whose first rejected image is to be shown as soon as it is known how it stands."""

    @property
    def rejected_images(self) -> tuple[int, ...]:
        """The places in the open series of the images for which the open case came back, in order."""
        standing, series = self.standing, self.series
        if standing is None or series is None or standing.state is not State.REWORK or standing.returned is None:
            return ()
        keys = {ImageKey.parse(text) for text in standing.returned.facts.get(IMAGES, "").split()}
        return tuple(sorted(series.places[key] for key in keys & series.places.keys()))

    def next_rejected(self) -> None:
        """Show the next image for which the open case came back; after its last one open the next case that was sent back."""
        ahead = [place for place in self.rejected_images if place > self.index]
        if ahead:
            self.show(ahead[0])
            return
        acting, found, here = self.acting, self.worklist, self._case
        if acting is None:
            self.say(message("Say who you are first: then the next case can be found"), Severity.WARNING)
            return

        def job() -> tuple[Entry, ...]:
            found.refresh()
            mine = found.mine(acting)[RETURNED]
            place = next((number for number, entry in enumerate(mine) if entry.case == here), -1)
            return (*mine[place + 1 :], *mine[: max(place, 0)])

        def ended(entries: tuple[Entry, ...]) -> None:
            if not entries:
                self.say(message("No other case was sent back to you"))
                return
            self._sought_returned = entries[0].case
            self.work_on(entries)
            self._show_rejected()

        self._aside(job, ended, lambda said: self.say(said, Severity.ERROR))

    def _tell(self, *topics: Topic) -> None:
        super()._tell(*topics)
        if Topic.COURSE in topics:
            self._show_rejected()

    def _show_rejected(self) -> None:
        """Show the first rejected image of the case that was sought, and say why it came back."""
        standing = self.standing
        if not self._sought_returned or self._case != self._sought_returned or standing is None:
            return
        self._sought_returned = ""
        places = self.rejected_images
        if places:
            self.show(places[0])
        if standing.returned is not None:
            self.say(message("Sent back: {reason}", reason=standing.returned.reason))
