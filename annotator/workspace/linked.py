"""Let views go together: page to the same place, show the same range; by geometry where that is known, else step by step."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass, replace

from annotator import settings
from annotator.domain.links import same_frame, same_place
from annotator.domain.picture import Window
from annotator.i18n import message
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.panes import Panes
from annotator.workspace.place import Place
from annotator.workspace.tasks import Tasks

_SETTING = "layout.links"


@dataclass(frozen=True)
class Links:
    """What the views do together; `guides` are the line of the active slice and the place of the pointer in the other views."""

    paging: bool = False
    look: bool = False
    window: bool = False
    guides: bool = True


class Linked(Panes, ABC):
    """The part of a session whose views may be linked; how is remembered for the person."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        known = settings.read(_SETTING, dict[str, settings.Value]())
        self.links = Links(**{name: known.get(name, usual) is True for name, usual in vars(Links()).items()})
        self._from: dict[int, tuple[Place, str, int]] = {}
        self._going = False

    def arrange(self, arrangement: Arrangement) -> None:
        """Show so many views, so arranged; fewer than now, and from an empty one the work goes on in one that shows something."""
        if arrangement.count < self.arrangement.count and self.series is None:
            full = (pane.number for pane in self.shown_panes if pane.series is not None and pane.place.other is None)
            self.activate(next(full, self.active))
        super().arrange(arrangement)

    def link(self, name: str) -> None:
        """Link the views in one respect (a field of `Links`), or end that; where each stands now is where they go on from."""
        self.links = replace(self.links, **{name: not getattr(self.links, name)})
        self._from = {}
        if self.links.paging:
            self._note_places()
        try:
            settings.remember({_SETTING: dict(vars(self.links))})
        except OSError:
            self.say(message("How views are linked could not be remembered"), Severity.WARNING)
        self._tell(Topic.LAYOUT)

    def linked_by_place(self, place: Place) -> bool | None:
        """Whether another view pages with the active one by position (True), step by step (False), or not at all (None)."""
        here, there = self.place.image, place.image
        if not self.links.paging or here is None or there is None or place is self.place:
            return None
        by_place = same_place(here, [there]) is not None
        return None if not by_place and same_frame(here, there) else by_place

    def show(self, index: int) -> None:
        """Show the image at a place of the series; the linked views go along."""
        super().show(index)
        self._bring_along(self.place)

    def show_in(self, number: int, index: int) -> None:
        """Show the image at a place of a pane's series; the linked views go along."""
        super().show_in(number, index)
        self._bring_along(self.panes[number].place)

    def set_window(self, center: float, width: float) -> None:
        """Show another range, in the linked views of the same modality too."""
        super().set_window(center, width)
        self._share_window(self.place)

    def show_window(self, window: Window) -> None:
        """Show a window as it is, in the linked views of the same modality too."""
        super().show_window(window)
        self._share_window(self.place)

    def set_window_in(self, number: int, center: float, width: float) -> None:
        """Show another range in a pane that only looks, and in those linked with it."""
        super().set_window_in(number, center, width)
        self._share_window(self.panes[number].place)

    def _show_opened(self, index: int | None, otherwise: int) -> None:
        """A series that is opened beside linked views begins at their place, and leaves them where they are."""
        here, self._going = self.place, True
        beside = [pane.place.image for pane in self.shown_panes if pane.place is not here and pane.place.image] if self.links.paging else []
        places = [found for image in beside if (found := same_place(image, here.images)) is not None]
        super()._show_opened(index if index is not None else places[0] if places else None, otherwise)
        self._going = False
        self._note_places()

    def _bring_along(self, leader: Place) -> None:
        image = leader.image
        if self._going or not self.links.paging or self.arrangement.count == 1 or image is None:
            return
        self._going = True
        for pane in self.shown_panes:
            if pane.place is leader or not pane.images:
                continue
            target = pane.series.places.get(image.key) if pane.series is not None else None
            if target is None:
                target = same_place(image, pane.images)
            if target is None and not same_frame(image, pane.images[0]):
                target = self._stepped(leader, pane.place)
            if target is not None and target != pane.index:
                self.show_in(pane.number, target)
        self._going = False

    def _stepped(self, leader: Place, place: Place) -> int | None:
        """As many steps on from where both stood when they were linked."""
        before, there = self._from.get(id(leader)), self._from.get(id(place))
        if before is None or there is None or before[:2] != (leader, _uid(leader)) or there[:2] != (place, _uid(place)):
            self._note_places()
            return None
        return there[2] + leader.index - before[2]

    def _note_places(self) -> None:
        self._from = {id(pane.place): (pane.place, _uid(pane.place), pane.index) for pane in self.shown_panes}

    def _share_window(self, leader: Place) -> None:
        window, series = leader.window, leader.series
        if not self.links.window or series is None or window.table is not None:
            return
        for pane in self.shown_panes:
            if pane.place is leader or pane.series is None or pane.series.modality != series.modality:
                continue
            if pane.place.show_window(window):
                if pane.active:
                    self._tell(Topic.WINDOW)
                else:
                    pane.tell(Topic.WINDOW)


def _uid(place: Place) -> str:
    return place.series.uid if place.series else ""
