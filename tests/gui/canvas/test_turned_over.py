"""An image shown turned over is painted as its mirror image; what is drawn on it and written beside it follows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from annotator.domain.orientation import Edges
from annotator.domain.picture import Picture, Window
from annotator.gui.canvas.layer import Layer
from annotator.gui.canvas.render import Renderer
from annotator.gui.canvas.transform import Placed, Transform, looking_at
from tests.gui.canvas.desk import Outline, image, layered, picture

SIZE = QSize(150, 130)
WINDOW = Window(1000.0, 2000.0)
PLACED = Placed(128, 160)
WAYS = [(True, False), (False, True), (True, True)]


def pixels(shown: QImage) -> np.ndarray:
    grey = shown.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(grey.constBits(), np.uint32).reshape(grey.height(), grey.width()).copy()


def both_ways(zoom: float, mirrored: bool, upended: bool) -> tuple[Transform, Transform]:
    """A view of the image turned over, and the same view of an image that is stored so."""
    turned = looking_at(replace(PLACED, mirrored=mirrored, upended=upended), zoom, (70.0, 50.0), (75.0, 65.0), 1.0)
    point = replace(PLACED, mirrored=mirrored, upended=upended).turned(70.0, 50.0)
    return turned, looking_at(PLACED, zoom, point, (75.0, 65.0), 1.0)


@pytest.mark.parametrize(("mirrored", "upended"), WAYS)
@pytest.mark.parametrize("zoom", [0.4, 1.0, 1.7, 6.0])
def test_an_image_turned_over_looks_as_one_that_is_stored_so(zoom: float, mirrored: bool, upended: bool) -> None:
    of = picture(image(1))
    stored = replace(of, stored=of.stored[:: -1 if upended else 1, :: -1 if mirrored else 1].copy())
    here, there = both_ways(zoom, mirrored, upended)
    assert np.array_equal(pixels(Renderer().image(of, WINDOW, here, SIZE)), pixels(Renderer().image(stored, WINDOW, there, SIZE)))


def test_one_renderer_turns_and_turns_back() -> None:
    renderer, of = Renderer(), picture(image(1))
    here, _ = both_ways(1.0, True, False)
    plain = looking_at(PLACED, 1.0, (70.0, 50.0), (75.0, 65.0), 1.0)
    before = pixels(renderer.image(of, WINDOW, plain, SIZE))
    turned = pixels(renderer.image(of, WINDOW, here, SIZE))
    assert not np.array_equal(before, turned)
    assert np.array_equal(pixels(renderer.image(of, WINDOW, plain, SIZE)), before)


@pytest.mark.parametrize(("mirrored", "upended"), WAYS)
def test_outlines_lie_on_the_pixels_that_they_were_drawn_on(mirrored: bool, upended: bool) -> None:
    ring = ((60.0, 40.0), (90.0, 45.0), (80.0, 70.0))
    here, there = both_ways(2.0, mirrored, upended)
    moved = tuple(here.placed.turned(x, y) for x, y in ring)
    assert np.array_equal(pixels(_layer(ring, here)), pixels(_layer(moved, there)))


def _layer(ring: tuple[tuple[float, float], ...], transform: Transform) -> QImage:
    return layered(Layer(), (Outline(1, (255, 0, 0), (ring,), label=""),), transform, SIZE)


def test_the_letters_change_places_with_the_edges() -> None:
    found = Edges("A", "R", "P", "L")
    assert found.turned(mirrored=True, upended=False) == Edges("P", "R", "A", "L")
    assert found.turned(mirrored=False, upended=True) == Edges("A", "L", "P", "R")


def test_a_picture_that_is_shown_turned_over_is_itself_untouched() -> None:
    of: Picture = picture(image(1))
    before = of.stored.copy()
    Renderer().image(of, WINDOW, both_ways(1.0, True, True)[0], SIZE)
    assert np.array_equal(of.stored, before)
