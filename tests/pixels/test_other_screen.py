"""A window that goes to a screen of another scale keeps the ink under the pointer, before, during and after, and a stroke is never bent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator import settings
from annotator.gui.canvas.legend import Signs
from annotator.workspace.projects import create
from tests.pixels.images import COLUMNS, ROWS, pattern, patterned
from tests.pixels.room import Hand, room
from tests.pixels.scaled import SCREENS, run_on_screens

THREE = (("plain", (0, 0, 1600, 1000), 1.0), ("fine", (1600, 0, 3200, 2000), 2.0), ("odd", (4800, 0, 2400, 1800), 1.5))
on_these_screens = pytest.mark.skipif(SCREENS not in os.environ, reason="needs three screens: the last test runs it there")
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path) -> Iterator[Hand]:
    """The window on an image whose stored values are its grey levels, without signs on it, on the first screen."""
    settings.remember({"picture.signs": Signs.NONE.value})
    project = create("lung-cancer", tmp_path / "project").root
    with room(qtbot, "--project", project, patterned(tmp_path / "ct"), size=(900, 600)) as hand:
        hand.until_painted()
        go(hand, "plain")
        yield hand


def go(hand: Hand, name: str) -> float:
    """Take the window to a screen; returns its ratio."""
    screen = next(screen for screen in QGuiApplication.screens() if screen.name() == name)
    hand.window.move(screen.geometry().topLeft() + QPointF(20, 20).toPoint())
    hand.until(lambda: hand.window.screen() is screen and hand.view.devicePixelRatioF() == screen.devicePixelRatio())
    hand.view.repaint()
    return screen.devicePixelRatio()


def send(hand: Hand, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    QApplication.sendEvent(hand.view, QMouseEvent(kind, at, hand.view.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier))


def wrong_pixels(hand: Hand) -> int:
    """How many device pixels show another image pixel than the one that `widget_to_image` says; borders of two do not count."""
    ratio = hand.view.devicePixelRatioF()
    shot = hand.view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    assert shot.devicePixelRatio() == ratio
    grey = np.frombuffer(shot.constBits(), dtype=np.uint8).reshape(shot.height(), shot.bytesPerLine())[:, : shot.width()]
    x = np.array([hand.view.widget_to_image(QPointF((i + 0.5) / ratio, 0.0))[0] for i in range(grey.shape[1])])
    y = np.array([hand.view.widget_to_image(QPointF(0.0, (i + 0.5) / ratio))[1] for i in range(grey.shape[0])])
    inside = ((y > 0) & (y < ROWS))[:, None] & ((x > 0) & (x < COLUMNS))
    clear = np.outer(*(np.abs(v - np.rint(v)) > 0.1 * (v[1] - v[0]) for v in (y, x))) & inside
    rows, columns = (np.clip(np.floor(v).astype(int), 0, most - 1) for v, most in ((y, ROWS), (x, COLUMNS)))
    assert clear.sum() > 2000
    return int((grey != pattern()[rows][:, columns])[clear].sum())


@on_these_screens
@pytest.mark.parametrize("zoom", [4.0, 6.37, 0.0])
def test_each_screen_shows_the_image_pixel_under_the_pointer(hand: Hand, zoom: float) -> None:
    if zoom:
        hand.view.look_at(zoom, 33.3, 20.7)
    for name in ("fine", "odd", "plain", "odd"):
        ratio = go(hand, name)
        assert hand.view.zoom < 4 or wrong_pixels(hand) == 0, (name, ratio)  # below that pixels are interpolated
        assert zoom in (0.0, hand.view.zoom)
        for x, y in ((0.0, 0.0), (12.345, 6.789), (77.99, 51.01)):
            there = hand.view.image_to_widget(x, y)
            assert hand.view.widget_to_image(there) == pytest.approx((x, y), abs=0.01 / ratio)


@on_these_screens
def test_what_was_drawn_on_one_screen_is_met_on_the_other(hand: Hand) -> None:
    hand.view.look_at(6.0, 30.0, 25.0)
    hand.do("tool.box")
    hand.drag([hand.place(21.25, 14.5), hand.place(39.75, 33.5)])
    before = hand.session.annotations[-1].shape.bounds
    hand.do("tool.select")
    for name in ("fine", "odd"):
        go(hand, name)
        hand.click([hand.place(before[0], 24.0)])
        assert hand.session.selection == {hand.session.annotations[-1].id}
        hand.click([hand.place(before[0] - 4.0, 24.0)])
        assert hand.session.selection == frozenset()
    assert hand.session.annotations[-1].shape.bounds == before


@on_these_screens
@pytest.mark.parametrize("zoom", [5.0, 0.0])
def test_a_stroke_goes_on_under_the_pointer_while_the_scale_changes(hand: Hand, zoom: float) -> None:
    if zoom:
        hand.view.look_at(zoom, 30.0, 25.0)
    hand.do("tool.free")
    looked = (hand.view.zoom, hand.view.fitted)
    places = [QPointF(200 + 4.5 * step, 150 + 60 * (step % 2)) for step in range(24)]
    wanted = [hand.view.widget_to_image(place) for place in places]
    send(hand, QEvent.Type.MouseButtonPress, places[0], LEFT, LEFT)
    for step, place in enumerate(places[1:], 1):
        if step in (8, 16):
            go(hand, "fine" if step == 8 else "odd")
            assert wrong_pixels_near(hand, places[step]) == 0
        send(hand, QEvent.Type.MouseMove, place, NONE, LEFT)
        assert hand.view.widget_to_image(place) == pytest.approx(wanted[step], abs=0.01)
    drawn = hand.view.talk.preview.points
    assert all(any(np.hypot(x - a, y - b) < 0.01 for a, b in wanted) for x, y in drawn) and len(drawn) > 12
    send(hand, QEvent.Type.MouseButtonRelease, places[-1], LEFT, NONE)
    hand.view.repaint()
    assert hand.view.fitted is looked[1]
    assert zoom == 0.0 or hand.view.zoom == looked[0]
    assert len(hand.session.annotations) == 1


def wrong_pixels_near(hand: Hand, place: QPointF) -> int:
    """1 if what is under the pointer is not where `image_to_widget` says."""
    x, y = hand.view.widget_to_image(place)
    back = hand.view.image_to_widget(x, y)
    return int(abs(back.x() - place.x()) > 0.01 or abs(back.y() - place.y()) > 0.01)


@pytest.mark.skipif(SCREENS in os.environ, reason="this is the run on three screens")
def test_all_of_this_holds_between_three_screens(tmp_path: Path) -> None:
    run_on_screens(THREE, f"tests/pixels/{Path(__file__).name}", tmp_path)
