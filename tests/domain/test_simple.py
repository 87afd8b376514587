"""Regions with holes fall into simple parts that hold the same pixels, each in one part only."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.domain.simple import without_holes


@given(st.integers(0, 2**32), st.integers(3, 14), st.floats(0.3, 0.9))
def test_the_parts_are_simple_and_share_out_the_pixels(seed, size, share):
    mask = Mask.of(np.random.default_rng(seed).random((size, size)) < share)
    if mask.empty:
        return
    found = without_holes(trace(mask))
    assert all(len(part) == 1 for part in found.parts)
    assert all(Region((part,)).geometry.is_valid for part in found.parts)
    assert sum(region_mask(Region((part,)), size, size).count for part in found.parts) == mask.count
    assert region_mask(found, size, size) == mask


@pytest.mark.parametrize(("seed", "size"), [(414, None), (1061, None), (1152, None), (1, 120)])
def test_outlines_that_triangulation_fails_at_and_thousands_of_holes(seed, size):
    """GEOS 3.13 finds “no convex corner” in the first three; the last one has 2 000 holes."""
    random = np.random.default_rng(seed)
    side = size or int(random.integers(3, 22))
    mask = Mask.of(random.random((side, side)) < (0.85 if size else random.uniform(0.3, 0.95)))
    found = without_holes(trace(mask))
    assert all(len(part) == 1 and Region((part,)).geometry.is_valid for part in found.parts)
    assert sum(region_mask(Region((part,)), side, side).count for part in found.parts) == mask.count
    assert region_mask(found, side, side) == mask


def test_a_part_without_a_hole_stays_as_it_is_and_one_hole_makes_few_parts():
    plain = Region.box(0, 0, 5, 5)
    assert without_holes(plain) == plain
    holed = Region(((plain.parts[0][0], ((1.0, 1.0), (1.0, 2.0), (2.0, 2.0), (2.0, 1.0))),))
    assert 2 <= len(without_holes(holed).parts) <= 4
