"""Winding on the pixels: the same as by the list of crossings and as an independent oracle, and never more kept than a few crossings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import raster, winding
from annotator.domain.raster import Mask, fill
from annotator.domain.winding import Winding
from tests.domain import oracle

ROWS, COLUMNS = 40, 9
quarters = st.tuples(st.integers(-20, 60), st.integers(-40, 200)).map(lambda p: (p[0] / 4, p[1] / 4))


def wound(points: list[tuple[float, float]], *, even_odd: bool = False) -> np.ndarray:
    ring, found = np.array(points, dtype=float), Winding(ROWS, COLUMNS)
    found.add_outlines(ring, np.roll(ring, -1, axis=0))
    return found.inside(even_odd=even_odd)


@settings(max_examples=60, deadline=None)
@given(st.lists(quarters, min_size=2, max_size=12))
def test_pixels_are_wound_around_by_the_rule(points) -> None:
    assert np.array_equal(wound(points), oracle.nonzero(points, ROWS, COLUMNS))
    assert np.array_equal(wound(points, even_odd=True), oracle.even_odd([points], ROWS, COLUMNS))


@given(st.lists(st.tuples(st.floats(-50, 60), st.floats(-50, 90)), min_size=2, max_size=30))
def test_it_makes_no_difference_on_which_way_an_outline_is_filled(points) -> None:
    assert Mask.of(wound(points)) == fill([points], ROWS, COLUMNS)
    assert Mask.of(wound(points, even_odd=True)) == fill([points], ROWS, COLUMNS, even_odd=True)


@pytest.mark.parametrize("even_odd", [False, True])
def test_very_many_crossings_are_filled_on_the_pixels(monkeypatch: pytest.MonkeyPatch, even_odd: bool) -> None:
    points = [tuple(p) for p in (np.random.default_rng(1).random((300, 2)) * (COLUMNS, ROWS)).tolist()]
    rings = [points, points[5:90], points[:1]]
    listed, made = fill(rings, ROWS, COLUMNS, even_odd=even_odd), list[Winding]()
    monkeypatch.setattr(raster, "_FEW_CROSSINGS", 10)
    monkeypatch.setattr(raster, "Winding", lambda *size: made.append(Winding(*size)) or made[-1])
    assert fill(rings, ROWS, COLUMNS, even_odd=even_odd) == listed
    assert len(made) == 1


def test_no_more_crossings_are_kept_at_once_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [tuple(p) for p in (np.random.default_rng(2).random((200, 2)) * (COLUMNS, ROWS)).tolist()]
    whole, sizes = wound(points), list[int]()
    crossings = winding.crossings
    monkeypatch.setattr(winding, "crossings", lambda edges, row: sizes.append(edges.shape[1]) or crossings(edges, row))
    monkeypatch.setattr(winding, "_CHUNK", 50)
    monkeypatch.setattr(winding, "_BLOCK", 50)
    assert np.array_equal(wound(points), whole)
    assert max(sizes) <= 50
    assert len(sizes) > 10


@given(st.lists(st.tuples(st.integers(-3, 50), st.integers(-3, 12), st.integers(-3, 12)), max_size=20))
def test_runs_set_their_pixels(runs) -> None:
    expected = np.zeros((ROWS, COLUMNS), dtype=bool)
    for row, first, stop in runs:
        if 0 <= row < ROWS:
            expected[row, max(first, 0) : max(stop, 0)] = True
    found = Winding(ROWS, COLUMNS)
    found.add_runs(*np.array(runs, dtype=np.int64).reshape(-1, 3).T)
    assert np.array_equal(found.inside(), expected)
