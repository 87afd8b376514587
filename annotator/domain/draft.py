"""A definition while a person edits it: rows of categories and of attributes as texts, right or wrong, and the project file's own text.

Every function returns a new draft.  The project file is changed value by value (`annotator.domain.toml_edit`), so that comments and order
stay; the table is written anew with all its columns, also those that the program does not know.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotator.domain.attribute import CHOICE
from annotator.domain.category_table import COLUMNS, parse_table, raw_table, write_table
from annotator.domain.definition import parse_project
from annotator.domain.toml_edit import with_table, with_value, without
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message

Cells = Mapping[str, str]
ATTRIBUTE_COLUMNS = ("key", "name", "name_en", "kind", "choices", "unit", "min", "max", "required", "categories")
YES = "true"


@dataclass(frozen=True)
class Draft:
    """`heading` and `rows` are the table; `attributes` are rows of ATTRIBUTE_COLUMNS; `exclusive` holds the codes of modalities."""

    toml: str
    heading: tuple[str, ...]
    rows: tuple[Cells, ...]
    attributes: tuple[Cells, ...] = ()
    exclusive: frozenset[str] = frozenset()
    crlf: bool = False

    @property
    def modalities(self) -> tuple[tuple[str, str], ...]:
        """Code and supercategory of each modality of the project file."""
        return tuple((entry["code"], entry.get("supercategory", entry["code"])) for entry in tomllib.loads(self.toml).get("modality", ()))

    def table_bytes(self) -> bytes:
        """The category definition as a file."""
        return write_table(self.heading, self.rows)

    def toml_text(self) -> str:
        """The project file with what was edited in it; raises AnnotatorError for cells that cannot be written."""
        text = self.toml
        for place, entry in enumerate(tomllib.loads(text).get("modality", ())):
            if entry.get("exclusive", False) != (entry["code"] in self.exclusive):
                text = with_value(text, ("modality", place, "exclusive"), entry["code"] in self.exclusive)
        return _with_attributes(text, [_values(row, number) for number, row in enumerate(self.attributes, 1)])

    def toml_bytes(self) -> bytes:
        """The same as a file, with the line ends it had."""
        text = self.toml_text()
        return (text.replace("\n", "\r\n") if self.crlf else text).encode("utf-8")


def begin(toml: str, table: str) -> Draft:
    """Return the draft of two texts; raises AnnotatorError where they cannot be edited as tables."""
    heading, rows = raw_table(table)
    crlf, plain = "\r\n" in toml, toml.replace("\r\n", "\n").lstrip("\ufeff")
    try:
        values = tomllib.loads(plain)
        attributes = tuple(_cells(entry) for entry in values.get("attribute", ()))
        exclusive = frozenset(str(entry["code"]) for entry in values.get("modality", ()) if entry.get("exclusive", False))
    except (tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError) as error:
        cause = message("it cannot be read as a project file")
        raise AnnotatorError(message("Reading {file}", file="project.toml"), cause, message("Put it right in an editor first")) from error
    return Draft(plain, heading, rows, attributes, exclusive, crlf)


def with_cell(rows: tuple[Cells, ...], row: int, column: str, value: str) -> tuple[Cells, ...]:
    """Return the rows with one cell changed."""
    return (*rows[:row], {**rows[row], column: value.strip()}, *rows[row + 1 :])


def moved(rows: tuple[Cells, ...], row: int, to: int) -> tuple[Cells, ...]:
    """Return the rows with one of them at another place."""
    rest = [*rows[:row], *rows[row + 1 :]]
    rest.insert(min(max(to, 0), len(rest)), rows[row])
    return tuple(rest)


def removed(rows: tuple[Cells, ...], row: int) -> tuple[Cells, ...]:
    """Return the rows without one."""
    return (*rows[:row], *rows[row + 1 :])


def with_category(draft: Draft, after: int, colour: str) -> Draft:
    """Return the draft with a new category below the row `after`, of its supercategory and group, with the next free id and key."""
    like = draft.rows[after] if 0 <= after < len(draft.rows) else {}
    own = like.get("supercategory", draft.modalities[0][1] if draft.modalities else "")
    there = [row for row in draft.rows if row["supercategory"] == own]
    number = 1 + max((int(row["id"]) for row in there if row["id"].isdigit()), default=0)
    keys = {row["key"] for row in there}
    key = next((str(n) for n in (*range(1, 10), 0) if str(n) not in keys), "")
    kept = ("supercategory", "supercategory_name", "grp_id", "grp_name")
    new = {**dict.fromkeys(draft.heading, ""), **{column: like.get(column, "") for column in kept}}
    new |= {"supercategory": own, "grp_id": like.get("grp_id", "") or "1", "id": str(number), "colour": colour, "key": key}
    return replace(draft, rows=(*draft.rows[: after + 1], new, *draft.rows[after + 1 :]))


def with_attribute(draft: Draft, after: int) -> Draft:
    """Return the draft with a new attribute below the row `after`."""
    keys = {row["key"] for row in draft.attributes}
    key = next(name for n in range(1, 1000) if (name := f"attribute_{n}") not in keys)
    new = {**dict.fromkeys(ATTRIBUTE_COLUMNS, ""), "key": key, "kind": "yes-no"}
    return replace(draft, attributes=(*draft.attributes[: after + 1], new, *draft.attributes[after + 1 :]))


def row_errors(draft: Draft) -> dict[tuple[int, str], Message]:
    """Return what is wrong in the table by (row, column): each row by itself, then what is wrong between rows."""
    found: dict[tuple[int, str], Message] = {}
    supercategories = tuple(dict.fromkeys(own for _, own in draft.modalities))
    limits = tomllib.loads(draft.toml).get("limits", {})
    for place, row in enumerate(draft.rows):
        wrong = _table_error((draft.heading, (row,)), supercategories, limits)
        if wrong is not None:
            found[place, wrong[1]] = wrong[2]
    sound = [place for place in range(len(draft.rows)) if place not in {place for place, _ in found}]
    between = _table_error((draft.heading, tuple(draft.rows[place] for place in sound)), supercategories, limits) if sound else None
    if between is not None and between[0] < len(sound):
        found[sound[between[0]], between[1]] = between[2]
    return found


def attribute_errors(draft: Draft) -> dict[tuple[int, str], Message]:
    """Return what is wrong with the attributes by (row, column): each by itself, then what is wrong between them."""
    found: dict[tuple[int, str], Message] = {}
    bare = replace(draft, attributes=())
    for place, row in enumerate(draft.attributes):
        wrong = _attribute_error(replace(bare, attributes=(row,)))
        if wrong is not None:
            found[place, wrong[0]] = wrong[1]
    keys = [row["key"] for row in draft.attributes]
    for place, key in enumerate(keys):
        if key and key in keys[:place]:
            found.setdefault((place, "key"), message("“{value}” stands twice", value=key))
    return found


def choices_text(answers: Sequence[Mapping[str, Any]]) -> str:
    """Write choices in one cell: `smooth=매끈함/Smooth; spiculated=침상/Spiculated`."""
    return "; ".join(f"{a.get('value', '')}={a.get('name', a.get('value', ''))}/{a.get('name_en', a.get('name', ''))}" for a in answers)


def choices_of(text: str) -> list[dict[str, str]]:
    """Read choices from one cell; what is left out is the same as what stands before it."""
    found = []
    for part in (part.strip() for part in text.split(";")):
        if part:
            value, _, names = part.partition("=")
            name, _, english = names.partition("/")
            name = name.strip() or value.strip()
            found.append({"value": value.strip(), "name": name, "name_en": english.strip() or name})
    return found


def _table_error(
    table: tuple[tuple[str, ...], tuple[Cells, ...]], supercategories: Sequence[str], limits: Mapping[str, int]
) -> tuple[int, str, Message] | None:
    try:
        parse_table(write_table(*table).decode("utf-8-sig"), "", supercategories, limits)
    except AnnotatorError as error:
        place = dict(error.doing.values)
        line, column = place.get("line"), place.get("column")
        told = message("{cause}. {remedy}", cause=error.cause, remedy=error.remedy)
        return (line if isinstance(line, int) else 2) - 2, str(column or COLUMNS[0]), told
    return None


def _attribute_error(draft: Draft) -> tuple[str, Message] | None:
    """What is wrong with the one attribute of a draft whose other parts are sound; None also where those are not."""
    try:
        parse_project(draft.toml_text(), draft.table_bytes().decode("utf-8-sig"))
    except AnnotatorError as error:
        key = str(dict(error.doing.values).get("key", ""))
        if key.startswith("attribute."):
            return key.split(".")[1], message("{cause}. {remedy}", cause=error.cause, remedy=error.remedy)
    return None


def _cells(entry: Mapping[str, Any]) -> dict[str, str]:
    cells = {column: str(entry.get(column, "")) for column in ATTRIBUTE_COLUMNS}
    cells["choices"] = choices_text(entry.get("choices", ()))
    cells["categories"] = " ".join(entry.get("categories", ()))
    cells["required"] = YES if entry.get("required", False) else ""
    return cells


def _values(cells: Cells, number: int) -> dict[str, Any]:
    """An attribute as it stands in the project file; an empty cell is no key."""
    values: dict[str, Any] = {"key": cells["key"], "name": cells["name"] or cells["key"]}
    if cells["name_en"]:
        values["name_en"] = cells["name_en"]
    values["kind"] = cells["kind"]
    if cells["kind"] == CHOICE or cells["choices"]:
        values["choices"] = choices_of(cells["choices"])
    if cells["unit"]:
        values["unit"] = cells["unit"]
    for limit in ("min", "max"):
        if cells[limit]:
            values[limit] = _number(cells[limit], limit, number)
    if cells["required"]:
        values["required"] = True
    if cells["categories"]:
        values["categories"] = cells["categories"].replace(",", " ").split()
    return values


def _number(text: str, key: str, number: int) -> int | float:
    try:
        value = float(text.replace(",", "."))
        return int(value) if value == int(value) else value
    except (ValueError, OverflowError):
        place = message("Reading {file}, line {line}, key “{key}”", file="project.toml", line=number, key=f"attribute.{key}")
        told = message("“{value}” is no number", value=text)
        raise AnnotatorError(place, told, message("Write a number, as {example}", example="10")) from None


def _with_attributes(text: str, wanted: Sequence[Mapping[str, Any]]) -> str:
    """Change the tables `[[attribute]]` to those wanted; a table keeps its place and comments as long as its key is the same."""
    there = [dict(entry) for entry in tomllib.loads(text).get("attribute", ())]
    if [entry.get("key") for entry in there] != [entry["key"] for entry in wanted][: len(there)]:
        kept = [entry["key"] for entry in wanted]
        for place in reversed(range(len(there))):
            if there[place].get("key") not in kept:
                text = without(text, ("attribute", place))
        there = [dict(entry) for entry in tomllib.loads(text).get("attribute", ())]
    if [entry.get("key") for entry in there] != [entry["key"] for entry in wanted][: len(there)]:
        for place in reversed(range(len(there))):  # another order: written anew
            text = without(text, ("attribute", place))
        there = []
    for place, values in enumerate(wanted):
        if place >= len(there):
            text = with_table(text, "attribute", values)
            continue
        for key in ATTRIBUTE_COLUMNS:
            if key in values:
                if not _same(there[place].get(key), values[key], key):
                    text = with_value(text, ("attribute", place, key), values[key])
            elif key in there[place] and there[place][key] not in (False, "", []):
                text = without(text, ("attribute", place, key))
    return text


def _same(there: object, value: object, key: str) -> bool:
    """Whether a key says the same already, however it is written."""
    if key == "choices" and isinstance(there, list):
        return choices_of(choices_text(there)) == value
    return there == value and type(there) is type(value)


