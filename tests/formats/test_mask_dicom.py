"""A mask per category holds every annotation of it, and comes back to the pixel."""

from __future__ import annotations

import threading
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydicom import dcmread
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless, RLELossless

from annotator.dicom.phantom import write_study
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.delivered import Difference, category_masks, compare
from annotator.domain.delivery import Reading
from annotator.domain.path import Path
from annotator.domain.raster import Mask, path_mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats import lung_json
from annotator.formats.mask_dicom import FORMAT, mended
from tests.dicom.written import dataset, saved
from tests.formats.sheets import HOLED, TWO_PARTS, bare, bundled, sheet_of

BOXED = Region.box(30, 30, 60, 50.5)
LINE = Path((((1.5, 2.0), (100.25, 90.0)),))


@pytest.fixture(scope="session")
def slice_of_ct(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("phantoms"), ("chest-ct",), small=True)[3].path


@pytest.fixture(scope="session")
def sheet(slice_of_ct):
    return sheet_of(slice_of_ct)


def drawn(sheet, *shapes):
    return replace(sheet, annotations=tuple(Annotation(n, sheet.image.key, key, FREE, s) for n, (key, s) in enumerate(shapes, 1)))


def pixels(content):
    return dcmread(BytesIO(content)).pixel_array


def test_each_category_with_something_drawn_has_one_file(slice_of_ct):
    sheet = sheet_of(slice_of_ct, ("CCT1", BOXED), ("CCT3", HOLED), ("CCT1", TWO_PARTS), ("CCT9", LINE))
    files = FORMAT.write(sheet)
    folder = "lung_cancer/chest-ct/malignant/P000001/S001/binary"
    assert sorted(files) == [f"{folder}/cct_P000001_S001_0012_{n}_binary.dcm" for n in (1, 3, 9)]
    assert set(files) <= set(FORMAT.paths(sheet)) and len(FORMAT.paths(sheet)) == 9
    both = region_mask(BOXED, 128, 128) | region_mask(TWO_PARTS, 128, 128)
    found = {path[-12]: pixels(content) for path, content in files.items()}
    assert np.array_equal(found["1"], both.array() * np.uint8(255))
    assert np.array_equal(found["3"] > 0, region_mask(HOLED, 128, 128).array())
    assert np.array_equal(found["9"] > 0, path_mask(LINE, 2.0, 128, 128).array())


def test_lines_leave_no_mask_in_the_second_pass_nor_where_the_project_wants_none(slice_of_ct):
    assert FORMAT.write(sheet_of(slice_of_ct, LINE, regions_only=True)) == {}
    without = replace(bundled(), mask=replace(bundled().mask, line_width=None))
    assert FORMAT.write(sheet_of(slice_of_ct, LINE, project=without)) == {}


def test_nothing_drawn_leaves_no_file(sheet):
    assert FORMAT.write(sheet) == {} and FORMAT.read(sheet, {}) == Reading()


@pytest.mark.parametrize("compression", ["rle", "none"])
@pytest.mark.parametrize("foreground", [255, 1])
def test_masks_come_back_as_one_free_region_a_category(slice_of_ct, compression, foreground):
    project = replace(bundled(), mask=replace(bundled().mask, compression=compression, foreground=foreground))
    sheet = sheet_of(slice_of_ct, ("CCT3", HOLED), ("CCT1", BOXED), ("CCT1", TWO_PARTS), ("CCT2", LINE), project=project)
    reading = FORMAT.read(bare(sheet), FORMAT.write(sheet))
    assert [(a.id, a.category, a.toolname, a.image) for a in reading.annotations] == [
        (n, f"CCT{n}", FREE, sheet.image.key) for n in (1, 2, 3)
    ]
    assert category_masks(sheet, reading.annotations) == category_masks(sheet, sheet.annotations)
    assert reading.remarks == ()


@given(noise=arrays(bool, (128, 128), elements=st.booleans(), fill=st.booleans()))
def test_any_mask_comes_back_to_the_pixel(sheet, noise):
    mask = Mask.of(noise)
    if mask.empty or mask.count > 3000:
        return
    there = drawn(sheet, ("CCT1", trace(mask)))
    files = FORMAT.write(there)
    assert np.array_equal(pixels(next(iter(files.values()))) > 0, noise)
    (back,) = FORMAT.read(bare(there), files).annotations
    assert region_mask(back.shape, 128, 128) == mask


