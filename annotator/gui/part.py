"""What a part of the window offers, and how the window puts the parts in: in a column, or over the picture when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from annotator.domain.queue import Narrowing
from annotator.gui.actions import ActionSpec, Ask, Menu
from annotator.gui.actions import always as at_any_time
from annotator.gui.bridge import Bridge
from annotator.gui.layout import Stage
from annotator.gui.side import Side
from annotator.gui.theme import Theme
from annotator.plugins import offers
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

Box = tuple[float, float, float, float]


class Picture(Protocol):
    """What the parts ask of the image view."""

    @property
    def pointed_at(self) -> tuple[float, float] | None: ...
    def setFocus(self) -> None: ...
    def bring_into_sight(self, box: Box, zoom: float = ..., /) -> None: ...
    def keeps_at_it(self) -> bool: ...
    def ask_for_point(self, told: Callable[[float, float], None] | None, /) -> None: ...


class PartWidget(QWidget):
    """The widget of a part; Esc puts a part away that lies over the picture."""

    put_away = Signal()
    headed = Signal(str, str)
    """What the heading of the part says in a column (empty: as `Part.text` has it), and what is said beside that."""

    sought = Signal(object)
    """A box (x1, y1, x2, y2) of the picture is to be brought into sight."""

    sought_at = Signal(object, float)
    """The same at a zoom (screen pixels per image pixel), if the box has room in the view then."""

    point_wanted = Signal(object)
    """A point of the picture is asked for: that under the pointer, else where the next click is; the callable takes x and y."""

    elsewhere = Signal(str, object)
    """The part with this id is to be shown in place of this one, narrowed to something (`narrow`)."""

    held: Callable[[], bool] = staticmethod(lambda: False)
    """Asked before another image is shown: whether that has to wait for what is being drawn; if so, that is said."""

    def narrow(self, what: Narrowing) -> None:
        """Show only what another part speaks of."""

    def refresh(self, topic: Topic) -> None:
        """Show the session as it is now."""

    def ask(self, what: str) -> None:
        """Ask the person for something that the part knows by this name."""

    def retranslate(self) -> None:
        """Say everything in the current language."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.key() == Qt.Key.Key_Escape:
            self.put_away.emit()
            return
        super().keyPressEvent(event)


def always(session: Session) -> bool:
    """The part is there at all times."""
    return True


@dataclass(frozen=True)
class Part:
    """A part of the window as data; `id` is the Qt object name of its widget, `text` its marked heading."""

    id: str
    text: str
    build: Callable[[Session, Theme], PartWidget]
    topics: tuple[Topic, ...]
    over_picture: bool = False
    """It covers the picture while it is open (`Desk.show_part`), else it stands in a column."""
    small: bool = False
    """It covers only a corner of the picture, which keeps the keyboard."""
    wanted: Callable[[Session], bool] = always
    """When a part of the right column is shown; asked again at each of its topics."""
    stretch: int = 0
    first: bool = False
    """It stands above the other parts."""
    last: bool = False
    """It stands below them."""
    below: bool = False
    """It stands below the list of annotations: it comes and goes with what is selected, and moves no list under the hand that selects."""
    left: bool = False
    """It stands in the left column, below the series: it speaks of the case and of where to go in it."""
    entries: Mapping[str, tuple[ActionSpec, ...]] = field(default_factory=dict)
    """Commands of its own, at the end of the menus with these names (`menu.project`)."""


Build = Callable[[Session, Theme], PartWidget]


def covering(name: str, text: str, build: Build, command: tuple[str, str, str], *, topics: tuple[Topic, ...] = (Topic.PROJECT,),
             enabled: Ask = at_any_time) -> Part:
    """Return a part over the picture that a command of the project menu shows; `command`: its action name, marked text and marked tip."""
    action, words, tip = command
    shows = ActionSpec(action, words, (), lambda session, desk: desk.show_part(name), tip, enabled=enabled)
    return Part(name, text, build, topics, over_picture=True, entries={"menu.project": (shows,)})


def parts() -> tuple[Part, ...]:
    """Return all parts that the modules of `annotator.gui.parts` offer."""
    return tuple(sorted((cast(Part, part) for part in offers("annotator.gui.parts", "PART")), key=lambda part: (not part.first, part.last)))


def panels() -> tuple[tuple[str, str], ...]:
    """Return object name and heading of all parts of the columns."""
    return tuple((part.id, part.text) for part in parts() if not part.over_picture)


def with_entries(menus: tuple[Menu, ...]) -> tuple[Menu, ...]:
    """Return the menus with the commands of all parts at their ends; a menu without any command is left out."""
    found = []
    for menu in menus:
        own = [entry for part in parts() for entry in part.entries.get(menu.name, ())]
        entries = [*menu.entries, *((None,) if menu.entries and own else ()), *own]
        if entries:
            found.append(Menu(menu.name, menu.text, tuple(entries)))
    return tuple(found)


