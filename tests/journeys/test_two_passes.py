"""A chest CT and an X-ray through first and second pass by hand: lines, then boxes and outlines that answer them, a key to the next."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.phantom.chest_xray import chest_xray
from annotator.domain import facts
from annotator.domain.course import State
from tests.journeys.conftest import Open
from tests.journeys.klm import Reckoning
from tests.pixels.room import CONTROL, PLAIN, Hand, Modifier, Point, files

Key = Qt.Key
CONTROL_ALT = Modifier.ControlModifier | Modifier.AltModifier


class Counting(Reckoning):
    """A hand that counts strokes and keys, and knows what they take."""

    def __init__(self, hand: Hand) -> None:
        super().__init__()
        self.hand = hand

    def key(self, key: Key, modifiers: Modifier = PLAIN) -> None:
        self.pressed(modifiers)
        self.hand.key(key, modifiers=modifiers, onto=None)
        self.hand.until_painted()

    def drag(self, *points: Point) -> None:
        """Decide, point, press, move through the points, release."""
        self.stroked(len(points))
        self.hand.drag([self.hand.place(*point) for point in points])

    def outline(self, box: tuple[float, float, float, float]) -> None:
        """Draw around, in one go: pointing there and once around."""
        self.stroked(3)
        x1, y1, x2, y2 = box
        turns = [2 * math.pi * n / 24 for n in range(25)]
        points = [((x1 + x2) / 2 + (x2 - x1) / 2 * math.cos(t), (y1 + y2) / 2 + (y2 - y1) / 2 * math.sin(t)) for t in turns]
        self.hand.drag([self.hand.place(*point) for point in points])


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A chest CT of eight slices, and two X-rays."""
    chest_ct(tmp_path / "images" / "1", slices=8, size=96)
    chest_xray(tmp_path / "images" / "2", size=192)
    return tmp_path / "images"


def go(hand: Hand, modality: str, index: int = 0) -> None:
    series = next(s for s in hand.session.catalogue.in_order if s.modality == modality)
    hand.session.open_series(series.uid)
    hand.until_painted(index)


def role(hand: Hand, action: str) -> None:
    hand.do(action)
    hand.window.view.setFocus()
    hand.until_painted()


def standing(hand: Hand) -> State | None:
    return hand.session.standing.state if hand.session.standing is not None else None


def test_an_x_ray_with_one_line_costs_one_drag_and_one_key(open_window: Open, project: Path, study: Path) -> None:
    hand = open_window("--project", project, study)
    hand.until_painted()
    role(hand, "pass.first")
    go(hand, "DX")
    uid = hand.session.series.uid
    first = Counting(hand)
    first.key(Key.Key_2)
    first.drag((70.0, 80.0), (90.0, 92.0))
    first.key(Key.Key_Return, CONTROL)
    assert (first.strokes, first.keys) == (1, 2)
    hand.until(lambda: hand.saved_state() == "saved")
    role(hand, "pass.second")
    hand.session.open_series(uid)
    hand.until_painted()
    second = Counting(hand)
    assert (hand.session.tool.id, hand.session.category.key) == ("tool.box", "XRY2")
    second.drag((66.0, 76.0), (94.0, 96.0))
    second.key(Key.Key_Return, CONTROL)
    assert (second.strokes, second.keys) == (1, 1)
    assert hand.session.series.uid != uid
    assert (round(first.seconds, 1), round(second.seconds, 1)) == (5.8, 4.7)
    hand.until(lambda: hand.saved_state() == "saved")
    (path,) = files(project, "xry_*.json")
    (delivered,) = json.loads(path.read_text("utf-8"))["annotations"]
    assert (delivered["toolname"], delivered["category_id"]) == ("Box", 2)
    hand.session.back()
    hand.until_painted()
    assert [a.answers for a in hand.session.annotations] == [None, (hand.session.image.key, 1)]
    hand.until(lambda: standing(hand) is State.MACHINE_CHECK)


def test_a_ct_is_answered_line_by_line_by_tab_and_excused_by_a_digit(open_window: Open, project: Path, study: Path) -> None:
    hand = open_window("--project", project, study)
    hand.until_painted()
    role(hand, "pass.first")
    go(hand, "CT", 2)
    uid = hand.session.series.uid
    first = Counting(hand)
    first.drag((20.0, 40.0), (36.0, 42.0))
    hand.until_painted(4)
    hand.session.set_window(40, 400)
    first.key(Key.Key_3)
    first.drag((60.0, 40.0), (70.0, 44.0))
    first.drag((60.0, 60.0), (70.0, 64.0))
    first.key(Key.Key_Return, CONTROL)
    hand.until(lambda: hand.saved_state() == "saved")
    role(hand, "pass.second")
    hand.session.open_series(uid)
    hand.until_painted()
    second, session = Counting(hand), hand.session
    assert (session.index, session.category.key, session.tool.id) == (2, "CCT1", "tool.free")
    assert hand.session.window.width != 400
    second.outline((17.0, 34.0, 40.0, 48.0))
    second.key(Key.Key_Tab)
    assert (session.index, session.window.width, session.category.key) == (4, 400, "CCT3")
    second.outline((58.0, 36.0, 73.0, 48.0))
    second.key(Key.Key_Return, CONTROL)
    assert (session.series.uid, session.line[1]) == (uid, 2), "a line is open still: it is shown"
    second.key(Key.Key_E, CONTROL_ALT)
    second.key(Key.Key_2)
    second.key(Key.Key_Return, CONTROL)
    assert session.series.uid != uid
    assert (second.strokes, second.keys) == (2, 5)
    assert (first.strokes, first.keys, round(first.seconds, 1), round(second.seconds, 1)) == (3, 2, 13.3, 13.4)
    hand.until(lambda: hand.saved_state() == "saved")
    delivered = [a for path in files(project, "cct_*.json") for a in json.loads(path.read_text("utf-8"))["annotations"]]
    assert sorted((a["toolname"], a["category_id"]) for a in delivered) == [("Free", 1), ("Free", 3)]
    hand.session.back()
    hand.until_painted()
    assert list(hand.session.document.facts.values()) == ["병변 아님"]
    assert hand.session.coverage.open == () and not hand.session.coverage.strays


def test_an_x_ray_without_a_lesion_is_done_by_two_presses(open_window: Open, project: Path, study: Path) -> None:
    hand = open_window("--project", project, study)
    hand.until_painted()
    role(hand, "pass.first")
    go(hand, "DX")
    uid, hands = hand.session.series.uid, Counting(hand)
    hands.key(Key.Key_Return, CONTROL)
    assert hand.session.series.uid == uid
    assert facts.NOTHING_SEEN not in hand.session.document.facts
    hands.key(Key.Key_Return, CONTROL)
    assert hand.session.series.uid != uid
    hand.until(lambda: hand.saved_state() == "saved")
    hand.session.back()
    hand.until_painted()
    assert hand.session.document.facts == {facts.NOTHING_SEEN: facts.NO_LESION}
