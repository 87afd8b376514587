"""Hold annotations to the pixels they were drawn on: against another image under the same UID they can be seen, not changed.

A revision records the digest of each annotated image.  When a case is opened these images are decoded one after the other beside the
window and compared.  For one that differs a person decides: the annotations are kept apart (they leave the image and wait for theirs in
a fact of the case), or belong to this image after all (a fact says so, with the reason).  Both are edits: journaled, saved, undone.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange
from annotator.domain.facts import apart, source
from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.domain.sameness import Foreign, differences
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.i18n import message
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.rescuing import Rescuing
from annotator.workspace.revisions import ImageRecord
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import Work, images_by_key

_LATER = 500
"""Milliseconds after which it is tried again to record a digest."""


@dataclass(frozen=True)
class _Proof:
    """An image to be compared with what was recorded of it."""

    image: Image
    recorded: ImageRecord


class Proving(Rescuing, ABC):
    """The part of a session that knows whether images are those that were drawn on."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._pixels: dict[ImageKey, str] = {}
        self._foreign: dict[ImageKey, Foreign] = {}
        self._to_prove: dict[ImageKey, _Proof] = {}
        self._proving: object | None = None
        self._unrecorded: set[ImageKey] = set()

    @property
    def foreign(self) -> Foreign | None:
        """Why the annotations of the shown image cannot be changed; None where they can."""
        return self._foreign.get(self._key) if self._key is not None and self.withheld(self._key) else None

    @property
    def kept_apart(self) -> int:
        """How many annotations lie apart that were drawn on the shown image as it is now."""
        return 0 if self._key is None else len(self._apart(self.document, self._key).on(self._key))

    def withheld(self, image: ImageKey) -> bool:
        """Whether an image of the open case is not the one that was drawn on, and nobody has decided yet."""
        found, document = self._foreign.get(image), self._works[self._case].document if self._case in self._works else Document()
        return found is not None and bool(document.on(image)) and not _settled(found, document)

    def keep_apart(self) -> bool:
        """Take the annotations of the shown image off it and keep them for the image that they were drawn on, as one edit."""
        found, work = self.foreign, self._works.get(self._case)
        if found is None or work is None or self._asked():
            return False
        taken = Document({found.image: work.document.on(found.image)}, {found.image: work.document.issued.get(found.image, 0)})
        fact = apart(found.image, found.before)
        kept = record.dumps(record.encode_document(taken)).decode()
        changes = tuple(Change(annotation, None) for annotation in taken.on(found.image))
        edit = Edit(message("Keep annotations apart"), changes, (FactChange(fact, work.document.facts.get(fact), kept),))
        self._settle(work, edit)
        self.say(message("{count} annotations are kept for the image that they were drawn on", count=len(changes)), undo=True)
        return True

    def take_as_own(self, reason: str) -> bool:
        """Say that the annotations of the shown image belong to it although its pixels differ, and why; as one edit, kept in the case."""
        found, work = self.foreign, self._works.get(self._case)
        if found is None or work is None or not reason.strip() or self._asked():
            return False
        fact = source(found.image)
        told = record.dumps({"pixels": found.now, "before": found.before, "reason": reason.strip(), "author": self.author,
                             "time": self._clock()}).decode()  # fmt: skip
        edit = Edit(message("Annotations belong to this image"), facts=(FactChange(fact, work.document.facts.get(fact), told),))
        self._settle(work, edit)
        self.say(message("The annotations belong to this image from now on: {reason}", reason=reason.strip()), undo=True)
        return True

    def bring_back(self) -> bool:
        """Put the annotations back that were kept apart for the shown image, as one edit."""
        work, key = self._works.get(self._case), self._key
        kept = self._apart(work.document, key) if work is not None and key is not None else Document()
        if work is None or key is None or not kept.on(key) or self._asked():
            return False
        fact = apart(key, self._pixels[key])
        changes = tuple(Change(None, annotation) for annotation in kept.on(key))
        edit = Edit(message("Bring annotations back"), changes, (FactChange(fact, work.document.facts.get(fact), None),))
        self._settle(work, edit)
        return True

    def _settle(self, work: Work, edit: Edit) -> None:
        self._step(work, edit, replace(work, history=work.history.do(edit, self._clock())))
        self._tell(Topic.GUARD)

    def _apart(self, document: Document, key: ImageKey) -> Document:
        """The annotations kept apart for an image as it is now, as long as nothing else is drawn on it under their numbers."""
        kept = document.facts.get(apart(key, self._pixels.get(key, "")))
        found = Document() if kept is None else record.decode_document(record.loads(kept))
        taken = {annotation.id for annotation in document.on(key)}
        return Document() if any(annotation.id in taken for annotation in found.on(key)) else found

    def _may_change(self, edit: Edit) -> bool:
        if not super()._may_change(edit):
            return False
        if any(self.withheld(image) for image in edit.images):
            self.say(message("These annotations were drawn on another image: decide above the picture first, nothing was changed"),
                     Severity.WARNING)  # fmt: skip
            return False
        return True

    def _step(self, work: Work, edit: Edit, after: Work) -> None:
        super()._step(work, edit, after)
        self._unrecorded |= edit.images
        if any(key not in self._pixels for key in edit.images):
            self._prove(self._works[work.id])

    def _without_withheld(self, edit: Edit) -> Edit:
        """The edit without what it does on images that are not those that were drawn on."""
        return replace(edit, changes=tuple(change for change in edit.changes if not self.withheld(change.subject.image)))

    def _digests(self, work: Work) -> Mapping[ImageKey, str]:
        """The digests to be recorded: of images that were proven, or on which nothing was drawn before; the others stay as recorded."""
        found = dict[ImageKey, str]()
        for key in work.document.annotations:
            foreign, recorded = self._foreign.get(key), work.sources.get(key, ImageRecord()).pixels
            if foreign is not None and not _settled(foreign, work.document):
                continue
            picture = self._pictures.get(key)
            if key in self._pixels:
                found[key] = self._pixels[key]
            elif not recorded and isinstance(picture, Picture):
                found[key] = picture.digest
        self._unrecorded -= found.keys()
        return found

    def _prove(self, work: Work) -> None:
        """Compare the annotated images of a case with what is recorded of them, beside the window, the shown one first."""
        there, saved = images_by_key(self._members(work.id)), work.saved or Document()
        for key in (*work.document.annotations, *_kept_for(work.document)):
            if key in there and key not in self._pixels and key not in self._to_prove:
                drawn_on = work.sources.get(key) if saved.on(key) else None
                self._to_prove[key] = _Proof(there[key][1], drawn_on or ImageRecord())
        self._prove_next()

    def _prove_next(self) -> None:
        if self._proving is not None:
            return
        if not self._to_prove:
            self._record_rest()
            return
        key = self._key if self._key is not None and self._key in self._to_prove else next(iter(self._to_prove))
        proof, mine = self._to_prove.pop(key), object()
        at_hand = self._pictures.get(proof.image.key)
        self._proving = mine

        def ended(found: tuple[str, Foreign | None]) -> None:
            if self._proving is not mine:
                return
            self._proving = None
            self._pixels[proof.image.key], foreign = found
            if foreign is not None:
                self._foreign[proof.image.key] = foreign
            if foreign is not None or self.kept_apart:
                self._tell(Topic.GUARD)
            self._prove_next()

        def failed(error: Exception) -> None:
            if self._proving is mine:
                self._proving = None
                self._prove_next()
            if not isinstance(error, AnnotatorError):  # one that cannot be decoded is said where it is looked at
                raise error

        self._tasks.unhurried(lambda: _proven(proof, at_hand if isinstance(at_hand, Picture) else None), ended, failed)

    def _record_rest(self) -> None:
        """Save the digests of images that were saved before these were known, as after an import; a running save is waited for."""
        late = {key for key in self._unrecorded if key in self._pixels}
        for work in tuple(self._works.values()):
            if not late.intersection(work.document.annotations) or work.dirty:
                continue
            if work.saving:
                self._tasks.later(_LATER, self._record_rest)
                continue
            self._works[work.id] = replace(work, saved=None)
            self._save(self._works[work.id], self._tasks.run)

    def _forget_proofs(self) -> None:
        self._unrecorded = set()
        self._pixels, self._foreign, self._to_prove, self._proving = {}, {}, {}, None


