"""The lung JSON holds exactly what its table says, and gives back what was drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path as File

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from annotator.dicom.header import read_header
from annotator.dicom.phantom import write_study
from annotator.domain.annotation import BOX, FREE, LINE, Annotation
from annotator.domain.delivered import category_masks
from annotator.domain.path import Path
from annotator.domain.raster import Mask, fill, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.lung_json import FORMAT, captured
from annotator.paths import resources_folder
from tests.dicom.written import dataset, saved
from tests.formats.sheets import HOLED, TWO_PARTS, bare, bundled, sheet_of

BOXED = Region.box(10, 12.5, 30.25, 40)
LINES = Path((((1.5, 2.0), (30.125, 40.0), (50.0, 1e-3)),))
CUT_LINES = Path((*LINES.parts, ((60.0, 60.0), (61.0, 63.0))))
TABLE = {
    "info": ["description", "version", "contributor", "date_created"],
    "categories": ["supercategory", "grp_id", "grp_name", "id", "name"],
    "images": [
        "id", "file_name", "patient_id", "series_id", "image_id", "width", "height", "date_captured", "modality", "manufacturer",
        "manufacturerModelName",
    ],
    "annotations": ["id", "image_id", "category_id", "iscrowd", "area", "bbox", "toolname", "segmentation", "width", "height"],
}  # fmt: skip


@pytest.fixture(scope="session")
def phantoms(tmp_path_factory):
    """One phantom image of each modality of the project."""
    folder = tmp_path_factory.mktemp("phantoms")
    truths = write_study(folder, ("chest-ct", "chest-xray", "pet-ct"), small=True)
    return {read_header(truth.path).Modality: File(truth.path) for truth in reversed(truths)}


@pytest.fixture(scope="session")
def slice_of_ct(phantoms):
    return phantoms["CT"]


def written(sheet):
    files = FORMAT.write(sheet)
    assert tuple(files) == FORMAT.paths(sheet)
    (content,) = files.values()
    return content


def read_back(sheet, content=None):
    return FORMAT.read(bare(sheet), {sheet.path("json"): written(sheet) if content is None else content})


def valid(content):
    schema = json.loads((resources_folder() / "schema" / "lung-json.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(content), schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("kind", ["CT", "DX", "PT"])
def test_every_shape_of_every_modality_follows_the_schema(phantoms, kind):
    sheet = sheet_of(phantoms[kind], BOXED, HOLED, TWO_PARTS, LINES, CUT_LINES)
    content = written(sheet)
    valid(content)
    found = json.loads(content)
    assert list(found) == list(TABLE)
    assert {key: list(found[key] if key == "info" else found[key][0]) for key in found} == TABLE
    assert found["images"][0]["modality"] == {"CT": "CCT", "DX": "XRY", "PT": "PCT"}[kind]
    assert len(found["categories"]) == (4 if kind == "PT" else 9)
    assert [entry["image_id"] for entry in found["annotations"]] == [12] * 5
    triangle = found["annotations"][2]
    assert (triangle["bbox"], triangle["area"], triangle["width"]) == ([10.0, 10.0, 60.0, 60.0], 2500.0, 50.0), "the area of the box"


def test_the_values_are_those_of_image_and_project(slice_of_ct):
    sheet = sheet_of(slice_of_ct, BOXED)
    content = written(sheet)
    found = json.loads(content)
    assert "폐암 AI 학습용 이미지 데이터 구축".encode() in content, "Hangul stays Hangul"
    assert found["info"]["date_created"] == "2026-11-20 12-30-45"
    image = found["images"][0]
    assert (image["file_name"], image["patient_id"], image["series_id"], image["image_id"]) == (
        "cct_P000001_S001_0012.dcm", "P000001", "S001", "0012",
    )  # fmt: skip
    assert (image["width"], image["height"], image["id"]) == (128, 128, 1)
    header = read_header(slice_of_ct)
    assert image["manufacturer"] == header.Manufacturer and image["date_captured"] == "2026-01-05 10-15-00"
    assert found["categories"][1] == {"supercategory": "CCT", "grp_id": 1, "grp_name": "악성", "id": 2, "name": "전이성_병변"}
    assert found["annotations"][0] == {
        "id": 1, "image_id": 12, "category_id": 1, "iscrowd": 0, "area": 20.25 * 27.5, "bbox": [10.0, 12.5, 30.25, 40.0], "toolname": "Box",
        "segmentation": [10.0, 12.5, 30.25, 12.5, 30.25, 40.0, 10.0, 40.0], "width": 20.25, "height": 27.5,
    }  # fmt: skip
    assert b'"bbox": [10.0, 12.5, 30.25, 40.0]' in content, "numbers as repr writes them"


def test_the_same_drawing_gives_the_same_bytes(slice_of_ct):
    assert written(sheet_of(slice_of_ct, HOLED, LINES)) == written(sheet_of(slice_of_ct, HOLED, LINES))


@pytest.mark.parametrize("shape", [BOXED, HOLED, TWO_PARTS, LINES, CUT_LINES], ids=["box", "holes", "parts", "line", "lines"])
def test_an_annotation_comes_back_as_it_was_drawn(slice_of_ct, shape):
    sheet = sheet_of(slice_of_ct, ("CCT4", shape))
    sheet = replace(sheet, annotations=(replace(sheet.annotations[0], id=7),))
    (back,) = read_back(sheet).annotations
    own = sheet.annotations[0]
    assert (back.id, back.image, back.category, back.toolname) == (7, own.image, "CCT4", own.toolname)
    assert type(back.shape) is type(shape)
    assert category_masks(sheet, [back]) == category_masks(sheet, [own])
    if shape in (BOXED, LINES, CUT_LINES):
        assert back.shape == shape


def test_vertices_come_back_to_the_last_bit(slice_of_ct):
    ring = tuple((50 + 30 * np.cos(a) / 3, 60 + 20 * np.sin(a) * 1.1) for a in np.linspace(0, 6.2, 40))
    ring = tuple((float(x), float(y)) for x, y in ring)
    (back,) = read_back(sheet_of(slice_of_ct, Region(((ring,),)))).annotations
    assert back.shape.parts[0][0] == ring


def test_a_hole_is_bridged_so_that_both_fill_rules_give_its_mask(slice_of_ct):
    found = json.loads(written(sheet_of(slice_of_ct, TWO_PARTS)))["annotations"][0]
    assert found["iscrowd"] == 1 and len(found["segmentation"]) == 2
    (flat,) = (part for part in found["segmentation"] if len(part) > 6)
    ring = list(zip(flat[::2], flat[1::2], strict=True))
    wanted = region_mask(HOLED, 128, 128)
    assert fill([ring], 128, 128) == wanted and fill([ring], 128, 128, even_odd=True) == wanted
    assert {point for part in HOLED.parts for outline in part for point in outline} == set(ring), "no vertex that was not drawn"
    assert json.loads(written(sheet_of(slice_of_ct, HOLED)))["annotations"][0]["iscrowd"] == 0


@given(pixels=arrays(bool, (9, 11)))
def test_any_mask_comes_back_to_the_pixel(slice_of_ct_sheet, pixels):
    mask = Mask.of(np.pad(pixels, ((5, 114), (60, 57))))
    if mask.empty:
        return
    sheet = replace(slice_of_ct_sheet, annotations=(Annotation(1, slice_of_ct_sheet.image.key, "CCT1", FREE, trace(mask)),))
    (back,) = read_back(sheet).annotations
    assert region_mask(back.shape, 128, 128) == mask


@pytest.fixture(scope="session")
def slice_of_ct_sheet(slice_of_ct):
    return sheet_of(slice_of_ct)


@given(
    points=st.lists(st.tuples(*[st.floats(0, 128, allow_subnormal=False)] * 2), min_size=2, max_size=12, unique=True),
)
def test_any_line_stays_the_line_it_is(slice_of_ct_sheet, points):
    line = Path((tuple(points),))
    sheet = replace(slice_of_ct_sheet, annotations=(Annotation(3, slice_of_ct_sheet.image.key, "CCT9", LINE, line),))
    assert read_back(sheet).annotations == sheet.annotations


def test_a_cut_box_is_free(slice_of_ct):
    sheet = sheet_of(slice_of_ct, HOLED)
    sheet = replace(sheet, annotations=(replace(sheet.annotations[0], toolname=BOX),))
    assert [a.toolname for a in read_back(sheet).annotations] == [FREE]


def test_the_second_pass_delivers_regions_only(slice_of_ct):
    sheet = sheet_of(slice_of_ct, LINES, BOXED, regions_only=True)
    assert [a.id for a in read_back(sheet).annotations] == [2]
    assert FORMAT.write(sheet_of(slice_of_ct, LINES, regions_only=True)) == {}


def test_nothing_drawn_leaves_no_file(slice_of_ct):
    sheet = sheet_of(slice_of_ct)
    assert FORMAT.write(sheet) == {}
    assert FORMAT.read(sheet, {}).annotations == ()


def header(tmp_path, **attributes):
    return read_header(saved(dataset(np.zeros((8, 8), np.uint16), **attributes), tmp_path / "a.dcm"))


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"AcquisitionDate": "20070404", "AcquisitionTime": "190047.5", "StudyDate": "20010101"}, "2007-04-04 19-00-47"),
        ({"AcquisitionDateTime": "20070404190047.123456+0900", "ContentDate": "20080101", "ContentTime": "01"}, "2007-04-04 19-00-47"),
        ({"AcquisitionDate": "20070404", "ContentDate": "20080101", "ContentTime": "0102"}, "2008-01-01 01-02-00"),
        ({"SeriesDate": "20090203", "SeriesTime": "040506", "StudyDate": "20010101", "StudyTime": "01"}, "2009-02-03 04-05-06"),
        ({"StudyDate": "20010203", "StudyTime": "1015"}, "2001-02-03 10-15-00"),
        ({"AcquisitionDate": "20070404"}, "2007-04-04 00-00-00"),
        ({"StudyTime": "101500"}, ""),
        ({}, ""),
    ],
)
def test_the_time_of_an_image_is_that_of_its_acquisition_or_what_comes_next(tmp_path, attributes, expected):
    assert captured(header(tmp_path, **attributes)) == expected


def test_what_the_source_does_not_say_is_a_placeholder(tmp_path):
    path = saved(
        dataset(np.zeros((64, 64), np.uint16), SpecificCharacterSet="ISO_IR 192", ManufacturerModelName="긴" * 64), tmp_path / "a.dcm"
    )
    content = written(sheet_of(path, BOXED))
    image = json.loads(content)["images"][0]
    assert (image["date_captured"], image["manufacturer"]) == ("0000-00-00 00-00-00", "unknown")
    assert image["manufacturerModelName"] == "긴" * 64
    valid(content)


@pytest.mark.parametrize("named", [{}, {"contributor": "미정", "manufacturer": "모름"}])
def test_every_mandatory_text_has_a_placeholder_also_where_the_project_names_none(tmp_path, named):
    path = saved(dataset(np.zeros((64, 64), np.uint16)), tmp_path / "a.dcm")
    project = replace(bundled(), description="", version="", contributor="", placeholders=named)
    content = written(sheet_of(path, BOXED, project=project))
    blocks = json.loads(content)
    said = [blocks["info"][key] for key in ("description", "version", "contributor")] + [blocks["images"][0]["manufacturer"]]
    assert said == ["unknown", "0.0", named.get("contributor", "unknown"), named.get("manufacturer", "unknown")]
    valid(content)


def test_long_texts_are_cut_at_their_length(slice_of_ct):
    project = replace(bundled(), description="글" * 60, version="1.2.3.4", contributor="기관 " * 60)
    info = json.loads(written(sheet_of(slice_of_ct, BOXED, project=project)))["info"]
    assert (info["description"], info["version"], len(info["contributor"])) == ("글" * 50, "1.2.3", 130)


@pytest.mark.parametrize("name", ["patient", "series", "image"])
def test_an_id_is_never_cut(slice_of_ct, name):
    sheet = sheet_of(slice_of_ct, BOXED)
    with pytest.raises(AnnotatorError, match="longer than 7 characters"):
        FORMAT.write(replace(sheet, names=replace(sheet.names, **{name: "P0000001"})))


def test_a_category_of_another_modality_is_refused(slice_of_ct):
    with pytest.raises(AnnotatorError, match="XRY1"):
        FORMAT.write(sheet_of(slice_of_ct, ("XRY1", BOXED)))


def altered(sheet, **changes):
    """The sheet's JSON with values of its first annotation changed, None taking the key away."""
    found = json.loads(written(sheet))
    first = found["annotations"][0]
    first.update(changes)
    found["annotations"][0] = {key: value for key, value in first.items() if value is not None}
    return found


