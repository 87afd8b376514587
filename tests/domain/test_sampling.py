"""Labels of any grid come to the pixels by geometry, or are refused with the difference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.sampling import Sampled, grid_of_affine, grid_of_planes, mirrored, sample
from annotator.i18n import Message

SLICES, ROWS, COLUMNS = 5, 7, 6


def planes(spacing: tuple[float, float] = (1.0, 1.5), start: tuple[float, float, float] = (-10.0, 5.0, 3.0)) -> list[Plane]:
    """Sagittal planes, the patient's right first."""
    return [Plane((start[0] + n * 2.0, start[1], start[2]), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0), spacing) for n in range(SLICES)]


def images(where: list[Plane]) -> list[Image]:
    return [
        Image(ImageKey(f"1.2.{n}"), "", 1, ROWS, COLUMNS, "MR", "", "1.2", "1", plane=plane, spacing=plane.spacing)
        for n, plane in enumerate(where)
    ]


def labels() -> np.ndarray:
    return np.random.default_rng(1).integers(1, 11, (SLICES, ROWS, COLUMNS)).astype(np.int32)


@given(st.permutations(range(SLICES)))
def test_the_order_of_the_files_does_not_matter(order: list[int]) -> None:
    values, where = labels(), planes()
    found = sample(grid_of_planes([where[n] for n in order], values[order]), images(where))
    assert isinstance(found, Sampled) and found.same_grid and np.array_equal(found.values, values)


@given(axes=st.permutations(range(3)), flips=st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_the_axes_of_a_volume_do_not_matter(axes: list[int], flips: tuple[bool, bool, bool]) -> None:
    values, where = labels(), planes()
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1], affine[:3, 2] = (0, 1.5, 0), (0, 0, -1.0), (2.0, 0, 0)
    affine[:3, 3] = where[0].position
    volume = values.transpose(2, 1, 0)  # column, row, slice
    for axis in range(3):
        if flips[axis]:
            affine[:3, 3] += affine[:3, axis] * (volume.shape[axis] - 1)
            affine[:3, axis] *= -1
            volume = np.flip(volume, axis)
    affine[:3, :3] = affine[:3, list(axes)]
    found = sample(grid_of_affine(affine, volume.transpose(axes).transpose(2, 1, 0)), images(where))
    assert isinstance(found, Sampled) and found.same_grid and np.array_equal(found.values, values)


def test_each_pixel_gets_the_voxel_that_its_centre_lies_in() -> None:
    fine = np.zeros((10, 14, 12), dtype=np.int32)
    fine[:, 6:, :] = 4
    where = planes()
    small = [Plane((-10.5 + n, 5.0 - 0.375, 3.0 + 0.25), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (0.5, 0.75)) for n in range(10)]
    found = sample(grid_of_planes(small, fine), images(where))
    assert isinstance(found, Sampled) and not found.same_grid and 0 < found.farthest < 2
    expected = np.zeros((SLICES, ROWS, COLUMNS), dtype=np.int32)
    expected[:, 3:, :] = 4
    assert np.array_equal(found.values, expected)


@pytest.mark.parametrize(("start", "told"), [((-10.0, 5.0, 60.0), "57.0"), ((90.0, 5.0, 3.0), "100.0")])
def test_another_place_is_refused_with_the_difference(start: tuple[float, float, float], told: str) -> None:
    found = sample(grid_of_planes(planes(start=start), labels()), images(planes()))
    assert isinstance(found, Message) and told in str(found) and "100 %" in str(found)


def test_another_spacing_is_refused() -> None:
    found = sample(grid_of_planes(planes(spacing=(3.0, 3.0)), labels()), images(planes()))
    assert isinstance(found, Message)


def test_an_empty_volume_is_refused() -> None:
    assert isinstance(sample(grid_of_planes(planes(), labels() * 0), images(planes())), Message)


def test_left_is_where_x_grows() -> None:
    values = np.zeros((SLICES, ROWS, COLUMNS), dtype=np.uint8)
    values[0], values[-1] = 2, 1  # x grows towards the patient's left: the left region lies in the last slice
    assert not mirrored(values, images(planes()), (1,), (2,))
    assert mirrored(values[::-1], images(planes()), (1,), (2,))
    assert not mirrored(values * 0, images(planes()), (1,), (2,))
