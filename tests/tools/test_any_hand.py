"""Whatever a hand does, with whatever tool is found: it never raises, Esc draws nothing, and a shape is made of what was sent."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as some

from annotator.plugins import offers
from annotator.tools.gesture import Change, Draft, Event, Hit, Kind, Makes, Pick, Stroke, Tool
from tests.tools.hands import Hand

TOOLS = cast("tuple[Tool, ...]", offers("annotator.tools", "TOOL"))
PLACES = some.floats(-50, 600, allow_nan=False).map(lambda place: round(place, 6)) | some.sampled_from([0.0, 3.0, 3.5, 100.0])
VERTICES = some.none() | some.tuples(some.integers(0, 2), some.integers(0, 2), some.integers(0, 9))
HITS = some.none() | some.builds(Hit, some.integers(1, 3), VERTICES, VERTICES)
HELD = some.booleans()
SIZES = some.sampled_from([0.1, 1.0, 5.0])
EVENTS = some.builds(Event, some.sampled_from(Kind), PLACES, PLACES, SIZES, HELD, HELD, HELD, HITS, alt=HELD)
SPANNED = (Makes.BOX, Makes.ELLIPSE)
"""With Shift and Alt held their corners are worked out."""


def of_tools(test):
    return pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.id)(test)


def test_the_four_tools_are_found_and_differ() -> None:
    assert {tool.id for tool in TOOLS} >= {"tool.line", "tool.free", "tool.box", "tool.select"}
    for field in ("id", "key", "order", "text", "icon"):
        assert len({getattr(tool, field) for tool in TOOLS}) == len(TOOLS), field


@of_tools
@given(events=some.lists(EVENTS, max_size=40))
def test_any_hand_gets_an_outcome_made_of_what_it_sent(tool: Tool, events: list[Event]) -> None:
    hand, sent, bent = Hand(tool), set(), False
    for event in events:
        bent = bent or event.shift or event.alt
        fresh = hand.conversation is None
        sent = {event.point} if fresh else sent | {event.point}
        before = len(hand.outcomes)
        hand.send(event)
        if isinstance(hand.preview, Draft):
            assert set(hand.preview.points) <= sent or (bent and hand.preview.makes in SPANNED)
        if len(hand.outcomes) > before:
            outcome = hand.outcomes[-1]
            assert outcome is None or isinstance(outcome, Stroke | Pick | Change)
            if isinstance(outcome, Stroke):
                assert set(outcome.points) <= sent or (bent and outcome.makes in SPANNED)
                assert len(outcome.points) >= {Makes.PATH: 2, Makes.REGION: 3, Makes.SWEEP: 1}.get(outcome.makes, 2)
                assert all(a != b for a, b in zip(outcome.points, outcome.points[1:], strict=False))
                assert outcome.control == event.control


@of_tools
@given(events=some.lists(EVENTS, max_size=25))
def test_escape_draws_nothing(tool: Tool, events: list[Event]) -> None:
    hand = Hand(tool)
    for event in events:
        hand.send(event)
    finished = list(hand.outcomes)
    assert hand.escape().outcomes == finished


@of_tools
@given(events=some.lists(EVENTS, max_size=15))
def test_the_same_hand_draws_the_same(tool: Tool, events: list[Event]) -> None:
    one, other = Hand(tool), Hand(tool)
    for event in events:
        one.send(event)
        other.send(event)
    assert one.outcomes == other.outcomes
