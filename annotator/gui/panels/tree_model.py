"""Show a growing catalogue to a tree view: patients, studies and series as nodes, the images of a series as bare rows.

A series of thousands of images costs nothing until somebody looks at it: its rows have no objects, only numbers.  A grown catalogue is
taken in by inserting what is new, so that what is open and selected stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from annotator.domain.integrity import Oddity
from annotator.gui.dragged import dragged
from annotator.gui.panels.series_row import SERIES_ROLE
from annotator.gui.theme import dark, pixmap
from annotator.present.catalogue import image_text, patient_text, series_remark, series_text, study_text
from annotator.present.integrity import worst
from annotator.workspace.catalogue import Catalogue, Patient, Series, Study

AnyIndex = QModelIndex | QPersistentModelIndex
Entry = Patient | Study | Series
_SIGN = 14


@dataclass
class _Node:
    number: int
    parent: _Node | None = None
    entry: Entry | None = None
    children: list[_Node] = field(default_factory=list)
    images: int = 0
    row: int = 0


class CatalogueModel(QAbstractItemModel):
    """The tree; an index of an image bears its series' number with the lowest bit set.

    `oddities` says what is odd about a series; `veil` takes from its texts what must stay hidden.
    """

    def __init__(self, parent: QObject, oddities: Callable[[Series], Sequence[Oddity]], veil: Callable[[str], str] = str) -> None:
        super().__init__(parent)
        self._oddities, self._veil = oddities, veil
        self._root = _Node(0)
        self._nodes = [self._root]
        self._of_series: dict[str, _Node] = {}

    def take(self, catalogue: Catalogue) -> bool:
        """Show this catalogue; returns False where what stood there had to be built anew (somebody opened something else)."""
        if not _grows(self._root, catalogue.patients):
            self.beginResetModel()
            self._root = _Node(0)
            self._nodes = [self._root]
            self._of_series = {}
            self._take(self._root, catalogue.patients, quiet=True)
            self.endResetModel()
            return False
        self._take(self._root, catalogue.patients, quiet=False)
        return True

    def series_at(self, index: AnyIndex) -> Series | None:
        """Return the series of an index, or of an image's index."""
        entry = self._node(index).entry
        return entry if isinstance(entry, Series) else None

    def image_at(self, index: AnyIndex) -> int | None:
        """Return the place of an image in its series; None for anything that is no image."""
        return index.row() if index.isValid() and index.internalId() & 1 else None

    def series_index(self, uid: str) -> QModelIndex:
        """Return the index of a series, an invalid one if it is not there."""
        node = self._of_series.get(uid)
        return self._index_of(node) if node is not None else QModelIndex()

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008  # Qt's own signature
        """See Qt."""
        node = self._node(parent)
        if self.image_at(parent) is not None or column != 0 or row < 0:
            return QModelIndex()
        if node.images:
            return self.createIndex(row, 0, node.number * 2 + 1) if row < node.images else QModelIndex()
        return self._index_of(node.children[row]) if row < len(node.children) else QModelIndex()

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008  # Qt's own signature
        """See Qt."""
        if not index.isValid():
            return QModelIndex()
        node = self._node(index)
        if self.image_at(index) is not None:
            return self._index_of(node)
        return self._index_of(node.parent) if node.parent else QModelIndex()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        """See Qt."""
        if self.image_at(parent) is not None:
            return 0
        node = self._node(parent)
        return node.images or len(node.children)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        """See Qt."""
        return 1

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        entry = self._node(index).entry
        if entry is None or not index.isValid():
            return None
        place = self.image_at(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._veil(_text(entry, place))
        if role == SERIES_ROLE:
            return entry if isinstance(entry, Series) and place is None else None
        if role == Qt.ItemDataRole.DecorationRole and isinstance(entry, Series) and place is None:
            return sign_of(self._oddities(entry))
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(entry, Series):
            return self._veil(series_remark(entry, self._oddities(entry))) or None
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """See Qt; series and their images can be dragged into a view."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsDragEnabled if self.series_at(index) is not None else found

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """See Qt."""
        series = self.series_at(indexes[0])
        return dragged(series.uid if series else "", self.image_at(indexes[0]))

    def _node(self, index: AnyIndex) -> _Node:
        return self._nodes[index.internalId() >> 1] if index.isValid() else self._root

    def _index_of(self, node: _Node) -> QModelIndex:
        return self.createIndex(node.row, 0, node.number * 2) if node.parent else QModelIndex()

    def _take(self, node: _Node, entries: Sequence[Entry], *, quiet: bool) -> None:
        place = 0
        while place < len(entries):
            there = node.children[place] if place < len(node.children) else None
            if there is None or _key(there.entry) != _key(entries[place]):
                until = _end_of_new(entries, place, there)
                self._insert(node, place, entries[place:until], quiet=quiet)
                place = until
            else:
                self._renew(there, entries[place], quiet=quiet)
                place += 1

    def _insert(self, node: _Node, place: int, entries: Sequence[Entry], *, quiet: bool) -> None:
        if not quiet:
            self.beginInsertRows(self._index_of(node), place, place + len(entries) - 1)
        added = []
        for entry in entries:
            child = _Node(len(self._nodes), node, entry, images=len(entry.images) if isinstance(entry, Series) else 0)
            self._nodes.append(child)
            if isinstance(entry, Series):
                self._of_series[entry.uid] = child
            added.append(child)
        node.children[place:place] = added
        for row, moved in enumerate(node.children[place:], place):
            moved.row = row
        for child, entry in zip(added, entries, strict=True):
            self._take(child, _inside(entry), quiet=True)
        if not quiet:
            self.endInsertRows()

    def _renew(self, node: _Node, entry: Entry, *, quiet: bool) -> None:
        if node.entry is entry:
            return
        node.entry = entry
        self._take(node, _inside(entry), quiet=quiet)
        images = len(entry.images) if isinstance(entry, Series) else 0
        index = self._index_of(node)
        if images > node.images:
            self.beginInsertRows(index, node.images, images - 1)
            node.images = images
            self.endInsertRows()
        self.dataChanged.emit(index, index)


@cache
def _sign(sign: str, colour: str) -> QIcon:
    look = dark()
    return QIcon(pixmap(sign, look, colour, _SIGN, 2.0))


def sign_of(oddities: Sequence[Oddity]) -> QIcon | None:
    """Return the sign of the weightiest oddity, None where nothing is odd."""
    found = worst(oddities)
    return _sign(*found) if found else None


def _text(entry: Entry, place: int | None) -> str:
    if isinstance(entry, Patient):
        return patient_text(entry)
    if isinstance(entry, Study):
        return study_text(entry)
    return series_text(entry) if place is None else image_text(entry.images[place], place)


def _key(entry: Entry | None) -> Hashable:
    return entry.key if isinstance(entry, Patient) else entry.uid if entry else None


def _inside(entry: Entry) -> Sequence[Entry]:
    if isinstance(entry, Patient):
        return entry.studies
    return entry.series if isinstance(entry, Study) else ()


def _end_of_new(entries: Sequence[Entry], place: int, there: _Node | None) -> int:
    until = place + 1
    while until < len(entries) and (there is None or _key(entries[until]) != _key(there.entry)):
        until += 1
    return until


def _grows(node: _Node, entries: Sequence[Entry]) -> bool:
    """Whether what stands under `node` is still there, in the same order, and only more has come between."""
    coming = iter(entries)
    for child in node.children:
        match = next((entry for entry in coming if _key(entry) == _key(child.entry)), None)
        if match is None or not _grows(child, _inside(match)):
            return False
        if isinstance(match, Series) and len(match.images) < child.images:
            return False
    return True
