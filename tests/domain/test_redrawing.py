"""Outlines changed in place: a stretch drawn anew, an edge moved, a vertex or an edge taken out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import shapes
from annotator.domain.annotation import BOX, FREE, LINE, Annotation
from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Refusal, reshape
from annotator.domain.path import Path
from annotator.domain.raster import fill, region_mask
from annotator.domain.redrawing import changed, with_edge_moved, with_stretch, without_vertex
from annotator.domain.region import Region
from tests.domain import oracle

KEY = ImageKey("1.2.3")
IMAGE = Image(KEY, "1.dcm", 1, 40, 50, "CT", "1.2.840", "1.2.9", "1.2")
SQUARE = Region.box(10, 10, 30, 30)
PLACES = st.tuples(st.integers(-8, 116).map(lambda n: n / 2), st.integers(-8, 96).map(lambda n: n / 2))


def holding(shape, **more) -> Document:
    tool = LINE if isinstance(shape, Path) else BOX if shape.is_box else FREE
    return Document({KEY: (Annotation(1, KEY, "CCT1", tool, shape, **more),)})


def test_the_smaller_area_between_stroke_and_outline_gives_way() -> None:
    dent = with_stretch(SQUARE, (0, 0), ((15.0, 10.0), (20.0, 15.0), (25.0, 10.0)))
    assert dent.area() == pytest.approx(400 - 25)
    bulge = with_stretch(SQUARE, (0, 0), ((25.0, 10.0), (20.0, 5.0), (15.0, 10.0)))
    assert bulge.area() == pytest.approx(400 + 25)


def test_a_long_stroke_takes_the_place_of_the_long_way_round() -> None:
    around = ((10.0, 20.0), (5.0, 20.0), (5.0, 35.0), (35.0, 35.0), (35.0, 5.0), (20.0, 5.0), (20.0, 10.0))
    found = with_stretch(SQUARE, (0, 0), around)
    assert {(5.0, 35.0), (35.0, 35.0), (10.0, 10.0)} <= set(found.parts[0][0])
    assert (30.0, 30.0) not in found.parts[0][0]


def test_a_stroke_that_ends_beside_the_outline_ends_there() -> None:
    found = with_stretch(SQUARE, (0, 0), ((15.0, 10.0), (18.0, 4.0), (22.0, 3.0)))
    assert (22.0, 3.0) in found.parts[0][0]


def test_a_line_is_redrawn_between_the_ends_of_the_stroke_in_either_direction() -> None:
    line = Path((((0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (30.0, 0.0)),))
    stroke = ((5.0, 0.0), (15.0, 8.0), (25.0, 0.0))
    wanted = ((0.0, 0.0), (5.0, 0.0), (15.0, 8.0), (25.0, 0.0), (30.0, 0.0))
    assert with_stretch(line, (0, 0), stroke).parts == with_stretch(line, (0, 0), stroke[::-1]).parts == (wanted,)


@pytest.mark.parametrize(("edge", "by", "box"), [
    (0, (3, -4), (10, 6, 30, 30)), (1, (5, 9), (10, 10, 35, 30)), (2, (1, 2), (10, 10, 30, 32)), (3, (-2, 7), (8, 10, 30, 30)),
])  # fmt: skip
def test_a_side_of_a_box_moves_and_the_box_stays_one(edge, by, box) -> None:
    assert with_edge_moved(SQUARE, (0, 0, edge), *by).bounds == box


def test_an_edge_moves_with_both_its_ends() -> None:
    found = with_edge_moved(Region(((((0, 0), (10, 0), (10, 10), (5, 14)),),)), (0, 0, 1), 3, 1)
    assert found.parts[0][0] == ((0, 0), (13, 1), (13, 11), (5, 14))


def test_a_vertex_goes_and_an_edge_becomes_its_middle() -> None:
    ring = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    assert without_vertex(Region(((ring,),)), (0, 0, 1)).parts[0][0] == (ring[0], ring[2], ring[3])
    assert without_vertex(Region(((ring,),)), (0, 0, 3), edge=True).parts[0][0] == ((10.0, 0.0), (10.0, 10.0), (0.0, 5.0))


def test_too_few_vertices_are_none_and_a_hole_of_two_goes() -> None:
    triangle = ((0.0, 0.0), (10.0, 0.0), (0.0, 10.0))
    hole = ((1.0, 1.0), (2.0, 1.0), (1.0, 2.0))
    assert without_vertex(Region(((triangle,),)), (0, 0, 0)) is None
    assert without_vertex(Region(((triangle, hole),)), (0, 1, 0)) == Region(((triangle,),))
    assert without_vertex(Path((((0.0, 0.0), (1.0, 1.0)),)), (0, 0, 0)) is None


@given(st.lists(PLACES, min_size=2, max_size=8))
def test_whatever_is_redrawn_is_a_valid_area_of_the_image_with_the_same_identity(points) -> None:
    document = holding(SQUARE, attributes=(("a", "b"),), note="n", lesion=3)
    edit = changed(document, IMAGE, 1, lambda shape: with_stretch(shape, (0, 0), tuple(points)))
    if isinstance(edit, Refusal):
        return
    before, after = edit.changes[0].before, edit.changes[0].after
    assert replace(after, shape=before.shape, toolname=before.toolname) == before
    assert after.shape.geometry.is_valid
    mask = region_mask(after.shape, IMAGE.rows, IMAGE.columns).array()
    assert mask.any()
    assert np.array_equal(mask, oracle.even_odd(list(after.shape.rings), IMAGE.rows, IMAGE.columns))
    assert apply(apply(document, edit), edit.inverse()) == document


def test_a_box_whose_outline_is_redrawn_is_free_unless_the_project_delivers_boxes() -> None:
    stroke = ((15.0, 10.0), (20.0, 5.0), (25.0, 10.0))
    free = changed(holding(SQUARE), IMAGE, 1, lambda shape: with_stretch(shape, (0, 0), stroke))
    assert free.changes[0].after.toolname == FREE
    boxed = changed(holding(SQUARE), IMAGE, 1, lambda shape: with_stretch(shape, (0, 0), stroke), deliver_boxes=True)
    assert (boxed.changes[0].after.toolname, boxed.changes[0].after.shape.bounds) == (BOX, (10, 5, 30, 30))


def test_what_is_locked_or_would_vanish_is_refused() -> None:
    assert isinstance(changed(holding(SQUARE, locked=True), IMAGE, 1, lambda shape: shape), Refusal)
    assert isinstance(changed(holding(SQUARE), IMAGE, 2, lambda shape: shape), Refusal)
    assert isinstance(changed(holding(SQUARE), IMAGE, 1, lambda shape: Region.box(-9, -9, -2, -2)), Refusal)
    assert isinstance(changed(holding(SQUARE), IMAGE, 1, lambda shape: None), Refusal)


@pytest.mark.parametrize("shape", [SQUARE, Region(((((10.0, 10.0), (30.0, 10.0), (30.0, 30.0)),),))])
@pytest.mark.parametrize("insert", [True, False])
def test_where_boxes_are_delivered_a_vertex_makes_another_box(shape: Region, insert: bool) -> None:
    document = holding(shape)
    edit = reshape(document, IMAGE, 1, (0, 0, 1), (35.0, 10.0), insert=insert, deliver_boxes=True)
    (after,) = apply(document, edit).on(KEY)
    assert (after.toolname, after.shape.is_box, after.shape.bounds) == (BOX, True, (10, 10, 35, 30))


BREAST = Image(ImageKey("1.2.4"), "b.dcm", 1, 2304, 1920, "MG", "1.2", "1.3", "1.4")
LARGE = Region.box(300, 300, 1500, 1900)
COMB = Region((((*((500.0 + (place % 2) * 900, 200.0 + place * 0.25) for place in range(4000)), (300.0, 1300.0)),),))
"""Teeth side by side, all of them ends of one outline that does not cross itself."""


def _to_and_fro(count: int, dice: np.random.Generator) -> np.ndarray:
    across = np.where(np.arange(count) % 2, 400, 1400) + dice.normal(0, 30, count)
    return np.stack([across, np.clip(900 + np.cumsum(dice.normal(0, 9, count)), 310, 1890)], axis=1)


WILD = {"anywhere": lambda count, dice: dice.random((count, 2)) * (1900, 2300), "to and fro": _to_and_fro}


@pytest.mark.parametrize("way", WILD)
@pytest.mark.parametrize("count", [1_000, 5_000, 100_000])
def test_the_wildest_stretch_is_the_pixels_that_it_winds_around_and_no_crossing_is_worked_out(monkeypatch, way: str, count: int) -> None:
    monkeypatch.setattr(shapes.shapely, "node", lambda *_: pytest.fail("the crossings were worked out: minutes, and all of the memory"))
    stroke = ((300.0, 700.0), *map(tuple, WILD[way](count, np.random.default_rng(count)).tolist()), (300.0, 1100.0))
    _is_wound_around(lambda shape: with_stretch(shape, (0, 0), stroke), LARGE)


def test_what_is_dragged_across_a_thousand_teeth_is_the_pixels_too(monkeypatch) -> None:
    monkeypatch.setattr(shapes.shapely, "node", lambda *_: pytest.fail("the crossings were worked out"))
    _is_wound_around(lambda shape: with_edge_moved(shape, (0, 0, 3998), 40.0, -900.0), COMB)
    edit = reshape(_large(COMB), BREAST, 1, (0, 0, 4000), (1450.0, 300.0))
    ring = (*COMB.parts[0][0][:-1], (1450.0, 300.0))
    assert region_mask(edit.changes[0].after.shape, BREAST.rows, BREAST.columns) == fill([ring], BREAST.rows, BREAST.columns)


def test_very_many_outlines_one_of_which_crosses_another_are_their_pixels(monkeypatch) -> None:
    monkeypatch.setattr(shapes, "wound_area", lambda *_: pytest.fail("the outlines were laid over each other one by one"))
    squares = [Region.box(20 + 40 * (place % 45), 20 + 40 * (place // 45), 40 + 40 * (place % 45), 40 + 40 * (place // 45)).parts[0]
               for place in range(1_500)]  # fmt: skip
    edit = reshape(_large(Region(tuple(squares))), BREAST, 1, (0, 0, 2), (90.0, 45.0))
    rings = [((20.0, 20.0), (40.0, 20.0), (90.0, 45.0), (20.0, 40.0)), *(ring for part in squares[1:] for ring in part)]
    wanted = fill(rings, BREAST.rows, BREAST.columns)
    assert region_mask(edit.changes[0].after.shape, BREAST.rows, BREAST.columns) == wanted


def _large(region: Region) -> Document:
    return Document({BREAST.key: (Annotation(1, BREAST.key, "MMG1", FREE, region),)})


def _is_wound_around(raw, region: Region) -> None:
    edit = changed(_large(region), BREAST, 1, raw)
    after, ring = edit.changes[0].after.shape, raw(region).parts[0][0]
    assert region_mask(after, BREAST.rows, BREAST.columns) == fill([ring], BREAST.rows, BREAST.columns)
    assert after.geometry.is_valid
