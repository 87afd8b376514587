"""Outlines along pixels' edges give the mask back, are valid, and join pixels by edges only."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from annotator.domain.outline import outlines
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace

MASKS = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9))


def union(array: np.ndarray) -> shapely.Geometry:
    rows, columns = np.nonzero(array)
    return shapely.union_all(shapely.box(columns, rows, columns + 1, rows + 1))


@given(MASKS)
def test_the_outline_is_that_of_the_united_pixels(array: np.ndarray) -> None:
    found = Region(outlines(array))
    assert np.array_equal(region_mask(found, *array.shape).array(), array)
    geometry = found.geometry
    assert geometry.is_valid and geometry.equals(union(array))
    assert all(shapely.Polygon(part[0]).exterior.is_ccw for part in found.parts)
    assert not any(shapely.LinearRing(hole).is_ccw for part in found.parts for hole in part[1:])


@given(MASKS)
def test_every_vertex_is_a_corner(array: np.ndarray) -> None:
    for ring in Region(outlines(array)).rings:
        turns = [(a[0] == b[0]) != (b[0] == c[0]) for a, b, c in zip(ring, (*ring[1:], ring[0]), (*ring[2:], *ring[:2]), strict=True)]
        assert all(turns) and len(set(ring)) == len(ring)


@given(array=MASKS, x=st.integers(0, 5), y=st.integers(0, 5))
def test_tracing_gives_the_same_mask_wherever_it_lies(array: np.ndarray, x: int, y: int) -> None:
    whole = np.pad(array, ((y, 3), (x, 2)))
    assert region_mask(trace(Mask.of(whole)), *whole.shape) == Mask.of(whole)


def test_very_many_outlines_are_each_their_own() -> None:
    board = np.indices((40, 40)).sum(axis=0) % 2 == 0
    assert len(outlines(board)) == 800
    assert region_mask(trace(Mask.of(board)), 40, 40) == Mask.of(board)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.3, 0.8))
def test_hundreds_of_holes_lie_in_their_own_outlines(seed: int, share: float) -> None:
    array = np.random.default_rng(seed).random((30, 40)) < share
    found = Region(outlines(array))
    assert found.geometry.is_valid and found.geometry.equals(union(array))
    assert region_mask(found, *array.shape) == Mask.of(array)


def test_a_ring_in_a_ring_in_a_ring_keeps_its_holes() -> None:
    array = np.zeros((30, 30), dtype=bool)
    for inset, value in ((1, True), (4, False), (7, True), (10, False), (12, True)):
        array[inset : 30 - inset, inset : 30 - inset] = value
    assert sorted(len(part) for part in outlines(array)) == [1, 2, 2]
