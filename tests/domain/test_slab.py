"""A slab shows the highest or the mean values of the slices that lie within it, and of no others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.picture import ModalityTable, Picture
from annotator.domain.slab import around, even_stack, projected
from annotator.i18n import Message


def image(number: int, z: float, **other: object) -> Image:
    plane = Plane((0.0, 0.0, z), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0))
    return Image(ImageKey(f"1.{number}"), f"{number}.dcm", 1, 4, 4, "CT", "", "1", "2", **{"plane": plane, **other})


def picture(*stored: int, **other: object) -> Picture:
    return Picture(ImageKey("1"), np.array([stored], np.int16), **other)


EVEN = tuple(image(n, 2.5 * n) for n in range(9))


@pytest.mark.parametrize(("reach", "numbers"), [(0.0, [4]), (2.4, [4]), (2.5, [3, 4, 5]), (5.0, [2, 3, 4, 5, 6]), (100.0, list(range(9)))])
def test_the_slices_within_reach_are_found(reach: float, numbers: list[int]) -> None:
    assert [found.key.uid for found in around(EVEN, EVEN[4], reach)] == [f"1.{number}" for number in numbers]


def test_an_even_stack_is_the_images_own_without_the_localizer() -> None:
    turned = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (1.0, 1.0))
    assert even_stack((*EVEN, image(99, 0, plane=turned)), EVEN[3]) == EVEN


@pytest.mark.parametrize(
    ("images", "which"),
    [((*EVEN[:4], *EVEN[6:]), 0), ((replace(EVEN[0], plane=None), *EVEN[1:]), 0), (EVEN[:1], 0)],
    ids=["gap", "without a place", "alone"],
)
def test_without_even_steps_there_is_no_slab(images, which) -> None:
    assert isinstance(even_stack(images, images[which]), Message)


def test_the_highest_values_are_kept_as_they_are_stored() -> None:
    found = projected(picture(1, 5, 3), [picture(4, 2, 3), picture(0, 9, 0)])
    assert (found.stored.dtype, found.stored.tolist()) == (np.int16, [[4, 9, 3]])


def test_with_a_falling_slope_the_highest_value_is_the_lowest_stored_one() -> None:
    found = projected(picture(1, 5, slope=-1.0), [picture(4, 2, slope=-1.0)])
    assert found.values().tolist() == [[-1.0, -2.0]]


def test_slices_of_other_slopes_are_compared_by_value() -> None:
    found = projected(picture(10, 2, slope=1.0), [picture(6, 2, slope=2.0)])
    assert found.values().tolist() == [[12.0, 4.0]]


def test_a_mean_is_that_of_the_values() -> None:
    alike = [picture(4, 5, slope=2.0), picture(4, 8, slope=2.0)]
    assert projected(picture(1, 5, slope=2.0), alike, mean=True).values().tolist() == [[6, 12]]
    assert projected(picture(1, slope=2.0), [picture(4, slope=1.0)], mean=True).values().tolist() == [[3.0]]


def test_a_table_is_looked_up_before_values_are_compared() -> None:
    table = ModalityTable(0, np.array([9.0, 1.0, 5.0], np.float32))
    assert projected(picture(0, 1, modality_table=table), [picture(1, 2, modality_table=table)]).values().tolist() == [[9.0, 5.0]]


def test_the_slices_themselves_stay_as_they_are() -> None:
    middle = picture(1, 5)
    middle.stored.flags.writeable = False
    projected(middle, [picture(7, 7)])
    assert middle.stored.tolist() == [[1, 5]]
