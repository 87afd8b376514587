"""The ghost: what will be is seen before the button goes up, and nothing of it stays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.merge import Mode, Pen, draw
from annotator.domain.region import Region
from annotator.gui.canvas.measure import beside_pointer
from annotator.gui.canvas.view import ImageView
from annotator.tools import brush, reshape
from annotator.tools.gesture import Hover, Stroke
from annotator.workspace.strokes import change_of, shape_of
from tests.gui.canvas.desk import FREE, NONE, Desk, Mouse, image
from tests.gui.canvas.test_panning import bits

SQUARE = Region.box(40, 40, 90, 90)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = Desk((image(1),))
    made.tool, made.chosen = FREE, Mode.SUB
    made.annotate(SQUARE)
    made.propose = lambda outcome: _proposed(made, outcome)
    return made


@pytest.fixture
def view(qtbot: QtBot, desk: Desk) -> ImageView:
    made = desk.view()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.property("image_uid") != "")
    return made


def _proposed(desk: Desk, outcome: object) -> Edit | None:
    document = Document({desk.image.key: desk.annotations})
    if isinstance(outcome, Stroke):
        shape = shape_of(outcome, desk.image, desk.picture)
        mode = desk.mode.turned if outcome.control else desk.mode
        found = draw(document, desk.image, shape, mode, Pen("CCT1", "결절", "Free", "tool.free")) if shape else None
    else:
        found = change_of(outcome, document, desk.image, None, deliver_boxes=False)
    return found if isinstance(found, Edit) else None


def ghost(view: ImageView) -> Edit | None:
    return view._painting.ghost.edit if view._painting.ghost else None


def at(view: ImageView, x: float, y: float) -> tuple[float, float]:
    return view.image_to_widget(x, y).toTuple()


def stroke(view: ImageView, *places: tuple[float, float]) -> Mouse:
    return Mouse(view).press(*at(view, *places[0])).move(*(at(view, *place) for place in places[1:]))


def test_what_the_stroke_will_leave_is_known_and_seen_before_it_ends(qtbot: QtBot, view: ImageView, desk: Desk) -> None:
    before = bits(view.grab().toImage())
    mouse = stroke(view, (30, 30), (60, 30), (60, 100), (30, 100))
    qtbot.waitUntil(lambda: ghost(view) is not None)
    assert ghost(view).changes[0].after.shape.area() == pytest.approx(50 * 30, rel=0.02)
    assert not np.array_equal(bits(view.grab().toImage()), before)
    assert desk.outcomes == []
    mouse.release(*at(view, 30, 100))
    assert ghost(view) is None
    assert len(desk.outcomes) == 1


def test_escape_leaves_no_ghost(qtbot: QtBot, view: ImageView) -> None:
    before = bits(view.grab().toImage())
    stroke(view, (30, 30), (60, 30), (60, 100), (30, 100))
    qtbot.waitUntil(lambda: ghost(view) is not None)
    view.drop()
    assert ghost(view) is None
    assert np.array_equal(bits(view.grab().toImage()), before)


def test_ctrl_in_the_middle_of_a_stroke_turns_the_ghost_round(qtbot: QtBot, view: ImageView) -> None:
    stroke(view, (30, 30), (60, 30), (60, 100), (30, 100))
    qtbot.waitUntil(lambda: ghost(view) is not None)
    view.turn_round(True)
    qtbot.waitUntil(lambda: ghost(view) is not None and ghost(view).changes[0].after.shape.area() > SQUARE.area())
    view.turn_round(False)
    qtbot.waitUntil(lambda: ghost(view) is not None and ghost(view).changes[0].after.shape.area() < SQUARE.area())


def test_what_will_be_deleted_is_seen_as_that(qtbot: QtBot, view: ImageView) -> None:
    stroke(view, (30, 30), (100, 30), (100, 100), (30, 100))
    qtbot.waitUntil(lambda: ghost(view) is not None)
    assert [change.after for change in ghost(view).changes] == [None]


class Slow:
    """A clock on which each look at what will be takes 20 ms."""

    def __init__(self, desk: Desk) -> None:
        self.asked: list[object] = []
        self.now, self._propose = 0.0, desk.propose
        desk.propose = self.proposed

    def proposed(self, outcome: object) -> Edit | None:
        self.asked.append(outcome)
        self.now += 0.02
        return self._propose(outcome)

    def perf_counter(self) -> float:
        return self.now


def test_a_ghost_that_takes_long_follows_for_a_share_of_the_time_and_as_soon_as_the_hand_rests(
    qtbot: QtBot, view: ImageView, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(desk)
    monkeypatch.setattr("annotator.gui.canvas.ghost.time", slow)
    mouse = stroke(view, (30, 30), (60, 30), (60, 50))
    qtbot.waitUntil(lambda: len(slow.asked) == 1)
    mouse.move(*(at(view, 60, y) for y in range(51, 100)))
    assert len(slow.asked) == 1
    assert ghost(view) is not None, "the one before stays"
    assert view._ghost._timer.interval() >= 20 / 0.05
    qtbot.waitUntil(lambda: len(slow.asked) == 2, timeout=view._ghost._timer.remainingTime())
    assert slow.asked[1].points[-1] == pytest.approx((60, 99), abs=0.5)
    qtbot.wait(view._ghost._timer.remainingTime() + 50)
    assert len(slow.asked) == 2, "nothing is looked at twice"


def test_a_slow_ghost_follows_while_the_hand_never_rests(qtbot: QtBot, view: ImageView, desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr("annotator.gui.canvas.ghost.time", slow := Slow(desk))
    monkeypatch.setattr("annotator.gui.canvas.ghost._REST", 60_000)
    mouse = stroke(view, (30, 30), (60, 30), (60, 50))

    def looked_again() -> bool:
        mouse.move(at(view, 60 + len(view.talk.preview.points) % 2, 80))
        return len(slow.asked) == 3

    qtbot.waitUntil(looked_again)


def test_a_slow_ghost_does_not_show_the_opposite_of_what_will_be(
    qtbot: QtBot, view: ImageView, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.gui.canvas.ghost.time", Slow(desk))
    stroke(view, (30, 30), (60, 30), (60, 100), (30, 100))
    qtbot.waitUntil(lambda: ghost(view) is not None)
    view.turn_round(True)
    assert ghost(view) is None
    qtbot.waitUntil(lambda: ghost(view) is not None)
    assert ghost(view).changes[0].after.shape.area() > SQUARE.area()


@pytest.mark.parametrize("most", ["_MOST_POINTS", "_MOST_ROWS"])
def test_a_stroke_that_goes_on_and_on_has_no_ghost_and_says_so(
    qtbot: QtBot, view: ImageView, desk: Desk, monkeypatch: pytest.MonkeyPatch, most: str
) -> None:
    asked: list[object] = []
    propose: Callable[[object], Edit | None] = desk.propose
    desk.propose = lambda outcome: (asked.append(outcome), propose(outcome))[1]
    mouse = stroke(view, (30, 30), (60, 30), (60, 50))
    qtbot.waitUntil(lambda: ghost(view) is not None)
    monkeypatch.setattr(f"annotator.gui.canvas.ghost.{most}", 3)
    mouse.move(at(view, 60, 90))
    qtbot.waitUntil(lambda: view._painting.ghost.given_up)
    known = len(asked)
    assert ghost(view) is None
    assert "let go" in beside_pointer(view.talk.preview, None, desk.image, unknown=True)
    monkeypatch.undo()
    mouse.move(at(view, 50, 95))
    qtbot.wait(150)
    assert len(asked) == known
    mouse.release(*at(view, 30, 100))
    assert len(desk.outcomes) == 1
    stroke(view, (30, 30), (60, 30), (60, 100))
    qtbot.waitUntil(lambda: ghost(view) is not None)


def test_a_ghost_that_once_took_too_long_does_not_hold_up_the_stroke_again(qtbot: QtBot, view: ImageView, monkeypatch) -> None:
    monkeypatch.setattr("annotator.gui.canvas.ghost._BLOCKS", -1.0)
    stroke(view, (30, 30), (60, 30), (60, 50))
    qtbot.waitUntil(lambda: view._painting.ghost.given_up)
    assert ghost(view) is not None


def test_an_outline_on_its_way_to_another_place_has_a_ghost_too(qtbot: QtBot, view: ImageView, desk: Desk) -> None:
    desk.selection = frozenset({1})
    desk.choose(reshape.TOOL)
    stroke(view, (40, 50), (30, 60), (40, 80))
    qtbot.waitUntil(lambda: ghost(view) is not None)
    assert ghost(view).changes[0].after.shape.area() > SQUARE.area()


def test_the_rim_of_a_brush_follows_the_pointer_and_goes_with_it(view: ImageView, desk: Desk) -> None:
    desk.choose(brush.TOOL)
    desk.options = {"size": 12.0, "unit": "px"}
    before = bits(view.grab().toImage())
    Mouse(view).move(at(view, 100, 60))
    assert isinstance(view.talk.preview, Hover)
    assert not view.talk.open
    assert not np.array_equal(bits(view.grab().toImage()), before)
    desk.options = {"size": 30.0, "unit": "px"}
    view.step_option(1)
    assert view.talk.preview.radii == (15.0, 15.0)
    view.leaveEvent(None)
    assert view.talk.preview is None
    assert np.array_equal(bits(view.grab().toImage()), before)


def test_the_wheel_with_shift_changes_the_size_and_does_not_page(view: ImageView, desk: Desk) -> None:
    from tests.gui.canvas.desk import SHIFT

    desk.choose(brush.TOOL)
    mouse = Mouse(view)
    mouse.modifiers = SHIFT
    mouse.wheel(120)
    assert (desk.steps, desk.index) == (1.0, 0)
    mouse.modifiers = NONE
