"""Labelme opens what is written, its mask shapes are the product's masks, and what was drawn comes back."""

from __future__ import annotations

import base64
import importlib
import io
import json
from dataclasses import replace
from pathlib import Path as File

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image as Pillow
from PIL import ImageDraw

from annotator.domain.annotation import BOX, FREE, LINE
from annotator.domain.exchange import Chosen
from annotator.domain.losses import losses
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats.labelme import EXCHANGE
from tests.formats import items
from tests.formats.items import COLUMNS, ROWS, SHAPES, TRACED, WINDOW, described, files_of, item, pages_of, same
from tests.formats.sheets import HOLED, TWO_PARTS, bundled

NAME = "cct_P000001_S001_0001.json"
BOXED = Region.box(10.5, 12.5, 20.25, 30)
TRIANGLE = Region(((((1.25, 1.0), (30.75, 8.5), (7.0, 40.1)),),))
TWO = Region((*TRIANGLE.parts, (((40.0, 1.0), (50.0, 1.0), (50.0, 9.5)),)))
LINES = Path((((1.5, 2.0), (30.125, 40.0), (50.0, 1e-3)), ((60.0, 40.0), (61.0, 43.0))))


def written(*shapes, **values):
    files = files_of(EXCHANGE, [item(*shapes)], **values)
    assert list(files) == [NAME], "no picture where there is no DICOM file to make it of"
    return json.loads(files[NAME])


def as_read(*shapes, **said):
    """What is read out of a file of others: the one page."""
    filled = [{"label": "양성", "group_id": None, "shape_type": "polygon"} | one if isinstance(one, dict) else one for one in shapes]
    blocks = {"imagePath": "a.png", "imageHeight": ROWS, "imageWidth": COLUMNS, "shapes": filled, "imageData": None} | said
    (page,), errors = pages_of(EXCHANGE, {"a.json": json.dumps(blocks).encode()})
    assert not errors
    return page


def only_mark(*shapes):
    page = as_read(*shapes)
    (mark,) = page.marks
    return mark, [str(remark) for remark in page.remarks]


def picture_of(pixels, mode="L"):
    stream = io.BytesIO()
    Pillow.fromarray(np.asarray(pixels, dtype=np.uint8)).convert(mode).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


@pytest.mark.parametrize("way", ["auto", "mask"])
@given(shapes=some.lists(SHAPES, min_size=1, max_size=3))
def test_what_was_drawn_comes_back_to_the_last_bit(way, shapes):
    drawn = described(item(*shapes), drawn=WINDOW, tool="tool.free", parent=3, note="≥ 3 mm, “흉막”", attributes=(("크기", "3"),))
    (page,), errors = pages_of(EXCHANGE, files_of(EXCHANGE, [drawn], shapes=way))
    assert not errors and not page.remarks and page.where.key == drawn.sheet.image.key
    assert (page.where.rows, page.where.columns, page.where.modality) == (ROWS, COLUMNS, "CCT")
    for mark, annotation in zip(page.marks, drawn.sheet.annotations, strict=True):
        assert (mark.label.name, mark.label.key) == ("악성", "CCT1")
        assert items.mask_of(mark.shape, drawn) == items.mask_of(annotation.shape, drawn)
        assert same(mark, replace(annotation, shape=mark.shape))
        if isinstance(annotation.shape, Path):
            assert mark.shape == annotation.shape
        else:
            assert mark.shape.geometry.equals(annotation.shape.geometry)
    assert losses([drawn.sheet], EXCHANGE.cannot_hold) == {}


@given(region=TRACED)
def test_a_mask_shape_is_the_same_pixels_in_labelmes_own_arithmetic(region):
    (shape,) = written(region, shapes="mask")["shapes"]
    (x1, y1), (x2, y2) = np.asarray(shape["points"]).astype(int)
    whole = np.zeros((ROWS, COLUMNS), dtype=bool)
    whole[y1 : y2 + 1, x1 : x2 + 1] = np.asarray(Pillow.open(io.BytesIO(base64.b64decode(shape["mask"]))))
    assert Mask.of(whole) == region_mask(region, ROWS, COLUMNS)


def test_labelme_itself_fills_a_rectangle_one_pixel_too_wide():
    """Why masks are written as masks: what its `shape_to_mask` asks of Pillow."""
    canvas = Pillow.new("L", (COLUMNS, ROWS))
    ImageDraw.Draw(canvas).rectangle([10, 10, 20, 20], outline=1, fill=1)
    assert np.count_nonzero(canvas) == 11 * 11
    assert region_mask(Region.box(10, 10, 20, 20), ROWS, COLUMNS).count == 10 * 10


