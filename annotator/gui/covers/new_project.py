"""Make a new project from the window: a copy of a bundled definition, or of another project's, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton

from annotator.errors import AnnotatorError
from annotator.gui import choosing
from annotator.gui.cover import Cover
from annotator.i18n import language, mark, message, say, translate
from annotator.paths import resources_folder
from annotator.workspace import definitions
from annotator.workspace.notice import Topic
from annotator.workspace.projects import bundled, create
from annotator.workspace.session import Session


class NewProjectPart(Cover):
    """Two questions: what to copy, and where to."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("New project"))
        self._session = session
        self._labels = (QLabel(self), QLabel(self), QLabel(self))
        self.kind, self.source, self.folder = QComboBox(self), QLineEdit(self), QLineEdit(self)
        self._browse = (QPushButton(self), QPushButton(self))
        self.kind.setObjectName("new_project.kind")
        self.source.setObjectName("new_project.source")
        self.folder.setObjectName("new_project.folder")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        rows = ((self.kind, None), (self.source, self._browse[0]), (self.folder, self._browse[1]))
        for row, (label, (field, button)) in enumerate(zip(self._labels, rows, strict=True)):
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            line = QHBoxLayout()
            line.addWidget(field, 1)
            if button is not None:
                line.addWidget(button)
            grid.addLayout(line, row, 1)
        self._wrong = QLabel(self)
        self._wrong.setProperty("role", "wrong")
        self._wrong.setWordWrap(True)
        self.body.addLayout(grid)
        self.body.addWidget(self._wrong)
        self.body.addStretch(1)
        self._make = self.button("main")
        self._make.setObjectName("new_project.make")
        self._make.clicked.connect(self.make)
        self.folder.returnPressed.connect(self.make)
        self.kind.currentIndexChanged.connect(lambda _place: self._sync())
        for button, field in zip(self._browse, (self.source, self.folder), strict=True):
            button.clicked.connect(lambda _checked=False, target=field: self._choose(target))
        self.setFocusProxy(self.kind)

    def refresh(self, topic: Topic) -> None:
        """Nothing here depends on what is open."""

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        texts = (translate(mark("Copy of")), translate(mark("Project to copy")), translate(mark("New folder")))
        for label, field, text in zip(self._labels, (self.kind, self.source, self.folder), texts, strict=True):
            label.setText(text)
            field.setAccessibleName(text)
        for button in self._browse:
            button.setText(translate(mark("Choose…")))
        self._make.setText(translate(mark("Make the project")))
        chosen = self.kind.currentData()
        self.kind.clear()
        for name in bundled():
            project = definitions.read(resources_folder() / "projects" / name).project
            self.kind.addItem(project.name_en if language() == "en" else project.name, name)
        self.kind.addItem(translate(mark("Another project's folder")), "")
        self.kind.setCurrentIndex(max(self.kind.findData(chosen if chosen is not None else "lung-cancer"), 0))
        self.foot.setText(translate(mark("Its categories and its rules are two files, project.toml and categories.csv, to be edited")))
        self._sync()

    def make(self) -> None:
        """Make the project and open it, or say why that cannot be."""
        named = self.kind.currentData() or self.source.text().strip()
        folder = self.folder.text().strip()
        if not named or not folder:
            self._wrong.setText(translate(mark("Name the folder first")))
            return
        try:
            made = create(named, Path(folder))
            self._session.open_project(made.root)
        except AnnotatorError as error:
            self._wrong.setText(say(error.message))
            return
        self._wrong.clear()
        self._session.say(message("Project made in {folder}", folder=made.root))
        self.put_away.emit()

    def _sync(self) -> None:
        other = not self.kind.currentData()
        for widget in (self._labels[1], self.source, self._browse[0]):
            widget.setVisible(other)

    def _choose(self, field: QLineEdit) -> None:
        choosing.choose_folder(self, translate(mark("Choose a folder")), lambda folder: field.setText(str(folder)))
