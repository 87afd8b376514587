"""Where an image point is on the screen: exactly, both ways, at any zoom, pan, pixel shape and screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import QPointF

from annotator.gui.canvas.look import matrix
from annotator.gui.canvas.transform import LEAST_ZOOM, MOST_ZOOM, Placed, fitted, looking_at

ZOOMS = some.floats(LEAST_ZOOM, MOST_ZOOM)
PLACES = some.tuples(some.floats(-5000, 5000), some.floats(-5000, 5000))
RATIOS = some.sampled_from([1.0, 1.25, 1.5, 2.0])
SPACINGS = some.none() | some.tuples(some.floats(0.1, 5), some.floats(0.1, 5))


@given(zoom=ZOOMS, point=PLACES, at=PLACES, ratio=RATIOS, spacing=SPACINGS, dx=some.floats(-900, 900), place=PLACES)
def test_there_and_back_is_the_same_place(zoom, point, at, ratio, spacing, dx, place) -> None:
    transform = looking_at(Placed.of(4084, 3328, spacing), zoom, point, at, ratio).moved(dx, -dx)
    assert transform.to_widget(*transform.to_image(*place)) == pytest.approx(place, abs=1e-6)
    assert transform.to_image(*transform.to_widget(*place)) == pytest.approx(place, abs=1e-6)


@given(zoom=ZOOMS, point=PLACES, at=PLACES, mirrored=some.booleans(), upended=some.booleans(), place=PLACES)
def test_there_and_back_is_the_same_place_of_an_image_turned_over(zoom, point, at, mirrored, upended, place) -> None:
    placed = replace(Placed.of(4084, 3328, (0.1, 0.2)), mirrored=mirrored, upended=upended)
    transform = looking_at(placed, zoom, point, at, 1.0)
    assert transform.to_image(*transform.to_widget(*place)) == pytest.approx(place, abs=1e-6)
    assert transform.to_widget(*point) == pytest.approx(at, abs=1.0)
    x, y = matrix(transform).map(QPointF(*place)).toTuple()
    assert (x, y) == pytest.approx(transform.to_widget(*place), rel=1e-9, abs=1e-6)


def test_what_is_turned_over_shows_its_left_at_the_right() -> None:
    transform = fitted(replace(Placed(100, 200), mirrored=True), 400, 300, 1.0)
    assert (transform.to_widget(0, 0), transform.to_widget(200, 100)) == ((400, 50), (0, 250))


@given(zoom=ZOOMS.filter(lambda z: not z.is_integer()), to=ZOOMS.filter(lambda z: not z.is_integer()), at=PLACES, ratio=RATIOS)
def test_a_zoom_keeps_the_point_under_the_pointer(zoom, to, at, ratio) -> None:
    before = looking_at(Placed(100, 200), zoom, (50, 50), (200, 150), ratio)
    assert before.zoomed(to, *at).to_image(*at) == pytest.approx(before.to_image(*at), rel=1e-9, abs=1e-6)


def test_a_zoom_stays_within_bounds() -> None:
    start = fitted(Placed(100, 200), 400, 300, 1.0)
    assert start.zoomed(1e9, 0, 0).zoom == MOST_ZOOM
    assert start.zoomed(0.0, 0, 0).zoom == LEAST_ZOOM


def test_fitting_shows_the_whole_image_in_the_middle() -> None:
    transform = fitted(Placed(100, 200), 400, 300, 1.0)
    assert transform.to_widget(0, 0) == (0, 50)
    assert transform.to_widget(200, 100) == (400, 250)


def test_millimetres_keep_their_aspect() -> None:
    transform = fitted(Placed.of(100, 100, (2.0, 0.5)), 400, 400, 1.0)
    assert transform.scale_y == pytest.approx(4 * transform.scale_x)
    assert transform.to_widget(0, 0) == pytest.approx((150, 0))
    assert transform.to_widget(100, 100) == pytest.approx((250, 400))


@pytest.mark.parametrize("spacing", [(0.0, 1.0), (-1.0, 1.0), (float("nan"), 1.0), (1e6, 1e-3), None])
def test_a_senseless_spacing_means_square_pixels(spacing) -> None:
    assert Placed.of(10, 10, spacing) == Placed(10, 10)


def test_a_zoom_of_one_is_one_device_pixel() -> None:
    assert looking_at(Placed(100, 200), 1.0, (0, 0), (0, 0), 2.0).scale_x == 0.5


@given(at=PLACES, ratio=RATIOS, dx=some.floats(-50, 50))
def test_at_whole_zooms_image_pixels_lie_on_device_pixels(at, ratio, dx) -> None:
    still = looking_at(Placed(100, 200), 3.0, (11.1, 12.2), at, ratio)
    for transform in (still, still.moved(dx, dx)):
        assert abs(transform.offset_x * ratio - round(transform.offset_x * ratio)) < 1e-6


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("zoom", [1.0, 2.0, 4.0])
def test_a_device_pixel_is_an_exact_fraction_wherever_the_image_stands(zoom, ratio) -> None:
    for offset in range(0, 640, 7):
        view = looking_at(Placed(4084, 3328), zoom, (0.0, 0.0), (offset / ratio, (offset + 3) / ratio), ratio)
        for pixel in range(0, 900, 11):
            x, y = view.to_image((offset + pixel) / ratio, (offset + 3 + pixel) / ratio)
            assert (x, y) == (pixel / zoom, pixel / zoom)
