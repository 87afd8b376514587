"""The table of an intake as Qt shows it: a row a series, filled while the export is read; Space or a double click takes or leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from annotator.i18n import mark, translate
from annotator.workspace.intake.table import COLUMNS, LOOK, NONE, Row, cells

AnyIndex = QModelIndex | QPersistentModelIndex
SHOWN = (
    "verdict", "rule", "patient", "name", "date", "modality", "description", "plane", "thickness", "images", "gaps", "class", "burned",
    "id", "odd",
)  # fmt: skip
_WIDTHS = (70, 190, 116, 100, 88, 84, 170, 80, 120, 70, 60, 90, 130, 80, 260)
_BURNED = {NONE: mark("none found"), LOOK: mark("to be looked at")}
"""What the column of text in the pixels says; the Excel table keeps the words that it is read back by."""
_NUMBERS = {"thickness", "images", "gaps"}
_TEXT, _TIP = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)
_COLOUR, _ALIGNMENT = int(Qt.ItemDataRole.ForegroundRole), int(Qt.ItemDataRole.TextAlignmentRole)
_ASKED = {_TEXT, _TIP, _COLOUR, _ALIGNMENT}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class IntakeModel(QAbstractTableModel):
    """The rows; cells are said only when they are shown."""

    def __init__(self, colours: Mapping[str, QColor], parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()
        self._colours = colours
        self._said: dict[int, dict[str, str | int | float]] = {}

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows, in the current language; the same once more are said anew."""
        before, after, shown = len(self.rows), len(rows), self.rows
        self._said = {}
        if after > before:
            self.beginInsertRows(QModelIndex(), before, after - 1)
        elif after < before:
            self.beginRemoveRows(QModelIndex(), after, before - 1)
        self.rows = tuple(rows)
        if after > before:
            self.endInsertRows()
        elif after < before:
            self.endRemoveRows()
        changed = [place for place, (old, new) in enumerate(zip(shown, rows, strict=False)) if old is not new or rows is shown]
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], len(SHOWN) - 1))

    def place_of(self, uid: str) -> int:
        """Return where a series stands; -1 where it does not."""
        return next((place for place, row in enumerate(self.rows) if row.facts.uid == uid), -1)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(SHOWN)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt; what is painted asks for each of some ten roles of each cell, so what nobody knows is answered at once."""
        if role not in _ASKED:
            return None
        if role == _ALIGNMENT:
            return _RIGHT if SHOWN[index.column()] in _NUMBERS else None
        place = index.row()
        row = self.rows[place]
        if role == _COLOUR:
            waits = row.verdict.rule == "burned-in" or row.burned == LOOK
            return self._colours["warning" if waits else "text" if row.verdict.taken else "quiet"]
        if place not in self._said:
            self._said[place] = {**cells(row), "burned": translate(_BURNED.get(row.burned, row.burned))}
        return str(self._said[place][SHOWN[index.column()]])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return translate(COLUMNS[SHOWN[section]])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class IntakeTable(QTableView):
    """The table; `toggled` tells that the series of a row is to be taken or left out."""

    toggled = Signal(int)

    def __init__(self, colours: Mapping[str, QColor], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("intake.table")
        self.series = IntakeModel(colours, self)
        self.setModel(self.series)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(26)
        for section, width in enumerate(_WIDTHS):
            self.setColumnWidth(section, width)
        self.doubleClicked.connect(lambda index: self.toggled.emit(index.row()))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the chosen series stays chosen, wherever it stands now."""
        chosen, column = self.chosen, max(self.currentIndex().column(), 0)
        self.series.show(rows)
        if rows:
            now = self.chosen
            if chosen is None or now is None or now.facts.uid != chosen.facts.uid:
                place = self.series.place_of(chosen.facts.uid) if chosen is not None else 0
                self.setCurrentIndex(self.series.index(max(place, 0), column))

    @property
    def chosen(self) -> Row | None:
        """The series that is chosen."""
        place = self.currentIndex().row()
        return self.series.rows[place] if 0 <= place < len(self.series.rows) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt; Space toggles."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.toggled.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)
