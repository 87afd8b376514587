"""Look over everything that was saved in a project: one image after the other goes through every check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from annotator.checks.check import Check, Saved
from annotator.dicom.header import images_of, owner_of, read_header
from annotator.dicom.pixels import picture
from annotator.dicom.scan import Found, scan
from annotator.domain.delivery import Names, Reading, Sheet
from annotator.domain.finding import Finding, Severity
from annotator.domain.image import Image, ImageKey, Owner
from annotator.domain.project import Modality
from annotator.errors import AnnotatorError
from annotator.formats.format import CASE
from annotator.i18n import message
from annotator.paths import contained
from annotator.plugins import offers
from annotator.progress import Report
from annotator.workspace import ids, revisions
from annotator.workspace.delivering import delivered_images, formats_at_done
from annotator.workspace.labels import annotated_images, effective_annotations
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.publish import formats_of
from annotator.workspace.register import Register

Recorded = Mapping[ImageKey | str, revisions.Revision]
"""The newest revision that speaks of an image, or of a case (by its id)."""
Cases = Mapping[ImageKey, tuple[Sheet, ...]]
"""All sheets of the case that an image belongs to."""


@dataclass(frozen=True)
class Known:
    """An image that the project knows: its header's facts, its names, and whether it lies in the tree."""

    image: Image
    owner: Owner
    names: Names
    in_tree: bool


def check_project(project: ProjectFolder, report: Report) -> Iterator[Finding]:
    """Yield what the checks find, image by image; `report` counts images.  Raises AnnotatorError where the project cannot be read."""
    checks = cast(tuple[Check, ...], tuple(c for c in offers("annotator.checks", "CHECK") if isinstance(c, Check)))
    (recorded, damaged), everything = recorded_in(project.root), (*images_in_tree(project), *images_in_place(project))
    yield from damaged
    finished = delivered_images(project.root)
    cases = _cases(project, [known for known in everything if isinstance(known, Known)], recorded)
    for known in everything:
        if isinstance(known, Finding):
            yield known
            continue
        report.advance(subject=known.names.image)
        saved, failures = _saved(project, known, recorded, cases)
        yield from failures
        if saved is not None:
            revision = recorded.get(known.image.key)
            if revision is not None and saved.sheet.annotations:
                saved = _with_pixels(saved, revision.images.get(known.image.key, revisions.ImageRecord()).pixels)
            if known.image.key in finished:
                saved = replace(saved, expected=tuple(p for used in formats_at_done(project) for p in used.paths(saved.sheet)))
            for check in checks:
                yield from check.run(saved)


def _with_pixels(saved: Saved, drawn_on: str) -> Saved:
    """The same with the digest of the image's pixels, where one was recorded that it can be compared with."""
    now = ""
    if drawn_on:
        with suppress(AnnotatorError):  # an image that cannot be decoded has no pixels that differ
            now = picture(saved.sheet.image).digest
    return replace(saved, drawn_on=drawn_on, pixels=now)


def images_in_tree(project: ProjectFolder) -> Iterator[Known]:
    """Yield the images that lie in the project's tree, named by its rule."""
    register = Register(project)
    tops = [top for top in sorted(project.root.iterdir()) if top.is_dir() and not top.name.startswith(".")]
    for entry in scan(tops, Report()) if tops else ():
        for image in entry.images if isinstance(entry, Found) else ():
            names = register.in_tree(image)
            if names is not None and isinstance(entry, Found):
                yield Known(image, entry.owner, names, True)


def images_in_place(project: ProjectFolder) -> Iterator[Known | Finding]:
    """Yield the images that were given ids where they lie, and a finding for each that is not there; raises AnnotatorError."""
    for patient, entry in ids.read_patients(ids.ids_path(project.root)).items():
        for series in entry.series:
            for number, place in ids.read_images(ids.images_path(project.root, patient, series)).items():
                names = Names(patient, series, number, entry.class_folder)
                try:
                    header = read_header(place.path)
                    found = next(image for image in images_of(header, place.path) if image.key == ImageKey.parse(place.key))
                except (AnnotatorError, StopIteration):
                    told = message("the image {path} is not there, or is another one now", path=place.path)
                    yield Finding("image-is-there", Severity.REMARK, told, f"{patient}/{series}/{number}")
                    continue
                yield Known(found, owner_of(header), names, False)


