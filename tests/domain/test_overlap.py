"""Overlap and distance of two masks: against SimpleITK, against brute force, and against cases worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from annotator.domain import overlap
from annotator.domain.overlap import Outlined, apart, dice, iou, outline_pixels
from annotator.domain.raster import Mask

SPACINGS = some.tuples(some.floats(0.2, 4.0), some.floats(0.2, 4.0))
PAIRS = some.tuples(some.integers(1, 9), some.integers(1, 9)).flatmap(lambda size: some.tuples(arrays(bool, size), arrays(bool, size)))


def rectangle(top: int, left: int, low: int, right: int, size: tuple[int, int] = (20, 30)) -> Mask:
    array = np.zeros(size, dtype=bool)
    array[top:low, left:right] = True
    return Mask.of(array)


def discs(seed: int, size: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Two readings of one lesion: discs that are moved and of another size."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size]
    return tuple(
        (y - size / 2 - rng.uniform(-4, 4)) ** 2 + (x - size / 2 - rng.uniform(-4, 4)) ** 2 <= rng.uniform(8, 14) ** 2 for _ in range(2)
    )


def both(a: np.ndarray, b: np.ndarray) -> tuple[Mask, Mask]:
    return Mask.of(a), Mask.of(b)


def test_two_empty_masks_agree_fully() -> None:
    one, other = Mask.none(4, 5), Mask.none(4, 5)
    assert (iou(one, other), dice(one, other)) == (1.0, 1.0)
    assert apart(Outlined(one), Outlined(other)) == overlap.Apart(0.0, 0.0)


def test_an_empty_and_another_mask_have_no_overlap_and_no_distance() -> None:
    one, other = Mask.none(20, 30), rectangle(2, 3, 5, 6)
    assert (iou(one, other), dice(one, other)) == (0.0, 0.0)
    assert apart(Outlined(one), Outlined(other)) == overlap.Apart(None, None)
    assert apart(Outlined(other), Outlined(one)) == overlap.Apart(None, None)


def test_rectangles_worked_by_hand() -> None:
    """10 × 10 and the same moved by 5 columns: 50 shared of 150; the edge goes 5 columns of 0.5 mm, so HD = 2.5 mm."""
    one, other = rectangle(2, 2, 12, 12), rectangle(2, 7, 12, 17)
    assert iou(one, other) == pytest.approx(50 / 150)
    assert dice(one, other) == pytest.approx(100 / 200)
    assert apart(Outlined(one), Outlined(other), (2.0, 0.5)).most == pytest.approx(2.5)
    assert apart(Outlined(one), Outlined(other)).most == pytest.approx(5.0)


def test_the_spacing_of_rows_and_columns_is_not_mixed_up() -> None:
    point, right, below = rectangle(5, 5, 6, 6), rectangle(5, 8, 6, 9), rectangle(8, 5, 9, 6)
    assert apart(Outlined(point), Outlined(right), (2.0, 0.5)).most == pytest.approx(1.5)
    assert apart(Outlined(point), Outlined(below), (2.0, 0.5)).most == pytest.approx(6.0)


def test_the_95th_percentile_is_the_larger_of_the_two_directions() -> None:
    """A point and a row of 21: from the row the distances are 0 … 20, whose 95th percentile is 19; from the point it is 0."""
    point, row = rectangle(5, 2, 6, 3), rectangle(5, 2, 6, 23)
    for one, other in ((point, row), (row, point)):
        found = apart(Outlined(one), Outlined(other))
        assert (found.most, found.most_95) == (pytest.approx(20.0), pytest.approx(19.0))


@pytest.mark.parametrize("seed", range(8))
def test_overlap_is_that_of_simpleitk(seed: int) -> None:
    a, b = discs(seed)
    measured = sitk.LabelOverlapMeasuresImageFilter()
    measured.Execute(sitk.GetImageFromArray(a.astype(np.uint8)), sitk.GetImageFromArray(b.astype(np.uint8)))
    assert iou(*both(a, b)) == pytest.approx(measured.GetJaccardCoefficient())
    assert dice(*both(a, b)) == pytest.approx(measured.GetDiceCoefficient())


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.7, 0.7), (2.5, 0.4)])
@pytest.mark.parametrize("seed", range(4))
def test_distances_are_those_of_simpleitk(seed: int, spacing: tuple[float, float]) -> None:
    """Contours by SimpleITK's filter, distances by its exact distance map."""
    a, b = discs(seed)
    contours, maps = [], []
    for array in (a, b):
        image = sitk.GetImageFromArray(array.astype(np.uint8))
        image.SetSpacing((spacing[1], spacing[0]))
        contour = sitk.LabelContour(image, fullyConnected=False)
        contours.append(sitk.GetArrayFromImage(contour).astype(bool))
        maps.append(np.abs(sitk.GetArrayFromImage(
            sitk.SignedMaurerDistanceMap(contour, insideIsPositive=False, squaredDistance=False, useImageSpacing=True))))
    there, back = maps[1][contours[0]], maps[0][contours[1]]
    found = apart(*map(Outlined, both(a, b)), spacing)
    assert found.most == pytest.approx(max(there.max(), back.max()), abs=1e-4)
    assert found.most_95 == pytest.approx(max(np.percentile(there, 95), np.percentile(back, 95)), abs=1e-4)


