"""Note what is wrong with an image as such (tilt, margin, noise …), drawn on or not: an inspection is a step of the case.

Each step says all that is known: under the name of a mark the images that have it, and under `image.<key>` the marks of an image and what
was written about it.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from annotator.domain.course import INSPECT, Step
from annotator.domain.image import ImageKey
from annotator.domain.inspection import FAILED, MARKS, PASSED, RESULT
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.workspace import steps
from annotator.workspace.attending import Attending
from annotator.workspace.notice import Topic
from annotator.workspace.tasks import Tasks

_IMAGE = "image."


@dataclass(frozen=True)
class Marked:
    """The marks of an image, and what was written about it."""

    marks: frozenset[str] = frozenset()
    note: str = ""


@dataclass(frozen=True)
class Inspection:
    """What is known of the images of a case; `inspected`: somebody looked at them, whether anything was found or not."""

    images: Mapping[ImageKey, Marked] = field(default_factory=dict)
    inspected: bool = False


class Inspecting(Attending, ABC):
    """The part of a session that inspects images; `inspects` says whether its panel is wanted."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.inspects = False
        self._inspections: dict[str, Inspection] = {}

    def choose_inspecting(self, inspects: bool) -> None:
        """Show the panel of the inspection, or put it away."""
        self.inspects = inspects
        self._read_inspection(self._case)
        self._tell(Topic.COURSE)

    @property
    def inspection(self) -> Inspection:
        """What is known of the images of the open case."""
        return self._inspections.get(self._case, Inspection())

    @property
    def marked(self) -> Marked:
        """The marks of the shown image."""
        return self.inspection.images.get(self._key, Marked()) if self._key is not None else Marked()

    def toggle_mark(self, mark: str) -> None:
        """Give the shown image a mark, or take it from it."""
        if self._key is not None:
            self._inspect(Marked(self.marked.marks ^ {mark}, self.marked.note))

    def note_inspection(self, note: str) -> None:
        """Write something about the shown image."""
        if self._key is not None and note.strip() != self.marked.note:
            self._inspect(Marked(self.marked.marks, note.strip()))

    def pass_inspection(self) -> None:
        """Say that the images of the case were looked at, as they are marked now."""
        self._inspect(self.marked)

    def _inspect(self, marked: Marked) -> None:
        case, key = self._case, self._key
        if key is None or not case:
            return
        known = dict(self.inspection.images)
        known.pop(key, None)
        known |= {key: marked} if marked != Marked() else {}
        found = Inspection(known, True)
        names = {image.key: image.view or str(place) for place, image in enumerate(self.case_images, 1)}
        self._inspections[case] = found
        self._tell(Topic.COURSE)
        self.take_step(Step(case, 0, INSPECT, "", "", "", facts=facts_of(found, names)), lambda _: self._read_inspection(case))

    def read_standing(self, case: str) -> None:
        """Read how a case stands, and what was found of its images."""
        super().read_standing(case)
        if self.inspects:
            self._read_inspection(case)

    def _read_inspection(self, case: str) -> None:
        root = self.project.root
        if not case:
            return

        def job() -> Inspection:
            try:
                return inspection_of(steps.read(root, case)[0])
            except OSError as error:
                raise AnnotatorError(message("Reading the inspection of the images"), system_cause(error),
                                     message("See that the folder can be reached")) from error  # fmt: skip

        def ended(found: Inspection) -> None:
            if root == self.project.root and self._inspections.get(case) != found:
                self._inspections[case] = found
                self._tell(Topic.COURSE)

        self._tasks.unhurried(job, ended, self._failed)


def facts_of(found: Inspection, names: Mapping[ImageKey, str]) -> dict[str, str]:
    """Return what a step tells of an inspection; `names`: how the images of the case are called, in order."""
    facts = {f"{_IMAGE}{key}": " ".join([*sorted(one.marks), *(["|", one.note] if one.note else [])]) for key, one in found.images.items()}
    for mark in MARKS:
        having = {key for key, one in found.images.items() if mark in one.marks}
        where = [name for key, name in names.items() if key in having] + [str(key) for key in sorted(having - names.keys())]
        facts |= {mark: ", ".join(where)} if where else {}
    return facts | {RESULT: FAILED if any(one.marks for one in found.images.values()) else PASSED}


def inspection_of(taken: Iterable[Step]) -> Inspection:
    """Return what the newest inspection among the steps of a case says."""
    newest = None
    for step in taken:
        newest = step if step.kind == INSPECT else newest
    if newest is None:
        return Inspection()
    images = dict[ImageKey, Marked]()
    for name, text in newest.facts.items():
        if name.startswith(_IMAGE) and "#" in name:
            marks, _, note = text.partition("| ")
            images[ImageKey.parse(name.removeprefix(_IMAGE))] = Marked(frozenset(marks.split()) & MARKS.keys(), note)
    return Inspection(images, True)
