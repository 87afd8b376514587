"""Two pictures, before and after a recipe, with what is drawn on them: side by side, or one below the other where that gives more room."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.previews import caption
from annotator.workspace.sets.preview import Preview, Shown

_AIR, _LINE, _LEAST = 8, 22, 120


class BeforeAfter(QWidget):
    """The pictures; where there are none, a sentence that says why."""

    def __init__(self, parent: QWidget, look: Theme) -> None:
        super().__init__(parent)
        self._look, self._shown, self._why = look, None, ""
        self._images: tuple[QImage, QImage] | None = None
        self.setMinimumSize(_LEAST, 2 * _LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    _shown: Preview | None

    @property
    def shown(self) -> Preview | None:
        """What is seen."""
        return self._shown

    def put(self, found: Preview | None, why: str = "") -> None:
        """Show pictures, or say why there are none."""
        self._shown, self._why = found, why
        self._images = None if found is None else (_image(found.before), _image(found.after))
        self.setAccessibleName(why if found is None else "; ".join(self._captions(found)))
        self.update()

    def _captions(self, found: Preview) -> tuple[str, str]:
        return caption(translate(mark("Before")), found.before), caption(translate(mark("After")), found.after)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        if self._shown is None or self._images is None:
            painter.setPen(self._look.colour("quiet"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(_AIR, _AIR, -_AIR, -_AIR), int(flags), self._why)
            return
        upright = self.height() > self.width()
        wide = float(self.width()) if upright else (self.width() - _AIR) / 2
        high = self.height() / 2 if upright else float(self.height())
        pairs = zip((self._shown.before, self._shown.after), self._images, self._captions(self._shown), strict=True)
        for place, (shown, image, words) in enumerate(pairs):
            room = QRectF(0 if upright else place * (wide + _AIR), place * high if upright else 0, wide, high - _LINE)
            painter.fillRect(room, self._look.colour("picture"))
            self._draw(painter, room, shown, image)
            painter.setPen(self._look.colour("quiet"))
            below = QRectF(room.left(), room.bottom(), wide, _LINE)
            told = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(wide))
            painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter), told)

    def _draw(self, painter: QPainter, room: QRectF, shown: Shown, image: QImage) -> None:
        """Draw a picture as large as there is room, its pixels as wide and high as they are in the patient."""
        down, across = shown.spacing or (1.0, 1.0)
        wide, high = image.width() * across, image.height() * down
        scale = min(room.width() / wide, room.height() / high)
        target = QRectF(0, 0, wide * scale, high * scale)
        target.moveCenter(room.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() * 2 > target.width())
        painter.drawImage(target, image)
        painter.save()
        painter.setClipRect(target)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for outline in shown.outlines:
            painter.setPen(QPen(QColor(*outline.colour), 1.5))
            points = QPolygonF([QPointF(target.left() + x * across * scale, target.top() + y * down * scale) for x, y in outline.points])
            if outline.closed:
                painter.drawPolygon(points)
            else:
                painter.drawPolyline(points)
        painter.restore()


def _image(shown: Shown) -> QImage:
    rows, columns = shown.pixels.shape[:2]
    colour = shown.pixels.ndim == 3
    kind = QImage.Format.Format_RGB888 if colour else QImage.Format.Format_Grayscale8
    return QImage(shown.pixels.tobytes(), columns, rows, columns * (3 if colour else 1), kind).copy()
