"""COCO's own decoder finds the product's masks, and the product finds what was drawn."""

from __future__ import annotations

import json
import re
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO

import nibabel
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from pycocotools import mask as peer
from pycocotools.coco import COCO

from annotator.domain.annotation import BOX, FREE, LINE
from annotator.domain.exchange import Chosen
from annotator.domain.losses import Trait, losses
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.segmentation import flat
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.coco import EXCHANGE
from annotator.formats.coco_rle import (
    all_transposed,
    counts_of,
    decode,
    encode,
    encode_all,
    filled_alike,
    mask_of,
    polygon_mask,
    transposed,
)
from annotator.formats.coco_seen import seen
from tests.formats import items
from tests.formats.items import COLUMNS, ROWS, SHAPES, STROKES, TRACED, WINDOW, described, files_of, item, pages_of, same
from tests.formats.sheets import HOLED, TWO_PARTS, bundled

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of pycocotools, with numpy 2

FILE = "annotations/instances.json"
HALF = Region.box(10.5, 12.5, 20.25, 30)
TRIANGLE = Region(((((1.25, 1.0), (30.75, 8.5), (7.0, 40.1)),),))
LINE_OF_TWO = Path((((1.5, 2.0), (30.125, 40.0), (50.0, 1e-3)), ((60.0, 40.0), (61.0, 43.0))))


def opened(content):
    """A file as COCO's own class has it."""
    found = COCO()
    found.dataset = json.loads(content)
    with redirect_stdout(StringIO()):
        found.createIndex()
    return found


def decoded(content):
    """The mask of each annotation, by COCO's own decoder."""
    found = opened(content)
    return [Mask.of(found.annToMask(entry).astype(bool)) for entry in found.dataset["annotations"]]


def as_read(*annotations, images=None, categories=({"id": 4, "name": "양성", "supercategory": "CCT"},), **rest):
    """What is read out of a file of others with these annotations: pages and errors."""
    images = [{"id": 1, "file_name": "a.png", "width": COLUMNS, "height": ROWS}] if images is None else images
    filled = [{"id": n, "image_id": 1, "category_id": 4} | one if isinstance(one, dict) else one for n, one in enumerate(annotations, 1)]
    blocks = {"images": images, "annotations": filled, "categories": list(categories)} | rest
    return pages_of(EXCHANGE, {FILE: json.dumps({k: v for k, v in blocks.items() if v is not None}).encode()})


def only_mark(*annotations, **rest):
    (page,), errors = as_read(*annotations, **rest)
    assert not errors
    (mark,) = page.marks
    return mark, [str(remark) for remark in page.remarks]


@given(pixels=arrays(bool, some.tuples(some.integers(1, 30), some.integers(1, 30)), elements=some.booleans() | some.just(True)))
def test_run_lengths_are_those_of_pycocotools_to_the_letter(pixels):
    mask = Mask.of(pixels)
    text = encode(counts_of(transposed(mask)))
    assert text == peer.encode(np.asfortranarray(pixels.astype(np.uint8)))["counts"].decode()
    assert np.array_equal(decode(text), counts_of(transposed(mask)))
    assert mask_of(decode(text), *pixels.shape) == mask
    assert np.array_equal(transposed(mask).array(), pixels.T)


def test_long_run_lengths_are_those_of_pycocotools():
    pixels = np.zeros((3000, 2000), dtype=bool)
    pixels[5:2900, 300:1900] = True
    pixels[7, 301] = pixels[2999, 1999] = pixels[100:104] = False
    mask = Mask.of(pixels)
    text = encode(counts_of(transposed(mask)))
    assert text == peer.encode(np.asfortranarray(pixels.astype(np.uint8)))["counts"].decode()
    assert mask_of(decode(text), 3000, 2000) == mask


_FIFTHS = some.floats(-9, 40, width=32) | some.integers(-45, 200).map(lambda n: n / 5)


@given(
    ring=some.lists(some.tuples(_FIFTHS, _FIFTHS), min_size=3, max_size=12),
    rows=some.integers(1, 30),
    columns=some.integers(1, 30),
)
def test_the_fill_rule_of_pycocotools_is_known_to_the_pixel(ring, rows, columns):
    numbers = [float(v) for point in ring for v in point]
    theirs = peer.decode(peer.frPyObjects([numbers], rows, columns))[:, :, 0].astype(bool)
    assert transposed(polygon_mask([tuple(ring)], rows, columns)) == Mask.of(theirs)


