"""A table of a clinical sheet with a choice over each column: which column of the project it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from annotator.domain.clinical_table import Line
from annotator.i18n import mark, translate

AnyIndex = QModelIndex | QPersistentModelIndex
_SPACE, _WIDTH = 6, 158


@dataclass(frozen=True)
class Shown:
    """What the table shows: headings, rows, per cell (row number, place) what is wrong with it, and the places that nobody may see."""

    headings: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    wrong: Mapping[tuple[int, int], str] = field(default_factory=dict)
    rows: Mapping[int, str] = field(default_factory=dict)
    """Row number → what is wrong with the row as a whole."""
    hidden: frozenset[int] = frozenset()


class SheetModel(QAbstractTableModel):
    """The rows of a sheet as Qt wants them."""

    def __init__(self, colours: Mapping[str, QColor], parent: QWidget) -> None:
        super().__init__(parent)
        self._shown, self._colours = Shown(), colours

    @property
    def shown(self) -> Shown:
        """What is shown."""
        return self._shown

    def show(self, shown: Shown) -> None:
        """Show something else."""
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(self._shown.lines)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(self._shown.headings)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        line = self._shown.lines[index.row()]
        told = self._shown.wrong.get((line.number, index.column()))
        if role == Qt.ItemDataRole.DisplayRole:
            return translate(mark("hidden")) if index.column() in self._shown.hidden else line.cell(index.column())
        if role == Qt.ItemDataRole.BackgroundRole and told is not None:
            return self._colours["danger_ground"]
        if role == Qt.ItemDataRole.BackgroundRole and line.number in self._shown.rows:
            return self._colours["warning_ground"]
        if role == Qt.ItemDataRole.ToolTipRole:
            return told or self._shown.rows.get(line.number) or None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation is Qt.Orientation.Horizontal:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._shown.headings[section] if orientation is Qt.Orientation.Horizontal else str(self._shown.lines[section].number)


class _Marked(QStyledItemDelegate):
    """Paints what is wrong below the text; the style sheet would leave it out."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """See Qt."""
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if isinstance(ground, QColor):
            painter.fillRect(option.rect, ground)
        super().paint(painter, option, index)


class _Choice(QComboBox):
    """A choice that the wheel does not change."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class MappingHeader(QHeaderView):
    """Headings with a choice below each."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.choices: list[QComboBox] = []
        self.setSectionsMovable(False)
        self.setDefaultSectionSize(_WIDTH)
        self.setMinimumSectionSize(70)
        self.sectionResized.connect(self.place)

    def sizeHint(self) -> QSize:
        """See Qt; there is room for the choices."""
        size = super().sizeHint()
        return QSize(size.width(), size.height() + (self.choices[0].sizeHint().height() + _SPACE if self.choices else 0))

    def renew(self, count: int) -> list[QComboBox]:
        """Make the choices of so many columns anew."""
        for choice in self.choices:
            choice.hide()
            choice.deleteLater()
        self.choices = [_Choice(self) for _ in range(count)]
        self.updateGeometries()
        return self.choices

    def place(self) -> None:
        """Put each choice below its heading, where that is now."""
        for section, choice in enumerate(self.choices):
            height = choice.sizeHint().height()
            left = self.sectionViewportPosition(section)
            choice.setGeometry(left + 3, self.height() - height - 3, self.sectionSize(section) - 6, height)
            choice.show()

    def updateGeometries(self) -> None:
        """See Qt."""
        super().updateGeometries()
        self.place()


class MappedTable(QTableView):
    """The table; `chosen` tells heading's place and column key (empty: none) when a person chooses."""

    chosen = Signal(int, str)

    def __init__(self, colours: Mapping[str, QColor], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("clinical.table")
        self.sheet = SheetModel(colours, self)
        self.setModel(self.sheet)
        self.mapping = MappingHeader(self)
        self.setHorizontalHeader(self.mapping)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectItems)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setItemDelegate(_Marked(self))
        self.setTabKeyNavigation(False)
        self.horizontalScrollBar().valueChanged.connect(self.mapping.place)

    def show_sheet(self, shown: Shown, columns: Sequence[tuple[str, str]], chosen: Sequence[str]) -> None:
        """Show rows; `columns` are key and name of what may be chosen, `chosen` the key over each heading (empty: none)."""
        anew = shown.headings != self.sheet.shown.headings or len(self.mapping.choices) != len(shown.headings)
        self.sheet.show(shown)
        choices = self.mapping.renew(len(shown.headings)) if anew else self.mapping.choices
        for place, choice in enumerate(choices):
            if anew:
                choice.setObjectName(f"clinical.column.{place}")
                choice.activated.connect(lambda item, place=place, choice=choice: self.chosen.emit(place, choice.itemData(item)))
            choice.clear()
            choice.addItem(translate(mark("(leave out)")), "")
            for key, name in columns:
                choice.addItem(name, key)
            choice.setCurrentIndex(choice.findData(chosen[place]))
            choice.setAccessibleName(shown.headings[place])
        self.mapping.place()

    def go_to(self, row: int, place: int) -> None:
        """Show a cell by the row's number and the column's place."""
        for number, line in enumerate(self.sheet.shown.lines):
            if line.number == row:
                self.setCurrentIndex(self.sheet.index(number, max(place, 0)))
                return
