"""Open folders, files and archives: the catalogue grows while they are read, and the person stands again where the last time ended."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial, reduce
from pathlib import Path

from annotator.dicom.found import Skipped
from annotator.domain.image import ImageKey
from annotator.domain.project import Project
from annotator.errors import AnnotatorError
from annotator.i18n import Message, mark, message
from annotator.progress import Report
from annotator.workspace.catalogue import Catalogue
from annotator.workspace.keeping import Keeping
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.opening import Batch, start_scan
from annotator.workspace.speaking import together
from annotator.workspace.tasks import Tasks
from annotator.workspace.views import Look, View, recall
from annotator.workspace.visiting import Visiting

NOTHING_FOUND = mark("No DICOM image was found in {folder}: choose another folder")
NO_IMAGE_IN = mark("No DICOM image was found in {folder}: {reasons}")
_REASONS = 3
"""So many reasons why files were passed over are said, the most frequent first."""


def _nothing() -> None:
    """What is to be released while nothing is open."""


class Scanning(Visiting, ABC):
    """The part of a session that reads what somebody opens."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.folders: tuple[Path, ...] = ()
        self.view = View()
        self._wanted: View | None = None
        self._release: Callable[[], None] = _nothing
        self._scanned_so_far = self.catalogue

    @abstractmethod
    def remember_view(self, *, at_once: bool = True) -> None:
        """Keep where the person is for the next start."""

    @abstractmethod
    def _seek_looks(self, looks: Sequence[Look]) -> None:
        """Let views look as they did."""

    @abstractmethod
    def _leave(self) -> None:
        """Leave the open case."""

    @abstractmethod
    def _forget(self) -> None:
        """Forget what is open."""

    def open_folder(self, where: Sequence[Path]) -> None:
        """Scan folders, files or archives in the background; the tree grows, and the first image (or the one last looked at) is shown."""
        self.remember_view()
        self._leave()
        if self.scanning is not None:
            self.scanning.cancel()
        self._forget()
        self._release()
        self._keeping.lost.forget()
        self.folders = tuple(Path(p).absolute() for p in where)
        last = recall(self.project.root)
        self._wanted = last if last.folders == tuple(map(str, self.folders)) and last.series else None
        self._seek(last.panes if self._wanted else ())
        self._seek_looks(last.looks if self._wanted else ())
        report = Report()
        self.scanning = report
        self._tell(Topic.CATALOGUE, Topic.SERIES, Topic.IMAGE, Topic.DOCUMENT)
        self._release = self._start(self.folders, report)

    def open_beside(self, where: Sequence[Path]) -> None:
        """Scan more folders in the background; what is open stays open, and the tree grows.  Waits for no scan: one that runs goes on."""
        if self.scanning is not None:
            return
        added = tuple(path for path in (Path(p).absolute() for p in where) if path not in self.folders)
        self.folders += added
        report, before = Report(), self._release
        self.scanning = report
        self._tell(Topic.CATALOGUE)
        after = self._start(added, report)

        def release() -> None:
            before()
            after()

        self._release = release

    def reopen(self) -> None:
        """Open the folders of the last view of this project again, if they are still there; else the project's own tree, if it has one."""
        folders = [Path(p) for p in recall(self.project.root).folders]
        if not folders or not all(folder.exists() for folder in folders):
            folders = [top for top in sorted(self.project.root.iterdir()) if top.is_dir() and not top.name.startswith(".")]
        if folders:
            self.open_folder(folders)

    def _start(self, places: Sequence[Path], report: Report) -> Callable[[], None]:
        """Scan beside the main thread; the catalogue grows from what it is now.  Returns what says that nothing of it is needed longer."""
        self._scanned_so_far, self._moved = self.catalogue, {}
        return start_scan(
            *(self._tasks, places, report, self.catalogue),
            partial(_taken, self._keeping, self.project.project),
            *(partial(self._found, report), partial(self._scanned, report)),
        )

    def _found(self, report: Report, catalogue: Catalogue) -> None:
        if report is not self.scanning:
            return
        if self.catalogue is self._scanned_so_far:
            self.catalogue = catalogue
        else:  # somebody has opened something else beside it, or moved what was found
            others = [series for uid, series in self.catalogue.by_uid.items() if uid not in catalogue.by_uid]
            self.catalogue = catalogue.with_paths(self._moved).with_series(others)
        self._scanned_so_far = catalogue
        shown = [pane.series for pane in self.panes]
        self._renew(self.catalogue.by_uid)
        if self.series is None or any(pane.series is not series for pane, series in zip(self.panes, shown, strict=True)):
            self._found_more()
        else:
            self._tell(Topic.CATALOGUE)
            self._find_sought()

    @together
    def _found_more(self) -> None:
        """A scan has found the first series, or more of what is shown."""
        self._fit_category()
        self._want()
        self._tell(Topic.CATALOGUE)
        if self._wanted is not None:
            self._back_to(self._wanted)
        elif self.series is None:
            self._open_first()
        else:
            self._tell(Topic.CATEGORY, Topic.IMAGE)
        self._find_sought()

    def _scanned(self, report: Report, error: Exception | None) -> None:
        if report is self.scanning:
            self._complete(report, lambda: self._read_to_the_end(error))

    def _read_to_the_end(self, error: Exception | None) -> None:
        self.scanning = None
        if any(work.dirty for work in self._works.values()) and self._idle is None:
            self.save()
        if self.series is None:
            self._wanted = None
            self._open_first()
        self.look_for_regions()
        self.guard()
        self._look_on()
        if isinstance(error, AnnotatorError):
            self.say(error.message, Severity.ERROR)
        elif error is not None:
            self.say(message("The folder could not be read to its end: {reason}", reason=str(error)), Severity.ERROR)
        elif not self.catalogue.by_uid:
            self.say(_nothing_found(self.folders, self.catalogue.skipped), Severity.ERROR)
        self._tell(Topic.CATALOGUE)

    def _open_first(self) -> None:
        first = next((s for s in self.catalogue.in_order if s.count and not (s.labels and self.scanning)), None)
        if first is not None and all(pane.series is None for pane in self.shown_panes):
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
        if view.window is not None:
            self.show_window(view.window)


def _taken(keeping: Keeping, project: Project, catalogue: Catalogue, batch: Batch) -> Catalogue:
    """The catalogue with what of a batch is to be looked at; may be asked from any thread."""
    return catalogue.with_found(keeping.without_masks(batch), project)


def _nothing_found(folders: Sequence[Path], skipped: Sequence[Skipped]) -> Message:
    """Say that there is no image, and what the files are instead."""
    folder = ", ".join(map(str, folders))
    if not skipped:
        return message(NOTHING_FOUND, folder=folder)
    counted = Counter(entry.reason for entry in skipped).most_common()
    said = [reason if len(skipped) == 1 else message("{reason} ({count})", reason=reason, count=count) for reason, count in counted]
    listed = [*said[:_REASONS], *([Message("…")] if len(said) > _REASONS else [])]
    return message(NO_IMAGE_IN, folder=folder, reasons=reduce(lambda one, other: message("{one}; {other}", one=one, other=other), listed))
