"""The first day: from an empty window to a case that is there the next morning."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from annotator.cli.main import main
from annotator.dicom.phantom.chest_xray import chest_xray
from annotator.domain.merge import Mode
from annotator.paths import scratch_folder
from tests.journeys.conftest import Open
from tests.pixels.readers import dicom_mask, json_masks
from tests.pixels.room import CONTROL, Hand, files


def drop(hand: Hand, *paths: Path) -> None:
    """Drag files over the window and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(200, 200).toPoint(), copy, data, left, plain)
    QApplication.sendEvent(hand.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(hand.window, QDropEvent(QPointF(200, 200), copy, data, left, plain))


def draw_box(hand: Hand, x1: float, y1: float, x2: float, y2: float) -> None:
    hand.do("tool.box")
    hand.drag([hand.place(x1, y1), hand.place((x1 + x2) / 2, y2), hand.place(x2, y2)])


def test_dropping_a_folder_on_the_empty_window_is_enough_to_draw(open_window: Open, images: Path) -> None:
    hand = open_window()
    assert hand.view.property("image_uid") == ""
    assert hand.find("empty_hint").isVisible()
    drop(hand, images)
    hand.until_painted()
    assert not hand.find("empty_hint").isVisible()
    assert [c.name for c in hand.session.categories][:2] == ["병변 1", "병변 2"]
    draw_box(hand, 10, 10, 30, 25)
    assert hand.saved_state() == "unsaved"
    hand.window.close()
    (mask,) = files(scratch_folder(), "*_binary.dcm")
    assert dicom_mask(mask).sum() == 20 * 15
    assert mask.parent.parent.parent.parent.parent.name == "chest-ct"


def test_a_case_from_the_command_line_to_the_next_morning(open_window: Open, images: Path, tmp_path: Path) -> None:
    project = tmp_path / "한 과제"
    assert main(["new-project", "lung-cancer", str(project)]) == 0
    hand = open_window("--project", project, images)
    hand.until_painted()
    # she pages to the third slice, looks closer and sets the window
    hand.wheel(1)
    hand.wheel(1)
    hand.until_painted()
    assert hand.view.property("image_index") == 2
    hand.view.look_at(6.0, 30.0, 28.0)
    hand.drag([hand.place(30, 30), hand.place(35, 30), hand.place(40, 36)], Qt.MouseButton.RightButton)
    # draws a lesion, takes a bite out of it, marks it with a line and a box
    hand.type("3F")
    hand.click([hand.place(*p) for p in ((20, 20), (40, 20), (40, 38), (20, 38))], double=True)
    hand.type("S")
    hand.drag([hand.place(*p) for p in ((36, 34), (44, 34), (44, 42), (36, 42))])
    hand.type("NL5")
    hand.drag([hand.place(22, 22), hand.place(30, 30), hand.place(37, 31)])
    hand.type("1")
    draw_box(hand, 44, 20, 50, 26)
    drawn, window, centre = hand.session.annotations, hand.session.window, hand.view.centre
    assert [a.category for a in drawn] == ["CCT3", "CCT5", "CCT1"]
    hand.type("A2")
    hand.window.close()
    # the next morning everything is where it was
    again = open_window("--project", project)
    again.until_painted()
    assert again.view.property("image_index") == 2
    assert again.view.zoom == 6.0 and again.view.centre == pytest.approx(centre, abs=1 / 6)
    assert (again.session.window.center, again.session.window.width) == (window.center, window.width)
    assert (again.session.tool.id, again.session.mode, again.session.category.key) == ("tool.box", Mode.ADD, "CCT2")
    assert again.session.annotations == drawn
    assert again.saved_state() == "saved"
    # and can be changed: the box grows, the lesion gets another category, the line goes
    again.type("1")
    draw_box(again, 48, 24, 54, 30)
    assert [a.id for a in again.session.annotations] == [1, 2, 3]
    again.do("tool.select")
    again.click([again.place(25, 36)])
    assert again.session.selection == {1}
    again.type("4C")
    again.click([again.place(37, 31)])
    assert again.session.selection == {2}
    again.key(Qt.Key.Key_Delete)
    assert [(a.id, a.category) for a in again.session.annotations] == [(1, "CCT4"), (3, "CCT1")]
    again.save()
    (written,) = files(project, "*.json")
    assert {number: category for number, (category, _) in json_masks(written).items()} == {1: 4, 3: 1}
    assert [path.name.split("_")[-2] for path in files(project, "*_binary.dcm")] == ["1", "4"]


def test_undo_goes_back_to_nothing_and_redo_to_everything(open_window: Open, images: Path, project: Path) -> None:
    hand = open_window("--project", project, images)
    hand.until_painted()
    for number, mode in enumerate("NASNA"):
        hand.type(mode + "1")
        draw_box(hand, 10 + 4 * number, 10, 24 + 4 * number, 20 + 3 * number)
    everything = hand.session.annotations
    hand.save()
    for _ in range(5):
        hand.key(Qt.Key.Key_Z, modifiers=CONTROL)
    assert hand.session.annotations == ()
    hand.save()
    assert files(project, "*.json") == files(project, "*.dcm") == []
    for _ in range(5):
        hand.key(Qt.Key.Key_Y, modifiers=CONTROL)
    assert hand.session.annotations == everything
    hand.save()
    assert len(files(project, "*.json")) == 1


def test_a_stroke_that_is_drawn_while_a_save_runs_is_saved_by_the_next_control_s(open_window: Open, images: Path, project: Path) -> None:
    hand = open_window("--project", project, images)
    hand.until_painted()
    draw_box(hand, 10, 10, 30, 25)
    hand.key(Qt.Key.Key_S, modifiers=CONTROL)
    assert hand.saved_state() == "saving"
    hand.type("2")
    draw_box(hand, 40, 40, 50, 50)
    hand.key(Qt.Key.Key_S, modifiers=CONTROL)
    hand.until(lambda: hand.saved_state() == "saved")
    assert [int(dicom_mask(path).sum()) for path in files(project, "*_binary.dcm")] == [300, 100]


def test_control_enter_saves_and_goes_to_the_next_case(open_window: Open, images: Path, project: Path, tmp_path: Path) -> None:
    chest_xray(images / "x선", size=96)
    hand = open_window("--project", project, images)
    hand.until_painted()
    first = hand.session.series.uid
    draw_box(hand, 10, 10, 30, 25)
    hand.key(Qt.Key.Key_Return, modifiers=CONTROL)
    assert hand.session.series.uid != first
    hand.until_painted()
    hand.until(lambda: hand.saved_state() == "saved")
    assert len(files(project, "*.json")) == 1
    draw_box(hand, 20, 20, 50, 60)
    hand.window.close()
    assert sorted(json.loads(path.read_text("utf-8"))["images"][0]["modality"] for path in files(project, "*.json")) == ["CCT", "XRY"]
    masks = [dicom_mask(path) for path in files(project, "*_binary.dcm")]
    assert sorted(int(np.count_nonzero(mask)) for mask in masks) == [20 * 15, 30 * 40]


def test_letters_and_digits_after_enter_in_the_width_field_are_commands(open_window: Open, images: Path, project: Path) -> None:
    hand = open_window("--project", project, images)
    hand.until_painted()
    hand.type("W")
    assert QApplication.focusWidget() is hand.find("window.center")
    hand.type("40")
    hand.key(Qt.Key.Key_Tab, "\t")
    assert QApplication.focusWidget() is hand.find("window.width")
    hand.type("1600")
    hand.key(Qt.Key.Key_Return, "\r")
    assert (hand.session.window.center, hand.session.window.width) == (40, 1600)
    assert QApplication.focusWidget() is hand.view
    hand.type("2BS")
    assert (hand.session.category.key, hand.session.tool.id, hand.session.mode) == ("CCT2", "tool.box", Mode.SUB)
    assert (hand.session.window.center, hand.session.window.width) == (40, 1600)
    assert hand.find("window.width").value() == 1600
