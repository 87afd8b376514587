"""One case at work: its history, what of it is saved, and how it is brought up from disk and put down again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from annotator.domain.annotation import Annotation
from annotator.domain.delivery import Reading
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.facts import moved, renumbered
from annotator.domain.history import History
from annotator.domain.image import Image, ImageKey
from annotator.domain.lesions import apart
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.revisions import ImageRecord


@dataclass(frozen=True)
class Work:
    """A case that was opened: where its history stands, and the document and revision that are safe on disk."""

    id: str
    series: tuple[str, ...]
    history: History = History()
    saved: Document | None = Document()
    """None: whatever is on disk is to be replaced."""
    revision: str = ""
    """Digest of the revision on disk, empty before the first."""
    regions_only: bool = False
    failed: bool = False
    saving: bool = False
    again: bool = False
    """Whether it was asked to be saved while a save was running: the next begins when that one ends."""
    rivalled: bool = False
    """Whether the person was told that somebody else went on from the same revision."""
    sources: Mapping[ImageKey, ImageRecord] = field(default_factory=dict)
    """What the revision that was opened records of its images: which pixels were drawn on."""

    @property
    def document(self) -> Document:
        """The document as it is now."""
        return self.history.document

    @property
    def dirty(self) -> bool:
        """Whether something is not saved."""
        return self.history.document is not self.saved and self.history.document != self.saved

    @property
    def unsaved(self) -> tuple[Edit, ...]:
        """The edits that lead from what is on disk to the document."""
        edits, history = list[Edit](), self.history
        while history.document != self.saved and history.undoable is not None:
            edits.append(history.undoable)
            history = history.undo()
        return tuple(reversed(edits))

    def with_edits(self, edits: Sequence[Edit]) -> Work:
        """Return the work after edits that the journal brought back."""
        history = self.history
        for edit in edits:
            history = history.do(edit)
        return replace(self, history=history)


def case_of(series: Series) -> str:
    """Return the id of the case a series belongs to: its study where the project says so, else itself."""
    by_study = series.project_modality is not None and series.project_modality.case == "study"
    return series.study_uid if by_study else series.uid


def members_of(catalogue: Catalogue, case: str) -> tuple[Series, ...]:
    """Return the series of a case, in the order of the tree; a case is named after its study or its only series."""
    alone = catalogue.by_uid.get(case)
    return tuple(series for series in ((alone,) if alone is not None else catalogue.of_study(case)) if case_of(series) == case)


def numbered(document: Document, readings: Mapping[ImageKey, Reading]) -> Document:
    """Return the document with what was read from delivered files on top of it."""
    annotations, issued = dict(document.annotations), dict(document.issued)
    for key, reading in readings.items():
        if reading.annotations:
            annotations[key] = tuple(sorted(reading.annotations, key=lambda a: a.id))
            issued[key] = max(a.id for a in reading.annotations)
    return Document(annotations, issued, document.facts)


def united(versions: Sequence[Document]) -> Document:
    """Return a document with the annotations of all versions of a case; where two have one id, the later version's gets a new one.

    Lesions of different versions stay apart; of two facts of one name the later version's stays.
    """
    whole = versions[0]
    for version in versions[1:]:
        annotations = dict(whole.annotations)
        issued = {key: max(found.issued.get(key, 0) for found in (whole, version)) for key in {*whole.issued, *version.issued}}
        lesions = apart(version, whole)
        renamed = _renamed(whole, version)
        for key, there in version.annotations.items():
            news = [replace(a, lesion=lesions.get(a.lesion or 0, a.lesion)) for a in there if not _is_same(a, whole.find(key, a.id))]
            added = [_with_ids(a, renamed) for a in news]
            kept = (_joined(a, version.find(key, a.id), lesions) for a in whole.on(key))
            annotations[key] = tuple(sorted((*kept, *added), key=lambda a: a.id))
            issued[key] = max([issued.get(key, 0), *(a.id for a in added)])
        told = {moved(renumbered(fact, lesions), renamed): text for fact, text in version.facts.items()}
        whole = Document(annotations, issued, {**whole.facts, **told})
    return whole


def _renamed(whole: Document, version: Document) -> Mapping[tuple[ImageKey, int], int]:
    """Return the new ids of what a version has beyond the whole, and the whole has something else under its id."""
    found = dict[tuple[ImageKey, int], int]()
    for key, there in version.annotations.items():
        free = max(whole.next_id(key), version.next_id(key))
        news = [a for a in there if not _is_same(a, whole.find(key, a.id))]
        found |= {(key, a.id): free + n for n, a in enumerate(news) if whole.find(key, a.id)}
    return found


def _with_ids(a: Annotation, ids: Mapping[tuple[ImageKey, int], int]) -> Annotation:
    parent = None if a.parent is None else ids.get((a.image, a.parent), a.parent)
    answers = None if a.answers is None else (a.answers[0], ids.get(a.answers, a.answers[1]))
    return replace(a, id=ids.get((a.image, a.id), a.id), parent=parent, answers=answers)


def _is_same(one: Annotation, other: Annotation | None) -> bool:
    """Whether two versions have the same annotation; to which lesion it was joined or which line it answers since makes no other one."""
    return other is not None and one == replace(other, lesion=one.lesion, answers=one.answers)


def _joined(own: Annotation, other: Annotation | None, lesions: Mapping[int, int]) -> Annotation:
    """An annotation that two versions have, in the lesion that either of them joined it to, and with the line that it answers in either."""
    if other is None or not _is_same(own, other):
        return own
    lesion = other.lesion if own.lesion is None else None
    joined = own.lesion if lesion is None else lesions.get(lesion, lesion)
    answers = own.answers or other.answers
    return own if (joined, answers) == (own.lesion, own.answers) else replace(own, lesion=joined, answers=answers)


def images_by_key(series: Sequence[Series]) -> Mapping[ImageKey, tuple[Series, Image]]:
    """Index the images of a case."""
    return {image.key: (found, image) for found in series for image in found.images}


def with_imported(work: Work, read: Document) -> Work:
    """Return the work with what was read below its history, for the images and of the facts that it says nothing about.

    Where both speak of an image everything is kept, and there is nothing to be undone: what was drawn gets new numbers.
    """
    own = work.document
    if any(read.on(key) for key in {*own.annotations, *own.issued}):
        return replace(work, history=History(united([read, own])), saved=None if work.saved is None else read)
    untouched = [key for key in read.annotations if key not in own.annotations and key not in own.issued]

    def filled(document: Document) -> Document:
        annotations = {**document.annotations, **{key: read.annotations[key] for key in untouched}}
        issued = {**document.issued, **{key: read.issued[key] for key in untouched if key in read.issued}}
        return Document(annotations, issued, {**read.facts, **document.facts})

    return replace(work, history=replace(work.history, document=filled(own)), saved=None if work.saved is None else filled(work.saved))
