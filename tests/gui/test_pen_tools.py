"""A pen draws with every tool and in every mode what the mouse draws; its eraser end draws what the mouse draws under Sub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.domain.annotation import Annotation
from annotator.domain.merge import Mode
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke
from tests.gui.conftest import draw_box
from tests.gui.stylus import ERASER, LEFT, NOBODY, NONE, TIP, Stylus

Places = list[tuple[float, float]]
Hand = Callable[[MainWindow, "Gesture"], None]


@dataclass(frozen=True)
class Gesture:
    """What a hand does with a tool, in image points: a drag, or clicks of which the last is a double one."""

    tool: str
    points: tuple[tuple[float, float], ...]
    clicks: bool = False


GESTURES = (
    Gesture("tool.line", ((4.0, 50.0), (30.0, 45.0), (60.0, 34.0))),
    Gesture("tool.line", ((4.0, 50.0), (30.0, 45.0), (34.0, 32.0), (60.0, 30.0)), clicks=True),
    Gesture("tool.free", ((20.0, 20.0), (44.0, 18.0), (46.5, 40.3), (22.0, 46.0))),
    Gesture("tool.free", ((20.0, 20.0), (44.0, 18.0), (46.5, 40.3), (22.0, 46.0)), clicks=True),
    Gesture("tool.box", ((20.0, 20.0), (30.0, 30.0), (44.3, 40.7))),
    Gesture("tool.ellipse", ((20.0, 20.0), (30.0, 30.0), (44.3, 40.7))),
    Gesture("tool.brush", ((20.0, 20.0), (30.0, 34.0), (46.0, 36.0))),
    Gesture("tool.eraser", ((20.0, 20.0), (30.0, 34.0), (46.0, 36.0))),
    Gesture("tool.reshape", ((30.0, 14.0), (37.0, 17.0), (35.0, 24.0), (30.0, 26.0))),
    Gesture("tool.grow", ((20.0, 20.0), (30.0, 20.0), (34.0, 20.0))),
    Gesture("tool.livewire", ((20.0, 20.0), (44.0, 18.0), (46.5, 40.3), (22.0, 46.0)), clicks=True),
)
NAMES = [gesture.tool + (" by clicks" if gesture.clicks else "") for gesture in GESTURES]
MODELESS = {"tool.eraser", "tool.reshape"}
"""Tools that do the same in every mode; the eraser end does with them what the tip does."""


def places(window: MainWindow, points: tuple[tuple[float, float], ...]) -> Places:
    return [(at.x(), at.y()) for at in (window.view.image_to_widget(*point) for point in points)]


def mouse(window: MainWindow, gesture: Gesture) -> None:
    def send(kind: QEvent.Type, place: tuple[float, float], button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        at = QPointF(*place)
        QApplication.sendEvent(window.view, QMouseEvent(kind, at, window.view.mapToGlobal(at), button, held, NONE))

    found = places(window, gesture.points)
    drags = [[place] for place in found] if gesture.clicks else [found]
    for drag in drags:
        send(QEvent.Type.MouseButtonPress, drag[0], LEFT, LEFT)
        for place in drag[1:]:
            send(QEvent.Type.MouseMove, place, NOBODY, LEFT)
        send(QEvent.Type.MouseButtonRelease, drag[-1], LEFT, NOBODY)
    if gesture.clicks:
        send(QEvent.Type.MouseButtonDblClick, found[-1], LEFT, LEFT)
        send(QEvent.Type.MouseButtonRelease, found[-1], LEFT, NOBODY)


def pen(window: MainWindow, gesture: Gesture) -> None:
    _with(Stylus(window.view, TIP), window, gesture)


def eraser_end(window: MainWindow, gesture: Gesture) -> None:
    _with(Stylus(window.view, ERASER), window, gesture)


def _with(stylus: Stylus, window: MainWindow, gesture: Gesture) -> None:
    if gesture.clicks:
        stylus.tap(*places(window, gesture.points), twice=True)
    else:
        stylus.drag(*places(window, gesture.points))


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:
    """Two boxes, and a line across the way of those that are drawn."""
    draw_box(window, Stroke(Makes.BOX, ((8.0, 8.0), (30.0, 30.0))), Stroke(Makes.BOX, ((34.0, 34.0), (50.0, 50.0))))
    window.session.choose_tool("tool.line")
    window.session.perform(Stroke(Makes.PATH, ((20.0, 60.0), (40.0, 6.0))))
    return window


def made(window: MainWindow, gesture: Gesture, mode: Mode, hand: Hand) -> tuple[Annotation, ...]:
    """What is there after a gesture, which is taken back; times left out, and what is new counted from 1000."""
    session = window.session
    key = session.image.key
    window.commands.actions[mode.value].trigger()
    window.commands.actions[gesture.tool].trigger()
    session.select([1] if gesture.tool == "tool.reshape" else [])
    number, steps, before = session.document.next_id(key), session.history.place, session.document
    hand(window, gesture)
    assert not window.view.drawing and session.mode is mode
    found = session.annotations
    if session.document != before:
        session.undo()
    assert session.document == before and session.history.place == steps
    return tuple(
        replace(a, id=a.id if a.id < number else a.id - number + 1000, drawn=replace(a.drawn, time="" if a.id >= number else a.drawn.time))
        for a in found
    )


@pytest.mark.parametrize("gesture", GESTURES, ids=NAMES)
def test_a_pen_draws_what_the_mouse_draws(drawn: MainWindow, gesture: Gesture) -> None:
    before = drawn.session.annotations
    by_mouse = {mode: made(drawn, gesture, mode, mouse) for mode in Mode}
    assert all(found != before for found in by_mouse.values())
    for mode in Mode:
        assert made(drawn, gesture, mode, pen) == by_mouse[mode]
        wanted = mode if gesture.tool in MODELESS else Mode.SUB
        assert made(drawn, gesture, mode, eraser_end) == by_mouse[wanted]


def escape(window: MainWindow) -> None:
    QTest.keyClick(window.view, Qt.Key.Key_Escape)


def another_image(window: MainWindow) -> None:
    window.session.page(1)


@pytest.mark.parametrize("between", [escape, another_image])
@pytest.mark.parametrize("gesture", GESTURES, ids=NAMES)
def test_a_gesture_of_the_pen_that_is_broken_off_does_nothing(
    drawn: MainWindow, gesture: Gesture, between: Callable[[MainWindow], None]
) -> None:
    session = drawn.session
    drawn.commands.actions[gesture.tool].trigger()
    session.select([1] if gesture.tool == "tool.reshape" else [])
    before, (first, *others) = session.history, places(drawn, gesture.points)
    for end in (TIP, ERASER):
        stylus = Stylus(drawn.view, end)
        if gesture.clicks:
            stylus.tap(first, *others[:-1])
        else:
            stylus.press(first)
            stylus.move(*others[:-1])
        assert drawn.view.drawing or drawn.view.changing
        between(drawn)
        assert not drawn.view.drawing and not drawn.view.changing and session.mode is Mode.NEW
        if not gesture.clicks:
            stylus.move(*others)
            stylus.release(others[-1])
        assert session.history is before and session.mode is Mode.NEW and not drawn.view.drawing
        session.show(0)
        session.select([1] if gesture.tool == "tool.reshape" else [])
        drawn.view.repaint()
