"""The breast JSON has the published layout, holds every pixel that was drawn, and gives back what stands in it, byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon

from annotator.dicom.header import images_of, read_header
from annotator.domain.annotation import Drawn
from annotator.domain.coordinates import Coordinates
from annotator.domain.facts import DISCARD, view
from annotator.domain.grid import on_grid, snapped
from annotator.domain.image import ImageKey
from annotator.domain.path import Path
from annotator.domain.raster import Mask, fill, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import region_of_stroke, trace
from annotator.errors import AnnotatorError
from annotator.formats.breast_json import FORMAT
from annotator.formats.breast_reading import LESION
from annotator.paths import resources_folder
from annotator.workspace import publish
from tests.formats.cases import PATH, VIEWS, case, lesion

SQUARE = Region.box(10, 12, 30, 40)
SCHEMA = json.loads((resources_folder() / "schema" / "breast-json.schema.json").read_text(encoding="utf-8"))


def written(sheet):
    files = FORMAT.write(sheet)
    assert set(files) <= {PATH}
    return json.loads(files[PATH]) if files else None


def read(sheet, value):
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return FORMAT.read(sheet.bare, {PATH: content})


def contours(value, view):
    """An independent reading: view → id → polygon in pixels, for images of 60 × 48."""
    return {name: [(p["x"] + 24, p["y"] + 30) for p in points] for name, points in value["contour_list"]["cancer"][view].items()}


def test_a_case_is_written_in_the_published_layout():
    value = written(case(lesion(1, "LCC", SQUARE), lesion(1, "RMLO", Region.box(20, 20, 28, 30), "2019-08-12T10:00:08.811+09:00")))
    assert value == {
        "user_id": "김판독",
        "case_id": "Cancer_00001",
        "contour_list": {
            "cancer": {
                "lcc": {"1565571602486": [{"y": y, "x": x} for x, y in ((-14, -18), (6, -18), (6, 10), (-14, 10), (-14, -18))]},
                "rmlo": {"1565571608811": [{"y": y, "x": x} for x, y in ((-4, -10), (4, -10), (4, 0), (-4, 0), (-4, -10))]},
            }
        },
        "discard_yn": 0,
    }
    jsonschema.validate(value, SCHEMA)


def test_points_keep_the_published_order_of_keys():
    assert b'[{"y": -18, "x": -14}, {"y": -18, "x": 6}' in FORMAT.write(case(lesion(1, "LCC", SQUARE)))[PATH]


def test_nothing_drawn_has_no_file_and_a_discarded_case_has_one():
    assert written(case()) is None
    value = written(case(facts={DISCARD: "영상 불량"}))
    assert value == {"user_id": "김판독", "case_id": "Cancer_00001", "contour_list": {"cancer": {}}, "discard_yn": 1}
    jsonschema.validate(value, SCHEMA)
    assert read(case(), value).facts == {DISCARD: ""}
    assert read(case(), {**value, "discard_yn": 0}).facts == {}


def test_the_file_of_a_discarded_case_keeps_its_contours():
    value = written(case(lesion(1, "RCC", SQUARE), facts={DISCARD: ""}))
    assert (value["discard_yn"], set(value["contour_list"]["cancer"])) == (1, {"rcc"})


def test_lesions_of_one_moment_get_ids_that_differ():
    value = written(case(lesion(1, "RCC", SQUARE), lesion(2, "RCC", Region.box(1, 1, 9, 9)), lesion(1, "LCC", SQUARE)))
    names = [name for lesions in value["contour_list"]["cancer"].values() for name in lesions]
    assert sorted(names) == ["1565571602486", "1565571602487", "1565571602488"]


def test_several_parts_are_several_contours_and_hold_the_same_pixels():
    parts = Region((*SQUARE.parts, *Region.box(32, 2, 40, 9).parts))
    sheet = case(lesion(1, "RCC", parts), lesion(2, "RCC", Region.box(1, 1, 5, 5), "2019-08-12T01:00:02.487+00:00"))
    found = contours(written(sheet), "rcc")
    assert len(found) == 3
    publish.compare(sheet, FORMAT, FORMAT.write(sheet))


def test_a_hole_is_cut_open_without_touching_itself_and_without_losing_a_pixel():
    holes = ((14.0, 16.0), (14.0, 20.0), (18.0, 20.0), (18.0, 16.0)), ((22.0, 25.0), (22.0, 30.0), (27.0, 27.0))
    holed = Region(((SQUARE.parts[0][0], *holes),))
    sheet = case(lesion(1, "RCC", holed))
    found = contours(written(sheet), "rcc")
    assert all(Polygon(points).is_valid for points in found.values())
    masks = [fill([points[:-1]], 60, 48) for points in found.values()]
    assert sum(mask.count for mask in masks) == region_mask(holed, 60, 48).count
    publish.compare(sheet, FORMAT, FORMAT.write(sheet))


@given(st.integers(0, 2**32), st.integers(5, 15), st.integers(5, 15))
def test_whatever_was_drawn_is_written_as_simple_contours_of_the_same_pixels(seed, rows, columns):
    odd = np.random.default_rng(seed).random((rows, columns)) < 0.6
    odd[:, columns - columns % 2 :] = False
    odd[rows - rows % 2 :] = False
    if odd.any():
        sheet = case(lesion(1, "LMLO", trace(Mask.of(odd))), rows=rows, columns=columns)
        files = FORMAT.write(sheet)
        publish.compare(sheet, FORMAT, files)
        for points in json.loads(files[PATH])["contour_list"]["cancer"]["lmlo"].values():
            assert Polygon([(p["x"], p["y"]) for p in points]).is_valid


unit = st.floats(0, 1)


@given(st.lists(st.tuples(unit, unit), min_size=3, max_size=12), st.integers(9, 40), st.integers(9, 40))
def test_nothing_drifts_in_ten_rounds(points, rows, columns):
    stroke = region_of_stroke([(x * columns, y * rows) for x, y in points], rows, columns)
    shape = None if stroke.empty else snapped(stroke, Coordinates(), rows, columns)
    if shape is None:
        return
    sheet = case(lesion(1, "LCC", shape), rows=rows, columns=columns)
    content = first = FORMAT.write(sheet)[PATH]
    for _ in range(10):
        found = read(sheet, content).annotations
        assert {a.image for a in found} == {ImageKey("1.2.2")}
        whole = [part for a in found for part in a.shape.parts]
        assert all(on_grid(a.shape, Coordinates(), rows, columns) for a in found)
        if len(shape.parts) == 1 and len(shape.parts[0]) == 1:
            assert whole == list(shape.parts)
        content = FORMAT.write(case(*found, rows=rows, columns=columns))[PATH]
        assert content == first
    assert region_mask(Region(tuple(whole)), rows, columns) == region_mask(shape, rows, columns)


def test_a_shape_between_the_positions_is_written_with_its_mask():
    sheet = case(lesion(1, "LCC", Region(((((10.3, 10.2), (30.7, 14.9), (22.2, 41.6)),),))))
    publish.compare(sheet, FORMAT, FORMAT.write(sheet))


def test_lines_are_left_out_and_a_case_of_lines_has_no_file():
    line = lesion(1, "LCC", Path((((1.0, 1.0), (20.0, 20.0)),)))
    assert written(case(line)) is None


def test_coordinates_are_those_of_the_project():
    project = replace(case().project, coordinates=Coordinates("corner", "up", "down"))
    sheet = case(lesion(1, "LCC", SQUARE), project=project)
    points = next(iter(written(sheet)["contour_list"]["cancer"]["lcc"].values()))
    assert points[0] == {"y": -12, "x": 10}
    publish.compare(sheet, FORMAT, FORMAT.write(sheet))


def test_two_images_of_one_view_both_stand_in_the_file():
    sheet = case(lesion(1, "RCC", SQUARE), lesion(1, "LCC", Region.box(2, 2, 9, 9)), facts={view(ImageKey("1.2.2")): "RCC"})
    assert set(written(sheet)["contour_list"]["cancer"]) == {"rcc", "rcc2"}
    publish.compare(sheet, FORMAT, FORMAT.write(sheet))
    assert len(contours(written(sheet), "rcc")) == 1


def test_an_unknown_category_is_refused():
    with pytest.raises(AnnotatorError, match="no category MMG7"):
        FORMAT.write(case(replace(lesion(1, "LCC", SQUARE), category="MMG7")))


# reading ----------------------------------------------------------------------------------------------------------------------------

POINTS = [{"y": -8, "x": -8}, {"y": -8, "x": 8}, {"y": 8, "x": 8}, {"y": 8, "x": -8}, {"y": -8, "x": -8}]
LISTED = {"cancer": {"lcc": {"1565594002486": POINTS}}}
VALUE = {"user_id": "annotation_user1", "case_id": "Cancer_00001", "contour_list": LISTED, "discard_yn": 0}
BOX = Region(((((16.0, 22.0), (32.0, 22.0), (32.0, 38.0), (16.0, 38.0)),),))


def told(reading):
    return [str(remark) for remark in reading.remarks]


def test_the_sample_has_its_true_outlines(data_folder):
    folder, path = data_folder / "annotations" / "aihub_breast_like", data_folder / "single" / "mg_rmlo_gh133_jpegll_voilut.dcm"
    image, truth = images_of(read_header(path), path)[0], json.loads((folder / "rmlo_1.truth.json").read_text())
    own = replace(case(), image=image, siblings=())
    found = FORMAT.read(own, {PATH: (folder / "rmlo_1.json").read_bytes()})
    assert len(found.annotations) == len(truth["contours"]) == 2
    for annotation, contour in zip(found.annotations, truth["contours"], strict=True):
        ring = annotation.shape.parts[0][0]
        assert np.abs(np.array(ring) - np.array(contour["pixel_polygon"])).max() < 1
        assert str(Drawn("1", "2019-11-08T08:00:00.000+00:00").author) == annotation.drawn.author
    again = json.loads(FORMAT.write(replace(own, annotations=found.annotations))[PATH])
    assert again["contour_list"] == json.loads((folder / "rmlo_1.json").read_text())["contour_list"]


def test_a_file_of_others_comes_back_with_its_ids_and_author():
    found = read(case(), VALUE)
    assert [(a.image, a.shape, a.drawn) for a in found.annotations] == [
        (ImageKey("1.2.2"), BOX, Drawn("annotation_user1", "2019-08-12T07:13:22.486+00:00"))
    ]
    assert told(found) == []
    assert written(case(*found.annotations)) == VALUE


def test_ids_that_are_no_times_are_kept_for_life():
    lesions = {"lesion02": POINTS, "종괴-A": [{"y": 9, "x": 9}, {"y": 20, "x": 9}, {"y": 20, "x": 20}, {"y": 9, "x": 9}]}
    value = {**VALUE, "contour_list": {"cancer": {"rcc": lesions}}}
    found = read(case(), value)
    assert [a.attributes for a in found.annotations] == [((LESION, "lesion02"),), ((LESION, "종괴-A"),)]
    assert written(case(*found.annotations))["contour_list"] == value["contour_list"]
    assert set(written(case(*found.annotations[1:]))["contour_list"]["cancer"]["rcc"]) == {"종괴-A"}


def test_contours_as_a_text_bare_keys_and_spare_commas_are_read_and_said():
    as_text = read(case(), {**VALUE, "contour_list": json.dumps(VALUE["contour_list"])})
    assert as_text.annotations == read(case(), VALUE).annotations
    assert told(as_text) == ["the contours in Cancer_00001.json stand as a text; they were read all the same"]
    loose = json.dumps(VALUE).replace('"discard_yn": 0', "discard_yn: 1").replace("}]}}", "},]},}").encode()
    found = read(case(), loose)
    assert found.annotations == as_text.annotations
    assert found.facts == {DISCARD: ""}
    assert told(found) == ["Cancer_00001.json is not strict JSON (bare keys or spare commas); it was read all the same"]


def lcc(points, **more):
    return {"cancer": {"lcc": {"1": points, **more}}}


def scaled(factor, shift=0):
    return [{"x": factor * point["x"] + shift, "y": point["y"]} for point in POINTS]


@pytest.mark.parametrize(
    ("listed", "remark"),
    [
        (lcc(POINTS[:2]), "lcc 1 of Cancer_00001.json was left out: an outline needs three points"),
        (lcc([]), "left out: an outline needs three points"),
        (lcc("x"), "left out: its points are no list"),
        (lcc([*POINTS, {"x": None, "y": 1}]), "left out: its coordinates are no pairs of numbers"),
        (lcc([*POINTS, {"x": 1e300, "y": 1}]), "left out: its coordinates are no pairs of numbers"),
        (lcc([*POINTS, [1, 2]]), "left out: its coordinates are no pairs of numbers"),
        (lcc(scaled(1, 900)), "left out: its outline sets no pixel of the image"),
        (lcc(scaled(4)), "lcc 1 of Cancer_00001.json reaches beyond the image and was cut there"),
        (lcc([POINTS[0], POINTS[2], POINTS[1], POINTS[3]]), "crosses itself; it was taken as what it encloses"),
        ({"cancer": {"rxx": {"1": POINTS}}}, "rxx of Cancer_00001.json was left out: the case has no image of this view"),
        ({"benign": {"lcc": {"1": POINTS}}}, "benign of Cancer_00001.json was left out: the project has no category"),
    ],
)
def test_what_is_odd_is_said_and_the_rest_is_read(listed, remark):
    listed = {**listed, "cancer": {**listed.get("cancer", {}), "rmlo": {"9": POINTS}}}
    found = read(case(), {**VALUE, "contour_list": listed})
    assert any(remark in text for text in told(found)), told(found)
    assert (ImageKey("1.2.3"), BOX) in [(a.image, a.shape) for a in found.annotations]
    publish.compare(case(*found.annotations), FORMAT, FORMAT.write(case(*found.annotations)))


def test_another_case_is_named():
    assert told(read(case(), {**VALUE, "case_id": 7})) == ["Cancer_00001.json was written for the case 7, not Cancer_00001"]


def test_views_in_capitals_numbers_as_texts_and_a_missing_level_are_taken():
    points = [{"y": str(p["y"]), "x": float(p["x"])} for p in POINTS]
    for listed in ({"cancer": {"L_CC": {"1": points}}}, {"lcc": {"1": points}}, {"암": {"lcc": [points]}}):
        assert [(a.image, a.shape) for a in read(case(), {**VALUE, "contour_list": listed}).annotations] == [(ImageKey("1.2.2"), BOX)]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe{", b'{"contour_list": [1]}', b'{"contour_list": "{"}', b'{"a": ' + b"[" * 200_000,
     json.dumps(VALUE).encode()[:-40], json.dumps(VALUE).replace(": 8", ": NaN", 1).encode(),
     b'{"contour_list": {}, "contour_list": {}}', b'{"contour_list": ' + b'"' * 99_999],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_named(content):
    with pytest.raises(AnnotatorError, match=r"Cancer_00001\.json"):
        read(case(), content)


def test_every_view_is_found_by_its_header_else_by_its_name():
    named = {**VALUE, "contour_list": {"cancer": {v.lower(): {"1": POINTS} for v in VIEWS}}}
    plain = replace(case(), siblings=tuple(replace(own, image=replace(own.image, view="")) for own in case().siblings))
    assert [a.image for a in read(plain, named).annotations] == [own.image.key for own in plain.siblings]
