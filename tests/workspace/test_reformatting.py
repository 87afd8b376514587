"""A session shows other planes of its series: all slices are fetched, however little memory there is, and what is drawn is cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annotator.i18n import say
from annotator.workspace.planes import Change, Planes
from annotator.workspace.session import Session
from tests.workspace.study import box, lung_project, opened, small_ct

SLICES, SIZE = 9, 64
SLICE = SIZE * SIZE * 2


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A chest CT of nine slices, all of it done at once."""
    made, _ = opened(lung_project(tmp_path / "project").root, small_ct(tmp_path / "ct", SLICES, SIZE))
    return made


def shown(session: Session) -> Planes:
    session.show_planes(True)
    assert session.planes is not None
    return session.planes


def test_the_stack_is_the_slices_and_takes_its_room_of_the_memory(session: Session) -> None:
    planes = shown(session)
    assert (planes.missing, planes.broken, planes.problem) == (0, 0, None)
    coronal, picture = planes.cuts[1], planes.picture(1)
    assert picture is not None and (picture.rows, picture.columns) == (coronal.rows, coronal.columns)
    stored = [session.picture_of(image.key) for image in session.images]
    edge = np.stack([found.stored[32] for found in stored if found is not None])
    np.testing.assert_array_equal(picture.stored[-1], edge[0])
    np.testing.assert_array_equal(picture.stored[0], edge[-1])
    assert session.stock.held == 2 * SLICES * SLICE
    session.show_planes(False)
    assert session.stock.held == SLICES * SLICE


def test_all_slices_come_though_few_can_be_kept(session: Session) -> None:
    session._pictures.forget()
    session._pictures.allow(2 * SLICES * SLICE + SLICE)
    planes = shown(session)
    assert planes.missing == 0
    assert session.stock.held <= session.stock.most
    assert session.picture is not None


def test_too_little_memory_is_said(session: Session) -> None:
    session._pictures.allow(SLICES * SLICE)
    session.show_planes(True)
    assert session.planes is None
    assert session.said is not None and "MB" in say(session.said.message)


def test_paging_the_slices_works_out_no_plane_anew(session: Session) -> None:
    planes = shown(session)
    before, told = planes.picture(1), list[Change]()
    planes.subscribe(told.append)
    session.page(1)
    assert (told, planes.point[2]) == ([Change.POINT], session.index)
    assert planes.picture(1) is before
    planes.page(1, 1)
    assert planes.picture(1) is not before


def test_what_is_drawn_on_slices_is_cut(session: Session) -> None:
    planes = shown(session)
    for number in (3, 4):
        session.show(number)
        session.perform(box(20, 24, 41, 37))
    (cells,) = planes.cells(1).values()
    assert [np.flatnonzero(row).tolist() for row in cells if row.any()] == [list(range(20, 41))] * 2
    (cells,) = planes.cells(2).values()
    assert np.flatnonzero(cells.any(axis=1)).tolist() == [3, 4] and cells.sum() == 2 * 13
    session.select([1])
    (chosen,) = planes.chosen_cells(2).values()
    assert np.flatnonzero(chosen.any(axis=1)).tolist() == [4]
    session.undo()
    (cells,) = planes.cells(1).values()
    assert np.flatnonzero(cells.any(axis=1)).tolist() == [3]


def test_what_is_hidden_on_the_slices_is_cut_by_no_plane(session: Session) -> None:
    planes = shown(session)
    for number in (3, 4):
        session.show(number)
        session.perform(box(20, 24, 41, 37))
    session.select([1])
    session.hide_selected()
    assert planes.cells(1) == {}
    session.hide_selected()
    (cells,) = planes.cells(1).values()
    assert np.flatnonzero(cells.any(axis=1)).tolist() == [3, 4]


def test_the_point_of_a_series_is_where_it_was_left(session: Session) -> None:
    planes = shown(session)
    planes.go((5, 6, 7))
    assert (session.index, planes.point) == (7, (5, 6, 7))
    uid = session.series.uid if session.series else ""
    session.open_folder(session.folders)
    assert session.planes is planes and session.series is not None and session.series.uid == uid
    assert planes.point[:2] == (5, 6) and planes.missing == 0
