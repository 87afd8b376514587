"""Look beside the window who lies below the bar, and let a manager send their cases back, leave them, or take a return back."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from annotator.domain.bar import Against, Measured
from annotator.domain.person import Acting, Role
from annotator.domain.queue import Entry, Wanted
from annotator.i18n import Message, message
from annotator.progress import Cancelled, Report
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.queueing import Queueing

Done = tuple[tuple[str, ...], tuple[Message, ...]]


@dataclass(frozen=True)
class Stand:
    """How everybody stands, and what the worklist says of their cases that are spoken of."""

    people: tuple[Against, ...] = ()
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def of(self, name: str) -> Against | None:
        """Return how one person stands; None where nothing of theirs was measured."""
        return next((found for found in self.people if found.person == name), None)


class Barring(Queueing, ABC):
    """The part of a session that holds people against the bar."""

    def find_bar(self, told: Callable[[Stand], None], report: Report | None = None) -> None:
        """Look how everybody stands; `told` hears it.  With a `report` finished cases that nobody measured yet are measured first."""
        project, acting, time, worklist = self.project, self.acting, self._clock(), self.worklist

        def job() -> tuple[Stand, tuple[Message, ...]]:
            from annotator.workspace import bar  # loads what compares readings: only now is it needed

            odd: tuple[Message, ...] = ()
            if acting is not None and report is not None and not project.read_only:
                with suppress(Cancelled):
                    odd = bar.measure_missing(project, acting, time, report)
            found = bar.stand(project, "" if acting is None or acting.may(Role.MANAGER) else acting.name)
            cases = tuple(case.case for one in found for case in (*one.below, *one.returned))
            return Stand(found, {entry.case: entry for entry in worklist.entries(Wanted(cases=cases))}), odd

        def ended(both: tuple[Stand, tuple[Message, ...]]) -> None:
            for sentence in both[1][:1]:
                self.say(sentence, Severity.WARNING)
            if project is self.project:
                told(both[0])

        def refused(why: Message) -> None:
            self.say(why, Severity.ERROR)
            told(Stand())

        self._aside(job, ended, refused)

    def send_below_back(self, cases: Sequence[Measured], then: Callable[[], None]) -> None:
        """Send cases below the bar back to who drew them; `then` is called when the worklist knows it."""

        def job(project: ProjectFolder, acting: Acting, time: str) -> Done:
            from annotator.workspace import bar

            return bar.send_back(project, cases, acting, time, Report())

        self._manage(job, len(cases), message("{count} of {all} cases sent back"), then)

    def leave_below(self, cases: Sequence[str], reason: str, then: Callable[[], None]) -> None:
        """Leave cases as they are although they lie below the bar."""

        def job(project: ProjectFolder, acting: Acting, time: str) -> Done:
            from annotator.workspace import bar

            return bar.leave(project, cases, reason, acting, time, Report())

        self._manage(job, len(cases), message("{count} of {all} cases left as they are"), then)

    def take_returns_back(self, cases: Sequence[str], then: Callable[[], None]) -> None:
        """Let cases be again what they were before they were sent back."""

        def job(project: ProjectFolder, acting: Acting, time: str) -> Done:
            from annotator.workspace import bar

            return bar.take_back(project, cases, acting, time, Report())

        self._manage(job, len(cases), message("{count} of {all} returns taken back"), then)

    def _manage(self, job: Callable[[ProjectFolder, Acting, str], Done], wanted: int, said: Message, then: Callable[[], None]) -> None:
        project, acting, time = self.project, self.acting, self._clock()
        if acting is None:
            return

        def ended(found: Done) -> None:
            done, told = found
            self.say(Message(said.text, (("count", len(done)), ("all", wanted))))
            for sentence in told[:1]:
                self.say(sentence, Severity.WARNING)
            if self._case in done:
                self.read_standing(self._case)
            self._tell(Topic.COURSE)
            then()

        self._aside(partial(job, project, acting, time), ended, lambda refused: self.say(refused, Severity.ERROR))
