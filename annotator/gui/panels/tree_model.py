"""Show a growing catalogue to a tree view: patients, studies and series as nodes, the images of a series as bare rows.

A series of thousands of images costs nothing until somebody looks at it: its rows have no objects, only numbers; what is inside a patient
or a study that is closed has no nodes yet.  Of very many patients only the first are rows, until somebody scrolls to their end or opens one
further down: Qt asks for every row of the first level each time that it lays them out.  A grown catalogue is taken in by inserting what is
new, so that what is open and selected stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QIcon

from annotator.domain.integrity import Oddity
from annotator.gui.dragged import dragged
from annotator.gui.panels.series_row import SERIES_ROLE
from annotator.gui.theme import dark, pixmap
from annotator.present.catalogue import image_text, patient_text, series_remark, series_text, study_text
from annotator.present.integrity import worst
from annotator.workspace.catalogue import Catalogue, Patient, Series, Study, patient_key

AnyIndex = QModelIndex | QPersistentModelIndex
Entry = Patient | Study | Series
_SIGN = 14
_RUNS = 4
"""So many runs of new rows are put in one after the other; more of them at once."""
_AT_FIRST = 500
"""So many patients are rows at first, and so many more each time that somebody comes to their end."""
_PLAIN = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
_DRAGGED = _PLAIN | Qt.ItemFlag.ItemIsDragEnabled


@dataclass(slots=True)
class _Node:
    number: int
    parent: _Node | None = None
    entry: Entry | None = None
    row: int = 0
    images: int = 0
    children: list[_Node] | None = None
    """None until somebody looks inside."""


class CatalogueModel(QAbstractItemModel):
    """The tree; an index of an image bears its series' number with the lowest bit set.

    `oddities` says what is odd about a series; `veil` takes from its texts what must stay hidden.
    """

    fetched = Signal()
    """More patients are rows, because somebody came to the end of those that were."""
    busy = False
    """Whether rows are being put in or laid out: then no more can be fetched."""

    def __init__(self, parent: QObject, oddities: Callable[[Series], Sequence[Oddity]], veil: Callable[[str], str] = str) -> None:
        super().__init__(parent)
        self._oddities, self._veil = oddities, veil
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._catalogue = Catalogue()
        self._root = _Node(0, children=[])
        self._nodes = [self._root]
        self._of_patient: dict[str, _Node] = {}
        self._of_series: dict[str, _Node] = {}
        self._fresh: list[_Node] = []
        self._wanted = _AT_FIRST

    def take(self, catalogue: Catalogue) -> bool:
        """Show this catalogue; returns False where what stood there had to be built anew (somebody opened something else)."""
        there = self._root.children or []
        reach = max(_reach(there, catalogue.patients), min(self._wanted, len(catalogue.patients)))
        if reach > 2 * self._wanted or not _grows(self._root, catalogue.patients):
            wanted = self._wanted if reach > 2 * self._wanted else _AT_FIRST
            self.beginResetModel()
            self._begin_anew()
            self._catalogue, self._wanted = catalogue, wanted
            self._root.children = self._made(self._root, catalogue.patients[:wanted])
            self._fresh = list(self._root.children)
            self.endResetModel()
            return False
        self.busy = True
        self._take(self._root, catalogue.patients[:reach])
        self._catalogue, self.busy = catalogue, False
        return True

    def canFetchMore(self, parent: AnyIndex) -> bool:
        """See Qt."""
        return not (parent.isValid() or self.busy) and len(self._root.children or ()) < len(self._catalogue.patients)

    def fetchMore(self, parent: AnyIndex) -> None:
        """See Qt."""
        if self.canFetchMore(parent):
            self._reach_for(len(self._root.children or ()))
            self.fetched.emit()

    def _reach_for(self, row: int) -> None:
        """Make rows of the patients up to this one and some beyond."""
        there = self._root.children or []
        self._wanted = (row // _AT_FIRST + 1) * _AT_FIRST
        more = self._catalogue.patients[len(there) : self._wanted]
        if more:
            self.beginInsertRows(QModelIndex(), len(there), len(there) + len(more) - 1)
            row = len(there)
            self._put(self._root, there, row, more)
            _number(there, row)
            self.endInsertRows()

    def fresh(self) -> list[QModelIndex]:
        """Return the patients and studies that have come since this was asked last; what came within a new one is not named."""
        fresh, self._fresh = self._fresh, []
        return [self._index_of(node) for node in fresh if not isinstance(node.entry, Series)]

    def series_at(self, index: AnyIndex) -> Series | None:
        """Return the series of an index, or of an image's index."""
        entry = self._node(index).entry
        return entry if isinstance(entry, Series) else None

    def is_series(self, index: AnyIndex) -> bool:
        """Whether the row is a series itself."""
        number = int(index.internalId())
        return not number & 1 and index.isValid() and isinstance(self._nodes[number >> 1].entry, Series)

    def image_at(self, index: AnyIndex) -> int | None:
        """Return the place of an image in its series; None for anything that is no image."""
        return index.row() if index.isValid() and index.internalId() & 1 else None

    def series_index(self, uid: str) -> QModelIndex:
        """Return the index of a series, an invalid one if it is not there."""
        if uid not in self._of_series and uid in self._catalogue.by_uid:
            series = self._catalogue.by_uid[uid]
            key = patient_key(series.owner)
            if key not in self._of_patient:
                self._reach_for(next(row for row, patient in enumerate(self._catalogue.patients) if patient.key == key))
            patient = self._of_patient.get(key)
            studies = self._inside(patient) if patient is not None else []
            for study in studies:
                if _key(study.entry) == series.study_uid:
                    self._inside(study)
        node = self._of_series.get(uid)
        return self._index_of(node) if node is not None else QModelIndex()

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008  # Qt's own signature
        """See Qt."""
        node = self._node(parent)
        if self.image_at(parent) is not None or column != 0 or row < 0:
            return QModelIndex()
        if node.images:
            return self.createIndex(row, 0, node.number * 2 + 1) if row < node.images else QModelIndex()
        inside = self._inside(node)
        return self._index_of(inside[row]) if row < len(inside) else QModelIndex()

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
        return node.images or len(node.children if node.children is not None else _inside(node.entry))

    def hasChildren(self, parent: AnyIndex = QModelIndex()) -> bool:  # noqa: B008  # Qt's own signature
        """See Qt."""
        return self.rowCount(parent) > 0

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
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _DRAGGED if isinstance(self._nodes[index.internalId() >> 1].entry, Series) else _PLAIN

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """See Qt."""
        series = self.series_at(indexes[0])
        return dragged(series.uid if series else "", self.image_at(indexes[0]))

    def _node(self, index: AnyIndex) -> _Node:
        return self._nodes[index.internalId() >> 1] if index.isValid() else self._root

    def _index_of(self, node: _Node) -> QModelIndex:
        return self.createIndex(node.row, 0, node.number * 2) if node.parent else QModelIndex()

    def _inside(self, node: _Node) -> list[_Node]:
        """The nodes inside one, made when they are first asked for."""
        if node.children is None:
            node.children = self._made(node, _inside(node.entry))
        return node.children

    def _made(self, parent: _Node, entries: Sequence[Entry]) -> list[_Node]:
        """New nodes, from the first row on."""
        made, number = list[_Node](), len(self._nodes)
        for row, entry in enumerate(entries):
            node = _Node(number + row, parent, entry, row)
            if isinstance(entry, Series):
                node.images, node.children = entry.count, []
                self._of_series[entry.uid] = node
            elif isinstance(entry, Patient):
                self._of_patient[entry.key] = node
            made.append(node)
        self._nodes += made
        return made

    def _take(self, node: _Node, entries: Sequence[Entry]) -> None:
        """Show what has grown; a node into which nobody has looked needs nothing."""
        there = node.children
        if there is None:
            return
        runs, renewed, place = list[tuple[int, list[Entry]]](), list[tuple[_Node, Entry]](), 0
        for row, entry in enumerate(entries):
            child = there[place] if place < len(there) else None
            if child is not None and (child.entry is entry or _key(child.entry) == _key(entry)):
                place += 1
                if child.entry is not entry:
                    renewed.append((child, entry))
            elif runs and runs[-1][0] + len(runs[-1][1]) == row:
                runs[-1][1].append(entry)
            else:
                runs.append((row, [entry]))
        if len(runs) > _RUNS:
            self._insert_at_once(node, there, runs)
        else:
            for row, new in runs:
                self.beginInsertRows(self._index_of(node), row, row + len(new) - 1)
                self._put(node, there, row, new)
                _number(there, row)
                self.endInsertRows()
        for child, entry in renewed:
            self._renew(child, entry)

    def _insert_at_once(self, node: _Node, there: list[_Node], runs: Sequence[tuple[int, list[Entry]]]) -> None:
        """Put rows in at many places as one change of the layout: each insertion by itself would move all that stands below it."""
        self.layoutAboutToBeChanged.emit()
        before = [index for index in self.persistentIndexList() if not index.internalId() & 1]
        for row, new in runs:
            self._put(node, there, row, new)
        _number(there, runs[0][0])
        self.changePersistentIndexList(before, [self._index_of(self._nodes[index.internalId() >> 1]) for index in before])
        self.layoutChanged.emit()

    def _put(self, node: _Node, there: list[_Node], row: int, entries: Sequence[Entry]) -> None:
        made = self._made(node, entries)
        there[row:row] = made
        self._fresh += made

    def _renew(self, node: _Node, entry: Entry) -> None:
        node.entry = entry
        self._take(node, _inside(entry))
        images = entry.count if isinstance(entry, Series) else 0
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


def _inside(entry: Entry | None) -> Sequence[Entry]:
    if isinstance(entry, Patient):
        return entry.studies
    return entry.series if isinstance(entry, Study) else ()


def _number(nodes: Sequence[_Node], start: int) -> None:
    for row in range(start, len(nodes)):
        nodes[row].row = row


def _reach(there: Sequence[_Node], entries: Sequence[Entry]) -> int:
    """How many entries there are up to that of the last of these nodes; 0 where one is gone."""
    place = 0
    for row, entry in enumerate(entries):
        if place == len(there):
            return row
        if there[place].entry is entry or _key(there[place].entry) == _key(entry):
            place += 1
    return len(entries) if place == len(there) else 0


def _grows(node: _Node, entries: Sequence[Entry]) -> bool:
    """Whether what stands under `node` is still there, in the same order, and only more has come between."""
    coming = iter(entries)
    for child in node.children or ():
        match = next((entry for entry in coming if entry is child.entry or _key(entry) == _key(child.entry)), None)
        if match is None:
            return False
        if match is not child.entry and not _grows(child, _inside(match)):
            return False
        if isinstance(match, Series) and match.count < child.images:
            return False
    return True
