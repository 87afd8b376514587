"""Flat coordinate lists: every fill gives the mask, and a region comes back ring by ring."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import shapes
from annotator.domain.raster import Mask, fill, region_mask
from annotator.domain.region import Region
from annotator.domain.segmentation import flat, unflat

arrays = st.integers(0, 2**72 - 1).map(lambda n: np.array([(n >> i) & 1 for i in range(72)], dtype=bool).reshape(8, 9))


def lists(segmentation):
    return [segmentation] if isinstance(segmentation[0], float) else segmentation


@settings(max_examples=300)
@given(arrays.filter(lambda a: a.any()))
def test_any_fill_of_the_lists_gives_the_mask(array):
    region = shapes.trace(Mask.of(array))
    outlines = [list(zip(part[::2], part[1::2], strict=True)) for part in lists(flat(region))]
    for even_odd in (True, False):
        filled = Mask.none(*array.shape)
        for outline in outlines:
            filled = filled | fill([outline], *array.shape, even_odd=even_odd)
        assert np.array_equal(filled.array(), array)


@settings(max_examples=300)
@given(arrays.filter(lambda a: a.any()))
def test_a_region_comes_back_ring_by_ring(array):
    region = shapes.trace(Mask.of(array))
    again = unflat(flat(region))
    assert region_mask(again, *array.shape) == Mask.of(array)
    assert sorted(len(part) for part in again.parts) == sorted(len(part) for part in region.parts)
    assert again.geometry.equals(region.geometry)


def test_an_outline_without_holes_comes_back_to_the_letter():
    region = Region(((((1.1, 2.2), (9.7, 1.3), (5.5, 8.8)),),))
    assert unflat(flat(region)) == region


def test_a_hole_runs_against_its_ring():
    ring, hole = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)), ((3.0, 3.0), (6.0, 3.0), (6.0, 6.0), (3.0, 6.0))
    numbers = flat(Region(((ring, hole),)))
    outline = list(zip(numbers[::2], numbers[1::2], strict=True))
    assert fill([outline], 10, 10).count == 81 - 9
    assert unflat(numbers).area() == 72


def test_half_a_point_is_refused():
    with pytest.raises(ValueError, match="three points"):
        unflat([1.0, 2.0, 3.0, 4.0, 5.0])
