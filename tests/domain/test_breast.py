"""Which way a mammogram lies, what speaks against it, and how far a lesion is from the nipple."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.domain.breast import contradictions, mirrored_look, nipple_band, nipple_distance, tissue_of, turned_over, usual_wall
from annotator.domain.honesty import Caution, Doubt, Honesty
from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.i18n import language, message, use_language

ROWS, COLUMNS = 320, 256


def image(view: str = "R CC", directions: tuple[str, str] = ("P", "L"), *, path: str = "1.dcm", **other: object) -> Image:
    return Image(
        ImageKey("1.2.3"), path, 1, ROWS, COLUMNS, "MG", "1.2", "1.2.9", "1.2", view=view, directions=directions,
        **{"spacing": (0.1, 0.1), **other},
    )  # fmt: skip


def breast(wall: str, *, inverted: bool = False, clip: bool = False, honesty: Honesty | None = None) -> Picture:
    """Half a disc of tissue at an edge, in noise; `clip`: with a bright letter in the air."""
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    away = columns if wall == "left" else COLUMNS - 1 - columns
    rng = np.random.default_rng(1)
    stored = np.where((rows - ROWS / 2) ** 2 + away**2 < 120**2, 2000, 60) + rng.integers(0, 30, (ROWS, COLUMNS))
    if clip:
        beside = slice(16, 48) if wall == "right" else slice(COLUMNS - 48, COLUMNS - 16)
        stored[16:64, beside] = 4000
    stored = 4095 - stored if inverted else stored
    return Picture(ImageKey("1.2.3"), stored.astype(np.uint16), inverted=inverted, honesty=honesty or Honesty())


@pytest.mark.parametrize("wall", ["left", "right"])
@pytest.mark.parametrize("inverted", [False, True])
def test_the_chest_wall_is_seen_in_the_pixels_of_either_photometric(wall: str, inverted: bool) -> None:
    found = tissue_of(breast(wall, inverted=inverted))
    assert found is not None
    assert found.wall == wall


def test_letters_in_the_air_are_no_tissue() -> None:
    plain, marked = tissue_of(breast("right")), tissue_of(breast("right", clip=True))
    assert plain is not None and marked is not None
    assert np.array_equal(plain.mask, marked.mask)


def test_tissue_in_the_middle_says_nothing_about_the_chest_wall() -> None:
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    stored = np.where((rows - 160) ** 2 + (columns - 128) ** 2 < 80**2, 2000, 60).astype(np.uint16)
    found = tissue_of(Picture(ImageKey("1.2.3"), stored))
    assert found is not None
    assert found.wall == ""


@pytest.mark.parametrize(
    ("view", "directions", "wall", "turned"),
    [
        ("RCC", ("P", "L"), "right", (False, False)),
        ("LCC", ("A", "R"), "left", (False, False)),
        ("RMLO", ("P", "FL"), "right", (False, False)),
        ("RCC", ("A", "L"), "left", (True, False)),
        ("LCC", ("P", "R"), "right", (True, False)),
        ("RCC", ("P", "R"), "right", (False, True)),
        ("RCC", ("A", "R"), "left", (True, True)),
        ("LMLO", ("A", "HL"), "left", (False, True)),
        ("LMLO", ("", ""), "right", (True, False)),
    ],
)
def test_an_image_is_turned_over_until_it_hangs_as_its_view_does(
    view: str, directions: tuple[str, str], wall: str, turned: tuple[bool, bool]
) -> None:
    assert turned_over(image("", directions), view, tissue_of(breast(wall))) == turned


def said(shown: Image, description: str, picture: Picture) -> list[str]:
    before = language()
    use_language("en")
    try:
        return [str(sentence) for sentence in contradictions(shown, description, picture, tissue_of(picture))]
    finally:
        use_language(before)


def test_sources_that_agree_leave_nothing_to_say() -> None:
    assert said(image(path="RCC.dcm"), "R CC", breast("right")) == []
    assert said(image("", ("", "")), "", breast("left")) == []


def test_header_file_name_and_description_are_held_against_one_another() -> None:
    assert said(image(path="a/LCC.dcm"), "", breast("right")) == ["the header says RCC, the file name says LCC"]
    assert said(image(path="1.dcm"), "R MLO", breast("right")) == ["the header says RCC, the description of the series says RMLO"]
    assert said(image("", ("", ""), path="LCC.dcm"), "RIGHT CC", breast("left")) == [
        "the file name says LCC, the description of the series says RCC"
    ]


def test_the_side_of_the_tissue_is_held_against_orientation_and_side() -> None:
    by_orientation = said(image(), "", breast("left"))
    assert by_orientation == ["by its orientation the header puts the chest wall at the right edge, but the breast lies at the left edge"]
    by_side = said(image("R CC", ("", "")), "", breast("left"))
    assert by_side == ["the chest wall of RCC belongs at the right edge, but the breast lies at the left edge"]
    assert said(image("R CC", ("A", "L")), "", breast("left")) == []


def test_what_the_header_alone_makes_doubtful_about_the_side_counts() -> None:
    doubt = Honesty(cautions=(Caution(Doubt.SIDE, message("left and right")), Caution(Doubt.SHAPE, message("odd"))))
    assert said(image(), "", breast("right", honesty=doubt)) == ["left and right"]


def test_two_breasts_are_looked_at_alike_from_their_chest_walls() -> None:
    right, left = image(), image("L CC", ("A", "R"), spacing=(0.2, 0.2))
    found = mirrored_look((right, "right"), (COLUMNS - 40.0, 200.0), (left, "left"))
    assert found is not None
    (x, y), factor = found
    assert (x, y) == pytest.approx((20.0, 160 + 20.0))
    assert factor == pytest.approx(2.0)
    assert mirrored_look((right, "right"), (0.0, 0.0), (image(spacing=None), "left")) is None


def test_a_distance_from_the_nipple_is_in_millimetres_of_both_directions() -> None:
    shown = image(spacing=(0.2, 0.1))
    assert nipple_distance(shown, (10.0, 10.0), (40.0, 30.0)) == pytest.approx(5.0)  # 3 mm across, 4 mm down
    assert nipple_distance(image(spacing=None), (0.0, 0.0), (1.0, 1.0)) is None


def test_the_band_of_a_lesion_reaches_from_its_nearest_to_its_farthest_vertex() -> None:
    square = ((100.0, 0.0), (200.0, 0.0), (200.0, 40.0), (100.0, 40.0))
    found = nipple_band(image(), (0.0, 0.0), square, (150.0, 20.0))
    assert found == pytest.approx((10.0, np.hypot(20.0, 4.0), np.hypot(15.0, 2.0)))


def test_chest_walls_meet_in_the_middle() -> None:
    assert [usual_wall(view) for view in ("RCC", "LCC", "RMLO", "LMLO", "")] == ["right", "left", "right", "left", ""]
