"""Tiles have the lesion in the middle, one scale in millimetres, and the values of the image."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from annotator.domain.grayscale import shade
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture, Window
from annotator.domain.tile import LEAST_SIDE, Tile, shades_of, shared_side, tile_of

WINDOW = Window(50.0, 100.0)


def picture(rows: int = 60, columns: int = 80) -> Picture:
    return Picture(ImageKey("1"), np.random.default_rng(1).integers(0, 100, (rows, columns)).astype(np.uint16))


def test_all_tiles_of_a_page_have_the_side_that_the_largest_lesion_needs() -> None:
    """100 × 20 pixels of 0.5 mm are 50 mm: with room around it 80."""
    assert shared_side([((0, 0, 100, 20), (0.2, 0.5)), ((0, 0, 10, 10), (1.0, 1.0))]) == pytest.approx(80.0)
    assert shared_side([((0, 0, 4, 4), (0.1, 0.1))]) == LEAST_SIDE
    assert shared_side([]) == LEAST_SIDE


def test_a_millimetre_is_as_long_in_every_direction_and_every_tile() -> None:
    wide, narrow = tile_of([(10, 10, 20, 20)], 40.0, (2.0, 0.5)), tile_of([(0, 0, 8, 8)], 40.0, None)
    for tile, spacing in ((wide, (2.0, 0.5)), (narrow, (1.0, 1.0))):
        (x0, y0), (x1, y1) = tile.place(0, 0), tile.place(10 / spacing[1], 10 / spacing[0])
        assert (x1 - x0, y1 - y0) == (pytest.approx(64.0), pytest.approx(64.0))
        assert tile.place(*tile.middle) == (128.0, 128.0)


def test_the_middle_is_that_of_all_boxes() -> None:
    assert tile_of([(10, 10, 20, 20), (30, 12, 40, 18)], 40.0, None).middle == (25.0, 15.0)


def test_values_are_those_of_the_image_pixel_for_pixel_where_the_scale_is_one() -> None:
    shown, tile = picture(), Tile((40.0, 30.0), 40.0, pixels=40)
    assert np.array_equal(shades_of(tile, shown, WINDOW), shade(shown.stored[10:50, 20:60], WINDOW, False))


def test_between_pixels_values_are_mixed_as_scipy_mixes_them() -> None:
    shown, tile = picture(), Tile((33.3, 27.1), 17.0, (1.0, 0.7), 96)
    (sx, sy), steps = tile.scale, np.arange(96) + 0.5 - 48
    rows, columns = np.meshgrid(27.1 + steps / sy - 0.5, 33.3 + steps / sx - 0.5, indexing="ij")
    wanted = shade(map_coordinates(shown.stored.astype(np.float32), [rows, columns], order=1), WINDOW, False)
    assert np.abs(shades_of(tile, shown, WINDOW).astype(int) - wanted.astype(int)).max() <= 1


def test_outside_the_image_it_is_black() -> None:
    shown = Picture(ImageKey("1"), np.full((10, 10), 90, dtype=np.uint16))
    shades = shades_of(Tile((0.0, 0.0), 20.0, pixels=40), shown, WINDOW)
    assert not shades[:19].any() and not shades[:, :19].any() and (shades[20:, 20:] > 200).all()


def test_a_window_may_be_inverted_and_colours_stay() -> None:
    shown = picture()
    plain, turned = (shades_of(Tile((40.0, 30.0), 20.0, pixels=32), shown, w) for w in (WINDOW, Window(50.0, 100.0, inverted=True)))
    assert np.array_equal(turned, 255 - plain)
    colours = Picture(ImageKey("1"), np.random.default_rng(2).integers(0, 255, (20, 20, 3)).astype(np.uint8))
    assert np.array_equal(shades_of(Tile((10.0, 10.0), 8.0, pixels=8), colours, WINDOW), colours.stored[6:14, 6:14])
