"""Rows of one line, for lists that show many of them: a colour, a text, a quiet note, and a number at the right."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from annotator.gui.panels.rows import ROW_ROLE, AnyIndex, Letters, ListRow, RowPainter
from annotator.gui.theme import Theme

_MARGIN, _SWATCH, _GAP, _AIR = 8, 12, 7, 5
_KEYED, _STROKE = 17, 2.5
_LOW, _BROAD = 24, 400
_DARK, _BRIGHT, _MIDDLE = QColor("#101418"), QColor("#ffffff"), 140
"""What is written on a colour, by its luminance (0–255, ITU-R BT.601)."""


class LinePainter(RowPainter):
    """Paints a ListRow in one line: its note is left out where there is no room for it beside the text.

    `keyed`: the sign of a row stands in its colour, else beside the number, in the colour of a warning.
    """

    def __init__(self, theme: Theme, view: QWidget, *, keyed: bool = False) -> None:
        super().__init__(theme, view)
        self._keyed = keyed

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """See Qt."""
        row = index.data(ROW_ROLE)
        return QSize(self.width_of(row, option.font) if isinstance(row, ListRow) else 0, line_height(QFontMetrics(option.font)))

    def width_of(self, row: ListRow, font: QFont) -> int:
        """Return how much room the colour and the text of a row take, in pixels, the margins with them."""
        return self._before + QFontMetrics(font).horizontalAdvance(row.text) + _GAP

    @property
    def _before(self) -> int:
        return _MARGIN + (_KEYED if self._keyed else _SWATCH) + _GAP

    def paint_colour(self, painter: QPainter, rect: QRect, row: ListRow) -> None:
        """See RowPainter; where rows are keyed, the key stands in it."""
        side = _KEYED if self._keyed else _SWATCH
        place = QRect(rect.left() + _MARGIN, rect.top() + (rect.height() - side) // 2, side, side)
        if row.line:
            painter.setPen(QPen(painter.brush(), _STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(place.bottomLeft(), place.topRight())
        else:
            painter.drawRoundedRect(place, 3, 3)
        if self._keyed and row.sign:
            painter.setPen(_ink(QColor(*row.colour)))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, row.sign)

    def said(self, row: ListRow, width: int) -> str:
        """See RowPainter; where there is little room, in few words."""
        return row.brief() if row.brief is not None and width < _BROAD else row.said

    def paint_words(self, painter: QPainter, rect: QRect, row: ListRow, letters: Letters) -> None:
        """See RowPainter."""
        align, font = Qt.AlignmentFlag.AlignVCenter, painter.font()
        inside = rect.adjusted(self._before, 0, -_MARGIN if row.right else -1, 0)
        room = inside.width()
        if row.right:
            painter.setPen(self._theme.colour("quiet"))
            painter.drawText(inside, align | Qt.AlignmentFlag.AlignRight, row.right)
            room -= letters.width(row.right) + _GAP
        if row.sign and not self._keyed:
            painter.setPen(self._theme.colour("warning"))
            painter.drawText(QRect(inside.left(), inside.top(), room, inside.height()), align | Qt.AlignmentFlag.AlignRight, row.sign)
            room -= letters.width(row.sign) + _GAP
        painter.setPen(self._theme.colour("quiet" if row.faint else "text"))
        painter.drawText(QRect(inside.left(), inside.top(), room, inside.height()), align, letters.fitted(row.text, room))
        left = room - letters.width(row.text) - _GAP
        said = self.said(row, rect.width())
        if letters.width(said, small=True) <= left:
            painter.setFont(letters.small)
            painter.setPen(self._theme.colour("quiet"))
            painter.drawText(QRect(inside.left(), inside.top(), room, inside.height()), align | Qt.AlignmentFlag.AlignRight, said)
            painter.setFont(font)


def line_height(letters: QFontMetrics) -> int:
    """Return how high a row of one line is, in logical pixels."""
    return max(_LOW, letters.height() + _AIR)


def _ink(colour: QColor) -> QColor:
    """Return the colour in which a letter is read on another one; luminance by ITU-R BT.601."""
    return _DARK if 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue() > _MIDDLE else _BRIGHT
