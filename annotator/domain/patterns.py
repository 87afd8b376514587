"""Name files by a project's patterns, and read the names back from a path.

A pattern is a relative path with `/` and fields in braces: {folder} {prefix} {class} {patient} {series} {image} {category}.
An id pattern writes one number: `P{number:06d}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from string import Formatter

from annotator.i18n import Message, message
from annotator.paths import safe_name

FIELDS = ("folder", "prefix", "class", "patient", "series", "image", "category")
_ID = r"[0-9A-Za-z가-힣._-]+?"
_LITERAL = re.compile(r"[0-9A-Za-z가-힣._/-]*")


def fields_of(pattern: str) -> tuple[str, ...]:
    """Return the fields of `pattern` in order, repeated ones too; raises ValueError where braces do not pair."""
    return tuple(name for _, name, _, _ in Formatter().parse(pattern) if name is not None)


def pattern_flaw(pattern: str) -> Message | None:
    """Say what is wrong with a path pattern, or None; a sound one can neither fail nor leave the project's folder."""
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        return message("its braces do not pair")
    for literal, name, form, conversion in parts:
        if name is not None and name not in FIELDS:
            return message("there is no field {field}", field="{" + name + "}")
        if form or conversion:
            return message("the field {field} takes no format", field="{" + (name or "") + "}")
        if not _LITERAL.fullmatch(literal) and not ("\\" in literal or ":" in literal):
            return message("it holds a character that is not allowed in file names")
    return _path_flaw(pattern)


def _path_flaw(pattern: str) -> Message | None:
    components = pattern.split("/")
    if "\\" in pattern or ":" in pattern or not components[0] or ".." in components:
        return message("it leaves the project's folder")
    if not all(components) or "." in components or any(c.endswith(".") for c in components):
        return message("a part of the path is empty or ends with a dot")
    if components[0].startswith("."):
        return message("its first folder is hidden and belongs to the program")
    return None


def id_flaw(pattern: str, limit: int) -> Message | None:
    """Say what is wrong with an id pattern, or None; ids have at most `limit` characters."""
    try:
        if fields_of(pattern) != ("number",):
            return message("it needs the field {field} exactly once, and no other", field="{number}")
        written = pattern.format(number=1)
    except (ValueError, LookupError):
        return message("its braces or its number format are wrong")
    if not is_name(written) or written == pattern.format(number=2):
        return message("it does not write a name: {example}", example=written)
    if len(written) > limit:
        return message("“{example}” has {count} characters, {limit} are allowed", example=written, count=len(written), limit=limit)
    return None


def is_name(text: str) -> bool:
    """Whether `text` can be one component of a path on every system."""
    return safe_name(text) == text


def matcher(pattern: str, choices: Mapping[str, Iterable[str]]) -> re.Pattern[str]:
    """Return an expression whose named groups are the fields of a path that `pattern` wrote; `choices` lists what a field may be."""
    written, seen = "", set[str]()
    for literal, name, _, _ in Formatter().parse(pattern):
        written += re.escape(literal)
        if name is None:
            continue
        if name in seen:
            written += f"(?P={name})"
            continue
        seen.add(name)
        listed = choices.get(name)
        allowed = _ID if listed is None else "|".join(re.escape(choice) for choice in sorted(listed, key=len, reverse=True))
        written += f"(?P<{name}>{allowed})"
    return re.compile(written)
