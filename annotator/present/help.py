"""Write the help of the command line out of the commands' own descriptions, in the current language."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from annotator.i18n import mark, translate
from annotator.present.arguments import PROGRAM, Command, Option, options_of

_WIDTH = 92
_COLUMN = 24
_WHAT_IT_IS = mark("View medical images, mark what is on them, and save masks and JSON.")
_WINDOW = mark("Without a command the window opens.")


def help_text(command: Command | None, commands: Sequence[Command]) -> str:
    """Return the help of a command, or of the program (command None) with the list of its commands."""
    options = options_of(command)
    blocks = [_usage(command, options)]
    if command is None:
        blocks += [translate(_WHAT_IT_IS), translate(_WINDOW)]
    else:
        blocks += [translate(command.text)]
    rows = [(_written(option), translate(option.text)) for option in options]
    rows += [("-h, --help", translate("show this help"))]
    if command is None:
        rows += [("--version", translate("show the version"))]
    blocks += [_table(translate("Options"), rows)]
    if command is None:
        blocks += [_table(translate("Commands"), [(other.name, translate(other.text)) for other in commands])]
    return "\n\n".join(blocks) + "\n"


def _usage(command: Command | None, options: Sequence[Option]) -> str:
    words = [PROGRAM if command is None else f"{PROGRAM} {command.name}"]
    words += [_written(option) if option.required else f"[{_written(option)}]" for option in options if option.flag]
    for option in (o for o in options if not o.flag):
        shown = f"{option.shown} ..." if option.many else option.shown
        words.append(f"[{shown}]" if option.optional else shown)
    heading = translate("Usage:")
    indent = "\n" + " " * (_cells(heading) + 1)
    return f"{heading} {indent.join(_wrapped(' '.join(words), _WIDTH - _cells(heading)))}"


def _written(option: Option) -> str:
    return f"{option.name} {option.shown}".strip() if option.flag else option.shown


def _table(title: str, rows: Sequence[tuple[str, str]]) -> str:
    lines = [f"{title}:"]
    for left, right in rows:
        wrapped = _wrapped(right, _WIDTH - _COLUMN)
        lines.append(f"  {left}{' ' * max(2, _COLUMN - 2 - _cells(left))}{wrapped[0]}")
        lines += [" " * _COLUMN + line for line in wrapped[1:]]
    return "\n".join(lines)


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text between words into lines of at most `width` columns."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and _cells(lines[-1]) + 1 + _cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cells(text: str) -> int:
    """Columns that a text takes in a terminal: a Hangul syllable takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
