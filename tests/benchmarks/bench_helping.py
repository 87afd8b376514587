"""How soon help from the pixels answers: growing from a click, the magnetic edge, a mask carried on, slices filled in between.

The peers are scikit-image's calls for the same on the whole image: `flood` for growing, `route_through_array` for the edge (it gets the
finished costs, so it has less to do).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture
from scipy import ndimage
from skimage.graph import route_through_array
from skimage.segmentation import flood

from annotator.domain import livewire
from annotator.domain.growing import Reach, around, grown_from, uptake_from
from annotator.domain.image import Image, ImageKey
from annotator.domain.interpolation import interpolated
from annotator.domain.livewire import Wire
from annotator.domain.picture import Picture
from annotator.domain.propagation import propagated
from annotator.domain.proposal import proposed
from annotator.domain.raster import Mask
from annotator.domain.simplify import drawn_around
from annotator.tools import grow
from annotator.tools import livewire as magnet
from annotator.tools.gesture import Draft, Ground
from tests.benchmarks.conftest import Note
from tests.benchmarks.table import Budget, Row, late, middle
from tests.tools.hands import Hand

SIZE, SPACING, CLICKS = 512, (0.8, 0.8), 60
ANSWER = Budget(most=30)


def chest(size: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Two lungs in a body, in HU with noise, and a nodule of 20 pixels' radius on the wall of one."""
    row, column = np.indices((size, size)) * 512.0 / size
    body = np.hypot((row - 256) / 1.2, (column - 256) / 1.6) < 150
    lungs = (np.hypot((row - 256) / 1.4, column - 160) < 75) | (np.hypot((row - 256) / 1.4, column - 352) < 75)
    nodule = np.hypot(row - 256, column - 110) < 20
    clean = np.where(nodule | (body & ~lungs), 40.0, np.where(body, -850.0, -1000.0))
    noise = np.random.default_rng(seed).normal(scale=20, size=clean.shape)
    return (ndimage.gaussian_filter(clean, 1) + noise).astype(np.float32), nodule


def clocked(calls: Iterable[Callable[[], Any]]) -> list[float]:
    """Seconds of each call."""
    found = []
    for call in calls:
        begun = time.perf_counter()
        call()
        found.append(time.perf_counter() - begun)
    return found


def ground_of(values: NDArray[np.float32], **options: object) -> Ground:
    """A CT of these values, and what is set for region grow."""
    image = Image(ImageKey("1.2.3"), "1.dcm", 1, *values.shape, "CT", "1.2.840", "1.2.9", "1.2", spacing=SPACING)
    usual = {option.name: option.default for option in grow.TOOL.options}
    return Ground(image, Picture(image.key, values.astype(np.int16)), {**usual, **options})


