"""Hang cuts through a series beside it, and go to one place of the patient in all views.  Looking only: nobody draws on a cut."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence

from annotator.domain.image import ImageKey, Vector
from annotator.domain.links import project, same_frame
from annotator.domain.reformat import Along
from annotator.i18n import Message, message
from annotator.tools.gesture import Outcome, Stroke
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.copying import Copying
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.pixels import Wish
from annotator.workspace.place import Place
from annotator.workspace.reformatted import Reformatted, reformatted

NO_DRAWING = message("Nothing is drawn on a cut: draw on the slices themselves, and see it here")
_BESIDE = Arrangement((1, 2), upright=True)
_FOUR = Arrangement.grid(2, 2)


class Reformatting(Copying, ABC):
    """The part of a session that shows cuts."""

    def may_reformat(self) -> bool:
        """Whether there is a series that may have other planes."""
        return self.series is not None and len(self.images) > 0 and self.images[0].plane is not None

    def hang_planes(self) -> None:
        """Hang the open series with its two other planes at its right, all through the middle of what is looked at."""
        here = self.series
        if here is None or self.image is None:
            return
        if isinstance(here, Reformatted):
            here = here.source
        made = [reformatted(here, along) for along in Along]
        cuts = [cut for cut in made if isinstance(cut, Reformatted)]
        if len(cuts) < len(made):
            why = next(cut for cut in made if isinstance(cut, Message))
            self.say(message("There are no other planes of this series: {reason}", reason=why), Severity.WARNING)
            return
        key = self.image.key if self.image.key in here.places else None
        window = self.window
        self.hang(_BESIDE, [(here.uid, key)])
        middle = self._middle()
        for place, cut in zip((self.panes[1].place, self.panes[2].place), cuts, strict=True):
            self._show_cut(place, cut, middle)
            place.show_window(window)
        self._changed()

    def hang_four(self) -> None:
        """Hang CT, PET, both fused, and the PET's highest values as seen from the front (or the side where slices stand)."""
        self.hang_pet_ct()
        if self.fused_panes != (2,) or self.arrangement != Arrangement.grid(1, 3):
            return
        pet = self.panes[1].series
        seen = reformatted(pet, Along.ROW, maximum=True) if pet is not None else message("the study has no PET")
        if isinstance(seen, Message):
            self.say(message("There are no other planes of this series: {reason}", reason=seen), Severity.WARNING)
            return
        self._make(_FOUR.count)
        self.arrangement = _FOUR
        place, window = self.panes[3].place, self.panes[1].place.window
        self._show_cut(place, seen, None)
        if self.panes[1].picture is not None:
            place.show_window(window)
        if window.inverted and place.image is not None and not place.levels.inverted(place.image):
            place.levels.invert(place.image)
        self._changed()

    def go_to(self, place: Place, x: float, y: float) -> None:
        """Show in all views of one frame of reference the slices that hold what is at an image point of a view."""
        image = place.image
        if image is None or image.plane is None:
            return
        point, self._going = image.plane.to_patient(x, y), True
        for pane in self.shown_panes:
            if pane.place is not place and pane.images and same_frame(image, pane.images[0]):
                nearest = _nearest(pane.place, point)
                if nearest != pane.index:
                    self.show_in(pane.number, nearest)
        self._going = False

    def perform(self, outcome: Outcome, zoom: float = 1.0) -> None:
        """Do what a tool's conversation ended in; a shape on a cut is refused."""
        if isinstance(outcome, Stroke) and isinstance(self.series, Reformatted):
            self.say(NO_DRAWING, Severity.WARNING)
            return
        super().perform(outcome, zoom)

    def _middle(self) -> Vector | None:
        image = self.image
        return image.plane.to_patient(image.columns / 2, image.rows / 2) if image is not None and image.plane is not None else None

    @staticmethod
    def _show_cut(place: Place, cut: Reformatted, point: Vector | None) -> None:
        place.leave()
        place.series = cut
        place.go(_nearest(place, point) if point is not None else len(cut.images) // 2)

    def _beside(self) -> Sequence[Wish]:
        """What the other views look at; the slices that a cut is made of are asked for once."""
        found, known = list[Wish](), [self.place.wish.images]
        for wish in super()._beside():
            if not any(wish.images is images for images in known) or wish.images in [p.images for p in self.shown_panes]:
                found.append(wish)
            known.append(wish.images)
        return tuple(found)

    def _decoded(self, key: ImageKey) -> None:
        super()._decoded(key)
        for pane in self.shown_panes:
            if isinstance(pane.series, Reformatted) and key in pane.series.source.places:
                if pane.active:
                    self._tell(Topic.PICTURE, Topic.WINDOW)
                else:
                    pane.tell(Topic.PICTURE, Topic.WINDOW)


def _nearest(place: Place, point: Vector) -> int:
    """The place of the image that is nearest to a point of the patient."""
    distances = [project(image.plane, point)[1] if image.plane is not None else float("inf") for image in place.images]
    return min(range(len(distances)), key=distances.__getitem__)