def test_what_others_write_is_understood(slice_of_ct):
    sheet = sheet_of(slice_of_ct, HOLED)
    found = altered(
        sheet, id="3", category_id="2", toolname="polygon", area=None, bbox=None, width=None, height=None, iscrowd=None, score=0.5
    )
    found["annotations"][0]["segmentation"] = [str(v) for v in found["annotations"][0]["segmentation"]]
    del found["info"]
    found["more"] = {"nested": [1, 2]}
    reading = read_back(sheet, b"\xef\xbb\xbf" + json.dumps(found, indent=3).encode())
    (back,) = reading.annotations
    assert (back.id, back.category, back.toolname, reading.remarks) == (3, "CCT2", FREE, ())
    assert region_mask(back.shape, 128, 128) == region_mask(HOLED, 128, 128)


def test_a_box_may_have_its_corners_in_bbox_only(slice_of_ct):
    sheet = sheet_of(slice_of_ct, BOXED)
    (back,) = read_back(sheet, json.dumps(altered(sheet, segmentation=None)).encode()).annotations
    assert (back.toolname, back.shape) == (BOX, BOXED)


def test_other_spellings_of_a_category_are_taken_and_said(slice_of_ct):
    sheet = sheet_of(slice_of_ct, ("CCT4", BOXED))
    reading = read_back(sheet, written(sheet).replace("섬유화반흔".encode(), "섬유유화반흔".encode()))
    assert [a.category for a in reading.annotations] == ["CCT4"]
    assert [str(remark) for remark in reading.remarks] == ["non-canonical name “섬유유화반흔” for category 4 섬유화반흔"]


