"""The column beside the views: two planes across the slices of the series that is worked in, one above the other."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from annotator.domain.image import Image
from annotator.domain.picture import Picture
from annotator.domain.reformat import Voxel
from annotator.gui.canvas.cross import Cross
from annotator.gui.canvas.legend import Legend
from annotator.gui.panels.elided import Elided
from annotator.gui.planes.look import COLOURS, colour_of
from annotator.gui.planes.model import PlaneModel
from annotator.gui.planes.view import PlaneView
from annotator.gui.tear_button import TearButton
from annotator.gui.theme import Theme
from annotator.i18n import mark, message, say, translate
from annotator.present.readout import place_text
from annotator.workspace.pane import Pane
from annotator.workspace.planes import Change, Planes
from annotator.workspace.session import Session

_FILLED_EVERY = 150
"""Milliseconds after which newly decoded slices are shown."""
_LEAST = 160
_PARTS = (62, 38)
"""How the room is shared between the views and the other planes of a series."""
TITLE = mark("Other planes")
_OBLIQUE = mark("{plane}, oblique")
_LINEAR = mark("Reformatted, linear")
_MISSING = mark("{count} slices still loading")
_BROKEN = mark("Reformatted, {count} slices missing")
_MEANING = mark(
    "Worked out from the slices, interpolated linearly between them, for orientation. Nothing is drawn or measured here; "
    "the value under the pointer is that of the slice"
)


@dataclass(frozen=True)
class Under:
    """What the pointer is over: the slice of a voxel, which has the value."""

    image: Image | None
    picture: Picture | None

    def uptake_at(self, x: float, y: float) -> None:
        """Nothing is laid over other planes."""


class PlanesColumn(QWidget):
    """Two views and, where there are no planes, why not; built when planes are first shown, and kept."""

    said = Signal(str)
    pointed = Signal(object, float, float)
    """The pointer is over a pixel of a slice: `Under`, and the image point of the slice."""
    pointer_left = Signal()
    moved = Signal()
    """The point where all planes meet is another, or the planes are."""
    held = Signal()
    """The key that lets the planes meet under the pointer went down, or came up."""
    appeared = Signal(bool)
    """Whether they are to be seen, in whatever window they stand."""

    def __init__(self, session: Session, legend: Legend, look: Theme, room: QSplitter) -> None:
        super().__init__(room)
        self.setObjectName("planes")
        self.setMinimumWidth(_LEAST)
        self._session = session
        self._room, self.wanted, self._torn = room, False, False
        self._planes: Planes | None = None
        self._legend, self._window_legend = Legend(None, self), legend
        legend.changed.connect(self._follow_signs)
        self.frames = tuple(PlaneFrame(session, which, self._legend) for which in (1, 2))
        for frame in self.frames:
            frame.view.said.connect(self.said)
            frame.view.over.connect(self._point)
            frame.view.pointer_left.connect(self.pointer_left)
        self.tear = TearButton(look, self)
        self.frames[0].put_on_line(self.tear)
        self._both = both = QSplitter(Qt.Orientation.Vertical)
        both.setObjectName("panes")
        both.setHandleWidth(3)
        both.setChildrenCollapsible(False)
        for frame in self.frames:
            both.addWidget(frame)
        both.setSizes([10_000, 10_000])
        self._why = QLabel(self)
        self._why.setProperty("role", "quiet")
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._why.setWordWrap(True)
        self._why.setMargin(16)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(both)
        self._stack.addWidget(self._why)
        self._soon = QTimer(self, singleShot=True, interval=_FILLED_EVERY)
        self._soon.timeout.connect(self._show_pixels)
        self._follow_signs()
        self.stand(torn=False)

    def stand(self, *, torn: bool) -> None:
        """Stand beside the views from now on, or in a window of their own."""
        if not torn:
            self._room.addWidget(self)
            self._room.setSizes([10_000 * part for part in _PARTS])
        self._torn = torn
        self.tear.show_torn(torn)
        self._lie()

    def appear(self, wanted: bool, *, alone: bool) -> None:
        """Be seen where planes are wanted; not beside a view that fills its window `alone`."""
        self.wanted = wanted
        self.setVisible(wanted and (self._torn or not alone))
        self.appeared.emit(wanted)

    def refresh(self, wanted: bool, *, alone: bool) -> None:
        """Show the planes that the session has now."""
        self.appear(wanted, alone=alone)
        planes = self._session.planes
        if planes is not self._planes:
            self._planes = planes
            if planes is not None:
                planes.subscribe(self._hear)
        self._show_stack()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.tear.retranslate()
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt; in a wide window of their own the planes stand side by side."""
        super().resizeEvent(event)
        self._lie()

    def set_overlays_hidden(self, hidden: bool) -> None:
        """Hide the cuts of the annotations, or show them again."""
        for frame in self.frames:
            frame.view.set_overlays_hidden(hidden)

    def cross_in(self, pane: Pane) -> Cross | None:
        """Return where the planes cross the slice that a pane shows."""
        planes = self._session.planes
        if planes is None or not planes.cuts or not planes.on_stack or not pane.active:
            return None
        columns, rows, _ = planes.point
        return Cross((columns + 0.5, rows + 0.5), colour_of(planes.cuts, 0), colour_of(planes.cuts, 1))

    def _hear(self, change: Change) -> None:
        if self._session.planes is not self._planes:
            return
        if change is Change.STACK:
            self._show_stack()
        elif change is Change.PIXELS:
            if self._planes is not None and not self._planes.missing:
                self._soon.stop()
                self._show_pixels()
            elif not self._soon.isActive():
                self._soon.start()
        elif change is Change.HELD:
            self.held.emit()
        else:
            for frame in self.frames:
                frame.follow()
            self.moved.emit()

    def _show_stack(self) -> None:
        for frame in self.frames:
            frame.view.model_changed()
        self._say()
        self.moved.emit()

    def _show_pixels(self) -> None:
        for frame in self.frames:
            frame.view.model_changed()
            frame.say()

    def _lie(self) -> None:
        beside = self._torn and self.width() > self.height()
        self._both.setOrientation(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical)

    def _say(self) -> None:
        self.setWindowTitle(translate(TITLE))
        planes = self._planes
        why = planes.problem if planes is not None else None
        if why is not None:
            self._why.setText(say(message("There are no other planes of this series: {reason}", reason=why)))
        self._stack.setCurrentIndex(0 if why is None else 1)
        for frame in self.frames:
            frame.say()

    def _follow_signs(self) -> None:
        if self._legend.signs is not self._window_legend.signs:
            self._legend.signs = self._window_legend.signs
            self._legend.changed.emit()

    def _point(self, voxel: Voxel | None) -> None:
        image = self._planes.native(voxel) if self._planes is not None and voxel is not None else None
        if voxel is None or image is None:
            self.pointer_left.emit()
        else:
            self.pointed.emit(Under(image, self._session.picture_of(image.key)), voxel[0] + 0.5, voxel[1] + 0.5)


