"""A reduced picture is the mean of what it covers."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture
from annotator.gui.canvas.pyramid import Pyramid, factor, means, prepare


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint16, np.int32, np.float32])
@pytest.mark.parametrize("by", [(2, 2), (4, 1), (1, 8), (16, 16)])
def test_blocks_become_their_means(kind: type, by: tuple[int, int]) -> None:
    stored = (np.random.default_rng(5).random((64, 48)) * 250 - (0 if kind in (np.uint8, np.uint16) else 125)).astype(kind)
    down, right = by
    wanted = stored.astype(np.float64).reshape(64 // down, down, 48 // right, right).mean(axis=(1, 3))
    got = means(stored, down, right)
    assert got.dtype == stored.dtype
    assert np.abs(got - wanted).max() <= (0.5 if np.issubdtype(kind, np.integer) else 1e-3)


def test_a_block_cut_off_by_the_edge_counts_what_it_has() -> None:
    stored = np.full((5, 7), 100, dtype=np.int16)
    stored[4:, :] = 60
    assert means(stored, 4, 4).tolist() == [[100, 100], [60, 60]]


def test_colours_are_averaged_each() -> None:
    stored = np.zeros((4, 4, 3), dtype=np.uint8)
    stored[::2, :, 0], stored[..., 2] = 200, 40
    assert means(stored, 2, 2)[0, 0].tolist() == [100, 0, 40]


def test_extreme_values_do_not_overflow() -> None:
    assert means(np.full((256, 256), 65535, dtype=np.uint16), 128, 128).max() == 65535
    assert means(np.full((64, 64), -32768, dtype=np.int16), 64, 64).min() == -32768
    assert means(np.full((64, 64), 2**31 - 1, dtype=np.int32), 64, 64).max() == 2**31 - 1


def test_what_is_left_to_scale_is_between_a_half_and_one() -> None:
    assert [factor(s) for s in (3.0, 1.0, 0.6, 0.5, 0.3, 0.25, 0.1)] == [1, 1, 1, 2, 2, 4, 8]


def test_a_level_is_made_once() -> None:
    pyramid = Pyramid(Picture(ImageKey("1"), np.zeros((8, 8), dtype=np.int16)))
    assert pyramid.level(2, 2) is pyramid.level(2, 2)
    assert pyramid.level(1, 1) is pyramid.picture.stored


def test_a_picture_is_reduced_before_it_is_shown_as_the_last_of_its_size_was() -> None:
    first, second = (Picture(ImageKey(str(n)), np.arange(24, dtype=np.int16).reshape(4, 6) + n) for n in (1, 2))
    shown = Pyramid(first).level(2, 2)
    prepare(second)
    pyramid = Pyramid(second)
    assert pyramid.prepared == ((2, 2),)
    np.testing.assert_array_equal(pyramid.level(2, 2), shown + 1)
