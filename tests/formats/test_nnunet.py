"""A data set for nnU-Net has the layout that it asks for, images whose values are the images', and labels that come back."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest

from annotator.dicom.phantom import write_study
from annotator.dicom.pixels import picture
from annotator.domain.exchange import Chosen, Page
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats.nnunet import EXCHANGE
from tests.formats.sheets import bundled
from tests.formats.volumes import (
    COLUMNS,
    ROWS,
    SLICES,
    drawn_on,
    files_of,
    images_of_items,
    items_of,
    masks_of,
    read_back,
    results_of,
    wanted,
    write_series,
)

FOLDER = "Dataset019_CCT_CT"
SHAPES = {0: [("CCT1", Region.box(1, 2, 5, 4))], 1: [("CCT3", Region.box(2, 2, 3, 8)), ("CCT9", Region.box(6, 1, 11, 2))]}


@pytest.fixture(scope="session")
def items(tmp_path_factory):
    return drawn_on(items_of(write_series(tmp_path_factory.mktemp("series"), spacing=(0.7, 1.9), step=2.5)), SHAPES)


def volume(content):
    return nibabel.Nifti1Image.from_bytes(gzip.decompress(content))


def of_patients(items, *splits):
    """The same series for several patients, each in a split of its own."""
    series = []
    for number, split in enumerate(splits, start=1):
        names = replace(items[0].sheet.names, patient=f"P{number:06d}")
        series.append([
            replace(item, stem=item.stem.replace("P000001", names.patient), split=split,
                    sheet=replace(item.sheet, names=replace(names, image=item.sheet.names.image)))
            for item in items
        ])  # fmt: skip
    return series


def written(series, **values):
    chosen = Chosen(bundled(), values, ("train", "val", "test"))
    made = [EXCHANGE.write(items, chosen) for items in series]
    files = {path: content for one in made for path, content in one.files.items()}
    return {**files, **EXCHANGE.finish([one.part for one in made], chosen)}


def test_the_layout_is_that_of_version_2(items):
    files = written(of_patients(items, "train", "val", "train", "test"))
    cases = [f"cct_P00000{n}_S001" for n in (1, 2, 3, 4)]
    assert set(files) == {
        *(f"{FOLDER}/imagesTr/{case}_0000.nii.gz" for case in cases[:3]), *(f"{FOLDER}/labelsTr/{case}.nii.gz" for case in cases[:3]),
        f"{FOLDER}/imagesTs/{cases[3]}_0000.nii.gz", f"{FOLDER}/labelsTs/{cases[3]}.nii.gz",
        f"{FOLDER}/dataset.json", f"{FOLDER}/splits_final.json",
    }  # fmt: skip
    told = json.loads(files[f"{FOLDER}/dataset.json"])
    assert told["channel_names"] == {"0": "CT"} and told["file_ending"] == ".nii.gz" and told["numTraining"] == 3
    assert list(told["labels"].items())[:3] == [("background", 0), ("악성", 1), ("전이성_병변", 2)]
    assert list(told["labels"].values()) == list(range(10))
    assert json.loads(files[f"{FOLDER}/splits_final.json"]) == [{"train": [cases[0], cases[2]], "val": [cases[1]]}]
    assert files[f"{FOLDER}/dataset.json"].isascii()


def test_images_hold_the_values_of_the_images_on_the_grid_of_the_labels(items):
    files = written([items])
    image, labels = (
        volume(files[f"{FOLDER}/imagesTr/cct_P000001_S001_0000.nii.gz"]),
        volume(files[f"{FOLDER}/labelsTr/cct_P000001_S001.nii.gz"]),
    )
    assert np.array_equal(image.affine, labels.affine) and image.shape == labels.shape == (COLUMNS, ROWS, SLICES)
    assert image.get_data_dtype() == np.int16 and labels.get_data_dtype() == np.uint8
    for place, item in enumerate(items):
        values = picture(item.sheet.image).values()
        assert values.max() < 0 and np.array_equal(np.asarray(image.dataobj)[:, :, place].T, values)


def test_values_that_are_no_whole_numbers_stay_what_they_are(tmp_path: Path):
    study = write_study(tmp_path, ("pet-ct",), small=True)
    pet = [item for item in items_of([Path(truth.path) for truth in study]) if item.sheet.image.modality == "PT"]
    drawn = drawn_on(pet, {2: [("PCT1", Region.box(10, 10, 20, 20))]})
    files, _ = files_of(EXCHANGE, drawn)
    (name,) = (path for path in files if "imagesTr" in path)
    found = volume(files[name])
    assert found.get_data_dtype() == np.float32 and name.startswith("Dataset012_PCT_PT/")
    assert np.array_equal(np.asarray(found.dataobj)[:, :, 2].T, picture(drawn[2].sheet.image).values())
    assert json.loads(files["Dataset012_PCT_PT/dataset.json"])["channel_names"] == {"0": "PET"}


def test_kinds_of_images_that_cannot_be_trained_together_have_a_folder_each(items, tmp_path: Path):
    paths = write_series(tmp_path, Modality="CR", ImagePositionPatient=[], FrameOfReferenceUID="", number=2)
    radiographs = drawn_on(items_of(paths), {1: [("XRY3", Region.box(1, 1, 4, 3))]})
    files = written([items, radiographs])
    assert {path.split("/")[0] for path in files} == {FOLDER, "Dataset004_XRY_CR"}
    told = json.loads(files["Dataset004_XRY_CR/dataset.json"])
    assert told["numTraining"] == 1 and "xry_P000001_S001_0002" in told["annotator"]["volumes"][0]["file"]
    images = images_of_items([*items, *radiographs])
    assert masks_of(read_back(EXCHANGE, files, images), images) == wanted([*items, *radiographs])


def test_series_on_which_nothing_is_drawn_are_left_out_or_taken_as_empty(items):
    bare = drawn_on(items, {})
    assert written([bare]) == {}
    files = written([bare], empty="include")
    assert not np.asarray(volume(files[f"{FOLDER}/labelsTr/cct_P000001_S001.nii.gz"]).dataobj).any()


def test_labels_come_back_with_their_split(items):
    files = written(of_patients(items, "val", "test"))
    pages = read_back(EXCHANGE, files, images_of_items(items))
    assert {(page.place.split("/")[1], page.split) for page in pages} == {("labelsTr", "val"), ("labelsTs", "test")}
    assert masks_of([page for page in pages if page.split == "val"], images_of_items(items)) == wanted(items)
    assert EXCHANGE.held is not None
    sheet = items[1].sheet
    assert EXCHANGE.held(sheet, sheet.annotations[0], Chosen(bundled())) == region_mask(Region.box(2, 2, 3, 8), ROWS, COLUMNS)


@pytest.mark.parametrize(
    "labels", [{"background": 0, "nodule": 1, "mass": 3, "both": [1, 3], "odd": True}, {"0": "background", "1": "nodule", "3": "mass"}]
)
def test_descriptions_of_others_name_the_numbers(items, labels):
    files = {path: content for path, content in written([items]).items() if "labelsTr" in path}
    files[f"{FOLDER}/dataset.json"] = json.dumps({"labels": labels}).encode()
    pages = read_back(EXCHANGE, files, images_of_items(items))
    assert [[(m.label.name, m.label.id) for m in page.marks] for page in pages] == [[("nodule", 1)], [("mass", 3), ("", 9)]]


def test_what_is_broken_is_told_and_the_rest_is_read(items):
    files = written([items])
    files[f"{FOLDER}/labelsTr/broken.nii.gz"] = b"\x1f\x8bno"
    files["other/dataset.json"] = b'{"labels": NaN}'
    files["third/dataset.json"], files["third/splits_final.json"] = b"[]", b"[["
    found = results_of(EXCHANGE, files, images_of_items(items))
    told = sorted(str(error.doing) for error in found if isinstance(error, AnnotatorError))
    assert told == [
        "Reading the annotations in other/dataset.json", "Reading the annotations in third/splits_final.json",
        f"Reading the volume {FOLDER}/labelsTr/broken.nii.gz",
    ]  # fmt: skip
    assert masks_of([page for page in found if isinstance(page, Page)], images_of_items(items)) == wanted(items)


def test_colours_are_refused(data_folder: Path):
    drawn = drawn_on(items_of(sorted((data_folder / "awkward" / "series_rgb_mr").glob("*.dcm"))), {0: [("CCT1", Region.box(1, 1, 9, 9))]})
    with pytest.raises(AnnotatorError, match="is in colour, and a channel holds single numbers"):
        files_of(EXCHANGE, drawn)


def test_uneven_slices_are_refused(tmp_path: Path):
    with pytest.raises(AnnotatorError, match="not evenly spaced"):
        files_of(EXCHANGE, drawn_on(items_of(write_series(tmp_path, places=(0, 1, 2, 5))), SHAPES))
