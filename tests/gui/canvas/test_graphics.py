"""Graphics of the file are painted sharp at every zoom, can be hidden, and are no part of the picture."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QSize

from annotator.domain.graphic import Graphic
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture
from annotator.gui.canvas.graphics import Graphics
from annotator.gui.canvas.legend import Legend
from annotator.gui.canvas.transform import Placed, Transform
from tests.gui.canvas.desk import Desk, image

ROWS, COLUMNS = 40, 30
BITS = np.random.default_rng(1).random((ROWS, COLUMNS)) < 0.05
GRAPHIC = Graphic(ROWS, COLUMNS, 0, 0, np.packbits(BITS.ravel(), bitorder="little").tobytes())
PICTURE = Picture(ImageKey("1"), np.zeros((ROWS, COLUMNS), np.uint8), graphics=(GRAPHIC,))
PLACED = Placed(ROWS, COLUMNS, 1.0, 1.25)


def drawn(transform: Transform, size: QSize) -> np.ndarray:
    image = Graphics().image(PICTURE, transform, size)
    return np.frombuffer(image.constBits(), np.uint32).reshape(size.height(), size.width()) != 0


@pytest.mark.parametrize("zoom", [0.13, 0.5, 0.77, 1.0, 1.5, 3.0, 8.3])
@pytest.mark.parametrize("offset", [(0.0, 0.0), (7.3, 11.0), (-20.4, -13.7)])
def test_every_screen_pixel_shows_what_it_covers(zoom: float, offset: tuple[float, float]) -> None:
    transform, size = Transform(PLACED, zoom, *offset, ratio=1.0), QSize(50, 60)
    found = drawn(transform, size)
    for y in range(size.height()):
        for x in range(size.width()):
            spans = []
            for place, start, scale, count in ((y, offset[1], transform.scale_y, ROWS), (x, offset[0], transform.scale_x, COLUMNS)):
                if scale >= 1:
                    middle = math.floor((place + 0.5 - start) / scale)
                    spans.append(range(middle, middle + 1) if 0 <= middle < count else range(0))
                else:
                    begin, end = math.floor((place - start) / scale), math.floor((place + 1 - start) / scale)
                    spans.append(range(max(begin, 0), min(end, count)))
            assert found[y, x] == any(BITS[row, column] for row in spans[0] for column in spans[1]), (x, y)


def test_nothing_is_lost_where_the_picture_is_reduced() -> None:
    lone = np.zeros((ROWS, COLUMNS), np.uint8)
    lone[17, 5] = 1
    picture = Picture(PICTURE.key, PICTURE.stored, graphics=(Graphic(ROWS, COLUMNS, 0, 0, np.packbits(lone, bitorder="little").tobytes()),))
    image = Graphics().image(picture, Transform(PLACED, 0.1, 2.0, 2.0), QSize(9, 9))
    assert np.count_nonzero(np.frombuffer(image.constBits(), np.uint32)) == 1


def test_a_picture_without_graphics_has_no_layer() -> None:
    bare = Picture(PICTURE.key, PICTURE.stored)
    assert Graphics().image(bare, Transform(PLACED, 1.0, 0, 0), QSize(9, 9)).isNull()


def test_a_view_shows_graphics_until_they_or_the_annotations_are_hidden(show) -> None:
    first = image(1)
    desk = Desk((first,))
    whole = Graphic(first.rows, first.columns, 0, 0, bytes([255]) * (first.rows * first.columns // 8))
    desk.decode(first, graphics=(whole,))
    view, legend = show(desk), Legend()
    view.bear(legend)
    legend.cycle()
    legend.cycle()

    def middle() -> tuple[int, int, int]:
        return view.grab().toImage().pixelColor(200, 160).getRgb()[:3]

    assert middle() == (120, 230, 255) and desk.picture.stored[64, 80] < 2000
    legend.show_graphics(False)
    bare = middle()
    assert len(set(bare)) == 1
    legend.show_graphics(True)
    view.set_overlays_hidden(True)
    assert middle() == bare
