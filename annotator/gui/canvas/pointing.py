"""The part of the image view that follows what moves over it: mouse, wheel, touch pad and pen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QTabletEvent, QWheelEvent

from annotator.gui.canvas.mouse import Mouse, Pressed
from annotator.gui.canvas.pen import Pen
from annotator.gui.canvas.sight import Sight


class Pointing(Sight):
    """A widget that looks at an image and is pointed at; who presses, and what the pointer looks like, the image view says."""

    pointer_moved = Signal(float, float)
    """The pointer is at this image point."""
    pointer_left = Signal()
    _mouse: Mouse
    _pen: Pen

    def _show_cursor(self, at: QPointF | None = None) -> None:
        """Let the pointer look as what it would do at a place."""

    def _is_woken(self, event: Pressed) -> bool:
        """Whether a press may begin something here."""
        return True

    def _follow(self, at: QPointF) -> None:
        """Tell where the pointer is now."""
        if self.eye.transform is not None:
            self.pointer_moved.emit(*self.widget_to_image(at))
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
        """See Qt."""
        self.pointer_left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See Qt."""
        self._mouse.wheel(event)
        event.accept()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """See Qt; a press wakes a view as one of the mouse does."""
        if event.type() is QEvent.Type.TabletPress and not self._is_woken(event):
            event.accept()
            return
        self._pen.take(event)
        self._follow(event.position())

    def event(self, event: QEvent) -> bool:
        """See Qt; two fingers that part on a touch pad zoom."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._mouse.zoom_by(1.0 + event.value(), event.position())
            return True
        return super().event(event)
