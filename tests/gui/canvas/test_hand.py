"""Buttons, wheel, touch pad and pen do what the person chose, with the events that Qt sends for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication

from annotator.domain.merge import Mode
from annotator.domain.picture import Window
from annotator.gui.canvas.view import ImageView
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.hand import DRAGS, Deed, Hand, recall, remember
from tests.gui.canvas.desk import BOX, CONTROL, LINE, MIDDLE, NOBODY, NONE, RIGHT, SHIFT, Desk, Mouse
from tests.gui.stylus import ERASER, Stylus

ALT = Qt.KeyboardModifier.AltModifier
START = Window(1000.0, 2000.0)
Show = Callable[..., ImageView]


def test_the_right_button_can_pan_and_the_middle_one_make_the_window(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.hand = Hand().with_drag("right", Deed.PAN).with_drag("middle", Deed.WINDOW)
    before = view.image_to_widget(0, 0)
    mouse.drag((100, 100), (130, 90), (140, 80), button=RIGHT)
    assert desk.window == START
    assert view.image_to_widget(0, 0) == before + QPointF(40, -20)
    mouse.drag((100, 100), (180, 20), (180, 20), button=MIDDLE)
    assert desk.window.width > START.width
    assert desk.window.center < START.center


@pytest.mark.parametrize(("modifier", "drag"), [(SHIFT, "shift+right"), (CONTROL, "ctrl+right")])
def test_a_modifier_gives_a_button_another_meaning(desk: Desk, view: ImageView, mouse: Mouse, modifier: object, drag: str) -> None:
    desk.hand = Hand().with_drag(drag, Deed.ZOOM)
    mouse.modifiers = modifier
    zoom, under = view.zoom, view.widget_to_image(QPointF(100, 100))
    mouse.drag((100, 100), (100, 60), (100, 40), button=RIGHT)
    assert view.zoom > zoom
    assert view.widget_to_image(QPointF(100, 100)) == pytest.approx(under)
    assert desk.window == START


def test_alt_and_left_draw_until_they_are_given_a_meaning(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.choose(BOX)
    mouse.modifiers = ALT
    mouse.drag((100, 100), (150, 150), (160, 160))
    assert len(desk.made) == 1
    desk.hand = Hand().with_drag("alt+left", Deed.PAGE)
    mouse.drag((100, 100), (100, 110), (100, 118))
    assert desk.index == 2
    assert len(desk.made) == 1


def test_a_right_click_asks_for_the_menu_whatever_its_drag_does(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    asked: list[QPoint] = []
    view.context_menu_requested.connect(asked.append)
    for deed in Deed:
        desk.hand = Hand().with_drag("right", deed)
        mouse.click((90, 90), button=RIGHT)
    assert asked == [QPoint(90, 90)] * len(Deed)


def test_a_switch_reverses_the_drag_of_the_window(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.hand = Hand(across_reversed=True, down_reversed=True)
    mouse.drag((100, 100), (140, 60), (140, 60), button=RIGHT)
    assert desk.window.width < START.width
    assert desk.window.center > START.center


def test_the_wheel_turns_round_and_can_zoom(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.wheel(-120)
    assert desk.index == 1
    desk.hand = Hand(wheel_reversed=True)
    mouse.wheel(-120)
    assert desk.index == 0
    desk.hand = Hand(wheel_zooms=True)
    zoom = view.zoom
    mouse.wheel(120)
    assert view.zoom > zoom
    mouse.modifiers = CONTROL
    mouse.wheel(-120)
    assert desk.index == 1


def test_a_rectangle_makes_the_window_once(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.choose(BOX)
    view.frame_window()
    place = view.image_to_widget
    ends = [place(10, 10), place(20, 15), place(30, 20)]
    mouse.drag(*((point.x(), point.y()) for point in ends))
    values = desk.picture.values((slice(10, 20), slice(10, 30)))
    low, high = desk.window.center - desk.window.width / 2, desk.window.center + desk.window.width / 2
    assert values.min() - 1 <= low < high <= values.max() + 1
    assert desk.made == []
    mouse.drag((100, 100), (150, 150), (160, 160))
    assert len(desk.made) == 1


def test_a_rectangle_with_shift_and_the_right_button_makes_the_window_too(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.modifiers = SHIFT
    mouse.drag((100, 100), (150, 150), (160, 160), button=RIGHT)
    assert desk.window != START


def test_escape_takes_the_rectangle_back(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.choose(BOX)
    view.frame_window()
    mouse.key(Qt.Key.Key_Escape)
    mouse.drag((100, 100), (150, 150), (160, 160))
    assert desk.window == START
    assert len(desk.made) == 1


def test_the_rectangle_is_seen_while_it_is_dragged(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    before = view.grab().toImage()
    mouse.modifiers = SHIFT
    mouse.press(60, 60, RIGHT).move((120, 120))
    assert view.grab().toImage() != before
    mouse.release(60, 60)


def two_fingers(view: ImageView, turn: int, phase: Qt.ScrollPhase) -> None:
    place = QPointF(50, 50)
    event = QWheelEvent(place, view.mapToGlobal(place), QPoint(0, turn), QPoint(0, turn), NOBODY, NONE, phase, False)
    QApplication.sendEvent(view, event)


def test_two_fingers_on_a_touch_pad_page_when_they_have_gone_far_enough(desk: Desk, view: ImageView) -> None:
    for _ in range(11):
        two_fingers(view, -10, Qt.ScrollPhase.ScrollUpdate)
    assert desk.index == 0
    two_fingers(view, -10, Qt.ScrollPhase.ScrollUpdate)
    assert desk.index == 1


def test_a_touch_pad_pages_no_further_when_the_fingers_have_left_it(desk: Desk, view: ImageView) -> None:
    two_fingers(view, -130, Qt.ScrollPhase.ScrollUpdate)
    for _ in range(20):
        two_fingers(view, -60, Qt.ScrollPhase.ScrollMomentum)
    assert desk.index == 1


def test_a_pinch_zooms_where_the_fingers_are(view: ImageView) -> None:
    place = QPointF(120, 80)
    zoom, under = view.zoom, view.widget_to_image(place)
    pinch = Qt.NativeGestureType.ZoomNativeGesture
    event = QNativeGestureEvent(
        pinch, QPointingDevice.primaryPointingDevice(), 2, place, place, view.mapToGlobal(place), 0.5, QPointF(), 0
    )
    QApplication.sendEvent(view, event)
    assert view.zoom == pytest.approx(zoom * 1.5)
    assert view.widget_to_image(place) == pytest.approx(under)


def test_the_tip_of_a_pen_draws_however_hard_it_is_pressed(desk: Desk, view: ImageView) -> None:
    desk.choose(BOX)
    pen = Stylus(view)
    for pressure in (0.01, 1.0):
        pen.time += 5_000
        pen.drag((100, 100), (150, 150), (160, 160), pressure=pressure)
    assert isinstance(desk.made[0], Stroke)
    assert desk.made[0].makes is Makes.BOX
    assert desk.made[0] == desk.made[1]


def test_the_barrel_button_of_a_pen_is_the_right_one(desk: Desk, view: ImageView) -> None:
    Stylus(view).drag((100, 100), (150, 150), (180, 150), button=RIGHT)
    assert desk.window.width > START.width
    assert desk.made == []


def test_the_eraser_end_cuts_away_and_gives_the_mode_back(desk: Desk, view: ImageView) -> None:
    desk.choose(BOX)
    modes: list[Mode] = []
    perform = desk.perform
    desk.perform = lambda outcome, zoom: (modes.append(desk.mode), perform(outcome, zoom))  # type: ignore[method-assign,assignment]
    Stylus(view, ERASER).drag((100, 100), (150, 150), (160, 160))
    assert modes == [Mode.SUB]
    assert desk.mode is Mode.NEW


def test_two_taps_of_a_pen_close_an_outline(desk: Desk, view: ImageView) -> None:
    desk.choose(LINE)
    pen = Stylus(view)
    for place in ((100.0, 100.0), (150.0, 100.0), (150.0, 160.0)):
        pen.time += 5_000
        pen.drag(place)
    assert view.drawing
    pen.drag((152.0, 161.0))
    assert not view.drawing
    assert len(desk.made) == 1


def test_a_click_with_the_barrel_button_and_a_tap_are_no_double_tap(desk: Desk, view: ImageView) -> None:
    desk.choose(LINE)
    pen = Stylus(view)
    pen.tap((100.0, 100.0), (150.0, 100.0), (150.0, 160.0))
    pen.drag((170.0, 170.0), button=RIGHT)
    pen.drag((170.0, 170.0))
    assert view.drawing
    assert desk.made == []


def test_choices_are_remembered_and_nonsense_is_not_believed() -> None:
    chosen = replace(Hand().with_drag("right", Deed.ZOOM), wheel_reversed=True)
    remember(chosen)
    assert recall() == chosen
    assert set(recall().drags) == set(DRAGS)
