"""Linked views: paged to the same place by geometry, or step by step, and shown in the same window."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.phantom.pet_ct import pet_ct
from annotator.domain.links import same_place
from annotator.workspace import projects
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.linked import Links
from annotator.workspace.session import Session
from tests.workspace.study import opened

SIDE_BY_SIDE = Arrangement.grid(1, 2)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PET/CT, and chest CTs of two more patients."""
    folder = tmp_path_factory.mktemp("linked")
    pet_ct(folder / "0", slices=6)
    for number in (1, 2):
        chest_ct(folder / str(number), slices=6, size=32, seed=number)
    return folder


@pytest.fixture
def session(tmp_path: Path, images: Path) -> Session:
    return opened(projects.create("lung-cancer", tmp_path / "project").root, images)[0]


def pet_and_ct(session: Session) -> None:
    order = session.catalogue.in_order
    pet = next(series for series in order if series.modality == "PT")
    ct = next(series for series in order if series.study_uid == pet.study_uid and series.modality == "CT")
    session.hang(SIDE_BY_SIDE, [(ct.uid, None), (pet.uid, None)])


def two_patients(session: Session) -> None:
    pet = next(series for series in session.catalogue.in_order if series.modality == "PT")
    one, other = (series for series in session.catalogue.in_order if series.study_uid != pet.study_uid)
    session.hang(SIDE_BY_SIDE, [(one.uid, None), (other.uid, None)])


def test_nothing_but_guides_is_linked_at_first(session: Session) -> None:
    pet_and_ct(session)
    session.show(3)
    session.set_window(1, 2)
    assert session.shown_panes[1].index == 0 and session.links == Links(guides=True)


def test_linked_views_page_to_the_same_place(session: Session) -> None:
    pet_and_ct(session)
    session.link("paging")
    left, right = session.shown_panes
    for index in (4, 2, 5):
        session.show(index)
        assert left.image is not None and right.index == same_place(left.image, right.images)
    right.page(-3)
    assert right.image is not None and left.index == same_place(right.image, left.images)
    assert session.linked_by_place(right.place) is True


def test_views_without_common_geometry_page_step_by_step_from_where_they_stood(session: Session) -> None:
    two_patients(session)
    left, right = session.shown_panes
    right.page(2)
    session.link("paging")
    session.page(1)
    assert (left.index, right.index) == (1, 3)
    right.page(-1)
    assert (left.index, right.index) == (0, 2)
    session.show(5)
    assert (left.index, right.index) == (5, 5)  # the end of the series
    session.show(1)
    assert (left.index, right.index) == (1, 3)
    assert session.linked_by_place(right.place) is False


def test_views_stay_where_they_are_once_they_are_not_linked(session: Session) -> None:
    pet_and_ct(session)
    session.link("paging")
    session.link("paging")
    session.show(4)
    assert session.shown_panes[1].index == 0


def test_a_series_opened_beside_linked_views_begins_at_their_place(session: Session) -> None:
    pet_and_ct(session)
    left, right = session.shown_panes
    assert right.series is not None
    pet = right.series.uid
    session.link("paging")
    session.show(4)
    session.activate(1)
    session.open_series(session.catalogue.in_order[-1].uid)
    session.open_series(pet, None)
    assert left.index == 4 and left.image is not None
    assert right.index == same_place(left.image, right.images)


def test_windows_are_shared_by_views_of_one_modality_only(session: Session) -> None:
    two_patients(session)
    session.link("window")
    session.set_window(40, 400)
    assert session.shown_panes[1].window.width == 400
    session.shown_panes[1].set_window(-600, 1200)
    assert session.window.width == 1200
    pet_and_ct(session)
    before = session.shown_panes[1].window
    session.set_window(41, 401)
    assert session.shown_panes[1].window == before


def test_a_new_view_begins_at_the_place_of_the_active_one(session: Session) -> None:
    pet = next(series for series in session.catalogue.in_order if series.modality == "PT")
    session.open_series(pet.uid, 3)
    session.arrange(SIDE_BY_SIDE)
    other = session.shown_panes[1]
    assert session.image is not None and other.index == same_place(session.image, other.images) != 0


@pytest.mark.parametrize("name", [field.name for field in fields(Links)])
def test_how_views_are_linked_is_remembered(session: Session, tmp_path: Path, images: Path, name: str) -> None:
    session.link(name)
    session.close()
    again = opened(tmp_path / "project", images)[0]
    assert again.links == session.links != Links()
