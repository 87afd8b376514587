"""One row of a list: a colour, a text, a quiet second text, and a key or number at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QPointF, QRect, QSize, QStringListModel, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.gui.panels.elided import whole_clauses
from annotator.gui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
_MARGIN, _SWATCH, _GAP = 10, 12, 8
_BEFORE = _MARGIN + _SWATCH + _GAP
_HEIGHT, TALL = 26, 42
_KNOWN = 1_000
"""So many texts of a font are known at most."""
_PICTURES = 64
"""So many rows are kept as they were painted, the last ones: 2 MB of a column on a usual screen, 7 MB on one of twice its pixels."""
_SHOWN_STATES = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver


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
    sign: str = ""
    """A key that stands in the colour of a line, or how many answers are wanting."""
    line: bool = False
    """It is a line, no area: in a row of one line its colour is a stroke."""
    brief: Callable[[], str] | None = None
    """The note in few words, for a narrow list."""

    @property
    def said(self) -> str:
        """The note, whenever it was worked out."""
        return self.later() if self.later is not None else self.note


def ends(before: Sequence[object], after: Sequence[object]) -> tuple[int, int]:
    """Return how many equal things two rows of them begin with, and with how many, beyond those, they end.

    Whole stretches are compared at once: what is the very same in both takes no call.
    """
    begin = _alike(before, after, min(len(before), len(after)))
    return begin, _alike(before[begin:][::-1], after[begin:][::-1], min(len(before), len(after)) - begin)


def _alike(one: Sequence[object], other: Sequence[object], most: int) -> int:
    """Return how many equal things two rows of the same kind begin with, `most` at most."""
    alike, step = 0, most
    while alike < most and step:
        until = min(alike + step, most)
        if one[alike:until] == other[alike:until]:
            alike = until
        else:
            step //= 2
    return alike


def frame_if_focused(painter: QPainter, rect: QRect, state: QStyle.StateFlag, look: Theme) -> None:
    """Frame the row on which the keyboard is, as fields are framed."""
    if state & QStyle.StateFlag.State_HasFocus:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(look.colour("accent"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.restore()


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
            begin, end = ends(self.rows, rows)
            self.follow(rows, begin, len(rows) - begin - end, len(rows) - begin - end)
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

    def __init__(self, theme: Theme, view: QWidget) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view
        self._letters: Letters | None = None
        self._pictures: dict[tuple[object, ...], QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """See Qt."""
        row = index.data(ROW_ROLE)
        return QSize(120, TALL if row is not None and (row.note or row.later) else _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """See Qt."""
        row = index.data(ROW_ROLE)
        if isinstance(row, ListRow):
            self.paint_row(painter, option.rect, option.state, row)

    def paint_row(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, row: ListRow) -> None:
        """Paint a row in its place; what it looked like lately is kept, for an edit that is taken back and for scrolling."""
        ratio = painter.device().devicePixelRatioF()
        corner = QPointF(rect.topLeft()) * ratio
        if corner == QPointF(corner.toPoint()):
            painter.drawPixmap(rect.topLeft(), self._picture(painter.font(), rect.size(), ratio, state & _SHOWN_STATES, row))
        else:  # between two pixels of the screen a picture would be blurred
            self._write(painter, rect, state, row)
        frame_if_focused(painter, rect, state, self._theme)

    def _picture(self, font: QFont, size: QSize, ratio: float, state: QStyle.StateFlag, row: ListRow) -> QPixmap:
        shown = row.colour, row.text, self.said(row, size.width()), row.right, row.sign, row.faint, row.line
        asked = (*shown, font.key(), size.width(), size.height(), ratio, state)
        found = self._pictures.get(asked)
        if found is None:
            if len(self._pictures) >= _PICTURES:
                del self._pictures[next(iter(self._pictures))]
            found = self._pictures[asked] = QPixmap(size * ratio)
            found.setDevicePixelRatio(ratio)
            found.fill(self._view.palette().base().color())
            painter = QPainter(found)
            painter.setFont(font)
            self._write(painter, QRect(QPoint(), size), state, row)
            painter.end()
        return found

    def said(self, row: ListRow, width: int) -> str:
        """Return the note of a row that is so many pixels wide."""
        return row.said

    def note(self, row: ListRow, width: int, letters: Letters) -> str:
        """Return what is written of the note of a row of two lines that is so many pixels wide: in few words before a clause is missing."""
        room, said = width - _BEFORE - _MARGIN, self.said(row, width)
        if row.brief is not None and letters.width(said, small=True) > room:
            said = row.brief()
        return letters.fitted(said, room, small=True)

    def _write(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, row: ListRow) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "chosen" if state & QStyle.StateFlag.State_Selected else "hover" if state & QStyle.StateFlag.State_MouseOver else ""
        if ground:
            painter.fillRect(rect, self._theme.colour(ground))
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), self._theme.colour("accent"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setOpacity(0.4 if row.faint else 1.0)
        painter.setBrush(QColor(*row.colour))
        self.paint_colour(painter, rect, row)
        if self._letters is None or self._letters.plain != painter.font():
            self._letters = Letters(painter.font())
        self.paint_words(painter, rect, row, self._letters)
        painter.restore()

    def paint_colour(self, painter: QPainter, rect: QRect, row: ListRow) -> None:
        """Paint the colour of a row with the painter's brush."""
        painter.drawRoundedRect(rect.left() + _MARGIN, rect.top() + (rect.height() - _SWATCH) // 2, _SWATCH, _SWATCH, 3, 3)

    def paint_words(self, painter: QPainter, rect: QRect, row: ListRow, letters: Letters) -> None:
        """Write what a row says."""
        font, align = painter.font(), Qt.AlignmentFlag.AlignVCenter
        inside = rect.adjusted(_BEFORE, 0, -_MARGIN, 0)
        upper, said = inside, self.note(row, rect.width(), letters)
        painter.setPen(self._theme.colour("quiet"))
        if said:
            upper = QRect(inside.left(), inside.top() + 5, inside.width(), inside.height() // 2 - 4)
            lower = upper.translated(0, inside.height() // 2 - 5)
            painter.setFont(letters.small)
            painter.drawText(lower, align, said)
            painter.setFont(font)
        room = upper.width()
        if row.right:
            painter.drawText(upper, align | Qt.AlignmentFlag.AlignRight, row.right)
            room -= letters.width(row.right) + _GAP
        painter.setPen(self._theme.colour("quiet" if row.faint else "text"))
        painter.drawText(upper, align, letters.fitted(row.text, room))


class Letters:
    """The fonts of a row, and what of its words there is room for, worked out once."""

    def __init__(self, font: QFont) -> None:
        self.plain, self.small = QFont(font), QFont(font)
        self.small.setPixelSize(12)
        self._metrics = QFontMetrics(self.plain), QFontMetrics(self.small)
        self._fitted: dict[tuple[str, int, bool], str] = {}
        self._widths: dict[tuple[str, bool], int] = {}

    def fitted(self, text: str, room: int, *, small: bool = False) -> str:
        """Return a text, of one that is longer than so many pixels the first clauses, or the beginning."""
        found = self._fitted.get((text, room, small))
        if found is None:
            if len(self._fitted) > _KNOWN:
                self._fitted.clear()
            found = self._fitted[text, room, small] = whole_clauses(text, self._metrics[small], room)
        return found

    def width(self, text: str, *, small: bool = False) -> int:
        """Return how wide a text is, in pixels."""
        if (text, small) not in self._widths:
            if len(self._widths) > _KNOWN:
                self._widths.clear()
            self._widths[text, small] = self._metrics[small].horizontalAdvance(text)
        return self._widths[text, small]


class RowList(QListView):
    """A list of rows that takes no typing."""

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None, rows: RowModel | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._theme = theme
        self._when_empty = ""
        self.rows = rows or RowModel(self)
        self.setModel(self.rows)
        self.painter_of_rows = RowPainter(theme, self)
        self.setItemDelegate(self.painter_of_rows)
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
        self.paint_empty()

    def paint_empty(self) -> None:
        """Paint the line that stands where there is no row."""
        if not self.rows.rowCount() and self._when_empty:
            painter = QPainter(self.viewport())
            painter.setPen(self._theme.colour("quiet"))
            area = self.viewport().rect().adjusted(_MARGIN + 2, 4, -_MARGIN, 0)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap), self._when_empty)
            painter.end()

    def _stay_out_of_input(self) -> None:
        """Qt switches the input method on again whenever another row becomes current."""
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
