"""A mask carried to the next slice: it follows, grows, shrinks and ends with the lesion that the image shows."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from annotator.domain.propagation import Example, propagated
from annotator.domain.raster import Mask
from tests.domain.tumour import FIGURES, dice, tumour

SPACING = (0.8, 0.8)


def lesion(y: float, x: float, radius: float, seed: int, inside: float = 40.0, around: float = -750.0) -> tuple[np.ndarray, Mask]:
    """A noisy image (128 × 128) with a disc in it, in pixels, and the disc."""
    row, column = np.indices((128, 128))
    disc = np.hypot(row - y, column - x) < radius
    clean = ndimage.gaussian_filter(np.where(disc, inside, around), 0.8)
    return clean + np.random.default_rng(seed).normal(scale=25, size=disc.shape), Mask.of(disc)


FATES = {"stays": (60, 60, 15), "grows": (60, 60, 19), "shrinks": (60, 60, 11), "moves": (63, 56, 15), "moves and shrinks": (66, 66, 13)}


@pytest.mark.parametrize(("y", "x", "radius"), FATES.values(), ids=FATES)
def test_it_follows_a_lesion_that_stands_out(y, x, radius):
    before, mask = lesion(60, 60, 15, 1)
    after, wanted = lesion(y, x, radius, 2)
    found = propagated(mask, before, after, SPACING)
    assert found is not None
    assert dice(found, wanted) > 0.95


def test_it_follows_the_texture_where_the_lesion_is_as_bright_as_what_surrounds_it():
    texture = ndimage.gaussian_filter(np.random.default_rng(5).normal(size=(128, 128)), 3) * 300
    _, mask = lesion(60, 60, 15, 1)
    _, wanted = lesion(64, 58, 15, 1)
    found = propagated(mask, texture, np.roll(texture, (4, -2), axis=(0, 1)), SPACING)
    assert found is not None
    assert dice(found, wanted) > 0.97
    assert dice(mask, wanted) < 0.88


def test_it_is_none_where_the_lesion_ends():
    before, mask = lesion(60, 60, 12, 1)
    after, _ = lesion(60, 60, 0, 2)
    assert propagated(mask, before, after, SPACING) is None
    assert propagated(Mask.none(128, 128), before, after, SPACING) is None


def test_it_is_none_where_hardly_anything_is_left_of_what_was_drawn_by_hand():
    """Of a disc of 20 pixels: one of 6 is a lesion's last slice, one of 4 is a trace that would be carried on and on."""
    drawn, by_hand = lesion(60, 60, 20, 1)
    for radius, ends in ((6, False), (4, True)):
        before, mask = lesion(60, 60, radius + 1, 2)
        after, wanted = lesion(60, 60, radius, 3)
        without = propagated(mask, before, after, SPACING)
        assert without is not None and dice(without, wanted) > 0.75
        assert (propagated(mask, before, after, SPACING, Example(by_hand, drawn)) is None) is ends


def test_a_neighbour_of_the_same_value_is_not_taken_in():
    before, mask = lesion(60, 60, 12, 1)
    after, wanted = lesion(60, 60, 12, 2)
    _, other = lesion(60, 84, 8, 3)
    for image in (before, after):
        image[other.array()] = 40.0
    found = propagated(mask, before, after, SPACING)
    assert found is not None
    assert (found & other).empty
    assert dice(found, wanted) > 0.95


def test_without_any_contrast_the_mask_stays():
    flat = np.full((64, 64), 7.0)
    _, mask = lesion(30, 30, 9, 1)
    small = Mask.of(mask.array()[:64, :64])
    assert propagated(small, flat, flat, SPACING) == small


@pytest.mark.parametrize("kind", [np.int16, np.uint8, np.float32])
def test_any_kind_of_pixel_will_do(kind):
    before, mask = lesion(60, 60, 15, 1, inside=200, around=60)
    after, wanted = lesion(62, 60, 16, 2, inside=200, around=60)
    found = propagated(mask, before.clip(0, 255).astype(kind), after.clip(0, 255).astype(kind), SPACING)
    assert found is not None
    assert dice(found, wanted) > 0.93


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_any_mask_in_any_image_gives_a_mask_of_that_size_or_none(rows, columns, seed):
    chance = np.random.default_rng(seed)
    array = chance.random((rows, columns)) < chance.random()
    found = propagated(Mask.of(array), *chance.integers(-2, 3, (2, rows, columns)), (0.7, 2.0))
    assert found is None or ((found.rows, found.columns) == (rows, columns) and not found.empty)


def test_images_of_another_size_are_refused():
    with pytest.raises(ValueError, match="different size"):
        propagated(Mask.none(4, 4), np.zeros((4, 4)), np.zeros((4, 5)))


def test_an_example_by_hand_says_what_the_lesion_looks_like():
    """A mask that leaked onto twice as much as the lesion: by its own values both belong to it, by the example's only the lesion does."""
    values, disc = lesion(60, 60, 15, 1)
    after, wanted = lesion(60, 60, 15, 2)
    row, column = np.indices((128, 128))
    leaked = Mask.of(np.hypot(row - 60, column - 64) < 21)
    own, learnt = propagated(leaked, values, after, SPACING), propagated(leaked, values, after, SPACING, Example(disc, values))
    assert own is not None and learnt is not None
    assert dice(learnt, wanted) > dice(own, wanted) + 0.02
    assert propagated(leaked, values, after, SPACING, Example(Mask.none(128, 128), values)) == own


@pytest.mark.parametrize(("name", "kept", "copied"), [("ct", 0.81, 0.74), ("mr_t1", 0.78, 0.74), ("pet", 0.85, 0.74)])
def test_a_real_tumour_is_carried_on_and_on_from_its_middle(data_folder: Path, name: str, kept: float, copied: float) -> None:
    """Fifteen slices up and down, each from the one before, on a tumour that hardly differs from the muscle around it in CT and MR."""
    slices = [one for one in tumour(data_folder, name) if one.area > 300]
    middle = len(slices) // 2
    example, agreed, stayed = Example(slices[middle].mask, slices[middle].values), [], []
    for way in (slices[middle:], slices[middle::-1]):
        mask: Mask | None = slices[middle].mask
        for one, two in pairwise(way):
            mask = propagated(mask, one.values, two.values, one.spacing, example) if mask is not None else None
            agreed.append(0.0 if mask is None else dice(mask, two.mask))
            stayed.append(dice(slices[middle].mask, two.mask))
    FIGURES.info("%s, carried on from the middle: Dice %.3f, a copy %.3f", name, np.mean(agreed), np.mean(stayed))
    assert np.mean(agreed) > kept
    assert np.mean(stayed) < copied


@pytest.mark.parametrize(("name", "better"), [("ct", 0.025), ("mr_t1", 0.02), ("pet", 0.01)])
def test_a_real_tumour_is_followed_better_than_by_a_copy(data_folder: Path, name: str, better: float) -> None:
    """From each of its slices to the next, on a tumour that hardly differs from the muscle around it in CT and MR."""
    copied, carried = [], []
    for one, two in pairwise(slice_ for slice_ in tumour(data_folder, name) if slice_.area > 400):
        found = propagated(one.mask, one.values, two.values, one.spacing)
        assert found is not None
        carried.append(dice(found, two.mask))
        copied.append(dice(one.mask, two.mask))
    assert np.mean(carried) > np.mean(copied) + better
