"""A label image holds region × 10 + judgement in the place of its source, names nobody, and its JSON is its header."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydicom import Dataset, dcmread

from annotator.dicom.scan import scan
from annotator.domain import facts
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.label_dicom import FORMAT
from annotator.paths import resources_folder
from annotator.present.catalogue import series_remark, series_text
from annotator.progress import Report
from annotator.workspace.catalogue import Catalogue
from tests.formats.sheets import bundled, image_of, sheet_of
from tests.workspace.brain import small_brain

LEFT, HIPPOCAMPUS = ("MRI1", Region.box(10, 10, 30, 40)), ("MRI9", Region.box(40, 20, 45, 25))
JUDGED = {facts.judgement("MRI1"): "0", facts.judgement("MRI9"): "1"}
IDENTITY = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "PatientWeight", "StudyDate", "StudyTime", "ContentDate",
            "StationName", "AccessionNumber", "DeviceSerialNumber", "PerformedProcedureStepID")  # fmt: skip


@pytest.fixture(scope="session")
def brain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_brain(tmp_path_factory.mktemp("brain"))[0]


@pytest.fixture(scope="session")
def slice_of_mr(brain: Path) -> Path:
    return sorted(brain.glob("*.dcm"))[9]


def sheet(path: Path, *drawn, **changes):
    return replace(sheet_of(path, *drawn, project=bundled("dementia")), facts=JUDGED, **changes)


def parts(files):
    return next(v for k, v in files.items() if k.endswith(".dcm")), next(v for k, v in files.items() if k.endswith(".json"))


def test_each_pixel_is_region_times_ten_plus_judgement(slice_of_mr: Path) -> None:
    label, _ = parts(FORMAT.write(sheet(slice_of_mr, LEFT, HIPPOCAMPUS)))
    found = dcmread(BytesIO(label))
    expected = np.zeros((64, 64), dtype=np.uint16)
    expected[10:40, 10:30], expected[20:25, 40:45] = 10, 91
    assert np.array_equal(found.pixel_array, expected)
    assert (found.BitsAllocated, found.LargestImagePixelValue, found.SOPClassUID.name) == (16, 91, "MR Image Storage")


def test_it_lies_where_its_source_lies(slice_of_mr: Path) -> None:
    label, source = dcmread(BytesIO(parts(FORMAT.write(sheet(slice_of_mr, LEFT)))[0])), dcmread(slice_of_mr)
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "FrameOfReferenceUID", "StudyInstanceUID", "Rows"):
        assert label[keyword].value == source[keyword].value, keyword
    assert list(label.ImageType[:2]) == ["DERIVED", "SECONDARY"]
    assert label.SeriesInstanceUID != source.SeriesInstanceUID and label.SOPInstanceUID != source.SOPInstanceUID


@pytest.mark.parametrize("in_tree", [True, False])
def test_the_rule_blanks_and_renames(slice_of_mr: Path, in_tree: bool, tmp_path: Path) -> None:
    header = dcmread(slice_of_mr)
    header.PatientName, header.PatientBirthDate, header.StationName, header.PatientWeight = "홍^길동", "19400101", "MR1", "61"
    header.InstitutionName = "서울병원"
    header.private_block(0x2001, "Philips", create=True).add_new(0xC8, "LO", "secret")
    header.save_as(tmp_path / "named.dcm")
    files = FORMAT.write(sheet(tmp_path / "named.dcm", LEFT, in_tree=in_tree))
    label = dcmread(BytesIO(parts(files)[0]))
    assert [keyword for keyword in IDENTITY if str(label.get(keyword, "") or "")] == []
    assert all(keyword in label for keyword in IDENTITY)
    named = ("ProtocolName", "StudyDescription", "RequestedProcedureDescription", "PerformedProcedureStepDescription")
    assert {label.get(keyword) for keyword in named} == {"BRAIN T1 weighted MRI"}
    for content in files.values():
        for secret in ("홍", "길동", "19400101", "서울병원", "secret"):
            assert secret.encode() not in content
    assert not [element for element in label if element.tag.is_private]


def test_the_json_is_the_header_in_the_json_model(slice_of_mr: Path) -> None:
    label, model = parts(FORMAT.write(sheet(slice_of_mr, LEFT, HIPPOCAMPUS)))
    header = dcmread(BytesIO(label))
    del header.PixelData
    assert Dataset.from_json(json.loads(model)) == header
    assert json.loads(model)["00400254"] == {"vr": "LO", "Value": ["BRAIN T1 weighted MRI"]}


def test_the_same_sheet_gives_the_same_bytes_and_another_judgement_another_image(slice_of_mr: Path) -> None:
    once = sheet(slice_of_mr, LEFT)
    assert FORMAT.write(once) == FORMAT.write(once)
    other = replace(once, facts={facts.judgement("MRI1"): "1"})
    uids = {str(dcmread(BytesIO(parts(FORMAT.write(one))[0])).SOPInstanceUID) for one in (once, other)}
    assert len(uids) == 2


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy is not installed")
@pytest.mark.parametrize("in_tree", [True, False])
def test_the_validator_of_the_standard_finds_no_error(slice_of_mr: Path, in_tree: bool, tmp_path: Path) -> None:
    (tmp_path / "label.dcm").write_bytes(parts(FORMAT.write(sheet(slice_of_mr, LEFT, in_tree=in_tree)))[0])
    said = subprocess.run(["dciodvfy", "-new", str(tmp_path / "label.dcm")], capture_output=True, text=True).stderr
    assert "Error" not in said and "MRImage" in said


def test_a_label_series_stands_last_in_the_tree_as_what_it_is_and_is_not_drawn_on(brain: Path, slice_of_mr: Path, tmp_path: Path) -> None:
    shutil.copytree(brain, tmp_path / "study")
    (tmp_path / "study" / "0.dcm").write_bytes(parts(FORMAT.write(sheet(slice_of_mr, LEFT, in_tree=True)))[0])
    catalogue = Catalogue().with_found(scan([tmp_path / "study"], Report()), bundled("dementia"))
    images, labels = catalogue.in_order
    assert (images.labels, labels.labels) == (False, True)
    assert images.project_modality is not None and labels.project_modality is None
    assert series_text(labels).startswith("Labels: ") and not series_text(images).startswith("Labels: ")
    assert "open that one" in series_remark(labels, ())


@given(labels=arrays(np.uint8, (64, 64), elements=st.integers(0, 10)), judged=st.integers(0, 1023))
def test_whatever_is_labelled_comes_back(slice_of_mr: Path, labels: np.ndarray, judged: int) -> None:
    image = image_of(slice_of_mr)
    annotations = tuple(Annotation(n, image.key, f"MRI{n}", FREE, trace(Mask.of(labels == n))) for n in range(1, 11) if (labels == n).any())
    said = {facts.judgement(f"MRI{n}"): str(judged >> (n - 1) & 1) for n in range(1, 11)}
    whole = replace(sheet(slice_of_mr), annotations=annotations, facts=said)
    files = FORMAT.write(whole)
    reading = FORMAT.read(replace(whole, annotations=()), files)
    assert not reading.remarks
    got = np.zeros((64, 64), dtype=np.uint8)
    for annotation in reading.annotations:
        got[trace_mask(annotation)] = int(annotation.category.removeprefix("MRI"))
    assert np.array_equal(got, labels)
    table = np.array([0, *(n * 10 + int(said[facts.judgement(f"MRI{n}")]) for n in range(1, 11))])
    assert np.array_equal(reading.values, table[labels])


def trace_mask(annotation: Annotation) -> np.ndarray:
    assert isinstance(annotation.shape, Region)
    return region_mask(annotation.shape, 64, 64).array()


def test_values_that_are_no_code_are_left_out_and_told(slice_of_mr: Path) -> None:
    whole = sheet(slice_of_mr, LEFT)
    files = dict(FORMAT.write(whole))
    path = whole.path("label")
    damaged = dcmread(BytesIO(files[path]))
    values = damaged.pixel_array.copy()
    values[0, 0] = 7
    damaged.PixelData = values.tobytes()
    stream = BytesIO()
    damaged.save_as(stream)
    reading = FORMAT.read(whole, {path: stream.getvalue()})
    assert any("value 7" in str(remark) for remark in reading.remarks) and len(reading.annotations) == 1


@pytest.mark.parametrize("keep", [0, 100, 200, 3000])
def test_a_file_that_is_cut_off_is_told(slice_of_mr: Path, keep: int) -> None:
    whole = sheet(slice_of_mr, LEFT)
    path = whole.path("label")
    with pytest.raises(AnnotatorError, match="0012"):
        FORMAT.read(whole, {path: FORMAT.write(whole)[path][:keep]})


def test_real_brain_images_become_legal_labels(data_folder: Path, tmp_path: Path) -> None:
    path = data_folder / "series" / "studyforrest_t1" / "N2D_0190.dcm"
    whole = sheet(path, LEFT, HIPPOCAMPUS)
    files = FORMAT.write(whole)
    (tmp_path / "label.dcm").write_bytes(parts(files)[0])
    assert FORMAT.fits(whole, files)
    if shutil.which("dciodvfy"):
        said = subprocess.run(["dciodvfy", "-new", str(tmp_path / "label.dcm")], capture_output=True, text=True).stderr
        assert "Error" not in said


@pytest.mark.parametrize("damage", [False, True])
def test_the_loader_of_the_kit_finds_every_region(slice_of_mr: Path, tmp_path: Path, damage: bool) -> None:
    whole = sheet(slice_of_mr, LEFT, HIPPOCAMPUS)
    files = FORMAT.write(whole)
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    lines = ["file,rows,columns,category_id,mask_sha256"]
    for annotation in whole.annotations:
        assert isinstance(annotation.shape, Region)
        mask = region_mask(annotation.shape, 64, 64).array().astype(np.uint8)
        mask[0, 0] = damage
        lines.append(f"{';'.join(files)},64,64,{annotation.category[3:]},{hashlib.sha256(mask.tobytes()).hexdigest()}")
    (tmp_path / "index.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    shutil.copy(resources_folder() / "kit" / "label-dicom.py", tmp_path / "load.py")
    ended = subprocess.run([sys.executable, "load.py"], cwd=tmp_path, capture_output=True, text=True)
    assert ended.stdout.strip() == f"2 annotations, {0 if damage else 2} masks equal", ended.stderr
    assert ended.returncode == int(damage)
