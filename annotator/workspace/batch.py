"""Look over everything that was saved in a project: one image after the other goes through every check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from annotator.checks.check import Check, Saved
from annotator.dicom.header import images_of, owner_of, read_header
from annotator.dicom.scan import Found, scan
from annotator.domain.delivery import Names, Reading, Sheet
from annotator.domain.finding import Finding, Severity
from annotator.domain.image import Image, ImageKey, Owner
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.paths import contained
from annotator.plugins import offers
from annotator.progress import Report
from annotator.workspace import ids, revisions
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.publish import formats_of
from annotator.workspace.register import Register


@dataclass(frozen=True)
class _Known:
    """An image that the project knows: its header's facts, its names, and whether it lies in the tree."""

    image: Image
    owner: Owner
    names: Names
    in_tree: bool


def check_project(project: ProjectFolder, report: Report) -> Iterator[Finding]:
    """Yield what the checks find, image by image; `report` counts images.  Raises AnnotatorError where the project cannot be read."""
    checks = cast(tuple[Check, ...], tuple(c for c in offers("annotator.checks", "CHECK") if isinstance(c, Check)))
    recorded = _recorded(project.root)
    for known in (*_in_tree(project), *_in_place(project)):
        if isinstance(known, Finding):
            yield known
            continue
        report.advance(subject=known.names.image)
        saved, failures = _saved(project, known, recorded)
        yield from failures
        if saved is not None:
            for check in checks:
                yield from check.run(saved)


def _in_tree(project: ProjectFolder) -> Iterator[_Known]:
    register = Register(project)
    tops = [top for top in sorted(project.root.iterdir()) if top.is_dir() and not top.name.startswith(".")]
    for entry in scan(tops, Report()) if tops else ():
        for image in entry.images if isinstance(entry, Found) else ():
            names = register.in_tree(image)
            if names is not None and isinstance(entry, Found):
                yield _Known(image, entry.owner, names, True)


def _in_place(project: ProjectFolder) -> Iterator[_Known | Finding]:
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
                yield _Known(found, owner_of(header), names, False)


def _recorded(root: Path) -> Mapping[ImageKey, revisions.Revision]:
    """The newest revision that speaks of each image."""
    folder = root / ".annotator" / "cases"
    found: dict[ImageKey, revisions.Revision] = {}
    for case in sorted(folder.iterdir()) if folder.is_dir() else ():
        heads, _ = revisions.heads(root, case.name, keep=True)
        for head in heads[:1]:
            found |= dict.fromkeys((*head.images, *head.document.annotations), head)
    return found


def _saved(
    project: ProjectFolder, known: _Known, recorded: Mapping[ImageKey, revisions.Revision]
) -> tuple[Saved | None, tuple[Finding, ...]]:
    """The image as it was saved, and the files that cannot be read; nothing where nothing was ever saved of it."""
    revision = recorded.get(known.image.key)
    annotations = revision.document.on(known.image.key) if revision else ()
    formats = formats_of(project.project)
    for modality in project.project.modalities:
        only = revision is not None and revision.regions_only
        sheet = Sheet(project.project, modality, known.image, known.names, annotations, known.in_tree, only, uid_root=project.salt)
        paths = [path for used in formats for path in used.paths(sheet)]
        files = {path: place.read_bytes() for path in paths if (place := contained(project.root, path)).is_file()}
        if not files and not (annotations and annotations[0].category.startswith(modality.supercategory)):
            continue
        readings, failures = dict[str, Reading](), list[Finding]()
        for used in formats:
            own = {path: files[path] for path in used.paths(sheet) if path in files}
            try:
                readings[used.id] = used.read(sheet, own)
            except AnnotatorError as error:
                failures.append(Finding("file-can-be-read", Severity.ERROR, error.message, next(iter(own), "")))
        return Saved(sheet, files, readings, known.owner), tuple(failures)
    return None, ()


def known_images(project: ProjectFolder) -> Iterator[_Known | Finding]:
    """Yield every image that the project knows, and a finding for each that is not there; raises AnnotatorError."""
    yield from _in_tree(project)
    yield from _in_place(project)
