"""The measuring tools: a drag or clicks make a measurement, a grip changes one, and whatever a hand does nothing is drawn."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as some

from annotator.domain.measure import Figure, Grip, Measure
from annotator.plugins import offers
from annotator.tools import angle, ellipse_statistics, rectangle_statistics, ruler
from annotator.tools.gesture import Event, Kind, Measured, Tool
from tests.tools.hands import Hand

TOOLS = cast("tuple[Tool, ...]", offers("annotator.tools", "MEASURE"))
RULER, ANGLE = ruler.MEASURE, angle.MEASURE
OLD = Measure(7, Figure.RULER, ((0.0, 0.0), (10.0, 0.0)))
PLACES = some.floats(-50, 600, allow_nan=False) | some.sampled_from([0.0, 3.0, 3.5, 100.0])
GRIPS = some.none() | some.sampled_from([Grip(OLD), Grip(OLD, 1), Grip(Measure(8, Figure.ELLIPSE, ((1.0, 1.0), (5.0, 5.0))), 3)])
HELD = some.booleans()
EVENTS = some.builds(Event, some.sampled_from(Kind), PLACES, PLACES, some.sampled_from([0.1, 1.0]), HELD, HELD, HELD, some.none(), GRIPS)
POINTS = {Figure.RULER: 2, Figure.ANGLE: 3, Figure.ELLIPSE: 2, Figure.RECTANGLE: 2}


def of_tools(test):
    return pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.id)(test)


def test_the_measuring_tools_are_found_and_are_none_of_the_drawing_ones() -> None:
    assert [tool.id for tool in TOOLS if not tool.measures or tool.toolname] == []
    drawing = cast("tuple[Tool, ...]", offers("annotator.tools", "TOOL"))
    assert len({tool.key for tool in (*TOOLS, *drawing)}) == len(TOOLS) + len(drawing)
    assert not any(tool.measures for tool in drawing)


@pytest.mark.parametrize("module", [ruler, ellipse_statistics, rectangle_statistics])
def test_a_drag_and_two_clicks_measure_the_same(module) -> None:
    dragged = Hand(module.MEASURE).press(10, 20).drag((30, 30), (50, 60)).release(50, 60)
    clicked = Hand(module.MEASURE).click((10, 20)).hover(30, 30).click((50, 60))
    assert dragged.outcomes == clicked.outcomes
    assert [made.points for made in dragged.outcomes] == [((10, 20), (50, 60))]


def test_what_is_under_way_follows_the_hand() -> None:
    assert Hand(RULER).click((10, 20)).hover(30, 30).preview == Measured(Figure.RULER, ((10, 20), (30, 30)))


def test_an_angle_has_its_vertex_in_the_middle() -> None:
    expected = [Measured(Figure.ANGLE, ((10, 20), (50, 60), (90, 20)))]
    assert Hand(ANGLE).press(10, 20).drag((50, 60)).release(50, 60).hover(70, 30).click((90, 20)).outcomes == expected
    assert Hand(ANGLE).click((10, 20), (50, 60), (90, 20)).outcomes == expected


def test_back_takes_an_angle_back() -> None:
    assert Hand(ANGLE).click((10, 20), (50, 60)).back().outcomes == [None]


def test_a_click_without_a_second_one_is_nothing() -> None:
    assert Hand(RULER).click((10, 20)).back().outcomes == [None]
    assert Hand(RULER).double(10, 20).outcomes == [None]


@of_tools
def test_a_grip_changes_the_measurement_that_is_there(tool: Tool) -> None:
    hand = Hand(tool)
    hand.send(Event(Kind.PRESS, 10, 0, down=True, grip=Grip(OLD, 1))).drag((15, 5)).release(20, 10)
    hand.send(Event(Kind.PRESS, 5, 0, down=True, grip=Grip(OLD))).drag((6, 9)).release(5, 10)
    hand.send(Event(Kind.PRESS, 5, 0, down=True, grip=Grip(OLD))).release(5, 0)
    assert [made.points for made in hand.outcomes] == [((0.0, 0.0), (20, 10)), ((0.0, 10.0), (10.0, 10.0)), OLD.points]
    assert {(made.figure, made.number) for made in hand.outcomes} == {(Figure.RULER, 7)}


@of_tools
@given(events=some.lists(EVENTS, max_size=30))
def test_any_hand_gets_a_measurement_or_nothing(tool: Tool, events: list[Event]) -> None:
    hand = Hand(tool)
    for event in events:
        hand.send(event)
        assert hand.preview is None or isinstance(hand.preview, Measured)
    for outcome in hand.outcomes:
        assert outcome is None or (isinstance(outcome, Measured) and len(outcome.points) == POINTS[outcome.figure])
    finished = list(hand.outcomes)
    assert hand.escape().outcomes == finished
