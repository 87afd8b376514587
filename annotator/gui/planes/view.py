"""A view across the slices: a press moves the point where all planes meet, a click on a cut goes to its slice and selects it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QTabletEvent
from PySide6.QtWidgets import QWidget

from annotator.domain.hit import hit
from annotator.domain.reformat import Voxel
from annotator.gui.canvas import cross as cross_of
from annotator.gui.canvas.cross import Cross
from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.mouse import Pressed
from annotator.gui.canvas.view import ImageView
from annotator.gui.planes.look import colour_of
from annotator.gui.planes.model import PlaneModel
from annotator.i18n import mark, translate
from annotator.present.sections import category_at, sections
from annotator.tools.press import DRAG
from annotator.workspace.session import Session

_NOT_HERE = mark("Nothing is drawn on a plane that is worked out: draw on the slices, this point lies on slice {number}")
_ELSEWHERE = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier
_NEAR = 0.75
"""Pixels of a slice within which a line counts as clicked."""


class PlaneView(ImageView):
    """Looks at one plane; it never has the keyboard, and left presses are its own."""

    over = Signal(object)
    """The pointer is over this voxel, None: over none."""

    def __init__(self, session: Session, model: PlaneModel, parent: QWidget | None = None) -> None:
        self._plane, self._session = model, session
        self._aiming: QPointF | None = None
        super().__init__(model, lambda: self._sections(), lambda x, y, pixel: None, parent)
        self.awake = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def voxel_at(self, at: QPointF) -> Voxel | None:
        """Return the voxel under a place of the widget; None beside the plane."""
        cut = self._plane.cut
        if cut is None or self.eye.transform is None:
            return None
        x, y = self.widget_to_image(at)
        return cut.to_voxel(x, y, self._plane.index) if 0 <= x < cut.columns and 0 <= y < cut.rows else None

    def model_changed(self) -> None:
        """Take note that the plane or its pixels are other ones."""
        self._plane.tell()

    @property
    def cross(self) -> Cross | None:
        """Where the other planes cross this one."""
        planes, cut = self._plane.planes, self._plane.cut
        if planes is None or cut is None or not planes.on_stack:
            return None
        return Cross(cut.to_view(planes.point), colour_of(planes.cuts, cut.right[0]), colour_of(planes.cuts, cut.down[0]))

    def _sections(self) -> tuple[Overlay, ...]:
        planes = self._plane.planes
        return sections(self._session, planes, self._plane.which) if planes is not None else ()

    def _aim(self, at: QPointF) -> None:
        """Let all planes meet under a place of the widget, the nearest point of the plane for one beside it."""
        planes, cut = self._plane.planes, self._plane.cut
        if planes is not None and cut is not None and self.eye.transform is not None:
            planes.go(cut.to_voxel(*self.widget_to_image(at), self._plane.index))

    def _choose(self, voxel: Voxel) -> None:
        """Select what is drawn at a voxel of the slice that is shown now."""
        found = hit(self._session.seen(self._session.annotations), voxel[0] + 0.5, voxel[1] + 0.5, _NEAR)
        self._session.select([found.annotation] if found else [])

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt; the cross lies on top."""
        super().paintEvent(event)
        cross = self.cross if self._session.links.guides and self.eye.transform is not None else None
        if cross is not None and self.shown_picture() is not None:
            painter = QPainter(self)
            cross_of.paint(painter, QRectF(self.rect()), self.image_to_widget(*cross.point), cross)
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        if event.button() is not Qt.MouseButton.LeftButton or event.modifiers() & _ELSEWHERE:
            super().mousePressEvent(event)
            return
        voxel = self.voxel_at(event.position())
        if voxel is None:
            return
        self._aiming = event.position()
        self._aim(event.position())
        if self.model.tool.toolname or self.model.tool.measures:
            self.said.emit(translate(_NOT_HERE, number=self._session.index + 1))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """See Qt; the left button twice shows the whole plane again."""
        if event.button() is Qt.MouseButton.LeftButton and not event.modifiers() & _ELSEWHERE:
            self.fit()
        else:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        if self._aiming is None:
            super().mouseMoveEvent(event)
            return
        self._aim(event.position())
        self._follow(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        pressed, at = self._aiming, event.position()
        if pressed is None or event.button() is not Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        self._aiming = None
        voxel = self.voxel_at(at)
        if voxel is not None and math.hypot(at.x() - pressed.x(), at.y() - pressed.y()) <= DRAG:
            self._choose(voxel)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """See Qt; a pen is a mouse here."""
        event.ignore()

    def _is_woken(self, event: Pressed) -> bool:
        """What the left button does with Shift and Alt it does here too; nobody works here."""
        return True

    def _follow(self, at: QPointF) -> None:
        """Tell over which voxel the pointer is, and what is drawn there."""
        voxel, planes = self.voxel_at(at), self._plane.planes
        name = category_at(self._session, planes, self._plane.which, voxel) if planes is not None and voxel is not None else ""
        if name != self.toolTip():
            self.setToolTip(name)
        self.over.emit(voxel)

    def _show_cursor(self, at: QPointF | None = None) -> None:
        """The pointer always aims here."""
