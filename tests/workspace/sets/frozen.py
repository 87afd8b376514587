"""A small project with a frozen set, and how it is exported in a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.dicom.header import images_of, read_header
from annotator.dicom.pixels import picture
from annotator.domain.frozen_set import FrozenSet, Rule
from annotator.domain.person import Acting
from annotator.progress import Report
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.sets import exporting, shelf
from tests.workspace.handover.accepted import TIME, listed, made

BY = Acting("관리자")


def frozen(tmp_path: Path, patients: int = 3, rule: Rule | None = None) -> tuple[ProjectFolder, FrozenSet]:
    """Make a project of patients with three slices each, of which the first is drawn on, and freeze all of it as `first`."""
    folder = made(tmp_path / "project", tmp_path / "images", patients)
    entries = listed(folder, tmp_path / "list.sqlite").entries()
    found, left = shelf.freeze(folder, entries, shelf.Wish("first", "everything", rule or Rule(), TIME), BY, Report())
    assert left == ()
    return folder, found


def export(folder: ProjectFolder, found: FrozenSet, tmp_path: Path, out: Path | None = None, **wanted: Any) -> tuple[Path, exporting.Done]:
    """Export a set in this process; returns where it is and what became of it."""
    place = out or tmp_path / "out"
    wish = exporting.Wish(found, place, **{"jobs": 1, **wanted})
    return place, exporting.export(folder, listed(folder, tmp_path / "list.sqlite"), wish, BY, TIME, Report())


def tree(out: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def source_values(folder: ProjectFolder, patient: str = "P000001") -> NDArray[np.float32]:
    """The grey values of a patient's slices as the project has them, (slices, rows, columns)."""
    paths = sorted((folder.root / "lung_cancer").rglob(f"*{patient}*/S001/dcm/*.dcm"))
    return np.stack([picture(images_of(read_header(path), path)[0]).values() for path in paths])
