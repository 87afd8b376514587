"""What is drawn on a series comes back to the pixel, whatever the mask and however the series lies in the patient."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.exchange import Page, Source
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import region_of_stroke, trace
from annotator.errors import AnnotatorError
from annotator.formats import nifti, nnunet, rtstruct, seg
from tests.formats.volumes import (
    COLUMNS,
    DIRECTIONS,
    ROWS,
    any_mask,
    drawn_on,
    files_of,
    images_of_items,
    items_of,
    masks_of,
    read_back,
    wanted,
    write_series,
)

FEW = settings(max_examples=settings.default.max_examples // 5)
"""Each of them for each format and each series."""
EXCHANGES = {module.EXCHANGE.id: module.EXCHANGE for module in (nifti, nnunet, rtstruct, seg)}


@pytest.fixture(scope="session", params=DIRECTIONS)
def series(request, tmp_path_factory):
    return items_of(write_series(tmp_path_factory.mktemp("series"), **DIRECTIONS[request.param]))


@pytest.mark.parametrize("name", EXCHANGES)
@FEW
@given(first=any_mask(), second=any_mask(), third=any_mask())
def test_any_mask_comes_back_to_the_pixel(series, name, first, second, third):
    shapes = {0: [("CCT1", trace(first))], 2: [("CCT3", trace(second - first)), ("CCT1", trace(first))], 3: [("CCT9", trace(third))]}
    items = drawn_on(series, {index: [(key, shape) for key, shape in drawn if not shape.empty] for index, drawn in shapes.items()})
    files, written = files_of(EXCHANGES[name], items)
    pages = read_back(EXCHANGES[name], files, images_of_items(items))
    assert masks_of(pages, images_of_items(items)) == wanted(items)
    assert [remark for page in pages for remark in page.remarks] == []
    assert set(written.holds) == {item.sheet.image.key for item in items if item.sheet.annotations}
    assert {path for paths in written.holds.values() for path in paths} <= set(files)


corner = st.one_of(st.integers(0, 2 * COLUMNS).map(lambda n: n / 2), st.floats(0, COLUMNS), st.integers(0, 70).map(lambda n: n / 7))
stroke = st.lists(st.tuples(corner, corner.map(lambda v: v * ROWS / COLUMNS)), min_size=3, max_size=9)


@pytest.mark.parametrize("name", EXCHANGES)
@FEW
@given(points=stroke)
def test_any_stroke_comes_back_with_its_mask(series, name, points):
    shape = region_of_stroke(points, ROWS, COLUMNS)
    if shape.empty:
        return
    items = drawn_on(series, {1: [("CCT2", shape)]})
    pages = read_back(EXCHANGES[name], files_of(EXCHANGES[name], items)[0], images_of_items(items))
    assert masks_of(pages, images_of_items(items)) == wanted(items)


@pytest.mark.parametrize("name", EXCHANGES)
def test_boxes_whose_sides_pass_through_centres_keep_their_pixels(series, name):
    boxes = [Region.box(0.5, 0.5, 2.5, 2.5), Region.box(2.5, 0.5, 4.5, 2.5), Region.box(5.5, 5.5, 6, 6.5), Region.box(7.5, 1, 9, 8.5)]
    assert [region_mask(box, ROWS, COLUMNS).count for box in boxes] == [4, 4, 1, 14]
    items = drawn_on(series, {n: [(f"CCT{n + 1}", box)] for n, box in enumerate(boxes)})
    pages = read_back(EXCHANGES[name], files_of(EXCHANGES[name], items)[0], images_of_items(items))
    assert masks_of(pages, images_of_items(items)) == wanted(items)


@pytest.fixture(scope="session")
def sound(tmp_path_factory):
    """An image list, and a data set of each format, with NIfTI volumes unpacked so that damage reaches them."""
    items = items_of(write_series(tmp_path_factory.mktemp("sound"), **DIRECTIONS["oblique"]))
    items = drawn_on(
        items, {0: [("CCT1", Region.box(1, 1, 4, 5)), ("CCT3", Region.box(2, 2, 6, 6))], 2: [("CCT1", Region.box(3, 2, 9, 7))]}
    )
    made = {name: files_of(exchange, items)[0] for name, exchange in EXCHANGES.items()}
    return images_of_items(items), {
        name: {p.removesuffix(".gz"): gzip.decompress(c) if p.endswith(".gz") else c for p, c in files.items()}
        for name, files in made.items()
    }


@pytest.mark.parametrize("name", EXCHANGES)
@given(which=st.integers(0, 99), cut=st.floats(0, 1.5), wrong=st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 255)), max_size=4))
def test_a_damaged_file_is_told_and_never_ends_the_program(sound, name, which, cut, wrong):
    images, files = sound[0], dict(sound[1][name])
    path = sorted(files)[which % len(files)]
    content = bytearray(files[path][: int(cut * len(files[path]))])
    for place, value in wrong if content else ():
        content[place % len(content)] = value
    files[path] = bytes(content)
    for found in EXCHANGES[name].read(Source(tuple(files), files.__getitem__, tuple(images))):
        assert isinstance(found, Page | AnnotatorError) and (str(found) if isinstance(found, AnnotatorError) else found.place)


@pytest.mark.parametrize("name", EXCHANGES)
def test_the_same_drawings_give_the_same_bytes(series, name):
    items = drawn_on(series, {1: [("CCT1", Region.box(1, 1, 4, 5))], 2: [("CCT2", Region.box(3, 2, 9, 7))]})
    assert files_of(EXCHANGES[name], items)[0] == files_of(EXCHANGES[name], items)[0]


@pytest.mark.parametrize("name", EXCHANGES)
def test_nothing_drawn_leaves_no_file(series, name):
    assert files_of(EXCHANGES[name], series)[0] == {}
