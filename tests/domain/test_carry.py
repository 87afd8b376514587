"""Shapes carried between images by millimetres: exact on parallel slices, cut where planes cross, refused where geometry does not allow."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.domain.carry import carried, cuts, half_slice, opposite, outlined
from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.i18n import Message
from tests.domain.test_reslice import stack, turned

CT_SPACING = (1.0, 0.8)


def image(z: float, spacing: tuple[float, float], size: int, *, corner: tuple[float, float] = (0.0, 0.0), frame: str = "1.9") -> Image:
    """An axial image whose first corner is at a place in mm."""
    position = (corner[0] + spacing[1] / 2, corner[1] + spacing[0] / 2, z)
    plane = Plane(position, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), spacing)
    return Image(ImageKey(f"1.{z:g}.{size}"), "", 1, size, size, "CT", "1.2", "1.3", "1.4", frame, plane, spacing)


CT = image(10.0, CT_SPACING, 200)
PET = tuple(image(z, (4.0, 4.0), 40, corner=(20.0, 8.0)) for z in (4.0, 9.0, 14.0))


def test_a_box_keeps_its_millimetres_and_stays_a_box() -> None:
    box = Region.box(50.0, 40.0, 100.0, 80.0)  # x 40 to 80 mm, y 40 to 80 mm
    found = carried(box, CT, PET[1])
    assert isinstance(found, Region) and found.is_box
    assert found.bounds == pytest.approx(((40 - 20) / 4, (40 - 8) / 4, (80 - 20) / 4, (80 - 8) / 4))
    back = carried(found, PET[1], CT)
    assert isinstance(back, Region) and back.is_box and back.bounds == pytest.approx(box.bounds)


def test_what_lies_beyond_the_other_image_is_cut_off() -> None:
    found = carried(Region.box(0.0, 0.0, 60.0, 40.0), CT, PET[1])
    assert isinstance(found, Region) and found.bounds == pytest.approx((0.0, 0.0, 7.0, 8.0))
    assert outlined(Region.box(0.0, 0.0, 60.0, 40.0), CT, PET[1]).bounds[0] == pytest.approx(-5.0)  # type: ignore[union-attr]


def test_outlines_with_holes_and_lines_are_carried_too() -> None:
    ring = ((60.0, 40.0), (120.0, 40.0), (90.0, 100.0))
    hole = ((80.0, 50.0), (100.0, 50.0), (90.0, 70.0))
    found = carried(Region(((ring, hole),)), CT, PET[1])
    assert isinstance(found, Region) and len(tuple(found.rings)) == 2
    assert found.area((4.0, 4.0)) == pytest.approx(Region(((ring, hole),)).area(CT_SPACING))
    line = carried(Path((((60.0, 40.0), (120.0, 100.0)),)), CT, PET[1])
    assert isinstance(line, Path) and line.length((4.0, 4.0)) == pytest.approx(np.hypot(48, 60))


def test_nothing_is_carried_to_where_there_is_no_image() -> None:
    assert isinstance(carried(Region.box(1, 1, 10, 5), CT, PET[1]), Message)
    assert isinstance(carried(Region.box(50.0, 40.0, 50.5, 40.5), CT, PET[1]), Message)  # covers no centre of a large pixel


def test_the_slice_within_half_a_slice_is_the_one() -> None:
    assert opposite(CT, PET) == 1 and half_slice(PET, 1) == pytest.approx(2.5, abs=0.01)
    assert opposite(image(11.6, CT_SPACING, 200), PET) == 2
    why = opposite(image(17.0, CT_SPACING, 200), PET)
    assert isinstance(why, Message) and "3.0 mm" in str(why)


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ((image(10.0, (4.0, 4.0), 40, frame="1.8"),), "frames of reference"),
        (stack(*turned(0, 8), modality="PT"), "not parallel"),
        ((), "frames"),
    ],
)
def test_other_frames_and_tilted_slices_are_refused(others: tuple[Image, ...], reason: str) -> None:
    why = opposite(CT, others)
    assert isinstance(why, Message) and reason in str(why)


def test_slices_turned_in_their_plane_carry_an_outline_and_no_box() -> None:
    around = stack(*turned(30), modality="PT")
    plane = around[3].plane
    assert plane is not None
    flat = image(plane.position[2], (1.0, 1.0), 64, corner=(-30.0, -10.0))
    box = Region.box(25.0, 20.0, 31.0, 24.0)
    found = outlined(box, flat, around[3])
    assert isinstance(found, Region) and not found.is_box
    assert found.area(plane.spacing) == pytest.approx(24.0)
    assert flat.plane is not None
    corners = [flat.plane.to_patient(*corner)[:2] for corner in box.parts[0][0]]
    for x, y in found.parts[0][0]:
        assert min(np.hypot(*np.subtract(plane.to_patient(x, y)[:2], corner)) for corner in corners) < 1e-6


def test_a_crossing_image_shows_the_cut_of_a_region_at_its_height() -> None:
    coronal_plane = Plane((0.5, 60.0, 39.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (2.0, 1.0))
    coronal = Image(ImageKey("1.5"), "", 1, 20, 160, "CT", "1.2", "1.3", "1.4", "1.9", coronal_plane, (2.0, 1.0))
    (strip,) = cuts(Region.box(50.0, 40.0, 100.0, 80.0), CT, coronal, 1.5)
    xs, ys = zip(*strip, strict=True)
    assert (min(xs), max(xs)) == pytest.approx((40.0, 80.0))
    middle = (39.0 - 10.0) / 2.0 + 0.5
    assert (min(ys), max(ys)) == pytest.approx((middle - 0.75, middle + 0.75))
    assert cuts(Region.box(50.0, 100.0, 100.0, 120.0), CT, coronal, 1.5) == ()
    apart = cuts(Region((Region.box(10, 40, 20, 80).parts[0], Region.box(40, 40, 50, 80).parts[0])), CT, coronal, 1.5)
    assert len(apart) == 2
