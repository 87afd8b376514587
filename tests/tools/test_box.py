"""Box: from corner to corner, held or clicked."""

from __future__ import annotations

from annotator.tools.box import TOOL
from annotator.tools.gesture import Draft, Makes, Stroke
from tests.tools.hands import Hand

A, B = (10.25, 20.5), (90.75, 5.0)
BOX = Stroke(Makes.BOX, (A, B))


def test_a_drag_spans_the_box() -> None:
    hand = Hand(TOOL).press(*A).drag((50, 50))
    assert hand.preview == Draft(Makes.BOX, (A, (50, 50)))
    assert hand.release(*B).outcomes == [BOX]


def test_two_clicks_span_the_box() -> None:
    hand = Hand(TOOL).click(A).hover(30, 30)
    assert hand.preview == Draft(Makes.BOX, (A, (30, 30)))
    assert hand.click(B).outcomes == [BOX]


def test_click_and_drag_ends_at_the_release() -> None:
    assert Hand(TOOL).click(A).press(50, 50).drag((60, 60)).release(*B).outcomes == [BOX]


def test_enter_takes_the_corner_under_the_pointer() -> None:
    assert Hand(TOOL).click(A).hover(*B).enter(*B).outcomes == [BOX]


def test_a_box_without_width_is_nothing() -> None:
    assert Hand(TOOL).press(*A).drag(B).release(A[0], 90).outcomes == [None]
    assert Hand(TOOL).click(A).double(*A).outcomes == [None]


def test_backspace_takes_the_first_corner_back() -> None:
    hand = Hand(TOOL).click(A).back()
    assert hand.outcomes == [None]
    assert hand.preview is None
