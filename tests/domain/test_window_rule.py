"""A project says in its file how images begin and which windows it names; a slip is told with its line."""

from __future__ import annotations

import pytest

from annotator.domain.toml_table import read_toml
from annotator.domain.window_rule import Start, parse_window_rules, unknown_keys
from annotator.errors import AnnotatorError

FILE = """
[window.CT]
start = "preset"
[[window.CT.preset]]
name = "폐"
name_en = "Lung"
center = -600
width = 1500
[[window.CT.preset]]
name = "뼈"
center = 500.5
width = 2000

[window.PT]
inverted = true
"""


def test_start_inversion_and_names_are_read() -> None:
    rules = parse_window_rules(read_toml("project.toml", FILE))
    assert rules["CT"].start is Start.PRESET
    assert [(named.name, named.name_en, named.window.center, named.window.width) for named in rules["CT"].presets] == [
        ("폐", "Lung", -600.0, 1500.0),
        ("뼈", "뼈", 500.5, 2000.0),
    ]
    assert (rules["PT"].start, rules["PT"].inverted, rules["PT"].presets) == (Start.HEADER, True, ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[window.CT]\nstart = "lung"', "line 2, key “window.CT.start”: “lung” is not known"),
        ('[window.CT]\nstart = "preset"', "line 2, key “window.CT.start”: no window is named for CT"),
        ('[[window.CT.preset]]\nname = "a"\ncenter = 1', "key “window.CT.preset.width”: the key is missing"),
        ('[[window.CT.preset]]\nname = "a"\ncenter = 1\nwidth = 0', "line 4, key “window.CT.preset.width”: a number is expected"),
        ("[window.ct]", "key “window.ct”: “ct” is no DICOM modality"),
    ],
)
def test_a_slip_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(AnnotatorError, match="project.toml") as caught:
        parse_window_rules(read_toml("project.toml", text))
    assert said in str(caught.value)


def test_a_key_without_effect_is_remarked_on() -> None:
    text = '[window.CT]\nbegin = "auto"\n[[window.CT.preset]]\nname = "a"\ncenter = 1\nwidth = 2\ncentre = 3'
    said = [str(remark) for remark in unknown_keys(read_toml("project.toml", text))]
    assert len(said) == 2
    assert "“begin”" in said[0]
    assert "“center” may be meant" in said[1]
