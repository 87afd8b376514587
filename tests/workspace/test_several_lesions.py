"""Where parts of several lesions are selected, what is done to a lesion is done to all of them, in one step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.domain.document import Document
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.domain.spanning import End
from annotator.i18n import say
from annotator.workspace.session import Session
from tests.workspace.study import box, free, lung_project, opened, small_ct

SLICES = 12
HERE, THERE, ELSEWHERE = (4, 4), (40, 4), (10, 40)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ct(tmp_path_factory.mktemp("ct"), slices=SLICES, size=64)


@pytest.fixture
def session(images: Path, tmp_path: Path) -> Session:
    """Lesion 1 and lesion 2 on the slices 2 and 6, and one more, drawn last, on the slices 9 and 10."""
    found = opened(lung_project(tmp_path / "p").root, images)[0]
    for corner, places in ((HERE, (2, 6)), (THERE, (2, 6)), (ELSEWHERE, (9, 10))):
        for place in places:
            draw(found, place, corner)
    return found


def draw(session: Session, place: int, corner: tuple[float, float]) -> None:
    x, y = corner
    session.show(place)
    session.choose_tool("tool.free")
    session.perform(free((x, y), (x + 16, y), (x + 16, y + 16), (x, y + 16), (x, y)))


def drawn(session: Session) -> dict[int, list[int | None]]:
    """The lesions of what is drawn, by place of the slice."""
    found = {n: [a.lesion for a in session.document.on(image.key)] for n, image in enumerate(session.images)}
    return {place: numbers for place, numbers in found.items() if numbers}


def exclusive(images: Path, root: Path) -> Session:
    """A session in which categories exclude one another."""
    definition = lung_project(root).root / "project.toml"
    text = definition.read_text("utf-8").replace('supercategory = "CCT"', 'supercategory = "CCT"\nexclusive = true')
    definition.write_text(text, "utf-8")
    return opened(root, images)[0]


def in_one_step(session: Session, before: Document) -> bool:
    session.undo()
    return session.document == before


def select_both(session: Session, place: int = 2) -> Document:
    session.show(place)
    session.select_all()
    assert len(session.selection) == 2
    return session.document


def test_both_are_interpolated(session: Session) -> None:
    before = select_both(session)
    assert session.interpolate()
    assert drawn(session) == {place: [1, 2] for place in range(2, 7)} | {9: [3], 10: [3]}
    assert say(session.said.message) == "Interpolated lesions: 2" and session.index == 2 and len(session.selection) == 2
    assert in_one_step(session, before)


def test_one_that_cannot_be_interpolated_holds_no_other_up_and_that_is_said(session: Session) -> None:
    draw(session, 2, (40, 40))
    session.show(2)
    session.select_all()
    assert session.interpolate()
    assert drawn(session)[4] == [1, 2]
    assert say(session.said.message).startswith("Interpolated lesions: 2. Not of 1: Draw the lesion on two slices at least")


@pytest.mark.parametrize("go_on", [Session.copy_along, Session.carry_on])
def test_both_go_on_to_the_next_slice_and_are_selected_there(session: Session, go_on: Callable[..., bool]) -> None:
    before = select_both(session)
    assert go_on(session, 1)
    assert session.index == 3 and drawn(session)[3] == [1, 2] and session.selection == {1, 2}
    assert in_one_step(session, before)


def test_both_end_on_a_slice(session: Session) -> None:
    before = select_both(session, 6)
    assert session.set_end(End.LAST)
    assert {fact for fact in session.document.facts if fact.startswith("lesion.last")} == {"lesion.last.1", "lesion.last.2"}
    assert say(session.said.message) == "Lesions that end on this slice: 2"
    assert in_one_step(session, before)


def test_both_are_deleted_or_get_another_category_and_the_one_drawn_last_stays_as_it_is(session: Session) -> None:
    before = select_both(session)
    session.recategorise_lesions(session.chosen_lesions, session.categories[2].key)
    changed = {a.lesion for there in session.document.annotations.values() for a in there if a.category == session.categories[2].key}
    assert changed == {1, 2}
    assert in_one_step(session, before)
    select_both(session)
    assert session.delete_lesions(session.chosen_lesions)
    assert drawn(session) == {9: [3], 10: [3]}
    assert say(session.said.message) == "Deleted: 4"
    assert in_one_step(session, before)


def test_a_lesion_of_which_several_parts_are_selected_is_meant_and_not_the_one_drawn_last(session: Session) -> None:
    session.show(2)
    session.choose_tool("tool.box")
    session.perform(box(4, 30, 12, 38))
    parts = [a for a in session.annotations if a.lesion in (None, 1)]
    session.select(a.id for a in parts)
    session.join()
    draw(session, 9, (40, 40))
    session.show(2)
    session.select(a.id for a in parts)
    assert len(session.selection) == 2
    lesion = session.chosen_lesion
    assert lesion is not None and lesion.number == 1 and session.chosen_lesions == (lesion,)


def test_a_locked_one_that_would_become_part_of_a_lesion_is_left_alone(session: Session) -> None:
    draw(session, 2, (40, 40))
    alone = next(a for a in session.annotations if a.lesion is None)
    session.select([alone.id])
    session.lock()
    session.select_all()
    assert session.copy_along(1)
    assert drawn(session)[3] == [1, 2]
    assert next(a for a in session.document.on(alone.image) if a.id == alone.id).lesion is None


def test_after_undo_the_lesion_that_was_meant_is_meant_again(session: Session) -> None:
    session.show(2)
    session.select([1])
    for _ in range(3):
        assert session.carry_on(1)
    for _ in range(3):
        session.undo()
    session.show(2)
    assert session.selection == frozenset() and session.carry_on(1)
    assert drawn(session)[3] == [1]


def test_the_one_lesion_of_a_slice_is_meant_where_nothing_was_touched_yet(session: Session, images: Path) -> None:
    session.save()
    again = opened(session.project.root, images)[0]
    again.show(2)
    assert not again.interpolate(), "there are two"
    again.show(9)
    assert again.chosen_lesions == () and again.copy_along(-1)
    assert drawn(again)[8] == [3]


def apart(session: Session) -> None:
    """Three outlines over one another, too far apart to be joined as they are drawn, and one beside them."""
    session.delete_lesions(session.listed_lesions())
    session.join_by_itself(False)
    for place, corner in ((1, HERE), (5, HERE), (11, HERE), (7, ELSEWHERE)):
        draw(session, place, corner)
    session.show(5)


def test_interpolate_once_more_joins_what_lies_over_it_on_other_slices_and_fills_that_in_in_one_step(session: Session) -> None:
    apart(session)
    before = session.document
    session.select([1])
    assert not session.interpolate() and session.document is before
    assert session.said.asks
    assert say(session.said.message) == "These are 3 lesions so far: “Interpolate” once more makes one of them, on slices 2–12"
    assert session.interpolate()
    assert drawn(session) == {place: [1] for place in range(1, 12)} | {7: [None, 1]}
    assert in_one_step(session, before)


@pytest.mark.parametrize("between", [lambda session: draw(session, 3, ELSEWHERE), lambda session: session.select([2])])
def test_what_was_offered_is_offered_again_after_anything_else_was_done(session: Session, between: Callable[[Session], object]) -> None:
    apart(session)
    draw(session, 5, THERE)
    session.select([1])
    session.interpolate()
    between(session)
    session.show(5)
    session.select([2])
    before = session.document
    session.interpolate()
    session.select([1])
    assert not session.interpolate() and session.document is before


def test_a_locked_part_is_not_joined_by_interpolating(session: Session) -> None:
    apart(session)
    session.show(1)
    session.select([1])
    session.lock()
    session.show(5)
    session.select([1])
    before = session.document
    assert not session.interpolate() and not session.interpolate() and session.document is before
    assert "Locked" in say(session.said.message)


def shown(session: Session, place: int) -> set[int | None]:
    session.show(place)
    return {a.lesion for a in session.seen(session.annotations)}


def test_a_lesion_is_hidden_on_all_its_slices_and_comes_back_on_all(session: Session) -> None:
    session.show(2)
    session.select([1])
    session.hide_selected()
    assert [shown(session, place) for place in (2, 6, 9)] == [{2}, {2}, {3}]
    session.show(6)
    session.select([1])
    assert [shown(session, place) for place in (2, 6)] == [{1, 2}, {1, 2}]


def test_a_lesion_is_shown_alone_on_all_its_slices(session: Session) -> None:
    session.show(2)
    session.select([2])
    session.show_alone()
    assert [shown(session, place) for place in (2, 6)] == [{2}, {2}]
    session.select([1])
    assert [shown(session, place) for place in (2, 6)] == [{1}, {1}]
    session.show_alone()
    assert [shown(session, place) for place in (2, 6)] == [{1, 2}, {1, 2}]


def test_a_lesion_is_locked_and_unlocked_on_all_its_slices_in_one_step(session: Session) -> None:
    before = select_both(session)
    assert session.lock_lesions(session.chosen_lesions)
    locked = [(place, a.lesion) for place, image in enumerate(session.images) for a in session.document.on(image.key) if a.locked]
    assert locked == [(2, 1), (2, 2), (6, 1), (6, 2)]
    assert say(session.said.message) == "Locked: 4"
    assert not session.delete_lesions(session.chosen_lesions)
    assert session.lock_lesions(session.chosen_lesions) and session.document == before
    assert say(session.said.message) == "Unlocked: 4"
    session.undo()
    assert in_one_step(session, before)


def test_of_several_that_are_interpolated_the_later_takes_from_the_earlier_where_categories_exclude_one_another(
    images: Path, tmp_path: Path
) -> None:
    session = exclusive(images, tmp_path / "e")
    session.join_by_itself(False)
    first, second = session.categories[:2]
    for category, corners in ((first, ((2, 4), (20, 4))), (second, ((20, 10), (2, 10)))):
        session.choose_category(category.key)
        for place, corner in zip((2, 6), corners, strict=True):
            draw(session, place, corner)
            session.select([session.annotations[-1].id])
        session.join()
    before = select_both(session)
    assert session.interpolate()
    for place in range(3, 6):
        there = session.document.on(session.images[place].key)
        masks = [region_mask(a.shape, 64, 64).array() for a in there if isinstance(a.shape, Region)]
        assert len(masks) == 2 and not (masks[0] & masks[1]).any()
    assert in_one_step(session, before)


def test_nothing_is_added_to_a_lesion_that_is_locked_on_all_its_slices(session: Session) -> None:
    select_both(session)
    session.lock_lesions(session.chosen_lesions)
    before = session.document
    for deed in (session.interpolate, lambda: session.carry_on(1), lambda: session.set_end(End.FIRST)):
        assert not deed() and session.document is before
        assert "Locked" in say(session.said.message)
    draw(session, 3, HERE)
    assert [a.lesion for a in session.annotations] == [None], "what is drawn beside it is another lesion"
