"""What differs between two readings of an image is found by id, and shapes are compared by their pixels."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.annotation import BOX, LINE, Annotation, Drawn
from annotator.domain.differing import Differing, differing
from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Refusal
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.domain.taking_over import taken_over

KEY = ImageKey("1.2.3")
IMAGE = Image(KEY, "", 1, 40, 40, "CT", "", "1.2", "1")


def box(number: int, x: float = 5, category: str = "A", **more: object) -> Annotation:
    return replace(Annotation(number, KEY, category, BOX, Region.box(x, 5, x + 10, 15), Drawn("kim", "2026-01-01")), **more)  # type: ignore[arg-type]


def test_each_way_of_differing_is_told_by_id() -> None:
    own = (box(1), box(2), box(3), box(4), box(5))
    other = (box(1), box(2, x=6), box(3, category="B"), box(4, note="?"), box(9))
    assert differing(own, other, 40, 40) == Differing((5,), (9,), (2,), (3,), (4,))
    assert differing(own, own, 40, 40).none and not differing(own, (), 40, 40).none


def test_outlines_that_enclose_the_same_pixels_are_the_same_shape() -> None:
    written_otherwise = replace(box(1), shape=Region((((((5.0, 5.0), (10.0, 5.0), (15.0, 5.0), (15.0, 15.0), (5.0, 15.0)),)),)))
    within_the_pixel = replace(box(1), shape=Region.box(5.1, 5.1, 15.1, 15.1))
    a_pixel_more = replace(box(1), shape=Region.box(5, 5, 16, 15))
    line = replace(box(1), toolname=LINE, shape=Path((((1.0, 1.0), (9.0, 9.0)),)))
    shapes = [differing([box(1)], [one], 40, 40).shape for one in (written_otherwise, within_the_pixel, a_pixel_more, line)]
    assert shapes == [(), (), (1,), (1,)]


def take(own: Document, other: Annotation, **rules: bool) -> Edit | Refusal:
    return taken_over(own, IMAGE, other, "nodule", **{"deliver_boxes": False, "exclusive": False, **rules})


def test_what_is_taken_over_keeps_its_id_author_and_answers_where_the_id_is_free() -> None:
    other = box(7, attributes=(("margin", "smooth"),), note="calcified", parent=3)
    edit = take(Document(), other)
    assert isinstance(edit, Edit)
    assert apply(Document(), edit).on(KEY) == (replace(other, parent=None),)
    assert apply(apply(Document(), edit), edit.inverse()).on(KEY) == ()


def test_it_gets_a_new_id_where_its_own_is_taken() -> None:
    own = Document({KEY: (box(1, x=20), box(2, x=25))}, {KEY: 6})
    edit = take(own, box(1))
    assert isinstance(edit, Edit)
    assert [(a.id, a.drawn.author) for a in apply(own, edit).on(KEY)] == [(1, "kim"), (2, "kim"), (7, "kim")]


def test_what_is_locked_or_there_already_is_not_taken_over() -> None:
    for own, other in (((), box(1, locked=True)), ((box(1, x=20, locked=True),), box(1)), ((box(3),), box(1))):
        assert isinstance(take(Document({KEY: own}), other), Refusal)


def test_the_rules_of_the_modality_hold_for_it() -> None:
    own = Document({KEY: (box(1, x=10, category="B"),)}, {KEY: 1})
    edit = take(own, box(2), exclusive=True)
    assert isinstance(edit, Edit)
    lost, taken = apply(own, edit).on(KEY)
    assert lost.shape.bounds == (15, 5, 20, 15) and taken.shape.bounds == (5, 5, 15, 15)
    corner = replace(box(2), shape=Region(((((5.0, 5.0), (15.0, 5.0), (5.0, 15.0)),),)))
    boxed = take(Document(), corner, deliver_boxes=True)
    assert isinstance(boxed, Edit) and boxed.changes[0].subject.shape == Region.box(5, 5, 15, 15)
