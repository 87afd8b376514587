"""Bring the regions of a segmentation to the open case, and judge them: the part of a session for projects that judge."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from annotator.domain import facts, judging
from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.judging import Judging
from annotator.domain.labels import LABELS, LabelVolume, counts_of, is_drawn
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.progress import Cancelled, Report
from annotator.workspace.catalogue import Series
from annotator.workspace.labels import TRACED, keep, labelled_categories, volume_of
from annotator.workspace.notice import Question, Severity, Topic
from annotator.workspace.regions import Regions, beside, from_paths, from_series, looks_like_labels, stack_of
from annotator.workspace.saving import Saving
from annotator.workspace.tasks import Tasks

_AHEAD = 8
"""So many slices to each side of the shown one have their outlines made before they are asked for."""
_SHOWN_VALUES = 6


class Labelling(Saving, ABC):
    """The part of a session that loads regions and keeps judgements."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.loading: Report | None = None
        """There while regions are being loaded."""
        self._looked_for: set[str] = set()
        self._tracing = False
        self._unreadable: set[str] = set()
        self._sizes: tuple[object, dict[int, float], dict[int, int]] | None = None

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

    # regions ---------------------------------------------------------------------------------------------------------------------

    def load_regions(self, paths: Sequence[Path]) -> None:
        """Load the segmentation of the open series from a file or folder, in the background; what is odd is said, or asked."""
        found = self.judging
        target = stack_of(self.series) if self.series else ()
        if found is None or not target:
            self.say(message("Open the series that the regions belong to first"), Severity.WARNING)
            return
        project, report = self.project.project, Report()
        self._load(report, lambda: from_paths(paths, target, project, found, report))

    def look_for_regions(self) -> None:
        """Load regions by themselves where the tree has them, or a series or volume beside the open one, once for each case."""
        found, series = self.judging, self.series
        if found is None or series is None or self.scanning is not None or self.project.read_only or self.loading is not None:
            return
        if self._case in self._looked_for or LABELS in self.document.facts or self._case not in self._works or self.question is not None:
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

        self.question = Question(text, tuple(choices), answered)
        self._tell(Topic.QUESTION)

    def _pairs(self, ids: Mapping[int, int]) -> str:
        names = {category.id: category.name.replace("_", " ") for category in labelled_categories(self.project.project)}
        return ", ".join(f"{value} = {names.get(number, number)}" for value, number in sorted(ids.items()))

    # judgements ------------------------------------------------------------------------------------------------------------------

    def judge(self, category_id: int) -> None:
        """Turn the judgement of a region round, and show the slice on which it is largest."""
        found = self.judging
        if found is None or category_id not in found.ids:
            return
        facts_now = self.document.facts
        name = next((c.name for c in self.categories if c.id == category_id), str(category_id)).replace("_", " ")
        if self.say_of_case(message("Judge {name}", name=name), judging.toggled(found, facts_now, category_id)):
            self.show_region(category_id)

    def show_region(self, category_id: int) -> None:
        """Show the slice on which a region is largest."""
        volume = self.regions
        place = self.largest().get(category_id)
        if volume is not None and place is not None:
            self._show_image(volume.images[place])

    def judge_rest(self) -> bool:
        """Judge the rest as proposed, else as no, which ends the judging; False where it had ended before."""
        found = self.judging
        return found is not None and self.say_of_case(message("Judging done"), judging.completed(found, self.document.facts))

    @property
    def judged(self) -> bool:
        """Whether every region of the open case was judged and the person said so."""
        found, said = self.judging, self.document.facts
        return found is not None and facts.JUDGED in said and not judging.missing(found, said)

    def largest(self) -> Mapping[int, int]:
        """Return for each category id the place of the slice that has most of it."""
        return self._measured()[2]

    def millilitres(self) -> Mapping[int, float]:
        """Return the volume of each category id in mL, corrections counted; a voxel is its pixel times the usual distance of slices."""
        return self._measured()[1]

    def _measured(self) -> tuple[object, dict[int, float], dict[int, int]]:
        volume, work = self.regions, self._works.get(self._case)
        if volume is None or work is None:
            return None, {}, {}
        if self._sizes is None or self._sizes[0] is not work.document:
            counts = counts_of(work.document, volume, labelled_categories(self.project.project))
            voxel = self._voxel(volume)
            ids = [int(number) for number in np.flatnonzero(counts.sum(axis=0)) if number]
            sizes = {number: float(counts[:, number].sum()) * voxel / 1000 for number in ids} if voxel else {}
            self._sizes = work.document, sizes, {number: int(counts[:, number].argmax()) for number in ids}
        return self._sizes

    def _voxel(self, volume: LabelVolume) -> float:
        """The volume of a voxel in mm³, 0 where it is not known."""
        found = [image for series in self._members(self._case) for image in series.images if image.key in volume.places]
        planes = [image.plane for image in found if image.plane is not None]
        if len(planes) < 2:
            return 0.0
        heights = np.sort([np.dot(plane.position, planes[0].normal) for plane in planes])
        return float(np.median(np.diff(heights))) * planes[0].spacing[0] * planes[0].spacing[1]

    def _lacks(self) -> Message | None:
        """What is missing before the open case can leave its pass; None where nothing is."""
        found = self.judging
        if found is None:
            return None
        absent = judging.missing(found, self.document.facts)
        if absent:
            return judging.unfinished(self.categories, absent)
        if self.regions is None and not self.document.count():
            return message("no regions are loaded")
        return None


def _volumes_near(series: Series, skipped: Sequence[Path]) -> list[Path]:
    """The NIfTI volumes in the folder of a series, above it and beside it."""
    from annotator.formats.label_reading import is_nifti

    folder = Path(series.images[0].path).parent
    return [path for path in skipped if is_nifti(path.name) and path.parent in (folder, folder.parent)]
