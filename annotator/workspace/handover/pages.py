"""Describe a delivery: what it is, how much of it there is against the targets, its fields, its history, and what is not in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator import strict_json
from annotator.domain.project import Project
from annotator.formats.sheets import Cell, workbook
from annotator.i18n import mark, message, say_in
from annotator.paths import resources_folder
from annotator.workspace.handover.chosen import Absent

WORKBOOK, PLAIN = "description.xlsx", "description.json"
_MOST = 5_000
"""Rows of changes and of absent cases that the workbook lists; the plain file says how many there are in all."""
Table = tuple[str, tuple[str, ...], Sequence[Sequence[Cell]]]


@dataclass(frozen=True)
class Version:
    """A delivery that was made before: its version, time and counts."""

    version: str
    time: str
    images: int
    files: int


@dataclass(frozen=True)
class Told:
    """All that a description says."""

    project: Project
    version: str
    time: str
    amounts: Sequence[tuple[str, str, int, int, int, int]]
    """Modality, class, cases, patients, images, annotated images."""
    categories: Mapping[str, int]
    absent: Sequence[Absent]
    versions: Sequence[Version]
    changes: Sequence[tuple[str, str]]
    changed: Mapping[str, int]
    """added, removed, changed → how many files."""

    @property
    def images(self) -> int:
        """How many images there are."""
        return sum(row[4] for row in self.amounts)


def description(told: Told, language: str) -> tuple[bytes, bytes]:
    """Return the workbook in a language (`ko` or `en`), and the same as JSON."""
    return workbook(_tables(told, language)), json.dumps(_plain(told), ensure_ascii=False, indent=1).encode()


def _tables(told: Told, language: str) -> list[Table]:
    def say(text: str) -> str:
        return say_in(language, message(text))

    project = told.project
    about: list[Sequence[Cell]] = [
        (say(mark("Name")), project.name_en if language == "en" else project.name),
        (say(mark("Purpose")), project.description),
        (say(mark("Participating institutions")), project.contributor),
        (say(mark("Version of the delivery")), told.version),
        (say(mark("Made at")), told.time[:19].replace("T", " ")),
        (say(mark("Cases")), sum(row[2] for row in told.amounts)),
        (say(mark("Images")), told.images),
        (say(mark("Annotated images")), sum(row[5] for row in told.amounts)),
    ]
    names = {c.key: c.name_en if language == "en" else c.name for c in project.categories}
    absent = [(*_ids(a), say_in(language, a.why)) for a in told.absent[:_MOST]]
    kinds = {"added": say(mark("added")), "removed": say(mark("removed")), "changed": say(mark("changed"))}
    return [
        (say(mark("Data set")), (say(mark("Item")), say(mark("Content"))), about),
        (say(mark("Amounts")), tuple(map(say, (mark("Modality"), mark("Class"), mark("Cases"), mark("Patients"), mark("Images"),
         mark("Annotated images"), mark("Target, images"), mark("Target, patients"), mark("Reached (%)")))), _amounts(told)),
        (say(mark("Categories")), (say(mark("Key")), say(mark("Name")), say(mark("Annotations"))),
         [(key, names.get(key, key), count) for key, count in sorted(told.categories.items())]),
        (say(mark("Fields")), tuple(map(say, (mark("File"), mark("Field"), mark("Type"), mark("Longest"), mark("Required")))),
         list(fields(project))),
        (say(mark("History")), tuple(map(say, (mark("Version"), mark("Made at"), mark("Images"), mark("Files")))),
         [(v.version, v.time[:19].replace("T", " "), v.images, v.files) for v in told.versions]),
        (say(mark("Changes")), (say(mark("What")), say(mark("File"))), [(kinds[kind], path) for kind, path in told.changes[:_MOST]]),
        (say(mark("Not in it")), tuple(map(say, (mark("Patient"), mark("Series"), mark("Modality"), mark("Class"), mark("Reason")))),
         absent),
    ]  # fmt: skip


def _ids(absent: Absent) -> tuple[str, str, str, str]:
    entry = absent.entry
    return entry.patient, entry.series, entry.modality, entry.class_folder


def _amounts(told: Told) -> list[Sequence[Cell]]:
    """What there is beside what was to be collected; a target of which there is nothing yet has a row too."""
    there = {(row[0], row[1]): row for row in told.amounts}
    targets = {(amount.modality, amount.class_folder): amount for amount in told.project.quality.amounts}
    rows = list[Sequence[Cell]]()
    for key in sorted(there.keys() | targets.keys()):
        row, target = there.get(key, (*key, 0, 0, 0, 0)), targets.get(key)
        wanted = (target.images, target.patients) if target is not None else (None, None)
        reached = round(100.0 * row[4] / wanted[0], 2) if wanted[0] else None
        rows.append((*row, *wanted, reached))
    return rows


def fields(project: Project) -> Iterable[tuple[str, str, str, Cell, str]]:
    """Yield the fields of the JSON that the project delivers, out of its schema: file, path, type, longest text, whether required."""
    for name in project.formats:
        path = resources_folder() / "schema" / f"{name}.schema.json"
        if path.is_file():
            schema = strict_json.loads(path.read_bytes())
            yield from ((f"{name}", *row) for row in _fields(schema, schema, "", required=True))


def _fields(schema: Mapping[str, Any], whole: Mapping[str, Any], path: str, *, required: bool) -> Iterable[tuple[str, str, Cell, str]]:
    found = _resolved(schema, whole)
    kind = found.get("type", "")
    if path:
        yield path, str(kind), found.get("maxLength"), "M" if required else ""
    if "items" in found and isinstance(found["items"], dict):
        yield from _fields(found["items"], whole, f"{path}[]", required=required)
    for name, inner in found.get("properties", {}).items():
        yield from _fields(inner, whole, f"{path}.{name}".lstrip("."), required=name in found.get("required", ()))


def _resolved(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    return whole.get("$defs", {}).get(name, {}) if name else schema


def _plain(told: Told) -> dict[str, object]:
    return {
        "id": told.project.id,
        "name": told.project.name,
        "name_en": told.project.name_en,
        "purpose": told.project.description,
        "institutions": told.project.contributor,
        "version": told.version,
        "time": told.time,
        "amounts": [dict(zip(("modality", "class", "cases", "patients", "images", "annotated"), row, strict=True)) for row in told.amounts],
        "annotations": dict(told.categories),
        "absent": len(told.absent),
        "changes": dict(told.changed),
        "history": [vars(version) for version in told.versions],
    }

