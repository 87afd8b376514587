"""A lung project in whose tree two patients lie, drawn on, and accepted where a test wants it."""

from __future__ import annotations

from pathlib import Path

import pydicom

from annotator.domain.course import MOVE, State, Step
from annotator.domain.merge import Mode
from annotator.domain.person import Acting
from annotator.workspace import steps
from annotator.workspace.projects import ProjectFolder, open_project
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from annotator.workspace.worklist import Worklist, find_cases
from tests.workspace.study import box, free, into_the_tree, line, lung_project, small_ct

READER = "홍길동"
TIME = "2026-03-04T05:06:07.000+09:00"


def made(root: Path, scratch: Path, patients: int = 2) -> ProjectFolder:
    """Make the project; each patient has a series of three slices, on the first of which a line and an outline are drawn."""
    lung_project(root)
    for number in range(1, patients + 1):
        images = small_ct(scratch / str(number), slices=3, size=32)
        for path in sorted(images.rglob("*.dcm")):
            one = pydicom.dcmread(path)
            one.PatientName = one.PatientID = f"P{number:06d}"
            for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
                setattr(one, keyword, f"{getattr(one, keyword)[:50]}.{number}")
            one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
            one.save_as(path)
        draw(open_project(root), into_the_tree(images, root, f"P{number:06d}", "S001"))
    return open_project(root)


def draw(folder: ProjectFolder, images: Path) -> None:
    """Draw a line and an outline on the first slice, as READER."""
    session = Session(folder, Immediate(), author=READER, clock=lambda: TIME)
    session.open_folder([images])
    session.choose_tool("tool.line")
    session.perform(line((5, 5), (20, 20)))
    session.choose_tool("tool.free")
    session.choose_mode(Mode.NEW)
    session.perform(free((4, 4), (20, 4), (20, 20), (4, 20)))
    session.close()


def redraw(folder: ProjectFolder, images: Path) -> None:
    """Draw one more box on the first slice."""
    session = Session(folder, Immediate(), author=READER, clock=lambda: TIME)
    session.open_folder([images])
    session.choose_tool("tool.box")
    session.perform(box(22, 22, 30, 30))
    session.close()


def listed(folder: ProjectFolder, path: Path) -> Worklist:
    """The worklist of the project's tree."""
    worklist = Worklist(folder, path)
    find_cases(folder, worklist)
    worklist.refresh()
    return worklist


def accept(folder: ProjectFolder, case: str) -> None:
    """Let a case go all the way."""
    for state in (State.MACHINE_CHECK, State.REVIEW, State.AGREED, State.ACCEPTED):
        steps.take(folder.root, Step(case, 0, MOVE, "", "", TIME, after=state), Acting(READER), ())
