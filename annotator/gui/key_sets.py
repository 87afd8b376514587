"""Take a set of keys from one computer to another: write it as a JSON file, and understand one that somebody else wrote.

The file holds every command with its keys, as Qt writes them portably:
`{"format": "annotator-keys", "version": 1, "keys": {"tool.box": ["B"]}}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from annotator import strict_json
from annotator.errors import AnnotatorError
from annotator.gui.keys import press_of_sequence
from annotator.gui.positions import Press
from annotator.i18n import message

KeySet = Mapping[str, tuple[str, ...]]
_FORMAT, _VERSION = "annotator-keys", 1
MOST = 1 << 20
"""Bytes of a file beyond which it is none of ours."""


@dataclass(frozen=True)
class Clash:
    """A key that two commands have in a file: `kept` has it now, `lost` has it no longer."""

    key: str
    kept: str
    lost: str


@dataclass(frozen=True)
class Imported:
    """What a file says: the keys of every command it names, and what could not be taken over."""

    keys: KeySet
    unknown: tuple[str, ...] = ()
    """Commands that this version does not have."""
    unreadable: tuple[str, ...] = ()
    """Texts that name no key."""
    clashes: tuple[Clash, ...] = ()


def written(keys: KeySet) -> bytes:
    """Return the content of a file with these keys."""
    content = {"format": _FORMAT, "version": _VERSION, "keys": {name: list(texts) for name, texts in keys.items()}}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def understood(name: str, content: bytes, usual: KeySet) -> Imported:
    """Return what the file called `name` says for commands with these usual keys; raises AnnotatorError where it is no file of keys.

    A key that two commands have stays with the one the file names first; commands that it does not name give way to those it does.
    """
    said = _said(name, content)
    named = {command: keys for command, keys in said.items() if command in usual}
    texts = [text for keys in named.values() for text in keys]
    readable = {command: tuple(text for text in keys if press_of_sequence(text) is not None) for command, keys in named.items()}
    kept, clashes = _without_clashes({**readable, **{command: keys for command, keys in usual.items() if command not in named}})
    return Imported(
        kept,
        tuple(command for command in said if command not in usual),
        tuple(text for text in texts if press_of_sequence(text) is None),
        tuple(clashes),
    )


def holders(keys: KeySet, wanted: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return the commands beside `name` that have one of the wanted keys."""
    presses = set(_presses(wanted))
    return tuple(other for other, texts in keys.items() if other != name and presses & set(_presses(texts)))


def without(texts: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys that are none of the wanted ones."""
    presses = set(_presses(wanted))
    return tuple(text for text in texts if press_of_sequence(text) not in presses)


def _presses(texts: tuple[str, ...]) -> Iterator[Press]:
    return (press for press in map(press_of_sequence, texts) if press is not None)


def _without_clashes(keys: KeySet) -> tuple[dict[str, tuple[str, ...]], list[Clash]]:
    owners: dict[Press, str] = {}
    kept: dict[str, tuple[str, ...]] = {}
    clashes: list[Clash] = []
    for command, texts in keys.items():
        own: list[str] = []
        for text, press in ((text, press_of_sequence(text)) for text in texts):
            owner = owners.setdefault(press, command) if press is not None else command
            if owner == command:
                own.append(text)
            else:
                clashes.append(Clash(text, owner, command))
        kept[command] = tuple(dict.fromkeys(own))
    return kept, clashes


def _said(name: str, content: bytes) -> KeySet:
    """The commands and key texts of a file, as far as they are such."""
    try:
        found = strict_json.loads(content, MOST)
    except ValueError:
        found = None
    keys = found.get("keys") if isinstance(found, dict) and found.get("format") == _FORMAT else None
    if not isinstance(keys, dict):
        remedy = message("Choose a file that was exported here")
        raise AnnotatorError(message("Importing keys from {name}", name=name), message("it is no file of keys"), remedy)
    return {
        command: tuple(text for text in texts if isinstance(text, str))
        for command, texts in keys.items()
        if isinstance(texts, list)
    }  # fmt: skip
