"""A step of the window is painted straight onto the view: it must look as what is kept of a picture at rest, to the bit."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from annotator.domain.picture import Picture, Window
from annotator.gui.canvas.render import Renderer
from annotator.gui.canvas.transform import Placed, Transform, fitted
from tests.gui.canvas.desk import image, picture

SIZE = QSize(240, 180)
LOOKS = (
    fitted(Placed(128, 160), 240, 180, 1.0),
    fitted(Placed(128, 160, 1.0, 1.7), 120, 90, 2.0),
    fitted(Placed(128, 160), 160, 120, 1.5),
    Transform(Placed(128, 160), 1.0, 3.0, 4.0),
    Transform(Placed(128, 160), 1.0, -30.0, -20.0),
    Transform(Placed(128, 160), 6.0, -300.0, -200.0),
    Transform(Placed(128, 160), 2.7, -80.3, -60.6),
    Transform(Placed(128, 160), 0.4, 31.3, 20.9),
)


def painted(renderer: Renderer, shown: Picture, window: Window, look: Transform) -> np.ndarray:
    """What stands on a view of the size afterwards, as (rows, columns, 3)."""
    view = QImage(SIZE, QImage.Format.Format_RGB32)
    view.fill(0x00FF00)
    view.setDevicePixelRatio(look.ratio)
    painter = QPainter(view)
    renderer.paint(painter, shown, window, look, SIZE)
    painter.end()
    return np.frombuffer(view.constBits(), np.uint8).reshape(SIZE.height(), SIZE.width(), 4)[..., :3].copy()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.zoom:.2f}@{look.ratio}")
def test_steps_of_the_window_rests_and_pans_look_as_painted_by_themselves(look: Transform) -> None:
    shown, renderer, chance = picture(image(1)), Renderer(), random.Random(7)
    window, at = Window(1000.0, 2000.0), look
    for _ in range(40):
        deed = chance.choice(["window", "window", "rest", "pan"])
        if deed == "window":
            window = Window(float(chance.randint(0, 2000)), float(chance.randint(1, 3000)))
        elif deed == "pan":
            at = at.moved(chance.randint(-9, 9) / at.ratio, chance.randint(-9, 9) / at.ratio)
        seen, wanted = painted(renderer, shown, window, at), painted(Renderer(), shown, window, at)
        exact = at.zoom in (1.0, 6.0) or deed == "window"
        assert np.abs(seen.astype(int) - wanted).max() <= (0 if exact else 6)


def test_another_picture_is_painted_with_its_own_window() -> None:
    renderer, look = Renderer(), LOOKS[3]
    for number in (1, 2, 1, 3):
        shown, window = picture(image(number)), Window(500.0 * number, 800.0)
        assert np.array_equal(painted(renderer, shown, window, look), painted(Renderer(), shown, window, look))
