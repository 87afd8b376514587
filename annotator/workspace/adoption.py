"""Find the delivered files of a series whose ids were lost, and give it those ids back.

A project may come as its delivered tree alone.  Images of the tree say their names themselves; for images used in place the files are
asked (`Format.fits`): a mask names its source image, a JSON tells size, time and device.  Only names that fit every file of theirs,
and that no other names rival, are taken back.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from annotator.domain.delivery import Names, Sheet
from annotator.domain.image import Image
from annotator.domain.patterns import matcher
from annotator.formats.format import Format
from annotator.workspace.catalogue import Series
from annotator.workspace.ids import Patients, ids_path, images_path, read_patients
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register

Files = dict[Names, list[str]]


class LostFiles:
    """The files in a project's tree whose patient or series the project does not know; listed once, until they are to be forgotten.

    What is saved later has its ids first: it is never lost.  For one thread at a time.
    """

    def __init__(self, project: ProjectFolder) -> None:
        self._project = project
        self._groups: dict[str, list[Files]] = {}

    def of(self, series: Series) -> list[Files]:
        """Return the lost files for the series' modality, by patient and series.  Raises OSError, and AnnotatorError for damaged ids."""
        code = series.project_modality.code if series.project_modality else ""
        if code not in self._groups:
            root, there = self._project.root, _groups(self._project, series)
            patients = read_patients(ids_path(root))  # after the files: whatever was saved meanwhile has its ids by now
            self._groups[code] = [files for files in there if not _recorded(root, patients, next(iter(files)))]
        return self._groups[code]

    def forget(self) -> None:
        """List them anew when they are next asked for."""
        self._groups = {}


def _recorded(root: Path, patients: Patients, names: Names) -> bool:
    known = patients[names.patient].series if names.patient in patients else {}
    return any(images_path(root, names.patient, series).exists() for series in known if names.series in ("", series))


def adopt(project: ProjectFolder, register: Register, formats: Sequence[Format], series: Series, lost: LostFiles) -> bool:
    """Give the images of a series the ids under which files of theirs lie in the tree; False where none fit, or several do."""
    if project.read_only or series.project_modality is None:
        return False
    if any(register.known(image, again=place == 0) for place, image in enumerate(series.images)):
        return False
    found = _only(project, formats, series, lost.of(series))
    for names, image in found:
        register.adopt(image, series.owner, names)
    return bool(found)


def names_in_tree(project: ProjectFolder, formats: Sequence[Format], series: Series) -> tuple[tuple[Names, Image], ...]:
    """Return the images of a series of which files lie in the tree, and their names there; nothing where none fit, or several do."""
    return _only(project, formats, series, _groups(project, series))


def _only(project: ProjectFolder, formats: Sequence[Format], series: Series, groups: Sequence[Files]) -> tuple[tuple[Names, Image], ...]:
    """The images and names of the one group that fits the series; nothing where none does, or several do."""
    fitting = [found for found in groups if _fits(project, formats, series, found)]
    if len(fitting) != 1:
        return ()
    return tuple((names, image) for names in fitting[0] if (image := _numbered(series, names)) is not None)


def _groups(project: ProjectFolder, series: Series) -> list[Files]:
    """The files that lie in the tree for the series' modality, by patient and series."""
    modality = series.project_modality
    if modality is None:
        return []
    definition = project.project
    choices = {"folder": {modality.folder}, "prefix": {modality.prefix}, "class": {*definition.classes, definition.unclassified}}
    groups: defaultdict[tuple[str, str], Files] = defaultdict(dict)
    files = sorted(_below(project.root))
    for pattern in (matcher(text, choices) for kind, text in definition.patterns.items() if kind != "image"):
        for path in files:
            found = pattern.fullmatch(path)
            said = found.groupdict() if found else {}
            if said.get("patient") and said.get("image"):
                names = Names(said["patient"], said.get("series", ""), said["image"], said.get("class", definition.unclassified))
                groups[names.patient, names.series].setdefault(names, []).append(path)
    return list(groups.values())


def _below(root: Path) -> list[str]:
    """Every file of the tree, relative with `/`; hidden folders belong to the program."""
    tops = [top for top in root.iterdir() if not top.name.startswith(".") and top.is_dir()]
    folders = ((Path(folder).relative_to(root).as_posix(), names) for top in tops for folder, _, names in os.walk(top))
    return [f"{folder}/{name}" for folder, names in folders for name in names]


def _fits(project: ProjectFolder, formats: Sequence[Format], series: Series, files: Files) -> bool:
    """Whether every file of a group speaks of the image of its number, and at least one does so positively."""
    modality, positive = series.project_modality, False
    for names, paths in files.items():
        image = _numbered(series, names)
        if image is None or modality is None:
            return False
        sheet = Sheet(project.project, modality, image, names)
        contents = {path: (project.root / path).read_bytes() for path in paths}
        answers = {used.fits(sheet, contents) for used in formats}
        if False in answers:
            return False
        positive = positive or True in answers
    return positive


def _numbered(series: Series, names: Names) -> Image | None:
    digits = re.search(r"[0-9]+$", names.image)
    place = int(digits[0]) if digits else 0
    return series.images[place - 1] if 1 <= place <= len(series.images) else None
