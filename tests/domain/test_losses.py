"""Each trait that a format may lose is seen where it is, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.annotation import BOX, FREE, LINE, Annotation, Drawn
from annotator.domain.losses import Trait, count, losses, on_pixel_edges, overlapping
from annotator.domain.path import Path
from annotator.domain.region import Region
from tests.workspace.cases import document, sheets

SHEET = sheets(document())[0]
KEY = SHEET.image.key
SQUARE, ELSEWHERE = Region.box(2, 3, 9, 11), Region.box(20, 20, 24, 25)
PLAIN = Annotation(1, KEY, "CCT1", FREE, SQUARE)
HOLE = Region((((*SQUARE.parts[0][0],), ((4.0, 5.0), (4.0, 8.0), (7.0, 8.0), (7.0, 5.0))),))


def sheet(*annotations, facts=None):
    return replace(SHEET, annotations=annotations, facts=facts or {})


@pytest.mark.parametrize(
    ("changes", "traits"),
    [
        ({}, {}),
        ({"shape": HOLE}, {Trait.HOLES, Trait.OUTLINES}),
        ({"shape": Region((*SQUARE.parts, *ELSEWHERE.parts))}, {Trait.PARTS, Trait.OUTLINES}),
        ({"shape": Path((((1.0, 1.0), (5.0, 5.0)),)), "toolname": LINE}, {Trait.LINES, Trait.STROKES, Trait.COURSES}),
        ({"toolname": BOX}, {Trait.BOXES}),
        ({"shape": Region.box(2, 3, 9.5, 11)}, {Trait.SUBPIXEL}),
        ({"attributes": (("size", "3"),)}, {Trait.ATTRIBUTES}),
        ({"note": "seen twice"}, {Trait.ATTRIBUTES}),
        ({"drawn": Drawn(author="reader")}, {Trait.AUTHORS}),
        ({"tool": "tool.free"}, {Trait.TOOLS}),
        ({"parent": 4}, {Trait.ORIGINS}),
    ],
)
def test_an_annotation_has_the_traits_that_it_has(changes, traits):
    assert set(count(sheet(replace(PLAIN, **changes)))) == set(traits)


def test_an_image_has_traits_of_its_own():
    other = replace(PLAIN, id=2, shape=ELSEWHERE)
    assert count(sheet(PLAIN, other))[Trait.SINGLES] == 1
    assert count(sheet(PLAIN, replace(other, category="CCT2")))[Trait.SINGLES] == 0
    assert count(sheet(PLAIN, facts={"view": "AP"}))[Trait.FACTS] == 1


def test_categories_overlap_where_they_share_a_pixel_and_not_where_only_their_boxes_meet():
    corner = Region(((((9.0, 11.0), (12.0, 11.0), (12.0, 3.0), (9.0, 3.0)),),))
    assert overlapping(sheet(PLAIN, replace(PLAIN, id=2, category="CCT2")))
    assert not overlapping(sheet(PLAIN, replace(PLAIN, id=2, category="CCT2", shape=corner))), "they touch"
    assert not overlapping(sheet(PLAIN, replace(PLAIN, id=2))), "one category is no two"


def test_losses_count_over_images_and_name_only_what_occurs():
    two = (sheet(PLAIN, replace(PLAIN, id=2, tool="tool.box")), sheet(replace(PLAIN, tool="tool.free")))
    assert losses(two, (Trait.TOOLS, Trait.HOLES, Trait.SINGLES)) == {Trait.TOOLS: 2, Trait.SINGLES: 1}


def test_only_sides_along_the_edges_of_pixels_are_on_them():
    assert on_pixel_edges(HOLE)
    assert not on_pixel_edges(Region(((((1.0, 1.0), (5.0, 1.0), (5.0, 5.0)),),))), "a slanting side goes through pixels"
