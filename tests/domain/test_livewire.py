"""The magnetic edge: discs traced by four anchors, the cheapest way on the whole image, and what holds for any picture."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from shapely.geometry import LineString
from skimage.graph import MCP_Geometric
from skimage.measure import find_contours

from annotator.domain import livewire
from annotator.domain.livewire import Wire
from annotator.domain.raster import Mask, fill
from tests.domain.tumour import dice, tumour

places = st.tuples(st.floats(-10, 200), st.floats(-10, 260))


def disc(size: int, radius: float, spacing: tuple[float, float] = (1.0, 1.0), deviation: float = 15.0) -> tuple[np.ndarray, Mask]:
    """A noisy image with a disc (mm) in its middle, blurred a little, and the disc."""
    row, column = np.indices((size, size))
    inside = np.hypot((row + 0.5 - size / 2) * spacing[0], (column + 0.5 - size / 2) * spacing[1]) < radius
    clean = ndimage.gaussian_filter(np.where(inside, 40.0, -40.0), 1)
    return clean + np.random.default_rng(1).normal(scale=deviation, size=inside.shape), Mask.of(inside)


def noise(rows: int, columns: int, seed: int) -> np.ndarray:
    """A picture with edges everywhere."""
    return ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(rows, columns)), 2.0)


def traced(values: np.ndarray, anchors: list[tuple[float, float]], spacing: tuple[float, float], snap: float) -> Mask:
    """The pixels within the ways from each anchor (row, column) to the next and from the last to the first."""
    wire, outline = Wire(values, spacing), list[tuple[float, float]]()
    x, y = wire.anchor(*anchors[0], snap)
    first = y, x
    for row, column in anchors[1:]:
        way = wire.path(row, column, snap)
        outline += way[:-1]
        assert wire.anchor(way[-1][1], way[-1][0], snap=0) == way[-1]
    outline += wire.path(*first, snap=0)[:-1]
    return fill([outline], *values.shape)


def steps(way) -> list[tuple[int, int]]:
    """The corners that a way goes through, as (row, column)."""
    found = [(round(way[0][1]), round(way[0][0]))]
    for (x, y), (to_x, to_y) in pairwise(way):
        count = round(max(abs(to_x - x), abs(to_y - y)))
        found += [(round(y + (to_y - y) * n / count), round(x + (to_x - x) * n / count)) for n in range(1, count + 1)]
    return found


def price(costs: np.ndarray, corners: list[tuple[int, int]], spacing: tuple[float, float]) -> float:
    """What a way costs: each step by its length and the mean of both ends."""
    return sum(np.hypot((b[0] - a[0]) * spacing[0], (b[1] - a[1]) * spacing[1]) * (costs[a] + costs[b]) / 2 for a, b in pairwise(corners))


@pytest.mark.parametrize(
    ("size", "radius", "spacing", "least"),
    [
        (128, 20, (1.0, 1.0), 0.97),
        (128, 40, (1.0, 1.0), 0.98),
        (256, 60, (0.8, 0.8), 0.99),
        (256, 60, (1.0, 0.6), 0.985),
        (512, 200, (1.0, 1.0), 0.995),
        (1024, 450, (1.0, 1.0), 0.995),
    ],
)
@pytest.mark.parametrize("off", [0.0, 1.4])
def test_a_noisy_disc_is_traced_by_four_anchors_beside_its_edge(size, radius, spacing, least, off):
    values, wanted = disc(size, radius, spacing)
    turns = np.arange(4) * np.pi / 2 + 0.3
    anchors = [(size / 2 + (radius / spacing[0] + off) * np.sin(t), size / 2 + (radius / spacing[1] + off) * np.cos(t)) for t in turns]
    assert dice(traced(values, anchors, spacing, livewire.SNAP), wanted) > least


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.5, 1.5)])
@pytest.mark.parametrize("seed", range(5))
def test_near_the_anchor_it_is_the_cheapest_way_on_the_whole_image(seed, spacing):
    values = noise(60, 60, seed)
    wire = Wire(values, spacing)
    x, y = wire.anchor(31, 28)
    gradient, crossing = livewire._edges(values, (0, 60, 0, 60), spacing)
    costs = livewire._costs(gradient, crossing, livewire._steepness(gradient))
    ways = MCP_Geometric(costs, sampling=spacing)
    wanted, _ = ways.find_costs([(round(y), round(x))])
    for end in [(0, 0), (60, 60), (20, 50), (31, 29), (57, 3)]:
        way = steps(wire.path(*end, snap=0))
        assert way[-1] == end
        assert price(costs, way, spacing) == pytest.approx(wanted[end])


def test_the_cost_of_a_way_grows_with_every_corner_and_each_corner_of_it_is_reached_no_cheaper_otherwise():
    values = noise(60, 60, 9)
    wire = Wire(values)
    x, y = wire.anchor(30, 30)
    gradient, crossing = livewire._edges(values, (0, 60, 0, 60), (1.0, 1.0))
    costs = livewire._costs(gradient, crossing, livewire._steepness(gradient))
    way = steps(wire.path(2, 55, snap=0))
    so_far = [price(costs, way[: n + 1], (1.0, 1.0)) for n in range(len(way))]
    assert all(a < b for a, b in pairwise(so_far))
    assert [price(costs, steps(wire.path(*corner, snap=0)), (1.0, 1.0)) for corner in way[1:]] == pytest.approx(so_far[1:])
    assert way[0] == (round(y), round(x))


def test_a_steeper_edge_and_a_zero_crossing_are_cheaper():
    gradients = np.linspace(0, 3, 20)
    for crossing in (False, True):
        costs = livewire._costs(gradients, np.full(20, crossing), 2.0)
        assert (np.diff(costs) <= 0).all()
        assert costs.min() > 0
    assert (livewire._costs(gradients, np.full(20, True), 2.0) < livewire._costs(gradients, np.full(20, False), 2.0)).all()


@pytest.mark.parametrize(("down", "right"), [(3.0, 0.0), (0.0, 4.0), (3.0, 4.0)])
def test_the_gradient_is_that_of_the_values_per_millimetre(down, right):
    row, column = np.indices((40, 50))
    gradient, _ = livewire._edges(down * row + right * column, (10, 20, 12, 30), (0.5, 2.0))
    assert gradient.shape == (11, 19)
    assert gradient == pytest.approx(np.hypot(down / 0.5, right / 2.0))


@given(places, places, st.integers(0, 3))
def test_a_way_goes_from_corner_to_corner_within_the_image(start, end, seed):
    values = noise(190, 250, seed)
    wire = Wire(values, (0.7, 0.9))
    anchor = wire.anchor(*start)
    way = wire.path(*end)
    assert way[0] == anchor
    assert all(0 <= x <= 250 and 0 <= y <= 190 and x == round(x) and y == round(y) for x, y in way)
    assert all(
        (x, y) != other and (x == other[0] or y == other[1] or abs(x - other[0]) == abs(y - other[1])) for (x, y), other in pairwise(way)
    )
    assert np.hypot(way[-1][0] - np.clip(end[1], 0, 250), way[-1][1] - np.clip(end[0], 0, 190)) <= livewire.SNAP + 0.75


@given(places, places)
def test_the_way_to_where_a_way_ended_is_the_same_way(start, end):
    wire = Wire(noise(190, 250, 4))
    wire.anchor(*start)
    way = wire.path(*end)
    wire.path(100, 120)
    assert wire.path(way[-1][1], way[-1][0], snap=0) == way


def test_a_far_way_costs_little_more_than_the_cheapest_of_all():
    """It is found on a coarser level and made finer piece by piece."""
    values = noise(300, 400, 3)
    wire = Wire(values)
    x, y = wire.anchor(20, 20)
    costs = livewire._costs(*livewire._edges(values, (0, 300, 0, 400), (1.0, 1.0)), wire._steep)
    wanted, _ = MCP_Geometric(costs).find_costs([(round(y), round(x))])
    for end in [(20, 140), (280, 100), (150, 390), (299, 399)]:
        assert price(costs, steps(wire.path(*end, snap=0)), (1.0, 1.0)) < 1.15 * wanted[end]


def test_a_rough_way_is_the_same_nearby_and_keeps_close_to_it_far_away():
    wire = Wire(disc(400, 150)[0])
    wire.anchor(50, 200)
    assert wire.path(70, 270, rough=True) == wire.path(70, 270)
    fine, rough = (LineString(wire.path(200, 350, 0.0, rough=way)) for way in (False, True))
    assert (rough.coords[0], rough.coords[-1]) == (fine.coords[0], fine.coords[-1])
    assert 0 < rough.hausdorff_distance(fine) < 10


def test_a_click_beside_an_edge_is_drawn_to_it_unless_asked_not_to():
    values = np.zeros((50, 50))
    values[:, 25:] = 100.0
    wire = Wire(values)
    assert wire.anchor(10, 26.6)[0] == 25.0
    assert wire.path(40, 23.4)[-1][0] == 25.0
    assert wire.path(40.2, 27.1, snap=0)[-1] == (27.0, 40.0)
    assert wire.anchor(10.4, 27.4, snap=0) == (27.0, 10.0)


def test_a_straight_edge_gives_a_straight_way():
    values = np.zeros((200, 50))
    values[:, 25:] = 100.0
    wire = Wire(values)
    wire.anchor(5, 25)
    assert wire.path(70, 25) == ((25.0, 5.0), (25.0, 70.0))
    assert wire.path(190, 25) == ((25.0, 5.0), (25.0, 190.0))


def test_where_nothing_has_an_edge_the_way_is_as_short_as_can_be():
    wire = Wire(np.zeros((60, 60), dtype=np.int16))
    assert wire.anchor(10, 10) == (10.0, 10.0)
    assert wire.path(10, 50) == ((10.0, 10.0), (50.0, 10.0))
    assert wire.path(40, 40) == ((10.0, 10.0), (40.0, 40.0))
    assert wire.path(10, 10) == ((10.0, 10.0),)


def test_without_an_anchor_there_is_no_way():
    assert Wire(np.zeros((10, 10))).path(3, 3) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (2, 3)])
def test_images_of_a_few_pixels_will_do(shape):
    wire = Wire(np.arange(shape[0] * shape[1], dtype=np.uint16).reshape(shape))
    wire.anchor(0, 0)
    assert wire.path(*shape)[-1] != ()


@pytest.mark.parametrize(("name", "least"), [("ct", 0.93), ("mr_t1", 0.92), ("pet", 0.9)])
def test_a_real_tumour_is_traced_by_ten_anchors_on_its_outline(data_folder: Path, name: str, least: float) -> None:
    found = []
    for one in [one for one in tumour(data_folder, name) if one.area > 1500][::3]:
        outline = max(find_contours(np.pad(one.mask.array(), 1).astype(float), 0.5), key=len) - 0.5
        anchors = [(float(y), float(x)) for y, x in outline[np.linspace(0, len(outline), 10, endpoint=False).astype(int)]]
        found.append(dice(traced(one.values, anchors, one.spacing, snap=0), one.mask))
    assert np.mean(found) > least
