"""A header says what it says, however it is written; a broken one says so in a sentence and is never empty."""

from __future__ import annotations

import os
import random
import threading
import zlib
from pathlib import Path
from struct import pack

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian

from annotator.dicom.header import images_of, no_image_reason, owner_of, read_header
from annotator.domain.image import Plane
from annotator.errors import AnnotatorError
from tests.dicom.written import dataset, element, images, part10, sample, saved

PIXELS = np.arange(12, dtype=np.int16).reshape(3, 4)
STANDARD_EXAMPLE = b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf"
"""The Korean name of PS3.5 I.2."""
MODALITY = element(0x00080060, "CS", b"CT")
SIZE = element(0x00280010, "US", pack("<H", 1)) + element(0x00280011, "US", pack("<H", 1))


def cause_of(path: Path) -> str:
    with pytest.raises(AnnotatorError) as caught:
        images(path)
    return str(caught.value.cause)


@pytest.mark.parametrize(
    ("name", "syntax"),
    [
        ("CT_small.dcm", "1.2.840.10008.1.2.1"),
        ("MR_small_implicit.dcm", "1.2.840.10008.1.2"),
        ("MR_small_bigendian.dcm", "1.2.840.10008.1.2.2"),
        ("image_dfl.dcm", "1.2.840.10008.1.2.1.99"),
        ("JPEG2000.dcm", "1.2.840.10008.1.2.4.91"),
        ("ExplVR_LitEndNoMeta.dcm", "1.2.840.10008.1.2.1"),
        ("ExplVR_BigEndNoMeta.dcm", "1.2.840.10008.1.2.2"),
    ],
)
def test_files_of_every_coding_are_read_as_pydicom_reads_them(name: str, syntax: str) -> None:
    header = read_header(sample(name))
    theirs = dcmread(sample(name), stop_before_pixels=True, force=True)
    assert header.transfer_syntax == syntax
    assert [(element.tag, element.VR, element.value) for element in header] == [(e.tag, e.VR, e.value) for e in theirs]


def test_an_image_carries_what_its_header_says(tmp_path: Path) -> None:
    path = saved(
        dataset(
            PIXELS, ImagePositionPatient=[-10, -20, 30.5], ImageOrientationPatient=[1, 0, 0, 0, 0, -1], PixelSpacing=["0.5", "0.25"],
            FrameOfReferenceUID="1.9", ViewPosition="MLO", ImageLaterality="R", InstanceNumber=7,
        ),
        tmp_path / "a.dcm",
    )  # fmt: skip
    (image,) = images(path)
    assert (str(image.key), image.rows, image.columns, image.frames, image.modality) == ("1.2.3.4#1", 3, 4, 1, "CT")
    assert (image.series_uid, image.study_uid, image.frame_of_reference_uid) == ("1.2.3.1", "1.2.3", "1.9")
    assert image.plane == Plane((-10, -20, 30.5), (1, 0, 0), (0, 0, -1), (0.5, 0.25))
    assert (image.spacing, image.spacing_at_detector, image.view, image.instance_number) == ((0.5, 0.25), False, "R MLO", 7)
    assert image.problem is None


def test_the_detector_has_a_spacing_where_the_patient_has_none(tmp_path: Path) -> None:
    alone = saved(dataset(PIXELS, Modality="DX", ImagerPixelSpacing=[0.2, 0.2]), tmp_path / "a.dcm")
    same = saved(dataset(PIXELS, Modality="DX", ImagerPixelSpacing=[0.2, 0.2], PixelSpacing=[0.2, 0.2]), tmp_path / "b.dcm")
    calibrated = saved(dataset(PIXELS, Modality="DX", ImagerPixelSpacing=[0.2, 0.2], PixelSpacing=[0.15, 0.15]), tmp_path / "c.dcm")
    found = [(image.spacing, image.spacing_at_detector) for path in (alone, same, calibrated) for image in images(path)]
    assert found == [((0.2, 0.2), True), ((0.2, 0.2), True), ((0.15, 0.15), False)]


