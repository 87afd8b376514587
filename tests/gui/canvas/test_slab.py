"""Looking through a slab: while the key is held the neighbours shine through, and nothing is drawn or measured of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor

from annotator.domain.image import Plane
from annotator.domain.picture import Picture, Window
from annotator.gui.canvas.legend import Legend, Signs
from tests.gui.canvas.desk import FREE, Desk, Mouse, image

HEIGHT = 5.0


def slice_at(number: int, z: float):
    return image(number, plane=Plane((0.0, 0.0, z), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0)), spacing=(1.0, 1.0))


@pytest.fixture
def desk() -> Desk:
    """Five slices, all black but for a stripe of its own in each."""
    images = tuple(slice_at(n, HEIGHT * n) for n in range(1, 6))
    made = Desk(images, decoded=False)
    for place, of in enumerate(images):
        stored = np.zeros((128, 160), np.int16)
        stored[:, 20 + 20 * place : 30 + 20 * place] = 1000
        made.pictures[of.key] = Picture(of.key, stored)
    made.index, made.window = 2, Window(500.0, 1000.0)
    return made


@pytest.fixture
def legend(qapp) -> Legend:
    made = Legend()
    made.signs = Signs.NONE
    return made


def lit(view) -> list[int]:
    """Which slices' stripes are seen."""
    shown = view.grab().toImage()
    places = [view.image_to_widget(25 + 20 * place, 64).toPoint() for place in range(5)]
    return [number for number, place in enumerate(places, 1) if QColor(shown.pixel(place)).value() > 128]


def test_the_neighbours_within_reach_are_seen_while_the_key_is_held(desk, show, legend):
    view = show(desk)
    view.bear(legend)
    legend.slab.choose(reach=HEIGHT)
    assert lit(view) == [3]
    legend.slab.toggle()
    assert lit(view) == [2, 3, 4]
    legend.slab.choose(reach=2 * HEIGHT)
    assert lit(view) == [1, 2, 3, 4, 5]
    legend.slab.toggle()
    assert lit(view) == [3]


def test_the_strip_is_told_of_the_slab(desk, show, legend):
    view = show(desk)
    view.bear(legend)
    assert not any(note.warning for note in view.notes())
    legend.slab.toggle()
    view.repaint()
    assert view.notes()[0].short == "Maximum ±10 mm · 5 slices"
    legend.slab.choose(mean=True)
    view.repaint()
    assert view.notes()[0].short == "Mean ±10 mm · 5 slices"


def test_what_is_not_there_yet_is_said_and_comes_by_itself(desk, show, legend, qtbot):
    far = desk.images[4].key
    kept = desk.pictures.pop(far)
    view = show(desk)
    view.bear(legend)
    legend.slab.toggle()
    assert lit(view) == [1, 2, 3, 4]
    assert view.notes()[0].short == "Maximum ±10 mm · 5 slices, 1 still loading"
    desk.pictures[far] = kept
    qtbot.waitUntil(lambda: view.notes()[0].short == "Maximum ±10 mm · 5 slices")
    assert lit(view) == [1, 2, 3, 4, 5]


def test_an_uneven_series_has_none_and_says_why(desk, show, legend):
    desk.images = (*desk.images[:4], replace(desk.images[4], plane=replace(desk.images[4].plane, position=(0.0, 0.0, 60.0))))
    view = show(desk)
    view.bear(legend)
    legend.slab.toggle()
    assert lit(view) == [3]
    assert view.notes()[0].short == "No slab" and "evenly" in view.notes()[0].sentence


def test_nothing_is_drawn_on_a_slab(desk, show, legend, qtbot):
    view = show(desk)
    view.bear(legend)
    desk.choose(FREE)
    legend.slab.toggle()
    view.repaint()
    with qtbot.waitSignal(view.said):
        Mouse(view).drag((50, 50), (90, 60), (90, 120), (50, 110))
    assert desk.made == []
    legend.slab.toggle()
    view.repaint()
    Mouse(view).drag((50, 50), (90, 60), (90, 120), (50, 110))
    assert len(desk.made) == 1


def test_a_shape_that_is_begun_is_drawn_on_the_slice(desk, show, legend):
    view = show(desk)
    view.bear(legend)
    desk.choose(FREE)
    hand = Mouse(view).click((50, 50), (90, 60))
    legend.slab.toggle()
    assert lit(view) == [3]
    hand.click((90, 120)).double(50, 110)
    assert len(desk.made) == 1


def test_thickness_and_kind_are_remembered_and_the_key_is_not(legend):
    legend.slab.choose(reach=20.0)
    legend.slab.choose(mean=True)
    legend.slab.toggle()
    again = Legend().slab
    assert (again.reach, again.mean, again.held) == (20.0, True, False)
