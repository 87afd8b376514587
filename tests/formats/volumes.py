"""Small series in any direction, drawn on slice by slice, and what a format makes of them."""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from annotator.dicom.header import images_of, read_header
from annotator.domain.annotation import Annotation, Shape
from annotator.domain.exchange import Chosen, Item, Page, Source, Written
from annotator.domain.image import Image
from annotator.domain.raster import Mask, shape_mask
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange
from tests.dicom.written import dataset, saved
from tests.formats.sheets import NAMES, bundled, sheet_of, toolname_of

ROWS, COLUMNS, SLICES = 9, 12, 4
TURNED = (math.cos(0.3), math.sin(0.3) * math.cos(0.5), math.sin(0.3) * math.sin(0.5))
ACROSS = (-math.sin(0.3), math.cos(0.3) * math.cos(0.5), math.cos(0.3) * math.sin(0.5))
DIRECTIONS: Mapping[str, dict[str, Any]] = {
    "axial": {},
    "anisotropic": {"spacing": (0.7031, 1.9), "step": 3.27},
    "oblique": {"row": TURNED, "column": ACROSS, "spacing": (0.4321, 0.8765), "step": 1.3, "first": (-123.456789, 7.1, 88.125)},
    "sagittal": {"row": (0, 1, 0), "column": (0, 0, -1), "spacing": (1.1, 0.9), "step": 1.0},
}


def write_series(
    folder: Path, *, row: Sequence[float] = (1, 0, 0), column: Sequence[float] = (0, 1, 0), spacing: tuple[float, float] = (1.0, 1.0),
    step: float = 1.0, first: Sequence[float] = (-10.5, -20.25, 3.0), places: Sequence[float] | None = None, shift: float = 0.0,
    number: int = 1, **more: Any,
) -> list[Path]:  # fmt: skip
    """Write CT slices of ROWS × COLUMNS, `step` mm apart along their normal (or at `places`), and return the files in spatial order.

    `shift` moves each slice by so much more along its rows, as a tilted gantry does.
    """
    normal, made = np.cross(row, column), []
    for index, height in enumerate(places if places is not None else [abs(step) * n for n in range(SLICES)]):
        place = np.array(first) + normal * height + np.array(row) * shift * index
        pixels = (np.arange(ROWS * COLUMNS, dtype=np.int16) + 100 * index).reshape(ROWS, COLUMNS)
        attributes: dict[str, Any] = {
            "SOPInstanceUID": f"1.2.3.{number}.{index + 1}", "SeriesInstanceUID": f"1.2.3.{number}", "StudyInstanceUID": "1.2.3",
            "FrameOfReferenceUID": "1.2.3.99", "InstanceNumber": index + 1, "PatientName": "홍길동", "PatientBirthDate": "19600101",
            "PatientSex": "M", "SpecificCharacterSet": "ISO_IR 192", "SliceThickness": "1",
            "ImagePositionPatient": [f"{v:.10f}"[:16] for v in place],
            "ImageOrientationPatient": [f"{v:.12f}"[:16] for v in (*row, *column)],
            "PixelSpacing": [str(v) for v in spacing], "RescaleIntercept": "-1024", "RescaleSlope": "1",
        }  # fmt: skip
        path = folder / f"{number}-{index + 1:02d}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        made.append(saved(dataset(pixels, **attributes | more), path))
    return made


def items_of(paths: Sequence[Path], drawn: Mapping[int, Sequence[tuple[str, Shape]]] | None = None, **changes: Any) -> list[Item]:
    """The items of a series: (category, shape) by number of the slice from 0."""
    found = []
    for index, path in enumerate(paths):
        names = replace(NAMES, image=f"{index + 1:04d}")
        sheet = sheet_of(path, *(drawn or {}).get(index, ()), **{"names": names, **changes})
        found.append(Item(sheet, f"{sheet.modality.prefix}_{names.patient}_{names.series}_{names.image}"))
    return found


def drawn_on(items: Sequence[Item], shapes: Mapping[int, Sequence[tuple[str, Shape]]]) -> list[Item]:
    """The same items with other shapes."""
    return [
        replace(item, sheet=replace(item.sheet, annotations=tuple(
            Annotation(n, item.sheet.image.key, key, toolname_of(shape), shape) for n, (key, shape) in enumerate(shapes.get(index, ()), 1)
        )))
        for index, item in enumerate(items)
    ]  # fmt: skip


