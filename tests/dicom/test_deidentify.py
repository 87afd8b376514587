"""Nothing that names anybody goes through: not from any attribute, at any depth, in any encoding; what makes an image stays."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import JPEGBaseline8Bit

from annotator.dicom.deidentify import Engine, actions_in_words, table_size
from annotator.dicom.deidentify_table import edition
from annotator.dicom.deidentify_values import shifted
from annotator.domain.deidentification import Deidentification
from annotator.domain.keyed import Keyed
from annotator.errors import AnnotatorError
from tests.dicom import canaries
from tests.dicom.written import compressed, dataset, sample, saved

KEYED = Keyed(b"a key of a project, long enough!")
EVERYTHING = Deidentification(keep=("age", "sex", "size", "device", "description", "protocol", "study-description"))
NATIVE = ("CT_small.dcm", "MR_small_bigendian.dcm", "MR_small_implicit.dcm", "examples_rgb_color.dcm", "image_dfl.dcm")
COMPRESSED = ("examples_ybr_color.dcm", "MR_small_RLE.dcm", "JPEG2000.dcm", "examples_jpeg2k.dcm", "MR_small_jpeg_ls_lossless.dcm")
NOTHING = Deidentification(dates="blank")


def engine(profile: Deidentification = EVERYTHING) -> Engine:
    return Engine(profile, KEYED, "P000001", "whoever")


def read(content: bytes) -> Dataset:
    return pydicom.dcmread(io.BytesIO(content))


@pytest.mark.parametrize(("encoding", "declared", "profile"), [
    ("ascii", "", EVERYTHING), ("utf-8", "ISO_IR 192", EVERYTHING), ("euc-kr", "", EVERYTHING), ("euc-kr", "ISO 2022 IR 149", NOTHING),
    ("utf-16-le", "ISO_IR 100", EVERYTHING), ("utf-16-be", "", EVERYTHING),
])  # fmt: skip
def test_no_canary_comes_through(encoding: str, declared: str, profile: Deidentification, tmp_path: Path) -> None:
    source = tmp_path / "canary.dcm"
    source.write_bytes(canaries.file_of(encoding, declared))
    made = engine(profile).file(source).content
    assert canaries.found_in(source.read_bytes())
    assert canaries.found_in(made) == []
    assert read(made).pixel_array.shape == (8, 8)


@pytest.mark.parametrize("text", [canaries.NUMBER, canaries.BIRTHDAY])
def test_no_number_of_a_patient_and_no_birthday_comes_through(text: str, tmp_path: Path) -> None:
    source = tmp_path / "canary.dcm"
    source.write_bytes(canaries.file_of("ascii", "", text=text))
    assert canaries.found_in(engine().file(source).content) == []


@pytest.mark.parametrize("vr", ["UN", "FD"])
def test_a_file_that_lies_about_what_its_attributes_are_gets_nothing_through(vr: str, tmp_path: Path) -> None:
    source = tmp_path / "canary.dcm"
    source.write_bytes(canaries.file_of("ascii", "", vr_of=vr))
    assert canaries.found_in(engine().file(source).content) == []


def test_the_canaries_sit_in_every_attribute_of_the_dictionary() -> None:
    assert len({tag for tag, _ in canaries.attributes()}) > 3500
    assert len(canaries.sequences()) > 1000
    assert table_size() > 640 and edition() == "2026c"


def source(folder: Path, **attributes: object) -> Path:
    """Write a small CT image that names a patient."""
    made = dataset(np.arange(64, dtype=np.uint16).reshape(8, 8), **attributes)
    return saved(made, folder / "source.dcm")


def test_the_pixels_are_the_same(tmp_path: Path) -> None:
    made = engine().file(source(tmp_path, PatientName="Kim^Minsu"))
    assert (read(made.content).pixel_array == np.arange(64).reshape(8, 8)).all()


@pytest.mark.parametrize("name", NATIVE)
def test_native_pixels_of_every_kind_are_the_same(name: str) -> None:
    made = read(engine().file(sample(name)).content)
    assert (made.pixel_array == pydicom.dcmread(sample(name)).pixel_array).all()
    assert made.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"


@pytest.mark.parametrize("name", COMPRESSED)
def test_compressed_pixels_stay_as_they_are(name: str) -> None:
    made, before = read(engine().file(sample(name)).content), pydicom.dcmread(sample(name))
    assert made.file_meta.TransferSyntaxUID == before.file_meta.TransferSyntaxUID
    assert len(made.PixelData) == len(before.PixelData) and made.Rows == before.Rows


def test_compressed_pixels_are_unpacked_where_the_project_wants_it() -> None:
    made = read(engine(Deidentification(pixels="decompress")).file(sample("MR_small_RLE.dcm")).content)
    assert made.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert (made.pixel_array == pydicom.dcmread(sample("MR_small_RLE.dcm")).pixel_array).all()


def test_one_identifier_becomes_one_other_wherever_it_stands(tmp_path: Path) -> None:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4"
    made = read(engine().file(source(tmp_path, SourceImageSequence=[item])).content)
    assert made.SourceImageSequence[0].ReferencedSOPInstanceUID == made.SOPInstanceUID == KEYED.uid("1.2.3.4")
    assert made.SOPClassUID == made.SourceImageSequence[0].ReferencedSOPClassUID == "1.2.840.10008.5.1.4.1.1.2"
    assert made.file_meta.MediaStorageSOPInstanceUID == made.SOPInstanceUID


def test_all_dates_of_a_patient_move_by_the_same_days(tmp_path: Path) -> None:
    made = read(engine().file(source(tmp_path, StudyDate="20230105", AcquisitionDateTime="20230104101500", StudyTime="101500")).content)
    days = KEYED.days("whoever")
    assert made.StudyDate == shifted("20230105", days) != "20230105"
    assert made.AcquisitionDateTime == shifted("20230104", days) + "101500"
    assert made.StudyTime == "101500" and made.LongitudinalTemporalInformationModified == "MODIFIED"


def test_dates_and_times_are_emptied_where_the_project_wants_it(tmp_path: Path) -> None:
    made = read(engine(NOTHING).file(source(tmp_path, StudyDate="20230105", StudyTime="101500")).content)
    assert made.StudyDate == made.StudyTime == "" and made.LongitudinalTemporalInformationModified == "REMOVED"


def test_only_what_the_project_keeps_stays_of_the_patient(tmp_path: Path) -> None:
    facts = {"PatientAge": "061Y", "PatientSex": "F", "PatientWeight": "60", "Manufacturer": "SIEMENS", "PatientBirthDate": "19600101"}
    made = read(engine(Deidentification(keep=("age", "sex"))).file(source(tmp_path, **facts)).content)
    assert (made.PatientAge, made.PatientSex, made.PatientID, str(made.PatientName)) == ("061Y", "F", "P000001", "P000001")
    assert "PatientWeight" not in made and made.Manufacturer == made.PatientBirthDate == ""


def test_a_kept_description_loses_every_word_that_may_be_a_name(tmp_path: Path) -> None:
    facts = {"SeriesDescription": "CHEST LUNG 5.0 B70f KIM MINSU 8765432", "SpecificCharacterSet": "ISO_IR 192"}
    assert read(engine().file(source(tmp_path, **facts)).content).SeriesDescription == "CHEST LUNG 5.0 B70f"


def test_a_word_that_names_this_patient_never_stays(tmp_path: Path) -> None:
    made = engine().file(source(tmp_path, PatientName="CHEST^LUNG", SeriesDescription="CHEST AXIAL"))
    assert read(made.content).SeriesDescription == "AXIAL"


def test_a_code_gets_the_meaning_of_the_standard(tmp_path: Path) -> None:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "113076", "DCM", "Kim Minsu"
    own = Dataset()
    own.CodeValue, own.CodingSchemeDesignator, own.CodeMeaning = "KIM", "99LOCAL", "Kim Minsu"
    made = read(engine().file(source(tmp_path, DerivationCodeSequence=[code, own])).content)
    assert [item.CodeMeaning for item in made.DerivationCodeSequence] == ["Segmentation"]


def test_a_private_attribute_stays_only_on_the_safe_list(tmp_path: Path) -> None:
    made = dataset(np.zeros((8, 8), dtype=np.uint16))
    block = made.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0C, "IS", "1000")
    block.add_new(0x0D, "LO", "Kim Minsu")
    path = saved(made, tmp_path / "private.dcm")
    safe = Deidentification(private=frozenset({"0019,0C|SIEMENS MR HEADER", "0019,0D|SIEMENS MR HEADER"}))
    kept = read(engine(safe).file(path).content)
    assert kept[0x0019, 0x100C].value == 1000 and (0x0019, 0x100D) not in kept
    assert not [tag for tag in read(engine().file(path).content) if tag.tag.is_private]


def test_a_project_s_own_list_empties_and_replaces(tmp_path: Path) -> None:
    request = Dataset()
    request.RequestedProcedureDescription = "brain of Kim"
    replaced = {"ProtocolName": "BRAIN T1 weighted MRI"}
    profile = Deidentification(dates="blank", keep=("sex",), blank=("PatientSex", "ReferencedSeriesSequence.StationName"), replace=replaced)
    path = source(tmp_path, PatientSex="F", ProtocolName="t1 of Kim", RequestAttributesSequence=[request])
    made = read(engine(profile).file(path).content)
    assert (made.PatientSex, made.ProtocolName) == ("", "BRAIN T1 weighted MRI")
    assert "RequestAttributesSequence" not in made


def test_old_overlays_in_the_spare_bits_of_the_pixels_go(tmp_path: Path) -> None:
    pixels = (np.arange(64, dtype=np.uint16) | 0x8000).reshape(8, 8)
    path = saved(dataset(pixels, BitsStored=12, HighBit=11), tmp_path / "overlay.dcm")
    assert max(np.frombuffer(read(engine().file(path).content).PixelData, dtype="<u2")) == 63


def test_comments_inside_compressed_frames_go(tmp_path: Path) -> None:
    comment = b"Kim Minsu 8765432"
    frame = b"\xff\xd8\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + b"\xff\xda\0\2\xff\xd9"
    path = compressed(tmp_path / "comment.dcm", JPEGBaseline8Bit, [frame], (8, 8))
    assert comment in path.read_bytes()
    made = engine().file(path).content
    assert comment not in made and len(read(made).PixelData) == len(pydicom.dcmread(path).PixelData)


def test_what_was_done_stands_in_the_file_and_is_not_done_twice(tmp_path: Path) -> None:
    first = engine().file(source(tmp_path, StudyDate="20230105"))
    again = tmp_path / "again.dcm"
    again.write_bytes(first.content)
    second = engine().file(again)
    once, twice = read(first.content), read(second.content)
    assert once.PatientIdentityRemoved == "YES" and "2026c" in once.DeidentificationMethod
    assert "113100" in [code.CodeValue for code in once.DeidentificationMethodCodeSequence]
    assert second.before and not first.before
    assert (twice.SOPInstanceUID, twice.StudyDate) == (once.SOPInstanceUID, once.StudyDate)


def test_a_file_of_a_private_kind_or_without_its_pixels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnnotatorError, match="only its maker knows"):
        engine().file(source(tmp_path, SOPClassUID="1.2.3.4.5"))
    whole = source(tmp_path)
    whole.write_bytes(whole.read_bytes()[:-10])
    with pytest.raises(AnnotatorError, match="ends before the pixels"):
        engine().file(whole)


def test_what_was_done_can_be_told_by_attribute(tmp_path: Path) -> None:
    made = engine().file(source(tmp_path, InstitutionName="Hospital", StudyDate="20230105"))
    rows = actions_in_words(made.actions)
    assert ("00080080", "InstitutionName", "emptied", 1) in rows and ("00080020", "StudyDate", "shifted", 1) in rows


def test_signed_pixels_of_an_implicit_file_stay_signed(tmp_path: Path) -> None:
    pixels = np.arange(-32, 32, dtype=np.int16).reshape(8, 8)
    path = saved(dataset(pixels, PixelPaddingValue=-2000, SmallestImagePixelValue=-32), tmp_path / "signed.dcm", "1.2.840.10008.1.2")
    made = read(engine().file(path).content)
    assert made.PixelRepresentation == 1 and (made.pixel_array == pixels).all() and made.PixelPaddingValue == -2000


def test_numbers_that_are_too_long_are_written_shorter(tmp_path: Path) -> None:
    path = source(tmp_path)
    position = b"\x20\x00\x32\x00DS" + (38).to_bytes(2, "little") + b"0.666666686534882345\\1.5\\-99.69998782873153"[:38]
    content = path.read_bytes()
    place = content.index(b"\x28\x00\x02\x00US")
    path.write_bytes(content[:place] + position + content[place:])
    made = read(engine().file(path).content)
    assert [float(value) for value in made.ImagePositionPatient] == pytest.approx([0.66666668653488, 1.5, -99.69998782])


def test_an_unknown_value_of_the_image_type_leaves_the_others_in_their_places(tmp_path: Path) -> None:
    made = read(engine().file(source(tmp_path, ImageType=["ORIGINAL", "PRIMARY", "KIMMINSU", "AXIAL"])).content)
    assert list(made.ImageType) == ["ORIGINAL", "PRIMARY", "OTHER", "AXIAL"]


def test_a_table_of_values_stays_if_it_is_as_long_as_its_header_says(tmp_path: Path) -> None:
    item = Dataset()
    item.LUTDescriptor, item.LUTData = [4, 0, 16], [0, 1, 2, 3]
    item["LUTDescriptor"].VR, item["LUTData"].VR = "US", "US"
    made = read(engine().file(source(tmp_path, VOILUTSequence=[item])).content)
    assert made.VOILUTSequence[0].LUTData == b"\0\0\1\0\2\0\3\0"
