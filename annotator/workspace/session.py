"""The one thing that changes: what is open, looked at, chosen, drawn and saved; everything else is a value or does as it is told.

Everything here runs in the main thread; what takes long runs through `Tasks` and comes back.
"""

from __future__ import annotations

import datetime
import getpass
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from annotator.domain.image import ImageKey
from annotator.domain.merge import Mode
from annotator.domain.picture import Picture
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace.bringing import Opened
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.drawing import Drawing
from annotator.workspace.keeping import Keeping
from annotator.workspace.notice import SavedState, Severity, Topic
from annotator.workspace.opening import Batch, start_scan
from annotator.workspace.projects import ProjectFolder, open_project
from annotator.workspace.store import Saved
from annotator.workspace.tasks import Tasks
from annotator.workspace.views import View, recall, remember
from annotator.workspace.work import Work, case_of


def _now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")


class Session(Drawing):
    """What one window works on."""

    def __init__(self, project: ProjectFolder, tasks: Tasks, *, author: str = "", clock: Callable[[], str] = _now) -> None:
        super().__init__(tasks, author or getpass.getuser(), clock)
        self.scanning: Report | None = None
        self.folders: tuple[Path, ...] = ()
        self.view = View()
        self._wanted: View | None = None
        self._use(project)

    def open_project(self, folder: Path) -> None:
        """Change to another project; what is open is put down first.  Raises AnnotatorError where the project cannot be read."""
        found = open_project(folder)
        self._leave()
        self._use(found)
        self._tell(Topic.PROJECT, Topic.CATALOGUE, Topic.SERIES, Topic.IMAGE, Topic.CATEGORY, Topic.DOCUMENT, Topic.SAVED)

    def open_folder(self, where: Sequence[Path]) -> None:
        """Scan folders or files in the background; the tree grows, and the first image (or the one last looked at) is shown."""
        self._leave()
        if self.scanning is not None:
            self.scanning.cancel()
        self._forget()
        self.folders = tuple(Path(p).absolute() for p in where)
        last = recall(self.project.root)
        self._wanted = last if last.folders == tuple(map(str, self.folders)) and last.series else None
        report = Report()
        self.scanning = report
        self._tell(Topic.CATALOGUE, Topic.SERIES, Topic.IMAGE, Topic.DOCUMENT)
        start_scan(self._tasks, self.folders, report, lambda batch: self._found(report, batch), lambda error: self._scanned(report, error))

    def reopen(self) -> None:
        """Open the folders of the last view of this project again, if they are still there."""
        folders = [Path(p) for p in recall(self.project.root).folders]
        if folders and all(folder.exists() for folder in folders):
            self.open_folder(folders)

    def _use(self, project: ProjectFolder) -> None:
        self.project = project
        self._keeping = Keeping(project, self.author, self._clock)
        self._forget()
        self.folders = ()
        for remark in (*project.remarks, *self._keeping.remarks):
            self.say(remark, Severity.WARNING)
        last = recall(project.root)
        self.tool = next((t for t in self.tools if t.id == last.tool), self.tool)
        self.mode = next((m for m in Mode if m.value == last.mode), self.mode)
        self.category = None

    def _forget(self) -> None:
        self.catalogue, self.series, self._key, self._case = Catalogue(), None, None, ""
        self.selection, self.question, self._works = frozenset(), None, {}
        self._windows = {}
        self._pictures.forget()

    def _found(self, report: Report, batch: Batch) -> None:
        if report is not self.scanning:
            return
        self.catalogue = self.catalogue.with_found(batch, self.project.project)
        if self.series is not None:
            self.series = self.catalogue.by_uid[self.series.uid]
            self._pictures.want(self.images, self.index)
        self._tell(Topic.CATALOGUE)
        if self._wanted is not None:
            self._back_to(self._wanted)
        elif self.series is None:
            self._open_first()
        else:
            self._tell(Topic.IMAGE)

    def _scanned(self, report: Report, error: Exception | None) -> None:
        if report is not self.scanning:
            return
        self.scanning = None
        if any(work.dirty for work in self._works.values()) and self._idle is None:
            self.save()
        if self.series is None:
            self._wanted = None
            self._open_first()
        if isinstance(error, AnnotatorError):
            self.say(error.message, Severity.ERROR)
        elif error is not None:
            self.say(message("The folder could not be read to its end: {reason}", reason=str(error)), Severity.ERROR)
        elif not self.catalogue.by_uid:
            self.say(
                message("No DICOM image was found in {folder}: choose another folder", folder=", ".join(map(str, self.folders))),
                Severity.ERROR,
            )
        elif self.series is not None and self.series.remarks:
            self.say(self.series.remarks[0], Severity.WARNING)
        self._tell(Topic.CATALOGUE)

    def _open_first(self) -> None:
        first = next((s for s in self.catalogue.in_order if s.images), None)
        if first is not None:
            self.open_series(first.uid)

    def _back_to(self, view: View) -> None:
        series = self.catalogue.by_uid.get(view.series)
        place = series.places.get(ImageKey.parse(view.image)) if series and view.image else None
        if series is None or place is None:
            return
        self._wanted, self.view = None, view
        self.open_series(series.uid, place)
        if view.category:
            self.choose_category(view.category)
        if view.window_width > 0:
            self.set_window(view.window_center, view.window_width)

    def open_series(self, uid: str, index: int | None = None) -> None:
        """Show a series of the catalogue, from `index` or its first image; its case is brought up."""
        series = self.catalogue.by_uid[uid]
        case = case_of(series)
        if case != self._case:
            self._leave()
        self.series, self._wanted = series, None
        if case != self._case:
            self._case = case
            self._bring_up(series)
        categories = self.categories
        if self.category not in categories:
            self.category = categories[0] if categories else None
        self._tell(Topic.SERIES, Topic.CATEGORY, Topic.DOCUMENT, Topic.SAVED)
        self.show(index or 0)
        self.remember_view()

    def step_series(self, step: int) -> None:
        """Go to the next or previous series of the tree."""
        order = [s.uid for s in self.catalogue.in_order]
        if self.series is None or not order:
            return
        place = order.index(self.series.uid) + step
        if 0 <= place < len(order):
            self.open_series(order[place])

    def done(self) -> None:
        """Save, and go to the first image of the next case."""
        order, here = self.catalogue.in_order, self._case
        self.save()
        if self.series is None:
            return
        after = order[[s.uid for s in order].index(self.series.uid) + 1 :]
        following = next((s for s in after if case_of(s) != here and s.project_modality is not None), None)
        if following is None:
            self.say(message("This was the last case of the folder"))
        else:
            self.open_series(following.uid)

    def _show_image(self, key: ImageKey) -> None:
        for series in self.catalogue.in_order:
            if key in series.places and case_of(series) == self._case:
                if self.series is not None and series.uid != self.series.uid:
                    self.open_series(series.uid, series.places[key])
                else:
                    self.show(series.places[key])
                return

    @property
    def saved_state(self) -> SavedState:
        """What is true of every case that is open: never `saved` over an edit that is not."""
        works = self._works.values()
        if any(w.saving for w in works):
            return SavedState.SAVING
        if any(w.failed and w.dirty for w in works):
            return SavedState.FAILED
        return SavedState.UNSAVED if any(w.dirty for w in works) else SavedState.SAVED

    def save(self) -> None:
        """Save every case with unsaved edits, in the background; one save of a case at a time."""
        for work in tuple(self._works.values()):
            self._save(work, self._tasks.run)

    def remember_view(self) -> None:
        """Keep where the person is for the next start; the window fills in zoom and place."""
        if self.series is None:
            return
        window = self.window
        self.view = replace(
            self.view,
            folders=tuple(map(str, self.folders)),
            series=self.series.uid,
            image=str(self._key) if self._key else "",
            window_center=window.center,
            window_width=window.width if self._window_key() in self._windows else 0.0,
            tool=self.tool.id,
            mode=self.mode.value,
            category=self.category.key if self.category else "",
        )
        try:
            remember(self.project.root, self.view)
        except OSError:
            self.say(message("Where you are could not be remembered: the next start opens the first image"), Severity.WARNING)

    def close(self) -> None:
        """Put everything down: returns when it is on disk, or has been said to have failed (the journal keeps it then)."""
        if self.scanning is not None:
            self.scanning.cancel()
        self.remember_view()
        if self._idle is not None:
            self._idle()
        for case in tuple(self._works):
            self._works[case] = self._keeping.settled(self._works[case])
            self._save(self._works[case], _in_place)
        self._keeping.close()

    def _leave(self) -> None:
        """Leave the open case: save it, and keep its history for coming back."""
        if self._case in self._works:
            self.remember_view()
            self._save(self._works[self._case], self._tasks.run)

    def _bring_up(self, series: Series) -> None:
        if self._case in self._works:
            self._keeping.resume(self._works[self._case])
            return
        members = self._members(self._case) or (series,)
        try:
            opened = self._keeping.open(self._case, members)
        except AnnotatorError as error:
            self.say(error.message, Severity.ERROR)
            opened = Opened(Work(self._case, tuple(s.uid for s in members)))
        self._works[self._case] = opened.work
        for remark in opened.remarks:
            self.say(remark, Severity.WARNING)
        if opened.disagreement is not None:
            self.question = opened.disagreement.question(lambda choice: self._answered(opened, choice))
            self._tell(Topic.QUESTION)

    def _answered(self, opened: Opened, choice: str) -> None:
        self.question = None
        self._works[opened.work.id] = self._keeping.decide(opened, choice)
        self._tell(Topic.QUESTION, Topic.DOCUMENT, Topic.SAVED)

    def _members(self, case: str) -> tuple[Series, ...]:
        return tuple(s for s in self.catalogue.in_order if case_of(s) == case)

    def _save(self, work: Work, run: Callable[..., None]) -> None:
        if work.saving or not work.dirty or self.question is not None:
            return
        members = self._members(work.id)
        if self.scanning is not None and not self._keeping.numbered(members, work.document):
            return  # the numbers of images are places in the whole series: they wait for the end of the scan, the strokes in the journal
        document = work.document
        digests = {key: found.digest for key in document.annotations if isinstance(found := self._pictures.get(key), Picture)}
        job = self._keeping.save_job(work, members, digests)
        self._works[work.id] = replace(work, saving=True, failed=False)
        self._tell(Topic.SAVED)

        def done(saved: Saved) -> None:
            if work.id in self._works:
                self._works[work.id] = replace(self._works[work.id], saving=False, saved=document, revision=saved.digest)
            for remark in saved.remarks:
                self.say(remark, Severity.WARNING)
            if saved.foreign:
                files = ", ".join(saved.foreign)
                self.say(message("Files that others changed were left as they are: {files}", files=files), Severity.WARNING)
            self._tell(Topic.SAVED)

        def failed(error: Exception) -> None:
            if work.id in self._works:
                self._works[work.id] = replace(self._works[work.id], saving=False, failed=True)
            reason = error.message if isinstance(error, AnnotatorError) else message("{text}", text=f"{type(error).__name__}: {error}")
            self.say(message("Not saved: {reason} Your strokes are kept in the journal", reason=reason), Severity.ERROR)
            self._tell(Topic.SAVED)

        run(job, done, failed)


def _in_place(job: Callable[[], Saved], done: Callable[[Saved], None], failed: Callable[[Exception], None]) -> None:
    try:
        saved = job()
    except (AnnotatorError, OSError) as error:
        failed(error)
    else:
        done(saved)
