"""Three planes of a series: hung at one place, gone through together, never drawn on, and refused where they would lie."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annotator.dicom.phantom.pet_ct import findings, pet_ct
from annotator.domain.region import Region
from annotator.i18n import say
from annotator.present.shadows import shadows
from annotator.workspace import projects
from annotator.workspace.reformatted import Reformatted
from annotator.workspace.session import Session
from tests.workspace.study import box, opened

SLICES = 12


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planes")
    pet_ct(folder, slices=SLICES, size=64)
    return folder


@pytest.fixture
def session(tmp_path: Path, images: Path) -> Session:
    session = opened(projects.create("lung-cancer", tmp_path / "project").root, images)[0]
    session.open_series(next(s.uid for s in session.catalogue.in_order if s.modality == "CT"), 5)
    session.choose_tool("tool.box")
    return session


def test_a_series_is_hung_with_its_two_other_planes(session: Session) -> None:
    session.hang_planes()
    axial, coronal, sagittal = session.shown_panes
    assert axial.cut is None and axial.index == 5 and axial.active
    assert isinstance(coronal.series, Reformatted) and isinstance(sagittal.series, Reformatted)
    assert [pane.cut.cutting.name for pane in (coronal, sagittal) if pane.cut] == ["Coronal", "Sagittal"]
    assert coronal.picture is not None and coronal.picture.rows == SLICES
    assert coronal.window.center == axial.window.center


def test_a_finding_lies_at_the_same_millimetres_in_every_plane(session: Session) -> None:
    session.open_series(next(s.uid for s in session.catalogue.in_order if s.modality == "PT"))
    session.hang_planes()
    x, y, z = findings(SLICES)["nodule1"].centre
    axial = session.shown_panes[0]
    plane = axial.images[0].plane
    assert plane is not None
    session.show(min(range(SLICES), key=lambda n: abs(axial.images[n].plane.position[2] - z)))  # type: ignore[union-attr]
    session.go_to(axial.place, (x - plane.position[0]) / plane.spacing[1] + 0.5, (y - plane.position[1]) / plane.spacing[0] + 0.5)
    for pane in session.shown_panes:
        assert pane.picture is not None and pane.image is not None and pane.image.plane is not None
        rows, columns = np.nonzero(pane.picture.values() > 5.0)
        found = pane.image.plane.to_patient(columns.mean() + 0.5, rows.mean() + 0.5)
        assert np.linalg.norm(np.subtract(found, (x, y, z))) < 6.0


def test_going_to_a_place_in_a_plane_moves_the_slices_there(session: Session) -> None:
    session.hang_planes()
    axial, coronal, sagittal = session.shown_panes
    image = coronal.image
    assert image is not None and image.plane is not None
    session.go_to(coronal.place, 30.5, 2.5)
    x, _, z = image.plane.to_patient(30.5, 2.5)
    assert axial.image is not None and axial.image.plane is not None and axial.image.plane.position[2] == pytest.approx(z)
    assert sagittal.image is not None and sagittal.image.plane is not None and sagittal.image.plane.position[0] == pytest.approx(x)


def test_paging_one_plane_leaves_the_others_where_they_are(session: Session) -> None:
    session.hang_planes()
    if not session.links.paging:
        session.link("paging")
    before = [pane.index for pane in session.shown_panes]
    session.page(2)
    assert [pane.index for pane in session.shown_panes] == [before[0] + 2, *before[1:]]
    session.shown_panes[1].page(-3)
    assert session.shown_panes[0].index == before[0] + 2


def test_nothing_is_drawn_on_a_plane_and_a_sentence_says_so(session: Session) -> None:
    session.hang_planes()
    session.activate(1)
    session.perform(box(10, 2, 20, 6))
    assert session.said is not None and "Nothing is drawn on a cut" in say(session.said.message)
    session.activate(0)
    assert session.annotations == () and session.undo_name is None


def test_what_is_drawn_on_a_slice_is_seen_as_a_cut_in_the_planes(session: Session) -> None:
    session.hang_planes()
    coronal = session.shown_panes[1]
    assert coronal.image is not None and coronal.image.plane is not None and session.image is not None and session.image.plane is not None
    middle = session.image.rows / 2
    session.perform(box(60, middle - 20, 100, middle + 20))
    (seen,) = shadows(session, coronal)
    xs, ys = zip(*(point for ring in seen.rings for point in ring), strict=True)
    left, top = coronal.image.plane.to_patient(min(xs), min(ys))[0], coronal.image.plane.to_patient(0, min(ys))[2]
    assert left == pytest.approx(session.image.plane.to_patient(60, 0)[0])
    assert top == pytest.approx(session.image.plane.position[2] + 2.5, abs=0.02)
    assert seen.locked and isinstance(session.annotations[0].shape, Region)
    session.undo()
    assert shadows(session, coronal) == ()


def test_the_highest_values_of_the_pet_hang_beside_ct_pet_and_fused(session: Session) -> None:
    session.hang_four()
    seen = session.shown_panes[3]
    assert seen.cut is not None and seen.cut.cutting.maximum and len(seen.images) == 1
    assert seen.window.inverted and seen.picture is not None and seen.picture.value_range[1] > 6
    assert shadows(session, seen) == ()


def test_a_project_opened_again_after_planes_were_hung_begins_as_usual(session: Session, images: Path) -> None:
    session.hang_planes()
    session.activate(2)
    session.close()
    again = opened(session.project.root, images)[0]
    assert again.image is not None and again.series is not None and not isinstance(again.series, Reformatted)