def clicks(where: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Pixels of a mask, always the same ones."""
    places = np.argwhere(where)
    return [(int(r), int(c)) for r, c in places[np.random.default_rng(5).integers(0, len(places), CLICKS)]]


@pytest.mark.parametrize("what", ["nodule", "lung"])
def test_growing_from_a_click(benchmark: BenchmarkFixture, note: Note, what: str) -> None:
    """A nodule, held by its radius, and a whole lung, or all the air around the body."""
    values, nodule = chest(SIZE, 1)
    where = clicks(ndimage.binary_erosion(nodule, iterations=8) if what == "nodule" else ndimage.gaussian_filter(values, 2) < -800)
    seeds = iter(where * 2)
    limit = 20.0 if what == "nodule" else None

    def grow(seed: tuple[int, int]) -> Mask:
        return grown_from(values, seed, around(values, seed, 120, 120), limit=limit, spacing=SPACING)

    benchmark.pedantic(grow, setup=lambda: ((next(seeds),), {}), rounds=CLICKS, warmup_rounds=5)
    times = list(benchmark.stats.stats.data)
    theirs = clocked([lambda seed=seed: flood(values, seed, tolerance=120) for seed in where])
    note(Row(f"grow a {what} from a click, {SIZE}²: p95", late(times, 95), "skimage flood", late(theirs, 95), ANSWER))
    note(Row("… median", middle(times), "skimage flood", middle(theirs)))


def test_one_click_without_any_setting(benchmark: BenchmarkFixture, note: Note) -> None:
    values, nodule = chest(SIZE, 1)
    seeds = iter(clicks(ndimage.binary_erosion(nodule, iterations=8)) * 2)

    def click(seed: tuple[int, int]) -> Mask:
        guess = proposed(values, seed, SPACING)
        return Mask.none(SIZE, SIZE) if guess is None else guess.grown()

    benchmark.pedantic(click, setup=lambda: ((next(seeds),), {}), rounds=CLICKS, warmup_rounds=5)
    times = list(benchmark.stats.stats.data)
    guess = proposed(values, (256, 110), SPACING)
    assert guess is not None
    dragged = clocked([lambda wider=wider: guess.grown(wider) for wider in np.geomspace(0.2, 5, CLICKS)])
    guarded = clocked([lambda seed=seed: grown_from(values, seed, Reach(-100, 200, 4, True), spacing=SPACING) for seed in clicks(nodule)])
    uptake = clocked([lambda seed=seed: uptake_from(values + 1000, seed, SPACING) for seed in clicks(nodule)])
    note(Row(f"a lesion found by one click, {SIZE}²: p95", late(times, 95), budget=ANSWER))
    note(Row("… median", middle(times)))
    note(Row("… made wider or narrower by a move: p95", late(dragged, 95), budget=ANSWER))
    note(Row("grow with a guard against leaks (the whole body wall): p95", late(guarded, 95)))
    note(Row("41 % of the maximum: p95", late(uptake, 95), budget=ANSWER))


def test_a_press_with_the_tool(benchmark: BenchmarkFixture, note: Note) -> None:
    """All that the window's thread does for a press: the pixels that are found, and the outline that the ghost shows of them."""
    values, nodule = chest(SIZE, 1)
    where = clicks(ndimage.binary_erosion(nodule, iterations=8))
    seeds, ground = iter(where * 2), ground_of(values)

    def press(row: int, column: int, on: Ground) -> None:
        seen = Hand(grow.TOOL, ground=on).press(column + 0.5, row + 0.5).preview
        assert isinstance(seen, Draft) and seen.mask is not None
        drawn_around(seen.mask)

    benchmark.pedantic(press, setup=lambda: ((*next(seeds), ground), {}), rounds=CLICKS, warmup_rounds=5)
    guarded = ground_of(values, how=grow.TOLERANCE, tolerance=150.0, guard=4.0)
    note(Row(f"a press with region grow, outline included, {SIZE}²: p95", late(list(benchmark.stats.stats.data), 95), budget=ANSWER))
    note(Row("… by a tolerance with a guard: p95", late(clocked([lambda at=at: press(*at, guarded) for at in where]), 95), budget=ANSWER))


def test_one_click_on_a_mammogram(benchmark: BenchmarkFixture, note: Note) -> None:
    """4084 × 3328: a mass of 12 mm in a breast, by clicks on it and, for the largest outline there is, beside it."""
    row, column = np.indices((4084, 3328), dtype=np.float32) * np.float32(0.07)
    breast = np.hypot((row - 140) / 1.3, column) < 90
    mass = np.hypot(row - 140, column - 40) < 12
    noise = np.random.default_rng(1).normal(scale=40, size=row.shape).astype(np.float32)
    values = np.where(breast, 1600 - 6 * column, 100).astype(np.float32) + 300 * mass + noise
    seeds = iter((clicks(mass) + clicks(breast & (np.hypot(row - 140, column - 40) > 20)))[::5] * 2)

    def click(seed: tuple[int, int]) -> Mask:
        guess = proposed(values, seed, (0.07, 0.07), limit=60.0)
        return Mask.none(*values.shape) if guess is None else guess.grown()

    benchmark.pedantic(click, setup=lambda: ((next(seeds),), {}), rounds=24, warmup_rounds=2)
    times = list(benchmark.stats.stats.data)
    guess = proposed(values, (2000, 800), (0.07, 0.07), limit=60.0)
    assert guess is not None
    dragged = clocked([lambda wider=wider: guess.grown(wider) for wider in np.geomspace(0.2, 25, CLICKS)])
    note(Row("a mass found by one click, 4084 × 3328: p95", late(times, 95), budget=Budget(most=100)))
    note(Row("… median", middle(times)))
    note(Row("… up to the whole breast by moves: p95", late(dragged, 95), budget=Budget(most=50)))


@pytest.mark.parametrize("size", [512, 1024])
def test_the_magnetic_edge_follows_the_pointer(benchmark: BenchmarkFixture, note: Note, size: int) -> None:
    """Around a lung with an anchor at every quarter, sixty moves between two; then to places anywhere from one anchor."""
    values, _ = chest(size, 1)
    grow = size / 512
    wire = Wire(values, SPACING)
    turns = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    moves = iter([(n, (256 + 105 * np.sin(t)) * grow, (352 + 75 * np.cos(t)) * grow) for n, t in enumerate(turns)])

    def move(number: int, row: float, column: float) -> None:
        if number % 60 == 0:
            wire.anchor(row, column)
        wire.path(row, column)

    benchmark.pedantic(move, setup=lambda: (next(moves), {}), rounds=240)
    times = list(benchmark.stats.stats.data)
    anywhere = [(float(r), float(c)) for r, c in np.random.default_rng(2).uniform(0, size, (CLICKS, 2))]
    wire.anchor(256 * grow, 427 * grow)
    jumps = clocked([lambda at=at: wire.path(*at) for at in anywhere])
    costs = livewire._costs(*livewire._edges(values, (0, size, 0, size), SPACING), wire._steep)
    start = round(256 * grow), round(427 * grow)
    theirs = clocked([lambda at=at: route_through_array(costs, start, (int(at[0]), int(at[1]))) for at in anywhere[:12]])
    note(Row(f"magnetic edge around a lung, {size}²: p95", late(times, 95), "skimage route_through_array", late(theirs, 95), ANSWER))
    note(Row("… median", middle(times), "skimage route_through_array", middle(theirs)))
    note(Row("… longest", 1000 * max(times)))
    note(Row("… from one anchor to anywhere on the image: p95", late(jumps, 95), "skimage route_through_array", late(theirs, 95)))


@pytest.mark.parametrize("size", [512, 1024])
def test_a_move_with_the_magnetic_outline(benchmark: BenchmarkFixture, note: Note, size: int) -> None:
    """All that the tool does for a move: the way from the last anchor, and the way home by which the outline would close."""
    values, _ = chest(size, 1)
    grown, hand = size / 512, Hand(magnet.TOOL, ground=ground_of(values))
    turns = np.linspace(0, 1.9 * np.pi, 240)
    places = [((352 + 75 * np.cos(t)) * grown, (256 + 105 * np.sin(t)) * grown) for t in turns]
    hand.click(places[0])
    moves = iter(enumerate(places))

    def move(number: int, place: tuple[float, float]) -> None:
        if number % 60 == 59:
            hand.click(place)
        hand.hover(*place)

    benchmark.pedantic(move, setup=lambda: (next(moves), {}), rounds=240)
    times = list(benchmark.stats.stats.data)
    note(Row(f"a move with the magnetic outline, way home included, {size}²: p95", late(times, 95), budget=ANSWER))
    note(Row("… median", middle(times)))
    note(Row("… longest", 1000 * max(times)))


def test_along_the_series(benchmark: BenchmarkFixture, note: Note) -> None:
    """A mask of 60 pixels' radius carried to the next slice; thirty slices filled in from every third of eleven drawn ones."""
    one, two = (chest(SIZE, seed)[0] for seed in (1, 2))
    row, column = np.indices((SIZE, SIZE))
    drawn = {5.0 * n: Mask.of(np.hypot(row - 256, column - 200 - 2 * n) < 60 - abs(n - 5) * 4) for n in range(11)}
    benchmark.pedantic(lambda: propagated(drawn[25.0], one, two, SPACING), rounds=20, warmup_rounds=2)
    note(Row("carry a mask of 120 pixels' width to the next slice", middle(list(benchmark.stats.stats.data))))
    between = [5.0 * n + part * 1.25 for n in range(10) for part in (1, 2, 3)]
    filled = clocked([lambda: interpolated(drawn, between, SPACING)] * 5)
    note(Row("thirty slices between eleven drawn ones", middle(filled)))
