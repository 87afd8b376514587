"""A lesion is filled in between its drawn slices: exactly the interpolated masks, made anew, and never over what a person did."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.annotation import BOX, Annotation
from annotator.domain.edit import Edit
from annotator.domain.filling import fill
from annotator.domain.interpolation import interpolated
from annotator.domain.merge import Refusal, with_losers
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.domain.spanning import CORRECTED, INTERPOLATED
from tests.domain.stacks import NOW, SIDE, after, disc, document, masks, part, stack

RADII = st.floats(2.0, 20.0)


@given(first=RADII, last=RADII, gap=st.integers(2, 8), shift=st.floats(-8.0, 8.0))
def test_what_is_filled_in_has_exactly_the_interpolated_masks(first: float, last: float, gap: int, shift: float) -> None:
    slices, one = stack(), part(0, disc(first))
    case = document(one, part(gap, disc(last, 32 + shift)))
    filled = after(case, fill(case, slices, one, NOW))
    drawn = {slices.positions[place]: mask for place, mask in masks(case, slices).items()}
    wanted = interpolated(drawn, slices.positions[1:gap], slices.spacing)
    found = masks(filled, slices)
    assert {slices.positions[place]: found[place] for place in range(1, gap) if place in found} == {
        place: mask for place, mask in wanted.items() if not mask.empty
    }


def test_they_are_of_the_lesion_and_say_what_made_them() -> None:
    slices, one = stack(), replace(part(0, disc(10)), attributes=(("texture", "solid"),))
    case = document(one, part(4, disc(6)))
    filled = after(case, fill(case, slices, one, NOW))
    made = [a for there in filled.annotations.values() for a in there if a.tool == INTERPOLATED]
    assert [(a.lesion, a.category, a.drawn.slice) for a in made] == [(1, "CCT1", place) for place in (1, 2, 3)]
    assert made[0].attributes == one.attributes and made[2].attributes == ()


def test_boxes_stay_boxes_where_boxes_are_delivered() -> None:
    slices, one = stack(), part(0, Region.box(10, 10, 30, 30))
    case = document(one, part(4, Region.box(20, 14, 32, 30)))
    filled = after(case, fill(case, slices, one, NOW, boxes=True))
    assert all(a.shape.is_box and a.toolname == BOX for there in filled.annotations.values() for a in there)
    widths = [mask.count for mask in masks(filled, slices).values()]
    assert widths == sorted(widths, reverse=True)


def test_again_it_is_made_anew_but_not_where_a_person_changed_it_or_it_is_locked() -> None:
    slices, one = stack(), part(0, disc(16))
    case = document(one, part(6, disc(4)))
    filled = after(case, fill(case, slices, one, NOW))
    assert isinstance(fill(filled, slices, one, NOW), Refusal)
    there = {key: list(found) for key, found in filled.annotations.items()}
    keys = [image.key for image in slices.images]
    there[keys[2]][0] = corrected = replace(there[keys[2]][0], shape=disc(9), tool=CORRECTED)
    there[keys[4]][0] = locked = replace(there[keys[4]][0], locked=True)
    there[keys[6]][0] = replace(there[keys[6]][0], shape=disc(8))
    changed = document(*(a for found in there.values() for a in found))
    anew = after(changed, fill(changed, slices, one, NOW))
    assert (anew.on(keys[2]), anew.on(keys[4])) == ((corrected,), (locked,))
    before, now = masks(changed, slices), masks(anew, slices)
    assert [place for place in range(7) if before[place] != now[place]] == [1, 3, 5]


@pytest.mark.parametrize("last", [6, 8])
def test_beyond_its_drawn_slices_it_shrinks_away_towards_the_end_that_was_said(last: int) -> None:
    """Also to the last slice of all."""
    slices, one = stack(), part(3, disc(16))
    case = document(one, lesion_last_1=f"1.{last + 1}#1")
    filled = masks(after(case, fill(case, slices, one, NOW)), slices)
    assert list(filled) == list(range(3, last + 1))
    sizes = [mask.count for mask in filled.values()]
    assert sizes == sorted(sizes, reverse=True) and sizes[-1] < sizes[0]


def test_what_lies_outside_the_ends_is_not_filled_in_and_goes() -> None:
    slices, one = stack(), part(0, disc(16))
    case = document(one, part(6, disc(4)))
    filled = after(case, fill(case, slices, one, NOW))
    said = replace(filled, facts={"lesion.first.1": "1.4#1"})
    assert list(masks(after(said, fill(said, slices, one, NOW)), slices)) == [0, 3, 4, 5, 6]


def test_one_slice_is_too_few() -> None:
    slices, one = stack(), part(3, disc(16))
    assert isinstance(fill(document(one), slices, one, NOW), Refusal)


def test_where_categories_exclude_one_another_the_other_one_loses_what_is_covered() -> None:
    slices, one = stack(), part(0, disc(16))
    other = part(2, Region.box(20, 20, 60, 60), number=7, lesion=None, category="CCT2")
    case = document(one, part(4, disc(16)), other)
    edit = fill(case, slices, one, NOW)
    assert isinstance(edit, Edit)
    images = {image.key: image for image in slices.images}
    done = after(case, with_losers(case, edit, images))
    made, loser = sorted(done.on(other.image), key=lambda a: a.category)
    own, left = (region_mask(a.shape, SIDE, SIDE) for a in (made, loser))
    assert left == region_mask(other.shape, SIDE, SIDE) - own
    held = document(one, part(4, disc(16)), replace(other, locked=True))
    spared = after(held, with_losers(held, edit, images))
    (kept,) = (a for a in spared.on(other.image) if a.category == "CCT1")
    assert region_mask(kept.shape, SIDE, SIDE) == own - region_mask(other.shape, SIDE, SIDE)
    covering = document(one, part(4, disc(16)), replace(other, shape=Region.box(0, 0, SIDE, SIDE), locked=True))
    assert sorted(masks(after(covering, with_losers(covering, edit, images)), slices)) == [0, 1, 2, 3, 4]
    assert len(after(covering, with_losers(covering, edit, images)).on(other.image)) == 1


def test_where_another_lesion_lies_on_the_other_slice_the_way_to_join_them_is_said() -> None:
    slices, one = stack(), part(0, disc(10), lesion=None)

    def refused(other: Annotation) -> str:
        found = fill(document(one, other), slices, one, NOW)
        assert isinstance(found, Refusal)
        return str(found.reason)

    assert "join them" in refused(part(7, disc(8), lesion=None)) and "join them" in refused(part(7, disc(8), lesion=4))
    elsewhere, unlike = part(7, Region.box(1, 1, 4, 4), lesion=None), part(7, disc(8), lesion=None, category="CCT2")
    assert all("two slices at least" in refused(other) for other in (elsewhere, unlike, part(0, disc(8), number=2, lesion=None)))
