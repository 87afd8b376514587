"""Where a project's categories exclude one another, no two share a pixel, whatever a hand does; the newer wins, the locked one keeps."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.merge import Mode
from annotator.domain.raster import shape_mask
from annotator.i18n import say
from annotator.tools.gesture import Move
from annotator.workspace.session import Session
from tests.workspace.study import box, lung_project, opened, small_ct

CATEGORIES = ("CCT1", "CCT2", "CCT3")
place = st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(2, 14), st.integers(2, 14))
deed = st.one_of(
    st.tuples(st.just("draw"), st.sampled_from(Mode), st.sampled_from(CATEGORIES), place),
    st.tuples(st.just("select"), st.sets(st.integers(1, 5), max_size=3)),
    st.tuples(st.just("move"), st.integers(-9, 9), st.integers(-9, 9)),
    st.tuples(st.just("drag"), st.integers(1, 5), st.integers(-9, 9), st.integers(-9, 9)),
    st.tuples(st.just("recategorise"), st.sampled_from(CATEGORIES)),
    st.tuples(st.just("last"), st.sampled_from(CATEGORIES)),
    st.tuples(st.just("lock")),
    st.tuples(st.just("undo")),
)


@pytest.fixture(scope="module")
def exclusive(tmp_path_factory: pytest.TempPathFactory) -> Session:
    root = lung_project(tmp_path_factory.mktemp("project") / "p").root
    definition = root / "project.toml"
    before = definition.read_text("utf-8")
    definition.write_text(before.replace('supercategory = "CCT"', 'supercategory = "CCT"\nexclusive = true'), "utf-8")
    session, _ = opened(root, small_ct(tmp_path_factory.mktemp("ct"), slices=2))
    assert session.series.project_modality.exclusive
    session.choose_tool("tool.box")
    return session


def do(session: Session, name: str, *how) -> None:
    if name == "draw":
        mode, category, (x, y, wide, high) = how
        session.choose_mode(mode)
        session.choose_category(category)
        session.perform(box(x, y, x + wide, y + high))
    elif name == "select":
        session.select(a.id for place, a in enumerate(session.annotations, 1) if place in how[0])
    elif name == "move":
        session.move_selected(*how)
    elif name == "drag" and how[0] <= len(session.annotations):
        session.perform(Move(session.annotations[how[0] - 1].id, *how[1:]))
    elif name == "recategorise":
        session.recategorise(*how)
    elif name == "last":
        session.recategorise_last(*how)
    elif name == "lock":
        session.lock()
    elif name == "undo":
        session.undo()


def clear(session: Session) -> None:
    while session.undo_name is not None:
        session.undo()
    session.select(())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(deeds=st.lists(deed, min_size=2, max_size=12))
def test_no_pixel_ever_belongs_to_two_categories(exclusive: Session, deeds: list[tuple]) -> None:
    clear(exclusive)
    for each in deeds:
        locked = {a.id: a for a in exclusive.annotations if a.locked}
        do(exclusive, *each)
        if each[0] not in ("lock", "undo"):
            assert {a.id: a for a in exclusive.annotations if a.id in locked} == locked, "what is locked stays as it is"
        masks = [(a.category, shape_mask(a.shape, 64, 64, None).array()) for a in exclusive.annotations]
        for (one, mask), (other, beside) in combinations(masks, 2):
            assert one == other or not (mask & beside).any(), each


def test_what_is_added_to_the_selected_one_takes_from_the_other_categories_only(exclusive: Session) -> None:
    clear(exclusive)
    for category, stroke in (("CCT1", box(0, 0, 10, 10)), ("CCT1", box(12, 0, 20, 10)), ("CCT2", box(0, 12, 20, 20))):
        exclusive.choose_mode(Mode.NEW)
        exclusive.choose_category(category)
        exclusive.perform(stroke)
    do(exclusive, "select", {1})
    exclusive.choose_mode(Mode.ADD)
    exclusive.perform(box(0, 8, 20, 16))
    assert [a.shape.area() for a in exclusive.annotations] == [10 * 8 + 20 * 8, 80, 80]


def test_a_shape_wholly_on_a_locked_one_is_refused_and_one_beside_it_is_cut(exclusive: Session) -> None:
    clear(exclusive)
    exclusive.choose_mode(Mode.NEW)
    exclusive.choose_category("CCT1")
    exclusive.perform(box(0, 0, 10, 10))
    do(exclusive, "select", {1})
    exclusive.lock()
    exclusive.choose_category("CCT2")
    exclusive.perform(box(2, 2, 8, 8))
    assert len(exclusive.annotations) == 1 and "locked annotation of another category" in say(exclusive.said.message)
    exclusive.perform(box(5, 0, 15, 10))
    assert [a.shape.area() for a in exclusive.annotations] == [100, 50]
