"""The JSON of an image has the keys, types, lengths and ranges of the lung project's table, and the codes of its own project."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache, lru_cache
from typing import Any

from annotator import strict_json
from annotator.checks.check import Check, Saved
from annotator.checks.schema import violations
from annotator.domain.delivery import Sheet
from annotator.domain.finding import Finding, Severity
from annotator.domain.project import PLACEHOLDERS
from annotator.i18n import Message, mark, message
from annotator.paths import resources_folder

ID = "json-follows-schema"
FORM = "lung-json"
_MOST = 20
Form = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], int, int]
"""Supercategories, codes of modalities, names of groups, highest id of a category, longest id: what a project's schema is made of."""


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name what is wrong with the JSON, the first twenty things of it; nothing where the project writes another format."""
    if FORM not in saved.sheet.project.formats or saved.sheet.path("json") not in saved.files:
        return ()
    path = saved.sheet.path("json")
    try:
        value = strict_json.loads(saved.files[path])
    except ValueError:
        return (Finding(ID, Severity.ERROR, message("it is no valid JSON in UTF-8"), path),)
    wrong = [*_violations(value, saved.sheet), *_inconsistent(saved.sheet, value)]
    found = [Finding(ID, Severity.ERROR, said, path) for said in wrong[:_MOST]]
    return (*found, *(Finding(ID, Severity.REMARK, said, path) for said in _placeholders(saved.sheet, value)))


def _violations(value: Any, sheet: Sheet) -> list[Message]:
    """What is wrong with the JSON of an image; the categories, which are the same in every file, are held against the schema once."""
    schema = schema_of(sheet)
    if not isinstance(value, dict) or "categories" not in value:
        return list(violations(value, schema))
    rest = {key: inner for key, inner in value.items() if key != "categories"}
    needed = [key for key in schema["required"] if key != "categories"]
    return [*_in_categories(json.dumps(value["categories"]), _form(sheet)), *violations(rest, {**schema, "required": needed}, schema)]


@lru_cache(maxsize=64)
def _in_categories(text: str, form: Form) -> tuple[Message, ...]:
    schema = _schema(*form)
    return tuple(violations(strict_json.loads(text), schema["properties"]["categories"], schema, "categories"))


def schema_of(sheet: Sheet) -> dict[str, Any]:
    """Return the schema of the table with the codes, group names, ids and lengths of the sheet's own project."""
    return _schema(*_form(sheet))


def _form(sheet: Sheet) -> Form:
    project = sheet.project
    return (
        tuple(sorted({category.supercategory for category in project.categories})),
        tuple(modality.code for modality in project.modalities),
        tuple(sorted({category.grp_name for category in project.categories})),
        max((category.id for category in project.categories), default=1),
        project.id_limit,
    )


@lru_cache(maxsize=4)
def _schema(supercategories: tuple[str, ...], codes: tuple[str, ...], groups: tuple[str, ...], last: int, longest: int) -> dict[str, Any]:
    schema = deepcopy(_table())
    known = schema["$defs"]
    known["supercategory"]["enum"] = list(supercategories)
    known["modality"]["enum"] = list(codes)
    known["group_name"]["enum"] = list(groups)
    known["category_id"]["maximum"] = last
    known["pseudonym"]["maxLength"] = longest
    return schema


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = strict_json.loads((resources_folder() / "schema" / "lung-json.schema.json").read_bytes())
    return found


def _inconsistent(sheet: Sheet, value: Any) -> list[Message]:
    """What the table cannot say: the size is the image's, the categories are the modality's, ids come once."""
    found = []
    images, categories, annotations = (_entries(value, key) for key in ("images", "categories", "annotations"))
    if any((image.get("width"), image.get("height")) != (sheet.image.columns, sheet.image.rows) for image in images):
        found.append(message("width and height are not those of the image"))
    listed = [(entry.get("supercategory"), entry.get("id"), entry.get("name")) for entry in categories]
    if listed != [(c.supercategory, c.id, c.name) for c in sheet.categories]:
        found.append(message("the categories are not those of the modality"))
    ids = [str(entry.get("id")) for entry in annotations]
    if len(set(ids)) != len(ids):
        found.append(message("an annotation's id stands twice"))
    return found


def _placeholders(sheet: Sheet, value: Any) -> list[Message]:
    info = value.get("info") if isinstance(value, dict) else None
    blocks = (info if isinstance(info, dict) else {}, next(iter(_entries(value, "images")), {}))
    texts = {key: sheet.project.placeholder(key) for key in (*PLACEHOLDERS, *sheet.project.placeholders)}
    in_info, in_image = ([key for key, text in texts.items() if text and block.get(key) == text] for block in blocks)
    return [
        *(message("info.{key} has no value in project.toml; a placeholder stands there", key=key) for key in in_info),
        *(message("{key} has no value in the source image; a placeholder stands there", key=key) for key in in_image),
    ]


def _entries(value: Any, key: str) -> list[dict[str, Any]]:
    listed = value.get(key) if isinstance(value, dict) else None
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


CHECK = Check(ID, Severity.ERROR, mark("The JSON follows its schema"), run)
