"""Change single values of a TOML text and leave everything else as somebody wrote it: comments, order, spaces.

Each function returns the new text, and raises ValueError rather than change anything else: the result is read back and compared.
"""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from annotator.domain.toml_table import Step, line_of

Value = str | bool | int | float | Sequence[Any] | Mapping[str, Any]


def with_value(text: str, path: Sequence[Step], value: Value) -> str:
    """Set the value at `path`, whose table must be there; a key that is new goes to the end of its table."""
    wanted = _wanted(text)
    table = _at(wanted, path[:-1])
    key = str(path[-1])
    if key in table and type(table[key]) is type(value) and table[key] == value:
        return text
    there = key in table
    table[key] = value
    return _checked(_replaced(text, path, value) if there else _inserted(text, path, value), wanted)


def without(text: str, path: Sequence[Step]) -> str:
    """Take a key, or a table of a list of tables, out; one that is not there is none."""
    wanted = _wanted(text)
    try:
        owner = _at(wanted, path[:-1])
        _ = owner[path[-1]]
    except (KeyError, IndexError):
        return text
    del owner[path[-1]]
    if isinstance(owner, list) and not owner:
        del _at(wanted, path[:-2])[path[-2]]
    lines = text.split("\n")
    begin, end = _span(text, path)
    if isinstance(path[-1], int):
        end = _end_of_table(lines, begin)
        while end < len(lines) and begin and not lines[begin - 1].strip() and not lines[end].strip():
            end += 1
    return _checked("\n".join(lines[:begin] + lines[end:]), wanted)


def with_table(text: str, key: str, values: Mapping[str, Value]) -> str:
    """Add a table to the list of tables `[[key]]`: after the last of them, else at the end of the text."""
    wanted = _wanted(text)
    wanted.setdefault(key, []).append(dict(values))
    lines = text.split("\n")
    count = len(wanted[key]) - 1
    block = [f"[[{key}]]", *(f"{name} = {written(value)}" for name, value in values.items())]
    if count:
        end = _end_of_table(lines, line_of(text, (key, count - 1)) - 1)
        return _checked("\n".join([*lines[:end], "", *block, *lines[end:]]), wanted)
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return _checked("\n".join([*lines[:end], "", *block, ""]), wanted)


def written(value: object) -> str:
    """Write a value as TOML; raises ValueError for what TOML has no word for."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {written(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, Sequence):
        entries = [written(entry) for entry in value]
        if any(isinstance(entry, Mapping) for entry in value):
            return "[\n" + "".join(f"  {entry},\n" for entry in entries) + "]"
        return "[" + ", ".join(entries) + "]"
    raise ValueError(f"TOML has no word for {type(value).__name__}")


def _wanted(text: str) -> dict[str, Any]:
    return copy.deepcopy(tomllib.loads(text))


def _at(values: Any, path: Sequence[Step]) -> Any:
    for step in path:
        values = values[step]
    return values


def _plain(value: object) -> object:
    """The value as a reader of TOML gives it: lists for sequences."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(entry) for entry in value]
    return value


def _checked(text: str, wanted: Mapping[str, Any]) -> str:
    if tomllib.loads(text) != _plain(wanted):
        raise ValueError("the change of the text would change something else")
    return text


def _replaced(text: str, path: Sequence[Step], value: Value) -> str:
    lines = text.split("\n")
    begin, end = _span(text, path)
    head, _, rest = "\n".join(lines[begin:end]).partition("=")
    now = _at(tomllib.loads(text), path)
    cuts = [place for place, sign in enumerate(rest) if sign == "#"] + [len(rest)]
    cut = next(cut for cut in cuts if _reads_as(rest[:cut], now))
    old = rest[:cut].strip()
    space = rest[: len(rest) - len(rest.lstrip())]
    after = rest[len(space) + len(old) :]
    return "\n".join([*lines[:begin], f"{head}={space or ' '}{written(value)}{after}", *lines[end:]])


def _reads_as(text: str, value: object) -> bool:
    try:
        return bool(tomllib.loads(f"v ={text}")["v"] == value)
    except tomllib.TOMLDecodeError:
        return False


def _inserted(text: str, path: Sequence[Step], value: Value) -> str:
    lines = text.split("\n")
    new = f"{path[-1]} = {written(value)}"
    begin = line_of(text, path[:-1]) - 1 if len(path) > 1 else -1
    end = _end_of_table(lines, begin)
    return "\n".join([*lines[:end], new, *lines[end:]])


def _span(text: str, path: Sequence[Step]) -> tuple[int, int]:
    """The lines (from 0, half open) that a key and its value take."""
    lines = text.split("\n")
    begin = line_of(text, path) - 1
    end = begin + 1
    while end < len(lines) and not _reads("\n".join(lines[:end])):
        end += 1
    return begin, end


def _end_of_table(lines: Sequence[str], begin: int) -> int:
    """The line after the last key of the table whose heading is line `begin` (-1: the keys before the first heading)."""
    end = last = begin + 1
    while end < len(lines):
        bare = lines[end].strip()
        if bare.startswith("[") and _reads("\n".join(lines[:end])):
            break
        end += 1
        if bare and not bare.startswith("#"):
            last = end
    return last


def _reads(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True
