"""Read what is kept of a case's past, and say where it does not hang together: revisions that are gone, damaged or exchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotator.checks.check import Break
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.workspace import log, revisions, steps
from annotator.workspace.labels import volume_of
from annotator.workspace.revisions import ImageRecord, Revision

_REVISION = re.compile(r"rev-(\d{6,9})-[0-9a-f]{12}\.json")
_STEP = re.compile(r"step-(\d{6,9})-[0-9a-f]{12}\.json")


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


def chain_breaks(root: Path, folder: str) -> tuple[Break, ...]:
    """Return where the revisions or the steps in a case's folder do not hang together; raises OSError."""
    names = sorted(entry.name for entry in (root / ".annotator" / "cases" / folder).iterdir())
    places = {name: root / ".annotator" / "cases" / folder / name for name in names}
    return (*_of_revisions(places, folder), *_of_steps(places, folder))


def _of_revisions(places: Mapping[str, Path], folder: str) -> Iterator[Break]:
    digests, parents = set[str](), dict[str, tuple[int, tuple[str, ...]]]()
    for name, place in places.items():
        match, path = _REVISION.fullmatch(name), _path(folder, name)
        if match is None:
            continue
        try:
            content, digest = record.unseal(place.read_bytes())
            number = record.whole(content, "number")
            listed = tuple(map(str, record.items(content, "parents")))
            digests |= {digest, *(map(str, record.items(content, "moved")) if "moved" in content else ())}
        except record.Damaged:
            yield Break(path, message("the revision is damaged, or was changed after it was saved"))
            continue
        if number != int(match[1]):
            yield Break(path, message("it is called number {said} and is number {own}", said=int(match[1]), own=number))
        parents[path] = (number, listed)
    for path, (number, listed) in parents.items():
        if any(parent not in digests for parent in listed):
            yield Break(path, message("what revision {number} continues is not there any more", number=number))


def _of_steps(places: Mapping[str, Path], folder: str) -> Iterator[Break]:
    """Each step names the digest of the one before; numbers leave none out."""
    before, expected = "", 1
    for name, place in places.items():
        match, path = _STEP.fullmatch(name), _path(folder, name)
        if match is None:
            continue
        try:
            step = steps.decode(place.read_bytes())
        except (record.Damaged, record.Newer):
            yield Break(path, message("the step is damaged, or was changed after it was taken"))
            before, expected = "", int(match[1]) + 1
            continue
        if step.number != int(match[1]):
            yield Break(path, message("it is called number {said} and is number {own}", said=int(match[1]), own=step.number))
        elif expected == step.number and before and step.parent != before:
            yield Break(path, message("the step before it was changed"))
        elif expected != step.number:
            yield Break(path, message("the step before it is not there any more"))
        before, expected = step.digest, int(match[1]) + 1


def _path(folder: str, name: str) -> str:
    return f".annotator/cases/{folder}/{name}"


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


def log_breaks(root: Path) -> tuple[Break, ...]:
    """Return where the log of the project is broken; raises OSError."""
    return tuple(Break(finding.path, finding.message, finding.severity) for finding in log.verify(root))
