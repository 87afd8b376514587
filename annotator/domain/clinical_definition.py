"""What a project's clinical sheet has: its columns, how their headings and values are spelt, and which of them is the id and the class.

The table `[clinical]` of project.toml with its list `[[clinical.column]]`; a project without it has no clinical sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.domain.toml_table import Table
from annotator.i18n import Message, message
from annotator.paths import nfc

TEXT, NUMBER, DECIMAL, CHOICE = "text", "number", "decimal", "choice"
KINDS = (TEXT, NUMBER, DECIMAL, CHOICE)
TOP = ("id", "class", "classes", "column")
KEYS = ("key", "name", "name_en", "kind", "choices", "longest", "min", "max", "required", "required_in", "headings", "hidden")


@dataclass(frozen=True)
class Column:
    """One column of a clinical sheet."""

    key: str
    name: str
    name_en: str
    kind: str = TEXT
    """`text`, `number` (whole), `decimal` or `choice`."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Value that is kept → its spellings in sheets."""
    longest: int | None = None
    """Most characters of a text."""
    low: float | None = None
    high: float | None = None
    required: bool = False
    required_in: tuple[str, ...] = ()
    """The classes whose patients must have a value here."""
    headings: tuple[str, ...] = ()
    """Usual headings, besides key and names."""
    hidden: bool = False
    """Tells the class to who knows how to read it: not shown where the project is blind."""

    def needed(self, class_folder: str) -> bool:
        """Whether a patient of this class must have a value."""
        return self.required or class_folder in self.required_in


@dataclass(frozen=True)
class ClinicalDefinition:
    """The clinical sheet of a project."""

    columns: tuple[Column, ...]
    id: str
    """Key of the column that holds the pseudonymous id."""
    class_column: str | None = None
    """Key of the column that tells the class."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """Spelling, as `plain` makes it → class folder."""

    def column(self, key: str) -> Column:
        """Return the column with this key; raises KeyError."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def shown(self, key: str, blind: bool) -> bool:
        """Whether a column may be seen: where the project is blind, neither the class nor what gives it away."""
        return not (blind and (key == self.class_column or self.column(key).hidden))

    def class_of(self, text: str) -> str | None:
        """Return the class folder that a cell means; None for a spelling that the project does not know."""
        return self.classes.get(plain(text))


def plain(text: str) -> str:
    """Return a spelling without what people write one way or another: case, blanks, and signs between words."""
    return "".join(sign for sign in nfc(text).casefold() if sign.isalnum() or sign in "+≥≤")


def parse_clinical(root: Table, classes: tuple[str, ...], id_limit: int) -> ClinicalDefinition | None:
    """Return the clinical sheet that a project file defines, None where it defines none; raises AnnotatorError with file, line and key."""
    if "clinical" not in root.values:
        return None
    table = root.table("clinical")
    entries = table.tables("column")
    if not entries:
        raise table.missing("column", '[[clinical.column]] key = "id" name = "환자 ID"')
    columns = tuple(_column(entry, classes) for entry in entries)
    keys = [column.key for column in columns]
    for entry, key, place in zip(entries, keys, range(len(keys)), strict=True):
        if key in keys[:place]:
            raise entry.error("key", message("“{value}” stands twice", value=key), message("Give each column a key of its own"))
    identity = table.text("id", choices=keys)
    told = table.text("class", choices=keys) if "class" in table.values else None
    if told == identity:
        raise table.error("class", message("the class cannot stand in the column of the id"), message("Name another column"))
    columns = tuple(_id_column(column, id_limit) if column.key == identity else column for column in columns)
    return ClinicalDefinition(columns, identity, told, _classes(table.table("classes"), classes) if told else {})


def unknown_keys(root: Table) -> tuple[Message, ...]:
    """Remark on keys of the table that have no effect."""
    table = root.table("clinical")
    remarks = table.unknown(TOP)
    for entry in table.tables("column"):
        remarks += entry.unknown(KEYS)
    return remarks


def _column(table: Table, classes: tuple[str, ...]) -> Column:
    key = table.text("key", example='key = "age"')
    name = table.text("name", example='name = "나이"')
    kind = table.text("kind", TEXT, choices=KINDS)
    required_in = table.texts("required_in", (), example='required_in = ["malignant"]')
    stray = next((entry for entry in required_in if entry not in classes), None)
    if stray is not None:
        cause = message("“{value}” is not known", value=stray)
        raise table.error("required_in", cause, message("Write any of: {choices}", choices=", ".join(classes) or "[]"))
    if kind == CHOICE and "choices" not in table.values:
        raise table.missing("choices", 'choices = { M = ["남"], F = ["여"] }')
    if kind != CHOICE and "choices" in table.values:
        raise table.error("choices", message("only a choice has choices"), message('Take the key out, or write kind = "choice"'))
    longest = int(table.number("longest", 0, 1, 100_000, whole=True)) if "longest" in table.values else None
    return Column(
        key=key,
        name=name,
        name_en=table.text("name_en", name),
        kind=kind,
        choices=_spellings(table.table("choices")),
        longest=longest,
        low=_bound(table, "min", kind),
        high=_bound(table, "max", kind),
        required=table.flag("required", False),
        required_in=required_in,
        headings=table.texts("headings", (), example='headings = ["나이", "Age"]'),
        hidden=table.flag("hidden", False),
    )


def _bound(table: Table, key: str, kind: str) -> float | None:
    if key not in table.values:
        return None
    if kind not in (NUMBER, DECIMAL):
        raise table.error(key, message("only a number has limits"), message('Take the key out, or write kind = "number"'))
    return float(table.number(key, 0.0, -1e9, 1e9))


def _spellings(table: Table) -> dict[str, tuple[str, ...]]:
    """The choices of a column, each with its spellings; one spelling may not mean two of them."""
    found = {value: (value, *table.texts(value, example=f'{value} = ["…"]')) for value in table.values}
    meant: dict[str, str] = {}
    for value, spellings in found.items():
        for spelling in spellings:
            if meant.setdefault(plain(spelling), value) != value:
                cause = message("“{value}” already means {other}", value=spelling, other=meant[plain(spelling)])
                raise table.error(value, cause, message("Write each spelling once"))
    return found


def _classes(table: Table, classes: tuple[str, ...]) -> dict[str, str]:
    for name in table.values:
        if name not in classes:
            cause = message("“{value}” is not known", value=name)
            raise table.error(name, cause, message("Write any of: {choices}", choices=", ".join(classes) or "[]"))
    listed = {**table.values, **{name: [] for name in classes if name not in table.values}}
    spelt = _spellings(Table(table.file, table.source, table.path, listed))
    return {plain(spelling): name for name, spellings in spelt.items() for spelling in spellings}


def _id_column(column: Column, limit: int) -> Column:
    """The id is a text that everybody has, as long as the project's ids are."""
    changed: dict[str, Any] = {**vars(column), "kind": TEXT, "required": True, "longest": column.longest or limit}
    return Column(**changed)
