"""Region grow: one press finds what looks alike, a drag widens or narrows it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.segmentation import flood

from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.tools.gesture import Draft, Ground, Makes, Stroke
from annotator.tools.grow import TOOL
from tests.tools.hands import Hand

ROWS, COLUMNS = 120, 160
Y, X = np.mgrid[0:ROWS, 0:COLUMNS]
DISK = np.hypot(X - 70, Y - 50) < 14
VALUES = np.where(DISK, 40, -800).astype(np.int16) + np.random.default_rng(1).integers(-8, 9, (ROWS, COLUMNS)).astype(np.int16)
USUAL = {option.name: option.default for option in TOOL.options}


def ground(values=VALUES, modality="CT", spacing=(0.8, 0.8), **options) -> Ground:
    image = Image(ImageKey("1.2.3"), "1.dcm", 1, *values.shape[:2], modality, "1.2.840", "1.2.9", "1.2", spacing=spacing)
    return Ground(image, Picture(image.key, values), {**USUAL, **options})


def grown(found: Ground, *way: tuple[float, float]) -> Stroke | None:
    hand = Hand(TOOL, ground=found).press(*way[0])
    return hand.drag(*way[1:]).release(*way[-1]).outcomes[0]


def test_one_press_finds_the_lesion() -> None:
    mask = grown(ground(), (70.5, 50.5)).mask.array()
    assert 2 * (mask & DISK).sum() / (mask.sum() + DISK.sum()) > 0.95


def test_what_is_found_is_seen_before_the_release_and_gone_with_escape() -> None:
    hand = Hand(TOOL, ground=ground()).press(70.5, 50.5)
    assert isinstance(hand.preview, Draft)
    assert hand.preview.makes is Makes.PIXELS
    assert hand.escape().outcomes == []


def test_right_reaches_further_and_left_less_far() -> None:
    slope = np.clip(1000 - 20 * np.hypot(X - 70, Y - 50), 0, None).astype(np.int16)
    sizes = [grown(ground(slope, how="tolerance", tolerance=200.0), (70.5, 50.5), (70.5 + by, 50.5)).mask.count for by in (-60, 0, 60)]
    assert sizes[0] < sizes[1] < sizes[2]
    assert grown(ground(slope, how="tolerance", tolerance=200.0), (70.5, 50.5), (70.5, 50.5)).mask.count == sizes[1]


@pytest.mark.parametrize("how", ["auto", "uptake", "tolerance", "range"])
@pytest.mark.parametrize("place", [(70, 50), (20, 100), (3, 3), (140, 60)])
def test_farther_right_holds_all_that_was_held_before(how, place) -> None:
    """In noise, where the clicked pixel may differ from those around it by more than the tolerance."""
    values = np.random.default_rng(7).normal(100, 30, (ROWS, COLUMNS)).astype(np.float32) + 80 * DISK
    found = ground(values, how=how, tolerance=20.0, low=110.0, high=200.0)
    ways = range(-120, 121, 20)
    strokes = [grown(found, (place[0] + 0.5, place[1] + 0.5), (place[0] + 0.5 + by, place[1] + 0.5)) for by in ways]
    masks = [np.zeros((ROWS, COLUMNS), bool) if one is None else one.mask.array() for one in strokes]
    assert all((less <= more).all() for less, more in zip(masks, masks[1:], strict=False))
    assert masks[-1].any()


@given(st.integers(0, 2**32 - 1), st.integers(0, 23), st.integers(0, 17), st.integers(1, 4))
def test_by_tolerance_it_is_the_flood_of_scikit_image(chance, column, row, tolerance) -> None:
    """Around the clicked pixel where its neighbours have its value, without a limit and with every gap open."""
    values = np.random.default_rng(chance).integers(0, 8, (18, 24)).astype(np.int16)
    values[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2] = values[row, column]
    stroke = grown(ground(values, how="tolerance", tolerance=tolerance, limit=0.0), (column + 0.5, row + 0.5))
    assert np.array_equal(stroke.mask.array(), flood(values, (row, column), connectivity=1, tolerance=tolerance))


def test_a_range_of_values_is_kept_to() -> None:
    mask = grown(ground(how="range", low=30.0, high=50.0), (70.5, 50.5)).mask.array()
    assert mask.any()
    assert ((VALUES[mask] >= 30) & (VALUES[mask] <= 50)).all()


def test_nothing_is_farther_than_the_limit() -> None:
    flat = np.zeros((ROWS, COLUMNS), np.int16)
    mask = grown(ground(flat, how="tolerance", limit=8.0), (70.5, 50.5)).mask.array()
    assert mask[50, 70 + 9] and not mask[50, 70 + 11]
    assert grown(ground(flat, how="tolerance", limit=0.0), (70.5, 50.5)).mask.count == ROWS * COLUMNS


def test_a_spot_of_uptake_can_be_taken_down_to_a_share_of_its_maximum() -> None:
    uptake = (100 * np.exp(-np.hypot(X - 70, Y - 50) ** 2 / 200)).astype(np.float32)
    found = ground(uptake, "PT", (4.0, 4.0), limit=0.0, how="uptake")
    assert np.array_equal(grown(found, (74.5, 52.5)).mask.array(), uptake >= 0.41 * uptake.max())
    assert grown(found, (74.5, 52.5), (134.5, 52.5)).mask.count > (uptake >= 0.41 * uptake.max()).sum()


@pytest.mark.parametrize("modality", ["CT", "PT"])
def test_by_itself_only_pet_looks_for_what_is_brighter(modality) -> None:
    cold = np.where(DISK, 10, 60).astype(np.int16) + np.random.default_rng(1).integers(-3, 4, (ROWS, COLUMNS)).astype(np.int16)
    mask = grown(ground(cold, modality), (70.5, 50.5)).mask.array()
    overlap = 2 * (mask & DISK).sum() / (mask.sum() + DISK.sum())
    assert overlap > 0.95 if modality == "CT" else overlap < 0.95


def test_by_itself_it_goes_from_outline_to_outline_while_the_pointer_moves() -> None:
    """A core in a rim in fat: left of the press only the core, right of it the rim as well, and each step holds the one before."""
    rim = np.hypot(X - 70, Y - 50) < 30
    values = np.where(DISK, 90, np.where(rim, 40, -100)) + np.random.default_rng(1).integers(-8, 9, (ROWS, COLUMNS))
    masks = [grown(ground(values.astype(np.int16)), (70.5, 50.5), (70.5 + by, 50.5)).mask.array() for by in range(-200, 201, 20)]
    assert all((less <= more).all() for less, more in zip(masks, masks[1:], strict=False))
    assert all(mask[50, 70] for mask in masks)
    for wanted in (DISK, rim):
        assert max(2 * (mask & wanted).sum() / (mask.sum() + wanted.sum()) for mask in masks) > 0.95


def test_a_tolerance_can_be_kept_from_leaking_through_a_gap() -> None:
    neck = (np.abs(Y - 50) < 2) & (X > 70)
    values = np.where(DISK | neck | (X > 100), 40, -800).astype(np.int16)
    leaks = grown(ground(values, how="tolerance"), (70.5, 50.5)).mask.array()
    held = grown(ground(values, how="tolerance", guard=4.0), (70.5, 50.5)).mask.array()
    assert leaks[20, 120]
    assert not held[:, 100:].any()
    assert held.sum() < 1.1 * DISK.sum()


@pytest.mark.parametrize("place", [(-3.0, 5.0), (500.0, 5.0)])
def test_outside_of_the_image_nothing_grows(place) -> None:
    assert grown(ground(), place) is None


def test_in_colours_it_grows_by_their_brightness() -> None:
    bright = np.where(DISK, 190, 20)[..., None] + np.random.default_rng(1).integers(-6, 7, (ROWS, COLUMNS, 1))
    mask = grown(ground(np.repeat(bright, 3, axis=2).astype(np.uint8)), (70.5, 50.5)).mask.array()
    assert 2 * (mask & DISK).sum() / (mask.sum() + DISK.sum()) > 0.95


def test_where_nothing_is_found_the_stroke_is_empty() -> None:
    assert grown(ground(how="range", low=500.0, high=600.0), (70.5, 50.5)).mask.empty


def test_without_a_picture_nothing_grows() -> None:
    assert Hand(TOOL).press(5.0, 5.0).outcomes == [None]  # no picture is there


def test_the_neighbourhood_alone_is_looked_at_and_found_where_it_is() -> None:
    shifted = np.roll(VALUES, (30, 60), (0, 1))
    near = grown(ground(limit=20.0), (70.5, 50.5)).mask.array()
    far = grown(ground(shifted, limit=20.0), (130.5, 80.5)).mask.array()
    assert np.array_equal(np.roll(near, (30, 60), (0, 1)), far)


def test_a_stroke_of_it_takes_ctrl_along() -> None:
    hand = Hand(TOOL, ground=ground(), control=True).press(70.5, 50.5)
    assert hand.release(70.5, 50.5).outcomes[0].control
