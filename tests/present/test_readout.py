"""What the status line says of the pixel under the pointer."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.picture import Picture
from annotator.domain.suv import Suv
from annotator.present.readout import patient_text, position_text, value_text, zoom_text

PLANE = Plane((-100.0, -50.0, -30.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (2.0, 0.5))
IMAGE = Image(ImageKey("1.2"), "1.dcm", 1, 40, 30, "CT", "", "1", "2", plane=PLANE, spacing=(2.0, 0.5))


def test_a_place_in_the_patient_is_that_of_the_very_point_in_millimetres():
    assert patient_text(IMAGE, 0.5, 0.5) == "R 100.0  A 50.0  F 30.0 mm"
    assert patient_text(IMAGE, 10.5, 30.5) == "R 95.0  P 10.0  F 30.0 mm"


def test_without_a_plane_no_place_is_said():
    assert patient_text(Image(ImageKey("1.2"), "1.dcm", 1, 40, 30, "CR", "", "1", "2", spacing=(1.0, 1.0)), 3, 3) == ""
    assert patient_text(None, 3, 3) == ""


@pytest.mark.parametrize(
    ("slope", "unit", "said"), [(1.0, "HU", "7 HU"), (0.5, "SUVbw", "3.5 SUVbw"), (1.0, "", "7"), (1e-4, "SUVbw", "0.0007 SUVbw")]
)
def test_a_value_is_said_with_its_unit(slope: float, unit: str, said: str):
    picture = Picture(IMAGE.key, np.full((40, 30), 7, np.int16), slope=slope, unit=unit)
    assert value_text(picture, 3.2, 4.9) == said
    assert value_text(picture, -0.1, 4.9) == ""


def test_a_pixel_is_counted_from_one():
    assert position_text(0.0, 29.99) == "x 1  y 30"


def test_an_uptake_is_said_with_what_was_measured():
    pet = Picture(IMAGE.key, np.full((40, 30), 12340, np.int16), slope=0.001, unit="SUVbw", suv=Suv(0.001, "Bq/ml"))
    assert value_text(pet, 1, 1) == "12.34 SUVbw · 12340 Bq/ml"
    assert value_text(Picture(IMAGE.key, pet.stored, suv=Suv(1.0, "g/ml"), unit="SUVlbm"), 1, 1) == "12340 SUVlbm"


def test_without_an_image_there_is_no_zoom():
    assert (zoom_text(1.2944), zoom_text(0.0)) == ("129 %", "")
