"""Read the command line, once for the command `annotator` and for the window, and explain it in the person's language.

Commands and their options are data (`Command`, `Option`); this module makes the flags, the checks and the help out of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotator.errors import AnnotatorError
from annotator.i18n import LANGUAGES, Message, mark, message, system_language

PROGRAM = "annotator"


@dataclass(frozen=True)
class Option:
    """One argument of a command as data: `name` is `folder` for a place in the row, `--out` for a flag with a value."""

    name: str
    shown: str
    """The stand-in for the value in the help, as DIR."""
    text: str
    many: bool = False
    optional: bool = False
    """Whether it may be left out; a flag always may."""
    choices: tuple[str, ...] = ()
    required: bool = False
    """Whether a flag must be given."""
    number: bool = False
    """Whether its value is a whole number."""
    switch: bool = False
    """A flag without a value: it is there or not."""
    count: int = 1
    """How many values a flag takes."""

    @property
    def flag(self) -> bool:
        """Whether it is written with its name."""
        return self.name.startswith("--")

    @property
    def key(self) -> str:
        """Its name in `Arguments.values`."""
        return self.name.removeprefix("--")


@dataclass(frozen=True)
class Arguments:
    """What the person asked for; `command` is None for the window, `values` holds what was given for each option."""

    command: Command | None = None
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    help: bool = False
    version: bool = False

    def text(self, key: str) -> str | None:
        """The value of an option (the last one, if it was given twice); None if it was not given."""
        values = self.values.get(key, ())
        return values[-1] if values else None

    def path(self, key: str) -> Path | None:
        """The value of an option as a path; None if it was not given."""
        value = self.text(key)
        return None if value is None else Path(value)

    def has(self, key: str) -> bool:
        """Whether a switch was given."""
        return key in self.values

    @property
    def project(self) -> Path | None:
        """The folder of the project to work in; None: the scratch project."""
        return self.path("project")

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders and files of images to open."""
        return tuple(Path(value) for value in self.values.get("folder", ()))

    @property
    def language(self) -> str | None:
        """The language asked for, `ko` or `en`."""
        return self.text("language")

    @property
    def user(self) -> str | None:
        """Who draws, in a project with people."""
        return self.text("user")

    @property
    def role(self) -> str | None:
        """As what they draw, in a project with people."""
        return self.text("role")


@dataclass(frozen=True)
class Command:
    """A command of the command line as data; `run` does it and returns the exit code (0 done, 1 failed)."""

    name: str
    text: str
    options: tuple[Option, ...]
    run: Callable[[Arguments], int]


class UsageError(AnnotatorError):
    """The command line could not be understood."""

    def __init__(self, cause: Message) -> None:
        remedy = message("“{program} --help” shows what can be said", program=PROGRAM)
        super().__init__(message("Reading the command line"), cause, remedy)


LANGUAGE = Option("--language", "ko|en", mark("language of the texts (default: the system's)"), choices=LANGUAGES)
SCHEDULER = Option("--scheduler", "tcp://HOST:PORT", mark("let a Dask cluster do the work, by the address of its scheduler"))
WINDOW = (
    Option("folder", "FOLDER", mark("folders or files of images to open"), many=True, optional=True),
    Option("--project", "DIR", mark("project to work in (default: the scratch project)")),
    LANGUAGE,
    Option("--user", "NAME", mark("who draws, in a project with people")),
    Option("--role", "ROLE", mark("as what they draw, in a project with people")),
)


def options_of(command: Command | None) -> tuple[Option, ...]:
    """Return what a command takes; None: what the window takes."""
    return WINDOW if command is None else (*command.options, LANGUAGE)


def spoken_language(arguments: Sequence[str]) -> str:
    """Return the language that the command line asks for, else the system's; never fails, so that errors can be told in it."""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        name, _, value = word.partition("=")
        if name == LANGUAGE.name and (value or following) in LANGUAGES:
            return value or following
    return system_language()


def parse(arguments: Sequence[str], commands: Sequence[Command] = ()) -> Arguments:
    """Read the words after the program's name: the name of one of `commands` first and its options, else what the window takes.

    `--language` may stand before a command's name.  A folder that is called like a command is written with its path (`./demo`).
    After `--` nothing is an option.  Raises UsageError.
    """
    words = list(arguments)
    start = _after_language(words)
    command = next((c for c in commands if words[start : start + 1] == [c.name]), None)
    if command is not None:
        del words[start]
    options = options_of(command)
    values: dict[str, tuple[str, ...]] = {}
    places: list[str] = []
    asked: set[str] = set()
    switches = {option.name for option in options if option.switch}
    own_version = any(option.name == "--version" for option in options)
    counts = {option.name: option.count for option in options if option.flag}
    for name, value in _read(iter(words), counts, switches):
        if name == "--help" or (name == "--version" and not own_version):
            asked.add(name)
        elif name:
            values[name.removeprefix("--")] = (*values.get(name.removeprefix("--"), ()), value)
        else:
            places.append(value)
    found = Arguments(command, values, "--help" in asked, "--version" in asked)
    if not asked:
        values.update(_placed(options, places))
        _check(options, values)
    return found


def _after_language(words: Sequence[str]) -> int:
    """Index of the first word that does not belong to a leading `--language`."""
    if words[:1] == [LANGUAGE.name]:
        return 2
    return int(bool(words) and words[0].startswith(f"{LANGUAGE.name}="))


def _read(words: Iterator[str], flags: Mapping[str, int], switches: set[str]) -> Iterator[tuple[str, str]]:
    """Yield (flag, value), with an empty flag for a place in the row; the value of a switch is its own name."""
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            yield from (("", rest) for rest in words)
        elif word in ("-h", "--help"):
            yield "--help", ""
        elif word == "--version" and word not in flags:
            yield word, ""
        elif word in switches:
            yield word, word.removeprefix("--")
        elif name in flags and name not in switches:
            yield name, value if equals else next(words, "")
            for _ in range(flags[name] - 1):
                yield name, next(words, "")
        elif word.startswith("-") and word != "-":
            raise UsageError(message("“{word}” is not understood", word=word))
        else:
            yield "", word


def _placed(options: Sequence[Option], places: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Hand the words without a flag to the options without a flag, in order."""
    left, placed = list(places), {}
    for option in (o for o in options if not o.flag):
        count = len(left) if option.many else 1
        placed[option.key] = tuple(left[:count])
        del left[:count]
    if left:
        raise UsageError(message("“{word}” is not understood", word=left[0]))
    return placed


def _check(options: Sequence[Option], values: Mapping[str, tuple[str, ...]]) -> None:
    for option in options:
        given = values.get(option.key, ())
        if not given and (option.required or not (option.flag or option.optional)):
            raise UsageError(message("{name} is missing", name=option.name if option.flag else option.shown))
        for value in given:
            if not value or (option.flag and value.startswith("--")):
                raise UsageError(message("“{name}” needs a value", name=option.name if option.flag else option.shown))
            if option.number and not re.fullmatch(r"-?[0-9]{1,18}", value):
                raise UsageError(message("“{value}” is no whole number", value=value))
            if option.choices and value not in option.choices:
                raise UsageError(message("“{value}” is none of {choices}", value=value, choices=", ".join(option.choices)))
