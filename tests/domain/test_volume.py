"""The voxels that an image's pixels are, however the volume is turned, and the stacks that the images of a series make."""

from __future__ import annotations

import math
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.volume import (
    Grid,
    from_millimetres,
    grid_of,
    matrix_of,
    place_of,
    same_lattice,
    sampled,
    stacks,
    stem_of,
    to_image,
)
from annotator.i18n import Message

TURN = np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0.0], [0.48, 0.64, 0.6]])
PLANE = Plane((3.5, -20.25, 11.0), tuple(TURN[:, 0].tolist()), tuple(TURN[:, 1].tolist()), (0.7, 1.9))
TURNS = [(order, signs) for order in permutations(range(3)) for signs in product((1, -1), repeat=3)]


def image(number, plane=PLANE, rows=4, columns=5, **more):
    given = {
        "path": f"{number}.dcm",
        "frames": 1,
        "modality": "CT",
        "sop_class_uid": "1.2",
        "series_uid": "1.3",
        "study_uid": "1.4",
        **more,
    }
    return Image(ImageKey(f"1.2.3.{number}"), rows=rows, columns=columns, plane=plane, spacing=plane.spacing if plane else None, **given)


def lifted(height, plane=PLANE, aside=0.0):
    position = np.array(plane.position) + np.array(plane.normal) * height + np.array(plane.row) * aside
    return Plane(tuple(position.tolist()), plane.row, plane.column, plane.spacing)


def turned(order, signs, shape):
    """A volume as it is, the same in any axis order and direction, and the affine of that; its first voxel is the plane's first pixel."""
    values = np.arange(1, 1 + math.prod(shape)).reshape(shape)
    affine = np.eye(4)
    affine[:, [0, 1, 3]] = matrix_of(PLANE)
    affine[:3, 2] = np.array(PLANE.normal) * 2.5
    swap = np.zeros((4, 4))
    swap[3, 3] = 1
    for new, old in enumerate(order):
        swap[old, new] = signs[new]
        swap[old, 3] = shape[old] - 1 if signs[new] < 0 else 0
    made = values.transpose(order)[tuple(slice(None, None, sign) for sign in signs)]
    return values, made, affine @ swap


@pytest.mark.parametrize(("order", "signs"), TURNS)
def test_each_pixel_finds_its_voxel_however_the_volume_is_turned(order, signs):
    values, made, affine = turned(order, signs, (5, 4, 3))
    for number in range(3):
        place = place_of(lifted(2.5 * number), 4, 5, affine)
        assert place is not None and place.off < 1e-9
        assert np.array_equal(sampled(made, place, 4, 5), values[:, :, number].T)
    above = place_of(lifted(7.5), 4, 5, affine)
    assert above is not None and sampled(made, above, 4, 5) is None


@given(turn=st.sampled_from(TURNS), rows=st.integers(1, 6), columns=st.integers(1, 6), dx=st.integers(-7, 7), dy=st.integers(-7, 7))
def test_where_the_volume_ends_before_the_image_there_is_nothing(turn, rows, columns, dx, dy):
    values, made, affine = turned(*turn, (5, 4, 3))
    right, down = np.array(PLANE.row) * PLANE.spacing[1], np.array(PLANE.column) * PLANE.spacing[0]
    plane = Plane(tuple((np.array(PLANE.position) + right * dx + down * dy).tolist()), PLANE.row, PLANE.column, PLANE.spacing)
    place = place_of(plane, rows, columns, affine)
    assert place is not None
    wanted = np.zeros((rows, columns), int)
    for r, c in product(range(rows), range(columns)):
        if 0 <= c + dx < 5 and 0 <= r + dy < 4:
            wanted[r, c] = values[c + dx, r + dy, 0]
    found = sampled(made, place, rows, columns)
    assert not wanted.any() if found is None else np.array_equal(found, wanted)


