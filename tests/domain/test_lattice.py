"""Samples lie where they say, values and masks are taken at the same places, and what is measured in mm stays what it was."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from annotator.domain.image import Plane
from annotator.domain.lattice import Axis, Lattice, sampled

sitk: Any = import_module("SimpleITK")
TURNED = Plane((-31.5, 12.25, 7.0), (0.8, 0.6, 0.0), (-0.6, 0.8, 0.0), (0.7, 1.3))
axes = st.builds(Axis, st.integers(1, 60), st.floats(-10, 20), st.floats(0.1, 6), st.integers(1, 60))


def taken(values: NDArray[np.float32], lattice: Lattice, outside: float = 0.0) -> NDArray[np.float32]:
    return sampled(values, lattice.rows.weights(), lattice.columns.weights(), lattice, outside)


@given(axes)
def test_the_shares_of_a_sample_add_up_to_one_or_there_is_none(axis: Axis) -> None:
    sums = np.asarray(axis.weights().sum(axis=1)).ravel()
    assert np.allclose(sums, axis.inside, atol=1e-5)
    assert ((axis.nearest() >= 0) == axis.inside).all()


@given(axes)
def test_a_straight_slope_stays_one(axis: Axis) -> None:
    """Linear interpolation gives the value at the centre, the mean over an area nearly so: pixels that are cut count with their middle."""
    slope = np.arange(axis.size, dtype=np.float32) + 0.5
    found = axis.weights() @ slope
    half = max(axis.step, 1) / 2
    away = (axis.centres >= half) & (axis.centres <= axis.size - half)
    assert np.allclose(found[away], axis.centres[away], atol=1e-3 if axis.step <= 1 else 0.25 / axis.step + 1e-3)


@given(axes, st.data())
def test_lattices_one_after_the_other_are_one(first: Axis, data: st.DataObject) -> None:
    second = Axis(first.count, data.draw(st.floats(-3, 3)), data.draw(st.floats(0.2, 3)), data.draw(st.integers(1, 20)))
    both = first.then(second)
    at = data.draw(st.floats(-5, 40))
    assert math.isclose(second.position(first.position(at)), both.position(at), abs_tol=1e-6)
    assert np.allclose(both.centres, first.start + first.step * second.centres)


@given(st.integers(2, 40), st.integers(2, 40), st.floats(0.3, 4), st.integers(0, 2**32 - 1))
def test_a_mask_is_what_the_sample_points_lie_in(rows: int, columns: int, step: float, seed: int) -> None:
    mask = np.random.default_rng(seed).random((rows, columns)) > 0.5
    lattice = Lattice(Axis.stepped(columns, step), Axis(rows, -2.0, step, 12), Axis.same(1))
    found = lattice.mask(mask)
    for r, down in enumerate(lattice.rows.centres):
        for c, across in enumerate(lattice.columns.centres):
            y, x = down + 1e-9, across + 1e-9  # what rounding may have cost a centre on an edge
            inside = 0 <= y < rows and 0 <= x < columns
            assert found[r, c] == (bool(mask[math.floor(y), math.floor(x)]) if inside else False)


def test_a_cut_keeps_every_value_and_nothing_is_beyond() -> None:
    values = np.random.default_rng(1).normal(size=(20, 30)).astype(np.float32)
    lattice = Lattice(Axis.cut(30, 4, 25), Axis.cut(20, 3, 11), Axis.same(1))
    assert np.array_equal(taken(values, lattice), values[3:11, 4:25])


def test_beyond_the_image_stands_what_was_asked_for() -> None:
    lattice = Lattice(Axis(4, -2.0, 1.0, 8), Axis(4, -2.0, 1.0, 8), Axis.same(1))
    found = taken(np.ones((4, 4), np.float32), lattice, -5.0)
    assert (found[2:6, 2:6] == 1).all() and found.sum() == 16 - 5 * 48


@pytest.mark.parametrize("step", [0.4, 0.75, 1.0])
def test_enlarging_is_what_simpleitk_interpolates(step: float) -> None:
    """An oracle of its own: the same grid, given to SimpleITK as spacing, origin and direction in mm."""
    values = np.random.default_rng(2).normal(size=(24, 31)).astype(np.float32)
    lattice = Lattice(Axis.stepped(31, step), Axis.stepped(24, step), Axis.same(1))
    assert np.allclose(taken(values, lattice), resampled(values, lattice, sitk.sitkLinear), atol=1e-4)


@pytest.mark.parametrize("step", [0.41, 0.7313, 1.7, 3.1])
def test_masks_are_what_simpleitk_takes_from_the_nearest(step: float) -> None:
    mask = np.random.default_rng(3).integers(0, 5, size=(24, 31)).astype(np.uint8)
    lattice = Lattice(Axis.stepped(31, step), Axis.stepped(24, step), Axis.same(1))
    assert np.array_equal(lattice.mask(mask), resampled(mask, lattice, sitk.sitkNearestNeighbor))


def resampled(values: NDArray[Any], lattice: Lattice, how: int) -> Any:
    """What SimpleITK makes of an image in TURNED on the samples' plane; at the rim it takes the value of the last pixel, as we do."""
    source, target = slab(values, TURNED), lattice.plane(TURNED)
    grid = sitk.ResampleImageFilter()
    grid.SetInterpolator(how)
    grid.SetUseNearestNeighborExtrapolator(False)
    like = slab(np.zeros((lattice.rows.count, lattice.columns.count), values.dtype), target)
    grid.SetReferenceImage(like)
    return sitk.GetArrayFromImage(grid.Execute(source))[0]


def slab(values: NDArray[Any], plane: Plane) -> Any:
    made = sitk.GetImageFromArray(values[None])
    made.SetSpacing((plane.spacing[1], plane.spacing[0], 1.0))
    made.SetOrigin(plane.position)
    made.SetDirection(np.array([plane.row, plane.column, plane.normal]).T.ravel().tolist())
    return made


@given(axes, axes)
def test_a_sample_lies_where_it_is_taken_from(columns: Axis, rows: Axis) -> None:
    target = Lattice(columns, rows, Axis.same(1)).plane(TURNED)
    for r in (0, rows.count - 1):
        for c in (0, columns.count - 1):
            there = TURNED.to_patient(float(columns.centres[c]), float(rows.centres[r]))
            assert np.allclose(target.to_patient(c + 0.5, r + 0.5), there, atol=1e-6)


@pytest.mark.parametrize("noise", [0.0, 1e-12, -1e-12])
def test_a_centre_on_an_edge_belongs_to_the_pixel_after_it_whatever_was_rounded(noise: float) -> None:
    assert Axis(8, 0.0, 2.0 + noise, 4).nearest().tolist() == [1, 3, 5, 7]


def test_shrinking_skips_nothing() -> None:
    """A single bright pixel leaves its share wherever it lies: the sum in mm² stays."""
    for at in range(30):
        values = np.zeros((1, 30), np.float32)
        values[0, at] = 100
        lattice = Lattice(Axis.stepped(30, 3.0), Axis.same(1), Axis.same(1))
        assert math.isclose(float(taken(values, lattice).sum()) * 3.0, 100.0, rel_tol=1e-5)
