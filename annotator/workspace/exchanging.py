"""Export and import beside the window: what is unsaved is saved first, work runs in the background, and a case gets one edit."""

from __future__ import annotations

import time
from abc import ABC
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from annotator.domain.arrival import Fate, Rules, arrive
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.labels import is_drawn, taken_in, with_regions
from annotator.domain.person import Acting
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, mark, message
from annotator.progress import Cancelled, Report
from annotator.workspace import access
from annotator.workspace.catalogue import Series
from annotator.workspace.classing import Classing
from annotator.workspace.labels import effective_annotations
from annotator.workspace.notice import SavedState, Topic
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.tasks import Tasks

if TYPE_CHECKING:  # what exchanges is loaded when somebody exchanges
    from annotator.workspace.exchange.export import Wish
    from annotator.workspace.exchange.incoming import Incoming
    from annotator.workspace.exchange.meanings import Meanings
    from annotator.workspace.exchange.survey import Survey
    from annotator.workspace.exchange.writing import Outcome

T = TypeVar("T")
_ROUNDS = 3
"""So often it is saved again because somebody drew while a save was running."""
IMPORT = message("Import annotations")


@dataclass
class Run:
    """A long piece of work beside the window: what is being done, how far it is, and since when; `cancel` ends it at its next step."""

    doing: str
    report: Report = field(default_factory=lambda: Report(patient=True))
    begun: float = field(default_factory=time.monotonic)

    def go_on(self, doing: str, total: int | None = None) -> None:
        """Say that the next part of the work begins."""
        self.doing, self.begun = doing, time.monotonic()
        self.report.done, self.report.total = 0, total

    def cancel(self) -> None:
        """Ask the work to end."""
        self.report.cancel()


@dataclass
class Taken:
    """What came of an import: the fates of its annotations, how many cases got some, and those that could not be changed, with why."""

    fates: Counter[Fate] = field(default_factory=Counter)
    images: int = 0
    cases: int = 0
    left: list[Message] = field(default_factory=list)
    cancelled: bool = False


