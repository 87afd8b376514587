"""Describe as data what a person chooses of something with fields: one place draws the form from it, one reads it from words and JSON."""

from __future__ import annotations

import math
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any

from annotator.errors import AnnotatorError
from annotator.i18n import Message, message

Value = str | float | bool
_KEY = "asked"


@dataclass(frozen=True)
class Asked:
    """One field that is asked for: a yes or no, a number between limits, or one of a few words (`choices`: value and marked text)."""

    name: str
    text: str
    default: Value
    least: float = 0.0
    most: float = 0.0
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    whole: bool = False
    """Whether only whole numbers make sense."""
    when: tuple[str, Value] | None = None
    """The field and the value of it with which this one means anything; None: always."""

    def fits(self, value: object) -> bool:
        """Whether a value is one that can be chosen."""
        if self.choices:
            return any(value == known for known, _ in self.choices)
        if isinstance(self.default, bool):
            return isinstance(value, bool)
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return number and self.least <= float(str(value)) <= self.most and (not self.whole or float(str(value)).is_integer())


def asked(text: str, default: Value, **more: Any) -> Any:
    """Return a dataclass field with what is asked of it; `text` is marked, `more` as in `Asked`."""
    return field(default=default, metadata={_KEY: (text, more)})


def asked_of(kind: Any) -> tuple[Asked, ...]:
    """Return what is asked of a frozen dataclass (or of one of its values), in order."""
    return tuple(_asked(one) for one in fields(kind) if _KEY in one.metadata)


def read(kind: Any, values: dict[str, Any], doing: Message) -> Any:
    """Return a dataclass of these values, by name; what is left out is as usual.  Raises AnnotatorError."""
    known = {one.name: one for one in asked_of(kind)}
    for name, value in values.items():
        if name not in known:
            listed = ", ".join(known) or "–"
            raise AnnotatorError(
                doing, message("“{name}” is not asked for", name=name), message("It can be chosen: {choices}", choices=listed)
            )
        if not known[name].fits(value):
            raise AnnotatorError(doing, message("{name} cannot be “{value}”", name=name, value=value), _remedy(known[name]))
    return kind(**{name: _plain(known[name], value) for name, value in values.items()})


def values_of(one: Any) -> dict[str, Value]:
    """Return what was chosen, by name, always written alike: 40 is 40.0 where a number need not be whole."""
    return {question.name: _plain(question, getattr(one, question.name)) for question in asked_of(one)}


def read_words(kind: Any, words: dict[str, str], doing: Message) -> Any:
    """The same of values as a command line has them."""
    known = {one.name: one for one in asked_of(kind)}
    return read(kind, {name: _value(known.get(name), word) for name, word in words.items()}, doing)


def _asked(one: Field[Any]) -> Asked:
    text, more = one.metadata[_KEY]
    if one.default is MISSING:
        raise TypeError(f"{one.name} has no usual value")
    return Asked(one.name, text, one.default, **more)


def _plain(one: Asked, value: Any) -> Value:
    if one.choices or isinstance(one.default, bool):
        return value  # type: ignore[no-any-return]  # it fits: a word of the choices, or a yes or no
    return int(value) if one.whole else float(value)


def _value(one: Asked | None, word: str) -> Value:
    if one is None or one.choices:
        return word
    if isinstance(one.default, bool):
        return {"yes": True, "no": False}.get(word, word)
    try:
        return float(word)
    except ValueError:
        return word


def _remedy(one: Asked) -> Message:
    if one.choices:
        return message("It can be chosen: {choices}", choices=", ".join(value for value, _ in one.choices))
    if isinstance(one.default, bool):
        return message("Write yes or no")
    return message("Write a number from {least} to {most}", least=f"{one.least:g}", most=f"{one.most:g}")
