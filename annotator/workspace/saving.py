"""Bring cases up and put them down: what is on disk, what is not, and what the person must be told or asked about it."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace.appearing import Appearing
from annotator.workspace.bringing import Opened
from annotator.workspace.catalogue import Series
from annotator.workspace.notice import SavedState, Severity, Topic
from annotator.workspace.resting import Resting
from annotator.workspace.store import Saved
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import Work, members_of

_RIVALLED = message(
    "Another window or person saved this case at the same time: all versions are kept, but nothing is delivered. "
    "Choose between them in the history of the case (Ctrl+Alt+H)"
)
T = TypeVar("T")


class Saving(Appearing, Resting, ABC):
    """The part of a session that loads and saves cases; `scanning` is there while a folder is being read."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.scanning: Report | None = None
        self._unread: dict[str, bool] = {}
        """The cases whose delivered files are still being read, and whether somebody asked to save them meanwhile."""

    @property
    def saved_state(self) -> SavedState:
        """What is true of every case that is open: never `saved` over an edit that is not."""
        works = self._works.values()
        if any(w.saving or (w.dirty and self._unread.get(w.id)) for w in works):
            return SavedState.SAVING
        if any(w.failed and w.dirty for w in works):
            return SavedState.FAILED
        return SavedState.UNSAVED if any(w.dirty for w in works) else SavedState.SAVED

    def save(self) -> None:
        """Save every case with unsaved edits, in the background; one save of a case at a time, another follows where one is running."""
        for work in tuple(self._works.values()):
            self._save(work, self._tasks.unhurried)

    def _needed(self, case: str) -> bool:
        return case in self._unread or super()._needed(case)

    def _put_down(self, case: str) -> None:
        super()._put_down(case)
        self._keeping.forget(case)

    def _bring_up(self, series: Series) -> None:
        if self._case in self._works and not self._overtaken(self._works[self._case]):
            self._keeping.resume(self._works[self._case])
            return
        members = self._members(self._case) or (series,)
        try:
            opened = self._keeping.open(self._case, members, complete=False)
        except AnnotatorError as error:
            self.say(error.message, Severity.ERROR)  # without a work nothing can be drawn; coming back to the case tries again
            return
        self._take(opened)
        if self.scanning is None and opened.disagreement is None:
            self._unread[self._case] = False
            self._read_delivered(self._works[self._case], self._tasks.unhurried)

    def _read_delivered(self, work: Work, run: Callable[..., None]) -> None:
        """Read what is delivered for a case that was just brought up, beside the window: until then it can be drawn on, not saved.

        What a person changed meanwhile is read for anew.
        """
        keeping, members = self._keeping, self._members(work.id)

        def ended(found: Opened | None) -> None:
            now = self._works.get(work.id)
            if keeping is not self._keeping or now is None or work.id not in self._unread:
                return
            if now.history is not work.history:
                self._read_delivered(now, run)
                return
            wanted = self._unread.pop(work.id)
            try:
                if found is not None:
                    self._take(keeping.take_in(now, found))
            except AnnotatorError as error:
                self.say(error.message, Severity.ERROR)
            if self._works[work.id].document != now.document:
                self._tell(Topic.DOCUMENT, Topic.SAVED)
            self._was_read(work.id)
            if wanted:
                self._save(self._works[work.id], run)

        def failed(error: Exception) -> None:
            self.say(error.message if isinstance(error, AnnotatorError) else message("{text}", text=str(error)), Severity.ERROR)
            now = self._works.get(work.id)
            if keeping is self._keeping and now is not None and self._unread.pop(work.id, None) is not None and not now.dirty:
                del self._works[work.id]  # without a work nothing can be drawn; coming back to the case tries again
                self._tell(Topic.DOCUMENT, Topic.SAVED)

        run(lambda: keeping.look_again(work, members), ended, failed)

    def _look_beside(self, case: str, members: Sequence[Series], then: Callable[[], None]) -> None:
        """Bring up a case that is only looked at, and what is delivered of it beside the window; `then` in any case, when that is known.

        What must be decided about it waits until somebody works there; so does the reason why it cannot be read.
        """
        keeping = self._keeping
        try:
            opened = keeping.open(case, members, complete=False)
        except AnnotatorError:
            then()
            return
        finally:
            self._resume_open()
        if opened.disagreement is not None:
            then()
            return
        self._works[case] = work = opened.work
        self._unread[case] = False

        def ended(found: Opened | None) -> None:
            now = self._works.get(case)
            if keeping is not self._keeping or now is None or case not in self._unread:
                return
            if now.history is not work.history or case == self._case:  # somebody works there by now
                self._read_delivered(now, self._tasks.unhurried)
                return
            wanted = self._unread.pop(case)
            try:
                whole = None if found is None else keeping.take_in(now, found)
            except AnnotatorError:
                del self._works[case]
            else:
                if whole is not None and whole.disagreement is not None:
                    del self._works[case]
                elif whole is not None:
                    self._works[case] = whole.work
            self._resume_open()
            if wanted and case in self._works:
                self._save(self._works[case], self._tasks.unhurried)
            self._tell(Topic.DOCUMENT, Topic.SAVED)
            then()

        def failed(error: Exception) -> None:
            if keeping is self._keeping and self._unread.pop(case, None) is not None and case != self._case:
                self._works.pop(case, None)  # working there says it
            if not isinstance(error, AnnotatorError):
                raise error
            then()

        self._tasks.unhurried(lambda: keeping.look_again(work, members), ended, failed)

    def _resume_open(self) -> None:
        """The next edits are of the open case."""
        if self._case in self._works:
            self._keeping.resume(self._works[self._case])

    def _was_read(self, case: str) -> None:
        """All that is saved and delivered of a case is in its work now."""

    def _take(self, opened: Opened) -> None:
        before = self._works.get(opened.work.id)
        self._works[opened.work.id] = opened.work
        if before is None or before.history is not opened.work.history:
            self._recall_soon(opened.work)
        for remark in opened.remarks:
            self.say(remark, Severity.WARNING)
        if opened.disagreement is not None:
            self.question = opened.disagreement.question(lambda choice: self._answered(opened, choice))
            self._tell(Topic.QUESTION)

    def _complete(self, report: Report, then: Callable[[], None], done: frozenset[str] = frozenset()) -> None:
        """Read what is delivered for the cases that were opened while a scan was still adding to them, in the background, then go on.

        What a person changed meanwhile is read for anew; another scan that began ends this.
        """
        work = next((work for work in self._works.values() if work.id not in done), None)
        if work is None:
            self._tell(Topic.DOCUMENT, Topic.SAVED)
            then()
            return
        keeping, members = self._keeping, self._members(work.id)

        def read(found: Opened | None) -> None:
            if report is not self.scanning:
                return
            same = self._works.get(work.id) is work
            try:
                if same and found is not None:
                    self._take(keeping.take_in(work, found))
            except AnnotatorError as error:
                self.say(error.message, Severity.ERROR)
            self._complete(report, then, done | {work.id} if same else done)

        def failed(error: Exception) -> None:
            if report is not self.scanning:
                return
            self.say(error.message if isinstance(error, AnnotatorError) else message("{text}", text=str(error)), Severity.ERROR)
            self._complete(report, then, done | {work.id})

        self._tasks.run(lambda: keeping.look_again(work, members), read, failed)

    def _overtaken(self, work: Work) -> bool:
        """Whether a case that holds nothing unsaved was saved elsewhere since, so that it must be brought up anew."""
        if work.dirty or work.saving:
            return False
        try:
            return self._keeping.overtaken(work)
        except AnnotatorError as error:
            self.say(error.message, Severity.ERROR)
            return False

    def _answered(self, opened: Opened, choice: str) -> None:
        try:
            self._works[opened.work.id], remarks = self._keeping.decide(opened, choice)
        except AnnotatorError as error:
            self.say(error.message, Severity.ERROR)
            return
        self._recall_soon(self._works[opened.work.id])
        self.question = None
        for remark in remarks:
            self.say(remark, Severity.WARNING)
        self._tell(Topic.QUESTION, Topic.DOCUMENT, Topic.SAVED)
        self._save(self._works[opened.work.id], self._tasks.run)

    @property
    def case_images(self) -> tuple[Image, ...]:
        """All images of the open case that the project names, in the order of the tree."""
        return tuple(image for series in self._members(self._case) if series.project_modality is not None for image in series.images)

    @property
    def case_series(self) -> tuple[Series, ...]:
        """All series of the open case, in the order of the tree."""
        return self._members(self._case)

    def show_image(self, key: ImageKey) -> None:
        """Show an image of the open case, in whichever of its series it is."""
        self._show_image(key)

    def _digests(self, work: Work) -> Mapping[ImageKey, str]:
        """SHA-256 of the pixels of the annotated images that are at hand."""
        return {key: found.digest for key in work.document.annotations if isinstance(found := self._pictures.get(key), Picture)}

    def _members(self, case: str) -> tuple[Series, ...]:
        return members_of(self.catalogue, case)

    def _save(self, work: Work, run: Callable[..., None]) -> None:
        if self.question is not None:
            return
        if work.saving:
            self._works[work.id] = replace(work, again=True)
            return
        if work.id in self._unread:
            self._unread[work.id] = True
            self._tell(Topic.SAVED)
            return
        if not work.dirty:
            self._forget_detour(work)
            return
        members = self._members(work.id)
        if self.scanning is not None and not self._keeping.numbered(members, work.document):
            return  # the numbers of images are places in the whole series: they wait for the end of the scan, the strokes in the journal
        document = work.document
        job = self._keeping.save_job(work, members, self._digests(work))
        keeping = self._keeping
        self._works[work.id] = replace(work, saving=True, again=False, failed=False)
        self._tell(Topic.SAVED)

        def done(saved: Saved) -> None:
            told = work.rivalled
            if keeping is self._keeping and work.id in self._works:
                now = self._works[work.id]
                self._works[work.id] = replace(now, saving=False, saved=document, revision=saved.digest, rivalled=saved.conflict)
            if saved.conflict and not told:
                self.say(_RIVALLED, Severity.ERROR)
            for remark in saved.remarks:
                self.say(remark, Severity.WARNING)
            if saved.foreign:
                files = ", ".join(saved.foreign)
                self.say(message("Files that others changed were left as they are: {files}", files=files), Severity.WARNING)
            self._tell(Topic.SAVED)
            self._save_again(work.id)
            if saved.foreign and keeping is self._keeping:
                self.look_again(work.id)

        def failed(error: Exception) -> None:
            if keeping is self._keeping and work.id in self._works:
                self._works[work.id] = replace(self._works[work.id], saving=False, failed=True)
            reason = error.message if isinstance(error, AnnotatorError) else message("{text}", text=f"{type(error).__name__}: {error}")
            self.say(message("Not saved: {reason} Your strokes are kept in the journal", reason=reason), Severity.ERROR)
            self._tell(Topic.SAVED)
            self._save_again(work.id)

        run(job, done, failed)

    def look_again(self, case: str) -> None:
        """Read what others changed of the delivered files of a case that is saved, and ask what holds."""
        work = self._works.get(case)
        if case == self._case and work is not None and not work.dirty and not work.saving and case not in self._unread:
            self._unread[case] = False
            self._read_delivered(work, self._tasks.unhurried)

    def choose_version(self) -> None:
        """Bring the open case up anew where several versions of it were saved at the same time, and ask which is right."""
        work, series = self._works.get(self._case), self.series
        if work is None or series is None or self._asked():
            return
        if work.dirty or work.saving:
            self.say(message("Save the case first: then you can choose between its versions"), Severity.WARNING)
            return
        del self._works[self._case]
        self._bring_up(series)
        self._tell(Topic.DOCUMENT, Topic.SAVED)

    def _save_again(self, case: str) -> None:
        """Begin the save that was asked for while the one before was running."""
        work = self._works.get(case)
        if work is not None and work.again and not work.saving:
            self._works[case] = replace(work, again=False)
            self._save(self._works[case], self._tasks.unhurried)

    def _forget_detour(self, work: Work) -> None:
        """Edits that were all taken back leave nothing to save, and nothing to restore."""
        try:
            self._keeping.nothing_to_save(work)
        except AnnotatorError as error:
            self.say(error.message, Severity.WARNING)


def in_place(job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
    """Work here and now; what an answer would tell is told at once."""
    try:
        saved = job()
    except (AnnotatorError, OSError) as error:
        failed(error)
    else:
        done(saved)
