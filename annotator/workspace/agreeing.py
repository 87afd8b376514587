"""Compare the readings that a project keeps of each case: each person's last one against the newest version, and the persons' pairwise.

A person's reading of a case is the newest revision with them as author; a reviewer's lies beside the case (`reading_store`).
Nothing is written.  Images that nobody drew on count too (they agree fully): all images of the project that can be found are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from annotator.dicom.scan import Found, scan
from annotator.domain.agreement import Agreement, ImageAgreement, agreement_of
from annotator.domain.course import AGAIN
from annotator.domain.delivery import Names
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.project import Project
from annotator.domain.sameness import Extent, extent_of
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace import revisions, steps
from annotator.workspace.batch import Known, images_in_place, images_in_tree
from annotator.workspace.labels import annotated_images, effective_annotations
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.reading_store import FOLDER, MARK, reading_case
from annotator.workspace.revisions import Revision

REFERENCE = ""
"""Stands for the newest version of the case, where the name of a reader stands."""


@dataclass(frozen=True)
class Pictured:
    """An image as far as a comparison needs it: its size and spacing, and what it is called in the project."""

    key: ImageKey
    extent: Extent
    names: Names | None = None


@dataclass(frozen=True)
class Compared:
    """A reader's last reading of a case compared with a reference; both are names of readers, or `REFERENCE`."""

    case: str
    one: str
    other: str
    time: str
    """When the one reading was saved."""
    images: tuple[tuple[Pictured, ImageAgreement], ...] = ()

    @property
    def agreement(self) -> Agreement:
        """All its images together."""
        return Agreement(tuple(found for _, found in self.images))


@dataclass(frozen=True)
class Readings:
    """The newest revision of each person who saved a case, the newest of all, and what could not be read."""

    newest: Revision | None = None
    by_author: Mapping[str, Revision] = field(default_factory=dict)
    remarks: tuple[Message, ...] = ()

    def of(self, name: str) -> Revision | None:
        """Return the reading of a person, or the newest version."""
        return self.newest if name == REFERENCE else self.by_author.get(name)


def cases_of(root: Path) -> tuple[str, ...]:
    """Return the ids of all cases that were saved; raises AnnotatorError."""
    folder = root / ".annotator" / "cases"
    try:
        return tuple(sorted(entry.name for entry in folder.iterdir())) if folder.is_dir() else ()
    except OSError as error:
        remedy = message("Look whether the project's folder can be reached")
        raise AnnotatorError(message("Listing the cases of the project"), system_cause(error), remedy) from None


def readings(root: Path, case: str) -> Readings:
    """Return the readings of a case; what cannot be read is passed over and told."""
    remarks, by_author, newest = list[Message](), dict[str, Revision](), None
    for found in _newest_first(root, case, remarks):
        newest = newest or found
        by_author.setdefault(found.author, found)
    beside, repeated = root / FOLDER, _repeated(root, case)
    for entry in sorted((beside / ".annotator" / "cases").glob(f"{case}{MARK}*")):
        if entry.name in repeated:
            continue
        own = next(_newest_first(beside, entry.name, remarks), None)
        if own is not None and (own.author not in by_author or by_author[own.author].time < own.time):
            by_author[own.author] = own
    return Readings(newest, by_author, tuple(remarks))


def _repeated(root: Path, case: str) -> frozenset[str]:
    """How the readings beside a case are called in which somebody drew it once more: they are no readings of the case."""
    try:
        given = [step for step in steps.read(root, case)[0] if step.kind == AGAIN]
    except OSError:  # told where the case is opened
        return frozenset()
    return frozenset(reading_case(case, step.facts.get("to", ""), f"{step.revision} {step.number}") for step in given)


def comparisons(project: ProjectFolder, report: Report, wanted: tuple[str, str] | None = None) -> Iterator[Compared | Message]:
    """Yield what is compared, case after case, and what could not be; raises AnnotatorError where the project cannot be read.

    `wanted`: two names; else every person against the newest version, then every two persons.  `report` counts cases.
    """
    cases = cases_of(project.root)
    everywhere = images_of(project) if cases else {}
    report.total = len(cases)
    for case in cases:
        report.advance(subject=case)
        found = readings(project.root, case)
        yield from found.remarks
        for one, other in _pairs(found, wanted):
            mine, theirs = found.of(one), found.of(other)
            if mine is None or theirs is None:
                continue
            try:
                yield compare(project.root, project.project, (one, mine), (other, theirs), everywhere.get(case, {}).values())
            except AnnotatorError as error:
                yield error.message


