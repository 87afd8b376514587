"""Commands on the selected annotations: masks as scipy makes them, identities that survive, one edit that can be turned round."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from annotator.domain import retouching
from annotator.domain.edit import Edit
from annotator.domain.image import Image
from annotator.domain.merge import LOCKED, NOTHING_SELECTED, Refusal
from annotator.domain.path import Path
from annotator.domain.raster import Mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.i18n import say
from tests.domain.retouched import (
    BOXES,
    COLUMNS,
    EXCLUSIVE,
    IMAGE,
    KEY,
    PLAIN,
    ROWS,
    annotation,
    boxes,
    document,
    documents,
    lines,
    mask,
    obey,
    regions,
)

EVERY = frozenset(range(1, 40))
DOWN, RIGHT = IMAGE.spacing


def grown(array, mm):
    return ndimage.distance_transform_edt(~array, sampling=(DOWN, RIGHT)) <= mm + 1e-9 if array.any() else array


def shrunk(array, mm):
    return ndimage.distance_transform_edt(array, sampling=(DOWN, RIGHT)) > mm + 1e-9 if not array.all() else array


def cleared(array, mm2):
    labels, number = ndimage.label(array)
    sizes = [int((labels == n).sum()) for n in range(1, number + 1)]
    kept = [n for n, size in enumerate(sizes, start=1) if size * DOWN * RIGHT >= mm2 - 1e-9]
    return np.isin(labels, kept) if kept else None


COMMANDS = {
    "fill": (retouching.fill_holes, ndimage.binary_fill_holes),
    "islands": (lambda *given: retouching.remove_islands(*given, 1.1), lambda array: cleared(array, 1.1)),
    "grow": (lambda *given: retouching.grow(*given, 0.9), lambda array: grown(array, 0.9)),
    "shrink": (lambda *given: retouching.grow(*given, -0.6), lambda array: shrunk(array, 0.6)),
    "flip": (retouching.flip, lambda array: array[:, ::-1]),
}


@pytest.mark.parametrize("name", list(COMMANDS))
@settings(max_examples=50)
@given(data=st.data())
def test_the_masks_are_those_of_an_independent_oracle_and_identities_survive(name, data):
    before = data.draw(documents())
    command, oracle = COMMANDS[name]
    edit = command(before, IMAGE, EVERY, PLAIN)
    open_ones = [a for a in before.on(KEY) if not a.locked]
    wanted = {a.id: oracle(mask(a.shape).array()) for a in open_ones}
    if isinstance(edit, Refusal):
        unchanged = all(array is not None and np.array_equal(array, mask(before.find(KEY, n).shape).array()) for n, array in wanted.items())
        vanishes = any(array is None or not array.any() for array in wanted.values())
        assert not open_ones or unchanged or vanishes
        return
    after = obey(before, edit)
    for number, array in wanted.items():
        found = mask(after.find(KEY, number).shape).array()
        if array is None:  # all parts are islands: the largest stays
            labels, count = ndimage.label(mask(before.find(KEY, number).shape).array())
            assert found.sum() == max(int((labels == n).sum()) for n in range(1, count + 1))
        else:
            assert np.array_equal(found, array)


@settings(max_examples=40)
@given(documents(), st.sampled_from([0.5, 1.0, 2.0]))
def test_smoothing_keeps_identities_and_sets_the_highest_values_of_the_blurred_mask(before, amount):
    edit = retouching.smooth(before, IMAGE, EVERY, PLAIN, amount)
    assume(isinstance(edit, Edit))
    after = obey(before, edit)
    for change in edit.changes:
        had, has = (mask(a.shape).array() for a in (change.before, change.after))
        values = ndimage.gaussian_filter(had.astype(float), (amount / DOWN, amount / RIGHT), mode="nearest").round(9)
        assert has.all() or values[has].min() > values[~has].max()
        assert after.find(KEY, change.before.id).shape == change.after.shape


@settings(max_examples=40)
@given(documents(), st.none() | st.sampled_from([0.5, 1.5]))
def test_simplifying_takes_vertices_away_and_without_a_tolerance_no_pixel(before, tolerance):
    edit = retouching.simplify(before, IMAGE, EVERY, PLAIN, tolerance)
    assume(isinstance(edit, Edit))
    obey(before, edit)
    for change in edit.changes:
        assert len(change.after.shape.vertices) < len(change.before.shape.vertices)
        assert tolerance is not None or mask(change.after.shape) == mask(change.before.shape)


@settings(max_examples=50)
@given(documents(regions | lines))
def test_flipped_twice_the_masks_are_as_they_were(before):
    first = retouching.flip(before, IMAGE, EVERY, PLAIN)
    assume(isinstance(first, Edit))
    once = obey(before, first)
    second = retouching.flip(once, IMAGE, EVERY, PLAIN)
    twice = obey(once, second)
    assert [mask(a.shape) for a in twice.on(KEY)] == [mask(a.shape) for a in before.on(KEY)]
    for old, new in zip(before.on(KEY), twice.on(KEY), strict=True):
        if isinstance(old.shape, Path):
            assert np.allclose(np.concatenate(old.shape.parts), np.concatenate(new.shape.parts), atol=1e-12)
        else:
            assert old.shape.is_box == new.shape.is_box


@settings(max_examples=40)
@given(documents(boxes), st.sampled_from([0.9, -0.6]))
def test_where_boxes_are_delivered_boxes_stay_boxes_around_the_grown_mask(before, amount):
    edit = retouching.grow(before, IMAGE, EVERY, BOXES, amount)
    assume(isinstance(edit, Edit))
    after = obey(before, edit)
    for change in edit.changes:
        array = mask(change.before.shape).array()
        wanted = grown(array, amount) if amount > 0 else shrunk(array, -amount)
        row, column = np.nonzero(wanted)
        box = Region.box(column.min(), row.min(), column.max() + 1, row.max() + 1)
        assert after.find(KEY, change.before.id).shape.is_box
        assert mask(change.after.shape) == mask(box)


@settings(max_examples=40)
@given(documents(least=2, most=3), st.integers(0, 2))
def test_where_categories_exclude_one_another_what_grows_takes_from_the_others(before, place):
    number = before.on(KEY)[place % len(before.on(KEY))].id
    edit = retouching.grow(before, IMAGE, {number}, EXCLUSIVE, 0.9)
    assume(isinstance(edit, Edit))
    after = apply_and_check(before, edit, number)
    grew = mask(after.find(KEY, number).shape)
    assert np.array_equal(grew.array(), grown(mask(before.find(KEY, number).shape).array(), 0.9))
    for old in before.on(KEY):
        new = after.find(KEY, old.id)
        if old.id == number or old.locked or old.category == before.find(KEY, number).category:
            continue
        left = mask(old.shape) - grew
        assert (new is None and left.empty) or mask(new.shape) == left


def apply_and_check(before, edit, number):
    after = obey(before, edit)
    assert number in {change.subject.id for change in edit.changes}
    return after


def test_a_hole_goes_and_the_outline_stays_as_drawn():
    ring = Region((((((1.0, 1.0), (10.25, 1.5), (9.0, 10.0), (1.5, 9.0))), ((4.0, 4.0), (4.0, 7.0), (7.0, 7.0), (7.0, 4.0))),))
    before = document(annotation(1, ring))
    after = obey(before, retouching.fill_holes(before, IMAGE, (), PLAIN))
    assert set(after.on(KEY)[0].shape.parts[0][0]) == set(ring.parts[0][0])
    assert len(after.on(KEY)[0].shape.parts[0]) == 1


def test_an_island_goes_and_the_other_outlines_stay_as_drawn():
    drawn = ((1.0, 1.0), (8.25, 1.5), (7.0, 10.0), (1.5, 9.0))
    before = document(annotation(1, Region(((drawn,), (((11.0, 1.0), (12.0, 1.0), (12.0, 2.0), (11.0, 2.0)),)))))
    after = obey(before, retouching.remove_islands(before, IMAGE, (), PLAIN, 0.36))
    assert [set(ring) for ring in after.on(KEY)[0].shape.rings] == [set(drawn)]
    refused = retouching.remove_islands(before, IMAGE, (), PLAIN, 0.35)
    assert isinstance(refused, Refusal) and "0.35 mm²" in say(refused.reason)


def test_the_only_annotation_is_meant_where_none_is_selected_but_not_one_of_two():
    one = document(annotation(3, Region.box(2, 2, 6, 6)))
    assert isinstance(retouching.grow(one, IMAGE, (), PLAIN, 1.0), Edit)
    two = document(annotation(3, Region.box(2, 2, 6, 6)), annotation(5, Region.box(8, 8, 10, 10)))
    assert retouching.grow(two, IMAGE, (), PLAIN, 1.0) == Refusal(NOTHING_SELECTED)
    assert [c.subject.id for c in retouching.grow(two, IMAGE, {5}, PLAIN, 1.0).changes] == [5]


def test_locked_ones_and_lines_are_refused_with_a_reason():
    locked = document(annotation(1, Region.box(2, 2, 6, 6), locked=True))
    line = document(annotation(1, Path((((1.0, 1.0), (5.0, 5.0)),))))
    commands = [command for command, _ in COMMANDS.values()]
    commands += [lambda *given: retouching.smooth(*given, 1.0), lambda *given: retouching.simplify(*given, None)]
    for command in commands:
        assert command(locked, IMAGE, {1}, PLAIN) == Refusal(LOCKED)
        if command is not retouching.flip:
            assert command(line, IMAGE, {1}, PLAIN) == Refusal(retouching.LINES)


def test_what_would_vanish_or_does_not_change_is_refused():
    small = document(annotation(1, Region.box(2, 2, 4, 4)))
    assert "nothing would be left" in say(retouching.grow(small, IMAGE, (), PLAIN, -2.0).reason)
    assert "less than a pixel" in say(retouching.grow(small, IMAGE, (), PLAIN, 0.3).reason)
    full = document(annotation(1, Region.box(0, 0, COLUMNS, ROWS)))
    assert "no room" in say(retouching.grow(full, IMAGE, (), PLAIN, 3.0).reason)


def test_amounts_are_pixels_where_the_image_has_no_spacing():
    bare = Image(KEY, "", 1, ROWS, COLUMNS, "CR", "", "1.2", "1")
    before = document(annotation(1, trace(Mask.of(np.pad(np.ones((1, 1), dtype=bool), ((5, 6), (6, 7)))))))
    edit = retouching.grow(before, bare, (), PLAIN, 2.0)
    assert say(edit.name) == "Grow by 2 px"
    assert mask(edit.changes[0].after.shape).count == 13


def test_boxes_have_nothing_to_smooth_or_to_simplify_where_they_are_delivered():
    before = document(annotation(1, Region.box(2, 2, 6, 6)))
    assert "delivers boxes" in say(retouching.smooth(before, IMAGE, (), BOXES, 2.0).reason)
    assert "delivers boxes" in say(retouching.simplify(before, IMAGE, (), BOXES, None).reason)
