"""Holes are joined by the shortest bridges and found again, however many there are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import segmentation
from annotator.domain.path import Point
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Part, Region
from annotator.domain.segmentation import flat, flat_parts, unbridged, unflat
from annotator.domain.shapes import trace


def spotted(seed: int, rows: int, columns: int, share: float) -> Region:
    """Pixels by chance: outlines with many holes, many of them as near as others."""
    return trace(Mask.of(np.random.default_rng(seed).random((rows, columns)) < share))


def joined_slowly(part: Part) -> list[Point]:
    """Each time the shortest bridge of all, looked for among all vertices; of several the first hole's, then the first on the way."""
    ring, holes = list(part[0]), [list(hole) for hole in part[1:]]
    while holes:
        _, number, here, there = min(
            (math.dist(a, b) ** 2, number, here, there)
            for number, hole in enumerate(holes)
            for here, a in enumerate(ring)
            for there, b in enumerate(hole)
        )
        hole = holes.pop(number)
        ring[here + 1 : here + 1] = [*hole[there:], *hole[: there + 1], ring[here]]
    return ring


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0.55, 0.95))
def test_each_bridge_is_the_shortest_there_is(seed: int, share: float) -> None:
    region = spotted(seed, 9, 11, share)
    for part, numbers in zip(region.parts, flat_parts(region), strict=True):
        found = list(zip(numbers[::2], numbers[1::2], strict=True))
        assert found == joined_slowly(segmentation._oriented(part))


@given(st.integers(0, 2**32 - 1), st.floats(0.3, 0.95))
def test_a_region_comes_back_ring_by_ring(seed: int, share: float) -> None:
    region = spotted(seed, 14, 12, share)
    if region.empty:
        return
    back = unflat(flat(region))
    assert region_mask(back, 14, 12) == region_mask(region, 14, 12)
    rings = [[sorted(map(sorted, part)) for part in one.parts] for one in (region, back)]
    assert sorted(rings[0]) == sorted(rings[1])


@pytest.mark.parametrize(
    ("outline", "rings"),
    [
        ([(0, 0), (9, 0), (9, 9), (0, 9)], 1),
        ([(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)], 1),  # the first vertex once more
        ([(0, 0), (0, 0), (9, 0), (9, 9)], 1),  # a vertex twice
        ([(0, 0), (2, 2), (2, 4), (4, 2), (2, 2), (0, 0), (9, 0), (9, 9), (0, 9)], 2),  # one bridge
        ([(2, 2), (2, 4), (4, 2), (2, 2), (0, 0), (9, 0), (9, 9), (0, 9), (0, 0)], 2),  # it begins in the hole
        ([(0, 0), (4, 0), (4, 4), (8, 4), (8, 8), (4, 8), (4, 4), (0, 4)], 2),  # two squares that touch
        ([(0, 0), (5, 5)], 0),
        ([(0, 0), (5, 5), (0, 0), (5, 5)], 0),  # to and fro
    ],
)
def test_what_comes_back_to_a_vertex_is_a_ring_of_its_own(outline: list[Point], rings: int) -> None:
    found = unbridged(tuple(outline))
    assert len(found) == rings
    assert all(len(set(ring)) == len(ring) >= 3 for ring in found)


def test_hundreds_of_holes_are_not_compared_with_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is compared with the few that are near: before, saving a scribble with 350 holes took five minutes."""
    compared: list[int] = []
    squared = segmentation._squared

    def counted(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        compared.append(len(one) * len(other))
        return squared(one, other)

    monkeypatch.setattr(segmentation, "_squared", counted)
    array = np.ones((121, 121), dtype=bool)
    array[3:-3:5, 3:-3:5] = False
    region = trace(Mask.of(array))
    holes = len(region.parts[0]) - 1
    numbers = flat_parts(region)[0]
    assert holes == 23**2
    assert len(numbers) == 2 * (4 + 4 * holes + 2 * holes)
    assert sum(compared) < 2_000 * holes
    assert region_mask(unflat(numbers), 121, 121) == Mask.of(array)
