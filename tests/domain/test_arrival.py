"""What arrives from elsewhere keeps the project's rules of drawing, comes once, and overwrites nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.annotation import BOX, FREE, LINE, Annotation, Drawn
from annotator.domain.arrival import Fate, Rules, arrive
from annotator.domain.category import Category
from annotator.domain.coordinates import Coordinates
from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply
from annotator.domain.grid import on_grid
from annotator.domain.image import Image, ImageKey
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.i18n import message

ROWS, COLUMNS = 12, 14
IMAGE = Image(ImageKey("1.2.3"), "", 1, ROWS, COLUMNS, "CT", "", "1.2", "1")
CATEGORIES = {f"CT{n}": Category("CT", "CT", 1, "", n, f"병변 {n}", f"Category {n}", "#ff0000", "") for n in (1, 2, 3)}
PLAIN = Rules(CATEGORIES, author="reader", time="2026-01-01T09:00:00+09:00")
TRIANGLE = Region(((((1.0, 1.0), (11.0, 1.5), (3.0, 9.0)),),))


def only(*tools: str) -> Rules:
    """Rules in which the first category is drawn with these tools."""
    return replace(PLAIN, categories={**CATEGORIES, "CT1": replace(CATEGORIES["CT1"], tools=tools)})


def found(shape: Region | Path, category: str = "CT1", number: int = 1, **more: object) -> Annotation:
    """An annotation as it comes out of a file, of another image than the one it arrives on."""
    toolname = LINE if isinstance(shape, Path) else FREE
    return replace(Annotation(number, ImageKey("9.9"), category, toolname, shape), **more)


def arrived(*annotations: Annotation, rules: Rules = PLAIN, there: Document | None = None) -> tuple[list[Annotation], Counter[Fate]]:
    """What comes to the image, and the fates."""
    result = arrive(there or Document(), IMAGE, annotations, rules)
    return [change.after for change in result.changes if change.after is not None], result.fates


def with_there(*annotations: Annotation) -> Document:
    """A document with these on the image."""
    return Document({IMAGE.key: tuple(replace(a, image=IMAGE.key) for a in annotations)})


boxes = st.tuples(st.integers(0, 11), st.integers(0, 9), st.integers(1, 6), st.integers(1, 5)).map(
    lambda v: Region.box(v[0], v[1], min(v[0] + v[2], COLUMNS), min(v[1] + v[3], ROWS))
)
annotations = st.builds(found, boxes | st.just(TRIANGLE), st.sampled_from(sorted(CATEGORIES)), st.integers(1, 9))
several = st.lists(annotations, max_size=6)


def test_what_arrives_gets_new_ids_this_image_and_an_author_where_it_has_none():
    there = with_there(found(Region.box(0, 0, 2, 2), "CT2", 7))
    own, told = arrived(found(TRIANGLE), found(Region.box(5, 5, 9, 9), drawn=Drawn("other", "2020")), there=there)
    assert [a.id for a in own] == [8, 9] and {a.image for a in own} == {IMAGE.key}
    assert [a.drawn.author for a in own] == ["reader", "other"] and own[0].drawn.time == PLAIN.time
    assert told == {Fate.NEW: 2}


def test_an_origin_follows_its_annotation_and_one_that_did_not_come_is_none():
    child, stranger = found(Region.box(5, 5, 9, 9), number=5, parent=4), found(Region.box(0, 0, 3, 3), parent=99)
    own, told = arrived(found(TRIANGLE, number=4), child, stranger)
    assert [a.parent for a in own] == [None, 1, None] and told[Fate.NEW] == 3


def test_what_is_locked_elsewhere_is_not_locked_here():
    (own,), _ = arrived(found(TRIANGLE, locked=True))
    assert not own.locked


def test_the_same_mask_of_another_outline_is_the_same_and_of_another_category_is_not():
    finer = Region(((((2.1, 2.1), (7.9, 2.2), (7.8, 7.9), (2.2, 7.8)),),))
    there = with_there(found(Region.box(2, 2, 8, 8), "CT1"))
    assert region_mask(finer, ROWS, COLUMNS) == region_mask(Region.box(2, 2, 8, 8), ROWS, COLUMNS)
    assert arrived(found(finer), there=there) == ([], {Fate.SAME: 1})
    assert arrived(found(finer, "CT2"), there=there)[1] == {Fate.NEW: 1}


def test_twins_within_one_file_are_both_taken():
    own, told = arrived(found(TRIANGLE), found(TRIANGLE, number=2))
    assert len(own) == 2 and told == {Fate.NEW: 2}, "the file says two; only what was there before counts as there"


def test_where_boxes_are_delivered_an_outline_becomes_its_box_and_a_box_stays():
    rules = replace(PLAIN, deliver_boxes=True)
    own, told = arrived(found(TRIANGLE), found(Region.box(2, 2, 5, 6)), rules=rules)
    assert [a.shape for a in own] == [Region.box(1.0, 1.0, 11.0, 9.0), Region.box(2, 2, 5, 6)]
    assert {a.toolname for a in own} == {BOX} and told == {Fate.BOXED: 1, Fate.NEW: 2}


def test_an_outline_whose_box_is_there_already_is_left_out_once_it_is_a_box():
    there = with_there(found(Region.box(1, 1, 11, 9)))
    assert arrived(found(TRIANGLE), rules=replace(PLAIN, deliver_boxes=True), there=there) == ([], {Fate.SAME: 1})


def test_exclusive_categories_keep_what_is_there_and_cut_what_arrives():
    rules, there = replace(PLAIN, exclusive=True), with_there(found(Region.box(0, 0, 5, 5), "CT2"))
    own, told = arrived(found(Region.box(3, 3, 8, 8)), found(Region.box(1, 1, 4, 4), "CT3"), rules=rules, there=there)
    assert told == {Fate.CUT: 1, Fate.NEW: 1, Fate.GONE: 1}
    assert region_mask(own[0].shape, ROWS, COLUMNS) == region_mask(Region.box(3, 3, 8, 8), ROWS, COLUMNS) - region_mask(
        Region.box(0, 0, 5, 5), ROWS, COLUMNS
    )


def test_a_category_with_exclusive_neighbours_may_overlap_itself():
    own, told = arrived(found(Region.box(0, 0, 5, 5)), found(Region.box(3, 3, 8, 8)), rules=replace(PLAIN, exclusive=True))
    assert len(own) == 2 and told == {Fate.NEW: 2}


@pytest.mark.parametrize(
    ("shape", "tools", "toolname"),
    [
        (TRIANGLE, (BOX,), None),
        (TRIANGLE, (LINE,), None),
        (TRIANGLE, (FREE,), FREE),
        (TRIANGLE, (), FREE),
        (Region.box(2, 2, 5, 6), (BOX,), BOX),
        (Region.box(2, 2, 5, 6), (BOX, LINE), BOX),
        (Region.box(2, 2, 5, 6), (FREE,), FREE),
        (Path((((1.0, 1.0), (5.0, 5.0)),)), (LINE,), LINE),
        (Path((((1.0, 1.0), (5.0, 5.0)),)), (FREE, BOX), None),
    ],
)
def test_the_tools_of_a_category_hold_for_what_arrives(shape, tools, toolname):
    own, told = arrived(found(shape), rules=only(*tools))
    assert [a.toolname for a in own] == ([toolname] if toolname else [])
    assert told == ({Fate.NEW: 1} if toolname else {Fate.REFUSED: 1})


def test_what_is_refused_is_told_as_that_alone():
    rules = replace(only(LINE), exclusive=True)
    there = with_there(found(Region.box(0, 0, 5, 5), "CT2"))
    assert arrived(found(Region.box(3, 3, 8, 8)), rules=rules, there=there) == ([], {Fate.REFUSED: 1}), "not as cut, too"


def test_attributes_that_the_project_does_not_know_are_left_out_and_told():
    rules = replace(PLAIN, attributes=frozenset({"size"}))
    own, told = arrived(found(TRIANGLE, attributes=(("colour", "red"), ("size", "3"))), found(TRIANGLE, "CT2"), rules=rules)
    assert [a.attributes for a in own] == [(("size", "3"),), ()] and told == {Fate.NEW: 2, Fate.UNASKED: 1}


def test_a_region_between_the_centres_of_pixels_is_left_out():
    assert arrived(found(Region.box(1.6, 1.6, 2.4, 2.4))) == ([], {Fate.GONE: 1})


def test_a_line_comes_to_the_positions_that_a_file_holds():
    rules = replace(PLAIN, coordinates=Coordinates())
    (own,), _ = arrived(found(Path((((1.3, 1.2), (6.7, 5.9)),))), rules=rules)
    assert on_grid(own.shape, Coordinates(), ROWS, COLUMNS)


@settings(max_examples=60)
@given(several, several, st.booleans(), st.booleans(), st.booleans())
def test_whatever_arrives_can_be_applied_keeps_what_is_there_and_each_fate_is_told(before, then, deliver_boxes, exclusive, whole):
    rules = replace(PLAIN, deliver_boxes=deliver_boxes, exclusive=exclusive, coordinates=Coordinates() if whole else None)
    there = with_there(*(replace(a, id=n) for n, a in enumerate(before, 1)))
    result = arrive(there, IMAGE, then, rules)
    after = apply(there, Edit(message("x"), result.changes))
    assert after.on(IMAGE.key)[: len(before)] == there.on(IMAGE.key)
    new = after.on(IMAGE.key)[len(before) :]
    left_out = sum(result.fates[fate] for fate in (Fate.SAME, Fate.GONE, Fate.REFUSED))
    assert len(new) == result.fates[Fate.NEW] and len(new) + left_out == len(then)
    masks = [(a.category, region_mask(a.shape, ROWS, COLUMNS)) for a in new if isinstance(a.shape, Region)]
    assert not any(mask.empty for _, mask in masks)
    if whole:
        assert all(on_grid(a.shape, Coordinates(), ROWS, COLUMNS) for a in new)
    if deliver_boxes and not whole:
        assert all(isinstance(a.shape, Region) and a.shape.is_box for a in new)
    if exclusive and not deliver_boxes:
        kept = [(a.category, region_mask(a.shape, ROWS, COLUMNS)) for a in there.on(IMAGE.key)]
        assert all(not _meet(one, other) for one in masks for other in kept)


@settings(max_examples=40)
@given(several)
def test_what_has_arrived_does_not_arrive_again(then):
    once = apply(Document(), Edit(message("x"), arrive(Document(), IMAGE, then, PLAIN).changes))
    again = arrive(once, IMAGE, then, PLAIN)
    assert again.changes == () and again.fates[Fate.SAME] == len(then)


def _meet(one: tuple[str, Mask], other: tuple[str, Mask]) -> bool:
    return one[0] != other[0] and not (one[1] & other[1]).empty
