"""Import annotations for the open images: read, looked at before anything changes, then taken over case by case, each as one edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from annotator.domain.arrival import Fate
from annotator.domain.blindness import veiled_message
from annotator.domain.category import Category
from annotator.domain.project import Project
from annotator.errors import AnnotatorError
from annotator.gui import choosing
from annotator.gui.cover import Cover
from annotator.gui.label_choices import LabelChoices, LabelRow
from annotator.gui.running import RunLine
from annotator.i18n import Message, language, mark, message, say, translate
from annotator.present.case_names import said_of
from annotator.workspace.exchange import telling
from annotator.workspace.exchange.incoming import Incoming, importable
from annotator.workspace.exchange.meanings import Said
from annotator.workspace.exchanging import Run, Taken
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

_MOST = 5000


class ImportPart(Cover):
    """What to read, what it is, and Apply."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Import annotations"))
        self._session, self._root = session, session.project.root
        self.seen: Incoming | None = None
        self.format, self.place = QComboBox(self), QLineEdit(self)
        self.format.setObjectName("import.format")
        self.place.setObjectName("import.place")
        self.place.returnPressed.connect(self.read, Qt.ConnectionType.QueuedConnection)
        self._label, self._of = QLabel(self), QLabel(self)
        self._label.setBuddy(self.format)
        self._of.setBuddy(self.place)
        self._file, self._folder, self._read = QPushButton(self), QPushButton(self), QPushButton(self)
        for button, name, verb in (
            (self._file, "import.file", self._choose_file),
            (self._folder, "import.folder", self._choose_folder),
            (self._read, "import.read", self.read),
        ):
            button.setObjectName(name)
            button.setAutoDefault(True)
            button.clicked.connect(verb)
        self.found, self.table, self.told = QLabel(self), _table(), QListWidget(self)
        self.found.setObjectName("import.found")
        self.found.setWordWrap(True)
        self.told.setObjectName("import.told")
        self.told.setWordWrap(True)
        self.labels, self.keep = LabelChoices(self), QCheckBox(self)
        self.labels.chosen.connect(self._mean)
        self.keep.setObjectName("import.keep")
        self._wanted: dict[Said, str] = {}
        # Enter is answered when it is over: Cancel gets the keyboard then, and must not hear the same key
        self.running = RunLine("import", self)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self._label)
        first.addWidget(self.format, 1)
        for widget, stretch in ((self._of, 0), (self.place, 1), (self._file, 0), (self._folder, 0), (self._read, 0)):
            second.addWidget(widget, stretch)
        self.body.addLayout(first)
        self.body.addLayout(second)
        self.body.addWidget(self.found)
        self.body.addWidget(self.labels)
        self.body.addWidget(self.keep)
        self.body.addWidget(self.table, 3)
        self.body.addWidget(self.told, 2)
        self.body.addStretch(0)
        self.body.addWidget(self.running)
        self._apply = self.button("main")
        self._apply.setObjectName("import.apply")
        self._apply.clicked.connect(self.apply)
        self.setFocusProxy(self.format)

    def refresh(self, topic: Topic) -> None:
        """Forget what was read for another project."""
        if self._root != self._session.project.root:
            self._root = self._session.project.root
            self._list_formats()
            self._forget()
        self._sync()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self._label.setText(translate(mark("Format")))
        self._of.setText(translate(mark("File or folder")))
        self.format.setAccessibleName(translate(mark("Format")))
        self.place.setAccessibleName(translate(mark("File or folder")))
        self._file.setText(translate(mark("File…")))
        self._folder.setText(translate(mark("Folder…")))
        self._read.setText(translate(mark("Read")))
        self._apply.setText(translate(mark("Apply")))
        texts = (mark("Series"), mark("Image"), mark("File"), mark("Annotations"), mark("Categories"))
        self.table.setHeaderLabels([translate(text) for text in texts])
        self.table.setAccessibleName(translate(mark("Annotations of each image")))
        self.told.setAccessibleName(translate(mark("What came of it")))
        self.keep.setText(translate(mark("Keep these choices for the project's next imports")))
        self.running.retranslate()
        self._list_formats()
        self._show()

    def read(self) -> None:
        """Read what the line names; nothing is changed."""
        named = self.place.text().strip()
        if self._session.exchanging is not None:
            return
        self._forget()
        if not named:
            self._tell([message("Name the file or folder first")])
            self.place.setFocus()
            return
        self._follow(self._session.read_annotations(self.format.currentData(), Path(named), self._have_read))

    def apply(self) -> None:
        """Take over what is shown."""
        if self.seen is not None and self.seen.count and self._session.exchanging is None:
            self._follow(self._session.take_annotations(self.seen, self._taken, keep=self.keep.isChecked()))

    def _follow(self, run: Run) -> None:
        if self._session.exchanging is run:
            self.running.follow(run)
            self.running.stop.setFocus()
        self._sync()

    def _mean(self, said: Said, category: str) -> None:
        """Take a label as a category; what is chosen while that is looked at is looked at next."""
        self._wanted[said] = category
        self._understand()

    def _understand(self) -> None:
        seen = self.seen
        if seen is None or self._session.exchanging is not None or {**seen.meanings, **self._wanted} == seen.meanings:
            return

        def understood(found: Incoming | AnnotatorError | None) -> None:
            if self.seen is not seen:
                return
            if isinstance(found, Incoming):
                self.seen = found
                self._show()
                self._understand()
            else:
                self._wanted = {}
                self._show()
                self._tell([found.message] if found is not None else [])

        self._session.understand_annotations(seen, {**seen.meanings, **self._wanted}, understood)
        self._sync()

    def _have_read(self, found: Incoming | AnnotatorError | None) -> None:
        focused = self.running.stop.hasFocus()
        self.running.follow(None)
        if isinstance(found, Incoming):
            self.seen, self._wanted = found, {}
            self._show()
        else:
            self._tell([found.message if found is not None else message("Cancelled: nothing was changed")])
        self._sync()
        if focused:
            self._next().setFocus()

    def _next(self) -> QWidget:
        """What a person looks at after reading: a label that means nothing yet, else Apply."""
        seen = self.seen
        left = [said for said, key in seen.findings.taken.items() if not key and said not in seen.meanings] if seen is not None else []
        unclear = next((field for said, field in self.labels.fields.items() if said in left), None)
        if unclear is not None:
            self.labels.ensureWidgetVisible(unclear)
        return unclear or (self._apply if self._apply.isEnabled() else self.place)

    def _taken(self, taken: Taken | AnnotatorError | None) -> None:
        self.running.follow(None)
        if not isinstance(taken, Taken):
            self._tell([taken.message if taken is not None else message("Cancelled: nothing was changed")])
            self._sync()
            return
        sentences = list(_sentences(taken))
        shown = self.isVisible()
        self._forget()
        self._tell(sentences)
        self._sync()
        severity = Severity.WARNING if taken.left else Severity.INFO
        self._session.say(sentences[0], severity, undo=taken.fates[Fate.NEW] > 0 and taken.cases == 1)
        if shown and not taken.left and not taken.cancelled and set(taken.fates) <= {Fate.NEW}:
            self.put_away.emit()
        elif shown:
            self.place.setFocus()

    # what is shown ---------------------------------------------------------------------------------------------------------------

    def _list_formats(self) -> None:
        chosen = self.format.currentData() or "coco"
        self.format.clear()
        for one in importable(self._session.project):
            self.format.addItem(translate(one.name), one.id)
        self.format.setCurrentIndex(max(self.format.findData(chosen), 0))

    def _forget(self) -> None:
        self.seen = None
        self.told.clear()
        self._show()

    def _show(self) -> None:
        seen = self.seen
        self.table.clear()
        if seen is None:
            self.found.setText(translate(mark("What is read is shown here before anything changes")))
        else:
            self.found.setText("  ·  ".join(self._say(sentence) for sentence in telling.read(seen.data, seen.findings)))
            self.table.addTopLevelItems(list(self._rows(seen)))
            self._tell(list(telling.problems(seen.data, seen.findings)))
        self.labels.show_labels(list(_labels(seen, self._session.project.project)) if seen is not None else [])
        self._sync()

    def _rows(self, seen: Incoming) -> Iterator[QTreeWidgetItem]:
        categories = {c.key: _name(c) for c in self._session.project.project.categories}
        shown = 0
        for series in (one for members in seen.cases.values() for one in members):
            for place, image in enumerate(series.images, 1):
                drawn = seen.drawn.get(image.key)
                if not drawn or shown >= _MOST:
                    continue
                shown += 1
                counts = Counter(categories[annotation.category] for annotation in drawn)
                said = ", ".join(f"{name} {count}" if count > 1 else name for name, count in counts.items())
                where = f"{place} / {len(series.images)}"
                yield QTreeWidgetItem([series.description or series.modality, where, Path(image.path).name, str(len(drawn)), said])

    def _tell(self, sentences: list[Message]) -> None:
        self.told.clear()
        self.told.addItems([self._say(sentence) for sentence in sentences])
        self._sync()

    def _say(self, sentence: Message) -> str:
        return said_of(self._session, veiled_message(sentence, self._session.project.project))

    def _sync(self) -> None:
        free = self._session.exchanging is None
        self._apply.setEnabled(free and self.seen is not None and self.seen.count > 0)
        self._read.setEnabled(free)
        self.table.setVisible(self.seen is not None and self.seen.count > 0)
        self.told.setVisible(self.told.count() > 0)
        self.labels.setVisible(bool(self.labels.fields))
        self.keep.setVisible(bool(self.labels.fields))
        self.keep.setEnabled(self.seen is not None and bool(self.seen.meanings) and not self._session.project.read_only)
        cases = len(self.seen.cases) if self.seen is not None else 0
        told = message("Apply makes one edit of each of {count} cases; nothing that is there is overwritten", count=cases)
        self.foot.setText(say(told) if cases else "")

    def _choose_file(self) -> None:
        choosing.choose_file(self, translate(mark("Choose a file with annotations")), "", self._chosen)

    def _choose_folder(self) -> None:
        choosing.choose_folder(self, translate(mark("Choose a folder with annotations")), self._chosen)

    def _chosen(self, place: Path) -> None:
        self.place.setText(str(place))
        self.read()