def test_a_category_with_another_number_is_known_by_its_name(slice_of_ct):
    sheet = sheet_of(slice_of_ct, ("CCT3", BOXED))
    found = json.loads(written(sheet))
    found["categories"] = [{"id": 13, "name": "양성"}]
    found["annotations"][0]["category_id"] = 13
    reading = read_back(sheet, json.dumps(found).encode())
    assert [a.category for a in reading.annotations] == ["CCT3"] and len(reading.remarks) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"category_id": 12}, "has no category 12"),
        ({"category_id": None}, "has no category None"),
        ({"segmentation": [1, 2, 3]}, "no pairs of numbers"),
        ({"segmentation": [1, 2, 3, 4]}, "three points"),
        ({"segmentation": [1, 2, 3, 4, "x", 6]}, "no pairs of numbers"),
        ({"segmentation": [1, 2, 3, 4, 1e300, 6]}, "no pairs of numbers"),
        ({"segmentation": {"x": 1}}, "no list"),
        ({"segmentation": [1, 1, 2, 2, 3, 3]}, "encloses nothing"),
        ({"toolname": "Line", "segmentation": [1, 2]}, "two points"),
    ],
)
def test_an_annotation_that_nobody_can_understand_is_left_out_and_said(slice_of_ct, changes, said):
    sheet = sheet_of(slice_of_ct, HOLED, BOXED)
    reading = read_back(sheet, json.dumps(altered(sheet, **changes)).encode())
    assert [a.id for a in reading.annotations] == [2]
    assert len(reading.remarks) == 1 and said in str(reading.remarks[0]) and "annotation 1" in str(reading.remarks[0])