class Parts:
    """The parts of one window; `picture` is the view that is worked in.

    What stands in the right column is built with the window, what lies over the picture when it is first shown or asked for.
    """

    def __init__(self, session: Session, look: Theme, picture: Callable[[], Picture]) -> None:
        self._session, self._look, self._picture = session, look, picture
        self._parts = {part.id: part for part in parts()}
        self._built: dict[str, PartWidget] = {}
        self._sides: dict[str, Side] = {}
        self._over: Callable[[Part], PartWidget] = self._build
        for part in self._parts.values():
            if not part.over_picture:
                self._build(part)

    def columns(self, *, left: bool = False, below: bool = False) -> list[tuple[str, QWidget, int]]:
        """The parts of the left column as `Side` takes them, or those of the right one above or `below` the list of annotations."""
        there = [part for part in self._parts.values() if not part.over_picture and (part.left, part.below) == (left, below)]
        return [(part.text, self._built[part.id], part.stretch) for part in there]

    def place(self, left: Side, right: Side, stage: Stage, bridge: Bridge) -> None:
        """Let the parts of the columns hear what changes, hidden until they are wanted; the others get their place when they are built."""
        for name, widget in self._built.items():
            side = self._sides[name] = left if self._parts[name].left else right
            widget.put_away.connect(self._keyboard_back)
            widget.held = lambda: self._picture().keeps_at_it()
            widget.sought.connect(lambda box: self._picture().bring_into_sight(box))
            widget.sought_at.connect(lambda box, zoom: self._picture().bring_into_sight(box, zoom))
            widget.point_wanted.connect(self._point)
            bridge.on(self._beside(self._parts[name], widget, side), *self._parts[name].topics)

        def over(part: Part) -> PartWidget:
            widget = self._build(part)
            stage.lay_over(widget, filling=not part.small, corner=part.small)
            widget.hide()
            widget.held = lambda: self._picture().keeps_at_it()
            widget.put_away.connect(lambda: self.show(part.id, False))
            widget.elsewhere.connect(lambda name, what: self._go(part.id, name, what))
            bridge.on(lambda topic: widget.refresh(topic) if part.wanted(self._session) else None, *part.topics)
            return widget

        self._over = over

    def show(self, name: str, shown: bool | None = None, what: str = "") -> None:
        """Show a part over the picture, or put it away (None: the other of both); one in the column gets the keyboard, asked for `what`."""
        part, widget = self._parts[name], self.widget(name)
        if not part.over_picture:
            self._sides[name].unfold_around(widget)
            widget.window().activateWindow()
            widget.setFocus()
            widget.ask(what)
            _bring_up(widget)
            return
        shown = widget.isHidden() if shown is None else shown
        widget.setVisible(shown)
        if shown:
            widget.raise_()
            widget.retranslate()
            widget.refresh(Topic.PROJECT)
            if not part.small:
                widget.setFocus()
        else:
            self._keyboard_back()

    def widget(self, name: str) -> PartWidget:
        """Return the widget of a part; one that lies over the picture is built now, if it was not needed before."""
        return self._built.get(name) or self._over(self._parts[name])

    def built(self) -> tuple[str, ...]:
        """The parts that have a widget by now."""
        return tuple(self._built)

    def retranslate(self) -> None:
        """Say everything in the current language; what lies hidden over the picture is said when it is shown."""
        for name, widget in self._built.items():
            if not self._parts[name].over_picture or widget.isVisible():
                widget.retranslate()

    def _go(self, here: str, name: str, what: Narrowing) -> None:
        """Show one part over the picture in place of another, narrowed to something."""
        self.show(here, False)
        self.widget(name).narrow(what)
        self.show(name, True)

    def _keyboard_back(self) -> None:
        self._picture().setFocus()

    def _point(self, told: Callable[[float, float], None]) -> None:
        """Tell the point under the pointer, else the next one that is clicked."""
        view = self._picture()
        if view.pointed_at is not None:
            told(*view.pointed_at)
            return

        def clicked(x: float, y: float) -> None:
            view.ask_for_point(None)
            told(x, y)

        view.setFocus()
        view.ask_for_point(clicked)

    def _build(self, part: Part) -> PartWidget:
        widget = part.build(self._session, self._look)
        widget.setObjectName(part.id)
        self._built[part.id] = widget
        return widget

    def _beside(self, part: Part, widget: PartWidget, side: Side) -> Callable[[Topic], None]:
        def hear(topic: Topic) -> None:
            wanted, there = part.wanted(self._session), QApplication.focusWidget()
            held = there is not None and widget.isAncestorOf(there)
            side.show_panel(widget, wanted)
            if held and not wanted:
                self._keyboard_back()  # else Qt gives it to whatever stands next in the column
            if wanted:
                widget.refresh(topic)

        return hear


def _bring_up(widget: QWidget) -> None:
    """Let a part of the column be seen where that is too long for the window."""
    around = widget.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    if around is not None:
        around.ensureWidgetVisible(widget, 0, 0)
