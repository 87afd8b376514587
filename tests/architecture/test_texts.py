"""Every text of the program is there in Korean, with the same values in it, compiled and up to date."""

from __future__ import annotations

import csv
import importlib.util
import string
import sys
from types import ModuleType

import pytest

from annotator.i18n import translate, use_language
from tests.architecture.sources import ROOT


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["translations"] = module
    spec.loader.exec_module(module)
    return module


tool = _tool()


def fields(text: str) -> list[str]:
    """The names between the braces of a text."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_every_text_has_korean() -> None:
    korean = {source: text for catalogue in tool.catalogues().values() for source, text in tool.spoken(catalogue).items()}
    missing = {f"{text.file}:{text.line} {text.text!r}" for text in tool.texts() if text.text and text.text not in korean}
    assert sorted(missing) == []


def test_every_text_can_be_found_by_its_source() -> None:
    files = sorted((ROOT / "annotator").rglob("*.py"))
    assert [place for file in files for place in tool.untranslatable(file.read_text(encoding="utf-8"), file.name)] == []


def test_korean_holds_the_same_values() -> None:
    for area, catalogue in tool.catalogues().items():
        for source, text in tool.spoken(catalogue).items():
            assert fields(source) == fields(text), f"{area}: {source!r} and {text!r} name different values"


def test_korean_has_one_word_for_a_thing() -> None:
    """The words on the right are those of the projects' own documents; the ones on the left were mixed in once."""
    instead = {"다각형": "폴리곤", "상자": "박스", "경계 박스": "바운딩 박스", "레이블": "라벨", "화소": "픽셀"}
    instead |= {"범주": "카테고리", "이미지": "영상", "증례": "케이스", "파스칼": "Pascal"}
    for area, catalogue in tool.catalogues().items():
        for source, text in tool.spoken(catalogue).items():
            mixed = {word: own for word, own in instead.items() if word in text}
            assert not mixed, f"{area}: {source!r} says {mixed}"


def test_no_catalogue_says_what_the_program_does_not() -> None:
    said = {text.text for text in tool.texts()}
    for area, catalogue in tool.catalogues().items():
        idle = [message.id for message in catalogue if message.id and message.id not in said]
        assert not idle, f"{area}.po: nobody says {idle}"
        assert not catalogue.obsolete, f"{area}.po: remove {list(catalogue.obsolete)}"


def test_nothing_is_half_translated() -> None:
    for area, catalogue in tool.catalogues().items():
        assert not [message.id for message in catalogue if message.id and (message.fuzzy or not message.string)], area


def test_one_text_has_one_korean() -> None:
    seen: dict[str, str] = {}
    for area, catalogue in tool.catalogues().items():
        for source, text in tool.spoken(catalogue).items():
            assert seen.setdefault(source, text) == text, f"{area}.po: {source!r} is said differently elsewhere"


def test_the_compiled_catalogues_are_up_to_date() -> None:
    assert tool.stale() == ()


@pytest.mark.parametrize("area", sorted(tool.catalogues()))
def test_the_program_says_it_in_korean(area: str) -> None:
    use_language("ko")
    for source, text in tool.spoken(tool.catalogues()[area]).items():
        assert translate(source) == text


def test_every_category_has_a_name_in_both_languages() -> None:
    for definition in sorted((ROOT / "resources" / "projects").glob("*/categories.csv")):
        with definition.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                assert row["name"] and row["name_en"], f"{definition.parent.name}: {row}"


def test_the_laws_can_fail() -> None:
    source = 'a = mark("one")\nb = message("two {n}" if c else "three", n=1)\nd = translate(f"four {n}")'
    assert [text.text for text in tool.texts_of(source, "annotator/domain/x.py")] == ["one", "two {n}", "three"]
    assert list(tool.untranslatable(source, "x.py")) == ["x.py:3"]
    assert fields("{a} of {b:.1f}") == ["a", "b"]


def test_korean_asks_in_one_voice() -> None:
    """All sentences that ask for something end in -세요; a stiff -십시오 among them reads as if somebody else had written it."""
    assert not [text for catalogue in tool.catalogues().values() for text in tool.spoken(catalogue).values() if "십시오" in text]
