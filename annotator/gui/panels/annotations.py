"""The annotations of the painted image: a row each with category, tool and size; what is selected here is selected on the picture."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from annotator.domain.annotation import LINE
from annotator.gui.panels.lines import LinePainter, line_height
from annotator.gui.panels.long_list import LongList
from annotator.gui.panels.rows import ListRow, ends
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.annotations import Row, rows
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_LEAST_ROWS = 4


class AnnotationList(LongList):
    """Shows and sets the session's selection."""

    entered = Signal()
    """Enter on a row: back to the picture."""
    menu_requested = Signal(QPoint)
    """A context menu is wanted, at this place on the screen."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("annotation_list", theme, parent)
        self._session = session
        self._following = False
        self.painter_of_rows = LinePainter(theme, self)
        self.setItemDelegate(self.painter_of_rows)
        self._known: dict[int, tuple[Row, ListRow]] = {}
        """How the annotations of the image were listed last, by id."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda place: self.menu_requested.emit(self.viewport().mapToGlobal(place)))
        self.selectionModel().selectionChanged.connect(self._chosen)
        self.activated.connect(lambda _index: self.entered.emit())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt; what is selected stays in sight where what is asked and measured of it takes room from the list."""
        super().resizeEvent(event)
        chosen = self.selectedIndexes()
        if chosen:
            self.scrollTo(chosen[0])

    def refresh(self, topic: Topic) -> None:
        """Show the annotations and which of them are selected."""
        self._following = True
        self.say_when_empty(translate(mark("Nothing is drawn on this image.")) if self._session.image else "")
        self._known = {row.id: self._listed(row) for row in rows(self._session)}
        self._show(tuple(listed for _, listed in self._known.values()))
        wanted = QItemSelection()
        for place, row in enumerate(self.rows.rows):
            if row.key in self._session.selection:
                wanted.select(self.rows.index(place), self.rows.index(place))
        self.selectionModel().select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if wanted.indexes():
            self.scrollTo(wanted.indexes()[0])
        self._following = False

    def _listed(self, row: Row) -> tuple[Row, ListRow]:
        """Return how an annotation is listed, the same object as long as it says the same."""
        known = self._known.get(row.id)
        return (row, _row(row)) if known is None or known[0] != row else known

    def _show(self, listed: tuple[ListRow, ...]) -> None:
        """Show these rows; where only some were put in or taken out in one place, the others stay."""
        before = self.rows.rows
        begin, end = ends(before, listed)
        gone, come = len(before) - begin - end, len(listed) - begin - end
        if gone and come:
            self.rows.take(listed)
        elif gone or come:
            self.rows.follow(listed, begin, gone, come)

    def minimumSizeHint(self) -> QSize:
        """See Qt; some rows at least."""
        return QSize(super().minimumSizeHint().width(), _LEAST_ROWS * line_height(self.fontMetrics()))

    def retranslate(self) -> None:
        """Say the rows in the current language."""
        self.setAccessibleName(translate(mark("Annotations")))
        self.refresh(Topic.DOCUMENT)

    def _chosen(self) -> None:
        if not self._following:
            chosen = [self.rows.rows[index.row()].key for index in self.selectedIndexes()]
            self._session.select([key for key in chosen if isinstance(key, int)])


@dataclass(frozen=True)
class _Note:
    """What is to be answered of an annotation, tool, size and state; its size is measured when a row is first shown."""

    row: Row

    def __call__(self) -> str:
        lacks = (translate(mark("{count} to answer"), count=self.row.lacks),) if self.row.lacks else ()
        return " · ".join((*lacks, self.row.tool, self.row.size, *_states(self.row)))


@dataclass(frozen=True)
class _Brief:
    """Length, sides or long axis, and the states."""

    row: Row

    def __call__(self) -> str:
        return " · ".join((self.row.size.split(" · ")[0], *_states(self.row)))


def _states(row: Row) -> tuple[str, ...]:
    states = ((row.locked, mark("locked")), (row.hidden, mark("hidden")))
    return tuple(translate(text) for there, text in states if there)


def _row(row: Row) -> ListRow:
    number = f"{translate(mark('note'))} · #{row.id}" if row.annotation.note else f"#{row.id}"
    spoken, sign = f"{row.id}  {row.category}", f"{row.lacks}?" if row.lacks else ""
    line, later, brief = row.annotation.toolname == LINE, _Note(row), _Brief(row)
    return ListRow(row.id, row.colour, row.category, right=number, spoken=spoken, later=later, sign=sign, line=line, brief=brief)
