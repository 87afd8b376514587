"""What a project asks about an annotation besides its outline: attributes, as the tables `[[attribute]]` of the project file list them.

A value is kept as text: the value of a choice, a number as it was written, `yes` or `no`, or any text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.toml_table import Table
from annotator.i18n import Message, message

CHOICE, NUMBER, TEXT, YES_NO = KINDS = ("choice", "number", "text", "yes-no")
YES, NO = "yes", "no"
KEYS = ("key", "name", "name_en", "kind", "choices", "unit", "min", "max", "required", "categories")
ANSWER_KEYS = ("value", "name", "name_en")
_FARTHEST = 1e12
_LONGEST = 2_000
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Answer:
    """One of the values of a choice, with what a person reads for it in both languages."""

    value: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Attribute:
    """One question about an annotation; `required` ones must be answered before a case is done, never before drawing."""

    key: str
    name: str
    name_en: str
    kind: str
    """One of KINDS."""
    answers: tuple[Answer, ...] = ()
    unit: str = ""
    low: float | None = None
    high: float | None = None
    required: bool = False
    categories: tuple[str, ...] = ()
    """Keys of categories (`CCT1`), or supercategories (`CCT`), to which it belongs; empty: to all."""

    def belongs_to(self, category: Category) -> bool:
        """Whether the question is asked about annotations of this category."""
        return not self.categories or category.key in self.categories or category.supercategory in self.categories


def asked_of(attributes: Sequence[Attribute], category: Category) -> tuple[Attribute, ...]:
    """Return the attributes of a category, in the order of the project file."""
    return tuple(attribute for attribute in attributes if attribute.belongs_to(category))


def lacking(attributes: Sequence[Attribute], annotation: Annotation, category: Category) -> tuple[Attribute, ...]:
    """Return the required attributes that an annotation has no fitting value for."""
    given = dict(annotation.attributes)
    wanted = [attribute for attribute in asked_of(attributes, category) if attribute.required]
    return tuple(attribute for attribute in wanted if not given.get(attribute.key) or flaw(attribute, given[attribute.key]) is not None)


def flaw(attribute: Attribute, value: str) -> Message | None:
    """Say why a value does not answer the question, or None."""
    if attribute.kind == CHOICE:
        values = [answer.value for answer in attribute.answers]
        return None if value in values else message("“{value}” is none of {choices}", value=value, choices=", ".join(values))
    if attribute.kind == YES_NO:
        return None if value in (YES, NO) else message("“{value}” is none of {choices}", value=value, choices=f"{YES}, {NO}")
    if attribute.kind == NUMBER:
        return _number_flaw(attribute, value)
    if len(value) > _LONGEST:
        return message("the text has {count} characters, {limit} are allowed", count=len(value), limit=_LONGEST)
    return message("the text holds a control character") if _CONTROL.search(value) else None


def number_of(value: str) -> float | None:
    """Return the number that a text writes (a decimal comma is one too); None where it writes none."""
    try:
        number = float(value.replace(",", ".")) if re.fullmatch(r"\s*[+-]?[0-9]*[.,]?[0-9]+([eE][+-]?[0-9]+)?\s*", value) else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _number_flaw(attribute: Attribute, value: str) -> Message | None:
    number = number_of(value)
    if number is None:
        return message("“{value}” is no number", value=value)
    if attribute.low is not None and number < attribute.low:
        return message("{value} is less than {limit}", value=value, limit=_written(attribute.low))
    if attribute.high is not None and number > attribute.high:
        return message("{value} is more than {limit}", value=value, limit=_written(attribute.high))
    return None


def _written(number: float) -> str:
    return f"{number:.12g}"


def parse_attributes(root: Table, categories: Sequence[Category]) -> tuple[Attribute, ...]:
    """Return the attributes that a project file lists; raises AnnotatorError with file, line and key."""
    known = dict.fromkeys(name for category in categories for name in (category.supercategory, category.key))
    found: list[Attribute] = []
    for table in root.tables("attribute"):
        attribute = _attribute(table, known)
        if attribute.key in [other.key for other in found]:
            cause = message("“{value}” stands twice", value=attribute.key)
            raise table.error("key", cause, message("Give each attribute a key of its own"))
        found.append(attribute)
    return tuple(found)


def unknown_keys(root: Table) -> tuple[Message, ...]:
    """Remark on keys of attributes that have no effect."""
    remarks: tuple[Message, ...] = ()
    for table in root.tables("attribute"):
        remarks += table.unknown(KEYS)
        for answer in table.tables("choices"):
            remarks += answer.unknown(ANSWER_KEYS)
    return remarks


def _attribute(table: Table, known: Mapping[str, None]) -> Attribute:
    key = table.text("key", example='key = "margin"')
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
        cause = message("“{value}” cannot be the key of an attribute", value=key)
        raise table.error("key", cause, message("Begin with a small letter; use small letters, digits and _ only"))
    name = table.text("name", example='name = "경계"')
    kind = table.text("kind", choices=KINDS)
    low, high = _limit(table, "min", kind), _limit(table, "max", kind)
    if low is not None and high is not None and low > high:
        raise table.error("max", message("it is less than min"), message("Write the smaller number as min"))
    if kind != NUMBER and "unit" in table.values:
        raise _only_numbers(table, "unit")
    return Attribute(
        key=key,
        name=name,
        name_en=table.text("name_en", name),
        kind=kind,
        answers=_answers(table, kind),
        unit=table.text("unit", ""),
        low=low,
        high=high,
        required=table.flag("required", False),
        categories=table.texts("categories", (), example='categories = ["CCT1", "XRY"]', choices=known),
    )


def _limit(table: Table, key: str, kind: str) -> float | None:
    if key not in table.values:
        return None
    if kind != NUMBER:
        raise _only_numbers(table, key)
    return float(table.number(key, 0, -_FARTHEST, _FARTHEST))


def _only_numbers(table: Table, key: str) -> Exception:
    return table.error(key, message("only a number has limits and a unit"), message('Take the key out, or write kind = "number"'))


def _answers(table: Table, kind: str) -> tuple[Answer, ...]:
    example = 'choices = [{value = "solid", name = "고형", name_en = "Solid"}]'
    if kind != CHOICE:
        if "choices" in table.values:
            raise table.error("choices", message("only a choice has choices"), message('Take the key out, or write kind = "choice"'))
        return ()
    if "choices" not in table.values:
        raise table.missing("choices", example)
    answers = tuple(_answer(entry) for entry in table.tables("choices"))
    values = [answer.value for answer in answers]
    if not answers:
        raise table.error("choices", message("there is nothing to choose"), message("Write for example: {example}", example=example))
    twice = _twice(values)
    if twice is not None:
        raise table.error("choices", message("“{value}” stands twice", value=twice), message("Give each choice a value of its own"))
    return answers


def _answer(entry: Table) -> Answer:
    value = entry.text("value", example='{value = "solid", name = "고형", name_en = "Solid"}')
    if not value.strip() or value != value.strip() or _CONTROL.search(value) or "\n" in value:
        cause = message("“{value}” cannot be the value of a choice", value=value)
        raise entry.error("value", cause, message("Write a short word"))
    name = entry.text("name", value)
    return Answer(value, name, entry.text("name_en", name))


def _twice(values: Collection[str]) -> str | None:
    listed = list(values)
    return next((value for value in listed if listed.count(value) > 1), None)