@given(several=some.lists(arrays(bool, (5, 7), elements=some.booleans() | some.just(True)), max_size=5))
def test_run_lengths_of_several_masks_are_those_of_each_alone(several):
    masks = [Mask.of(pixels) for pixels in several]
    downs = all_transposed(masks)
    assert [down.array().tolist() for down in downs] == [pixels.T.tolist() for pixels in several]
    counts = [counts_of(down) for down in downs]
    assert encode_all(counts) == [peer.encode(np.asfortranarray(pixels.astype(np.uint8)))["counts"].decode() for pixels in several]


@given(rings=some.lists(some.lists(some.tuples(_FIFTHS, _FIFTHS), min_size=3, max_size=6), max_size=5), data=some.data())
def test_of_several_outlines_those_filled_alike_are_told_apart(rings, data):
    own = [polygon_mask([tuple(ring)], 20, 25) for ring in rings]
    bent = [data.draw(some.booleans()) for _ in rings]
    corner = Mask(25, 20, np.array([0, 1]))
    wanted = [mask ^ corner if other else mask for mask, other in zip(own, bent, strict=True)]
    assert filled_alike([np.array(ring, dtype=np.float64) for ring in rings], wanted) == [not other for other in bent]


@pytest.mark.parametrize("way", ["auto", "polygon", "rle", "box"])
@given(shapes=some.lists(SHAPES, min_size=1, max_size=4))
def test_what_is_found_out_for_many_images_at_once_is_what_each_alone_says(way, shapes):
    chosen = Chosen(bundled(), {"segmentation": way})
    together, alone = ([item(shape, number=n) for n, shape in enumerate(fresh(shapes), 1)] for _ in range(2))
    EXCHANGE.ready(together, chosen)
    assert [EXCHANGE.write([one], chosen).part for one in together] == [EXCHANGE.write([one], chosen).part for one in alone]


def fresh(shapes):
    """The same shapes, which have kept nothing yet."""
    return [replace(shape) for shape in shapes]


def test_what_was_kept_of_a_region_is_of_one_size_and_one_way():
    shape = Region.box(3, 4, 9, 12)
    assert seen(shape, 20, 20, polygons=True).alike and seen(shape, 20, 20, polygons=True).counts == ""
    for rows, columns in ((20, 20), (30, 20), (10, 6)):
        counts = counts_of(transposed(region_mask(shape, rows, columns)))
        assert seen(shape, rows, columns, polygons=False).counts == encode(counts)


@given(region=TRACED)
def test_outlines_along_pixel_edges_are_filled_alike_bridges_with_them(region):
    found = flat(region)
    lists = found if isinstance(found[0], list) else [found]
    theirs = peer.decode(peer.merge(peer.frPyObjects(lists, ROWS, COLUMNS))).astype(bool)
    assert Mask.of(theirs) == region_mask(region, ROWS, COLUMNS)


@pytest.mark.parametrize("way", ["auto", "polygon", "rle", "box"])
@given(shapes=some.lists(SHAPES, min_size=1, max_size=3))
def test_every_mask_is_the_one_that_pycocotools_decodes(way, shapes):
    drawn = item(*shapes)
    content = files_of(EXCHANGE, [drawn], segmentation=way)[FILE]
    wanted = [items.mask_of(shape, drawn) for shape in shapes]
    if way == "box":
        wanted = [mask if isinstance(shape, Path) else boxed(mask) for mask, shape in zip(wanted, shapes, strict=True)]
    assert decoded(content) == wanted
    assert [entry["area"] for entry in json.loads(content)["annotations"]] == [mask.count for mask in wanted]


