"""The report over the picture: every file of it is there to be read, word for word, and nothing is saved before that."""

from __future__ import annotations

import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPlainTextEdit

from annotator.errors import system_cause
from annotator.gui.choosing import choose_new_file
from annotator.gui.cover import Cover
from annotator.i18n import mark, message, translate
from annotator.present.report import contents, packed
from annotator.workspace import durable
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

_ALL = mark("This is all it holds: no patient, no image, no name of a file or folder. It is saved where you choose and sent nowhere.")
_WIDTH = 150


class ReportPart(Cover):
    """A list of the files at the left, the text of the chosen one at the right."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Report a problem"))
        self._session = session
        self._files: dict[str, str] = {}
        self.list, self.text = QListWidget(self), QPlainTextEdit(self)
        self.list.setObjectName("report.list")
        self.list.setFixedWidth(_WIDTH)
        self.list.currentTextChanged.connect(lambda name: self.text.setPlainText(self._files.get(name, "")))
        self.text.setObjectName("report.text")
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse)
        self.save = self.button("main")
        self.save.setObjectName("report.save")
        self.save.clicked.connect(self._choose)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.list)
        row.addWidget(self.text, 1)
        self.body.addLayout(row, 1)
        self.setFocusProxy(self.list)

    def refresh(self, topic: Topic) -> None:
        """Gather everything anew when the cover is shown; what is seen is what will be saved."""
        if topic is not Topic.PROJECT or self.isHidden():
            return
        self._files = contents(self._session, datetime.datetime.now().astimezone().isoformat(timespec="seconds"))
        self.list.clear()
        self.list.addItems(list(self._files))
        self.list.setCurrentRow(0)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.list.setAccessibleName(translate(mark("Files of the report")))
        self.text.setAccessibleName(translate(mark("What the file holds")))
        self.save.setText(translate(mark("Save…")))
        self.foot.setText(translate(_ALL))

    def _choose(self) -> None:
        name = f"annotator-report-{datetime.datetime.now():%Y%m%d-%H%M}.zip"
        choose_new_file(self, translate(mark("Save the report")), name, self.write)

    def write(self, path: Path) -> None:
        """Save what is shown."""
        try:
            durable.write(path, packed(self._files))
        except OSError as error:
            self._session.say(message("The report could not be saved: {reason}", reason=system_cause(error)), Severity.ERROR)
            return
        self._session.say(message("The report stands in {path}", path=path))
