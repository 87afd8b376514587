"""A project goes into other formats and comes back: whole volumes from images used in place, delivered trees from anywhere."""

from pathlib import Path

import numpy as np
import pydicom
import pytest

from annotator.cli.main import main
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
