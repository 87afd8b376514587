"""Whole numbers of a file and positions in the image are one to one, for every size, origin, direction and way of cutting."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from annotator.domain.coordinates import CENTRE, CORNER, DOWN, PIXEL, UP, Coordinates, parse_coordinates
from annotator.domain.toml_table import read_toml
from annotator.errors import AnnotatorError

SIZES = st.integers(1, 50)
ANY = st.builds(
    Coordinates, st.sampled_from((CENTRE, CORNER, PIXEL)), st.sampled_from((DOWN, UP)), st.sampled_from(("towards-zero", "nearest", "down"))
)


@given(ANY, SIZES, SIZES, st.integers(-60, 60), st.integers(-60, 60))
def test_what_a_file_says_is_written_again_as_it_stood(coordinates, rows, columns, x, y):
    assert coordinates.whole(coordinates.position(x, y, rows, columns), rows, columns) == (x, y)


@given(ANY, SIZES, SIZES, st.floats(0, 1), st.floats(0, 1))
def test_the_nearest_position_is_held_lies_inside_and_stays(coordinates, rows, columns, x, y):
    found = coordinates.nearest((x * columns, y * rows), rows, columns)
    assert coordinates.holds(found, rows, columns)
    assert 0 <= found[0] <= columns
    assert 0 <= found[1] <= rows
    assert abs(found[0] - x * columns) <= 1
    assert abs(found[1] - y * rows) <= 1
    assert coordinates.nearest(found, rows, columns) == found


@given(ANY, SIZES, SIZES, st.lists(st.tuples(*[st.floats(-5, 60) | st.integers(-10, 110).map(lambda n: n / 2)] * 2), max_size=9))
def test_of_many_points_the_nearest_positions_are_those_of_each(coordinates, rows, columns, points):
    assert repr(coordinates.nearest_of(points, rows, columns)) == repr([coordinates.nearest(point, rows, columns) for point in points])


def test_the_usual_ones_count_from_the_centre_and_cut_towards_it():
    usual = Coordinates()
    assert usual.whole((10.9, 3.2), 8, 10) == (5, 0)
    assert usual.whole((4.1, 0.9), 8, 10) == (0, -3)
    assert usual.position(5, -3, 8, 10) == (10.0, 1.0)
    assert usual.position(5, -3, 9, 11) == (10.5, 1.5)  # the centre of an odd image lies on a pixel's centre
    assert usual.offset(9, 10) == (0.0, 0.5)


def test_y_may_go_up_and_zero_may_be_the_corner():
    corner = Coordinates(CORNER, UP, "nearest")
    assert corner.whole((1.5, 2.4), 8, 10) == (2, -2)
    assert corner.position(2, -2, 8, 10) == (2.0, 2.0)


def read(text, formats=("breast-json",)):
    return parse_coordinates(read_toml("project.toml", text), formats)


def test_a_project_that_writes_whole_numbers_has_the_usual_ones_without_a_word():
    assert read("") == Coordinates()
    assert read("", ("lung-json",)) is None
    assert read('[coordinates]\norigin = "corner"', ("lung-json",)) == Coordinates("corner")


def test_a_wrong_value_is_told_with_its_line():
    with pytest.raises(AnnotatorError, match=r"project.toml, line 2, key “coordinates.rounding”.*“up” is not known.*towards-zero"):
        read('[coordinates]\nrounding = "up"')