class Exchanging(Classing, ABC):
    """The part of a session that exchanges annotations with other programs; `exchanging` is there while it does.

    Each verb answers by `told`, in the main thread: with what came of it, with the error that stopped it, or None where it was cancelled.
    """

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.exchanging: Run | None = None
        self._after_save: Callable[[], None] | None = None

    def survey_annotations(self, told: Callable[[Survey | AnnotatorError | None], None]) -> Run:
        """Count what the annotations of the project have that may be lost; what is unsaved is saved first."""
        project, run = self.project, Run(mark("Reading"))

        def job() -> Survey:
            from annotator.workspace.exchange.survey import survey

            return survey(project, run.report)

        self._when_saved(run, lambda: self._exchange(run, job, told), told)
        return run

    def export_annotations(self, wish: Wish, told: Callable[[Outcome | AnnotatorError | None], None]) -> Run:
        """Write the annotations of the project as wished; what is unsaved is saved first."""
        project, run, acting, now = self.project, Run(mark("Reading")), self.acting or Acting(self.author), self._clock()

        def job() -> Outcome:
            from annotator.workspace.exchange.export import export
            from annotator.workspace.exchange.opening import open_data_set
            from annotator.workspace.exchange.writing import require_free

            require_free(wish.out)
            data, findings = open_data_set(project.root, "", "", (), run.report)
            run.go_on(mark("Writing"), data.count)
            outcome = export(data, wish, run.report)
            outcome.failures[:0] = findings.failures
            if not project.read_only:
                access.exported(project.root, acting, now, wish.format, data.count, wish.reason)
            return outcome

        self._when_saved(run, lambda: self._exchange(run, job, told), told)
        return run

    def read_annotations(self, read_as: str, source: Path, told: Callable[[Incoming | AnnotatorError | None], None]) -> Run:
        """Read annotations for the open images, to be looked at before they are taken."""
        run, project, found = Run(mark("Reading")), self.project, self.catalogue

        def job() -> Incoming:
            from annotator.workspace.exchange.incoming import read_incoming

            return read_incoming(project, found, read_as, source, run.report)

        if self.scanning is not None:
            told(_refused(message("the images are still being read"), message("Import again when they are all there")))
        else:
            self._exchange(run, job, told)
        return run

    def understand_annotations(self, incoming: Incoming, meanings: Meanings,
                               told: Callable[[Incoming | AnnotatorError | None], None]) -> Run:
        """Look again at what was read, with other meanings of its labels."""
        run = Run(mark("Reading"))
        self._exchange(run, lambda: incoming.understood(meanings), told)
        return run

    def take_annotations(self, incoming: Incoming, told: Callable[[Taken | AnnotatorError | None], None], *, keep: bool = False) -> Run:
        """Bring what was read into the documents, case by case, each as one edit that can be undone.

        `keep`: what was chosen for labels holds for the project's later imports, too.
        """
        run = Run(mark("Applying"))
        run.report.total = len(incoming.cases)
        if self.project.read_only:
            told(_refused(message("the project is read-only"), message("Open the project where you may write")))
            return run
        if self.question is not None:
            told(_refused(message("a question waits above the image"), message("Answer it, and import again")))
            return run
        here, self.exchanging = (self.series.uid, self.index) if self.series else None, run
        taken, waiting, project = Taken(), list(incoming.cases.items()), self.project

        def ended() -> None:
            self.exchanging = None
            if project is self.project and self.question is None and here is not None and here[0] in self.catalogue.by_uid:
                self.open_series(*here)
            self.save()
            told(taken)

        def remembered() -> None:
            from annotator.workspace.exchange.meanings import remember

            remember(project.root, incoming.meanings)

        def following() -> None:
            taken.cancelled = run.report.cancelled
            if not waiting or taken.cancelled or project is not self.project:
                ended()
                return
            case, series = waiting.pop(0)
            try:
                self._bring_in(case, series, incoming, taken, lambda: self._tasks.post(following))
            finally:
                run.report.done += 1

        def not_kept(error: Exception) -> None:
            taken.left.append(message("what was chosen for the labels could not be kept: {why}", why=_sentence(error)))
            following()

        if keep and incoming.meanings:
            self._tasks.run(remembered, lambda _: following(), not_kept)
        else:
            following()
        return run

    def _bring_in(self, case: str, members: Sequence[Series], incoming: Incoming, taken: Taken, done: Callable[[], None]) -> None:
        """Open a case and make one edit of what belongs to it; `done` follows in any case."""
        if case != self._case:
            self.open_series(members[0].uid)
        work = self._works.get(case)
        if self.question is not None or work is None:
            why = message("its question must be answered first") if work is not None else message("what was saved of it cannot be read")
            taken.left.append(message("{case}: {why}", case=members[0].description or case, why=why))
            done()
            return
        document, project = work.document, self.project
        rules = {s.uid: Rules.of(project.project, s.project_modality, self.author, self._clock()) for s in members if s.project_modality}

        def ended(made: _Brought) -> None:
            now = self._works.get(case)
            if project is not self.project or now is None:
                done()
                return
            if now.document is not document or self._case != case:  # somebody drew meanwhile, or went elsewhere: once more
                self._bring_in(case, members, incoming, taken, done)
                return
            taken.fates.update(made.fates)
            taken.images += made.images
            edit = self._without_withheld(made.edit)
            if len(edit.changes) < len(made.edit.changes):
                why = message("some of its images are not those that were drawn on")
                taken.left.append(message("{case}: {why}", case=members[0].description or case, why=why))
            if edit.changes:
                taken.cases += 1
                self._take_in(edit)
            done()

        def failed(error: Exception) -> None:
            taken.left.append(message("{case}: {why}", case=members[0].description or case, why=_sentence(error)))
            done()

        self._tasks.run(lambda: _brought(project, document, members, incoming, rules), ended, failed)

    def _take_in(self, edit: Edit) -> None:
        """Make an edit of the open case count, on one of its images."""
        work = self._works[self._case]
        if self._key not in edit.images:
            self._show_image(next(change.subject.image for change in edit.changes))
        self._step(work, edit, replace(work, history=work.history.do(edit, self._clock())))

    def _tell(self, *topics: Topic) -> None:
        super()._tell(*topics)
        if Topic.SAVED in topics and self._after_save is not None:
            then, self._after_save = self._after_save, None
            self._tasks.post(then)

    def _when_saved(self, run: Run, then: Callable[[], None], refuse: Callable[[AnnotatorError | None], None]) -> None:
        """Save, and go on when everything is on the disk; what cannot be saved is told instead."""
        self.exchanging = run
        rounds = iter(range(_ROUNDS))

        def look() -> None:
            state = self.saved_state
            if run.report.cancelled:
                stop(None)
            elif state is SavedState.SAVED:
                then()
            elif state is SavedState.SAVING:
                self._after_save = look
            elif state is SavedState.UNSAVED and self.question is None and self.scanning is None and next(rounds, None) is not None:
                self.save()
                look()
            else:
                stop(_refused(message("what was drawn could not be saved yet"), message("See that everything is saved, and begin again")))

        def stop(why: AnnotatorError | None) -> None:
            self.exchanging = None
            refuse(why)

        look()

    def beside(self, run: Run, job: Callable[[], T], told: Callable[[T | AnnotatorError | None], None]) -> Run:
        """Do a long job of a part beside the window, one at a time; `told` gets what `_exchange` says."""
        self._exchange(run, job, told)
        return run

    def beside_saved(self, run: Run, job: Callable[[], T], told: Callable[[T | AnnotatorError | None], None]) -> Run:
        """Do the same after what is unsaved is saved; what cannot be saved is told instead."""
        self._when_saved(run, lambda: self._exchange(run, job, told), told)
        return run

    def aside(self, job: Callable[[], T | None], told: Callable[[T | None], None]) -> None:
        """Fetch something small for a part beside the window; `told` gets it, or None where it could not be had."""
        self._tasks.run(job, told, lambda _error: told(None))

    def _exchange(self, run: Run, job: Callable[[], T], told: Callable[[T | AnnotatorError | None], None]) -> None:
        """Do a job beside the window; `told` gets its answer, what stopped it, or None where it was cancelled."""
        self.exchanging = run

        def ended(answer: T | AnnotatorError | None) -> None:
            if self.exchanging is run:
                self.exchanging = None
            told(answer)

        def failed(error: Exception) -> None:
            if isinstance(error, Cancelled):
                ended(None)
            elif isinstance(error, AnnotatorError):
                ended(error)
            elif isinstance(error, OSError):
                ended(_refused(_sentence(error), message("See that the folder can be reached, and begin again")))
            else:
                ended(_refused(_sentence(error), message("Begin again; if it happens again, report it with these words")))

        self._tasks.run(job, ended, failed)


