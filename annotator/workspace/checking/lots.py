"""Cut a project into lots that are looked at each by itself: folders of the tree, series used in place, histories of cases, the log."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from annotator.domain.patterns import fields_of
from annotator.domain.project import Project
from annotator.formats.format import CASE
from annotator.workspace import ids
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.publish import formats_of

_IN_A_PART = 2000
"""Files of a folder that holds many patients which one process takes at a time."""


class Kind(Enum):
    """What a lot is a piece of."""

    FOLDER = "folder"
    """A folder of the tree, with everything below it."""
    ABOVE = "above"
    """A folder of the tree above those, without what lies below it."""
    PLACED = "placed"
    """Images that are used in place: a patient's series, or all of a patient where a case may have several."""
    CASE = "case"
    """What is kept of a case's past."""
    LOG = "log"


@dataclass(frozen=True)
class Lot:
    """A piece of a project; `name` is a path relative to it (`/`), or `patient/series`; part `part` of `of` of what lies there."""

    kind: Kind
    name: str
    part: int = 0
    of: int = 1

    @property
    def key(self) -> str:
        """What it is known by from one run to the next."""
        return f"{self.kind.value}:{self.name}:{self.part}/{self.of}"


def lots_of(project: ProjectFolder) -> Iterator[Lot]:
    """Yield the lots of a project, in order; raises OSError, and AnnotatorError where its ids cannot be read."""
    yield from _folders(project)
    whole = by_patient(project.project)
    for patient, entry in ids.read_patients(ids.ids_path(project.root)).items():
        yield from (Lot(Kind.PLACED, name) for name in ([patient] if whole else [f"{patient}/{series}" for series in entry.series]))
    cases = project.root / ".annotator" / "cases"
    for name in sorted(os.listdir(cases)) if cases.is_dir() else ():
        yield Lot(Kind.CASE, name)
    if (project.root / ".annotator" / "log").is_dir():
        yield Lot(Kind.LOG, "log")


def by_patient(project: Project) -> bool:
    """Whether what belongs together may be more than a series."""
    return any(modality.case == "study" for modality in project.modalities) or any(used.unit == CASE for used in formats_of(project))


def shared_folders(project: Project) -> tuple[str, ...]:
    """Return the components that the folders of all path patterns begin with; a lot is a folder that they name."""
    folders = [pattern.split("/")[:-1] for pattern in project.patterns.values()]
    shared = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1 or (by_patient(project) and "{series}" in parts[0]):
            break
        shared.append(parts[0])
    return tuple(shared)


def tops(project: ProjectFolder) -> tuple[str, ...]:
    """Return the folders of the project's own folder in which its tree lies."""
    firsts = {pattern.split("/")[0] for pattern in project.project.patterns.values()}
    there = sorted(entry.name for entry in os.scandir(project.root) if entry.is_dir() and not entry.name.startswith("."))
    if any(fields_of(first) for first in firsts):
        return tuple(there)
    return tuple(name for name in there if name in firsts)


def _folders(project: ProjectFolder) -> Iterator[Lot]:
    shared = shared_folders(project.project)
    named = any("{patient}" in part for part in shared)
    for top in tops(project):
        yield from _below(project.root, top, max(len(shared), 1), named)


def _below(root: Path, name: str, depth: int, named: bool) -> Iterator[Lot]:
    """The lots of a folder and of those in it, down to the folders of which each is a lot."""
    if name.count("/") + 1 == depth:
        parts = 1 if named else max(1, -(-_count(root / name) // _IN_A_PART))
        yield from (Lot(Kind.FOLDER, name, part, parts) for part in range(parts))
        return
    with os.scandir(root / name) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    if any(not entry.is_dir() for entry in entries):
        yield Lot(Kind.ABOVE, name)
    for entry in entries:
        if entry.is_dir():
            yield from _below(root, f"{name}/{entry.name}", depth, named)


def _count(folder: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(folder))
