"""Lengths, angles and values are those of the pixels and of the spacing, to the last digit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from annotator.domain.image import ImageKey
from annotator.domain.measure import Figure, Grip, Measure, angle, covered, grip_at, handles, length, pulled, sides, statistics
from annotator.domain.picture import Picture

FLOATS = some.floats(-20, 60)
CORNERS = some.tuples(some.tuples(FLOATS, FLOATS), some.tuples(FLOATS, FLOATS))


def picture(stored: np.ndarray, **other: object) -> Picture:
    return Picture(ImageKey("1.2"), stored, **other)


def test_a_length_follows_the_shape_of_the_pixels() -> None:
    line = ((0.0, 0.0), (3.0, 4.0))
    assert length(line, None) == 5.0
    assert length(line, (0.5, 2.0)) == pytest.approx(math.hypot(6.0, 2.0))
    assert sides(line, (0.5, 2.0)) == (6.0, 2.0)


@pytest.mark.parametrize(
    ("spacing", "degrees"), [(None, 90.0), ((1.0, 1.0), 90.0), ((1.0, 2.0), 2 * math.degrees(math.atan(2.0))), ((2.0, 1.0), 53.1301)]
)
def test_an_angle_is_that_in_millimetres(spacing, degrees) -> None:
    assert angle(((-1.0, 1.0), (0.0, 0.0), (1.0, 1.0)), spacing) == pytest.approx(degrees, abs=1e-4)


def test_an_angle_without_a_leg_is_none() -> None:
    assert angle(((0.0, 0.0), (0.0, 0.0), (1.0, 1.0)), None) == 0.0
    assert angle(((-1.0, 0.0), (0.0, 0.0), (1.0, 0.0)), None) == pytest.approx(180.0)


def test_the_values_in_a_rectangle_are_those_of_the_pixels_whose_centre_is_inside() -> None:
    found = statistics(picture(np.arange(100, dtype=np.int16).reshape(10, 10), slope=2.0, intercept=-5.0), Figure.RECTANGLE,
                       ((4.4, 6.6), (2.0, 3.0)))  # fmt: skip
    expected = np.array([[r * 10 + c for c in (2, 3)] for r in (3, 4, 5, 6)]) * 2.0 - 5.0
    assert (found.count, found.mean, found.deviation) == (8, expected.mean(), pytest.approx(expected.std()))
    assert (found.least, found.most) == (expected.min(), expected.max())


@given(corners=CORNERS, box=some.sampled_from([Figure.ELLIPSE, Figure.RECTANGLE]))
def test_what_is_covered_is_asked_of_each_centre(corners, box) -> None:
    """An oracle that asks pixel by pixel; an edge through a centre, which rounding may decide either way, does not count."""
    (ax, ay), (bx, by) = corners
    part, inside = covered(box, corners, 30, 40)
    whole = np.zeros((30, 40), bool)
    whole[part] = inside
    wide, high = max(abs(bx - ax) / 2, 1e-9), max(abs(by - ay) / 2, 1e-9)
    u = np.abs(np.arange(40) + 0.5 - (ax + bx) / 2)[None, :] / wide
    v = np.abs(np.arange(30) + 0.5 - (ay + by) / 2)[:, None] / high
    far = np.maximum(u, v) if box is Figure.RECTANGLE else np.sqrt(u**2 + v**2)
    clear = (np.abs(far - 1.0) > 1e-6) & ~((wide < 1e-6) & (u < 1.0)) & ~((high < 1e-6) & (v < 1.0))  # a flat one's edge is all of it
    assert (whole == (far < 1.0))[clear].all()


def test_outside_of_the_image_there_is_nothing_to_measure() -> None:
    assert statistics(picture(np.zeros((4, 4), np.int16)), Figure.ELLIPSE, ((10.0, 10.0), (20.0, 20.0))) is None
    assert statistics(picture(np.zeros((4, 4), np.int16)), Figure.RECTANGLE, ((1.1, 1.1), (1.2, 1.2))) is None


def test_what_is_no_number_is_not_counted() -> None:
    stored = np.array([[1.0, np.nan], [np.inf, 3.0]], np.float32)
    found = statistics(picture(stored), Figure.RECTANGLE, ((0.0, 0.0), (2.0, 2.0)))
    assert (found.count, found.mean) == (2, 2.0)


RULER = Measure(1, Figure.RULER, ((0.0, 0.0), (10.0, 0.0)))
BOX = Measure(2, Figure.RECTANGLE, ((20.0, 20.0), (30.0, 40.0)))
ELLIPSE = Measure(3, Figure.ELLIPSE, ((50.0, 50.0), (70.0, 60.0)))


@pytest.mark.parametrize(
    ("x", "y", "grip"),
    [
        (1.0, 1.0, Grip(RULER, 0)),
        (5.0, 1.0, Grip(RULER)),
        (5.0, 4.0, None),
        (30.0, 20.0, Grip(BOX, 1)),
        (20.5, 30.0, Grip(BOX)),
        (25.0, 30.0, None),
        (60.0, 50.5, Grip(ELLIPSE)),
        (50.5, 50.5, Grip(ELLIPSE, 0)),
        (60.0, 55.0, None),
    ],
)
def test_a_handle_is_taken_before_an_outline_and_the_inside_is_free(x, y, grip) -> None:
    assert grip_at((RULER, BOX, ELLIPSE), x, y, 2.0) == grip


def test_a_corner_is_pulled_and_the_opposite_one_stays() -> None:
    moved = pulled(Grip(BOX, 1), (30.0, 20.0), (33.0, 18.0))
    assert handles(Measure(2, BOX.figure, moved))[0] == (20.0, 40.0)
    assert set(moved) == {(20.0, 40.0), (33.0, 18.0)}
    assert pulled(Grip(RULER, 1), (10.5, 0.0), (11.5, 2.0)) == ((0.0, 0.0), (11.0, 2.0))
    assert pulled(Grip(RULER), (5.0, 0.0), (6.0, 2.0)) == ((1.0, 2.0), (11.0, 2.0))
