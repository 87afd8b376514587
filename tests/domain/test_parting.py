"""Of the outlines around a click the one is taken that all of them speak for, wherever on the lesion the click is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from annotator.domain.parting import Found, agreed, held_by
from annotator.domain.proposal import proposed
from annotator.domain.raster import Mask
from annotator.domain.rays import RAYS
from tests.domain.tumour import dice


def outline(worth: float, radius: float, place: tuple[float, float] = (0.0, 0.0)) -> Found:
    logs = np.full(RAYS, np.log(radius))
    return Found(worth, place, 1.0, logs, logs[None])


def test_outlines_that_agree_outdo_one_that_is_alone_and_hardly_worth_more() -> None:
    several = [outline(1.0, 20.0 + n / 4, (n / 4, -n / 4)) for n in range(5)]
    assert agreed([outline(1.02, 45.0), *several], (0.0, 0.0), (1.0, 1.0)) in several
    assert agreed([outline(1.02, 8.0), *several], (0.0, 0.0), (1.0, 1.0)) in several
    alone = outline(1.5, 45.0)
    assert agreed([*several, alone], (0.0, 0.0), (1.0, 1.0)) is alone


def test_of_like_outlines_the_middle_one_is_taken_wherever_their_middles_and_the_click_are() -> None:
    """Discs with one middle that lies beside the click, and pixels that are no squares."""
    found = [outline(1.0, radius, (3.0, -4.0)) for radius in (16.0, 20.0, 25.0)]
    assert agreed(found, (0.0, 0.0), (2.0, 0.5)) is found[1]
    far = [outline(1.0, 20.0, (10.0 * n, 0.0)) for n in (-1, 0, 1)]
    assert agreed(far, (0.0, 0.0), (1.0, 1.0)) is far[1]


def test_an_outline_holds_as_much_wherever_its_middle_is_and_whatever_the_pixels_are() -> None:
    """Discs of 12 and 24 mm around the click and 6 mm beside it: a quarter of the area, all of it in the larger one."""
    for spacing in ((1.0, 1.0), (2.0, 0.5)):
        aside = (6.0 / spacing[0], 0.0), (0.0, -6.0 / spacing[1])
        found = [outline(1.0, 24.0), outline(1.0, 12.0), *(outline(1.0, 12.0, place) for place in aside)]
        held, areas = held_by(found, (0.0, 0.0), spacing)
        assert held[1] @ areas == pytest.approx(held[0] @ areas / 4, rel=0.25)  # the points lie a fifth of the distance apart
        assert held[2:] @ areas == pytest.approx(held[1] @ areas, rel=0.15)
        assert (held[1:] <= held[0]).all()
        lens = 2 * 12**2 * np.arccos(np.sqrt(72) / 24) - np.sqrt(72) / 2 * np.sqrt(4 * 12**2 - 72)
        assert np.minimum(held[2], held[3]) @ areas == pytest.approx(lens / (np.pi * 12**2) * held[2] @ areas, rel=0.12)


def uptake(chance: int) -> tuple[np.ndarray, np.ndarray]:
    """A spot of uptake of pixels of 4 mm that falls off towards its edge, in noise, and where it is more than half of its top."""
    made = np.random.default_rng(chance)
    row, column = np.indices((64, 64)) * 4.0
    (y, x), turn, length = 128 + made.uniform(-8, 8, 2), made.uniform(0, np.pi), made.uniform(22, 36)
    width = made.uniform(14, length)
    along = (row - y) * np.sin(turn) + (column - x) * np.cos(turn)
    across = (row - y) * np.cos(turn) - (column - x) * np.sin(turn)
    away = np.hypot(along / length, across / width)
    clean = 1 + 8 * np.clip(1.35 - away, 0, 0.9)
    return ndimage.gaussian_filter(clean, 1) + made.normal(scale=0.25, size=clean.shape), away < 1


@pytest.mark.parametrize("chance", range(12))
def test_a_click_anywhere_on_a_spot_of_uptake_finds_it(chance: int) -> None:
    values, spot = uptake(chance)
    places = np.argwhere(spot)
    for row, column in places[np.random.default_rng(chance).integers(0, len(places), 5)].tolist():
        guess = proposed(values, (row, column), (4.0, 4.0), bright=True)
        assert guess is not None
        assert dice(guess.grown(), Mask.of(spot)) > 0.85
