"""The access log over the picture: the newest rows, and all of them as an Excel workbook."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from annotator.errors import system_cause
from annotator.gui.choosing import choose_new_file
from annotator.gui.cover import Cover
from annotator.i18n import mark, message, say, translate
from annotator.workspace import access, durable
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

_SHOWN = 1000
_REASON = 7


class AccessPart(Cover):
    """The list, read anew each time it is shown."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Access log"))
        self._session = session
        self.list = QTreeWidget(self)
        self.list.setObjectName("access.list")
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setColumnCount(len(access.HEADINGS))
        header = self.list.header()
        header.setStretchLastSection(False)
        for column in range(len(access.HEADINGS)):
            wide = column == _REASON
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.ResizeToContents)
        self.save = self.button("main")
        self.save.setObjectName("access.save")
        self.save.clicked.connect(self._choose)
        self.body.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def refresh(self, topic: Topic) -> None:
        """Read the log when the cover is shown."""
        if topic is not Topic.PROJECT or self.isHidden():
            return
        root = self._session.project.root
        self.list.clear()
        self.foot.setText(translate(mark("Reading")))
        self._session.tasks.run(lambda: access.cells(root), self._show, self._failed)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.list.setAccessibleName(translate(mark("Access log")))
        self.list.setHeaderLabels([translate(heading) for heading in access.HEADINGS])
        self.save.setText(translate(mark("Save as Excel…")))

    def write(self, path: Path) -> None:
        """Write the workbook beside the window, and say where it stands."""
        root = self._session.project.root

        def ended(done: None) -> None:
            self._session.say(message("The access log stands in {path}", path=path))

        self._session.tasks.run(lambda: durable.write(path, access.table(root)), ended, self._failed)

    def _choose(self) -> None:
        choose_new_file(self, translate(mark("Save the access log")), "access.xlsx", self.write)

    def _show(self, rows: list[tuple[str, ...]]) -> None:
        self.list.clear()
        for cells in rows[:_SHOWN]:
            self.list.addTopLevelItem(QTreeWidgetItem([cells[0].replace("T", " ")[:19], *cells[1:]]))
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)
        shown, count = min(len(rows), _SHOWN), len(rows)
        told = mark("{shown} of {count} rows, the newest first") if rows else mark("Nothing was opened or exported yet")
        self.foot.setText(translate(told, shown=shown, count=count))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        sentence = message("The access log could not be read or written: {reason}", reason=system_cause(error))
        self.foot.setText(say(sentence))
        self._session.say(sentence, Severity.ERROR)
