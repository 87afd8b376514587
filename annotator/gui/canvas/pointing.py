"""The part of the image view that follows what moves over it: mouse, wheel, touch pad and pen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QTabletEvent, QWheelEvent

from annotator.gui.canvas.guides import Guides
from annotator.gui.canvas.legend import KeyOf
from annotator.gui.canvas.mouse import Mouse, Pressed
from annotator.gui.canvas.painting import Painting, Sheet
from annotator.gui.canvas.pen import Pen
from annotator.gui.canvas.pins import Sign
from annotator.gui.canvas.sight import Sight
from annotator.gui.canvas.talk import Talk
from annotator.gui.keys import take_typing
from annotator.tools.gesture import Hover


class Pointing(Sight):
    """A widget that looks at an image and is pointed at; who presses, and what the pointer looks like, the image view says."""

    pointer_moved = Signal(float, float)
    """The pointer is at this image point."""
    pointer_left = Signal()
    point_refused = Signal()
    """Esc instead of the point that was asked for."""
    _mouse: Mouse
    _pen: Pen
    talk: Talk
    _painting: Painting
    _asking: Callable[[float, float], None] | None = None
    _pointed: tuple[float, float] | None = None

    @property
    def guides(self) -> Guides | None:
        """What another view tells this one."""
        return self._painting.guides

    def set_guides(self, guides: Guides | None) -> None:
        """Show what another view tells this one."""
        if guides != self._painting.guides:
            self._painting.guides = guides
            self.update()

    @property
    def sheet(self) -> Sheet | None:
        """What lies over the picture beside its annotations."""
        return self._painting.sheet

    def lay_over(self, sheet: Sheet | None) -> None:
        """Lay something over the picture that is no annotation, or take it away."""
        if sheet != self._painting.sheet:
            self._painting.sheet = sheet
            self.update()

    def tell_held_back(self, told: Callable[[KeyOf], str]) -> None:
        """Say on the picture what `told` returns: which annotations are not shown."""
        self._painting.held_back = told

    def show_pins(self, told: Callable[[], Iterable[Sign]]) -> None:
        """Show on the picture what `told` returns: the pins of its questions."""
        self._painting.pins = told

    @property
    def pointed_at(self) -> tuple[float, float] | None:
        """The image point under the pointer; None where it is elsewhere."""
        return self._pointed

    @property
    def asked_for_point(self) -> bool:
        """Whether the next left click says a point instead of drawing."""
        return self._asking is not None

    def ask_for_point(self, told: Callable[[float, float], None] | None) -> None:
        """Let left clicks tell image points (x, y) instead of drawing, until this is called with None; Esc does that too."""
        refused, self._asking = told is None and self._asking is not None, told
        self._show_cursor()
        if refused:
            self.point_refused.emit()

    def _points(self, event: Pressed) -> bool:
        """Take a press as the point that was asked for; returns whether it was one."""
        asking, transform = self._asking, self.eye.transform
        if asking is None or transform is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        x, y = transform.to_image(event.position().x(), event.position().y())
        if 0 <= x <= transform.placed.columns and 0 <= y <= transform.placed.rows:
            asking(x, y)
        return True

    def _show_cursor(self, at: QPointF | None = None) -> None:
        """Let the pointer look as what it would do at a place."""

    def _is_woken(self, event: Pressed) -> bool:
        """Whether a press may begin something here."""
        return True

    def _press(self, event: Pressed, *, double: bool = False) -> None:
        """Do what a press means, of the mouse or a pen: wake the view, say the point that was asked for, or begin a drag."""
        if self._is_woken(event) and not self._points(event):
            self._mouse.press(event, double=double)

    def _follow(self, at: QPointF) -> None:
        """Tell where the pointer is now."""
        if self.eye.transform is not None:
            self._pointed = self.widget_to_image(at)
            self.pointer_moved.emit(*self._pointed)
        self._show_cursor(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        self._mouse.move(event)
        self._follow(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        self._mouse.release(event)
        self._show_cursor(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """See Qt; a brush over the picture goes with the pointer."""
        if isinstance(self.talk.preview, Hover):
            self.talk.drop()
            self.update()
        self._pointed = None
        self.pointer_left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See Qt; it may lead to another image, and what is being typed of this one counts before."""
        take_typing()
        self._mouse.wheel(event)
        event.accept()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """See Qt, which gives the keyboard to what a mouse presses, but not to what a pen does."""
        if event.type() is QEvent.Type.TabletPress and self.focusPolicy() & Qt.FocusPolicy.ClickFocus:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._pen.take(event)
        self._follow(event.position())

    def event(self, event: QEvent) -> bool:
        """See Qt; two fingers that part on a touch pad zoom."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._mouse.zoom_by(1.0 + event.value(), event.position())
            return True
        return super().event(event)
