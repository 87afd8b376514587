"""What is drawn is joined to the lesion that it goes on with, and to no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.annotation import BOX, LINE, Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, apply
from annotator.domain.joining import joined
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.domain.slices import Slices, stacks_of
from annotator.i18n import message
from tests.domain.stacks import document, image, stack


def part(slices: Slices, place: int, x: float, *, number: int = 1, lesion: int | None = None, size: float = 10) -> Annotation:
    return Annotation(number, slices.images[place].key, "CCT1", BOX, Region.box(x, 5, x + size, 15), lesion=lesion)


def drawn(case: Document, slices: Slices, new: Annotation) -> Document:
    return apply(case, joined(case, slices, Edit(message("Draw {category}", category=""), (Change(None, new),))))


def test_the_nearest_drawn_slice_decides() -> None:
    slices = stack()
    case = document(part(slices, 0, 5, lesion=1), part(slices, 2, 40, lesion=1), part(slices, 3, 6, lesion=2))
    assert drawn(case, slices, part(slices, 4, 5)).on(slices.images[4].key)[0].lesion == 2
    apart = document(part(slices, 0, 5, lesion=1), part(slices, 2, 40, lesion=1))
    assert drawn(apart, slices, part(slices, 4, 5)).on(slices.images[4].key)[0].lesion is None


def test_of_two_that_are_equally_near_the_one_with_more_in_common_is_taken() -> None:
    slices = stack()
    case = document(part(slices, 3, 0, lesion=1), part(slices, 3, 8, number=2, lesion=2))
    assert drawn(case, slices, part(slices, 4, 7)).on(slices.images[4].key)[0].lesion == 2


def test_touching_at_an_edge_is_not_overlapping() -> None:
    slices = stack()
    assert drawn(document(part(slices, 3, 0)), slices, part(slices, 4, 10)).on(slices.images[4].key)[0].lesion is None


@pytest.mark.parametrize(("step", "away", "goes_on"), [(10.0, 2, True), (10.0, 5, True), (10.0, 6, False), (2.5, 8, True), (4.0, 6, False)])
def test_it_reaches_twenty_millimetres_or_five_slices(step: float, away: int, goes_on: bool) -> None:
    slices = stack(step=step)
    there = drawn(document(part(slices, 0, 5)), slices, part(slices, away, 5)).on(slices.images[away].key)
    assert (there[0].lesion is not None) is goes_on


def test_a_line_goes_on_where_its_box_meets() -> None:
    slices = stack()
    line = replace(part(slices, 4, 0), shape=Path((((8.0, 10.0), (30.0, 10.0)),)), toolname=LINE)
    assert drawn(document(part(slices, 3, 0, lesion=4)), slices, line).on(slices.images[4].key)[0].lesion == 4


def test_what_is_locked_altogether_is_left_alone_but_a_lesion_with_a_locked_part_goes_on() -> None:
    slices = stack()
    alone = document(replace(part(slices, 3, 0), locked=True))
    assert drawn(alone, slices, part(slices, 4, 0)).on(slices.images[4].key)[0].lesion is None
    locked, other = replace(part(slices, 3, 0, lesion=1), locked=True), part(slices, 2, 40, lesion=1)
    assert drawn(document(locked, other), slices, part(slices, 4, 0)).on(slices.images[4].key)[0].lesion == 1
    whole = document(locked, replace(other, locked=True))
    assert drawn(whole, slices, part(slices, 4, 0)).on(slices.images[4].key)[0].lesion is None


@pytest.mark.parametrize("modality", ["MG", "DX", "CR"])
def test_images_that_look_through_the_body_are_no_slices(modality: str) -> None:
    assert stacks_of(image(place, 3.0, modality) for place in range(4)) == ()


def test_a_single_slice_is_no_stack() -> None:
    assert stacks_of([image(0, 3.0)]) == ()
