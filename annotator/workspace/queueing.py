"""Work through cases in the order of the worklist: what is next opens by one command, and by itself after a case that is done."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from annotator.domain.holdings import Holdings
from annotator.domain.person import Acting, Role
from annotator.domain.queue import Entry, Veil, Wanted, given_again, veiled
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.progress import Cancelled, Report
from annotator.workspace.accepting import accept
from annotator.workspace.assigning import assign
from annotator.workspace.attending import Attending
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.summary import Summary, Told
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import members_of
from annotator.workspace.worklist import Worklist

AHEAD = 4
"""So many cases are opened together, so that the next ones are decoded while one is worked on."""
_NOT_THERE = message("The images of this case are not where they were: open their folder")
Shown = TypeVar("Shown")
Mine = Mapping[str, tuple[Entry, ...]]


class Queueing(Attending, ABC):
    """The part of a session that knows what comes next."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.once_more: frozenset[str] = frozenset()
        """Cases that whoever is at work draws once more, as far as was looked for them."""
        self._queue: tuple[Entry, ...] = ()
        """What is to be worked on after the open case."""
        self._summary: tuple[ProjectFolder, Summary] | None = None
        self._awaited_case = ""
        """The case that is to be shown as soon as its images are found."""

    @abstractmethod
    def open_series(self, uid: str, index: int | None = None) -> None:
        """Show a series of the catalogue."""

    @property
    def worklist(self) -> Worklist:
        """The worklist of the project."""
        return Worklist(self.project)

    @property
    def queues(self) -> bool:
        """Whether a done case is followed by the next one of the worklist, and not by that of the folder."""
        return self.acting is not None and self.acting.role is not None

    @property
    def veil(self) -> Veil | None:
        """As what cases show that are drawn once more; a manager sees what they are."""
        if self.acting is not None and self.acting.may(Role.MANAGER):
            return None
        return Veil(tuple(m.code for m in self.project.project.modalities if m.passes and m.passes[0].role == Role.ANNOTATOR.value))

    def find_mine(self, told: Callable[[Mine, int], None]) -> None:
        """Look, beside the window, for what is next for whoever is at work; `told` hears it and how many cases that are in all."""
        acting, found = self.acting, self.worklist
        if acting is None:
            told({}, 0)
            return

        veil = self.veil

        def job() -> tuple[Mine, int]:
            found.refresh()
            return found.mine(acting), found.left(acting)

        def ended(both: tuple[Mine, int]) -> None:
            mine, left = both
            again = frozenset(entry.case for entries in mine.values() for entry in entries if given_again(entry))
            if again != self.once_more:
                self.once_more = again
                self._tell(Topic.SAVED)
            told({why: tuple(veiled(entry, veil) for entry in entries) for why, entries in mine.items()}, left)

        self._aside(job, ended, lambda said: self.say(said, Severity.ERROR))

    def find_left(self, told: Callable[[int], None]) -> None:
        """Count, beside the window, how many cases wait for whoever is at work; `told` hears it."""
        acting, found = self.acting, self.worklist
        if acting is None:
            return

        def job() -> int:
            found.refresh()
            return found.left(acting)

        self._aside(job, told, lambda said: self.say(said, Severity.ERROR))

    def find_cases(self, wanted: Wanted, most: int, told: Callable[[tuple[Entry, ...], int], None], *, anew: bool = False) -> None:
        """Look, beside the window, for cases; `told` hears the first ones and how many there are.  `anew`: the project is read first."""
        found, open_now = self.worklist, tuple(self.catalogue.by_uid.values()) if anew and self.scanning is None else ()
        veiled_too = replace(wanted, veil=self.veil)

        def job() -> tuple[tuple[Entry, ...], int]:
            if anew:
                found.add(open_now)
                found.refresh()
            return found.first(veiled_too, most)

        self._aside(job, lambda both: told(*both), lambda said: self.say(said, Severity.ERROR))

    def find_values(self, told: Callable[[Holdings], None]) -> None:
        """Look, beside the window and at once, which values cases can be narrowed by, of which `told` hears (`Worklist.values`)."""
        found = self.worklist
        self._aside(found.values, told, lambda said: self.say(said, Severity.ERROR), run=self._tasks.run)

    def find_figures(self, shown: Callable[[Told], Shown], told: Callable[[Shown], None], refused: Callable[[Message], None]) -> None:
        """Count, beside the window, what a manager wants to know; `told` hears what `shown`, called beside it too, makes of that.

        Nothing else may be asked before `told` or `refused` is called.
        """
        if self._summary is None or self._summary[0] is not self.project:
            self._summary = self.project, Summary(self.project, self.worklist)
        summary, found = self._summary[1], self.worklist
        open_now = tuple(self.catalogue.by_uid.values()) if self.scanning is None else ()

        def job() -> Shown:
            found.add(open_now)
            return shown(summary.look())

        self._aside(job, told, refused)

    def give(self, wanted: Mapping[str, str], then: Callable[[], None]) -> None:
        """Give cases to people, beside the window; `then` is called when the worklist knows it."""
        acting, project, time = self.acting, self.project, self._clock()
        if acting is None:
            return

        def ended(done: tuple[int, tuple[Message, ...]]) -> None:
            given, told = done
            self.say(message("{count} of {all} cases given out", count=given, all=len(wanted)))
            for sentence in told[:1]:
                self.say(sentence, Severity.WARNING)
            then()

        self._aside(lambda: assign(project, wanted, acting, time, Report()), ended, lambda said: self.say(said, Severity.ERROR))

    def accept(self, cases: Sequence[str], then: Callable[[], None]) -> None:
        """Accept cases that the reviewers agree on, beside the window; `then` is called when the worklist knows it."""
        acting, project, time = self.acting, self.project, self._clock()
        if acting is None:
            return

        def ended(done: tuple[int, tuple[Message, ...]]) -> None:
            accepted, told = done
            self.say(message("{count} of {all} agreed cases accepted", count=accepted, all=len(cases)))
            for sentence in told[:1]:
                self.say(sentence, Severity.WARNING)
            then()

        self._aside(lambda: accept(project, cases, acting, time, Report()), ended, lambda said: self.say(said, Severity.ERROR))

    def next_for_me(self) -> None:
        """Open what is next for whoever is at work."""
        acting, found, here = self.acting, self.worklist, self._case
        if acting is None:
            self.refuse(message("Say who you are first: then the next case can be found"))
            return

        def ended(entries: tuple[Entry, ...]) -> None:
            if entries:
                self.work_on(entries)
            else:
                self.say(message("Nothing is waiting for you"))

        self._aside(partial(_ahead, found, acting, (here,)), ended, lambda said: self.say(said, Severity.ERROR))

    def work_on(self, entries: Sequence[Entry]) -> None:
        """Open the first of these cases; the others follow, each when the one before is done."""
        first, *others = entries
        self._queue = tuple(others)
        series = self._shown_of(first.case)
        if series is not None:
            self.open_series(series.uid)
            return
        places = [Path(entry.place) for entry in entries if entry.place]
        if not first.place or not places[0].exists():
            self.refuse(_NOT_THERE)
            return
        self._awaited_case = first.case
        there = tuple(dict.fromkeys(place for place in places if place.exists()))
        if self.series is None or self.scanning is not None:
            self.open_folder(there)
        else:
            self.open_beside(there)

    def _work_further(self) -> bool:
        """Go on with the next case of the worklist after one that is done; False where the folder's own order counts."""
        if not self.queues:
            return False
        waiting, self._queue = self._queue, ()
        open_now = [entry for entry in waiting if entry.case != self._case and self._shown_of(entry.case) is not None]
        if open_now:
            self.work_on(open_now)
        else:
            self.next_for_me()
        return True

    def _shown_of(self, case: str) -> Series | None:
        """The first series of a case in the catalogue."""
        return next((s for s in members_of(self.catalogue, case) if s.project_modality is not None), None)

    def _open_first(self) -> None:
        if not self._awaited_case:
            super()._open_first()

    def _found(self, report: Report, catalogue: Catalogue) -> None:
        super()._found(report, catalogue)
        self._open_awaited()

    def _open_awaited(self) -> None:
        """Open the case that was to be worked on as soon as it is there."""
        series = self._shown_of(self._awaited_case) if self._awaited_case else None
        if series is not None:
            self._awaited_case = ""
            self.open_series(series.uid)

    def _read_to_the_end(self, error: Exception | None) -> None:
        if self._awaited_case:
            self._awaited_case = ""
            self.say(_NOT_THERE, Severity.WARNING)
        super()._read_to_the_end(error)
        if self.people and self.catalogue.by_uid:
            found, open_now = self.worklist, tuple(self.catalogue.by_uid.values())
            self._aside(lambda: found.add(open_now), lambda _: self._tell(Topic.COURSE), lambda said: self.say(said, Severity.WARNING))

    def _aside(self, job: Callable[[], object], ended: Callable[..., None], refused: Callable[[Message], None],
               run: Callable[..., None] | None = None) -> None:  # fmt: skip
        """Run a job on the worklist beside the window; what the disk refuses is told in a sentence."""

        def failed(error: Exception) -> None:
            if isinstance(error, AnnotatorError):
                refused(error.message)
            elif isinstance(error, OSError):
                doing = message("Reading the worklist")
                refused(AnnotatorError(doing, system_cause(error), message("See that the project's folder can be reached")).message)
            elif not isinstance(error, Cancelled):
                raise error

        (run or self._tasks.unhurried)(job, ended, failed)


def _ahead(found: Worklist, acting: Acting, but: Sequence[str]) -> tuple[Entry, ...]:
    entries = found.ahead(acting, AHEAD, but)
    if not entries:
        found.refresh()
        entries = found.ahead(acting, AHEAD, but)
    return entries
