"""An automatic window lies within the values, leaves out padding and air, and suits what was marked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.auto_window import Contrast, auto_window, full_window, region_window
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture

KEY = ImageKey("1.2.3")


def picture(stored: np.ndarray, **other: object) -> Picture:
    return Picture(KEY, stored, **other)


def ends(window: object) -> tuple[float, float]:
    return window.center - window.width / 2, window.center + window.width / 2


def half_air(seed: int = 1) -> np.ndarray:
    """A CT in HU + 1024: the upper half air, the lower half soft tissue around 40 HU."""
    chance = np.random.default_rng(seed)
    stored = np.full((80, 60), 24, np.int16)
    stored[40:] = 1064 + chance.normal(0, 20, (40, 60)).astype(np.int16)
    return stored


@given(
    st.integers(-2000, 2000),
    st.integers(1, 3000),
    st.sampled_from(["CT", "MR", "PT", "CR", "DX", "MG", "US", "NM"]),
    st.sampled_from(Contrast),
    st.integers(0, 1000),
)
def test_an_automatic_window_lies_within_the_values(low: int, span: int, modality: str, contrast: Contrast, seed: int) -> None:
    stored = np.random.default_rng(seed).integers(low, low + span, (24, 31), endpoint=True).astype(np.int16)
    shown = picture(stored, unit="HU" if modality == "CT" else "")
    bottom, top = ends(auto_window(shown, modality, contrast=contrast))
    assert top > bottom
    slack = max(1.0, 0.005 * max(abs(low), abs(low + span), span))  # it is one value wide at least, and rounded to three figures
    assert bottom >= min(int(stored.min()), 0 if modality in ("PT", "NM") else 9999) - slack
    assert top <= int(stored.max()) + slack


def test_air_does_not_count_in_a_ct() -> None:
    window = auto_window(picture(half_air(), intercept=-1024.0, unit="HU"), "CT")
    assert ends(window)[0] > -100
    assert window.center == pytest.approx(40, abs=15)


def test_what_is_in_view_decides() -> None:
    stored = half_air()
    stored[40:, 30:] = 2024
    shown = picture(stored, intercept=-1024.0, unit="HU")
    assert ends(auto_window(shown, "CT"))[1] == pytest.approx(1000)
    assert ends(auto_window(shown, "CT", (slice(40, 80), slice(0, 30))))[1] < 200


def test_padding_never_counts() -> None:
    stored = half_air()
    stored[:40] = -2000
    shown = picture(stored, intercept=-1024.0, padding=(-2000.0, -2000.0))
    assert ends(auto_window(shown, "OT"))[0] > -100
    assert ends(full_window(shown))[0] > -100
    assert ends(full_window(picture(stored, intercept=-1024.0)))[0] == pytest.approx(-3024)


def test_a_collimator_and_direct_exposure_do_not_count_in_an_xray() -> None:
    stored = np.random.default_rng(3).normal(2000, 100, (100, 100)).astype(np.uint16)
    stored[:20], stored[-20:] = 0, 4095
    bottom, top = ends(auto_window(picture(stored), "DX"))
    assert 1500 < bottom < 2000 < top < 2500


def test_pet_begins_at_zero() -> None:
    stored = np.zeros((50, 50), np.uint16)
    stored[10:30, 10:30] = np.arange(400).reshape(20, 20)
    assert ends(auto_window(picture(stored), "PT"))[0] == 0.0


def test_more_contrast_is_narrower() -> None:
    shown = picture(half_air(), intercept=-1024.0, unit="HU")
    less, usual, more = (auto_window(shown, "CT", contrast=contrast).width for contrast in Contrast)
    assert less > usual > more


def test_a_marked_region_gives_two_deviations_around_its_mean_and_no_more_than_there_is() -> None:
    shown = picture(half_air(), intercept=-1024.0, unit="HU")
    inside = (slice(45, 75), slice(5, 55))
    values = shown.values(inside)
    bottom, top = ends(region_window(shown, inside))
    assert bottom == pytest.approx(max(values.mean() - 2 * values.std(), values.min()), abs=0.5)
    assert top == pytest.approx(min(values.mean() + 2 * values.std(), values.max()), abs=0.5)


def test_a_flat_region_still_gives_a_window_that_shows_something() -> None:
    window = region_window(picture(half_air()), (slice(0, 10), slice(0, 10)))
    assert window is not None
    assert (window.center, window.width) == (24.0, 1.0)


def test_a_region_of_padding_gives_no_window() -> None:
    assert region_window(picture(half_air(), padding=(24.0, 24.0)), (slice(0, 10), slice(0, 10))) is None
