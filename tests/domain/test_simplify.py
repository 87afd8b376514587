"""Outlines with fewer vertices: not a pixel changes, nothing crosses, and what a mask is drawn around with is no staircase."""

import math

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import simplify
from annotator.domain.raster import Mask, narrow, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import region_of_stroke, trace
from annotator.domain.simplify import drawn_around, simplified
from tests.domain import oracle

ROWS, COLUMNS = 12, 14
halves = st.integers(-6, 34).map(lambda n: n / 2)
anywhere = st.integers(-3 * 4096, 17 * 4096).map(lambda n: n / 4096)
strokes = st.lists(st.tuples(halves, halves), min_size=3, max_size=24) | st.lists(st.tuples(anywhere, anywhere), min_size=3, max_size=40)
arrays = st.integers(0, 2**56 - 1).map(lambda n: np.array([(n >> i) & 1 for i in range(56)], dtype=bool).reshape(7, 8))


def vertices(region):
    return [point for ring in region.rings for point in ring]


def check(before, after, rows=ROWS, columns=COLUMNS):
    assert region_mask(after, rows, columns) == region_mask(before, rows, columns)
    assert after.geometry.is_valid
    assert len(after.parts) == len(before.parts)
    assert [len(part) for part in after.parts] == [len(part) for part in before.parts]
    assert set(vertices(after)) <= set(vertices(before))


@settings(max_examples=300)
@given(strokes)
def test_no_pixel_of_a_stroke_changes_by_the_independent_oracle(points):
    region = region_of_stroke(points, ROWS, COLUMNS)
    lean = simplified(region, ROWS, COLUMNS)
    check(region, lean)
    assert np.array_equal(oracle.even_odd(list(lean.rings), ROWS, COLUMNS), oracle.nonzero(points, ROWS, COLUMNS))
    assert (narrow(lean, ROWS, COLUMNS) - narrow(region, ROWS, COLUMNS)).empty


@settings(max_examples=200)
@given(arrays)
def test_no_pixel_of_a_traced_mask_changes(array):
    region = trace(Mask.of(array))
    check(region, simplified(region, *array.shape), *array.shape)


@settings(max_examples=100)
@given(strokes | arrays.map(lambda array: vertices(trace(Mask.of(array)))))
def test_simplifying_again_changes_nothing(points):
    region = region_of_stroke(points, ROWS, COLUMNS) if len(points) > 2 else Region(())
    lean = simplified(region, ROWS, COLUMNS)
    assert simplified(lean, ROWS, COLUMNS) == lean


def test_a_point_on_a_straight_edge_goes_and_a_box_stays_a_box():
    assert len(vertices(simplified(Region(((((1.0, 1.0), (4.0, 1.0), (9.0, 1.0), (5.0, 9.0)),),)), ROWS, COLUMNS))) == 3
    tiny = Region.box(2.25, 2.25, 2.75, 2.75)
    assert simplified(tiny, ROWS, COLUMNS) == tiny
    assert simplified(tiny, ROWS, COLUMNS, 3.0) == tiny


def test_a_dense_stroke_keeps_few_of_its_vertices():
    turn = np.linspace(0, 2 * math.pi, 2000, endpoint=False)
    points = [(float(50 + 30 * math.cos(t)), float(50 + 30 * math.sin(t))) for t in turn]
    region = region_of_stroke(points, 100, 100)
    lean = simplified(region, 100, 100)
    check(region, lean, 100, 100)
    assert len(vertices(lean)) < 150


@settings(max_examples=100)
@given(strokes, st.sampled_from([0.25, 0.5, 1.0, 2.0]))
def test_with_a_tolerance_no_vertex_lies_further_from_the_outline_than_that(points, tolerance):
    region = region_of_stroke(points, ROWS, COLUMNS)
    lean = simplified(region, ROWS, COLUMNS, tolerance)
    assert lean.geometry.is_valid
    assert region.empty or not region_mask(lean, ROWS, COLUMNS).empty
    assert set(vertices(lean)) <= set(vertices(region))
    for point in vertices(region):
        assert shapely.distance(shapely.Point(point), lean.geometry.boundary) <= tolerance + 1e-9


@given(st.integers(0, 2**32), st.floats(0, 2 * math.pi))
def test_what_trembles_within_the_tolerance_is_drawn_straight(seed, turned):
    """A triangle drawn by a hand that strays less than the tolerance: few vertices are left of it, whichever way its sides run."""
    rng, corners = np.random.default_rng(seed), 50 + 40 * np.exp(1j * (turned + np.arange(3) * 2 * np.pi / 3)) + 50j
    ends, along = zip(corners, np.roll(corners, -1), strict=True), np.linspace(0, 1, 60, endpoint=False)
    sides = [start + (end - start) * along for start, end in ends]
    sides = [side + 1j * (side[1] - side[0]) / abs(side[1] - side[0]) * rng.uniform(-0.2, 0.2, side.size) for side in sides]
    region = region_of_stroke([(float(z.real), float(z.imag)) for z in np.concatenate(sides)], 100, 100)
    assert len(vertices(region)) > 150
    assert len(vertices(simplified(region, 100, 100, 1.0))) < 30


@settings(max_examples=300)
@given(arrays)
def test_what_is_drawn_around_a_mask_has_that_mask(array):
    region = drawn_around(Mask.of(array))
    assert region.geometry.is_valid
    assert region_mask(region, *array.shape) == Mask.of(array)
    assert np.array_equal(oracle.even_odd(list(region.rings), *array.shape), array)
    assert narrow(region, *array.shape).empty


def test_a_disc_is_drawn_around_without_stairs_and_near_its_edge():
    y, x = np.mgrid[:120, :120]
    mask = Mask.of((x - 59.5) ** 2 + (y - 59.5) ** 2 <= 40**2)
    region, stairs = drawn_around(mask), trace(mask)
    assert len(vertices(region)) < len(vertices(stairs)) / 2
    assert region.geometry.length < 1.05 * 2 * math.pi * 40 < 0.85 * stairs.geometry.length
    assert abs(region.geometry.area - mask.count) < 0.02 * mask.count
    assert shapely.hausdorff_distance(region.geometry, shapely.Point(60, 60).buffer(40, 64)) < 1.0


def test_a_rectangle_is_drawn_around_as_a_box():
    assert drawn_around(region_mask(Region.box(2, 3, 8, 9), ROWS, COLUMNS)) == Region.box(2, 3, 8, 9)


def test_a_staircase_of_very_many_corners_is_left_as_it_is(monkeypatch) -> None:
    mask = Mask.of(np.random.default_rng(3).random((20, 20)) < 0.5)
    assert drawn_around(mask) != trace(mask)
    monkeypatch.setattr(simplify, "_MOST_STAIRS", 10)
    assert drawn_around(mask) == trace(mask)
