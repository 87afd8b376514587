"""Check the project beside the window, and lead from what was found to the image that it speaks of."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.domain.finding import Finding
from annotator.errors import AnnotatorError
from annotator.i18n import mark, message
from annotator.progress import Report
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.exchanging import Exchanging, Run
from annotator.workspace.notice import Severity
from annotator.workspace.queueing import Queueing
from annotator.workspace.tasks import Tasks

if TYPE_CHECKING:  # what checks is loaded when somebody checks
    from annotator.workspace.checking.running import Tally

MOST = 5000
"""Findings that the window lists."""


@dataclass(frozen=True)
class Examined:
    """What a check of the project found: counts, and the first findings by path, errors first."""

    tally: Tally
    findings: tuple[Finding, ...]


class Examining(Queueing, Exchanging, ABC):
    """The part of a session that checks."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._awaited_image: Path | None = None
        """The image that is to be shown as soon as it is found."""

    def examine(self, told: Callable[[Examined | AnnotatorError | None], None]) -> Run:
        """Check the whole project beside the window; what was looked at before and is as it was is not looked at again."""
        project, run = self.project, Run(mark("Checking"))

        def job() -> Examined:
            from annotator.workspace.checking.running import checked
            from annotator.workspace.executor import workers

            with checked(project, run.report, jobs=max(1, workers() - 1), resume=True, beside=True) as found:
                every = sorted((finding for finding, _ in zip(found.findings(), range(20 * MOST), strict=False)),
                               key=lambda finding: finding.severity.value)  # fmt: skip
                return Examined(found.tally, tuple(every[:MOST]))

        self._when_saved(run, lambda: self._exchange(run, job, told), told)
        return run

    def go_to(self, finding: Finding) -> None:
        """Show the image that a finding speaks of; its series is opened beside what is open."""
        project = self.project

        def job() -> Path | None:
            from annotator.workspace.checking.leading import image_of

            return image_of(project, finding.path)

        self._tasks.run(job, self._lead, self._lead_nowhere)

    def _lead(self, path: Path | None) -> None:
        if path is None:
            self.say(message("No image belongs to this finding, or it is not there any more"), Severity.WARNING)
            return
        if self._open_image(path):
            return
        self._awaited_image = path
        if self.scanning is not None or self.catalogue == Catalogue():
            self.open_folder([path.parent])
        else:
            self.open_beside([path.parent])

    def _lead_nowhere(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        self._lead(None)

    def _open_image(self, path: Path) -> bool:
        """Show an image that is among those that are open."""
        for series in self.catalogue.in_order:
            place = _place(series, path)
            if place is not None:
                self.open_series(series.uid, place)
                return True
        return False

    def _found(self, report: Report, catalogue: Catalogue) -> None:
        super()._found(report, catalogue)
        if self._awaited_image is not None and self._open_image(self._awaited_image):
            self._awaited_image = None


def _place(series: Series, path: Path) -> int | None:
    return next((place for place, image in enumerate(series.images) if Path(image.path) == path), None)
