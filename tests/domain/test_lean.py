"""What was done long ago keeps little memory, and is to the last vertex what it was."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import lean
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, apply, together
from annotator.domain.history import History
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Mode, Pen, Refusal, draw
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import region_of_stroke
from annotator.i18n import message

ROWS = COLUMNS = 200
IMAGE = Image(ImageKey("1.2.3"), "", 1, ROWS, COLUMNS, "CT", "", "1.2", "1")
PEN = Pen("CCT1", "악성", FREE, "tool.free")
NAME = message("Reshape")
place = st.tuples(st.floats(20, 180), st.floats(20, 180), st.integers(5, 30), st.sampled_from([Mode.ADD, Mode.SUB]))


def outline(x: float, y: float, radius: float, corners: int) -> list[tuple[float, float]]:
    angles = [2 * math.pi * n / corners for n in range(corners)]
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]


def drawn(history: History, x: float, y: float, radius: float, mode: Mode, corners: int = 24) -> History:
    shape = region_of_stroke(outline(x, y, radius, corners), ROWS, COLUMNS)
    edit = draw(history.document, IMAGE, shape, mode, PEN)
    if isinstance(edit, Refusal):
        return history
    after = history.do(lean.sharing(edit))
    lean.rest(after)
    return after


def shapes(history: History) -> list[Region]:
    found = (a.shape for step in history.steps for c in step.edit.changes for a in (c.before, c.after) if a is not None)
    return list({id(shape): shape for shape in found if isinstance(shape, Region)}.values())


def vertices(history: History) -> int:
    """How many vertices there are in memory."""
    return len({id(point) for shape in shapes(history) for ring in shape.rings for point in ring})


def test_many_small_additions_to_a_large_outline_keep_only_what_is_new() -> None:
    history = drawn(History(), 100, 100, 60, Mode.NEW, 2000)
    for number in range(60):
        mode = Mode.SUB if number % 2 else Mode.ADD
        history = drawn(history, 160 if number % 4 < 2 else 40, 70 + number % 60, 4, mode)
    corners = sum(len(ring) for shape in shapes(history) for ring in shape.rings)
    assert len(history.steps) > 40 and corners > 60_000
    assert vertices(history) < 2000 + 60 * len(history.steps)
    assert sum("_mask" in shape.__dict__ for shape in shapes(history) if len(shape.parts[0][0]) > 1000) <= 40


@given(st.lists(place, min_size=1, max_size=6))
def test_what_is_shared_is_the_same_and_leads_back_and_forth(places) -> None:
    history, plain = (drawn(History(), 100, 100, 50, Mode.NEW, 80) for _ in range(2))
    for x, y, radius, mode in places:
        shape = region_of_stroke(outline(x, y, radius, 24), ROWS, COLUMNS)
        edit = draw(plain.document, IMAGE, shape, mode, PEN)
        plain = plain if isinstance(edit, Refusal) else plain.do(edit)
        history = drawn(history, x, y, radius, mode)
    assert history == plain
    for shape in shapes(history):
        fresh = Region(shape.parts)
        assert (shape.mark, shape.bounds, shape.area()) == (fresh.mark, fresh.bounds, fresh.area())
        assert region_mask(shape, ROWS, COLUMNS) == region_mask(fresh, ROWS, COLUMNS)
        assert shape.geometry.equals(fresh.geometry)
    assert history.at(0).document.on(IMAGE.key) == ()
    assert history.at(0).at(len(history.steps)).document == plain.document


@pytest.mark.parametrize("back", [False, True])
def test_what_is_read_apart_from_a_document_shares_with_it(back) -> None:
    first = drawn(History(), 100, 100, 60, Mode.NEW, 500)
    second = drawn(first, 160, 100, 10, Mode.ADD)
    document = (second if back else first).document
    read = Edit(NAME, tuple(Change(*(_again(a) for a in (c.before, c.after))) for c in second.steps[-1].edit.changes))
    edit = lean.sharing(read, document.find, back=back)
    assert edit == read
    known, other = (edit.changes[0].after, edit.changes[0].before) if back else (edit.changes[0].before, edit.changes[0].after)
    there = document.on(IMAGE.key)[0]
    assert known is there
    own = {id(point) for ring in there.shape.rings for point in ring}
    assert sum(id(point) not in own for ring in other.shape.rings for point in ring) < 60


def test_what_the_document_still_has_is_not_let_go() -> None:
    history = drawn(History(), 100, 100, 50, Mode.NEW, 100)
    there = history.document.on(IMAGE.key)[0]
    history = history.do(Edit(NAME, (Change(there, replace(there, note="x")),)))
    for number in range(40):
        before = history.document.on(IMAGE.key)[0]
        history = history.do(Edit(NAME, (Change(before, replace(before, note=str(number))),)))
        region_mask(there.shape, ROWS, COLUMNS)
        lean.rest(history)
    assert "_mask" in there.shape.__dict__


def test_an_edit_that_says_its_parts_is_left_as_it_is() -> None:
    one = Annotation(1, IMAGE.key, "CCT1", FREE, Region.box(0, 0, 4, 4))
    two = replace(one, shape=Region.box(0, 0, 4, 6))
    edit = together([Edit(NAME, (Change(None, one),)), Edit(NAME, (Change(one, two),))])
    assert lean.sharing(edit) is edit
    assert apply(Document(), edit).on(IMAGE.key) == (two,)


def _again(annotation: Annotation | None) -> Annotation | None:
    """The same annotation as it is read from a file: no vertex is that of another."""
    if annotation is None:
        return None
    shape = Region(tuple(tuple(tuple((x + 0.0, y + 0.0) for x, y in ring) for ring in part) for part in annotation.shape.parts))
    return replace(annotation, shape=shape)
