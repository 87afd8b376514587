"""New, Add and Sub: the set algebra to the pixel, identities that survive, and one edit a stroke."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import shapes
from annotator.domain.annotation import LONGEST_NOTE, Annotation, Drawn
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, apply
from annotator.domain.history import History
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Mode, Pen, Refusal, delete, draw, move, recategorise, reshape, yielding
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.i18n import message, say

ROWS, COLUMNS = 16, 18
IMAGE = Image(ImageKey("1.2.3"), "", 1, ROWS, COLUMNS, "CT", "", "1.2", "1")
MALIGNANT = Pen("CCT1", "악성", "Free", "tool.free")
BENIGN = Pen("CCT3", "양성", "Free", "tool.free")
halves = st.integers(-4, 40).map(lambda n: n / 2)
strokes = st.lists(st.tuples(halves, halves), min_size=3, max_size=8)


def mask(region):
    return region_mask(region, ROWS, COLUMNS)


def after(document, *steps):
    """Draw one thing after the other; a step is (shape, mode, pen, selection)."""
    for step in steps:
        edit = draw(document, IMAGE, *step)
        assert isinstance(edit, Edit)
        document = apply(document, edit)
    return document


def total(document, category):
    found = Mask.none(ROWS, COLUMNS)
    for a in document.on(IMAGE.key):
        if a.category == category:
            found = found | mask(a.shape)
    return found


def box(*corners):
    return Region.box(*corners)


@settings(max_examples=200)
@given(st.lists(st.tuples(strokes, st.sampled_from(list(Mode)), st.sampled_from([MALIGNANT, BENIGN])), max_size=6))
def test_whatever_is_drawn_the_masks_obey_the_set_algebra(hand):
    history, wanted = History(), {"CCT1": Mask.none(ROWS, COLUMNS), "CCT3": Mask.none(ROWS, COLUMNS)}
    for points, mode, pen in hand:
        shape = shapes.region_of_stroke(points, ROWS, COLUMNS)
        edit = draw(history.document, IMAGE, shape, mode, pen)
        before = wanted[pen.category]
        wanted[pen.category] = before - mask(shape) if mode is Mode.SUB else before | mask(shape)
        if isinstance(edit, Refusal):
            assert wanted[pen.category] == before
            continue
        history = history.do(edit)
        for category, expected in wanted.items():
            assert total(history.document, category) == expected
    last = history.document
    while history.undoable:
        history = history.undo()
    assert history.document == Document()
    while history.redoable:
        history = history.redo()
    assert history.document == last


@settings(max_examples=200)
@given(st.lists(st.tuples(strokes, st.sampled_from(list(Mode)), st.sampled_from([MALIGNANT, BENIGN])), max_size=5), st.booleans())
def test_what_is_shown_while_the_hand_moves_is_to_the_pixel_what_is_done(hand, exclusive):
    document = Document()
    for points, mode, pen in hand:
        pen, shape = replace(pen, exclusive=exclusive), shapes.region_of_stroke(points, ROWS, COLUMNS)
        edit, sketch = (draw(document, IMAGE, shape, mode, replace(pen, sketch=shown)) for shown in (False, True))
        if isinstance(edit, Refusal) or isinstance(sketch, Refusal):
            assert edit == sketch
            continue
        assert [_told(change) for change in sketch.changes] == [_told(change) for change in edit.changes]
        assert all(mask(c.after.shape) == mask(Region(d.after.shape.parts)) for c, d in zip(sketch.changes, edit.changes, strict=True)
                   if c.after is not None)  # fmt: skip
        document = apply(document, edit)


def _told(change):
    """Everything about a change but the shape that is left."""
    return change.before, change.after and replace(change.after, shape=box(0, 0, 1, 1))


def test_add_joins_all_it_touches_and_the_oldest_stays():
    document = after(
        Document(),
        (box(1, 1, 4, 4), Mode.NEW, MALIGNANT),
        (box(8, 1, 12, 4), Mode.NEW, MALIGNANT),
        (box(1, 10, 4, 12), Mode.NEW, MALIGNANT),
        (box(3, 2, 9, 3), Mode.ADD, MALIGNANT),
    )
    assert [a.id for a in document.on(IMAGE.key)] == [1, 3]
    assert document.on(IMAGE.key)[0].shape.area() == 9 + 12 + 4
    assert document.on(IMAGE.key)[0].toolname == "Free"


def test_add_that_shares_only_a_side_touches():
    document = after(Document(), (box(1, 1, 4, 4), Mode.NEW, MALIGNANT), (box(4, 1, 6, 4), Mode.ADD, MALIGNANT))
    assert len(document.on(IMAGE.key)) == 1


def test_add_that_touches_nothing_is_new():
    document = after(Document(), (box(1, 1, 4, 4), Mode.NEW, MALIGNANT), (box(8, 8, 10, 10), Mode.ADD, MALIGNANT))
    assert [a.id for a in document.on(IMAGE.key)] == [1, 2]


def test_add_unites_with_the_selected_one_wherever_it_lies():
    document = after(Document(), (box(1, 1, 4, 4), Mode.NEW, BENIGN), (box(8, 8, 10, 10), Mode.ADD, MALIGNANT, {1}))
    (only,) = document.on(IMAGE.key)
    assert (only.id, only.category, len(only.shape.parts)) == (1, "CCT3", 2)


def test_sub_leaves_other_categories_alone():
    document = after(
        Document(), (box(1, 1, 9, 9), Mode.NEW, MALIGNANT), (box(1, 1, 9, 9), Mode.NEW, BENIGN), (box(4, 4, 6, 6), Mode.SUB, BENIGN)
    )
    assert [a.shape.area() for a in document.on(IMAGE.key)] == [64, 60]
    assert len(document.on(IMAGE.key)[1].shape.parts[0]) == 2


def test_sub_in_the_middle_leaves_one_annotation_in_two_parts():
    document = after(Document(), (box(1, 1, 9, 9), Mode.NEW, MALIGNANT), (box(4, 0, 6, 12), Mode.SUB, MALIGNANT))
    (only,) = document.on(IMAGE.key)
    assert (only.id, len(only.shape.parts)) == (1, 2)


def test_sub_of_all_deletes():
    document = after(Document(), (box(1, 1, 9, 9), Mode.NEW, MALIGNANT), (box(0, 0, 12, 12), Mode.SUB, MALIGNANT))
    assert not document.on(IMAGE.key)
    assert document.next_id(IMAGE.key) == 2


def test_sub_beside_everything_says_so():
    document = after(Document(), (box(1, 1, 4, 4), Mode.NEW, MALIGNANT))
    assert isinstance(draw(document, IMAGE, box(4, 1, 6, 4), Mode.SUB, MALIGNANT), Refusal)


def test_an_outline_without_a_pixel_is_refused():
    assert isinstance(draw(Document(), IMAGE, box(1.6, 1.6, 2.4, 2.4), Mode.NEW, MALIGNANT), Refusal)


def test_why_sub_removes_nothing_is_said():
    drawn = after(Document(), (box(2, 2, 8, 8), Mode.NEW, MALIGNANT))
    locked = Document({IMAGE.key: tuple(replace(a, locked=True) for a in drawn.on(IMAGE.key))})
    for document, unseen, place, word in (
        (drawn, {1}, (3, 3, 5, 5), "is hidden"), (locked, (), (3, 3, 5, 5), "is locked"), (locked, {1}, (10, 10, 12, 12), "Nothing of"),
    ):  # fmt: skip
        found = draw(document, IMAGE, box(*place), Mode.SUB, MALIGNANT, unseen=unseen)
        assert isinstance(found, Refusal) and word in say(found.reason)


def test_locked_annotations_are_left_alone():
    locked = Annotation(1, IMAGE.key, "CCT1", "Free", box(1, 1, 9, 9), locked=True)
    document = Document({IMAGE.key: (locked,)})
    assert isinstance(draw(document, IMAGE, box(2, 2, 4, 4), Mode.SUB, MALIGNANT), Refusal)
    assert after(document, (box(2, 2, 4, 4), Mode.ADD, MALIGNANT)).on(IMAGE.key)[0] == locked
    assert isinstance(delete(document, IMAGE, {1}), Refusal)
    assert isinstance(move(document, IMAGE, 1, 1, 1), Refusal)


def test_boxes_stay_boxes_where_boxes_are_delivered():
    pen = Pen("XRY1", "악성", "Box", "tool.box", deliver_boxes=True)
    document = after(Document(), (box(1, 1, 9, 9), Mode.NEW, pen), (box(4, 0, 12, 12), Mode.SUB, pen))
    assert document.on(IMAGE.key)[0].shape == box(1, 1, 4, 9)
    assert document.on(IMAGE.key)[0].toolname == "Box"


def test_the_newer_one_wins_where_categories_exclude_one_another():
    pen = Pen("CCT3", "양성", "Box", "tool.box", exclusive=True)
    document = after(Document(), (box(1, 1, 9, 9), Mode.NEW, MALIGNANT), (box(5, 1, 12, 9), Mode.NEW, pen))
    assert [a.shape.area() for a in document.on(IMAGE.key)] == [32, 56]


def test_what_two_areas_of_one_edit_lie_over_loses_to_both_where_categories_exclude_one_another():
    document = after(Document(), (box(1, 1, 15, 5), Mode.NEW, MALIGNANT))
    new = [Annotation(number, IMAGE.key, "CCT3", "Box", shape) for number, shape in ((2, box(0, 0, 4, 9)), (3, box(12, 0, 16, 9)))]
    edit = yielding(document, IMAGE, Edit(message("Draw"), tuple(Change(None, a) for a in new)))
    assert isinstance(edit, Edit)
    assert mask(apply(document, edit).on(IMAGE.key)[0].shape) == mask(box(4, 1, 12, 5))
    everything = Annotation(3, IMAGE.key, "CCT4", "Box", box(0, 0, 16, 16))
    edit = yielding(document, IMAGE, Edit(message("Draw"), (Change(None, new[0]), Change(None, everything))))
    assert isinstance(edit, Edit)
    assert [a.id for a in apply(document, edit).on(IMAGE.key)] == [2, 3]


def test_lines_are_joined_and_cut():
    line, other, knife = Path((((1, 8), (15, 8)),)), Path((((8, 8), (8, 12)),)), Path((((5, 2), (5, 14)),))
    document = after(
        Document(),
        (line, Mode.NEW, MALIGNANT),
        (box(0, 0, 16, 16), Mode.NEW, MALIGNANT),
        (other, Mode.ADD, MALIGNANT),
        (knife, Mode.SUB, MALIGNANT),
    )
    lines, region = document.on(IMAGE.key)
    assert lines.shape.parts == (((1, 8), (5, 8)), ((5, 8), (15, 8)), ((8, 8), (8, 12)))
    assert region.shape == box(0, 0, 16, 16)


def test_moving_out_of_the_image_is_refused_and_half_out_is_clipped():
    document = after(Document(), (box(1, 1, 5, 5), Mode.NEW, MALIGNANT))
    assert isinstance(move(document, IMAGE, 1, 100, 0), Refusal)
    edit = move(document, IMAGE, 1, -3, 0)
    assert isinstance(edit, Edit)
    assert apply(document, edit).on(IMAGE.key)[0].shape == box(0, 1, 2, 5)


def test_a_vertex_is_reshaped_and_a_category_changed():
    document = after(Document(), (Path((((1, 8), (15, 8)),)), Mode.NEW, MALIGNANT))
    edit = reshape(document, IMAGE, 1, (0, 0, 0), (7, 12), insert=True)
    assert isinstance(edit, Edit)
    document = apply(document, edit)
    assert document.on(IMAGE.key)[0].shape.parts == (((1, 8), (7, 12), (15, 8)),)
    edit = recategorise(document, IMAGE, {1}, "CCT3", "양성")
    assert isinstance(edit, Edit)
    assert apply(document, edit).on(IMAGE.key)[0].category == "CCT3"


def test_an_edit_of_another_document_is_refused():
    edit = draw(Document(), IMAGE, box(1, 1, 4, 4), Mode.NEW, MALIGNANT)
    assert isinstance(edit, Edit)
    with pytest.raises(ValueError, match="not what the edit expects"):
        apply(apply(Document(), edit), edit)


def test_an_edit_is_named_after_what_it_changes_not_after_the_chosen_category():
    drawn = after(Document(), (box(0, 0, 8, 8), Mode.NEW, MALIGNANT), (box(4, 0, 12, 8), Mode.NEW, BENIGN))
    for mode, selection, said in (
        (Mode.ADD, [1], "Add to 악성"), (Mode.SUB, [1], "Subtract from 악성"), (Mode.SUB, [1, 2], "Subtract from 악성, 양성"),
        (Mode.ADD, [], "Add to 양성"), (Mode.NEW, [1], "Draw 양성"),
    ):  # fmt: skip
        edit = draw(drawn, IMAGE, box(2, 2, 6, 6), mode, BENIGN, selection, names={"CCT1": "악성"})
        assert isinstance(edit, Edit) and say(edit.name) == said


def known(number, category="CCT1", **facts):
    return Annotation(number, IMAGE.key, category, "Box", box(3 * number, 0, 3 * number + 3, 3), Drawn("kim", f"{number}"), **facts)


def test_what_is_known_of_several_that_become_one_is_not_lost():
    old = known(1, attributes=(("size", "3"),), note="left")
    young = known(2, attributes=(("margin", "sharp"), ("size", "4")), note="see MRI", lesion=5)
    other = known(3, "CCT3", attributes=(("shape", "round"),), note="left", lesion=6, answers=(IMAGE.key, 9))
    drawn = Document({IMAGE.key: (old, young, other)}, {IMAGE.key: 3})
    (one,) = after(drawn, (box(0, 0, 16, 3), Mode.ADD, BENIGN, (1, 2, 3))).on(IMAGE.key)
    assert (one.id, one.category, one.drawn, one.lesion, one.answers) == (1, "CCT1", old.drawn, 5, (IMAGE.key, 9))
    assert (one.attributes, one.note) == ((("margin", "sharp"), ("size", "3")), "left; see MRI")
    long = Document({IMAGE.key: (known(1, note="a" * LONGEST_NOTE), young)}, {IMAGE.key: 2})
    assert after(long, (box(0, 0, 16, 3), Mode.ADD, MALIGNANT)).find(IMAGE.key, 1).note == "a" * LONGEST_NOTE
