"""What stands beside the pointer while an area is drawn: what it is, what it makes of others, and all of it in one unit."""

from __future__ import annotations

import math

import pytest

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Mode, Pen, draw
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.gui.canvas.measure import beside_pointer
from annotator.i18n import use_language
from annotator.tools.gesture import Draft, Makes, Stroke
from annotator.workspace.strokes import shape_of

IMAGE = Image(ImageKey("1.2"), "1.dcm", 1, 100, 100, "CT", "", "1", "2", spacing=(1.0, 1.0))
NAMES = {"CCT1": "Malignant", "CCT2": "Scar", "CCT3": "Benign"}
LARGE = Annotation(1, IMAGE.key, "CCT1", "Box", Region.box(0, 0, 50, 50))
SMALL = Annotation(2, IMAGE.key, "CCT2", "Box", Region.box(60, 0, 65, 10))
UNITS = {"mm²", "cm²"}


def said(x1: int, y1: int, x2: int, y2: int, mode: Mode = Mode.NEW, category: str = "CCT3") -> str:
    """What is said of a box that is drawn over both, where categories exclude one another."""
    document = Document({IMAGE.key: (LARGE, SMALL)})
    pen = Pen(category, NAMES[category], "Box", "tool.box", exclusive=True)
    edit = draw(document, IMAGE, Region.box(x1, y1, x2, y2), mode, pen)
    assert isinstance(edit, Edit)
    return beside_pointer(Draft(Makes.BOX, ((x1, y1), (x2, y2))), edit, IMAGE, NAMES)


def test_a_new_area_is_said_once_and_with_it_what_another_loses() -> None:
    assert said(40, 40, 60, 60) == "20.0 × 20.0 mm · 400.0 mm² · Malignant −100.0 mm²"
    assert said(60, 40, 70, 50) == "10.0 × 10.0 mm · 100.0 mm²"


def test_an_ellipse_says_its_sides_and_its_area() -> None:
    corners = ((60.0, 60.0), (80.0, 90.0))
    shape = shape_of(Stroke(Makes.ELLIPSE, corners), IMAGE, None)
    assert isinstance(shape, Region)
    pixels = region_mask(shape, 100, 100).count
    assert pixels == pytest.approx(math.pi * 10 * 15, rel=0.01)
    edit = draw(Document(), IMAGE, shape, Mode.NEW, Pen("CCT3", "Benign", "Free", "tool.ellipse"))
    assert isinstance(edit, Edit)
    assert beside_pointer(Draft(Makes.ELLIPSE, corners), edit, IMAGE) == f"20.0 × 30.0 mm · {pixels}.0 mm²"


def test_what_goes_as_a_whole_is_said_to_be_deleted() -> None:
    assert said(60, 0, 70, 10) == "10.0 × 10.0 mm · 100.0 mm² · Scar is deleted"
    use_language("ko")
    assert said(60, 0, 70, 10) == "10.0 × 10.0 mm · 100.0 mm² · Scar 삭제됨"


def test_several_that_lose_are_named_each() -> None:
    assert said(40, 0, 63, 5) == "23.0 × 5.0 mm · 115.0 mm² · Malignant −50.0 mm² · Scar −15.0 mm²"


@pytest.mark.parametrize(
    ("box", "mode", "category", "expected"),
    [
        ((40, 40, 90, 90), Mode.NEW, "CCT3", "50.0 × 50.0 mm · 25.00 cm² · Malignant −1.00 cm²"),
        ((40, 40, 60, 60), Mode.ADD, "CCT1", "20.0 × 20.0 mm · 4.00 cm² → 84.9 × 70.7 mm · 28.00 cm²"),
        ((0, 0, 50, 45), Mode.SUB, "CCT1", "50.0 × 45.0 mm · 22.50 cm² → 50.2 × 5.0 mm · 2.50 cm²"),
    ],
)
def test_large_and_small_areas_are_said_in_one_unit(box: tuple[int, int, int, int], mode: Mode, category: str, expected: str) -> None:
    text = said(*box, mode=mode, category=category)
    assert len({unit for unit in UNITS if unit in text}) == 1
    assert text == expected
