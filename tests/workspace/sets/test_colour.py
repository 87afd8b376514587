"""Series in colour go into sets as DICOM and PNG with their colours; steps for grey values and volumes leave them out, and say so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow

from annotator.domain.frozen_set import FrozenSet, Rule
from annotator.domain.recipe import BOX, Crop, Normalise, Recipe, Resize
from annotator.i18n import Message
from annotator.progress import Report
from annotator.workspace.projects import ProjectFolder, open_project
from annotator.workspace.sets import shelf
from annotator.workspace.sets.preview import Preview, preview
from tests.workspace.handover.accepted import TIME, draw, listed
from tests.workspace.sets.frozen import BY, export
from tests.workspace.study import into_the_tree, lung_project, small_ct

BOX_OF_IT: Recipe = (Crop(BOX, left=2, top=3, width=20, height=16),)


def colours(number: int) -> NDArray[np.uint8]:
    """What a slice shows: 32 × 32, red across, green down, blue by the slice."""
    made = np.zeros((32, 32, 3), np.uint8)
    made[..., 0] = 8 * np.arange(32)[None, :]
    made[..., 1] = 8 * np.arange(32)[:, None]
    made[..., 2] = 80 * number
    return made


def coloured(one: pydicom.Dataset, number: int, kind: str) -> None:
    """Give a slice its colours, pixel by pixel or by a palette of the 32 × 32 that occur."""
    del one.RescaleSlope, one.RescaleIntercept, one.WindowCenter, one.WindowWidth
    shown = colours(number)
    if kind == "RGB":
        one.SamplesPerPixel, one.PhotometricInterpretation, one.PlanarConfiguration = 3, "RGB", 0
        one.BitsAllocated, one.BitsStored, one.HighBit, one.PixelRepresentation = 8, 8, 7, 0
        one.PixelData = shown.tobytes()
        return
    one.SamplesPerPixel, one.PhotometricInterpretation = 1, "PALETTE COLOR"
    one.BitsAllocated, one.BitsStored, one.HighBit, one.PixelRepresentation = 16, 16, 15, 0
    for place, name in enumerate(("Red", "Green", "Blue")):
        one.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [1024, 0, 16])
        one.add_new(f"{name}PaletteColorLookupTableData", "OW", (shown.reshape(-1, 3)[:, place].astype("<u2") << 8).tobytes())
    one.PixelData = np.arange(1024, dtype="<u2").tobytes()


def frozen(tmp_path: Path, kind: str) -> tuple[ProjectFolder, FrozenSet]:
    root = tmp_path / "project"
    lung_project(root)
    images = small_ct(tmp_path / "images", slices=3, size=32)
    for number, path in enumerate(sorted(images.rglob("*.dcm"))):
        one = pydicom.dcmread(path)
        one.PatientName = one.PatientID = "P000001"
        coloured(one, number, kind)
        one.save_as(path)
    draw(open_project(root), into_the_tree(images, root, "P000001", "S001"))
    folder = open_project(root)
    entries = listed(folder, tmp_path / "list.sqlite").entries()
    found, left = shelf.freeze(folder, entries, shelf.Wish("first", "everything", Rule(), TIME), BY, Report())
    assert left == ()
    return folder, found


@pytest.mark.parametrize("kind", ["RGB", "PALETTE COLOR"])
def test_pictures_and_dicom_keep_the_colours_and_the_masks_their_place(tmp_path: Path, kind: str) -> None:
    folder, found = frozen(tmp_path, kind)
    out, done = export(folder, found, tmp_path, forms=("dicom", "png", "coco"), recipe=BOX_OF_IT)
    assert (done.cases, done.images, done.annotations, done.left) == (1, 3, 1, ())
    pictures = sorted((out / "png" / "images").rglob("*.png"))
    files = sorted((out / "dicom" / "images").rglob("*.dcm"))
    for number, (picture, file) in enumerate(zip(pictures, files, strict=True)):
        wanted = colours(number)[3:19, 2:22]
        assert (np.asarray(Pillow.open(picture)) == wanted).all()
        told = pydicom.dcmread(file)
        assert (told.pixel_array == wanted).all() and told.PhotometricInterpretation == "RGB" and "RescaleSlope" not in told
    (mask,) = (out / "dicom" / "masks").rglob("*.dcm")
    drawn = np.zeros((32, 32), bool)
    drawn[4:20, 4:20] = True
    assert ((pydicom.dcmread(mask).pixel_array > 0) == drawn[3:19, 2:22]).all()


def test_colours_are_padded_with_black_and_mixed_one_by_one(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, "RGB")
    out, done = export(folder, found, tmp_path, recipe=(Resize(64, 32),))
    assert done.images == 3
    shown = np.asarray(Pillow.open(sorted((out / "png" / "images").rglob("*.png"))[1]))
    assert shown.shape == (32, 64, 3) and (shown[:, :16] == 0).all() and (shown[:, 16:48] == colours(1)).all()


def test_what_makes_no_sense_on_colour_is_said(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, "RGB")
    _, done = export(folder, found, tmp_path, recipe=(*BOX_OF_IT, Normalise()))
    (left,) = done.left
    assert done.images == 0 and "Normalise" in str(left.why) and "in colour" in str(left.why)
    _, done = export(folder, found, tmp_path, tmp_path / "volumes", forms=("nifti",))
    (left,) = done.left
    assert done.images == 0 and "a volume holds single numbers" in str(left.why)


def test_before_and_after_are_shown_in_colour(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, "RGB")
    worklist = listed(folder, tmp_path / "list.sqlite")
    shown = preview(folder, worklist, found.members[0], BOX_OF_IT)
    assert isinstance(shown, Preview) and shown.before.pixels.shape == (32, 32, 3)
    assert (shown.after.pixels == colours(0)[3:19, 2:22]).all()
    assert isinstance(preview(folder, worklist, found.members[0], (Normalise(),)), Message)
