"""Lead from the file that a finding names to the image that it speaks of."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from annotator.domain.project import Project
from annotator.errors import AnnotatorError
from annotator.paths import contained, nfc
from annotator.workspace import ids, revisions
from annotator.workspace.checking.tree import IMAGE, choices_of, matchers
from annotator.workspace.projects import ProjectFolder


def image_of(project: ProjectFolder, path: str) -> Path | None:
    """Return the file of the image that a path belongs to: itself, that of a JSON or mask, one of a folder or case; None: none is known.

    `path` is relative to the project's folder (`/`), or that of an image that is used in place.
    """
    if os.path.isabs(path):
        return Path(path) if Path(path).is_file() else None
    try:
        place = contained(project.root, path)
        if path.startswith(".annotator/cases/"):
            return _of_case(project, path.split("/")[2])
        said = _fields(project.project, path)
        if said is None:
            return next(iter(sorted(place.rglob("dcm/*.dcm"))), None) if place.is_dir() else None
        return _in_tree(project, said) or _in_place(project, said)
    except (OSError, ValueError, AnnotatorError):
        return None


def _fields(project: Project, path: str) -> Mapping[str, str] | None:
    for _, pattern in matchers(tuple(sorted(project.patterns.items())), choices_of(project)):
        found = pattern.fullmatch(nfc(path))
        if found is not None:
            return found.groupdict()
    return None


def _in_tree(project: ProjectFolder, said: Mapping[str, str]) -> Path | None:
    """The image of the tree with these names; files of a whole case lead to its first image."""
    fields = {name: said.get(name, "*") for name in ("folder", "prefix", "class", "patient", "series", "image")}
    return next(iter(sorted(project.root.glob(project.project.patterns[IMAGE].format(**fields)))), None)


def _in_place(project: ProjectFolder, said: Mapping[str, str]) -> Path | None:
    entry = ids.read_patients(ids.ids_path(project.root)).get(said["patient"])
    for series in entry.series if entry is not None else ():
        if said.get("series", series) == series:
            for number, place in ids.read_images(ids.images_path(project.root, said["patient"], series)).items():
                if said.get("image", number) == number and Path(place.path).is_file():
                    return Path(place.path)
    return None


def _of_case(project: ProjectFolder, folder: str) -> Path | None:
    """An image of the case whose past lies in a folder, as its newest revision knows it."""
    for revision in sorted((project.root / ".annotator" / "cases" / folder).glob("rev-*.json"), reverse=True):
        try:
            known = revisions.decode(revision.read_bytes())
        except ValueError:
            continue
        return next((Path(entry.path) for entry in known.images.values() if entry.path and Path(entry.path).is_file()), None)
    return None
