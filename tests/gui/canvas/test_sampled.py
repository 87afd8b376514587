"""What rests on the screen reduced is sampled as stored values, each in its place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect

from annotator.gui.canvas.sampled import sampled
from annotator.gui.canvas.transform import Placed, Transform


def by_hand(level: np.ndarray, x: float, y: float) -> float:
    """The value at a place of a copy (its first pixel's middle at 0, 0), linear between the four nearest."""
    x, y = min(max(x, 0.0), level.shape[1] - 1.0), min(max(y, 0.0), level.shape[0] - 1.0)
    left, top = math.floor(x), math.floor(y)
    right, low = min(left + 1, level.shape[1] - 1), min(top + 1, level.shape[0] - 1)
    upper = level[top, left] * (1 - (x - left)) + level[top, right] * (x - left)
    lower = level[low, left] * (1 - (x - left)) + level[low, right] * (x - left)
    return float(upper * (1 - (y - top)) + lower * (y - top))


@given(
    rows=st.integers(1, 40), columns=st.integers(1, 40), by=st.sampled_from([1, 2, 4]), zoom=st.floats(0.1, 1.0),
    offset=st.tuples(st.floats(-30, 30), st.floats(-30, 30)), ratio=st.sampled_from([1.0, 1.25, 2.0]), tall=st.floats(1.0, 3.0),
    kind=st.sampled_from(["i2", "u2", "u1", "i4", "f4"]), seed=st.integers(0, 99),
)  # fmt: skip
def test_each_pixel_of_the_screen_has_the_value_under_its_middle(rows, columns, by, zoom, offset, ratio, tall, kind, seed) -> None:
    numbers = np.random.default_rng(seed).integers(0, 200, (-(-rows // by), -(-columns // by)))
    level = (numbers - (100 if kind in ("i2", "i4", "f4") else 0)).astype(kind)
    transform = Transform(Placed(rows, columns, 1.0, tall), zoom, *offset, ratio)
    area = QRect(2, 1, 30, 25)
    found = sampled(level, transform, area)
    assert found.values.dtype == level.dtype
    across, down, x, y = zoom, zoom * tall, offset[0] * ratio, offset[1] * ratio
    inside = {
        (column, row)
        for column in range(2, 32) for row in range(1, 26)
        if 0 <= column + 0.5 - x < columns * across and 0 <= row + 0.5 - y < rows * down
    }  # fmt: skip
    height, width = found.values.shape
    painted = {(found.corner.x() + i, found.corner.y() + j) for i in range(width) for j in range(height)}
    assert painted == inside
    for column, row in inside:
        wanted = by_hand(level, (column + 0.5 - x) / across / by - 0.5, (row + 0.5 - y) / down / by - 0.5)
        got = float(found.values[row - found.corner.y(), column - found.corner.x()])
        assert abs(got - wanted) <= (0.501 if level.dtype.kind in "iu" else 1e-2)


def test_beside_the_picture_there_is_nothing() -> None:
    found = sampled(np.zeros((4, 4), np.uint16), Transform(Placed(8, 8), 0.5, 100.0, 100.0), QRect(0, 0, 50, 50))
    assert found.values.size == 0


@pytest.mark.parametrize("low", [-2000, -32768])
def test_signed_values_are_not_mixed_up(low: int) -> None:
    level = np.array([[low, 1000]], np.int16)
    found = sampled(level, Transform(Placed(1, 4), 0.75, 0.0, 0.0), QRect(0, 0, 3, 1))
    assert found.corner == QPoint(0, 0)
    assert found.values[0].tolist() == [round(by_hand(level, (column + 0.5) / 0.75 / 2 - 0.5, 0)) for column in range(3)]
