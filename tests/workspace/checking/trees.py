"""A clean project of three CT slices in the tree, one of them annotated, and ways to break one thing of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pydicom

from annotator.domain.annotation import LINE, Annotation
from annotator.domain.course import MOVE, State, Step
from annotator.domain.path import Path as Line
from annotator.domain.person import Acting
from annotator.formats import record
from annotator.progress import Report
from annotator.workspace import projects, revisions, steps
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


def with_line(root: Path) -> str:
    """Let the case be in its second pass, with a line that nothing answers; returns its id."""
    path = revision_of(root)
    revision = revisions.decode(path.read_bytes())
    ((key, drawn),) = revision.document.annotations.items()
    line = Annotation(9, key, "CCT3", LINE, Line((((3.0, 60.0), (6.0, 62.0)),)))
    document = replace(revision.document, annotations={key: (*drawn, line)}, issued={key: 9})
    path.write_bytes(revisions.encode(replace(revision, document=document, regions_only=True))[0])
    return revision.case


def move(root: Path, case: str, *states: State) -> None:
    """Let a case go through states, as somebody in a project without people does it."""
    for state in states:
        step = Step(case, 0, MOVE, "", "", "2026-03-04T05:06:07+09:00", after=state, reason="다시 그립니다")
        steps.take(root, step, Acting("김판독"), ())


def step_of(root: Path, number: int) -> Path:
    """The file of a step of the only case."""
    return next((root / ".annotator" / "cases").rglob(f"step-{number:06d}-*.json"))


def log_of(root: Path) -> Path:
    """The only file of the log."""
    return next((root / ".annotator" / "log").iterdir())
