"""Let a judged case leave its pass: refuse while something is missing, then deliver it beside the work on the next one."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable

from annotator.domain.answering import UNFINISHED
from annotator.domain.labels import is_drawn
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.progress import Cancelled, Report
from annotator.workspace import delivering
from annotator.workspace.delivering import Delivered
from annotator.workspace.judging import Judged
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.tasks import Tasks

_TELL_EVERY = 10


class Finishing(Judged, ABC):
    """The part of a session that orders deliveries and carries them out; `delivering` is there while one is running."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.delivering: Report | None = None
        self._seeking = False
        self._leaving: set[str] = set()
        """Cases that are to be delivered as soon as they are saved."""

    def _needed(self, case: str) -> bool:
        return case in self._leaving or super()._needed(case)

    def _tell(self, *topics: Topic) -> None:
        super()._tell(*topics)
        if Topic.SAVED in topics and self._leaving:
            self._order()

    def _may_leave(self) -> bool:
        """Whether the open case may leave its pass: nothing is missing, or that is said.  One that may is delivered after its save."""
        lacks = self._lacks()
        if lacks is not None:
            self.refuse(message(UNFINISHED, what=lacks))
            return False
        if self.judging is not None and not self.project.read_only and delivering.formats_at_done(self.project):
            self._leaving.add(self._case)
        return True

    def _order(self, *, begin: bool = True) -> None:
        """Order the delivery of what is saved by now, and begin with it."""
        for case in tuple(self._leaving):
            work = self._works.get(case)
            if work is None or work.saving or work.dirty:
                continue
            self._leaving.discard(case)
            volume = self._volume(work.document)
            for series in self._members(case):
                images = [i for i in series.images if i.key in volume.places] if volume else []
                images = images or [i for i in series.images if volume is None and is_drawn(work.document, i.key)]
                if not images:
                    continue
                try:
                    delivering.order(self.project, case, series, images, self.author, self._clock())
                except OSError as error:
                    cause = AnnotatorError(message("Delivering the case {case}", case=case), system_cause(error),
                                           message("Finish the case again"))  # fmt: skip
                    self.say(cause.message, Severity.ERROR)
        if begin:
            self._go_on_delivering()

    def _go_on_delivering(self, after: str = "") -> None:
        """Carry out what was ordered and not finished, also by an earlier start, one case after the other.

        Not where the one `after` which it goes on is unfinished still: another process is at it.
        """
        if self._seeking or self.delivering is not None or self.project.read_only:
            return
        project, self._seeking = self.project, True

        def found(cases: tuple[str, ...]) -> None:
            self._seeking = False
            if project is not self.project:
                self._go_on_delivering()
            elif cases and after not in cases:
                self._deliver(cases[0])

        def failed(error: Exception) -> None:
            found(())
            self.say(message("What is to be delivered could not be read: {reason}", reason=str(error)), Severity.WARNING)

        self._tasks.unhurried(lambda: delivering.unfinished(project.root), found, failed)

    def _deliver(self, case: str) -> None:
        project = self.project
        report = Report(lambda told: self._tasks.post(lambda: self._tell(Topic.DELIVERY)) if told.done % _TELL_EVERY == 0 else None)
        self.delivering = report

        def ended(done: Delivered) -> None:
            self.delivering = None
            self._tell(Topic.DELIVERY)
            if done.foreign:
                files = ", ".join(done.foreign)
                self.say(message("Files that others changed were left as they are: {files}", files=files), Severity.WARNING)
            elif done.written:
                self.say(message("Delivered: the labels of {count} images", count=done.written))
            self._go_on_delivering(case if project is self.project else "")

        def failed(error: Exception) -> None:
            self.delivering = None
            self._tell(Topic.DELIVERY)
            if isinstance(error, AnnotatorError):
                self.say(error.message, Severity.ERROR)
            elif not isinstance(error, Cancelled):
                raise error

        self._tasks.run(lambda: delivering.deliver(project, case, report), ended, failed)

    def _stop_delivering(self) -> None:
        """Let a running delivery end at its next image; the next start goes on with it."""
        if self.delivering is not None:
            self.delivering.cancel()
