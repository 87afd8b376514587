"""The two READMEs say the same, and what they say is true of the program."""

from __future__ import annotations

import re

import pytest

from annotator.cli.main import commands
from annotator.plugins import offers
from annotator.tools.gesture import Tool
from tests.architecture.sources import ROOT

ENGLISH, KOREAN = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ko.md"))


def sections(text: str) -> list[str]:
    """The text between the headings."""
    outside_code = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.split(r"^#+ .*$", outside_code, flags=re.MULTILINE)


def code(text: str) -> list[str]:
    """The blocks of commands and drawings."""
    return re.findall(r"^```\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def named(text: str) -> list[str]:
    """What stands in code type in a section, in order of spelling."""
    return sorted(re.findall(r"`([^`\n]+)`", text))


def keys(text: str) -> list[list[str]]:
    """The keys of the table of keys, row by row."""
    table = next(part for part in sections(text) if "| `L` `F` `B` `V` |" in part)
    return [re.findall(r"`([^`]+)`", row.split("|")[1]) for row in table.splitlines() if row.startswith("|")]


def test_both_have_the_same_sections() -> None:
    assert len(sections(ENGLISH)) == len(sections(KOREAN))
    levels = [re.findall(r"^(#+) ", text, flags=re.MULTILINE) for text in (ENGLISH, KOREAN)]
    assert levels[0] == levels[1]


def test_both_show_the_same_commands_and_drawings() -> None:
    assert code(ENGLISH) == code(KOREAN)


@pytest.mark.parametrize("number", range(len(sections(ENGLISH))))
def test_a_section_names_the_same_things_in_both(number: int) -> None:
    assert named(sections(ENGLISH)[number]) == named(sections(KOREAN)[number])
    for sign in ("\n| ", "\n- ", "\n1"):
        assert sections(ENGLISH)[number].count(sign) == sections(KOREAN)[number].count(sign)


def test_both_name_the_same_keys_in_the_same_order() -> None:
    assert keys(ENGLISH) == keys(KOREAN)
    assert {"L", "F", "B", "V", "N", "A", "S", "Ctrl+Enter", "Del", "Ctrl+Z", "Ctrl+S"} <= {key for row in keys(ENGLISH) for key in row}


def test_every_file_that_is_named_is_there() -> None:
    linked = re.findall(r"\]\(([^)]+)\)", ENGLISH + KOREAN)
    folders = re.findall(r"`((?:annotator|tests)/\w+)`", ENGLISH)
    assert [name for name in {*linked, *folders} if not (ROOT / name).exists()] == []


def test_every_command_that_is_shown_exists() -> None:
    shown = {words[0] for words in re.findall(r"run\.py ([a-z]\S*)", "\n".join(code(ENGLISH))) for words in [words.split()]}
    assert shown == {command.name for command in commands()}
    assert all((ROOT / script).is_file() for script in re.findall(r"packaging/\w+\.py", ENGLISH))


def test_both_begin_with_the_picture_and_the_two_commands() -> None:
    for text in (ENGLISH, KOREAN):
        assert re.match(r"# annotator\n\n!\[[^\]]+\]\(resources/pictures/window(?:\.ko)?\.png\)\n\n```\npython3 packaging/run\.py\n", text)


def test_every_key_that_is_named_does_something() -> None:
    from annotator.gui.commands import menus
    from annotator.gui.part import with_entries

    tools, measuring = (tuple(t for t in offers("annotator.tools", kind) if isinstance(t, Tool)) for kind in ("TOOL", "MEASURE"))
    bound = {key for menu in with_entries(menus(tools, measuring)) for action in menu.actions() for key in action.keys}
    spelling = {"↓": "Down", "↑": "Up", "PgDn": "PgDown", "Ctrl+Enter": "Ctrl+Return"}
    in_the_view = {"Ctrl", "Space", "Enter", "Backspace", "Esc"}
    assert {spelling.get(key, key) for row in keys(ENGLISH) for key in row} - in_the_view - bound == set()
