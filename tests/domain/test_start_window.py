"""With which window an image begins."""

from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.auto_window import auto_window
from annotator.domain.honesty import Origin
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture, Window
from annotator.domain.start_window import SOFT_TISSUE, UPTAKE, start_window
from annotator.domain.window_rule import WindowRule

GIVEN = Window(18.0, 32.0, origin=Origin.HEADER)


def picture(low: float, high: float, unit: str, **more: object) -> Picture:
    values = np.linspace(low, high, 4096, dtype=np.float32).reshape(64, 64)
    return replace(Picture(ImageKey("1.2.3"), values, unit=unit), **more)


def test_an_uptake_begins_alike_whatever_its_header_proposes() -> None:
    assert start_window(picture(0, 7, "SUVbw", windows=(GIVEN,)), "PT", {}) == UPTAKE
    assert start_window(picture(0, 3, "SUVbw"), "PT", {}) == UPTAKE


def test_a_project_that_says_header_gets_the_header() -> None:
    assert start_window(picture(0, 7, "SUVbw", windows=(GIVEN,)), "PT", {"PT": WindowRule()}) == GIVEN


def test_a_pet_without_suv_begins_as_its_header_says() -> None:
    assert start_window(picture(0, 9000, "BQML", windows=(GIVEN,)), "PT", {}) == GIVEN


def test_a_ct_without_a_window_begins_as_a_mediastinum_and_says_so() -> None:
    found = start_window(picture(-400, 400, "HU"), "CT", {})
    assert found == SOFT_TISSUE
    assert found.origin is Origin.PRESET


def test_a_ct_of_which_a_mediastinal_window_shows_nothing_begins_as_its_pixels_say() -> None:
    found = start_window(picture(-940, -700, "HU"), "CT", {})
    assert found.origin is Origin.RANGE
    assert found.center - found.width / 2 == pytest.approx(-940, abs=5)


def test_a_ct_with_a_window_begins_with_it() -> None:
    assert start_window(picture(-400, 400, "HU", windows=(GIVEN,)), "CT", {}) == GIVEN


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.23456), (-977.3, 1267.9), (0.0, 31234.5)])
def test_a_window_from_the_pixels_has_few_figures(low: float, high: float) -> None:
    found = auto_window(picture(low, high, ""), "OT")
    assert found.width == pytest.approx(high - low, rel=0.02)
    assert len(f"{found.width:.10g}".replace(".", "").strip("0")) <= 5