def _heads(root: Path) -> Iterator[revisions.Revision]:
    """The newest revision of each case."""
    folder = root / ".annotator" / "cases"
    for case in sorted(folder.iterdir()) if folder.is_dir() else ():
        yield from revisions.heads(root, case.name, keep=True)[0][:1]


def recorded_in(root: Path) -> tuple[Recorded, tuple[Finding, ...]]:
    """Return the newest revision that speaks of each image and each case, and the cases whose label volume cannot be read."""
    found, damaged = dict[ImageKey | str, revisions.Revision](), list[Finding]()
    for head in _heads(root):
        try:
            found |= dict.fromkeys(annotated_images(root, head.document), head)
        except AnnotatorError as error:
            damaged.append(Finding("regions-can-be-read", Severity.ERROR, error.message, head.case))
        found |= dict.fromkeys((head.case, *head.images, *head.document.annotations), head)
    return found, tuple(damaged)


def _sheet(project: ProjectFolder, known: Known, modality: Modality, recorded: Recorded) -> Sheet:
    image = known.image
    revision = recorded.get(image.key) or recorded.get(image.study_uid if modality.case == "study" else image.series_uid)
    annotations, facts = (revision.document.on(image.key), revision.document.facts) if revision else ((), {})
    with suppress(AnnotatorError):  # told by `recorded_in`
        annotations = effective_annotations(project.root, project.project, revision.document, image.key) if revision else ()
    only = revision is not None and revision.regions_only
    return Sheet(project.project, modality, image, known.names, annotations, known.in_tree, only, facts=facts, uid_root=project.salt)


def _cases(project: ProjectFolder, everything: Sequence[Known], recorded: Recorded) -> Cases:
    """The sheets of each case, where files belong to cases: images of one case have these files at the same paths."""
    formats = [used for used in formats_of(project.project) if used.unit == CASE]
    studies, found = dict[str, set[str]](), dict[tuple[str, ...], list[Sheet]]()
    for known in everything if formats else ():
        studies.setdefault(known.image.study_uid, set()).add(known.image.modality)
    for known in everything if formats else ():
        modality = project.project.modality_of(known.image.modality, frozenset(studies[known.image.study_uid]))
        if modality is not None:
            sheet = _sheet(project, known, modality, recorded)
            found.setdefault(tuple(path for used in formats for path in used.paths(sheet)), []).append(sheet)
    return {sheet.image.key: tuple(case) for case in found.values() for sheet in case}


def _saved(project: ProjectFolder, known: Known, recorded: Recorded, cases: Cases) -> tuple[Saved | None, tuple[Finding, ...]]:
    """The image as it was saved, and the files that cannot be read; nothing where nothing was ever saved of it.

    The files of a whole case are looked at with its first image, and what they say of each image with that.
    """
    key, siblings = known.image.key, cases.get(known.image.key, ())
    for modality in project.project.modalities:
        sheet = replace(_sheet(project, known, modality, recorded), siblings=siblings)
        files, readings, failures = dict[str, bytes](), dict[str, Reading](), list[Finding]()
        for used in formats_of(project.project):
            if used.unit == CASE and not any(sibling.image.key == key and sibling.modality == modality for sibling in siblings):
                continue
            own = {path: place.read_bytes() for path in used.paths(sheet) if (place := contained(project.root, path)).is_file()}
            if used.at_done and not own:
                continue
            first = used.unit != CASE or siblings[0].image.key == key
            files |= own if first else {}
            try:
                readings[used.id] = used.read(sheet, own).of(key)
            except AnnotatorError as error:
                failures += [Finding("file-can-be-read", Severity.ERROR, error.message, next(iter(own), ""))] if first else []
        drawn = bool(sheet.annotations) and sheet.annotations[0].category.startswith(modality.supercategory)
        if files or drawn or any(reading.annotations for reading in readings.values()):
            return Saved(sheet, files, readings, known.owner), tuple(failures)
    return None, ()
