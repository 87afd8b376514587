"""A project goes into other formats and comes back: whole volumes from images used in place, delivered trees from anywhere."""

import json
import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest

from annotator.cli.main import main
from annotator.dicom.phantom.brain_mr import brain_mr
from annotator.dicom.phantom.mammography import mammography
from tests.workspace.study import box, free, lung_project, opened, small_ct


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return small_ct(tmp_path / "images", slices=7)


@pytest.fixture
def project(tmp_path: Path, images: Path) -> Path:
    """A project in which two of seven slices, not neighbours, are marked."""
    root = lung_project(tmp_path / "project").root
    session, _ = opened(root, images)
    session.choose_tool("tool.free")
    for index in (1, 4):
        session.show(index)
        session.perform(free((40.3, 40), (55, 42.7), (44, 58)), 1.0)
    session.choose_tool("tool.box")
    session.choose_category("CCT4")
    session.perform(box(10.5, 10, 30, 30.25), 1.0)
    session.close()
    return root


def masks(root: Path) -> dict[tuple[str, str], np.ndarray]:
    """The masks of a tree by source image and category."""
    found = {}
    for path in root.rglob("*_binary.dcm"):
        file = pydicom.dcmread(path)
        found[file.SourceImageSequence[0].ReferencedSOPInstanceUID, path.stem.split("_")[-2]] = file.pixel_array > 0
    return found


def equal(a: dict[tuple[str, str], np.ndarray], b: dict[tuple[str, str], np.ndarray]) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(mask, b[key]) for key, mask in a.items())


@pytest.mark.parametrize("form", ["nifti", "nnunet", "seg", "rtstruct"])
def test_a_volume_holds_the_slices_on_which_nothing_was_drawn(project: Path, images: Path, tmp_path: Path, form: str) -> None:
    assert main(["convert", str(project), "--to", form, "--out", str(tmp_path / "out")]) == 0
    back = ["--from", form, "--to", "mask-dicom", "--out", str(tmp_path / "back"), "--project", "lung-cancer", "--images", str(images)]
    assert main(["convert", str(tmp_path / "out"), *back]) == 0
    assert len(masks(project)) == 3
    assert equal(masks(tmp_path / "back"), masks(project))


@pytest.mark.parametrize("form", ["lung-json", "mask-dicom"])
def test_a_delivered_tree_is_read_with_images_that_lie_elsewhere(project: Path, images: Path, tmp_path: Path, form: str) -> None:
    assert main(["convert", str(project), "--to", form, "--out", str(tmp_path / "out")]) == 0
    back = ["--from", form, "--to", "mask-dicom", "--out", str(tmp_path / "back"), "--project", "lung-cancer", "--images", str(images)]
    assert main(["convert", str(tmp_path / "out"), *back]) == 0
    assert equal(masks(tmp_path / "back"), masks(project))


def test_a_tree_whose_images_are_nowhere_is_no_success(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(project), "--to", "lung-json", "--out", str(tmp_path / "out")]) == 0
    assert main(["convert", str(tmp_path / "out"), "--from", "lung-json", "--to", "coco", "--out", str(tmp_path / "coco"),
                 "--project", "lung-cancer"]) == 1
    assert "--images" in capsys.readouterr().err
    assert not (tmp_path / "coco").exists()


def test_masks_in_a_heap_are_told_apart_by_the_images_that_they_name(project: Path, images: Path, tmp_path: Path) -> None:
    (tmp_path / "heap").mkdir()
    for number, path in enumerate(sorted(project.rglob("*_binary.dcm"))):
        shutil.copy(path, tmp_path / "heap" / f"{number}.dcm")
    back = ["--from", "mask-dicom", "--to", "mask-dicom", "--out", str(tmp_path / "back"), "--project", "lung-cancer"]
    assert main(["convert", str(tmp_path / "heap"), *back, "--images", str(images)]) == 0
    assert equal(masks(tmp_path / "back"), masks(project))


