"""What is chosen, hidden, walked through and changed as one: looking never edits, and every edit can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.domain.merge import Mode
from annotator.i18n import say
from annotator.tools.gesture import Move
from annotator.tools.select import PickAt, PickWithin
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box, lung_project, opened, small_ct

LARGE, SMALL, ASIDE = box(5, 5, 40, 40), box(10, 10, 20, 20), box(45, 45, 55, 55)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ct(tmp_path_factory.mktemp("ct"))


@pytest.fixture
def at_work(images: Path, tmp_path: Path) -> tuple[Session, Immediate]:
    """Three boxes on the first of five slices, of which the second lies in the first."""
    session, tasks = opened(lung_project(tmp_path / "p").root, images)
    session.choose_tool("tool.box")
    session.show(0)
    for stroke in (LARGE, SMALL, ASIDE):
        session.perform(stroke)
    return session, tasks


@pytest.fixture
def session(at_work: tuple[Session, Immediate]) -> Session:
    return at_work[0]


def click(session: Session, x: float, y: float, *, extend: bool = False, pixel: float = 1.0) -> frozenset[int]:
    session.perform(PickAt(None, extend, (x, y), pixel))
    return session.selection


def shown(session: Session) -> set[int]:
    return {a.id for a in session.seen(session.annotations)}


def test_a_click_takes_the_topmost_and_the_next_one_at_the_same_place_what_lies_below(session: Session) -> None:
    assert [click(session, 15, 15), click(session, 16, 15), click(session, 15, 15)] == [{2}, {1}, {2}]


def test_a_click_elsewhere_begins_at_the_top_again(session: Session) -> None:
    click(session, 12, 12)
    assert click(session, 18, 18) == {2}
    assert click(session, 18, 19, pixel=0.1) == {2}, "ten screen pixels away is elsewhere"
    assert click(session, 62, 2) == frozenset()
    assert click(session, 12, 12) == {2}


def test_ctrl_and_a_click_add_and_take_away(session: Session) -> None:
    click(session, 15, 15)
    assert click(session, 50, 50, extend=True) == {2, 3}
    assert click(session, 15, 15, extend=True) == {3}


def test_a_rectangle_chooses_what_it_meets_and_adds_with_ctrl(session: Session) -> None:
    session.perform(PickWithin(None, corners=((38, 38), (46, 46))))
    assert session.selection == {1, 3}
    session.perform(PickWithin(None, corners=((60, 60), (63, 63))))
    assert session.selection == frozenset()
    session.select([2])
    session.perform(PickWithin(None, True, ((50, 50), (60, 60))))
    assert session.selection == {2, 3}


def test_all_and_nothing(session: Session) -> None:
    session.select_all()
    assert session.selection == {1, 2, 3}
    session.select_nothing()
    assert session.selection == frozenset()


def test_a_drag_of_one_of_several_moves_them_all_as_one_edit(session: Session) -> None:
    before = [a.shape.bounds for a in session.annotations]
    session.select([1, 2])
    session.perform(Move(1, 3.0, 2.0))
    after = [a.shape.bounds for a in session.annotations]
    assert after[2] == before[2]
    assert [tuple(b - a for a, b in zip(*pair, strict=True)) for pair in zip(before, after, strict=True)][:2] == [(3, 2, 3, 2)] * 2
    session.undo()
    assert [a.shape.bounds for a in session.annotations] == before


def test_a_drag_of_one_that_is_not_selected_moves_it_alone(session: Session) -> None:
    session.select([1, 2])
    session.perform(Move(3, 3.0, 2.0))
    assert [a.shape.bounds[0] for a in session.annotations] == [5, 10, 48]


def test_a_locked_annotation_refuses_with_a_sentence_and_is_free_again_after_undo(session: Session) -> None:
    session.select([1])
    session.lock()
    assert [a.locked for a in session.annotations] == [True, False, False]
    session.perform(Move(1, 3.0, 2.0))
    assert "unlock" in say(session.said.message)
    session.delete()
    assert len(session.annotations) == 3 and "unlock" in say(session.said.message)
    session.lock()
    assert not any(a.locked for a in session.annotations)
    session.undo()
    assert session.annotations[0].locked
    session.undo()
    assert not session.annotations[0].locked


def test_a_lock_is_saved_and_comes_back(session: Session, images: Path) -> None:
    session.select([2])
    session.lock()
    session.close()
    again, _ = opened(session.project.root, images)
    again.show(0)
    assert [a.locked for a in again.annotations] == [False, True, False]


def test_what_is_hidden_cannot_be_clicked_and_one_key_brings_it_back(session: Session) -> None:
    edits = session.undo_name
    session.select([2])
    session.hide_selected()
    assert shown(session) == {1, 3} and session.hides and session.selection == frozenset()
    assert click(session, 15, 15) == {1}
    session.select_nothing()
    session.hide_selected()
    assert shown(session) == {1, 2, 3} and not session.hides
    assert session.undo_name == edits, "looking is no edit"


@pytest.mark.parametrize("hold_back", [Session.hide_selected, Session.show_alone], ids=["hidden", "beside what is alone"])
def test_no_stroke_touches_what_is_not_shown(session: Session, hold_back: Callable[[Session], None]) -> None:
    """A Sub over it would take it away unseen, an Add would go into it."""
    kept = {a.id: a for a in session.annotations}
    session.select([2] if hold_back is Session.hide_selected else [1, 3])
    hold_back(session)
    session.select_nothing()
    assert shown(session) == {1, 3}
    session.choose_mode(Mode.SUB)
    session.perform(box(0, 0, 64, 64))
    assert {a.id: a for a in session.annotations} == {2: kept[2]}
    session.undo()
    session.choose_mode(Mode.ADD)
    session.perform(SMALL)
    assert {a.id: a for a in session.annotations}[2] == kept[2] and shown(session) == {1, 3}


def test_without_anything_selected_or_hidden_hide_and_solo_say_what_to_do(session: Session) -> None:
    session.hide_selected()
    assert "hidden" in say(session.said.message)
    session.show_alone()
    assert "alone" in say(session.said.message)
    assert shown(session) == {1, 2, 3}


def test_solo_shows_the_selected_and_follows_the_selection(session: Session) -> None:
    session.select([2])
    session.show_alone()
    assert shown(session) == {2} and session.solo
    session.select_nothing()
    assert shown(session) == {2}, "a click beside it does not end it"
    session.select([3])
    assert shown(session) == {3}
    session.show_alone()
    assert shown(session) == {1, 2, 3} and not session.solo


def test_beside_what_is_shown_alone_nothing_else_is_shown_on_any_slice(session: Session) -> None:
    """One sees where it ends; what is drawn or selected there is shown, and the key on any slice shows all again."""
    session.show(1)
    session.perform(box(2, 50, 8, 58))
    session.show(0)
    session.select([2])
    session.show_alone()
    session.show(1)
    assert session.solo and shown(session) == frozenset()
    session.perform(box(20, 50, 28, 58))
    assert shown(session) == {2}
    session.undo()
    session.redo()
    assert shown(session) == {2}
    session.select([1])
    assert shown(session) == {1}
    session.show(0)
    assert shown(session) == frozenset()
    session.show(1)
    session.show_alone()
    assert shown(session) == {1, 2} and not session.solo
    session.show(0)
    assert shown(session) == {1, 2, 3}


def test_what_is_selected_in_the_list_or_changes_is_shown(session: Session) -> None:
    session.select([1, 2])
    session.hide_selected()
    session.select([1])
    assert shown(session) == {1, 3}
    session.select([1, 2])
    session.recategorise("CCT3")
    session.hide_selected()
    assert shown(session) == {3}
    session.undo()
    assert shown(session) == {1, 2, 3}, "undo shows what it brings back"


def test_a_new_shape_is_shown_beside_what_is_shown_alone(session: Session) -> None:
    session.select([2])
    session.show_alone()
    session.perform(box(50, 5, 60, 10))
    assert shown(session) == {2, 4}


def test_shift_digit_changes_the_last_drawn_or_what_is_selected(session: Session) -> None:
    session.recategorise_last("CCT3")
    assert [a.category for a in session.annotations] == ["CCT1", "CCT1", "CCT3"]
    session.select([1, 2])
    session.recategorise_last("CCT5")
    assert [a.category for a in session.annotations] == ["CCT5", "CCT5", "CCT3"]
    session.undo()
    session.undo()
    assert [a.category for a in session.annotations] == ["CCT1"] * 3
    assert session.category.key == "CCT1", "the next shape is not meant"


def test_on_another_image_the_last_drawn_is_not_meant(session: Session) -> None:
    session.show(1)
    session.recategorise_last("CCT3")
    assert "nothing was drawn" in say(session.said.message)
    session.show(0)
    assert [a.category for a in session.annotations] == ["CCT1"] * 3


def test_the_name_stands_for_a_second_at_the_end_of_a_new_stroke_only(at_work: tuple[Session, Immediate]) -> None:
    session, tasks = at_work
    assert session.named is not None and (session.named.annotation, session.named.point) == (3, (55, 55))
    assert session.selection == frozenset()
    tasks.elapse()
    assert session.named is None
    session.choose_mode(Mode.ADD)
    session.perform(box(52, 52, 60, 60))
    assert session.named is None


def test_next_and_previous_go_through_the_case_in_the_order_of_its_slices(session: Session) -> None:
    session.show(3)
    session.perform(SMALL)
    session.show(1)
    session.perform(SMALL)
    session.show(0)
    order = [(session.step_annotation(1), session.index)[1] for _ in range(6)]
    assert order == [0, 0, 0, 1, 3, 0] and session.selection == {1}
    assert "first annotation of the case again" in say(session.said.message)
    order = [(session.step_annotation(-1), session.index)[1] for _ in range(3)]
    assert order == [3, 1, 0] and session.selection == {3}


def test_from_an_image_without_a_selection_the_nearest_comes(session: Session) -> None:
    session.show(2)
    found = session.step_annotation(-1)
    assert found is not None and (session.index, found.id) == (0, 3)


def test_hidden_ones_are_passed_over(session: Session) -> None:
    session.select([2])
    session.hide_selected()
    assert [session.step_annotation(1).id for _ in range(3)] == [1, 3, 1]


def test_after_one_was_deleted_the_walk_goes_on_from_there(session: Session) -> None:
    assert [session.step_annotation(1).id for _ in range(2)] == [1, 2]
    session.delete()
    assert session.step_annotation(1).id == 3
    session.delete()
    assert session.step_annotation(-1).id == 1
    session.select([])
    assert session.step_annotation(1).id == 1, "let go of by hand, it begins anew"


def test_without_any_annotation_the_walk_says_so(images: Path, tmp_path: Path) -> None:
    session, _ = opened(lung_project(tmp_path / "q").root, images)
    assert session.step_annotation(1) is None and "Nothing is drawn" in say(session.said.message)
