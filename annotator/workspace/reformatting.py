"""The part of a session that shows other planes of the series that is worked in, beside its slices."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator import settings
from annotator.domain.image import Image, ImageKey
from annotator.domain.project import Project
from annotator.i18n import Message, message
from annotator.workspace.linked import Linked
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.showing import Showing

if TYPE_CHECKING:
    from annotator.workspace.planes import Planes

_SHOWN = "layout.planes"


class Reformatting(Linked, Showing, ABC):
    """`planes` while other planes are shown; they are no view that is worked in, and go along with the one that is."""

    planes: Planes | None = None

    @property
    def reading(self) -> bool:
        """Whether a folder is being read."""
        return self.scanning is not None

    @property
    def definition(self) -> Project:
        """The project's definition."""
        return self.project.project

    def show_planes(self, shown: bool) -> None:
        """Show the other planes of the open series, or the slices alone; says why where there are none."""
        self._put_planes_away()
        why = self._open_planes() if shown else None
        if why is not None:
            self.say(message("There are no other planes of this series: {reason}", reason=why), Severity.WARNING)
        else:
            self._remember_planes(shown)
        self._want()
        self._tell(Topic.LAYOUT)

    def _open_planes(self) -> Message | None:
        """Look at other planes of the open series; returns why there are none."""
        from annotator.workspace.planes import Planes  # only now is it needed

        planes = Planes(self, self._pictures.get, self._pictures.reserve, lambda: self._pictures.stock.most // 2)
        why = planes.problem
        if why is not None:
            planes.close()
        else:
            self.planes = planes
        return why

    def _remember_planes(self, shown: bool) -> None:
        try:
            settings.remember({_SHOWN: shown})
        except OSError:
            self.say(message("How views stand could not be remembered"), Severity.WARNING)

    def _look_on(self) -> None:
        """The scan is over: the planes that were shown the last time are shown again, where the open series has them."""
        super()._look_on()
        if self.planes is None and self.image is not None and settings.read(_SHOWN, False) and self._open_planes() is None:
            self._want()
            self._tell(Topic.LAYOUT)

    def _put_planes_away(self) -> None:
        if self.planes is not None:
            self.planes.close()
            self.planes = None

    def _decoded(self, key: ImageKey) -> None:
        super()._decoded(key)
        if self.planes is not None:
            self.planes.arrived(key)
            stock = self.stock
            if not stock.waiting and not stock.running and self.planes.wanted:
                self._want()

    def _ahead(self) -> Sequence[Image]:
        wanted = self.planes.wanted if self.planes is not None else ()
        return (*wanted, *super()._ahead()) if wanted else super()._ahead()
