"""The PET from the front: hung beside CT, PET and fused, at its millimetres, and never drawn on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annotator.dicom.phantom.pet_ct import findings, pet_ct
from annotator.i18n import say
from annotator.present.shadows import shadows
from annotator.workspace import projects
from annotator.workspace.frontal_series import FrontalSeries
from annotator.workspace.session import Session
from tests.workspace.study import box, opened

SLICES = 12


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frontal")
    pet_ct(folder, slices=SLICES, size=64)
    return folder


@pytest.fixture
def session(tmp_path: Path, images: Path) -> Session:
    """A PET/CT with the PET from the front at the lower right."""
    session = opened(projects.create("lung-cancer", tmp_path / "project").root, images)[0]
    session.open_series(next(s.uid for s in session.catalogue.in_order if s.modality == "CT"), 5)
    session.choose_tool("tool.box")
    session.hang_four()
    return session


def test_the_highest_values_of_the_pet_hang_beside_ct_pet_and_fused(session: Session) -> None:
    seen = session.shown_panes[3]
    assert str(session.arrangement) == "2,2" and seen.through is not None and len(seen.images) == 1
    assert seen.window.inverted and seen.picture is not None and seen.picture.rows == SLICES and seen.picture.unit == "SUVbw"
    assert shadows(session, seen) == ()


def test_a_finding_is_seen_at_its_millimetres(session: Session) -> None:
    seen, (x, _, z) = session.shown_panes[3], findings(SLICES)["nodule1"].centre
    assert seen.picture is not None and seen.image is not None and seen.image.plane is not None
    values = seen.picture.values()
    row, column = np.unravel_index(values.argmax(), values.shape)
    found = seen.image.plane.to_patient(column + 0.5, row + 0.5)
    assert np.hypot(found[0] - x, found[2] - z) < 10.0


def test_paging_leaves_it_as_it_is(session: Session) -> None:
    before = session.shown_panes[3].picture
    session.page(2)
    assert [pane.index for pane in session.shown_panes] == [7, 7, 7, 0] and session.shown_panes[3].picture is before


def test_nothing_is_drawn_on_it_and_a_sentence_says_so(session: Session) -> None:
    session.activate(3)
    session.perform(box(10, 2, 20, 6))
    assert session.said is not None and "Nothing is drawn where all slices are seen at once" in say(session.said.message)
    session.activate(0)
    assert session.annotations == () and session.undo_name is None


def test_a_project_opened_again_after_it_was_worked_in_begins_there(session: Session, images: Path) -> None:
    session.activate(3)
    session.close()
    again = opened(session.project.root, images)[0]
    assert isinstance(again.series, FrontalSeries) and again.image is not None and again.annotations == ()


def test_the_next_case_is_hung_as_this_one(tmp_path: Path) -> None:
    for seed in (3, 4):
        pet_ct(tmp_path / "studies" / str(seed), slices=4, size=32, seed=seed)
    session = opened(projects.create("lung-cancer", tmp_path / "project").root, tmp_path / "studies")[0]
    first, second = (s for s in session.catalogue.in_order if s.modality == "CT")
    session.open_series(first.uid)
    session.hang_four()
    session.done()  # the PET of the study is a case of its own
    while session.series is not None and session.series.uid != second.uid and session.done():
        pass
    assert session.series is not None and session.series.uid == second.uid
    _, pet, fused, seen = session.shown_panes
    assert all(pane.series is not None and pane.series.study_uid == second.study_uid for pane in session.shown_panes)
    assert pet.window.inverted and fused.place.over is not None and fused.place.over.series.study_uid == second.study_uid
    assert seen.through is not None and seen.window.inverted
