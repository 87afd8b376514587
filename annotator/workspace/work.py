"""One case at work: its history, what of it is saved, and how it is brought up from disk and put down again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.domain.delivery import Reading
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.history import History
from annotator.domain.image import Image, ImageKey
from annotator.workspace.catalogue import Series


@dataclass(frozen=True)
class Work:
    """A case that was opened: where its history stands, and the document and revision that are safe on disk."""

    id: str
    series: tuple[str, ...]
    history: History = History()
    saved: Document = Document()
    revision: str = ""
    """Digest of the revision on disk, empty before the first."""
    regions_only: bool = False
    failed: bool = False
    saving: bool = False

    @property
    def document(self) -> Document:
        """The document as it is now."""
        return self.history.document

    @property
    def dirty(self) -> bool:
        """Whether something is not saved."""
        return self.history.document is not self.saved and self.history.document != self.saved

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


def numbered(document: Document, readings: Mapping[ImageKey, Reading]) -> Document:
    """Return the document with what was read from delivered files on top of it."""
    annotations, issued = dict(document.annotations), dict(document.issued)
    for key, reading in readings.items():
        if reading.annotations:
            annotations[key] = tuple(sorted(reading.annotations, key=lambda a: a.id))
            issued[key] = max(a.id for a in reading.annotations)
    return Document(annotations, issued)


def images_by_key(series: Sequence[Series]) -> Mapping[ImageKey, tuple[Series, Image]]:
    """Index the images of a case."""
    return {image.key: (found, image) for found in series for image in found.images}
