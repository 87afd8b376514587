"""A lesion reaches from its first slice to its last: copies of boxes and lines, bounds of outlines, copies on the next slice."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.annotation import LINE
from annotator.domain.edit import Change, Edit
from annotator.domain.image import ImageKey
from annotator.domain.merge import LOCKED, Refusal
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.domain.slices import stacks_of
from annotator.domain.spanning import COPIED, CORRECTED, INTERPOLATED, RANGE, End, bound, bounds_of, next_to, span, touched_by_hand
from annotator.i18n import message, say
from tests.domain.stacks import NOW, after, disc, document, image, masks, part, stack

HERE = Region.box(10, 10, 20, 20)


def key(place: int):
    return stack().images[place].key


def drawn_on(case):
    return {image for image, there in case.annotations.items() if there}


@given(drawn=st.integers(0, 8), ends=st.tuples(st.integers(0, 8), st.integers(0, 8)), order=st.booleans())
def test_the_slices_between_the_ends_carry_the_box_whatever_was_said_first(drawn: int, ends: tuple[int, int], order: bool) -> None:
    slices, (first, last) = stack(), (min(ends[0], drawn), max(ends[1], drawn))
    case = document(part(drawn, HERE, lesion=None))
    for end, at in ((End.FIRST, first), (End.LAST, last)) if order else ((End.LAST, last), (End.FIRST, first)):
        edit = span(case, slices, case.on(key(drawn))[0], end, key(at), NOW)
        case = after(case, edit) if isinstance(edit, Edit) else case
    assert list(masks(case, slices)) == list(range(first, last + 1))
    assert {a.shape for there in case.annotations.values() for a in there} == {HERE}


def test_moving_an_end_back_takes_copies_away_but_not_what_a_person_drew_or_changed() -> None:
    slices, one = stack(), part(2, HERE)
    case = document(one, part(7, Region.box(12, 12, 22, 22)))
    case = after(case, span(case, slices, one, End.LAST, key(8), NOW))
    (fifth,) = case.on(key(5))
    moved = touched_by_hand(Edit(message("Move"), (Change(fifth, replace(fifth, shape=HERE.moved(1, 0))),)))
    assert moved.changes[0].after.tool == CORRECTED
    case = after(case, moved)
    assert list(masks(after(case, span(case, slices, one, End.LAST, key(3), NOW)), slices)) == [2, 3, 5, 7]


def test_a_changed_box_is_copied_anew() -> None:
    slices, one = stack(), part(2, HERE)
    case = document(one)
    case = after(case, span(case, slices, one, End.LAST, key(5), NOW))
    wider = replace(case.on(key(2))[0], shape=Region.box(5, 5, 25, 25))
    case = document(wider, *(case.on(key(place))[0] for place in (3, 4, 5)))
    again = after(case, span(case, slices, wider, End.LAST, key(6), NOW))
    assert {a.shape for there in again.annotations.values() for a in there} == {wider.shape}


def test_a_locked_copy_stays_as_it_is_and_where_it_is() -> None:
    slices, one = stack(), part(2, HERE)
    case = document(one)
    case = after(case, span(case, slices, one, End.LAST, key(6), NOW))
    wider = replace(case.on(key(2))[0], shape=Region.box(5, 5, 25, 25))
    held = {place: replace(case.on(key(place))[0], locked=True) for place in (3, 6)}
    case = document(wider, held[3], *(case.on(key(place))[0] for place in (4, 5)), held[6])
    done = after(case, span(case, slices, wider, End.LAST, key(4), NOW))
    assert {slices.order[on]: [(a.shape, a.locked) for a in there] for on, there in done.annotations.items() if there} == {
        2: [(wider.shape, False)], 3: [(HERE, True)], 4: [(wider.shape, False)], 6: [(HERE, True)],
    }  # fmt: skip


def test_a_copy_that_stands_alone_counts_as_drawn() -> None:
    slices, one = stack(), part(3, HERE, tool=RANGE)
    case = document(one)
    assert list(masks(after(case, span(case, slices, one, End.LAST, key(5), NOW)), slices)) == [3, 4, 5]


def test_an_end_on_the_wrong_side_or_where_it_is_already_is_refused() -> None:
    slices, one = stack(), part(4, HERE)
    case = document(one)
    assert isinstance(span(case, slices, one, End.LAST, key(2), NOW), Refusal)
    assert isinstance(span(case, slices, one, End.LAST, key(4), NOW), Refusal)


def test_a_line_is_copied_and_a_box_of_the_same_lesion_is_not() -> None:
    slices, box = stack(), part(4, HERE)
    line = replace(part(4, HERE, number=2), shape=Path((((1.0, 1.0), (9.0, 9.0)),)), toolname=LINE)
    case = document(box, line)
    done = after(case, span(case, slices, line, End.LAST, key(6), NOW))
    assert [a.shape for place in (5, 6) for a in done.on(key(place))] == [line.shape] * 2


def test_the_ends_of_an_outline_are_kept_and_taken_back() -> None:
    slices, one = stack(), part(4, disc(9), lesion=None)
    case = document(one)
    said = after(case, bound(case, slices, one, End.FIRST, key(2)))
    assert bounds_of(said, slices, 1) == (2, None)
    tied = said.on(key(4))[0]
    assert isinstance(bound(said, slices, tied, End.LAST, key(1)), Refusal)
    assert bounds_of(after(said, bound(said, slices, tied, End.FIRST, key(2))), slices, 1) == (None, None)


def test_what_was_interpolated_beyond_an_end_goes_and_nothing_else() -> None:
    slices, one = stack(), part(4, disc(9))
    tools = {1: INTERPOLATED, 2: "tool.free", 3: INTERPOLATED, 7: INTERPOLATED}
    beyond = [part(place, disc(5), tool=tool) for place, tool in tools.items()]
    held, elsewhere = replace(part(0, disc(5), tool=INTERPOLATED), locked=True), part(40, disc(5), tool=INTERPOLATED)
    case = document(held, *beyond, one, elsewhere)
    said = after(case, bound(case, slices, one, End.FIRST, key(3)))
    assert drawn_on(said) == {key(0), key(2), key(3), key(4), key(7), elsewhere.image}
    ended = after(said, bound(said, slices, one, End.LAST, key(4)))
    assert drawn_on(ended) == {key(0), key(2), key(3), key(4), elsewhere.image}


def test_the_ends_of_a_lesion_may_meet_but_not_cross() -> None:
    slices, one = stack(), part(4, disc(9))
    last = after(document(one), bound(document(one), slices, one, End.LAST, key(5)))
    assert isinstance(bound(last, slices, one, End.FIRST, key(6)), Refusal)
    both = after(last, bound(last, slices, one, End.FIRST, key(5)))
    assert bounds_of(both, slices, 1) == (5, 5)
    assert isinstance(bound(both, slices, one, End.LAST, key(4)), Refusal)


def test_a_copy_joins_the_lesion_of_its_source_and_stops_at_the_end() -> None:
    slices, one = stack(), part(4, disc(9), lesion=None)
    case = document(one)
    done = after(case, next_to(case, slices, one, 1, one.shape, COPIED, NOW))
    assert [(a.lesion, a.tool, a.shape) for a in done.on(key(5))] == [(1, COPIED, one.shape)]
    assert isinstance(next_to(done, slices, done.on(key(4))[0], 1, one.shape, COPIED, NOW), Refusal)
    edge = part(8, disc(9))
    assert isinstance(next_to(document(edge), slices, edge, 1, edge.shape, COPIED, NOW), Refusal)


def test_what_was_made_on_the_next_slice_gives_way_unless_it_is_locked() -> None:
    slices, one = stack(), part(4, disc(9))
    made = part(5, disc(5), tool=RANGE)
    done = after(document(one, made), next_to(document(one, made), slices, one, 1, one.shape, COPIED, NOW))
    assert [(a.id, a.shape) for a in done.on(key(5))] == [(1, one.shape)]
    held = document(one, replace(made, locked=True))
    assert next_to(held, slices, one, 1, one.shape, COPIED, NOW) == Refusal(LOCKED)


def test_of_a_series_of_several_phases_slices_are_called_as_the_series_counts_them() -> None:
    """At each place lies an image of each phase: the second phase is the images 2, 4, 6, …."""
    images = [replace(image(place), key=ImageKey(f"1.{place + 1}.{phase}")) for place in range(5) for phase in range(2)]
    later = stacks_of(images)[1]
    one = replace(part(2, HERE), image=later.images[2].key)
    case = document(one)
    refused = span(case, later, one, End.LAST, later.images[2].key, NOW)
    assert isinstance(refused, Refusal) and say(refused.reason) == "The lesion is on slice 6 alone so far"
    reaching = after(case, span(case, later, one, End.LAST, later.images[4].key, NOW))
    assert [a.drawn.slice for place in (3, 4) for a in reaching.on(later.images[place].key)] == [7, 9]
