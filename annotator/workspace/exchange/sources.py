"""Look what a folder or file holds: images to be annotated, and everything else, which may hold annotations."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotator.dicom.found import Found, Skipped
from annotator.dicom.header import read_header
from annotator.dicom.scan import natural, scan
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.paths import contained, nfc
from annotator.progress import Report
from annotator.workspace.catalogue import Catalogue
from annotator.workspace.definitions import TOML
from annotator.workspace.projects import ProjectFolder, bundled, definition_of, open_project

_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


@dataclass(frozen=True)
class Place:
    """A folder (or one file) with annotations: names of its files (relative, with `/`), and how each is read."""

    root: Path
    names: tuple[str, ...]
    disk_names: dict[str, str] = field(default_factory=dict, compare=False)
    """The name on the disk where it is not composed (NFC)."""

    def read(self, name: str) -> bytes:
        """Return a file's bytes; raises AnnotatorError."""
        try:
            return contained(self.root, self.disk_names.get(name, name)).read_bytes()
        except OSError as error:
            remedy = message("See that the file can be read; the other files are used")
            raise AnnotatorError(message("Reading {name}", name=name), system_cause(error), remedy) from error


def require(source: Path) -> None:
    """Raise AnnotatorError unless something can be read at `source`."""
    doing, remedy = message("Looking into {source}", source=source), message("Name the folder or file that holds the annotations")
    try:
        empty = source.is_dir() and not any(source.iterdir())
        there = source.exists()
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), remedy) from error
    if not there:
        raise AnnotatorError(doing, message("it is not there"), remedy)
    if empty:
        raise AnnotatorError(doing, message("the folder is empty"), remedy)


def is_project(source: Path) -> bool:
    """Whether a folder is a project's."""
    return (source / TOML).is_file()


def project_named(name: str) -> ProjectFolder:
    """Open the project in a folder, or take a bundled definition as a project without a folder of its own; raises AnnotatorError."""
    if name in bundled():
        return ProjectFolder(Path(os.devnull), definition_of(name), read_only=True)
    return open_project(Path(name))


def place_of(source: Path, images: Sequence[str] = ()) -> Place:
    """Return the files at `source` that are none of `images` (paths), in the order in which people count; raises AnnotatorError."""
    if source.is_file():
        return Place(source.parent, (nfc(source.name),), {nfc(source.name): source.name})
    taken = {os.path.abspath(path) for path in images}
    found = [path for path in _files(source) if os.path.abspath(path) not in taken]
    names = {nfc(path.relative_to(source).as_posix()): path.relative_to(source).as_posix() for path in found}
    return Place(source, tuple(sorted(names, key=natural)), names)


def images_in(places: Sequence[Path], report: Report) -> tuple[tuple[Found, ...], tuple[Skipped, ...]]:
    """Scan for images to be annotated: masks, segmentations and structures are none.  `report` counts files."""
    found: list[Found] = []
    skipped: list[Skipped] = []
    for entry in scan(places, report):
        if isinstance(entry, Skipped):
            skipped.append(entry)
        elif not _is_annotation(entry):
            found.append(entry)
    return tuple(found), tuple(skipped)


def catalogue_of(found: Sequence[Found], project: ProjectFolder) -> Catalogue:
    """Return the images as a tree, seen with the project's eyes."""
    return Catalogue().with_found(found, project.project)


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder; hidden folders belong to programs."""
    for current, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(current, name) for name in sorted(files) if not name.startswith("."))


def _is_annotation(found: Found) -> bool:
    """Whether a DICOM file says something of another image: a segmentation, or a mask that names its source image."""
    image = found.images[0]
    if image.labels:
        return True
    if not image.sop_class_uid.startswith(_SECONDARY_CAPTURE):
        return False
    header = read_header(image.path)
    kind = header.get("ImageType") or ()
    return "DERIVED" in list(kind)[:1] and bool(header.get("SourceImageSequence"))
