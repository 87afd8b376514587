"""A header is listed as it is in the file: nested, private, in its character set, long values cut, one frame at a time."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from annotator.dicom.header_rows import MOST_ROWS, HeaderRow, header_rows
from annotator.errors import AnnotatorError
from tests.dicom.written import dataset, saved

PIXELS = np.zeros((4, 4), dtype=np.int16)


def the(rows: tuple[HeaderRow, ...], tag: str) -> HeaderRow:
    (found,) = [row for row in rows if row.tag == tag]
    return found


def write(folder: Path, **attributes: object) -> tuple[HeaderRow, ...]:
    return header_rows(saved(dataset(PIXELS, **attributes), folder / "a.dcm"), 1)


def test_an_element_has_tag_keyword_name_value_and_length(tmp_path: Path) -> None:
    rows = write(tmp_path, SeriesDescription="Thorax 5 mm", PixelSpacing=[0.5, 0.25], SmallestImagePixelValue=-3)
    said = the(rows, "(0008,103E)")
    facts = said.vr, said.keyword, said.name, said.value, said.length
    assert facts == ("LO", "SeriesDescription", "Series Description", "Thorax 5 mm", 12)
    assert the(rows, "(0028,0030)").value == "0.5\\0.25"
    assert the(rows, "(0028,0106)").value == "-3"
    assert the(rows, "(0008,0016)").value == "1.2.840.10008.5.1.4.1.1.2 = CT Image Storage"
    assert [row.tag for row in rows if row.depth == 0][2:] == sorted(row.tag for row in rows if row.depth == 0)[2:]


def test_the_meta_information_comes_first_and_the_pixels_are_only_named(tmp_path: Path) -> None:
    rows = write(tmp_path)
    assert rows[0].tag.startswith("(0002,")
    assert (rows[-1].tag, rows[-1].keyword, rows[-1].value, rows[-1].length, rows[-1].cut) == ("(7FE0,0010)", "PixelData", "", 32, True)


def test_items_of_sequences_are_nested_and_know_what_they_are_inside_of(tmp_path: Path) -> None:
    inner, outer = Dataset(), Dataset()
    inner.CodeValue = "T-28000"
    outer.AnatomicRegionSequence = Items([inner, Dataset()])
    rows = write(tmp_path, ProcedureCodeSequence=Items([outer]))
    code = the(rows, "(0008,0100)")
    assert code.depth == 4
    around = []
    place = code.parent
    while place >= 0:
        around.append((rows[place].tag, rows[place].value))
        place = rows[place].parent
    assert around == [("(FFFE,E000)", "1 / 2"), ("(0008,2218)", ""), ("(FFFE,E000)", "1 / 1"), ("(0008,1032)", "")]
    assert the(rows, "(0008,2218)").length == 2


@pytest.mark.parametrize(
    ("declared", "codec"), [("ISO_IR 192", "utf-8"), ("ISO 2022 IR 149", "iso2022_kr"), (None, "cp949"), (None, "utf-8")]
)
def test_texts_are_read_in_their_character_set(tmp_path: Path, declared: str | None, codec: str) -> None:
    value = "홍^길동".encode(codec) if codec != "iso2022_kr" else b"\x1b$)C" + "홍".encode("euc-kr") + b"^\x1b$)C" + "길동".encode("euc-kr")
    made = dataset(PIXELS)
    if declared:
        made.SpecificCharacterSet = ["", declared] if "2022" in declared else declared
    path = saved(made, tmp_path / "a.dcm")
    content, head = path.read_bytes(), b"\x10\x00\x20\x00LO\x02\x00P1"
    value += b" " * (len(value) % 2)
    assert content.count(head) == 1
    path.write_bytes(content.replace(head, b"\x10\x00\x10\x00PN" + len(value).to_bytes(2, "little") + value + head))
    name = the(header_rows(path, 1), "(0010,0010)")
    assert name.value.replace("\x1b$)C", "") == "홍^길동" and name.identity


def test_private_elements_are_named_by_their_creator_or_shown_as_they_are(tmp_path: Path) -> None:
    made = dataset(PIXELS)
    made.private_block(0x0019, "SIEMENS MR HEADER", create=True).add_new(0x0C, "IS", "800")
    made.private_block(0x0029, "NOBODY KNOWS", create=True).add_new(0x01, "UN", bytes(range(100)))
    rows = header_rows(saved(made, tmp_path / "a.dcm"), 1)
    assert (the(rows, "(0019,100C)").name, the(rows, "(0019,100C)").value, the(rows, "(0019,100C)").private) == ("B_value", "800", True)
    unknown = the(rows, "(0029,1001)")
    assert (unknown.name, unknown.length, unknown.cut) == ("", 100, True) and unknown.value.startswith("00 01 02 03")
    assert the(rows, "(0029,0010)").value == "NOBODY KNOWS"


def test_long_values_are_cut_with_their_length(tmp_path: Path) -> None:
    row = the(write(tmp_path, TextValue="y" * 100_000), "(0040,A160)")
    assert (row.length, row.cut, len(row.value)) == (100_000, True, 64_000)


def test_who_the_patient_is_is_marked_also_inside_sequences(tmp_path: Path) -> None:
    item = Dataset()
    item.PatientID = "P9"
    others = Items([item])
    rows = write(tmp_path, PatientName="A^B", PatientAge="042Y", AccessionNumber="77", OtherPatientIDsSequence=others, StudyDate="20260101")
    telling = {row.tag for row in rows if row.identity and row.vr}
    assert telling == {"(0010,0010)", "(0010,0020)", "(0008,0050)", "(0010,1002)"}
    assert not any(the(rows, tag).identity for tag in ("(0010,1010)", "(0008,0020)"))


def test_of_an_enhanced_image_the_frame_in_question_is_listed(tmp_path: Path) -> None:
    frames = []
    for number in (1, 2, 3):
        content, group = Dataset(), Dataset()
        content.DimensionIndexValues = number
        group.FrameContentSequence = Items([content])
        frames.append(group)
    made = dataset(np.zeros((3, 4, 4), dtype=np.int16), NumberOfFrames=3, PerFrameFunctionalGroupsSequence=Items(frames))
    path = saved(made, tmp_path / "a.dcm")
    for frame in (1, 3):
        listed = header_rows(path, frame)
        items = [row.value for row in listed if row.tag == "(FFFE,E000)" and listed[row.parent].tag == "(5200,9230)"]
        assert items == [f"{frame} / 3"] and the(listed, "(0020,9157)").value == str(frame)


def test_what_is_no_dicom_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_text("no")
    with pytest.raises(AnnotatorError):
        header_rows(tmp_path / "a.dcm", 1)


def test_every_real_header_is_listed(data_folder: Path) -> None:
    listed = 0
    for path in sorted((data_folder / "awkward").rglob("*.dcm")):
        try:
            rows = header_rows(path, 1)
        except AnnotatorError:
            continue
        listed += 1
        assert 0 < len(rows) <= MOST_ROWS and all(-1 <= row.parent < place for place, row in enumerate(rows))
    assert listed > 50


def test_a_private_sequence_is_opened(data_folder: Path, tmp_path: Path) -> None:
    shutil.copy(data_folder / "awkward" / "priv_sq.dcm", tmp_path / "a.dcm")
    rows = header_rows(tmp_path / "a.dcm", 1)
    assert the(rows, "(3F03,1001)").vr == "SQ" and the(rows, "(3F03,1003)").value == "image1234567 at 123"
