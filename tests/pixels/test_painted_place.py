"""The image lies where `image_to_widget` says, to the pixel, at any zoom and screen scale, and `widget_to_image` is its inverse."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from annotator import settings
from annotator.gui.canvas.legend import Signs
from annotator.workspace.projects import create
from tests.pixels.images import COLUMNS, ROWS, pattern, patterned
from tests.pixels.room import Hand, room
from tests.pixels.scaled import run_scaled

RATIO = float(os.environ.get("QT_SCALE_FACTOR", "1"))
SHAPES = {"square": (1.0, 1.0), "tall": (1.5, 1.0), "wide": (0.625, 1.0)}


@pytest.fixture(params=SHAPES)
def hand(qtbot: QtBot, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hand]:
    """The window on an image whose stored values are its grey levels, without signs on it."""
    settings.remember({"picture.signs": Signs.NONE.value})
    project = create("lung-cancer", tmp_path / "project").root
    with room(qtbot, "--project", project, patterned(tmp_path / "ct", SHAPES[request.param])) as hand:
        hand.until_painted()
        yield hand


def grey(hand: Hand) -> np.ndarray:
    """The screen's device pixels, (rows, columns)."""
    shot = hand.view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    assert shot.devicePixelRatio() == RATIO
    whole = np.frombuffer(shot.constBits(), dtype=np.uint8).reshape(shot.height(), shot.bytesPerLine())
    return whole[:, : shot.width()].copy()


def under(hand: Hand, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The image x of each column and the image y of each row of device pixels, at their centres."""
    x = [hand.view.widget_to_image(QPointF((i + 0.5) / RATIO, 0.0))[0] for i in range(shape[1])]
    y = [hand.view.widget_to_image(QPointF(0.0, (i + 0.5) / RATIO))[1] for i in range(shape[0])]
    return np.array(x), np.array(y)


def test_the_screen_is_scaled_as_asked(hand: Hand) -> None:
    assert hand.view.devicePixelRatioF() == RATIO


def test_each_screen_pixel_shows_the_image_pixel_under_it(hand: Hand) -> None:
    """At whole-number zooms all of them do; else those whose middle is not on the border of two image pixels."""
    square = hand.session.image.spacing == (1.0, 1.0)
    for zoom in (1.0, 4.0, 5.37, 9.0, 17.1) if square else (4.0, 5.37, 12.3):  # elsewhere pixels are interpolated
        hand.view.look_at(zoom, 33.3, 20.7)
        assert hand.view.zoom == zoom
        shown = grey(hand)
        x, y = under(hand, shown.shape)
        columns, rows = np.floor(x).astype(int), np.floor(y).astype(int)
        inside = ((rows >= 0) & (rows < ROWS))[:, None] & ((columns >= 0) & (columns < COLUMNS))
        wanted = np.where(inside, pattern()[np.clip(rows, 0, ROWS - 1)][:, np.clip(columns, 0, COLUMNS - 1)], 0)
        margin = 0.0 if square and zoom.is_integer() else 0.1
        clear_x, clear_y = (np.abs(v - np.rint(v)) >= margin * (v[1] - v[0]) for v in (x, y))
        clear = clear_y[:, None] & clear_x
        assert (clear & inside).sum() > 2000
        assert np.array_equal(shown[clear], wanted[clear]), f"zoom {zoom}"


def test_the_two_transforms_are_inverse_and_as_large_as_the_zoom(hand: Hand) -> None:
    for zoom in (0.3, 1.0, 1.953125, 6.1):
        hand.view.look_at(zoom, 30.1, 22.2)
        for x, y in ((0.0, 0.0), (0.5, 0.5), (77.99, 51.01), (-40.0, 900.25), (12.345, 6.789)):
            place = hand.view.image_to_widget(x, y)
            assert hand.view.widget_to_image(place) == pytest.approx((x, y), abs=1e-9)
        origin, across, down = (hand.view.image_to_widget(*p) for p in ((0, 0), (1, 0), (0, 1)))
        steps = (across.x() - origin.x()) * RATIO, (down.y() - origin.y()) * RATIO
        assert min(steps) == pytest.approx(zoom)
        row, column = hand.session.image.spacing
        assert steps[1] / steps[0] == pytest.approx(row / column)


def test_wheel_and_drag_keep_the_place_under_the_pointer(hand: Hand) -> None:
    place = QPointF(210.25, 140.75)
    before = hand.view.widget_to_image(place)
    hand.wheel(-3.5, Qt.KeyboardModifier.ControlModifier, place)
    assert hand.view.widget_to_image(place) == pytest.approx(before, abs=1e-6)
    hand.drag([place, QPointF(180.0, 150.0), QPointF(260.5, 171.25)], Qt.MouseButton.MiddleButton)
    assert hand.view.widget_to_image(QPointF(260.5, 171.25)) == pytest.approx(before, abs=1e-6)


def test_what_was_drawn_is_washed_with_colour_where_its_mask_is(hand: Hand) -> None:
    """Nowhere else than in the box and its outline does the picture change."""
    hand.view.look_at(7.0, 30.0, 25.0)
    plain = grey(hand)
    hand.do("tool.box")
    (left, top), _, (right, low) = hand.drag([hand.place(21.25, 14.5), hand.place(30, 20), hand.place(39.75, 33.5)])
    hand.session.stop_naming()  # the category's name stands beside the box for a moment
    marked = grey(hand) != plain
    x, y = under(hand, plain.shape)
    rim_x, rim_y = (12 * abs(v[1] - v[0]) for v in (x, y))
    rim_x *= 4  # the label may stand at its side
    beyond = ((x < left - rim_x) | (x > right + rim_x)) | ((y < top - 4 * rim_y) | (y > low + rim_y))[:, None]
    assert not (marked & beyond).any()
    edge = [np.argmin(np.abs(y - (top + low) / 2)), np.argmin(np.abs(x - left))]
    assert marked[edge[0], edge[1] - 1 : edge[1] + 2].any()
    inside = ((x > left + rim_x) & (x < right - rim_x)) & ((y > top + rim_y) & (y < low - rim_y))[:, None]
    assert marked[inside].mean() > 0.9


@pytest.mark.skipif(RATIO != 1, reason="this is the run on a scaled screen")
@pytest.mark.parametrize("factor", ["1.25", "1.5"])
def test_all_of_this_holds_on_a_scaled_screen(factor: str) -> None:
    run_scaled(factor, Path(__file__).name)
