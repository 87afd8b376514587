"""What the hand draws in the real window is what every file holds: not one pixel of difference, at any zoom, with any tool, in any mode."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain.raster import shape_mask
from annotator.workspace.projects import create
from tests.pixels.images import patterned
from tests.pixels.readers import LINE_WIDTH, dicom_mask, json_masks
from tests.pixels.room import CONTROL, Hand, files, room
from tests.pixels.scaled import run_scaled
from tests.pixels.strokes import ROUND, SOME, STEPS, Expected, Grid, Step, draw, ties

RATIO = float(os.environ.get("QT_SCALE_FACTOR", "1"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return create("lung-cancer", tmp_path / "과제").root


def fitted(hand: Hand) -> None:
    hand.do("view.fit")


def at_actual_size(hand: Hand) -> None:
    hand.do("view.actual_size")


def near_and_panned(hand: Hand) -> None:
    """Well zoomed in, with the middle button's drag; much of the image is off the screen."""
    hand.view.look_at(4.0, 40, 40)
    hand.drag([QPointF(100, 100), QPointF(61.5, 87.25), QPointF(57, 93)], Qt.MouseButton.MiddleButton)


def wheeled(hand: Hand) -> None:
    """A crooked zoom at a crooked place."""
    hand.do("view.fit")
    hand.wheel(-2.7, CONTROL, QPointF(173.3, 91.9))


def small(hand: Hand) -> None:
    hand.view.look_at(0.75, 50, 45)


LOOKS = (
    (fitted, Grid()),
    (at_actual_size, Grid(0.5)),
    (near_and_panned, Grid(1.0)),
    (wheeled, Grid(0.25)),
    (small, Grid()),
)


def session_masks(hand: Hand, key: str) -> np.ndarray:
    """What the session holds of a category on the painted image."""
    image = hand.session.image
    masks = [shape_mask(a.shape, image.rows, image.columns, LINE_WIDTH).array() for a in hand.session.annotations if a.category == key]
    return np.logical_or.reduce([np.zeros((image.rows, image.columns), dtype=bool), *masks])


def draw_all(hand: Hand, grid: Grid, steps: tuple[Step, ...] = STEPS) -> Expected:
    """Draw everything on the painted image, looking after each stroke; return what there must be."""
    image = hand.session.image
    expected = Expected(image.rows, image.columns)
    for number, step in enumerate(steps):
        expected.take(step, draw(hand, step, grid))
        key = hand.session.category.key
        assert key.endswith(str(step.category))
        wrong = int((session_masks(hand, key) != expected.mask(step.category)).sum())
        assert wrong == 0, f"stroke {number} ({step.mode} {step.tool}): {wrong} pixels differ"
        if step.count is not None:
            assert sum(a.category == key for a in hand.session.annotations) == step.count, f"stroke {number}"
    return expected


def compare_files(hand: Hand, project: Path, expected: Expected, image_id: str) -> None:
    """Compare the saved files of the painted image with what was expected and with what the session holds."""
    (written,) = files(project, f"*_{image_id}.json")
    said = json_masks(written)
    own = {a.id: a for a in hand.session.annotations}
    assert said.keys() == own.keys()
    for number, (category, mask) in said.items():
        held = shape_mask(own[number].shape, *expected.size, LINE_WIDTH).array()
        assert own[number].category.endswith(str(category))
        assert np.array_equal(mask, held), f"annotation {number}: {(mask != held).sum()} pixels"
    masks = {int(path.stem.split("_")[-2]): dicom_mask(path) for path in files(project, f"*_{image_id}_*_binary.dcm")}
    assert masks.keys() == expected.masks.keys()
    for category, mask in expected.masks.items():
        assert np.array_equal(masks[category], mask), f"category {category}: {(masks[category] != mask).sum()} pixels"
        together = np.logical_or.reduce([m for c, m in said.values() if c == category])
        assert np.array_equal(together, mask), f"category {category} in JSON: {(together != mask).sum()} pixels"


def drawn_and_saved(hand: Hand, project: Path, grid: Grid, steps: tuple[Step, ...] = STEPS) -> None:
    """Draw on the painted image, save, and look at every file."""
    expected = draw_all(hand, grid, steps)
    hand.save()
    compare_files(hand, project, expected, f"{hand.session.index + 1:04d}")


@pytest.mark.parametrize(("look", "grid"), LOOKS, ids=[look.__name__ for look, _ in LOOKS])
def test_every_tool_in_every_mode(qtbot: QtBot, tmp_path: Path, project: Path, look: Callable[[Hand], None], grid: Grid) -> None:
    chest_ct(tmp_path / "ct", slices=2, size=96)
    with room(qtbot, "--project", project, tmp_path / "ct") as hand:
        hand.until_painted(1)
        look(hand)
        drawn_and_saved(hand, project, grid)
        hand.until_painted(0)
        look(hand)
        drawn_and_saved(hand, project, grid, ROUND)


def test_corners_and_edges_on_pixel_centres(qtbot: QtBot, tmp_path: Path, project: Path) -> None:
    """At actual size ties are the common case: they are decided alike by whoever reads the files."""
    chest_ct(tmp_path / "ct", slices=1, size=64)
    with room(qtbot, "--project", project, tmp_path / "ct") as hand:
        hand.until_painted()
        hand.do("view.actual_size")
        drawn_and_saved(hand, project, Grid(0.5 / RATIO), ties(3, 36))


def test_an_image_that_is_not_square_with_pixels_that_are_not_square(qtbot: QtBot, tmp_path: Path, project: Path) -> None:
    with room(qtbot, "--project", project, patterned(tmp_path / "ct", (1.5, 1.0))) as hand:
        hand.until_painted()
        drawn_and_saved(hand, project, Grid())


def test_several_images_are_saved_in_one_go(qtbot: QtBot, tmp_path: Path, project: Path) -> None:
    chest_ct(tmp_path / "ct", slices=3, size=64)
    with room(qtbot, "--project", project, tmp_path / "ct") as hand:
        drawn = []
        for index, steps in enumerate((STEPS[:6], STEPS[12:17], STEPS[23:26])):
            hand.until_painted(index)
            drawn.append(draw_all(hand, Grid(), steps))
        hand.save()
        for index, expected in enumerate(drawn):
            hand.until_painted(index)
            compare_files(hand, project, expected, f"{index + 1:04d}")


@pytest.mark.parametrize("name", ["series/lungdx_a0001_ct_lung", "single/cr_chest_mono1_rg1_j2k.dcm", "single/dx_chest_nih_8bit.dcm"])
def test_on_real_images(qtbot: QtBot, data_folder: Path, project: Path, name: str) -> None:
    with room(qtbot, "--project", project, data_folder / name) as hand:
        hand.until_painted()
        hand.until_painted(len(hand.session.images) // 2)
        drawn_and_saved(hand, project, Grid(0.25), SOME)


@pytest.mark.skipif(RATIO != 1, reason="this is the run on a scaled screen")
def test_all_of_this_holds_on_a_scaled_screen() -> None:
    run_scaled("1.5", Path(__file__).name, "wheeled or centres")
