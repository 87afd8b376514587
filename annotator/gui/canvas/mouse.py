"""Say what a button, a wheel and a drag mean: draw, window, pan, page, zoom.

A drag is a generator that reads top to bottom: it is sent each place of the pointer until the button goes up.  Left draws (with Space or
Shift: pans), right changes the window (a click without a drag takes a vertex back, or asks for the menu), middle pans, the wheel goes
through the series, with Ctrl it zooms at the pointer.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from annotator.domain.picture import Picture, Window
from annotator.gui.canvas.eye import Eye
from annotator.gui.canvas.model import CanvasModel
from annotator.gui.canvas.sight import ZOOM_STEP
from annotator.gui.canvas.talk import Talk
from annotator.gui.canvas.windowing import dragged_window
from annotator.i18n import mark
from annotator.tools.gesture import Kind
from annotator.tools.press import DRAG
from annotator.tools.select import TOOL as SELECT

NOTCH = 120
"""What a wheel turns by from one click to the next; finer wheels send parts of it."""
_UNFINISHED = mark("Finish the outline first (double click or Enter), or drop it with Esc")
_NO_BUTTONS = Qt.MouseButton.NoButton
_LEFT, _RIGHT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


@dataclass(frozen=True)
class Place:
    """Where the pointer is (logical pixels), the modifiers held there, and whether the button has gone up."""

    at: QPointF
    modifiers: Qt.KeyboardModifier
    up: bool = False


Drag = Generator[None, Place, None]


class Surface(Protocol):
    """What the mouse acts on: the image view."""

    model: CanvasModel
    eye: Eye
    talk: Talk

    def shown_picture(self) -> Picture | None:
        """The picture on the screen, if it is the model's."""

    def tell(self, kind: Kind, at: QPointF, modifiers: Qt.KeyboardModifier, *, down: bool = False) -> None:
        """Tell the tool, and paint what comes of it."""

    def paint_now(self) -> None: ...
    def page(self, step: int) -> None: ...
    def ask_for_menu(self, at: QPointF) -> None: ...
    def maximise(self) -> None: ...
    def explain(self, text: str) -> None: ...


class Mouse:
    """The buttons and the wheel of one view; `panning` while Space is held, `moving` while a drag moves the image."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self.panning = False
        self.button = _NO_BUTTONS
        self.last = QPointF()
        self.moving = False
        self._drag: Drag | None = None
        self._turned = 0

    @property
    def busy(self) -> bool:
        """Whether a drag goes on."""
        return self._drag is not None

    def press(self, event: QMouseEvent, *, double: bool = False) -> None:
        """Begin a drag; a second button during one is ignored, the same one again says that its release was lost."""
        self._catch_up(event)
        if self._drag is not None and event.button() == self.button:
            self._finish(Place(self.last, event.modifiers(), up=True))
        place = Place(event.position(), event.modifiers())
        self.last = place.at
        if self._drag is not None or self._surface.eye.transform is None:
            return
        drag = self._begin(event.button(), place, double=double)
        if drag is not None:
            self.button, self._drag = event.button(), drag
            next(drag)

    def _begin(self, button: Qt.MouseButton, place: Place, *, double: bool) -> Drag | None:
        shift = bool(place.modifiers & Qt.KeyboardModifier.ShiftModifier)
        self.moving = button == _MIDDLE or (button == _LEFT and (self.panning or shift))
        if self.moving:
            return self._pan(place)
        if button == _RIGHT:
            return self._window(place)
        if button == _LEFT and double and self._surface.talk.tool.id == SELECT.id:
            self._surface.maximise()
        elif button == _LEFT and self._surface.shown_picture() is not None:
            return self._draw(place, Kind.DOUBLE if double else Kind.PRESS)
        return None

    def move(self, event: QMouseEvent) -> None:
        """Go on with the drag, or follow the pointer."""
        self._catch_up(event)
        place = Place(event.position(), event.modifiers())
        self.last = place.at
        if self._drag is not None:
            self._drag.send(place)
        elif self._surface.talk.drawing:
            self._surface.tell(Kind.MOVE, place.at, place.modifiers)

    def release(self, event: QMouseEvent) -> None:
        """End the drag of this button."""
        self.last = event.position()
        if event.button() == self.button:
            self._finish(Place(event.position(), event.modifiers(), up=True))

    def give_up(self) -> None:
        """Forget the drag: what it acted on is not there any more."""
        self._drag, self.button, self.moving = None, _NO_BUTTONS, False

    def wheel(self, event: QWheelEvent) -> None:
        """Page, or zoom with Ctrl held."""
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            transform = self._surface.eye.transform
            if transform is not None and turned:
                at = event.position()
                self._surface.eye.zoom_to(transform.zoom * ZOOM_STEP ** (turned / NOTCH), (at.x(), at.y()))
                self._surface.paint_now()
            return
        if self._drag is not None:
            self._turned = 0
        elif self._surface.talk.drawing:
            self._turned = 0
            self._surface.explain(_UNFINISHED)
        else:
            self._turn(turned)

    def _turn(self, turned: int) -> None:
        """Add up what finer wheels send; towards the person is the next image."""
        self._turned = turned if turned * self._turned < 0 else self._turned + turned
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        if notches:
            self._surface.page(-notches)

    def _catch_up(self, event: QMouseEvent) -> None:
        """End a drag whose release went to somebody else."""
        if self._drag is not None and not event.buttons() & self.button:
            self._finish(Place(self.last, event.modifiers(), up=True))

    def _finish(self, place: Place) -> None:
        drag = self._drag
        self.give_up()
        if drag is not None:
            try:
                drag.send(place)
            except StopIteration:
                return

    def _draw(self, press: Place, kind: Kind) -> Drag:
        self._surface.tell(kind, press.at, press.modifiers, down=True)
        while not (place := (yield)).up:
            self._surface.tell(Kind.MOVE, place.at, place.modifiers, down=True)
        self._surface.tell(Kind.RELEASE, place.at, place.modifiers)

    def _pan(self, press: Place) -> Drag:
        start = self._surface.eye.transform
        up = start is None
        while not up:
            place = yield
            up = place.up
            if start is not None:
                self._surface.eye.look(start.moved(place.at.x() - press.at.x(), place.at.y() - press.at.y()))
            self._surface.paint_now()

    def _window(self, press: Place) -> Drag:
        start, dragged, up = self._surface.model.window, False, False
        while not up:
            place = yield
            across, down, up = place.at.x() - press.at.x(), place.at.y() - press.at.y(), place.up
            dragged = dragged or math.hypot(across, down) > DRAG
            if dragged:
                self._change_window(start, across, down)
        if not dragged and self._surface.talk.drawing:
            self._surface.tell(Kind.BACK, press.at, press.modifiers)
        elif not dragged:
            self._surface.ask_for_menu(press.at)

    def _change_window(self, start: Window, across: float, down: float) -> None:
        picture, image = self._surface.shown_picture(), self._surface.model.image
        if picture is None or image is None:
            return
        changed = dragged_window(start, picture, across, down, upper_only=image.modality == "PT")
        self._surface.model.set_window(changed.center, changed.width)
        self._surface.paint_now()