def oblique_items(factory: pytest.TempPathFactory, shapes: Mapping[int, Sequence[tuple[str, Shape]]]) -> list[Item]:
    """The items of a series that lies obliquely, with such shapes."""
    return drawn_on(items_of(write_series(factory.mktemp("oblique"), **DIRECTIONS["oblique"])), shapes)


def images_in(folder: Path, pattern: str = "*.dcm") -> list[Image]:
    """The images of the DICOM files in a folder."""
    return [image for path in sorted(folder.glob(pattern)) for image in images_of(read_header(path), path)]


def results_of(exchange: Exchange, files: Mapping[str, bytes], images: Iterable[Image]) -> list[Page | AnnotatorError]:
    """All that a format says of files, errors among it."""
    assert exchange.read is not None
    return list(exchange.read(Source(tuple(files), files.__getitem__, tuple(images), bundled())))


def errors_on_real_images(exchange: Exchange, series: Path, to: Path, shapes: Mapping[int, Sequence[tuple[str, Shape]]], *,
                          in_tree: bool, **values: str) -> list[str]:
    """The errors that `dciodvfy` finds in the file that a format writes of four slices of a real series."""
    drawn = drawn_on(items_of(sorted(series.glob("*.dcm"))[10:14], in_tree=in_tree), shapes)
    name, content = next((name, content) for name, content in files_of(exchange, drawn, **values)[0].items() if name.endswith(".dcm"))
    (to / name).write_bytes(content)
    return told_by_dciodvfy(to / name)


def told_by_dciodvfy(path: Path) -> list[str]:
    """The errors that `dciodvfy` finds in a file."""
    done = subprocess.run([shutil.which("dciodvfy") or "", "-new", str(path)], capture_output=True, text=True, timeout=60, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    assert any("Segmentation" in line or "RTStructureSet" in line for line in lines), lines
    return [line for line in lines if line.startswith("Error")]


def files_of(exchange: Exchange, items: Sequence[Item], **values: str) -> tuple[dict[str, bytes], Written]:
    """All files of a data set of one series, and what writing the series returned."""
    chosen = Chosen(bundled(), values, tuple(dict.fromkeys(item.split for item in items if item.split)))
    written = exchange.write(items, chosen)
    return {**written.files, **exchange.finish([written.part], chosen)}, written


def read_back(exchange: Exchange, files: Mapping[str, bytes], images: Sequence[Image]) -> list[Page]:
    """The pages of a data set, none of them an error."""
    assert exchange.read is not None
    found = list(exchange.read(Source(tuple(sorted(files)), files.__getitem__, tuple(images), bundled())))
    assert [error for error in found if isinstance(error, AnnotatorError)] == []
    return [page for page in found if isinstance(page, Page)]


def masks_of(pages: Sequence[Page], images: Sequence[Image]) -> dict[tuple[str, str], Mask]:
    """(SOPInstanceUID, category key) → the mask of all that is on the image in that category."""
    sizes = {image.key: (image.rows, image.columns) for image in images}
    parts: dict[tuple[str, str], list[Mask]] = {}
    for page in pages:
        assert page.where.key is not None
        for mark in page.marks:
            parts.setdefault((page.where.key.uid, mark.label.key), []).append(shape_mask(mark.shape, *sizes[page.where.key], 2.0))
    return {key: reduce(or_, masks) for key, masks in parts.items()}


def wanted(items: Sequence[Item]) -> dict[tuple[str, str], Mask]:
    """The same of what is drawn."""
    parts: dict[tuple[str, str], list[Mask]] = {}
    for item in items:
        for a in item.sheet.annotations:
            mask = shape_mask(a.shape, item.sheet.image.rows, item.sheet.image.columns, 2.0)
            parts.setdefault((item.sheet.image.key.uid, a.category), []).append(mask)
    return {key: reduce(or_, masks) for key, masks in parts.items()}


def images_of_items(items: Sequence[Item]) -> list[Image]:
    """The images of items."""
    return [item.sheet.image for item in items]


def any_mask() -> st.SearchStrategy[Mask]:
    """Any mask that sets a pixel: holes, pixels that touch at a corner, single pixels."""
    return arrays(bool, (ROWS, COLUMNS), elements=st.booleans()).filter(lambda found: bool(found.any())).map(Mask.of)
