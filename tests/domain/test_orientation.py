"""The letters at the edges of an image, against a table written down by hand."""

from __future__ import annotations

import math

import pytest

from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.orientation import Edges, edges, letters, plane_of, slice_place

S = math.sqrt(0.5)
C30, S30 = math.cos(math.radians(30)), math.sin(math.radians(30))
TABLE = {
    "axial, on the back": ((1, 0, 0), (0, 1, 0), "R A L P"),
    "axial, on the belly": ((-1, 0, 0), (0, -1, 0), "L P R A"),
    "axial, on the left side": ((0, -1, 0), (1, 0, 0), "P R A L"),
    "axial, on the right side": ((0, 1, 0), (-1, 0, 0), "A L P R"),
    "axial, seen from the head (feet first, not turned)": ((-1, 0, 0), (0, 1, 0), "L A R P"),
    "coronal": ((1, 0, 0), (0, 0, -1), "R H L F"),
    "sagittal": ((0, 1, 0), (0, 0, -1), "A H P F"),
    "sagittal, turned": ((0, -1, 0), (0, 0, -1), "P H A F"),
    "upside down": ((1, 0, 0), (0, 0, 1), "R F L H"),
    "coronal, tilted by 30°": ((1, 0, 0), (0, -S30, -C30), "R HP L FA"),
    "oblique by 45°": ((S, S, 0), (0, 0, -1), "RA H LP F"),
    "hardly tilted": ((1, 0, 0), (0, 0.999, -0.04), "R A L P"),
}


def image(**other: object) -> Image:
    return Image(ImageKey("1.2"), "1.dcm", 1, 20, 10, "CT", "", "1", "2", **other)


def plane(row: tuple[float, ...], column: tuple[float, ...]) -> Plane:
    return Plane((-100.0, -50.0, 30.0), row, column, (2.0, 1.0))


@pytest.mark.parametrize("name", TABLE)
def test_the_letters_follow_the_geometry(name: str) -> None:
    row, column, expected = TABLE[name]
    assert edges(image(plane=plane(row, column))) == Edges(*expected.split())


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [
        ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), "axial"),
        ((1.0, 0.0, 0.0), (0.0, 0.9, -0.436), "axial"),
        ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), "coronal"),
        ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), "sagittal"),
        ((1.0, 0.0, 0.0), (0.0, 0.707, -0.707), "oblique"),
    ],
)
def test_a_plane_is_called_after_the_axis_it_stands_on(row: tuple[float, ...], column: tuple[float, ...], name: str) -> None:
    assert plane_of(plane(row, column)) == name and plane_of(None) == ""


def test_an_oblique_direction_bears_three_letters_the_main_one_first() -> None:
    assert letters((0.8, -0.5, 0.33)) == "LAH"
    assert letters((-0.3, 0.2, -0.93)) == "FRP"
    assert letters((0.996, 0.09, 0.0)) == "L"


@pytest.mark.parametrize(
    ("directions", "expected"),
    [
        (("L", "F"), Edges("R", "H", "L", "F")),
        (("R", "F"), Edges("L", "H", "R", "F")),
        (("P", "FL"), Edges("A", "HR", "P", "FL")),
        (("A", "HPL"), Edges("P", "FAR", "A", "HPL")),
        (("L", ""), Edges("R", "", "L", "")),
        (("", ""), Edges()),
        (("X", "F"), Edges("", "H", "", "F")),
        (("LEFT", "F"), Edges("", "H", "", "F")),
        (("LPHF", "F"), Edges("", "H", "", "F")),
    ],
)
def test_a_projection_says_them_in_its_header(directions: tuple[str, str], expected: Edges) -> None:
    assert edges(image(directions=directions)) == expected


def test_the_geometry_counts_before_the_header() -> None:
    assert edges(image(plane=plane((1, 0, 0), (0, 1, 0)), directions=("R", "F"))) == Edges("R", "A", "L", "P")


def test_an_animal_has_letters_of_its_own() -> None:
    assert edges(image(plane=plane((1, 0, 0), (0, 0, -1)), quadruped=True)) == Edges("RT", "CR", "LE", "CD")
    assert edges(image(directions=("CD", "V"), quadruped=True)) == Edges("CR", "D", "CD", "V")
    assert edges(image(directions=("LECD", "DI"), quadruped=True)) == Edges("RTCR", "PR", "LECD", "DI")


def test_a_slice_lies_on_a_side_of_the_origin() -> None:
    axial = plane((1, 0, 0), (0, 1, 0))
    assert slice_place(axial, 20, 10) == ("H", 30.0)
    assert slice_place(axial, 20, 10, quadruped=True) == ("CR", 30.0)
    assert slice_place(plane((1, 0, 0), (0, 0, -1)), 20, 10) == ("A", 50.0)
    side, far = slice_place(plane((0, 1, 0), (0, 0, -1)), 20, 10)
    assert (side, far) == ("R", 100.0)
