"""Look through the lesions of many cases at once, and pass the cases in which nothing is wrong; how long each was looked at is logged.

For a reviewer these are the cases that wait for their verdict, as far as their images are open; for everybody else the lesions of the open
case, to look at only.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.course import VERDICT, Standing, State, Step
from annotator.domain.document import Document
from annotator.domain.gallery import GalleryTile, tiles_of
from annotator.domain.image import Image, ImageKey
from annotator.domain.person import Acting, Role
from annotator.domain.project import Project
from annotator.domain.verdict import Outcome
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace import log, steps
from annotator.workspace.catalogue import Series
from annotator.workspace.concluding import SEEN_OTHER, conclude, waits_for
from annotator.workspace.keeping import Keeping
from annotator.workspace.labels import effective_annotations
from annotator.workspace.notice import Topic
from annotator.workspace.reading_store import BASE, READING, WORD, ReadingStore, reviews
from annotator.workspace.reviewing import PASSED, Reviewing
from annotator.workspace.store import Loaded
from annotator.workspace.work import case_of

LOOKED = "look"
"""What the log calls that somebody looked at a tile."""


@dataclass(frozen=True)
class Followed:
    """What followed from a verdict on a case: how it stands, the record, and the outcome with what is agreed; None: one is awaited."""

    case: str
    standing: Standing
    record: Loaded
    follows: tuple[Outcome, Document] | None


class Browsing(Reviewing, ABC):
    """The part of a session that shows a gallery."""

    @property
    def passes_tiles(self) -> bool:
        """Whether the tiles of the gallery are those of a reviewer's queue."""
        return self.acting is not None and self.acting.role is Role.REVIEWER

    def look_for_tiles(self, report: Report, told: Callable[[tuple[GalleryTile, ...] | Message], None]) -> None:
        """Collect the tiles beside the window; `told` hears them, or why they cannot be read."""
        rules, acting, store = self.project.project, self.acting, self._keeping.store
        if acting is None or acting.role is not Role.REVIEWER:
            names = self.names.patient if self.names is not None else ""
            drawn = [(image, self._own_on(image.key)) for image in self.case_images]
            told(tiles_of(self._case, drawn, 0.0, names))
            return
        cases = self._open_cases()

        def failed(error: Exception) -> None:
            if not isinstance(error, AnnotatorError):
                raise error
            told(error.message)

        keeping = self._keeping

        def job() -> tuple[GalleryTile, ...]:
            names = {case: _patient(keeping, members) for case, members in cases.items()}
            return _collected(store, rules, cases, acting, names, report)

        self._tasks.run(job, told, failed)

    def _open_cases(self) -> dict[str, list[Series]]:
        """The cases whose images are all at hand: none while a folder is being read, for lesions would be missing then."""
        cases = dict[str, list[Series]]()
        for series in self.catalogue.in_order if self.scanning is None else ():
            if series.project_modality is not None:
                cases.setdefault(case_of(series), []).append(series)
        return cases

    def pass_cases(self, cases: Sequence[str], then: Callable[[], None]) -> None:
        """Give the verdict on cases that are right as they are, beside the window; `then` is called when all of them are on disk."""
        store, acting, time = self._keeping.store, self.acting, self._clock()
        if acting is None or not cases:
            then()
            return
        least, root = self.project.project.reviewing.least_iou, self.project.root
        seen = {case: self._looked_up(case) for case in cases}

        def job() -> tuple[Followed, ...]:
            return tuple(_passed(store, case, acting, time, seen[case], least) for case in cases)

        def ended(found: tuple[Followed, ...]) -> None:
            if root != self.project.root:
                return
            for one in found:
                self._standings[one.case] = one.standing
                if one.follows is not None:
                    self._conclude(one.case, one.record, *one.follows)
            self._count_done(time, len(found))
            self.say(message("Passed: {count} cases", count=len(found)))
            self._tell(Topic.COURSE)
            then()

        def failed(error: Exception) -> None:
            self._failed(error)
            then()

        self._tasks.surely(job, ended, failed)

    def _looked_up(self, case: str) -> Callable[[ImageKey], Image | None]:
        """What gives the images of a case, as far as they are at hand; it may be asked beside the window."""
        return self._images_of(case).get

    def log_looks(self, looks: Mapping[GalleryTile, float], words: Mapping[GalleryTile, str]) -> None:
        """Log how many seconds each tile was looked at, and what became of it (`passed`, `flagged`, `full`), beside the window."""
        acting, root, time = self.acting, self.project.root, self._clock()
        if acting is None or self.project.read_only or not looks:
            return
        rows = tuple(
            log.Done(LOOKED, tile.case, facts={
                "image": str(tile.image.key), "annotation": str(tile.annotation.id), "seconds": f"{seconds:.2f}",
                "tile": words.get(tile, "seen"),
            })
            for tile, seconds in looks.items()
        )  # fmt: skip
        role = acting.role.value if acting.role else ""
        self._tasks.surely(lambda: log.append(root, acting.name, role, time, *rows), lambda _: None, self._not_logged)

    def open_tile(self, tile: GalleryTile) -> None:
        """Show a tile's image in full, with its annotation chosen."""
        series = next((s for s in self.catalogue.in_order if tile.image.key in s.places), None)
        if series is not None:
            self.open_series(series.uid, series.places[tile.image.key])
            self.select([tile.annotation.id])

    def _not_logged(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        self.say(message("How long the tiles were looked at could not be logged"))


def _collected(
    store: ReadingStore, project: Project, cases: Mapping[str, Sequence[Series]], acting: Acting, names: Mapping[str, str], report: Report
) -> tuple[GalleryTile, ...]:
    """The tiles of all cases that wait for a reviewer and in which they changed nothing yet."""
    found = list[GalleryTile]()
    for case, members in cases.items():
        report.advance(subject=case)
        standing = steps.standing(store.root, case)
        if standing.state is not State.REVIEW or not reviews(standing, acting) or not waits_for(standing, acting.name):
            continue
        loaded, aside = store.load(case), store.aside(case)
        if aside is None or loaded.digest != aside.token:
            continue
        images = [image for series in members for image in series.images]
        drawn = [(image, effective_annotations(store.root, project, loaded.document, image.key)) for image in images]
        found += tiles_of(case, drawn, project.reviewing.full_view, names.get(case, ""))
    return tuple(found)


def _patient(keeping: Keeping, members: Sequence[Series]) -> str:
    """The pseudonymous id of a case's patient, empty where it has none yet."""
    known = keeping.known(members[0].images[0])
    return known.patient if known is not None else ""


def _passed(store: ReadingStore, case: str, acting: Acting, time: str, seen: Callable[[ImageKey], Image | None], least: float) -> Followed:
    """Take the verdict on a case in which nothing was changed."""
    store.load(case)
    aside, record = store.aside(case), store.record(case)
    if aside is None:
        raise AnnotatorError(message("Passing the case {case}", case=case), message("it is not in review any more"),
                             message("Open the gallery again"))  # fmt: skip
    reading, digest = aside.unchanged(case)
    facts = {WORD: PASSED, READING: reading, BASE: aside.base, SEEN_OTHER: ""}
    step = Step(case, 0, VERDICT, "", "", time, facts=facts, revision=digest)
    standing = steps.take(store.root, step, acting, (), expected=State.REVIEW)
    follows = conclude(store, case, standing, seen, least)
    if follows is not None and follows[1] != record.document:
        for key in follows[1].annotations:
            seen(key)  # to save it all images of the case are needed
    return Followed(case, standing, record, follows)
