"""One row of a list: a colour, a text, a quiet second text, and a key or number at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress, count, islice, starmap
from operator import is_not
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, QStringListModel, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.gui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
_MARGIN, _SWATCH, _GAP = 12, 12, 9
_HEIGHT, _TALL = 28, 46


@dataclass(frozen=True)
class ListRow:
    """A row as it is painted; `key` stays the same for the same thing."""

    key: object
    colour: tuple[int, int, int]
    text: str
    note: str = ""
    right: str = ""
    spoken: str = ""
    """What a screen reader says, before what is said later; empty: the text."""
    faint: bool = False
    """It is written in grey: it does not count now."""
    later: Callable[[], str] | None = None
    """Says the note when it is shown, where working it out takes time; equal ones say the same."""

    @property
    def said(self) -> str:
        """The note, whenever it was worked out."""
        return self.later() if self.later is not None else self.note


def ends(before: Sequence[object], after: Sequence[object]) -> tuple[int, int]:
    """Return how many things two rows of them begin with that are the very same, and with how many, beyond those, they end."""
    most = min(len(before), len(after))
    begin = next(compress(count(), map(is_not, before, after)), most)
    tails = islice(zip(reversed(before), reversed(after), strict=False), most - begin)
    return begin, next(compress(count(), starmap(is_not, tails)), most - begin)


class RowModel(QStringListModel):
    """A list of rows, replaced as a whole.

    How many there are Qt knows itself, by as many empty texts: a view asks that for each of thousands of rows when one is chosen.
    """

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self.rows: Sequence[ListRow] = ()

    def take(self, rows: tuple[ListRow, ...]) -> None:
        """Show these rows; where only their words changed, what is chosen stays chosen."""
        if rows == self.rows:
            return
        if [row.key for row in rows] == [row.key for row in self.rows]:
            self.follow(rows, 0, len(rows), len(rows))
            return
        self.put(rows)

    def follow(self, rows: Sequence[ListRow], begin: int, gone: int, come: int) -> None:
        """Show rows of which `come` are there from `begin` on in the place of `gone` others; what is chosen stays chosen.

        What came in the place of as many others are the same things in other words.
        """
        self.rows = rows
        if come > gone:
            self.insertRows(begin + gone, come - gone)
        elif gone > come:
            self.removeRows(begin + come, gone - come)
        if gone and come:
            self.dataChanged.emit(self.index(begin), self.index(begin + min(gone, come) - 1))

    def put(self, rows: Sequence[ListRow]) -> None:
        """Show other rows; nothing is chosen then."""
        self.rows = rows
        self.setStringList([""] * len(rows))

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """See Qt; a row can be chosen, never written in."""
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.DecorationRole:
            return QColor(*row.colour)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " · ".join(part for part in (row.spoken or row.text, row.later() if row.later else "") if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return " · ".join(part for part in (row.text, row.said) if part)
        return row if role == ROW_ROLE else None


class RowPainter(QStyledItemDelegate):
    """Paints a ListRow; rows with a note are taller."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """See Qt."""
        row = index.data(ROW_ROLE)
        return QSize(120, _TALL if row is not None and (row.note or row.later) else _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """See Qt."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, ListRow):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "chosen" if state & QStyle.StateFlag.State_Selected else "hover" if state & QStyle.StateFlag.State_MouseOver else ""
        if ground:
            painter.fillRect(rect, self._theme.colour(ground))
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), self._theme.colour("accent"))
        middle = rect.top() + (rect.height() - _SWATCH) // 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setOpacity(0.4 if row.faint else 1.0)
        painter.setBrush(QColor(*row.colour))
        painter.drawRoundedRect(rect.left() + _MARGIN, middle, _SWATCH, _SWATCH, 3, 3)
        self._words(painter, rect, row)
        painter.restore()

    def _words(self, painter: QPainter, rect: QRect, row: ListRow) -> None:
        plain = QFont(painter.font())
        metrics = QFontMetrics(plain)
        align = Qt.AlignmentFlag.AlignVCenter
        inside = rect.adjusted(_MARGIN + _SWATCH + _GAP, 0, -_MARGIN, 0)
        upper, lower = inside, QRect()
        said = row.said
        if said:
            upper = QRect(inside.left(), inside.top() + 5, inside.width(), inside.height() // 2 - 4)
            lower = upper.translated(0, inside.height() // 2 - 5)
        small = QFont(painter.font())
        small.setPixelSize(12)
        painter.setPen(self._theme.colour("quiet"))
        painter.setFont(small)
        painter.drawText(lower, align, QFontMetrics(small).elidedText(said, Qt.TextElideMode.ElideRight, lower.width()))
        painter.setFont(plain)
        painter.drawText(upper, align | Qt.AlignmentFlag.AlignRight, row.right)
        room = upper.width() - (metrics.horizontalAdvance(row.right) + _GAP if row.right else 0)
        painter.setPen(self._theme.colour("quiet" if row.faint else "text"))
        painter.drawText(upper, align, metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, room))


class RowList(QListView):
    """A list of rows that takes no typing."""

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None, rows: RowModel | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._theme = theme
        self._when_empty = ""
        self.rows = rows or RowModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(RowPainter(theme, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.selectionModel().currentChanged.connect(self._stay_out_of_input)

    @property
    def when_empty(self) -> str:
        """The line that is shown while there is no row."""
        return self._when_empty

    def say_when_empty(self, text: str) -> None:
        """Show this line while there is no row."""
        if text != self._when_empty:
            self._when_empty = text
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        super().paintEvent(event)
        if not self.rows.rowCount() and self._when_empty:
            painter = QPainter(self.viewport())
            painter.setPen(self._theme.colour("quiet"))
            area = self.viewport().rect().adjusted(_MARGIN + 2, 4, -_MARGIN, 0)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap), self._when_empty)
            painter.end()

    def _stay_out_of_input(self) -> None:
        """Qt switches the input method on again whenever another row becomes current."""
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
