"""The history of the open case over the picture: who saved what when and what it changed, with pictures; shown beside, or restored."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QSplitter, QVBoxLayout, QWidget

from annotator.gui.cover import Cover
from annotator.gui.covers.drawn_images import DrawnImages
from annotator.gui.panels.rows import ListRow, RowList
from annotator.gui.theme import Theme
from annotator.i18n import Message, mark, say, translate
from annotator.present.case_names import said_of
from annotator.present.drawn_images import drawn_images
from annotator.present.readings import between_text, change_text, reading_state, reading_text
from annotator.progress import Report
from annotator.workspace.notice import Topic
from annotator.workspace.readings import Listed, SavedReading
from annotator.workspace.session import Session
from annotator.workspace.unfolding import Compared, Unfolding

_SEEN = 30
"""So many rows from the first one in sight are worked out."""
_TITLE = mark("History of this case")
_RESTORING = mark("The case becomes as it was saved there; this can be undone, and nothing saved is replaced")


class ReadingsPart(Cover):
    """The list, read anew each time it is shown, and what is drawn in the chosen reading, or differs between two."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__(_TITLE)
        self._session, self._look = session, look
        self._report = Report()
        self._found = Listed()
        self._unfolding = Unfolding(session.tasks, session.project.root, self._known)
        self._compared: tuple[tuple[str, ...], Compared | Message | None] = ((), None)
        self.list = RowList("readings.list", look, self)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.activated.connect(lambda _index: self._open())
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._chose())
        self.list.verticalScrollBar().valueChanged.connect(lambda _value: self._want())
        self.told, self.images = QLabel(self), DrawnImages(session, look)
        self.told.setObjectName("readings.told")
        self.told.setWordWrap(True)
        self.images.itemActivated.connect(lambda _item: self._go())
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.told)
        column.addWidget(self.images, 1)
        halves = QSplitter(Qt.Orientation.Horizontal, self)
        halves.setChildrenCollapsible(False)
        for half in (self.list, right):
            half.setMinimumWidth(220)
            halves.addWidget(half)
        halves.setSizes([500, 500])
        self.unite, self.beside, self.restore = self.button("main"), self.button("main"), self.button()
        self.unite.setObjectName("readings.unite")
        self.unite.clicked.connect(self._unite)
        self.beside.setObjectName("readings.beside")
        self.restore.setObjectName("readings.restore")
        self.beside.clicked.connect(self._open)
        self.restore.clicked.connect(self._restore)
        self.body.addWidget(halves, 1)
        self.setFocusProxy(self.list)

    def refresh(self, topic: Topic) -> None:
        """Look for the readings when the cover is shown."""
        if topic is not Topic.PROJECT or self.isHidden():
            return
        self._report.cancel()
        report = self._report = Report()
        self._unfolding = Unfolding(self._session.tasks, self._session.project.root, self._known)
        self._compared = ((), None)
        self._take(Listed(complete=False))

        def told(answer: Listed | Message) -> None:
            if report is self._report:
                self._take(Listed(remarks=(answer,)) if isinstance(answer, Message) else answer)

        self._session.look_for_readings(report, told)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.list.setAccessibleName(translate(_TITLE))
        self.list.say_when_empty(translate(mark("Nothing was saved of this case yet")))
        self.images.setAccessibleName(translate(mark("What is drawn")))
        self.beside.setText(translate(mark("Show beside")))
        self.beside.setToolTip(translate(mark("Enter")))
        self.unite.setText(translate(mark("Choose between the versions")))
        self.restore.setText(translate(mark("Restore")))
        self.restore.setToolTip(translate(_RESTORING))
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt; a search that still runs ends."""
        self._report.cancel()
        self._unfolding.want(())
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt; rows that come into sight are worked out."""
        super().resizeEvent(event)
        self._want()

    @property
    def chosen(self) -> tuple[SavedReading, ...]:
        """The chosen readings, at most two, the newest first."""
        rows = sorted(index.row() for index in self.list.selectionModel().selectedRows())
        return tuple(self._found.readings[row] for row in rows if row < len(self._found.readings))[:2]

    def _take(self, found: Listed) -> None:
        self._found = found
        self._unfolding.take(found.readings, complete=found.complete)
        self._show()

    def _show(self) -> None:
        """Put the rows of the list; what is chosen stays chosen, at first it is the newest that the own work does not stand on."""
        before, readings = {reading.digest for reading in self.chosen}, self._found.readings
        rivals = sum(reading.head for reading in readings) > 1
        self.unite.setVisible(rivals and self._session.conflict is None)
        model = self.list.selectionModel()
        model.blockSignals(True)
        self.list.rows.take(tuple(self._row(reading, rivals=rivals) for reading in readings))
        kept = [row for row, reading in enumerate(readings) if reading.digest in before]
        others = [row for row, reading in enumerate(readings) if not self._session.is_open(reading)]
        for row in kept or others[:1] or range(min(1, len(readings))):
            index = self.list.rows.index(row)
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            model.select(index, QItemSelectionModel.SelectionFlag.Select)
        model.blockSignals(False)
        self.foot.setText(self._standing())
        self._chose()
        self._want()

    def _row(self, reading: SavedReading, *, rivals: bool) -> ListRow:
        rivalled = rivals and reading.head
        colour = self._look.colour("warning" if rivalled else "accent" if self._session.is_open(reading) else "quiet")
        state, text = reading_state(self._session, reading, rivals=rivals), reading_text(reading)
        rgb = (colour.red(), colour.green(), colour.blue())
        spoken = ", ".join(filter(None, (text, state)))
        return ListRow(reading.digest, rgb, text, "", state, spoken, later=partial(self._changed, reading))

    def _changed(self, reading: SavedReading) -> str:
        found = self._unfolding.get(reading)
        return "…" if found is None else change_text(self._session, found)

    def _want(self) -> None:
        """Let what the rows in sight changed be worked out."""
        if self.isVisible():
            first = max(self.list.indexAt(self.list.viewport().rect().topLeft()).row(), 0)
            self._unfolding.want(self._found.readings[first : first + _SEEN])

    def _known(self) -> None:
        self.list.viewport().update()

    def _standing(self) -> str:
        if not self._found.complete:
            return translate(mark("Looking for readings…"))
        if self._found.remarks:
            return "\n".join(map(say, self._found.remarks))
        if not self._found.readings:
            return ""
        return translate(mark("Saved: {count}. Ctrl or Shift chooses a second one to compare"), count=len(self._found.readings))

    def _chose(self) -> None:
        """Show what is drawn in the chosen reading, or what differs between two."""
        chosen = self.chosen
        self.beside.setEnabled(bool(chosen))
        self.restore.setEnabled(len(chosen) == 1 and not self._session.is_open(chosen[0]))
        asked = tuple(reading.digest for reading in chosen)
        if self.isHidden() or not self._found.complete or asked == self._compared[0]:
            self._say_compared()
            return
        self._compared = (asked, None)
        self._say_compared()
        if chosen:

            def done(found: Compared | Message) -> None:
                if self._compared[0] == asked:
                    self._compared = (asked, found)
                    self._say_compared()

            self._unfolding.compare(chosen[0], chosen[1] if len(chosen) > 1 else None, done)

    def _say_compared(self) -> None:
        found, chosen = self._compared[1], self.chosen
        if not isinstance(found, Compared):
            self.told.setText("" if found is None else said_of(self._session, found))
            self.images.take(())
            return
        shown, more = drawn_images(self._session, found)
        self.told.setText(between_text(self._session, chosen, found, more))
        if shown != self.images.found:
            self.images.take(shown)

    def _open(self) -> None:
        chosen = self.chosen
        if chosen:
            self.put_away.emit()
            self._session.show_reading(*chosen)

    def _go(self) -> None:
        """Go to the chosen picture, with the reading beside."""
        row = self.images.currentRow()
        if 0 <= row < len(self.images.found) and self.images.found[row].image is not None:
            key = self.images.found[row].key
            self._open()
            self._session.show_image(key)

    def _unite(self) -> None:
        self.put_away.emit()
        self._session.choose_version()

    def _restore(self) -> None:
        chosen = self.chosen
        if len(chosen) == 1:
            self.put_away.emit()
            self._session.restore(chosen[0])
