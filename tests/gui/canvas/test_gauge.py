"""Measuring with the mouse: nothing is drawn on the image, and what is said never lies on what was measured."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt

from annotator.domain.measure import Figure
from annotator.domain.region import Region
from annotator.gui.canvas.gauge import _beside
from annotator.gui.canvas.view import ImageView
from annotator.tools import angle, ruler
from annotator.tools.gesture import Measured
from tests.gui.canvas.desk import Desk, Mouse, image
from tests.gui.canvas.test_looking import pixels

RULER, ANGLE = ruler.MEASURE, angle.MEASURE
AREA = QRectF(0, 0, 400, 320)


@pytest.fixture
def desk() -> Desk:
    return Desk(tuple(image(n, spacing=(0.5, 0.5)) for n in (1, 2)))


def on(desk: Desk) -> list[tuple[Figure, tuple[tuple[float, float], ...]]]:
    return [(m.figure, m.points) for m in desk.measuring.on(desk.image.key)]


def test_a_drag_measures_between_two_image_points(desk, view, mouse):
    """The picture is fitted at 2.5 screen pixels an image pixel."""
    desk.choose(RULER)
    mouse.drag((50, 50), (80, 60), (150, 100))
    assert on(desk) == [(Figure.RULER, ((20.0, 20.0), (60.0, 40.0)))]
    assert all(isinstance(outcome, Measured) for outcome in desk.made)


def test_a_handle_is_dragged_and_the_other_end_stays(desk, view, mouse):
    desk.choose(RULER)
    mouse.drag((50, 50), (80, 60), (150, 100)).drag((151, 101), (180, 120), (201, 126))
    assert on(desk) == [(Figure.RULER, ((20.0, 20.0), (80.0, 50.0)))]


def test_another_tool_takes_hold_of_what_is_there(desk, view, mouse):
    desk.choose(RULER)
    mouse.drag((50, 50), (80, 60), (150, 50))
    desk.choose(ANGLE)
    mouse.drag((100, 50), (100, 60), (100, 75))
    assert on(desk) == [(Figure.RULER, ((20.0, 30.0), (60.0, 30.0)))]


def test_the_pointer_says_what_a_press_would_take(desk, view, mouse):
    desk.choose(RULER)
    mouse.drag((50, 50), (80, 60), (150, 50))
    shapes = [mouse.move(place).view.cursor().shape() for place in ((50, 50), (100, 50), (100, 200))]
    assert shapes == [Qt.CursorShape.PointingHandCursor, Qt.CursorShape.SizeAllCursor, Qt.CursorShape.CrossCursor]


def test_a_measurement_stays_with_its_image(desk, view, mouse):
    desk.choose(RULER)
    mouse.drag((50, 50), (80, 60), (150, 50))
    before = view.grab().toImage()
    desk.page(1)
    assert on(desk) == []
    desk.page(-1)
    view.repaint()
    assert len(on(desk)) == 1 and view.grab().toImage() == before


def test_escape_drops_what_is_begun_and_then_lays_the_tool_down(desk, view, mouse):
    desk.choose(RULER)
    mouse.click((50, 50)).move((100, 100))
    assert view.drawing
    mouse.key(Qt.Key.Key_Escape)
    assert (view.drawing, on(desk), desk.laid_down) == (False, [], 0)
    mouse.key(Qt.Key.Key_Escape)
    assert desk.laid_down == 1


def test_the_wheel_waits_while_one_is_begun(desk, view, mouse):
    desk.choose(RULER)
    mouse.click((50, 50)).wheel(-120)
    assert desk.index == 0


def test_hidden_annotations_leave_what_was_measured(desk, view, mouse):
    desk.choose(RULER)
    plain = view.grab().toImage()
    mouse.drag((50, 50), (80, 60), (150, 50))
    view.set_overlays_hidden(True)
    assert view.grab().toImage() != plain


@pytest.mark.parametrize("box", [QRectF(100, 100, 80, 60), QRectF(330, 10, 60, 60), QRectF(5, 260, 50, 50), QRectF(0, 0, 260, 320)])
def test_what_is_said_stands_in_view_and_off_the_measured(box):
    size = QSizeF(120, 50)
    plate = QRectF(_beside(box, size, AREA, [box], box.center()), size)
    assert AREA.contains(plate) and not plate.intersects(box)


def test_what_is_said_keeps_off_other_words():
    box, size = QRectF(100, 100, 80, 60), QSizeF(120, 50)
    first = QRectF(_beside(box, size, AREA, [box], box.center()), size)
    second = QRectF(_beside(box, size, AREA, [box, first], box.center()), size)
    assert not first.intersects(second)


def test_an_anisotropic_image_is_measured_in_its_millimetres(show):
    desk = Desk((image(1, spacing=(1.0, 0.5)),))
    view = show(desk)
    desk.choose(RULER)
    one, other = view.image_to_widget(10, 10), view.image_to_widget(10, 30)
    Mouse(view).drag(one.toTuple(), ((one + other) / 2).toTuple(), other.toTuple())
    ((_, (a, b)),) = on(desk)
    assert (a, b) == (pytest.approx((10, 10)), pytest.approx((10, 30)))
    assert view.image_to_widget(10, 30) - view.image_to_widget(10, 10) == QPointF(0, other.y() - one.y())


def test_what_is_said_stands_off_the_lesions_too(desk: Desk, view: ImageView) -> None:
    desk.measuring.take(desk.image.key, Measured(Figure.RULER, ((20.0, 60.0), (60.0, 60.0))))
    desk.tell()
    view.repaint()
    right, middle = view.image_to_widget(60, 60).x(), view.image_to_widget(60, 60).y()
    beside = np.s_[round(middle) - 6 : round(middle) + 7, round(right) + 20 : round(right) + 50]
    assert (pixels(view)[beside] < 60).all(axis=-1).any(), "a dark plate stands beside the right end"
    desk.annotate(Region.box(62, 55, 100, 65))
    view.repaint()
    assert not (pixels(view)[beside] < 60).all(axis=-1).any(), "the lesion there is left free"
