"""Masks as pictures come back to the pixel whichever way they are kept, and pictures of others are understood."""

from __future__ import annotations

import csv
import struct
import zlib
from dataclasses import replace
from io import BytesIO, StringIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image as Pillow

from annotator.dicom.phantom import write_study
from annotator.domain.annotation import FREE
from annotator.domain.delivered import category_masks
from annotator.domain.exchange import Chosen, Item, Label, Page
from annotator.domain.image import ImageKey
from annotator.domain.losses import Trait
from annotator.domain.path import Path
from annotator.domain.raster import Mask, path_mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.picture import contour_png, png_of
from annotator.formats.png import EXCHANGE, cannot_hold, held
from tests.formats.exchanged import cut_short, masks_of, pages, read, sized, told, written
from tests.formats.sheets import HOLED, TWO_PARTS, bundled, sheet_of

LINE = Path((((1.5, 2.0), (100.25, 90.0)),))
KINDS = ("category", "index")


@pytest.fixture(scope="session")
def slice_of_ct(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("phantoms"), ("chest-ct",), small=True)[3].path


@pytest.fixture(scope="session")
def sheet(slice_of_ct):
    boxes = (("CCT1", Region.box(70, 5, 90, 25)), ("CCT1", Region.box(30, 30, 70.5, 72)))
    return sheet_of(slice_of_ct, ("CCT3", HOLED), *boxes, ("CCT2", LINE))


def pixels(content):
    with Pillow.open(BytesIO(content)) as opened:
        return opened.mode, np.asarray(opened)


def saved(values, mode=None, **options):
    stream = BytesIO()
    made = Pillow.fromarray(values)
    (made.convert(mode) if mode else made).save(stream, "PNG", **options)
    return stream.getvalue()


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def raw(rows, columns, depth, colour, data, interlaced=0):
    head = struct.pack(">IIBBBBB", columns, rows, depth, colour, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def interlaced(values):
    """An 8-bit grey picture in the seven passes of Adam7 (PNG, 8.2)."""
    passes = ((0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2), (1, 2, 0, 1))
    data = b"".join(b"\0" + row.tobytes() for r, dr, c, dc in passes for row in values[r::dr, c::dc] if len(row))
    return raw(*values.shape, 8, 0, data, interlaced=1)


def test_each_category_has_a_binary_picture(sheet):
    files = written(EXCHANGE, sheet)
    assert sorted(files) == ["classes.csv", "images.csv", "masks/a_1.png", "masks/a_2.png", "masks/a_3.png"]
    wanted = {1: region_mask(Region.box(70, 5, 90, 25), 128, 128) | region_mask(Region.box(30, 30, 70.5, 72), 128, 128)}
    wanted |= {2: path_mask(LINE, 2.0, 128, 128), 3: region_mask(HOLED, 128, 128)}
    for number, mask in wanted.items():
        mode, found = pixels(files[f"masks/a_{number}.png"])
        assert mode == "L" and np.array_equal(found, mask.array() * np.uint8(255))


def test_an_index_picture_holds_numbers_and_shows_the_colours(sheet):
    made = EXCHANGE.write([Item(sheet, "a", "test")], Chosen(sheet.project, {"kind": "index", "pictures": "no"}, ("test",)))
    (path,) = made.files
    assert path == "index/test/a.png" and made.holds == {sheet.image.key: (path,)}
    mode, found = pixels(made.files[path])
    masks = category_masks(sheet, sheet.annotations)
    wanted = np.zeros((128, 128), dtype=np.uint8)
    for number, key in ((1, "CCT1"), (2, "CCT2"), (3, "CCT3")):
        wanted[masks[key].array()] = number
    assert mode == "P" and np.array_equal(found, wanted)
    with Pillow.open(BytesIO(made.files[path])) as opened:
        colours = np.asarray(opened.convert("RGB"))
    for number, key in enumerate(masks, 1):
        assert (colours[wanted == number] == sheet.project.category(key).rgb).all()
    assert not colours[wanted == 0].any()
    hidden = sum(mask.count for mask in masks.values()) - np.count_nonzero(wanted)
    assert f"in {hidden} pixels categories overlap" in str(made.remarks[0]) and hidden > 100


@pytest.mark.parametrize("splits", [(), ("val", "train")])
@pytest.mark.parametrize("kind", KINDS)
def test_masks_come_back_with_category_image_and_split(sheet, kind, splits):
    empty = sized(replace(sheet, annotations=()), 50, 40)
    files = written(EXCHANGE, sheet, empty, splits=splits, kind=kind, pictures="no")
    (page,) = pages(EXCHANGE, files)
    wanted = {a.category: held(sheet, a, Chosen(sheet.project, {"kind": kind})) for a in sheet.annotations}
    assert dict(masks_of(page, sheet)) == wanted and len(page.marks) == 3
    full = category_masks(sheet, sheet.annotations)
    assert (wanted == full) == (kind == "category") and wanted["CCT3"] == full["CCT3"]
    assert page.where.key == sheet.image.key and page.split == (splits[0] if splits else "") and page.remarks == ()
    labels = {mark.label.key: mark.label for mark in page.marks}
    assert labels["CCT3"] == Label("양성", 3, "CCT", "CCT3", "Benign", labels["CCT3"].colour) and {m.toolname for m in page.marks} == {FREE}


@given(arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12))).filter(lambda mask: bool(mask.any())), st.sampled_from(KINDS))
def test_any_mask_comes_back(slice_of_ct, mask, kind):
    sheet = sized(sheet_of(slice_of_ct, trace(Mask.of(mask))), *mask.shape)
    (page,) = pages(EXCHANGE, written(EXCHANGE, sheet, kind=kind))
    assert masks_of(page, sheet) == [("CCT1", Mask.of(mask))]


