"""What a measurement says: millimetres where the image knows them, “at the detector” where they are those, pixels else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from annotator.domain.annotation import Annotation
from annotator.domain.image import Image, ImageKey
from annotator.domain.measure import Figure
from annotator.domain.path import Path, Polyline
from annotator.domain.picture import Picture
from annotator.domain.region import Region
from annotator.domain.shapes import region_of_stroke
from annotator.i18n import use_language
from annotator.present.measures import AT_ONCE, drafted_box, drafted_outline, line_text, lines_of, main_figure, number, volume_text

IMAGE = Image(ImageKey("1.2"), "1.dcm", 1, 10, 10, "CT", "", "1", "2", spacing=(0.5, 0.25))
PICTURE = Picture(IMAGE.key, np.arange(100, dtype=np.int16).reshape(10, 10), unit="HU", intercept=-50.0)
LINE, BOX = ((0.0, 0.0), (8.0, 0.0)), ((2.0, 2.0), (4.0, 4.0))


@pytest.mark.parametrize(
    ("spacing", "at_detector", "said"),
    [((0.5, 0.25), False, "2.0 mm"), ((0.5, 0.25), True, "2.0 mm at the detector"), (None, False, "8.0 px")],
)
def test_a_length_says_what_it_is_a_length_of(spacing, at_detector, said) -> None:
    image = replace(IMAGE, spacing=spacing, spacing_at_detector=at_detector)
    assert lines_of(Figure.RULER, LINE, image, PICTURE) == (said,)


def test_values_are_those_of_the_pixels_with_their_unit() -> None:
    """Pixels 22, 23, 32 and 33, minus 50; four of 0.125 mm²."""
    assert lines_of(Figure.RECTANGLE, BOX, IMAGE, PICTURE) == ("mean −22.5 HU  σ 5.02", "min −28  max −17", "0.5 mm² · 4 px")


def test_padding_that_is_left_out_of_the_values_is_said() -> None:
    """Pixels 22 and 23 of 22, 23, 32 and 33 are padding; the area is still that of all four."""
    padded = replace(PICTURE, padding=(20, 25))
    assert lines_of(Figure.RECTANGLE, BOX, IMAGE, padded) == (
        *("mean −17.5 HU  σ 0.5", "min −18  max −17", "2 px without a value (padding) left out", "0.5 mm² · 4 px"),
    )
    nothing_else = replace(PICTURE, padding=(0, 99))
    assert lines_of(Figure.RECTANGLE, BOX, IMAGE, nothing_else) == ("no pixel with a value (padding)", "0.5 mm² · 4 px")


def test_an_area_at_the_detector_says_so() -> None:
    image = replace(IMAGE, spacing=(50.0, 50.0), spacing_at_detector=True)
    assert lines_of(Figure.ELLIPSE, BOX, image, PICTURE)[-1] == "100.00 cm² at the detector · 4 px"


def test_of_colour_only_the_area_is_said() -> None:
    colour = Picture(IMAGE.key, np.zeros((10, 10, 3), np.uint8))
    assert lines_of(Figure.RECTANGLE, BOX, replace(IMAGE, spacing=None), colour) == ("4 px",)


def test_a_large_one_waits_with_its_values_for_the_end_of_the_hand() -> None:
    side = AT_ONCE**0.5 + 1
    large = ((0.0, 0.0), (side, side))
    assert lines_of(Figure.RECTANGLE, large, IMAGE, PICTURE, moving=True) == (f"{side / 4:.1f} × {side / 2:.1f} mm",)
    assert len(lines_of(Figure.RECTANGLE, large, IMAGE, PICTURE)) == 3


def test_an_angle_is_said_in_degrees_in_both_languages() -> None:
    points = ((0.0, 0.0), (5.0, 0.0), (5.0, 5.0))
    assert lines_of(Figure.ANGLE, points, IMAGE, PICTURE) == ("90.0°",)
    use_language("ko")
    assert lines_of(Figure.ANGLE, points, IMAGE, PICTURE) == ("90.0°",)
    assert lines_of(Figure.RECTANGLE, BOX, IMAGE, PICTURE)[0].startswith("평균")


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0"), (0.01234, "0.0123"), (-3.456, "−3.46"), (12.0, "12"), (-1024.04, "−1024"), (99.95, "100")]
)
def test_a_number_has_the_digits_that_it_is_worth(value: float, said: str) -> None:
    assert number(value) == said


def box_said(points: Polyline, image: Image) -> str:
    return drafted_box(points, image).said(image)


def outline_said(points: Polyline, image: Image) -> str:
    area = drafted_outline(points, image)
    return area.said(image) if area is not None else ""


def test_a_line_that_is_drawn_says_its_length_and_that_of_its_last_stretch() -> None:
    assert line_text(LINE, IMAGE) == "2.0 mm"
    assert line_text((*LINE, (8.0, 6.0)), IMAGE) == "5.0 mm · last 3.0 mm"
    bare = replace(IMAGE, spacing=None)
    assert line_text((*LINE, (8.0, 6.0)), bare) == "14.0 px · last 6.0 px"
    use_language("ko")
    assert line_text((*LINE, (8.0, 6.0)), IMAGE) == "5.0 mm · 마지막 3.0 mm"


def test_a_box_that_is_drawn_says_the_size_of_the_pixels_that_it_sets() -> None:
    """From 2.4 to 5.6 the centres 2.5 to 5.5 are inside: four columns, and two rows."""
    assert box_said(((5.6, 3.4), (2.4, 0.6)), IMAGE) == "1.0 × 1.0 mm · 1.0 mm²"
    assert box_said(((2.4, 0.6), (5.6, 3.4)), replace(IMAGE, spacing_at_detector=True)) == "1.0 × 1.0 mm · 1.0 mm² at the detector"
    assert box_said(((2.4, 0.6), (5.6, 3.4)), replace(IMAGE, spacing=None)) == "4.0 × 2.0 px · 8 px"
    assert box_said(((2.6, 0.6), (3.2, 3.4)), IMAGE) == "0.0 mm²"


def test_an_outline_that_is_drawn_says_its_long_axis_and_its_area() -> None:
    """Closed now, clipped to the image; where it crosses itself the whole counts as filled."""
    square = ((2.0, 2.0), (6.0, 2.0), (6.0, 6.0), (2.0, 6.0))
    assert outline_said(square, IMAGE) == "⌀ 2.2 mm · 2.0 mm²"
    assert outline_said(tuple((x + 6, y) for x, y in square), replace(IMAGE, spacing=None)) == "⌀ 4.5 px · 8 px"
    assert outline_said((*square, (2.0, 2.0), *square), IMAGE) == outline_said(square, IMAGE)
    assert outline_said(square * 2000, IMAGE) == ""


@given(points=some.lists(some.tuples(some.floats(-3, 13), some.floats(-3, 13)), min_size=3, max_size=12))
def test_what_is_said_while_drawing_is_what_is_saved_then(points) -> None:
    region = region_of_stroke(tuple(points), 10, 10)
    assume(not region.empty)
    drawn = Annotation(1, IMAGE.key, "CCT1", "Free", region)
    assert outline_said(tuple(points), IMAGE) == main_figure(drawn, IMAGE)


@pytest.mark.parametrize(
    ("toolname", "shape", "said"),
    [
        ("Box", Region.box(2, 2, 6, 4), "1.0 × 1.0 mm · 1.0 mm²"),
        ("Free", Region.box(2, 2, 6, 4), "⌀ 1.4 mm · 1.0 mm²"),
        ("Line", Path((LINE, LINE)), "4.0 mm"),
        ("Free", Region(()), "0.0 mm²"),
    ],
)
def test_the_main_figure_of_an_annotation_is_that_of_its_pixels(toolname, shape, said) -> None:
    assert main_figure(Annotation(1, IMAGE.key, "CCT1", toolname, shape), IMAGE) == said


@pytest.mark.parametrize(
    ("volume", "said"),
    [(5.4, "5 mm³"), (999, "999 mm³"), (1_234, "1.23 ml"), (9_990, "9.99 ml"), (46_014, "46.0 ml"), (146_014, "146 ml")],
)
def test_a_volume_is_said_to_three_figures(volume: float, said: str) -> None:
    assert volume_text(volume) == said
