"""The magnetic outline: a few clicks follow an edge, and everything else is as with any outline."""

from __future__ import annotations

import math

import numpy as np

from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.domain.raster import region_mask
from annotator.domain.shapes import region_of_stroke
from annotator.tools.gesture import Ground, Makes, Stroke
from annotator.tools.livewire import TOOL
from tests.tools.hands import Hand

SIZE = 128
Y, X = np.mgrid[0:SIZE, 0:SIZE] + 0.5
DISK = np.hypot(X - 60, Y - 64) < 30
VALUES = np.where(DISK, 400, 0).astype(np.int16) + np.random.default_rng(2).integers(-15, 16, (SIZE, SIZE)).astype(np.int16)
IMAGE = Image(ImageKey("1.2.3"), "1.dcm", 1, SIZE, SIZE, "CT", "1.2.840", "1.2.9", "1.2", spacing=(1.0, 1.0))
GROUND = Ground(IMAGE, Picture(IMAGE.key, VALUES))
CLICKS = [(60 + 30 * math.cos(t), 64 + 30 * math.sin(t)) for t in (0, math.pi / 2, math.pi, 3 * math.pi / 2)]


def dice(stroke: Stroke) -> float:
    mask = region_mask(region_of_stroke(stroke.points, SIZE, SIZE), SIZE, SIZE).array()
    return 2 * float((mask & DISK).sum()) / float(mask.sum() + DISK.sum())


def test_four_clicks_and_enter_outline_a_disk() -> None:
    hand = Hand(TOOL, ground=GROUND).click(*CLICKS).enter(*CLICKS[-1])
    assert hand.outcomes[0].makes is Makes.REGION
    assert dice(hand.outcomes[0]) > 0.97


def test_in_colours_the_outline_follows_their_brightness() -> None:
    colours = np.stack([np.where(DISK, red, 30) for red in (120, 200, 160)], axis=2).astype(np.uint8)
    hand = Hand(TOOL, ground=Ground(IMAGE, Picture(IMAGE.key, colours))).click(*CLICKS).enter(*CLICKS[-1])
    assert dice(hand.outcomes[0]) > 0.97


def test_a_click_on_the_first_one_closes() -> None:
    hand = Hand(TOOL, ground=GROUND).click(*CLICKS).hover(*CLICKS[0])
    assert hand.preview.closing
    assert dice(hand.click(CLICKS[0]).outcomes[0]) > 0.97


def test_backspace_takes_an_anchor_back_and_the_last_of_them_all() -> None:
    hand = Hand(TOOL, ground=GROUND).click(CLICKS[0], CLICKS[1]).back().hover(*CLICKS[1])
    seen = hand.preview.points
    assert Hand(TOOL, ground=GROUND).click(CLICKS[0]).hover(*CLICKS[1]).preview.points == seen
    assert hand.back().outcomes == [None]


def test_the_way_to_the_pointer_is_seen_and_lies_on_the_edge() -> None:
    preview = Hand(TOOL, ground=GROUND).click(CLICKS[0]).hover(*CLICKS[1]).preview
    assert all(abs(math.hypot(x - 60, y - 64) - 30) < 2.5 for x, y in preview.points)


def test_what_is_seen_filled_is_what_enter_or_the_first_click_makes() -> None:
    three = Hand(TOOL, ground=GROUND).click(*CLICKS[:3]).hover(*CLICKS[3])
    seen = three.preview.ended()
    assert three.enter(*CLICKS[3]).outcomes == [seen]
    assert dice(seen) > 0.97
    four = Hand(TOOL, ground=GROUND).click(*CLICKS).hover(*CLICKS[0])
    seen = four.preview.ended()
    assert four.press(*CLICKS[0]).preview.ended() == seen
    assert four.release(*CLICKS[0]).outcomes == [seen]


def test_while_a_click_is_held_the_way_to_it_stays_in_sight() -> None:
    hand = Hand(TOOL, ground=GROUND).click(CLICKS[0]).hover(*CLICKS[1])
    seen = hand.preview.points
    assert hand.press(*CLICKS[1]).preview.points == seen
    assert hand.release(*CLICKS[1]).preview.points == seen


def test_a_drag_is_freehand() -> None:
    assert Hand(TOOL, ground=GROUND).press(5, 5).drag((20, 5), (20, 20)).release(5, 20).outcomes[0].points[1] == (20, 5)


def test_clicks_beside_the_image_are_at_its_edge() -> None:
    points = Hand(TOOL, ground=GROUND).click((-50, -50)).hover(500, 500).preview.points
    assert all(0 <= x <= SIZE and 0 <= y <= SIZE for x, y in points)


def test_a_double_click_closes_without_a_way_of_its_own() -> None:
    hand = Hand(TOOL, ground=GROUND).click(*CLICKS).double(*CLICKS[-1])
    assert hand.outcomes[0].points == Hand(TOOL, ground=GROUND).click(*CLICKS).enter(*CLICKS[-1]).outcomes[0].points


def test_without_a_picture_nothing_begins() -> None:
    assert Hand(TOOL).click((5, 5)).outcomes == [None]
