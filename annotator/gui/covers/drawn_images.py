"""Small pictures of the images that a reading drew on, with its outlines; Enter or a double click goes to one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from annotator.gui.panels.series_row import pixmap_of
from annotator.gui.theme import Theme
from annotator.present.drawn_images import DrawnImage, Fate, Outline
from annotator.workspace.session import Session
from annotator.workspace.thumbnails import Thumbnails

_SIDE, _AIR, _LINE = 124, 5, 17
_SMALL, _RING = 7.0, 7.0
"""Outlines of fewer pixels than this get a ring of this radius around them, so that they are seen."""
_DRAWN = int(Qt.ItemDataRole.UserRole)
_WIDTHS = {Fate.SAME: 1.0, Fate.NEW: 2.0, Fate.CHANGED: 2.0, Fate.GONE: 1.5}
AnyIndex = QModelIndex | QPersistentModelIndex


class DrawnPainter(QStyledItemDelegate):
    """A picture with outlines and a line of words below."""

    def __init__(self, parent: QAbstractItemView, look: Theme, thumbnails: Thumbnails) -> None:
        super().__init__(parent)
        self._look, self._thumbnails = look, thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """See Qt."""
        return QSize(_SIDE + 2 * _AIR, _SIDE + 2 * _AIR + _LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """See Qt."""
        found: DrawnImage = index.data(_DRAWN)
        rect, state = QRect(option.rect), option.state
        painter.save()
        ground = "chosen" if state & QStyle.StateFlag.State_Selected else "hover" if state & QStyle.StateFlag.State_MouseOver else ""
        if ground:
            painter.fillRect(rect, self._look.colour(ground))
        frame = QRect(rect.left() + _AIR, rect.top() + _AIR, _SIDE, _SIDE)
        painter.fillRect(frame, self._look.colour("picture"))
        thumb, image = self._thumbnails.of(found.key), found.image
        if thumb is not None and image is not None:
            scale = painter.device().devicePixelRatioF()
            drawn = pixmap_of(thumb, round(_SIDE * scale))
            inside = QRectF(0, 0, drawn.width() / scale, drawn.height() / scale)
            inside.moveCenter(QRectF(frame).center())
            painter.drawPixmap(inside.topLeft(), drawn)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(frame)
            for outline in found.outlines:
                _trace(painter, outline, inside, inside.width() / image.columns, inside.height() / image.rows)
            painter.setClipping(False)
        self._words(painter, QRect(frame.left(), frame.bottom() + 3, _SIDE, _LINE), found)
        painter.restore()

    def _words(self, painter: QPainter, room: QRect, found: DrawnImage) -> None:
        small = QFont(painter.font())
        small.setPixelSize(12)
        painter.setFont(small)
        metrics = QFontMetrics(small)
        painter.setPen(self._look.colour("text"))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, found.note)
        room.setRight(room.right() - metrics.horizontalAdvance(found.note) - 4)
        painter.setPen(self._look.colour("quiet"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(found.text, Qt.TextElideMode.ElideRight, room.width()))


class DrawnImages(QListWidget):
    """The pictures of one reading, or of what differs between two."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__()
        self.setObjectName("readings.images")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.thumbnails = Thumbnails(session.tasks, self.viewport().update, side=_SIDE)
        self.destroyed.connect(self.thumbnails.stop)
        self.setItemDelegate(DrawnPainter(self, look, self.thumbnails))
        self.found: Sequence[DrawnImage] = ()

    def take(self, found: Sequence[DrawnImage]) -> None:
        """Show these images."""
        self.found = found
        self.clear()
        for one in found:
            item = QListWidgetItem(self)
            item.setData(_DRAWN, one)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{one.text} {one.note}")
        self.thumbnails.want_images(one.image for one in found if one.image is not None and one.image.problem is None)


def _trace(painter: QPainter, outline: Outline, room: QRectF, across: float, down: float) -> None:
    """Draw an outline into a small picture: what came or changed bold, what went dashed, what stayed thin and faint."""
    path = QPainterPath()
    for ring in outline.rings:
        points = [QPointF(room.left() + x * across, room.top() + y * down) for x, y in ring]
        path.moveTo(points[0])
        for point in points[1:]:
            path.lineTo(point)
        if outline.closed:
            path.closeSubpath()
    colour = QColor(*outline.colour, 150 if outline.fate is Fate.SAME else 255)
    pen = QPen(colour, _WIDTHS[outline.fate])
    pen.setStyle(Qt.PenStyle.DashLine if outline.fate is Fate.GONE else Qt.PenStyle.SolidLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    box = path.boundingRect()
    if max(box.width(), box.height()) < _SMALL and outline.fate is not Fate.SAME:
        painter.drawEllipse(box.center(), _RING, _RING)
