"""Round tools: an ellipse lies on its curve, a brush covers what is near its way, without a gap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import strokes
from annotator.domain.path import Path
from annotator.domain.raster import Mask, path_mask, region_mask
from annotator.domain.shapes import region_of_stroke
from annotator.domain.strokes import ellipse_outline, swept, within
from tests.domain import oracle
from tests.pixels import oracle as pixels

ROWS, COLUMNS = 40, 50
PLACES = st.tuples(st.floats(-8, 58), st.floats(-8, 48))
ROUND_PLACES = st.tuples(st.integers(-2, 12), st.integers(-2, 12)).map(lambda p: (float(p[0]), float(p[1])))
WAYS = st.lists(PLACES, min_size=1, max_size=12) | st.lists(ROUND_PLACES, min_size=1, max_size=12)
"""Also from pixel to pixel of the screen, as a mouse goes: such a way often crosses itself, and comes over where it began."""
RADII = st.floats(0.8, 9.0)


def distances(points: list[tuple[float, float]], squeeze: float = 1.0) -> np.ndarray:
    """How far each pixel's centre is from a way, in units of `across`; an oracle that asks segment by segment."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS] + 0.5
    found = np.full((ROWS, COLUMNS), np.inf)
    for (ax, ay), (bx, by) in zip(points, points[1:] or points, strict=False):
        ay_, by_, y_ = ay * squeeze, by * squeeze, y * squeeze
        long = (bx - ax) ** 2 + (by_ - ay_) ** 2
        share = np.clip(((x - ax) * (bx - ax) + (y_ - ay_) * (by_ - ay_)) / long, 0, 1) if long > 0 else 0.0
        found = np.minimum(found, np.hypot(x - ax - share * (bx - ax), y_ - ay_ - share * (by_ - ay_)))
    return found


@given(WAYS, RADII, st.sampled_from([1.0, 0.5, 2.0]))
def test_a_brush_covers_what_is_within_its_radius(points, radius, ratio) -> None:
    region = swept(points, (radius, radius * ratio), ROWS, COLUMNS)
    mask, far = region_mask(region, ROWS, COLUMNS).array(), distances(points, 1 / ratio)
    slack = 0.15  # the way is simplified and the circle is a polygon
    assert mask[far < radius - slack].all()
    assert not mask[far > radius + slack].any()
    assert region.empty or region.geometry.is_valid


@pytest.mark.parametrize("radius", [1.0, 3.0])
def test_a_scribble_that_ends_where_it_began_has_no_gap(radius) -> None:
    to_and_fro = [(20.0, 19.0), (20.0, 20.0), (21.0, 20.0), (19.0, 20.0)]
    ways = to_and_fro, [*to_and_fro, to_and_fro[0]]
    there, back = (region_mask(swept(way, (radius, radius), ROWS, COLUMNS), ROWS, COLUMNS).array() for way in ways)
    assert there[19:21, 19:21].all() and not (there & ~back).any()


@given(WAYS, RADII)
def test_what_a_brush_draws_is_its_mask_to_the_pixel(points, radius) -> None:
    region = swept(points, (radius, radius), ROWS, COLUMNS)
    assert np.array_equal(region_mask(region, ROWS, COLUMNS).array(), oracle.even_odd(list(region.rings), ROWS, COLUMNS))


def test_a_fast_stroke_has_no_gap() -> None:
    mask = region_mask(swept([(2.0, 20.0), (48.0, 20.0)], (1.0, 1.0), ROWS, COLUMNS), ROWS, COLUMNS).array()
    assert mask[19:21, 2:48].all()


@pytest.mark.parametrize("way", [[(3.2, 4.7)], [(3.2, 4.7), (20.9, 30.1)], [(5.0, 5.0), (5.0, 5.0)]])
def test_a_brush_of_one_pixel_sets_the_pixels_that_it_comes_through(way) -> None:
    mask = region_mask(swept(way, (0.5, 0.5), ROWS, COLUMNS), ROWS, COLUMNS).array()
    assert all(mask[math.floor(y), math.floor(x)] for x, y in way)
    near = path_mask(Path((tuple(way),)), 2.0, ROWS, COLUMNS).array() if len(set(way)) > 1 else mask
    assert not (mask & ~near).any()
    assert mask.sum() >= len(set(way))


def test_a_brush_beside_the_image_draws_nothing() -> None:
    assert swept([(-20.0, 5.0)], (3.0, 3.0), ROWS, COLUMNS).empty
    assert swept([(-20.0, 5.0)], (0.5, 0.5), ROWS, COLUMNS).empty


