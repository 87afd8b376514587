"""Sets of keys as files: what is written is understood again, and what cannot be taken over is said."""

from __future__ import annotations

import json

import pytest

from annotator.errors import AnnotatorError
from annotator.gui.key_sets import Clash, holders, understood, without, written

USUAL = {"tool.box": ("B",), "tool.line": ("L",), "edit.redo": ("Ctrl+Shift+Z", "Ctrl+Y"), "view.fit": ()}


def file_of(keys: object) -> bytes:
    return json.dumps({"format": "annotator-keys", "version": 1, "keys": keys}).encode()


def test_what_is_written_is_understood_again() -> None:
    keys = {"tool.box": ("X", "Shift+B"), "tool.line": (), "edit.redo": ("Ctrl+Y",), "view.fit": ("Ctrl+Ö",)}
    found = understood("a.json", written(keys), USUAL)
    assert found.keys == keys and (found.unknown, found.unreadable, found.clashes) == ((), (), ())


def test_unknown_commands_and_texts_that_are_no_keys_are_said() -> None:
    found = understood("a.json", file_of({"tool.wand": ["W"], "tool.box": ["Ctrl+", "no key", "B"]}), USUAL)
    assert (found.unknown, found.unreadable) == (("tool.wand",), ("Ctrl+", "no key"))
    assert found.keys["tool.box"] == ("B",)


def test_a_key_of_two_commands_stays_with_the_first() -> None:
    found = understood("a.json", file_of({"tool.line": ["X"], "tool.box": ["X", "B"]}), USUAL)
    assert found.clashes == (Clash("X", "tool.line", "tool.box"),)
    assert (found.keys["tool.line"], found.keys["tool.box"]) == (("X",), ("B",))


def test_a_command_that_the_file_does_not_name_gives_way() -> None:
    found = understood("a.json", file_of({"tool.box": ["L"]}), USUAL)
    assert found.keys["tool.line"] == () and found.clashes == (Clash("L", "tool.box", "tool.line"),)


def test_two_writings_of_one_key_are_one_key() -> None:
    assert holders({"a": ("Enter",), "b": ("B",)}, ("Return",), "b") == ("a",)
    assert without(("Enter", "B"), ("Return",)) == ("B",)


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", b'{"keys": {}}', b'{"format": "annotator-keys"}', b"[" * 100_000])
def test_a_file_of_something_else_is_refused(content: bytes) -> None:
    with pytest.raises(AnnotatorError, match="it is no file of keys"):
        understood("a.json", content, USUAL)
