"""Paint what an edit would leave of an image and what it would take away; kept as a picture, for the hand moves more often."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QTransform

from annotator.domain.annotation import Shape
from annotator.domain.edit import Change, Edit
from annotator.domain.image import ImageKey
from annotator.domain.region import Region
from annotator.gui.canvas import look
from annotator.gui.canvas.transform import Transform

_GONE = QColor(255, 92, 80)
_NOTHING = (255, 214, 10)


class Shade:
    """The picture of one edit, for one place of the image on the screen."""

    def __init__(self) -> None:
        self._edit: Edit | None = None
        self._shown: tuple[object, ...] = ()
        self._image = QImage()

    def paint(
        self, painter: QPainter, area: QRectF, edit: Edit, key: ImageKey, transform: Transform,
        colours: Mapping[str, tuple[int, int, int]], keep: int | None, pens: look.Pens = look.USUAL,
    ) -> None:  # fmt: skip
        """Paint with a painter in logical pixels what an edit would leave of an image's annotations, `area` being the whole widget.

        `colours`: of the categories, by key; `keep` names an annotation that is painted by somebody else.
        """
        ratio = painter.device().devicePixelRatioF()
        shown = (area, key, transform, tuple(colours.items()), keep, pens, ratio)
        if edit is not self._edit or shown != self._shown:
            self._edit, self._shown = edit, shown
            self._image = QImage(QSizeF(area.size() * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
            self._image.setDevicePixelRatio(ratio)
            self._image.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._image)
            inner.translate(-area.topLeft())
            for change in edit.changes:
                if change.subject.image == key and change.subject.id != keep:
                    _paint(inner, change, look.matrix(transform), QColor(*colours.get(change.subject.category, _NOTHING)), ratio, pens)
            inner.end()
        painter.drawImage(QPointF(area.topLeft()), self._image)


def _paint(painter: QPainter, change: Change, matrix: QTransform, colour: QColor, ratio: float, pens: look.Pens) -> None:
    before, after = (found.shape if found is not None else None for found in (change.before, change.after))
    path = look.path_of(after) if after is not None else QPainterPath()
    lost = _lost(before, after, path)
    if lost is not None:
        painter.fillPath(matrix.map(lost), QBrush(_GONE, Qt.BrushStyle.BDiagPattern))
    if after is not None:
        if isinstance(after, Region) and before is not None:  # what is new is washed by the ink already
            look.fill(painter, path, matrix, colour, pens)
        look.trace(painter, path, matrix, colour, pens.outline * ratio, dashed=before is None)
    elif before is not None:
        look.trace(painter, look.path_of(before), matrix, _GONE, pens.outline * ratio, dashed=True)


def _lost(before: Shape | None, after: Shape | None, left: QPainterPath) -> QPainterPath | None:
    """What an area loses: where exactly one of both outlines is around, as what is left lies inside what was there."""
    if not isinstance(before, Region) or (after is not None and not _inside(after, before)):
        return None
    path = look.path_of(before)
    path.addPath(left)
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path


def _inside(after: Shape, before: Region) -> bool:
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = after.bounds, before.bounds
    return isinstance(after, Region) and bx1 <= ax1 and by1 <= ay1 and ax2 <= bx2 and ay2 <= by2 and after.area() < before.area()
