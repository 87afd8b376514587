"""Boxes and outlines in shares of the image give their masks back to the pixel, to any reader; files of others are understood."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from annotator.dicom.phantom import write_study
from annotator.domain.annotation import BOX, FREE
from annotator.domain.exchange import Chosen, Label, Page, Source
from annotator.domain.image import ImageKey
from annotator.domain.joined import joined
from annotator.domain.losses import Trait
from annotator.domain.path import Path
from annotator.domain.raster import Mask, fill, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.picture import png_of
from annotator.formats.yolo import EXCHANGE, cannot_hold, held
from annotator.formats.yolo_names import names_of, yaml_names
from tests.formats.exchanged import cut_short, masks_of, pages, read, sized, strokes, told, written
from tests.formats.sheets import HOLED, TWO_PARTS, bundled, sheet_of

LINE = Path((((1.5, 2.0), (100.25, 90.0)),))
TASKS = ("detect", "segment")


@pytest.fixture(scope="session")
def slice_of_ct(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("phantoms"), ("chest-ct",), small=True)[3].path


def parsed(text, rows, columns):
    """An independent parser: class and mask of each line, pixel centre by pixel centre, by the crossings to the left of it."""
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    found = []
    for line in text.splitlines():
        number, *shares = line.split(" ")
        vertices = np.array(shares, dtype=float)
        if len(shares) == 4:
            (cx, cy), (w, h) = vertices[:2] * (columns, rows), vertices[2:] * (columns, rows)
            found.append((int(number), (x >= cx - w / 2) & (x < cx + w / 2) & (y >= cy - h / 2) & (y < cy + h / 2)))
            continue
        ends = vertices.reshape(-1, 2) * (columns, rows)
        inside = np.zeros((rows, columns), dtype=bool)
        for (xa, ya), (xb, yb) in zip(ends, np.roll(ends, -1, axis=0), strict=True):
            if ya > yb:
                xa, ya, xb, yb = xb, yb, xa, ya
            if ya < yb:
                inside ^= (ya <= y) & (y < yb) & (x >= xa + (y - ya) * (xb - xa) / (yb - ya))
        found.append((int(number), inside))
    return found


def picture(rows, columns, kind="PNG"):
    stream = BytesIO()
    Pillow.new("L", (columns, rows)).save(stream, kind)
    return stream.getvalue()


def of_others(line, rows=100, columns=200, names="names: [a, 'b c', 종양]\n", **files):
    """A data set as others make it."""
    text = line if isinstance(line, bytes) else line.encode()
    return {"labels/train/p.txt": text, "images/train/p.png": picture(rows, columns), "data.yaml": names.encode(), **files}


@pytest.mark.parametrize("splits", [(), ("train", "val")])
@pytest.mark.parametrize("task", TASKS)
def test_masks_come_back_with_category_image_and_split(slice_of_ct, task, splits):
    shapes = [("CCT1", Region.box(3, 4, 60.5, 70.5)), ("CCT3", HOLED), ("CCT9", TWO_PARTS), ("CCT2", LINE)]
    sheets = [sheet_of(slice_of_ct, *shapes), sized(sheet_of(slice_of_ct), 77, 55)]
    files = written(EXCHANGE, *sheets, splits=splits, task=task)
    page, empty = pages(EXCHANGE, files)
    meant = [Region.box(*shape.bounds) if task == "detect" else shape for _, shape in shapes[:3]]
    assert masks_of(page, sheets[0]) == [(key, region_mask(r, 128, 128)) for (key, _), r in zip(shapes, meant, strict=False)]
    assert [mark.toolname for mark in page.marks] == [BOX if task == "detect" else FREE] * 3
    assert page.marks[0].label == Label("악성", 1, "CCT", "CCT1", "Malignant", "#ff2200")
    assert page.where.key == sheets[0].image.key and page.where.file_name == "a" and page.split == (splits[0] if splits else "")
    assert (empty.where.rows, empty.where.columns, empty.marks, empty.remarks) == (77, 55, (), ())
    chosen = Chosen(bundled(), {"task": task})
    assert [held(sheets[0], a, chosen) for a in sheets[0].annotations] == [*(m for _, m in masks_of(page, sheets[0])), None]


def test_a_box_on_whole_and_half_pixels_comes_back_as_the_same_box(slice_of_ct):
    for rows, columns in ((128, 128), (3, 7), (333, 49), (2395, 3062)):
        box = Region.box(0.5, 1, columns - 0.5, rows)
        (page,) = pages(EXCHANGE, written(EXCHANGE, sized(sheet_of(slice_of_ct, box), rows, columns)))
        assert page.marks[0].shape == box
        (page,) = pages(EXCHANGE, written(EXCHANGE, sized(sheet_of(slice_of_ct, box), rows, columns), task="segment"))
        assert page.marks[0].shape.is_box and page.marks[0].shape.bounds == box.bounds


@given(strokes(37, 41), st.sampled_from(TASKS))
def test_any_stroke_comes_back_to_the_pixel_to_us_and_to_others(slice_of_ct, region, task):
    sheet = sized(sheet_of(slice_of_ct, region), 37, 41)
    wanted = region_mask(region if task == "segment" else Region.box(*region.bounds), 37, 41)
    files = written(EXCHANGE, sheet, task=task)
    ((number, mask),) = parsed(files["labels/a.txt"].decode(), 37, 41)
    assert number == 0 and Mask.of(mask) == wanted
    (page,) = pages(EXCHANGE, files)
    assert masks_of(page, sheet) == [("CCT1", wanted)]


@given(st.lists(st.lists(st.booleans(), min_size=9, max_size=9), min_size=8, max_size=8).filter(lambda rows: any(map(any, rows))))
def test_any_mask_comes_back_with_its_holes_islands_and_touching_corners(slice_of_ct, pixels):
    """Parts and holes are joined to one outline, filled alike by both rules."""
    mask = Mask.of(np.array(pixels))
    region = trace(mask)
    outline = joined(region)
    assert fill([outline], 8, 9) == mask == fill([outline], 8, 9, even_odd=True)
    sheet = sized(sheet_of(slice_of_ct, region), 8, 9)
    files = written(EXCHANGE, sheet, task="segment")
    assert Mask.of(parsed(files["labels/a.txt"].decode(), 8, 9)[0][1]) == mask
    assert masks_of(pages(EXCHANGE, files)[0], sheet) == [("CCT1", mask)]


def test_many_parts_are_joined_in_bounded_time(slice_of_ct):
    pixels = np.zeros((128, 128), dtype=bool)
    pixels[::3, ::3] = True
    sheet = sheet_of(slice_of_ct, trace(Mask.of(pixels)))
    files = written(EXCHANGE, sheet, task="segment")
    assert masks_of(pages(EXCHANGE, files)[0], sheet) == [("CCT1", Mask.of(pixels))]


def test_the_description_is_what_ultralytics_wants_and_pictures_lie_beside(slice_of_ct):
    sheets = [sheet_of(slice_of_ct, HOLED), sheet_of(slice_of_ct)]
    files = written(EXCHANGE, *sheets, splits=("train", "test"), pictures="yes")
    lines = files["data.yaml"].decode().splitlines()
    assert lines[:5] == ["train: images/train", "val: images/test", "test: images/test", "nc: 22", "names:"]
    assert lines[5] == '  0: "악성"' and len(lines) == 27
    assert files["images/train/a.png"] == png_of(sheets[0]) and files["images/test/b.png"] == png_of(sheets[1])
    assert files["labels/test/b.txt"] == b""
    assert written(EXCHANGE, sheets[0])["data.yaml"].decode().startswith("train: images\nval: images\nnc")


def test_without_our_tables_the_size_comes_from_the_picture_and_the_names_from_the_description(slice_of_ct):
    sheet = sheet_of(slice_of_ct, ("CCT1", HOLED), ("CCT9", TWO_PARTS))
    files = {n: c for n, c in written(EXCHANGE, sheet, task="segment", pictures="yes").items() if not n.endswith(".csv")}
    (page,) = pages(EXCHANGE, files)
    assert [mark.label for mark in page.marks] == [Label("악성"), Label("폐섬유화")]
    assert [mask for _, mask in masks_of(page, sheet)] == [region_mask(HOLED, 128, 128), region_mask(TWO_PARTS, 128, 128)]
    assert page.where.key is None and page.where.file_name == "a"


def test_without_a_picture_the_size_comes_from_the_image_of_that_name(slice_of_ct):
    sheet = sheet_of(slice_of_ct, HOLED)
    line = written(EXCHANGE, sheet)["labels/a.txt"]
    for stem in (sheet.image.key.uid, "IM0004"):
        (page,) = pages(EXCHANGE, {f"labels/{stem}.txt": line}, sheet)
        assert page.where.key == sheet.image.key and page.marks[0].shape == Region.box(10, 10, 40, 40)
    (error,) = read(EXCHANGE, {"labels/other.txt": line}, sheet)
    assert "size of its image is not known" in str(error) and "labels/other.txt" in str(error)


def test_an_empty_file_says_that_nothing_is_there_even_where_no_size_is_known():
    for content in (b"", b"\n \n"):
        (page,) = pages(EXCHANGE, {"labels/other.txt": content})
        assert page.marks == () == page.remarks and page.where.file_name == "other"


@pytest.mark.parametrize(
    ("line", "bounds", "remark"),
    [
        ("1 0.5 0.5 0.1 0.2", (90, 40, 110, 60), ""),
        ("1.0\t0.50000 0.50 1e-1 0.2", (90, 40, 110, 60), ""),
        ("1 0.5 0.5 0.1 0.2 0.87", (90, 40, 110, 60), ""),
        ("1 0.333333 0.5 0.1 0.2", (56.6666, 40, 76.6666, 60), ""),
        ("1 0.0 0.0 0.1 0.2", (0, 0, 10, 10), "line 1 of labels/train/p.txt: it reached beyond the image and was cut"),
        ("1 3 3 0.1 0.1", None, "outside the image"),
        ("1 0.5 0.5 -0.1 0.2", None, "negative"),
        ("1 0.5 0.5 0 0.2", None, "encloses nothing"),
        ("1 nan 0.5 0.1 0.2", None, "no number"),
        ("1 0.5 inf 0.1 0.2", None, "no number"),
        ("1 1e300 0.5 0.1 0.2", None, "no shares"),
        ("x 0.5 0.5 0.1 0.2", None, "no number"),
        ("-1 0.5 0.5 0.1 0.2", None, "no number"),
        ("1e99 0.5 0.5 0.1 0.2", None, "no number"),
        ("1.5 0.5 0.5 0.1 0.2", None, "no number"),
        ("1", None, "0 numbers"),
        ("1 0.5 0.5 0.1", None, "3 numbers"),
        ("1 0.1 0.1 0.9 0.1 0.9 0.9 0.1", None, "7 numbers"),
        ("1 0.1 0.1 0.9 0.1 0.1 0.1", None, "three points"),
        ("1 0.1 0.1 0.3 0.1 0.5 0.1", None, "encloses nothing"),
        ("1 0.1 0.1 0.5 0.1 0.5 0.5", (20, 10, 100, 50), ""),
        ("1 -0.5 0.1 0.5 0.1 0.5 0.5 -0.5 0.5", (0, 10, 100, 50), "was cut"),
    ],
)
def test_lines_of_others_are_taken_or_left_out_and_said(line, bounds, remark):
    (page,) = pages(EXCHANGE, of_others(f"{line}\n\n0 0.25 0.25 0.01 0.02\n"))
    *found, last = page.marks
    assert last.label == Label("a") and last.shape == Region.box(49, 24, 51, 26)
    assert [mark.label for mark in found] == [Label("b c")] * (bounds is not None)
    if bounds is not None:
        assert found[0].shape.bounds == pytest.approx(bounds, abs=1e-9 if bounds[0] == int(bounds[0]) else 1e-3)
    assert remark in told(page) and bool(remark) == bool(page.remarks)


def test_an_outline_that_crosses_itself_is_what_it_winds_around():
    (page,) = pages(EXCHANGE, of_others("0 0.1 0.1 0.5 0.5 0.5 0.1 0.1 0.5"))
    wanted = fill([((20, 10), (100, 50), (100, 10), (20, 50))], 100, 200)
    assert region_mask(page.marks[0].shape, 100, 200) == wanted


def test_a_class_without_a_name_keeps_its_number():
    (page,) = pages(EXCHANGE, of_others("7 0.5 0.5 0.1 0.2", names=""))
    assert page.marks[0].label == Label("7")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nc: 2\nnames: ['a', \"b\"]", {0: "a", 1: "b"}),
        ("names: [a b, 종양 ] # two", {0: "a b", 1: "종양"}),
        ("names:\n- a\n- 'it''s'\nnc: 2", {0: "a", 1: "it's"}),
        ("names:\n  0: a\n  3: 'b: c' # x\n  # y\n\n  5: \"d\\u00e9\"\ntrain: x", {0: "a", 3: "b: c", 5: "dé"}),
        ("names: {0: a, 1: 'b, c', 2: \"d\"}", {0: "a", 1: "b, c", 2: "d"}),
        ("names: [\n  a,\n  'b # c',\n]\ntrain: x", {0: "a", 1: "b # c"}),
        ('"names" : [a]', {0: "a"}),
        ("path: x\nnames:", {}),
        ("names: [a, [b", {0: "a", 1: "b"}),
        ("nothing", {}),
        ("", {}),
    ],
)
def test_names_are_read_from_yaml_as_such_files_write_it(text, expected):
    assert yaml_names(text) == expected


def test_names_are_read_from_lists_too():
    source = {"x/classes.txt": "a\r\n종양\n\n".encode("cp949")}
    assert names_of(Source(tuple(source), source.__getitem__)) == {0: "a", 1: "종양"}


@given(st.text(st.sampled_from("names:[]{},'\"\\# -\n01ab가"), max_size=60))
def test_no_yaml_text_stops_the_reader(text):
    assert isinstance(yaml_names("names:" + text), dict)


def test_damaged_files_are_named_and_the_rest_is_read(slice_of_ct):
    good = of_others("0 0.25 0.25 0.01 0.02")
    for content, cause in ((b"\xff\xfe\x80\x81\xff", "UTF-8"), (b" " * ((32 << 20) + 1), "larger than 32 MB")):
        found = read(EXCHANGE, {**good, "labels/train/bad.txt": content, "images/train/bad.png": picture(9, 9)})
        (error,) = (one for one in found if isinstance(one, AnnotatorError))
        assert cause in str(error) and "labels/train/bad.txt" in str(error)
        assert [len(page.marks) for page in found if isinstance(page, Page)] == [1]
    (page,) = pages(EXCHANGE, of_others("0 0.25 0.25 0.01 0.02 # 종양".encode("cp949")))
    assert "no number" in told(page)


def test_a_broken_table_is_named_and_the_labels_are_read():
    files = of_others("0 0.25 0.25 0.01 0.02", **{"classes.csv": b"\xff\xff", "images.csv": b"\xff\xff"})
    found = read(EXCHANGE, files)
    assert [type(one) for one in found] == [AnnotatorError, AnnotatorError, Page]
    files["images.csv"] = b"stem,split,rows,columns,image\np,train,-4,x,what#ever\n"
    files["classes.csv"] = "number,name\n0,뼈\nx,y\n-1,z\n".encode("cp949")
    (page,) = pages(EXCHANGE, files)
    assert page.marks[0].label == Label("뼈") and (page.where.rows, page.where.columns) == (100, 200)


def test_a_truncated_file_loses_its_end_and_nothing_else(slice_of_ct):
    sheet = sheet_of(slice_of_ct, *[Region.box(n, n, n + 7, n + 9) for n in range(12)])
    files = written(EXCHANGE, sheet)
    boxes = [mark.shape for mark in pages(EXCHANGE, files)[0].marks]
    for damaged in cut_short(files["labels/a.txt"]):
        (page,) = pages(EXCHANGE, {**files, "labels/a.txt": damaged})
        whole = damaged.count(b"\n")
        assert [mark.shape for mark in page.marks][:whole] == boxes[:whole] and len(page.marks) <= whole + 1


def test_many_lines_and_long_lines_take_bounded_time():
    (page,) = pages(EXCHANGE, of_others("0 0.25 0.25 0.01 0.02\n" * 20_050))
    assert len(page.marks) == 20_000 and "more than 20000 lines" in told(page)
    rng = np.random.default_rng(5)
    tangled = " ".join(f"{v:.6f}" for v in rng.random(20_000))
    (page,) = pages(EXCHANGE, of_others(f"0 {tangled}"))
    assert len(page.marks) + len(page.remarks) >= 1


def test_pictures_of_other_kinds_tell_their_size_and_broken_ones_do_not():
    for kind, ending in (("JPEG", "jpg"), ("BMP", "bmp"), ("TIFF", "tif")):
        files = {"labels/p.txt": b"0 0.5 0.5 0.1 0.2", f"images/p.{ending}": picture(100, 200, kind)}
        assert pages(EXCHANGE, files)[0].marks[0].shape == Region.box(90, 40, 110, 60)
        (error,) = read(EXCHANGE, {**files, f"images/p.{ending}": b"BM nothing"})
        assert "size of its image" in str(error)


def test_one_name_in_two_splits_means_two_pictures():
    files = {f"labels/{s}/p.txt": b"0 0.5 0.5 0.1 0.2" for s in ("train", "valid")}
    files |= {"images/train/p.png": picture(100, 100), "images/valid/p.png": picture(200, 200)}
    assert [(page.split, page.where.rows, page.marks[0].shape.bounds) for page in pages(EXCHANGE, files)] == [
        ("train", 100, (45, 40, 55, 60)),
        ("val", 200, (90, 80, 110, 120)),
    ]


def test_names_that_are_uids_name_the_image():
    uid = "1.2.840.113619.2.55.3"
    files = {f"labels/{uid}.txt": b"0 0.5 0.5 0.1 0.2", f"images/{uid}.png": picture(10, 10)}
    (page,) = pages(EXCHANGE, files)
    assert page.where.key == ImageKey(uid) and page.where.file_name == f"{uid}.png", "no program takes its last number for an ending"


def test_what_is_lost_hangs_on_the_task():
    detect, segment = (cannot_hold(Chosen(bundled(), {"task": task})) for task in TASKS)
    assert Trait.HOLES in detect and Trait.HOLES not in segment and Trait.BOXES in segment and Trait.BOXES not in detect
    assert EXCHANGE.cannot_hold == detect == cannot_hold(Chosen(bundled()))


def test_a_category_of_another_modality_is_refused(slice_of_ct):
    with pytest.raises(AnnotatorError, match="no category XRY1"):
        written(EXCHANGE, sheet_of(slice_of_ct, ("XRY1", HOLED)))


def test_what_sets_no_pixel_of_the_image_has_no_line(slice_of_ct):
    sheet = sheet_of(slice_of_ct, Region.box(200, 200, 300, 300), HOLED)
    assert written(EXCHANGE, sheet)["labels/a.txt"].count(b"\n") == 1
    assert held(sheet, sheet.annotations[0], Chosen(bundled())) is None
