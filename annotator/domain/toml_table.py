"""Read the tables of a TOML text so that every mistake is told with its file, line and key, and with what would be right."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from annotator.errors import AnnotatorError
from annotator.i18n import Message, message

Step = str | int
_ALIKE = 0.7
"""How like one key must be to another to be taken for a slip of the pen (difflib's ratio)."""


@dataclass(frozen=True)
class Table:
    """A table of a TOML text: the file's name, the whole text, the path of keys that leads to the table, and its values."""

    file: str
    source: str
    path: tuple[Step, ...]
    values: Mapping[str, object]

    def line(self, key: str | None = None) -> int:
        """Return the line (from 1) of `key`, or of the table where the key is not there."""
        path = (*self.path, key) if key in self.values and key is not None else self.path
        return line_of(self.source, path)

    def error(self, key: str, cause: Message, remedy: Message) -> AnnotatorError:
        """Make the error that names the place of `key`."""
        named = ".".join([*(str(step) for step in self.path if isinstance(step, str)), key])
        return AnnotatorError(
            message("Reading {file}, line {line}, key “{key}”", file=self.file, line=self.line(key), key=named), cause, remedy
        )

    def missing(self, key: str, example: str) -> AnnotatorError:
        """Make the error for a key that must be there; `example` is a line that would be right."""
        meant = difflib.get_close_matches(key, list(self.values), 1, _ALIKE)
        cause = message("the key is missing; “{other}” may be meant", other=meant[0]) if meant else message("the key is missing")
        return self.error(key, cause, message("Write for example: {example}", example=example))

    def text(
        self, key: str, default: str | None = None, *, example: str = "", choices: Collection[str] = (), longest: int | None = None
    ) -> str:
        """Return a text; required where there is no `default`; one of `choices`; at most `longest` characters."""
        value = self.values.get(key, default)
        if value is None:
            raise self.missing(key, example or f'{key} = "{next(iter(choices), "…")}"')
        if not isinstance(value, str):
            raise self.error(key, message("a text is expected"), message("Put the value between double quotes"))
        if choices and value not in choices:
            raise self.error(
                key, message("“{value}” is not known", value=value), message("Write one of: {choices}", choices=", ".join(choices))
            )
        if longest is not None and len(value) > longest:
            cause = message("the text has {count} characters, {limit} are allowed", count=len(value), limit=longest)
            raise self.error(key, cause, message("Shorten it"))
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return `true` or `false`."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, message("yes or no is expected"), message("Write true or false, without quotes"))
        return value

    def number(self, key: str, default: float, low: float, high: float, *, whole: bool = False) -> float:
        """Return a number between `low` and `high`, both allowed."""
        value = self.values.get(key, default)
        kinds = int if whole else int | float
        if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
            cause = message("a whole number is expected") if whole else message("a number is expected")
            raise self.error(key, cause, message("Write a number from {low} to {high}, without quotes", low=low, high=high))
        return value

    def texts(
        self, key: str, default: tuple[str, ...] | None = None, *, example: str = "", choices: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Return a list of texts, each of them one of `choices` if there are any."""
        value = self.values.get(key, default)
        if value is None:
            raise self.missing(key, example)
        listed = tuple(value) if isinstance(value, list | tuple) else (None,)
        if not all(isinstance(entry, str) for entry in listed):
            raise self.error(key, message("a list of texts is expected"), message("Write for example: {example}", example=example))
        wrong = next((entry for entry in listed if choices and entry not in choices), None)
        if wrong is not None:
            raise self.error(
                key, message("“{value}” is not known", value=wrong), message("Write any of: {choices}", choices=", ".join(choices))
            )
        return listed

    def table(self, key: str, *, required: bool = False) -> Table:
        """Return the table `key`; an empty one where it is not there and not required."""
        value = self.values.get(key, None if required else {})
        if value is None:
            raise self.missing(key, f"[{key}]")
        if not isinstance(value, dict):
            raise self.error(key, message("a table is expected"), message("Write a line [{key}] and the keys below it", key=key))
        return Table(self.file, self.source, (*self.path, key), value)

    def tables(self, key: str) -> tuple[Table, ...]:
        """Return the tables of the list `[[key]]`, in order; none where it is not there."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.error(key, message("a list of tables is expected"), message("Write a line [[{key}]] and the keys below it", key=key))
        return tuple(Table(self.file, self.source, (*self.path, key, index), entry) for index, entry in enumerate(value))

    def unknown(self, known: Collection[str]) -> tuple[Message, ...]:
        """Remark on every key that is not in `known`, with the one that may be meant."""
        return tuple(self._odd(key, difflib.get_close_matches(key, list(known), 1, _ALIKE)) for key in self.values if key not in known)

    def _odd(self, key: str, meant: Sequence[str]) -> Message:
        place = {"file": self.file, "line": self.line(key), "key": key}
        if meant:
            return message(
                "{file}, line {line}: the key “{key}” is not known and has no effect; “{other}” may be meant", **place, other=meant[0]
            )
        return message("{file}, line {line}: the key “{key}” is not known and has no effect", **place)


def read_toml(file: str, text: str) -> Table:
    """Read a TOML text; raises AnnotatorError with the line that cannot be read."""
    try:
        return Table(file, text, (), tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        lines = text.split("\n")
        line = min(int(found[1]), len(lines)) if found else len(lines)
        twice = re.search(r"overwrite|twice|mutate", str(error))
    except RecursionError:
        raise AnnotatorError(
            message("Reading {file}", file=file), message("it is nested too deeply"), message("Write plain keys and tables")
        ) from None
    cause = message("a key or table stands twice") if twice else message("this is not TOML: {text}", text=lines[line - 1].strip()[:60])
    raise AnnotatorError(
        message("Reading {file}, line {line}", file=file, line=line),
        cause,
        message('Write key = "text", key = 1, key = true or key = ["a", "b"], each key once'),
    )


def line_of(text: str, path: Sequence[Step]) -> int:
    """Return the line (from 1) of a valid TOML text at which the value at `path` begins.

    The value is there from the first prefix of whole lines that reads as TOML and holds it; it begins after the longest prefix before.
    """
    lines = text.split("\n")
    absent, present = 0, len(lines)
    while path and present - absent > 1:
        middle = (absent + present) // 2
        count, values = _prefix(lines, middle)
        if _holds(values, path):
            present = count
        else:
            absent = middle
    return _prefix(lines, present - 1)[0] + 1 if path else 1


def _prefix(lines: Sequence[str], count: int) -> tuple[int, dict[str, object]]:
    """Read the longest prefix of at most `count` lines that is valid."""
    for length in range(count, 0, -1):
        try:
            return length, tomllib.loads("\n".join(lines[:length]))
        except tomllib.TOMLDecodeError:
            continue
    return 0, {}


def _holds(values: object, path: Sequence[Step]) -> bool:
    for step in path:
        if isinstance(values, dict):
            values = values.get(str(step))
        elif isinstance(values, list) and isinstance(step, int) and step < len(values):
            values = values[step]
        else:
            return False
    return values is not None
