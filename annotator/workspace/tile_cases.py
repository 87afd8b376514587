"""Collect the lesions of cases that wait for a reviewer and whose folders are not open, a case after the other, as far as they are wanted.

Of such a case only the files are read on which something is drawn: where the record says that they lie, else in the folder that the
worklist knows.  What cannot be found is told by its patient.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.course import State
from annotator.domain.gallery import GalleryTile, tiles_of
from annotator.domain.image import Image, ImageKey
from annotator.domain.person import Acting
from annotator.domain.project import Project
from annotator.domain.queue import Entry
from annotator.errors import AnnotatorError
from annotator.progress import Cancelled, Report
from annotator.workspace import steps
from annotator.workspace.concluding import waits_for
from annotator.workspace.labels import annotated_images, effective_annotations
from annotator.workspace.reading_store import ReadingStore, reviews
from annotator.workspace.tasks import Tasks
from annotator.workspace.worklist import Worklist


@dataclass(frozen=True)
class Lesions:
    """The lesions of one case; `absent`: there are some, and not all of their images can be found."""

    tiles: tuple[GalleryTile, ...] = ()
    absent: bool = False


class TileCases:
    """The lesions of the cases that are not in `open_now`; `arrived` is told when more are there, or it is known that there are no more."""

    def __init__(self, tasks: Tasks, store: ReadingStore, project: Project, acting: Acting, open_now: Collection[str],
                 arrived: Callable[[], None]) -> None:  # fmt: skip
        self._tasks, self._store, self._project, self._acting, self._arrived = tasks, store, project, acting, arrived
        self._open_now, self._waiting = frozenset(open_now), deque[Entry]()
        self._begun, self._busy, self._wanted, self._report = False, False, 0, Report()
        self.tiles: tuple[GalleryTile, ...] = ()
        self.absent: tuple[str, ...] = ()
        """Patients (cases, where they have no id) whose images cannot be found."""
        self.entries: dict[str, Entry] = {}

    @property
    def complete(self) -> bool:
        """Whether all cases were looked through."""
        return self._begun and not self._waiting and not self._busy

    def begin(self, worklist: Worklist) -> None:
        """Find out which cases wait; nothing is read of them before it is wanted."""

        def done(found: tuple[Entry, ...]) -> None:
            self._begun, self._waiting = True, deque(found)
            self.entries = {entry.case: entry for entry in found}
            self._go_on()
            if not self._busy:
                self._arrived()

        def job() -> tuple[Entry, ...]:
            worklist.refresh()
            return tuple(e for e in worklist.waiting(self._acting) if e.state is State.REVIEW and e.case not in self._open_now)

        self._tasks.unhurried(job, done, self._stopped)

    def want(self, count: int) -> None:
        """Collect until there are so many lesions, or no case is left."""
        self._wanted = max(self._wanted, count)
        self._go_on()

    def stop(self) -> None:
        """Collect no more."""
        self._waiting.clear()
        self._report.cancel()

    def without(self, cases: Collection[str]) -> None:
        """Forget the lesions of cases that were passed."""
        self.tiles = tuple(tile for tile in self.tiles if tile.case not in cases)

    def _go_on(self) -> None:
        if self._busy or not self._waiting or len(self.tiles) >= self._wanted:
            return
        self._busy, entry = True, self._waiting.popleft()

        def done(found: Lesions) -> None:
            self._busy = False
            self.tiles += found.tiles
            if found.absent:
                self.absent += (entry.patient or f"…{entry.case[-6:]}",)
            self._arrived()
            self._go_on()

        def failed(error: Exception) -> None:
            if isinstance(error, AnnotatorError | OSError):
                done(Lesions(absent=True))
            else:
                self._busy = False
                self._stopped(error)

        self._tasks.unhurried(lambda: _lesions(self._store, self._project, self._acting, entry, self._report), done, failed)

    def _stopped(self, error: Exception) -> None:
        if not isinstance(error, AnnotatorError | OSError | Cancelled):
            raise error
        self._begun = True
        self._arrived()


def images_in(place: str, wanted: Collection[ImageKey], paths: Iterable[str], report: Report) -> dict[ImageKey, Image]:
    """Return those of the wanted images that can be found: in these files, else in the folder `place`.  Raises Cancelled."""
    from annotator.dicom.found import Found
    from annotator.dicom.scan import scan  # loads what reads DICOM: only now is it needed

    found = dict[ImageKey, Image]()
    for places in (sorted(set(paths)), [place] if place else []):
        there = [path for path in map(Path, places) if path.exists()]
        for one in scan(there, report) if there and not found.keys() >= set(wanted) else ():
            if isinstance(one, Found):
                found.update({image.key: image for image in one.images if image.key in wanted})
    return found


def _lesions(store: ReadingStore, project: Project, acting: Acting, entry: Entry, report: Report) -> Lesions:
    """The lesions of a case that waits for a reviewer and in which they changed nothing yet."""
    case = entry.case
    standing = steps.standing(store.root, case)
    if standing.state is not State.REVIEW or not reviews(standing, acting) or not waits_for(standing, acting.name):
        return Lesions()
    loaded, aside = store.load(case), store.aside(case)
    if aside is None or loaded.digest != aside.token:
        return Lesions()
    drawn = {key: effective_annotations(store.root, project, loaded.document, key) for key in annotated_images(store.root, loaded.document)}
    wanted = {key: there for key, there in drawn.items() if there}
    paths = [str(store.root / loaded.images[key].path) for key in wanted if key in loaded.images and loaded.images[key].path]
    found = images_in(entry.place, wanted.keys(), paths, report)
    if len(found) < len(wanted):
        return Lesions(absent=True)  # who saw some of its lesions would pass the others unseen
    return Lesions(tiles_of(case, [(found[key], wanted[key]) for key in wanted], project.reviewing.full_view, entry.patient))
