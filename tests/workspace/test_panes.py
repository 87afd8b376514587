"""Several views of one session: each its own place, one of them worked in, and all pictures shared."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain.image import ImageKey
from annotator.workspace import projects
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.hanging import counterpart, first_images, following
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from tests.workspace.study import box, opened

SIDE_BY_SIDE = Arrangement.grid(1, 2)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three patients, each with one chest CT of five slices."""
    folder = tmp_path_factory.mktemp("three")
    for number in (1, 2, 3):
        chest_ct(folder / str(number), slices=5, size=48, seed=number)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return projects.create("lung-cancer", tmp_path / "project").root


@pytest.fixture
def session(project: Path, images: Path) -> Session:
    return opened(project, images)[0]


def uids(session: Session) -> list[str]:
    return [series.uid for series in session.catalogue.in_order]


def compare(session: Session) -> None:
    """Two views side by side: the first series at the left, where one works, the second at the right."""
    first, second, *_ = uids(session)
    session.hang(SIDE_BY_SIDE, [(first, None), (second, None)])


def test_one_view_is_the_session_itself(session: Session) -> None:
    (pane,) = session.shown_panes
    session.show(3)
    session.set_window(10, 20)
    assert pane.active and pane.image == session.image and pane.index == 3
    assert (pane.window.center, pane.window.width) == (10, 20)


def test_views_page_and_window_for_themselves(session: Session) -> None:
    compare(session)
    left, right = session.shown_panes
    right.page(3)
    right.set_window(40, 400)
    assert (left.index, right.index, session.index) == (0, 3, 0)
    assert (session.window.width, right.window.width) == (1500, 400)


def test_one_series_can_have_two_windows(session: Session) -> None:
    first, *_ = uids(session)
    session.hang(SIDE_BY_SIDE, [(first, None), (first, None)])
    left, right = session.shown_panes
    left.set_window(-600, 1500)
    right.set_window(40, 400)
    assert (left.window.width, right.window.width) == (1500, 400)
    session.activate(1)
    assert (left.window.width, session.window.width) == (1500, 400)


def test_a_view_never_pages_out_of_its_series(session: Session) -> None:
    compare(session)
    right = session.shown_panes[1]
    right.page(-1)
    assert right.index == 0
    right.page(99)
    assert right.index == 4


def test_working_in_another_view_takes_its_place_up(session: Session) -> None:
    compare(session)
    left, right = session.shown_panes
    right.page(2)
    session.show(1)
    session.activate(1)
    assert session.series is right.series and session.index == 2 and session.active == 1
    assert left.index == 1 and not left.active


def test_what_is_drawn_in_each_view_is_saved_with_its_own_case(session: Session, project: Path, images: Path) -> None:
    compare(session)
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 10, 10))
    session.activate(1)
    session.shown_panes[1].page(2)
    session.perform(box(20, 20, 30, 30))
    session.close()
    again = opened(project, images)[0]
    found = []
    for uid, index in zip(uids(again), (0, 2), strict=False):
        again.open_series(uid, index)
        found.append([annotation.shape.bounds for annotation in again.annotations])
    assert found == [[(5, 5, 10, 10)], [(20, 20, 30, 30)]]


def test_a_view_that_only_looks_shows_what_is_drawn_and_changes_nothing(session: Session) -> None:
    compare(session)
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 10, 10))
    session.select([1])
    session.activate(1)
    left, right = session.shown_panes
    assert [a.shape.bounds for a in left.annotations] == [(5, 5, 10, 10)]
    assert left.selection == frozenset()
    left.perform(box(20, 20, 30, 30), 1.0)
    assert len(left.annotations) == 1 and right.annotations == ()


def test_a_view_that_only_looks_shows_what_was_saved_before(session: Session, project: Path, images: Path) -> None:
    second = uids(session)[1]
    session.open_series(second, 0)
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 10, 10))
    session.close()
    again = opened(project, images)[0]
    again.open_series(uids(again)[0])
    compare(again)
    assert [a.shape.bounds for a in again.shown_panes[1].annotations] == [(5, 5, 10, 10)]
    again.choose_tool("tool.box")
    again.perform(box(1, 1, 4, 4))  # the journal goes on with the case that is worked in
    again.close()
    third = opened(project, images)[0]
    third.open_series(uids(third)[0], 0)
    assert [a.shape.bounds for a in third.annotations] == [(1, 1, 4, 4)]


