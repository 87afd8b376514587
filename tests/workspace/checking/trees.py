"""A clean project of three CT slices in the tree, one of them annotated, and ways to break one thing of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pydicom

from annotator.formats import record
from annotator.progress import Report
from annotator.workspace import projects
from annotator.workspace.checking.running import checked
from tests.workspace.study import free, into_the_tree, lung_project, opened, small_ct

PATIENT = "P000007"


def clean_project(folder: Path) -> Path:
    """Make the project: three slices in the tree under benign, a lesion of two categories on the first, saved."""
    small_ct(folder / "images", slices=3)
    root = lung_project(folder / "project").root
    images = into_the_tree(folder / "images", root)
    for path in images.iterdir():
        amend(path, PatientName=PATIENT, PatientID=PATIENT, SliceThickness="5")
    session, _ = opened(root, images)
    session.choose_tool("tool.free")
    for category, shape in (("CCT3", free((10, 10), (40, 12), (30, 40))), ("CCT4", free((44, 44), (60, 46), (50, 60)))):
        session.choose_category(category)
        session.perform(shape, 1.0)
    session.close()
    return root


def found(root: Path, **options: bool) -> list[tuple[str, str]]:
    """What a check of the project says: ids and severities, without doubles, in order."""
    with checked(projects.open_project(root), Report(), **options) as outcome:
        return sorted({(finding.check, finding.severity.value) for finding in outcome.findings()})


def amend(path: Path, **attributes: object) -> None:
    """Change attributes of a DICOM file; None takes one out."""
    dataset = pydicom.dcmread(path)
    for keyword, value in attributes.items():
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)
    dataset.save_as(path)


def the(root: Path, pattern: str) -> Path:
    """The first file of the tree that fits."""
    return sorted((root / "lung_cancer").rglob(pattern))[0]


def with_json(root: Path, change: Callable[[dict], None]) -> None:
    """Change the JSON of the annotated image."""
    path = the(root, "*.json")
    value = json.loads(path.read_text("utf-8"))
    change(value)
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")


def revision_of(root: Path) -> Path:
    """The newest revision of the only case."""
    return sorted((root / ".annotator" / "cases").rglob("rev-*.json"))[-1]


def without_record(root: Path) -> None:
    """Leave the delivered files and take away what the program keeps of the case."""
    shutil.rmtree(root / ".annotator" / "cases")


def resealed(root: Path, change: Callable[[dict], None]) -> None:
    """Change what the newest revision says, and seal it again."""
    path = revision_of(root)
    content, _ = record.unseal(path.read_bytes())
    change(content)
    path.write_bytes(record.seal(content)[0])
