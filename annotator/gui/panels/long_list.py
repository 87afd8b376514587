"""A list of rows of one height that costs what is in sight of it, however many thousands there are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import ceil
from typing import cast

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QHoverEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from annotator.gui.panels.rows import RowList, RowModel
from annotator.gui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
_HINT, _MOVE = QAbstractItemView.ScrollHint, QAbstractItemView.CursorAction
_HOVERS = {QEvent.Type.HoverEnter, QEvent.Type.HoverMove, QEvent.Type.HoverLeave}


class LongList(RowList):
    """Places and paints its rows itself: Qt's list lays all of its rows out again, one by one, whenever one comes or goes.

    To Qt, to the keyboard and to a screen reader it is a list like any other.
    """

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None, rows: RowModel | None = None) -> None:
        self._height = 0
        self._needs: tuple[int, ...] = (1,)
        self._seen = 0, 0
        self._pointer: QPoint | None = None
        """Where the pointer is over the rows, which may be scrolled away under it."""
        super().__init__(name, theme, parent, rows)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    @property
    def row_height(self) -> int:
        """How high each of the rows is, in pixels."""
        if not self._height and self.rows.rowCount():
            option = QStyleOptionViewItem()
            self.initViewItemOption(option)
            self._height = self.itemDelegate().sizeHint(option, self.rows.index(self.rows.rowCount() - 1)).height()
        return self._height or 1

    @property
    def columns(self) -> int:
        """In how many columns the rows stand, one column after the other."""
        return len(self._needs)

    def share_out(self, *needs: int) -> None:
        """Let the rows stand in a column for each of these widths, in pixels; what room is left they share."""
        if needs != self._needs:
            self._needs = needs
            self.scheduleDelayedItemsLayout()

    def _edges(self) -> tuple[int, ...]:
        """Where the columns begin, and where the last one ends."""
        spare = (self.viewport().width() - sum(self._needs)) // self.columns
        inner = accumulate(need + spare for need in self._needs[:-1])
        return (0, *inner, self.viewport().width())

    def see_between(self, least: int, most: int) -> None:
        """Take room for so many rows at least and at most, as far as there are as many; for one if there is none."""
        self._seen = least, most
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(super().sizeHint().width(), self._room(self._seen[1])) if self._seen[1] else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """See Qt."""
        return QSize(super().minimumSizeHint().width(), self._room(self._seen[0])) if self._seen[1] else super().minimumSizeHint()

    def _room(self, rows: int) -> int:
        return self.row_height * min(max(self.deep, 1), rows)

    @property
    def deep(self) -> int:
        """How many rows stand one below the other."""
        return max(1, ceil(self.rows.rowCount() / self.columns))

    def doItemsLayout(self) -> None:
        """See Qt; where a row is follows from its number."""
        self._height = 0
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        """See Qt."""
        bar, seen = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(self.row_height)
        bar.setPageStep(seen)
        bar.setRange(0, max(0, self.deep * self.row_height - seen))
        QAbstractItemView.updateGeometries(self)

    def verticalOffset(self) -> int:
        """See Qt."""
        return self.verticalScrollBar().value()

    def visualRect(self, index: AnyIndex) -> QRect:
        """See Qt."""
        return self._rect(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """See Qt."""
        down, deep = (point.y() + self.verticalOffset()) // self.row_height, self.deep
        row = down + (bisect_right(self._edges(), point.x()) - 1) * deep
        there = 0 <= down < deep and row < self.rows.rowCount() and 0 <= point.x() < self.viewport().width()
        return self.rows.index(row) if there else QModelIndex()

    def scrollTo(self, index: AnyIndex, hint: QAbstractItemView.ScrollHint = _HINT.EnsureVisible) -> None:
        """See Qt."""
        if not index.isValid():
            return
        self.executeDelayedItemsLayout()
        rect, seen, bar = self._rect(index.row()), self.viewport().height(), self.verticalScrollBar()
        below = rect.bottom() + 1 - seen
        if hint == _HINT.PositionAtCenter:
            bar.setValue(bar.value() + (rect.top() + below) // 2)
        elif hint == _HINT.PositionAtBottom:
            bar.setValue(bar.value() + below)
        elif hint == _HINT.PositionAtTop or rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif below > 0:
            bar.setValue(bar.value() + min(below, rect.top()))

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """See Qt; a page leaves one row of what was seen in sight."""
        last, row = self.rows.rowCount() - 1, self.currentIndex().row()
        page = max(1, self.viewport().height() // self.row_height - 1)
        steps = {_MOVE.MoveUp: -1, _MOVE.MovePrevious: -1, _MOVE.MoveDown: 1, _MOVE.MoveNext: 1}
        steps |= {_MOVE.MovePageUp: -page, _MOVE.MovePageDown: page}
        if self.columns > 1:
            steps |= {_MOVE.MoveLeft: -self.deep, _MOVE.MoveRight: self.deep}
        if last < 0:
            return QModelIndex()
        if action in (_MOVE.MoveHome, _MOVE.MoveEnd):
            return self.rows.index(0 if action == _MOVE.MoveHome else last)
        return self.rows.index(0 if row < 0 else min(max(row + steps.get(action, 0), 0), last))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """See Qt."""
        rect = rect.normalized()
        first, last = self._rows_within(rect.top(), rect.bottom())
        chosen = QItemSelection()
        if self.columns > 1:
            for row in (row for row in range(first, last + 1) if self._rect(row).intersects(rect)):
                chosen.select(self.rows.index(row), self.rows.index(row))
        elif first <= last:
            chosen.select(self.rows.index(first), self.rows.index(last))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """See Qt; only what is in sight."""
        first, last = self._rows_within(0, self.viewport().height() - 1)
        region = QRegion()
        for span in (selection.at(number) for number in range(selection.count())):
            top, bottom = max(span.top(), first), min(span.bottom(), last)
            if top <= bottom:
                region += self._rect(top).united(self._rect(bottom))
        return region

    def viewportEvent(self, event: QEvent) -> bool:
        """See Qt."""
        if event.type() in _HOVERS:
            within = isinstance(event, QHoverEvent) and event.type() is not QEvent.Type.HoverLeave
            self._pointer = cast(QHoverEvent, event).position().toPoint() if within else None
        return super().viewportEvent(event)

    def dataChanged(self, first: AnyIndex, last: AnyIndex, roles: Sequence[int] = ()) -> None:
        """See Qt, which paints all that is in sight anew; here only the rows that say something else."""
        if first == last or self.columns > 1 or QAccessible.isActive():
            super().dataChanged(first, last, roles)
        else:
            self.viewport().update(self._rect(first.row()).united(self._rect(last.row())))

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt; the rows that are in the part to be painted."""
        self.executeDelayedItemsLayout()
        first, last = self._rows_within(event.rect().top(), event.rect().bottom())
        if first <= last:
            self._paint_rows(first, last)
        self.paint_empty()

    def _paint_rows(self, first: int, last: int) -> None:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state & ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus)
        focused = self.currentIndex().row() if self.hasFocus() else -1
        painter, chosen = QPainter(self.viewport()), self.selectionModel()
        hovered = self.indexAt(self._pointer).row() if self._pointer is not None else -1
        places = self._places(first, last)
        for row in range(first, last + 1):
            state = plain
            if chosen.isSelected(self.rows.index(row)):
                state |= QStyle.StateFlag.State_Selected
            if row == hovered:
                state |= QStyle.StateFlag.State_MouseOver
            if row == focused:
                state |= QStyle.StateFlag.State_HasFocus
            self.painter_of_rows.paint_row(painter, places[row - first], state, self.rows.rows[row])
        painter.end()

    def _rect(self, row: int) -> QRect:
        return self._places(row, row)[0]

    def _places(self, first: int, last: int) -> list[QRect]:
        """Return where rows are, from one to another."""
        deep, height, edges, offset = self.deep, self.row_height, self._edges(), self.verticalOffset()
        spots = (divmod(row, deep) for row in range(first, last + 1))
        return [QRect(edges[column], down * height - offset, edges[column + 1] - edges[column], height) for column, down in spots]

    def _rows_within(self, top: int, bottom: int) -> tuple[int, int]:
        """Return the first and the last row in a part of the view; the last is before the first where there is none."""
        if self.columns > 1:  # they are few
            return 0, self.rows.rowCount() - 1
        offset, height = self.verticalOffset(), self.row_height
        return max(0, (top + offset) // height), min(self.rows.rowCount(), ceil((bottom + 1 + offset) / height)) - 1
