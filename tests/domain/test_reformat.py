"""Cuts through evenly spaced slices: every pixel is the voxel at its millimetres, and they are turned as such images are usually shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.image import Image, Vector
from annotator.domain.orientation import edges
from annotator.domain.picture import Picture
from annotator.domain.reformat import Along, Cutting, cut_picture, cutting_of
from annotator.i18n import Message
from tests.domain.test_reslice import COLUMNS, ROWS, SLICES, STEP, stack, straight, turned

CORONAL_STACK = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
SAGITTAL_STACK = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))


def cutting(images: tuple[Image, ...], along: Along, *, maximum: bool = False) -> Cutting:
    found = cutting_of(images, along, "1.3.cut", maximum=maximum)
    assert isinstance(found, Cutting)
    return found


def pictures(images: tuple[Image, ...], **other: object) -> list[Picture | None]:
    return [Picture(image.key, values, **other) for image, values in zip(images, straight(images), strict=True)]  # type: ignore[arg-type]


@pytest.mark.parametrize("directions", [turned(0), turned(25), turned(10, 20), CORONAL_STACK, SAGITTAL_STACK])
@pytest.mark.parametrize("along", Along)
def test_every_pixel_is_the_voxel_at_its_millimetres(directions: tuple[Vector, Vector], along: Along) -> None:
    images = stack(*directions)
    made = cutting(images, along)
    assert len(made.images) == (ROWS if along is Along.ROW else COLUMNS)
    for place in (0, 3, len(made.images) - 1):
        image, picture = made.images[place], cut_picture(made, place, pictures(images))
        assert picture is not None and image.plane is not None and picture.key == image.key
        assert (picture.rows, picture.columns) == (image.rows, image.columns)
        for row in range(0, image.rows, 2):
            for column in range(0, image.columns, 2):
                x, y, z = image.plane.to_patient(column + 0.5, row + 0.5)
                assert picture.stored[row, column] == pytest.approx(2 * x - y + 3 * z, abs=1e-3)


@pytest.mark.parametrize(
    ("directions", "along", "name", "left", "top"),
    [
        (turned(0), Along.ROW, "Coronal", "R", "H"),
        (turned(0), Along.COLUMN, "Sagittal", "A", "H"),
        (turned(180), Along.ROW, "Coronal", "R", "H"),
        (CORONAL_STACK, Along.ROW, "Axial", "R", "A"),
        (CORONAL_STACK, Along.COLUMN, "Sagittal", "A", "H"),
        (SAGITTAL_STACK, Along.ROW, "Axial", "R", "A"),
        (SAGITTAL_STACK, Along.COLUMN, "Coronal", "R", "H"),
    ],
)
def test_cuts_are_turned_as_they_are_usually_shown(
    directions: tuple[Vector, Vector], along: Along, name: str, left: str, top: str
) -> None:
    made = cutting(stack(*directions), along)
    letters = edges(made.images[0])
    assert (made.name, letters.left, letters.top) == (name, left, top)


def test_pixels_have_the_shape_of_their_millimetres() -> None:
    made = cutting(stack(*turned(0)), Along.ROW)
    assert made.images[0].spacing == pytest.approx((STEP, 2.0)) and (made.images[0].rows, made.images[0].columns) == (SLICES, COLUMNS)


def test_slices_that_are_not_there_stay_dark() -> None:
    images = stack(*turned(0))
    some = pictures(images)
    some[2] = None
    made = cutting(images, Along.ROW)
    picture = cut_picture(made, 4, some)
    assert picture is not None
    missing = SLICES - 1 - 2  # upside down: the highest slice is the first row
    assert len(set(picture.stored[missing].tolist())) == 1 and picture.stored[missing, 0] == picture.stored.min()
    assert cut_picture(made, 4, [None] * SLICES) is None


def test_the_highest_values_are_those_of_all_rows() -> None:
    images = stack(*turned(0))
    volume = np.random.default_rng(3).integers(0, 900, (SLICES, ROWS, COLUMNS)).astype(np.int16)
    shown = [Picture(image.key, values, slope=0.5 + n) for n, (image, values) in enumerate(zip(images, volume, strict=True))]
    made = cutting(images, Along.ROW, maximum=True)
    picture = cut_picture(made, 0, shown)
    assert picture is not None and len(made.images) == 1
    expected = np.stack([found.values().max(axis=0) for found in shown])[::-1]
    assert picture.values() == pytest.approx(expected)


def test_what_is_stored_alike_stays_as_it_is_stored() -> None:
    images = stack(*turned(0))
    shown = [Picture(image.key, np.full((ROWS, COLUMNS), n, np.int16), slope=2.0, unit="HU") for n, image in enumerate(images)]
    picture = cut_picture(cutting(images, Along.COLUMN), 1, shown)
    assert picture is not None and picture.stored.dtype == np.int16 and picture.slope == 2.0 and picture.unit == "HU"
    assert picture.honesty.derived


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
def test_uneven_gapped_and_tilted_series_have_no_cuts(images: tuple[Image, ...], reason: str) -> None:
    why = cutting_of(images, Along.ROW, "1.3.cut")
    assert isinstance(why, Message) and reason in str(why)