def test_each_kind_of_shape_is_labelmes_own():
    found = written(BOXED, TRIANGLE, TWO, LINES, HOLED, TWO_PARTS)["shapes"]
    kinds = ["rectangle", "polygon", "polygon", "polygon", "linestrip", "line", "mask", "mask"]
    assert [one["shape_type"] for one in found] == kinds
    assert [one["group_id"] for one in found] == [None, None, 3, 3, 4, 4, None, None]
    assert found[0]["points"] == [[10.5, 12.5], [20.25, 30.0]] and found[1]["points"][0] == [1.25, 1.0]
    assert {one["label"] for one in found} == {"악성"} and all(one["flags"] == {} for one in found)
    assert [one["shape_type"] for one in written(BOXED, TWO, shapes="mask")["shapes"]] == ["mask", "mask"]
    assert EXCHANGE.held(item(LINES).sheet, item(LINES).sheet.annotations[0], Chosen(bundled())) is None


def test_a_free_rectangle_stays_free():
    free = described(item(BOXED), toolname=FREE)
    (page,), _ = pages_of(EXCHANGE, files_of(EXCHANGE, [free]))
    assert [(mark.shape, mark.toolname) for mark in page.marks] == [(BOXED, FREE)]


def test_nothing_drawn_leaves_no_json_and_splits_are_folders():
    made = [item(BOXED, number=1, split="train"), item(number=2, split="train"), item(BOXED, number=3, split="val")]
    files = files_of(EXCHANGE, made, splits=("train", "val"))
    assert list(files) == [f"train/{NAME}", f"val/{NAME.replace('0001.', '0003.')}"]
    assert [page.split for page in pages_of(EXCHANGE, files)[0]] == ["train", "val"]


def test_a_category_that_the_project_does_not_know_is_refused():
    with pytest.raises(AnnotatorError, match="no category XXX9"):
        written(("XXX9", BOXED))


def test_shapes_of_others_are_understood():
    mark, remarks = only_mark({"points": [["10", 5], [20.5, "8"]], "shape_type": "rectangle"})
    assert (mark.shape, mark.toolname, mark.label.name, remarks) == (Region.box(10, 5, 20.5, 8), BOX, "양성", [])
    corners = [[20, 8], [10, 8], [10, 5], [20, 5]]
    assert only_mark({"points": corners, "shape_type": "rectangle"})[0].shape == Region.box(10, 5, 20, 8)
    assert only_mark({"points": corners, "shape_type": "oriented_rectangle"})[0].toolname == BOX
    assert only_mark({"points": [[1, 1], [5, 1], [5, 5]], "shape_type": None})[0].toolname == FREE
    assert only_mark({"points": [[1, 1], [5, 1], [5, 5]], "shape_type": "linestrip"})[0].toolname == LINE
    mark, remarks = only_mark({"points": [[30, 20], [30, 30]], "shape_type": "circle"})
    assert abs(region_mask(mark.shape, ROWS, COLUMNS).count - np.pi * 100) < 5 and "circle" in remarks[0]
    assert only_mark({"points": [[1, 1], [5, 1], [5, 5]], "description": "두 번째", "flags": {"x": True}})[0].note == "두 번째"


def test_shapes_of_one_group_and_label_are_one_annotation():
    one, two = {"points": [[1, 1], [5, 1], [5, 5]], "group_id": 1}, {"points": [[3, 1], [9, 1], [9, 5]], "group_id": "1"}
    mark, _ = only_mark(one, two)
    union = region_mask(Region(((((1.0, 1.0), (5.0, 1.0), (5.0, 5.0)),),)), ROWS, COLUMNS)
    union = union | region_mask(Region(((((3.0, 1.0), (9.0, 1.0), (9.0, 5.0)),),)), ROWS, COLUMNS)
    assert region_mask(mark.shape, ROWS, COLUMNS) == union and mark.shape.geometry.is_valid
    assert len(as_read(one, two | {"label": "악성"}).marks) == 2
    assert len(as_read(one, two | {"group_id": 2}).marks) == 2
    assert len(as_read(one, two | {"shape_type": "linestrip"}).marks) == 2


@pytest.mark.parametrize("mode", ["L", "1", "RGB"])
def test_masks_of_others_are_read_at_their_place_and_cut_to_the_image(mode):
    pixels = np.zeros((5, 7))
    pixels[1:4, 2:6] = 255
    mark, remarks = only_mark({"points": [[10, 20], [16, 24]], "shape_type": "mask", "mask": picture_of(pixels, mode)})
    assert mark.shape.is_box and mark.shape.bounds == (12, 21, 16, 24) and remarks == []
    mark, remarks = only_mark({"points": [[-3, -2], [3, 2]], "shape_type": "mask", "mask": picture_of(pixels, mode)})
    assert mark.shape.is_box and mark.shape.bounds == (0, 0, 3, 2) and "cut" in remarks[0]