class PlaneFrame(QWidget):
    """A plane with the line above it: its colour and name, that it is worked out, and which of how many."""

    def __init__(self, session: Session, which: int, legend: Legend) -> None:
        super().__init__()
        self.model = PlaneModel(session, which)
        self.view = PlaneView(session, self.model, self)
        self.view.bear(legend)
        self._index = -1
        self._line = QWidget(self)
        self._line.setObjectName("pane_line")
        self._line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._chip, self._name, self._place = _Chip(self), Elided(Qt.TextElideMode.ElideRight, self), QLabel(self)
        self._row = row = QHBoxLayout(self._line)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(0)
        row.addWidget(self._chip)
        row.addWidget(self._name, 1)
        row.addWidget(self._place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._line)
        column.addWidget(self.view, 1)
        self.setMinimumSize(_LEAST, _LEAST)
        self._later = QTimer(self, singleShot=True, interval=0)
        """The slices are painted first: a repaint of theirs would take this view along."""
        self._later.timeout.connect(self.view.repaint)

    def put_on_line(self, widget: QWidget) -> None:
        """Put something at the end of the line."""
        self._row.addSpacing(8)
        self._row.addWidget(widget)

    def follow(self) -> None:
        """The point is another: show the plane through it, or only where it is, which waits until the slices are painted."""
        if self.model.index != self._index:
            self.view.model_changed()
            self.say()
        else:
            self._later.start()

    def say(self) -> None:
        """Say in the current language what is shown."""
        planes, cut = self.model.planes, self.model.cut
        self._index = self.model.index
        if planes is None or cut is None:
            return
        name = translate(_OBLIQUE, plane=translate(cut.name)) if cut.oblique else translate(cut.name)
        how = _MISSING if planes.missing else _BROKEN if planes.broken else _LINEAR
        self._chip.show_colour(QColor(*COLOURS[cut.name]))
        self._name.setText(f"{name} — {translate(how, count=planes.missing or planes.broken)}")
        self._name.setToolTip(translate(_MEANING))
        self._place.setText(place_text(self._index, cut.count))
        self.view.setAccessibleName(self._name.text())


class _Chip(QWidget):
    """A small square in a plane's colour."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour = QColor()
        self.setFixedSize(10, 10)

    def show_colour(self, colour: QColor) -> None:
        """Be of that colour."""
        self._colour = colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawEllipse(QPointF(5.0, 5.0), 4.5, 4.5)
        painter.end()
