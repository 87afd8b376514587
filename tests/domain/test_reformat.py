"""Planes across a stack: what ITK makes of the same voxels, at true millimetres, turned as a reader expects, refused where they lie."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK

from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.orientation import edges
from annotator.domain.reformat import Cut, cuts_of, plane_of, reformatted, whole_stack
from annotator.domain.volume import Grid
from annotator.i18n import Message, say

TURN = (np.array([[0.96, 0.28, 0.0], [-0.2688, 0.9216, -0.28], [-0.0784, 0.2688, 0.96]])).tolist()
ACQUIRED = {
    "axial": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    "prone": ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0)),
    "decubitus": ((0.0, 1.0, 0.0), (-1.0, 0.0, 0.0)),
    "coronal": ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    "sagittal": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
    "oblique": (tuple(TURN[0]), tuple(TURN[1])),
}
"""Directions of rows and columns; slices follow their normal, upwards or downwards in the patient."""
SPACING, STEP, SIZE = (0.8, 0.7), 2.5, (18, 14, 11)


def stack(row=(1.0, 0.0, 0.0), column=(0.0, 1.0, 0.0), *, count=SIZE[2], step=STEP, spacing=SPACING, **other) -> tuple[Image, ...]:
    normal = np.cross(row, column)
    made = []
    for number in range(count):
        position = tuple((np.array((3.0, -20.0, 11.0)) + normal * step * number).tolist())
        plane = Plane(position, row, column, spacing)
        made.append(Image(ImageKey(f"1.{number}"), "", 1, SIZE[1], SIZE[0], "CT", "", "1", "2", plane=plane, spacing=spacing, **other))
    return tuple(made)


def grid(row, column) -> Grid:
    found = whole_stack(stack(row, column), stack(row, column)[0])
    assert not isinstance(found, Message)
    return found[1]


def by_itk(volume, grid: Grid, plane: Plane, cut: Cut):
    """The same plane as ITK resamples it."""
    image = SimpleITK.GetImageFromArray(volume)
    steps = np.linalg.norm(grid.affine[:3, :3], axis=0)
    image.SetOrigin(grid.affine[:3, 3].tolist())
    image.SetSpacing(steps.tolist())
    image.SetDirection((grid.affine[:3, :3] / steps).ravel().tolist())
    directions = np.stack([plane.row, plane.column, plane.normal], axis=1)
    out = SimpleITK.Resample(
        image, (cut.columns, cut.rows, 1), SimpleITK.Transform(), SimpleITK.sitkLinear, plane.position,
        (plane.spacing[1], plane.spacing[0], 1.0), directions.ravel().tolist(), -9999.0,
    )  # fmt: skip
    return SimpleITK.GetArrayFromImage(out)[0]


@pytest.mark.parametrize("acquired", ACQUIRED)
def test_every_plane_is_what_itk_makes_of_the_same_voxels(acquired):
    where, rng = grid(*ACQUIRED[acquired]), np.random.default_rng(7)
    volume = rng.normal(size=SIZE[::-1]).astype(np.float32)
    for cut in cuts_of(where):
        for index in (0, 3, cut.count - 1):
            view = reformatted(volume, cut, index)
            assert view.shape == (cut.rows, cut.columns)
            np.testing.assert_allclose(view, by_itk(volume, where, plane_of(where, cut, index), cut), atol=2e-5)


def test_whole_numbers_stay_whole_and_are_rounded():
    where = grid(*ACQUIRED["axial"])
    volume = np.random.default_rng(3).integers(-1000, 3000, SIZE[::-1]).astype(np.int16)
    for cut in cuts_of(where):
        view = reformatted(volume, cut, 5)
        assert view.dtype == np.int16
        exact = reformatted(volume.astype(np.float32), cut, 5)
        np.testing.assert_array_equal(view, np.rint(exact))


@pytest.mark.parametrize("acquired", [name for name in ACQUIRED if name != "oblique"])
def test_the_planes_are_turned_as_a_reader_expects(acquired):
    where = grid(*ACQUIRED[acquired])
    seen = {}
    for cut in cuts_of(where):
        shown = replace(stack()[0], plane=plane_of(where, cut, 2))
        seen[cut.name] = (edges(shown).left, edges(shown).top)
        assert not cut.oblique
    assert seen == {"Axial": ("R", "A"), "Coronal": ("R", "H"), "Sagittal": ("A", "H")}


def test_a_tilted_head_is_called_oblique_and_named_by_the_nearest_axis():
    cuts = cuts_of(grid(*ACQUIRED["oblique"]))
    assert [cut.name for cut in cuts] == ["Axial", "Coronal", "Sagittal"]
    assert any(cut.oblique for cut in cuts)


@pytest.mark.parametrize("acquired", ACQUIRED)
def test_a_voxel_is_at_its_millimetres_in_every_plane_through_it(acquired):
    where, voxel = grid(*ACQUIRED[acquired]), (5, 9, 3)
    there = where.affine[:3, :3] @ voxel + where.affine[:3, 3]
    for cut in cuts_of(where):
        plane = plane_of(where, cut, voxel[cut.across])
        assert plane.to_patient(*cut.to_view(voxel)) == pytest.approx(tuple(there), abs=1e-9)
        assert cut.to_voxel(*cut.to_view(voxel), voxel[cut.across]) == voxel


@pytest.mark.parametrize("acquired", ACQUIRED)
def test_a_ball_is_a_circle_of_its_millimetres_in_every_plane(acquired):
    row, column = ACQUIRED[acquired]
    steps, size, radius = (0.9, 0.9, 2.0), (80, 70, 36), 22.0
    unit = np.stack([row, column, np.cross(row, column)], axis=1)
    where = Grid(np.block([[unit * steps, np.array([[5.0], [-7.0], [30.0]])], [np.zeros((1, 3)), np.ones((1, 1))]]), size)
    middle = where.affine[:3, :3] @ (40, 35, 18) + where.affine[:3, 3]
    voxels = np.stack(np.meshgrid(*(np.arange(n) for n in size), indexing="ij"), axis=-1) - (40, 35, 18)
    distance = np.linalg.norm(voxels * steps, axis=-1)
    volume = np.clip((radius - distance) * 100 + 50, 0, 100).astype(np.float32).transpose(2, 1, 0)
    for cut in cuts_of(where):
        plane = plane_of(where, cut, (40, 35, 18)[cut.across])
        inside = reformatted(volume, cut, (40, 35, 18)[cut.across]) >= 50
        ys, xs = np.nonzero(inside)
        area = inside.sum() * plane.spacing[0] * plane.spacing[1]
        assert area == pytest.approx(math.pi * radius**2, rel=0.02)
        for pixels, spacing in ((np.ptp(xs) + 1, plane.spacing[1]), (np.ptp(ys) + 1, plane.spacing[0])):
            assert pixels * spacing == pytest.approx(2 * radius, abs=2.0)
        assert plane.to_patient(xs.mean() + 0.5, ys.mean() + 0.5) == pytest.approx(tuple(middle), abs=0.1)


def test_what_needs_a_slice_that_is_not_there_is_empty():
    where = grid(*ACQUIRED["axial"])
    volume, there = np.full(SIZE[::-1], 7, np.int16), np.ones(SIZE[2], dtype=bool)
    there[4] = False
    view = reformatted(volume, cuts_of(where)[1], 3, there, -1000)
    empty = np.nonzero((view == -1000).all(axis=1))[0]
    assert set(np.unique(view)) == {7, -1000}
    tall = len(empty) * cuts_of(where)[1].spacing[0]
    assert STEP < tall <= 2 * STEP
    bottom = SIZE[2] * STEP - (empty.mean() + 0.5) * cuts_of(where)[1].spacing[0]
    assert bottom == pytest.approx(4.5 * STEP, abs=0.5)


EVEN = stack()
LOCALIZER = replace(EVEN[0], key=ImageKey("9"), plane=Plane((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0), SPACING))
SHEARED = tuple(
    replace(image, plane=replace(image.plane, position=(3.0 + 0.3 * number, -20.0, 11.0 + STEP * number)))
    for number, image in enumerate(EVEN)
)
COARSE = tuple(
    replace(image, key=ImageKey(f"7.{number}"), plane=replace(image.plane, spacing=(1.6, 1.6))) for number, image in enumerate(EVEN)
)


@pytest.mark.parametrize(
    ("images", "why"),
    [
        ((*EVEN[:4], *EVEN[5:]), "not evenly spaced"),
        ((*EVEN[:5], replace(EVEN[5], plane=replace(EVEN[5].plane, position=(3.0, -20.0, 24.0))), *EVEN[6:]), "not evenly spaced"),
        (SHEARED, "tilted gantry"),
        ((*EVEN, *stack((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))), "several directions"),
        ((*EVEN, *COARSE), "differ in size or spacing"),
        ((*EVEN, *(replace(image, key=ImageKey(f"8.{number}")) for number, image in enumerate(EVEN))), "several lie at one place"),
        (tuple(replace(image, plane=None) for image in EVEN), "do not say where"),
        (EVEN[:2], "no neighbours"),
    ],
    ids=["gap", "uneven", "tilted", "directions", "spacings", "twice", "nowhere", "two"],
)
def test_what_would_lie_is_refused_with_the_reason(images, why):
    found = whole_stack(images, images[0])
    assert isinstance(found, Message)
    assert why in say(found)


def test_a_localizer_does_not_matter():
    found = whole_stack((*EVEN, LOCALIZER), EVEN[2])
    assert not isinstance(found, Message)
    assert found[0] == EVEN
    assert isinstance(whole_stack((*EVEN, LOCALIZER), LOCALIZER), Message)
