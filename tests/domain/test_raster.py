"""The mask rule, against an independent rasteriser in exact fractions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.path import Path
from annotator.domain.raster import Mask, fill, keep_masks, path_mask, region_mask
from annotator.domain.region import Region
from tests.domain import oracle

ROWS, COLUMNS = 9, 11
halves = st.integers(-6, 30).map(lambda n: n / 2)
anywhere = st.floats(-3, 15, allow_nan=False).map(lambda v: round(v, 6))
outlines = st.lists(st.tuples(halves, halves), min_size=3, max_size=12) | st.lists(st.tuples(anywhere, anywhere), min_size=3, max_size=12)
arrays = st.integers(0, 2**40 - 1).map(lambda n: np.array([(n >> i) & 1 for i in range(40)], dtype=bool).reshape(5, 8))


@given(st.lists(arrays, max_size=6))
def test_a_union_of_many_holds_the_pixels_of_any(masks):
    united = Mask.union(5, 8, [Mask.of(array) for array in masks])
    assert united == Mask.of(np.logical_or.reduce([np.zeros((5, 8), dtype=bool), *masks]))
    assert (np.diff(united.bounds) > 0).all()


def test_a_union_is_of_images_of_one_size():
    assert Mask.union(3, 4, ()) == Mask.none(3, 4)
    with pytest.raises(ValueError, match="size"):
        Mask.union(3, 4, [Mask.none(4, 3)])


def test_a_box_with_whole_sides_sets_its_area():
    assert region_mask(Region.box(2, 3, 7, 5), ROWS, COLUMNS).count == 10


def test_the_box_on_centres_is_half_open():
    mask = region_mask(Region.box(0.5, 0.5, 2.5, 2.5), ROWS, COLUMNS).array()
    assert [tuple(p) for p in np.argwhere(mask)] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_abutting_boxes_share_no_pixel_and_leave_none_out():
    left, right = (region_mask(Region.box(a, 0.5, b, 6.5), ROWS, COLUMNS) for a, b in ((0.5, 4.5), (4.5, 9.5)))
    assert (left & right).empty
    assert (left | right) == region_mask(Region.box(0.5, 0.5, 9.5, 6.5), ROWS, COLUMNS)


@settings(max_examples=300)
@given(outlines)
def test_any_outline_sets_the_pixels_it_winds_around(points):
    assert np.array_equal(fill([points], ROWS, COLUMNS).array(), oracle.nonzero(points, ROWS, COLUMNS))


@settings(max_examples=150)
@given(outlines, outlines)
def test_two_outlines_by_the_even_odd_rule(a, b):
    assert np.array_equal(fill([a, b], ROWS, COLUMNS, even_odd=True).array(), oracle.even_odd([a, b], ROWS, COLUMNS))


@given(st.lists(st.lists(outlines, max_size=3), max_size=4))
def test_masks_made_at_once_are_those_made_one_by_one(drawn):
    regions = [Region(tuple((tuple(ring),) for ring in rings)) for rings in drawn]
    keep_masks(regions, ROWS, COLUMNS)
    assert [region_mask(one, ROWS, COLUMNS) for one in regions] == [fill(one.rings, ROWS, COLUMNS, even_odd=True) for one in regions]


@given(outlines)
def test_an_outline_and_its_reverse_set_the_same_pixels(points):
    assert fill([points], ROWS, COLUMNS) == fill([points[::-1]], ROWS, COLUMNS)


@settings(max_examples=150)
@given(st.lists(st.tuples(halves, halves), min_size=2, max_size=5), st.sampled_from([1, 2, 3]))
def test_a_line_sets_the_centres_within_half_its_width(points, width):
    got = path_mask(Path((tuple(points),)), width, ROWS, COLUMNS)
    assert np.array_equal(got.array(), oracle.stroke(points, width, ROWS, COLUMNS))


@given(arrays, arrays)
def test_masks_obey_set_algebra(a, b):
    one, two = Mask.of(a), Mask.of(b)
    assert np.array_equal((one | two).array(), a | b)
    assert np.array_equal((one & two).array(), a & b)
    assert np.array_equal((one - two).array(), a & ~b)
    assert np.array_equal((one ^ two).array(), a ^ b)
    assert one.count == a.sum()
    assert (one == two) == np.array_equal(a, b)


@given(arrays)
def test_row_runs_cover_the_mask_and_stay_in_their_rows(array):
    again = np.zeros_like(array)
    for row, left, right in Mask.of(array).row_runs:
        assert 0 <= left < right <= array.shape[1]
        again[row, left:right] = True
    assert np.array_equal(again, array)


@given(arrays, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
def test_a_mask_laid_on_a_larger_image_sets_the_same_pixels_there(array, top, left, below, right):
    larger = np.pad(array, ((top, below), (left, right)))
    assert Mask.of(array).laid(larger.shape, (top, left)).array().tolist() == larger.tolist()
    assert Mask.of(array).laid(larger.shape, (top, left)) == Mask.of(larger)


def test_masks_of_different_sizes_do_not_mix():
    with pytest.raises(ValueError, match="different size"):
        _ = Mask.none(2, 3) | Mask.none(3, 2)


def test_a_mask_of_many_runs_is_drawn_like_one_of_few():
    array = np.indices((300, 301)).sum(axis=0) % 2 == 0
    assert np.array_equal(Mask.of(array).array(), array)
