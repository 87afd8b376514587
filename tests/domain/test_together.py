"""Several annotations change as one, or none does; a locked one refuses and says so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.annotation import Annotation
from annotator.domain.answering import annotate
from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import LOCKED, NOTHING, NOTHING_SELECTED, Mode, Pen, Refusal, delete, draw, move, recategorise
from annotator.domain.path import Path
from annotator.domain.raster import shape_mask
from annotator.domain.region import Region
from annotator.domain.together import lock, move_together

KEY = ImageKey("1.2.3")
IMAGE = Image(KEY, "1.dcm", 1, 64, 64, "CT", "1.2", "1.3", "1.4")
PEN = Pen("CCT1", "악성", "Box", "tool.box")


def three(*locked: int) -> Document:
    boxes = [Region.box(10.3 * n, 10.4, 10.3 * n + 6.2, 16.8) for n in (1, 2, 3)]
    return Document({KEY: tuple(Annotation(n, KEY, "CCT1", "Box", box, locked=n in locked) for n, box in enumerate(boxes, 1))})


@given(right=st.floats(-9, 20), down=st.floats(-9, 40), chosen=st.sets(st.integers(1, 3), min_size=1))
def test_what_moves_together_keeps_its_masks_and_is_one_edit_that_can_be_turned_round(right: float, down: float, chosen: set[int]) -> None:
    """However far the hand goes, they move by whole pixels."""
    before, dx, dy = three(), round(right), round(down)
    edit = move_together(before, IMAGE, chosen, right, down)
    if dx == dy == 0:
        assert edit == Refusal(NOTHING)
        return
    assert isinstance(edit, Edit) and {c.subject.id for c in edit.changes} == chosen
    after = apply(before, edit)
    for was, now in zip(before.on(KEY), after.on(KEY), strict=True):
        mask = shape_mask(was.shape, 64, 64, None).array()
        if was.id in chosen:
            rows, columns = mask.nonzero()
            mask = mask & False
            mask[rows + dy, columns + dx] = True
        assert (shape_mask(now.shape, 64, 64, None).array() == mask).all()
    assert apply(after, edit.inverse()).on(KEY) == before.on(KEY)


def test_one_that_is_locked_or_would_leave_the_image_keeps_all_where_they_are() -> None:
    assert move_together(three(2), IMAGE, [1, 2], 1, 1) == Refusal(LOCKED)
    assert isinstance(move_together(three(), IMAGE, [1, 3], 500, 0), Refusal)
    assert move_together(three(), IMAGE, [], 1, 1) == Refusal(NOTHING_SELECTED)


def test_lock_locks_what_is_not_and_unlocks_where_all_are() -> None:
    edit = lock(three(2), KEY, [1, 2])
    assert isinstance(edit, Edit) and [(c.subject.id, c.subject.locked) for c in edit.changes] == [(1, True)]
    edit = lock(three(1, 2), KEY, [1, 2])
    assert isinstance(edit, Edit) and [(c.subject.id, c.subject.locked) for c in edit.changes] == [(1, False), (2, False)]
    assert lock(three(), KEY, []) == lock(three(), KEY, [9]) == Refusal(NOTHING_SELECTED)


def test_whatever_is_locked_says_so_instead_of_changing() -> None:
    document = three(1, 2, 3)
    stroke = Region.box(8, 8, 40, 12)
    refused = [
        move(document, IMAGE, 1, 1, 1),
        delete(document, IMAGE, [1, 2]),
        recategorise(document, IMAGE, [1], "CCT2", "전이성_병변"),
        annotate(document, KEY, [1], "아래"),
        draw(document, IMAGE, stroke, Mode.ADD, PEN, {1}),
        draw(document, IMAGE, stroke, Mode.SUB, PEN, {1}),
    ]
    assert refused == [Refusal(LOCKED)] * 6


def test_of_several_the_unlocked_ones_are_deleted_and_new_shapes_do_not_ask() -> None:
    edit = delete(three(1), IMAGE, [1, 2])
    assert isinstance(edit, Edit) and [c.subject.id for c in edit.changes] == [2]
    assert isinstance(draw(three(1), IMAGE, Region.box(8, 8, 40, 12), Mode.NEW, PEN, {1}), Edit)


def test_a_line_moves_as_far_as_the_hand_does_unless_an_area_moves_with_it() -> None:
    line = Path((((20.0, 20.0), (30.0, 25.0)),))
    drawn = Document({KEY: (Annotation(1, KEY, "CCT1", "Line", line), Annotation(2, KEY, "CCT1", "Box", Region.box(5, 5, 9, 9)))})
    for chosen, by in (({1}, (1.25, -0.75)), ({1, 2}, (1, -1))):
        edit = move_together(drawn, IMAGE, chosen, 1.25, -0.75)
        assert isinstance(edit, Edit) and edit.changes[0].after is not None and edit.changes[0].after.shape == line.moved(*by)
