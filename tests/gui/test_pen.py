"""A pen over the real window: its eraser end lends Sub to what it begins and to nothing else, and a press does what a mouse's does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.domain.merge import Mode
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke
from tests.gui.conftest import draw_box, named
from tests.gui.stylus import ERASER, LEFT, NONE, TIP, Stylus

CONTROL = Qt.KeyboardModifier.ControlModifier
SQUARE = Stroke(Makes.BOX, ((8.0, 8.0), (40.0, 40.0)))
CORNERS = ((12.0, 12.0), (24.0, 12.0), (24.0, 24.0))
INSIDE = ((28.0, 28.0), (36.0, 28.0), (36.0, 36.0), (28.0, 36.0))


def places(window: MainWindow, *points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(at.x(), at.y()) for at in (window.view.image_to_widget(*point) for point in points)]


def area(window: MainWindow) -> float:
    return sum(a.shape.area() for a in window.session.annotations)


def tells_truly(window: MainWindow, mode: Mode) -> bool:
    """Whether this is the mode, and the only one that is checked."""
    checked = {m for m in Mode if window.commands.actions[m.value].isChecked()}
    return window.session.mode is mode and checked == {mode}


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:
    """One box of 32 × 32, and the Free tool in hand."""
    draw_box(window, SQUARE)
    window.commands.actions["tool.free"].trigger()
    return window


def key(pressed: Qt.Key, times: int = 1, modifiers: Qt.KeyboardModifier = NONE) -> Callable[[MainWindow, Stylus], None]:
    def ends(window: MainWindow, pen: Stylus) -> None:
        for _ in range(times):
            QTest.keyClick(window.view, pressed, modifiers)

    return ends


def double_tap(window: MainWindow, pen: Stylus) -> None:
    pen.drag(*places(window, CORNERS[-1]))


def first_corner(window: MainWindow, pen: Stylus) -> None:
    pen.tap(*places(window, CORNERS[0]))


def another_tool(window: MainWindow, pen: Stylus) -> None:
    window.session.choose_tool("tool.box")


def another_image(window: MainWindow, pen: Stylus) -> None:
    window.session.page(1)
    window.session.page(-1)


def closed(window: MainWindow, pen: Stylus) -> None:
    """A double click of the mouse ends what the pen began."""
    QTest.mouseDClick(window.view, LEFT, NONE, window.view.image_to_widget(*CORNERS[-1]).toPoint())


CUTS = {
    "Enter": key(Qt.Key.Key_Return),
    "a double tap": double_tap,
    "the first corner": first_corner,
    "a double click": closed,
}
DROPS = {
    "Esc": key(Qt.Key.Key_Escape),
    "Backspace": key(Qt.Key.Key_Backspace, 3),
    "undo": key(Qt.Key.Key_Z, 3, CONTROL),
    "another tool": another_tool,
    "another image": another_image,
}


@pytest.mark.parametrize("mode", [Mode.NEW, Mode.ADD], ids=str)
@pytest.mark.parametrize("end", [*CUTS, *DROPS])
def test_what_the_eraser_end_begins_cuts_and_the_chosen_mode_is_back(drawn: MainWindow, end: str, mode: Mode) -> None:
    window, pen = drawn, Stylus(drawn.view, ERASER)
    window.commands.actions[mode.value].trigger()
    before, steps = area(window), len(window.session.history.steps)
    pen.tap(*places(window, *CORNERS))
    assert window.view.drawing and tells_truly(window, Mode.SUB)
    (CUTS | DROPS)[end](window, pen)
    assert not window.view.drawing and tells_truly(window, mode)
    if end in CUTS:
        assert area(window) == pytest.approx(before - 72, abs=1.0)
    else:
        assert (area(window), len(window.session.history.steps)) == (before, steps)


@pytest.mark.parametrize("follows", ["tip", "mouse", "eraser"])
@pytest.mark.parametrize("end", ["Esc", "Enter", "lost"])
def test_what_comes_after_the_eraser_end_is_its_own_stroke(drawn: MainWindow, follows: str, end: str) -> None:
    """`lost`: the release of the eraser end never came."""
    window, pen = drawn, Stylus(drawn.view, ERASER)
    if end == "lost":
        pen.press(*places(window, CORNERS[0]))
        pen.move(*places(window, *CORNERS[1:]))
    else:
        pen.tap(*places(window, *CORNERS))
        (CUTS | DROPS)[end](window, pen)
    before = area(window)
    if follows == "mouse":
        at = [QPointF(*place).toPoint() for place in places(window, *INSIDE)]
        QTest.mousePress(window.view, LEFT, NONE, at[0])
        for place in at[1:]:
            QTest.mouseMove(window.view, place)
        QTest.mouseRelease(window.view, LEFT, NONE, at[-1])
    else:
        Stylus(window.view, TIP if follows == "tip" else ERASER).drag(*places(window, *INSIDE))
    assert tells_truly(window, Mode.NEW)
    own = -64 if follows == "eraser" else 64
    assert area(window) == pytest.approx(before + own - (72 if end == "lost" else 0), abs=6.0)
    assert len(window.session.annotations) == (1 if follows == "eraser" else 2)


def test_the_end_that_began_an_outline_says_what_it_does(drawn: MainWindow) -> None:
    tip, eraser = Stylus(drawn.view), Stylus(drawn.view, ERASER)
    tip.tap(*places(drawn, *CORNERS[:2]))
    eraser.tap(*places(drawn, CORNERS[2]), twice=True)
    assert len(drawn.session.annotations) == 2 and tells_truly(drawn, Mode.NEW)
    eraser.tap(*places(drawn, *INSIDE[:2]))
    tip.tap(*places(drawn, INSIDE[2]))
    assert tells_truly(drawn, Mode.SUB)
    tip.drag(*places(drawn, INSIDE[2]))
    assert tells_truly(drawn, Mode.NEW)
    assert drawn.session.annotations[0].shape.area() == pytest.approx(32 * 32 - 32, abs=1.0)


def test_a_mode_that_is_chosen_in_mid_outline_counts_and_stays(drawn: MainWindow) -> None:
    Stylus(drawn.view, ERASER).tap(*places(drawn, *CORNERS))
    QTest.keyClick(drawn.view, Qt.Key.Key_A)
    assert tells_truly(drawn, Mode.ADD)
    QTest.keyClick(drawn.view, Qt.Key.Key_Return)
    assert area(drawn) == pytest.approx(32 * 32) and tells_truly(drawn, Mode.ADD)


@pytest.mark.parametrize("lost", [QEvent.Type.TabletLeaveProximity, QEvent.Type.FocusOut, QEvent.Type.WindowDeactivate], ids=str)
def test_a_pen_that_goes_away_takes_nothing_with_it(drawn: MainWindow, lost: QEvent.Type) -> None:
    """Between two taps the pen is far away, and the focus elsewhere: the outline waits, and still cuts."""
    pen = Stylus(drawn.view, ERASER)
    pen.tap(*places(drawn, *CORNERS))
    if lost is QEvent.Type.FocusOut:
        QApplication.sendEvent(drawn.view, QFocusEvent(lost, Qt.FocusReason.ActiveWindowFocusReason))
    else:
        QApplication.sendEvent(QApplication.instance() if lost is QEvent.Type.TabletLeaveProximity else drawn, QEvent(lost))
    assert drawn.view.drawing and tells_truly(drawn, Mode.SUB)
    pen.tap(*places(drawn, CORNERS[0]))
    assert area(drawn) == pytest.approx(32 * 32 - 72, abs=1.0) and tells_truly(drawn, Mode.NEW)


def test_the_eraser_end_lends_nothing_to_what_draws_nothing(drawn: MainWindow) -> None:
    window, pen = drawn, Stylus(drawn.view, ERASER)
    for tool in ("tool.select", "tool.reshape"):
        window.commands.actions[tool].trigger()
        pen.press(*places(window, (20.0, 20.0)))
        assert tells_truly(window, Mode.NEW)
        pen.release(*places(window, (20.0, 20.0)))
        assert window.session.selection == frozenset({1})
    window.commands.actions["tool.free"].trigger()
    pen.press(*places(window, (20.0, 20.0)), button=Qt.MouseButton.RightButton)
    assert tells_truly(window, Mode.NEW)
    pen.move(*places(window, (30.0, 20.0)))
    pen.release(*places(window, (30.0, 20.0)), button=Qt.MouseButton.RightButton)


def test_the_chosen_mode_is_what_the_next_start_finds(drawn: MainWindow) -> None:
    drawn.commands.actions["mode.add"].trigger()
    Stylus(drawn.view, ERASER).tap(*places(drawn, *CORNERS))
    drawn.session.remember_view()
    assert drawn.session.view.mode == Mode.ADD.value


def test_a_press_of_the_pen_gives_the_picture_the_keyboard(drawn: MainWindow) -> None:
    named(drawn, "category_list").setFocus()
    assert not drawn.view.hasFocus()
    Stylus(drawn.view).tap(*places(drawn, *CORNERS))
    assert QApplication.focusWidget() is drawn.view
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert len(drawn.session.annotations) == 2


@pytest.mark.parametrize("by", ["pen", "mouse"])
def test_a_point_that_is_asked_for_is_told_and_nothing_is_drawn(drawn: MainWindow, by: str) -> None:
    """A second tap or click soon after the first tells a point too."""
    told: list[tuple[float, float]] = []
    drawn.view.ask_for_point(lambda x, y: told.append((x, y)))
    (place,) = places(drawn, (20.0, 20.0))
    if by == "pen":
        Stylus(drawn.view).tap(place, twice=True)
    else:
        at = QPointF(*place).toPoint()
        QTest.mouseClick(drawn.view, LEFT, NONE, at)
        QTest.mouseDClick(drawn.view, LEFT, NONE, at)
    assert len(told) in (2, 3) and all(point == pytest.approx((20.0, 20.0), abs=0.5) for point in told)
    assert not drawn.view.drawing and len(drawn.session.annotations) == 1
    drawn.view.ask_for_point(None)
