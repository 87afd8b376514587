"""A table of cases of which only what was scrolled to is loaded; a click on a heading orders it, the other button chooses columns."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from annotator import settings
from annotator.domain.queue import Entry
from annotator.i18n import translate
from annotator.present.worklist import COLUMNS, SELDOM, cells

AnyIndex = QModelIndex | QPersistentModelIndex
_NOBODY = QModelIndex()
_FINDING = list(COLUMNS).index("finding")
_WIDEST = 260
"""Pixels of a column at first."""
_HIDDEN = "worklist.hidden"
_NUMBERS = {list(COLUMNS).index(name) for name in ("images", "annotations")}


class CaseModel(QAbstractTableModel):
    """The entries that are loaded; `more` is asked for when the rest comes into sight."""

    more = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()
        self.blind, self._all = False, 0
        self._asked = 0

    def put(self, entries: tuple[Entry, ...], count: int, *, blind: bool) -> None:
        """Show these entries out of `count`; what continues what is shown is added to it."""
        known = len(self.entries)
        if known and entries[:known] == self.entries and blind == self.blind and len(entries) > known:
            self.beginInsertRows(_NOBODY, known, len(entries) - 1)
            self.entries, self._all = entries, count
            self.endInsertRows()
        elif entries != self.entries or blind != self.blind or count != self._all:
            self.beginResetModel()
            self.entries, self._all, self.blind = entries, count, blind
            self.endResetModel()
        self._asked = 0

    def rowCount(self, parent: AnyIndex = _NOBODY) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: AnyIndex = _NOBODY) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(COLUMNS)

    def canFetchMore(self, parent: AnyIndex = _NOBODY) -> bool:
        """See Qt."""
        return not parent.isValid() and len(self.entries) < self._all and self._asked != len(self.entries)

    def fetchMore(self, parent: AnyIndex = _NOBODY) -> None:
        """See Qt."""
        self._asked = len(self.entries)
        self.more.emit()

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == _FINDING:
            return self.entries[index.row()].finding  # with its lines
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return cells(self.entries[index.row()], blind=self.blind)[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in _NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return translate(list(COLUMNS.values())[section])
        return None


class CaseTable(QTableView):
    """The table; Enter or a double click opens a case."""

    opened = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cases = CaseModel(self)
        self.setModel(self.cases)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setResizeContentsPrecision(60)  # rows; more need not be looked at before the first is shown
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda place: self.columns_menu().popup(header.mapToGlobal(place)))
        self._secret: tuple[str, ...] = ()
        self.hide_from(())
        self.activated.connect(lambda _index: self.opened.emit())

    def put(self, entries: tuple[Entry, ...], count: int, *, blind: bool) -> None:
        """Show these entries out of `count`; cases that are chosen stay chosen, wherever and however they are listed now."""
        chosen, index = {entry.case for entry in self.chosen}, self.currentIndex()
        current = self.cases.entries[index.row()].case if index.isValid() and index.row() < len(self.cases.entries) else None
        self.cases.put(entries, count, blind=blind)
        if self.currentIndex().isValid():
            return
        selection, rows, last = self.selectionModel(), QItemSelection(), len(COLUMNS) - 1
        kept = [row for row, entry in enumerate(entries) if entry.case in chosen]
        for row in kept:
            rows.select(self.cases.index(row, 0), self.cases.index(row, last))
        here = next((row for row in kept if entries[row].case == current), kept[0] if kept else None)
        if here is not None:
            selection.setCurrentIndex(self.cases.index(here, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        selection.select(rows, QItemSelectionModel.SelectionFlag.Select)

    def hide_from(self, secret: Sequence[str]) -> None:
        """Show the columns that were chosen, without those that whoever is at work must not see."""
        self._secret = tuple(secret)
        hidden = settings.read(_HIDDEN, list[settings.Value](SELDOM))
        for column, name in enumerate(COLUMNS):
            self.setColumnHidden(column, (name in hidden and column > 0) or name in secret)

    def columns_menu(self) -> QMenu:
        """Return a menu that shows or hides columns; the first one stays, and those that must not be seen are not offered."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column, (name, text) in list(enumerate(COLUMNS.items()))[1:]:
            if name in self._secret:
                continue
            entry = menu.addAction(translate(text))
            entry.setObjectName(f"worklist.column.{name}")
            entry.setCheckable(True)
            entry.setChecked(not self.isColumnHidden(column))
            entry.toggled.connect(partial(self._show_column, column))
        return menu

    def _show_column(self, column: int, shown: bool) -> None:  # as Qt tells it
        self.setColumnHidden(column, not shown)
        if shown:
            self._fit_column(column)
        with suppress(OSError):  # it is shown again the next time, no more
            before = set(settings.read(_HIDDEN, list[settings.Value](SELDOM))) & set(self._secret)
            hidden = [name for place, name in enumerate(COLUMNS) if self.isColumnHidden(place)]
            now = [name for name in hidden if name not in self._secret or name in before]
            settings.remember({_HIDDEN: list[settings.Value](now)})

    @property
    def chosen(self) -> tuple[Entry, ...]:
        """The entries of the chosen rows, in the order of the table."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return tuple(self.cases.entries[row] for row in rows if row < len(self.cases.entries))

    @property
    def order(self) -> tuple[str, bool]:
        """The field by which the rows are ordered, and whether downwards."""
        header = self.horizontalHeader()
        name = list(COLUMNS)[max(0, header.sortIndicatorSection())]
        return name, header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder

    def fit(self) -> None:
        """Make the columns as wide as what is in sight."""
        for column in range(len(COLUMNS) - 1):
            if not self.isColumnHidden(column):
                self._fit_column(column)

    def _fit_column(self, column: int) -> None:
        self.resizeColumnToContents(column)
        self.setColumnWidth(column, min(self.columnWidth(column), _WIDEST))
