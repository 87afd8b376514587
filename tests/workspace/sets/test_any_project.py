"""Every bundled project goes out: mammograms of one case in several series, and a brain whose regions come from a label volume."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image as Pillow

from annotator.domain.frozen_set import FrozenSet, Rule
from annotator.domain.recipe import Clahe, Crop, Equalise, Resample, Resize, Window
from annotator.progress import Report
from annotator.workspace.projects import ProjectFolder, create, open_project
from annotator.workspace.session import Session
from annotator.workspace.sets import shelf
from annotator.workspace.worklist import Worklist
from tests.workspace import brain, mammograms
from tests.workspace.handover.accepted import TIME
from tests.workspace.sets.frozen import BY, export
from tests.workspace.study import free


def frozen(folder: ProjectFolder, session: Session, tmp_path: Path) -> FrozenSet:
    """Freeze what a session has open."""
    worklist = Worklist(folder, tmp_path / "list.sqlite")
    worklist.add(session.catalogue.by_uid.values())
    worklist.refresh()
    found, left = shelf.freeze(folder, worklist.entries(), shelf.Wish("all", "", Rule(), TIME), BY, Report())
    assert left == ()
    return found


def test_mammograms_go_out_as_one_case_with_their_json(tmp_path: Path) -> None:
    images, folder = mammograms.four_views(tmp_path / "images"), create("breast-cancer", tmp_path / "project")
    session = mammograms.opened(folder.root, images)
    for view in ("RCC", "LMLO"):
        mammograms.go_to(session, view)
        session.perform(free((20, 30), (50, 30), (50, 60), (20, 60)))
    session.close()
    found = frozen(open_project(folder.root), session, tmp_path)
    assert len(found.members) == 1
    forms = ("dicom", "png", "coco", "breast-json")
    out, done = export(folder, found, tmp_path, forms=forms, recipe=(Window(), Resize(48, 48), Equalise()))
    assert (done.cases, done.images, done.annotations, done.left) == (1, 4, 2, ())
    pictures = sorted((out / "png" / "images" / "train").glob("*.png"))
    assert {np.asarray(Pillow.open(path)).shape for path in pictures} == {(48, 48)} and len(pictures) == 4
    (written,) = (out / "breast-json").rglob("*.json")
    contours = json.loads(written.read_text("utf-8"))["contour_list"]["cancer"]
    assert {view for view, lesions in contours.items() if lesions} == {"rcc", "lmlo"}
    assert all(abs(point["x"]) <= 24 and abs(point["y"]) <= 24 for v in contours.values() for ring in v.values() for point in ring)


@pytest.mark.parametrize("slices", [0.0, 8.0])
def test_a_brain_goes_out_with_the_regions_of_its_label_volume(tmp_path: Path, slices: float) -> None:
    images, truth = brain.small_brain(tmp_path / "images")
    folder = brain.dementia(tmp_path / "project")
    pattern, (modality,) = folder.project.patterns["image"], folder.project.modalities
    known = {"class": folder.project.classes[0], "folder": modality.folder, "prefix": modality.prefix}
    known |= {"patient": "P000001", "series": "S001"}
    for number, path in enumerate(sorted(images.glob("*.dcm")), 1):
        place = folder.root / pattern.format(**known, image=f"{number:04d}", category="")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    session, _ = brain.opened(folder.root, place.parent)
    session.load_regions([brain.nifti(images, truth, tmp_path / "regions.nii.gz")])
    session.close()
    found = frozen(open_project(folder.root), session, tmp_path)
    recipe = (Window(), Resample(4.0, slices), Crop(margin=4.0, slices=True), Clahe(0.02, 4))
    out, done = export(folder, found, tmp_path, forms=("nifti",), recipe=recipe)
    assert (done.cases, done.left) == (1, ())
    (image,), (labels,) = ((out / "nifti" / kind / "train").glob("*.nii.gz") for kind in ("images", "labels"))
    values, regions = nibabel.load(image), nibabel.load(labels)
    assert values.shape == regions.shape and np.allclose(values.affine, regions.affine)
    assert set(np.unique(regions.dataobj)) == set(range(11))
    voxel = float(np.prod(regions.header.get_zooms()))
    size = 256.0 / brain.SIZE
    before = np.count_nonzero(truth) * size * size * (160.0 / brain.SLICES)
    assert abs(np.count_nonzero(regions.dataobj) * voxel / before - 1) < 0.15
