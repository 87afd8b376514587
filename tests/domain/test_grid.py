"""Shapes at positions of whole numbers: they stay there, no ring crosses itself, and masks obey the set algebra to the pixel."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from annotator.domain.annotation import Annotation
from annotator.domain.coordinates import Coordinates
from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply
from annotator.domain.grid import exactly, on_grid, settled, snapped
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Mode, Pen, Refusal, draw, move, reshape
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import region_of_stroke

COORDINATES = Coordinates()
sizes = st.tuples(st.integers(9, 31), st.integers(9, 31))
unit = st.floats(0, 1, width=32)
outline = st.lists(st.tuples(unit, unit), min_size=3, max_size=12)


def key(rows, columns):
    return Image(ImageKey("1.2.3"), "", 1, rows, columns, "MG", "", "", "")


def drawn(points, size):
    rows, columns = size
    region = region_of_stroke([(x * columns, y * rows) for x, y in points], rows, columns)
    return None if region.empty else snapped(region, COORDINATES, rows, columns)


@given(outline, sizes)
def test_a_stroke_is_cut_once_and_then_stays(points, size):
    found = drawn(points, size)
    if found is not None:
        assert on_grid(found, COORDINATES, *size)
        assert found.geometry.is_valid
        assert all(0 <= x <= size[1] and 0 <= y <= size[0] for ring in found.rings for x, y in ring)
        assert snapped(found, COORDINATES, *size) == found


def test_a_plain_stroke_keeps_its_vertices_in_order():
    region = Region(((((1.2, 1.9), (8.7, 2.1), (8.9, 7.2), (2.0, 7.9)),),))
    assert snapped(region, COORDINATES, 10, 10) == Region(((((2.0, 2.0), (8.0, 3.0), (8.0, 7.0), (2.0, 7.0)),),))


def test_nothing_is_left_of_what_is_smaller_than_a_step():
    assert snapped(Region.box(4.6, 4.6, 5.4, 5.4), COORDINATES, 10, 10) is None
    assert snapped(Path((((4.6, 4.6), (5.4, 5.4)),)), COORDINATES, 10, 10) is None


def test_a_line_is_cut_too():
    assert snapped(Path((((1.5, 1.5), (1.6, 1.4), (8.5, 8.5)),)), COORDINATES, 10, 10) == Path((((2.0, 2.0), (8.0, 8.0)),))


@given(st.lists(outline, min_size=2, max_size=5), st.lists(st.sampled_from(Mode), min_size=4, max_size=4), sizes)
def test_add_and_sub_keep_the_algebra_of_masks(outlines, modes, size):
    image, document, pen = key(*size), Document(), Pen("MMG1", "암", "Free", "tool.free")
    first = drawn(outlines[0], size)
    if first is None:
        return
    document = apply(document, settled(draw(document, image, first, Mode.NEW, pen), image, COORDINATES))
    wanted = region_mask(first, *size)
    for points, mode in zip(outlines[1:], modes, strict=False):
        shape = drawn(points, size)
        if shape is None or mode is Mode.NEW or not document.on(image.key):
            continue
        edit = settled(draw(document, image, shape, mode, pen, [a.id for a in document.on(image.key)][:1]), image, COORDINATES)
        if isinstance(edit, Refusal):
            continue
        shown = draw(document, image, shape, mode, replace(pen, sketch=True), [a.id for a in document.on(image.key)][:1])
        mask = region_mask(shape, *size)
        wanted = wanted | mask if mode is Mode.ADD else wanted - mask
        document = apply(document, edit)
        kept = document.on(image.key)
        got = region_mask(kept[0].shape, *size) if kept else Mask.none(*size)
        foreseen = [region_mask(c.after.shape, *size) for c in shown.changes if c.after is not None]
        assert got == wanted == (foreseen[0] if foreseen else Mask.none(*size))
        assert all(on_grid(a.shape, COORDINATES, *size) and a.shape.geometry.is_valid for a in kept)


@given(outline, sizes, st.integers(-9, 9), st.integers(-9, 9), st.tuples(unit, unit), st.booleans())
def test_moving_and_reshaping_end_at_such_positions(points, size, dx, dy, to, insert):
    image, shape = key(*size), drawn(points, size)
    if shape is None:
        return
    document = Document({image.key: (Annotation(1, image.key, "MMG1", "Free", shape),)})
    there = COORDINATES.nearest((to[0] * size[1], to[1] * size[0]), *size)
    for edit in (move(document, image, 1, dx, dy), reshape(document, image, 1, (0, 0, 0), there, insert=insert)):
        edit = settled(edit, image, COORDINATES)
        if isinstance(edit, Edit):
            for annotation in apply(document, edit).on(image.key):
                assert on_grid(annotation.shape, COORDINATES, *size)
                assert annotation.shape.geometry.is_valid


@given(st.integers(0, 2**32), sizes)
def test_any_mask_gets_an_outline(seed, size):
    odd = np.random.default_rng(seed).random(size) < 0.5
    odd[:, size[1] - size[1] % 2 :] = False  # no position lies beyond the last pixel of an odd side
    odd[size[0] - size[0] % 2 :] = False
    wanted = Mask.of(odd)
    if not wanted.empty:
        found = exactly(Region.box(0, 0, 4.3, 4.7), wanted, COORDINATES)
        assert region_mask(found, *size) == wanted
        assert on_grid(found, COORDINATES, *size)


def test_an_edit_that_changes_nothing_is_none():
    shape = Region.box(2, 2, 6, 6)
    document = Document({ImageKey("1.2.3"): (Annotation(1, ImageKey("1.2.3"), "MMG1", "Free", shape),)})
    image = key(10, 10)
    assert isinstance(settled(move(document, image, 1, 0, 0), image, COORDINATES), Refusal)
