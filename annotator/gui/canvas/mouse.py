"""Say what a button, a wheel and a drag mean: draw, window, pan, page, zoom.

Left draws (with Space: pans); what the other buttons, Shift and Alt do is the person's choice (`workspace.hand`), usually right: window,
middle and Shift: pan.  A right click without a drag takes a vertex back, or asks for the menu.  The wheel goes through the series, with
Ctrl it zooms at the pointer, or the other way round; with Shift it changes the size of a brush, with Ctrl and Shift it blends what lies
over the image.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent, QWheelEvent

from annotator.gui.canvas.drags import DRAGS, Drag, Place, Surface
from annotator.gui.canvas.sight import ZOOM_STEP
from annotator.i18n import mark
from annotator.tools.gesture import Kind
from annotator.tools.press import DRAG
from annotator.tools.select import TOOL as SELECT
from annotator.workspace.hand import Deed

NOTCH = 120
"""What a wheel turns by from one click to the next; finer wheels send parts of it."""
HELD = mark("Let the mouse button go first, or drop what it is doing with Esc")
UNFINISHED = mark("Finish the outline first (double click or Enter), or drop it with Esc")
_NOT_THERE = mark("Nothing was drawn: the picture of this image is not on the screen yet")
_NO_BUTTONS = Qt.MouseButton.NoButton
_LEFT, _RIGHT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_BUTTONS = {_LEFT: "left", _RIGHT: "right", _MIDDLE: "middle"}
_MODIFIERS = (
    (Qt.KeyboardModifier.ShiftModifier, "shift"),
    (Qt.KeyboardModifier.ControlModifier, "ctrl"),
    (Qt.KeyboardModifier.AltModifier, "alt"),
)
_BLENDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
BLEND_STEP = 0.1
"""By how much a click of the wheel blends."""
Pressed = QMouseEvent | QTabletEvent


class Mouse:
    """The buttons and the wheel of one view; `panning` while Space is held, `moving` while a drag moves the image."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self.panning = False
        self.button = _NO_BUTTONS
        self.last = QPointF()
        self.moving = False
        self._drag: Drag | None = None
        self._draws = False
        self._turned = 0
        self._next: Deed | None = None

    @property
    def framing(self) -> bool:
        """Whether the next left drag makes a window from a rectangle."""
        return self._next is Deed.REGION

    def lend(self, deed: Deed | None) -> None:
        """Let the next left drag do this instead of drawing; None takes that back."""
        self._next = deed

    @property
    def busy(self) -> bool:
        """Whether a drag goes on."""
        return self._drag is not None

    @property
    def draws(self) -> bool:
        """Whether the button that is held draws, chooses or changes something, and does not only look."""
        return self._drag is not None and self._draws

    def press(self, event: Pressed, *, double: bool = False) -> None:
        """Begin a drag; a second button during one is ignored, the same one again says that its release was lost."""
        self._catch_up(event)
        if self._drag is not None and event.button() == self.button:
            self._finish(Place(self.last, event.modifiers(), up=True))
        place = Place(event.position(), event.modifiers(), erases=event.pointerType() is QPointingDevice.PointerType.Eraser)
        self.last = place.at
        if self._drag is not None or self._surface.eye.transform is None:
            return
        drag = self._begin(event.button(), place, double=double)
        if drag is not None:
            self.button, self._drag = event.button(), drag
            next(drag)

    def _begin(self, button: Qt.MouseButton, place: Place, *, double: bool) -> Drag | None:
        deed = self._deed(button, place.modifiers)
        self.moving, self._draws = deed is Deed.PAN, deed is None
        if deed is not None:
            drag = DRAGS[deed](self._surface, place)
            if button == _RIGHT:
                return self._or_click(drag, place, self._click_right)
            picks = button == _LEFT and place.modifiers & _SHIFT and self._surface.talk.tool.id == SELECT.id
            return self._or_click(drag, place, self._pick) if picks and not self.panning else drag
        if double and self._surface.talk.tool.id == SELECT.id:  # where several lie there, quick clicks go on to what lies below
            if self._surface.stacked(place.at):
                return self._draw(place, Kind.PRESS)
            self._surface.maximise()
        elif self._surface.shown_picture() is not None:
            return self._draw(place, Kind.DOUBLE if double else Kind.PRESS)
        else:
            self._surface.explain(_NOT_THERE)
        return None

    def _deed(self, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> Deed | None:
        """What a press begins; None: to draw."""
        if button not in _BUTTONS:
            return Deed.NOTHING
        modifier = next((name for held, name in _MODIFIERS if modifiers & held), "")
        chosen = self._surface.model.hand.deed(_BUTTONS[button], modifier)
        if button != _LEFT:
            return chosen
        if self.panning:
            return Deed.PAN
        lent, self._next = self._next, None
        return lent or (chosen if chosen is not Deed.NOTHING else None)

    def move(self, event: Pressed) -> None:
        """Go on with the drag, or follow the pointer."""
        self._catch_up(event)
        place = Place(event.position(), event.modifiers())
        self.last = place.at
        if self._drag is not None:
            self._drag.send(place)
        elif self._surface.talk.drawing or (self._surface.talk.tool.hovers and not self.panning and self._surface.awake):
            self._surface.tell(Kind.MOVE, place.at, place.modifiers)

    def release(self, event: Pressed) -> None:
        """End the drag of this button."""
        self.last = event.position()
        if event.button() == self.button:
            self._finish(Place(event.position(), event.modifiers(), up=True))

    def give_up(self) -> None:
        """Forget the drag: what it acted on is not there any more."""
        self._drag, self.button, self.moving = None, _NO_BUTTONS, False

    def wheel(self, event: QWheelEvent) -> None:
        """Page, or zoom with Ctrl held; with Ctrl and Shift blend what lies over the image."""
        turned, hand, fusion = event.angleDelta().y(), self._surface.model.hand, self._surface.model.fusion
        if fusion is not None and event.modifiers() & _BLENDS == _BLENDS:
            self._surface.model.blend(fusion.look.blend + BLEND_STEP * (turned or event.angleDelta().x()) / NOTCH)
            self._surface.paint_now()
            return
        if self._surface.talk.tool.stepped and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self._surface.step_option((turned or event.angleDelta().x()) / NOTCH)
            return
        if bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier) != hand.wheel_zooms:
            self.zoom_by(ZOOM_STEP ** (turned / NOTCH), event.position())
            return
        if event.phase() == Qt.ScrollPhase.ScrollMomentum:
            return  # the fingers have left the touch pad: the picture they stopped at is the one they meant
        if self._drag is not None:
            self._turned = 0
        elif self._surface.talk.drawing:
            self._turned = 0
            self._surface.explain(UNFINISHED)
        else:
            self._turn(-turned if hand.wheel_reversed else turned)

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Zoom by a factor; the image point under the pointer stays there."""
        transform = self._surface.eye.transform
        if transform is not None and factor != 1.0 and factor > 0:
            self._surface.eye.zoom_to(transform.zoom * factor, (at.x(), at.y()))
            self._surface.paint_in_motion()

    def _turn(self, turned: int) -> None:
        """Add up what finer wheels send; towards the person is the next image."""
        self._turned = turned if turned * self._turned < 0 else self._turned + turned
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        if notches:
            self._surface.page(-notches)

    def _catch_up(self, event: Pressed) -> None:
        """End a drag whose release went to somebody else."""
        if self._drag is not None and not event.buttons() & self.button:
            self._finish(Place(self.last, event.modifiers(), up=True))

    def _finish(self, place: Place) -> None:
        drag = self._drag
        self.give_up()
        if drag is not None:
            _send(drag, place)

    def _draw(self, press: Place, kind: Kind) -> Drag:
        self._surface.tell(kind, press.at, press.modifiers, down=True, erases=press.erases)
        while not (place := (yield)).up:
            self._surface.tell(Kind.MOVE, place.at, place.modifiers, down=True)
        self._surface.tell(Kind.RELEASE, place.at, place.modifiers)

    def _or_click(self, drag: Drag, press: Place, click: Callable[[Place], None]) -> Drag:
        """Do what the drag does once the pointer has moved, else what a click does."""
        dragged, up = False, False
        next(drag)
        while not up:
            place = yield
            up = place.up
            dragged = dragged or math.hypot(place.at.x() - press.at.x(), place.at.y() - press.at.y()) > DRAG
            if dragged:
                _send(drag, place)
        if not dragged:
            click(press)

    def _click_right(self, press: Place) -> None:
        """Take a vertex back, or ask for the menu."""
        if self._surface.talk.drawing:
            self._surface.tell(Kind.BACK, press.at, press.modifiers)
        else:
            self._surface.ask_for_menu(press.at)

    def _pick(self, press: Place) -> None:
        """Add to what is selected."""
        if self._surface.shown_picture() is not None:
            self._surface.tell(Kind.PRESS, press.at, press.modifiers, down=True)
            self._surface.tell(Kind.RELEASE, press.at, press.modifiers)


def _send(drag: Drag, place: Place) -> None:
    """Tell a drag; the last place ends it."""
    try:
        drag.send(place)
    except StopIteration:
        return
