"""Lesions over the slices of a CT: joined as they are drawn, filled from the first slice to the last, interpolated, copied, carried on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.domain.propagation import Example, propagated
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.spanning import End
from annotator.i18n import say
from annotator.tools.gesture import Reshape
from annotator.workspace.notice import Severity
from annotator.workspace.session import Session
from tests.workspace.study import box, free, line, lung_project, opened, small_ct

SLICES = 12


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ct(tmp_path_factory.mktemp("ct"), slices=SLICES, size=64)


@pytest.fixture
def session(images: Path, tmp_path: Path) -> Session:
    return opened(lung_project(tmp_path / "p").root, images)[0]


def draw(session: Session, place: int, tool: str, stroke: object) -> None:
    session.show(place)
    session.choose_tool(tool)
    session.perform(stroke)  # type: ignore[arg-type]


def square(x: float, y: float, size: float) -> object:
    return free((x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y))


def drawn(session: Session) -> dict[int, list[int | None]]:
    """The lesions of what is drawn, by place of the slice."""
    found = {n: [a.lesion for a in session.document.on(image.key)] for n, image in enumerate(session.images)}
    return {place: numbers for place, numbers in found.items() if numbers}


def unchanged(session: Session, command: Callable[[], object]) -> str:
    before = session.document
    command()
    assert session.document == before
    return say(session.said.message)


def test_what_goes_on_on_the_next_slice_is_joined_in_the_same_step(session: Session) -> None:
    draw(session, 4, "tool.box", box(10, 10, 20, 20))
    assert drawn(session) == {4: [None]}
    draw(session, 5, "tool.box", box(15, 15, 25, 25))
    assert drawn(session) == {4: [1], 5: [1]}
    draw(session, 6, "tool.free", square(22, 22, 6))
    draw(session, 6, "tool.box", box(40, 40, 50, 50))
    assert drawn(session) == {4: [1], 5: [1], 6: [1, None]}
    session.undo()
    session.undo()
    session.undo()
    assert drawn(session) == {4: [None]}


def test_a_hidden_lesion_is_not_meant_until_it_is_shown_again(session: Session) -> None:
    draw(session, 4, "tool.box", box(10, 10, 20, 20))
    session.select([1])
    session.hide_selected()
    session.show(6)
    assert session.chosen_lesion is None
    unchanged(session, lambda: session.set_end(End.LAST))
    unchanged(session, lambda: session.delete_lesions(session.chosen_lesions))
    session.hide_selected()
    assert session.set_end(End.LAST)
    assert drawn(session) == {4: [1], 5: [1], 6: [1]}


def test_two_parts_on_one_slice_are_said_to_be_one_slice(session: Session) -> None:
    draw(session, 4, "tool.free", square(10, 10, 30))
    draw(session, 5, "tool.free", square(10, 10, 10))
    draw(session, 5, "tool.free", square(28, 28, 10))
    assert drawn(session) == {4: [1], 5: [1, 1]}
    assert say(session.said.message) == "Part of lesion 1: 2 slices"


def test_another_category_and_another_place_are_other_lesions(session: Session) -> None:
    draw(session, 4, "tool.box", box(10, 10, 20, 20))
    session.choose_category(session.categories[1].key)
    draw(session, 5, "tool.box", box(10, 10, 20, 20))
    assert drawn(session) == {4: [None], 5: [None]}


def test_nothing_is_joined_from_farther_than_twenty_millimetres_and_five_slices(session: Session) -> None:
    step = session.slices.positions[1] - session.slices.positions[0]
    far = max(int(20 / step), 5) + 1
    draw(session, 0, "tool.box", box(10, 10, 20, 20))
    draw(session, far, "tool.box", box(10, 10, 20, 20))
    assert drawn(session) == {0: [None], far: [None]}
    draw(session, far - 1, "tool.box", box(10, 10, 20, 20))
    assert drawn(session)[far] == [1] and drawn(session)[0] == [None]


def test_a_setting_lets_everything_stay_apart(session: Session) -> None:
    session.join_by_itself(False)
    for place in (4, 5):
        draw(session, place, "tool.box", box(10, 10, 20, 20))
    assert drawn(session) == {4: [None], 5: [None]}
    session.join_by_itself(True)


@pytest.mark.parametrize(("tool", "stroke"), [("tool.box", box(10, 10, 20, 20)), ("tool.line", line((10, 10), (20, 24)))])
def test_a_box_or_a_line_stands_on_every_slice_of_its_range_as_one_step(session: Session, tool: str, stroke: object) -> None:
    draw(session, 4, tool, stroke)
    shape = session.annotations[0].shape
    session.show(8)
    assert session.set_end(End.LAST)
    session.show(2)
    assert session.set_end(End.FIRST)
    assert session.index == 2
    assert drawn(session) == {place: [1] for place in range(2, 9)}
    assert {a.shape for there in session.document.annotations.values() for a in there} == {shape}
    session.show(6)
    session.set_end(End.LAST)
    assert drawn(session) == {place: [1] for place in range(2, 7)}
    for _ in range(3):
        session.undo()
    assert drawn(session) == {4: [None]}


def test_the_range_of_two_boxes_copies_the_one_before(session: Session) -> None:
    for place, size in ((3, 10), (6, 14)):
        draw(session, place, "tool.box", box(10, 10, 10 + size, 10 + size))
    session.show(8)
    session.set_end(End.LAST)
    widths = [session.document.on(image.key)[0].shape.bounds[2] for image in session.images[3:9]]
    assert widths == [20, 20, 20, 24, 24, 24]


def test_the_wrong_side_of_what_is_drawn_changes_nothing(session: Session) -> None:
    draw(session, 4, "tool.box", box(10, 10, 20, 20))
    session.show(2)
    assert "other side" in unchanged(session, lambda: session.set_end(End.LAST))


def test_a_range_that_is_so_already_is_said_without_a_warning(session: Session) -> None:
    draw(session, 4, "tool.box", box(10, 10, 20, 20))
    assert "slice 5 alone" in unchanged(session, lambda: session.set_end(End.FIRST))
    assert session.said is not None and session.said.severity is Severity.INFO
    session.show(8)
    session.set_end(End.LAST)
    assert "from slice 5 to slice 9" in unchanged(session, lambda: session.set_end(End.LAST))
    assert session.said is not None and session.said.severity is Severity.INFO


def test_outlines_are_interpolated_and_a_corrected_slice_stays(session: Session) -> None:
    draw(session, 2, "tool.free", square(10, 10, 20))
    draw(session, 6, "tool.free", square(14, 14, 8))
    session.interpolate()
    assert drawn(session) == {place: [1] for place in range(2, 7)}
    assert session.index == 6
    sizes = [region_mask(session.document.on(image.key)[0].shape, 64, 64).count for image in session.images[2:7]]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] == 400 and sizes[-1] == 64
    session.show(4)
    session.perform(Reshape(1, (0, 0, 0), (5.0, 5.0)))
    corrected = session.annotations[0].shape
    session.show(6)
    session.select([1])
    session.perform(Reshape(1, (0, 0, 0), (12.0, 12.0)))
    session.interpolate()
    assert session.document.on(session.images[4].key)[0].shape == corrected
    session.undo()
    session.undo()
    session.undo()
    session.undo()
    assert drawn(session) == {2: [1], 6: [1]}


def test_a_last_slice_lets_an_outline_end_there(session: Session) -> None:
    draw(session, 4, "tool.free", square(10, 10, 20))
    session.show(7)
    session.set_end(End.LAST)
    session.interpolate()
    assert drawn(session) == {place: [1] for place in range(4, 8)}
    session.show(6)
    session.set_end(End.LAST)
    assert drawn(session) == {place: [1] for place in range(4, 7)}
    session.set_end(End.LAST)
    assert "lesion.last.1" not in session.document.facts


@pytest.mark.parametrize("watched", [4, 5, 9, 11])
def test_undo_and_redo_go_to_the_slice_on_which_that_is_seen(session: Session, watched: int) -> None:
    """A part that joins gives the first one its number too: that is not seen there."""
    draw(session, 4, "tool.free", square(10, 10, 20))
    draw(session, 9, "tool.free", square(10, 10, 20))
    assert drawn(session) == {4: [1], 9: [1]}
    session.show(watched)
    session.undo()
    assert (session.index, drawn(session)) == (9, {4: [None]})
    session.show(watched)
    session.redo()
    assert (session.index, drawn(session)) == (9, {4: [1], 9: [1]})


def test_undo_of_where_a_lesion_ends_goes_to_that_slice(session: Session) -> None:
    draw(session, 4, "tool.free", square(10, 10, 20))
    session.show(7)
    assert session.set_end(End.LAST)
    session.show(2)
    session.undo()
    assert session.index == 7
    session.show(2)
    session.redo()
    assert session.index == 7


@pytest.mark.parametrize(("tool", "stroke"), [("tool.free", square(10, 10, 20)), ("tool.box", box(10, 10, 30, 30))])
def test_what_was_drawn_beyond_an_end_stays_and_that_is_said(session: Session, tool: str, stroke: object) -> None:
    for place in (3, 4, 6, 8):
        draw(session, place, tool, stroke)
    session.show(5)
    session.set_end(End.LAST)
    assert {3, 4, 6, 8} <= set(drawn(session))
    assert say(session.said.message) == "Lesion 1: slices 4–6; what was drawn or locked on 2 slices beyond that stays"
    session.undo()
    session.show(5)
    session.set_end(End.FIRST)
    assert say(session.said.message) == "Lesion 1: slices 6–9; what was drawn or locked on 2 slices beyond that stays"


def test_one_drawn_slice_alone_is_not_interpolated(session: Session) -> None:
    draw(session, 4, "tool.free", square(10, 10, 20))
    assert "two slices" in unchanged(session, session.interpolate)


def test_a_part_is_copied_to_the_next_slice_and_again(session: Session) -> None:
    draw(session, 4, "tool.free", square(10, 10, 20))
    assert session.copy_along(1) and session.index == 5 and session.selection == {1}
    assert session.copy_along(1) and session.index == 6
    assert drawn(session) == {4: [1], 5: [1], 6: [1]}
    session.show(5)
    assert "already drawn" in unchanged(session, lambda: session.copy_along(1))
    session.show(4)
    assert session.copy_along(-1) and session.index == 3
    session.undo()
    assert drawn(session) == {4: [1], 5: [1], 6: [1]}


@pytest.mark.parametrize("go_on", [Session.copy_along, Session.carry_on])
def test_from_a_slice_without_a_part_nothing_is_copied_and_nobody_is_led_away(session: Session, go_on: Callable[..., bool]) -> None:
    draw(session, 4, "tool.free", square(10, 10, 20))
    session.show(9)
    assert "not drawn on this slice" in unchanged(session, lambda: go_on(session, 1))
    assert session.index == 9


@pytest.mark.parametrize(("tool", "stroke"), [("tool.free", square(10, 10, 20)), ("tool.box", box(10, 10, 30, 30))])
def test_a_locked_part_bars_no_other_part_of_its_lesion(session: Session, tool: str, stroke: object) -> None:
    for place in (4, 5, 8):
        draw(session, place, tool, stroke)
    session.show(5)
    session.select([1])
    session.lock()
    locked = session.annotations[0]
    session.show(10)
    assert session.subject == locked and session.set_end(End.LAST)
    session.show(5)
    session.select([1])
    if tool == "tool.free":
        assert session.interpolate() and set(drawn(session)) >= {6, 7}
    else:
        assert set(drawn(session)) == {4, 5, 6, 7, 8, 9, 10}
    session.show(4)
    assert session.copy_along(-1) and session.index == 3
    assert locked in session.document.on(locked.image)


def test_what_is_carried_on_and_on_is_learnt_where_it_was_drawn_by_hand(session: Session) -> None:
    """The third slice as from the second one's outline by the first one's values; once a hand has changed the second, by its own."""
    draw(session, 4, "tool.free", free((30, 29), (44, 31), (43, 45), (31, 43), (30, 29)))
    pixels = [session.picture_of(image.key).values() for image in session.images]  # type: ignore[union-attr]

    def carried(example: int | None) -> Mask | None:
        of = {place: region_mask(session.document.on(session.images[place].key)[0].shape, 64, 64) for place in (4, 5)}
        learnt = None if example is None else Example(of[example], pixels[example])
        return propagated(of[5], pixels[5], pixels[6], session.slices.spacing, learnt)

    assert session.carry_on(1) and session.index == 5
    by_the_first, by_its_own = carried(4), carried(None)
    assert by_the_first != by_its_own
    assert session.carry_on(1) and session.index == 6
    assert region_mask(session.annotations[0].shape, 64, 64) == by_the_first
    session.undo()
    session.show(5)
    session.perform(Reshape(1, (0, 0, 0), (27.0, 28.0)))
    session.select([1])
    assert session.carry_on(1)
    assert region_mask(session.annotations[0].shape, 64, 64) == carried(None)


def test_the_ends_of_the_series_are_said(session: Session) -> None:
    draw(session, SLICES - 1, "tool.free", square(10, 10, 20))
    assert "ends here" in unchanged(session, lambda: session.copy_along(1))


def test_lesions_are_joined_parted_and_walked_through_by_hand(session: Session) -> None:
    draw(session, 2, "tool.box", box(10, 10, 20, 20))
    draw(session, 6, "tool.box", box(40, 40, 50, 50))
    session.show(2)
    session.select([1])
    session.show(6)
    session.select([1])
    session.join()
    assert drawn(session) == {2: [1], 6: [1]}
    session.separate()
    assert drawn(session) == {2: [None], 6: [None]}
    assert session.step_lesion(1) is not None and (session.index, session.selection) == (2, {1})
    session.step_lesion(1)
    assert session.index == 6
    session.step_lesion(1)
    assert session.index == 2


def test_a_part_that_gets_another_category_leaves_its_lesion_and_that_is_said(session: Session) -> None:
    """A lesion is of one category: the same law as when annotations are joined."""
    for place in (2, 3, 4):
        draw(session, place, "tool.free", square(10, 10, 20))
    before = session.document
    session.show(3)
    session.select([1])
    session.recategorise("CCT3")
    assert drawn(session) == {2: [1], 3: [None], 4: [1]}
    assert say(session.said.message) == "Of another category than lesion 1: no part of it any more" and session.said.undo
    session.undo()
    assert session.document == before
    session.show(4)
    session.recategorise_last("CCT3")
    session.show(3)
    session.select([1])
    session.recategorise("CCT2")
    assert drawn(session) == {2: [None], 3: [None], 4: [None]}, "one alone is no lesion of several"


def test_what_is_all_of_a_lesion_stays_one_with_another_category(session: Session) -> None:
    draw(session, 3, "tool.free", square(10, 10, 20))
    draw(session, 4, "tool.free", square(10, 10, 20))
    session.separate()
    session.undo()
    session.show(3)
    session.select([1])
    session.rename_lesion(session.chosen_lesion, "hilar")  # type: ignore[arg-type]
    session.show(4)
    session.select([1])
    session.delete()
    session.show(3)
    session.select([1])
    session.recategorise("CCT3")
    assert drawn(session) == {3: [1]} and session.listed_lesions()[0].name == "hilar"


def test_a_lesion_is_named_recategorised_and_deleted_as_one(session: Session) -> None:
    for place in (2, 3, 4):
        draw(session, place, "tool.box", box(10, 10, 20, 20))
    session.rename_lesion(session.listed_lesions()[0], "표적 1")
    session.recategorise_lesions(session.listed_lesions()[:1], session.categories[2].key)
    (found,) = session.listed_lesions()
    assert (found.name, {a.category for a in found.members}) == ("표적 1", {session.categories[2].key})
    session.delete_lesions([found])
    assert session.listed_lesions() == () and session.document.facts == {}
    session.undo()
    assert session.listed_lesions() == (found,)


def test_what_is_saved_is_a_lesion_again(session: Session, images: Path) -> None:
    draw(session, 2, "tool.free", square(10, 10, 20))
    draw(session, 5, "tool.free", square(14, 14, 8))
    session.interpolate()
    session.close()
    again, _ = opened(session.project.root, images)
    assert drawn(again) == {place: [1] for place in range(2, 6)}
    assert all(isinstance(a.shape, Region) for lesion in again.listed_lesions() for a in lesion.members)


def test_where_categories_exclude_one_another_a_range_and_a_recategorised_lesion_take_from_the_others(images: Path, tmp_path: Path) -> None:
    root = lung_project(tmp_path / "p").root
    definition = root / "project.toml"
    text = definition.read_text("utf-8")
    definition.write_text(text.replace('supercategory = "CCT"', 'supercategory = "CCT"\nexclusive = true'), "utf-8")
    session, _ = opened(root, images)
    first, second = session.categories[:2]
    session.choose_category(second.key)
    draw(session, 5, "tool.box", box(15, 15, 30, 30))
    session.choose_category(first.key)
    draw(session, 4, "tool.box", box(10, 10, 20, 20))
    session.show(6)
    session.set_end(End.LAST)
    there = session.document.on(session.images[5].key)
    counts = {a.category: region_mask(a.shape, 64, 64).count for a in there}
    assert counts == {first.key: 100, second.key: 225 - 25}
    session.show(5)
    session.undo()
    assert [a.shape.bounds for a in session.annotations] == [(15, 15, 30, 30)]


def test_boxes_are_interpolated_as_boxes_where_the_project_delivers_boxes(images: Path, tmp_path: Path) -> None:
    root = lung_project(tmp_path / "p").root
    definition = root / "project.toml"
    text = definition.read_text("utf-8")
    definition.write_text(text.replace('supercategory = "CCT"', 'supercategory = "CCT"\ndeliver_boxes = true'), "utf-8")
    session, _ = opened(root, images)
    assert session.series.project_modality.deliver_boxes
    draw(session, 2, "tool.free", square(10, 10, 20))
    draw(session, 6, "tool.free", square(14, 14, 8))
    session.interpolate()
    shapes = [a.shape for lesion in session.listed_lesions() for a in lesion.members]
    assert len(shapes) == 5 and all(isinstance(shape, Region) and shape.is_box for shape in shapes)
