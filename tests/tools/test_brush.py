"""Brush and eraser: the way of the pointer with the size of the brush, in mm or pixels."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.tools import brush, eraser
from annotator.tools.gesture import Hover, Makes, Stroke
from tests.tools.hands import Hand
from tests.tools.test_span import GROUND

WAY = ((10.0, 10.0), (20.0, 12.0), (30.0, 15.0))


def ground(**options):
    return replace(GROUND, options=options)


def painted(tool, **options) -> Stroke:
    return Hand(tool, ground=ground(**options)).press(*WAY[0]).drag(WAY[1]).release(*WAY[2]).outcomes[0]


def test_a_brush_is_round_in_millimetres() -> None:
    assert painted(brush.TOOL, size=8.0, unit="mm") == Stroke(Makes.SWEEP, WAY, radii=(4.0, 2.0))


def test_or_round_in_pixels() -> None:
    assert painted(brush.TOOL, size=8.0, unit="px").radii == (4.0, 4.0)


@pytest.mark.parametrize("unit", ["mm", "px"])
def test_it_is_never_smaller_than_a_pixel(unit) -> None:
    assert min(painted(brush.TOOL, size=0.1, unit=unit).radii) == 0.5


def test_an_eraser_takes_away() -> None:
    assert painted(eraser.TOOL, size=8.0).erases
    assert not painted(brush.TOOL, size=8.0).erases


def test_the_values_are_limited_only_where_that_is_chosen() -> None:
    assert painted(brush.TOOL, limited=True, low=50.0, high=-10.0).between == (-10.0, 50.0)
    assert painted(brush.TOOL, limited=False, low=50.0, high=-10.0).between is None


def test_a_click_is_a_dot() -> None:
    assert Hand(brush.TOOL, ground=ground()).click((5.0, 6.0)).outcomes[0].points == ((5.0, 6.0),)


def test_the_brush_is_seen_before_it_is_pressed() -> None:
    assert Hand(brush.TOOL, ground=ground(size=4.0, unit="px")).hover(7, 8).preview == Hover((7, 8), (2.0, 2.0))
