"""A table of texts that is typed in: each cell says itself what is wrong with it; rows are dragged, or moved with Alt and an arrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from annotator.gui.theme import Theme
from annotator.i18n import Message, say

AnyIndex = QModelIndex | QPersistentModelIndex
_ROWS = "application/x-annotator-row"
_NOBODY = QModelIndex()


@dataclass(frozen=True)
class Column:
    """One column: the key of its cells, its marked heading, what may be chosen in it, and whether it is a tick."""

    key: str
    text: str
    width: int = 90
    choices: tuple[str, ...] = ()
    tick: bool = False
    colour: bool = False


@dataclass(frozen=True)
class Sheet:
    """What a table shows: its rows, and the words on its cells by (row, column): errors and warnings."""

    rows: tuple[Mapping[str, str], ...] = ()
    errors: Mapping[tuple[int, str], Message] = field(default_factory=dict)
    warnings: Mapping[tuple[int, str], Message] = field(default_factory=dict)


class CellModel(QAbstractTableModel):
    """Shows a sheet; what is typed goes to the listeners, who put a new sheet."""

    typed = Signal(int, str, str)
    moved = Signal(int, int)

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self.columns: tuple[Column, ...] = ()
        self.titles: tuple[str, ...] = ()
        self.sheet = Sheet()

    def put(self, columns: Sequence[Column], titles: Sequence[str], sheet: Sheet) -> None:
        """Show this sheet; where it has as many rows and columns as before, what is chosen stays chosen."""
        same = (len(self.sheet.rows), self.columns) == (len(sheet.rows), tuple(columns))
        if not same:
            self.beginResetModel()
        self.columns, self.titles, self.sheet = tuple(columns), tuple(titles), sheet
        if not same:
            self.endResetModel()
        elif sheet.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(sheet.rows) - 1, len(self.columns) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def rowCount(self, parent: AnyIndex = _NOBODY) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self.sheet.rows)

    def columnCount(self, parent: AnyIndex = _NOBODY) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.titles[section] if orientation is Qt.Orientation.Horizontal and section < len(self.titles) else str(section + 1)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or index.row() >= len(self.sheet.rows):
            return None
        column = self.columns[index.column()]
        value = self.sheet.rows[index.row()].get(column.key, "")
        place = (index.row(), column.key)
        wrong, odd = self.sheet.errors.get(place), self.sheet.warnings.get(place)
        told = wrong or odd
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return "" if column.tick else value
        if role == Qt.ItemDataRole.CheckStateRole and column.tick:
            return Qt.CheckState.Checked if value else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return say(told) if told is not None else None
        if role == Qt.ItemDataRole.BackgroundRole and told:
            return self._theme.colour("danger_ground" if wrong else "warning_ground")
        if role == Qt.ItemDataRole.ForegroundRole and told:
            return self._theme.colour("danger" if wrong else "warning")
        if role == Qt.ItemDataRole.DecorationRole and column.colour:
            return QColor(value)
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """See Qt."""
        column = self.columns[index.column()]
        if column.tick and role == Qt.ItemDataRole.CheckStateRole:
            value = "true" if Qt.CheckState(value) is Qt.CheckState.Checked else ""
        elif column.tick or role != Qt.ItemDataRole.EditRole:
            return False
        if str(value) != self.sheet.rows[index.row()].get(column.key, ""):
            self.typed.emit(index.row(), column.key, str(value))
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """See Qt."""
        kept = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        tick = self.columns[index.column()].tick
        return kept | (Qt.ItemFlag.ItemIsUserCheckable if tick else Qt.ItemFlag.ItemIsEditable)

    def supportedDropActions(self) -> Qt.DropAction:
        """See Qt."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """See Qt."""
        return [_ROWS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """See Qt."""
        data = QMimeData()
        data.setData(_ROWS, str(indexes[0].row()).encode())
        return data

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex) -> bool:
        """See Qt; the row is moved here, so that the view has nothing to take away."""
        begin = int(bytes(data.data(_ROWS).data()).decode())
        to = row if row >= 0 else parent.row() if parent.isValid() else len(self.sheet.rows)
        self.moved.emit(begin, to - (to > begin))
        return False


class _Chooser(QStyledItemDelegate):
    """Offers a column's choices where it has some."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:
        """See Qt."""
        model = index.model()
        choices = model.columns[index.column()].choices if isinstance(model, CellModel) else ()
        if not choices:
            return super().createEditor(parent, option, index)
        box = QComboBox(parent)
        box.addItems(choices)
        return box

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """See Qt."""
        if isinstance(editor, QComboBox):
            editor.setCurrentText(str(index.data(Qt.ItemDataRole.EditRole)))
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: Any, index: AnyIndex) -> None:
        """See Qt."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())
        else:
            super().setModelData(editor, model, index)


class CellTable(QTableView):
    """The view of a CellModel: Enter or typing edits a cell, Alt with an arrow moves the row."""

    def __init__(self, name: str, theme: Theme, move: Callable[[int, int], None]) -> None:
        super().__init__()
        self.setObjectName(name)
        self.cells = CellModel(theme, self)
        self.setModel(self.cells)
        self.setItemDelegate(_Chooser(self))
        self._move = move
        self.cells.moved.connect(move)
        self.verticalHeader().setDefaultSectionSize(28)
        self.verticalHeader().setVisible(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setTabKeyNavigation(True)
        self.setShowGrid(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setStretchLastSection(True)

    @property
    def row(self) -> int:
        """The current row, −1 without one."""
        return self.currentIndex().row()

    def put(self, columns: Sequence[Column], titles: Sequence[str], sheet: Sheet) -> None:
        """Show a sheet, its columns as wide as they want to be the first time."""
        new, place = tuple(columns) != self.cells.columns, self.currentIndex()
        row, column = place.row(), place.column()
        self.cells.put(columns, titles, sheet)
        if new:
            for section, entry in enumerate(columns):
                self.setColumnWidth(section, entry.width)
        if row >= 0:
            self.go(row, column)

    def go(self, row: int, column: int = 0) -> None:
        """Make a cell the current one."""
        if self.cells.rowCount():
            self.setCurrentIndex(self.cells.index(min(max(row, 0), self.cells.rowCount() - 1), max(column, 0)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier and self.row >= 0:
            to = min(max(self.row + step, 0), self.cells.rowCount() - 1)
            self._move(self.row, to)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.state() is not QAbstractItemView.State.EditingState:
            self.edit(self.currentIndex())
            return
        super().keyPressEvent(event)