def test_pictures_lie_beside_and_contours_only_where_something_is_drawn(sheet):
    files = written(EXCHANGE, sheet, replace(sheet, annotations=()), splits=("train", "test"), pictures="yes")
    assert files["images/train/a.png"] == files["images/test/b.png"] == png_of(sheet)
    assert len(pages(EXCHANGE, files)) == 1, "pictures are no masks"
    files = written(EXCHANGE, sheet, replace(sheet, annotations=()), kind="contours")
    assert files == {"contours/a.png": contour_png(sheet)}
    assert read(EXCHANGE, files) == []


def test_the_tables_are_read_by_a_plain_csv_reader(sheet):
    files = written(EXCHANGE, sheet)
    rows = list(csv.DictReader(StringIO(files["classes.csv"].decode("utf-8-sig"))))
    assert len(rows) == 22 and list(rows[0].values())[:4] == ["1", "CCT", "1", "악성"]
    (row,) = csv.DictReader(StringIO(files["images.csv"].decode("utf-8-sig")))
    assert (row["stem"], row["rows"], row["columns"], row["image"]) == ("a", "128", "128", str(sheet.image.key))


def test_a_stem_that_ends_like_a_category_stays_a_stem(sheet):
    chosen = Chosen(sheet.project, {"pictures": "no"})
    one = EXCHANGE.write([Item(sheet_of(sheet.image.path, ("CCT2", HOLED)), "a")], chosen)
    other = EXCHANGE.write([Item(sheet_of(sheet.image.path, ("CCT3", TWO_PARTS)), "a_2")], chosen)
    files = {**one.files, **other.files, **EXCHANGE.finish([one.part, other.part], chosen)}
    found = {page.where.file_name: page for page in pages(EXCHANGE, files)}
    assert {stem: [mark.label.key for mark in page.marks] for stem, page in found.items()} == {"a": ["CCT2"], "a_2": ["CCT3"]}


