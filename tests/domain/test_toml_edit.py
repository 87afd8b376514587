"""A value of a TOML text is changed, and nothing else."""

from __future__ import annotations

import difflib
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.toml_edit import with_table, with_value, without, written
from annotator.paths import resources_folder

LUNG = (resources_folder() / "projects" / "lung-cancer" / "project.toml").read_text("utf-8")
TEXT = """\
# first
name = "폐암 # 1"   # said aloud
list = [
  "a",   # one
  "b",
]

# about the table
[mask]
line = "none"

[[attribute]]
key = "a"
# inside
choices = [
  { value = "x" },
  [ ],
]

# between
[[attribute]]
key = "b"

# last
[end]
z = 1
""".replace("  [ ],\n", "")


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def test_a_value_is_replaced_and_its_comment_stays():
    assert changed_lines(TEXT, with_value(TEXT, ("name",), '간 "암"')) == ['- name = "폐암 # 1"   # said aloud',
                                                                          '+ name = "간 \\"암\\""   # said aloud']


def test_a_value_of_several_lines_is_replaced_as_a_whole():
    text = with_value(TEXT, ("list",), ["c"])
    assert tomllib.loads(text)["list"] == ["c"] and "# about the table" in text and "# one" not in text


def test_a_new_key_goes_to_the_end_of_its_table():
    assert 'line = "none"\nwidth = 2\n\n[[attribute]]' in with_value(TEXT, ("mask", "width"), 2)
    assert ']\nblind = true\n\n# about the table' in with_value(TEXT, ("blind",), True)
    assert 'key = "b"\nunit = "mm"\n\n# last' in with_value(TEXT, ("attribute", 1, "unit"), "mm")


def test_the_same_value_changes_nothing():
    assert with_value(TEXT, ("end", "z"), 1) == TEXT
    assert with_value(TEXT, ("end", "z"), True) != TEXT


def test_a_key_is_taken_out():
    assert changed_lines(TEXT, without(TEXT, ("mask", "line"))) == ['- line = "none"']
    assert without(TEXT, ("mask", "other")) == TEXT


def test_a_table_of_a_list_is_taken_out():
    text = without(TEXT, ("attribute", 0))
    assert tomllib.loads(text)["attribute"] == [{"key": "b"}]
    assert "# between" in text and "# inside" not in text
    assert "attribute" not in tomllib.loads(without(text, ("attribute", 0)))


def test_a_table_is_added_after_its_like_or_at_the_end():
    text = with_table(TEXT, "attribute", {"key": "c", "choices": [{"value": "v", "name": "값"}]})
    assert 'key = "b"\n\n[[attribute]]\nkey = "c"\nchoices = [\n  { value = "v", name = "값" },\n]\n\n# last' in text
    assert with_table("a = 1\n\n", "t", {"k": 1.5}) == "a = 1\n\n[[t]]\nk = 1.5\n"


def test_the_bundled_definition_keeps_every_other_line():
    assert changed_lines(LUNG, with_value(LUNG, ("modality", 2, "exclusive"), True)) == ["+ exclusive = true"]
    assert changed_lines(LUNG, with_value(LUNG, ("mask", "foreground"), 1)) == [
        "- foreground = 255                  # 1–255",
        "+ foreground = 1                  # 1–255",
    ]


def test_what_cannot_be_done_without_harm_is_refused():
    with pytest.raises(ValueError, match="something else"):
        with_value("a = { b = 1 }\nc = 2\n", ("a", "d"), 1)
    with pytest.raises(ValueError, match="no word"):
        written(None)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_any_text_comes_back(value):
    assert tomllib.loads(with_value(TEXT, ("mask", "line"), value))["mask"]["line"] == value
