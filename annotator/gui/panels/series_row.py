"""Paint a series in the tree: its thumbnail, what it is, how many images it has and whether something is saved of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from annotator.domain.thumbnail import Thumbnail
from annotator.gui.panels.elided import whole_clauses
from annotator.gui.panels.rows import frame_if_focused
from annotator.gui.theme import Theme
from annotator.workspace.catalogue import Series

SERIES_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_THUMB, _AIR, _GAP, _SIGN, _DOT = 44, 4, 8, 14, 7
_ROW = QSize(120, _THUMB + 2 * _AIR)
AnyIndex = QModelIndex | QPersistentModelIndex


class SeriesPainter(QStyledItemDelegate):
    """Rows of series are as high as a thumbnail; all others are painted as ever.

    `thumb` gives the thumbnail of a series, `words` its two lines, `worked` whether something is saved of it; `is_series` whether a row
    is one.
    """

    def __init__(self, parent: QObject, look: Theme, thumb: Callable[[Series], Thumbnail | None],
                 words: Callable[[Series], tuple[str, str]], worked: Callable[[Series], bool],
                 is_series: Callable[[AnyIndex], bool]) -> None:  # fmt: skip
        super().__init__(parent)
        self._is_series = is_series
        self._look, self._thumb, self._words, self._worked = look, thumb, words, worked
        self._of_texts: dict[int, QSize] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """See Qt; it is asked of every row that is open, so that all rows of words have the height that the first of them has."""
        if self._is_series(index):
            return _ROW
        line = option.fontMetrics.height()
        if line not in self._of_texts:
            self._of_texts[line] = super().sizeHint(option, index)
        return self._of_texts[line]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """See Qt."""
        series = index.data(SERIES_ROLE)
        if not isinstance(series, Series):
            super().paint(painter, option, index)
            return
        rect, state = QRect(option.rect), option.state
        painter.save()
        ground = "chosen" if state & QStyle.StateFlag.State_Selected else "hover" if state & QStyle.StateFlag.State_MouseOver else ""
        if ground:
            painter.fillRect(rect, self._look.colour(ground))
        place = QRect(rect.left() + 2, rect.top() + _AIR, _THUMB, _THUMB)
        painter.fillRect(place, self._look.colour("picture"))
        found = self._thumb(series)
        if found is not None:
            self._picture(painter, place, found)
        sign = index.data(Qt.ItemDataRole.DecorationRole)
        if sign is not None:
            corner = QRect(place.right() - _SIGN, place.bottom() - _SIGN, _SIGN + 1, _SIGN + 1)
            painter.fillRect(corner, self._look.colour("panel"))
            sign.paint(painter, corner)
        self._text(painter, rect.adjusted(_THUMB + 2 + _GAP, _AIR, -4, -_AIR), series)
        painter.restore()
        frame_if_focused(painter, rect, state, self._look)

    @staticmethod
    def _picture(painter: QPainter, place: QRect, found: Thumbnail) -> None:
        drawn = pixmap_of(found, round(_THUMB * painter.device().devicePixelRatioF()))
        size = drawn.size() / painter.device().devicePixelRatioF()
        left, top = (place.width() - size.width()) // 2, (place.height() - size.height()) // 2
        painter.drawPixmap(QRect(place.left() + left, place.top() + top, size.width(), size.height()), drawn)

    def _text(self, painter: QPainter, room: QRect, series: Series) -> None:
        upper, lower = self._words(series)
        half = room.height() // 2
        line = Qt.AlignmentFlag.AlignVCenter
        plain, small = QFont(painter.font()), QFont(painter.font())
        small.setPixelSize(12)
        painter.setPen(self._look.colour("text"))
        top = QRect(room.left(), room.top(), room.width(), half)
        painter.drawText(top, line, QFontMetrics(plain).elidedText(upper, Qt.TextElideMode.ElideRight, top.width()))
        under = QRect(room.left(), room.top() + half, room.width(), half)
        if self._worked(series):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("good"))
            painter.drawEllipse(under.left(), under.center().y() - _DOT // 2 + 1, _DOT, _DOT)
            under.setLeft(under.left() + _DOT + 5)
        painter.setPen(self._look.colour("quiet"))
        painter.setFont(small)
        painter.drawText(under, line, whole_clauses(lower, QFontMetrics(small), under.width()))


def pixmap_of(found: Thumbnail, side: int) -> QPixmap:
    """Return a thumbnail as it is drawn: its longer side has `side` pixels, its pixels are square."""
    shades = found.shades if found.shades.flags.c_contiguous else found.shades.copy()
    rows, columns = shades.shape[:2]
    kind = QImage.Format.Format_RGB888 if shades.ndim == 3 else QImage.Format.Format_Grayscale8
    image = QImage(shades.data, columns, rows, shades.strides[0], kind)
    height, width = rows * found.aspect, float(columns)
    scale = side / max(height, width)
    size = QSize(max(1, round(width * scale)), max(1, round(height * scale)))
    return QPixmap.fromImage(image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation))
