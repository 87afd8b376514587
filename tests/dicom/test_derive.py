"""A mask file is legal, says whose it is only where it may, lies where its source lies, and can be traced back to it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from pydicom import config, dcmread
from pydicom.data import get_testdata_file
from pydicom.datadict import DicomDictionary, dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from annotator.dicom.derive import file_bytes, mask_dataset
from annotator.dicom.header import images_of, read_header
from annotator.dicom.inherited import derived_uid
from annotator.dicom.legal import legal, text
from annotator.dicom.phantom import write_study
from annotator.domain.delivery import Sheet
from annotator.errors import AnnotatorError
from annotator.formats import lung_json
from tests.dicom.written import dataset as ct
from tests.dicom.written import saved
from tests.formats.sheets import HOLED, sheet_of


@pytest.fixture(scope="session")
def phantoms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    truths = write_study(tmp_path_factory.mktemp("phantoms"), small=True)
    return tuple(Path(truth.path) for truth in truths if truth.masks)


@pytest.fixture
def validator() -> str:
    found = shutil.which("dciodvfy")
    if found is None:
        pytest.skip("no dciodvfy on this machine (Debian: dicom3tools)")
    return found


def square(sheet: Sheet) -> np.ndarray:
    rows, columns = sheet.image.rows, sheet.image.columns
    pixels = np.zeros((rows, columns), dtype=bool)
    pixels[rows // 4 : rows // 2 + 1, columns // 3 : columns // 2 + 1] = True
    return pixels


def mask_of(sheet: Sheet) -> Dataset:
    return mask_dataset(read_header(sheet.image.path), sheet, sheet.categories[1], square(sheet)).dataset


def errors_in(program: str, *arguments: str | Path) -> list[str]:
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, timeout=30, check=False)
    return [line for line in (done.stdout + done.stderr).decode(errors="replace").splitlines() if "Error" in line]


def complaints(validator: str, sheet: Sheet, folder: Path) -> list[str]:
    path = folder / "mask.dcm"
    path.write_bytes(file_bytes(mask_of(sheet)))
    return errors_in(validator, "-new", path)


def complaints_about(validator: str, sources: list[Path], folder: Path) -> dict[str, list[str]]:
    found = {}
    for source in sources:
        try:
            header = read_header(source)
            images = images_of(header, source)
        except AnnotatorError:
            continue
        if not images or not images[-1].rows * images[-1].columns:
            continue
        for in_tree in (True, False):
            wrong = complaints(validator, sheet_of(source, frame=len(images), in_tree=in_tree), folder)
            if wrong:
                found[f"{source.name} {in_tree}"] = wrong
    return found


@pytest.mark.parametrize("in_tree", [True, False])
def test_masks_of_phantoms_have_no_error(validator: str, phantoms: tuple[Path, ...], tmp_path: Path, in_tree: bool) -> None:
    kinds = {path.parent: path for path in phantoms}
    assert {path.name: complaints(validator, sheet_of(path, in_tree=in_tree), tmp_path) for path in kinds.values()} == {
        path.name: [] for path in kinds.values()
    }


def test_masks_of_other_peoples_files_have_no_error(validator: str, tmp_path: Path) -> None:
    sample = get_testdata_file("CT_small.dcm", download=False)
    assert isinstance(sample, str)
    assert complaints_about(validator, sorted(Path(sample).parent.glob("*.dcm")), tmp_path) == {}


def test_masks_of_real_images_have_no_error(validator: str, data_folder: Path, tmp_path: Path) -> None:
    of_folders = {path.parent: path for name in ("series", "awkward") for path in sorted((data_folder / name).rglob("*")) if path.is_file()}
    alone = [
        path for name in ("single", "awkward", "awkward/charset", "awkward/derived") for path in sorted((data_folder / name).iterdir())
    ]
    files = {path for path in (*of_folders.values(), *alone) if path.is_file()}
    assert len(files) > 90
    assert complaints_about(validator, sorted(files), tmp_path) == {}


@pytest.mark.parametrize("kind", ["chest-ct", "chest-xray", "mammography", "brain-mr", "pet-ct"])
def test_a_mask_of_the_tree_belongs_to_the_same_patient_and_study(phantoms: tuple[Path, ...], tmp_path: Path, kind: str) -> None:
    program = shutil.which("dcentvfy")
    if program is None:
        pytest.skip("no dcentvfy on this machine (Debian: dicom3tools)")
    source = next(path for path in phantoms if kind in path.parts)
    masks = []
    for number, path in enumerate(p for p in phantoms if p.parent == source.parent):
        masks.append(tmp_path / f"{number}.dcm")
        masks[-1].write_bytes(file_bytes(mask_of(sheet_of(path, in_tree=True))))
    assert errors_in(program, source, *masks) == []


def test_a_mask_says_what_it_is(phantoms: tuple[Path, ...]) -> None:
    sheet = sheet_of(phantoms[0])
    mask, source = mask_of(sheet), dcmread(phantoms[0])
    assert (mask.SOPClassUID, mask.Modality, mask.ConversionType) == ("1.2.840.10008.5.1.4.1.1.7", "OT", "WSD")
    assert (list(mask.ImageType), mask.BurnedInAnnotation, mask.SpecificCharacterSet) == (["DERIVED", "SECONDARY"], "NO", "ISO_IR 192")
    assert (mask.BitsAllocated, mask.BitsStored, mask.HighBit, mask.PixelRepresentation, mask.SamplesPerPixel) == (8, 8, 7, 0, 1)
    assert (mask.PhotometricInterpretation, float(mask.WindowCenter), float(mask.WindowWidth)) == ("MONOCHROME2", 127.5, 255)
    assert (mask.SeriesDescription, "2 전이성_병변" in mask.DerivationDescription) == ("2 전이성_병변", True)
    assert (mask.InstanceNumber, mask.TimezoneOffsetFromUTC, mask.ContentDate, mask.ContentTime) == (12, "+0900", "20261120", "123045")
    item = mask.SourceImageSequence[0]
    assert (item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID) == (source.SOPClassUID, source.SOPInstanceUID)
    assert (item.SpatialLocationsPreserved, item.PurposeOfReferenceCodeSequence[0].CodeValue) == ("YES", "121322")
    assert mask.DerivationCodeSequence[0].CodeValue == "113076"
    assert mask.ReferencedSeriesSequence[0].SeriesInstanceUID == source.SeriesInstanceUID
    equipment = mask.ContributingEquipmentSequence[0]
    assert (equipment.PurposeOfReferenceCodeSequence[0].CodeValue, equipment.OperatorsName) == ("109103", "김판독")
    assert (equipment.SoftwareVersions, equipment.ContributionDateTime) == ("annotator 0.1.0", "20261120123045+0900")
    assert "Laterality" not in mask, "there is one chest"
    assert "ContentLabel" not in mask and "ContentCreatorName" not in mask


@pytest.mark.parametrize("compression", ["rle", "none"])
@pytest.mark.parametrize("foreground", [255, 1])
def test_the_pixels_are_the_mask_for_an_independent_reader(
    phantoms: tuple[Path, ...], tmp_path: Path, compression: str, foreground: int
) -> None:
    sheet = sheet_of(next(path for path in phantoms if "mammography" in path.parts))
    rule = replace(sheet.project.mask, compression=compression, foreground=foreground)
    sheet = replace(sheet, project=replace(sheet.project, mask=rule))
    (tmp_path / "mask.dcm").write_bytes(file_bytes(mask_of(sheet)))
    read = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(tmp_path / "mask.dcm"))[0]
    assert np.array_equal(read, square(sheet) * np.uint8(foreground))
    assert np.array_equal(dcmread(tmp_path / "mask.dcm").pixel_array, read)


@pytest.mark.parametrize("kind", ["chest-ct", "brain-mr", "pet-ct", "mammography"])
def test_a_mask_lies_where_its_source_lies(phantoms: tuple[Path, ...], tmp_path: Path, kind: str) -> None:
    source = next(path for path in phantoms if kind in path.parts)
    (tmp_path / "mask.dcm").write_bytes(file_bytes(mask_of(sheet_of(source))))
    mask, image = SimpleITK.ReadImage(tmp_path / "mask.dcm"), SimpleITK.ReadImage(source)
    assert mask.GetSize() == image.GetSize()
    assert mask.GetOrigin() == pytest.approx(image.GetOrigin(), abs=1e-6)
    assert mask.GetDirection() == pytest.approx(image.GetDirection(), abs=1e-6)
    assert mask.GetSpacing()[:2] == pytest.approx(image.GetSpacing()[:2], abs=1e-9)


def test_dcmtk_shows_a_mask(phantoms: tuple[Path, ...], tmp_path: Path) -> None:
    for program in ("dcm2pnm", "dcmdump"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} on this machine (Debian: dcmtk)")
    sheet = sheet_of(phantoms[0])
    (tmp_path / "mask.dcm").write_bytes(file_bytes(mask_of(sheet)))
    shown = subprocess.run(
        ["dcm2pnm", "+Wi", "1", tmp_path / "mask.dcm", tmp_path / "mask.pgm"], capture_output=True, timeout=30, check=False
    )
    assert (shown.returncode, shown.stderr) == (0, b"")
    kind, columns, rows, highest, values = (tmp_path / "mask.pgm").read_bytes().split(maxsplit=4)
    assert (kind, int(rows), int(columns), int(highest)) == (b"P5", *square(sheet).shape, 255)
    assert np.array_equal(np.frombuffer(values[-square(sheet).size :], np.uint8) > 0, square(sheet).ravel())
    told = subprocess.run(["dcmdump", "+U8", tmp_path / "mask.dcm"], capture_output=True, timeout=30, check=True).stdout.decode()
    assert "[2 전이성_병변]" in told and "김판독" in told


def test_a_frame_of_an_enhanced_image_has_its_own_place(tmp_path: Path) -> None:
    frames = []
    for height in (5.5, -7.25):
        frame, place = Dataset(), Dataset()
        place.ImagePositionPatient = [1.5, -2, height]
        frame.PlanePositionSequence = [place]
        frames.append(frame)
    shared, measures, orientation = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, orientation.ImageOrientationPatient = [0.5, 0.25], [1, 0, 0, 0, 1, 0]
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [orientation]
    enhanced = ct(
        np.zeros((2, 8, 8), np.uint16), NumberOfFrames=2, SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1",
        SharedFunctionalGroupsSequence=[shared], PerFrameFunctionalGroupsSequence=frames,
    )  # fmt: skip
    source = saved(enhanced, tmp_path / "enhanced.dcm")
    masks = [mask_of(sheet_of(source, frame=frame)) for frame in (1, 2)]
    assert [list(mask.ImagePositionPatient) for mask in masks] == [[1.5, -2, 5.5], [1.5, -2, -7.25]]
    assert [list(mask.PixelSpacing) for mask in masks] == [[0.5, 0.25]] * 2
    assert [mask.SourceImageSequence[0].ReferencedFrameNumber for mask in masks] == [1, 2]
    assert masks[0].SOPInstanceUID != masks[1].SOPInstanceUID
    assert masks[0].SeriesInstanceUID == masks[1].SeriesInstanceUID
    assert "frame 2" in masks[1].DerivationDescription


def test_the_uid_of_a_mask_changes_with_its_content_and_with_nothing_else(phantoms: tuple[Path, ...]) -> None:
    sheet = sheet_of(phantoms[0])
    source, pixels = read_header(phantoms[0]), square(sheet)

    def uids(of: Sheet, category: int, drawn: np.ndarray) -> tuple[str, str]:
        made = mask_dataset(source, of, of.categories[category], drawn).dataset
        return made.SOPInstanceUID, made.SeriesInstanceUID

    first = uids(sheet, 0, pixels)
    assert uids(sheet, 0, pixels) == first
    other = uids(sheet, 0, ~pixels)
    assert other[0] != first[0] and other[1] == first[1]
    later = uids(replace(sheet, time="2026-11-20T12:31:45+09:00"), 0, pixels)
    assert later[0] != first[0] and later[1] == first[1]
    assert not set(uids(sheet, 1, pixels)) & set(first)
    assert not set(uids(replace(sheet, uid_root="another project"), 0, pixels)) & set(first)
    assert derived_uid("a", "b") != derived_uid("ab")


def test_an_image_of_the_tree_keeps_patient_and_study_without_sequences(tmp_path: Path) -> None:
    source = ct(
        np.zeros((8, 8), np.uint16), SpecificCharacterSet="ISO_IR 192", PatientName="P000007", PatientID="P000007", PatientSex="F",
        StudyID="7", PatientAge="061Y", StudyDate="20200102", StudyDescription="흉부 CT",
        OtherPatientIDsSequence=[Dataset()], SeriesDescription="5mm",
    )  # fmt: skip
    mask = mask_of(sheet_of(saved(source, tmp_path / "a.dcm"), in_tree=True))
    kept = ("PatientName", "PatientID", "PatientSex", "PatientAge", "StudyDate", "StudyDescription", "StudyID", "StudyInstanceUID")
    assert [str(mask[name].value) for name in kept] == [str(source[name].value) for name in kept]
    assert "OtherPatientIDsSequence" not in mask and mask.SeriesDescription != "5mm"


def test_an_image_used_in_place_keeps_sex_age_study_and_frame_of_reference_only(tmp_path: Path) -> None:
    source = ct(
        np.zeros((8, 8), np.uint16), PatientName="Hong^Gildong", PatientID="12345678", PatientSex="F", PatientAge="061Y", StudyID="7",
        StudyDate="20200102", PatientBirthDate="19600101", FrameOfReferenceUID="1.2.3.9", AccessionNumber="A1", PatientWeight="60",
    )  # fmt: skip
    mask = mask_of(sheet_of(saved(source, tmp_path / "a.dcm")))
    assert (mask.PatientName, mask.PatientID, mask.PatientSex, mask.PatientAge) == ("P000001", "P000001", "F", "061Y")
    assert (mask.StudyInstanceUID, mask.FrameOfReferenceUID) == ("1.2.3", "1.2.3.9")
    emptied = ("StudyID", "StudyDate", "StudyTime", "PatientBirthDate", "AccessionNumber", "ReferringPhysicianName")
    assert [str(mask[name].value or "") for name in emptied] == [""] * len(emptied)
    assert "PatientWeight" not in mask


CANARY, CANARY_DATE = "CANARY7", "19770707"
_TOLD = {"LO": f"홍길동{CANARY}", "PN": f"홍길동^{CANARY}", **dict.fromkeys(("ST", "LT", "UC", "UT"), f"홍길동 {CANARY}")}
_CODED = {"SH": CANARY, "CS": CANARY, "AE": CANARY, "UR": CANARY, "DA": CANARY_DATE, "DT": CANARY_DATE}
NEEDED = {"SpecificCharacterSet", "PhotometricInterpretation", "Manufacturer", "ManufacturerModelName"}


def betraying() -> Dataset:
    """A data set with the canary in every text attribute there is, and in a few again inside every sequence and the sequences in these."""
    deepest, inner, made = Dataset(), Dataset(), Dataset()
    for keyword in (
        "PatientName",
        "PatientID",
        "InstitutionName",
        "TextValue",
        "PersonName",
        "CodeMeaning",
        "StudyDate",
        "BodyPartExamined",
    ):
        for item in (deepest, inner):
            item[keyword] = DataElement(keyword, dictionary_VR(keyword), (_TOLD | _CODED)[dictionary_VR(keyword)])
    inner.ContentSequence = Sequence([deepest])
    for tag, (vr, _, _, _, keyword) in DicomDictionary.items():
        if keyword and tag >> 16 > 2 and keyword not in NEEDED and vr in _TOLD | _CODED:
            made[tag] = DataElement(tag, vr, (_TOLD | _CODED)[vr])
        elif vr == "SQ" and keyword and tag >> 16 in (0x08, 0x10, 0x18, 0x40):
            made[tag] = DataElement(tag, vr, Sequence([inner]))
    made.private_block(0x2001, CANARY, create=True).add_new(0x10, "LO", f"홍길동{CANARY}")
    return made


@pytest.mark.parametrize("character_set", ["ISO_IR 192", "ISO 2022 IR 149"])
def test_no_word_of_a_patient_enters_a_file_of_an_image_used_in_place(tmp_path: Path, character_set: str) -> None:
    source = ct(np.zeros((64, 64), np.uint16), Manufacturer="Maker", ManufacturerModelName="Machine")
    told = betraying()
    for element in source:
        told[element.tag] = element
    told.SpecificCharacterSet = character_set if character_set == "ISO_IR 192" else ["", character_set]
    told.PatientID, told.Modality = f"홍길동{CANARY}", "CT"
    path = saved(told, tmp_path / f"홍길동{CANARY}.dcm")
    raw = path.read_bytes()
    assert raw.count(CANARY.encode()) > 1000
    sheet = sheet_of(path, HOLED)
    mask = file_bytes(mask_of(sheet))
    (json,) = lung_json.write(sheet).values()
    assert b"Maker" in json and b"Maker" not in mask
    for content in (mask, json):
        for word in (CANARY, "홍길동", CANARY.lower()):
            for encoding in ("utf-8", "cp949", "utf-16-le", "utf-16-be"):
                assert word.encode(encoding) not in content
    assert CANARY_DATE.encode() not in mask


@pytest.mark.parametrize(
    ("keyword", "given", "kept"),
    [
        ("PatientAge", ["42"], ("042Y",)),
        ("PatientAge", ["0Y"], ("000Y",)),
        ("PatientAge", ["fifty"], ()),
        ("PatientAge", ["018M"], ("018M",)),
        ("PatientSex", ["male"], ("M",)),
        ("PatientSex", ["?"], ()),
        ("StudyDate", ["2004.01.19"], ("20040119",)),
        ("StudyDate", ["20041319"], ()),
        ("StudyDate", ["20040101-20050101"], ()),
        ("StudyTime", ["19:00:47"], ("190047",)),
        ("StudyTime", ["190047.1234567"], ("190047.123456",)),
        ("StudyTime", ["25"], ()),
        ("PatientWeight", ["63.50000000000000001"], ("63.5",)),
        ("PatientWeight", ["63,5"], ("63.5",)),
        ("PatientWeight", ["NaN"], ()),
        ("PatientWeight", ["heavy"], ()),
        ("StudyID", ["IBSI_1_STS_001_PET"], ("IBSI_1_STS_001_P",)),
        ("StudyDescription", ["a\\b", "c"], ("a b c",)),
        ("PatientComments", ["one\ttwo\r\nthree"], ("one two\r\nthree",)),
        ("PatientName", ["Hong^Gildong^^^^Dr=홍^길동=洪^吉洞=x"], ("Hong^Gildong^^^=홍^길동=洪^吉洞",)),
        ("PatientName", ["OB^^^^"], ("OB^^^^",)),
        ("BodyPartExamined", ["chest"], ("CHEST",)),
        ("BodyPartExamined", ["chest, both sides"], ()),
        ("StudyInstanceUID", ["1.2.03"], ()),
        ("StudyInstanceUID", ["9999.3"], ()),
        ("StudyInstanceUID", ["1.2.840.3"], ("1.2.840.3",)),
        ("PatientID", [""], ()),
        ("LossyImageCompressionRatio", ["2", "1.5"], ("2", "1.5")),
        ("LossyImageCompressionRatio", ["2", "x"], ()),
    ],
)
def test_illegal_values_are_mended_or_left_out(keyword: str, given: list[str], kept: tuple[str, ...]) -> None:
    assert legal(keyword, given) == kept


def test_texts_are_cut_between_letters() -> None:
    assert text("한" * 70, 64) == "한" * 64
    assert text("a" + "e\u0323\u0302", 2) == "aệ", "composed first"
    assert text("ab\u20e3c", 2) == "ab" or text("ab\u20e3c", 2) == "a"


def test_what_was_mended_is_said(tmp_path: Path) -> None:
    source = ct(np.zeros((8, 8), np.uint16), FrameOfReferenceUID="1.2.3")
    source[0x00101010] = DataElement(0x00101010, "AS", "42", validation_mode=config.IGNORE)
    source[0x00280030] = DataElement(0x00280030, "DS", "0\\0", validation_mode=config.IGNORE)
    sheet = sheet_of(saved(source, tmp_path / "a.dcm"))
    made = mask_dataset(read_header(sheet.image.path), sheet, sheet.categories[0], square(sheet))
    assert made.dataset.PatientAge == "042Y" and "PixelSpacing" not in made.dataset
    said = [str(remark) for remark in made.remarks]
    assert [word for word in ("PatientAge", "PixelSpacing", "FrameOfReferenceUID") if not any(word in line for line in said)] == []
    assert made.dataset.FrameOfReferenceUID not in ("1.2.3", ""), "a frame of reference is no study"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"BodyPartExamined": "CHEST"}, {"BodyPartExamined": "CHEST"}),
        ({"BodyPartExamined": "CHEST", "Laterality": "L"}, {"BodyPartExamined": "CHEST"}),
        ({"BodyPartExamined": "BREAST", "ImageLaterality": "R", "Laterality": "R"}, {"BodyPartExamined": "BREAST", "ImageLaterality": "R"}),
        ({"BodyPartExamined": "KNEE", "Laterality": "L"}, {"BodyPartExamined": "KNEE", "Laterality": "L"}),
        ({"BodyPartExamined": "HONG GILDONG"}, {"Laterality": ""}),
        ({}, {"Laterality": ""}),
    ],
)
def test_a_side_belongs_to_the_image_or_to_the_series(tmp_path: Path, attributes: dict[str, str], expected: dict[str, str]) -> None:
    mask = mask_of(sheet_of(saved(ct(np.zeros((8, 8), np.uint16), **attributes), tmp_path / "a.dcm")))
    assert {name: mask.get(name) for name in ("BodyPartExamined", "ImageLaterality", "Laterality") if name in mask} == expected


def test_an_author_with_any_name_can_sign(phantoms: tuple[Path, ...]) -> None:
    sheet = replace(sheet_of(phantoms[0]), author="hong=gil^dong\\\n" + "긴" * 80)
    content = file_bytes(mask_of(sheet))
    signed = dcmread(BytesIO(content)).ContributingEquipmentSequence[0].OperatorsName
    assert str(signed).startswith("hong gil dong") and len(str(signed)) == 64


def test_nothing_illegal_of_our_own_is_written_whatever_the_settings_are(phantoms: tuple[Path, ...]) -> None:
    sheet = sheet_of(phantoms[0])
    before = (config.settings.reading_validation_mode, config.settings.writing_validation_mode)
    with config.disable_value_validation(), pytest.raises(ValueError, match="Invalid value for VR UI|IS"):
        mask_of(replace(sheet, names=replace(sheet.names, image="1" * 20)))
    mask_of(sheet)
    assert (config.settings.reading_validation_mode, config.settings.writing_validation_mode) == before


def test_pixels_of_another_size_are_refused(phantoms: tuple[Path, ...]) -> None:
    sheet = sheet_of(phantoms[0])
    with pytest.raises(ValueError, match="a mask of"):
        mask_dataset(read_header(phantoms[0]), sheet, sheet.categories[0], np.zeros((3, 3), bool))
