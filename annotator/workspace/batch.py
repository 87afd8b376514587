"""Check everything that was saved in a project; and find the images that a project knows, in its tree and in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotator.dicom.header import images_of, owner_of, read_header
from annotator.dicom.scan import Found, scan
from annotator.domain.delivery import Names
from annotator.domain.finding import Finding, Severity
from annotator.domain.image import Image, ImageKey, Owner
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace import ids, revisions
from annotator.workspace.checking.running import checked
from annotator.workspace.labels import annotated_images
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register

Recorded = Mapping[ImageKey | str, revisions.Revision]
"""The newest revision that speaks of an image, or of a case (by its id)."""


@dataclass(frozen=True)
class Known:
    """An image that the project knows: its header's facts, its names, and whether it lies in the tree."""

    image: Image
    owner: Owner
    names: Names
    in_tree: bool


def check_project(project: ProjectFolder, report: Report) -> Iterator[Finding]:
    """Yield what the checks find in a project, by path; `report` counts what is looked at.  Raises AnnotatorError as `checked` does."""
    with checked(project, report) as found:
        yield from found.findings()


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