def _settled(found: Foreign, document: Document) -> bool:
    """Whether somebody decided what is to be done with the annotations of an image that is another one."""
    if apart(found.image, found.before) in document.facts:
        return True
    told = document.facts.get(source(found.image))
    return told is not None and record.entries(record.loads(told)).get("pixels") == found.now


def _kept_for(document: Document) -> tuple[ImageKey, ...]:
    """The images for which annotations lie apart."""
    return tuple(ImageKey.parse(fact.split(".", 1)[1].rpartition(".")[0]) for fact in document.facts if fact.startswith("apart."))


def _proven(proof: _Proof, at_hand: Picture | None) -> tuple[str, Foreign | None]:
    """Return the digest of an image, and what differs from the recorded one; raises AnnotatorError where it cannot be decoded."""
    from annotator.dicom.pixels import picture  # loads what reads DICOM: only now is it needed

    image, recorded = proof.image, proof.recorded
    there = at_hand or picture(image)
    if not recorded.pixels or there.digest == recorded.pixels:
        return there.digest, None
    old = _former(proof)
    told = differences(image, recorded.pixels, there.digest, recorded.extent, old.stored if old else None, there.stored if old else None)
    return there.digest, Foreign(image.key, recorded.pixels, there.digest, told)


def _former(proof: _Proof) -> Picture | None:
    """The image that was drawn on, where its file still lies at its old place."""
    from annotator.dicom.header import images_of, read_header
    from annotator.dicom.pixels import picture

    path = proof.recorded.path
    if not path or path == proof.image.path or not Path(path).is_file():
        return None
    try:
        found = next((image for image in images_of(read_header(path), path) if image.key == proof.image.key), None)
        there = picture(found) if found is not None else None
    except AnnotatorError:
        return None
    return there if there is not None and there.digest == proof.recorded.pixels else None
