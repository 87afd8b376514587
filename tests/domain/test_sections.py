"""What is drawn on slices lies in the other planes at the millimetres of its pixels, as thick as its slice."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.domain.annotation import Annotation
from annotator.domain.image import ImageKey
from annotator.domain.path import Path
from annotator.domain.reformat import cuts_of, plane_of
from annotator.domain.region import Region
from annotator.domain.sections import cells_of, rings_of
from tests.domain.test_reformat import ACQUIRED, SIZE, STEP, grid

BOX = Region.box(4, 3, 9, 8)
"""Columns 4 to 8 and rows 3 to 7."""


def drawn(number: int, shape=BOX, category="A") -> tuple[int, Annotation]:
    return number, Annotation(1, ImageKey(f"1.{number}"), category, "Box", shape)


@pytest.mark.parametrize("acquired", ACQUIRED)
def test_the_cut_of_a_box_lies_at_its_millimetres(acquired):
    where = grid(*ACQUIRED[acquired])
    inverse = np.linalg.inv(where.affine)
    for cut, index in zip(cuts_of(where)[1:], (5, 5), strict=True):
        found = cells_of([drawn(2), drawn(3)], cut, index, 1.0)
        (ring,) = rings_of(found["A"], cut)
        points = np.array([(*plane_of(where, cut, index).to_patient(*point), 1.0) for point in ring])
        voxels = (inverse @ points.T)[:3].T
        extent = [(-0.5, -0.5)] * 3
        extent[0], extent[1], extent[2] = (3.5, 8.5), (2.5, 7.5), (1.5, 3.5)
        extent[cut.across] = (index, index)
        np.testing.assert_allclose(voxels.min(axis=0), [low for low, _ in extent], atol=1e-9)
        np.testing.assert_allclose(voxels.max(axis=0), [high for _, high in extent], atol=1e-9)


def test_a_plane_beside_a_shape_does_not_cut_it():
    axial = cuts_of(grid(*ACQUIRED["axial"]))
    for cut, beside in zip(axial[1:], ((2, 8), (3, 9)), strict=True):
        low, high = beside
        assert not cells_of([drawn(2)], cut, low, 1.0)
        assert not cells_of([drawn(2)], cut, high, 1.0)
        assert cells_of([drawn(2)], cut, low + 1, 1.0)["A"].sum() == 5


def test_holes_and_several_categories_stay_apart():
    coronal = cuts_of(grid(*ACQUIRED["axial"]))[1]
    ring = Region((((((2.0, 2.0), (12.0, 2.0), (12.0, 12.0), (2.0, 12.0))), ((5.0, 5.0), (5.0, 9.0), (9.0, 9.0), (9.0, 5.0))),))
    found = cells_of([drawn(4, ring), drawn(5, BOX, "B")], coronal, 6, 1.0)
    assert np.flatnonzero(found["A"][4]).tolist() == [2, 3, 4, 9, 10, 11]
    assert (found["A"].sum(), found["B"].sum()) == (6, 5)
    assert len(rings_of(found["A"], coronal)) == 2


def test_a_line_is_cut_as_thick_as_it_counts():
    _, coronal, sagittal = cuts_of(grid(*ACQUIRED["axial"]))
    line = drawn(1, Path((((1.5, 6.5), (15.5, 6.5)),)))
    assert cells_of([line], coronal, 6, 1.0)["A"][1].sum() == 15
    assert cells_of([line], sagittal, 8, 3.0)["A"][1].sum() == 3
    assert not cells_of([line], coronal, 9, 3.0)


def test_the_mean_height_of_a_cut_is_its_slice():
    coronal = cuts_of(grid(*ACQUIRED["axial"]))[1]
    (ring,) = rings_of(cells_of([drawn(0)], coronal, 4, 1.0)["A"], coronal)
    ys = [y for _, y in ring]
    assert (max(ys) - min(ys)) * coronal.spacing[0] == pytest.approx(STEP)
    assert max(ys) == pytest.approx(coronal.rows)
    assert SIZE[2] * STEP == pytest.approx(coronal.rows * coronal.spacing[0])
