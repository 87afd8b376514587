"""A small chest CT and a project to mark it in, for tests of everything above the domain."""

import shutil
from pathlib import Path

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace import projects
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate


def small_ct(folder: Path, slices: int = 5, size: int = 64) -> Path:
    """Write a tiny chest CT and return its folder."""
    chest_ct(folder, slices=slices, size=size)
    return folder


def lung_project(folder: Path):
    """Make a lung project."""
    return projects.create("lung-cancer", folder)


def opened(project: Path, images: Path) -> tuple[Session, Immediate]:
    """Open a session on a project and a folder; everything has happened when this returns."""
    tasks = Immediate()
    session = Session(projects.open_project(project), tasks, author="판독자", clock=lambda: "2026-03-04T05:06:07.000+09:00")
    session.open_folder([images])
    return session, tasks


def box(x1: float, y1: float, x2: float, y2: float, *, control: bool = False) -> Stroke:
    """The stroke of a box."""
    return Stroke(Makes.BOX, ((x1, y1), (x2, y2)), control)


def free(*points: tuple[float, float]) -> Stroke:
    """A freehand stroke."""
    return Stroke(Makes.REGION, points)


def line(*points: tuple[float, float]) -> Stroke:
    """A line."""
    return Stroke(Makes.PATH, points)


def into_the_tree(images: Path, project: Path, patient: str = "P000007", series: str = "S003") -> Path:
    """Copy images to where the lung project keeps de-identified chest CT, by its names; returns their folder."""
    folder = project / "lung_cancer" / "chest-ct" / "benign" / patient / series / "dcm"
    folder.mkdir(parents=True)
    for number, path in enumerate(sorted(images.rglob("*.dcm")), start=1):
        shutil.copy(path, folder / f"cct_{patient}_{series}_{number:04d}.dcm")
    return folder
