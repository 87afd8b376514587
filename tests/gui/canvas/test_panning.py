"""A pan by whole screen pixels moves what is painted: it must look as if everything had been painted anew."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter, QPainterPath

from annotator.domain.grayscale import shade_stored
from annotator.domain.picture import Picture, Window
from annotator.gui.canvas import layer as layer_module
from annotator.gui.canvas.layer import Layer
from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.render import Renderer
from annotator.gui.canvas.scroll import stripes
from annotator.gui.canvas.transform import Placed, Transform, fitted
from tests.gui.canvas.desk import Outline, image, layered, picture

SIZE = QSize(240, 180)
WINDOW = Window(1000.0, 2000.0)


def bits(found: QImage) -> np.ndarray:
    """The image's bytes as (rows, columns, 4)."""
    return np.frombuffer(found.constBits(), np.uint8).reshape(found.height(), found.width(), 4).astype(int)


def outlines(count: int) -> tuple[Outline, ...]:
    """Round outlines all over the image; one is selected, one is a line; none dashed, for Qt begins dashes where a path comes into view."""
    found = []
    for number in range(count):
        x, y, turns = 13 + 37 * number % 140, 11 + 29 * number % 110, [2 * math.pi * i / 24 for i in range(24)]
        ring = tuple((x + 9 * math.cos(t), y + (6 + number % 5) * math.sin(t)) for t in turns)
        found.append(Outline(number + 1, (255, 40 * number % 255, 90), (ring,), number != 3, number == 5, False, f"{number}"))
    return tuple(found)


def looks() -> list[Transform]:
    """Ways to look at an image of 128 × 160: whole, close, at its own size; plain and scaled screens."""
    placed = Placed(128, 160)
    wide = Placed(128, 160, 1.0, 1.7)
    found = [fitted(placed, 240, 180, 1.0), fitted(wide, 120, 90, 2.0), Transform(placed, 1.0, 3.0, 4.0)]
    return [*found, Transform(placed, 6.0, -300.0, -200.0), Transform(placed, 2.7, -80.3, -60.6), Transform(placed, 0.4, 31.3, 20.9)]


def walks(look: Transform) -> list[Transform]:
    """A walk of pans by whole device pixels."""
    chance, at, found = random.Random(4), look, []
    for _ in range(25):
        dx, dy = chance.randint(-30, 30), chance.randint(-30, 30)
        at = Transform(at.placed, at.zoom, at.offset_x + dx / at.ratio, at.offset_y + dy / at.ratio, at.ratio)
        found.append(at)
    return found


@pytest.mark.parametrize("look", looks(), ids=lambda look: f"{look.zoom:.2f}")
def test_a_panned_picture_is_the_picture_painted_there(look: Transform) -> None:
    shown: Picture = picture(image(1))
    panned = Renderer()
    panned.image(shown, WINDOW, look, SIZE)
    for there in walks(look):
        seen, wanted = bits(panned.image(shown, WINDOW, there, SIZE)), bits(Renderer().image(shown, WINDOW, there, SIZE))
        exact = there.zoom in (1.0, 6.0)
        assert np.abs(seen - wanted)[..., :3].max() <= (0 if exact else 6)


@pytest.mark.parametrize("zoom", [1.0, 6.0])
@pytest.mark.parametrize(("right", "down"), [(-11, 7), (13, -5), (0, 17)])
def test_a_long_pan_shows_what_lies_there_also_beyond_what_was_painted_around_the_view(zoom: float, right: int, down: int) -> None:
    shown, look, panned = picture(image(1)), Transform(Placed(128, 160), zoom, -60.0, -40.0), Renderer()
    panned.image(shown, WINDOW, look, SIZE)
    for step in range(1, 40):
        there = look.moved(right * step, down * step)
        seen, wanted = bits(panned.image(shown, WINDOW, there, SIZE)), bits(Renderer().image(shown, WINDOW, there, SIZE))
        assert np.array_equal(seen[..., :3], wanted[..., :3])
        if step % 9 == 0:  # another window, in the middle of it
            other = Window(700.0, 900.0)
            seen, wanted = bits(panned.image(shown, other, there, SIZE)), bits(Renderer().image(shown, other, there, SIZE))
            assert np.array_equal(seen[..., :3], wanted[..., :3])


@pytest.mark.parametrize("look", looks(), ids=lambda look: f"{look.zoom:.2f}")
def test_panned_outlines_and_labels_are_those_painted_there(look: Transform, qapp: object) -> None:
    drawn = outlines(20)
    panned = Layer()
    layered(panned, drawn, look, SIZE)
    for there in walks(look):
        seen, wanted = bits(layered(panned, drawn, there, SIZE)), bits(layered(Layer(), drawn, there, SIZE))
        assert np.abs(seen - wanted).max() <= 64, "more than the rounding of a line's edge"
        assert np.abs(seen - wanted).mean() < 0.01


