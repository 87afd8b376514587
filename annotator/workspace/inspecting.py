"""Note what is wrong with an image as such (tilt, margin, noise …), drawn on or not: an inspection is a step of the case.

Each step says all that is known: under the name of a mark the images that have it, and under `image.<key>` the marks of an image and what
was written about it.  Two may inspect the same images: what each changes is laid on what is there when it is written, so that nothing of
the other is lost, and every step keeps who took it and when.
"""

from __future__ import annotations

import threading
from abc import ABC
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.domain.course import INSPECT, Standing, Step
from annotator.domain.image import ImageKey
from annotator.domain.inspection import FAILED, MARKS, PASSED, RESULT
from annotator.domain.person import Acting
from annotator.domain.project import Pass
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.workspace import steps
from annotator.workspace.attending import Attending
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.tasks import Tasks

_IMAGE = "image."
_ATTEMPTS = 20
Change = Callable[["Marked"], "Marked"]


@dataclass(frozen=True)
class Marked:
    """The marks of an image, and what was written about it."""

    marks: frozenset[str] = frozenset()
    note: str = ""


@dataclass(frozen=True)
class Inspection:
    """What is known of the images of a case; `inspected`: somebody looked at them, whether anything was found or not.

    `last`: the newest inspection, whose it is and when.
    """

    images: Mapping[ImageKey, Marked] = field(default_factory=dict)
    inspected: bool = False
    last: Step | None = field(default=None, compare=False)


class Inspecting(Attending, ABC):
    """The part of a session that inspects images; `inspects` says whether its panel is wanted."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.inspects = False
        self._inspections: dict[str, Inspection] = {}
        self._written = threading.Event()
        """Set when the last change is on disk: changes are written in their order."""
        self._written.set()
        self._inspections_met: dict[str, int] = {}
        """Up to which step it was said that somebody else inspects a case too."""

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
        marks = {mark}
        if mark in self.marked.marks:
            self._inspect(lambda found: Marked(found.marks - marks, found.note))
        else:
            self._inspect(lambda found: Marked(found.marks | marks, found.note))

    def note_inspection(self, note: str) -> None:
        """Write something about the shown image; what somebody else wrote there meanwhile stays before it."""
        seen, written = self.marked.note, note.strip()
        if written != seen:
            self._inspect(lambda found: Marked(found.marks, _both(found.note if found.note != seen else "", written)))

    def pass_inspection(self) -> None:
        """Say that the images of the case were looked at, as they are marked now."""
        self._inspect(lambda found: found)

    def _inspect(self, change: Change) -> None:
        """Change what is known of the shown image, on the screen at once, and on disk on top of what is there then."""
        case, key, acting, root, time = self._case, self._key, self.acting, self.project.root, self._clock()
        if key is None or not case:
            return
        if acting is None or self.project.read_only:
            self.refuse(message("Nothing can be changed here: say who you are, or open the project where it can be written"))
            return
        names = {image.key: image.view or str(place) for place, image in enumerate(self.case_images, 1)}
        known, passes = self.inspection, self.passes
        self._inspections[case] = replace(changed(known, key, change), last=known.last)
        self._tell(Topic.COURSE)
        seen = known.last.number if known.last is not None else 0

        before, done = self._written, threading.Event()
        self._written = done

        def job() -> tuple[Standing, tuple[Step, ...]]:
            before.wait()  # that change was asked for earlier, and so is being written
            try:
                return _written(root, case, acting, passes, lambda found: facts_of(changed(found, key, change), names), time)
            finally:
                done.set()

        def ended(found: tuple[Standing, tuple[Step, ...]]) -> None:
            standing, others = found
            if root != self.project.root:
                return
            self._standings[case] = standing
            met = [step for step in others if step.number > max(seen, self._inspections_met.get(case, 0))]
            if met:
                self._inspections_met[case] = met[-1].number
                self.say(message("{who} inspected these images meanwhile ({time}): their marks stay, yours are added", who=met[-1].person,
                                 time=met[-1].time[:16].replace("T", " ")), Severity.WARNING)  # fmt: skip
            if self._written is done:  # else the next change is on its way, and shown already
                self._read_inspection(case)
            self._tell(Topic.COURSE)

        def failed(error: Exception) -> None:
            self._read_inspection(case)
            self._failed(error)

        self._tasks.surely(job, ended, failed)

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
            known = self._inspections.get(case)
            if root == self.project.root and (known != found or known.last != found.last):
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
    return Inspection(images, True, newest)


def changed(found: Inspection, key: ImageKey, change: Change) -> Inspection:
    """Return an inspection with what is known of one image changed."""
    images = dict(found.images)
    marked = change(images.pop(key, Marked()))
    return Inspection({**images, key: marked} if marked != Marked() else images, True)


def _written(root: Path, case: str, acting: Acting, passes: Sequence[Pass], facts: Callable[[Inspection], dict[str, str]], time: str
             ) -> tuple[Standing, tuple[Step, ...]]:  # fmt: skip
    """Write an inspection on top of the newest one; returns how the case stands, and the inspections of others before it.

    Where somebody else wrote between reading and writing, theirs would not be in it: then it is written once more, on top of theirs.
    """
    base, _remarks = steps.read(root, case)
    last = base[-1].number if base else 0
    for _ in range(_ATTEMPTS):
        step = Step(case, 0, INSPECT, "", "", time, facts=facts(inspection_of(base)))
        standing = steps.take(root, step, acting, tuple(passes))
        after, _remarks = steps.read(root, case)
        between = [one.number for one in after if last < one.number < standing.number and one.kind == INSPECT]
        if not between:
            break
        base, last = tuple(one for one in after if one.number <= between[-1]), standing.number
    return standing, tuple(one for one in after if one.kind == INSPECT and one.person != acting.name)


def _both(theirs: str, own: str) -> str:
    return "; ".join(filter(None, (theirs, own)))