def test_a_mask_that_was_changed_in_labelme_counts_as_it_is_now():
    found = written(HOLED)
    found["shapes"][0]["mask"] = picture_of(np.ones((4, 4)))
    (page,), _ = pages_of(EXCHANGE, {NAME: json.dumps(found).encode()})
    assert page.marks[0].shape.bounds == (10, 10, 14, 14) and "not that of its outline any more" in str(page.remarks[0])


BAD = {
    "no object": 7,
    "no points": {},
    "one point": {"points": [[1, 1]]},
    "words": {"points": [["a", "b"], ["c", "d"], ["e", "f"]]},
    "flat": {"points": [1, 1, 5, 1, 5, 5]},
    "huge": {"points": [[1, 1], [1e300, 1], [5, 5]]},
    "thin": {"points": [[1, 1], [5, 5], [9, 9]]},
    "thin box": {"points": [[1, 1], [1, 5]], "shape_type": "rectangle"},
    "point": {"points": [[1, 1]], "shape_type": "point"},
    "short line": {"points": [[1, 1]], "shape_type": "line"},
    "no picture": {"points": [[1, 1], [5, 5]], "shape_type": "mask"},
    "no PNG": {"points": [[1, 1], [5, 5]], "shape_type": "mask", "mask": "AAAA"},
    "cut PNG": {"points": [[1, 1], [5, 5]], "shape_type": "mask", "mask": picture_of(np.eye(9))[:60]},
    "empty": {"points": [[1, 1], [5, 5]], "shape_type": "mask", "mask": picture_of(np.zeros((5, 5)))},
    "far": {"points": [[900, 1], [905, 5]], "shape_type": "mask", "mask": picture_of(np.eye(5))},
    "outside": {"points": [[900, 1], [905, 5]], "shape_type": "rectangle"},
    "new kind": {"points": [[1, 1], [5, 5]], "shape_type": "고리"},
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_understood_is_left_out_and_the_rest_is_read(kind):
    good = {"points": [[1, 1], [5, 1], [5, 5]]}
    page = as_read(good, BAD[kind], good)
    assert len(page.marks) == 2
    assert len(page.remarks) == 1 and str(page.remarks[0]).startswith("shape 2 was left out: ")


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"shapes": 3}', b"", b"{", '{"shapes": []}'.encode("utf-16")])
def test_what_is_no_labelme_file_is_said(content):
    pages, errors = pages_of(EXCHANGE, {"a/b.json": content, "a/b.png": b"no"})
    assert pages == [] and len(errors) == 1 and "a/b.json" in str(errors[0])


def test_boxes_of_a_real_chest_ct_are_read_to_the_pixel(data_folder):
    folder = data_folder / "annotations" / "labelme_lungdx"
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}
    pages, errors = pages_of(EXCHANGE, files)
    assert not errors and len(pages) == 2
    assert [page.where.file_name for page in pages] == [f"../../series/lungdx_a0001_ct_lung/1-{n}.dcm" for n in (13, 14)]
    assert [mark.shape for page in pages for mark in page.marks] == [Region.box(301, 329, 351, 372), Region.box(287, 324, 354, 377)]
    assert all((page.where.rows, page.where.columns, page.marks[0].label.name) == (512, 512, "A") for page in pages)


@pytest.fixture(scope="module")
def labelme():
    """Labelme's own loader, of the old layout of its package or of the new one."""
    for name in ("labelme.label_file", "labelme._label_file"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    pytest.skip("labelme is not installed")


def test_labelme_itself_opens_the_files(labelme, tmp_path):
    from annotator.dicom.phantom import write_study
    from tests.formats.sheets import sheet_of

    (truth, *_) = write_study(tmp_path / "phantom", ("chest-ct",), small=True)
    sheet = sheet_of(truth.path, BOXED, TRIANGLE, TWO, LINES, HOLED)
    files = files_of(EXCHANGE, [items.Item(sheet, "cct_1")])
    assert list(files) == ["cct_1.json", "cct_1.png"]
    for name, content in files.items():
        File(tmp_path / name).write_bytes(content)
    opened = labelme.LabelFile(str(tmp_path / "cct_1.json"))
    assert [shape["shape_type"] for shape in opened.shapes] == ["rectangle", "polygon", "polygon", "polygon", "linestrip", "line", "mask"]
    assert all(shape["other_data"]["category"] == "CCT1" for shape in opened.shapes), "labelme keeps what it does not know"
    (x1, y1), (x2, y2) = np.asarray(opened.shapes[-1]["points"]).astype(int)
    whole = np.zeros((128, 128), dtype=bool)
    whole[y1 : y2 + 1, x1 : x2 + 1] = opened.shapes[-1]["mask"]
    assert Mask.of(whole) == region_mask(HOLED, 128, 128)