@pytest.mark.parametrize("spacing", [[0, 0.5], [-1, 1], ["1"]])
def test_an_impossible_spacing_is_none(tmp_path: Path, spacing: list[object]) -> None:
    made = dataset(PIXELS, ImagePositionPatient=[0, 0, 0], ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    made.PixelSpacing = spacing
    (image,) = images(saved(made, tmp_path / "a.dcm"))
    assert image.spacing is None and image.plane is None


def _item(**values: object) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def test_each_frame_of_an_enhanced_image_has_its_own_plane(tmp_path: Path) -> None:
    made = dataset(np.zeros((3, 4, 5), dtype=np.int16), NumberOfFrames=3)
    made.SharedFunctionalGroupsSequence = [
        _item(
            PlaneOrientationSequence=[_item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
            PixelMeasuresSequence=[_item(PixelSpacing=[2, 1])],
        )
    ]
    made.PerFrameFunctionalGroupsSequence = [
        _item(PlanePositionSequence=[_item(ImagePositionPatient=[0, 0, 10 * frame])]) for frame in range(3)
    ]
    made.PerFrameFunctionalGroupsSequence[2].PixelMeasuresSequence = [_item(PixelSpacing=[4, 4])]
    found = images(saved(made, tmp_path / "a.dcm"))
    assert [image.key.frame for image in found] == [1, 2, 3]
    assert [image.plane.position[2] for image in found if image.plane] == [0, 10, 20]
    assert [image.spacing for image in found] == [(2, 1), (2, 1), (4, 4)]


def test_frames_of_a_dose_lie_at_their_offsets() -> None:
    found = images(sample("rtdose.dcm"))
    heights = [image.plane.distance() for image in found if image.plane]
    assert len(heights) == 15 and np.allclose(np.diff(heights), np.diff(heights)[0]) and heights[0] != heights[1]


def test_missing_uids_are_derived_and_stay(tmp_path: Path) -> None:
    raw = part10(MODALITY, element(0x00100020, "LO", b"P1"), SIZE, element(0x7FE00010, "OW", b"\1\0"))
    other = raw[:-2] + b"\2\0"
    for name, content in (("a.dcm", raw), ("b.dcm", raw), ("c.dcm", other)):
        (tmp_path / name).write_bytes(content)
    (a,), (b,), (c,) = images(tmp_path / "a.dcm"), images(tmp_path / "b.dcm"), images(tmp_path / "c.dcm")
    assert a.key == b.key != c.key and a.key.uid.startswith("2.25.") and len(a.key.uid) <= 64
    assert a.series_uid == c.series_uid and a.study_uid == c.study_uid and a.series_uid != a.study_uid


def test_images_of_nobody_do_not_share_a_series(tmp_path: Path) -> None:
    for name in ("a", "b"):
        pixels = element(0x7FE00010, "OW", name.encode() + b"\0")
        (tmp_path / name).write_bytes(part10(MODALITY, SIZE, pixels))
    (a,), (b,) = images(tmp_path / "a"), images(tmp_path / "b")
    assert a.series_uid != b.series_uid and a.study_uid != b.study_uid


@pytest.mark.parametrize(
    ("name", "kind"),
    [("rtplan.dcm", "RT Plan"), ("rtstruct.dcm", "RT Structure Set"), ("reportsi.dcm", "Basic Text SR"), ("DICOMDIR", "DICOMDIR")],
)
def test_what_is_no_image_gives_none_and_says_what_it_is(name: str, kind: str) -> None:
    header = read_header(sample(name))
    assert images_of(header, sample(name)) == ()
    assert str(no_image_reason(header)) == f"holds no image: {kind}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Rows": None}, "rows and columns"),
        ({"Columns": 0}, "rows and columns"),
        ({"Rows": 65535, "Columns": 65535}, "more than 2 GB"),
        ({"NumberOfFrames": 2_000_000_000}, "more than 2 GB"),
        ({"Rows": 4}, "ends before the pixels"),
        ({"SamplesPerPixel": 2}, "not supported"),
    ],
)
def test_an_image_that_cannot_be_shown_says_why(tmp_path: Path, changes: dict[str, int | None], words: str) -> None:
    (image,) = images(saved(dataset(PIXELS, **changes), tmp_path / "a.dcm"))
    assert image.problem is not None and words in str(image.problem)


def test_a_retired_compression_is_named(tmp_path: Path) -> None:
    (image,) = images(saved(dataset(PIXELS), tmp_path / "a.dcm"))
    assert image.problem is None
    raw = (tmp_path / "a.dcm").read_bytes().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.9\0")
    (tmp_path / "a.dcm").write_bytes(raw)
    (image,) = images(tmp_path / "a.dcm")
    assert "its compression (1.2.840.10008.1.2.9) cannot be decoded" == str(image.problem)


