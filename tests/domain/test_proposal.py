"""One click is enough where a lesion stands out: nodules, spots and cysts in noise, whatever the unit and the pixel size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from annotator.domain.growing import grown_from
from annotator.domain.proposal import proposed
from annotator.domain.raster import Mask
from tests.domain.tumour import FIGURES, dice, tumour


def lesion(radius: float, spacing: tuple[float, float], inside: float, outside: float, deviation: float) -> tuple[np.ndarray, Mask]:
    """An image of 160 mm × 160 mm with a disc (mm) 60 mm from its corner, a wall of the same value on the right, blurred, noisy."""
    shape = round(160 / spacing[0]), round(160 / spacing[1])
    row, column = np.indices(shape)
    y, x = (row + 0.5) * spacing[0], (column + 0.5) * spacing[1]
    disc = np.hypot(y - 60, x - 60) < radius
    clean = np.where(disc | (x > 140), inside, outside)
    blurred = ndimage.gaussian_filter(clean, [0.8 / step for step in spacing])
    return blurred + np.random.default_rng(3).normal(scale=deviation, size=shape), Mask.of(disc)


@pytest.mark.parametrize("spacing", [(0.7, 0.7), (1.2, 0.6), (0.15, 0.15), (4.0, 4.0)])
@pytest.mark.parametrize(("radius", "least"), [(6, 0.82), (12, 0.93), (25, 0.95)])
@pytest.mark.parametrize(("inside", "outside", "deviation"), [(40.0, -800.0, 25.0), (8.0, 1.0, 0.4), (5.0, 45.0, 6.0)])
def test_one_click_finds_what_stands_out(radius, least, spacing, inside, outside, deviation):
    """A nodule in the lung (HU), a spot of uptake (SUV), a cyst in an organ (HU, darker than what is around)."""
    if radius < 2 * spacing[0]:
        pytest.skip("three pixels are no shape")
    values, disc = lesion(radius, spacing, inside, outside, deviation)
    seed = round((60 + 0.3 * radius) / spacing[0]), round((60 - 0.2 * radius) / spacing[1])
    reach = proposed(values, seed, spacing)
    assert reach is not None
    assert dice(grown_from(values, seed, reach, spacing=spacing), disc) > least


def test_a_nodule_on_the_wall_is_held_by_the_guard():
    row, column = np.indices((160, 160))
    disc = np.hypot(row - 60, column - 60) < 14
    values = np.where(disc | (column > 72), 40.0, -800.0) + np.random.default_rng(3).normal(scale=20, size=disc.shape)
    reach = proposed(values, (58, 58), (1.0, 1.0))
    assert reach is not None
    assert reach.guard > 0
    assert dice(grown_from(values, (58, 58), reach), Mask.of(disc)) > 0.85


def test_a_unit_changes_the_reach_and_not_the_region():
    values, _ = lesion(12, (1.0, 1.0), 8.0, 1.0, 0.4)
    one, two = proposed(values, (60, 60)), proposed(1000 * values - 300, (60, 60))
    assert one is not None and two is not None
    assert grown_from(values, (60, 60), one) == grown_from(1000 * values - 300, (60, 60), two)


def test_where_nothing_stands_out_nothing_is_proposed():
    assert proposed(np.zeros((50, 50)), (20, 20)) is None
    assert proposed(np.zeros((1, 50)), (0, 20)) is None
    assert proposed(np.zeros((1, 1)), (0, 0)) is None
    assert proposed(np.zeros((50, 50)), (50, 20)) is None


@pytest.mark.parametrize(("name", "overlap"), [("ct", 0.52), ("mr_t1", 0.5), ("pet", 0.55)])
def test_one_click_on_a_tumour_as_bright_as_the_muscle_around_it(data_folder: Path, name: str, overlap: float) -> None:
    """The worst case: a sarcoma in muscle, where the best of all reaches would give 0.62 (CT), 0.67 (MR) and 0.64 (PET, cold inside)."""
    found = []
    for one in (one for one in tumour(data_folder, name) if one.area > 300):
        reach = proposed(one.values, one.deepest, one.spacing)
        grown = Mask.none(one.mask.rows, one.mask.columns)
        found.append(dice(grown if reach is None else grown_from(one.values, one.deepest, reach, limit=60, spacing=one.spacing), one.mask))
    FIGURES.info("%s, one click: Dice %.3f", name, np.mean(found))
    assert np.mean(found) > overlap
