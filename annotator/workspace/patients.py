"""Which patients a project has and in which class folders they lie: from the ids it gave and from the folders of its tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from annotator.domain.patterns import fields_of, matcher
from annotator.domain.project import Project
from annotator.paths import nfc
from annotator.workspace import ids

Folders = Mapping[str, tuple[str, ...]]
"""Patient → the class folders in which something of the patient lies; none where only the ids know the patient."""


def folders_of(root: Path, project: Project) -> Folders:
    """Return every patient with its class folders; only folders down to the patient's are looked at.  Raises OSError, AnnotatorError."""
    found: dict[str, set[str]] = {name: {entry.class_folder} for name, entry in ids.read_patients(ids.ids_path(root)).items()}
    for patient, folder in _in_tree(root, project):
        found.setdefault(patient, set()).update([folder] if folder else [])
    order = (*project.classes, project.unclassified)
    return {name: tuple(sorted(there, key=lambda one: order.index(one) if one in order else -1)) for name, there in found.items()}


def class_of(folders: tuple[str, ...], unclassified: str) -> str:
    """Return the class of a patient who lies in these folders: the one that is known, else `unclassified`."""
    return next((folder for folder in folders if folder != unclassified), unclassified)


def patients_of(root: Path, project: Project) -> dict[str, str]:
    """Return patient → class folder for every patient of a project, in order of id.  Raises OSError and AnnotatorError."""
    return {name: class_of(there, project.unclassified) for name, there in sorted(folders_of(root, project).items())}


def choices(project: Project) -> dict[str, Iterable[str]]:
    """Return what the fields of the project's patterns may be, as `matcher` takes it."""
    return {
        "folder": {modality.folder for modality in project.modalities},
        "prefix": {modality.prefix for modality in project.modalities},
        "class": {*project.classes, project.unclassified},
    }


def _in_tree(root: Path, project: Project) -> Iterator[tuple[str, str]]:
    """Yield (patient, class folder), the class empty where the path does not say it."""
    heads = {_head(pattern) for pattern in project.patterns.values()}
    for head in sorted(heads):
        parts = [matcher(part, choices(project)) for part in head.split("/")]
        yield from _below(root, parts, {}, project.id_limit)


def _head(pattern: str) -> str:
    """The part of a pattern that leads to the patient's folder (or file)."""
    parts = pattern.split("/")
    depth = next(place for place, part in enumerate(parts, 1) if "patient" in fields_of(part))
    return "/".join(parts[:depth])


def _below(folder: Path, parts: list[re.Pattern[str]], said: dict[str, str], limit: int) -> Iterator[tuple[str, str]]:
    if not parts:
        if len(said["patient"]) <= limit:
            yield said["patient"], said.get("class", "")
        return
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        found = parts[0].fullmatch(nfc(entry.name))
        told = found.groupdict() if found else {}
        if found is not None and all(said.get(name, value) == value for name, value in told.items()):
            yield from _below(entry, parts[1:], {**said, **told}, limit)
