"""What was delivered is enough: the JSON alone, the masks alone; and where they disagree, the person says which is right."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from annotator.domain.raster import region_mask
from tests.journeys.conftest import Open
from tests.pixels.readers import dicom_mask, json_masks
from tests.pixels.room import Hand, files
from tests.pixels.strokes import STEPS, Grid, draw

DRAWN = STEPS[:10]


@pytest.fixture
def delivered(open_window: Open, project: Path, images: Path) -> Path:
    """A project whose revisions are gone: only the delivered files are left."""
    hand = open_window("--project", project, images)
    hand.until_painted(1)
    for step in DRAWN:
        draw(hand, step, Grid())
    hand.window.close()
    shutil.rmtree(project / ".annotator" / "cases")
    return project


def category_masks(hand: Hand) -> dict[str, np.ndarray]:
    masks: dict[str, np.ndarray] = {}
    for annotation in hand.session.annotations:
        mask = region_mask(annotation.shape, 64, 64).array()
        masks[annotation.category] = masks.get(annotation.category, False) | mask
    return masks


def test_the_json_alone_brings_back_each_annotation(open_window: Open, delivered: Path, images: Path) -> None:
    (written,) = files(delivered, "*.json")
    before = json_masks(written)
    for path in files(delivered, "*_binary.dcm"):
        path.unlink()
    hand = open_window("--project", delivered, images)
    hand.until_painted(1)
    assert hand.session.question is None
    assert {a.id: int(a.category[-1]) for a in hand.session.annotations} == {number: category for number, (category, _) in before.items()}
    for annotation in hand.session.annotations:
        assert np.array_equal(region_mask(annotation.shape, 64, 64).array(), before[annotation.id][1])
    draw(hand, STEPS[12], Grid())
    hand.save()
    assert {path.stem.split("_")[-2] for path in files(delivered, "*_binary.dcm")} == {"1", "2", "3"}


def test_the_masks_alone_bring_back_each_category(open_window: Open, delivered: Path, images: Path) -> None:
    before = {f"CCT{path.stem.split('_')[-2]}": dicom_mask(path) for path in files(delivered, "*_binary.dcm")}
    for path in files(delivered, "*.json"):
        path.unlink()
    hand = open_window("--project", delivered, images)
    hand.until_painted(1)
    assert hand.session.question is None
    assert [a.category for a in hand.session.annotations] == ["CCT1", "CCT2"]
    found = category_masks(hand)
    assert all(np.array_equal(found[key], mask) for key, mask in before.items())
    draw(hand, STEPS[12], Grid())
    hand.save()
    (written,) = files(delivered, "*.json")
    assert sorted({category for category, _ in json_masks(written).values()}) == [1, 2, 3]


@pytest.mark.parametrize("choice", ["json", "masks"])
def test_a_disagreement_of_one_pixel_is_told_and_answered_by_keyboard(
    open_window: Open, delivered: Path, images: Path, choice: str
) -> None:
    (written,) = files(delivered, "*.json")
    content = json.loads(written.read_text("utf-8"))
    content["annotations"].append(content["annotations"][-1] | {
        "id": 99, "iscrowd": 0, "toolname": "Box", "bbox": [2.0, 60.0, 3.0, 61.0], "area": 1.0, "width": 1.0, "height": 1.0,
        "segmentation": [2.0, 60.0, 3.0, 60.0, 3.0, 61.0, 2.0, 61.0],
    })  # fmt: skip
    written.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    masks = {path.name: dicom_mask(path) for path in files(delivered, "*_binary.dcm")}
    hand = open_window("--project", delivered, images)
    hand.until_painted(1)
    bar = hand.find("question")
    hand.until(bar.isVisible)
    asked = bar.findChildren(type(hand.find("status.saved")))[0].text()
    assert "1 pixel" in asked and "x 3–3, y 61–61" in asked, asked
    draw(hand, STEPS[12], Grid())
    assert all(a.category != "CCT3" for a in hand.session.annotations), "drawing waits for the answer"
    for _ in range(60):
        if QApplication.focusWidget().objectName() == f"choice.{choice}":
            break
        hand.key(Qt.Key.Key_Tab, "\t")
    assert QApplication.focusWidget().objectName() == f"choice.{choice}", "Tab reaches every choice"
    hand.key(Qt.Key.Key_Return, "\r")
    assert not bar.isVisible() and hand.session.question is None
    hand.save()
    (annotated,) = files(delivered, "*.json")
    said = json_masks(annotated)
    (changed,) = [name for name in masks if name.endswith(f"_{content['annotations'][-1]['category_id']}_binary.dcm")]
    now = {path.name: dicom_mask(path) for path in files(delivered, "*_binary.dcm")}
    wanted = masks[changed].copy()
    wanted[60, 2] = choice == "json"
    assert np.array_equal(now[changed], wanted)
    category = content["annotations"][-1]["category_id"]
    assert np.array_equal(np.logical_or.reduce([mask for c, mask in said.values() if c == category]), wanted)
