"""Sheets to deliver: the bundled lung project, an image of a file, and shapes drawn on it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path as File
from typing import Any

from annotator.dicom.header import images_of, read_header
from annotator.domain.annotation import BOX, FREE, LINE, Annotation, Shape
from annotator.domain.definition import parse_project
from annotator.domain.delivery import Names, Sheet
from annotator.domain.image import Image
from annotator.domain.path import Path
from annotator.domain.project import Project
from annotator.domain.region import Region
from annotator.paths import resources_folder

NAMES = Names("P000001", "S001", "0012", "malignant")
TIME = "2026-11-20T12:30:45+09:00"
AUTHOR = "김판독"
HOLED = Region(
    (
        (
            ((10.0, 10.0), (40.0, 10.0), (40.0, 40.0), (10.0, 40.0)),
            ((15.0, 15.0), (15.0, 20.25), (20.5, 20.0), (20.0, 15.0)),
            ((25.0, 25.0), (25.0, 35.0), (35.0, 35.0), (35.0, 25.5)),
        ),
    )
)
"""A square with two holes."""
TWO_PARTS = Region((*HOLED.parts, (((50.25, 50.0), (60.0, 50.5), (55.125, 60.0)),)))
"""The same and a triangle."""


@cache
def bundled(name: str = "lung-cancer") -> Project:
    """A project as it comes with the product."""
    folder = resources_folder() / "projects" / name
    return parse_project((folder / "project.toml").read_text(encoding="utf-8"), (folder / "categories.csv").read_text(encoding="utf-8"))[0]


def image_of(path: File | str, frame: int = 1) -> Image:
    """One image of a file."""
    return images_of(read_header(path), path)[frame - 1]


def sheet_of(path: File | str, *shapes: Shape | tuple[str, Shape], frame: int = 1, project: Project | None = None, **changes: Any) -> Sheet:
    """A sheet of a file's image; shapes alone are of the modality's first category, else of the one named."""
    used, image = project or bundled(), image_of(path, frame)
    modality = used.modality_of(image.modality) or used.modalities[-1]
    first = used.categories_of(modality)[0].key
    drawn = [shape if isinstance(shape, tuple) else (first, shape) for shape in shapes]
    annotations = tuple(Annotation(n, image.key, key, toolname_of(shape), shape) for n, (key, shape) in enumerate(drawn, start=1))
    made = Sheet(
        used, modality, image, NAMES, annotations, time=TIME, author=AUTHOR, software="annotator 0.1.0", uid_root="root of the tests"
    )
    return replace(made, **changes)


def bare(sheet: Sheet) -> Sheet:
    """The sheet as a reader gets it: whose files they are, and nothing else."""
    return replace(sheet, annotations=(), time="", author="", software="")


def toolname_of(shape: Shape) -> str:
    """What the project calls the tool of a shape."""
    if isinstance(shape, Path):
        return LINE
    return BOX if shape.is_box else FREE
