"""Bring annotations of other programs into the open cases, and the project out to them, from the window."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.domain.annotation import BOX, Annotation
from annotator.domain.edit import Change, Edit
from annotator.domain.image import ImageKey
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace.classing import Classing
from annotator.workspace.exchange.dataset import DataSet
from annotator.workspace.exchange.export import Wish, export
from annotator.workspace.exchange.offered import RECORD
from annotator.workspace.exchange.opening import read_for
from annotator.workspace.exchange.project_source import project_data_set
from annotator.workspace.exchange.reading import Findings, FromPages
from annotator.workspace.exchange.writing import Outcome
from annotator.workspace.notice import Severity
from annotator.workspace.work import case_of

_BETWEEN = 0.1
Failed = Callable[[AnnotatorError], None]
Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Found:
    """What was read of other programs' files, before it is taken in."""

    data: DataSet
    findings: Findings

    @property
    def drawn(self) -> Mapping[ImageKey, tuple[Annotation, ...]]:
        """The annotations of each image that has some."""
        return {key: found for key, found in self.data.fill.drawn.items() if found} if isinstance(self.data.fill, FromPages) else {}


class Exchanging(Classing, ABC):
    """The part of a session that imports and exports."""

    @abstractmethod
    def open_series(self, uid: str, index: int | None = None) -> None:
        """Show a series of the catalogue."""

    def look_into(self, source: Path, read_as: str, done: Callable[[Found], None], failed: Failed) -> Report:
        """Read files for the images that are open, in the background; nothing changes.  The report cancels it."""
        project, catalogue, report = self.project, self.catalogue, Report()
        self._tasks.run(lambda: Found(*read_for(project, catalogue, source, read_as, report)), done, self._telling(failed))
        return report

    def take_in(self, found: Found) -> tuple[int, int]:
        """Add what was read to its cases, one edit a case, and return how many annotations and cases that were.

        What is there already, the same shape in the same category, is not added again.
        """
        if self.scanning is not None:
            self.say(message("The images are still being read: import again in a moment"), Severity.WARNING)
            return 0, 0
        by_case: dict[str, dict[ImageKey, tuple[Annotation, ...]]] = {}
        first: dict[str, tuple[str, int]] = {}
        for series in self.catalogue.in_order:
            for key in series.places.keys() & found.drawn.keys():
                by_case.setdefault(case_of(series), {})[key] = found.drawn[key]
                first[case_of(series)] = min(first.get(case_of(series), (series.uid, 1 << 60)), (series.uid, series.places[key]))
        added = cases = 0
        for case, drawn in by_case.items():
            self.open_series(*first[case])
            number = self._add(drawn)
            added, cases = added + number, cases + bool(number)
        self.say(message("{annotations} annotations imported into {cases} cases", annotations=added, cases=cases), undo=cases == 1)
        return added, cases

    def export_to(self, wish: Wish, watch: Watch, done: Callable[[Outcome], None], failed: Failed) -> Report:
        """Write the project's saved annotations as wished, in the background; `watch` hears how far it is.  The report cancels it."""
        self.save()
        project, keeping = self.project, self._keeping
        report, told = Report(), [0.0]

        def tell(running: Report) -> None:
            now = time.monotonic()
            if now - told[0] > _BETWEEN or running.done == running.total:
                told[0] = now
                done_now, total = running.done, running.total or 0
                self._tasks.post(lambda: watch(done_now, total))

        def job() -> Outcome:
            data = keeping.between_saves(lambda: project_data_set(project, RECORD, Report()))
            report.watch = tell
            return export(data, wish, report)

        self._tasks.run(job, done, self._telling(failed))
        return report

    def _add(self, drawn: Mapping[ImageKey, Sequence[Annotation]]) -> int:
        """Add annotations to images of the open case as one edit; returns how many were new."""
        document, modality = self.document, self.series.project_modality if self.series else None
        changes: list[Change] = []
        for key, read in drawn.items():
            there = {(a.category, a.shape) for a in document.on(key)}
            number = document.next_id(key)
            for annotation in read:
                if modality is not None and modality.deliver_boxes and isinstance(annotation.shape, Region):
                    annotation = replace(annotation, shape=Region.box(*annotation.shape.bounds), toolname=BOX)
                if (annotation.category, annotation.shape) not in there:
                    changes.append(Change(None, replace(annotation, id=number, parent=None)))
                    number += 1
        return len(changes) if changes and self._do(Edit(message("import annotations"), tuple(changes))) else 0

    def _telling(self, failed: Failed) -> Callable[[Exception], None]:
        def tell(error: Exception) -> None:
            failed(error) if isinstance(error, AnnotatorError) else self._refused(error)

        return tell