def _labels(seen: Incoming, project: Project) -> Iterator[LabelRow]:
    """The labels of a source: the most frequent first."""
    taken, categories = seen.findings.taken, {modality.code: project.categories_of(modality) for modality in project.modalities}
    for said, count in sorted(seen.findings.labels.items(), key=lambda entry: (-entry[1], entry[0])):
        yield LabelRow(said, count, [(category.key, _name(category)) for category in categories[said.modality]], taken.get(said, ""))


def _name(category: Category) -> str:
    return category.name_en if language() == "en" and category.name_en else category.name


def _sentences(taken: Taken) -> Iterator[Message]:
    yield message("Imported: {count} annotations on {images} images of {cases} cases", count=taken.fates[Fate.NEW], images=taken.images,
                  cases=taken.cases)  # fmt: skip
    if taken.cancelled:
        yield message("Cancelled: the other cases were not changed")
    for fate, number in taken.fates.items():
        if fate is not Fate.NEW and number:
            yield Message(fate.value, (("count", number),))
    yield from taken.left
    if taken.cases > 1:
        yield message("Undo takes it back case by case")


def _table() -> QTreeWidget:
    made = QTreeWidget()
    made.setObjectName("import.table")
    made.setColumnCount(5)
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.headerItem().setTextAlignment(3, Qt.AlignmentFlag.AlignLeft)
    for section in range(4):
        made.header().setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
    return made
