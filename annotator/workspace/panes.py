"""Several views of one session: where each of them is, which one is worked in, and what they ask for.

The active pane's place is the session's own: what draws, lists, saves and tells goes on to talk to the session, wherever that is.
The other panes only look: they have a place of their own and show the annotations of its image without letting anybody change them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.fusion import Fusion
from annotator.domain.image import Image, ImageKey, Vector
from annotator.domain.labels import with_regions
from annotator.domain.links import same_place
from annotator.domain.picture import Picture
from annotator.i18n import message
from annotator.workspace.arrangement import MOST, Arrangement
from annotator.workspace.catalogue import Series
from annotator.workspace.exchanging import Exchanging
from annotator.workspace.hanging import counterpart, first_images, following
from annotator.workspace.notice import Topic
from annotator.workspace.pane import Pane
from annotator.workspace.pixels import Wish
from annotator.workspace.place import Place
from annotator.workspace.tasks import Tasks, unexpected
from annotator.workspace.work import case_of

_EVERYTHING = (Topic.SERIES, Topic.CATEGORY, Topic.TOOL, Topic.DOCUMENT, Topic.SAVED, Topic.IMAGE,
               Topic.SELECTION, Topic.PICTURE, Topic.WINDOW)  # fmt: skip


class Panes(Exchanging, ABC):
    """The part of a session that has several views; `arrangement` says how they stand, the first `arrangement.count` panes are shown."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.arrangement = Arrangement()
        self.panes: tuple[Pane, ...] = (Pane(self, 0, self.place),)
        self._soon: tuple[Image, ...] = ()
        self._sought: dict[int, tuple[str, str]] = {}

    @property
    def active(self) -> int:
        """The number of the pane that is worked in."""
        return next(pane.number for pane in self.panes if pane.active)

    @property
    def shown_panes(self) -> tuple[Pane, ...]:
        """The panes that are on the screen."""
        return self.panes[: self.arrangement.count]

    @abstractmethod
    def fusion_at(self, place: Place) -> Fusion | None:
        """What lies over the image of a place."""

    @abstractmethod
    def uptake_at(self, place: Place, point: Vector) -> tuple[Picture, int, int] | None:
        """Return the picture, column and row of the voxel of what lies over a place at a point of the patient."""

    @abstractmethod
    def look_fused(self, *, blend: float | None = None) -> None:
        """Blend otherwise."""

    @abstractmethod
    def set_uptake(self, upper: float, place: Place | None = None) -> None:
        """Let the colours over a view (the active one) reach up to another value."""

    @abstractmethod
    def _leave(self) -> None:
        """Leave the open case."""

    @abstractmethod
    def _warn_of_identity(self, series: Series) -> None:
        """Say that a header names somebody."""

    @abstractmethod
    def _arrived(self, series: Series) -> None:
        """A series was opened: say and remember what is due."""

    def arrange(self, arrangement: Arrangement) -> None:
        """Show so many views, so arranged; the active one stays in sight, and new ones take the next series of the study."""
        if arrangement == self.arrangement:
            return
        self._make(arrangement.count)
        if self.active >= arrangement.count:
            self._swap(self.active, arrangement.count - 1)
        self.arrangement = arrangement
        self._fill()
        self._changed()

    def add_pane(self, *, below: bool = False) -> None:
        """Add a view beside the active one, or below it, and work there."""
        arrangement, number = self.arrangement.with_another(self.active, below=below)
        if arrangement.count > MOST:
            self.say(message("There is no room for more views"))
            return
        self._make(arrangement.count)
        self.panes[arrangement.count - 1].place.leave()
        for place in range(arrangement.count - 1, number, -1):
            self._swap(place, place - 1)
        self.arrangement = arrangement
        self._fill()
        self._changed()
        self.activate(number)

    def close_pane(self) -> None:
        """Close the active view; the one before it becomes active.  The last one stays."""
        closed = self.active
        if self.arrangement.count == 1:
            return
        self.activate(closed - 1 if closed else 1)
        self._take_out(closed)
        self._changed()

    def activate(self, number: int) -> None:
        """Work in another view: its image, its case and its window are the session's from now on."""
        place = self.panes[number].place
        if place is self.place:
            return
        series = place.series
        case = case_of(series) if series else ""
        if case != self._case:
            self._leave()
        self.place, self.selection = place, frozenset()
        if case != self._case:
            self._case = case
            if series is not None:
                self._bring_up(series)
        self._fit_category()
        self._tell(Topic.LAYOUT, *_EVERYTHING)
        if series is not None:
            self._warn_of_identity(series)
            self._arrived(series)
        self._want()

    def step_pane(self, step: int) -> None:
        """Work in the next or previous view."""
        if self.arrangement.count > 1:
            self.activate((self.active + step) % self.arrangement.count)

    def show_in(self, number: int, index: int) -> None:
        """Show the image at a place of a pane's series, without working there."""
        pane = self.panes[number]
        if pane.active:
            self.show(index)
        elif pane.place.go(index):
            self._want()
            pane.tell(Topic.IMAGE)

    def set_window_in(self, number: int, center: float, width: float) -> None:
        """Show another range in a pane, without working there."""
        pane = self.panes[number]
        if pane.place.set_window(center, width):
            pane.tell(Topic.WINDOW)

    def _show_opened(self, index: int | None, otherwise: int) -> None:
        """Show the image of the series just opened that was asked for, else another one."""
        self.show(otherwise if index is None else index)

    def hang(self, arrangement: Arrangement, contents: Sequence[tuple[str, ImageKey | None]], active: int = 0) -> None:
        """Arrange the views and put a series (uid, empty: nothing) and an image of it (None: the first) into each."""
        self._make(arrangement.count)
        self.arrangement = arrangement
        for pane, (uid, key) in zip(self.panes, contents, strict=False):
            if not pane.active:
                self._put(pane.place, self.catalogue.by_uid.get(uid), key)
        self._changed()
        if active < len(contents):
            uid, key = contents[active]
            self.activate(active)
            series = self.catalogue.by_uid.get(uid)
            if series is not None:
                self.open_series(uid, series.places.get(key) if key else None)

    def annotations_at(self, place: Place) -> tuple[Annotation, ...]:
        """Return the annotations of another view's image, of a case that is or was open."""
        return self.annotations_of(place.series, place.key) if place.series is not None and place.key is not None else ()

    def annotations_of(self, series: Series, key: ImageKey) -> tuple[Annotation, ...]:
        """Return the annotations of an image of a series, of a case that is or was open."""
        work = self._works.get(case_of(series))
        document = work.document if work else Document()
        regions = self._regions(document, key)
        return (with_regions(document, key, regions) if regions else document).on(key)

    def _decoded(self, key: ImageKey) -> None:
        super()._decoded(key)
        for pane in self.shown_panes:
            if pane.place.key == key and not pane.active:
                pane.place.arrived()
                pane.tell(Topic.PICTURE, Topic.WINDOW)

    def _window_changed(self) -> None:
        super()._window_changed()
        if self.kept.shared:
            self._repaint_beside()

    def _displayed(self) -> None:
        super()._displayed()
        self._repaint_beside()

    def _repaint_beside(self) -> None:
        for pane in self.shown_panes:
            if not pane.active:
                pane.tell(Topic.WINDOW)

    def _beside(self) -> Sequence[Wish]:
        if self.arrangement.count == 1:
            return ()
        return tuple(pane.place.wish for pane in self.shown_panes if not pane.active)

    def _ahead(self) -> Sequence[Image]:
        return self._soon

    def _look_ahead(self) -> None:
        """Find out which cases come next, so that their first images are decoded before they are asked for."""
        here, self._soon = self.series, ()
        coming = following(self.catalogue.in_order, here) if here is not None and self.scanning is None else ()

        def built(images: tuple[Image, ...]) -> None:
            if self.series is here and self.scanning is None:
                self._soon = images
                self._want()

        if all(series.built for members in coming for series in members):
            self._soon = first_images(coming)
        else:
            self._tasks.unhurried(lambda: first_images(coming), built, unexpected)

    def _stand(self, layout: str, active: int) -> None:
        """Arrange the views as they stood when the project was left; nothing is in them yet."""
        self.arrangement = Arrangement.parse(layout)
        self._make(self.arrangement.count)
        self.place = self.panes[active if 0 <= active < self.arrangement.count else 0].place

    def _standing(self) -> tuple[str, int, Sequence[tuple[str, str]]]:
        """How the views stand, to be remembered: arrangement, the active one, what each shows (of a single one that is said elsewhere)."""
        shown = self.shown_panes if self.arrangement.count > 1 else ()
        seen = tuple((pane.series.uid if pane.series else "", str(pane.place.key or "")) for pane in shown)
        return str(self.arrangement), self.active, seen

    def _seek(self, seen: Sequence[tuple[str, str]]) -> None:
        """Let the views that only look show again what they showed, as soon as a scan has found it."""
        self._sought = {n: found for n, found in enumerate(seen) if found[1] and n < self.arrangement.count and n != self.active}

    def _find_sought(self) -> None:
        for number, (uid, image) in tuple(self._sought.items()):
            series, key = self.catalogue.by_uid.get(uid), ImageKey.parse(image)
            if series is not None and key in series.places:
                del self._sought[number]
                if not self.panes[number].active:
                    self._put(self.panes[number].place, series, key)
                    self._changed()

    def _look_at_nothing(self) -> None:
        """Empty all views, as on opening something else."""
        for pane in self.panes:
            pane.place.leave()
        self._soon, self._sought = (), {}
        self._displays.forget()
        self._pictures.forget()

    def _look_on(self) -> None:
        """The scan is over: read what is saved of the cases that are only looked at, and see which cases come next."""
        for pane in self.shown_panes:
            if pane.series is not None and not pane.active:
                self._bring_beside(pane.series)
        self._look_ahead()
        self._want()

    def _make(self, count: int) -> None:
        for number in range(len(self.panes), count):
            self.panes = (*self.panes, Pane(self, number, Place(self._pictures, self.kept)))

    def _take_out(self, number: int) -> None:
        """Let the views after one that nobody works in move up, and show one view less."""
        last = self.arrangement.count - 1
        for place in range(number, last):
            self._swap(place, place + 1)
        self.panes[last].place.leave()
        self.arrangement = self.arrangement.without(number)

    def _swap(self, one: int, other: int) -> None:
        """Let two panes look where the other one does."""
        a, b = self.panes[one], self.panes[other]
        a.place, b.place = b.place, a.place

    def _changed(self) -> None:
        """Tell everybody that the views stand or look otherwise."""
        self._want()
        self._tell(Topic.LAYOUT)
        for pane in self.shown_panes:
            pane.tell(Topic.SERIES)

    def _fill(self) -> None:
        """Let empty panes take the series of the study that follow the active one and are not shown yet."""
        here = self.series
        if here is None:
            return
        order = [series for series in self.catalogue.in_order if series.study_uid == here.study_uid and series.count]
        start = order.index(here) if here in order else 0
        shown = {pane.series.uid for pane in self.shown_panes if pane.series}
        free = [series for series in (*order[start:], *order[:start]) if series.uid not in shown]
        for pane in self.shown_panes:
            if pane.series is None and free:
                series = free.pop(0)
                beside = same_place(self.place.image, series.images) if self.place.image else None
                self._put(pane.place, series, None if beside is None else series.images[beside].key)

    def _put(self, place: Place, series: Series | None, key: ImageKey | None) -> None:
        """Let a place that nobody works in look at a series; what was saved of its case is read."""
        place.leave()
        if series is None or not series.images:
            return
        place.series = series
        place.go(series.places.get(key, 0) if key else 0)
        self._bring_beside(series)

    def _bring_beside(self, series: Series, then: Callable[[], None] = lambda: None) -> None:
        """Read what is saved of the case of a view that only looks, and beside the window what is delivered; `then` when that is known."""
        case = case_of(series)
        if case in self._works or series.project_modality is None or self.scanning is not None:
            then()
            return
        self._look_beside(case, self._members(case), then)

    def _renew(self, by_uid: Mapping[str, Series]) -> None:
        """Take in what a scan added to the series that are shown."""
        for pane in self.panes:
            if pane.series is not None and pane.series.uid in by_uid:
                pane.place.series = by_uid[pane.series.uid]

    def _go_along(self, before: Series | None, now: Series) -> None:
        """The next case was opened: the other views go from the study before to the same place of the new one."""
        if before is None or before.study_uid == now.study_uid:
            return
        others = [pane for pane in self.panes if not pane.active and pane.series is not None]
        order = self.catalogue.in_order
        for pane in others:
            if pane.series is None or pane.image is None:
                continue
            series, index = counterpart(pane.series, order, now.study_uid), pane.index
            single = series is not None and pane.image.plane is None and index < len(series.images)
            self._put(pane.place, series, series.images[index].key if series is not None and single else None)
        if others:
            self._changed()
