"""Look at one lot, in whichever process: read what is there, let every check see it, and bring back what was found in few bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from annotator.checks.check import AnyCheck, Check, FolderCheck, Gathered, KeptCase, Saved, Stray, WholeCheck
from annotator.domain.annotation import Annotation
from annotator.domain.course import standing
from annotator.domain.finding import Finding
from annotator.domain.header_facts import HeaderFacts
from annotator.domain.image import Image, ImageKey
from annotator.domain.lesion_sizes import Sized, sized
from annotator.domain.series import spatial_order
from annotator.plugins import offers
from annotator.workspace import steps
from annotator.workspace.checking.chain import Case, chain_breaks, log_breaks, lost_regions
from annotator.workspace.checking.lots import Kind, Lot
from annotator.workspace.checking.members import of_place, of_tree
from annotator.workspace.checking.reading import Room, saved_of
from annotator.workspace.checking.tree import tree_of
from annotator.workspace.projects import ProjectFolder

_DIGEST = 16


@dataclass(frozen=True)
class Counted:
    """An image as the papers count it; `files`: how many were delivered of it."""

    case: str
    patient: str
    modality: str
    class_folder: str
    sex: str
    age: int | None
    device: str
    annotations: int
    files: int


@dataclass(frozen=True)
class Measured:
    """A lesion as the papers count it."""

    category: str
    millimetres: float | None


@dataclass(frozen=True)
class Looked:
    """What came of a lot; `traces` are (check, digest, path) for what must occur once in the whole project."""

    findings: tuple[Finding, ...] = ()
    traces: tuple[tuple[str, bytes, str], ...] = ()
    counted: tuple[Counted, ...] = ()
    lesions: tuple[Measured, ...] = ()
    cases: tuple[str, ...] = ()
    """The cases of which something may be kept: it is looked at again when something is added to one of them."""


def look(project: ProjectFolder, lot: Lot) -> Looked:
    """Look at a lot.  Raises OSError, and AnnotatorError where the project's own files cannot be read."""
    if lot.kind in (Kind.CASE, Kind.LOG):
        return Looked(findings=_of_folder(_past(project, lot)))
    room, strays, gone = Room(project), tuple[Stray, ...](), tuple[Finding, ...]()
    if lot.kind is Kind.PLACED:
        members, gone = of_place(project, lot)
    else:
        tree = tree_of(project.root, project.project, lot)
        room.there = tree.there
        members, strays = of_tree(project, tree)
    found, traces, kept = list(gone), list[tuple[str, bytes, str]](), list[Saved]()
    for saved in saved_of(room, members):
        found += [_placed(finding, saved) for check in image_checks() for finding in check.run(saved)]
        traces += _traces(saved)
        kept.append(replace(saved, files=dict.fromkeys(saved.files, b""), readings={}))
    lesions = tuple(one for images, drawn in _series(kept) for one in sized(images, drawn))
    cases = tuple(_kept(project, case) for case in room.cases.values() if case.there)
    found += _of_folder(Gathered(project.project, lot.name, tuple(kept), strays, cases, lesions))
    return Looked(tuple(found), tuple(traces), tuple(map(_counted, kept)), tuple(map(_measured, lesions)), tuple(room.cases))


def _past(project: ProjectFolder, lot: Lot) -> Gathered:
    """What is kept of a case's past, or the log of the project."""
    if lot.kind is Kind.LOG:
        return Gathered(project.project, lot.name, breaks=log_breaks(project.root))
    lost = lost_regions(project.root, lot.name)
    return Gathered(project.project, lot.name, breaks=chain_breaks(project.root, lot.name), lost_regions=lost)


def _kept(project: ProjectFolder, case: Case) -> KeptCase:
    state = standing(steps.read(project.root, case.name)[0]).state
    return KeptCase(case.name, case.document, state, case.revision is not None and case.revision.regions_only)


def image_checks() -> tuple[Check, ...]:
    """Return the checks that see one image."""
    return tuple(check for check in all_checks() if isinstance(check, Check))


@cache
def all_checks() -> tuple[AnyCheck, ...]:
    """Return every check that the package offers, in order of file name."""
    return tuple(check for check in offers("annotator.checks", "CHECK") if isinstance(check, Check | FolderCheck | WholeCheck))


def _of_folder(gathered: Gathered) -> tuple[Finding, ...]:
    return tuple(finding for check in all_checks() if isinstance(check, FolderCheck) for finding in check.run(gathered))


def _placed(finding: Finding, saved: Saved) -> Finding:
    """What is said of an image and of no file of it is said of the image's file."""
    return finding if finding.path else replace(finding, path=saved.path)


def _traces(saved: Saved) -> Iterator[tuple[str, bytes, str]]:
    for check in all_checks():
        if isinstance(check, WholeCheck):
            for text, path in check.traces(saved):
                yield check.id, hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_DIGEST], path


def _series(kept: Sequence[Saved]) -> Iterator[tuple[tuple[Image, ...], Mapping[ImageKey, Sequence[Annotation]]]]:
    """The annotated series of a lot: its images in spatial order, and what is drawn on them."""
    series: dict[str, list[Saved]] = {}
    for saved in kept:
        series.setdefault(saved.sheet.image.series_uid, []).append(saved)
    for members in series.values():
        drawn = {saved.sheet.image.key: saved.sheet.annotations for saved in members if saved.sheet.annotations}
        if drawn:
            yield spatial_order(saved.sheet.image for saved in members), drawn


def _counted(saved: Saved) -> Counted:
    names, header = saved.sheet.names, saved.header or HeaderFacts()
    return Counted(saved.case, names.patient, saved.sheet.modality.code, names.class_folder, header.sex, header.age, header.device,
                   len(saved.sheet.annotations), len(saved.files))  # fmt: skip


def _measured(lesion: Sized) -> Measured:
    return Measured(lesion.category, lesion.millimetres)
