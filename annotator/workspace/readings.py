"""The readings of a case: every revision that was saved, by whom, when and of what; any of them is opened without touching the work.

Nothing is written here and nothing is moved: a revision that cannot be read is told and passed over.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.labels import LabelVolume, is_drawn
from annotator.domain.project import Project
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace import revisions
from annotator.workspace.labels import TRACED, labelled_categories, volume_of
from annotator.workspace.revisions import Revision

_PAUSE = 0.3
"""Seconds after which the readings found so far are told."""


@dataclass(frozen=True)
class SavedReading:
    """One revision of a case as a list shows it, without what is drawn in it.

    `parents`: digests of what it continues, its writer's first; `moved`: digests of the revisions that it is the same as, but for where
    files lie; `head`: no other revision continues it.
    """

    case: str
    number: int
    digest: str
    author: str
    time: str
    moved: tuple[str, ...] = ()
    head: bool = True
    parents: tuple[str, ...] = ()

    def stands_for(self, digest: str) -> bool:
        """Whether it is the revision with this digest."""
        return digest == self.digest or digest in self.moved


@dataclass(frozen=True)
class Listed:
    """The readings of a case as far as they were found, the newest first, and what could not be read."""

    readings: tuple[SavedReading, ...] = ()
    remarks: tuple[Message, ...] = ()
    complete: bool = True


@dataclass(frozen=True, eq=False)
class OtherReading:
    """A reading that was opened to be looked at: its document, the label volume under it, and the digests of the pixels it was drawn on."""

    saved: SavedReading
    document: Document
    volume: LabelVolume | None
    categories: tuple[Category, ...]
    pixels: Mapping[ImageKey, str]

    def on(self, image: ImageKey) -> tuple[Annotation, ...]:
        """Return the annotations of one image, in order of id."""
        if self.volume is None or is_drawn(self.document, image):
            return self.document.on(image)
        return TRACED.of(self.volume, image, self.categories)


def readings_of(root: Path, case: str, report: Report) -> Iterator[Listed]:
    """Yield what was found so far of the readings of a case, the newest first: every now and then, and at last all of them.

    Raises AnnotatorError where the folder cannot be read, and Cancelled by `report`.
    """
    try:
        files = revisions.listed(root, case)
    except OSError as error:
        remedy = message("Look whether the project's folder can be reached")
        raise AnnotatorError(message("Listing the readings of the case"), system_cause(error), remedy) from None
    found, remarks = list[SavedReading](), list[Message]()
    newer, told = set[str](), time.monotonic()
    for number in sorted(files, reverse=True):
        report.advance()
        try:
            reading = _summary(files[number], case, number)
        except AnnotatorError as error:
            remarks.append(message("{doing}: {cause}", doing=error.doing, cause=error.cause))
            continue
        same = next((place for place, one in enumerate(found) if one.stands_for(reading.digest)), None)
        if same is None:
            found.append(replace(reading, head=reading.digest not in newer))  # those that continue it have higher numbers
        else:  # files were moved since, and nothing else
            found[same] = replace(found[same], parents=reading.parents)
        newer.update(reading.parents)
        if time.monotonic() - told > _PAUSE:
            yield Listed(tuple(found), tuple(remarks), complete=False)
            told = time.monotonic()
    yield Listed(tuple(found), tuple(remarks))


def open_reading(root: Path, project: Project, saved: SavedReading) -> OtherReading:
    """Open a reading of the list; raises AnnotatorError where it, or the label volume that belongs to it, cannot be read."""
    found = _revision(root, saved)
    pixels = {key: entry.pixels for key, entry in found.images.items() if entry.pixels}
    return OtherReading(saved, found.document, volume_of(root, found.document), labelled_categories(project), pixels)


def document_of(root: Path, saved: SavedReading) -> Document:
    """Return the document of a reading of the list; raises AnnotatorError where it cannot be read."""
    return _revision(root, saved).document


def _revision(root: Path, saved: SavedReading) -> Revision:
    path = revisions.folder_of(root, saved.case) / Revision(saved.case, saved.number, Document()).name
    with _told(saved.number):
        found = revisions.decode(path.read_bytes())
        if found.digest != saved.digest:
            raise record.Damaged("it is another revision than the one that was listed")
    return found


def _summary(path: Path, case: str, number: int) -> SavedReading:
    """Return what the list says of a revision; raises AnnotatorError."""
    with _told(number):
        found, digest = record.unseal_head(path.read_bytes(), "document", "moved")
        if (record.text(found, "case"), record.whole(found, "number")) != (case, number):
            raise record.Damaged("it belongs to another case")
        moved = tuple(map(str, record.items(found, "moved"))) if "moved" in found else ()
        parents = tuple(map(str, record.items(found, "parents")))
        return SavedReading(case, number, digest, record.text(found, "author"), record.text(found, "time"), moved, parents=parents)


@contextmanager
def _told(number: int) -> Iterator[None]:
    """Say what cannot be read in a sentence for a person."""
    doing, remedy = message("Opening reading {number}", number=number), message("The other readings can be looked at")
    try:
        yield
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), remedy) from None
    except record.Newer:
        raise AnnotatorError(doing, message("it was saved by a newer version of the program"), message("Update the program")) from None
    except record.Damaged:
        raise AnnotatorError(doing, message("the file is damaged"), remedy) from None
