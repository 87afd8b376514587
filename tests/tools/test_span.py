"""Box and ellipse: from the centre with Alt, as wide as high in mm with Shift."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.tools import box, ellipse
from annotator.tools.gesture import Draft, Ground, Makes, Stroke
from tests.tools.hands import Hand

IMAGE = Image(ImageKey("1.2.3"), "1.dcm", 1, 100, 100, "CT", "1.2.840", "1.2.9", "1.2", spacing=(2.0, 1.0))
GROUND = Ground(IMAGE, Picture(IMAGE.key, np.zeros((100, 100), np.int16)))


@pytest.mark.parametrize(("tool", "makes"), [(box.TOOL, Makes.BOX), (ellipse.TOOL, Makes.ELLIPSE)])
def test_alt_draws_from_the_centre(tool, makes) -> None:
    hand = Hand(tool, alt=True).press(50, 50).drag((60, 55))
    assert hand.preview == Draft(makes, ((40, 45), (60, 55)))
    assert hand.release(60, 55).outcomes == [Stroke(makes, ((40, 45), (60, 55)))]


@pytest.mark.parametrize("to", [(70.0, 53.0), (48.0, 60.0), (30.0, 49.0)])
def test_shift_makes_it_as_wide_as_high_in_millimetres(to) -> None:
    corners = Hand(ellipse.TOOL, shift=True, ground=GROUND).press(50, 50).drag(to).release(*to).outcomes[0].points
    (ax, ay), (bx, by) = corners
    assert abs(bx - ax) * 1.0 == pytest.approx(abs(by - ay) * 2.0)
    assert abs(bx - ax) == pytest.approx(max(abs(to[0] - 50), 2 * abs(to[1] - 50)))


def test_modifiers_may_change_on_the_way() -> None:
    hand = Hand(box.TOOL).press(50, 50).drag((60, 55))
    hand.alt = True
    hand.drag((60, 55))
    assert hand.preview == Draft(Makes.BOX, ((40, 45), (60, 55)))
    hand.alt = False
    assert hand.release(60, 55).outcomes == [Stroke(Makes.BOX, ((50, 50), (60, 55)))]


def test_an_ellipse_by_two_clicks_and_without_height_none() -> None:
    assert Hand(ellipse.TOOL).click((10, 10), (30, 20)).outcomes == [Stroke(Makes.ELLIPSE, ((10, 10), (30, 20)))]
    assert Hand(ellipse.TOOL).press(10, 10).drag((30, 12)).release(30, 10).outcomes == [None]
    assert ellipse.TOOL.toolname == "Free"
