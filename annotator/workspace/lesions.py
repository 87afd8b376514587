"""Keep where the nipple is in each mammogram, and which outlines on two views of a breast are one lesion: facts of the case."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from annotator.domain import facts, lesions
from annotator.domain.annotation import Annotation
from annotator.domain.edit import Edit
from annotator.domain.image import Image, ImageKey
from annotator.domain.path import Point
from annotator.i18n import message
from annotator.workspace.catalogue import Series
from annotator.workspace.mammography import Mammography
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.place import Place
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import Work, case_of

_PICKED = 8
"""So many annotations are remembered that were selected."""


class Lesions(Mammography, ABC):
    """The part of a session that knows what several views of a breast have in common."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._picked: tuple[lesions.Member, ...] = ()
        self._ties: dict[str, tuple[lesions.LesionRegister, Mapping[lesions.Member, int], Mapping[lesions.Member, str]]] = {}
        """By case, what its lesions are called."""

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
            self._picked = (picked, *(other for other in self._picked if other != picked))[:_PICKED]
        if self.selection != before:
            self._repaint_tied()

    def lesions(self, series: Series | None = None) -> Mapping[lesions.Member, str]:
        """Return what its lesion is called for each annotation that is not alone in it: A, B, … on mammograms, else 1, 2, ….

        They are those of the open case, or of the one that a series belongs to.
        """
        case = self._case if series is None else case_of(series)
        work = self._works.get(case)
        if work is None:
            return {}
        if case not in self._ties:
            self._ties = {one: ties for one, ties in self._ties.items() if one in self._works}
            self._ties[case] = lesions.LesionRegister(), {}, {}
        register, known, said = self._ties[case]
        found = register.shared(work.document)
        if known is not found:
            named = (image for one in self._members(case) if one.project_modality is not None for image in one.images)
            mammograms = {image.key for image in named if image.modality == "MG"}
            said = {m: lesions.letter(n) if m[0] in mammograms else str(n) for m, n in found.items()}
            self._ties[case] = register, found, said
        return said

    def lesion(self, key: ImageKey, annotation: int) -> str:
        """Return what the lesion of the open case is called that an annotation is a part of, empty where it is alone."""
        return self.lesions().get((key, annotation), "")

    def _step(self, work: Work, edit: Edit, after: Work) -> None:
        super()._step(work, edit, after)
        if edit.regroups:
            self._repaint_tied()

    def _look_at_nothing(self) -> None:
        super()._look_at_nothing()
        self._picked, self._ties = (), {}

    def tied_at(self, place: Place) -> frozenset[int]:
        """Return what is tied to the selection on the image of another view."""
        if place.key is None or self._key is None or not self.selection:
            return frozenset()
        tied = {a.lesion for a in self.annotations if a.id in self.selection} - {None}
        return frozenset(a.id for a in self.document.on(place.key) if a.lesion in tied) if tied else frozenset()

    def tie(self) -> None:
        """Tie the selected annotation and the one selected before on another view of this breast as one lesion."""
        here = self._selected()
        other = self._selected_before(elsewhere=True)
        if here is None or other is None:
            self.refuse(message("Select the lesion in one view, then in the other, and tie them then"))
            return
        views = self._views_of(here, other)
        if views[0][:1] != views[1][:1] or views[0] == views[1]:
            self.say(message("{one} and {other} are no two views of one breast: nothing was tied", one=views[1], other=views[0]),
                     Severity.WARNING)  # fmt: skip
            return
        joined = lesions.join(self.document, other, [here])
        name = message("Tie as one lesion")
        if self._do(replace(joined, name=name) if isinstance(joined, Edit) else joined):
            letter = self.lesion(other.image, other.id)
            self.say(message("Lesion {letter}: {one} and {other}", letter=letter, one=views[1], other=views[0]), undo=True)

    def untie(self) -> None:
        """Take the selected annotation out of its lesion."""
        here = self._selected()
        if here is not None:
            parted = lesions.separate(self.document, [here])
            self._do(replace(parted, name=message("Untie the lesion")) if isinstance(parted, Edit) else parted)

    def _selected(self) -> Annotation | None:
        return next((a for a in self.annotations if a.id in self.selection), None) if len(self.selection) == 1 else None

    def _selected_before(self, *, elsewhere: bool = False) -> Annotation | None:
        """The annotation that was selected alone before what is selected now, if it still is there; `elsewhere`: on another image."""
        found = (self.document.find(*member) for member in self._picked if not elsewhere or member[0] != self._key)
        return next((a for a in found if a is not None and (a.image != self._key or a.id not in self.selection)), None)

    def _views_of(self, *members: Annotation) -> list[str]:
        images = {image.key: image for image in self.case_images}
        sighted = (self.sighting(images[a.image]) if a.image in images else None for a in members)
        return [found.code if found and found.view else "?" for found in sighted]

    def _repaint_tied(self) -> None:
        for pane in self.shown_panes:
            if not pane.active:
                pane.tell(Topic.SELECTION)
