"""Between the session and the disk: bring a case up, keep every edit in the journal, put the case down as one save."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from annotator import __version__
from annotator.domain.delivery import Names, Sheet
from annotator.domain.document import Document
from annotator.domain.edit import Edit, StaleEdit
from annotator.domain.history import History
from annotator.domain.image import Image, ImageKey
from annotator.domain.mammography import sightings
from annotator.domain.person import Acting
from annotator.i18n import Message
from annotator.workspace.adoption import LostFiles
from annotator.workspace.allowed import allow
from annotator.workspace.bringing import Opened, read_all, rivals, sheet_of
from annotator.workspace.catalogue import Series
from annotator.workspace.drafts import Drafts
from annotator.workspace.journal import Journal, Mark
from annotator.workspace.masks import Entry, without_masks
from annotator.workspace.noting import Noting
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.reading_store import ReadingStore
from annotator.workspace.register import Register
from annotator.workspace.store import Loaded, Saved
from annotator.workspace.work import Work, images_by_key, with_imported

T = TypeVar("T")
_RENAMED = 4
"""So often a save begins again because its images got other names meanwhile."""


@dataclass(frozen=True)
class _Put:
    """The last save of a case: the number of its job, what it did, and the document it was of."""

    turn: int
    saved: Saved
    document: Document


class Keeping:
    """Store, register and journal of one project, for one session."""

    def __init__(self, project: ProjectFolder, acting: Acting, clock: Callable[[], str], journal: Path | None = None) -> None:
        self._project, self._acting, self._clock = project, acting, clock
        self.store, self._register = ReadingStore(project, acting), Register(project)
        self.noting = Noting(journal)
        self.drafts = Drafts(project.root, acting.name, self.noting.run)
        self._saving, self._opening, self._reading = threading.Lock(), threading.Lock(), threading.Lock()
        """Held by a save, by what brings a case up, by what reads delivered files; whoever needs several takes them in this order."""
        self.lost = LostFiles(project)
        self._awaited: dict[int, str] = {}
        """The cases of the saves that were ordered and have not ended, by the number of the job."""
        self._turns = itertools.count(1)
        self._put: dict[str, _Put] = {}
        self._continued: dict[str, dict[str, str]] = {}
        self._anew: set[str] = set()
        self._merges: dict[str, tuple[str, ...]] = {}
        self._cleared: dict[str, Mark] = {}
        self._deferred: set[str] = set()

    @property
    def remarks(self) -> tuple[Message, ...]:
        """What was odd when the project was opened: finished saves, a journal that was damaged."""
        return (*self.store.remarks, *(self._journal.remarks if self._journal is not None else ()))

    @property
    def _journal(self) -> Journal | None:
        return self.noting.journal

    def open(self, case: str, members: Sequence[Series], *, complete: bool = True) -> Opened:
        """Bring a case up: its newest revision, else its delivered files, and on top what the journal kept; raises AnnotatorError.

        Where that would be too early or take too long (not `complete`), delivered files are left for `look_again`.
        """
        with self._apart(case):  # a save that ends between loading and recovering would take its edits from both
            loaded = self.store.load(case)
            if case in self._put and self._put[case].saved.digest != loaded.digest:  # somebody else went on from what was saved here
                self.forget(case)
            opened = self._read(case, members, loaded, complete)
            if not complete and not loaded.revision and not self._fits(opened.work):
                self._deferred.add(case)  # the edits start from delivered files, which are read when all images are there
                self.resume(opened.work)
                return opened
            return self._recovered(opened, loaded)

    def _read(self, case: str, members: Sequence[Series], loaded: Loaded, complete: bool) -> Opened:
        """The case as its revisions or else its delivered files have it, and what must be decided about them."""
        work = Work(case, tuple(s.uid for s in members), History(loaded.document), loaded.document, loaded.digest, loaded.regions_only,
                    sources=loaded.images)
        if loaded.conflict:
            versions = [(head, self.store.load(case, head.digest).document) for head in loaded.heads]
            return Opened(work, loaded.remarks, rivals(versions))
        if not complete or (loaded.revision and not self.store.altered(case)):
            return Opened(work, loaded.remarks)
        with self._reading:
            found = read_all(self.store, self._register, self._project, members, work, self.lost)
        return replace(found, remarks=loaded.remarks + found.remarks)

    def _recovered(self, opened: Opened, loaded: Loaded) -> Opened:
        """The same with the edits on top that no save holds."""
        case, work = opened.work.id, opened.work
        base = loaded.digest or self._unsaved
        self.noting.start(self._root, case, base)
        if self._journal is None:
            return replace(opened, through=loaded.through)
        recovery = self._journal.recover(self._root, case, base, work.document, loaded.through, loaded.moved)
        self.noting.marks[case] = self._journal.mark()
        return replace(opened, work=work.with_edits(recovery.edits), edits=recovery.edits, remarks=opened.remarks + recovery.remarks,
                       recovery=recovery, through=loaded.through)

    def look_again(self, work: Work, members: Sequence[Series]) -> Opened | None:
        """Read what is delivered for a work, for `take_in`; None where nothing is news.  May take long; raises AnnotatorError."""
        with self._apart(work.id, self._reading):
            known = work.revision and not self.store.altered(work.id)
            return None if known else read_all(self.store, self._register, self._project, members, work, self.lost)

    def take_in(self, work: Work, found: Opened) -> Opened:
        """Return the work with what `look_again` found for it on images that nobody has drawn on; raises AnnotatorError."""
        with self._apart(work.id):
            kept = found.work if work.revision else with_imported(work, found.work.document)
            read = replace(found, work=kept, edits=work.unsaved)
            if work.id in self._deferred:
                self._deferred.discard(work.id)
                return self._recovered(read, Loaded())
            return read

    def _fits(self, work: Work) -> bool:
        return self._journal is None or self._journal.fits(self._root, work.id, self._unsaved, work.document)

    def resume(self, work: Work) -> None:
        """Say that the next edits belong to this case, which was opened before."""
        self.noting.start(self._root, work.id, self.starts_from(work))

    def starts_from(self, work: Work) -> str:
        """What the next edits of a work start from."""
        return self.tip(work) or self._unsaved

    def overtaken(self, work: Work) -> bool:
        """Whether somebody else saved the case since; raises AnnotatorError."""
        heads = self.store.load(work.id).heads
        return tuple(head.digest for head in heads) != tuple(filter(None, [self.tip(work)]))

    def decide(self, opened: Opened, choice: str) -> tuple[Work, tuple[Message, ...]]:
        """Return the work with what the person chose, and what is to be told; the next save replaces the others (copies are kept).

        Edits that the journal brought back stay on top of it; where they do not fit they are set aside.  Raises AnnotatorError.
        """
        if opened.disagreement is None:
            return opened.work, ()
        for delivered in opened.disagreement.files:
            self.store.accept(delivered)
        case, told = opened.work.id, tuple[Message, ...]()
        self._anew.add(case)
        self._merges[case] = opened.disagreement.heads
        if choice == "record":
            return replace(opened.work, saved=None, failed=False), told
        chosen = replace(opened.work, history=History(opened.disagreement.documents[choice]), saved=None, failed=False)
        with suppress(StaleEdit):
            if opened.edits or not opened.work.dirty:
                return chosen.with_edits(opened.edits), told
        if self._journal is not None:
            told = self._journal.set_aside(self._root, case).remarks
        return chosen, told

    def note(self, case: str, edit: Edit) -> Message | None:
        """Bring an edit of the open case to this computer's disk; returns what is to be told.  Raises AnnotatorError."""
        return self.noting.note(case, edit, self._clock())

    def save_job(self, work: Work, members: Sequence[Series], digests: Mapping[ImageKey, str]) -> Callable[[], Saved]:
        """Return the save of a case as it is now, to be run beside the main thread; it raises AnnotatorError."""
        mark, turn = self.noting.marks.get(work.id), next(self._turns)
        document, there, time = work.document, images_by_key(members), self._clock()
        owed, noted = self.noting.owed(work.id), self.noting.count(work.id)
        self._awaited[turn] = work.id

        def job() -> Saved:
            with self._saving, self._ending(turn):
                last = self._put.get(work.id)
                if last is not None and last.turn > turn:
                    return last.saved  # a later save was faster and holds this one's edits
                allow(self._project.root, self._acting, work.id, members)
                parent = self.tip(work)
                before, sheets = parent, self._sheets(work, document, there, time)
                for _ in range(_RENAMED):
                    saved = self.store.save(
                        *(work.id, document, before, sheets, self._acting.name, time),
                        software=f"annotator {__version__}",
                        digests=digests,
                        through=mark.through if mark else ("", 0),
                        merges=self._merges.get(work.id, ()),
                        regions_only=work.regions_only,
                        anew=work.id in self._anew,
                        role=self._acting.role.value if self._acting.role else "",
                    )
                    before, named = saved.digest, sheets
                    sheets = self._sheets(work, document, there, time)
                    if [sheet.names for sheet in sheets] == [sheet.names for sheet in named]:
                        break  # else the class was changed while the case was being saved: its files go where they belong now
                self._put[work.id] = _Put(turn, saved, document)
                if saved.digest != parent:
                    self._continued.setdefault(work.id, {})[parent] = saved.digest
                self._anew.discard(work.id)
                self._merges.pop(work.id, None)
                self._clear(self.noting.saved(work.id, owed, saved.digest) or mark, saved.digest)
                with suppress(OSError):  # a draft that stays is recognised at the next start
                    self.drafts.saved(work.id, noted)
                return saved

        return job

    @contextmanager
    def _ending(self, turn: int) -> Iterator[None]:
        """Take a save for ended, however it ends."""
        try:
            yield
        finally:
            self._awaited.pop(turn, None)

    def _sheets(self, work: Work, document: Document, there: Mapping[ImageKey, tuple[Series, Image]], time: str) -> list[Sheet]:
        """What a save delivers, under the names that the images have now."""
        sheets, views = [], _views(there, document)
        for key in self._delivered(document, there):
            series, image = there[key]
            names = self._register.names(image, series.owner, series.places[key] + 1, view=views.get(key, ""))
            bare = sheet_of(self._project, series, image, names, in_tree=self.in_tree(image))
            said = replace(bare, annotations=document.on(key), facts=document.facts, regions_only=work.regions_only)
            sheets.append(replace(said, author=self._acting.name, time=time, software=f"annotator {__version__}"))
        return sheets

    def between_saves(self, job: Callable[[], T]) -> T:
        """Do something that no save of this session may meet: all of one is before it or after it."""
        with self._saving, self._opening, self._reading, self._register.renaming():
            return job()

    @contextmanager
    def _apart(self, case: str, turn: threading.Lock | None = None) -> Iterator[None]:
        """Let no save of a case happen meanwhile, and no move of files; a save of another case may go on, nobody waits for it."""
        awaited = case in list(self._awaited.values())
        with self._saving if awaited else nullcontext(), turn or self._opening:
            yield

    def names(self, image: Image, members: Sequence[Series], document: Document) -> Names:
        """Return the names of an image of a case, given now where it has none yet; raises AnnotatorError."""
        there = images_by_key(members)
        series, view = there[image.key][0], _views(there, document).get(image.key, "")
        return self._register.names(image, series.owner, series.places[image.key] + 1, view=view)

    def known(self, image: Image) -> Names | None:
        """Return the names of an image if it has any yet, as last read; raises AnnotatorError."""
        return self._register.told(image)

    def _delivered(self, document: Document, there: Mapping[ImageKey, tuple[Series, Image]]) -> Sequence[ImageKey]:
        """The images that a save speaks of: those with annotations, or that had some; where files belong to the case, all of them."""
        if self.store.whole_cases:
            return [key for key, (series, _) in there.items() if series.project_modality is not None]
        return [key for key in sorted({*document.annotations, *document.issued}) if key in there]

    def settled(self, work: Work) -> Work:
        """Wait until no save is running and return the work with what is really on disk."""
        with self._saving:
            tip, last = self.tip(work), self._put.get(work.id)
            if last is None or last.saved.digest != tip:
                return replace(work, saving=False)
            return replace(work, revision=tip, saved=last.document, saving=False)

    def forget(self, case: str) -> None:
        """Forget what was saved of a case."""
        self._put.pop(case, None)
        self._continued.pop(case, None)

    def nothing_to_save(self, work: Work) -> None:
        """Forget the edits that led back to what is saved, so that the next start does not bring them up; raises AnnotatorError."""
        with self._apart(work.id):
            self._clear(self.noting.marks.get(work.id), self.tip(work))

    def numbered(self, members: Sequence[Series], document: Document) -> bool:
        """Whether every annotated image has its ids already, so that an unfinished scan cannot give it a wrong number.

        Never where files belong to a case: an unfinished scan may not have found all of it.
        """
        if self.store.whole_cases:
            return False
        there = images_by_key(members)
        return all(self._register.known(there[key][1]) is not None for key in document.annotations if key in there)

    def without_masks(self, batch: Iterable[Entry]) -> Iterator[Entry]:
        """What of a scan is to be looked at: not the masks that the project delivered.  May be asked from any thread."""
        return without_masks(self._register, batch)

    def delivered_labels(self, series: Series) -> tuple[Path, ...]:
        """The folder of the label files that lie in the tree for a series of it; nothing where there is none."""
        pattern, root = self._project.project.patterns.get("label"), self._project.root
        for image in series.images[:: max(1, len(series.images) // 8)] if pattern and series.project_modality else ():
            names = self._register.in_tree(image)
            if names is not None:
                path = root / sheet_of(self._project, series, image, names, in_tree=True).path("label")
                if path.is_file():
                    return (path.parent,)
        return ()

    def in_tree(self, image: Image) -> bool:
        """Whether an image lies in the project's own tree, which holds de-identified images only."""
        return self._register.in_tree(image) is not None

    def close(self) -> None:
        """Let go of the journal; what no save holds stays in it."""
        with self._saving:
            self.noting.close()

    @property
    def _unsaved(self) -> str:
        """What an edit of a case without a revision starts from: this very project, and none that once lay in the same folder."""
        return "project:" + hashlib.sha256(f"journal\n{self._project.salt}".encode()).hexdigest()[:32]

    def tip(self, work: Work) -> str:
        """The digest of the last revision that saves of this session made out of the one that the work knows."""
        digest = work.revision
        while digest in (further := self._continued.get(work.id, {})):
            digest = further[digest]
        return digest

    def _clear(self, mark: Mark | None, digest: str) -> None:
        if self._journal is not None and mark is not None and self._cleared.get(mark.case) != mark:
            self._journal.clear(mark, digest or self._unsaved)
            self._cleared[mark.case] = mark

    @cached_property
    def _root(self) -> str:
        return str(self._project.root.resolve())


def _views(there: Mapping[ImageKey, tuple[Series, Image]], document: Document) -> Mapping[ImageKey, str]:
    """The view of each image that the project names by its view, as far as it is known."""
    named = [image for series, image in there.values() if series.project_modality is not None and series.project_modality.views]
    return {key: found.view for key, found in sightings(named, document.facts).items() if found.view}
