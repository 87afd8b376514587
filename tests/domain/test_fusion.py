"""What is laid over an image: colours that mean values, and a refusal where nobody knows how the two lie."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.domain.colour_maps import ColourMap, colours_of, lightness
from annotator.domain.fusion import coloured, fusible, table_of
from annotator.domain.reslice import Lattice
from annotator.domain.scale import steps_for
from annotator.i18n import Message
from tests.domain.test_reslice import stack, turned


def test_the_even_table_rises_in_even_steps_of_lightness() -> None:
    rises = np.diff(lightness(colours_of(ColourMap.UNIFORM)))
    assert rises.min() > 0 and np.abs(np.convolve(rises, np.ones(16) / 16, "valid") - 92 / 255).max() < 0.08


def test_every_table_begins_and_ends_where_it_should() -> None:
    assert colours_of(ColourMap.INVERSE)[[0, -1]].tolist() == [[255] * 3, [0] * 3]
    assert colours_of(ColourMap.HOT)[[0, -1]].tolist() == [[0] * 3, [255] * 3]
    assert (np.diff(lightness(colours_of(ColourMap.HOT))) >= 0).all()


def alpha(pixels: np.ndarray) -> np.ndarray:
    return pixels >> 24


def test_at_0_the_image_is_untouched_and_at_1_nothing_of_it_is_left() -> None:
    values = np.array([0.0, 3.0, 9.0, np.nan], np.float32)
    assert alpha(coloured(values, 6.0, table_of(ColourMap.HOT, 0.0))).tolist() == [0, 0, 0, 0]
    assert alpha(coloured(values, 6.0, table_of(ColourMap.HOT, 1.0))).tolist() == [255, 255, 255, 0]


def test_faint_uptake_leaves_the_image_as_it_is_at_an_even_blend() -> None:
    found = alpha(coloured(np.array([0.0, 0.7, 3.0, 6.0], np.float32), 6.0, table_of(ColourMap.HOT, 0.5)))
    assert found[0] == 0 and 0 < found[1] < found[2] == found[3] == 128


def test_colours_run_from_nought_to_the_upper_value() -> None:
    table = table_of(ColourMap.HOT, 1.0)
    found = coloured(np.array([-1.0, 0.0, 2.5, 5.0, 50.0, np.inf], np.float32), 5.0, table) & 0xFFFFFF
    expected = [int.from_bytes(colours_of(ColourMap.HOT)[place].tobytes(), "big") for place in (0, 0, 128, 255, 255, 255)]
    assert found.tolist() == expected


@pytest.mark.parametrize(
    ("upper", "steps"),
    [(5, (0, 1, 2, 3, 4, 5)), (7, (0, 2, 4, 6)), (10, (0, 2, 4, 6, 8, 10)), (0.3, (0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3))],
)
def test_the_bar_has_round_values(upper: float, steps: tuple[float, ...]) -> None:
    assert steps_for(upper) == steps


def test_series_of_one_frame_of_reference_may_be_fused_however_they_are_turned() -> None:
    ct, pet = stack(*turned(0), modality="CT"), stack(*turned(12, 20))
    assert isinstance(fusible(ct, pet), Lattice)


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        (stack(*turned(0), frame="1.8"), "frames of reference differ"),
        (stack(*turned(0), frame=""), "frames of reference differ"),
        (stack(*turned(0), gap=2), "not evenly spaced"),
        ((), "no images"),
    ],
)
def test_what_cannot_be_fused_is_refused_with_the_reason(over: tuple, reason: str) -> None:
    why = fusible(stack(*turned(0), modality="CT"), over)
    assert isinstance(why, Message) and reason in str(why)
