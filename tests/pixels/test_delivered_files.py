"""What a day in the real window leaves on disk holds before strangers: validators, other readers, the schema."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pydicom
import pytest
import SimpleITK
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.phantom.chest_xray import chest_xray
from annotator.dicom.phantom.pet_ct import pet_ct
from annotator.paths import resources_folder
from annotator.workspace.projects import create
from tests.pixels.readers import outlines
from tests.pixels.room import files, room
from tests.pixels.strokes import STEPS, Grid, draw

SCHEMA = resources_folder() / "schema" / "lung-json.schema.json"
TREE = "lung_cancer/chest-ct/benign/P000007/S002/dcm"
FEW = (STEPS[0], STEPS[3], STEPS[8], STEPS[12], STEPS[17])
REAL = ("series/lungdx_a0001_ct_lung", "single/cr_chest_mono1_rg1_j2k.dcm", "series/sts001_petctmr/PET", "single/dx_chest_nih_8bit.dcm")


@dataclass(frozen=True)
class Saved:
    """A project in which one image was drawn on, and the file of that image."""

    project: Path
    source: Path

    @property
    def masks(self) -> list[Path]:
        return files(self.project, "*_binary.dcm")

    @property
    def json(self) -> Path:
        (found,) = files(self.project, "*.json")
        return found


def drawn_on(qtbot: QtBot, project: Path, images: Path, index: int = 0) -> Saved:
    """Open the window on images, draw on one with categories 1 to 4, save and close."""
    with room(qtbot, "--project", project, images) as hand:
        hand.until_painted()
        drawable = [s for s in hand.session.catalogue.in_order if s.project_modality]
        hand.session.open_series(drawable[0].uid)
        hand.until_painted(index)
        for step in FEW:
            draw(hand, step, Grid())
        hand.save()
        return Saved(project, Path(hand.session.image.path))


@pytest.fixture(params=["ct", "x-ray", "pet"])
def saved(qtbot: QtBot, tmp_path: Path, request: pytest.FixtureRequest) -> Saved:
    """Used in place, wherever the images are."""
    make = {"ct": lambda f: chest_ct(f, slices=3, size=96), "x-ray": lambda f: chest_xray(f, size=128)}
    make.get(request.param, lambda f: pet_ct(f, slices=3, size=64))(tmp_path / "images")
    return drawn_on(qtbot, create("lung-cancer", tmp_path / "과제").root, tmp_path / "images")


@pytest.fixture
def in_tree(qtbot: QtBot, tmp_path: Path) -> Saved:
    """Two images that lie in the project's tree by its rule, de-identified, opened where they are."""
    project = create("lung-cancer", tmp_path / "과제").root
    chest_ct(tmp_path / "raw", slices=2, size=96)
    (project / TREE).mkdir(parents=True)
    for number, path in enumerate(sorted((tmp_path / "raw").glob("*.dcm")), 1):
        dataset = pydicom.dcmread(path)
        dataset.PatientName = dataset.PatientID = "P000007"
        dataset.save_as(project / TREE / f"cct_P000007_S002_{number:04d}.dcm")
    return drawn_on(qtbot, project, project / "lung_cancer", 1)


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} on this machine (Debian: dicom3tools, dcmtk)")
    return found


def output(*command: object) -> str:
    done = subprocess.run([str(c) for c in command], capture_output=True, timeout=60, check=False)
    return (done.stdout + done.stderr).decode("utf-8", errors="replace")


def errors(text: str) -> list[str]:
    return [line for line in text.splitlines() if "Error" in line]


def test_dciodvfy_finds_no_error(saved: Saved) -> None:
    checker = program("dciodvfy")
    assert len(saved.masks) == 4
    assert {path.name: errors(output(checker, "-new", path)) for path in saved.masks} == {path.name: [] for path in saved.masks}


def test_other_readers_find_the_mask_at_the_place_of_its_image(saved: Saved) -> None:
    image = SimpleITK.ReadImage(str(saved.source))
    for path in saved.masks:
        mask = SimpleITK.ReadImage(str(path))
        assert mask.GetSize() == image.GetSize()
        for measure in ("GetSpacing", "GetOrigin", "GetDirection"):
            assert getattr(mask, measure)() == pytest.approx(getattr(image, measure)()), (path.name, measure)


