"""Judge the regions of the open case, and measure them: the part of a session for projects that judge."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping

import numpy as np

from annotator.domain import facts, judging
from annotator.domain.labels import LabelVolume, counts_of
from annotator.i18n import Message, message
from annotator.workspace.labelling import Labelling
from annotator.workspace.labels import labelled_categories
from annotator.workspace.tasks import Tasks


class Judged(Labelling, ABC):
    """The part of a session that keeps judgements."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._sizes: tuple[object, dict[int, float], dict[int, int]] | None = None

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
