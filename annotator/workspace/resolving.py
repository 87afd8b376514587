"""Decide between two versions of a case, one difference after the other: each decision is an edit, and saving waits for the last."""

from __future__ import annotations

from abc import ABC
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from annotator.domain import conflict
from annotator.domain.conflict import Dispute, Take
from annotator.domain.document import Document
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.workspace import log
from annotator.workspace.bringing import EACH, Opened, Version
from annotator.workspace.labels import labelled_categories
from annotator.workspace.leasing import Leasing
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.readings import OtherReading, SavedReading, open_reading
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import Work

_TOGETHER = message("Put both versions together")


@dataclass(frozen=True)
class Conflict:
    """Two versions of the open case and where they differ; `left`: more versions that come after these; `current`: the dispute in hand."""

    first: Version
    second: Version
    disputes: tuple[Dispute, ...]
    left: tuple[Version, ...] = ()
    current: int = 0


class Resolving(Leasing, ABC):
    """The part of a session that unites versions of a case."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._conflicts: dict[str, Conflict] = {}

    def _needed(self, case: str) -> bool:
        return case in self._conflicts or super()._needed(case)

    @property
    def conflict(self) -> Conflict | None:
        """What is to be decided in the open case, difference by difference."""
        return self._conflicts.get(self._case)

    @property
    def disputed(self) -> Dispute | None:
        """The difference in hand."""
        found = self.conflict
        return found.disputes[found.current] if found is not None and found.disputes else None

    def decided(self, dispute: Dispute) -> Take | None:
        """How a difference is decided now; None: otherwise than either version has it."""
        work = self._works.get(self._case)
        return conflict.standing(work.document if work is not None else Document(), dispute)

    def go_to_dispute(self, place: int) -> None:
        """Take a difference in hand, and show it."""
        found = self.conflict
        if found is None or not 0 <= place < len(found.disputes):
            return
        self._conflicts[self._case] = replace(found, current=place)
        dispute = found.disputes[place]
        if dispute.image is not None:
            if dispute.image != self._key:
                self._show_image(dispute.image)
            if dispute.image == self._key:
                self.select([dispute.number] if dispute.spare is None else [dispute.number, dispute.spare.id])
        self._tell(Topic.QUESTION)

    def decide(self, take: Take) -> bool:
        """Decide the difference in hand, as one edit, and go on to the next; False where that may not be."""
        found, dispute, work = self.conflict, self.disputed, self._works.get(self._case)
        if found is None or dispute is None or work is None or self._asked():
            return False
        if take is Take.BOTH and dispute.fact and None not in dispute.told:
            self.refuse(message("Of this only one can hold: take one of the two"))
            return False
        if take is Take.BOTH and dispute.fact:
            take = Take.FIRST if dispute.told[1] is None else Take.SECOND
        edit = conflict.decided(work.document, dispute, take, _CALLED[take])
        if edit.changes or edit.facts:
            if not self._may_change(edit):
                return False
            self._step(work, edit, replace(work, history=work.history.do(edit, self._clock())))
        self.go_to_dispute(min(found.current + 1, len(found.disputes) - 1))
        return True

    def unite(self) -> None:
        """All is decided: save the case as one version that goes on from both; where a third one waits, that comes next."""
        found, work = self.conflict, self._works.get(self._case)
        if found is None or work is None:
            return
        self._log_decisions(found, work)
        if found.left:
            so_far = Version(work.document, self.author, self._clock(), found.first.number, found.first.digest)
            self._conflicts[work.id] = self._of(so_far, *found.left)
            self._begin(work.id)
            return
        del self._conflicts[work.id]
        self.close_reading()
        self._tell(Topic.QUESTION, Topic.SAVED)
        self.say(message("The versions are one again, and saved; those that were chosen from are kept in the history"))
        self._save(self._works[work.id], self._tasks.run)

    def _answered(self, opened: Opened, choice: str) -> None:
        found = opened.disagreement
        if choice != EACH or found is None or len(found.versions) < 2:
            super()._answered(opened, choice)
            return
        case = opened.work.id
        try:
            self._works[case], remarks = self._keeping.decide(opened, choice)
        except AnnotatorError as error:
            self.say(error.message, Severity.ERROR)
            return
        self._recall_soon(self._works[case])
        self._conflicts[case] = self._of(*found.versions)
        self.question = None
        for remark in remarks:
            self.say(remark, Severity.WARNING)
        self._tell(Topic.QUESTION, Topic.DOCUMENT, Topic.SAVED)
        self._begin(case)

    def _of(self, first: Version, second: Version, *left: Version) -> Conflict:
        """The differences in the order of the case's images, those about the case last."""
        order = {image.key: place for place, image in enumerate(self.case_images)}

        def place(dispute: Dispute) -> tuple[bool, int, int]:
            return dispute.image is None, len(order) if dispute.image is None else order.get(dispute.image, len(order)), dispute.number

        return Conflict(first, second, tuple(sorted(conflict.disputes(first.document, second.document), key=place)), left)

    def _begin(self, case: str) -> None:
        """Let the case have everything of both versions, until it is decided otherwise, and show them beside it."""
        found, work = self._conflicts[case], self._works[case]
        if case != self._case:
            return
        if not any(step.edit.name == _TOGETHER for step in work.history.steps) or found.first.document is work.document:
            edit = conflict.all_kept(work.document, found.second.document, _TOGETHER)
            if (edit.changes or edit.facts) and self._may_change(edit):
                self._step(work, edit, replace(work, history=work.history.do(edit, self._clock())))
        self._show_versions(found)
        self.go_to_dispute(0)

    def _show_versions(self, found: Conflict) -> None:
        root, project, case = self.project.root, self.project.project, self._case

        def opened(version: Version) -> OtherReading:
            saved = SavedReading(case, version.number, version.digest, version.author, version.time)
            if version.digest:
                return open_reading(root, project, saved)
            return OtherReading(saved, version.document, None, labelled_categories(project), {})

        def done(others: tuple[OtherReading, ...]) -> None:
            if self._case == case and self.conflict is not None and self._key is not None:
                self._show_beside(others)

        def failed(error: Exception) -> None:
            if not isinstance(error, AnnotatorError):
                raise error
            self.say(error.message, Severity.ERROR)

        self._tasks.run(lambda: (opened(found.first), opened(found.second)), done, failed)

    def _save(self, work: Work, run: Callable[..., None]) -> None:
        if work.id not in self._conflicts:
            super()._save(work, run)

    def _log_decisions(self, found: Conflict, work: Work) -> None:
        """Bring to the log what was taken of which version; where that cannot be, the revision still names both."""
        taken = Counter("otherwise" if take is None else take.value for take in map(self.decided, found.disputes))
        facts = {"first": found.first.digest, "second": found.second.digest}
        facts |= {f"taken {kind}": str(count) for kind, count in sorted(taken.items())}
        done = log.Done("conflict.resolved", work.id, before=found.first.digest, facts=facts)
        root, author, role, time = self.project.root, self.author, self._logged_role, self._clock()

        def job() -> None:
            with suppress(OSError):
                log.append(root, author, role, time, done)

        self._tasks.unhurried(job, lambda _: None, _raised)

    def _forget_conflicts(self) -> None:
        """What was not decided to the end is asked again when its case is opened; the decisions are in the journal."""
        self._conflicts = {}


_CALLED = {
    Take.FIRST: message("Take A"),
    Take.SECOND: message("Take B"),
    Take.BOTH: message("Take both"),
}


def _raised(error: Exception) -> None:
    raise error
