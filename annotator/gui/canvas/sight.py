"""The part of the image view that looks: where an image point is on the screen, zoom, pan, fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from annotator.domain.image import Image
from annotator.gui.canvas.eye import Eye, Fit
from annotator.gui.canvas.frame import part_between
from annotator.gui.canvas.render import Sampling, sampling
from annotator.gui.canvas.shown import Shown
from annotator.gui.canvas.transform import Placed, Transform

ZOOM_STEP = 1.25
Turning = Callable[[Image], tuple[bool, bool]]
"""Whether an image is shown mirrored, and upside down."""
_REST = 60
"""Milliseconds after the last step of a zoom after which the hand rests."""


class Sight(QWidget):
    """A widget that looks at an image; widget coordinates are Qt's logical pixels, image coordinates pixels from the first one's corner."""

    zoom_changed = Signal(float)
    """Device pixels per image pixel; 1.0 is actual size."""

    looked = Signal()
    """A hand changed what part of the image is seen, and how large."""

    reshaped = Signal()
    """The widget has another size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.eye = Eye()
        self._shown: Shown | None = None
        self._turning: Turning | None = None
        self._seen: Transform | None = None
        self._said_zoom = 0.0
        self.in_motion = False
        """Whether what is painted now is soon another: signs may be painted roughly, though in their exact place."""
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self.update)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """See Qt; where the keyboard is in another window of the same main window, this one's comes forward."""
        active, window = QApplication.activeWindow(), self.window()
        if active is not None and active is not window and _root(active) is _root(window):
            window.activateWindow()
        super().setFocus(reason)

    def image_to_widget(self, x: float, y: float) -> QPointF:
        """Return where an image point is; the point itself while there is no picture."""
        return QPointF(*(self.eye.transform.to_widget(x, y) if self.eye.transform else (x, y)))

    def widget_to_image(self, point: QPointF | QPoint) -> tuple[float, float]:
        """Return the image point at a place of the widget: the exact inverse of `image_to_widget`."""
        x, y = float(point.x()), float(point.y())
        return self.eye.transform.to_image(x, y) if self.eye.transform else (x, y)

    @property
    def zoom(self) -> float:
        """Device pixels per image pixel along the finer axis; 0.0 without a picture."""
        return self.eye.transform.zoom if self.eye.transform else 0.0

    @property
    def fitted(self) -> bool:
        """Whether the view follows the size of the widget."""
        return self.eye.fitted

    @property
    def centre(self) -> tuple[float, float] | None:
        """The image point in the middle of the view."""
        return self.eye.centre

    @property
    def sampling(self) -> Sampling | None:
        """What the view does to the pixels at this zoom."""
        return sampling(self.eye.transform) if self.eye.transform else None

    def visible_part(self) -> tuple[slice, slice] | None:
        """Return the rows and columns of the image that are at least partly in view; None where none is."""
        transform = self.eye.transform
        if transform is None:
            return None
        (left, top), (right, bottom) = transform.to_image(0.0, 0.0), transform.to_image(float(self.width()), float(self.height()))
        return part_between((left, top), (right, bottom), transform.placed.rows, transform.placed.columns)

    def fit(self) -> None:
        """Show the whole image, also after the widget changes its size."""
        self.eye.fit()
        self.paint_now()

    def actual_size(self) -> None:
        """Show one image pixel on one screen pixel."""
        self.eye.zoom_to(1.0)
        self.paint_now()

    def zoom_in(self) -> None:
        """Zoom in by one step around the middle."""
        self.eye.zoom_to(self.zoom * ZOOM_STEP)
        self.paint_now()

    def zoom_out(self) -> None:
        """Zoom out by one step around the middle."""
        self.eye.zoom_to(self.zoom / ZOOM_STEP)
        self.paint_now()

    def zoom_at(self, factor: float, point: QPointF | QPoint) -> None:
        """Zoom by a factor; the image point at this place of the widget stays there."""
        self.eye.zoom_to(self.zoom * factor, (float(point.x()), float(point.y())))
        self.paint_now()

    def look_at(self, zoom: float, x: float, y: float) -> None:
        """Put the image point (x, y) in the middle; while the picture is still on its way: when it comes."""
        self.eye.look_at(zoom, x, y, later=self.expecting())
        self.paint_now()

    def expecting(self) -> bool:
        """Whether another picture than the one on the screen is on its way."""
        return False

    def bring_into_sight(self, box: tuple[float, float, float, float], zoom: float = 0.0) -> None:
        """Bring a box of the image (x1, y1, x2, y2) into sight; while the picture is still on its way: when it comes.

        `zoom` above 0 (device pixels per image pixel): at this zoom, the box in the middle as far as the image fills the view.
        """
        if zoom > 0:
            self.eye.look_at(zoom, *self._middle_for(box, zoom), later=self.expecting())
        self.eye.bring(box, later=self.expecting())
        self.paint_now()

    def extent(self) -> tuple[int, int] | None:
        """Columns and rows of the image that is, or will be, on the screen."""
        placed = self.eye.transform.placed if self.eye.transform else None
        return (placed.columns, placed.rows) if placed else None

    def _middle_for(self, box: tuple[float, float, float, float], zoom: float) -> tuple[float, float]:
        """The image point in the middle when a box is looked at: beside its own middle where the view would reach beyond the image."""
        middle, extent, ratio = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), self.extent(), self.devicePixelRatioF()
        if extent is None:
            return middle
        (width, height), scale = extent, ratio / zoom / 2
        return _between(middle[0], width, self.width() * scale), _between(middle[1], height, self.height() * scale)

    @property
    def turned_over(self) -> tuple[bool, bool]:
        """Whether the image is shown mirrored, and upside down."""
        placed = self.eye.transform.placed if self.eye.transform else None
        return (placed.mirrored, placed.upended) if placed else (False, False)

    def pan(self, dx: float, dy: float) -> None:
        """Move the image by logical pixels."""
        if self.eye.transform is not None:
            self.eye.look(self.eye.transform.moved(dx, dy))
            self.paint_now()

    def paint_now(self) -> None:
        """Paint in this turn of the event loop."""
        self.repaint()
        self.note_zoom()
        if self.eye.transform != self._seen:
            self._seen = self.eye.transform
            self.looked.emit()

    def paint_in_motion(self) -> None:
        """Paint in this turn of the event loop one of many steps of a zoom; every other paint is sharp, one comes when the hand rests."""
        self.in_motion = True
        try:
            self.paint_now()
        finally:
            self.in_motion = False
            self._rest.start()

    def follow(self, zoom: float, x: float, y: float) -> None:
        """Look as another view does: the image point (x, y) in the middle at a zoom; no hand did that here."""
        self.eye.look_at(zoom, x, y, later=self.expecting())
        self._seen = self.eye.transform
        self.note_zoom()
        self.update()

    def hang(self, rule: Fit, turning: Turning) -> None:
        """Fit images by a rule from now on, and show them turned over as `turning` says."""
        self.eye.rule, self._turning = rule, turning
        self.rehang()

    def rehang(self) -> None:
        """Ask the rule and `turning` again: another view has another size, or another thing is known of the image."""
        placed = self._placed()
        if self.eye.transform is None or placed is None:
            return
        if placed != self.eye.transform.placed:
            self.eye.place(placed, anew=True)
        elif self.eye.fitted:
            self.eye.fit()
        if self.eye.transform != self._seen:
            self._seen = self.eye.transform
            self.note_zoom()
            self.update()

    def _placed(self) -> Placed | None:
        """How the image on the screen lies; None where there is none."""
        shown = self._shown
        if shown is None or shown.placed is None or self._turning is None:
            return shown.placed if shown else None
        mirrored, upended = self._turning(shown.image)
        return replace(shown.placed, mirrored=mirrored, upended=upended)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self.reshaped.emit()

    def note_zoom(self) -> None:
        """Tell who listens, if the zoom has changed."""
        if self.zoom != self._said_zoom:
            self._said_zoom = self.zoom
            self.zoom_changed.emit(self._said_zoom)


def _between(at: float, size: float, half: float) -> float:
    """Where the middle of a view of twice `half` pixels lies so that it does not reach beyond an image of `size` pixels without need."""
    return size / 2 if size <= 2 * half else min(max(at, half), size - half)


def _root(window: QWidget) -> QWidget:
    """The main window that a window belongs to."""
    parent = window.parentWidget()
    return window if parent is None else _root(parent.window())