@pytest.mark.parametrize(
    ("declared", "raw", "name"),
    [
        (b"", "홍길동^테스트".encode("cp949"), "홍길동^테스트"),
        (b"", "홍길동^테스트".encode(), "홍길동^테스트"),
        (b"", "뷁^똠".encode("cp949"), "뷁^똠"),
        (b"ISO_IR 100", "홍길동^테스트".encode("euc_kr"), "홍길동^테스트"),
        (b"ISO_IR 100", "Müller^Jörg".encode("latin-1"), "Müller^Jörg"),
        (b"ISO_IR 192", "홍^길동".encode(), "홍^길동"),
        (b"\\ISO 2022 IR 149", STANDARD_EXAMPLE, "Hong^Gildong=洪^吉洞=홍^길동"),
        (b"\\ISO 2022 IR 149", "홍^길동".encode("euc_kr"), "홍^길동"),
        (b"ISO 2022 IR 149", "홍^길동".encode("euc_kr"), "홍^길동"),
        (b"KOREAN", "홍^길동".encode("euc_kr"), "홍^길동"),
        (b"ISO_IR 192", "홍^길동".encode("euc_kr"), "홍^길동"),
    ],
)
def test_names_are_readable_whatever_set_is_declared(tmp_path: Path, declared: bytes, raw: bytes, name: str) -> None:
    def even(value: bytes) -> bytes:
        return value + b" " * (len(value) % 2)

    charset = element(0x00080005, "CS", even(declared)) if declared else b""
    inner = element(0x00100010, "PN", even(raw))
    sequence = element(0x00081111, "SQ", pack("<HHL", 0xFFFE, 0xE000, len(inner)) + inner)
    path = tmp_path / "a.dcm"
    path.write_bytes(part10(charset, MODALITY, sequence, element(0x00100010, "PN", even(raw))))
    header = read_header(path)
    assert owner_of(header).patient_name == name
    assert str(header.PatientName).rstrip() == name
    assert str(header[0x00081111].value[0].PatientName).rstrip() == name


