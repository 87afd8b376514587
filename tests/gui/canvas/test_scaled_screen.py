"""On a screen of 150 %: what is painted again lies where it lay, however often."""

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture, Window
from annotator.gui.canvas.layer import Layer
from annotator.gui.canvas.render import Renderer
from annotator.gui.canvas.transform import Placed, fitted
from annotator.present.overlay import Overlay
from tests.gui.canvas.desk import layered

SIZE, RATIO = QSize(300, 240), 1.5
PLACED = Placed(40, 50, 1.0, 1.0)


def test_a_picture_that_is_painted_again_lies_where_it_lay(qapp):
    stored = np.arange(2000, dtype=np.int16).reshape(40, 50)
    renderer, transform = Renderer(), fitted(PLACED, 200.0, 160.0, RATIO)
    picture = Picture(ImageKey("1.2"), stored)
    first = renderer.image(picture, Window(1000, 2000), transform, SIZE)
    before = QImage(first)
    first.setDevicePixelRatio(RATIO)
    renderer.image(picture, Window(900, 2000), transform, SIZE)
    again = QImage(renderer.image(picture, Window(1000, 2000), transform, SIZE))
    before.setDevicePixelRatio(RATIO)
    again.setDevicePixelRatio(RATIO)
    assert again == before


def test_annotations_that_are_painted_again_lie_where_they_lay(qapp):
    layer, transform = Layer(), fitted(PLACED, 200.0, 160.0, RATIO)
    one = Overlay(1, (255, 0, 0), (((5.0, 5.0), (30.0, 5.0), (30.0, 25.0)),), True, False, False, "1")
    other = Overlay(1, (255, 0, 0), (((9.0, 5.0), (30.0, 5.0), (30.0, 25.0)),), True, False, False, "1")
    before = layered(layer, (one,), transform, SIZE)
    layered(layer, (other,), transform, SIZE)
    assert layered(layer, (one,), transform, SIZE) == before
    assert layered(layer, (one,), transform, SIZE) == before, "the second time from what is kept"
