"""The lesions of the case: a row each, gone to, named, given another category and deleted as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import compress, count, groupby, repeat
from operator import attrgetter, is_, ne

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QMenu, QVBoxLayout

from annotator.domain.lesions import Lesion
from annotator.gui.fields import LineField
from annotator.gui.panels.long_list import LongList
from annotator.gui.panels.rows import ListRow, RowModel, ends
from annotator.gui.panels.rows_in_sight import RowsInSight
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.annotations import category_name
from annotator.present.lesions import LesionRow, lesion_row
from annotator.workspace.lesion_sizing import LesionSizing
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_id = attrgetter("id")
_LEAST, _MOST = 3, 8
"""So many rows are seen at least and at most, where there are as many."""
_KNOWN = 1_000
"""So many written rows are kept at most."""
_EDITS = frozenset({Topic.DOCUMENT, Topic.SELECTION})


@dataclass(frozen=True)
class _Brief:
    """Slices, diameter and volume in few words."""

    row: LesionRow

    def __call__(self) -> str:
        return self.row.brief


class LesionModel(RowModel):
    """Shows the lesions of a case, however many they are."""

    def __init__(self, row_of: Callable[[Lesion], ListRow]) -> None:
        super().__init__(None)
        self._write = row_of
        self._written: dict[int, tuple[Lesion, ListRow]] = {}
        """The rows that came into sight, by the identity of their lesions."""
        self.lesions: tuple[Lesion, ...] = ()
        self._told: tuple[object, ...] = ()

    def show(self, lesions: tuple[Lesion, ...], *told: object) -> None:
        """Show these lesions; of those that were shown before, what is chosen stays chosen.

        `told` is what their rows say besides: as long as it is the very same, only the rows of other lesions are written anew.
        """
        before, same = self.lesions, len(told) == len(self._told) and all(map(is_, told, self._told))
        if not same:
            self._written.clear()
        begin, end = ends(before, lesions)  # there may be thousands, and few are others
        gone, come = before[begin : len(before) - end], lesions[begin : len(lesions) - end]
        self.lesions, self._told, rows = lesions, told, RowsInSight(lesions, self._row_of)
        if gone and come and (len(gone) != len(come) or any(map(ne, map(_id, gone), map(_id, come)))):
            self.follow(rows, begin, len(gone), 0)
            self.follow(rows, begin, 0, len(come))
        else:
            self.follow(rows, begin, len(gone), len(come))
        if not same:
            self.say_anew()

    def say_anew(self) -> None:
        """What the rows say may be another."""
        self._written.clear()
        if self.lesions:
            self.dataChanged.emit(self.index(0), self.index(len(self.lesions) - 1))

    def _row_of(self, lesion: Lesion) -> ListRow:
        known = self._written.get(id(lesion))
        if known is None or known[0] is not lesion:
            if len(self._written) > _KNOWN:
                self._written.clear()
            known = self._written[id(lesion)] = lesion, self._write(lesion)
        return known[1]


class LesionsPart(PartWidget):
    """The list and below it the name of the chosen lesion; what is chosen here is selected on the picture, and the other way round."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__()
        self._session = session
        self._sizing = LesionSizing(session.tasks, lambda: self.model.say_anew())
        self._following = False
        self.model = LesionModel(self._row)
        self.list = LongList("lesion_list", look, self, self.model)
        self.model.setParent(self.list)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._offer_menu)
        self.list.selectionModel().selectionChanged.connect(self._chosen)
        self.list.clicked.connect(lambda _index: self._go())
        self.list.activated.connect(lambda _index: self._enter())
        self.name = LineField(self)
        self.name.setObjectName("lesion_name")
        self.name.answered.connect(self._rename)
        self.name.passed.connect(self.put_away)
        self.name.left.connect(self.put_away)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(5)
        column.addWidget(self.list, 1)
        field = QVBoxLayout()
        field.setContentsMargins(12, 0, 12, 0)
        field.addWidget(self.name)
        column.addLayout(field)
        self.setFocusProxy(self.list)

    @property
    def chosen(self) -> Lesion | None:
        """The lesion of the chosen row."""
        place = self.list.currentIndex().row() if self.list.selectedIndexes() else -1
        return self.model.lesions[place] if 0 <= place < len(self.model.lesions) else None

    def refresh(self, topic: Topic) -> None:
        """Show the lesions and which of them is meant."""
        if topic is Topic.DOCUMENT and Topic.SELECTION in self._session.to_come:
            return  # it is told again in the same go
        self._following = True
        if topic not in _EDITS:
            self.model.say_anew()
        self.model.show(self._session.listed_lesions(), self._session.document.facts, self._session.colours)
        meant = self._session.chosen_lesion
        place = next(compress(count(), map(is_, self.model.lesions, repeat(meant))), None) if meant is not None else None
        several = self._session.chosen_lesions
        if place is None:
            self.list.selectionModel().clear()
        elif self.list.currentIndex().row() != place or len(self.list.selectedIndexes()) != 1 or len(several) > 1:
            index = self.list.rows.index(place)
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self._select_with(several)
            self.list.scrollTo(index)
        self.list.see_between(_LEAST, _MOST)
        self.name.setEnabled(meant is not None and len(several) < 2)  # it keeps its room: nothing below jumps when a lesion comes or goes
        self.name.put(meant.name if meant is not None else "", translate(mark("Name of the lesion")))
        self._following = False

    def _select_with(self, several: Sequence[Lesion]) -> None:
        """Show of several lesions that they are all meant."""
        meant = set(map(id, several)) if len(several) > 1 else set()
        rows = [row for row, lesion in enumerate(self.model.lesions) if id(lesion) in meant] if meant else []
        chosen = QItemSelection()
        for _, together in groupby(enumerate(rows), lambda numbered: numbered[1] - numbered[0]):
            stretch = [row for _, row in together]
            chosen.select(self.list.rows.index(stretch[0]), self.list.rows.index(stretch[-1]))
        self.list.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.Select)

    def ask(self, what: str) -> None:
        """Let the chosen lesion be named, if that is what is asked for."""
        if what == "name":
            self.name.setFocus(Qt.FocusReason.TabFocusReason)
            self.name.selectAll()

    def retranslate(self) -> None:
        """Say the rows in the current language."""
        self.list.setAccessibleName(translate(mark("Lesions")))
        self.name.setAccessibleName(translate(mark("Name of the lesion")))
        self.model.say_anew()
        self.refresh(Topic.DOCUMENT)

    def menu(self) -> QMenu:
        """Return what may be done with the chosen lesions, each as a whole."""
        menu, chosen = QMenu(self), tuple(self.model.lesions[index.row()] for index in self.list.selectedIndexes())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        several, session = len(chosen) > 1, self._session
        count = f" ({len(chosen)})" if several else ""
        change = menu.addMenu(translate(mark("Change the whole lesion to")) + count)
        for category in session.categories:
            change.addAction(category_name(category)).triggered.connect(partial(_recategorise, session, chosen, category.key))
        name = menu.addAction(translate(mark("Name")))
        name.triggered.connect(self.name.setFocus)
        name.setEnabled(not several)
        locked = all(a.locked for lesion in chosen for a in lesion.members)
        lock = menu.addAction(translate(mark("Unlock") if locked else mark("Lock")) + count)
        lock.triggered.connect(lambda: session.lock_lesions(chosen))
        menu.addAction(translate(mark("Delete the lesion")) + count).triggered.connect(lambda: session.delete_lesions(chosen))
        return menu

    def _row(self, lesion: Lesion) -> ListRow:
        row = lesion_row(self._session, self._sizing, lesion)
        return ListRow(row.key, row.colour, row.text, row.note, row.number, row.spoken, brief=_Brief(row))

    def _chosen(self) -> None:
        if not self._following:
            self._go()

    def _go(self) -> None:
        lesion = self.chosen
        if lesion is None or self._following:
            return
        if self.held():
            QTimer.singleShot(0, self, lambda: self.refresh(Topic.SELECTION))  # Qt is still on its way to the row
        else:
            self.sought.emit(self._session.show_lesion(lesion).shape.bounds)

    def _enter(self) -> None:
        self._go()
        self.put_away.emit()

    def _rename(self, name: str) -> None:
        lesion = self._session.chosen_lesion
        if lesion is not None:
            self._session.rename_lesion(lesion, name)

    def _offer_menu(self, place: QPoint) -> None:
        if self.chosen is not None:
            self.menu().popup(self.list.viewport().mapToGlobal(place))


def _recategorise(session: Session, chosen: Sequence[Lesion], key: str, checked: bool = False) -> None:
    session.recategorise_lesions(chosen, key)


def _wanted(session: Session) -> bool:
    return session.image is not None and bool(session.listed_lesions()) and (session.on_slices or bool(session.lesions()))


PART = Part(
    id="lesions",
    left=True,
    text=mark("Lesions"),
    build=LesionsPart,
    topics=(Topic.PROJECT, Topic.SERIES, Topic.IMAGE, Topic.DOCUMENT, Topic.SELECTION),
    wanted=_wanted,
)
