"""Between the session and the disk: bring a case up, keep every edit in the journal, put the case down as one save."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from annotator import __version__
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.history import History
from annotator.domain.image import ImageKey
from annotator.errors import AnnotatorError
from annotator.i18n import Message
from annotator.workspace.bringing import Opened, read_all, sheet_of
from annotator.workspace.catalogue import Series
from annotator.workspace.journal import Journal, Mark
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register
from annotator.workspace.store import Saved, Store
from annotator.workspace.work import Work, images_by_key


class Keeping:
    """Store, register and journal of one project, for one session."""

    def __init__(self, project: ProjectFolder, author: str, clock: Callable[[], str], journal: Path | None = None) -> None:
        self._project, self._author, self._clock = project, author, clock
        self._store, self._register = Store(project), Register(project)
        self._journal: Journal | None = None
        self._journal_failure: AnnotatorError | None = None
        try:
            self._journal = Journal(journal)
        except AnnotatorError as error:
            self._journal_failure = error
        self._saving = threading.Lock()
        self._newest: dict[str, tuple[str, Document]] = {}
        self._anew: set[str] = set()
        self._marks: dict[str, Mark] = {}

    @property
    def remarks(self) -> tuple[Message, ...]:
        """What was odd when the project was opened: finished saves, a journal that was damaged or cannot be written."""
        if self._journal is None:
            failure = () if self._journal_failure is None else (self._journal_failure.message,)
            return (*self._store.remarks, *failure)
        return (*self._store.remarks, *self._journal.remarks)

    def open(self, case: str, members: Sequence[Series]) -> Opened:
        """Bring a case up: its newest revision, else its delivered files, and on top what the journal kept; raises AnnotatorError."""
        loaded = self._store.load(case)
        work = Work(case, tuple(s.uid for s in members), History(loaded.document), loaded.document, loaded.digest, loaded.regions_only)
        remarks, disagreement = loaded.remarks, None
        if loaded.revision == 0 or self._store.altered(case):
            found = read_all(self._store, self._register, self._project, members, work)
            work, disagreement = found.work, found.disagreement
            remarks += found.remarks
        if self._journal is not None:
            self._journal.start(self._root, case, loaded.digest)
            recovery = self._journal.recover(self._root, case, loaded.digest, work.document, loaded.through)
            remarks += recovery.remarks
            work = work.with_edits(recovery.edits)
            self._marks[case] = self._journal.mark()
        return Opened(work, remarks, disagreement)

    def resume(self, work: Work) -> None:
        """Say that the next edits belong to this case, which was opened before."""
        if self._journal is not None:
            self._journal.start(self._root, work.id, work.revision)

    def decide(self, opened: Opened, choice: str) -> Work:
        """Return the work with what the person chose where files disagree; the next save replaces the others (copies are kept)."""
        if opened.disagreement is None:
            return opened.work
        for delivered in opened.disagreement.files:
            self._store.accept(delivered)
        self._anew.add(opened.work.id)
        return replace(opened.work, history=History(opened.disagreement.documents[choice]), saved=Document(), failed=False)

    def note(self, case: str, edit: Edit) -> None:
        """Bring an edit of the open case to this computer's disk; raises AnnotatorError."""
        if self._journal is not None:
            self._marks[case] = self._journal.append(edit, self._clock())
        elif self._journal_failure is not None:
            raise self._journal_failure

    def save_job(self, work: Work, members: Sequence[Series], digests: Mapping[ImageKey, str]) -> Callable[[], Saved]:
        """Return the save of a case as it is now, to be run beside the main thread; it raises AnnotatorError."""
        mark = self._marks.get(work.id)
        document, there, time = work.document, images_by_key(members), self._clock()

        def job() -> Saved:
            with self._saving:
                parent = self._newest.get(work.id, (work.revision, document))[0]
                sheets = []
                for key in sorted({*document.annotations, *document.issued}):
                    if key not in there:
                        continue
                    series, image = there[key]
                    names = self._register.names(image, series.owner, series.places[key] + 1)
                    sheet = sheet_of(self._project, series, image, names, in_tree=self._register.in_tree(image) is not None)
                    sheets.append(
                        replace(
                            sheet,
                            annotations=document.on(key),
                            regions_only=work.regions_only,
                            author=self._author,
                            time=time,
                            software=f"annotator {__version__}",
                        )
                    )
                saved = self._store.save(
                    work.id,
                    document,
                    parent,
                    sheets,
                    self._author,
                    time,
                    software=f"annotator {__version__}",
                    digests=digests,
                    through=mark.through if mark else ("", 0),
                    anew=work.id in self._anew,
                )
                self._newest[work.id] = (saved.digest, document)
                self._anew.discard(work.id)
                if self._journal is not None and mark is not None:
                    self._journal.clear(mark, saved.digest)
                return saved

        return job

    def settled(self, work: Work) -> Work:
        """Wait until no save is running and return the work with what is really on disk."""
        with self._saving:
            digest, document = self._newest.get(work.id, (work.revision, work.saved))
            return replace(work, revision=digest, saved=document, saving=False)

    def numbered(self, members: Sequence[Series], document: Document) -> bool:
        """Whether every annotated image has its ids already, so that an unfinished scan cannot give it a wrong number."""
        there = images_by_key(members)
        return all(self._register.known(there[key][1]) is not None for key in document.annotations if key in there)

    def close(self) -> None:
        """Let go of the journal; what no save holds stays in it."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    @property
    def _root(self) -> str:
        return str(self._project.root.resolve())
