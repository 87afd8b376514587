"""Shapes whose masks come out to the pixel: strokes, traces, unions, cuts, reshaping."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import shapes
from annotator.domain.raster import Mask, fill, region_mask
from annotator.domain.region import Region
from tests.domain import oracle

ROWS, COLUMNS = 12, 14
halves = st.integers(-6, 34).map(lambda n: n / 2)
anywhere = st.integers(-3 * 4096, 17 * 4096).map(lambda n: n / 4096)
strokes = st.lists(st.tuples(halves, halves), min_size=3, max_size=14) | st.lists(st.tuples(anywhere, anywhere), min_size=3, max_size=14)
arrays = st.integers(0, 2**56 - 1).map(lambda n: np.array([(n >> i) & 1 for i in range(56)], dtype=bool).reshape(7, 8))


def mask(region):
    return region_mask(region, ROWS, COLUMNS)


def inside(region):
    return not region.parts or shapely.box(-1e-9, -1e-9, COLUMNS + 1e-9, ROWS + 1e-9).contains(region.geometry)


@settings(max_examples=300)
@given(strokes)
def test_a_stroke_becomes_a_valid_region_with_the_pixels_it_winds_around(points):
    region = shapes.region_of_stroke(points, ROWS, COLUMNS)
    assert np.array_equal(mask(region).array(), oracle.nonzero(points, ROWS, COLUMNS))
    assert region.geometry.is_valid
    assert inside(region)


def test_a_plain_stroke_keeps_its_vertices():
    points = [(1.25, 1.5), (9.75, 2.0), (6.5, 10.125)]
    assert set(shapes.region_of_stroke(points, ROWS, COLUMNS).parts[0][0]) == set(points)


def test_a_figure_eight_is_its_filled_area():
    region = shapes.region_of_stroke([(1, 1), (11, 11), (11, 1), (1, 11)], ROWS, COLUMNS)
    assert region.area() == 50


def test_a_stroke_between_centres_is_nothing():
    assert shapes.region_of_stroke([(1.6, 1.6), (2.4, 1.6), (2.4, 2.4)], ROWS, COLUMNS).empty


@settings(max_examples=300)
@given(arrays)
def test_mask_to_region_to_mask_is_the_identity(array):
    region = shapes.trace(Mask.of(array))
    assert region_mask(region, *array.shape) == Mask.of(array)
    assert region.geometry.is_valid
    assert np.array_equal(oracle.even_odd(list(region.rings), *array.shape), array)


@settings(max_examples=300)
@given(strokes, strokes)
def test_unions_and_cuts_obey_the_mask_algebra(a, b):
    one, two = (shapes.region_of_stroke(points, ROWS, COLUMNS) for points in (a, b))
    joined = shapes.united(one, two, mask(one) | mask(two))
    left = shapes.cut(one, two, mask(one) - mask(two))
    assert mask(joined) == mask(one) | mask(two)
    assert mask(left) == mask(one) - mask(two)
    assert joined.geometry.is_valid
    assert left.geometry.is_valid


def test_a_wrong_geometry_takes_its_outline_from_the_mask():
    wanted = Mask.of(np.indices((40, 40)).sum(axis=0) % 3 == 0)
    assert region_mask(shapes.exact(shapely.box(0, 0, 40, 40), wanted), 40, 40) == wanted


def test_a_right_part_keeps_its_outline_where_another_is_wrong():
    right, wrong = shapely.Polygon([(1, 1), (5, 1.5), (3, 6)]), shapely.box(20, 20, 60, 60)
    wanted = fill([list(right.exterior.coords)], 64, 64) | region_mask(Region.box(22, 22, 30, 30), 64, 64)
    region = shapes.exact(shapely.MultiPolygon([right, wrong]), wanted)
    assert region_mask(region, 64, 64) == wanted
    assert any(set(part[0]) == {(1.0, 1.0), (5.0, 1.5), (3.0, 6.0)} for part in region.parts)


@given(st.tuples(anywhere, anywhere), st.tuples(anywhere, anywhere))
def test_a_box_is_clipped_and_stays_a_box(a, b):
    region = shapes.box_of_stroke(a, b, ROWS, COLUMNS)
    assert region.empty or (region.is_box and inside(region))
    assert mask(region) == fill([Region.box(*a, *b).parts[0][0]], ROWS, COLUMNS)


@settings(max_examples=200)
@given(strokes, st.data())
def test_reshaping_gives_a_valid_region_inside_the_image(points, data):
    region = shapes.region_of_stroke(points, ROWS, COLUMNS)
    if region.empty:
        return
    part = data.draw(st.integers(0, len(region.parts) - 1))
    ring = data.draw(st.integers(0, len(region.parts[part]) - 1))
    index = data.draw(st.integers(0, len(region.parts[part][ring]) - 1))
    to = data.draw(st.tuples(halves, halves))
    again = shapes.reshaped(region, (part, ring, index), to, ROWS, COLUMNS, insert=data.draw(st.booleans()))
    assert again.geometry.is_valid
    assert inside(again)


def test_dragging_a_corner_of_a_box_keeps_the_opposite_one():
    region = shapes.reshaped(Region.box(2, 3, 6, 8), (0, 0, 2), (9, 4), ROWS, COLUMNS)
    assert region == Region.box(2, 3, 9, 4)


def test_a_line_outside_is_clipped_into_parts():
    path = shapes.path_of_stroke([(-2, 3), (5, 3), (5, -4), (8, -4), (8, 5)], ROWS, COLUMNS)
    assert path is not None
    assert path.parts == (((0.0, 3.0), (5.0, 3.0), (5.0, 0.0)), ((8.0, 0.0), (8.0, 5.0)))


def test_a_line_that_crosses_itself_stays_one_part():
    points = ((1.0, 1.0), (9.0, 9.0), (9.0, 1.0), (1.0, 9.0))
    path = shapes.path_of_stroke(points, ROWS, COLUMNS)
    assert path is not None
    assert path.parts == (points,)


def test_a_click_is_no_line():
    assert shapes.path_of_stroke([(3, 3), (3, 3)], ROWS, COLUMNS) is None


def test_a_stroke_of_a_hundred_thousand_points_is_its_pixels():
    walk = np.cumsum(np.random.default_rng(3).normal(0, 0.05, (100_000, 2)), axis=0) + (7, 6)
    points = [tuple(point) for point in walk.tolist()]
    region = shapes.region_of_stroke(points, ROWS, COLUMNS)
    assert mask(region) == fill([points], ROWS, COLUMNS)
    assert region.geometry.is_valid


WILD = {
    "random": lambda n, some: some.random((n, 2)) * (COLUMNS, ROWS),
    "far outside": lambda n, some: (some.random((n, 2)) - 0.5) * 4000,
    "on centres": lambda n, some: np.floor(some.random((n, 2)) * (COLUMNS, ROWS)) + 0.5,
    "comb": lambda n, some: np.stack([np.arange(n) * COLUMNS / n, np.where(np.arange(n) % 2, ROWS - 1, 1)], axis=1),
    "star": lambda n, some: 6 + 5 * np.stack([np.cos(np.arange(n) * 3.1), np.sin(np.arange(n) * 3.1)], axis=1),
    "along a line": lambda n, some: np.outer(some.random(n), (9.0, 7.0)) + 1,
    "to and fro": lambda n, some: np.where(np.arange(n)[:, None] % 2, (2.25, 1.5), (11.5, 9.0)),
    "one place": lambda n, some: np.full((n, 2), 5.25),
}


@pytest.mark.parametrize("way", WILD)
@pytest.mark.parametrize("count", [61, 150])
def test_the_wildest_stroke_is_what_it_winds_around_in_every_mode(way, count):
    drawn = np.round(WILD[way](count, np.random.default_rng(count)) * 64) / 64
    points = [tuple(point) for point in drawn.tolist()]
    region, other = shapes.region_of_stroke(points, ROWS, COLUMNS), Region.box(3, 2, 10, 9)
    wound, box = oracle.nonzero(points, ROWS, COLUMNS), mask(other).array()
    assert np.array_equal(mask(region).array(), wound)
    assert np.array_equal(oracle.even_odd(list(region.rings), ROWS, COLUMNS), wound)
    assert region.geometry.is_valid
    assert inside(region)
    assert np.array_equal(mask(shapes.united(other, region, mask(other) | mask(region))).array(), wound | box)
    assert np.array_equal(mask(shapes.cut(other, region, mask(other) - mask(region))).array(), box & ~wound)


@pytest.mark.parametrize("seed", range(4))
def test_a_tangle_has_the_same_pixels_by_geometry_and_by_its_mask(monkeypatch, seed):
    points = [tuple(point) for point in (np.random.default_rng(seed).integers(0, 64 * 14, (70, 2)) / 64).tolist()]
    traced = shapes.region_of_stroke(points, ROWS, COLUMNS)
    monkeypatch.setattr(shapes, "_FEW", 1000)
    drawn = shapes.region_of_stroke(points, ROWS, COLUMNS)
    assert mask(drawn) == mask(traced)
    assert drawn != traced


@pytest.mark.parametrize("mode", [shapes.united, shapes.cut])
def test_very_many_outlines_are_laid_over_another_by_their_pixels(monkeypatch, mode):
    board, box = shapes.trace(Mask.of(np.indices((ROWS, COLUMNS)).sum(axis=0) % 2 == 0)), Region.box(2.25, 2.25, 9.5, 8.0)
    wanted = mask(box) | mask(board) if mode is shapes.united else mask(box) - mask(board)
    by_geometry = mode(box, board, wanted)
    monkeypatch.setattr(shapes, "_MOST_RINGS", 10)
    assert mode(box, board, wanted) == shapes.trace(wanted)
    assert mask(by_geometry) == wanted


def test_geos_is_never_asked_about_a_long_outline_that_crosses_itself_everywhere(monkeypatch):
    points = [tuple(point) for point in (np.random.default_rng(4).random((6000, 2)) * (COLUMNS, ROWS)).tolist()]
    monkeypatch.setattr(shapes, "Polygon", lambda *_: pytest.fail("asking takes minutes for some of them"))
    assert mask(shapes.region_of_stroke(points, ROWS, COLUMNS)) == fill([points], ROWS, COLUMNS)


def test_a_long_outline_that_does_not_cross_itself_keeps_its_vertices():
    turns = np.linspace(0, 2 * np.pi, 7000, endpoint=False)
    points = list(zip((7 + 5 * np.cos(turns)).tolist(), (6 + 5 * np.sin(turns)).tolist(), strict=True))
    assert set(shapes.region_of_stroke(points, ROWS, COLUMNS).parts[0][0]) == set(points)


def test_thousands_of_crossings_are_their_pixels():
    points = [tuple(point) for point in (np.random.default_rng(4).random((900, 2)) * (COLUMNS, ROWS)).tolist()]
    region = shapes.region_of_stroke(points, ROWS, COLUMNS)
    assert mask(region) == fill([points], ROWS, COLUMNS)
    assert region.geometry.is_valid


@pytest.mark.parametrize("count", [300, 1_000, 4_000])
def test_crossings_by_the_hundred_are_not_worked_out(monkeypatch, count):
    """Teeth that are crossed by the way back, and a way to and fro: each crossing would become corners of faces."""
    monkeypatch.setattr(shapes.shapely, "node", lambda *_: pytest.fail("the crossings were worked out"))
    places, dice = np.arange(count), np.random.default_rng(9)
    teeth = np.stack([COLUMNS * places / count, np.where(places % 2, 1.2, ROWS - 1.1)], axis=1)
    to_and_fro = np.stack([np.where(places % 2, 1.3, COLUMNS - 1.4), ROWS / 2 + dice.normal(0, 0.5, count)], axis=1)
    for way in (teeth, to_and_fro):
        points = [tuple(point) for point in way.tolist()]
        region = shapes.region_of_stroke(points, ROWS, COLUMNS)
        assert mask(region) == fill([points], ROWS, COLUMNS)
        assert region.geometry.is_valid


def test_coordinates_that_are_next_to_nothing_are_no_reason_for_a_warning():
    """A shape of the smallest numbers there are: GEOS divides by them."""
    points = [(0.0, 0.0), (9.0, 0.0), (0.0, 9.0), (2.225073858507e-311 * 9, 0.0)]
    region = shapes.region_of_stroke(points, ROWS, COLUMNS)
    assert mask(region) == fill([points], ROWS, COLUMNS)