@dataclass(frozen=True)
class _Brought:
    """The edit that brings annotations into a case, their fates, and how many images get some."""

    edit: Edit
    fates: Counter[Fate]
    images: int


def _brought(project: ProjectFolder, document: Document, members: Sequence[Series], incoming: Incoming,
             rules: Mapping[str, Rules]) -> _Brought:
    """Return how what was read comes into a document; runs beside the window and only looks at values."""
    edit, fates, images = Edit(IMPORT), Counter[Fate](), 0
    for series in members:
        for image in series.images:
            found = incoming.drawn.get(image.key, ())
            if not found or series.uid not in rules:
                continue
            regions = () if is_drawn(document, image.key) else effective_annotations(project.root, project.project, document, image.key)
            there = with_regions(document, image.key, regions) if regions else document
            arrived = arrive(there, image, found, rules[series.uid])
            fates.update(arrived.fates)
            if arrived.changes:
                images += 1
                edit = replace(edit, changes=(*edit.changes, *arrived.changes))
                edit = taken_in(edit, document, regions, image.key) if regions else edit
    return _Brought(edit, fates, images)


def _sentence(error: Exception) -> Message:
    if isinstance(error, OSError):
        return system_cause(error)
    return error.message if isinstance(error, AnnotatorError) else message("{text}", text=f"{type(error).__name__}: {error}")


def _refused(cause: Message, remedy: Message) -> AnnotatorError:
    return AnnotatorError(message("Exchanging annotations"), cause, remedy)
