"""Drawing with the mouse: exact image coordinates, conversations that end, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.domain.annotation import Annotation
from annotator.domain.edit import Change, Edit
from annotator.domain.image import ImageKey
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.gui.canvas.ink import changed
from annotator.gui.canvas.measure import beside_pointer, measured
from annotator.gui.canvas.view import ImageView
from annotator.i18n import message
from annotator.tools.gesture import Draft, Makes, Move, Reshape, Stroke
from tests.gui.canvas.desk import BOX, CONTROL, LEFT, LINE, RIGHT, SELECT, SHIFT, Desk, Mouse, image
from tests.gui.canvas.test_looking import pixels

A, B, C = (100.25, 90.5), (250.75, 100.125), (240.0, 250.0)


class Paints(QObject):
    """Counts the paints of a widget."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


def at(view: ImageView, *places: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    return tuple(view.widget_to_image(QPointF(*place)) for place in places)


@pytest.mark.parametrize("zoom", [0.7, 1.0, 2.5, 13.3])
def test_a_freehand_stroke_is_where_the_hand_was(desk: Desk, view: ImageView, mouse: Mouse, zoom: float) -> None:
    view.look_at(zoom, 70.1, 60.2)
    mouse.drag(A, (120.125, 91), B, C)
    assert desk.outcomes == [(Stroke(Makes.REGION, at(view, A, (120.125, 91), B, C)), zoom)]


def test_outside_the_image_the_stroke_goes_on(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.drag(A, (-250.0, 20.0), (900.0, 800.0))
    assert desk.made == [Stroke(Makes.REGION, at(view, A, (-250, 20), (900, 800)))]


def test_a_line_and_a_box(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.choose(LINE)
    mouse.drag(A, B, C)
    desk.choose(BOX)
    mouse.drag(A, B, C)
    assert desk.made == [Stroke(Makes.PATH, at(view, A, C)), Stroke(Makes.BOX, at(view, A, C))]


def test_a_polygon_by_clicks_ends_with_a_double_click(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.click(A, B).double(*C)
    assert desk.made == [Stroke(Makes.REGION, at(view, A, B, C))]
    assert not view.drawing


def test_enter_ends_backspace_and_a_right_click_take_back(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.click(A, B, C, (130, 200), (110, 210))
    mouse.key(Qt.Key.Key_Backspace).click((5, 5), button=RIGHT).key(Qt.Key.Key_Return)
    assert desk.made == [Stroke(Makes.REGION, at(view, A, B, C))]


def test_a_click_on_the_first_vertex_closes_at_any_zoom(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    view.look_at(11.0, 70, 60)
    mouse.click(A, B, C, (A[0] + 5, A[1] - 5))
    assert desk.made == [Stroke(Makes.REGION, at(view, A, B, C))]


def test_escape_draws_nothing(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    before = pixels(view)
    mouse.click(A, B).move(C).key(Qt.Key.Key_Escape)
    assert np.array_equal(pixels(view), before)
    mouse.press(*A).move(B, C).key(Qt.Key.Key_Escape).move((60, 60)).release(50, 50)
    assert desk.outcomes == []
    assert np.array_equal(pixels(view), before)
    mouse.drag(A, B, C)
    assert len(desk.outcomes) == 1


def test_the_draft_is_on_the_screen_in_the_same_turn(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    paints = Paints()
    view.installEventFilter(paints)
    mouse.press(*A).move(B)
    assert paints.count == 2
    seen = pixels(view)[93, 150].astype(int)
    assert seen[0] > seen[2] + 60


def test_control_is_taken_from_the_event_that_ends(desk: Desk, mouse: Mouse) -> None:
    mouse.press(*A).move(B)
    mouse.modifiers = CONTROL
    mouse.release(*C)
    assert desk.made[0].control


def test_paging_with_vertices_pending_is_refused_with_a_word(qtbot: QtBot, desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.click(A, B)
    with qtbot.waitSignal(view.said) as said:
        mouse.wheel(-120)
    assert "Esc" in said.args[0]
    assert desk.index == 0
    mouse.click(C).key(Qt.Key.Key_Return)
    assert len(desk.outcomes) == 1


def test_the_wheel_during_a_stroke_does_nothing(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.press(*A).move(B).wheel(-120, -120).release(*C)
    assert desk.index == 0
    assert desk.made == [Stroke(Makes.REGION, at(view, A, B, C))]


def test_another_image_drops_the_draft(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.click(A, B)
    desk.page(1)
    view.repaint()
    assert not view.drawing
    mouse.key(Qt.Key.Key_Return)
    assert desk.outcomes == []


def test_another_tool_drops_the_draft(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.click(A, B)
    desk.choose(LINE)
    mouse.drag(A, C)
    assert desk.made == [Stroke(Makes.PATH, at(view, A, C))]


def test_what_is_not_yet_on_the_screen_cannot_be_drawn_on(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    del desk.pictures[desk.images[1].key]
    mouse.wheel(-120).drag(A, B, C)
    assert desk.outcomes == []


def test_a_release_that_went_elsewhere_ends_the_stroke_where_the_pointer_was(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.press(*A).move(B, C)
    mouse.held = Qt.MouseButton.NoButton
    mouse.move((10, 10))
    assert desk.made == [Stroke(Makes.REGION, at(view, A, B, C))]


def test_losing_the_focus_in_mid_stroke_loses_nothing(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.press(*A).move(B)
    QApplication.sendEvent(view, QFocusEvent(QEvent.Type.FocusOut))
    mouse.release(*C)
    assert desk.made == [Stroke(Makes.REGION, at(view, A, B, C))]


def test_a_second_button_does_not_disturb_a_stroke(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.press(*A).move(B)
    mouse.held = LEFT | RIGHT
    mouse._send(QEvent.Type.MouseButtonPress, *B, RIGHT)
    mouse.held = LEFT
    mouse._send(QEvent.Type.MouseButtonRelease, *B, RIGHT)
    mouse.release(*C)
    assert desk.made == [Stroke(Makes.REGION, at(view, A, B, C))]


def test_a_click_selects_and_control_adds(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.annotate(Region.box(10, 10, 50, 50), Region.box(80, 10, 120, 50))
    desk.choose(SELECT)
    one, other = view.image_to_widget(30, 30).toTuple(), view.image_to_widget(100, 30).toTuple()
    mouse.click(one)
    mouse.modifiers = CONTROL
    mouse.click(other)
    assert [(made.annotation, made.extend) for made in desk.made] == [(1, False), (2, True)]


def test_a_drag_moves_a_vertex_or_the_whole(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.annotate(Region.box(10, 10, 50, 50), selected=(1,))
    desk.choose(SELECT)
    corner, inside = view.image_to_widget(50, 50).toTuple(), view.image_to_widget(30, 30).toTuple()
    mouse.drag(corner, (300, 200), (310, 220))
    mouse.drag(inside, (inside[0] + 5, inside[1]), (inside[0] + 25, inside[1] - 5))
    assert desk.made == [Reshape(1, (0, 0, 2), at(view, (310, 220))[0]), Move(1, pytest.approx(10), pytest.approx(-2))]


def test_an_annotation_on_its_way_is_shown_on_its_way(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.annotate(Region.box(10, 10, 50, 50))
    desk.choose(SELECT)
    view.repaint()
    before = pixels(view)
    inside = view.image_to_widget(30, 30)
    mouse.press(inside.x(), inside.y()).move((inside.x() + 150, inside.y() + 100))
    moved = pixels(view)
    far = view.image_to_widget(90, 70)
    assert not np.array_equal(moved[int(far.y()), int(far.x())], before[int(far.y()), int(far.x())])
    desk.annotations = ()
    desk.tell()
    mouse.key(Qt.Key.Key_Escape)
    plain = pixels(view)
    assert np.array_equal(moved[int(inside.y()), int(inside.x())], plain[int(inside.y()), int(inside.x())])


def test_a_double_click_under_select_maximises_and_picks_once(qtbot: QtBot, desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.choose(SELECT)
    with qtbot.waitSignal(view.maximise_requested):
        mouse.double(*A)
    assert [made.annotation for made in desk.made] == [None]


def test_quick_clicks_under_select_go_on_to_what_lies_below(qtbot: QtBot, desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.annotate(Region.box(10, 10, 60, 60), Region.box(20, 20, 50, 50))
    desk.choose(SELECT)
    with qtbot.assertNotEmitted(view.maximise_requested):
        mouse.double(*view.image_to_widget(30, 30).toTuple())
    assert len(desk.made) == 2, "two clicks: the topmost, then what lies below"
    desk.made.clear()
    with qtbot.waitSignal(view.maximise_requested):
        mouse.double(*view.image_to_widget(12, 12).toTuple())


def test_shift_pans_under_select_too(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.choose(SELECT)
    mouse.modifiers = SHIFT
    before = view.image_to_widget(0, 0)
    mouse.drag(A, B)
    assert view.image_to_widget(0, 0) != before
    assert desk.outcomes == []


def test_h_held_hides_the_annotations(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    plain = pixels(view)
    desk.annotate(Region.box(10, 10, 50, 50))
    marked = pixels(view)
    assert not np.array_equal(marked, plain)
    mouse.key(Qt.Key.Key_H)
    assert np.array_equal(pixels(view), plain)
    mouse.key(Qt.Key.Key_H, up=True)
    assert np.array_equal(pixels(view), marked)


def test_a_hole_is_not_filled(desk: Desk, view: ImageView) -> None:
    plain = pixels(view)
    outer, hole = ((20, 20), (100, 20), (100, 100), (20, 100)), ((40, 40), (40, 80), (80, 80), (80, 40))
    desk.annotate(Region(((outer, hole),)))
    seen = pixels(view)
    inside, within = view.image_to_widget(30, 60), view.image_to_widget(60, 60)
    assert np.array_equal(seen[int(within.y()), int(within.x())], plain[int(within.y()), int(within.x())])
    assert not np.array_equal(seen[int(inside.y()), int(inside.x())], plain[int(inside.y()), int(inside.x())])


@pytest.mark.parametrize("zoom", [0.6, 3.0, 60.0])
def test_an_outline_lies_where_its_vertices_are(desk: Desk, view: ImageView, zoom: float) -> None:
    view.look_at(zoom, 50.0, 50.0)
    desk.annotate(Region.box(50, 5, 150, 120))
    edge, seen = view.image_to_widget(50, 50), pixels(view)
    on = seen[int(edge.y()), int(edge.x()) - 1 : int(edge.x()) + 1].astype(int)
    assert (on[:, 0] - on[:, 2]).max() > 120


def test_a_stroke_over_the_edges_of_the_screen_is_painted_at_the_highest_zoom(desk: Desk, view: ImageView) -> None:
    view.look_at(128.0, 80.0, 64.0)
    desk.annotate(Path((((-3000.0, 64.0), (3000.0, 64.0)),)))
    middle = pixels(view)[159:161, 200].astype(int)
    assert (middle[:, 0] - middle[:, 2]).max() > 120


def test_a_bigger_screen_scale_keeps_coordinates(show: Callable[..., ImageView]) -> None:
    view = show(Desk((image(1),)))
    view.eye.resize(400, 320, 2.0)
    assert view.zoom == 5.0
    assert view.image_to_widget(160, 128) == QPointF(400, 320)


def test_lengths_are_said_in_millimetres_where_they_are_known() -> None:
    line = Draft(Makes.PATH, ((0, 0), (3, 0)), (3, 4))
    assert measured(line, image(1, spacing=(0.5, 2.0))) == "8.0 mm · last 2.0 mm"
    assert measured(line, image(1)) == "7.0 px · last 4.0 px"
    assert measured(line, image(1, spacing=(1.0, 1.0), spacing_at_detector=True)) == "7.0 mm at the detector · last 4.0 mm"
    assert measured(Draft(Makes.PATH, ((0, 0), (3, 4))), image(1)) == "5.0 px"
    assert measured(Draft(Makes.BOX, ((1, 1), (4, 5))), image(1, spacing=(0.5, 2.0))) == "6.0 × 2.0 mm · 12.0 mm²"
    assert measured(Draft(Makes.REGION, ((1, 1), (4, 5))), image(1)) == ""
    assert measured(Draft(Makes.REGION, ((1, 1), (4, 1)), (4, 5)), image(1, spacing=(1.0, 1.0))) == "⌀ 4.2 mm · 6.0 mm²"
    homeward = Draft(Makes.REGION, ((1, 1), (4, 1), (4, 5)), home=((1, 5),))
    assert measured(homeward, image(1, spacing=(1.0, 1.0))) == "⌀ 5.0 mm · 12.0 mm²", "as it closes"


def test_beside_the_pointer_the_result_is_said_where_it_is_another_area() -> None:
    where, draft = image(1, spacing=(1.0, 1.0)), Draft(Makes.BOX, ((0, 0), (3, 4)))
    new = Annotation(2, where.key, "CCT1", "Box", Region.box(0, 0, 3, 4))
    old = replace(new, shape=Region.box(0, 0, 3, 2))
    made = Edit(message("New"), (Change(None, new),))
    assert beside_pointer(draft, None, where) == beside_pointer(draft, made, where) == measured(draft, where)
    assert beside_pointer(draft, Edit(message("Add"), (Change(old, new),)), where) == "3.0 × 4.0 mm · 12.0 mm² → 5.0 × 3.8 mm · 12.0 mm²"
    line = Draft(Makes.PATH, ((0, 0), (3, 4)))
    made = Edit(message("New"), (Change(None, replace(new, shape=Path((((0, 0), (3, 4)),)))),))
    assert beside_pointer(line, made, where) == "5.0 mm"


def test_what_is_on_its_way_is_the_shape_with_one_vertex_changed() -> None:
    desk = Desk((image(1),))
    desk.annotate(Region((((((0, 0)), (9, 0), (9, 9)),),)), Region.box(0, 0, 10, 10), Path((((0, 0), (5, 5)),)))
    every = desk.annotations
    assert changed(every, Reshape(1, (0, 0, 1), (20, 1))) == Region(((((0, 0), (20, 1), (9, 9)),),))
    assert changed(every, Reshape(1, (0, 0, 2), (1, 8), insert=True)) == Region(((((0, 0), (9, 0), (9, 9), (1, 8)),),))
    assert changed(every, Reshape(2, (0, 0, 2), (20, 30))) == Region.box(0, 0, 20, 30)
    assert changed(every, Reshape(3, (0, 0, 0), (2, 1))) == Path((((2, 1), (5, 5)),))
    assert changed(every, Move(3, 1.25, 2)) == Path((((1.25, 2), (6.25, 7)),))
    assert changed(every, Move(2, 1.25, 1.75)) == Region.box(1, 2, 11, 12)
    assert changed(every, Move(99, 1, 2)) is None
    assert every[0].image == ImageKey("1.2.3.1")


def test_another_outline_is_painted_at_once(desk: Desk, view: ImageView) -> None:
    desk.annotate(Region.box(10, 10, 50, 50))
    before = pixels(view)
    desk.annotate(Region.box(10, 10, 50, 60))
    assert not np.array_equal(pixels(view), before)


def test_after_a_double_click_whose_release_was_lost_the_next_stroke_counts(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    for place in (A, B, C):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPointF(*place).toPoint())
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 250))  # sends no release
    mouse.drag(A, B, C)
    assert [len(stroke.points) for stroke in desk.made if isinstance(stroke, Stroke)] == [4, 3]


def test_a_stroke_before_the_picture_is_there_is_answered(qtbot: QtBot, show: Callable[..., ImageView]) -> None:
    desk = Desk((image(1), image(2)))
    view = show(desk)
    desk.pictures.clear()
    desk.show(desk.images, 1)
    view.repaint()
    assert view.shown_picture() is None and view.eye.transform is not None
    with qtbot.waitSignal(view.said) as said:
        Mouse(view).drag(A, B, C)
    assert "not on the screen yet" in said.args[0]
    assert desk.outcomes == []
