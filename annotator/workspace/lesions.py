"""Keep where the nipple is in each mammogram, and which outlines on two views of a breast are one lesion: facts of the case."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Iterable, Mapping

from annotator.domain import facts, tying
from annotator.domain.edit import Edit
from annotator.domain.image import Image, ImageKey
from annotator.domain.path import Point
from annotator.i18n import message
from annotator.workspace.mammography import Mammography
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.place import Place
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import Work


class Lesions(Mammography, ABC):
    """The part of a session that knows what several views of a breast have in common."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._picked: tuple[tying.Member, ...] = ()

    def nipple(self, image: Image) -> Point | None:
        """Return where a person saw the nipple in an image, in image coordinates."""
        try:
            x, y = self._case_of(image)[1].facts.get(facts.nipple(image.key), "").split()
            return float(x), float(y)
        except ValueError:
            return None

    def mark_nipple(self, point: Point | None) -> bool:
        """Keep where the nipple is in the chosen image (None: take that back), as one edit; False where nothing changed."""
        image = self.image
        if image is None:
            return False
        said = None if point is None else f"{round(point[0], 1)!r} {round(point[1], 1)!r}"
        name = message("Mark the nipple") if said else message("Take the nipple mark away")
        return self.say_of_case(name, {facts.nipple(image.key): said})

    def select(self, numbers: Iterable[int]) -> None:
        """Select annotations of the chosen image; what is tied to them shows in the other views."""
        before = self.selection
        super().select(numbers)
        if self._key is not None and len(self.selection) == 1:
            picked = (self._key, next(iter(self.selection)))
            self._picked = (picked, *(other for other in self._picked if other[0] != picked[0]))[:2]
        if self.selection != before:
            self._repaint_tied()

    def lesions(self) -> Mapping[tying.Member, str]:
        """Return the letter of its lesion for each annotation of the open case that is tied to another one."""
        work = self._works.get(self._case)
        return tying.letters(work.document) if work is not None else {}

    def lesion(self, key: ImageKey, annotation: int) -> str:
        """Return the letter of the lesion of the open case that an annotation is tied to, empty where it is to none."""
        return self.lesions().get((key, annotation), "")

    def _step(self, work: Work, edit: Edit, after: Work) -> None:
        super()._step(work, edit, after)
        if edit.facts:
            self._repaint_tied()

    def _look_at_nothing(self) -> None:
        super()._look_at_nothing()
        self._picked = ()

    def tied_at(self, place: Place) -> frozenset[int]:
        """Return what is tied to the selection on the image of another view."""
        if place.key is None or self._key is None or not self.selection:
            return frozenset()
        document = self.document
        lesions = {tying.lesion_of(document, (self._key, number)) for number in self.selection} - {None}
        if not lesions:
            return frozenset()
        return frozenset(a.id for a in document.on(place.key) if tying.lesion_of(document, (place.key, a.id)) in lesions)

    def tie(self) -> None:
        """Tie the selected annotation and the one selected before on another view of this breast as one lesion."""
        document, here = self.document, self._selected()
        other = next((found for found in self._picked if here and found[0] != here[0] and document.find(*found) is not None), None)
        if here is None or other is None:
            self.say(message("Select the lesion in one view, then in the other, and tie them then"), Severity.WARNING)
            return
        views = self._views_of(here, other)
        if views[0][:1] != views[1][:1] or views[0] == views[1]:
            self.say(message("{one} and {other} are no two views of one breast: nothing was tied", one=views[1], other=views[0]),
                     Severity.WARNING)  # fmt: skip
            return
        number, said = tying.tie(document, other, here)
        if self.say_of_case(message("Tie as one lesion"), said):
            self.say(message("Lesion {letter}: {one} and {other}", letter=tying.letter(number), one=views[1], other=views[0]), undo=True)

    def untie(self) -> None:
        """Take the selected annotation out of its lesion."""
        here = self._selected()
        if here is not None:
            self.say_of_case(message("Untie the lesion"), tying.untie(self.document, here))

    def _selected(self) -> tying.Member | None:
        return (self._key, next(iter(self.selection))) if self._key is not None and len(self.selection) == 1 else None

    def _views_of(self, *members: tying.Member) -> list[str]:
        images = {image.key: image for image in self.case_images}
        sighted = (self.sighting(images[key]) if key in images else None for key, _ in members)
        return [found.code if found and found.view else "?" for found in sighted]

    def _repaint_tied(self) -> None:
        for pane in self.shown_panes:
            if not pane.active:
                pane.tell(Topic.SELECTION)