def test_ids_that_come_twice_are_numbered_again(slice_of_ct):
    sheet = sheet_of(slice_of_ct, HOLED, BOXED, LINES)
    reading = read_back(sheet, json.dumps(altered(sheet, id=2)).encode())
    assert [(a.id, a.toolname) for a in reading.annotations] == [(2, FREE), (3, LINE), (4, BOX)]
    assert reading.remarks


def test_what_reaches_beyond_the_image_is_said(slice_of_ct):
    sheet = sheet_of(slice_of_ct, Region.box(100, 100, 140, 120))
    assert ["reaches beyond" in str(remark) for remark in read_back(sheet).remarks] == [True]


BROKEN = {
    "empty": b"",
    "white": b"   ",
    "no json": b"<html>",
    "a list": b"[1]",
    "a text": b'"annotations"',
    "no list": b'{"annotations": {"id": 1}}',
    "NaN": b'{"annotations": [{"id": NaN}]}',
    "infinite": b'{"annotations": [], "x": -Infinity}',
    "doubled": b'{"annotations": [], "annotations": []}',
    "deep": b'{"annotations": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "deep objects": b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "utf-16": '{"annotations": []}'.encode("utf-16"),
    "cp949": '{"annotations": [], "info": "폐암"}'.encode("cp949"),
    "endless number": b'{"annotations": [], "x": ' + b"9" * 10_000 + b"}",
    "cut": b'{"annotations": [{"id": 1, ',
    "other size": b'{"images": [{"width": 512, "height": 128}], "annotations": []}',
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_told_in_a_sentence(slice_of_ct, kind):
    with pytest.raises(AnnotatorError) as error:
        read_back(sheet_of(slice_of_ct), BROKEN[kind])
    assert str(error.value).startswith("Reading the annotations in cct_P000001_S001_0012.json: ") and len(str(error.value)) < 300


def test_a_file_that_is_cut_anywhere_is_never_half_read(slice_of_ct):
    content = written(sheet_of(slice_of_ct, HOLED, LINES))
    for end in range(0, len(content.rstrip()), max(len(content) // 20, 1)):
        with pytest.raises(AnnotatorError):
            read_back(sheet_of(slice_of_ct), content[:end])


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_flipped_bit_never_ends_the_program(slice_of_ct_sheet, place, bit):
    sheet = replace(slice_of_ct_sheet, annotations=(Annotation(1, slice_of_ct_sheet.image.key, "CCT1", FREE, HOLED),))
    content = bytearray(written(sheet))
    content[place % len(content)] ^= 1 << bit
    try:
        read_back(sheet, bytes(content))
    except AnnotatorError as error:
        assert str(error)
