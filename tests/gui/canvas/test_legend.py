"""The signs on a picture: where they stand, how many there are, and that the choice is remembered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from annotator.domain.image import Owner, Plane
from annotator.gui.canvas.legend import Legend, Signs
from annotator.gui.canvas.words import words
from tests.gui.canvas.desk import Desk, image

AXIAL = Plane((0.0, 0.0, 12.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.5, 0.5))
OWNER = Owner("P-77", "Kim^Minsu", series_number=3, series_description="Lung")
EDGES = {
    "left": (0, 130, 40, 60), "right": (360, 130, 40, 60), "top": (180, 0, 40, 32), "bottom": (180, 288, 40, 32)
}  # fmt: skip



@pytest.fixture
def dark() -> Desk:
    """An image that is black all over, so that what is light on it was put there."""
    made = Desk((image(1, plane=AXIAL, spacing=(0.5, 0.5)),))
    made.window = replace(made.window, center=90000.0, width=10.0)
    return made


def light(view, area: tuple[int, int, int, int]) -> int:
    shown = view.grab(QRect(*area)).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    return int((np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), -1)[:, : shown.width()] > 150).sum())


def test_letters_stand_at_the_four_edges(dark, show):
    view = show(dark)
    assert {name: light(view, area) for name, area in EDGES.items()} == dict.fromkeys(EDGES, 0)
    view.bear(Legend())
    assert all(light(view, area) > 10 for area in EDGES.values())


def test_letters_that_are_not_known_do_not_stand_there(show):
    desk = Desk((image(1, directions=("L", "")),))
    desk.window = replace(desk.window, center=90000.0, width=10.0)
    view = show(desk)
    view.bear(Legend())
    found = {name: light(view, area) > 10 for name, area in EDGES.items()}
    assert found == {"left": True, "right": True, "top": False, "bottom": False}


def test_the_bar_is_as_long_as_it_says(dark, show):
    """400 pixels of the view are 160 of the image, of 0.5 mm: a quarter of the width is 20 mm, so the bar says 2 cm."""
    view = show(dark)
    view.bear(Legend())
    row = view.grab(QRect(200, 311, 200, 1)).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    lit = np.flatnonzero(np.frombuffer(row.constBits(), np.uint8)[:200] > 150)
    assert lit[-1] - lit[0] == pytest.approx(100, abs=1)


def test_there_is_no_bar_without_a_spacing(show):
    desk = Desk((image(1),))
    desk.window = replace(desk.window, center=90000.0, width=10.0)
    view = show(desk)
    view.bear(Legend())
    assert light(view, (230, 270, 170, 50)) == 0


def test_the_signs_go_in_steps_and_come_again(dark, show):
    view, legend = show(dark, 400, 340), Legend(lambda image: OWNER)
    view.bear(legend)
    assert light(view, (0, 0, 120, 40)) > 10
    legend.cycle()
    assert (legend.signs, light(view, (0, 0, 120, 40)), light(view, (0, 140, 40, 60)) > 10) == (Signs.FEW, 0, True)
    legend.cycle()
    assert (legend.signs, light(view, (0, 140, 40, 60))) == (Signs.NONE, 0)
    legend.cycle()
    assert (legend.signs, light(view, (0, 0, 120, 40)) > 10) == (Signs.ALL, True)


def test_the_number_of_signs_is_remembered_and_the_name_is_not(qapp):
    legend = Legend()
    legend.cycle()
    legend.show_names(True)
    assert (Legend().signs, Legend().names) == (Signs.FEW, False)


def test_a_small_view_has_letters_only(dark, show):
    view = show(dark, 240, 200)
    view.bear(Legend(lambda image: OWNER))
    assert light(view, (0, 0, 100, 40)) == 0
    assert light(view, (0, 80, 40, 40)) > 10


def test_a_long_description_keeps_off_the_letter(dark, show):
    view = show(dark, 400, 340)
    view.bear(Legend(lambda image: Owner("P", "N", series_description="MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM")))
    assert light(view, (120, 0, 40, 24)) > 10
    assert light(view, (176, 0, 12, 24)) == 0


@pytest.mark.parametrize("ground", [0, 255])
def test_words_are_read_on_black_and_on_white(qapp, ground):
    made = words("R 12.5 mm", 12, 1.0)
    under = QImage(made.size(), QImage.Format.Format_Grayscale8)
    under.fill(ground)
    painter = QPainter(under)
    painter.drawImage(0, 0, made)
    painter.end()
    found = np.frombuffer(under.constBits(), np.uint8)
    assert found.max() > 200 and found.min() < 90