@pytest.mark.parametrize(
    "content",
    [
        saved(np.array([[0, 255, 0], [0, 0, 7]], dtype=np.uint8)),
        saved(np.array([[0, 1, 0], [0, 0, 40_000]], dtype=np.uint16)),
        saved(np.array([[False, True, False], [False, False, True]])),
        saved(np.array([[[0, 0, 0], [255, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0], [0, 0, 9]]], dtype=np.uint8)),
        saved(np.array([[[9, 9, 9, 0], [255, 0, 0, 9], [0, 0, 0, 255]], [[0, 0, 0, 0], [0, 0, 0, 9], [0, 0, 9, 255]]], dtype=np.uint8)),
        interlaced(np.array([[0, 255, 0], [0, 0, 7]], dtype=np.uint8)),
        raw(2, 3, 4, 0, b"\0\x0f\x00\0\x00\x10"),
        raw(2, 3, 16, 2, b"\0" + bytes(6) + b"\0\0\1\0\0\0" + bytes(6) + b"\0" + bytes(12) + b"\1\0" * 3),
    ],
)
def test_masks_of_a_category_are_read_at_any_depth(sheet, content):
    """Whatever is above 0 and not transparent is inside; of colours of 16 bits the lower 8 are not looked at, which is said."""
    (page,) = pages(EXCHANGE, {"masks/p_3.png": content}, sheet)
    assert page.where.file_name == "p" and (page.where.rows, page.where.columns) == (2, 3)
    (mark,) = page.marks
    assert mark.label.id == 3 and bool(page.remarks) == (content[24:26] == b"\x10\x02")
    assert np.array_equal(region_mask(mark.shape, 2, 3).array(), [[False, True, False], [False, False, True]])


def test_numbers_of_others_are_taken_as_categories():
    values = np.array([[0, 1, 1], [3, 0, 1]], dtype=np.uint8)
    for content in (saved(values), saved(values, "P"), saved(values.astype(np.uint16))):
        (page,) = pages(EXCHANGE, {"p.png": content})
        got = [(mark.label.id, region_mask(mark.shape, 2, 3).array().tolist()) for mark in page.marks]
        assert got == [(1, (values == 1).tolist()), (3, (values == 3).tolist())]


def test_a_single_value_is_of_the_category_that_the_folder_names():
    content = saved(np.array([[0, 255]], dtype=np.uint8))
    files = {"masks/종양/p.png": content, "masks/q.png": content}
    assert [page.marks[0].label for page in pages(EXCHANGE, files)] == [Label(), Label("종양")]


def test_colours_are_those_of_the_classes_and_others_are_said():
    table = b"number,supercategory,category_id,name,name_en,colour\n1,CCT,1,a,a,#ff0000\n2,CCT,2,b,b,#00ff00\n"
    values = np.array([[[255, 0, 0], [0, 255, 0], [0, 254, 0], [0, 0, 0]]], dtype=np.uint8)
    (page,) = pages(EXCHANGE, {"p.png": saved(values), "classes.csv": table})
    assert [(m.label.name, m.shape.bounds) for m in page.marks] == [("a", (0, 0, 1, 1)), ("b", (1, 0, 2, 1))]
    assert "1 pixels have a colour of no class" in told(page)


def test_several_files_of_an_image_make_one_page_and_a_broken_one_takes_nothing_from_the_others(sheet):
    files = written(EXCHANGE, sheet)
    files["masks/a_2.png"] = files["masks/a_2.png"][:60]
    error, page = read(EXCHANGE, files)
    assert isinstance(error, AnnotatorError) and "masks/a_2.png" in str(error) and "damaged" in str(error)
    assert isinstance(page, Page) and [mark.label.key for mark in page.marks] == ["CCT1", "CCT3"]


def test_a_mask_of_another_size_is_refused(sheet):
    files = written(EXCHANGE, sheet)
    files["masks/a_2.png"] = saved(np.ones((5, 6), dtype=np.uint8))
    error, page = read(EXCHANGE, files)
    assert "6 × 5 pixels and its image 128 × 128" in str(error) and len(page.marks) == 2


def test_an_empty_mask_is_said():
    (page,) = pages(EXCHANGE, {"p.png": saved(np.zeros((4, 4), dtype=np.uint8))})
    assert page.marks == () and "p.png is empty" in told(page)


