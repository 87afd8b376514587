"""What comes between a stroke and its end has one result for each tool, written in a table: dropped, waited for, gone on, never half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.domain.merge import Mode
from annotator.domain.path import Polyline
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.gui import app
from annotator.gui.window import MainWindow
from annotator.i18n import say
from annotator.plugins import offers
from annotator.tools.gesture import Reshape
from annotator.workspace.projects import create
from tests.gui.interruptions import (
    AGAIN,
    BACKSPACE,
    DONE,
    DROPPED,
    NONE,
    TABLE,
    UNDO,
    WAIT_HELD,
    WAYS,
    Between,
    Hand,
    Step,
    Way,
)

State = tuple[object, ...]
SILENCE = "nothing was said"
GOES = ("whole", "less", "as if before")
"""What an outline click by click comes to that is still there after what came between."""
MODED = [way for way in WAYS if way.tool.startswith("tool.") and way.kind == "drag" and way.name == "drag"]
MOVES = next(way for way in WAYS if str(way) == "tool.select move")


def _rounded(points: Polyline) -> Polyline:
    """Vertices without what is lost on the way to the screen and back."""
    return tuple((round(x, 6), round(y, 6)) for x, y in points)


class Scene:
    """One window with two boxes on its second slice, put back to that before each stroke."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.session = window, window.session
        self.session.show(1)
        self.settle()
        self.size = window.size()
        self._begin()
        self.known: dict[object, State] = {}

    def _begin(self) -> None:
        """Draw the two boxes, and a fifth vertex into the first."""
        session = self.session
        session.go_to_step(0)
        session.choose_mode(Mode.NEW)
        session.choose_category(session.categories[0].key)
        self.window.commands.actions["tool.box"].trigger()
        for stroke in DONE:
            session.perform(stroke)
        self.first, self.second = (a.id for a in session.annotations)
        session.perform(Reshape(self.first, (0, 0, 1), (34.0, 20.0), insert=True))
        self.place, self.document = session.history.place, session.document

    def settle(self) -> None:
        view, session = self.window.view, self.session
        for _ in range(400):
            image = session.image
            if session.picture is not None and image is not None and view.property("image_uid") == image.key.uid:
                return
            QTest.qWait(5)
        pytest.fail("the picture did not come")

    def reset(self, way: Way, mode: Mode) -> Hand:
        session, actions, view = self.session, self.window.commands.actions, self.window.view
        assert not view.under_way and not view._mouse.busy
        session.go_to_step(self.place)
        if session.index != 1:
            session.show(1)
            self.settle()
        if session.document != self.document:
            self._begin()
        if len(session.history.steps) == self.place:  # there is something to do again
            session.delete([self.second])
            session.undo()
        if self.window.size() != self.size:
            self.window.resize(self.size)
        assert session.image is not None
        session.measuring.clear(session.image.key)
        if actions["view.maximise"].isChecked():
            actions["view.maximise"].trigger()
        if way.tool and session.tool.id != way.tool:
            actions[way.tool].trigger()
        session.choose_mode(mode)
        session.choose_category(session.categories[0].key)
        for name, value in way.options:
            session.choose_option(name, value)
        session.select([self.first])
        view.look_at(6.0, 30.0, 30.0)
        if not view.hasFocus():
            view.setFocus()
        self.window.notices.dismiss()
        self.window.status_line.hint(SILENCE)
        assert way.tool in ("", session.tool.id)
        return Hand(self.window)

    def finish(self, way: Way) -> None:
        for name, _ in way.options:
            self.session.choose_option(name, False)

    def state(self) -> State:
        session = self.session
        image = session.image
        assert image is not None
        drawn = []
        for key, found in sorted(session.document.annotations.items()):
            for rank, a in enumerate(found):
                mask = region_mask(a.shape, image.rows, image.columns) if isinstance(a.shape, Region) else None
                vertices = None if isinstance(a.shape, Region) else tuple(map(_rounded, a.shape.parts))
                drawn.append((key, rank, a.category, a.toolname, a.tool, vertices, mask))
        measured = tuple((m.figure, _rounded(m.points)) for m in session.measuring.on(image.key))
        steps = session.history.steps[self.place : session.history.place]
        chosen = tuple(a.id in session.selection for a in session.annotations)
        return tuple(drawn), session.index, measured, chosen, self.window.view.under_way, tuple(say(step.edit.name) for step in steps)

    def said(self) -> str | None:
        notices = self.window.notices.texts
        line = self.window.status_line._line.text()
        return notices[-1] if notices else None if line == SILENCE else line or None

    def draws_again(self) -> bool:
        """Whether a box that is drawn now, wherever one is, becomes what it would have been."""
        session, before = self.session, len(self.session.annotations)
        self.settle()
        session.choose_mode(Mode.NEW)
        self.window.commands.actions["tool.box"].trigger()
        AGAIN.do(Hand(self.window), AGAIN.begun + AGAIN.rest)
        made = session.annotations[before:]
        return [_rounded((a.shape.bounds[:2], a.shape.bounds[2:])) for a in made] == [((40.3, 10.2), (55.2, 24.3))]

    def run(self, way: Way, mode: Mode, between: Between | None, *, first: bool = False, steps: tuple[Step, ...] | None = None) -> State:
        """What a stroke comes to alone, or with something done before its first press."""
        hand = self.reset(way, mode)
        if first and between is not None:
            between.do(hand)
        way.do(hand, way.begun + way.rest if steps is None else steps)
        found = self.state()
        self.window.view.drop()
        self.finish(way)
        return found

    def expected(self, way: Way, mode: Mode, between: Between, becomes: str) -> State:
        asked = str(way), mode, becomes, between.name if becomes in ("as if before", "only that") else ""
        if asked not in self.known:
            self.known[asked] = self._expected(way, mode, between, becomes)
        return self.known[asked]

    def _expected(self, way: Way, mode: Mode, between: Between, becomes: str) -> State:
        if becomes == "whole":
            return self.run(way, mode, None)
        if becomes == "as if before":
            return self.run(way, mode, between, first=True)
        if becomes == "only that":
            return self.run(way, mode, between, first=True, steps=())
        if becomes == "so far":
            return self.run(way, mode, None, steps=(*way.begun, ("release", way.begun[-1][1])))
        if becomes == "less":
            clicks = [step for step in way.begun if step[0] == "click"]
            left = clicks[: -way.less] if way.less < len(clicks) else []
            return self.run(way, mode, None, steps=(*left, *way.rest))
        if becomes == "two":
            return self.run(way, mode, None, steps=(*way.begun, ("release", way.begun[-1][1]), ("press", way.begun[-1][1]), *way.rest))
        if becomes == "ended":
            return self.run(way, mode, None, steps=(*way.begun, ("enter", way.begun[-1][1])))
        assert becomes == "nothing"
        return self.run(way, mode, None, steps=())


