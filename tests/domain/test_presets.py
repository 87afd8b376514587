"""Windows by name follow the modality: HU on CT in HU only, SUV on PET in SUV only, elsewhere what header and pixels give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.honesty import Origin
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture, Window
from annotator.domain.presets import presets_of
from annotator.domain.window_rule import NamedWindow, WindowRule
from annotator.i18n import say

STORED = np.arange(400, dtype=np.int16).reshape(20, 20)


def picture(**other: object) -> Picture:
    return Picture(ImageKey("1.2.3"), STORED, **other)


def names(shown: Picture, modality: str, rules: dict[str, WindowRule] | None = None) -> list[str]:
    return [preset.own_names[1] if preset.own_names else say(preset.name) for preset in presets_of(shown, modality, rules or {})]


def test_a_ct_has_the_windows_of_radiology_and_then_those_of_its_header() -> None:
    shown = picture(unit="HU", windows=(Window(50, 350, "WINDOW1"), Window(-600, 1500, "LUNG")))
    assert names(shown, "CT") == ["Lung", "Mediastinum", "Bone", "Brain", "Abdomen", "Liver", "WINDOW1"]
    lung = presets_of(shown, "CT", {})[0].of(shown, "CT")
    assert (lung.center, lung.width, lung.origin) == (-600, 1500, Origin.PRESET)


@pytest.mark.parametrize("modality", ["CR", "DX", "MG", "MR", "US", "PT", "NM", "OT"])
def test_no_window_in_hounsfield_units_is_offered_on_anything_else(modality: str) -> None:
    shown = picture(windows=(Window(2000, 3000, "SOFT"), Window(2000, 1500)))
    assert names(shown, modality) == ["SOFT", "Header 2", "More contrast", "Less contrast"]


def test_a_ct_in_no_unit_has_none_in_hounsfield_units() -> None:
    assert "Lung" not in names(picture(unit=""), "CT")


def test_pet_in_uptake_values_has_ranges_of_uptake() -> None:
    assert names(picture(unit="g/ml"), "PT")[:3] == ["SUV 0–5", "SUV 0–7", "SUV 0–10"]
    assert names(picture(unit="Bq/ml"), "PT") == ["More contrast", "Less contrast"]


def test_a_project_names_its_own_in_the_place_of_the_usual_ones() -> None:
    rule = WindowRule(presets=(NamedWindow("결절", "Nodule", Window(-500, 1200, origin=Origin.PROJECT)),))
    assert names(picture(unit="HU"), "CT", {"CT": rule}) == ["Nodule"]
    assert names(picture(unit="HU"), "CT", {"MR": rule})[0] == "Lung"


def test_colour_has_no_windows() -> None:
    assert presets_of(Picture(ImageKey("1.2"), np.zeros((4, 4, 3), np.uint8)), "US", {}) == ()


def test_the_only_window_of_a_header_is_offered_once() -> None:
    only = Window(60.0, 360.0, origin=Origin.HEADER)
    stored = np.zeros((4, 4), np.int16)
    offered = presets_of(Picture(ImageKey("1.2"), stored, windows=(only,)), "CR", {})
    assert all(preset.window is None for preset in offered)
    named = presets_of(Picture(ImageKey("1.2"), stored, windows=(replace(only, name="SOFT"),)), "CR", {})
    assert named[0].own_names == ("SOFT", "SOFT")
