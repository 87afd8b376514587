"""A window is kept for as much as a person chose, begins as the project says, and is inverted exactly once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.honesty import Origin
from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture, Window
from annotator.domain.window_rule import NamedWindow, Start, WindowRule
from annotator.workspace.levels import Keep, Kept, Levels

STORED = np.arange(1200, dtype=np.int16).reshape(30, 40)
CHOSEN = Window(10.0, 20.0)


def image(number: int, modality: str = "CT", series: str = "1.9", study: str = "1.8") -> Image:
    return Image(ImageKey(f"1.2.{number}"), f"{number}.dcm", 1, 30, 40, modality, "1.2.840", series, study)


def picture(of: Image, **other: object) -> Picture:
    return Picture(of.key, STORED, **{"unit": "HU" if of.modality == "CT" else "", **other})


def levels(keep: Keep = Keep.USUAL, **rules: WindowRule) -> Levels:
    return Levels(Kept(keep, rules))


@pytest.mark.parametrize(
    ("keep", "modality", "reaches"),
    [
        (Keep.USUAL, "CT", (True, False, False)),
        (Keep.USUAL, "DX", (False, False, False)),
        (Keep.IMAGE, "CT", (False, False, False)),
        (Keep.SERIES, "DX", (True, False, False)),
        (Keep.MODALITY, "CT", (True, True, False)),
        (Keep.PROJECT, "MR", (True, True, False)),
    ],
)
def test_a_window_reaches_as_far_as_it_is_kept(keep: Keep, modality: str, reaches: tuple[bool, ...]) -> None:
    own = levels(keep)
    here = image(1, modality)
    own.choose(here, picture(here), CHOSEN)
    others = image(2, modality), image(3, modality, "1.7"), image(4, "MG", "1.6")
    assert own.window(here, picture(here)) == CHOSEN
    assert tuple(own.window(other, picture(other)) == CHOSEN for other in others) == reaches


def test_a_window_is_never_carried_over_to_another_unit() -> None:
    own = levels(Keep.MODALITY)
    one, other = image(1, "PT"), image(2, "PT", "1.7")
    own.choose(one, picture(one, unit="g/ml"), Window(2.5, 5.0))
    assert own.window(other, picture(other, unit="Bq/ml")) != Window(2.5, 5.0)
    assert own.window(other, picture(other, unit="g/ml")) == Window(2.5, 5.0)


def test_an_image_begins_with_its_header_or_from_its_pixels() -> None:
    here = image(1, "MR")
    assert levels().window(here, picture(here, windows=(Window(7, 8),))) == Window(7, 8)
    found = levels().window(here, picture(here))
    assert found.origin is Origin.RANGE
    assert 0 <= found.center - found.width / 2 < found.center + found.width / 2 <= 1199


def test_the_project_says_how_an_image_begins() -> None:
    here, named = image(1), NamedWindow("폐", "Lung", Window(-600, 1500, origin=Origin.PROJECT))
    shown = picture(here, windows=(Window(7, 8),))
    assert levels(CT=WindowRule(Start.PRESET, presets=(named,))).window(here, shown) == named.window
    full = levels(CT=WindowRule(Start.FULL)).window(here, shown)
    assert (full.center, full.width, full.origin) == (599.5, 1199.0, Origin.PROJECT)
    assert levels(CT=WindowRule(Start.AUTO)).window(here, shown).width < 1199
    assert levels(CT=WindowRule(inverted=True)).window(here, shown) == replace(Window(7, 8), inverted=True)


def test_the_first_picture_of_a_series_says_how_all_of_it_begins() -> None:
    own, one, other = levels(), image(1), image(2)
    own.arrived(one, picture(one, windows=(Window(7, 8),)))
    assert own.window(other, picture(other, windows=(Window(1, 2),))) == Window(7, 8)


def test_inverted_twice_is_as_before() -> None:
    own, here, other = levels(), image(1), image(2, series="1.7")
    before = own.window(here, picture(here))
    own.invert(here)
    assert own.window(here, picture(here)) == replace(before, inverted=True)
    assert not own.window(other, picture(other)).inverted
    own.invert(here)
    assert own.window(here, picture(here)) == before


def test_the_views_of_a_mammography_are_inverted_together() -> None:
    own, one, other = levels(), image(1, "MG", "1.5"), image(2, "MG", "1.6")
    own.invert(one)
    assert own.window(other, picture(other)).inverted


def test_a_chosen_window_does_not_change_what_is_inverted() -> None:
    own, here = levels(), image(1)
    own.invert(here)
    own.choose(here, picture(here), CHOSEN)
    assert own.window(here, picture(here)) == replace(CHOSEN, inverted=True)


def test_what_is_kept_for_a_project_is_there_the_next_time_and_in_no_other_project() -> None:
    first = Kept()
    first.of_project("/one", {})
    first.choose(Keep.PROJECT)
    here = image(1)
    own = Levels(first)
    own.choose(here, picture(here), CHOSEN)
    own.invert(here)
    first.put_down()
    again, elsewhere = Kept(), Kept()
    again.of_project("/one", {})
    elsewhere.of_project("/other", {})
    assert Levels(again).window(here, picture(here)) == replace(CHOSEN, inverted=True)
    assert Levels(elsewhere).window(here, picture(here)) != replace(CHOSEN, inverted=True)
