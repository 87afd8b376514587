"""The readings of a case: every revision that was saved, by whom, when and of what; any of them is opened without touching the work.

Nothing is written here and nothing is moved: a revision that cannot be read is told and passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.labels import LABELS, LabelVolume, is_drawn
from annotator.domain.project import Project
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace import revisions
from annotator.workspace.labels import TRACED, labelled_categories, volume_of
from annotator.workspace.revisions import Revision


@dataclass(frozen=True)
class SavedReading:
    """One revision of a case as a list shows it; `counts`: category key → how many annotations, `labelled`: a label volume belongs to it.

    `moved`: digests of the revisions that it is the same as, but for where files lie; `head`: no other revision continues it.
    """

    case: str
    number: int
    digest: str
    author: str
    time: str
    counts: Mapping[str, int] = field(default_factory=dict)
    labelled: bool = False
    moved: tuple[str, ...] = ()
    head: bool = True

    def stands_for(self, digest: str) -> bool:
        """Whether it is the revision with this digest."""
        return digest == self.digest or digest in self.moved


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


def readings_of(root: Path, case: str, report: Report) -> tuple[tuple[SavedReading, ...], tuple[Message, ...]]:
    """Return the readings of a case, the newest first, and what could not be read.

    Raises AnnotatorError where the folder cannot be read, and Cancelled by `report`.
    """
    try:
        files = revisions.listed(root, case)
    except OSError as error:
        remedy = message("Look whether the project's folder can be reached")
        raise AnnotatorError(message("Listing the readings of the case"), system_cause(error), remedy) from None
    found, remarks = list[Revision](), list[Message]()
    for number in sorted(files, reverse=True):
        report.advance()
        try:
            found.append(_read(files[number], case, number))
        except AnnotatorError as error:
            remarks.append(message("{doing}: {cause}", doing=error.doing, cause=error.cause))
    continued = {digest for revision in found for digest in revision.parents}
    same = {digest for revision in found for digest in revision.moved}
    told = (_told(revision, head=revision.digest not in continued) for revision in found if revision.digest not in same)
    return tuple(told), tuple(remarks)


def open_reading(root: Path, project: Project, saved: SavedReading) -> OtherReading:
    """Open a reading of the list; raises AnnotatorError where it, or the label volume that belongs to it, cannot be read."""
    path = revisions.folder_of(root, saved.case) / Revision(saved.case, saved.number, Document()).name
    found = _read(path, saved.case, saved.number)
    if found.digest != saved.digest:
        cause, remedy = message("it is not the same any more"), message("Open the list of readings again")
        raise AnnotatorError(message("Opening reading {number}", number=saved.number), cause, remedy)
    pixels = {key: entry.pixels for key, entry in found.images.items() if entry.pixels}
    return OtherReading(saved, found.document, volume_of(root, found.document), labelled_categories(project), pixels)


def _read(path: Path, case: str, number: int) -> Revision:
    """Read one revision; raises AnnotatorError."""
    doing, remedy = message("Opening reading {number}", number=number), message("The other readings can be looked at")
    try:
        found = revisions.decode(path.read_bytes())
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), remedy) from None
    except record.Newer:
        raise AnnotatorError(doing, message("it was saved by a newer version of the program"), message("Update the program")) from None
    except record.Damaged:
        raise AnnotatorError(doing, message("the file is damaged"), remedy) from None
    if (found.case, found.number) != (case, number):
        raise AnnotatorError(doing, message("the file belongs to another case"), remedy)
    return found


def _told(revision: Revision, *, head: bool) -> SavedReading:
    counts = Counter(a.category for drawn in revision.document.annotations.values() for a in drawn)
    labelled = bool(revision.document.facts.get(LABELS, ""))
    return SavedReading(
        *(revision.case, revision.number, revision.digest, revision.author, revision.time, dict(counts), labelled),
        *(revision.moved, head),
    )
