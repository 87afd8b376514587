"""Whatever a module offers is whole: an id of its own, texts in both languages, a picture where one is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from annotator.i18n import translate, use_language
from annotator.plugins import offers
from tests.architecture.sources import ROOT

PLACES = (
    ("annotator.tools", "TOOL"),
    ("annotator.tools", "MEASURE"),
    ("annotator.formats", "FORMAT"),
    ("annotator.formats", "EXCHANGE"),
    ("annotator.checks", "CHECK"),
    ("annotator.cli", "COMMAND"),
    ("annotator.gui.parts", "PART"),
)


def identity(offered: object) -> str:
    """What a plug-in is called in files and commands."""
    return str(getattr(offered, "id", "") or getattr(offered, "name", ""))


def spoken(offered: object) -> Iterator[str]:
    """The texts of a plug-in that a person reads."""
    told = ("text", "hint") if hasattr(offered, "text") else ("name",)
    yield from (text for name in told if (text := getattr(offered, name, "")))
    yield from (trait.value for trait in getattr(offered, "cannot_hold", ()))
    yield from getattr(offered, "traps", ())
    for choice in getattr(offered, "choices", ()):
        yield from (choice.text, *(words for _, words in choice.words))
    yield from (option.text for option in getattr(offered, "options", ()))


@pytest.mark.parametrize(("package", "constant"), PLACES)
def test_what_is_offered_has_an_id_of_its_own(package: str, constant: str) -> None:
    ids = [identity(offered) for offered in offers(package, constant)]
    assert ids and all(ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(("package", "constant"), PLACES)
def test_what_is_offered_speaks_both_languages(package: str, constant: str) -> None:
    use_language("ko")
    for offered in offers(package, constant):
        assert list(spoken(offered)), f"{identity(offered)} says nothing"
        silent = [text for text in spoken(offered) if not any("가" <= sign <= "힣" for sign in translate(text)) and " " in text]
        assert not silent, f"{identity(offered)}: {silent}"


def test_every_tool_has_a_key_of_its_own_and_an_icon() -> None:
    tools = (*offers("annotator.tools", "TOOL"), *offers("annotator.tools", "MEASURE"))
    keys = [getattr(tool, "key", "") for tool in tools]
    assert all(keys) and len(set(keys)) == len(keys)
    missing = [tool for tool in tools if not (ROOT / "resources" / "icons" / getattr(tool, "icon", "")).is_file()]
    assert missing == []