def test_json_and_masks_agree_to_the_pixel_and_a_difference_is_shown(slice_of_ct):
    sheet = sheet_of(slice_of_ct, ("CCT3", HOLED), ("CCT1", BOXED), ("CCT2", LINE))
    masks, json = FORMAT.read(bare(sheet), FORMAT.write(sheet)), lung_json.FORMAT.read(bare(sheet), lung_json.write(sheet))
    assert compare(sheet, json, masks) == ()
    pixel = drawn(sheet, ("CCT3", Region.box(20, 100, 21, 101)))
    more = replace(masks, annotations=(*masks.annotations, *pixel.annotations))
    assert compare(sheet, json, more) == (Difference("CCT3", 0, 1, (20, 100, 21, 101)),)
    (less,) = compare(sheet, json, replace(masks, annotations=masks.annotations[1:]))
    assert (less.category, less.only_json, less.only_masks, less.box) == ("CCT1", 30 * 20, 0, (30, 30, 60, 50))
    assert less.pixels == 600


def foreign(values, syntax=ExplicitVRLittleEndian, **attributes):
    made = dataset(values, Modality="OT", **attributes)
    stream = BytesIO()
    saved(made, stream, syntax)
    return stream.getvalue()


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless])
@pytest.mark.parametrize("kind", ["uint8", "uint16", "int16"])
def test_masks_of_other_programs_are_read(sheet, syntax, kind):
    values = np.zeros((128, 128), kind)
    values[3:9, 100:128] = 1
    values[9, 0] = 90
    if kind == "int16":
        values[50, 50:52] = -1, -256
    made = dataset(values, Modality="OT", PhotometricInterpretation="MONOCHROME1")
    if syntax == RLELossless:
        made.file_meta = dcmread(BytesIO(foreign(values))).file_meta
        made.compress(syntax, encoding_plugin="pydicom", generate_instance_uid=False)
    elif syntax == ExplicitVRBigEndian:
        made.PixelData = values.astype(values.dtype.newbyteorder(">")).tobytes()
    stream = BytesIO()
    content = saved(made, stream, syntax).getvalue()
    (back,) = FORMAT.read(sheet, {sheet.path("mask", sheet.categories[1]): content}).annotations
    assert back.category == "CCT2"
    assert region_mask(back.shape, 128, 128) == Mask.of(values > 0)


def test_a_mask_of_single_bits_is_read(sheet):
    values = np.zeros((128, 128), np.uint8)
    values[5:7, 3:90] = 1
    made = dataset(values, BitsAllocated=1, BitsStored=1, HighBit=0, PixelData=np.packbits(values.ravel(), bitorder="little").tobytes())
    content = saved(made, BytesIO()).getvalue()
    (back,) = FORMAT.read(sheet, {sheet.path("mask", sheet.categories[0]): content}).annotations
    assert region_mask(back.shape, 128, 128) == Mask.of(values > 0)


@pytest.mark.parametrize(
    ("description", "category"),
    [
        ("2 전이성_병변", "CCT2"),
        ("4 섬유유화반흔", "CCT4"),
        ("2", "CCT2"),
        ("02 전이성_병변", "CCT2"),
        ("2 양성", None),
        ("lesion", None),
        ("77 x", None),
    ],
)
def test_a_mask_under_another_name_is_known_by_its_description(sheet, description, category):
    content = foreign(np.ones((128, 128), np.uint8), SpecificCharacterSet="ISO_IR 192", SeriesDescription=description)
    reading = FORMAT.read(sheet, {"elsewhere/mask.dcm": content})
    assert [a.category for a in reading.annotations] == ([category] if category else [])
    assert len(reading.remarks) == (0 if category else 1)


