"""Read what is kept of a case's past, and say where it does not hang together: revisions that are gone, damaged or exchanged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.workspace import revisions
from annotator.workspace.labels import volume_of
from annotator.workspace.revisions import ImageRecord, Revision

_NAME = re.compile(r"rev-(\d{6,9})-[0-9a-f]{12}\.json")


@dataclass(frozen=True)
class Case:
    """The newest revision of a case, as far as it is there."""

    name: str
    document: Document = field(default_factory=Document)
    revision: Revision | None = None

    @property
    def there(self) -> bool:
        """Whether anything was ever saved of it."""
        return self.revision is not None


def case_of(root: Path, name: str) -> Case:
    """Return the newest revision of a case that can be read; damage is told by `chain_breaks`.  Raises OSError."""
    try:
        found, _ = revisions.heads(root, name, keep=True)
    except record.Newer:
        found = ()
    return Case(name, found[0].document, found[0]) if found else Case(name)


def record_of(case: Case, image: ImageKey) -> ImageRecord:
    """Return what the newest revision of a case says of an image's files and pixels."""
    return case.revision.images.get(image, ImageRecord()) if case.revision is not None else ImageRecord()


def chain_breaks(root: Path, folder: str) -> tuple[tuple[str, Message], ...]:
    """Return where the chain of revisions in a case's folder is broken: file (relative to the project) and reason; raises OSError."""
    place, found = root / ".annotator" / "cases" / folder, list[tuple[str, Message]]()
    digests, parents = set[str](), dict[str, tuple[int, tuple[str, ...]]]()
    for entry in sorted(place.iterdir()):
        match = _NAME.fullmatch(entry.name)
        if match is None:
            continue
        path = f".annotator/cases/{folder}/{entry.name}"
        try:
            content, digest = record.unseal(entry.read_bytes())
            number = record.whole(content, "number")
            listed = tuple(map(str, record.items(content, "parents")))
            digests |= {digest, *(map(str, record.items(content, "moved")) if "moved" in content else ())}
        except record.Damaged:
            found.append((path, message("the revision is damaged, or was changed after it was saved")))
            continue
        if number != int(match[1]):
            found.append((path, message("the revision is called {said} and is number {own}", said=int(match[1]), own=number)))
        parents[path] = (number, listed)
    for path, (number, listed) in parents.items():
        if any(parent not in digests for parent in listed):
            found.append((path, message("what revision {number} continues is not there any more", number=number)))
    return tuple(found)


def lost_regions(root: Path, folder: str) -> tuple[tuple[str, Message], ...]:
    """Return why the label volume that the newest revision in a case's folder names cannot be read; nothing where it can."""
    newest = max((root / ".annotator" / "cases" / folder).glob("rev-*.json"), default=None)
    try:
        name = record.text(record.unseal(newest.read_bytes())[0], "case") if newest is not None else ""
        case = case_of(root, name)
        volume_of(root, case.document)
    except record.Damaged:
        return ()  # told with the chain
    except AnnotatorError as error:
        return ((name, error.message),)
    return ()


def log_breaks(root: Path) -> tuple[tuple[str, Message], ...]:
    """Return where the log of the project is broken; nothing where there is none."""
    return ()
