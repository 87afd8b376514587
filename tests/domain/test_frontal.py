"""The view through all slices: the highest value along the line of sight, at its millimetres, turned as such images are usually shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.frontal import Frontal, frontal_of, frontal_picture
from annotator.domain.image import Image, Vector
from annotator.domain.orientation import edges
from annotator.domain.picture import Picture
from annotator.i18n import Message
from tests.domain.test_reslice import COLUMNS, ROWS, SLICES, STEP, lattice, stack, turned

CORONAL_STACK = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
SAGITTAL_STACK = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))


def frontal(images: tuple[Image, ...]) -> Frontal:
    found = frontal_of(images, "1.3.frontal")
    assert isinstance(found, Frontal)
    return found


@pytest.mark.parametrize("directions", [turned(0), turned(180), turned(10, 20), CORONAL_STACK, SAGITTAL_STACK])
def test_a_bright_voxel_is_seen_at_its_millimetres(directions: tuple[Vector, Vector]) -> None:
    images, of = stack(*directions), lattice(*directions)
    volume = np.zeros((SLICES, ROWS, COLUMNS), np.float32)
    volume[5, 2, 8] = 7.0
    seen = frontal(images)
    picture = frontal_picture(seen, [Picture(image.key, values) for image, values in zip(images, volume, strict=True)])
    assert picture is not None and seen.image.plane is not None and (picture.rows, picture.columns) == (seen.image.rows, seen.image.columns)
    ((row, column),) = np.argwhere(picture.stored == 7.0)
    voxel = of.to_voxel @ (*seen.image.plane.to_patient(column + 0.5, row + 0.5), 1.0)
    assert (voxel[0], voxel[2]) == pytest.approx((8, 5), abs=1e-6)


@pytest.mark.parametrize(
    ("directions", "name", "left", "top"),
    [
        (turned(0), "Coronal", "R", "H"),
        (turned(180), "Coronal", "R", "H"),
        (CORONAL_STACK, "Axial", "R", "A"),
        (SAGITTAL_STACK, "Axial", "R", "A"),
    ],
)
def test_it_is_turned_as_it_is_usually_shown(directions: tuple[Vector, Vector], name: str, left: str, top: str) -> None:
    seen = frontal(stack(*directions))
    letters = edges(seen.image)
    assert (seen.name, letters.left, letters.top) == (name, left, top)


def test_pixels_have_the_shape_of_their_millimetres() -> None:
    seen = frontal(stack(*turned(0)))
    assert seen.image.spacing == pytest.approx((STEP, 2.0)) and (seen.image.rows, seen.image.columns) == (SLICES, COLUMNS)


def test_the_highest_values_are_those_of_each_slice_in_its_own_unit() -> None:
    images = stack(*turned(0))
    volume = np.random.default_rng(3).integers(0, 900, (SLICES, ROWS, COLUMNS)).astype(np.int16)
    shown = [Picture(image.key, values, slope=0.5 + n) for n, (image, values) in enumerate(zip(images, volume, strict=True))]
    picture = frontal_picture(frontal(images), shown)
    assert picture is not None and picture.honesty.derived
    assert picture.values() == pytest.approx(np.stack([found.values().max(axis=0) for found in shown])[::-1])


def test_slices_that_are_not_there_stay_dark() -> None:
    images = stack(*turned(0))
    shown: list[Picture | None] = [Picture(image.key, np.full((ROWS, COLUMNS), 3 + n, np.int16)) for n, image in enumerate(images)]
    shown[2] = None
    picture = frontal_picture(frontal(images), shown)
    assert picture is not None and set(picture.stored[SLICES - 1 - 2].tolist()) == {3.0}
    assert frontal_picture(frontal(images), [None] * SLICES) is None


def tilted() -> tuple[Image, ...]:
    """Slices shifted against one another, as with a tilted gantry."""
    images = []
    for number, image in enumerate(stack(*turned(0))):
        assert image.plane is not None
        x, y, z = image.plane.position
        images.append(replace(image, plane=replace(image.plane, position=(x, y + number, z))))
    return tuple(images)


@pytest.mark.parametrize(
    ("images", "reason"),
    [(stack(*turned(0), gap=3), "not evenly spaced"), (tilted(), "tilted gantry"), (stack(*turned(0))[:1], "single slice")],
)
def test_uneven_gapped_and_tilted_series_are_not_looked_through(images: tuple[Image, ...], reason: str) -> None:
    why = frontal_of(images, "1.3.frontal")
    assert isinstance(why, Message) and reason in str(why)
