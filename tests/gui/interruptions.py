"""Strokes of every tool and what comes between: hands that can be stopped at any place, and deeds that interrupt them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.gui.panels.slice_strip import SliceStrip
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke

LEFT, RIGHT, MIDDLE, NOBODY = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton)
NONE, CONTROL, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEY, KIND = Qt.Key, QEvent.Type
Place = tuple[float, float]
DONE = (Stroke(Makes.BOX, ((8.0, 8.0), (30.0, 30.0))), Stroke(Makes.BOX, ((36.0, 36.0), (50.0, 50.0))))
"""What is drawn before each stroke: two boxes, of which the first gets a fifth vertex."""
VERTEX, EDGE, INSIDE, NOTHING = (30.0, 30.0), (8.0, 19.3), (18.2, 18.4), (55.3, 10.2)


class Hand:
    """The mouse over the picture of a window, in image coordinates; it knows which buttons are held."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.held, self.at, self.before, self.modifiers = window, NOBODY, NOTHING, NOTHING, NONE

    def send(self, kind: QEvent.Type, place: Place, which: Qt.MouseButton) -> None:
        view = self.window.view
        at = QPointF(view.image_to_widget(*place))
        self.before, self.at = self.at, place
        QApplication.sendEvent(view, QMouseEvent(kind, at, QPointF(view.mapToGlobal(at)), which, self.held, self.modifiers))

    def press(self, place: Place, which: Qt.MouseButton = LEFT) -> None:
        self.held |= which
        self.send(KIND.MouseButtonPress, place, which)

    def move(self, place: Place) -> None:
        self.send(KIND.MouseMove, place, NOBODY)

    def release(self, place: Place, which: Qt.MouseButton = LEFT) -> None:
        self.held &= ~which
        self.send(KIND.MouseButtonRelease, place, which)

    def click(self, place: Place) -> None:
        self.move(place)
        self.press(place)
        self.release(place)

    def drag(self, *places: Place) -> None:
        self.press(places[0])
        for place in places[1:]:
            self.move(place)
        self.release(places[-1])

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.window.view, key, modifiers)

    def wheel(self, notches: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        view = self.window.view
        at = QPointF(view.image_to_widget(*self.at))
        turned = QPoint(0, 120 * notches)
        QApplication.sendEvent(
            view,
            QWheelEvent(at, QPointF(view.mapToGlobal(at)), QPoint(), turned, self.held, modifiers, Qt.ScrollPhase.NoScrollPhase, False),
        )


Step = tuple[str, Place]
"""What the left button does (`press`, `move`, `release`, `click`) and where, or a key (`enter`)."""


@dataclass(frozen=True)
class Way:
    """One way to draw with a tool: what the hand does before something comes between (`begun`), and after it (`rest`).

    `kind`: `drag` draws with the button held, `change` changes an annotation so, `clicks` draws from click to click, with no button held.
    """

    tool: str
    name: str
    kind: str
    begun: tuple[Step, ...]
    rest: tuple[Step, ...]
    modifiers: Qt.KeyboardModifier = NONE
    options: tuple[tuple[str, object], ...] = ()
    less: int = 1
    """With how many clicks less one click is taken back: all of them where the tool knows only two."""

    def __str__(self) -> str:
        return f"{self.tool} {self.name}"

    def do(self, hand: Hand, steps: tuple[Step, ...]) -> None:
        hand.modifiers = self.modifiers
        for what, place in steps:
            if what == "enter":
                hand.key(KEY.Key_Return)
            else:
                getattr(hand, what)(place)
        hand.modifiers = NONE


def _drag(tool: str, name: str, kind: str, *places: Place, **more: object) -> Way:
    """A drag through places, interrupted after the fourth."""
    begun = (("press", places[0]), *(("move", place) for place in places[1:4]))
    rest = (*(("move", place) for place in places[4:]), ("release", places[-1]))
    return Way(tool, name, kind, begun, rest, **more)  # type: ignore[arg-type]  # the names are those of the fields


def _clicks(tool: str, name: str, begun: tuple[Place, ...], rest: tuple[Step, ...], **more: object) -> Way:
    clicked: list[Step] = [("click", place) for place in begun]
    return Way(tool, name, "clicks", (*clicked, ("move", (begun[-1][0] + 1.3, begun[-1][1] + 3.1))), rest, **more)  # type: ignore[arg-type]


ROUND = ((5.3, 21.2), (13.7, 13.4), (24.2, 15.6), (26.4, 24.1), (19.1, 33.7), (10.6, 28.2))
ACROSS = ((13.7, 12.4), (18.2, 16.6), (24.2, 19.6), (33.4, 24.1), (40.1, 38.7), (41.6, 41.2))
PULL = ((30.0, 30.0), (31.4, 31.1), (33.2, 32.4), (35.1, 34.2), (33.7, 33.1), (33.2, 31.4))
WAYS = (
    _drag("tool.line", "drag", "drag", *ACROSS),
    _drag("tool.free", "drag", "drag", *ROUND),
    _drag("tool.box", "drag", "drag", *ACROSS),
    _drag("tool.ellipse", "drag", "drag", *ACROSS),
    _drag("tool.brush", "drag", "drag", *ACROSS),
    _drag("tool.eraser", "drag", "drag", *ROUND),
    _drag("tool.grow", "drag", "drag", (31.3, 31.2), (33.1, 31.2), (34.2, 31.2), (36.3, 31.4), (35.2, 31.3), (34.4, 31.2)),
    _drag("tool.livewire", "drag", "drag", *ROUND),
    _clicks("tool.line", "clicks", ROUND[:3], (("click", ROUND[4]), ("enter", ROUND[4]))),
    _clicks("tool.free", "clicks", ROUND[:3], (("click", ROUND[4]), ("click", ROUND[5]), ("enter", ROUND[5]))),
    Way(
        *("tool.free", "trail", "clicks", (("click", ROUND[0]), *(("move", place) for place in ROUND[1:4]))),
        (*(("move", place) for place in ROUND[4:]), ("click", ROUND[5])),
        *(NONE, (("click", True),), 9),
    ),
    _clicks("tool.box", "clicks", ACROSS[:1], (("move", ACROSS[4]), ("click", ACROSS[5])), less=9),
    _clicks("tool.ellipse", "clicks", ACROSS[:1], (("move", ACROSS[4]), ("click", ACROSS[5])), less=9),
    _clicks("tool.livewire", "clicks", ROUND[:3], (("click", ROUND[4]), ("enter", ROUND[4]))),
    _drag("tool.select", "move", "change", INSIDE, (21.4, 20.1), (23.2, 21.4), (25.1, 22.2), (24.7, 23.1), (24.2, 21.4)),
    _drag("tool.select", "vertex", "change", *PULL),
    _drag("tool.select", "edge", "change", EDGE, (6.4, 20.1), (5.2, 21.4), (4.1, 22.2), (4.7, 23.1), (5.2, 21.4)),
    _drag("tool.select", "frame", "drag", (55.3, 55.2), (44.4, 41.1), (43.2, 40.4), (40.1, 34.2), (20.7, 19.1), (19.2, 18.4)),
    _drag("tool.reshape", "move", "change", INSIDE, (21.4, 20.1), (23.2, 21.4), (25.1, 22.2), (24.7, 23.1), (24.2, 21.4)),
    _drag("tool.reshape", "vertex", "change", *PULL),
    _drag("tool.reshape", "redraw", "change", EDGE, (6.4, 20.1), (5.2, 21.4), (4.1, 22.2), (5.7, 25.1), (8.0, 26.3)),
    _drag("tool.reshape", "edge", "change", EDGE, (6.4, 20.1), (5.2, 21.4), (4.1, 22.2), (4.7, 23.1), (5.2, 21.4), modifiers=CONTROL),
    _drag("measure.ruler", "drag", "drag", *ACROSS),
    _drag("measure.rectangle", "drag", "drag", *ACROSS),
    _drag("measure.ellipse", "drag", "drag", *ACROSS),
    _clicks("measure.ruler", "clicks", ACROSS[:1], (("move", ACROSS[4]), ("click", ACROSS[5])), less=9),
    _clicks("measure.angle", "clicks", ACROSS[:2], (("move", ACROSS[4]), ("click", ACROSS[5])), less=9),
)
AGAIN = Way("", "again", "drag", (("press", (40.3, 10.2)), ("move", (52.4, 15.1))), (("release", (55.2, 24.3)),))
"""A box that is drawn right after."""


def key(which: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> Callable[[Hand], None]:
    return lambda hand: hand.key(which, modifiers)


UNDO, BACKSPACE = key(KEY.Key_Z, CONTROL), key(KEY.Key_Backspace)


def another_tool(hand: Hand) -> None:
    """A key of another tool that draws."""
    hand.key(KEY.Key_E if hand.window.session.tool.id == "tool.box" else KEY.Key_B)


def strip(hand: Hand) -> None:
    """A click on the last slice of the strip beside the picture."""
    there = next(found for found in hand.window.findChildren(SliceStrip) if found.isVisible())
    QTest.mouseClick(there, LEFT, NONE, QPoint(there.width() - 2, 4))


def image_changed(hand: Hand) -> None:
    """Another image is shown by something else than the hand."""
    session = hand.window.session
    session.show(session.index + 1)


def focus_lost(hand: Hand) -> None:
    view, window = hand.window.view, hand.window
    QApplication.sendEvent(view, QFocusEvent(KIND.FocusOut, Qt.FocusReason.ActiveWindowFocusReason))
    QApplication.sendEvent(window, QEvent(KIND.WindowDeactivate))
    QApplication.sendEvent(window, QEvent(KIND.WindowActivate))
    QApplication.sendEvent(view, QFocusEvent(KIND.FocusIn, Qt.FocusReason.ActiveWindowFocusReason))


def pointer_left(hand: Hand) -> None:
    QApplication.sendEvent(hand.window.view, QEvent(KIND.Leave))


def release_lost(hand: Hand) -> None:
    """The button went up over another program: the pointer comes back without it."""
    hand.held = NOBODY
    hand.move((27.3, 8.2))


def other_button(which: Qt.MouseButton, *, dragged: bool) -> Callable[[Hand], None]:
    def press(hand: Hand) -> None:
        place, before = hand.at, hand.before
        hand.press(place, which)
        if dragged:
            hand.move(before)
            hand.move(place)
        hand.release(place, which)

    return press


def left_again(hand: Hand) -> None:
    """The left button goes down once more: the system lost its release."""
    hand.press(hand.at)


def a_step(hand: Hand) -> None:
    """Another step is chosen in the list of edits: the outline of the first box has no fifth vertex again."""
    hand.window.session.go_to_step(len(DONE))


def zoomed(hand: Hand) -> None:
    hand.wheel(3, CONTROL)
    for name in ("view.zoom_in", "view.actual_size", "view.fit"):
        hand.window.commands.actions[name].trigger()
    hand.wheel(2, CONTROL)


def panned(hand: Hand) -> None:
    hand.window.view.look_at(5.0, 25.0, 22.0)


def panel_closed(hand: Hand) -> None:
    for name in ("fold.category_list", "view.maximise"):
        hand.window.commands.actions[name].trigger()


def resized(hand: Hand) -> None:
    hand.window.resize(hand.window.width() + 90, hand.window.height() + 40)
    QApplication.processEvents()


def many(hand: Hand) -> None:
    """Keys that do nothing to a stroke: hide and show the overlays, hold Space, invert, choose a window."""
    view = hand.window.view
    for held in (KEY.Key_H, KEY.Key_Space):
        QTest.keyPress(view, held)
        QTest.keyRelease(view, held)
    hand.key(KEY.Key_I)
    hand.key(KEY.Key_F3)


@dataclass(frozen=True)
class Told:
    """What becomes of a stroke, and what is said when something comes between (None: nothing).

    `whole`: what it would have been.  `nothing`: nothing is another.  `so far`: as if the button had gone up there.  `less`: without the
    last click before.  `as if before`: as if what came between had come before the stroke.  `only that`: what came between, and no stroke.
    `two`: up to there, and a second stroke from there.  `ended`: as Enter ends it.
    """

    becomes: str
    says: str | None = None


WAIT_HELD = "Let the mouse button go first, or drop what it is doing with Esc"
WAIT = "Finish the outline first (double click or Enter), or drop it with Esc"
DROPPED, CHANGE_DROPPED = "What was being drawn was dropped", "The change that was on its way was dropped"
GOES_ON = Told("whole")
ON = {"drag": GOES_ON, "change": GOES_ON, "clicks": GOES_ON}
WAITS = {"drag": Told("whole", WAIT_HELD), "change": Told("whole", WAIT_HELD), "clicks": Told("whole", WAIT)}
DROP = {"drag": Told("nothing", DROPPED), "change": Told("nothing", CHANGE_DROPPED), "clicks": Told("nothing", DROPPED)}
AWAY = {"drag": Told("only that", DROPPED), "change": Told("only that", CHANGE_DROPPED), "clicks": Told("only that", DROPPED)}
BACK = {"drag": DROP["drag"], "change": DROP["change"], "clicks": Told("less")}
FIRST = {"drag": Told("as if before"), "change": GOES_ON, "clicks": Told("as if before")}
DELETED = {
    "drag": Told("as if before", "Deleted: 1"),
    "change": Told("only that", "Deleted: 1"),
    "clicks": Told("as if before", "Deleted: 1"),
}


@dataclass(frozen=True)
class Between:
    """Something that comes between, and what it does to a drag that draws, a drag that changes, and an outline click by click."""

    name: str
    do: Callable[[Hand], None]
    told: dict[str, Told]
    modes: bool = False
    """Whether the mode could matter to it."""

    def __str__(self) -> str:
        return self.name


def _but(told: dict[str, Told], **other: Told) -> dict[str, Told]:
    return {**told, **other}


TABLE = (
    Between("next image by key", key(KEY.Key_Down), WAITS),
    Between("next series by key", key(KEY.Key_PageDown), WAITS),
    Between("case done by key", key(KEY.Key_Return, CONTROL), WAITS),
    Between("Enter", key(KEY.Key_Return), _but(ON, clicks=Told("ended"))),
    Between("wheel", lambda hand: hand.wheel(-1), _but(ON, clicks=WAITS["clicks"])),
    Between("strip of slices", strip, WAITS),
    Between("another image is shown", image_changed, AWAY),
    Between("focus lost", focus_lost, ON),
    Between("pointer left", pointer_left, ON),
    Between("release lost", release_lost, {"drag": Told("so far"), "change": Told("so far")}, modes=True),
    Between("left button once more", left_again, {"drag": Told("two"), "change": Told("two")}),
    Between("undo", UNDO, BACK),
    Between("backspace", BACKSPACE, _but(BACK, change=GOES_ON)),
    Between("redo", key(KEY.Key_Z, CONTROL | SHIFT), WAITS),
    Between("right click", other_button(RIGHT, dragged=False), _but(ON, clicks=Told("less"))),
    Between("right drag", other_button(RIGHT, dragged=True), ON),
    Between("middle drag", other_button(MIDDLE, dragged=True), ON),
    Between("another tool by key", another_tool, WAITS),
    Between("escape", key(KEY.Key_Escape), DROP),
    Between("delete", key(KEY.Key_Delete), DELETED),
    Between("a step in the list of edits", a_step, _but(FIRST, change=Told("only that", CHANGE_DROPPED))),
    Between("mode Add by key", key(KEY.Key_A), FIRST),
    Between("mode Sub by key", key(KEY.Key_S), FIRST),
    Between("category by key", key(KEY.Key_2), FIRST, modes=True),
    Between("panel closed", panel_closed, ON),
    Between("window resized", resized, ON),
    Between("zoomed", zoomed, ON),
    Between("panned", panned, ON, modes=True),
    Between("looked at otherwise", many, ON),
)
