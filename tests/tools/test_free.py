"""Free: freehand, polygon, and both in one outline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.tools.free import TOOL
from annotator.tools.gesture import Draft, Event, Kind, Makes, Stroke
from tests.tools.hands import Hand
from tests.tools.test_span import GROUND

A, B, C, D = (10.25, 20.5), (90.75, 20.0), (90.0, 80.125), (50.0, 50.0)


def area(*points: tuple[float, float], control: bool = False) -> Stroke:
    return Stroke(Makes.REGION, points, control)


def test_a_freehand_stroke_keeps_press_every_move_and_release_unrounded() -> None:
    trail = [(20.1, 20.7), (30.333, 21.0), (31.5, 40.0), (12.0, 41.25)]
    assert Hand(TOOL).press(*A).drag(*trail).release(11.5, 30.0).outcomes == [area(A, *trail, (11.5, 30.0))]


def test_a_release_where_the_last_move_was_is_one_vertex() -> None:
    assert Hand(TOOL).press(*A).drag(B, C).release(*C).outcomes == [area(A, B, C)]


def test_the_outline_shows_while_it_is_drawn() -> None:
    assert Hand(TOOL).press(*A).drag(B, C).preview == Draft(Makes.REGION, (A, B, C))


def test_a_double_click_closes_the_polygon_without_doubling_its_vertex() -> None:
    assert Hand(TOOL).click(A, B, C).double(C[0], C[1] + 1).outcomes == [area(A, B, C)]


def test_enter_closes_the_polygon() -> None:
    assert Hand(TOOL).click(A, B, C).hover(*D).enter(*D).outcomes == [area(A, B, C)]


@pytest.mark.parametrize("pixel", [0.25, 1.0, 4.0])
def test_a_click_within_eight_screen_pixels_of_the_first_vertex_closes(pixel: float) -> None:
    scaled = [(x * pixel, y * pixel) for x, y in (A, B, C)]
    x, y = scaled[0]
    hand = Hand(TOOL, pixel=pixel).click(*scaled)
    assert hand.hover(x + 7 * pixel, y).preview == Draft(Makes.REGION, tuple(scaled), (x + 7 * pixel, y), closing=True)
    assert hand.click((x + 7 * pixel, y)).outcomes == [area(*scaled)]


def test_a_click_nine_pixels_away_is_a_vertex() -> None:
    hand = Hand(TOOL).click(A, B, C).click((A[0], A[1] + 9))
    assert hand.outcomes == []
    assert hand.enter().outcomes == [area(A, B, C, (A[0], A[1] + 9))]


def test_two_vertices_do_not_close() -> None:
    assert Hand(TOOL).click(A, B).click((A[0] + 4, A[1])).outcomes == []


def test_a_drag_between_clicks_is_freehand_and_goes_on() -> None:
    hand = Hand(TOOL).click(A, B).press(*C).drag((80, 90), (70, 91)).release(60, 90)
    assert hand.preview == Draft(Makes.REGION, (A, B, C, (80, 90), (70, 91), (60, 90)), (60, 90))
    assert hand.click(D).enter().outcomes == [area(A, B, C, (80, 90), (70, 91), (60, 90), D)]


def test_a_freehand_stretch_that_comes_home_closes() -> None:
    hand = Hand(TOOL).click(A, B).press(*C).drag(D).release(A[0] + 1, A[1])
    assert hand.outcomes == [area(A, B, C, D, (A[0] + 1, A[1]))]


def test_backspace_takes_back_a_click_or_a_whole_stretch() -> None:
    hand = Hand(TOOL).click(A, B, C).press(*D).drag((45, 60), (40, 65)).release(30, 60)
    assert hand.back().preview == Draft(Makes.REGION, (A, B, C), (0.0, 0.0))
    assert hand.back().preview == Draft(Makes.REGION, (A, B), (0.0, 0.0))
    assert hand.back().back().outcomes == [None]


def test_too_few_vertices_are_nothing() -> None:
    assert Hand(TOOL).click(A, B).enter().outcomes == [None]
    assert Hand(TOOL).press(*A).drag(B).release(*B).outcomes == [None]


def test_a_double_click_on_the_first_vertex_leaves_no_vertex_behind() -> None:
    hand = Hand(TOOL).click(A, B, C).click(A).double(*A)
    assert hand.outcomes == [area(A, B, C), None]
    assert hand.preview is None


def test_a_second_stroke_that_begins_as_a_double_click_is_drawn() -> None:
    hand = Hand(TOOL).press(*A).drag(B, C).release(*D)
    hand.send(Event(Kind.DOUBLE, *A, down=True)).drag(B, C).release(*D)
    assert hand.outcomes == [area(A, B, C, D)] * 2


def test_control_counts_as_held_at_the_end() -> None:
    hand = Hand(TOOL).click(A, B, C)
    hand.control = True
    assert hand.enter().outcomes == [area(A, B, C, control=True)]


def test_a_short_stretch_beside_the_first_vertex_does_not_close() -> None:
    assert Hand(TOOL).click(A).press(A[0] + 4, A[1]).drag((A[0] + 1, A[1] + 3)).release(A[0], A[1] + 4).outcomes == []


def clicking(**more: object) -> Hand:
    return Hand(TOOL, ground=replace(GROUND, options={"click": True}), **more)


def test_a_click_begins_a_trail_that_a_click_ends() -> None:
    hand = clicking().click((10, 10)).hover(30, 10).hover(40, 40)
    assert hand.preview.points == ((10, 10), (30, 10), (40, 40))
    assert hand.click((10, 40)).outcomes == [Stroke(Makes.REGION, ((10, 10), (30, 10), (40, 40), (10, 40)))]


def test_a_trail_ends_where_it_began_or_with_enter_and_backspace_drops_it() -> None:
    assert len(clicking().click((10, 10)).hover(60, 10).hover(60, 60).hover(11, 11).outcomes) == 1
    assert clicking().click((10, 10)).hover(60, 10).enter(60, 60).outcomes[0].makes is Makes.REGION
    assert clicking().click((10, 10)).hover(60, 10).back().outcomes == [None]


def test_a_drag_is_freehand_as_ever_where_clicks_make_trails() -> None:
    assert clicking().press(10, 10).drag((40, 10), (40, 40)).release(10, 40).outcomes[0].points[1] == (40, 10)
