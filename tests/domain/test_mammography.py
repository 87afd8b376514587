"""The view of a mammogram is found wherever something says it, and what speaks against it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain import facts
from annotator.domain.image import Image, ImageKey
from annotator.domain.mammography import HEADER, NAME, NOWHERE, STATED, rank, remarks_of, sightings, view_in


def image(number, view="", path="/data/1.dcm"):
    return Image(ImageKey(f"1.{number}"), path, 1, 10, 10, "MG", "", "", "", view=view, instance_number=number)


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("RCC", "RCC"), ("rmlo_1", "RMLO"), ("mg_rmlo_gh133_jpegll_voilut", "RMLO"), ("L-CC", "LCC"), ("Cancer_00001_LMLO", "LMLO"),
        ("LEFT MLO", "LMLO"), ("R MLO Screening", "RMLO"), ("MLO_R", "RMLO"), ("CC L", "LCC"), ("LCC2", "LCC"), ("accord", ""),
        ("RCCA", ""), ("rcc and lcc", ""), ("", ""), ("IM0001", ""),
    ],
)  # fmt: skip
def test_names_say_a_view(text, view):
    assert view_in(text) == view


def test_the_header_counts_before_the_name_and_a_person_before_both():
    one, two, three = image(1, "R CC", "/x/LMLO.dcm"), image(2, path="/x/lcc.dcm"), image(3)
    found = sightings([one, two, three], {facts.view(three.key): "RMLO"})
    assert [(s.view, s.source) for s in found.values()] == [("RCC", HEADER), ("LCC", NAME), ("RMLO", STATED)]
    assert [str(remark) for remark in remarks_of(found)] == ["LMLO.dcm: the header says RCC, the file name LMLO"]
    settled = sightings([one], {facts.view(one.key): "LMLO"})
    assert ([s.view for s in settled.values()], remarks_of(settled)) == (["LMLO"], ())


def test_a_view_that_nothing_says_is_not_guessed():
    found = sightings([image(1), image(2)], {})
    assert [(s.view, s.source, s.code) for s in found.values()] == [("", NOWHERE, "VIEW1"), ("", NOWHERE, "VIEW2")]
    assert str(remarks_of(found)[0]) == "1.dcm: nothing says which view it is; choose it by hand"


def test_two_images_of_one_view_get_codes_that_differ_in_an_order_that_stays():
    images = [image(2, "L CC", "/x/b.dcm"), image(1, "L CC", "/x/a.dcm"), image(3, "R XCCL", "/x/c.dcm")]
    found = sightings(images, {})
    assert {str(key): s.code for key, s in found.items()} == {"1.1#1": "LCC", "1.2#1": "LCC2", "1.3#1": "RXCCL"}
    assert {key: s.code for key, s in sightings(images[::-1], {}).items()} == {key: s.code for key, s in found.items()}
    assert str(remarks_of(found)[0]) == "a.dcm: 2 images of this case show LCC"


def test_the_frames_of_a_file_are_told_apart():
    frames = [replace(image(1, "L CC"), key=ImageKey("1.1", frame), frames=3) for frame in (3, 1, 2)]
    assert [(key.frame, s.code) for key, s in sightings(frames, {}).items()] == [(1, "LCC"), (2, "LCC2"), (3, "LCC3")]


def test_views_come_in_the_order_in_which_they_are_read():
    images = [image(n, view) for n, view in enumerate(("L MLO", "R ML", "R MLO", "L CC", "R CC"))]
    assert [i.view for i in sorted(images, key=rank)] == ["R CC", "L CC", "R MLO", "L MLO", "R ML"]
    assert [s.view for s in sightings(images, {}).values()] == ["RCC", "LCC", "RMLO", "LMLO", "RML"]
