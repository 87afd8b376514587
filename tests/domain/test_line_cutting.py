"""Lines are cut where they meet, and nowhere else; what runs along the other line is gone."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString
from shapely.ops import split

from annotator.domain.line_cutting import MOST, TooMany, cut
from annotator.domain.path import Path

place = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda point: (float(point[0]), float(point[1])))
millionths = st.floats(0, 50).map(lambda along: round(along, 6))
anywhere = st.tuples(millionths, millionths)


def lines(points: st.SearchStrategy[tuple[float, float]]) -> st.SearchStrategy[Path]:
    apart = st.lists(points, min_size=2, max_size=7).filter(lambda found: all(a != b for a, b in zip(found, found[1:], strict=False)))
    return st.lists(apart.map(tuple), min_size=1, max_size=2).map(lambda parts: Path(tuple(parts)))


def geometry(path: Path) -> MultiLineString:
    return MultiLineString([LineString(part) for part in path.parts])


@given(line=lines(place), knife=lines(place))
def test_what_is_left_is_what_the_knife_does_not_run_along(line: Path, knife: Path) -> None:
    """On whole numbers, where lines run along each other again and again; what is left is compared as a set of points."""
    left = cut(line, knife)
    expected = shapely.difference(geometry(line), geometry(knife))
    if not left.parts:
        assert expected.length == 0
        return
    found = geometry(left)
    assert shapely.hausdorff_distance(shapely.unary_union(found), expected, 0.05) < 1e-9


@given(line=lines(place), knife=lines(place))
def test_the_knife_meets_what_is_left_at_its_ends_only(line: Path, knife: Path) -> None:
    blade = geometry(knife)
    for part in cut(line, knife).parts:
        piece = LineString(part)
        assert piece.length > 0
        shared = shapely.intersection(piece, blade)
        ends = MultiLineString([part]).boundary if part[0] != part[-1] else shapely.Point(part[0])
        assert shared.is_empty or shapely.hausdorff_distance(shapely.union(shared, ends), ends) < 1e-9


@given(points=st.lists(anywhere, min_size=2, max_size=6, unique=True), knife=st.lists(anywhere, min_size=2, max_size=6, unique=True))
def test_a_line_that_does_not_cross_itself_is_cut_as_shapely_splits_it(
    points: list[tuple[float, float]], knife: list[tuple[float, float]]
) -> None:
    line, blade = LineString(points), LineString(knife)
    spots = [line.project(spot) for spot in shapely.get_parts(shapely.intersection(line, blade)) if spot.geom_type == "Point"]
    clear = all(b - a > 1e-3 for a, b in zip(sorted([0.0, *spots]), sorted([*spots, line.length]), strict=True))
    if not line.is_simple or not clear or shapely.intersection(line, blade).length > 0:
        return
    expected = [np.array(piece.coords) for piece in split(line, blade).geoms]
    found = cut(Path((tuple(points),)), Path((tuple(knife),))).parts
    assert len(found) == len(expected)
    for piece, other in zip(found, sorted(expected, key=lambda part: line.project(shapely.Point(part[len(part) // 2]))), strict=True):
        assert LineString(piece).length == pytest.approx(LineString(other).length, abs=1e-6)


def test_where_a_line_crosses_itself_it_stays_whole() -> None:
    loop = Path((((0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)),))
    knife = Path((((-1.0, 1.0), (3.0, 1.0)),))
    assert cut(loop, knife).parts == (((0.0, 0.0), (1.0, 1.0)), ((1.0, 1.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)))


def test_a_knife_that_ends_on_the_line_or_passes_its_corner_cuts_it_there() -> None:
    line = Path((((0.0, 0.0), (4.0, 0.0), (8.0, 4.0)),))
    assert cut(line, Path((((2.0, 3.0), (2.0, 0.0)),))).parts == (((0.0, 0.0), (2.0, 0.0)), ((2.0, 0.0), (4.0, 0.0), (8.0, 4.0)))
    assert cut(line, Path((((4.0, 3.0), (4.0, -3.0)),))).parts == (((0.0, 0.0), (4.0, 0.0)), ((4.0, 0.0), (8.0, 4.0)))
    assert cut(line, Path((((0.0, 3.0), (0.0, -3.0)),))) is line
    assert cut(line, Path((((0.0, 9.0), (1.0, 9.0)),))) is line


def test_all_of_a_long_line_is_taken_away_by_itself() -> None:
    turns = [0.01 * number for number in range(3 * MOST)]
    spiral = Path((tuple((250 + turn * math.cos(turn), 250 + turn * math.sin(turn)) for turn in turns),))
    assert cut(spiral, spiral) == Path(())


def test_scribbles_that_cross_a_million_times_are_given_up() -> None:
    chance = np.random.default_rng(1)
    one, other = (Path((tuple(map(tuple, (chance.random((3_000, 2)) * 500).tolist())),)) for _ in range(2))
    with pytest.raises(TooMany):
        cut(one, other)
