"""The part of a session that shows other planes of the series that is worked in, beside its slices."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.domain.image import Image, ImageKey
from annotator.domain.project import Project
from annotator.i18n import message
from annotator.workspace.linked import Linked
from annotator.workspace.notice import Severity, Topic

if TYPE_CHECKING:
    from annotator.workspace.planes import Planes


class Reformatting(Linked, ABC):
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
        if shown:
            from annotator.workspace.planes import Planes  # only now is it needed

            planes = Planes(self, self._pictures.get, self._pictures.reserve, lambda: self._pictures.stock.most // 2)
            if planes.problem is not None:
                self.say(message("There are no other planes of this series: {reason}", reason=planes.problem), Severity.WARNING)
                planes.close()
            else:
                self.planes = planes
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
