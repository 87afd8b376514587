"""A scale bar is as long as it says, and says a round length."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from annotator.domain.scale import bar, round_length

POSITIVE = some.floats(1e-4, 1e4)


@pytest.mark.parametrize(("room", "length"), [(0.09, 0.05), (1, 1), (1.9, 1), (2, 2), (4.99, 2), (7, 5), (10, 10), (999, 500), (1e3, 1e3)])
def test_the_longest_round_length_is_found(room: float, length: float) -> None:
    assert round_length(room) == pytest.approx(length)


@given(scale=POSITIVE, spacing=POSITIVE, longest=some.floats(10, 500))
def test_a_bar_is_as_long_as_it_says(scale: float, spacing: float, longest: float) -> None:
    length, pixels = bar(scale, spacing, longest)
    assert pixels / scale * spacing == pytest.approx(length)
    assert longest / 2.6 < pixels <= longest * 1.001


@pytest.mark.parametrize("spacing", [0.0, -1.0, math.nan, math.inf])
def test_there_is_none_where_the_spacing_is_no_length(spacing: float) -> None:
    assert bar(1.0, spacing, 100.0) is None