@pytest.fixture(scope="module")
def scene(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, chest: Path) -> Iterator[Scene]:
    """The one window of the table."""
    project = create("lung-cancer", tmp_path_factory.mktemp("table") / "project").root
    _, window = app.start(["--language", "en", "--project", str(project), str(chest)])
    window.resize(700, 520)
    window.activateWindow()
    for _ in range(2000):
        if window.session.scanning is None and window.session.picture is not None:
            break
        QTest.qWait(10)
    QTest.qWait(100)
    yield Scene(window)
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def results(scene: Scene, way: Way, mode: Mode, between: Between) -> list[str]:
    """Draw so, let that come between, go on; returns what was not as the table has it."""
    told = between.told.get(way.kind)
    if told is None:
        return []
    want, view = scene.expected(way, mode, between, told.becomes), scene.window.view
    hand = scene.reset(way, mode)
    way.do(hand, way.begun)
    hand.modifiers = way.modifiers
    between.do(hand)
    hand.modifiers = NONE
    said = scene.said()
    if way.kind != "clicks" or told.becomes in GOES:
        way.do(hand, way.rest)
    so = f"{way} {mode.name}:"
    says = told.says if told.says is not None or mode is Mode.NEW else said  # a stroke may be refused that takes nothing away
    wrong = [] if scene.state() == want else [f"{so} it is not {told.becomes}"]
    wrong += [] if said == says else [f"{so} it says {said!r} and not {says!r}"]
    wrong += [f"{so} a button is still held"] if view._mouse.busy else []
    view.drop()
    scene.finish(way)
    if told.becomes not in GOES:
        wrong += [] if scene.draws_again() else [f"{so} the next stroke is another"]
    return wrong


@pytest.mark.parametrize("between", TABLE, ids=str)
def test_what_comes_between_does_what_the_table_says(scene: Scene, between: Between) -> None:
    assert not (wrong := [line for way in WAYS for line in results(scene, way, Mode.NEW, between)]), "\n".join(wrong)


@pytest.mark.parametrize("between", [b for b in TABLE if b.modes], ids=str)
@pytest.mark.parametrize("mode", [Mode.ADD, Mode.SUB], ids=["Add", "Sub"])
def test_it_does_so_in_every_mode(scene: Scene, mode: Mode, between: Between) -> None:
    assert not (wrong := [line for way in MODED for line in results(scene, way, mode, between)]), "\n".join(wrong)


def test_the_table_has_every_tool() -> None:
    offered = {tool.id for kind in ("TOOL", "MEASURE") for tool in offers("annotator.tools", kind)}  # type: ignore[attr-defined]
    assert {way.tool for way in WAYS} == offered


