"""Hang a PET/CT with the PET as seen from the front.  Looking only: nobody draws where all slices are seen at once."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence

from annotator.domain.edit import Edit
from annotator.domain.image import ImageKey
from annotator.domain.merge import Refusal
from annotator.i18n import Message, message
from annotator.tools.gesture import Change, Stroke
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.catalogue import Series
from annotator.workspace.frontal_series import FrontalSeries, frontal_series
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.pixels import Wish
from annotator.workspace.place import Place
from annotator.workspace.retouching import Retouching

_THREE, _FOUR = Arrangement.grid(1, 3), Arrangement.grid(2, 2)


class Fronting(Retouching, ABC):
    """The part of a session that looks through all of a series."""

    def hang_four(self) -> None:
        """Hang CT, PET, both fused, and the highest values of the PET as seen from the front."""
        self.hang_pet_ct()
        pet = self.panes[1].series if self.arrangement == _THREE and self.fused_panes == (2,) else None
        if pet is None:
            return
        seen = frontal_series(pet)
        if isinstance(seen, Message):
            self.say(message("The PET is not shown from the front: {reason}", reason=seen), Severity.WARNING)
            return
        self._make(_FOUR.count)
        self.arrangement = _FOUR
        place, beside = self.panes[3].place, self.panes[1].place
        self._show_frontal(place, seen, inverted=beside.window.inverted)
        if beside.picture is not None:
            place.show_window(beside.window)
        self._changed()

    def proposed(self, outcome: Stroke | Change, zoom: float = 1.0, *, sketch: bool = False) -> Edit | Refusal:
        """Return what a stroke or change would do; where all slices are seen at once it is refused."""
        if isinstance(self.series, FrontalSeries):
            return Refusal(message("Nothing is drawn where all slices are seen at once: draw on the slices themselves"))
        return super().proposed(outcome, zoom, sketch=sketch)

    def _go_along(self, before: Series | None, now: Series) -> None:
        """The next case was opened: where a PET was seen from the front, the next one is."""
        frontal = [pane.number for pane in self.shown_panes if pane.through is not None]
        super()._go_along(before, now)
        for pane in self.shown_panes:
            seen = frontal_series(pane.series) if pane.number in frontal and pane.series is not None and pane.through is None else None
            if isinstance(seen, FrontalSeries):
                inverted = pane.image is not None and pane.place.levels.inverted(pane.image)
                self._show_frontal(pane.place, seen, inverted=inverted)
                self._changed()

    @staticmethod
    def _show_frontal(place: Place, seen: FrontalSeries, *, inverted: bool) -> None:
        place.leave()
        place.series = seen
        place.go(0)
        if inverted and place.image is not None and not place.levels.inverted(place.image):
            place.levels.invert(place.image)

    def _beside(self) -> Sequence[Wish]:
        """What the other views look at; the slices that are looked through are asked for once."""
        found, own = list[Wish](), [pane.images for pane in self.shown_panes]
        for wish in super()._beside():
            if any(wish.images is images for images in own) or not any(wish.images is other.images for other in found):
                found.append(wish)
        return tuple(found)

    def _decoded(self, key: ImageKey) -> None:
        super()._decoded(key)
        for pane in self.shown_panes:
            if isinstance(pane.series, FrontalSeries) and key in pane.series.source.places:
                if pane.active:
                    self._tell(Topic.PICTURE, Topic.WINDOW)
                else:
                    pane.tell(Topic.PICTURE, Topic.WINDOW)
