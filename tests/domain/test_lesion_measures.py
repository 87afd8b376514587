"""A lesion's volume, diameters and values against spheres, against other programs, and where slices lie unevenly."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from annotator.domain.annotation import Annotation, Shape
from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.lesion_measures import Cut, lesion_measures, measures_of_annotations, thickness_of
from annotator.domain.path import Path
from annotator.domain.picture import Picture
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region

VOLUMES = arrays(bool, some.tuples(some.integers(2, 5), some.integers(1, 6), some.integers(1, 6))).filter(np.any)
SPACINGS = some.tuples(some.floats(0.3, 3.0), some.floats(0.3, 3.0))


def cuts_of(volume: np.ndarray, positions, values: np.ndarray | None = None) -> list[Cut]:
    return [(Mask.of(own), place, None if values is None else values[n][own])
            for n, (own, place) in enumerate(zip(volume, positions, strict=True))]  # fmt: skip


def sphere(radius: float, positions, spacing: tuple[float, float], size: int = 80) -> np.ndarray:
    y, x = np.mgrid[:size, :size] + 0.5 - size / 2
    flat = (x * spacing[1]) ** 2 + (y * spacing[0]) ** 2
    return np.stack([flat + place**2 <= radius**2 for place in positions])


def test_what_was_not_drawn_has_no_measures() -> None:
    assert lesion_measures([], (1.0, 1.0)) is None
    assert lesion_measures([(Mask.none(4, 4), 0.0, None)], (1.0, 1.0)) is None


@pytest.mark.parametrize(("spacing", "step"), [((1.0, 1.0), 1.0), ((0.7, 0.9), 2.5), ((0.5, 0.5), 5.0)])
def test_a_sphere_has_the_volume_and_the_diameter_of_one(spacing, step) -> None:
    positions, radius = np.arange(-25.0, 25.1, step), 15.0
    found = lesion_measures(cuts_of(sphere(radius, positions, spacing), positions), spacing, positions)
    assert found.volume == pytest.approx(4 / 3 * math.pi * radius**3, rel=0.04 if step > 3.0 else 0.02)
    assert found.longest.length == pytest.approx(2 * radius, abs=2 * math.hypot(*spacing))
    assert found.longest_at == 0.0
    assert found.longest.length <= found.longest_through <= 2 * radius + 2 * math.hypot(*spacing)


def test_uneven_slices_stand_for_the_room_to_half_way() -> None:
    assert thickness_of([0.0, 1.0, 3.0, 3.0, 7.0]) == (1.0, 1.5, 3.0, 4.0)
    assert thickness_of([5.0, 2.0]) == (3.0, 3.0)
    positions = np.concatenate([np.arange(-20.0, 0.0, 1.0), np.arange(0.0, 21.0, 2.0)])
    found = lesion_measures(cuts_of(sphere(15.0, positions, (0.5, 0.5), 90), positions), (0.5, 0.5))
    assert found.volume == pytest.approx(4 / 3 * math.pi * 15.0**3, rel=0.02)


def test_a_slice_that_was_left_out_counts_for_nothing() -> None:
    one = Mask.of(np.ones((2, 3), bool))
    drawn: list[Cut] = [(one, 0.0, None), (one, 4.0, None)]
    assert lesion_measures(drawn, (1.0, 1.0), [0.0, 2.0, 4.0]).volume == 6 * 2.0 * 2
    assert lesion_measures(drawn, (1.0, 1.0)).volume == 6 * 4.0 * 2
    found = lesion_measures([*drawn, (Mask.none(2, 3), 8.0, None)], (1.0, 1.0), [0.0, 2.0, 4.0, 6.0, 8.0])
    assert (found.slices, found.first, found.last) == (2, 0.0, 4.0)


def test_one_slice_is_as_thick_as_its_series_says() -> None:
    only: list[Cut] = [(Mask.of(np.ones((2, 3), bool)), 3.0, None)]
    assert lesion_measures(only, (1.0, 1.0)).volume is None
    assert lesion_measures(only, (1.0, 1.0), thickness=2.5).volume == 15.0
    assert lesion_measures(only, (1.0, 1.0), [1.0, 3.0, 5.0], thickness=1.0).volume == 12.0


@given(volume=VOLUMES, spacing=SPACINGS, step=some.floats(0.5, 5.0), seed=some.integers(0, 99))
def test_volume_and_values_are_those_of_another_program(volume, spacing, step, seed) -> None:
    """Of even slices; the longest lines by brute force over all corners."""
    positions = step * np.arange(len(volume))
    values = np.random.default_rng(seed).normal(5.0, 2.0, volume.shape)
    found = lesion_measures(cuts_of(volume, positions, values), spacing, positions)
    image, grey = sitk.GetImageFromArray(volume.astype(np.uint8)), sitk.GetImageFromArray(values)
    for own in (image, grey):
        own.SetSpacing((spacing[1], spacing[0], step))
    other = sitk.LabelIntensityStatisticsImageFilter()
    other.Execute(image, grey)
    assert found.volume == pytest.approx(other.GetPhysicalSize(1))
    assert (found.values.mean, found.values.most, found.values.least) == pytest.approx(
        (other.GetMean(1), other.GetMaximum(1), other.GetMinimum(1))
    )
    assert found.glycolysis == pytest.approx(other.GetMean(1) * other.GetPhysicalSize(1) / 1000)
    z, y, x = np.nonzero(volume)
    corners = np.concatenate([np.column_stack([(x + i) * spacing[1], (y + j) * spacing[0], z * step]) for i in (0, 1) for j in (0, 1)])
    apart = np.linalg.norm(corners[:, None] - corners, axis=2)
    flat = corners[:, None, 2] == corners[:, 2]
    assert found.longest_through == pytest.approx(apart.max())
    assert found.longest.length == pytest.approx(apart[flat].max())


def test_a_large_lesion_is_measured_through_its_hull() -> None:
    positions = np.arange(-30.0, 30.1, 1.0)
    volume = sphere(28.0, positions, (1.0, 1.0))
    found = lesion_measures(cuts_of(volume, positions), (1.0, 1.0))
    assert 56.0 <= found.longest_through <= 59.0


def test_a_pixel_that_was_drawn_twice_counts_once() -> None:
    values = np.arange(12.0).reshape(3, 4)
    left, right = np.zeros((3, 4), bool), np.zeros((3, 4), bool)
    left[:, :3], right[:, 2:] = True, True
    cuts: list[Cut] = [(Mask.of(left), 1.0, values[left]), (Mask.of(right), 1.0, values[right])]
    found = lesion_measures(cuts, (1.0, 1.0), thickness=2.0)
    assert (found.slices, found.volume, found.values.count, found.values.mean) == (1, 24.0, 12, values.mean())
    assert found.glycolysis == pytest.approx(values.sum() * 2.0 / 1000)
    assert lesion_measures([cuts[0], (Mask.of(right), 1.0, None)], (1.0, 1.0)).values is None


def slice_at(number: int, **other: object) -> Image:
    """A CT slice of 8 × 9 pixels, 0.5 mm high and 0.75 mm wide; slices lie 2.5 mm apart."""
    plane = Plane((0.0, 0.0, 2.5 * number), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.5, 0.75))
    made = Image(ImageKey(f"1.2.{number}"), "", 1, 8, 9, "CT", "", "1.3", "1.4", plane=plane, spacing=(0.5, 0.75), thickness=5.0)
    return replace(made, **other)


def drawn(image: Image, shape: Shape, number: int = 1) -> Annotation:
    return Annotation(number, image.key, "CCT1", "Free", shape, lesion=1)


IMAGES = tuple(slice_at(number) for number in range(6))
BOXES = {2: Region.box(1, 1, 5, 6), 3: Region.box(1, 1, 8, 6), 5: Region.box(2, 2, 4, 4)}
DRAWN = tuple(drawn(IMAGES[number], shape) for number, shape in BOXES.items())


def picture_of(image: Image) -> Picture:
    stored = np.arange(72, dtype=np.int16).reshape(8, 9) + int(image.key.uid[-1])
    return Picture(image.key, stored, intercept=-10.0, unit="HU")


def test_the_annotations_of_a_lesion_are_measured_where_their_slices_lie() -> None:
    """Of a gap nothing counts; a line and what is on another series are left out."""
    pictures = {image.key: picture_of(image) for image in IMAGES}
    line, elsewhere = drawn(IMAGES[4], Path((((0.0, 0.0), (5.0, 5.0)),))), drawn(slice_at(7), BOXES[2])
    found = measures_of_annotations((*DRAWN, line, elsewhere), IMAGES, pictures)
    assert (found.slices, found.first, found.last) == (3, 5.0, 12.5)
    assert found.volume == pytest.approx((20 + 35 + 4) * 0.5 * 0.75 * 2.5)
    assert (found.longest_at, found.longest.length) == (7.5, pytest.approx(math.hypot(5 * 0.5, 7 * 0.75)))
    inside = [picture_of(IMAGES[n]).values()[region_mask(shape, 8, 9).array()] for n, shape in BOXES.items()]
    assert (found.values.mean, found.values.most) == (pytest.approx(np.concatenate(inside).mean()), max(map(np.max, inside)))


def test_one_slice_alone_is_as_thick_as_it_says_or_as_its_series_lies() -> None:
    assert measures_of_annotations(DRAWN[:1], IMAGES, {}).volume == pytest.approx(20 * 0.375 * 2.5)
    assert measures_of_annotations(DRAWN[:1], IMAGES[2:3], {}).volume == pytest.approx(20 * 0.375 * 5.0)


def test_a_lesion_without_a_place_or_a_size_is_not_measured() -> None:
    assert measures_of_annotations((), IMAGES, {}) is None
    for odd in ({"plane": None}, {"spacing": None}, {"spacing": (1.0, 1.0)}, {"plane": replace(IMAGES[2].plane, row=(0.0, 0.0, 1.0))}):
        images = (*IMAGES[:2], replace(IMAGES[2], **odd), *IMAGES[3:])
        assert measures_of_annotations(DRAWN, images, {}) is None


def test_values_are_said_only_of_the_whole_lesion() -> None:
    pictures = {image.key: picture_of(image) for image in IMAGES[:4]}
    assert measures_of_annotations(DRAWN, IMAGES, pictures).values is None
    padded = {image.key: replace(picture_of(image), padding=(0, 40)) for image in IMAGES}
    found = measures_of_annotations(DRAWN, IMAGES, padded).values
    assert (found.least, found.count < 59) == (41 - 10, True)