@pytest.mark.parametrize("kind", KINDS)
def test_a_truncated_picture_is_an_error_unless_all_of_its_pixels_are_there(sheet, kind):
    files = written(EXCHANGE, sheet, kind=kind)
    name = "masks/a_1.png" if kind == "category" else "index/a.png"
    whole, pixels_end = pages(EXCHANGE, files), files[name].index(b"IEND") - 12
    for damaged in cut_short(files[name]):
        found = read(EXCHANGE, {**files, name: damaged})
        errors = [one for one in found if isinstance(one, AnnotatorError)]
        assert found == whole if not errors else len(errors) == 1 and name in str(errors[0])
        assert errors or len(damaged) >= pixels_end


def bomb():
    return raw(60_000, 60_000, 8, 0, bytes(1000))


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "empty"),
        (b"GIF89a" + bytes(50), "no PNG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "no PNG"),
        (bomb(), "too many"),
        (raw(0, 5, 8, 0, b""), "no PNG"),
        (raw(5, 5, 8, 0, bytes(7)), "damaged"),
        (raw(5, 5, 3, 0, bytes(30)), "damaged"),
        (raw(5, 5, 8, 9, bytes(30)), "damaged"),
        (raw(2, 2, 8, 0, bytes(6)).replace(b"IDAT", b"IDOT"), "damaged"),
        (saved(np.arange(65_536, dtype=np.uint16).reshape(256, 256)), "65535 values: it is a picture"),
        (saved((np.indices((1200, 1200)).sum(0) % 2 * 255).astype(np.uint8)), "tangled"),
    ],
)
def test_pictures_that_are_no_masks_are_named_in_bounded_time_and_the_rest_is_read(content, cause):
    good = saved(np.array([[0, 1, 2]], dtype=np.uint8))
    found = read(EXCHANGE, {"bad.png": content, "good.png": good})
    (error,) = (one for one in found if isinstance(one, AnnotatorError))
    assert cause in str(error) and "bad.png" in str(error)
    assert [len(page.marks) for page in found if isinstance(page, Page)] == [2]


def test_a_photograph_is_no_mask():
    noise = np.random.default_rng(3).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    table = b"number,name,colour\n1,a,#ff0000\n"
    (error,) = read(EXCHANGE, {"p.png": saved(noise), "classes.csv": table})
    assert "it is a picture and no mask" in str(error)


def test_a_broken_table_is_named_and_the_masks_are_read(sheet):
    found = read(EXCHANGE, {"p_3.png": saved(np.ones((2, 2), dtype=np.uint8)), "classes.csv": b"\xff\xff"}, sheet)
    assert "classes.csv" in str(found[0]) and found[1].marks[0].label.id == 3


def test_names_that_are_uids_name_the_image(sheet):
    uid = "1.2.840.113619.2.55.3"
    (page,) = pages(EXCHANGE, {f"{uid}_3.png": saved(np.ones((2, 2), dtype=np.uint8))}, sheet)
    assert page.where.key == ImageKey(uid)


def test_more_categories_than_numbers_are_refused(sheet):
    many = tuple(replace(sheet.project.categories[0], id=n) for n in range(1, 300))
    project = replace(bundled(), categories=many)
    annotation = replace(sheet.annotations[0], category="CCT299")
    with pytest.raises(AnnotatorError, match="255 categories"):
        written(EXCHANGE, replace(sheet, project=project, annotations=(annotation,)), kind="index")
    assert "masks/a_299.png" in written(EXCHANGE, replace(sheet, project=project, annotations=(annotation,)))


def test_what_is_lost_hangs_on_the_kind():
    category, index, contours = (cannot_hold(Chosen(bundled(), {"kind": kind})) for kind in (*KINDS, "contours"))
    assert Trait.OVERLAPS in index and Trait.OVERLAPS not in category and EXCHANGE.cannot_hold == category
    assert Trait.SINGLES in category and Trait.SINGLES not in contours


def test_a_category_of_another_modality_is_refused(sheet):
    for kind in (*KINDS, "contours"):
        with pytest.raises(AnnotatorError, match="no category XRY1"):
            written(EXCHANGE, sheet_of(sheet.image.path, ("XRY1", HOLED)), kind=kind)
