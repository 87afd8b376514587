"""A session fuses what shares a frame of reference, hangs a PET/CT at one place, and says plainly where that cannot be."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.phantom.pet_ct import findings, pet_ct
from annotator.domain.colour_maps import ColourMap
from annotator.domain.links import same_place
from annotator.domain.reslice import Raster, sample
from annotator.i18n import say
from annotator.workspace import projects
from annotator.workspace.fusing import Fusing
from annotator.workspace.session import Session
from tests.workspace.study import opened

SLICES = 10


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PET/CT, and a chest CT of another patient."""
    folder = tmp_path_factory.mktemp("fused")
    pet_ct(folder / "0", slices=SLICES, size=64)
    chest_ct(folder / "1", slices=3, size=32)
    return folder


def another_frame(images: Path, folder: Path) -> Path:
    """The same PET/CT, but the PET says that it was made in another frame of reference."""
    shutil.copytree(images / "0", folder)
    for path in (folder / "PT").iterdir():
        dataset = pydicom.dcmread(path)
        dataset.FrameOfReferenceUID = "1.2.3.4"
        dataset.save_as(path)
    return folder


@pytest.fixture
def session(tmp_path: Path, images: Path) -> Session:
    session = opened(projects.create("lung-cancer", tmp_path / "project").root, images)[0]
    session.open_series(uid_of(session, "CT"), 4)
    return session


def uid_of(session: Session, modality: str) -> str:
    study = next(s.study_uid for s in session.catalogue.in_order if s.modality == "PT")
    return next(s.uid for s in session.catalogue.in_order if s.modality == modality and s.study_uid == study)


@pytest.mark.parametrize("modality", ["CT", "PT"])
def test_a_pet_ct_is_hung_at_the_place_that_is_looked_at_whatever_was_open(session: Session, modality: str) -> None:
    session.open_series(uid_of(session, modality), 6)
    session.hang_pet_ct()
    ct, pet, fused = session.shown_panes
    assert [pane.image.modality for pane in session.shown_panes if pane.image] == ["CT", "PT", "CT"]
    assert ct.image is not None and (ct.index, pet.index, fused.index) == (6, same_place(ct.image, pet.images), 6)
    assert session.fused_panes == (2,) and session.links.paging and session.links.look


def test_all_three_views_page_together(session: Session) -> None:
    session.hang_pet_ct()
    session.page(-2)
    assert [pane.index for pane in session.shown_panes] == [2, 2, 2]
    session.shown_panes[1].page(5)
    assert [pane.index for pane in session.shown_panes] == [7, 7, 7]


def test_the_pet_is_shown_in_inverse_grey_from_0_to_7(session: Session) -> None:
    session.hang_pet_ct()
    assert session.shown_panes[1].window.inverted and not session.shown_panes[0].window.inverted
    session.hang_pet_ct()
    assert session.shown_panes[1].window.inverted


def test_a_finding_lies_at_the_same_millimetres_on_ct_pet_and_fused(session: Session) -> None:
    nodule = findings(SLICES)["nodule1"]
    x, y, z = nodule.centre
    session.hang_pet_ct()
    fused = session.shown_panes[2]
    fusion = fused.fusion
    assert fusion is not None
    place = min(range(len(fused.images)), key=lambda n: abs(fused.images[n].plane.position[2] - z))  # type: ignore[union-attr]
    session.show(place)
    image = fused.image
    assert image is not None and image.plane is not None
    raster = Raster(0.5, 0.5, 1.0, 1.0, image.columns, image.rows)

    def values(key):
        picture = session.picture_of(key)
        return picture.values() if picture is not None else None

    hot = sample(fusion.lattice, values, image.plane, raster) > 5.0
    rows, columns = np.nonzero(hot)
    found = image.plane.to_patient(columns.mean() + 0.5, rows.mean() + 0.5)
    assert np.hypot(found[0] - x, found[1] - y) < 2.0
    voxel = fused.uptake_at(columns.mean() + 0.5, rows.mean() + 0.5)
    assert voxel is not None and voxel[0].value_at(voxel[1] + 0.5, voxel[2] + 0.5) > 5.0  # type: ignore[operator]


def test_frames_of_reference_that_differ_are_not_fused(tmp_path: Path, images: Path) -> None:
    session = opened(projects.create("lung-cancer", tmp_path / "project").root, another_frame(images, tmp_path / "study"))[0]
    session.open_series(uid_of(session, "CT"))
    session.hang_pet_ct()
    assert session.said is not None and "frames of reference differ" in say(session.said.message)
    assert session.arrangement.count == 1
    session.fuse()
    assert session.place.over is None and "frames of reference differ" in say(session.said.message)


def test_a_study_without_pet_offers_no_fusion(session: Session) -> None:
    other = next(s for s in session.catalogue.in_order if s.study_uid != session.catalogue.by_uid[uid_of(session, "CT")].study_uid)
    session.open_series(other.uid)
    assert not session.may_fuse() and not session.may_hang()


def test_the_pet_is_laid_over_a_view_and_taken_away_again(session: Session) -> None:
    session.fuse()
    assert session.fused_panes == (0,) and session.panes[0].fusion is not None
    session.fuse()
    assert session.fused_panes == ()


def test_another_series_in_the_view_is_not_fused_unless_it_fits(session: Session) -> None:
    session.fuse()
    session.open_series(uid_of(session, "PT"))
    assert session.place.over is None


def test_the_look_is_held_within_bounds_and_remembered(session: Session, tmp_path: Path, images: Path) -> None:
    session.look_fused(blend=1.7, colours=ColourMap.UNIFORM, smooth=False)
    session.set_uptake(12.5)
    look = opened(projects.create("lung-cancer", tmp_path / "other").root, images)[0].fusion_look
    assert (look.blend, look.colours, look.smooth, look.upper) == (1.0, ColourMap.UNIFORM, False, 12.5)


def test_looking_fused_changes_no_document(session: Session) -> None:
    session.hang_pet_ct()
    before = session.document
    session.look_fused(blend=0.2)
    session.set_uptake(4)
    assert session.document == before and session.undo_name is None and isinstance(session, Fusing)
