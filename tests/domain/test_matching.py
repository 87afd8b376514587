"""Lesions are matched one to one: the most pairs, then the best ones; brute force over all ways says the same."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from skimage.measure import label

from annotator.domain.annotation import FREE, LINE, Annotation
from annotator.domain.image import ImageKey
from annotator.domain.matching import Lesion, lesions_in, lesions_of, match
from annotator.domain.overlap import Outlined, iou
from annotator.domain.path import Path
from annotator.domain.raster import Mask
from annotator.domain.region import Region

SIZE = (40, 40)


def lesion(number: int, top: int, left: int, low: int, right: int, category: str = "CCT1") -> Lesion:
    array = np.zeros(SIZE, dtype=bool)
    array[top:low, left:right] = True
    return Lesion(number, category, Outlined(Mask.of(array)))


def found(one, other, **more):
    matching = match(one, other, **more)
    return [(pair.one, pair.other) for pair in matching.pairs], [n for n, _ in matching.missed], [n for n, _ in matching.extra]


BOXES = some.lists(some.tuples(some.integers(0, 8), some.integers(0, 8), some.integers(2, 6), some.integers(2, 6)), max_size=4).map(
    lambda boxes: [lesion(n, t, le, t + h, le + w) for n, (t, le, h, w) in enumerate(boxes, 1)]
)


def test_nothing_is_matched_with_nothing() -> None:
    assert found([], []) == ([], [], [])
    assert found([], [lesion(1, 2, 2, 8, 8)]) == ([], [1], [])
    assert found([lesion(1, 2, 2, 8, 8)], []) == ([], [], [1])


def test_half_an_overlap_is_a_match_and_less_is_not() -> None:
    """Of 10 × 10 against 10 × 20 the IoU is ½ exactly; against 10 × 21 it is less."""
    one = lesion(1, 0, 0, 10, 10)
    assert found([one], [lesion(1, 0, 0, 10, 20)]) == ([(1, 1)], [], [])
    assert found([one], [lesion(1, 0, 0, 10, 21)]) == ([], [1], [1])
    assert found([one], [lesion(1, 0, 0, 10, 20)], least=0.6) == ([], [1], [1])


def test_outlines_within_one_pixel_are_a_match_whatever_their_overlap() -> None:
    """2 × 2 moved by one pixel: 2 shared of 6, yet nobody draws better; moved by two they are two lesions."""
    one = lesion(1, 10, 10, 12, 12)
    assert found([one], [lesion(1, 10, 11, 12, 13)]) == ([(1, 1)], [], [])
    assert found([one], [lesion(1, 10, 12, 12, 14)]) == ([], [1], [1])


def test_the_most_pairs_count_before_the_best_one() -> None:
    """The one in the middle overlaps both, better with the second; only with the first are both pairs possible."""
    a, b = lesion(1, 0, 0, 10, 10), lesion(2, 0, 4, 10, 14)
    c, d = lesion(1, 0, 2, 10, 12), lesion(2, 0, 7, 10, 17)
    assert found([a, b], [c, d]) == ([(1, 1), (2, 2)], [], [])


def test_of_equal_outlines_the_equal_categories_are_matched() -> None:
    ones = [lesion(1, 5, 5, 12, 12, "CCT1"), lesion(2, 5, 5, 12, 12, "CCT3")]
    others = [lesion(1, 5, 5, 12, 12, "CCT3"), lesion(2, 5, 5, 12, 12, "CCT1")]
    matching = match(ones, others)
    assert matching.alike and {(pair.one, pair.other) for pair in matching.pairs} == {(1, 2), (2, 1)}


def test_another_category_is_matched_and_is_not_alike() -> None:
    matching = match([lesion(1, 5, 5, 12, 12, "CCT1")], [lesion(1, 5, 5, 12, 12, "CCT3")])
    assert [(pair.category, pair.other_category, pair.iou) for pair in matching.pairs] == [("CCT1", "CCT3", 1.0)]
    assert not matching.alike


@settings(max_examples=60)
@given(ones=BOXES, others=BOXES)
def test_no_other_way_pairs_more_or_better(ones, others) -> None:
    allowed = {(i, j) for i, a in enumerate(ones) for j, b in enumerate(others) if match([a], [b]).pairs}
    best = (0, 0.0)
    for count in range(1, min(len(ones), len(others)) + 1):
        for left in combinations(range(len(ones)), count):
            for right in permutations(range(len(others)), count):
                way = list(zip(left, right, strict=True))
                if set(way) <= allowed:
                    best = max(best, (count, sum(iou(ones[i].area.mask, others[j].area.mask) for i, j in way)))
    matching = match(ones, others)
    assert len(matching.pairs) == best[0]
    assert sum(pair.iou for pair in matching.pairs) == pytest.approx(best[1])
    assert len(matching.pairs) + len(matching.missed) == len(others)
    assert len(matching.pairs) + len(matching.extra) == len(ones)


def test_lines_and_what_has_no_pixel_are_no_lesions() -> None:
    key = ImageKey("1.2.3")
    drawn = (
        Annotation(1, key, "CCT1", LINE, Path((((2.0, 2.0), (9.0, 9.0)),))),
        Annotation(2, key, "CCT1", FREE, Region.box(3.1, 3.1, 3.2, 3.2)),
        Annotation(3, key, "CCT1", FREE, Region.box(3, 3, 9, 9)),
    )
    assert [one.id for one in lesions_of(drawn, *SIZE)] == [3]


@pytest.mark.parametrize("seed", range(5))
def test_the_parts_of_a_mask_are_those_of_scikit_image(seed: int) -> None:
    array = np.random.default_rng(seed).random((30, 33)) < 0.2
    parts, numbered = lesions_in(Mask.of(array), "CCT1"), label(array, connectivity=2)
    assert len(parts) == numbered.max()
    assert sorted(part.area.mask.count for part in parts) == sorted(np.bincount(numbered.ravel())[1:].tolist())
    for part in parts:
        there = part.area.mask.array()
        assert np.array_equal(there, numbered == numbered[there][0]) and Mask.of(there) == part.area.mask