def boxed(mask):
    rows, columns = mask.pixels()
    array = np.zeros((mask.rows, mask.columns), dtype=bool)
    array[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
    return Mask.of(array)


@pytest.mark.parametrize("way", ["auto", "polygon", "rle"])
@given(shapes=some.lists(SHAPES, min_size=1, max_size=3))
def test_what_was_drawn_comes_back_to_the_last_bit(way, shapes):
    drawn = described(
        item(*shapes), drawn=WINDOW, tool="tool.free", parent=3, note="≥ 3 mm, “흉막”", attributes=(("크기", "3"), ("확실함", "예"))
    )
    files = files_of(EXCHANGE, [drawn], segmentation=way)
    (page,), errors = pages_of(EXCHANGE, files)
    assert not errors and not page.remarks
    for mark, annotation in zip(page.marks, drawn.sheet.annotations, strict=True):
        assert mark.label.key == "CCT1" and mark.label.name == "악성" and mark.label.supercategory == "CCT" and mark.label.id == 1
        assert items.mask_of(mark.shape, drawn) == items.mask_of(annotation.shape, drawn)
        if sum(len(part) for part in annotation.shape.parts) == len(annotation.shape.parts) or isinstance(annotation.shape, Path):
            assert same(mark, annotation)
        assert same(mark, replace(annotation, shape=mark.shape))
    assert losses([drawn.sheet], EXCHANGE.cannot_hold) == {}


@given(region=STROKES)
def test_a_box_stays_the_box_it_is(region):
    x1, y1, x2, y2 = region.bounds
    drawn = item(Region.box(x1, y1, x2, y2))
    for way in ("auto", "polygon", "rle", "box"):
        (page,), _ = pages_of(EXCHANGE, files_of(EXCHANGE, [drawn], segmentation=way))
        assert [(mark.shape, mark.toolname) for mark in page.marks] == [(drawn.sheet.annotations[0].shape, BOX)]


def test_a_line_is_never_a_polygon():
    for width, pixels in ((2.0, True), (None, False)):
        drawn = item(LINE_OF_TWO, line_width=width)
        content = files_of(EXCHANGE, [drawn], segmentation="polygon")[FILE]
        (entry,) = json.loads(content)["annotations"]
        assert set(entry["segmentation"]) == {"size", "counts"} and entry["polyline"][1] == [60.0, 40.0, 61.0, 43.0]
        assert (entry["area"] > 0) is pixels
        (page,), _ = pages_of(EXCHANGE, {FILE: content})
        assert [(mark.shape, mark.toolname) for mark in page.marks] == [(LINE_OF_TWO, LINE)]


def test_an_outline_is_polygons_only_where_they_are_filled_alike():
    on_edges, shapes = Region.box(3, 4, 9, 12), (HALF, TRIANGLE, HOLED)
    content = files_of(EXCHANGE, [item(on_edges, *shapes, TWO_PARTS)])[FILE]
    kinds = [type(entry["segmentation"]) for entry in json.loads(content)["annotations"]]
    assert kinds == [list, dict, dict, dict, dict]
    assert "outline" not in json.loads(content)["annotations"][0] and decoded(content)[0] == region_mask(on_edges, ROWS, COLUMNS)
    as_polygons = json.loads(files_of(EXCHANGE, [item(*shapes)], segmentation="polygon")[FILE])["annotations"]
    assert all(isinstance(entry["segmentation"], list) for entry in as_polygons)
    boxes = json.loads(files_of(EXCHANGE, [item(TRIANGLE)], segmentation="box")[FILE])["annotations"]
    assert "outline" not in boxes[0], "where only boxes are wanted, only boxes are written"
    usual, only_boxes = (Chosen(bundled(), values) for values in ({}, {"segmentation": "box"}))
    assert EXCHANGE.cannot_hold_when(usual) == EXCHANGE.cannot_hold and Trait.OUTLINES in EXCHANGE.cannot_hold_when(only_boxes)
    drawn = item(TRIANGLE)
    for chosen in (usual, only_boxes):
        content = files_of(EXCHANGE, [drawn], **chosen.values)[FILE]
        assert decoded(content) == [EXCHANGE.held(drawn.sheet, drawn.sheet.annotations[0], chosen)]


def test_ids_are_unique_in_the_whole_data_set_and_splits_are_files_of_their_own():
    made = [item(HALF, ("CCT4", TRIANGLE), number=1, split="train"), item(number=2, split="test"), item(TRIANGLE, number=3, split="train")]
    files = files_of(EXCHANGE, made, splits=("train", "val", "test"))
    assert list(files) == [f"annotations/instances_{split}.json" for split in ("train", "val", "test")]
    found = {name: json.loads(content) for name, content in files.items()}
    train, val, test = found.values()
    assert [one["id"] for one in train["images"]] == [1, 3] and [one["id"] for one in test["images"]] == [2] and val["images"] == []
    assert [(one["id"], one["image_id"], one["annotation_id"]) for one in train["annotations"]] == [(1, 1, 1), (2, 1, 2), (3, 3, 1)]
    pages, errors = pages_of(EXCHANGE, files)
    assert not errors and [(page.split, page.where.key) for page in pages] == [
        ("train", made[0].sheet.image.key), ("train", made[2].sheet.image.key), ("test", made[1].sheet.image.key),
    ]  # fmt: skip


def test_category_ids_are_unique_though_the_projects_are_not():
    found = json.loads(files_of(EXCHANGE, [item(("CCT4", HALF))])[FILE])
    categories = {one["id"]: one for one in found["categories"]}
    assert len(categories) == 22
    told = categories[found["annotations"][0]["category_id"]]
    assert (told["name"], told["supercategory"], told["key"], told["code"]) == ("섬유화반흔", "CCT", "CCT4", 4)
    assert "섬유화반흔".encode() in files_of(EXCHANGE, [item(HALF)])[FILE], "Hangul stays Hangul"
    regions = json.loads(files_of(EXCHANGE, [of_dementia()])[FILE])["categories"]
    assert [one["id"] for one in regions] == [one["code"] for one in regions] == list(range(1, 11)), "ids that are unique stay"


def of_dementia():
    one, project = item(), bundled("dementia")
    return replace(one, sheet=replace(one.sheet, project=project, modality=project.modalities[0]))


def test_images_say_which_they_are():
    (image,) = json.loads(files_of(EXCHANGE, [item(HALF, number=7)])[FILE])["images"]
    assert (image["file_name"], image["width"], image["height"]) == ("cct_P000001_S001_0007.dcm", COLUMNS, ROWS)
    assert (image["sop_instance_uid"], image["frame"], image["series_uid"]) == ("1.2.826.0.1.7", 1, "1.2.826.0.2")
    assert (image["patient"], image["class"], image["modality"]) == ("P000001", "malignant", "CCT")


def test_pictures_lie_beside_where_they_are_wanted(phantom_sheet):
    one = items.Item(phantom_sheet, "cct_1")
    files = files_of(EXCHANGE, [one], pictures="yes")
    assert files["images/cct_1.png"].startswith(b"\x89PNG") and json.loads(files[FILE])["images"][0]["file_name"] == "cct_1.png"
    written = EXCHANGE.write([one], Chosen(one.sheet.project))
    assert written.holds == {phantom_sheet.image.key: (FILE, "images/cct_1.png")}


@pytest.fixture(scope="module")
def phantom_sheet(tmp_path_factory):
    from annotator.dicom.phantom import write_study
    from tests.formats.sheets import sheet_of

    (truth, *_) = write_study(tmp_path_factory.mktemp("phantom"), ("chest-ct",), small=True)
    return sheet_of(truth.path, HALF)


def test_a_category_that_the_project_does_not_know_is_refused():
    with pytest.raises(AnnotatorError, match="no category XXX9 for"):
        files_of(EXCHANGE, [item(("XXX9", HALF))])


def test_polygons_of_others_are_read_one_by_one_as_parts():
    square, triangle = [1, 1, 5, 1, 5, 5, 1, 5], ["10", "10", "20", "10", "10", "20.5"]
    mark, remarks = only_mark({"segmentation": [square, triangle], "bbox": [0, 0, 1, 1]})
    assert mark.shape == Region(((((1.0, 1.0), (5.0, 1.0), (5.0, 5.0), (1.0, 5.0)),), (((10.0, 10.0), (20.0, 10.0), (10.0, 20.5)),)))
    assert (mark.label.name, mark.label.id, mark.toolname, mark.id, remarks) == ("양성", 4, FREE, None, [])


def test_rings_that_overlap_or_lie_in_one_another_are_united():
    outer, inner, beside = [1, 1, 9, 1, 9, 9, 1, 9], [3, 3, 5, 3, 5, 5, 3, 5], [5, 5, 14, 5, 14, 14, 5, 14]
    mark, _ = only_mark({"segmentation": [outer, inner, beside]})
    theirs = peer.decode(peer.merge(peer.frPyObjects([outer, inner, beside], ROWS, COLUMNS))).astype(bool)
    assert region_mask(mark.shape, ROWS, COLUMNS) == Mask.of(theirs) and mark.shape.geometry.is_valid


@given(pixels=arrays(bool, (12, 15)).filter(lambda a: a.any()))
def test_run_lengths_of_others_are_read_plain_and_as_text(pixels):
    whole = np.zeros((ROWS, COLUMNS), dtype=bool)
    whole[:12, -15:] = pixels
    text = peer.encode(np.asfortranarray(whole.astype(np.uint8)))
    plain = counts_of(transposed(Mask.of(whole))).tolist()
    for counts in (text["counts"].decode(), plain, [str(v) for v in plain]):
        mark, _ = only_mark({"segmentation": {"size": [ROWS, COLUMNS], "counts": counts}, "iscrowd": 1})
        assert region_mask(mark.shape, ROWS, COLUMNS) == Mask.of(whole) and mark.shape == trace(Mask.of(whole))


def test_a_box_alone_is_a_box():
    for nothing in ([], None, [[]]):
        if nothing == [[]]:
            continue
        mark, _ = only_mark({"segmentation": nothing, "bbox": ["10", 5.5, 20, 8]})
        assert (mark.shape, mark.toolname) == (Region.box(10, 5.5, 30, 13.5), BOX)


def test_what_reaches_beyond_the_image_is_cut_and_what_lies_outside_left_out():
    mark, remarks = only_mark({"bbox": [-5, -5, 10, 10]})
    assert mark.shape == Region.box(0, 0, 5, 5) and remarks == ["annotation 1: it reached beyond the image and was cut"]
    (page,), _ = as_read({"bbox": [500, 5, 10, 10]}, {"polyline": [[1, 1, 900, 1]]})
    assert "lies outside" in str(page.remarks[0])
    assert page.marks[0].shape == Path((((1.0, 1.0), (64.0, 1.0)),))


BAD = {
    "no object": 7,
    "one point": {"segmentation": [[5, 5]]},
    "two points": {"segmentation": [[5, 5, 9, 9]]},
    "odd": {"segmentation": [[1, 1, 5, 1, 5, 5, 1]]},
    "huge": {"segmentation": [[1, 1, 5e300, 1, 5, 5]]},
    "words": {"segmentation": [["a", "b", "c", "d", "e", "f"]]},
    "thin": {"segmentation": [[1, 1, 5, 5, 9, 9]]},
    "text": {"segmentation": "polygon"},
    "depth": {"segmentation": [[[1, 1], [5, 1], [5, 5]]]},
    "neither": {"score": 0.5},
    "empty box": {"bbox": [5, 5, 0, 7]},
    "short box": {"bbox": [5, 5, 7]},
    "other size": {"segmentation": {"size": [5, 5], "counts": [0, 25]}},
    "huge size": {"segmentation": {"size": [10**9, 10**9], "counts": [0, 25]}},
    "too many": {"segmentation": {"size": [ROWS, COLUMNS], "counts": [0, 10**12]}},
    "negative": {"segmentation": {"size": [ROWS, COLUMNS], "counts": [5, -3]}},
    "no runs": {"segmentation": {"size": [ROWS, COLUMNS]}},
    "bad text": {"segmentation": {"size": [ROWS, COLUMNS], "counts": "한글"}},
    "endless text": {"segmentation": {"size": [ROWS, COLUMNS], "counts": "o" * 1000}},
    "empty mask": {"segmentation": {"size": [ROWS, COLUMNS], "counts": [ROWS * COLUMNS]}},
    "point": {"polyline": [[3, 3]]},
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_understood_is_left_out_and_the_rest_is_read(kind):
    (page,), errors = as_read({"bbox": [1, 1, 2, 2]}, BAD[kind], {"bbox": [3, 3, 2, 2]})
    assert len(page.marks) == 2
    told = [str(one) for one in (*page.remarks, *errors)]
    assert len(told) == 1 and re.search(r"annotation 2 was left out: .|annotations belong to no image of the file \(2\)", told[0]), told


def test_ids_that_point_nowhere_and_doubled_ones_are_said():
    images = [{"id": 1, "width": COLUMNS, "height": ROWS}, {"id": "1", "file_name": "b"}, {"file_name": "c"}, None]
    box = {"bbox": [1, 1, 2, 2]}
    (page,), errors = as_read(box, box | {"image_id": 9}, box | {"category_id": 77}, images=images)
    assert [mark.label.id for mark in page.marks] == [4, 77]
    assert [str(e) for e in errors] and "1 annotations belong to no image of the file (2)" in str(errors[0]) and FILE in str(errors[0])
    told = " / ".join(map(str, page.remarks))
    assert "image id 1 stands twice" in told and "image 3 has no id" in told and "no category 77" in told


def test_without_categories_the_numbers_stand_for_them():
    mark, _ = only_mark({"bbox": [1, 1, 2, 2]}, categories=(), info={"x": 1})
    assert mark.label.id == 4 and mark.label.name == ""


def test_an_outline_that_was_changed_in_another_program_counts_as_it_is_now():
    for way in ("rle", "polygon"):
        found = json.loads(files_of(EXCHANGE, [item(TRIANGLE)], segmentation=way)[FILE])
        found["annotations"][0]["segmentation"] = [[1, 1, 5, 1, 5, 5, 1, 5]]
        (page,), _ = pages_of(EXCHANGE, {FILE: json.dumps(found).encode()})
        assert page.marks[0].shape == Region.box(1, 1, 5, 5) and "not that of its outline any more" in str(page.remarks[0])


def test_sizes_that_no_image_has_are_not_believed():
    (page,), _ = as_read({"bbox": [1, 1, 2, 2]}, images=[{"id": 1, "width": 10**12, "height": "5"}])
    assert (page.where.rows, page.where.columns) == (5, 0) and "which no image has" in str(page.remarks[0])


@pytest.mark.parametrize("content", [b"[]", b"{}", b"3", b'{"images": 3}', b"{", b"", '{"images": []}'.encode("utf-16")])
def test_what_is_no_coco_file_is_said(content):
    pages, errors = pages_of(EXCHANGE, {"a/b.json": content, "a/c.txt": b"no"})
    assert pages == [] and len(errors) == 1 and "a/b.json" in str(errors[0])


@pytest.mark.parametrize(
    ("name", "split"),
    [("annotations/instances_train2017.json", "train"), ("valid/_annotations.coco.json", "val"), ("a.json", ""), ("trainer.json", "")],
)
def test_the_split_is_in_the_name(name, split):
    (page,), _ = pages_of(EXCHANGE, {name: files_of(EXCHANGE, [item(HALF)])[FILE]})
    assert page.split == split


def test_boxes_of_a_real_chest_ct_are_read_to_the_pixel(data_folder):
    content = (data_folder / "annotations" / "coco_lungdx.json").read_bytes()
    pages, errors = pages_of(EXCHANGE, {"coco_lungdx.json": content})
    said = {one["sop_instance_uid"]: one for one in json.loads(content)["images"]}
    assert not errors and len(pages) == 11 and {page.where.key.uid for page in pages} == set(said)
    theirs = decoded(content)
    for page, mask in zip(pages, theirs, strict=True):
        (mark,) = page.marks
        assert (page.where.rows, page.where.columns, mark.label.name, mark.toolname) == (512, 512, "A", BOX)
        assert region_mask(mark.shape, 512, 512) == mask


def test_contours_of_a_real_sarcoma_keep_their_vertices_and_are_the_truth(data_folder):
    content = (data_folder / "annotations" / "coco_sts001_ct_gtv.json").read_bytes()
    pages, errors = pages_of(EXCHANGE, {"coco_sts001_ct_gtv.json": content})
    entries = json.loads(content)["annotations"]
    marks = [mark for page in pages for mark in page.marks]
    assert not errors and len(pages) == 31 and len(marks) == 32 and not any(page.remarks for page in pages)
    truth = np.asarray(nibabel.load(data_folder / "annotations" / "truthmask_sts001_ct.nii.gz").dataobj) > 0
    for page in pages:
        number = int(page.where.file_name[-10:-4])
        found = np.logical_or.reduce([region_mask(mark.shape, 202, 198).array() for mark in page.marks])
        assert np.array_equal(found, truth[:, :, number].T), page.where.file_name
    assert sum(mask.count for mask in decoded(content)) == int(truth.sum())
    first = next(mark for page in pages for mark in page.marks)
    assert [v for point in first.shape.parts[0][0] for v in point] == entries[0]["segmentation"][0], "no vertex was moved"
