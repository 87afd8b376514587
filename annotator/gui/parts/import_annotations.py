"""Import annotations of other programs: choose what to read, see what was found and what not, then take it into the open cases."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QListWidget, QPushButton

from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange
from annotator.gui import choosing
from annotator.gui.actions import ActionSpec
from annotator.gui.cover import Cover
from annotator.gui.part import Part
from annotator.i18n import Message, mark, say, translate
from annotator.workspace.exchange import telling
from annotator.workspace.exchange.offered import formats
from annotator.workspace.exchanging import Found
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


class ImportPart(Cover):
    """Two questions, a preview, and a button that takes it in; nothing changes before that."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Import annotations"))
        self._session = session
        self._found: Found | None = None
        self._said: list[Message] = []
        self._asked = 0
        self.kind, self.source, self.preview = QComboBox(self), QLineEdit(self), QListWidget(self)
        self._labels = (QLabel(self), QLabel(self), QLabel(self))
        self._folder, self._file = QPushButton(self), QPushButton(self)
        self.kind.setObjectName("import.format")
        self.source.setObjectName("import.source")
        self.preview.setObjectName("import.preview")
        self.preview.setWordWrap(True)
        self.preview.setFocusPolicy(self.source.focusPolicy())
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        where = QHBoxLayout()
        for widget, stretch in ((self.source, 1), (self._folder, 0), (self._file, 0)):
            where.addWidget(widget, stretch)
        grid.addWidget(self._labels[0], 0, 0)
        grid.addWidget(self.kind, 0, 1)
        grid.addWidget(self._labels[1], 1, 0)
        grid.addLayout(where, 1, 1)
        for label, field in zip(self._labels, (self.kind, self.source, self.preview), strict=True):
            label.setBuddy(field)
        self.body.addLayout(grid)
        self.body.addWidget(self._labels[2])
        self.body.addWidget(self.preview, 1)
        self.look, self.take = self.button(), self.button("main")
        self.look.setObjectName("import.look")
        self.take.setObjectName("import.take")
        self.look.clicked.connect(self.look_into)
        self.take.clicked.connect(self.take_in)
        self.source.returnPressed.connect(self.look_into)
        self.source.textChanged.connect(lambda _text: self._forget())
        self.kind.currentIndexChanged.connect(lambda _place: self._forget())
        self._folder.clicked.connect(lambda: choosing.choose_folder(self, translate(mark("Choose a folder")), self._chosen))
        self._file.clicked.connect(lambda: choosing.choose_file(self, translate(mark("Choose a file")), "*", self._chosen))
        self.setFocusProxy(self.kind)
        self._sync()

    def refresh(self, topic: Topic) -> None:
        """Forget what was read for another project."""
        if topic is Topic.PROJECT and self._found is not None and self._found.data.project != self._session.project.project:
            self._forget()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        texts = (translate(mark("Format")), translate(mark("Folder or file")), translate(mark("What was found")))
        for label, field, text in zip(self._labels, (self.kind, self.source, self.preview), texts, strict=True):
            label.setText(text)
            field.setAccessibleName(text)
        self._folder.setText(translate(mark("Folder…")))
        self._file.setText(translate(mark("File…")))
        self.look.setText(translate(mark("Look into it")))
        self.take.setText(translate(mark("Import")))
        chosen = self.kind.currentData()
        self.kind.blockSignals(True)
        self.kind.clear()
        for one in formats():
            if isinstance(one, Exchange) and one.read is not None:
                self.kind.addItem(translate(one.name), one.id)
        self.kind.setCurrentIndex(max(self.kind.findData(chosen or "coco"), 0))
        self.kind.blockSignals(False)
        self._fill()

    def look_into(self) -> None:
        """Read what was named, in the background; nothing changes yet."""
        if not self.source.text().strip():
            self._say(Message(mark("Name the folder or file first")))
            return
        self._forget()
        asked = self._asked
        self._say(Message(mark("Reading…")))
        self.look.setEnabled(False)
        self._session.look_into(
            Path(self.source.text().strip()),
            str(self.kind.currentData()),
            lambda found: self._read(found) if asked == self._asked else None,
            lambda error: self._failed(error) if asked == self._asked else None,
        )

    def take_in(self) -> None:
        """Add what was found to the open cases; one edit a case."""
        found = self._found
        if found is not None:
            self._forget()
            self._session.take_in(found)
            self.put_away.emit()

    def _read(self, found: Found) -> None:
        self._found = found
        self._say(*telling.read(found.data, found.findings), *telling.problems(found.data, found.findings))

    def _failed(self, error: AnnotatorError) -> None:
        self._say(error.message)

    def _forget(self) -> None:
        self._found = None
        self._asked += 1
        self._say()

    def _say(self, *sentences: Message) -> None:
        self._said = list(sentences)
        self.look.setEnabled(True)
        self._fill()

    def _fill(self) -> None:
        self.preview.clear()
        self.preview.addItems([say(sentence) for sentence in self._said])
        self._sync()

    def _sync(self) -> None:
        self.take.setEnabled(self._found is not None and bool(self._found.drawn))

    def _chosen(self, place: Path) -> None:
        self.source.setText(str(place))
        self.look_into()


PART = Part(
    id="import_annotations",
    text=mark("Import annotations"),
    build=lambda session, look: ImportPart(session),
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("project.import", mark("Import annotations…"), (), lambda session, desk: desk.show_part("import_annotations")),
                tip=mark("Annotations that other programs made, for the images that are open"),
            ),
        )
    },
)
