"""Line: a drag is straight, clicks make a polyline."""

from __future__ import annotations

from annotator.tools.gesture import Draft, Makes, Stroke
from annotator.tools.line import TOOL
from tests.tools.hands import Hand

A, B, C = (10.25, 20.5), (40.75, 20.0), (40.0, 60.125)


def path(*points: tuple[float, float], control: bool = False) -> Stroke:
    return Stroke(Makes.PATH, points, control)


def test_a_drag_is_a_straight_line_from_press_to_release() -> None:
    assert Hand(TOOL).press(*A).drag((20, 90), B).release(*C).outcomes == [path(A, C)]


def test_the_line_follows_the_pointer_while_the_button_is_held() -> None:
    assert Hand(TOOL).press(*A).drag(B).preview == Draft(Makes.PATH, (A,), B)


def test_clicks_make_a_polyline_that_a_double_click_ends_without_doubling_its_vertex() -> None:
    hand = Hand(TOOL).click(A, B, C).double(C[0] + 0.5, C[1])
    assert hand.outcomes == [path(A, B, C)]


def test_a_double_click_somewhere_else_is_a_vertex_too() -> None:
    assert Hand(TOOL).click(A, B).double(*C).outcomes == [path(A, B, C)]


def test_enter_ends_with_the_vertices_so_far() -> None:
    assert Hand(TOOL).click(A, B).hover(*C).enter(*C).outcomes == [path(A, B)]


def test_the_open_end_follows_the_pointer() -> None:
    assert Hand(TOOL).click(A, B).hover(*C).preview == Draft(Makes.PATH, (A, B), C)


def test_backspace_takes_back_a_vertex_and_at_last_the_line() -> None:
    hand = Hand(TOOL).click(A, B, C).back(*C)
    assert hand.preview == Draft(Makes.PATH, (A, B), C)
    assert hand.back().back().outcomes == [None]


def test_a_drag_between_clicks_draws_a_straight_stretch_and_goes_on() -> None:
    hand = Hand(TOOL).click(A).press(*B).drag((50, 50)).release(*C)
    assert hand.preview == Draft(Makes.PATH, (A, B, C), C)
    assert hand.enter().outcomes == [path(A, B, C)]


def test_a_tremble_of_three_screen_pixels_is_a_click_at_any_zoom() -> None:
    near = Hand(TOOL, pixel=0.1).press(10, 10).drag((10.2, 10)).release(10.29, 10)
    assert near.outcomes == []
    assert near.preview == Draft(Makes.PATH, ((10, 10),), (10.29, 10))
    assert Hand(TOOL, pixel=0.1).press(10, 10).drag((10.4, 10)).release(10.4, 10).outcomes == [path((10, 10), (10.4, 10))]


def test_a_drag_back_to_its_start_is_no_line() -> None:
    assert Hand(TOOL).press(*A).drag(B).release(*A).outcomes == [None]


def test_control_counts_as_held_at_the_end() -> None:
    hand = Hand(TOOL).press(*A)
    hand.control = True
    assert hand.release(*C).outcomes == [path(A, C, control=True)]
    hand.press(*A)
    hand.control = False
    assert hand.release(*C).outcomes[-1] == path(A, C)


def test_a_double_click_on_nothing_begins_nothing_but_a_drag_after_it_draws() -> None:
    hand = Hand(TOOL).double(*A)
    assert hand.outcomes == [None]
    assert hand.preview is None