@pytest.mark.parametrize(
    "plane",
    [
        lifted(0.3), lifted(0, aside=0.3), Plane(PLANE.position, PLANE.row, PLANE.column, (0.7, 1.8)),
        Plane(PLANE.position, PLANE.row, tuple((np.array(PLANE.column) * 0.8 + np.array(PLANE.normal) * 0.6).tolist()), PLANE.spacing),
    ],
)  # fmt: skip
def test_an_image_beside_the_lattice_has_no_place_in_it(plane):
    _, _, affine = turned(*TURNS[0], (5, 4, 3))
    assert place_of(plane, 4, 5, affine) is None
    assert place_of(PLANE, 4, 5, np.zeros((4, 4))) is None


def test_a_small_shift_is_measured_in_voxels():
    _, _, affine = turned(*TURNS[0], (5, 4, 3))
    place = place_of(lifted(0.1), 4, 5, affine)
    assert place is not None and place.off == pytest.approx(0.1 / 2.5)
    assert same_lattice(lifted(0.05), PLANE, 4, 5) == pytest.approx(0.05 / 0.7)
    assert same_lattice(lifted(0.08), PLANE, 4, 5) is None and same_lattice(lifted(9), PLANE, 4, 5) is None


def test_a_stack_has_its_grid_and_an_uneven_one_says_why_not():
    stack = [image(n, lifted(1.5 * n)) for n in range(4)]
    grid = grid_of(stack)
    assert isinstance(grid, Grid) and grid.shape == (5, 4, 4) and not grid.sheared
    for n, one in enumerate(stack):
        assert np.allclose(grid.affine @ (3, 2, n, 1), (*one.plane.to_patient(3.5, 2.5), 1))
    assert isinstance(grid_of([image(n, lifted(h)) for n, h in enumerate((0, 1, 2.2))]), Message)
    tilted = grid_of([image(n, lifted(1.5 * n, aside=0.4 * n)) for n in range(4)])
    assert isinstance(tilted, Grid) and tilted.sheared
    alone = grid_of([image(1, None)])
    assert isinstance(alone, Grid) and np.array_equal(alone.affine, np.eye(4))


def test_images_that_do_not_belong_together_make_stacks_of_their_own():
    slices = [image(n, lifted(n), instance_number=n) for n in range(3)]
    again = [image(10 + n, lifted(n), instance_number=10 + n) for n in range(3)]
    other = image(20, Plane(PLANE.position, PLANE.column, tuple(-v for v in PLANE.row), PLANE.spacing))
    larger, nowhere = image(21, lifted(5), rows=9), [image(22, None, instance_number=22), image(23, None, instance_number=23)]
    found = stacks([*again, other, *nowhere, larger, *slices])
    assert [sorted(int(i.key.uid.rsplit(".", 1)[1]) for i in stack) for stack in found] == [[0, 1, 2], [10, 11, 12], [21], [20], [22], [23]]


@given(x=st.floats(-5, 50), y=st.floats(-5, 50))
def test_millimetres_and_pixels_are_each_other_s_way_back(x, y):
    there = np.array(PLANE.to_patient(x, y))
    back, off = to_image(PLANE, there[None])
    assert np.allclose(back, (x, y), atol=1e-9) and off < 1e-9
    assert np.allclose(from_millimetres(PLANE) @ (*there, 1), (x, y), atol=1e-9)


@pytest.mark.parametrize(
    ("names", "stem"),
    [
        ([("cct_P1_S1_0001", "0001"), ("cct_P1_S1_0002", "0002")], "cct_P1_S1"), ([("a", "0001"), ("b", "0002")], "a"),
        ([("0001", "0001"), ("0002", "0002")], "0001"), ([("x/0001", "0001")], "x/0001"), ([("cct_1", ""), ("cct_2", "")], "cct_1"),
        ([("s_1", "1"), ("t_2", "2")], "s_1"),
    ],
)  # fmt: skip
def test_a_series_is_called_what_its_images_have_in_common(names, stem):
    assert stem_of(names) == stem
