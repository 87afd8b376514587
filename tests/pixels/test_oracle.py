"""The fast oracle of these tests is the slow one in fractions, and what the product writes says the same to it as to itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.raster import region_mask
from annotator.domain.segmentation import flat
from annotator.domain.shapes import cut, region_of_stroke, united
from tests.domain import oracle as fractions
from tests.pixels import oracle
from tests.pixels.readers import outlines

ROWS, COLUMNS = 9, 11
halves = st.integers(-6, 30).map(lambda n: n / 2)
thirds = st.integers(-9, 45).map(lambda n: n / 3)
anywhere = st.floats(-3, 15, allow_nan=False)
numbers = st.sampled_from([halves, thirds, anywhere]).flatmap(lambda kind: st.lists(st.tuples(kind, kind), min_size=3, max_size=9))


@settings(max_examples=80)
@given(numbers, numbers)
def test_the_fast_oracle_fills_as_the_slow_one(a, b):
    assert np.array_equal(oracle.nonzero([a], ROWS, COLUMNS), fractions.nonzero(a, ROWS, COLUMNS))
    assert np.array_equal(oracle.even_odd([a, b], ROWS, COLUMNS), fractions.even_odd([a, b], ROWS, COLUMNS))


@settings(max_examples=40)
@given(numbers, st.sampled_from([1, 2, 3]))
def test_the_fast_oracle_strokes_as_the_slow_one(points, width):
    assert np.array_equal(oracle.stroke(points, width, ROWS, COLUMNS), fractions.stroke(points, width, ROWS, COLUMNS))


lattice = st.integers(-4, 84).map(lambda n: n / 2)
strokes = st.lists(st.tuples(lattice, lattice), min_size=3, max_size=8)


@settings(max_examples=200)
@given(strokes, strokes)
def test_a_saved_outline_means_the_same_in_exact_arithmetic(a, b):
    """An outline that was cut has corners that were rounded: no centre may lie so near to an edge that this decides."""
    one, other = region_of_stroke(a, 40, 40), region_of_stroke(b, 40, 40)
    masks = [region_mask(region, 40, 40) for region in (one, other)]
    found = [(one, masks[0]), (united(one, other, masks[0] | masks[1]), masks[0] | masks[1])]
    if not (masks[0] - masks[1]).empty:
        found.append((cut(one, other, masks[0] - masks[1]), masks[0] - masks[1]))
    for region, wanted in found:
        rings = outlines(flat(region)) if region.parts else []
        assert np.array_equal(oracle.even_odd(rings, 40, 40), wanted.array())
        assert np.array_equal(oracle.nonzero(rings, 40, 40), wanted.array())