def compare(
    root: Path, project: Project, one: tuple[str, Revision], other: tuple[str, Revision], images: Iterable[Pictured] = ()
) -> Compared:
    """Compare two readings of a case, each with its name; `images`: all of the case, where they are known.  Raises AnnotatorError."""
    (name, mine), (reference, theirs) = one, other
    there = {pictured.key: pictured for pictured in images}
    drawn = {key for found in (mine, theirs) for key in annotated_images(root, found.document)}
    for found in (mine, theirs):
        for key, entry in found.images.items():
            there.setdefault(key, Pictured(key, entry.extent))
    for key in drawn:
        there.setdefault(key, Pictured(key, ()))
    compared = tuple((there[key], _on(root, project, mine.document, theirs.document, there[key], key in drawn)) for key in sorted(there))
    return Compared(mine.case.partition(MARK)[0], name, reference, mine.time, compared)


def last(found: Sequence[Compared], count: int) -> Agreement:
    """Return what the last `count` of a person's cases say together, by the time of their saving."""
    newest = sorted(found, key=lambda compared: compared.time)[-count:]
    return Agreement(tuple(image for compared in newest for _, image in compared.images))


def _on(root: Path, project: Project, mine: Document, theirs: Document, image: Pictured, drawn: bool) -> ImageAgreement:
    if not drawn:
        return agreement_of((), (), 1, 1)
    one, other = (effective_annotations(root, project, document, image.key) for document in (mine, theirs))
    if image.extent:
        rows, columns = (int(side) for side in image.extent[:2])
    else:  # the record does not tell the size, and the image is not at hand: a size that holds everything measures the same
        bounds = [a.shape.bounds for a in (*one, *other)]
        columns, rows = (int(max((b[end] for b in bounds), default=0)) + 2 for end in (2, 3))
    spacing = (image.extent[2], image.extent[3]) if len(image.extent) == 4 else None
    return agreement_of(one, other, rows, columns, spacing, project.reviewing.least_iou)


def _pairs(found: Readings, wanted: tuple[str, str] | None) -> Iterator[tuple[str, str]]:
    if wanted is not None:
        yield wanted
        return
    names = sorted(found.by_author)
    yield from ((name, REFERENCE) for name in names)
    yield from combinations(names, 2)


def images_of(project: ProjectFolder) -> dict[str, dict[ImageKey, Pictured]]:
    """All images that the project knows or that lie beside those used in place, by the case that they belong to."""
    found = dict[str, dict[ImageKey, Pictured]]()
    known = [entry for entry in (*images_in_tree(project), *images_in_place(project)) if isinstance(entry, Known)]
    beside = sorted({Path(entry.image.path).parent for entry in known if not entry.in_tree})
    others = [image for entry in (scan(beside, Report()) if beside else ()) if isinstance(entry, Found) for image in entry.images]
    everything = [(entry.image, entry.names) for entry in known] + [(image, None) for image in others]
    studies = dict[str, set[str]]()
    for image, _ in everything:
        studies.setdefault(image.study_uid, set()).add(image.modality)
    for image, names in everything:
        modality = project.project.modality_of(image.modality, frozenset(studies[image.study_uid]))
        case = image.series_uid if modality is None or modality.case == "series" else image.study_uid
        if modality is not None and (names is not None or case in found):
            found.setdefault(case, {}).setdefault(image.key, Pictured(image.key, extent_of(image), names))
    return found


def _newest_first(root: Path, case: str, remarks: list[Message]) -> Iterator[Revision]:
    try:
        files = revisions.listed(root, case)
    except OSError as error:
        remarks.append(message("The readings of the case {case} cannot be listed: {cause}", case=case, cause=system_cause(error)))
        return
    for number in sorted(files, reverse=True):
        try:
            yield revisions.decode(files[number].read_bytes())
        except (record.Damaged, record.Newer, OSError):
            remarks.append(message("Revision {number} of the case {case} cannot be read and is left out", number=number, case=case))
