"""Know who is at work and how the open case stands: what a person may draw on, and what becomes of a case that is done.

The steps of a case are read and taken beside the window.  What a role may not do is refused twice: here, at once and in a sentence, and
where it is written (`steps.take`, `Keeping`), whatever the window thought.
"""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace

from annotator.domain import course
from annotator.domain.course import Standing, State, Step
from annotator.domain.edit import Edit
from annotator.domain.finding import Finding
from annotator.domain.person import Acting, Person, known
from annotator.domain.project import Pass
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.workspace import people, steps
from annotator.workspace.catalogue import Series
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.scanning import Scanning
from annotator.workspace.tasks import Tasks


class Attending(Scanning, ABC):
    """The part of a session that knows its person; `acting` is None while nobody has signed in to a project that has people."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.people: tuple[Person, ...] = ()
        self._said: tuple[str, str, str] = author, "", ""
        """Name, role and PIN that the command line gave."""
        self._signed: tuple[str, Acting] | None = None
        """The project that somebody signed in to, and as whom."""
        self.done_today: tuple[str, ...] = ()
        """When whoever is at work ended a pass of a case, since they began."""
        self._standings: dict[str, Standing] = {}
        self._done_with: dict[str, tuple[tuple[Pass, ...], Mapping[str, str]]] = {}
        """Cases that are to leave their pass as soon as they are saved: their passes, and what the step tells."""

    @property
    def wanted_name(self) -> str:
        """Who the command line says is at work, else whose account of the computer it is."""
        return self._said[0]

    @property
    def standing(self) -> Standing | None:
        """How the open case stands; None: it is not read yet."""
        return self._standings.get(self._case)

    @property
    def passes(self) -> tuple[Pass, ...]:
        """The passes of the open case that bind: none where the project has no people."""
        return self._passes_of(self.series)

    def _passes_of(self, series: Series | None) -> tuple[Pass, ...]:
        modality = series.project_modality if series is not None else None
        return modality.passes if modality is not None and self.people else ()

    def now(self) -> str:
        """Return the time as it is written everywhere, ISO 8601."""
        return self._clock()

    def read_people(self) -> None:
        """Read the project's people again; who changed them goes on as who they are where the list still says so, else signs in."""
        before = self.acting
        remarks = self._attend(self.project)
        for remark in remarks:
            self.say(remark, Severity.WARNING)
        if self.acting != before:
            self.reload()
        else:
            self._tell(Topic.COURSE)

    def sign_in(self, name: str, role: str = "", pin: str = "") -> None:
        """Work as somebody else from now on: what is open is put down and opened anew as theirs.  Raises AnnotatorError."""
        acting = people.sign_in(self.project.root, name, role, pin)
        if acting != self.acting:
            self.done_today = ()
        self._signed = str(self.project.root), acting
        self.reload()

    @abstractmethod
    def reload(self) -> None:
        """Open the project anew, and what was open in it."""

    def _attend(self, project: ProjectFolder) -> tuple[Message, ...]:
        """Find out who is at work in a project that is being opened; returns what must be said of it."""
        self._standings, self._done_with = {}, {}
        name, role, pin = self._said
        try:
            self.people = people.read(project.root)
        except AnnotatorError as error:
            self.people, self.acting = (), None
            return (error.message,)
        if not any(not person.gone for person in self.people):
            self.acting = Acting(name)
            return ()
        if self._signed is not None and self._signed[0] == str(project.root):
            self.acting = self._signed[1]
            return ()
        self.acting = None
        person = known(self.people, name)
        if person is None or (person.pin and not pin):
            return ()  # who they are is asked in the window
        try:
            self.acting = people.sign_in(project.root, name, role, pin)
        except AnnotatorError as error:
            return (error.message,)
        self._signed = str(project.root), self.acting
        return ()

    def _may_change(self, edit: Edit) -> bool:
        refused = self.drawing_refused()
        if refused is not None:
            self.refuse(refused)
            return False
        return super()._may_change(edit)

    def drawing_refused(self) -> Message | None:
        """Return why whoever is at work may not draw on the open case; None: they may, or it is not known yet."""
        if self.acting is None:
            return message("Say who you are first: then you can draw")
        standing = self.standing
        refused = None if standing is None else course.may_draw(standing, self.acting, self.passes)
        return None if refused is None else message("This case is for viewing only: {reason}", reason=refused)

    def _bring_up(self, series: Series) -> None:
        super()._bring_up(series)
        self.read_standing(self._case)

    def read_standing(self, case: str) -> None:
        """Read how a case stands, beside the window; `Topic.COURSE` tells when it is known."""
        root = self.project.root
        if not case:
            return

        def ended(found: Standing) -> None:
            if root == self.project.root and self._standings.get(case) != found:
                self._standings[case] = found
                self._tell(Topic.COURSE)

        self._tasks.unhurried(lambda: steps.standing(root, case), ended, self._failed)

    def take_step(self, step: Step, then: Callable[[Standing], None] | None = None, *, passes: tuple[Pass, ...] | None = None,
                  expected: State | None = None) -> None:
        """Take a step of a case beside the window, as who is at work now; what stops it is said.  `then` hears how the case stands."""
        acting, root, wanted = self.acting, self.project.root, replace(step, time=step.time or self._clock())
        if acting is None or self.project.read_only:
            self.refuse(message("Nothing can be changed here: say who you are, or open the project where it can be written"))
            return
        bound = self.passes if passes is None else passes

        def ended(found: Standing) -> None:
            if root == self.project.root:
                self._standings[step.case] = found
                self._tell(Topic.COURSE)
                if then is not None:
                    then(found)

        self._tasks.surely(lambda: steps.take(root, wanted, acting, bound, expected=expected), ended, self._failed)

    def leave_pass(self, facts: Mapping[str, str] | None = None) -> None:
        """Let the open case leave its pass as soon as it is saved; `facts` go with the step."""
        named = self.series is not None and self.series.project_modality is not None
        if not named or self.project.read_only or self.drawing_refused() is not None:
            return  # who only looks at a case ends nothing
        self._done_with[self._case] = self.passes, dict(facts or {})
        self._finish()

    def _needed(self, case: str) -> bool:
        return case in self._done_with or super()._needed(case)

    def _tell(self, *topics: Topic) -> None:
        super()._tell(*topics)
        if Topic.SAVED in topics and self._done_with:
            self._finish()

    def _finish(self, run: Callable[..., None] | None = None) -> None:
        """Take the step that ends the pass of each case that is done and saved; one that failed to be saved stays where it is."""
        for case, (passes, facts) in tuple(self._done_with.items()):
            work = self._works.get(case)
            if work is not None and work.dirty and work.failed and not work.saving:
                del self._done_with[case]  # that it is not saved has been said
            elif work is None or not (work.saving or work.dirty):
                del self._done_with[case]
                self._end_pass(case, passes, facts, work.revision if work is not None else "", run or self._tasks.surely)

    def _end_pass(self, case: str, passes: tuple[Pass, ...], facts: Mapping[str, str], revision: str,
                  run: Callable[..., None]) -> None:  # fmt: skip
        """Take the step that ends a pass; after the last one, in a project with people, the machine looks at the case at once."""
        project, acting, time, checked = self.project, self.acting, self._clock(), bool(self.people)
        members = self._members(case)
        image = next((image for series in members for image in series.images), None)
        if acting is None:
            return

        def job() -> tuple[Standing, tuple[Finding, ...]] | None:
            found, errors = steps.standing(project.root, case), tuple[Finding, ...]()
            after = course.when_done(found, passes)
            if after is found.state:
                return None
            step = Step(case, 0, course.MOVE, "", "", time, after=after, facts=facts, revision=revision)
            found = steps.take(project.root, step, acting, passes, expected=found.state)
            if found.state is State.MACHINE_CHECK and checked and image is not None:
                from annotator.workspace import machine_check  # loads every check: only now are they needed

                errors = machine_check.errors_of(project, case, image)
                machine_check.go_on(project, case, errors, acting, time)
                found = steps.standing(project.root, case)
            return found, errors

        def ended(done: tuple[Standing, tuple[Finding, ...]] | None) -> None:
            if done is None or project.root != self.project.root:
                return
            self._standings[case] = done[0]
            self._count_done(time)
            if done[1]:
                told = message("The machine check sends a case back to you: {error}", error=done[1][0].message)
                self.say(told, Severity.WARNING)
            self._tell(Topic.COURSE)

        run(job, ended, self._failed)

    def _count_done(self, time: str, count: int = 1) -> None:
        """So many cases are done, at this time."""
        before = self.done_today[-1] if self.done_today else ""
        self.done_today = (*self.done_today, *(spread(before, time, count) if count > 1 else (time,) * count))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, AnnotatorError):
            raise error
        self.say(error.message, Severity.ERROR)


def spread(before: str, time: str, count: int) -> tuple[str, ...]:
    """Return when each of `count` cases ended that ended together: evenly between the end before (ISO 8601, empty: none) and theirs."""
    try:
        first, last = datetime.datetime.fromisoformat(before), datetime.datetime.fromisoformat(time)
        return tuple((first + (last - first) * (number / count)).isoformat(timespec="milliseconds") for number in range(1, count + 1))
    except (ValueError, TypeError):  # there is no end before, or one of another kind
        return (time,) * count
