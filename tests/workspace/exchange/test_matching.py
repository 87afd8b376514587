"""An image is found by its UID, else by its place, else by its name, and never another one instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.delivery import Names
from annotator.domain.exchange import Reference
from annotator.domain.image import Image, ImageKey, Plane
from annotator.workspace.exchange.dataset import item_of
from annotator.workspace.exchange.matching import Images, Match, Way
from tests.workspace.cases import CHEST, PROJECT

PLANE = Plane((-100.0, -120.0, 40.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.7, 0.7))


def placed(z, plane=PLANE):
    return replace(plane, position=(*plane.position[:2], z))


def image(number, *, series="1.2.3", folder="a"):
    key, path = ImageKey(f"1.2.826.{number}"), f"/data/{folder}/Img{number:03d}.dcm"
    return Image(key, path, 1, 32, 40, "CT", "", series, "1.1", "1.9", placed(number * 5.0))


def images(*found):
    items = [item_of(PROJECT, CHEST, one, Names("P000001", "S001", f"{n:04d}", "benign")) for n, one in enumerate(found, 1)]
    return Images(items, lambda item: item.sheet.image.path)


def said(found):
    return (found.way, found.item.sheet.image.key) if isinstance(found, Match) else str(found)


FOUR = [image(n) for n in range(1, 5)]


@pytest.mark.parametrize(
    ("where", "way"),
    [
        (Reference(key=FOUR[2].key), Way.UID),
        (Reference(key=FOUR[2].key, file_name="Img001.png", plane=FOUR[0].plane, rows=32, columns=40), Way.UID),
        (Reference(key=ImageKey("9.9"), rows=32, columns=40, plane=placed(15.04)), Way.GEOMETRY),
        (Reference(file_name="Img001.png", rows=32, columns=40, plane=placed(15.0)), Way.GEOMETRY),
        (Reference(file_name="IMG003.png"), Way.NAME),
        (Reference(file_name="some\\folder\\img003.dcm"), Way.NAME),
        (Reference(file_name="1.2.826.3"), Way.NAME),
        (Reference(file_name="masks/1.2.826.3.png"), Way.NAME),
        (Reference(file_name="cct_P000001_S001_0003.jpg", rows=32, columns=40), Way.NAME),
    ],
)
def test_the_surest_way_counts(where, way):
    assert said(images(*FOUR).find(where)) == (way, FOUR[2].key)


@pytest.mark.parametrize(
    ("where", "why"),
    [
        (Reference(file_name="other.png"), "no image fits"),
        (Reference(), "no image fits"),
        (Reference(rows=32, columns=40, plane=placed(12.5)), "no image fits"),
        (Reference(rows=32, columns=40, plane=placed(15.2)), "no image fits"),
        (Reference(rows=32, columns=40, plane=placed(15.0), frame_of_reference_uid="1.8"), "no image fits"),
        (Reference(rows=32, columns=40, plane=replace(placed(15.0), spacing=(0.71, 0.7))), "no image fits"),
        (Reference(key=FOUR[2].key, rows=40, columns=32), "another size: 40 × 32 pixels instead of 32 × 40"),
        (Reference(file_name="img003.png", rows=16, columns=20), "another size"),
    ],
)
def test_what_does_not_fit_is_not_taken(where, why):
    assert why in said(images(*FOUR).find(where))


def test_two_at_one_place_need_their_series():
    twins = [image(1, series="1.2.3"), replace(image(1, series="1.2.4"), key=ImageKey("1.5"), path="/data/b/x.dcm")]
    where = Reference(rows=32, columns=40, plane=twins[0].plane)
    assert said(images(*twins).find(where)) == "2 images lie at this place"
    assert said(images(*twins).find(replace(where, series_uid="1.2.4"))) == (Way.GEOMETRY, twins[1].key)


def test_two_of_one_name_need_their_folder():
    twins = [image(1), replace(image(1, folder="b"), key=ImageKey("1.5"))]
    assert said(images(*twins).find(Reference(file_name="img001.png"))) == "2 images have this name"
    assert said(images(*twins).find(Reference(file_name="b/img001.png"))) == (Way.NAME, twins[1].key)


def test_hangul_is_the_same_however_it_is_composed():
    korean = replace(FOUR[0], path="/data/영상.dcm")
    assert said(images(korean, *FOUR[1:]).find(Reference(file_name="영상.png"))) == (Way.NAME, korean.key)
