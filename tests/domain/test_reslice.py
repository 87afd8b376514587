"""What is sampled from slices: a straight course of values exactly, anything else as SimpleITK's resampling has it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import SimpleITK as sitk

from annotator.domain.image import Image, ImageKey, Plane, Vector
from annotator.domain.reslice import Lattice, Raster, Values, lattice_of, sample, slices_for, voxel_at
from annotator.i18n import Message

ROWS, COLUMNS, SLICES = 9, 11, 7
SPACING, STEP = (2.5, 2.0), 3.0


def turned(degrees: float, tilt: float = 0.0) -> tuple[Vector, Vector]:
    """Directions of rows and columns, turned about the body's axis and then tilted about the row."""
    a, b = math.radians(degrees), math.radians(tilt)
    return (math.cos(a), math.sin(a), 0.0), (-math.sin(a) * math.cos(b), math.cos(a) * math.cos(b), math.sin(b))


def stack(row: Vector, column: Vector, *, frame: str = "1.9", modality: str = "PT", gap: int | None = None) -> tuple[Image, ...]:
    normal = np.cross(row, column)
    images = []
    for number in range(SLICES):
        place = np.array((-7.0, 4.0, 12.0)) + normal * STEP * (number + (gap is not None and number >= gap))
        plane = Plane((float(place[0]), float(place[1]), float(place[2])), row, column, SPACING)
        key = ImageKey(f"1.2.{number + 1}")
        images.append(Image(key, "", 1, ROWS, COLUMNS, modality, "1.2", "1.3", "1.4", frame, plane, SPACING))
    return tuple(images)


def lattice(row: Vector, column: Vector) -> Lattice:
    found = lattice_of(stack(row, column))
    assert isinstance(found, Lattice)
    return found


def values_by(images: tuple[Image, ...], volume: Values):
    by_key = {image.key: volume[number] for number, image in enumerate(images)}
    return by_key.get


def straight(images: tuple[Image, ...]) -> Values:
    """Values that rise evenly along every axis of the patient: 2x − y + 3z."""
    volume = np.empty((SLICES, ROWS, COLUMNS), np.float32)
    for n, image in enumerate(images):
        assert image.plane is not None
        for r in range(ROWS):
            for c in range(COLUMNS):
                x, y, z = image.plane.to_patient(c + 0.5, r + 0.5)
                volume[n, r, c] = 2 * x - y + 3 * z
    return volume


BASES = {
    "the same plane": turned(0),
    "turned in its plane": turned(20),
    "tilted": turned(0, 25),
    "turned and tilted": turned(-15, 40),
    "coronal": ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    "sagittal": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
}


def middle_plane(of: Lattice, directions: tuple[Vector, Vector], spacing: tuple[float, float] = (0.9, 0.7)) -> Plane:
    """A plane through the middle of a lattice."""
    affine = np.linalg.inv(np.vstack([of.to_voxel, [0, 0, 0, 1]]))
    centre = affine @ ((COLUMNS - 1) / 2, (ROWS - 1) / 2, (SLICES - 1) / 2 + 0.3, 1.0)
    row, column = directions
    corner = centre[:3] - np.array(row) * spacing[1] * 12 - np.array(column) * spacing[0] * 12
    return Plane((float(corner[0]), float(corner[1]), float(corner[2])), row, column, spacing)


@pytest.mark.parametrize("own", [turned(0), turned(30), turned(10, -20)], ids=["straight", "turned", "oblique"])
@pytest.mark.parametrize("directions", BASES.values(), ids=BASES.keys())
def test_values_that_rise_evenly_are_sampled_exactly_where_they_are(own: tuple[Vector, Vector], directions: tuple[Vector, Vector]) -> None:
    of = lattice(*own)
    plane, raster = middle_plane(of, directions), Raster(0.5, 0.5, 1.0, 1.0, 25, 25)
    found = sample(of, values_by(of.images, straight(of.images)), plane, raster)
    checked = 0
    for r in range(25):
        for c in range(25):
            x, y, z = plane.to_patient(c + 0.5, r + 0.5)
            column, row, place = of.to_voxel @ (x, y, z, 1.0)
            if 0 <= column <= COLUMNS - 1 and 0 <= row <= ROWS - 1 and 0 <= place <= SLICES - 1:
                assert found[r, c] == pytest.approx(2 * x - y + 3 * z, abs=2e-3)
                checked += 1
    assert checked > 60


