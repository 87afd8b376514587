"""While a zoom goes on, many outlines are painted roughly: in their exact place, and sharp as soon as the hand rests."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from annotator.domain.picture import Picture, Window
from annotator.domain.region import Region
from annotator.gui.canvas.layer import Layer
from annotator.gui.canvas.render import Motion, Renderer
from annotator.gui.canvas.transform import Placed, Transform, fitted
from annotator.gui.canvas.view import ImageView
from tests.gui.canvas.desk import CONTROL, Desk, Mouse, image, layered, picture
from tests.gui.canvas.test_panning import bits, outlines

SIZE = QSize(240, 180)
WINDOW = Window(1000.0, 2000.0)


def zooms() -> list[Transform]:
    """Nearer and away again over several reduced copies, to its own size and beyond, on a plain and on a scaled screen."""
    placed, found = Placed(700, 900), []
    for look in (fitted(placed, 240, 180, 1.0), fitted(placed, 120, 90, 2.0)):
        for factor in (1.0, 1.25, 1.0, 1.6, 2.1, 1.6, 3.0, 0.7, 1.25, 4.0, 16.0, 4.0, 40.0, 1.0):
            found.append(look.zoomed(look.zoom * factor, 60.3, 40.7))
        found.append(look.zoomed(1.0, 60.0, 40.0))
    return found


def sketched(drawn: tuple, look: Transform, layer: Layer) -> QImage:
    """The sketch on a transparent screen."""
    screen = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    screen.setDevicePixelRatio(look.ratio)
    screen.fill(Qt.GlobalColor.transparent)
    painter = QPainter(screen)
    layer.sketch(painter, drawn, look, SIZE)
    painter.end()
    return screen


def test_a_zoomed_picture_is_the_picture_painted_at_that_zoom() -> None:
    shown: Picture = picture(image(1, rows=700, columns=900))
    zoomed = Renderer()
    for there in zooms():
        stepped(zoomed, shown, there, rough=True)
        seen, wanted = bits(zoomed.image(shown, WINDOW, there, SIZE)), bits(Renderer().image(shown, WINDOW, there, SIZE))
        assert np.abs(seen - wanted)[..., :3].max() <= 2, there


def stepped(renderer: Renderer, shown: Picture, look: Transform, *, rough: bool) -> QImage:
    """One of many steps of a zoom, on a screen that was green."""
    screen = QImage(SIZE, QImage.Format.Format_RGB32)
    screen.fill(Qt.GlobalColor.green)
    screen.setDevicePixelRatio(look.ratio)
    painter = QPainter(screen)
    renderer.sketch(painter, shown, WINDOW, look, SIZE, Motion.ROUGH if rough else Motion.SMOOTH)
    painter.end()
    return screen


@pytest.mark.parametrize("rough", [False, True])
def test_a_step_of_a_zoom_shows_what_will_rest_there(rough: bool) -> None:
    """Soft ones within a few levels (a window that bends nothing), rough ones the right pixel or a neighbour of it."""
    shown = picture(image(1, rows=700, columns=900))
    renderer = Renderer()
    for there in zooms():
        seen, rests = (
            bits(found)[..., :3].astype(int)
            for found in (stepped(renderer, shown, there, rough=rough), renderer.image(shown, WINDOW, there, SIZE))
        )
        assert np.abs(seen - rests).mean() < (4.0 if rough else 1.0), there
        assert ((seen == 0) == (rests == 0)).mean() > 0.97, "the ground is where it will be"


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("aside", [0.0, 0.25, 0.5, 0.8])
def test_at_its_own_size_a_step_shows_every_pixel_as_it_will_rest(aside: float, ratio: float) -> None:
    values = np.random.default_rng(2).integers(0, 2000, (128, 160)).astype(np.int16)
    shown, renderer = Picture(image(1).key, values), Renderer()
    for right, down in ((9, 7), (-31, -22), (-80, 60), (200, -90), (-170, 10)):
        there = Transform(Placed(128, 160), 1.0, (right + aside) / ratio, (down + aside) / ratio, ratio)
        seen = bits(stepped(renderer, shown, there, rough=False))[..., :3]
        assert np.array_equal(seen, bits(Renderer().image(shown, WINDOW, there, SIZE))[..., :3])


def test_another_window_or_picture_is_never_shown_with_the_greys_of_the_last() -> None:
    shown, other = (picture(image(n, rows=700, columns=900)) for n in (1, 9))
    look, renderer = fitted(Placed(700, 900), 240, 180, 1.0), Renderer()
    for one, window in ((shown, WINDOW), (shown, Window(300.0, 400.0)), (other, Window(300.0, 400.0)), (shown, WINDOW)):
        assert (bits(renderer.image(one, window, look, SIZE)) == bits(Renderer().image(one, window, look, SIZE))).all()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_rough_outline_is_where_the_sharp_one_is(qapp: object, ratio: float) -> None:
    drawn, layer = outlines(20), Layer()
    for factor in (1.0, 1.7, 6.0):
        look = fitted(Placed(128, 160), 240 / ratio, 180 / ratio, ratio)
        look = look.zoomed(look.zoom * factor, 60.3, 40.7)
        rough, sharp = (bits(found)[..., 3] for found in (sketched(drawn, look, layer), layered(Layer(), drawn, look, SIZE)))
        ink = rough > 128
        assert ink.sum() > 100
        assert (sharp[ink] > 100).all(), "no ink where the sharp outline has none"
        assert (bits(layered(layer, drawn, look, SIZE)) == bits(layered(Layer(), drawn, look, SIZE))).all(), "nothing rough remains"


def test_what_changed_during_a_zoom_is_sharp_after_it(qapp: object) -> None:
    look, layer = fitted(Placed(128, 160), 240, 180, 1.0), Layer()
    before, after = outlines(20), outlines(12)
    layered(layer, before, look, SIZE)
    sketched(after, look.zoomed(3.0, 60.0, 40.0), layer)
    assert (bits(layered(layer, after, look, SIZE)) == bits(layered(Layer(), after, look, SIZE))).all()


def test_the_wheel_paints_roughly_and_the_rest_of_the_hand_sharply(qtbot: QtBot, desk: Desk, view: ImageView, mouse: Mouse) -> None:
    rings = [tuple((x + 8 * math.cos(t), 60 + 8 * math.sin(t)) for t in np.linspace(0, 6, 20)) for x in range(15, 150, 11)]
    desk.annotate(*(Region(((ring,),)) for ring in rings))
    view.repaint()
    roughly: list[bool] = []
    view.repainted.connect(lambda: roughly.append(view.in_motion))
    mouse.modifiers = CONTROL
    mouse.wheel(120, 120)
    assert roughly == [True, True]
    qtbot.waitUntil(lambda: len(roughly) > 2)
    assert roughly[2:] == [False]


def test_what_is_looked_at_during_a_zoom_is_sharp(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.annotate(*(Region(((((x, 20.0), (x + 9, 20.0), (x + 9, 60.0), (x, 60.0)),),)) for x in range(10, 150, 11)))
    mouse.modifiers = CONTROL
    mouse.wheel(120)
    during = view.grab().toImage()
    view.repaint()
    assert view.grab().toImage() == during
    x, y = 21.0, 40.0
    at = view.image_to_widget(x, y)
    assert view.widget_to_image(at) == (x, y)
    assert during.pixelColor(round(at.x()), round(at.y())).red() > 200, "the outline's yellow is where the transform says"
