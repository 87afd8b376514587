"""Small cases to save: a project with two plain formats, sheets, drawings, and a row of edits that is the same every time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from annotator.domain.annotation import Annotation, Drawn
from annotator.domain.category import Category
from annotator.domain.delivery import Names, Reading, Sheet
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit
from annotator.domain.facts import DISCARD
from annotator.domain.image import Image, ImageKey
from annotator.domain.project import MaskRule, Modality, Project
from annotator.domain.raster import Mask, shape_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.formats import record
from annotator.formats.format import CASE as CASE_UNIT
from annotator.formats.format import Format
from annotator.i18n import message

CASE = "1.2.826.7.1"
KEYS = tuple(ImageKey(f"1.2.826.7.1.{n}") for n in range(1, 4))
CATEGORIES = tuple(
    Category("CCT", "Chest CT", 1, "악성", n, name, name, "#ff8800", str(n)) for n, name in enumerate(("악성", "전이성_병변", "양성"), 1)
)
CHEST = Modality("CCT", "chest-ct", "cct", ("CT",), "CCT")
PROJECT = Project(
    id="plain", name="폐암", name_en="Lung", description="", version="1.0", contributor="", modalities=(CHEST,), categories=CATEGORIES,
    classes=("benign", "malignant"), unclassified="unclassified", blind=False, mask=MaskRule(line_width=2.0), formats=("plain", "masks"),
    patterns={"json": "{folder}/{class}/{image}.json", "label": "{folder}/{class}/{patient}.case.json",
              "mask": "{folder}/{class}/binary/{image}_{category}.mask"},
)


@dataclass(frozen=True)
class Place:
    """A project folder without its definition file."""

    root: Path
    project: Project = field(default=PROJECT)
    read_only: bool = False


def _json_paths(sheet: Sheet) -> tuple[str, ...]:
    return (sheet.path("json"),)


def _write_json(sheet: Sheet) -> Mapping[str, bytes]:
    if not sheet.annotations:
        return {}
    return {sheet.path("json"): record.dumps({"made": sheet.time, "drawn": [record.encode_annotation(a) for a in sheet.annotations]})}


def _read_json(sheet: Sheet, files: Mapping[str, bytes]) -> Reading:
    content = files.get(sheet.path("json"))
    return Reading(tuple(map(record.decode_annotation, record.loads(content)["drawn"])) if content else ())


def _mask_paths(sheet: Sheet) -> tuple[str, ...]:
    return tuple(sheet.path("mask", category) for category in sheet.categories)


def _write_masks(sheet: Sheet) -> Mapping[str, bytes]:
    rows, columns = sheet.image.rows, sheet.image.columns
    files = {}
    for category in sheet.categories:
        mask = Mask.none(rows, columns)
        for annotation in sheet.annotations:
            if annotation.category == category.key:
                mask = mask | shape_mask(annotation.shape, rows, columns, sheet.project.mask.line_width)
        if not mask.empty:
            files[sheet.path("mask", category)] = np.packbits(mask.array()).tobytes() + sheet.time.encode()
    return files


def _read_masks(sheet: Sheet, files: Mapping[str, bytes]) -> Reading:
    rows, columns = sheet.image.rows, sheet.image.columns
    found = []
    for category in sheet.categories:
        content = files.get(sheet.path("mask", category))
        if content:
            bits = np.unpackbits(np.frombuffer(content[: rows * columns // 8], np.uint8)).astype(bool).reshape(rows, columns)
            found.append(Annotation(len(found) + 1, sheet.image.key, category.key, "Free", trace(Mask.of(bits))))
    return Reading(tuple(found))


FORMATS = (
    Format("plain", "Plain JSON", (), _json_paths, _write_json, _read_json),
    Format("masks", "Plain masks", (), _mask_paths, _write_masks, _read_masks),
)


def _case_paths(sheet: Sheet) -> tuple[str, ...]:
    return (sheet.path("label"),)


def _write_case(sheet: Sheet) -> Mapping[str, bytes]:
    drawn = [record.encode_annotation(a) for own in sheet.siblings for a in own.annotations]
    if not drawn and DISCARD not in sheet.facts:
        return {}
    return {sheet.path("label"): record.dumps({"made": sheet.time, "drawn": drawn, "discarded": DISCARD in sheet.facts})}


def _read_case(sheet: Sheet, files: Mapping[str, bytes]) -> Reading:
    if sheet.path("label") not in files:
        return Reading()
    found = record.loads(files[sheet.path("label")])
    own = {sibling.image.key for sibling in sheet.siblings}
    drawn = tuple(a for a in map(record.decode_annotation, found["drawn"]) if a.image in own)
    return Reading(drawn, facts={DISCARD: ""} if found["discarded"] else {})


WHOLE = Format("whole", "Plain case", (), _case_paths, _write_case, _read_case, unit=CASE_UNIT)


def sheets(document: Document, time: str = "2024-05-01T10:00:00+09:00", class_folder: str = "benign") -> tuple[Sheet, ...]:
    """The sheets of all images of the case."""
    images = [Image(key, f"/data/{n}.dcm", 1, 32, 40, "CT", "", "", "") for n, key in enumerate(KEYS, 1)]
    names = [Names("P000001", "S001", f"{n:04d}", class_folder) for n in range(1, len(KEYS) + 1)]
    return tuple(
        Sheet(PROJECT, CHEST, image, name, document.on(image.key), time=time, author="김판독", software="test", facts=document.facts)
        for image, name in zip(images, names, strict=True)
    )


def box(number: int, image: ImageKey = KEYS[0], category: str = "CCT1", tag: str = "") -> Annotation:
    """A box that sets some pixels; `tag` tells one from another."""
    x, y = number * 7 % 30, number * 5 % 24
    drawn = Drawn("김판독", tag, 40.0, 400.5, 2.0, 3)
    return Annotation(number, image, category, "Box", Region.box(x, y, x + 3.25, y + 4.5), drawn, "tool.box")


def drawing(annotation: Annotation) -> Edit:
    """The edit that draws it."""
    return Edit(message("draw {what}", what=message("box")), (Change(None, annotation),))


def document(*annotations: Annotation) -> Document:
    """A document with these annotations."""
    found: dict[ImageKey, tuple[Annotation, ...]] = {}
    for annotation in annotations:
        found[annotation.image] = (*found.get(annotation.image, ()), annotation)
    return Document(found, {key: max(a.id for a in drawn) for key, drawn in found.items()})


def step(number: int, now: Document) -> Edit:
    """The edit with this number in a row that draws, moves, recategorises and deletes on three images."""
    key = KEYS[number % 3]
    there = now.on(key)
    if number % 7 == 6 and there:
        return Edit(message("delete"), tuple(Change(a, None) for a in there))
    if number % 4 == 3 and there:
        return Edit(message("change category"), (Change(there[0], replace(there[0], category=f"CCT{number % 3 + 1}", parent=None)),))
    return drawing(box(now.next_id(key), key, f"CCT{number % 2 + 1}", tag=f"edit {number}"))
