"""What is proposed is what is done, for every stroke, change and mode; and proposing does nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.edit import Edit, apply
from annotator.domain.merge import Mode, Refusal
from annotator.domain.raster import Mask, region_mask
from annotator.i18n import say
from annotator.tools.gesture import Makes, Move, Redraw, Remove, Reshape, Shift, Stroke
from tests.workspace.study import box, lung_project, opened, small_ct

RING = ((8.0, 8.0), (30.0, 10.0), (25.0, 30.0), (9.0, 24.0))
PIXELS = np.zeros((64, 64), dtype=bool)
PIXELS[12:22, 14:40] = True
STROKES = (
    box(10, 10, 30, 30),
    Stroke(Makes.REGION, RING),
    Stroke(Makes.ELLIPSE, ((5.0, 6.0), (33.0, 28.0))),
    Stroke(Makes.SWEEP, ((6.0, 20.0), (28.0, 22.0)), radii=(3.0, 3.0)),
    Stroke(Makes.SWEEP, ((6.0, 20.0), (28.0, 22.0)), radii=(6.0, 6.0), erases=True),
    Stroke(Makes.SWEEP, ((6.0, 20.0), (28.0, 22.0)), control=True, radii=(2.0, 2.0), erases=True),
)
CHANGES = (
    Move(1, 3.0, -2.0), Reshape(1, (0, 0, 1), (20.0, 5.0)), Redraw(1, (0, 0), ((15.0, 10.0), (20.0, 3.0), (25.0, 10.0))),
    Shift(1, (0, 0, 0), 2.0, -3.0), Remove(1, (0, 0, 2)), Remove(1, (0, 0, 1), edge=True),
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("place")
    small_ct(where / "영상")
    lung_project(where / "과제")
    return where


@pytest.fixture
def session(place: Path):
    found, _ = opened(place / "과제", place / "영상")
    found.choose_tool("tool.free")
    found.choose_mode(Mode.NEW)
    yield found
    while found.undo_name is not None:
        found.undo()
    found.close()


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("outcome", (*STROKES, *CHANGES), ids=lambda outcome: f"{type(outcome).__name__}")
def test_what_is_proposed_is_what_is_done(session, outcome, mode) -> None:
    session.perform(box(10, 10, 30, 30))
    session.choose_mode(mode)
    before = session.document
    found = session.proposed(outcome, 2.0)
    assert session.document == before
    session.perform(outcome, 2.0)
    wanted = before if isinstance(found, Refusal) else apply(before, found)
    assert _shapes(session.document) == _shapes(wanted)


def test_an_eraser_takes_away_in_the_mode_new_and_with_ctrl_it_adds(session) -> None:
    session.perform(box(10, 10, 30, 30))
    rub = Stroke(Makes.SWEEP, ((20.0, 20.0),), radii=(4.0, 4.0), erases=True)
    session.perform(rub)
    assert len(session.annotations) == 1
    assert not _mask(session)[20, 20]
    session.perform(Stroke(Makes.SWEEP, ((20.0, 20.0),), control=True, radii=(5.0, 5.0), erases=True))
    assert _mask(session)[20, 20]


def test_pixels_become_an_annotation_to_the_pixel(session) -> None:
    image = session.image
    pixels = PIXELS[: image.rows, : image.columns]
    session.perform(Stroke(Makes.PIXELS, ((15.0, 13.0),), mask=Mask.of(pixels)))
    assert np.array_equal(_mask(session), pixels)


def test_a_brush_limited_to_values_takes_no_other(session) -> None:
    values = session.picture.values()
    low, high = float(np.quantile(values, 0.3)), float(np.quantile(values, 0.7))
    way = Stroke(Makes.SWEEP, ((10.0, 12.0), (30.0, 20.0)), radii=(6.0, 6.0), between=(low, high))
    session.perform(way)
    drawn = _mask(session)
    assert drawn.any()
    assert ((values[drawn] >= low) & (values[drawn] <= high)).all()


def test_why_nothing_was_drawn_is_said(session) -> None:
    none, before = float(session.picture.values().max()) + 1, session.document
    session.perform(Stroke(Makes.SWEEP, ((10.0, 12.0), (30.0, 20.0)), radii=(6.0, 6.0), between=(none, none + 50)))
    assert say(session.said.message) == f"No pixel under the stroke has a value from {none:g} to {none + 50:g}: nothing was drawn"
    session.perform(Stroke(Makes.PIXELS, ((15.0, 13.0),), mask=Mask.none(session.image.rows, session.image.columns)))
    assert say(session.said.message).startswith("Nothing hangs together with this place")
    session.perform(Stroke(Makes.REGION, ((-9.0, -9.0), (-5.0, -9.0), (-5.0, -5.0))))
    assert say(session.said.message).startswith("The stroke encloses nothing inside the image")
    assert session.document is before


@given(st.sampled_from([0, 1, 2, 3]), st.floats(-70, 70), st.floats(-70, 70))
def test_a_moved_edge_never_leaves_half_an_edit(place, edge, dx, dy) -> None:
    session, _ = opened(place / "과제", place / "영상")
    try:
        session.choose_tool("tool.box")
        session.perform(box(10, 10, 30, 30))
        before = session.document
        found = session.proposed(Shift(session.annotations[-1].id, (0, 0, edge), dx, dy))
        if isinstance(found, Edit):
            assert apply(apply(before, found), found.inverse()) == before
            assert not region_mask(found.changes[0].after.shape, session.image.rows, session.image.columns).empty
    finally:
        session.undo()
        session.close()


def _shapes(document):
    return {key: [(a.id, a.category, a.shape, a.toolname) for a in found] for key, found in document.annotations.items()}


def _mask(session):
    return region_mask(session.annotations[-1].shape, session.image.rows, session.image.columns).array()