@given(PLACES, PLACES)
def test_the_vertices_of_an_ellipse_lie_on_it_and_its_edges_near_it(a, b) -> None:
    outline = ellipse_outline(a, b)
    x, y, rx, ry = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, abs(b[0] - a[0]) / 2, abs(b[1] - a[1]) / 2
    assert all(abs(px - x) <= rx + 1e-9 and abs(py - y) <= ry + 1e-9 for px, py in outline)
    if min(rx, ry) > 1e-3:
        assert all(((px - x) / rx) ** 2 + ((py - y) / ry) ** 2 == pytest.approx(1.0) for px, py in outline)
    assert max(rx, ry) * (1 - math.cos(math.pi / len(outline))) <= 0.051


@given(st.tuples(*[st.integers(1, 63)] * 4))
def test_where_an_ellipse_touches_a_centre_exact_arithmetic_decides_as_its_mask_does(halves) -> None:
    x1, y1, x2, y2 = (n / 2 for n in halves)
    found = region_of_stroke(ellipse_outline((x1, y1), (x2, y2)), 32, 32)
    assert np.array_equal(region_mask(found, 32, 32).array(), pixels.even_odd(list(found.rings), 32, 32))


@given(WAYS, RADII, st.integers(0, 2**32 - 1))
def test_limited_to_pixels_a_brush_takes_those_only(points, radius, seed) -> None:
    allowed = np.random.default_rng(seed).random((ROWS, COLUMNS)) < 0.5
    whole = swept(points, (radius, radius), ROWS, COLUMNS)
    left = within(whole, Mask.of(allowed))
    assert np.array_equal(region_mask(left, ROWS, COLUMNS).array(), region_mask(whole, ROWS, COLUMNS).array() & allowed)


def test_a_very_long_way_covers_the_same_as_its_pieces() -> None:
    turns = np.linspace(0, 40 * math.pi, 3000)
    way = [(25 + (4 + 12 * k / 3000) * math.cos(t), 20 + (4 + 12 * k / 3000) * math.sin(t)) for k, t in enumerate(turns)]
    mask = region_mask(swept(way, (1.5, 1.5), ROWS, COLUMNS), ROWS, COLUMNS).array()
    far = distances(way)
    assert mask[far < 1.35].all()
    assert not mask[far > 1.65].any()


@settings(max_examples=40, deadline=None)
@given(WAYS, RADII, st.sampled_from([1.0, 0.5, 2.0]))
def test_a_long_way_covers_what_is_within_the_radius_exactly(points, radius, ratio) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strokes, "_LONG", 0)
        patch.setattr(strokes, "_CHUNK", 40)
        region = swept(points, (radius, radius * ratio), ROWS, COLUMNS)
    mask, far = region_mask(region, ROWS, COLUMNS).array(), distances(points, 1 / ratio)
    assert mask[far < radius - 1e-9].all()
    assert not mask[far > radius + 1e-9].any()


def test_a_way_of_any_length_is_never_made_simpler_than_it_is() -> None:
    way = [tuple(place) for place in (np.random.default_rng(7).random((5000, 2)) * (9, 9) + (20, 15)).tolist()]
    way += [(45.0, 3.0), *way]
    mask = region_mask(swept(way, (0.9, 0.9), ROWS, COLUMNS), ROWS, COLUMNS).array()
    far = distances(way)
    assert mask[far < 0.9 - 1e-9].all()
    assert not mask[far > 0.9 + 1e-9].any()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-20, 240), st.integers(-20, 200)).map(lambda p: (p[0] / 4, p[1] / 4)), min_size=1, max_size=9))
def test_a_brush_of_one_pixel_leaves_out_nothing_that_its_centre_comes_through(way) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strokes, "_CHUNK", 10)
        mask = region_mask(swept(way, (0.5, 0.5), ROWS, COLUMNS), ROWS, COLUMNS).array()
    share = np.linspace(0, 1, 1025)[:, None]
    places = np.concatenate([np.array(a) + share * (np.array(b) - a) for a, b in zip(way, way[1:] or way, strict=False)])
    column, row = np.floor(places).astype(int).T
    there = (column >= 0) & (row >= 0) & (column < COLUMNS) & (row < ROWS)
    assert mask[row[there], column[there]].all()
    assert not mask[distances(way) > math.sqrt(0.5) + 1e-9].any()
