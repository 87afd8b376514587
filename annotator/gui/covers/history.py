"""The edits of the open case over a corner of the picture: done ones, the present place, undone ones in grey; one goes there at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import is_
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout

from annotator.domain.history import History
from annotator.gui.keys import KEPT_KEYS
from annotator.gui.panels.long_list import LongList
from annotator.gui.panels.rows import ListRow, RowModel, ends
from annotator.gui.panels.rows_in_sight import RowsInSight
from annotator.gui.part import PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import Message, language, mark, say, translate
from annotator.present.case_names import said_of
from annotator.present.history import GREY, Places, places, step_row
from annotator.workspace.appearing import Colours
from annotator.workspace.catalogue import Series
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

AnyIndex = QModelIndex | QPersistentModelIndex
_SIZE = QSize(330, 420)
_MOVING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)


class HistoryModel(RowModel):
    """The places of a history, the beginning first; a row is worked out when it is seen, there may be thousands."""

    def __init__(self, said: Callable[[Message], str], parent: QObject | None) -> None:
        super().__init__(parent)
        self._said = said
        self.history = History()
        self._where, self._start = Places({}, False), ""
        self._colours: Colours = {}
        self._besides: tuple[object, ...] = ()
        """What the rows say besides the history."""
        self._rows: dict[int, ListRow] = {}
        """The rows that were asked for since the last change, by place: they are asked for several times."""
        self.put(RowsInSight(range(1), self.row))

    def take_history(self, history: History, where: Places, colours: Colours, start: str) -> None:
        """Show a history; only the rows of other edits, and of where one stands in it, are others; `start` says what the beginning is."""
        besides = where, colours, start, language()
        before, alike = self.history, besides == self._besides
        self._besides = besides
        self._rows.clear()
        self.history, self._where, self._colours, self._start = history, where, colours, start
        begin, end = ends(before.steps, history.steps)
        gone, come = len(before.steps) - begin - end, len(history.steps) - begin - end
        self.follow(RowsInSight(range(len(history.steps) + 1), self.row), begin + 1, gone, come)
        first, last = sorted((history.place, before.place)) if alike and (gone, come) == (0, 0) else (0, len(history.steps))
        self.dataChanged.emit(self.index(first), self.index(last))

    def row(self, place: int) -> ListRow:
        """Return the row of a place of the history."""
        found = self._rows.get(place)
        if found is None:
            found = self._rows[place] = self._made(place)
        return found

    def _made(self, place: int) -> ListRow:
        now, undone = place == self.history.place, place > self.history.place
        state = translate(mark("now")) if now else translate(mark("undone")) if undone else ""
        if place == 0:
            text, note, colour = translate(mark("Beginning")), self._start, GREY
        else:
            found = step_row(self.history.steps[place - 1], self._where, self._colours, self._said)
            text, note, colour = found.name, found.note or " ", found.colour
        return ListRow(place, colour, text, note, state, ", ".join(filter(None, (text, note.strip(), state))), faint=undone)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid() and index.row() < len(self.rows):
            row = self.row(index.row())
            return " · ".join(filter(None, (row.text, row.note.strip(), row.right)))
        return super().data(index, role)


class HistoryList(LongList):
    """The list; Enter or a click goes to a place, Esc leaves."""

    wanted = Signal(int)
    left = Signal()

    def __init__(self, look: Theme, said: Callable[[Message], str]) -> None:
        self.places = HistoryModel(said, None)
        super().__init__("history.list", look, None, self.places)
        self.places.setParent(self)
        self.setProperty(KEPT_KEYS, [int(key) for key in (*_MOVING, Qt.Key.Key_Return, Qt.Key.Key_Escape)])
        self.clicked.connect(lambda index: self.wanted.emit(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.wanted.emit(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt; the current place stays in sight."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def stand(self, place: int) -> None:
        """Make a place the current one and bring it into sight."""
        index = self.places.index(place)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)


class HistoryPart(PartWidget):
    """The list under its heading; it follows what is done while it is seen."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__()
        self._session = session
        self._members, self._where = tuple[Series, ...](), places(())
        self.setProperty("role", "float")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title, self.foot, self.list = QLabel(self), QLabel(self), HistoryList(look, partial(said_of, session))
        self.foot.setProperty("role", "quiet")
        self.foot.setWordWrap(True)
        self.list.wanted.connect(self._go)
        self.list.left.connect(self.put_away)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.list, 1)
        column.addWidget(self.foot)
        self.setMaximumWidth(_SIZE.width())

    def sizeHint(self) -> QSize:
        """See Qt."""
        return _SIZE

    def hasHeightForWidth(self) -> bool:
        """See Qt; the list takes what height there is, whatever the line below it needs."""
        return False

    def refresh(self, topic: Topic) -> None:
        """Show the edits of the open case, as long as somebody sees them."""
        if self.isHidden():
            return
        session = self._session
        session.recall()
        members = session.case_series
        if len(members) != len(self._members) or not all(map(is_, members, self._members)):
            self._members, self._where = members, places(members)
        self.list.places.take_history(session.history, self._where, session.colours, say(session.history_begins))
        self.list.stand(session.history.place)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.title.setText(translate(mark("Edits of this case")))
        self.list.setAccessibleName(translate(mark("Edits of this case")))
        self.foot.setText(translate(mark("Click or Enter: go there · Esc: close")))
        self.refresh(Topic.DOCUMENT)

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt; the list takes the keyboard."""
        super().showEvent(event)
        if not event.spontaneous():
            self.list.setFocus()

    def _go(self, place: int) -> None:
        if self.held() or not self._session.go_to_step(place):
            self.list.stand(self._session.history.place)
