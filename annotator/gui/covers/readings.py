"""The readings of the open case over the picture: by date and author, with what is annotated; Enter shows one beside the own."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from annotator.gui.cover import Cover
from annotator.i18n import Message, mark, say, translate
from annotator.present.readings import reading_cells
from annotator.progress import Report
from annotator.workspace.notice import Topic
from annotator.workspace.readings import Listed
from annotator.workspace.session import Session

_COUNTS, _STATE = 2, 3


class ReadingsPart(Cover):
    """The list, read anew each time it is shown."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Readings of this case"))
        self._session = session
        self._report = Report()
        self._found = Listed()
        self.list = QTreeWidget(self)
        self.list.setObjectName("readings.list")
        self.list.setRootIsDecorated(False)
        self.list.setAllColumnsShowFocus(True)
        self.list.setUniformRowHeights(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setColumnCount(_STATE + 1)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        for column in range(_STATE + 1):
            stretches = column == _COUNTS
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.ResizeToContents)
        self.list.itemActivated.connect(lambda _item: self._open())
        self.beside = self.button("main")
        self.beside.setObjectName("readings.beside")
        self.beside.clicked.connect(self._open)
        self.body.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def refresh(self, topic: Topic) -> None:
        """Look for the readings when the cover is shown."""
        if topic is not Topic.PROJECT or self.isHidden():
            return
        self._report.cancel()
        report = self._report = Report()
        self._take(Listed(complete=False))

        def told(answer: Listed | Message) -> None:
            if report is self._report:
                self._take(Listed(remarks=(answer,)) if isinstance(answer, Message) else answer)

        self._session.look_for_readings(report, told)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.list.setAccessibleName(translate(mark("Readings of this case")))
        self.list.setHeaderLabels([translate(mark("Saved at")), translate(mark("By")), translate(mark("Annotations")), ""])
        self.beside.setText(translate(mark("Show beside")))
        self.beside.setToolTip(translate(mark("Enter")))
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt; a search that still runs ends."""
        self._report.cancel()
        super().hideEvent(event)

    def _take(self, found: Listed) -> None:
        self._found = found
        self._show()

    def _show(self) -> None:
        before, readings = self.list.currentIndex().row(), self._found.readings
        self.list.clear()
        rivals = sum(reading.head for reading in readings) > 1
        for reading in readings:
            cells = reading_cells(self._session, reading, rivals=rivals)
            item = QTreeWidgetItem(self.list, list(cells))
            item.setToolTip(_COUNTS, cells[_COUNTS])
        others = [row for row, reading in enumerate(readings) if not self._session.is_open(reading)]
        chosen = self.list.topLevelItem(before if before >= 0 else others[0] if others else 0)
        if chosen is not None:
            self.list.setCurrentItem(chosen)
        self.beside.setEnabled(bool(readings))
        self.foot.setText(self._standing())

    def _standing(self) -> str:
        if not self._found.complete:
            return translate(mark("Looking for readings…"))
        if self._found.remarks:
            return "\n".join(map(say, self._found.remarks))
        if not self._found.readings:
            return translate(mark("Nothing was saved of this case yet"))
        return translate(mark("Readings: {count}"), count=len(self._found.readings))

    def _open(self) -> None:
        row = self.list.currentIndex().row()
        if 0 <= row < len(self._found.readings):
            reading = self._found.readings[row]
            self.put_away.emit()
            self._session.show_reading(reading)