def test_a_decomposed_name_is_composed(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    decomposed = element(0x00100010, "PN", "\u1112\u1169\u11bc ".encode())
    path.write_bytes(part10(element(0x00080005, "CS", b"ISO_IR 192"), MODALITY, decomposed))
    assert owner_of(read_header(path)).patient_name == "홍"


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    assert cause_of(tmp_path / "a") == "the file is empty"


@pytest.mark.parametrize("content", [b"{}", b"<html>" * 100, b"\x89PNG\r\n\x1a\n" + bytes(500), bytes(5000), b"\x08\x00" * 400])
def test_what_is_not_dicom_is_told_apart(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert cause_of(tmp_path / "a") == "it is not a DICOM file"


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(AnnotatorError, match="it is not there"):
        read_header("nowhere/a.dcm")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    writer = threading.Thread(target=lambda: (tmp_path / "a").open("wb").close())
    writer.start()
    assert cause_of(tmp_path / "a") == "it is not a regular file"
    writer.join()


def test_a_length_beyond_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(part10(MODALITY, element(0x00091001, "OB", b"abcd", length=2**31)))
    assert cause_of(tmp_path / "a") == "the file ends in the middle of its header"


def test_a_huge_header_is_refused_and_its_limit_can_be_set(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(part10(MODALITY, element(0x00091001, "OB", bytes(3 * 2**20)), element(0x00280010, "US", b"\1\0")))
    assert read_header(path).Rows == 1
    with pytest.raises(AnnotatorError, match="longer than 2 MB"):
        read_header(path, limit=2 * 2**20)


def _nested(depth: int, *, undefined: bool) -> bytes:
    value = b""
    for _ in range(depth):
        if undefined:
            item = pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF) + value + pack("<HHL", 0xFFFE, 0xE00D, 0)
            value = element(0x00081115, "SQ", item + pack("<HHL", 0xFFFE, 0xE0DD, 0), length=0xFFFFFFFF)
        else:
            value = element(0x00081115, "SQ", pack("<HHL", 0xFFFE, 0xE000, len(value)) + value)
    return value


@pytest.mark.parametrize("undefined", [True, False])
def test_sequences_may_be_deep_but_not_endless(tmp_path: Path, undefined: bool) -> None:
    path = tmp_path / "a"
    path.write_bytes(part10(MODALITY, _nested(32, undefined=undefined)))
    inner: Dataset = read_header(path)
    for _ in range(31):
        inner = inner[0x00081115].value[0]
    for depth in (33, 5000):
        path.write_bytes(part10(MODALITY, _nested(depth, undefined=undefined)))
        assert cause_of(path) == "its sequences are nested deeper than 32"


def test_an_endless_sequence_ends(tmp_path: Path) -> None:
    items = pack("<HHL", 0xFFFE, 0xE000, 0) * 200_000
    (tmp_path / "a").write_bytes(part10(MODALITY, element(0x00081115, "SQ", items, length=0xFFFFFFFF)))
    assert "more than 100000 elements" in cause_of(tmp_path / "a")


def test_a_private_sequence_that_is_broken_inside_harms_nobody(tmp_path: Path) -> None:
    broken = element(0x00091001, "SQ", pack("<HHL", 0xFFFE, 0xE000, 400) + b"ab")
    (tmp_path / "a").write_bytes(part10(MODALITY, broken, element(0x00280010, "US", b"\5\0")))
    assert read_header(tmp_path / "a").Rows == 5


def test_a_deflate_bomb_does_not_go_off(tmp_path: Path) -> None:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = squeezer.compress(MODALITY + element(0x00091001, "OB", bytes(12 * 2**20))) + squeezer.flush()
    path = tmp_path / "a"
    path.write_bytes(part10(bomb, syntax=DeflatedExplicitVRLittleEndian))
    assert cause_of(path) == "it grows beyond all measure when it is unpacked"


def test_a_wrong_transfer_syntax_is_seen_through(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(part10(MODALITY, element(0x00280010, "US", b"\5\0"), syntax=ImplicitVRLittleEndian))
    assert read_header(path).Rows == 5


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small_RLE.dcm", "MR_small_implicit.dcm", "image_dfl.dcm"])
def test_a_file_cut_anywhere_is_an_image_with_a_problem_or_an_error(tmp_path: Path, name: str) -> None:
    whole = sample(name).read_bytes()
    path = tmp_path / "a.dcm"
    for tenth in range(10):
        path.write_bytes(whole[: len(whole) * tenth // 10])
        try:
            found = images(path)
        except AnnotatorError as error:
            assert str(error.cause)
        else:
            assert found and (found[0].rows > 0 or found[0].problem is not None)


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small_implicit.dcm", "MR_small_bigendian.dcm", "rtdose.dcm", "nested_priv_SQ.dcm"])
def test_flipped_bits_never_raise_anything_else(tmp_path: Path, name: str) -> None:
    whole = sample(name).read_bytes()
    chance = random.Random(name)
    path = tmp_path / "a.dcm"
    for _ in range(40):
        flipped = bytearray(whole)
        for _ in range(chance.choice((1, 3, 10))):
            flipped[chance.randrange(min(len(flipped), 4000))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        try:
            header = read_header(path)
            images_of(header, path)
            owner_of(header)
            no_image_reason(header)
        except AnnotatorError as error:
            assert str(error.cause)


def test_every_header_of_the_real_data_is_read(data_folder: Path) -> None:
    unread = []
    for path in sorted(data_folder.rglob("*")):
        if path.is_file():
            try:
                found = images(path)
            except AnnotatorError as error:
                unread.append(f"{path.name}: {error.cause}")
            else:
                assert all(image.key.uid and image.series_uid and image.study_uid for image in found)
    assert {reason.partition(": ")[2] for reason in unread} == {"it is not a DICOM file", "the file is empty"}


@pytest.mark.parametrize(
    ("name", "attributes", "view"),
    [
        ("a.dcm", {"ImageLaterality": "R", "ViewPosition": "MLO"}, "R MLO"),
        ("a.dcm", {"Laterality": "L", "ViewPosition": "CC"}, "L CC"),
        ("a.dcm", {"ImageLaterality": "L", "code": "399368009"}, "L MLO"),
        ("a.dcm", {"ImageLaterality": "R", "code": "R-10242"}, "R CC"),
        ("a.dcm", {"SeriesDescription": "MAMMO L MLO"}, "L MLO"),
        ("rcc.dcm", {"SeriesDescription": "MAMMO L MLO"}, ""),  # the file's name counts before the description
        ("a.dcm", {"ImageLaterality": "R", "SeriesDescription": "L MLO"}, "L MLO"),
        ("a.dcm", {"SeriesDescription": "SCREENING"}, ""),
    ],
)
def test_the_view_of_a_mammogram_is_found(tmp_path: Path, name: str, attributes: dict[str, str], view: str) -> None:
    made = dataset(np.zeros((2, 2), np.uint16), Modality="MG", **{key: text for key, text in attributes.items() if key != "code"})
    if "code" in attributes:
        item = Dataset()
        item.CodeValue = attributes["code"]
        made.ViewCodeSequence = [item]
    path = saved(made, tmp_path / name)
    assert images_of(read_header(path), path)[0].view == view


@pytest.mark.parametrize(("age", "years"), [(b"067Y", 67), (b"018M", 1), (b"6", 6), (b"old ", None), (b"", None)])
def test_sex_age_and_device_are_read_with_whose_image_it_is(tmp_path: Path, age: bytes, years: int | None) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(part10(MODALITY, element(0x00080070, "LO", b"GE"), element(0x00081090, "LO", b"LightSpeed"),
                            element(0x00100040, "CS", b"f "), element(0x00101010, "AS", age)))  # fmt: skip
    owner = owner_of(read_header(path))
    assert (owner.sex, owner.age, owner.device) == ("F", years, "GE LightSpeed")
