"""What of one image belongs to what of another: places, points, scales, and the line where two planes cross."""

from __future__ import annotations

import math

import pytest

from annotator.domain.image import Image, ImageKey, Plane, Vector
from annotator.domain.links import crossing, project, same_frame, same_look, same_place, same_point

AXIAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
CORONAL = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
SAGITTAL = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))


def image(
    number: int, position: Vector = (0.0, 0.0, 0.0), axes: tuple[Vector, Vector] = AXIAL, spacing: tuple[float, float] | None = (1.0, 1.0),
    *, size: tuple[int, int] = (100, 100), frame: str = "1.9",
) -> Image:  # fmt: skip
    plane = Plane(position, *axes, spacing) if spacing else None
    return Image(ImageKey(f"1.2.{number}"), "", 1, *size, "CT", "", "1.2", "1", frame, plane, spacing)


def test_the_slice_at_the_same_place_is_the_nearest_one() -> None:
    thick = [image(n, (0.0, 0.0, 5.0 * n)) for n in range(10)]
    assert [same_place(image(99, (0.0, 0.0, z)), thick) for z in (-40.0, 0.0, 12.0, 13.0, 44.0, 400.0)] == [0, 0, 2, 3, 9, 9]


def test_a_tilted_stack_is_met_in_its_middle() -> None:
    angle = math.radians(15)
    tilted = image(99, (0.0, 0.0, 10.0), ((1.0, 0.0, 0.0), (0.0, math.cos(angle), math.sin(angle))))
    thin = [image(n, (0.0, 0.0, 1.0 * n)) for n in range(60)]
    assert same_place(tilted, thin) == round(10.0 + 49.5 * math.sin(angle))


@pytest.mark.parametrize(
    "other",
    [
        image(1, frame="1.8"),
        image(1, frame=""),
        image(1, spacing=None),
        image(1, axes=SAGITTAL),
    ],
)
def test_what_does_not_lie_alike_has_no_same_place(other: Image) -> None:
    assert same_place(image(0), [other]) is None


def test_images_without_a_frame_are_in_no_common_one() -> None:
    assert not same_frame(image(0, frame=""), image(1, frame=""))


def test_a_localizer_among_the_others_is_passed_over() -> None:
    stack = [image(0, axes=CORONAL), *(image(n, (0.0, 0.0, 5.0 * n)) for n in (1, 2))]
    assert same_place(image(99, (0.0, 0.0, 0.0)), stack) == 1


@pytest.mark.parametrize("axes", [AXIAL, CORONAL, SAGITTAL])
def test_a_point_of_an_image_projects_onto_itself(axes: tuple[Vector, Vector]) -> None:
    there = image(0, (3.0, -7.0, 11.0), axes, (0.5, 0.8))
    assert there.plane is not None
    point, off = project(there.plane, there.plane.to_patient(31.25, 77.5))
    assert point == pytest.approx((31.25, 77.5)) and off == pytest.approx(0.0, abs=1e-9)


def test_the_same_point_takes_spacing_and_position_into_account() -> None:
    fine, coarse = image(0, (0.25, 0.25, 0.0), spacing=(0.5, 0.5)), image(1, (2.0, 2.0, 0.0), spacing=(4.0, 4.0))
    assert same_point(fine, (40.0, 20.0), coarse) == pytest.approx((5.0, 2.5))
    assert same_point(coarse, (5.0, 2.5), fine) == pytest.approx((40.0, 20.0))


def test_linked_looks_have_equal_millimetres() -> None:
    fine, coarse = image(0, (0.25, 0.25, 0.0), spacing=(0.5, 0.5)), image(1, (2.0, 2.0, 0.0), spacing=(4.0, 4.0))
    assert same_look(fine, (40.0, 20.0), coarse) == (pytest.approx((5.0, 2.5)), 8.0)


def test_without_a_common_frame_looks_are_linked_from_the_middle() -> None:
    here, there = image(0, spacing=(1.0, 1.0)), image(1, spacing=(2.0, 2.0), size=(60, 80), frame="1.8")
    assert same_look(here, (50.0, 50.0), there) == ((40.0, 30.0), 2.0)
    assert same_look(here, (60.0, 40.0), there) == ((45.0, 25.0), 2.0)


def test_a_look_in_pixels_is_not_linked_with_one_in_millimetres() -> None:
    assert same_look(image(0), (50.0, 50.0), image(1, spacing=None)) is None
    assert same_look(image(0, spacing=None), (60.0, 50.0), image(1, spacing=None)) == ((60.0, 50.0), 1.0)


def test_an_axial_slice_crosses_a_coronal_image_in_a_level_line() -> None:
    coronal = image(1, (0.5, 50.0, 99.5), CORONAL)
    line = crossing(image(0, (0.5, 0.5, 20.0)), coronal)
    assert line is not None
    (x1, y1), (x2, y2) = sorted(line)
    assert (x1, y1, x2, y2) == pytest.approx((0.0, 80.0, 100.0, 80.0))


def test_the_line_ends_where_the_crossing_image_does() -> None:
    small = image(0, (20.5, 40.5, 20.0), size=(30, 30))
    line = crossing(small, image(1, (0.5, 50.0, 99.5), CORONAL))
    assert line is not None
    assert [x for x, _ in sorted(line)] == pytest.approx([20.0, 50.0])


def test_a_sagittal_slice_crosses_an_axial_image_from_front_to_back() -> None:
    line = crossing(image(0, (30.0, 0.5, 99.5), SAGITTAL), image(1, (0.5, 0.5, 50.0)))
    assert line is not None
    assert [value for point in sorted(line) for value in point] == pytest.approx([30.0, 0.0, 30.0, 100.0])


@pytest.mark.parametrize(
    "cutting",
    [
        image(0, (0.0, 0.0, 20.0)),
        image(0, (0.0, -300.0, 0.0), CORONAL),
        image(0, (0.0, 20.0, 500.0), CORONAL, size=(100, 100)),
        image(0, (30.0, 0.5, 99.5), SAGITTAL, frame="1.8"),
        image(0, spacing=None),
    ],
)
def test_what_does_not_cross_has_no_line(cutting: Image) -> None:
    assert crossing(cutting, image(1, (0.5, 0.5, 50.0))) is None


def test_every_point_of_the_line_lies_in_both_planes() -> None:
    angle = math.radians(35)
    oblique = image(0, (-3.0, 4.0, 60.0), ((math.cos(angle), math.sin(angle), 0.0), (0.0, 0.0, -1.0)), (0.7, 0.9))
    axial = image(1, (0.5, 0.5, 30.0), spacing=(1.1, 0.6))
    line = crossing(oblique, axial)
    assert line is not None and oblique.plane is not None and axial.plane is not None
    for point in line:
        place = axial.plane.to_patient(*point)
        (x, y), off = project(oblique.plane, place)
        assert off == pytest.approx(0.0, abs=1e-9) and -1e-6 <= x <= 100 + 1e-6 and -1e-6 <= y <= 100 + 1e-6
