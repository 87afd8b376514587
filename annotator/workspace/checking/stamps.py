"""Tell whether a lot is as it was when it was looked at: by names, sizes and times of everything that was read for it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from annotator.errors import AnnotatorError
from annotator.paths import safe_name
from annotator.workspace import ids
from annotator.workspace.checking.lots import Kind, Lot, shared_folders
from annotator.workspace.projects import ProjectFolder


def watched_first(project: ProjectFolder, lot: Lot) -> tuple[str, ...]:
    """Return the files and folders that a lot is made of, known before anything is read; relative ones are the project's."""
    if lot.kind is Kind.CASE:
        return (f".annotator/cases/{lot.name}",)
    if lot.kind is Kind.LOG:
        return (".annotator/log",)
    if lot.kind is not Kind.PLACED:
        return (lot.name,)
    patient, _, only = lot.name.partition("/")
    found = []
    try:
        entry = ids.read_patients(ids.ids_path(project.root)).get(patient)
        for series in (only,) if only else tuple(entry.series) if entry else ():
            path = ids.images_path(project.root, patient, series)
            found += [str(path), *(place.path for place in ids.read_images(path).values())]
            found += _folders(project, patient, series, entry.class_folder if entry else "")
    except (OSError, AnnotatorError):
        return (lot.name,)
    return tuple(dict.fromkeys(found))


def watched_then(cases: Iterable[str]) -> tuple[str, ...]:
    """Return what else was read for a lot that these cases belong to."""
    return tuple(f".annotator/{kind}" for case in cases for kind in (f"cases/{safe_name(case)}", f"deliveries/{safe_name(case)}.json"))


def stamp_of(root: Path, watched: Iterable[str]) -> str:
    """Return a digest that changes when a file is added, removed, or written; what is not there counts too."""
    digest = hashlib.sha256()
    for path in watched:
        for line in _lines(os.path.join(root, path)):
            digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _folders(project: ProjectFolder, patient: str, series: str, class_folder: str) -> list[str]:
    """The folders in which files of a series may lie that is used in place."""
    shared = "/".join(shared_folders(project.project))
    return [
        shared.format(**{"class": class_folder}, folder=modality.folder, prefix=modality.prefix, patient=patient, series=series)
        for modality in project.project.modalities
    ]


def _lines(place: str) -> Iterable[str]:
    try:
        if not os.path.isdir(place):
            return (_line(place, os.stat(place)),)
        lines, waiting = list[str](), [place]
        while waiting:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        lines.append(_line(entry.path, entry.stat()))
        return sorted(lines)
    except OSError:
        return (f"{place}\n-\n",)


def _line(path: str, facts: os.stat_result) -> str:
    return f"{path}\n{facts.st_size} {facts.st_mtime_ns}\n"
