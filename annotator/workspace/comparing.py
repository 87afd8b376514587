"""Show one or two other readings of the open case beside the own one: looked at, never worked in; an annotation of one is taken over."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from annotator.domain.annotation import Annotation
from annotator.domain.differing import Differing, differing
from annotator.domain.document import Document
from annotator.domain.hit import hit
from annotator.domain.image import Image, ImageKey
from annotator.domain.labels import with_regions
from annotator.domain.merge import Refusal
from annotator.domain.picture import Picture
from annotator.domain.taking_over import taken_over
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.progress import Cancelled, Report
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.linked import Linked, Links
from annotator.workspace.notice import Severity
from annotator.workspace.pane import Pane
from annotator.workspace.place import Place
from annotator.workspace.readings import Listed, OtherReading, SavedReading, open_reading, readings_of
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import case_of

_REACH = 6.0
"""Screen pixels around an outline that count as it."""


@dataclass(frozen=True)
class _Before:
    """How the views stood before a reading was shown: the arrangement, what each view showed that was lent, and the links."""

    arrangement: Arrangement
    lent: tuple[tuple[str, ImageKey | None], ...]
    links: Links


class Comparing(Linked, ABC):
    """The part of a session that shows other readings; there are at most two."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._aim: tuple[int, float, float, float] | None = None
        self._before: _Before | None = None
        self._compared: dict[int, tuple[object, object, Differing]] = {}

    @property
    def others(self) -> tuple[Pane, ...]:
        """The views that show other readings."""
        return tuple(pane for pane in self.shown_panes if pane.place.other is not None)

    @property
    def compared(self) -> Pane | None:
        """The view that shows another reading, of two the one that the pointer was over last."""
        others = self.others
        aimed = (pane for pane in others if self._aim is not None and pane.number == self._aim[0])
        return next(aimed, others[0] if others else None)

    @property
    def aimed(self) -> Annotation | None:
        """What the pointer is on in the other reading."""
        pane, aim = self.compared, self._aim
        if pane is None or aim is None:
            return None
        there, (_, x, y, pixel) = pane.annotations, aim
        found = hit(there, x, y, _REACH * pixel)
        return next((a for a in there if a.id == found.annotation), None) if found else None

    def look_for_readings(self, report: Report, told: Callable[[Listed | Message], None]) -> None:
        """List the readings of the open case beside the window; `told` hears more and more of them, or why they cannot be read."""
        root, case = self.project.root, self._case
        aside = self._keeping.store.aside(case)
        if aside is not None and aside.again is not None:  # what is drawn once more begins as if nothing had been drawn
            told(Listed())
            return

        def job() -> Listed:
            found = Listed()
            for found in readings_of(root, case, report):
                if not found.complete:
                    self._tasks.post(partial(told, found))
            return found

        def failed(error: Exception) -> None:
            if isinstance(error, AnnotatorError):
                told(error.message)
            elif not isinstance(error, Cancelled):
                raise error

        self._tasks.run(job, told, failed)

    def is_open(self, reading: SavedReading) -> bool:
        """Whether a reading is the one that the own work stands on."""
        work = self._works.get(self._case)
        return work is not None and reading.stands_for(self._keeping.tip(work))

    def show_reading(self, *readings: SavedReading) -> None:
        """Show one or two readings of the open case beside the own one, at the same image, as soon as they are read; the older first."""
        root, project = self.project.root, self.project.project
        wanted = sorted(readings, key=lambda reading: reading.number)

        def job() -> tuple[OtherReading, ...]:
            return tuple(open_reading(root, project, reading) for reading in wanted)

        def done(found: tuple[OtherReading, ...]) -> None:
            if found and found[0].saved.case == self._case and self._key is not None:
                self._show_beside(found)

        def failed(error: Exception) -> None:
            if not isinstance(error, AnnotatorError):
                raise error
            self.say(error.message, Severity.ERROR)

        self._tasks.run(job, done, failed)

    def close_reading(self) -> None:
        """Put the other readings away; the views stand as before, where nobody arranged them otherwise since."""
        before = self._before
        if before is None or not self.others:
            return
        self._put_others_away(before)
        self._changed()

    def _put_others_away(self, before: _Before) -> None:
        lent = list(before.lent)
        for pane in reversed(self.others):
            if self.arrangement.count > before.arrangement.count:
                self._take_out(pane.number)
            else:
                uid, key = lent.pop() if lent else ("", None)
                self._put(pane.place, self.catalogue.by_uid.get(uid), key)
        if self.arrangement.count == before.arrangement.count:
            self.arrangement = before.arrangement

    def difference(self, pane: Pane | None = None) -> Differing | None:
        """What differs on the image that another reading (`pane`, None: the first) is shown on; None while none is shown."""
        pane = pane or self.compared
        if pane is None or pane.image is None or pane.place.other is None:
            return None
        own, other = self._own_on(pane.image.key), pane.annotations
        known = self._compared.get(pane.number)
        if known is None or known[0] is not own or known[1] is not other:
            known = self._compared[pane.number] = own, other, differing(own, other, pane.image.rows, pane.image.columns)
        return known[2]

    def aim(self, x: float, y: float, pixel: float, number: int) -> None:
        """The pointer is at an image point of a view with another reading; `pixel` is one screen pixel in image pixels."""
        self._aim = (number, x, y, pixel)

    def aim_nowhere(self) -> None:
        """The pointer is not over the other reading."""
        self._aim = None

    def take_over(self, annotation: Annotation | None = None) -> bool:
        """Take an annotation of the other reading (None: the aimed one) over into the own, as one edit; False where that cannot be."""
        pane, annotation = self.compared, annotation or self.aimed
        image, modality = (pane.image, pane.series.project_modality if pane.series else None) if pane is not None else (None, None)
        if pane is None or annotation is None or image is None or annotation.image != image.key or modality is None:
            self.refuse(message("Put the pointer on an annotation of the other reading: that one is taken over"))
            return False
        categories = {category.key: category for category in self.project.project.categories_of(modality)}
        if annotation.category not in categories:
            self.refuse(message("The project has no category {key} for these images any more", key=annotation.category))
            return False
        if not self._drawn_on_these(pane.place, image):
            self.refuse(message("That annotation was drawn on other pixels than this image has: it was not taken over"))
            return False
        if image.key != self._key:
            self._show_image(image.key)
        name, rules = categories[annotation.category].name, {"deliver_boxes": modality.deliver_boxes, "exclusive": modality.exclusive}
        edit = taken_over(self.document, image, annotation, name, **rules)
        if not self._do(edit) or isinstance(edit, Refusal):
            return False
        new = edit.changes[0].subject
        self.select([new.id])
        self.say(message("Taken over from {author}: annotation {id}", author=new.drawn.author or "?", id=new.id), undo=True)
        return True

    def annotations_at(self, place: Place) -> tuple[Annotation, ...]:
        """Return the annotations of another view's image, as the reading has them that is shown there."""
        if place.other is None or place.key is None:
            return super().annotations_at(place)
        return place.other.on(place.key)

    def activate(self, number: int) -> None:
        """Work in another view; in another reading nobody works."""
        if self.panes[number].place.other is not None:
            self.refuse(message("This is a saved reading, to look at only: draw in your own view"))
            return
        super().activate(number)
        self._keep_company()

    def step_pane(self, step: int) -> None:
        """Work in the next or previous view that shows the own reading."""
        own = [pane.number for pane in self.shown_panes if pane.place.other is None]
        if self.active in own and len(own) > 1:
            self.activate(own[(own.index(self.active) + step) % len(own)])

    def close_pane(self) -> None:
        """Close the other reading, if one is shown; else the active view."""
        if self.compared is not None:
            self.close_reading()
        else:
            super().close_pane()

    def _show_beside(self, others: Sequence[OtherReading]) -> None:
        window, links = self.window, self._before.links if self._before is not None else self.links
        if self._before is not None and len(self.others) != len(others):
            self._put_others_away(self._before)
            self._before = None
        panes = self.others
        if not panes:
            count = self.arrangement.count
            alone = count <= len(others)
            arrangement = Arrangement.grid(1, len(others) + 1) if alone else self.arrangement
            self._make(arrangement.count)
            numbers = [(self.active + 1 + n) % arrangement.count for n in range(len(others))]
            panes = tuple(self.panes[number] for number in (sorted(numbers) if alone else numbers))
            lent = ((p.series.uid, p.place.key) if p.series is not None else ("", None) for p in panes if p.number < count)
            self._before = _Before(self.arrangement, tuple(lent), links)
            self.arrangement = arrangement
            self.links = replace(self.links, paging=True, look=True)
        for pane, other in zip(panes, others, strict=True):
            place, windowed = pane.place, self.place.windowed
            place.leave()
            place.series, place.key, place.other = self.series, self._key, other
            if windowed:
                place.show_window(window)
        self._note_places()
        self._changed()

    def _changed(self) -> None:
        """Tell everybody that the views stand or look otherwise; a reading that is out of sight by that is put away."""
        for pane in self.panes[self.arrangement.count :]:
            if pane.place.other is not None:
                pane.place.leave()
        if self._before is not None and not self.others:
            before, self._before, self._aim = self._before.links, None, None
            self.links = replace(self.links, paging=before.paging, look=before.look)
        super()._changed()

    def _show_opened(self, index: int | None, otherwise: int) -> None:
        super()._show_opened(index, otherwise)
        self._keep_company()

    def _keep_company(self) -> None:
        """Let the other readings show the series that is worked in now; those of another case are put away."""
        here, others = self.series, self.others
        if here is None or not others:
            return
        if any(pane.place.other is not None and case_of(here) != pane.place.other.saved.case for pane in others):
            self.close_reading()
            return
        behind = [pane for pane in others if pane.series is not None and pane.series.uid != here.uid]
        for pane in behind:
            other = pane.place.other
            pane.place.leave()
            pane.place.series, pane.place.key, pane.place.other = here, self._key, other
        if behind:
            self._note_places()
            self._changed()

    def _look_at_nothing(self) -> None:
        if self.others:
            self.close_reading()
        super()._look_at_nothing()

    def _standing(self) -> tuple[str, int, Sequence[tuple[str, str]]]:
        """How the views stand without the other readings, to be remembered: arrangement, the active view, what each shows."""
        arrangement, number, seen = super()._standing()
        before, left = self._before, self.arrangement
        if before is None or left.count <= before.arrangement.count:
            return arrangement, number, seen
        rest = list(seen)
        for pane in reversed(self.others):
            if left.count > before.arrangement.count:
                left, number = left.without(pane.number), number - (number > pane.number)
                del rest[pane.number]
        return str(before.arrangement), number, tuple(rest) if left.count > 1 else ()

    def _drawn_on_these(self, place: Place, image: Image) -> bool:
        """Whether the pixels that the other reading was drawn on are those of the image, as far as both are known."""
        recorded = place.other.pixels.get(image.key, "") if place.other else ""
        return not recorded or recorded == self._pixels_now(image.key)

    def _pixels_now(self, key: ImageKey) -> str:
        """The digest of the pixels that an image has, as far as that is known; else empty."""
        picture = self._pictures.get(key)
        return self._pixels.get(key) or (picture.digest if isinstance(picture, Picture) else "")

    def _own_on(self, key: ImageKey) -> tuple[Annotation, ...]:
        """The annotations that the own reading has on any image of the open case."""
        if key == self._key:
            return self.annotations
        document = self._works[self._case].document if self._case in self._works else Document()
        regions = self._regions(document, key)
        return (with_regions(document, key, regions) if regions else document).on(key)
