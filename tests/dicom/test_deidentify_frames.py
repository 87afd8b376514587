"""Each frame of an enhanced image becomes a classic image of its own: its pixels, its place, and nobody's name."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from struct import pack

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import RLELossless

from annotator.dicom import deidentify_writing as writing
from annotator.dicom.deidentify import Engine, Made
from annotator.dicom.header import images_of, read_header
from annotator.domain.deidentification import Deidentification
from annotator.domain.keyed import Keyed
from annotator.errors import AnnotatorError
from tests.dicom import canaries
from tests.dicom.enhanced import ENHANCED_CT, enhanced_ct, pixels

REAL = ("awkward/ect_supplemental.dcm", "awkward/enhanced_mr_hyperfine_aniso.dcm", "awkward/enhanced_mr_agfa_25f.dcm",
        "annotations/dcmqi_24x38x3/multiframe_legacy_enhanced_ct.dcm")  # fmt: skip


def engine(**profile: object) -> Engine:
    return Engine(Deidentification(**profile), Keyed(b"k" * 32), "P000001", "00123")  # type: ignore[arg-type]


def opened(made: Made) -> Dataset:
    return pydicom.dcmread(io.BytesIO(made.content))


@pytest.mark.parametrize("rle", [False, True])
@pytest.mark.parametrize("unpacking", ["keep", "decompress"])
def test_a_frame_is_an_image_with_its_own_pixels_and_place(tmp_path: Path, rle: bool, unpacking: str) -> None:
    path = enhanced_ct(tmp_path / "a.dcm", rle=rle)
    taker = engine(pixels=unpacking)
    found = [opened(taker.file(path, (), frame)) for frame in (1, 2, 3, 4)]
    for number, made in enumerate(found):
        assert (made.pixel_array == pixels(4)[number]).all() and "NumberOfFrames" not in made
        assert made.ImagePositionPatient == [0, 0, -5 * number] and made.WindowCenter == 40 + number
        assert (made.InstanceNumber, made.AcquisitionNumber) == (number + 1, number + 1)
        assert made.file_meta.MediaStorageSOPClassUID == made.SOPClassUID == "1.2.840.10008.5.1.4.1.1.2"
        assert made.ImageType == ["ORIGINAL", "PRIMARY", "AXIAL", "NONE"]
    first = found[0]
    assert (first.PixelSpacing, first.SliceThickness, first.RescaleIntercept) == ([0.5, 0.75], 5, -1024)
    assert (first.ExposureTime, first.XRayTubeCurrent, first.Exposure) == (500, 121, 60)
    assert not {"SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"} & set(first.dir())
    assert len({made.SOPInstanceUID for made in found}) == 4 and len({made.SeriesInstanceUID for made in found}) == 1
    assert (first.file_meta.TransferSyntaxUID == RLELossless) is (rle and unpacking == "keep")


def test_the_days_of_a_frame_move_with_those_of_its_study(tmp_path: Path) -> None:
    made = opened(engine().file(enhanced_ct(tmp_path / "a.dcm"), (), 2))
    assert made.AcquisitionDate == made.StudyDate != "20230105" and made.AcquisitionTime == "101501.5"


def test_what_is_black_is_black_in_the_frame_alone(tmp_path: Path) -> None:
    made = opened(engine().file(enhanced_ct(tmp_path / "a.dcm"), ((1, 2, 3, 4),), 3))
    assert (made.pixel_array[2:6, 1:4] == pixels(4)[2].min()).all() and made.pixel_array.shape == (8, 8)
    assert (made.pixel_array[6:] == pixels(4)[2][6:]).all() and made.ImageType[0] == "DERIVED"


def test_a_frame_that_the_file_does_not_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnnotatorError):
        engine().file(enhanced_ct(tmp_path / "a.dcm"), (), 5)


@pytest.mark.parametrize(("encoding", "declared"), [("ascii", ""), ("utf-8", "ISO_IR 192"), ("euc-kr", ""), ("utf-16-le", "")])
@pytest.mark.parametrize("frame", [1, 2])
def test_no_canary_comes_through_the_functional_groups(encoding: str, declared: str, frame: int, tmp_path: Path) -> None:
    attribute = canaries.whole(encoding)
    macros = (0x00209113, 0x00209170, 0x00081140)
    nested = {**attribute, 0x00189321: writing.element(0x00189321, "SQ", writing.item(attribute))}
    groups = {**attribute, **{tag: writing.element(tag, "SQ", writing.item(nested)) for tag in macros}}
    own = {
        0x00080016: writing.text_element(0x00080016, "UI", ENHANCED_CT), 0x00280008: writing.text_element(0x00280008, "IS", "2"),
        0x52009229: writing.element(0x52009229, "SQ", writing.item(groups)),
        0x52009230: writing.element(0x52009230, "SQ", writing.item(groups) * 2),
    }  # fmt: skip
    for tag, vr, value in ((0x00280010, "US", 8), (0x00280011, "US", 8), (0x00280002, "US", 1), (0x00280100, "US", 16),
                           (0x00280101, "US", 12), (0x00280102, "US", 11), (0x00280103, "US", 0)):  # fmt: skip
        own[tag] = writing.element(tag, vr, pack("<H", value))
    own[0x00280004], own[0x00080060] = writing.text_element(0x00280004, "CS", "MONOCHROME2"), writing.text_element(0x00080060, "CS", "CT")
    if declared:
        own[0x00080005] = writing.text_element(0x00080005, "CS", declared)
    source = tmp_path / "canary.dcm"
    source.write_bytes(b"".join((writing.file_head(ENHANCED_CT, "1.2.3", writing.EXPLICIT), writing.joined({**attribute, **own}),
                                 *writing.pixels("OW", bytes(range(256)), encapsulated=False))))  # fmt: skip
    assert canaries.found_in(source.read_bytes())
    made = engine().file(source, (), frame)
    assert canaries.found_in(made.content) == []
    twelve_bits = bytes(byte & 0x0F if byte % 2 else byte for byte in range(256))
    assert made.pixels == twelve_bits[128 * (frame - 1) : 128 * frame]


@pytest.mark.parametrize("name", REAL)
def test_the_frames_of_real_files_keep_pixels_and_geometry(data_folder: Path, name: str, tmp_path: Path) -> None:
    path = data_folder / name
    images, source, taker = images_of(read_header(path), path), pydicom.dcmread(path).pixel_array, engine()
    for image in images:
        to = tmp_path / f"{image.key.frame}.dcm"
        to.write_bytes(taker.file(path, (), image.key.frame).content)
        (alone,) = images_of(read_header(to), to)
        assert (pydicom.dcmread(to).pixel_array == source[image.key.frame - 1]).all()
        assert (alone.plane, alone.thickness, alone.frames) == (image.plane, image.thickness, 1)
        assert alone.plane is not None


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools are not installed")
def test_a_frame_is_what_the_standard_asks_of_a_classic_image(tmp_path: Path) -> None:
    own = {"Manufacturer": "M", "ReferringPhysicianName": "", "StudyID": "", "AccessionNumber": "", "StudyTime": "101500",
           "PatientBirthDate": "", "PatientSex": "F", "SeriesNumber": 1, "PatientOrientation": "", "FrameOfReferenceUID": "1.2.8.7",
           "PatientPosition": "HFS", "PositionReferenceIndicator": "",
           "Laterality": "", "ContentDate": "20230105", "ContentTime": "101500"}  # fmt: skip
    to = tmp_path / "one.dcm"
    to.write_bytes(engine().file(enhanced_ct(tmp_path / "a.dcm", **own), (), 2).content)
    told = subprocess.run(["dciodvfy", "-new", str(to)], capture_output=True, text=True, timeout=60, check=False)
    assert [line for line in told.stderr.splitlines() if line.startswith("Error")] == []
