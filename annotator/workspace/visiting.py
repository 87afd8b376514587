"""Visit the other studies of the patient: look for them beside the window, and open one in another view or in this one."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable

from annotator.errors import AnnotatorError
from annotator.i18n import Message
from annotator.progress import Cancelled, Report
from annotator.workspace.catalogue import Catalogue
from annotator.workspace.notice import Topic
from annotator.workspace.panes import Panes
from annotator.workspace.studies import Asked, PatientStudy, studies_of

Answer = tuple[tuple[PatientStudy, ...], Catalogue]


class Visiting(Panes, ABC):
    """The part of a session that knows a patient's other studies."""

    def look_for_studies(self, report: Report, told: Callable[[Answer | Message], None]) -> None:
        """Find the studies of the shown patient and what is annotated on them; `told` hears them, or why they cannot be found."""
        if self.series is None:
            told(((), Catalogue()))
            return
        image, works = self.image, {case: work.document for case, work in self._works.items()}
        try:
            names = self._keeping.known(image) if image is not None else None
        except AnnotatorError as error:
            told(error.message)
            return
        asked = Asked(self.project, self.catalogue, self.series, names.patient if names else "", works)
        keep = self._keeping.without_masks

        def failed(error: Exception) -> None:
            if isinstance(error, AnnotatorError):
                told(error.message)
            elif not isinstance(error, Cancelled):
                raise error

        self._tasks.run(lambda: studies_of(asked, keep, report), told, failed)

    def visit(self, study: PatientStudy, elsewhere: Catalogue, *, beside: bool) -> None:
        """Open the first series of a study: beside the shown one, or in its place, from where `back` returns."""
        if not study.here:
            new = [elsewhere.by_uid[series.uid] for series in study.study.series if series.uid not in self.catalogue.by_uid]
            self.catalogue = self.catalogue.with_series(new).for_project(self.project.project, {study.study.uid})
            self._tell(Topic.CATALOGUE)
        first = next((series.uid for series in study.study.series if series.count), None)
        if first is None:
            return
        if beside and self.arrangement.count == 1:
            self.add_pane()
        elif beside:
            before = self.active
            self.step_pane(1)
            if self.active == before:
                self.add_pane()
        self.open_series(first)
