"""A display filter makes another picture for the eye; the picture it was made from stays byte for byte what it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.display_filter import BRIGHTNESS, Filter, air_of, filtered, with_black_air
from annotator.domain.grayscale import shade_stored
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture, Window

WINDOW = Window(1000.0, 1000.0)


def breast(*, inverted: bool = False) -> Picture:
    """A bright half disc on noisy dark air; with `inverted`, stored the other way round."""
    chance = np.random.default_rng(4)
    rows, columns = np.mgrid[:200, :160]
    inside = (columns / 100.0) ** 2 + ((rows - 100) / 80.0) ** 2 < 1
    stored = np.where(inside, 900 + 150 * np.sin(rows / 9.0) + chance.normal(0, 20, inside.shape), chance.integers(0, 20, inside.shape))
    stored = stored.astype(np.uint16)
    return Picture(ImageKey("1.2"), 4095 - stored if inverted else stored, inverted=inverted)


@pytest.mark.parametrize("how", list(Filter))
def test_a_filter_leaves_the_picture_and_its_values_alone(how: Filter) -> None:
    shown = breast()
    stored, digest = shown.stored.copy(), shown.digest
    made = filtered(shown, WINDOW, how, air_of(shown))
    assert np.array_equal(shown.stored, stored)
    assert Picture(shown.key, shown.stored).digest == digest
    assert made.stored is not shown.stored
    assert not np.shares_memory(made.stored, shown.stored)
    assert made.stored.dtype == np.uint8


def test_without_a_filter_the_brightness_is_that_of_the_window() -> None:
    shown = breast(inverted=True)
    made = filtered(shown, WINDOW, Filter.NONE)
    assert np.array_equal(shade_stored(made.stored, made, BRIGHTNESS), shade_stored(shown.stored, shown, WINDOW))


def test_equalised_brightness_is_spread_evenly() -> None:
    ramp = Picture(ImageKey("1.2"), (np.linspace(0, 1, 10_000) ** 3 * 4000).astype(np.uint16).reshape(100, 100))
    counts = np.bincount(filtered(ramp, Window(2000.0, 4000.0), Filter.EQUALISED).stored.ravel() // 64, minlength=4)
    plain = np.bincount(shade_stored(ramp.stored, ramp, Window(2000.0, 4000.0)).ravel() // 64, minlength=4)
    assert counts.std() < plain.std()


def test_local_contrast_makes_faint_texture_stronger_everywhere() -> None:
    rows, columns = np.mgrid[:256, :256]
    faint = Picture(ImageKey("1.2"), (columns * 12 + 40 * ((rows // 4 + columns // 4) % 2)).astype(np.uint16))
    window = Window(1550.0, 3100.0)
    before, after = shade_stored(faint.stored, faint, window), filtered(faint, window, Filter.LOCAL).stored
    contrast = [np.abs(np.diff(image.astype(float), axis=0)).mean() for image in (before, after)]
    assert contrast[1] > 1.3 * contrast[0]


def test_a_sharpened_edge_is_steeper() -> None:
    step = Picture(ImageKey("1.2"), np.repeat([[800, 820, 900, 980, 1000, 1000, 1000, 1000]], 20, axis=0).astype(np.uint16))
    plain, sharp = filtered(step, WINDOW, Filter.NONE).stored, filtered(step, WINDOW, Filter.SHARPENED).stored
    assert np.diff(sharp[5].astype(int)).max() > np.diff(plain[5].astype(int)).max()


@pytest.mark.parametrize("inverted", [False, True])
def test_air_is_found_and_stays_black_under_invert(inverted: bool) -> None:
    shown, window = breast(inverted=inverted), replace(WINDOW, inverted=True)
    if inverted:
        window = replace(window, center=3095.0)
    air = air_of(shown)
    assert air is not None
    truth = shown.stored < 100 if not inverted else shown.stored > 3995
    assert (air != truth).mean() < 0.01
    made = with_black_air(shown, window, air)
    before, after = shade_stored(shown.stored, shown, window), shade_stored(made.stored, made, window)
    assert before[air].min() > 200
    assert after[air].max() == 0
    assert np.array_equal(after[~air], before[~air])
    for how in Filter:
        through = filtered(shown, window, how, air)
        assert shade_stored(through.stored, through, replace(BRIGHTNESS, inverted=True))[air].max() == 0


def test_an_image_without_air_has_none() -> None:
    noise = np.random.default_rng(5).normal(1000, 100, (128, 128)).astype(np.uint16)
    found = air_of(Picture(ImageKey("1.2"), noise))
    assert found is None or found.mean() < 0.5
    assert air_of(Picture(ImageKey("1.2"), np.zeros((8, 8), np.uint16))) is None
