"""Pictures for others show what the window shows, say nothing of the patient, and hide nothing of a lesion."""

from __future__ import annotations

import math
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Pillow

from annotator.dicom.phantom import write_study
from annotator.domain.path import Path
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats.picture import contour_png, png_of, png_size
from tests.dicom.written import dataset, saved
from tests.formats.sheets import HOLED, sheet_of


@pytest.fixture(scope="session")
def slice_of_ct(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("phantoms"), ("chest-ct",), small=True)[3].path


def circle(x, y, radius, corners=48):
    turns = (2 * math.pi * n / corners for n in range(corners))
    return Region(((tuple((x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns),),))


def pixels(content):
    with Pillow.open(BytesIO(content)) as opened:
        assert opened.format == "PNG" and opened.info == {}
        return np.asarray(opened)


def ramp(tmp_path, **changes):
    """A file whose value is its column; window 10 to 20."""
    values = np.tile(np.arange(32, dtype=np.uint16), (4, 1))
    made = dataset(values, WindowCenter=15, WindowWidth=10, VOILUTFunction="LINEAR_EXACT", **changes)
    return sheet_of(saved(made, tmp_path / "ramp.dcm"))


def test_a_picture_is_grey_in_the_first_window(tmp_path):
    found = pixels(png_of(ramp(tmp_path)))
    assert found.shape == (4, 32) and found.dtype == np.uint8
    assert found[2].tolist() == [0] * 10 + [int((n - 10) * 25.5 + 0.5) for n in range(10, 20)] + [255] * 12


def test_the_lowest_value_of_monochrome1_is_white(tmp_path):
    plain = pixels(png_of(ramp(tmp_path)))
    turned = pixels(png_of(ramp(tmp_path, PhotometricInterpretation="MONOCHROME1")))
    assert np.array_equal(turned, 255 - plain)


def test_a_colour_image_stays_as_it_is(tmp_path):
    rgb = np.arange(6 * 7 * 3, dtype=np.uint8).reshape(6, 7, 3)
    assert np.array_equal(pixels(png_of(sheet_of(saved(dataset(rgb), tmp_path / "rgb.dcm")))), rgb)


def test_nothing_of_the_header_follows(slice_of_ct):
    content = png_of(sheet_of(slice_of_ct))
    kinds, place = [], 8
    while place < len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        kinds.append(content[place + 4 : place + 8])
        place += 12 + length
    assert set(kinds) == {b"IHDR", b"IDAT", b"IEND"}
    assert png_of(sheet_of(slice_of_ct)) == content


def test_a_missing_source_is_said(slice_of_ct):
    sheet = sheet_of(slice_of_ct)
    for path, cause in (("", "its DICOM file is not there"), (f"{slice_of_ct}.gone", "it is not there")):
        for make in (png_of, contour_png):
            with pytest.raises(AnnotatorError, match=cause):
                make(replace(sheet, image=replace(sheet.image, path=path)))


def test_outlines_have_the_colours_of_their_categories_and_lie_on_the_edges(slice_of_ct):
    sheet = sheet_of(slice_of_ct, ("CCT1", Region.box(20, 30, 60, 70)), ("CCT3", Path((((80.0, 20.0), (110.0, 20.0)),))))
    plain, drawn = pixels(contour_png(sheet_of(slice_of_ct))).astype(int), pixels(contour_png(sheet)).astype(int)
    scale = 8
    assert drawn.shape == (128 * scale, 128 * scale, 3)
    colours = {category.key: category.rgb for category in sheet.categories}
    for key, x, y in (("CCT1", 20, 50), ("CCT1", 60, 50), ("CCT1", 40, 30), ("CCT1", 40, 70), ("CCT3", 95, 20)):
        spot = drawn[y * scale - 1 : y * scale + 2, x * scale - 1 : x * scale + 2].reshape(-1, 3)
        assert min(np.abs(spot - colours[key]).max(axis=1)) <= 70, (key, x, y)
    assert np.array_equal(drawn[31 * scale : 69 * scale, 21 * scale : 59 * scale], plain[31 * scale : 69 * scale, 21 * scale : 59 * scale])


def test_labels_cover_no_annotation(slice_of_ct):
    """Inside of each region, a line's width from its edge, no pixel differs from the picture without annotations."""
    regions = [circle(84, 70, 35), circle(45, 60, 6), HOLED, circle(120, 8, 7), Region.box(0, 100, 20, 128)]
    plain, drawn = pixels(contour_png(sheet_of(slice_of_ct))), pixels(contour_png(sheet_of(slice_of_ct, *regions)))
    changed = (plain != drawn).any(axis=2)
    near = np.zeros((1024, 1024), dtype=bool)
    inside = np.zeros_like(near)
    for region in regions:
        large = Region(tuple(tuple(tuple((x * 8, y * 8) for x, y in ring) for ring in part) for part in region.parts))
        mask = region_mask(large, 1024, 1024).array()
        inside |= mask
        edges = (mask != np.roll(mask, 1, 0)) | (mask != np.roll(mask, 1, 1))
        for _ in range(5):
            edges |= np.roll(edges, 1, 0) | np.roll(edges, -1, 0) | np.roll(edges, 1, 1) | np.roll(edges, -1, 1)
        near |= edges
    assert not (changed & inside & ~near).any()
    assert (changed & ~inside & ~near).sum() > 5 * 400, "the labels stand somewhere"


def test_where_there_is_no_room_there_is_no_label(slice_of_ct):
    plain, drawn = (pixels(contour_png(s)) for s in (sheet_of(slice_of_ct), sheet_of(slice_of_ct, Region.box(0, 0, 128, 128))))
    assert np.array_equal(plain[10:-10, 10:-10], drawn[10:-10, 10:-10]) and not np.array_equal(plain, drawn)


def test_a_name_without_latin_letters_is_replaced_by_its_number(slice_of_ct):
    sheet = sheet_of(slice_of_ct, Region.box(30, 30, 60, 60))
    categories = {name: tuple(replace(c, name_en=name) for c in sheet.project.categories) for name in ("", "악성", "1", "Malignant")}
    made = {name: contour_png(replace(sheet, project=replace(sheet.project, categories=found))) for name, found in categories.items()}
    assert made[""] == made["악성"] == made["1"] != made["Malignant"]


def test_a_large_image_is_not_magnified(tmp_path):
    path = saved(dataset(np.zeros((1500, 1100), dtype=np.uint16)), tmp_path / "large.dcm")
    assert pixels(contour_png(sheet_of(path, circle(700, 700, 300)))).shape == (1500, 1100, 3)


def test_lines_of_the_first_pass_are_gone_in_the_second(slice_of_ct):
    line = Path((((10.0, 10.0), (90.0, 90.0)),))
    plain, second = contour_png(sheet_of(slice_of_ct)), contour_png(sheet_of(slice_of_ct, line, regions_only=True))
    assert plain == second != contour_png(sheet_of(slice_of_ct, line))


def test_the_size_stands_in_the_first_bytes(slice_of_ct):
    content = png_of(sheet_of(slice_of_ct))
    assert png_size(content) == (128, 128) == png_size(content[:24])
    for wrong in (b"", content[:23], b"GIF89a" + content, content[:12] + b"IDAT" + content[16:], content[:16] + bytes(8)):
        assert png_size(wrong) is None