@given(pair=PAIRS, spacing=SPACINGS)
def test_measures_are_the_same_both_ways_and_within_bounds(pair, spacing) -> None:
    one, other = both(*pair)
    assert iou(one, other) == iou(other, one) and dice(one, other) == dice(other, one)
    assert 0.0 <= iou(one, other) <= dice(one, other) <= 1.0
    assert dice(one, other) == pytest.approx(2 * iou(one, other) / (1 + iou(one, other)))
    there, back = apart(Outlined(one), Outlined(other), spacing), apart(Outlined(other), Outlined(one), spacing)
    assert there == back
    if there.most is not None and there.most_95 is not None:
        assert 0.0 <= there.most_95 <= there.most <= math.hypot(9 * spacing[0], 9 * spacing[1])
    assert apart(Outlined(one), Outlined(one), spacing).most == 0.0


@given(pair=PAIRS, spacing=SPACINGS)
def test_a_tree_of_points_finds_what_all_pairs_find(pair, spacing) -> None:
    one, other = (Outlined(mask) for mask in both(*pair))
    if one.mask.empty or other.mask.empty:
        return
    with pytest.MonkeyPatch.context() as patch:
        direct = apart(one, other, spacing)
        patch.setattr(overlap, "_FEW_PAIRS", 0)
        by_tree = apart(one, other, spacing)
    assert (by_tree.most, by_tree.most_95) == (pytest.approx(direct.most), pytest.approx(direct.most_95))


@given(array=arrays(bool, some.tuples(some.integers(1, 9), some.integers(1, 9))))
def test_outline_pixels_have_a_neighbour_outside(array) -> None:
    padded = np.pad(array, 1)
    inside = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    assert np.array_equal(outline_pixels(Mask.of(array)), np.argwhere(array & ~inside))


@given(pair=PAIRS)
def test_shared_and_united_pixels_are_those_of_the_arrays(pair) -> None:
    one, other = both(*pair)
    assert overlap.shared(one, other) == np.count_nonzero(pair[0] & pair[1])
    assert overlap.united([one, other], one.rows, one.columns) == Mask.of(pair[0] | pair[1])
    assert overlap.united([], 3, 4) == Mask.none(3, 4)


@given(pair=PAIRS)
def test_the_outline_of_all_together_is_that_of_their_pixels(pair) -> None:
    one, other = both(*pair)
    apart_of_it = np.zeros((one.rows, 40), dtype=bool)
    apart_of_it[:, : one.columns], apart_of_it[:, 25 : 25 + one.columns] = pair[0], pair[1]
    parts = [Outlined(Mask.of(np.where(side, apart_of_it, False))) for side in (np.arange(40) < 20, np.arange(40) >= 20)]
    found = overlap.all_together([part for part in parts if not part.mask.empty], one.rows, 40)
    assert {tuple(point) for point in found.points} == {tuple(point) for point in np.asarray(outline_pixels(Mask.of(apart_of_it)))}
    assert found.mask == Mask.of(apart_of_it)


def test_masks_of_other_images_are_refused() -> None:
    with pytest.raises(ValueError, match="different size"):
        iou(Mask.none(3, 4), Mask.none(4, 3))
