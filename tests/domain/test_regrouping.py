"""Split, merge and intersect: the set algebra to the pixel, the oldest keeps its identity, a part names its parent."""

from dataclasses import replace
from functools import reduce

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from annotator.domain import regrouping
from annotator.domain.edit import Edit
from annotator.domain.merge import LOCKED, Refusal
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.domain.retouching import LINES
from tests.domain.retouched import BOXES, EXCLUSIVE, IMAGE, KEY, PLAIN, annotation, boxes, document, documents, lines, mask, obey, regions

EVERY = frozenset(range(1, 40))


def union(annotations):
    return reduce(np.logical_or, [mask(a.shape).array() for a in annotations])


@settings(max_examples=60)
@given(documents())
def test_split_makes_an_annotation_of_each_part_and_loses_no_pixel(before):
    edit = regrouping.split(before, IMAGE, EVERY, PLAIN)
    open_ones = [a for a in before.on(KEY) if not a.locked]
    numbers = {a.id: ndimage.label(mask(a.shape).array())[1] for a in open_ones}
    if isinstance(edit, Refusal):
        assert not open_ones or set(numbers.values()) == {1}
        return
    after = obey(before, edit)
    for old in open_ones:
        own = [a for a in after.on(KEY) if a.id == old.id or (a.parent == old.id and before.find(KEY, a.id) is None)]
        assert len(own) == numbers[old.id]
        assert np.array_equal(union(own), mask(old.shape).array())
        assert sum(mask(a.shape).count for a in own) == mask(old.shape).count
        assert all(ndimage.label(mask(a.shape).array())[1] == 1 for a in own)
        assert mask(after.find(KEY, old.id).shape).count == max(mask(a.shape).count for a in own)


@settings(max_examples=50)
@given(documents(regions | boxes, least=2))
def test_merged_is_the_union_as_the_oldest(before):
    edit = regrouping.merge(before, IMAGE, EVERY, PLAIN)
    if any(a.locked for a in before.on(KEY)):
        assert edit == Refusal(LOCKED)
        return
    (after,) = obey(before, edit).on(KEY)
    assert after.id == before.on(KEY)[0].id
    assert np.array_equal(mask(after.shape).array(), union(before.on(KEY)))


@settings(max_examples=50)
@given(documents(regions | boxes, least=2, most=3))
def test_intersected_is_what_all_share_as_the_oldest(before):
    shared = reduce(np.logical_and, [mask(a.shape).array() for a in before.on(KEY)])
    edit = regrouping.intersect(before, IMAGE, EVERY, PLAIN)
    if isinstance(edit, Refusal):
        assert any(a.locked for a in before.on(KEY)) or not shared.any()
        return
    (after,) = obey(before, edit).on(KEY)
    assert after.id == before.on(KEY)[0].id
    assert np.array_equal(mask(after.shape).array(), shared)


@settings(max_examples=40)
@given(documents(least=3, most=4), st.data())
def test_merged_takes_from_other_categories_where_they_exclude_one_another(before, data):
    chosen = set(data.draw(st.permutations([a.id for a in before.on(KEY)]))[:2])
    edit = regrouping.merge(before, IMAGE, chosen, EXCLUSIVE)
    assume(isinstance(edit, Edit))
    after = obey(before, edit)
    merged = after.find(KEY, min(chosen))
    old = before.find(KEY, min(chosen))
    for other in before.on(KEY):
        if other.id in chosen or other.locked or other.category == merged.category or mask(merged.shape) == mask(old.shape):
            continue
        left = mask(other.shape) - mask(merged.shape)
        assert left.empty if after.find(KEY, other.id) is None else mask(after.find(KEY, other.id).shape) == left


@settings(max_examples=40)
@given(documents(boxes, least=2))
def test_merged_boxes_are_the_box_around_them_where_boxes_are_delivered(before):
    edit = regrouping.merge(before, IMAGE, EVERY, BOXES)
    assume(isinstance(edit, Edit))
    (after,) = obey(before, edit).on(KEY)
    row, column = np.nonzero(union(before.on(KEY)))
    assert after.shape.is_box
    assert mask(after.shape) == mask(Region.box(column.min(), row.min(), column.max() + 1, row.max() + 1))


@settings(max_examples=40)
@given(documents(lines, least=2))
def test_lines_become_one_line_of_several_parts_and_fall_apart_again(before):
    edit = regrouping.merge(before, IMAGE, EVERY, PLAIN)
    assume(isinstance(edit, Edit))
    once = obey(before, edit)
    (joined,) = once.on(KEY)
    assert joined.shape.parts == tuple(part for a in before.on(KEY) for part in a.shape.parts)
    again = obey(once, regrouping.split(once, IMAGE, (), PLAIN))
    assert {a.shape.parts for a in again.on(KEY)} == {a.shape.parts for a in before.on(KEY)}
    longest = max(again.on(KEY), key=lambda a: a.shape.length(IMAGE.spacing))
    assert longest.shape.length(IMAGE.spacing) == again.find(KEY, joined.id).shape.length(IMAGE.spacing)


def test_a_part_split_off_keeps_its_outline_as_drawn_and_all_that_is_known_of_it():
    one, other = ((1.0, 1.0), (6.25, 1.5), (4.0, 9.0)), ((8.5, 8.0), (12.0, 8.25), (11.0, 11.0))
    before = document(annotation(4, Region(((other,), (one,)))))
    first, second = obey(before, regrouping.split(before, IMAGE, (), PLAIN)).on(KEY)
    assert (first.id, first.parent, second.id, second.parent) == (4, None, 5, 4)
    assert (first.shape.parts, second.shape.parts) == (((one,),), ((other,),))
    assert replace(second, id=4, parent=None, shape=first.shape) == first


def test_merge_and_intersect_want_two_of_a_kind():
    outline, line = annotation(1, Region.box(2, 2, 6, 6)), annotation(2, Path((((1.0, 1.0), (5.0, 5.0)),)))
    for command in (regrouping.merge, regrouping.intersect):
        assert command(document(outline), IMAGE, EVERY, PLAIN) == Refusal(regrouping.TOO_FEW)
        assert command(document(outline, line), IMAGE, (), PLAIN) == Refusal(regrouping.TOO_FEW)
        assert isinstance(command(document(outline, line), IMAGE, EVERY, PLAIN), Refusal)
    assert regrouping.intersect(document(replace(line, id=1), line), IMAGE, EVERY, PLAIN) == Refusal(LINES)


def test_what_is_in_one_piece_is_not_split():
    refused = regrouping.split(document(annotation(1, Region.box(2, 2, 6, 6))), IMAGE, (), PLAIN)
    assert isinstance(refused, Refusal)