@pytest.mark.parametrize("own", [turned(0), turned(30), turned(10, -20)], ids=["straight", "turned", "oblique"])
@pytest.mark.parametrize("directions", BASES.values(), ids=BASES.keys())
def test_sampling_is_what_simpleitk_resamples(own: tuple[Vector, Vector], directions: tuple[Vector, Vector]) -> None:
    of = lattice(*own)
    volume = np.random.default_rng(5).random((SLICES, ROWS, COLUMNS), dtype=np.float32)
    plane, raster = middle_plane(of, directions), Raster(0.5, 0.5, 1.0, 1.0, 25, 25)
    theirs = _resampled(of, volume, plane)
    ours = sample(of, values_by(of.images, volume), plane, raster)
    inside = ~np.isnan(ours) & (theirs > -1)
    assert inside.sum() > 100
    assert np.abs(ours[inside] - theirs[inside]).max() < 1e-4
    assert (np.isnan(ours) != (theirs == -1)).mean() < 0.02  # voxels' very edges may fall to either side


def _resampled(of: Lattice, volume: Values, plane: Plane) -> Values:
    first = of.images[0].plane
    assert first is not None
    image = sitk.GetImageFromArray(volume)
    image.SetSpacing((SPACING[1], SPACING[0], STEP))
    image.SetOrigin(first.position)
    image.SetDirection(np.stack([first.row, first.column, first.normal], axis=1).ravel().tolist())
    to = sitk.Image(25, 25, 1, sitk.sitkFloat32)
    to.SetSpacing((plane.spacing[1], plane.spacing[0], 1.0))
    to.SetOrigin(plane.position)
    to.SetDirection(np.stack([plane.row, plane.column, plane.normal], axis=1).ravel().tolist())
    return sitk.GetArrayFromImage(sitk.Resample(image, to, sitk.Transform(), sitk.sitkLinear, -1.0))[0]


def test_the_nearest_voxel_is_taken_within_a_slice_but_slices_are_blended() -> None:
    of = lattice(*turned(0))
    volume = np.random.default_rng(6).random((SLICES, ROWS, COLUMNS), dtype=np.float32)
    first = of.images[2].plane
    assert first is not None
    x, y, z = first.position
    plane = Plane((x, y, z + STEP / 4), first.row, first.column, first.spacing)
    found = sample(of, values_by(of.images, volume), plane, Raster(0.9, 0.6, 1.0, 1.0, COLUMNS, ROWS), smooth=False)
    assert found == pytest.approx(volume[2] * 0.75 + volume[3] * 0.25, abs=1e-6)


def test_outside_of_all_voxels_there_is_no_value() -> None:
    of = lattice(*turned(0))
    volume = np.ones((SLICES, ROWS, COLUMNS), np.float32)
    first = of.images[0].plane
    assert first is not None
    found = sample(of, values_by(of.images, volume), first, Raster(-0.5, -0.5, 1.0, 1.0, COLUMNS + 2, ROWS + 2))
    assert np.isnan(found[0]).all() and np.isnan(found[:, -1]).all() and (found[1:-1, 1:-1] == 1).all()
    x, y, z = first.position
    beyond = Plane((x, y, z - STEP * 0.6), first.row, first.column, first.spacing)
    assert np.isnan(sample(of, values_by(of.images, volume), beyond, Raster(0.5, 0.5, 1, 1, 4, 4))).all()
    assert slices_for(of, beyond, Raster(0.5, 0.5, 1, 1, 4, 4)) == ()


def test_only_the_slices_beside_a_plane_are_asked_for() -> None:
    of = lattice(*turned(0))
    first = of.images[3].plane
    assert first is not None
    raster = Raster(0.5, 0.5, 1, 1, 4, 4)
    assert slices_for(of, first, raster) == (of.images[3],)
    x, y, z = first.position
    assert slices_for(of, Plane((x, y, z + 1), first.row, first.column, first.spacing), raster) == of.images[3:5]


def test_a_slice_that_is_not_there_yet_leaves_a_hole() -> None:
    of = lattice(*turned(0))
    plane = of.images[3].plane
    assert plane is not None
    assert np.isnan(sample(of, lambda key: None, plane, Raster(0.5, 0.5, 1, 1, 4, 4))).all()


def test_the_voxel_under_a_point_is_the_one_that_holds_it() -> None:
    of = lattice(*turned(30, 10))
    plane = of.images[4].plane
    assert plane is not None
    assert voxel_at(of, plane.to_patient(3.01, 5.99)) == (of.images[4], 3, 5)
    assert voxel_at(of, plane.to_patient(-0.1, 5.0)) is None


def test_slices_with_a_gap_are_no_lattice() -> None:
    why = lattice_of(stack(*turned(0), gap=3))
    assert isinstance(why, Message) and "not evenly spaced" in str(why)
    assert isinstance(lattice_of(stack(*turned(0))[:1]), Message)
