"""Select: click to choose, drag to change or to frame."""

from __future__ import annotations

import pytest

from annotator.tools.gesture import Hit, Makes, Move, Reshape
from annotator.tools.select import TOOL, Band, PickAt, PickWithin
from tests.tools.hands import Hand


def test_a_click_picks_what_is_under_it() -> None:
    assert Hand(TOOL, hit=Hit(7)).click((5, 5)).outcomes == [PickAt(7, point=(5, 5))]


def test_a_click_on_nothing_picks_nothing() -> None:
    assert Hand(TOOL).click((5, 5)).outcomes == [PickAt(None, point=(5, 5))]


@pytest.mark.parametrize("held", [{"control": True}, {"shift": True}])
def test_a_modifier_extends_and_on_nothing_changes_nothing(held: dict[str, bool]) -> None:
    assert Hand(TOOL, hit=Hit(7), **held).click((5, 5)).outcomes == [PickAt(7, extend=True, point=(5, 5))]
    assert Hand(TOOL, **held).click((5, 5)).outcomes == [None]


def test_a_drag_inside_moves() -> None:
    hand = Hand(TOOL, hit=Hit(7)).press(5, 5).drag((6, 5))
    assert hand.preview is None
    assert hand.drag((15.5, 4.25)).preview == Move(7, 10.5, -0.75)
    assert hand.release(25, 5).outcomes == [Move(7, 20, 0)]


def test_a_drag_of_a_vertex_reshapes() -> None:
    hand = Hand(TOOL, hit=Hit(7, vertex=(0, 1, 2))).press(5, 5).drag((9.5, 9))
    assert hand.preview == Reshape(7, (0, 1, 2), (9.5, 9))
    assert hand.release(10, 12.5).outcomes == [Reshape(7, (0, 1, 2), (10, 12.5))]


def test_a_drag_of_an_edge_pulls_a_new_vertex_out_of_it() -> None:
    assert Hand(TOOL, hit=Hit(7, edge=(0, 0, 3))).press(5, 5).drag((9, 9)).release(10, 12.5).outcomes == [
        Reshape(7, (0, 0, 3), (10, 12.5), insert=True)
    ]


def test_a_click_on_a_vertex_changes_nothing() -> None:
    assert Hand(TOOL, hit=Hit(7, vertex=(0, 1, 2))).click((5, 5)).outcomes == [PickAt(7, point=(5, 5))]


def test_a_drag_that_comes_back_is_nothing() -> None:
    assert Hand(TOOL, hit=Hit(7)).press(5, 5).drag((50, 50)).release(5, 5).outcomes == [None]


def test_a_drag_from_an_empty_place_frames_what_is_to_be_selected() -> None:
    hand = Hand(TOOL).press(5, 5).drag((6, 6))
    assert hand.preview is None, "not yet a drag"
    assert hand.drag((50, 40)).preview == Band(Makes.BOX, ((5, 5), (50, 40)))
    assert hand.release(50, 41).outcomes == [PickWithin(None, corners=((5, 5), (50, 41)))]


def test_with_a_modifier_a_drag_frames_also_from_an_annotation_and_adds() -> None:
    hand = Hand(TOOL, hit=Hit(7), control=True).press(5, 5).drag((50, 40)).release(50, 40)
    assert hand.outcomes == [PickWithin(None, True, ((5, 5), (50, 40)))]


def test_what_was_under_the_press_counts_not_what_is_under_the_release() -> None:
    hand = Hand(TOOL, hit=Hit(7)).press(5, 5)
    hand.hit = Hit(8)
    assert hand.drag((50, 50)).release(50, 50).outcomes == [Move(7, 45, 45)]


def test_enter_and_backspace_do_nothing() -> None:
    hand = Hand(TOOL, hit=Hit(7)).enter().back().double(5, 5)
    assert hand.outcomes == []
