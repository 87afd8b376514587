"""Brightness follows the standard's formulas to the last step, and the fast way gives what the slow one gives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.grayscale import shade, shade_stored, shade_table
from annotator.domain.honesty import Origin
from annotator.domain.image import ImageKey
from annotator.domain.picture import ModalityTable, Picture, Voi, VoiTable, Window

KEY = ImageKey("1.2.3")


def by_the_standard(x: float, window: Window) -> float:
    """PS3.3 C.11.2.1.2.1, C.11.2.1.3.1 and C.11.2.1.3.2 as they are written there, 0 to 255."""
    c, w = window.center, window.width
    if window.function is Voi.SIGMOID:
        return 255 / (1 + math.exp(-4 * (x - c) / w))
    if window.function is Voi.LINEAR_EXACT:
        if x <= c - w / 2:
            return 0
        return 255 if x > c + w / 2 else ((x - c) / w + 0.5) * 255
    if x <= c - 0.5 - (w - 1) / 2:
        return 0
    if x > c - 0.5 + (w - 1) / 2:
        return 255
    return ((x - (c - 0.5)) / (w - 1) + 0.5) * 255


@given(
    st.integers(-3000, 3000), st.integers(-1000, 1000), st.integers(1, 4000), st.sampled_from(list(Voi)), st.booleans(),
)  # fmt: skip
def test_every_function_is_the_standards(x: int, center: int, width: int, function: Voi, inverted: bool) -> None:
    window = Window(center, width, function=function)
    if abs(x - center) * 4 / width > 700:
        return
    wanted = by_the_standard(x, window)
    found = int(shade(np.array([x], dtype=np.float32), window, inverted)[0])
    assert abs((255 - found if inverted else found) - wanted) <= 0.5 + 1e-9


def test_the_ends_of_a_linear_window() -> None:
    ends = np.array([-160.5, -160, -159, 40, 238, 239, 240], dtype=np.float32)
    assert shade(ends, Window(40, 400), inverted=False).tolist() == [0, 0, 1, 128, 254, 255, 255]


def test_the_smallest_window_is_a_step() -> None:
    assert shade(np.array([39, 40], np.float32), Window(40, 1), inverted=False).tolist() == [0, 255]


def test_inverting_is_done_once() -> None:
    values = np.linspace(-200, 300, 11, dtype=np.float32)
    assert (shade(values, Window(40, 400), True) == 255 - shade(values, Window(40, 400), False)).all()


def test_what_is_no_number_is_dark() -> None:
    odd = np.array([np.nan, -np.inf, np.inf], dtype=np.float32)
    for function in Voi:
        assert shade(odd, Window(0, 10, function=function), inverted=False).tolist() == [0, 0, 255]


@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2", "i4", "f4"])
@pytest.mark.parametrize("inverted", [False, True])
def test_the_table_gives_what_the_values_give(kind: str, inverted: bool) -> None:
    chance = np.random.default_rng(3)
    limits = np.iinfo(kind) if kind[0] != "f" else np.iinfo("i2")
    stored: np.ndarray[Any, Any] = chance.integers(limits.min, limits.max, (50, 40), endpoint=True).astype(kind)
    picture = Picture(KEY, stored, slope=0.7, intercept=-1024.25, inverted=inverted)
    for window in (Window(40, 400), Window(-600, 1600.5, function=Voi.LINEAR_EXACT), Window(0, 90, function=Voi.SIGMOID)):
        part = stored[3:41:2, 5:]
        shaded = shade_stored(part, picture, window)
        assert shaded.dtype == np.uint8 and shaded.shape == part.shape
        assert (shaded == shade(picture.values((slice(3, 41, 2), slice(5, None))), window, inverted)).all()


def test_a_modality_table_is_followed() -> None:
    stored = np.array([[-3, -2, -1, 0, 1, 9]], dtype=np.int16)
    picture = Picture(KEY, stored, modality_table=ModalityTable(-2, np.array([0, 100, 50], np.float32)))
    shaded = shade_stored(stored, picture, Window(50, 100, function=Voi.LINEAR_EXACT))
    assert shaded.tolist() == [[0, 0, 255, 128, 128, 128]]


def test_colour_stays_as_it_is() -> None:
    rgb = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    picture = Picture(KEY, rgb)
    assert shade_stored(rgb, picture, Window(1, 2)) is rgb and shade_table(picture, Window(1, 2)) is None


def test_the_same_window_is_computed_once() -> None:
    first, second = (Picture(KEY, np.zeros((2, 2), np.uint16), slope=1.0, intercept=-1024.0) for _ in range(2))
    assert shade_table(first, Window(40, 400)) is shade_table(second, Window(40, 400))


CURVE = VoiTable(-3, bytes([9, 9, 40, 41, 200, 255, 255, 255]))


@given(st.floats(-20, 20), st.booleans())
def test_a_table_gives_the_brightness_of_the_nearest_whole_value(x: float, inverted: bool) -> None:
    place = min(max(math.floor(x + 0.5) + 3, 0), 7)
    found = int(shade(np.array([x]), Window.of_table(CURVE, "CURVE"), inverted)[0])
    assert found == (255 - CURVE.shades[place] if inverted else CURVE.shades[place])


@given(st.sampled_from(["u1", "i1", "u2", "i2"]), st.sampled_from([(1.0, 0.0), (2.0, -5.0), (-0.5, 3.25)]), st.integers(-300, 300))
def test_a_table_is_as_fast_as_a_window_and_the_same(kind: str, rescale: tuple[float, float], first: int) -> None:
    chance = np.random.default_rng(abs(first))
    stored = chance.integers(np.iinfo(kind).min, np.iinfo(kind).max, (20, 30), endpoint=True).astype(kind)
    picture = Picture(KEY, stored, *rescale, inverted=first % 2 == 0)
    window = Window.of_table(VoiTable(first, bytes(chance.integers(0, 255, 500, dtype=np.uint8))), "")
    assert (shade_stored(stored, picture, window) == shade(picture.values(), window, picture.inverted)).all()
    assert shade_table(picture, window) is shade_table(picture, window)


def test_a_table_spans_what_changes_and_a_drag_goes_on_from_there() -> None:
    window = Window.of_table(CURVE, "CURVE")
    assert (window.center, window.width, window.name, window.origin) == (0, 4, "CURVE", Origin.TABLE)
    moved = window.moved(1, 5)
    assert moved == Window(1, 5) and moved.origin is Origin.PERSON and moved.table is None
    assert Window(1, 2, "SOFT", Voi.SIGMOID).moved(3, 4) == Window(3, 4, function=Voi.SIGMOID)


def test_a_table_that_changes_nothing_is_a_window_all_the_same() -> None:
    assert Window.of_table(VoiTable(5, bytes(3)), "").width == 2
    assert Window.of_table(VoiTable(5, bytes(1)), "").width == 1
