"""Masks grown, shrunk, filled, cleared, smoothed and parted: the same as brute force or scipy make of the whole image."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import ndimage

from annotator.domain import morphology
from annotator.domain.raster import Mask

ROWS, COLUMNS = 9, 11
arrays = st.integers(0, 2 ** (ROWS * COLUMNS) - 1).map(
    lambda bits: np.array([(bits >> place) & 1 for place in range(ROWS * COLUMNS)], dtype=bool).reshape(ROWS, COLUMNS)
)
sparse = st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, COLUMNS - 1)), max_size=6).map(
    lambda pixels: np.array([[(r, c) in pixels for c in range(COLUMNS)] for r in range(ROWS)])
)
blocks = st.lists(
    st.tuples(st.integers(0, ROWS - 1), st.integers(0, COLUMNS - 1), st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=4
).map(lambda boxes: np.any([_block(*one) for one in boxes], axis=0))
masks = arrays | sparse | blocks
spacings = st.sampled_from([(1.0, 1.0), (0.5, 0.5), (0.7, 0.3), (2.0, 0.75), (0.488281, 0.976562)])
amounts = st.sampled_from([0.3, 0.5, 0.7, 1.0, 1.4, 2.0, 2.5, 3.1, 40.0])


def _block(row, column, high, wide):
    found = np.zeros((ROWS, COLUMNS), dtype=bool)
    found[row : row + high, column : column + wide] = True
    return found


def _near(array, mm, spacing):
    """Every pixel within `mm` of a set one, pair by pair."""
    found = np.zeros_like(array)
    for r, c in zip(*np.nonzero(array), strict=True):
        down, right = np.indices(array.shape) - np.array([r, c])[:, None, None]
        found |= (down * spacing[0]) ** 2 + (right * spacing[1]) ** 2 <= (mm * (1 + 1e-9)) ** 2
    return found


@given(masks, amounts, spacings)
def test_grown_are_the_pixels_within_the_distance_of_a_set_one(array, mm, spacing):
    assert np.array_equal(morphology.grown(Mask.of(array), mm, spacing).array(), _near(array, mm, spacing))


@given(masks, amounts, spacings)
def test_shrunk_is_what_growing_the_rest_of_the_image_leaves(array, mm, spacing):
    assert np.array_equal(morphology.shrunk(Mask.of(array), mm, spacing).array(), ~_near(~array, mm, spacing))


@given(masks, amounts, spacings)
def test_growing_then_shrinking_loses_nothing_and_shrinking_then_growing_adds_nothing(array, mm, spacing):
    mask = Mask.of(array)
    assert (mask - morphology.shrunk(morphology.grown(mask, mm, spacing), mm, spacing)).empty
    assert (morphology.grown(morphology.shrunk(mask, mm, spacing), mm, spacing) - mask).empty


def test_a_distance_is_met_though_its_arithmetic_rounds():
    one = np.zeros((1, 9), dtype=bool)
    one[0, 4] = True
    assert morphology.grown(Mask.of(one), 2.1, (0.7, 0.7)).count == 7  # 3 × 0.7 = 2.0999999999999996
    assert morphology.grown(Mask.of(one), 0.3, (0.1, 0.1)).count == 7  # 3 × 0.1 = 0.30000000000000004


@given(masks)
def test_filled_is_what_scipy_fills_on_the_whole_image(array):
    assert np.array_equal(morphology.filled(Mask.of(array)).array(), ndimage.binary_fill_holes(array))


@given(masks)
def test_parts_are_joined_by_edges_and_together_they_are_the_mask(array):
    mask, total = Mask.of(array), Mask.none(ROWS, COLUMNS)
    found = morphology.parts(mask)
    labels, number = ndimage.label(array)
    assert len(found) == number
    assert [part.count for part in found] == sorted((int((labels == n).sum()) for n in range(1, number + 1)), reverse=True)
    for part in found:
        assert (total & part).empty
        assert len(np.unique(labels[part.array()])) == 1
        total = total | part
    assert total == mask


@given(masks, st.integers(1, 12))
def test_islands_smaller_than_the_least_go_and_the_largest_stays(array, least):
    mask = Mask.of(array)
    found = morphology.without_islands(mask, least)
    labels, number = ndimage.label(array)
    sizes = {n: int((labels == n).sum()) for n in range(1, number + 1)}
    kept = {n for n, size in sizes.items() if size >= least}
    if kept or not number:
        assert np.array_equal(found.array(), np.isin(labels, list(kept)))
    else:
        assert found.count == max(sizes.values())
        assert len(morphology.parts(found)) == 1


@given(blocks, st.sampled_from([0.5, 1.0, 2.0]), spacings)
def test_smoothed_are_the_highest_values_of_the_whole_blurred_image(array, mm, spacing):
    mask = Mask.of(array)
    found = morphology.smoothed(mask, mm, spacing).array()
    sigma = mm / spacing[0], mm / spacing[1]
    values = ndimage.gaussian_filter(array.astype(float), sigma, mode="nearest").round(9)
    assert found.any()
    assert not (~found).any() or values[found].min() > values[~found].max()
    edge = values[found].min()
    tied = int((values == edge).sum())
    assert abs(int(found.sum()) - mask.count) <= max(tied, int((values == values[~found].max()).sum()) if (~found).any() else 0)


def test_smoothing_keeps_the_area_of_a_ragged_disc():
    y, x = np.mgrid[:120, :120]
    rough = np.random.default_rng(5).normal(0, 3, (120, 120))
    ragged = np.hypot(x - 60, y - 60) + rough < 40
    mask = Mask.of(ragged)
    smooth = morphology.smoothed(mask, 2.0)
    assert abs(smooth.count - mask.count) <= 4
    assert len(morphology.parts(smooth)) == 1
    assert len(morphology.parts(mask)) > 1


def test_smoothing_keeps_what_is_symmetric_symmetric():
    y, x = np.mgrid[:41, :61]
    cross = (abs(x - 30) < 4) & (abs(y - 20) < 15) | (abs(y - 20) < 4) & (abs(x - 30) < 25)
    smooth = morphology.smoothed(Mask.of(cross), 2.0).array()
    assert np.array_equal(smooth, smooth[::-1])
    assert np.array_equal(smooth, smooth[:, ::-1])


@given(masks)
def test_mirrored_is_the_array_the_other_way_round_and_twice_is_the_mask(array):
    turned = morphology.mirrored(Mask.of(array))
    assert np.array_equal(turned.array(), array[:, ::-1])
    assert morphology.mirrored(turned) == Mask.of(array)


@given(masks, amounts)
def test_the_place_in_a_large_image_changes_nothing(array, mm):
    assume(array.any())
    wide = np.zeros((600, 700), dtype=bool)
    wide[300 : 300 + ROWS, 400 : 400 + COLUMNS] = array
    alone = np.zeros((ROWS + 80, COLUMNS + 80), dtype=bool)
    alone[40 : 40 + ROWS, 40 : 40 + COLUMNS] = array
    for change in (morphology.grown, morphology.shrunk):
        found = change(Mask.of(wide), min(mm, 30.0)).array()[260 : 260 + ROWS + 80, 360 : 360 + COLUMNS + 80]
        assert np.array_equal(found, change(Mask.of(alone), min(mm, 30.0)).array())


@pytest.mark.parametrize(
    "change",
    [
        lambda mask: morphology.grown(mask, 2.0),
        lambda mask: morphology.shrunk(mask, 2.0),
        morphology.filled,
        lambda mask: morphology.without_islands(mask, 5),
        lambda mask: morphology.smoothed(mask, 1.0),
        morphology.mirrored,
    ],
)
def test_nothing_stays_nothing_and_everything_stays_everything(change):
    for array in (np.zeros((ROWS, COLUMNS), dtype=bool), np.ones((ROWS, COLUMNS), dtype=bool)):
        assert np.array_equal(change(Mask.of(array)).array(), array)
