"""Show another reading of the open case in a view beside the own one: looked at, never worked in; an annotation of it is taken over."""

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
    """How the views stood before a reading was shown: the arrangement, what the view showed that was lent, and the links."""

    arrangement: Arrangement
    series: str
    key: ImageKey | None
    links: Links


class Comparing(Linked, ABC):
    """The part of a session that shows another reading; there is at most one."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._aim: tuple[float, float, float] | None = None
        self._before: _Before | None = None
        self._compared: tuple[object, object, Differing] = (None, None, Differing())

    @property
    def compared(self) -> Pane | None:
        """The view that shows another reading."""
        return next((pane for pane in self.shown_panes if pane.place.other is not None), None)

    @property
    def aimed(self) -> Annotation | None:
        """What the pointer is on in the other reading."""
        pane, aim = self.compared, self._aim
        if pane is None or aim is None:
            return None
        there, (x, y, pixel) = pane.annotations, aim
        found = hit(there, x, y, _REACH * pixel)
        return next((a for a in there if a.id == found.annotation), None) if found else None

    def look_for_readings(self, report: Report, told: Callable[[Listed | Message], None]) -> None:
        """List the readings of the open case beside the window; `told` hears more and more of them, or why they cannot be read."""
        root, case = self.project.root, self._case

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

    def show_reading(self, reading: SavedReading) -> None:
        """Show a reading of the open case beside the own one, at the same image, as soon as it is read."""
        root, project = self.project.root, self.project.project

        def done(found: OtherReading) -> None:
            if found.saved.case == self._case and self._key is not None:
                self._show_beside(found)

        def failed(error: Exception) -> None:
            if not isinstance(error, AnnotatorError):
                raise error
            self.say(error.message, Severity.ERROR)

        self._tasks.run(lambda: open_reading(root, project, reading), done, failed)

    def close_reading(self) -> None:
        """Put the other reading away; the views stand as before, where nobody arranged them otherwise since."""
        pane, before = self.compared, self._before
        if pane is None or before is None:
            return
        if self.arrangement.count > before.arrangement.count:
            self._take_out(pane.number)
        else:
            self._put(pane.place, self.catalogue.by_uid.get(before.series), before.key)
        self._changed()

    def difference(self) -> Differing | None:
        """What differs on the image that the other reading is shown on; None while none is shown."""
        pane = self.compared
        if pane is None or pane.image is None:
            return None
        own, other = self._own_on(pane.image.key), pane.annotations
        if self._compared[0] is not own or self._compared[1] is not other:
            self._compared = own, other, differing(own, other, pane.image.rows, pane.image.columns)
        return self._compared[2]

    def aim(self, x: float, y: float, pixel: float) -> None:
        """The pointer is at an image point of the other reading; `pixel` is one screen pixel in image pixels."""
        self._aim = (x, y, pixel)

    def aim_nowhere(self) -> None:
        """The pointer is not over the other reading."""
        self._aim = None

    def take_over(self, annotation: Annotation | None = None) -> bool:
        """Take an annotation of the other reading (None: the aimed one) over into the own, as one edit; False where that cannot be."""
        pane, annotation = self.compared, annotation or self.aimed
        image, modality = (pane.image, pane.series.project_modality if pane.series else None) if pane is not None else (None, None)
        if pane is None or annotation is None or image is None or annotation.image != image.key or modality is None:
            self.say(message("Put the pointer on an annotation of the other reading: that one is taken over"), Severity.WARNING)
            return False
        categories = {category.key: category for category in self.project.project.categories_of(modality)}
        if annotation.category not in categories:
            self.say(message("The project has no category {key} for these images any more", key=annotation.category), Severity.WARNING)
            return False
        if not self._drawn_on_these(pane.place, image):
            self.say(message("That annotation was drawn on other pixels than this image has: it was not taken over"), Severity.WARNING)
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
            self.say(message("This is a saved reading, to look at only: draw in your own view"), Severity.WARNING)
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

    def _show_beside(self, other: OtherReading) -> None:
        pane, window = self.compared, self.window
        if pane is None:
            alone = self.arrangement.count == 1
            self._make(2)
            pane = self.panes[1 if alone else (self.active + 1) % self.arrangement.count]
            lent = ("", None) if alone or pane.series is None else (pane.series.uid, pane.place.key)
            self._before = _Before(self.arrangement, *lent, self.links)
            self.arrangement = Arrangement.grid(1, 2) if alone else self.arrangement
            self.links = replace(self.links, paging=True, look=True)
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
        if self._before is not None and self.compared is None:
            before, self._before, self._aim = self._before.links, None, None
            self.links = replace(self.links, paging=before.paging, look=before.look)
        super()._changed()

    def _show_opened(self, index: int | None, otherwise: int) -> None:
        super()._show_opened(index, otherwise)
        self._keep_company()

    def _keep_company(self) -> None:
        """Let the other reading show the series that is worked in now; that of another case is put away."""
        pane = self.compared
        if pane is None or pane.place.other is None or self.series is None:
            return
        if case_of(self.series) != pane.place.other.saved.case:
            self.close_reading()
        elif pane.series is not None and pane.series.uid != self.series.uid:
            other = pane.place.other
            pane.place.leave()
            pane.place.series, pane.place.key, pane.place.other = self.series, self._key, other
            self._note_places()
            self._changed()

    def _look_at_nothing(self) -> None:
        if self.compared is not None:
            self.close_reading()
        super()._look_at_nothing()

    def _standing(self) -> tuple[str, int, Sequence[tuple[str, str]]]:
        """How the views stand without the other reading, to be remembered: arrangement, the active view, what each shows."""
        pane, before = self.compared, self._before
        if pane is None or before is None or self.arrangement.count <= before.arrangement.count:
            return super()._standing()
        arrangement, number, seen = super()._standing()
        left = self.arrangement.without(pane.number)
        rest = tuple(one for place, one in enumerate(seen) if place != pane.number) if left.count > 1 else ()
        return str(left), number - (number > pane.number), rest

    def _drawn_on_these(self, place: Place, image: Image) -> bool:
        """Whether the pixels that the other reading was drawn on are those of the image, as far as both are known."""
        recorded, picture = place.other.pixels.get(image.key, "") if place.other else "", self._pictures.get(image.key)
        now = self._pixels.get(image.key) or (picture.digest if recorded and isinstance(picture, Picture) else "")
        return not recorded or recorded == now

    def _own_on(self, key: ImageKey) -> tuple[Annotation, ...]:
        """The annotations that the own reading has on any image of the open case."""
        if key == self._key:
            return self.annotations
        document = self._works[self._case].document if self._case in self._works else Document()
        regions = self._regions(document, key)
        return (with_regions(document, key, regions) if regions else document).on(key)
