"""Measures of a mask are those of its pixels: against other programs, against brute force, and against shapes that are known."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
import shapely
import SimpleITK as sitk
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from skimage.measure import perimeter_crofton, regionprops

from annotator.domain.image import ImageKey
from annotator.domain.mask_measures import MaskMeasures, mask_measures, mask_values, region_measures
from annotator.domain.picture import Picture
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region

SPACINGS = some.tuples(some.floats(0.2, 4.0), some.floats(0.2, 4.0))
ARRAYS = arrays(bool, some.tuples(some.integers(1, 9), some.integers(1, 9))).filter(np.any)


def measured(array: np.ndarray, spacing: tuple[float, float] | None = None) -> MaskMeasures:
    found = mask_measures(Mask.of(array), spacing)
    assert found is not None
    return found


def ellipse(along: float, across: float, turn: float, spacing: tuple[float, float] = (1.0, 1.0), size: int = 200) -> np.ndarray:
    """An ellipse with these half axes in mm, turned from the rows by `turn` (radians), in the middle of an image."""
    y, x = np.mgrid[:size, :size] + 0.5 - size / 2
    x, y = x * spacing[1], y * spacing[0]
    u, v = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
    return (u / along) ** 2 + (v / across) ** 2 <= 1.0


def corners(array: np.ndarray, spacing: tuple[float, float]) -> np.ndarray:
    """All corners of all pixels in mm, as (n, 2) of x and y."""
    rows, columns = np.nonzero(array)
    found = {(c + i, r + j) for r, c in zip(rows, columns, strict=True) for i in (0, 1) for j in (0, 1)}
    return np.array(sorted(found), dtype=float) * (spacing[1], spacing[0])


def length(points, spacing: tuple[float, float]) -> float:
    (ax, ay), (bx, by) = points
    return math.hypot((bx - ax) * spacing[1], (by - ay) * spacing[0])


def test_an_empty_mask_has_no_measures() -> None:
    assert mask_measures(Mask.none(5, 6)) is None


@given(array=ARRAYS, spacing=SPACINGS)
def test_the_long_axis_is_the_longest_line_between_two_corners(array, spacing) -> None:
    found, there = measured(array, spacing), corners(array, spacing)
    assert found.long.length == pytest.approx(max(math.dist(a, b) for a, b in combinations(there, 2)))
    assert found.long.length == pytest.approx(length((found.long.start, found.long.end), spacing))
    for x, y in (found.long.start, found.long.end):
        assert min(math.dist((x * spacing[1], y * spacing[0]), other) for other in there) < 1e-9


@given(array=ARRAYS, spacing=SPACINGS)
def test_the_short_axis_is_the_longest_line_upright_on_the_long_one(array, spacing) -> None:
    """An oracle that lays a line through every corner and asks shapely where it meets the squares of the pixels."""
    found, (down, right) = measured(array, spacing), spacing
    rows, columns = np.nonzero(array)
    squares = [shapely.box(c * right, r * down, (c + 1) * right, (r + 1) * down) for r, c in zip(rows, columns, strict=True)]
    (ax, ay), (bx, by) = found.long.start, found.long.end
    way = np.array([(bx - ax) * right, (by - ay) * down]) / found.long.length
    aside, best = np.array([-way[1], way[0]]), 0.0
    for corner in corners(array, spacing):
        line = shapely.LineString([corner - 100 * aside, corner + 100 * aside])
        met = shapely.get_coordinates([square.buffer(1e-10).intersection(line) for square in squares])
        best = max(best, np.ptp(met @ aside))
    assert found.short.length == pytest.approx(best, abs=1e-6)
    (cx, cy), (dx, dy) = found.short.start, found.short.end
    short = np.array([(dx - cx) * right, (dy - cy) * down])
    assert np.hypot(*short) == pytest.approx(found.short.length)
    assert abs(short @ way) < 1e-6
    whole = shapely.union_all(squares)
    assert all(whole.distance(shapely.Point(x * right, y * down)) < 1e-6 for x, y in (found.short.start, found.short.end))


@given(array=ARRAYS, spacing=SPACINGS)
def test_area_and_extent_are_those_of_the_pixels(array, spacing) -> None:
    found, (region,) = measured(array, spacing), regionprops(array.astype(np.uint8), spacing=spacing)
    top, left, low, right = region.bbox
    assert found.count == array.sum()
    assert (found.area, found.height, found.width) == pytest.approx((region.area, (low - top) * spacing[0], (right - left) * spacing[1]))


@given(array=ARRAYS)
def test_the_perimeter_is_that_of_two_other_programs(array) -> None:
    """Of a mask that is no rectangle on square pixels, where all three weigh the directions alike."""
    found, padded = measured(array, (0.7, 0.7)), np.pad(array, 2)
    filled = found.count == round(found.width * found.height / 0.49)
    shapes = sitk.LabelShapeStatisticsImageFilter()
    image = sitk.GetImageFromArray(padded.astype(np.uint8))
    image.SetSpacing((0.7, 0.7))
    shapes.Execute(image)
    others = perimeter_crofton(padded, directions=4) * 0.7, shapes.GetPerimeter(1)
    if filled:
        assert found.perimeter == pytest.approx(2 * (found.width + found.height))
    else:
        assert [found.perimeter] * 2 == pytest.approx(others)


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.5, 1.0), (1.0, 0.4)])
@pytest.mark.parametrize("turn", [0.0, 0.3, 1.0, 2.0])
def test_an_ellipse_has_the_axes_and_the_perimeter_of_one(spacing, turn) -> None:
    along, across = 30.0, 18.0
    found = measured(ellipse(along, across, turn, spacing), spacing)
    pixel = math.hypot(*spacing)
    h = ((along - across) / (along + across)) ** 2
    around = math.pi * (along + across) * (1 + 3 * h / (10 + math.sqrt(4 - 3 * h)))
    assert found.area == pytest.approx(math.pi * along * across, rel=0.01)
    assert found.perimeter == pytest.approx(around, rel=0.02 if spacing[0] == spacing[1] else 0.05)
    assert 2 * along - pixel <= found.long.length <= 2 * along + pixel
    assert 2 * across - 2 * pixel <= found.short.length <= 2 * across + 2 * pixel


@pytest.mark.parametrize("radius", [10.0, 20.0, 40.0])
def test_a_disc_is_measured_to_two_percent(radius) -> None:
    found = measured(ellipse(radius, radius, 0.0))
    assert found.perimeter == pytest.approx(2 * math.pi * radius, rel=0.02)


def test_a_hole_has_a_perimeter_too() -> None:
    ring = ellipse(40.0, 40.0, 0.0) & ~ellipse(20.0, 20.0, 0.0)
    assert measured(ring).perimeter == pytest.approx(2 * math.pi * 60.0, rel=0.02)
    assert measured(ring).long == measured(ellipse(40.0, 40.0, 0.0)).long


def test_a_box_has_its_diagonals() -> None:
    mask = region_mask(Region.box(10, 20, 50, 50), 100, 100)
    found = mask_measures(mask, (1.0, 1.0))
    assert (found.width, found.height, found.area, found.perimeter) == (40, 30, 1200, 140)
    assert found.long.length == 50.0
    assert found.short.length == pytest.approx(37.5)  # the chord upright on the diagonal of 3 : 4 : 5


def test_the_short_axis_of_a_bow_is_its_thickness_not_its_depth() -> None:
    y, x = np.mgrid[:120, :120] + 0.5
    far = np.hypot(x - 60, y - 60)
    bow = (far < 50) & (far > 40) & (y > 60)
    assert measured(bow).long.length == pytest.approx(100, abs=1.5)
    assert 10 <= measured(bow).short.length < 36  # the chord beside the inner edge is √(50² − 40²) = 30 long


def test_values_are_those_that_another_program_finds() -> None:
    array, made = ellipse(20.0, 12.0, 0.5, size=60), np.random.default_rng(4)
    stored = made.integers(-1000, 1000, (60, 60)).astype(np.int16)
    found = mask_values(Mask.of(array), Picture(ImageKey("1.2"), stored, slope=0.5, intercept=-100.0))
    other = sitk.LabelIntensityStatisticsImageFilter()
    other.Execute(sitk.GetImageFromArray(array.astype(np.uint8)), sitk.GetImageFromArray(stored * 0.5 - 100.0))
    assert (found.count, found.least, found.most) == (array.sum(), other.GetMinimum(1), other.GetMaximum(1))
    assert found.mean == pytest.approx(other.GetMean(1))
    assert found.deviation == pytest.approx(other.GetStandardDeviation(1) * math.sqrt((found.count - 1) / found.count))
    assert found.deviation == pytest.approx((stored[array] * 0.5).std())


def test_pixels_that_mean_no_pixel_have_no_value() -> None:
    stored = np.array([[-2000, -2000, 10], [20, 30, 40]], dtype=np.int16)
    picture = Picture(ImageKey("1.2"), stored, padding=(-2000, -2000))
    assert mask_values(Mask.of(np.ones((2, 3), bool)), picture).count == 4
    assert mask_values(Mask.of(stored == -2000), picture) is None
    assert mask_values(Mask.none(2, 3), picture) is None
    assert mask_values(Mask.of(stored > 0), Picture(ImageKey("1.2"), np.zeros((2, 3, 3), np.uint8))) is None


@given(array=ARRAYS)
def test_values_are_asked_of_each_pixel(array) -> None:
    stored = np.arange(array.size, dtype=np.uint16).reshape(array.shape)
    found = mask_values(Mask.of(array), Picture(ImageKey("1.2"), stored))
    assert (found.count, found.mean, found.least, found.most) == (
        array.sum(), pytest.approx(stored[array].mean()), stored[array].min(), stored[array].max()
    )  # fmt: skip


def test_a_region_is_measured_once_for_an_image_and_a_spacing() -> None:
    region = Region.box(1.2, 1.2, 7.4, 5.4)
    found = region_measures(region, 10, 10, (0.5, 0.5))
    assert found.mask == region_mask(region, 10, 10)
    assert region_measures(region, 10, 10, (0.5, 0.5)) is found
    assert region_measures(region, 10, 10).area == found.area * 4
    assert region_measures(region, 3, 10, (0.5, 0.5)).count < found.count
