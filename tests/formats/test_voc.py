"""Boxes come back to the pixel whichever way they are counted, and files of others are understood."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.dicom.phantom import write_study
from annotator.domain.annotation import BOX
from annotator.domain.exchange import Chosen, Item, Page
from annotator.domain.image import ImageKey
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange
from annotator.formats.picture import png_of
from annotator.formats.voc import EXCHANGE, held
from tests.formats.exchanged import cut_short, masks_of, pages, read, sized, told, written
from tests.formats.sheets import HOLED, TWO_PARTS, sheet_of

LINE = Path((((1.5, 2.0), (100.25, 90.0)),))


@pytest.fixture(scope="session")
def slice_of_ct(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("phantoms"), ("chest-ct",), small=True)[3].path


@pytest.fixture(scope="session")
def sheet(slice_of_ct):
    return sheet_of(slice_of_ct)


def xml(*boxes, size=(100, 80), head="", root="annotation", name="악성"):
    """A file as others write it; boxes as texts."""
    corners = ("xmin", "ymin", "xmax", "ymax")
    things = "".join(
        f"<object><name>{name}</name><bndbox>{''.join(f'<{c}>{v}</{c}>' for c, v in zip(corners, box, strict=True))}</bndbox></object>"
        for box in boxes
    )
    columns, rows = size
    sizes = f"<size><width>{columns}</width><height>{rows}</height><depth>1</depth></size>"
    return f"<{root}><filename>p.png</filename>{head}{sizes}{things}</{root.split()[0]}>".encode()


def bounds(page):
    return [mark.shape.bounds for mark in page.marks]


@pytest.mark.parametrize("origin", ["1", "0"])
def test_boxes_come_back_to_the_pixel_with_category_and_number(slice_of_ct, origin):
    shapes = [("CCT1", Region.box(0, 0, 1, 1)), ("CCT3", HOLED), ("CCT9", TWO_PARTS), ("CCT3", Region.box(5.5, 6.4, 128, 128))]
    sheet = sheet_of(slice_of_ct, *shapes, ("CCT2", LINE))
    (page,) = pages(EXCHANGE, written(EXCHANGE, sheet, origin=origin))
    boxes = [("CCT1", (0, 0, 1, 1)), ("CCT3", (10, 10, 40, 40)), ("CCT9", (10, 10, 60, 60)), ("CCT3", (5, 6, 128, 128))]
    assert [(m.label.key, m.shape.bounds) for m in page.marks] == boxes
    assert [m.label.name for m in page.marks] == ["악성", "양성", "폐섬유화", "양성"] and [m.id for m in page.marks] == [1, 2, 3, 4]
    assert {m.toolname for m in page.marks} == {BOX} and page.remarks == ()
    assert page.where.key == sheet.image.key and (page.where.rows, page.where.columns) == (128, 128)
    assert page.where.file_name == "a.png" and page.place == "Annotations/a.xml"


@pytest.mark.parametrize("origin", [1, 0])
def test_an_independent_reader_finds_the_pixels(slice_of_ct, origin):
    """Read with the standard library, pixel by pixel, by the rule that the file names."""
    sheet = sheet_of(slice_of_ct, HOLED, Region.box(20, 30, 61, 71))
    root = ET.fromstring(written(EXCHANGE, sheet, origin=str(origin))["Annotations/a.xml"])
    assert root.findtext("pixel_origin") == str(origin)
    wanted = [{(r, c) for r in range(10, 40) for c in range(10, 40)}, {(r, c) for r in range(30, 71) for c in range(20, 61)}]
    for box, pixels in zip(root.iter("bndbox"), wanted, strict=True):
        x1, y1, x2, y2 = (int(box.findtext(edge)) for edge in ("xmin", "ymin", "xmax", "ymax"))
        last = 1 if origin else 0
        found = {(y - origin, x - origin) for y in range(y1, y2 + last) for x in range(x1, x2 + last)}
        assert found == pixels


@given(st.lists(st.floats(-3, 40), min_size=4, max_size=4), st.sampled_from(["0", "1"]))
def test_any_box_that_sets_a_pixel_comes_back(slice_of_ct, values, origin):
    sheet = sized(sheet_of(slice_of_ct, Region.box(*values)), 33, 35)
    wanted = region_mask(sheet.annotations[0].shape, 33, 35)
    (page,) = pages(EXCHANGE, written(EXCHANGE, sheet, origin=origin))
    got = [mask for _, mask in masks_of(page, sheet)]
    assert got == ([] if wanted.empty else [wanted])
    assert (held(sheet, sheet.annotations[0], Chosen(sheet.project)) or Mask.none(33, 35)) == wanted


def test_pictures_and_lists_lie_where_voc_wants_them(slice_of_ct):
    sheets = [sheet_of(slice_of_ct, HOLED), sheet_of(slice_of_ct), sheet_of(slice_of_ct, LINE)]
    files = written(EXCHANGE, *sheets, splits=("train", "test", "val"), pictures="yes")
    assert files["JPEGImages/b.png"] == png_of(sheets[1])
    lists = {name: content.decode() for name, content in files.items() if name.startswith("ImageSets")}
    wanted = {"train": "a\n", "test": "b\n", "val": "c\n", "trainval": "a\nc\n"}
    assert lists == {f"ImageSets/Main/{name}.txt": stems for name, stems in wanted.items()}
    assert [(page.split, len(page.marks)) for page in pages(EXCHANGE, files)] == [("train", 1), ("test", 0), ("val", 0)]
    assert written(EXCHANGE, sheets[0])["ImageSets/Main/trainval.txt"] == b"a\n"


def test_a_colour_image_has_three_channels_and_a_missing_one_no_picture(slice_of_ct, tmp_path):
    import numpy as np

    from tests.dicom.written import dataset, saved

    coloured = sheet_of(saved(dataset(np.zeros((6, 7, 3), dtype=np.uint8)), tmp_path / "rgb.dcm"))
    assert b"<depth>3</depth>" in written(EXCHANGE, coloured, pictures="yes")["Annotations/a.xml"]
    gone = replace(coloured, image=replace(coloured.image, path=""))
    made = EXCHANGE.write([Item(gone, "a")], Chosen(gone.project))
    assert list(made.files) == ["Annotations/a.xml"] and "Pictures are missing" in str(made.remarks[0])
    assert made.holds == {gone.image.key: ("Annotations/a.xml",)}


def test_what_a_name_holds_is_text_and_not_xml(sheet):
    categories = tuple(replace(c, name='<종양> & "암"') for c in sheet.project.categories)
    odd = replace(sheet, project=replace(sheet.project, categories=categories, name="a\x01<b>"))
    drawn = replace(odd, annotations=sheet_of(sheet.image.path, HOLED).annotations)
    content = written(EXCHANGE, drawn)["Annotations/a.xml"]
    assert ET.fromstring(content).findtext("object/name") == '<종양> & "암"'
    assert pages(EXCHANGE, {"a.xml": content})[0].marks[0].label.name == '<종양> & "암"'


def test_a_category_of_another_modality_is_refused(sheet):
    drawn = replace(sheet, annotations=sheet_of(sheet.image.path, ("XRY1", HOLED)).annotations)
    with pytest.raises(AnnotatorError, match="no category XRY1"):
        written(EXCHANGE, drawn)


def test_boxes_that_do_not_say_how_they_count_are_those_of_voc():
    (page,) = pages(EXCHANGE, {"a.xml": xml((1, 1, 1, 1), (3, 4, 100, 80))})
    assert bounds(page) == [(0, 0, 1, 1), (2, 3, 100, 80)]
    assert "pixels from 1, both ends inside" in told(page)


def test_a_zero_anywhere_shows_that_the_data_set_counts_corners():
    found = pages(EXCHANGE, {"a.xml": xml((1, 1, 5, 5)), "b.xml": xml((0, 3, 2, 7)), "c.xml": xml((2, 2, 3, 3))})
    assert [bounds(page) for page in found] == [[(1, 1, 5, 5)], [(0, 3, 2, 7)], [(2, 2, 3, 3)]]
    assert [("corners counted from 0" in told(page)) for page in found] == [True, False, False]


def test_a_fraction_anywhere_shows_it_too():
    found = pages(EXCHANGE, {"a.xml": xml((1, 1, 5, 5)), "b.xml": xml((2.5, 3, 4, 7))})
    assert [bounds(page) for page in found] == [[(1, 1, 5, 5)], [(2.5, 3, 4, 7)]]


def test_labelimg_counts_corners_and_our_own_files_say_what_they_do():
    labelimg = xml((1, 1, 5, 5), root='annotation verified="no"')
    ours = xml((1, 1, 5, 5), head="<pixel_origin>1</pixel_origin>")
    newer, other = xml((1, 1, 5, 5), head="<path>C:/p.png</path>"), xml((1, 1, 5, 5))
    found = {page.place: page for page in pages(EXCHANGE, {"a.xml": labelimg, "b.xml": ours, "c.xml": newer, "d.xml": other})}
    assert [bounds(found[f"{name}.xml"]) for name in "abcd"] == [[(1, 1, 5, 5)], [(0, 0, 5, 5)], [(1, 1, 5, 5)], [(0, 0, 5, 5)]]
    assert not found["a.xml"].remarks and not found["b.xml"].remarks


def test_the_boxes_of_the_chest_ct_are_those_that_its_coco_and_labelme_files_say(data_folder):
    folder = data_folder / "annotations"
    files = {path.name: path.read_bytes() for path in (folder / "voc_lungdx_a0001").glob("*.xml")}
    found = {page.where.key: page for page in pages(EXCHANGE, files)}
    coco = json.loads((folder / "coco_lungdx.json").read_text(encoding="utf-8"))
    images = {image["id"]: ImageKey(image["sop_instance_uid"]) for image in coco["images"]}
    assert set(found) == set(images.values()) and len(found) == 11
    for entry in coco["annotations"]:
        x, y, width, height = entry["bbox"]
        (mark,) = found[images[entry["image_id"]]].marks
        assert mark.shape.bounds == (x, y, x + width, y + height) and mark.label.name == "A"


def test_the_chest_ct_of_the_boxes_is_there(data_folder):
    series = {sheet_of(path).image.key for path in sorted((data_folder / "series" / "lungdx_a0001_ct_lung").glob("1-1*.dcm"))}
    files = {path.name: path.read_bytes() for path in (data_folder / "annotations" / "voc_lungdx_a0001").glob("*.xml")}
    assert len({page.where.key for page in pages(EXCHANGE, files)} & series) >= 5


@pytest.mark.parametrize(
    ("box", "expected", "remark"),
    [
        ((11, 11, 20, 20), [(10, 10, 20, 20)], ""),
        (("11", " 11.0 ", "20", "2e1"), [(10, 10, 20, 20)], ""),
        ((20, 20, 11, 11), [(10, 10, 20, 20)], "wrong way round"),
        ((90, 70, 200, 300), [(89, 69, 100, 80)], "was cut"),
        ((500, 500, 600, 600), [], "outside the image"),
        (("nan", 1, 2, 3), [], "no four numbers"),
        (("inf", 1, 2, 3), [], "no four numbers"),
        (("", 1, 2, 3), [], "no four numbers"),
        (("1e300", 1, 2, 3), [], "annotation 1"),
    ],
)
def test_odd_boxes_are_cut_or_left_out_and_said(box, expected, remark):
    (page,) = pages(EXCHANGE, {"a.xml": xml(box, (2, 2, 3, 3))})
    assert bounds(page) == [*expected, (1, 1, 3, 3)]
    assert remark in told(page) and ("annotation 1 of a.xml" in told(page)) == bool(remark)


@pytest.mark.parametrize("size", [(-5, 80), ("nan", 80), ("9" * 30, 80), ("", ""), (70_000, 80), (0, 0)])
def test_a_size_that_no_image_has_is_none_and_cuts_nothing(size):
    (page,) = pages(EXCHANGE, {"a.xml": xml((2, 2, 300, 300), size=size)})
    assert page.where.columns == 0 and bounds(page) == [(1, 1, 300, 300)]


def test_a_box_that_is_missing_takes_nothing_from_the_others():
    content = xml((2, 2, 3, 3)).replace(b"<object>", b"<object><name>x</name></object><object>", 1)
    (page,) = pages(EXCHANGE, {"a.xml": content})
    assert bounds(page) == [(1, 1, 3, 3)] and "annotation 1 of a.xml was left out: it has no box" in told(page)


def test_images_are_named_by_uid_where_a_name_is_one():
    uid = "1.3.6.1.4.1.14519.5.2.1.6655.2359.136943255924913899762603730997"
    unknown = xml((2, 2, 3, 3)).replace(b"p.png", b"Unknow")
    (page,) = pages(EXCHANGE, {f"x/{uid}.xml": unknown})
    assert page.where.key == ImageKey(uid) and page.where.file_name == f"{uid}.png"
    (page,) = pages(EXCHANGE, {"x.xml": xml((2, 2, 3, 3)).replace(b"p.png", f"C:\\data\\{uid}.dcm".encode())})
    assert page.where.key == ImageKey(uid) and page.where.file_name == f"{uid}.dcm"
    (page,) = pages(EXCHANGE, {"x.xml": xml((2, 2, 3, 3))})
    assert page.where.key is None and page.where.file_name == "p.png"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<a", "not valid XML at line 1"),
        (b"<html><body/></html>", "root is <html>"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><annotation>&b;</annotation>', "not safe"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><annotation>&b;</annotation>', "not safe"),
        (
            b'<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]><annotation>&d;</annotation>',
            "not safe",
        ),
        (b"\xff\xfe\x00", "XML"),
        (b"\x00" * 50, "not valid XML"),
        ("<annotation><filename>\ud55c</filename>".encode("utf-16"), "XML"),
    ],
)
def test_files_that_are_no_voc_are_named_and_the_rest_is_read(content, cause):
    found = read(EXCHANGE, {"bad.xml": content, "good.xml": xml((2, 2, 3, 3))})
    (error,) = (one for one in found if isinstance(one, AnnotatorError))
    assert cause in str(error) and "bad.xml" in str(error)
    assert [bounds(page) for page in found if isinstance(page, Page)] == [[(1, 1, 3, 3)]]


def test_korean_in_old_encodings_is_read():
    for encoding in ("cp949", "utf-8-sig", "utf-16", "euc-kr"):
        for head in ("", f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'):
            if encoding == "euc-kr" and not head:
                continue
            content = (head + xml((2, 2, 3, 3)).decode()).encode(encoding)
            (page,) = pages(EXCHANGE, {"a.xml": content})
            assert page.marks[0].label.name == "악성", (encoding, head)
    (page,) = pages(EXCHANGE, {"a.xml": b'<?xml version="1.0" encoding="klingon"?>' + xml((2, 2, 3, 3))})
    assert page.marks[0].label.name == "악성"


def test_a_truncated_file_is_an_error_or_nothing_is_wrong_with_it(slice_of_ct):
    content = written(EXCHANGE, sheet_of(slice_of_ct, HOLED, TWO_PARTS))["Annotations/a.xml"]
    for damaged in cut_short(content):
        (found,) = read(EXCHANGE, {"a.xml": damaged})
        assert isinstance(found, AnnotatorError)


def test_deep_and_long_files_take_bounded_time():
    deep = b"<annotation>" + b"<object>" * 200_000 + b"</object>" * 200_000 + b"</annotation>"
    assert len(read(EXCHANGE, {"a.xml": deep})) == 1
    many = xml(*[(2, 2, 3, 3)] * 20_010)
    (page,) = pages(EXCHANGE, {"a.xml": many})
    assert len(page.marks) == 20_000 and "more than 20000 boxes" in told(page)
    (found,) = read(EXCHANGE, {"a.xml": b"<annotation>" + b" " * (17 << 20)})
    assert "larger than 16 MB" in str(found)


def test_lists_that_cannot_be_read_take_nothing_away():
    files = {"a.xml": xml((2, 2, 3, 3)), "b.xml": xml((2, 2, 3, 3)), "ImageSets/Main/train.txt": b"\xff\xff\x80", "test.txt": b"b  1\n\n"}
    assert [page.split for page in pages(EXCHANGE, files)] == ["", "test"]


def test_the_format_says_what_it_is():
    assert isinstance(EXCHANGE, Exchange) and EXCHANGE.id == "voc" and EXCHANGE.traps
