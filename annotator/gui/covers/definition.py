"""The project's two files, tried live: what is wrong with file, line and key, what a change would touch, and every name that is made."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from annotator.domain.finding import Severity
from annotator.domain.naming import ids_of, room
from annotator.gui.cover import Cover
from annotator.gui.theme import Theme
from annotator.i18n import mark, message, say, translate
from annotator.workspace.definitions import TABLE, TOML
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.trial import Trial, stamp, try_files

_EVERY = 700
"""Milliseconds between two looks at the files."""


class DefinitionPart(Cover):
    """Follows the files while they are edited elsewhere; what is right can be opened at once."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(mark("Check of the definition"))
        self._session, self._theme = session, theme
        self._stamp: tuple[object, ...] = ()
        self.trial = Trial()
        self.said, self.names = _list("definition.said"), _list("definition.names")
        self.said.setColumnCount(2)
        self.said.setWordWrap(True)
        self.names.setColumnCount(3)
        self.names.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.names.header().setStretchLastSection(False)
        for section in (1, 2):
            self.names.header().setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
        self.body.addWidget(self.said, 2)
        self.body.addWidget(self.names, 3)
        self._again = self.button("main")
        self._again.setObjectName("definition.reopen")
        self._again.clicked.connect(self._reopen)
        self._clock = QTimer(self)
        self._clock.setInterval(_EVERY)
        self._clock.timeout.connect(self.look)
        self.setFocusProxy(self.said)

    def refresh(self, topic: Topic) -> None:
        """Try the files of the open project."""
        if self.isVisible():
            self._stamp = ()
            self.look()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.said.setHeaderLabels([translate(mark("Severity")), translate(mark("What was found"))])
        self.names.setHeaderLabels([translate(mark("Kind")), translate(mark("Where")), translate(mark("Name"))])
        self.said.setAccessibleName(translate(mark("What was found")))
        self.names.setAccessibleName(translate(mark("Name")))
        self._again.setText(translate(mark("Open again")))
        self._again.setToolTip(translate(mark("Save, and open the project anew with its files as they are now")))
        self._fill()

    def look(self) -> None:
        """Try the files if they have changed since the last look."""
        root = self._session.project.root
        now = (root, *stamp(root))
        if now != self._stamp:
            self._stamp = now
            self.trial = try_files(root)
            self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt."""
        super().hideEvent(event)
        self._clock.stop()

    def _fill(self) -> None:
        self.said.clear()
        self.names.clear()
        for severity, sentence in self.trial.sentences:
            bad = severity is Severity.ERROR
            item = QTreeWidgetItem(self.said, [translate(mark("error")) if bad else translate(mark("remark")), say(sentence)])
            item.setForeground(0, self._theme.colour("danger" if bad else "warning"))
            item.setToolTip(1, say(sentence))
        if not self.trial.sentences and self.trial.definition is not None:
            item = QTreeWidgetItem(self.said, ["✓", translate(mark("Nothing is wrong with the project's definition"))])
            item.setForeground(0, self._theme.colour("good"))
        if self.trial.definition is not None:
            project = self.trial.definition.project
            for kind, name in ids_of(project).items():
                last = project.id_patterns[kind].format(number=room(project)[kind])
                QTreeWidgetItem(self.names, [translate(mark("ID")), kind, f"{name} … {last}"])
        for example in self.trial.examples:
            place = "  ".join(part for part in (example.modality, example.category) if part)
            QTreeWidgetItem(self.names, [example.kind, place, example.name])
        root = self._session.project.root
        self.foot.setText(say(message("{toml} and {table} in {folder}, as they are on the disk", toml=TOML, table=TABLE, folder=root)))

    def _reopen(self) -> None:
        self._session.reload()


def _list(name: str) -> QTreeWidget:
    made = QTreeWidget()
    made.setObjectName(name)
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(False)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.header().setStretchLastSection(True)
    made.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    return made