def test_what_the_table_compares_are_other_results(scene: Scene) -> None:
    """A whole stroke, half of one and none differ for every way, and what is drawn changes pixels: nothing passes for something else."""
    nothing = scene.expected(WAYS[0], Mode.NEW, TABLE[0], "nothing")
    for way in WAYS:
        whole = scene.expected(way, Mode.NEW, TABLE[0], "whole")
        assert whole[:-2] != nothing[:-2], way
        if way.kind != "clicks":
            assert scene.expected(way, Mode.NEW, TABLE[0], "so far") != whole, way


@pytest.mark.parametrize("way", [way for way in WAYS if way.kind == "clicks"], ids=str)
@pytest.mark.parametrize("back", [BACKSPACE, UNDO], ids=["backspace", "undo"])
def test_a_later_press_is_taken_back_while_the_button_is_held(scene: Scene, way: Way, back: Callable[[Hand], None]) -> None:
    whole, at = scene.expected(way, Mode.NEW, TABLE[0], "whole"), way.begun[-1][1]
    hand = scene.reset(way, Mode.NEW)
    way.do(hand, way.begun)
    hand.press(at)
    hand.move((at[0] + 4.0, at[1] - 3.0))
    back(hand)
    assert scene.window.view.under_way
    hand.release((at[0] + 4.0, at[1] - 3.0))
    assert (scene.session.history.place, scene.said()) == (scene.place, None)
    if way.name != "trail":  # which follows the pointer wherever it goes
        way.do(hand, way.rest)
        assert scene.state() == whole
    scene.window.view.drop()
    scene.finish(way)


@pytest.mark.parametrize("way", [way for way in WAYS if way.kind != "clicks"], ids=str)
def test_a_button_that_has_just_gone_down_counts_as_a_stroke(scene: Scene, way: Way) -> None:
    """Before the pointer has moved nothing is seen of it; a key neither leads away under it, nor undoes what was done before."""
    hand = scene.reset(way, Mode.NEW)
    way.do(hand, way.begun[:1])
    hand.key(Qt.Key.Key_Down)
    assert (scene.session.index, scene.said()) == (1, WAIT_HELD)
    UNDO(hand)
    assert (scene.session.document, scene.said()) == (scene.document, DROPPED)
    way.do(hand, (*way.begun[1:], *way.rest))
    assert scene.session.document == scene.document and not scene.window.view.under_way


@pytest.mark.parametrize("command", ["layout.beside", "layout.below"])
def test_another_view_waits_for_a_stroke(scene: Scene, command: str) -> None:
    way, view = WAYS[1], scene.window.view
    whole = scene.expected(way, Mode.NEW, TABLE[0], "whole")
    hand = scene.reset(way, Mode.NEW)
    way.do(hand, way.begun)
    scene.window.commands.actions[command].trigger()
    assert (scene.window.view, scene.said()) == (view, WAIT_HELD)
    way.do(hand, way.rest)
    assert scene.state() == whole


def test_a_view_that_is_not_worked_in_any_more_drops_its_stroke_and_says_so(window: MainWindow) -> None:
    hand, session, left = Hand(window), window.session, window.view
    window.commands.actions["tool.free"].trigger()
    WAYS[1].do(hand, WAYS[1].begun)
    session.add_pane()
    assert window.view is not left and not left.under_way
    assert window.status_line._line.text() == DROPPED
    session.step_pane(1)
    assert window.view is left
    WAYS[1].do(hand, WAYS[1].rest)
    assert session.annotations == ()
    WAYS[1].do(hand, WAYS[1].begun + WAYS[1].rest)
    assert len(session.annotations) == 1


def test_what_is_seen_of_a_stroke_to_come_follows_the_mode_at_once(scene: Scene, qtbot: QtBot) -> None:
    way, view = WAYS[1], scene.window.view
    hand = scene.reset(way, Mode.ADD)
    way.do(hand, way.begun)

    def comes() -> str:
        edit = view._ghost.edit
        return "" if edit is None else say(edit.name)

    for key, name in ((Qt.Key.Key_A, "Add to"), (Qt.Key.Key_S, "Subtract from"), (Qt.Key.Key_A, "Add to")):
        hand.key(key)
        qtbot.waitUntil(lambda name=name: comes().startswith(name), timeout=5_000)
    view.drop()


@pytest.mark.parametrize(("way", "told"), [(WAYS[1], "그리던 것을 취소했습니다"), (MOVES, "바꾸던 것을 취소했습니다")], ids=str)
def test_it_is_said_in_korean_too(scene: Scene, way: Way, told: str) -> None:
    actions = scene.window.commands.actions
    actions["language.ko"].trigger()
    try:
        hand = scene.reset(way, Mode.NEW)
        way.do(hand, way.begun)
        hand.key(Qt.Key.Key_Down)
        assert scene.said() == "먼저 마우스 버튼을 놓거나, 하던 것을 Esc로 취소하세요"
        hand.key(Qt.Key.Key_Escape)
        assert scene.said() == told
        way.do(hand, way.rest)
        assert scene.session.document == scene.document
    finally:
        actions["language.en"].trigger()
