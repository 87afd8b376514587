"""Hold a JSON value against a JSON Schema, as far as the product's own schemas go: the keywords that they use and no others."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from annotator.i18n import Message, message

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": (int, float),
}
_KNOWN = {
    "$schema", "$ref", "$defs", "title", "description", "type", "enum", "const", "required", "properties", "additionalProperties", "items",
    "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum", "pattern", "oneOf",
}  # fmt: skip


def violations(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any] | None = None, place: str = "") -> Iterator[Message]:
    """Yield what is wrong with a value, place by place (`images[0].width`); raises KeyError for a schema with other keywords."""
    whole = schema if root is None else root
    if not schema.keys() <= _KNOWN:
        raise KeyError(f"unknown keywords {sorted(schema.keys() - _KNOWN)}")
    if "$ref" in schema:
        yield from violations(value, whole["$defs"][schema["$ref"].rsplit("/", 1)[-1]], whole, place)
        return
    if "oneOf" in schema:
        fitting = [form for form in schema["oneOf"] if not any(violations(value, form, whole, place))]
        if len(fitting) != 1:
            yield message("{place} has none of its forms", place=place)
        return
    if "type" in schema and not _is(value, schema["type"]):
        yield message("{place} is no {kind}", place=place or "$", kind=schema["type"])
        return
    yield from _wrong_value(value, schema, place)
    if isinstance(value, dict):
        yield from _wrong_object(value, schema, whole, place)
    elif isinstance(value, list):
        yield from _wrong_list(value, schema, whole, place)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) or not isinstance(value, _TYPES[kind]):
        return False
    return kind != "integer" or isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def _wrong_value(value: Any, schema: Mapping[str, Any], place: str) -> Iterator[Message]:
    allowed = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if allowed is not None and (isinstance(value, bool) or value not in allowed):
        yield message("{place} is none of {allowed}", place=place, allowed=", ".join(map(str, allowed)))
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            yield message("{place} has {count} characters", place=place, count=len(value))
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield message("{place} is not written as it must be", place=place)
    elif isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield message("{place} is out of range", place=place)


def _wrong_object(value: dict[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any], place: str) -> Iterator[Message]:
    properties = schema.get("properties", {})
    for key in schema.get("required", ()):
        if key not in value:
            yield message("{place} is missing", place=_inside(place, key))
    for key, inner in value.items():
        if key in properties:
            yield from violations(inner, properties[key], root, _inside(place, key))
        elif (further := schema.get("additionalProperties", True)) is False:
            yield message("{place} is not known", place=_inside(place, key))
        elif further is not True:
            yield from violations(inner, further, root, _inside(place, key))


def _wrong_list(value: list[Any], schema: Mapping[str, Any], root: Mapping[str, Any], place: str) -> Iterator[Message]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield message("{place} has {count} entries", place=place, count=len(value))
    each = schema.get("items", {})
    if _plain_numbers(value, root["$defs"][each["$ref"].rsplit("/", 1)[-1]] if "$ref" in each else each):
        return
    for number, entry in enumerate(value):
        yield from violations(entry, each, root, f"{place}[{number}]")


def _plain_numbers(value: list[Any], schema: Mapping[str, Any]) -> bool:
    """Whether all entries are numbers as they should be, found out at once: outlines are long."""
    if schema.get("type") != "number" or not schema.keys() <= {"type", "minimum", "maximum"} or not value:
        return False
    if not {type(entry) for entry in value} <= {int, float}:
        return False
    return bool(min(value) >= schema.get("minimum", -math.inf) and max(value) <= schema.get("maximum", math.inf))


def _inside(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
