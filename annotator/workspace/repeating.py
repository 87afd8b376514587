"""Draw a case once more, for practice or blindly: done, it is held against what it should be, and the figures are a step of the case.

Before real cases a project may ask for practice: until it is passed, nothing else may be drawn on.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from annotator.domain import rereading
from annotator.domain.course import Standing
from annotator.domain.document import Document
from annotator.domain.image import Image
from annotator.domain.rereading import PRACTICE, Practised, Score
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.workspace import revisions, steps
from annotator.workspace.again import results
from annotator.workspace.catalogue import Series
from annotator.workspace.notice import Topic
from annotator.workspace.passing import Passing
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.reading_store import Aside
from annotator.workspace.tasks import Tasks


class Repeating(Passing, ABC):
    """The part of a session that draws cases once more; `practised` says how whoever is at work stands, None: it is not known yet."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.practised: Practised | None = None
        self._practising: Path | None = None
        self._repeated: dict[str, Aside] = {}
        """Cases whose repeated reading ends as soon as it is saved."""

    @property
    def repeats(self) -> bool:
        """Whether the open case is drawn once more by whoever is at work."""
        return self._again(self._case) is not None

    @property
    def parked(self) -> bool:
        """Whether the open case waits for an answer."""
        return False

    def _again(self, case: str) -> Aside | None:
        aside = self._keeping.store.aside(case)
        return aside if aside is not None and aside.again is not None else None

    def _attend(self, project: ProjectFolder) -> tuple[Message, ...]:
        self.practised, self._repeated = None, {}
        return super()._attend(project)

    def _bring_up(self, series: Series) -> None:
        super()._bring_up(series)
        if self.practised is None:
            self._look_at_practice(self.project)

    def _look_at_practice(self, project: ProjectFolder) -> None:
        """Find out, beside the window, how much whoever is at work has practised; where the project asks for none, nothing is read."""
        acting, rule = self.acting, project.project.practice
        if acting is None or acting.role not in rereading.DRAW or rule.cases == 0:
            return
        role, self._practising = acting.role.value if acting.role is not None else "", project.root

        def ended(found: Practised) -> None:
            if self.acting == acting and self._practising == project.root:
                self.practised = found
                self._tell(Topic.COURSE)

        self._tasks.unhurried(lambda: rereading.practised(results(project.root), acting.name, role, rule), ended, self._failed)

    def drawing_refused(self) -> Message | None:
        """Before the practice is passed, only cases of it are drawn on."""
        refused, found, rule = super().drawing_refused(), self.practised, self.project.project.practice
        if refused is not None or found is None or found.passed or self._practises(self._case):
            return refused
        return message("Practice comes first: {count} of {all} practice cases, {mean} % of {bar} %", count=found.count, all=rule.cases,
                       mean=round(found.mean * 100), bar=round(rule.bar * 100))  # fmt: skip

    def _practises(self, case: str) -> bool:
        aside = self._again(case)
        return aside is not None and aside.again is not None and aside.again.facts.get("mode") == PRACTICE

    def leave_pass(self, facts: Mapping[str, str] | None = None) -> None:
        """A case that was drawn once more leaves no pass: it is held against what it should be."""
        aside = self._again(self._case)
        if aside is None:
            super().leave_pass(facts)
        elif not self.parked:
            self._repeated[self._case] = aside
            self._end_repeats()

    def _needed(self, case: str) -> bool:
        return case in self._repeated or super()._needed(case)

    def _tell(self, *topics: Topic) -> None:
        super()._tell(*topics)
        if Topic.SAVED in topics and self._repeated:
            self._end_repeats()

    def _end_repeats(self) -> None:
        for case, aside in tuple(self._repeated.items()):
            work = self._works.get(case)
            if work is None or not (work.saving or work.dirty):
                del self._repeated[case]
                images = tuple(image for series in self._members(case) for image in series.images)
                self._end_repeat(case, aside, work.document if work is not None else Document(), work.revision if work else "", images)

    def _end_repeat(self, case: str, aside: Aside, reading: Document, revision: str, images: tuple[Image, ...]) -> None:
        project, acting, again, time = self.project, self.acting, aside.again, self._clock()
        if acting is None or again is None:
            return
        rules = project.project.lines.meaning, project.project.reviewing.least_iou

        def job() -> tuple[Standing, Score]:
            reference = reference_of(project, case, aside, acting.name)
            found = rereading.score(reading, reference, images, again.facts.get("role", ""), *rules)
            step = rereading.read_again(again, aside.reading, "" if revision == aside.token else revision, found, time)
            return steps.take(project.root, step, acting, self.passes), found

        def ended(both: tuple[Standing, Score]) -> None:
            if project.root != self.project.root:
                return
            self._standings[case], found = both
            self._count_done(time)
            self._keeping.store.release(case)
            self._works.pop(case, None)
            if again.facts.get("mode") == PRACTICE:
                share = round(found.share * 100)
                self.say(message("Practice: {right} of {all} right, {share} %", right=found.right, all=found.all, share=share))
            if case == self._case and self.series is not None:
                self._bring_up(self.series)
            self._look_at_practice(project)
            self._tell(Topic.COURSE, Topic.DOCUMENT, Topic.SAVED)

        self._tasks.surely(job, ended, self._failed)


def reference_of(project: ProjectFolder, case: str, aside: Aside, name: str) -> Document:
    """Return what a repeated reading is held against: for practice the record it was given with, else what the person drew there before.

    Where that cannot be found, the newest version of the case.  Raises OSError.
    """
    wanted = aside.again.revision if aside.again is not None else ""
    practises = aside.again is not None and aside.again.facts.get("mode") == PRACTICE
    newest: Document | None = None
    for _, path in sorted(revisions.listed(project.root, case).items(), reverse=True):
        with suppress(record.Damaged, record.Newer):
            found = revisions.decode(path.read_bytes())
            newest = newest or found.document
            if found.digest == wanted if practises else found.author == name:
                return found.document
    return newest or Document()
