"""A stroke that something comes between: with every tool there is a whole edit in the end, or none at all, and never half of one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.gui.window import MainWindow
from annotator.plugins import offers
from annotator.tools.gesture import Makes, Reshape, Stroke
from tests.gui.conftest import draw_box

LEFT, RIGHT, NOBODY = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
CONTROL = Qt.KeyboardModifier.ControlModifier
TOOLS = sorted(tool.id for tool in offers("annotator.tools", "TOOL"))  # type: ignore[attr-defined]  # every TOOL has an id
FIRST, SECOND = Stroke(Makes.BOX, ((8.0, 8.0), (30.0, 30.0))), Stroke(Makes.BOX, ((36.0, 36.0), (50.0, 50.0)))


def send(window: MainWindow, kind: QEvent.Type, place: tuple[float, float], which: Qt.MouseButton, held: Qt.MouseButton = LEFT) -> None:
    view = window.view
    at = QPointF(view.image_to_widget(*place))
    QApplication.sendEvent(view, QMouseEvent(kind, at, QPointF(view.mapToGlobal(at)), which, held, Qt.KeyboardModifier.NoModifier))


def undo(window: MainWindow) -> None:
    QTest.keyClick(window.view, Qt.Key.Key_Z, CONTROL)


def another_image(window: MainWindow) -> None:
    window.commands.actions["image.next"].trigger()


def another_series_of_keys(window: MainWindow) -> None:
    QTest.keyClick(window.view, Qt.Key.Key_Down)


def focus_lost(window: MainWindow) -> None:
    QApplication.sendEvent(window.view, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.ActiveWindowFocusReason))
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))


def second_button(window: MainWindow) -> None:
    send(window, QEvent.Type.MouseButtonPress, (30.0, 22.0), RIGHT, LEFT | RIGHT)
    send(window, QEvent.Type.MouseMove, (31.0, 25.0), NOBODY, LEFT | RIGHT)
    send(window, QEvent.Type.MouseButtonRelease, (31.0, 25.0), RIGHT, LEFT)


def another_tool(window: MainWindow) -> None:
    other = "tool.box" if window.session.tool.id != "tool.box" else "tool.free"
    window.commands.actions[other].trigger()


def deleted(window: MainWindow) -> None:
    QTest.keyClick(window.view, Qt.Key.Key_Delete)


def undone_in_the_list(window: MainWindow) -> None:
    window.session.go_to_step(0)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    "between", [undo, another_image, another_series_of_keys, focus_lost, second_button, another_tool, deleted, undone_in_the_list]
)
def test_what_comes_between_leaves_a_whole_edit_or_none(window: MainWindow, tool: str, between: Callable[[MainWindow], None]) -> None:
    session = window.session
    draw_box(window, FIRST, SECOND)
    session.select([1])
    window.commands.actions[tool].trigger()
    assert session.tool.id == tool
    before, pressed = session.history, session.image
    assert pressed is not None
    send(window, QEvent.Type.MouseButtonPress, (8.0, 20.0), LEFT)
    for place in ((14.0, 14.0), (24.0, 16.0), (26.0, 24.0)):
        send(window, QEvent.Type.MouseMove, place, NOBODY)
    between(window)
    for place in ((18.0, 28.0), (12.0, 26.0)):
        send(window, QEvent.Type.MouseMove, place, NOBODY)
    send(window, QEvent.Type.MouseButtonRelease, (12.0, 26.0), LEFT, NOBODY)
    QTest.keyClick(window.view, Qt.Key.Key_Escape)
    after = session.history
    assert not window.view.drawing
    made = after.steps[before.place :] if after.steps is not before.steps else ()
    assert len(after.steps) <= len(before.steps) + 2
    assert all(step.edit.images <= {pressed.key} for step in made)
    documents = [after.at(place).document for place in range(len(after.steps) + 1)]
    assert documents[0] == before.at(0).document and session.document == documents[after.place]
    assert session.document.count() == sum(len(found) for found in session.document.annotations.values())
    for _ in range(len(after.steps)):
        session.undo()
    assert session.document == documents[0]
    session.go_to_step(len(after.steps))
    assert session.document == documents[-1]


@pytest.fixture
def cornered(window: MainWindow) -> MainWindow:
    """A window with an outline that got a fifth vertex last."""
    draw_box(window, FIRST)
    window.session.perform(Reshape(1, (0, 0, 1), (34.0, 20.0), insert=True))
    window.session.select([1])
    return window


def take_hold(window: MainWindow, tool: str) -> None:
    """Take hold of the vertex at (30, 30) and pull it a little."""
    window.commands.actions[tool].trigger()
    send(window, QEvent.Type.MouseButtonPress, (30.0, 30.0), LEFT)
    send(window, QEvent.Type.MouseMove, (40.0, 40.0), NOBODY)
    assert window.view.changing


def let_go(window: MainWindow) -> None:
    send(window, QEvent.Type.MouseMove, (42.0, 42.0), NOBODY)
    send(window, QEvent.Type.MouseButtonRelease, (42.0, 42.0), LEFT, NOBODY)


@pytest.mark.parametrize("tool", ["tool.select", "tool.reshape"])
def test_undo_takes_a_change_back_that_is_on_its_way(cornered: MainWindow, tool: str) -> None:
    before = cornered.session.history
    take_hold(cornered, tool)
    undo(cornered)
    assert not cornered.view.changing
    let_go(cornered)
    assert cornered.session.history is before
    undo(cornered)
    assert cornered.session.annotations[0].shape.is_box


@pytest.mark.parametrize("tool", ["tool.select", "tool.reshape"])
def test_what_became_another_meanwhile_is_let_go_of(cornered: MainWindow, tool: str) -> None:
    session = cornered.session
    take_hold(cornered, tool)
    session.go_to_step(1)
    assert not cornered.view.changing
    let_go(cornered)
    assert session.annotations[0].shape.bounds == (8.0, 8.0, 30.0, 30.0)
    take_hold(cornered, tool)
    QTest.keyClick(cornered.view, Qt.Key.Key_Delete)
    let_go(cornered)
    assert (session.annotations, cornered.notices.texts) == ((), ())


def test_what_else_becomes_another_meanwhile_takes_no_change_away(cornered: MainWindow) -> None:
    draw_box(cornered, SECOND)
    session = cornered.session
    session.select([1])
    take_hold(cornered, "tool.reshape")
    session.delete([2])
    let_go(cornered)
    assert [a.shape.bounds for a in session.annotations] == [(8.0, 8.0, 42.0, 42.0)]