def test_an_empty_mask_is_said(sheet):
    path = sheet.path("mask", sheet.categories[0])
    reading = FORMAT.read(sheet, {path: foreign(np.zeros((128, 128), np.uint8))})
    assert reading.annotations == () and [str(remark) for remark in reading.remarks] == ["cct_P000001_S001_0012_1_binary.dcm is empty"]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (foreign(np.ones((128, 127), np.uint8)), "127 × 128 pixels and its image 128 × 128"),
        (foreign(np.ones((128, 128), np.uint8), Rows=60000, Columns=60000), "60000 × 60000"),
        (foreign(np.ones((128, 128), np.uint8), Rows=None), "128 × 0"),
        (foreign(np.ones((128, 128, 3), np.uint8)), "not one grey image"),
        (foreign(np.ones((2, 128, 128), np.uint8), NumberOfFrames=2), "not one grey image"),
        (foreign(np.ones((128, 128), np.uint8), PhotometricInterpretation="PALETTE COLOR"), "not one grey image"),
        (foreign(np.ones((128, 128), np.uint8), PixelData=b"\1\1"), "ends before its pixels"),
        (foreign(np.ones((128, 128), np.uint8))[:300], "the file ends"),
        (foreign(np.ones((128, 128), np.uint8)).replace(b"1.2.840.10008.1.2.1", JPEG2000Lossless.encode()[:19]), "compressed"),
        (b"", "not a DICOM file"),
        (b"PK\3\4" + bytes(200), "not a DICOM file"),
    ],
)
def test_what_is_no_mask_of_this_image_is_told_in_a_sentence(sheet, content, cause):
    with pytest.raises(AnnotatorError, match=cause) as error:
        FORMAT.read(sheet, {sheet.path("mask", sheet.categories[0]): content})
    assert str(error.value).startswith("Reading the mask cct_P000001_S001_0012_1_binary.dcm: ")


def test_a_mask_that_is_cut_anywhere_is_never_half_read(slice_of_ct):
    sheet = sheet_of(slice_of_ct, HOLED)
    ((path, content),) = FORMAT.write(sheet).items()
    for end in range(0, len(content), len(content) // 60):
        with pytest.raises(AnnotatorError):
            FORMAT.read(sheet, {path: content[:end]})


@given(place=st.integers(0, 1 << 20), bit=st.integers(0, 7))
def test_a_flipped_bit_never_ends_the_program(sheet, place, bit):
    there = drawn(sheet, ("CCT1", HOLED))
    ((path, content),) = FORMAT.write(there).items()
    damaged = bytearray(content)
    damaged[place % len(damaged)] ^= 1 << bit
    try:
        FORMAT.read(there, {path: bytes(damaged)})
    except AnnotatorError as error:
        assert str(error)


def test_masks_are_written_alike_from_several_threads(slice_of_ct):
    sheet = sheet_of(slice_of_ct, HOLED, BOXED)
    expected, found = FORMAT.write(sheet), []
    threads = [threading.Thread(target=lambda: found.append(FORMAT.write(sheet))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_what_was_mended_of_the_source_can_be_told(tmp_path):
    path = saved(dataset(np.zeros((64, 64), np.uint16), FrameOfReferenceUID="1.2.3"), tmp_path / "a.dcm")
    assert [str(remark) for remark in mended(sheet_of(path, BOXED))] == [
        "FrameOfReferenceUID of the source image is not legal and was mended"
    ]


def test_a_category_of_another_modality_is_refused(slice_of_ct):
    with pytest.raises(AnnotatorError, match="XRY1"):
        FORMAT.write(sheet_of(slice_of_ct, ("XRY1", BOXED)))


def test_a_value_that_dicom_cannot_hold_is_refused(slice_of_ct):
    sheet = sheet_of(slice_of_ct, BOXED)
    with pytest.raises(AnnotatorError, match="not legal in DICOM"):
        FORMAT.write(replace(sheet, names=replace(sheet.names, image="1" * 20)))


def test_a_source_that_is_gone_is_told(slice_of_ct, tmp_path):
    sheet = sheet_of(slice_of_ct, BOXED)
    with pytest.raises(AnnotatorError, match="it is not there"):
        FORMAT.write(replace(sheet, image=replace(sheet.image, path=str(tmp_path / "gone.dcm"))))
