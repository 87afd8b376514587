"""What is doubtful about a picture is said, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.domain.doubts import cautions_of
from annotator.domain.honesty import Caution, Doubt, Honesty, Origin
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture, Window
from annotator.i18n import message

CT = Picture(ImageKey("1"), np.array([[0, 10], [20, 30]], np.int16), slope=2, intercept=-10)


@pytest.mark.parametrize(("center", "width", "empty"), [(20, 60, False), (200, 100, True), (-61, 100, True), (-60, 100, False)])
def test_a_window_beside_all_values_shows_nothing(center: float, width: float, empty: bool) -> None:
    assert [caution.kind for caution in cautions_of(CT, Window(center, width))] == ([Doubt.WINDOW] if empty else [])


def test_doubts_of_the_header_follow() -> None:
    burned = Caution(Doubt.BURNED_IN, message("text"))
    doubtful = Picture(ImageKey("1"), CT.stored, honesty=Honesty(cautions=(burned,)))
    assert [caution.kind for caution in cautions_of(doubtful, Window(900, 10))] == [Doubt.WINDOW, Doubt.BURNED_IN]


def test_where_a_window_came_from_makes_no_other_window() -> None:
    assert Window(1, 2, origin=Origin.HEADER) == Window(1, 2, origin=Origin.PERSON)
    assert CT.start_window().origin is Origin.RANGE


def test_only_other_colours_count_as_converted() -> None:
    assert [Honesty(photometric=kind).converted for kind in ("", "MONOCHROME1", "RGB", "YBR_FULL", "PALETTE COLOR")] == [
        False, False, False, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(("inverted", "values"), [(False, 4000), (True, 0)])
def test_an_x_ray_with_bright_surroundings_may_be_exchanged(inverted: bool, values: int) -> None:
    stored = np.full((300, 260), 2000, np.uint16)
    stored[50:250:2, 50:200], stored[51:250:2, 50:200] = 0, 4000
    stored[:40], stored[-40:] = values, values
    said = Honesty(photometric="MONOCHROME2", dark_around=True)
    bright = Picture(ImageKey("1"), stored, inverted=inverted, honesty=said)
    assert [caution.kind for caution in cautions_of(bright, Window(2000, 4000))] == [Doubt.INVERSION]
    upright = Picture(ImageKey("1"), stored, inverted=not inverted, honesty=said)
    other = Picture(ImageKey("1"), stored, inverted=inverted, honesty=Honesty(photometric="MONOCHROME2"))
    assert cautions_of(upright, Window(2000, 4000)) == cautions_of(other, Window(2000, 4000)) == ()
    flat = Picture(ImageKey("1"), np.zeros((300, 260), np.uint16), honesty=said)
    assert cautions_of(flat, Window(0, 10)) == ()
