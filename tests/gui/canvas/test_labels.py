"""Labels stand beside their lesions: never on them, off others where there is room, and where they stand depends on the view alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize

from annotator.gui.canvas.labels import corners, elsewhere, sides
from annotator.gui.canvas.layer import Layer
from annotator.gui.canvas.transform import Placed, Transform
from tests.gui.canvas.desk import Outline, layered
from tests.gui.canvas.test_panning import bits

ROOM, GAP = (400.0, 300.0), 6.0
PLATE = (12, 14, 18)
SHAPES = (
    *((80, 60, 20, 15), (80, 60, 79, 30), (10, 60, 40, 40), (80, 5, 30, 30), (80, 125, 30, 30)),
    *((80, 60, 200, 55), (-40, -40, 150, 140)),
)
"""Ellipses in an image of 128 × 160: middle and half axes; some reach out of it on one, two or three sides."""
lesion = st.tuples(st.integers(-60, 420), st.integers(-60, 320), st.integers(0, 500), st.integers(0, 400))


def boxes_of(lesions: list[tuple[int, int, int, int]]) -> np.ndarray:
    return np.array([(x, y, x + wide, y + high) for x, y, wide, high in lesions], dtype=float)


def shares(one: np.ndarray, other: np.ndarray) -> float:
    sizes = [max(box[2] - box[0], 1.0) * max(box[3] - box[1], 1.0) for box in (one, other)]
    return met(one, other) / min(sizes)


def middles(boxes: np.ndarray) -> np.ndarray:
    """The outermost points of ellipses in the boxes."""
    left, top, right, low = boxes.T
    x, y = (left + right) / 2, (top + low) / 2
    return np.stack([np.stack([x, top], 1), np.stack([right, y], 1), np.stack([x, low], 1), np.stack([left, y], 1)], axis=1)


def placed(boxes: np.ndarray, sizes: np.ndarray, ends: np.ndarray | None = None, room: tuple[float, float] = ROOM) -> np.ndarray:
    wanted = sides(boxes, middles(boxes), sizes, boxes, GAP, ends)
    return corners(wanted, boxes, middles(boxes), sizes, room, GAP, ends)


def met(one: np.ndarray, other: np.ndarray) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return float(wide * high) if wide > 0 and high > 0 else 0.0


@given(lesions=st.lists(lesion, min_size=1, max_size=12), wide=st.integers(8, 120))
def test_no_label_covers_its_own_lesion_or_leaves_the_view(lesions: list[tuple[int, int, int, int]], wide: int) -> None:
    boxes = boxes_of(lesions)
    sizes = np.tile((float(wide), 16.0), (len(boxes), 1))
    for box, size, corner in zip(boxes, sizes, placed(boxes, sizes), strict=True):
        if np.isnan(corner[0]):
            continue
        label = np.concatenate([corner, corner + size])
        assert met(label, box) == 0
        assert (corner >= 0).all() and (corner + size <= ROOM).all()


@given(lesions=st.lists(lesion, min_size=1, max_size=6))
def test_a_label_finds_a_place_beside_its_lesion_wherever_one_side_is_free(lesions: list[tuple[int, int, int, int]]) -> None:
    boxes = boxes_of(lesions)
    sizes = np.tile((30.0, 16.0), (len(boxes), 1))
    for (left, top, right, low), corner in zip(boxes, placed(boxes, sizes), strict=True):
        free = 22 + 1 <= top <= ROOM[1] or 0 <= low <= ROOM[1] - 23 or 37 <= left <= ROOM[0] or 0 <= right <= ROOM[0] - 37
        assert not (free and np.isnan(corner[0]))


def test_a_lone_label_stands_above_the_topmost_point() -> None:
    box = np.array([(100.0, 100.0, 140.0, 130.0)])
    assert placed(box, np.array([(20.0, 16.0)])).tolist() == [[120.0, 78.0]]


def test_a_label_gives_way_to_another_lesion_and_to_another_label() -> None:
    below = np.array([(100.0, 100.0, 140.0, 130.0), (118.0, 70.0, 150.0, 95.0)])
    sizes = np.tile((20.0, 16.0), (2, 1))
    found = np.concatenate([placed(below, sizes), placed(below, sizes) + sizes], axis=1)
    assert met(found[0], below[1]) == met(found[1], below[0]) == met(found[0], found[1]) == 0
    twins = np.array([(100.0, 100.0, 140.0, 130.0), (103.0, 101.0, 143.0, 131.0)])
    found = np.concatenate([placed(twins, sizes), placed(twins, sizes) + sizes], axis=1)
    assert met(found[0], found[1]) == 0


def test_in_a_large_organ_a_label_stands_above_its_lesion_all_the_same() -> None:
    boxes = np.array([(10.0, 30.0, 390.0, 290.0), (100.0, 100.0, 140.0, 130.0)])
    assert placed(boxes, np.tile((20.0, 16.0), (2, 1)))[1].tolist() == [120.0, 78.0]


@pytest.mark.parametrize("end", [(139.0, 104.0), (101.0, 128.0), (120.0, 129.0)])
def test_what_was_just_drawn_says_its_name_near_the_end_of_the_stroke(end: tuple[float, float]) -> None:
    box, size = np.array([(100.0, 100.0, 140.0, 130.0)]), np.array([(80.0, 16.0)])
    (corner,) = placed(box, size, np.array([end]))
    label = np.concatenate([corner, corner + size[0]])
    assert met(label, box[0]) == 0
    across = max(label[0] - end[0], end[0] - label[2], 0)
    down = max(label[1] - end[1], end[1] - label[3], 0)
    assert math.hypot(across, down) <= 14


def test_beside_nothing_that_is_in_view_a_label_goes_where_the_lesion_is_not() -> None:
    assert elsewhere((20.0, 16.0), ROOM, lambda x, y: x < 200) == (380.0, 0.0)
    assert elsewhere((20.0, 16.0), ROOM, lambda x, y: True) is None
    assert elsewhere((500.0, 16.0), ROOM, lambda x, y: False) is None


def ellipse(number: int, x: float, y: float, across: float, down: float) -> Outline:
    turns = [2 * math.pi * i / 40 for i in range(40)]
    return Outline(number, (255, 40, 90), (tuple((x + across * math.cos(t), y + down * math.sin(t)) for t in turns),), label=f"{number}")


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("upended", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_pixel_of_a_painted_label_lies_in_its_lesion(qapp: object, shape: tuple[float, ...], mirrored: bool, upended: bool) -> None:
    look = Transform(Placed(128, 160, mirrored=mirrored, upended=upended), 2.0, 0.0, 0.0)
    drawn = ellipse(1, *shape)
    seen = bits(layered(Layer(), (drawn,), look, QSize(320, 256)))
    plate = (np.abs(seen[..., 2::-1] - np.array(PLATE) * 200 // 255).max(axis=-1) <= 2) & (np.abs(seen[..., 3] - 200) <= 2)
    assert plate.sum() > 60, "the label is there"
    rows, columns = np.nonzero(plate)
    x, y = np.array([look.to_image(c + 0.5, r + 0.5) for r, c in zip(rows, columns, strict=True)]).T
    inside = ((x - shape[0]) / shape[2]) ** 2 + ((y - shape[1]) / shape[3]) ** 2 < 1
    assert not inside.any()


def test_a_lesion_that_fills_the_view_bears_no_label(qapp: object) -> None:
    look = Transform(Placed(128, 160), 2.0, 0.0, 0.0)
    with_label = bits(layered(Layer(), (ellipse(1, 80, 60, 300, 300),), look, QSize(320, 256)))
    without = bits(layered(Layer(), (Outline(1, (255, 40, 90), ellipse(1, 80, 60, 300, 300).rings, label=""),), look, QSize(320, 256)))
    assert (with_label == without).all()


def test_what_was_just_drawn_is_said_in_its_colour(qapp: object) -> None:
    look = Transform(Placed(128, 160), 2.0, 0.0, 0.0)
    plain = ellipse(1, 80, 60, 20, 15)
    named = Outline(1, (40, 255, 90), plain.rings, label="1", name="Malignant", end=(100.0, 60.0))
    layer = Layer()
    before = bits(layered(layer, (plain,), look, QSize(320, 256)))
    seen = bits(layered(layer, (named,), look, QSize(320, 256)))
    beside = seen[110:132, 206:290]
    assert (beside[..., 3] > 150).sum() > 400 and ((beside[..., 1] > 150) & (beside[..., 2] < 90)).sum() > 20
    assert (bits(layered(layer, (plain,), look, QSize(320, 256))) == before).all(), "and afterwards everything is as it was"


@given(lesions=st.lists(lesion, min_size=1, max_size=14), wide=st.integers(8, 120))
def test_a_label_that_was_moved_shares_no_more_than_it_would_where_it_stood(lesions: list[tuple[int, int, int, int]], wide: int) -> None:
    boxes, room = boxes_of(lesions) + 1000, (3000.0, 3000.0)
    sizes = np.tile((float(wide), 16.0), (len(boxes), 1))
    corners = placed(boxes, sizes, room=room)
    alone = [placed(boxes[n : n + 1], sizes[:1], room=room)[0] for n in range(len(boxes))]
    standing = [np.concatenate([corner, corner + (wide, 16.0)]) for corner in corners if not np.isnan(corner[0])]
    for number, (corner, usual) in enumerate(zip(corners, alone, strict=True)):
        if np.isnan(corner[0]) or (corner == usual).all():
            continue
        before = [label for n, label in enumerate(standing) if n < sum(~np.isnan(corners[:number, 0]))]

        def shared(at: np.ndarray, before: list[np.ndarray] = before) -> float:
            label = np.concatenate([at, at + (wide, 16.0)])
            return sum(shares(label, other) for other in (*boxes, *before))

        assert shared(corner) <= shared(usual) + 1e-6
