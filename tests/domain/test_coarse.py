"""Blocks of pixels: their means, and the pixels between their centres."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from annotator.domain.coarse import above, means
from annotator.domain.growing import filled

odd = st.sampled_from([1, 3, 5])
seeds = st.integers(0, 2**32 - 1)


def whole(field: np.ndarray, blocks: tuple[int, int]) -> np.ndarray:
    """All pixels of blocks, none of which is cut."""
    shape = field.shape[0] * blocks[0], field.shape[1] * blocks[1]
    found, where = above(field, blocks, (slice(0, field.shape[0]), slice(0, field.shape[1])), shape)
    assert where == (slice(0, shape[0]), slice(0, shape[1])) and found.shape == shape
    return found


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 6), st.integers(1, 6), seeds)
def test_a_block_is_the_mean_of_its_pixels_also_where_it_is_cut(rows: int, columns: int, down: int, right: int, chance: int) -> None:
    values = np.random.default_rng(chance).integers(-1000, 4000, (rows, columns)).astype(np.int16)
    found = means(values, (down, right))
    wanted = [[values[r : r + down, c : c + right].mean() for c in range(0, columns, right)] for r in range(0, rows, down)]
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-3)


@given(st.integers(1, 12), st.integers(1, 12), odd, odd, seeds)
def test_where_the_blocks_hang_together_without_holes_the_pixels_do(rows: int, columns: int, down: int, right: int, chance: int) -> None:
    field = np.random.default_rng(chance).uniform(-1, 1, (rows, columns)).astype(np.float32)
    labels, count = ndimage.label(field > 0)
    for label in range(1, count + 1):
        part = filled(labels == label)
        pixels = whole(np.where(part, np.abs(field), -np.abs(field)).astype(np.float32), (down, right))
        assert ndimage.label(pixels)[1] == 1
        assert not (filled(pixels) & ~pixels).any()
        assert np.array_equal(pixels[down // 2 :: down, right // 2 :: right], part)


@given(st.integers(1, 12), st.integers(1, 12), odd, odd, seeds)
def test_a_higher_field_holds_all_pixels_that_a_lower_one_holds(rows: int, columns: int, down: int, right: int, chance: int) -> None:
    made = np.random.default_rng(chance)
    field = made.uniform(-1, 1, (rows, columns)).astype(np.float32)
    higher = field + made.choice([0, 0, 0.5], field.shape).astype(np.float32)
    assert not (whole(field, (down, right)) & ~whole(higher, (down, right))).any()


def test_between_the_centres_a_slope_goes_on() -> None:
    """The field is the distance from a slanting line, which pixels then keep to the last one."""
    row, column = np.indices((33, 55)) + 0.5
    slope = (3 * (row - 14.3) - 2 * (column - 26.1)).astype(np.float32)
    found = whole(means(slope, (3, 5)), (3, 5))
    assert np.array_equal(found[1:-1, 2:-2], (slope > 0)[1:-1, 2:-2])


@pytest.mark.parametrize("shape", [(31, 44), (30, 41), (32, 45)])
def test_a_window_lies_where_its_blocks_lie_and_is_cut_with_the_image(shape: tuple[int, int]) -> None:
    field = np.ones((4, 3), np.float32)
    found, where = above(field, (3, 5), (slice(7, 11), slice(6, 9)), shape)
    assert (where[0].start, where[1].start) == (21, 30)
    assert (where[0].stop, where[1].stop) == (min(33, shape[0]), min(45, shape[1]))
    assert found.shape == (where[0].stop - 21, where[1].stop - 30) and found.all()
