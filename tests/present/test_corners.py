"""What stands in the corners of a picture, and that nobody's name stands there unasked."""

from __future__ import annotations

import numpy as np

from annotator.domain.image import Image, ImageKey, Owner, Plane
from annotator.domain.picture import Picture, Window
from annotator.i18n import use_language
from annotator.present.corners import Corners, Looked, corners

PLANE = Plane((-100.0, -100.0, -42.55), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0))
IMAGE = Image(ImageKey("1.2"), "1.dcm", 1, 8, 8, "CT", "", "1", "2", plane=PLANE, spacing=(1.0, 1.0), thickness=2.5)
OWNER = Owner("P-77", "Kim^Minsu", "Thorax", "20260104", 3, "Lung thin", "20260105")
PICTURE = Picture(IMAGE.key, np.zeros((8, 8), np.int16))
LOOKED = Looked(4, 60, Window(-600.0, 1500.0, "Lung"), 1.25)


def everything(found: Corners) -> str:
    return "\n".join((*found.top_left, *found.top_right, *found.bottom_left, *found.bottom_right))


def test_the_corners_say_which_image_it_is_and_how_it_is_shown() -> None:
    assert corners(IMAGE, PICTURE, OWNER, LOOKED) == Corners(
        ("3 · Lung thin", "CT"), ("2026-01-05",), ("5 / 60", "F 42.5 mm", "thickness 2.5 mm"), ("Lung  C −600  W 1500", "125 %")
    )


def test_nobody_is_named_unasked() -> None:
    assert not {"Kim", "Minsu", "P-77"} & set(everything(corners(IMAGE, PICTURE, OWNER, LOOKED)).replace("·", " ").split())
    assert corners(IMAGE, PICTURE, OWNER, LOOKED, names=True).top_right == ("Kim Minsu", "P-77", "2026-01-05")


def test_what_is_not_known_is_not_said() -> None:
    bare = Image(ImageKey("1.2"), "1.dcm", 1, 8, 8, "US", "", "1", "2")
    colour = Picture(bare.key, np.zeros((8, 8, 3), np.uint8))
    assert corners(bare, colour, None, Looked(-1, 0, Window(1.0, 2.0), 0.5)) == Corners(("US",), (), (), ("50 %",))


def test_a_frame_of_a_series_of_several_files_says_its_number() -> None:
    frame = Image(ImageKey("1.2", 7), "1.dcm", 30, 8, 8, "US", "", "1", "2")
    assert corners(frame, PICTURE, None, Looked(36, 60, Window(1.0, 2.0), 1.0)).bottom_left == ("37 / 60 · frame 7",)


def test_the_corners_speak_korean() -> None:
    use_language("ko")
    assert "두께" in everything(corners(IMAGE, PICTURE, OWNER, LOOKED))
