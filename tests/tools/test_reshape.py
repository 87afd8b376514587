"""Reshape: what is under the pointer says what a drag or a click does."""

from __future__ import annotations

import pytest

from annotator.tools.gesture import Hit, Move, Pick, Redraw, Remove, Reshape, Shift
from annotator.tools.reshape import TOOL
from tests.tools.hands import Hand

EDGE, VERTEX, CROWD, INSIDE = Hit(3, edge=(0, 1, 4)), Hit(3, vertex=(0, 0, 2)), Hit(3, vertex=(0, 0, 2), crowded=True), Hit(3)
WAY = ((10.0, 10.0), (15.0, 12.0), (22.0, 11.0))


@pytest.mark.parametrize(("hit", "control", "outcome"), [
    (EDGE, False, Redraw(3, (0, 1), WAY)),
    (EDGE, True, Shift(3, (0, 1, 4), 12.0, 1.0)),
    (VERTEX, False, Reshape(3, (0, 0, 2), WAY[-1])),
    (CROWD, False, Redraw(3, (0, 0), WAY)),
    (INSIDE, False, Move(3, 12.0, 1.0)),
    (None, False, None),
])  # fmt: skip
def test_a_drag(hit, control, outcome) -> None:
    hand = Hand(TOOL, hit=hit, control=control).press(*WAY[0]).drag(WAY[1]).release(*WAY[2])
    assert hand.outcomes == [outcome]


@pytest.mark.parametrize(("hit", "control", "outcome"), [
    (EDGE, False, Reshape(3, (0, 1, 4), (10.0, 10.0), insert=True)),
    (EDGE, True, Remove(3, (0, 1, 4), edge=True)),
    (VERTEX, False, Pick(3)),
    (VERTEX, True, Remove(3, (0, 0, 2))),
    (INSIDE, False, Pick(3)),
    (None, False, Pick(None)),
])  # fmt: skip
def test_a_click(hit, control, outcome) -> None:
    assert Hand(TOOL, hit=hit, control=control).click((10.0, 10.0)).outcomes == [outcome]


def test_a_drag_is_seen_while_it_lasts_and_gone_with_escape() -> None:
    hand = Hand(TOOL, hit=EDGE).press(*WAY[0]).drag(WAY[1])
    assert hand.preview == Redraw(3, (0, 1), WAY[:2])
    assert hand.escape().outcomes == []
