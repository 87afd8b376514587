"""Bring the regions of a segmentation to the open case: the part of a session for projects that judge regions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from annotator.domain import judging
from annotator.domain.annotation import Annotation
from annotator.domain.blindness import veiled_message
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.judging import Judging
from annotator.domain.labels import LABELS, LabelVolume, is_drawn
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.progress import Cancelled, Report
from annotator.workspace.catalogue import Series
from annotator.workspace.guarding import Guarding
from annotator.workspace.labels import TRACED, keep, labelled_categories, volume_of
from annotator.workspace.notice import Question, Severity, Topic
from annotator.workspace.regions import Regions, beside, from_paths, from_series, looks_like_labels, stack_of
from annotator.workspace.tasks import Tasks

_AHEAD = 8
"""So many slices to each side of the shown one have their outlines made before they are asked for."""
_SHOWN_VALUES = 6


class Labelling(Guarding, ABC):
    """The part of a session that loads regions."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.loading: Report | None = None
        """There while regions are being loaded."""
        self._looked_for: set[str] = set()
        self._tracing = False
        self._unreadable: set[str] = set()

    def say(self, sentence: Message, severity: Severity = Severity.INFO, *, undo: bool = False, asks: bool = False) -> None:
        """Say something to the person; in a blind project without class and path."""
        super().say(veiled_message(sentence, self.project.project), severity, undo=undo, asks=asks)

    @abstractmethod
    def open_series(self, uid: str, index: int | None = None) -> None:
        """Show a series of the catalogue."""

    @property
    def judging(self) -> Judging | None:
        """What is judged in the open case, None where nothing is."""
        modality, found = self.series.project_modality if self.series else None, self.project.project.judging
        return found if found is not None and modality is not None and modality.supercategory == found.supercategory else None

    @property
    def regions(self) -> LabelVolume | None:
        """The label volume of the open case, None where there is none (or it cannot be read, which is said once)."""
        work = self._works.get(self._case)
        return self._volume(work.document) if work else None

    def _volume(self, document: Document) -> LabelVolume | None:
        digest = document.facts.get(LABELS, "")
        if not digest or digest in self._unreadable:
            return None
        try:
            return volume_of(self.project.root, document)
        except AnnotatorError as error:
            self._unreadable.add(digest)
            self.say(error.message, Severity.ERROR)
            return None

    def _regions(self, document: Document, image: ImageKey) -> tuple[Annotation, ...]:
        volume = None if is_drawn(document, image) else self._volume(document)
        return () if volume is None else TRACED.of(volume, image, labelled_categories(self.project.project))

    def show(self, index: int) -> None:
        """Show the image at a place of the series; the outlines of its neighbours are made meanwhile."""
        super().show(index)
        self._trace_ahead()

    def _trace_ahead(self) -> None:
        volume = self.regions
        if volume is None or self._tracing:
            return
        here, images = self.index, self.images
        near = sorted(range(max(0, here - _AHEAD), min(len(images), here + _AHEAD + 1)), key=lambda place: abs(place - here))
        wanted = [images[n].key for n in near if images[n].key in volume.places and not TRACED.known(volume, images[n].key)]
        if not wanted:
            return
        self._tracing, categories = True, labelled_categories(self.project.project)

        def job() -> None:
            for key in wanted[:4]:
                TRACED.of(volume, key, categories)

        def ended(_: object) -> None:
            self._tracing = False
            self._trace_ahead()

        def failed(error: Exception) -> None:
            self._tracing = False
            raise error

        self._tasks.run(job, ended, failed)

    def load_regions(self, paths: Sequence[Path]) -> None:
        """Load the segmentation of the open series from a file or folder, in the background; what is odd is said, or asked."""
        found = self.judging
        target = stack_of(self.series) if self.series else ()
        if found is None or not target:
            self.refuse(message("Open the series that the regions belong to first"))
            return
        project, report = self.project.project, Report()
        self._load(report, lambda: from_paths(paths, target, project, found, report))

    def look_for_regions(self) -> None:
        """Load regions by themselves where the tree has them, or a series or volume beside the open one, once for each case."""
        found, series = self.judging, self.series
        if found is None or series is None or self.scanning is not None or self.project.read_only or self.loading is not None:
            return
        if self._case in self._unread or self._case in self._looked_for or self._case not in self._works:
            return
        if LABELS in self.document.facts or self.question is not None:
            return
        target = stack_of(series)
        if not target:
            return
        self._looked_for.add(self._case)
        project, report = self.project.project, Report()
        own = self._keeping.delivered_labels(series)
        others = beside(series, self.catalogue.in_order)
        volumes = _volumes_near(series, [Path(entry.path) for entry in self.catalogue.skipped])

        def read() -> Regions | Series | None:
            if own:
                return from_paths(own, target, project, found, report)
            if others and looks_like_labels(target, project, found):
                return next((other for other in others if not looks_like_labels(stack_of(other), project, found)), None)
            for other in others:
                images = stack_of(other)
                if images and looks_like_labels(images, project, found):
                    name = other.description or other.uid
                    return from_series(images, target, project, found, report, name)
            return from_paths(volumes, target, project, found, report) if len(volumes) == 1 else None

        self._load(report, read)

    def _was_read(self, case: str) -> None:
        super()._was_read(case)
        if case == self._case:
            self.look_for_regions()

    def _load(self, report: Report, read: Callable[[], Regions | Series | None]) -> None:
        """Read regions beside the main thread and take them; a series instead means that this one holds the regions."""
        case, root, self.loading = self._case, self.project.root, report
        self._tell(Topic.DOCUMENT)

        def job() -> tuple[Regions | Series | None, LabelVolume | None]:
            found = read()
            return found, keep(root, found.volume()) if isinstance(found, Regions) and found.sure else None

        def ended(answer: tuple[Regions | Series | None, LabelVolume | None]) -> None:
            self.loading = None
            regions, volume = answer
            if isinstance(regions, Series) and case == self._case:
                self._looked_for.discard(case)
                self.open_series(regions.uid)
            elif isinstance(regions, Regions) and case == self._case:
                if volume is None:
                    self._ask(regions)
                else:
                    self._take_regions(regions, volume)
            self._tell(Topic.DOCUMENT)

        def failed(error: Exception) -> None:
            self.loading = None
            self._tell(Topic.DOCUMENT)
            if isinstance(error, Cancelled):
                return
            if isinstance(error, OSError):
                error = AnnotatorError(message("Keeping the regions"), system_cause(error), message("See that the project can be written"))
            if not isinstance(error, AnnotatorError):
                raise error
            self.say(error.message, Severity.ERROR)

        self._tasks.run(job, ended, failed)

    def _take_regions(self, regions: Regions, volume: LabelVolume) -> None:
        there, found = self.document.facts, self.judging
        if found is None:
            return
        proposals: dict[str, str | None] = {judging.proposal(found.key(number)): None for number in found.ids}
        drawn = sum(key in volume.places for key in self._works[self._case].document.annotations)
        if self.say_of_case(message("Load regions"), {LABELS: volume.digest, **proposals, **regions.proposals}):
            self.say(regions.told(), undo=True)
            if drawn and there.get(LABELS) != volume.digest:
                self.say(message("On {count} slices what was drawn there stays, and the regions are not used", count=drawn),
                         Severity.WARNING)  # fmt: skip
            self._trace_ahead()

    def _ask(self, regions: Regions) -> None:
        """Let the person say what values mean that the project does not know, or that can be read in two ways."""
        choices = []
        if regions.unknown and regions.ids:
            choices.append(("known", message("Take the known values, leave out the others")))
        elif regions.ids:
            choices.append(("known", message("They are region numbers")))
        if regions.also:
            choices.append(("also", message("In this order: {pairs}", pairs=self._pairs(regions.also))))
        choices.append(("none", message("Load nothing")))
        values = ", ".join(f"{value} ({count})" for value, count in list(regions.unknown.items())[:_SHOWN_VALUES])
        more = "…" if len(regions.unknown) > _SHOWN_VALUES else ""
        text = message("{name} holds values that are no region of this project (value, voxels): {values}{more}. What do they mean?",
                       name=regions.source, values=values or ", ".join(map(str, regions.ids)), more=more)  # fmt: skip

        def answered(choice: str) -> None:
            self.question = None
            self._tell(Topic.QUESTION)
            if choice != "none":
                ids, proposals = (regions.also, {}) if choice == "also" else (regions.ids, regions.proposals)
                chosen = regions.with_meaning(ids, proposals)
                self._load(Report(), lambda: chosen)

        self.question = Question(veiled_message(text, self.project.project), tuple(choices), answered)
        self._tell(Topic.QUESTION)

    def _pairs(self, ids: Mapping[int, int]) -> str:
        names = {category.id: category.name.replace("_", " ") for category in labelled_categories(self.project.project)}
        return ", ".join(f"{value} = {names.get(number, number)}" for value, number in sorted(ids.items()))


def _volumes_near(series: Series, skipped: Sequence[Path]) -> list[Path]:
    """The NIfTI volumes in the folder of a series, above it and beside it."""
    from annotator.formats.label_reading import is_nifti

    folder = Path(series.images[0].path).parent
    return [path for path in skipped if is_nifti(path.name) and path.parent in (folder, folder.parent)]
