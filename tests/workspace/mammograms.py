"""A study of four small mammography views and a breast project, for tests of cases."""

from __future__ import annotations

import json
from pathlib import Path

from annotator.dicom.phantom.mammography import mammography
from annotator.workspace import projects
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate

FILE = "breast_cancer/unclassified/Cancer_00001/json/Cancer_00001.json"
VIEWS = ("RCC", "LCC", "RMLO", "LMLO")


def four_views(folder: Path, seed: int = 4) -> Path:
    """Write a study of four views of 96 × 80 pixels, one series each."""
    mammography(folder, size=96, seed=seed)
    return folder


def opened(project: Path, images: Path) -> Session:
    """Open a session; each stroke comes a second after the one before."""
    ticks = iter(range(3600))
    clock = lambda: f"2026-03-04T05:{(n := next(ticks)) // 60:02}:{n % 60:02}.250+09:00"  # noqa: E731  (one line says it)
    session = Session(projects.open_project(project), Immediate(), author="판독자", clock=clock)
    session.open_folder([images])
    session.choose_tool("tool.free")
    return session


def go_to(session: Session, view: str) -> None:
    """Show a view of the open case."""
    session.show_image(next(image.key for image in session.case_images if image.view.replace(" ", "") == view))


def said(project: Path, file: str = FILE):
    """What the delivered JSON holds."""
    return json.loads((project / file).read_text(encoding="utf-8"))