def test_a_pan_paints_outlines_beyond_the_view_and_then_none_until_these_are_used_up(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[int] = []
    plain = layer_module.outline

    def counted(painter: QPainter, overlays: list[tuple[Overlay, QPainterPath]], *arguments: object) -> None:
        painted.append(len(overlays))
        plain(painter, overlays, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(layer_module, "outline", counted)
    drawn, layer = outlines(20), Layer()
    look = fitted(Placed(128, 160), 240, 180, 1.0).zoomed(6.0, 120.0, 90.0)
    layered(layer, drawn, look, SIZE)
    steps = [look.moved(-3.0 * n, 2.0 * n) for n in range(1, 60)]
    first = steps[0]
    layered(layer, drawn, first, SIZE)
    assert sum(painted) > 0
    painted.clear()
    for there in steps[1:40]:
        layered(layer, drawn, there, SIZE)
    assert not any(painted)
    for there in steps[40:]:
        seen, wanted = bits(layered(layer, drawn, there, SIZE)), bits(layered(Layer(), drawn, there, SIZE))
        assert np.abs(seen - wanted).max() <= 64 and np.abs(seen - wanted).mean() < 0.01


def test_a_changed_window_is_painted_everywhere() -> None:
    shown, look = picture(image(1)), looks()[2]
    renderer = Renderer()
    renderer.image(shown, WINDOW, look, SIZE)
    there = look.moved(5, 0)
    seen = bits(renderer.image(shown, Window(500.0, 300.0), there, SIZE))
    assert np.array_equal(seen[..., :3], bits(Renderer().image(shown, Window(500.0, 300.0), there, SIZE))[..., :3])


def test_another_annotation_is_painted_although_the_view_only_moved(qapp: object) -> None:
    drawn, look, layer = outlines(6), looks()[0], Layer()
    layered(layer, drawn[:5], look, SIZE)
    there = Transform(look.placed, look.zoom, look.offset_x + 4, look.offset_y, look.ratio)
    assert np.array_equal(bits(layered(layer, drawn, there, SIZE)), bits(layered(Layer(), drawn, there, SIZE)))
    assert np.array_equal(bits(layered(layer, drawn, there, SIZE, without=frozenset({6}))), bits(layered(Layer(), drawn[:5], there, SIZE)))


def test_nothing_is_kept_of_another_zoom_of_half_a_pixel_or_of_a_leap() -> None:
    look = looks()[0]
    assert stripes(look, Transform(look.placed, look.zoom * 1.01, look.offset_x, look.offset_y), SIZE) is None
    assert stripes(look, Transform(look.placed, look.zoom, look.offset_x + 0.5, look.offset_y), SIZE) is None
    assert stripes(look, Transform(look.placed, look.zoom, look.offset_x, look.offset_y - 180), SIZE) is None
    assert stripes(look, look, SIZE) == ((0, 0), ())


def test_the_stripes_are_what_came_into_view() -> None:
    look = looks()[0]
    there = Transform(look.placed, look.zoom, look.offset_x + 7, look.offset_y - 3)
    assert stripes(look, there, SIZE) == ((7, -3), (QRect(0, 0, 7, 180), QRect(7, 177, 233, 3)))


def test_where_an_annotation_changes_everything_is_painted_as_if_anew(qapp: object) -> None:
    drawn, look, layer = outlines(20), looks()[0], Layer()
    layered(layer, drawn, look, SIZE)
    moved = replace(drawn[8], rings=(tuple((x + 5, y - 3) for x, y in drawn[8].rings[0]),))
    steps = [drawn[:7] + drawn[8:], drawn, (*drawn[:8], moved, *drawn[9:]), (*drawn, replace(moved, annotation_id=99)), ()]
    for shown in steps:
        seen, wanted = bits(layered(layer, shown, look, SIZE)), bits(layered(Layer(), shown, look, SIZE))
        assert np.abs(seen - wanted).max() <= 64 and np.abs(seen - wanted).mean() < 0.01


@pytest.mark.parametrize("most", [0, 1 << 22])
def test_every_step_of_a_window_is_painted(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.gui.canvas.render._MOST_PLACES", most)
    renderer, look = Renderer(), looks()[2]
    for place, width in ((1, 300.0), (1, 600.0), (2, 600.0), (1, 600.0)):
        shown, window = picture(image(place)), Window(800.0, width)
        seen = bits(renderer.image(shown, window, look, SIZE))[4:132, 3:163]
        wanted = shade_stored(shown.stored, shown, window)
        assert (seen[..., :3] == wanted[..., None]).all() and (seen[..., 3] == 255).all()