def test_dcmdump_shows_the_category_in_korean(saved: Saved) -> None:
    viewer = program("dcmdump")
    names = {c["id"]: c["name"] for c in json.loads(saved.json.read_text("utf-8"))["categories"]}
    for path in saved.masks:
        category = int(path.stem.split("_")[-2])
        shown = output(viewer, "--search", "0008,103e", path)
        assert f"{category} {names[category]}" in shown
        assert "ISO_IR 192" in output(viewer, "--search", "0008,0005", path)


def test_the_json_follows_its_schema(saved: Saved) -> None:
    content = json.loads(saved.json.read_text("utf-8"))
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    found = [f"{error.json_path}: {error.message}" for error in jsonschema.Draft202012Validator(schema).iter_errors(content)]
    assert found == []
    assert saved.json.stem == content["images"][0]["file_name"].removesuffix(".dcm")


def test_an_image_of_the_tree_keeps_its_names_and_its_masks_belong_to_it(in_tree: Saved) -> None:
    assert [path.relative_to(in_tree.project).as_posix() for path in in_tree.masks] == [
        f"lung_cancer/chest-ct/benign/P000007/S002/binary/cct_P000007_S002_0002_{category}_binary.dcm" for category in (1, 2, 3, 4)
    ]
    assert in_tree.json.parent == in_tree.project / "lung_cancer/chest-ct/benign/P000007/S002/json"
    checker, validator = program("dcentvfy"), program("dciodvfy")
    assert errors(output(checker, in_tree.source, *in_tree.masks)) == []
    assert [line for path in in_tree.masks for line in errors(output(validator, "-new", path))] == []
    image = json.loads(in_tree.json.read_text("utf-8"))["images"][0]
    assert (image["patient_id"], image["series_id"], image["image_id"]) == ("P000007", "S002", "0002")


def test_the_tree_can_be_opened_again_with_its_masks_in_it(in_tree: Saved, qtbot: QtBot) -> None:
    """What was saved beside the images is not taken for images to draw on."""
    before = {path: path.read_bytes() for path in [*in_tree.masks, in_tree.json]}
    with room(qtbot, "--project", in_tree.project, in_tree.project / "lung_cancer") as hand:
        hand.until_painted()
        assert Path(hand.session.image.path) == in_tree.source
        assert len(hand.session.annotations) == len(FEW) - 1
        assert hand.session.question is None
        assert [len(s.images) for s in hand.session.catalogue.in_order if s.project_modality] == [2]
    assert {path: path.read_bytes() for path in before} == before


def test_boxes_areas_and_extents_are_those_of_the_outlines(saved: Saved) -> None:
    content = json.loads(saved.json.read_text("utf-8"))
    assert {a["toolname"] for a in content["annotations"]} == {"Line", "Free", "Box"}
    for entry in content["annotations"]:
        points = [point for outline in outlines(entry["segmentation"]) for point in outline]
        (left, top), (right, low) = (tuple(f(axis) for axis in zip(*points, strict=True)) for f in (min, max))
        assert entry["bbox"] == [left, top, right, low]
        assert (entry["width"], entry["height"]) == (right - left, low - top)
        assert entry["area"] == pytest.approx((right - left) * (low - top))
        assert entry["iscrowd"] == int(isinstance(entry["segmentation"][0], list))
        assert entry["image_id"] == int(content["images"][0]["image_id"])


@pytest.mark.parametrize("name", REAL)
def test_masks_of_real_images_hold_too(qtbot: QtBot, data_folder: Path, tmp_path: Path, name: str) -> None:
    saved = drawn_on(qtbot, create("lung-cancer", tmp_path / "project").root, data_folder / name)
    test_dciodvfy_finds_no_error(saved)
    test_the_json_follows_its_schema(saved)
    test_other_readers_find_the_mask_at_the_place_of_its_image(saved)