def test_the_json_of_a_case_is_that_of_the_only_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mammography(tmp_path / "study", size=288)
    contour = [{"y": y, "x": x} for x, y in ((-10, -10), (20, -10), (20, 15), (-10, -10))]
    case = {"user_id": "1", "case_id": "7", "contour_list": {"cancer": {"lcc": {"1565594002486": contour}}}, "discard_yn": 0}
    (tmp_path / "somewhere.json").write_text(json.dumps(case), encoding="utf-8")
    words = ["--from", "breast-json", "--to", "breast-json", "--project", "breast-cancer", "--images", str(tmp_path / "study")]
    assert main(["convert", str(tmp_path / "somewhere.json"), *words, "--out", str(tmp_path / "out")]) == 0
    (written,) = (tmp_path / "out").rglob("Cancer_*.json")
    assert json.loads(written.read_text(encoding="utf-8"))["contour_list"] == case["contour_list"]
    shutil.copy(tmp_path / "somewhere.json", tmp_path / "twin.json")
    (tmp_path / "two").mkdir()
    for name in ("somewhere.json", "twin.json"):
        shutil.move(tmp_path / name, tmp_path / "two" / name)
    assert main(["convert", str(tmp_path / "two"), *words, "--out", str(tmp_path / "none")]) == 1
    assert "twin.json" in capsys.readouterr().err


def test_a_folder_in_another_format_is_no_success(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(project), "--to", "voc", "--out", str(tmp_path / "voc")]) == 0
    assert main(["convert", str(tmp_path / "voc"), "--from", "coco", "--to", "yolo", "--out", str(tmp_path / "yolo")]) == 1
    assert "coco" in capsys.readouterr().err


def test_a_label_means_the_category_that_the_command_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    square = [[10, 10, 30, 10, 30, 30, 10, 30]]
    drawn = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 10, 20, 20], "area": 400, "iscrowd": 0, "segmentation": square}
    whole = {"images": [{"id": 1, "file_name": "a.png", "width": 64, "height": 64}], "annotations": [drawn],
             "categories": [{"id": 1, "name": "A=B"}]}
    (tmp_path / "other.json").write_text(json.dumps(whole), encoding="utf-8")
    words = ["convert", str(tmp_path / "other.json"), "--from", "coco", "--to", "coco", "--project", "lung-cancer", "--with", "pictures=no"]
    assert main([*words, "--out", str(tmp_path / "out"), "--category", "A=B=섬유화반흔"]) == 0
    written = json.loads((tmp_path / "out" / "annotations" / "instances.json").read_text(encoding="utf-8"))
    (meant,) = {a["category_id"] for a in written["annotations"]}
    assert [c["name"] for c in written["categories"] if c["id"] == meant] == ["섬유화반흔"]
    assert main([*words, "--out", str(tmp_path / "other"), "--category", "A=B=giraffe"]) == 1
    assert "giraffe" in capsys.readouterr().err


def test_series_that_a_path_does_not_tell_apart_get_names_of_their_own(tmp_path: Path) -> None:
    brain_mr(tmp_path / "mr", slices=4, size=32)
    for path in sorted((tmp_path / "mr").glob("*.dcm")):
        header = pydicom.dcmread(path)
        header.SeriesInstanceUID += ".2"
        header.SOPInstanceUID += ".2"
        header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID
        header.save_as(tmp_path / "mr" / f"twin_{path.name}")
    square = [[10, 10, 20, 10, 20, 20, 10, 20]]
    uids = [pydicom.dcmread(path).SOPInstanceUID for path in sorted((tmp_path / "mr").glob("*.dcm"))]
    whole = {"images": [{"id": n, "file_name": f"{uid}.png", "width": 32, "height": 32} for n, uid in enumerate(uids, 1)],
             "annotations": [{"id": n, "image_id": n, "category_id": 9, "bbox": [10, 10, 10, 10], "segmentation": square}
                             for n in range(1, len(uids) + 1)],
             "categories": [{"id": 9, "name": "좌측_해마"}]}
    (tmp_path / "other.json").write_text(json.dumps(whole), encoding="utf-8")
    words = ["--from", "coco", "--to", "label-dicom", "--project", "dementia", "--images", str(tmp_path / "mr")]
    assert main(["convert", str(tmp_path / "other.json"), *words, "--out", str(tmp_path / "out")]) == 0
    assert len(list((tmp_path / "out").rglob("label/*.dcm"))) == len(uids) == 8