def test_a_view_hears_of_its_own_place_only(session: Session) -> None:
    compare(session)
    left, right = session.shown_panes
    heard: list[tuple[str, Topic]] = []
    left.subscribe(lambda topic: heard.append(("left", topic)))
    stop = right.subscribe(lambda topic: heard.append(("right", topic)))
    right.page(1)
    assert {who for who, _ in heard} == {"right"}
    heard.clear()
    session.show(2)
    assert {who for who, _ in heard} == {"left"}
    heard.clear()
    stop()
    right.page(1)
    assert heard == []


def test_fewer_views_keep_the_one_that_is_worked_in(session: Session) -> None:
    session.arrange(Arrangement.grid(2, 2))
    uid = uids(session)[2]
    session.activate(3)
    session.open_series(uid, 4)
    session.arrange(Arrangement())
    assert session.series is not None and session.series.uid == uid and session.index == 4
    assert session.active == 0 and len(session.shown_panes) == 1


def test_a_view_is_added_and_closed(session: Session) -> None:
    compare(session)
    first, second, third = uids(session)
    session.add_pane()
    assert session.active == 1 and session.series is None
    session.open_series(third)
    assert [pane.series.uid for pane in session.shown_panes if pane.series] == [first, third, second]
    session.close_pane()
    assert [pane.series.uid for pane in session.shown_panes if pane.series] == [first, second]
    assert session.active == 0


def test_the_last_view_is_never_closed(session: Session) -> None:
    session.close_pane()
    assert len(session.shown_panes) == 1


def test_an_empty_view_can_be_worked_in_and_takes_a_series(session: Session) -> None:
    session.arrange(SIDE_BY_SIDE)
    session.activate(1)
    assert session.series is None and session.image is None and session.annotations == ()
    session.open_series(uids(session)[1])
    assert session.image is not None and session.shown_panes[1].image == session.image


def test_the_next_case_does_not_leave_the_patient_before_on_the_screen(session: Session) -> None:
    first, *_ = uids(session)
    session.hang(SIDE_BY_SIDE, [(first, None), (first, None)])
    session.done()
    assert session.series is not None and session.series.uid == uids(session)[1]
    assert [pane.series.uid if pane.series else "" for pane in session.shown_panes] == [uids(session)[1]] * 2


def test_views_stand_and_show_what_they_did_at_the_next_start(session: Session, project: Path, images: Path) -> None:
    compare(session)
    session.shown_panes[1].page(3)
    session.activate(1)
    session.activate(0)
    session.close()
    again = opened(project, images)[0]
    assert again.arrangement == SIDE_BY_SIDE
    first, second, *_ = uids(again)
    assert [(pane.series.uid, pane.index) for pane in again.shown_panes if pane.series] == [(first, 0), (second, 3)]


def test_opening_something_else_empties_every_view(session: Session, tmp_path: Path) -> None:
    compare(session)
    (tmp_path / "nothing").mkdir()
    session.open_folder([tmp_path / "nothing"])
    assert [pane.image for pane in session.shown_panes] == [None, None]


def test_the_first_images_of_the_next_cases_are_ready(session: Session) -> None:
    first, second, third = session.catalogue.in_order
    session.open_series(first.uid)
    soon = first_images(following(session.catalogue.in_order, first))
    assert soon == (*second.images, *third.images)
    assert session._pictures.hold(soon)
    assert following(session.catalogue.in_order, third) == ()


def test_a_series_has_its_counterpart_in_another_study(session: Session) -> None:
    order = session.catalogue.in_order
    assert counterpart(order[0], order, order[2].study_uid) == order[2]
    assert counterpart(order[0], order, "1.2.3") is None


def test_an_image_that_is_not_there_is_the_first_one(session: Session) -> None:
    first, second, *_ = uids(session)
    session.hang(SIDE_BY_SIDE, [(first, None), (second, ImageKey("1.2.3"))])
    assert session.shown_panes[1].index == 0
