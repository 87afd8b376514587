"""Let views stand at the next start as they were left: what lay over them, what was looked through, a PET in inverse grey."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Sequence

from annotator.domain.fusion import fusible
from annotator.i18n import Message
from annotator.workspace.frontal_series import FrontalSeries, frontal_series, native
from annotator.workspace.fronting import Fronting
from annotator.workspace.fusing import is_inverse
from annotator.workspace.notice import Topic
from annotator.workspace.pane import Pane
from annotator.workspace.place import Over
from annotator.workspace.tasks import Tasks
from annotator.workspace.views import Look

_OTHERWISE = (Topic.SERIES, Topic.CATEGORY, Topic.TOOL, Topic.IMAGE, Topic.PICTURE, Topic.WINDOW)


class Returning(Fronting, ABC):
    """The part of a session that remembers how its views look beside what they show; it comes back when all of it has been read."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._looks: tuple[Look, ...] = ()

    def _standing(self) -> tuple[str, int, Sequence[tuple[str, str]]]:
        layout, active, seen = super()._standing()
        slices = {
            pane.number: (pane.through.source.uid, str(native(pane.through, None)[1] or ""))
            for pane in self.shown_panes
            if pane.through is not None
        }
        return layout, active, tuple(slices.get(number, shown) for number, shown in enumerate(seen))

    def _looking(self) -> tuple[Look, ...]:
        """How the shown views look; those that are still to look so, too."""
        waiting = {look.pane: look for look in self._looks}
        looks = [waiting.get(pane.number) or _look_of(pane) for pane in self.shown_panes]
        return tuple(look for look in looks if look is not None)

    def _seek_looks(self, looks: Sequence[Look]) -> None:
        """Let views look as they did, as soon as all is read of what they show."""
        self._looks = tuple(looks)

    def _look_on(self) -> None:
        super()._look_on()
        looks, self._looks = self._looks, ()
        changed = [pane for pane in self.shown_panes for look in looks if look.pane == pane.number and self._look_again(pane, look)]
        if changed:
            self._changed()
        if any(pane.active for pane in changed):
            self._tell(*_OTHERWISE)

    def _look_again(self, pane: Pane, look: Look) -> bool:
        """Let a view look as it did, if it still shows the same series; returns whether it looks otherwise now."""
        base, place = pane.series, pane.place
        if base is None or base.uid != look.series:
            return False
        over = self.catalogue.by_uid.get(look.over)
        lattice = fusible(base.images, over.images) if over is not None else None
        if over is not None and lattice is not None and not isinstance(lattice, Message):
            place.over = Over(over, lattice)
        seen = frontal_series(base) if look.through else None
        if isinstance(seen, FrontalSeries):
            self._show_frontal(place, seen, inverted=look.inverse)
        elif look.inverse and place.image is not None and not place.levels.inverted(place.image):
            place.levels.invert(place.image)
        return True


def _look_of(pane: Pane) -> Look | None:
    """How a view looks; None for one that only shows its series."""
    if pane.series is None:
        return None
    over, through, inverse = pane.place.over, pane.through is not None, is_inverse(pane.place)
    if over is None and not through and not inverse:
        return None
    return Look(pane.number, native(pane.series, None)[0].uid, over.series.uid if over is not None else "", through, inverse)
