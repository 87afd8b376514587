"""Export the project for other programs: format, folder, the format's choices and a split, then progress that can be stopped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QListWidget, QProgressBar, QPushButton, QSpinBox

from annotator.domain.exchange import Choice
from annotator.errors import AnnotatorError
from annotator.gui import choosing
from annotator.gui.actions import ActionSpec
from annotator.gui.cover import Cover
from annotator.gui.part import Part
from annotator.i18n import Message, mark, say, translate
from annotator.progress import Report
from annotator.workspace.exchange import telling
from annotator.workspace.exchange.export import Wish
from annotator.workspace.exchange.offered import choices_of, format_of, formats
from annotator.workspace.exchange.writing import Outcome
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

SPLITS = ("", "8:1:1", "8:2", "7:2:1", "6:2:2")
_UNITS = {"patient": mark("patient"), "study": mark("study"), "image": mark("image")}
_STRATA = {"class": mark("class"), "category": mark("category"), "none": mark("nothing")}


class ExportPart(Cover):
    """What to write, where to, and how far it is."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Export"))
        self._session = session
        self._report: Report | None = None
        self._said: list[Message] = []
        self.kind, self.folder, self.said, self.bar = QComboBox(self), QLineEdit(self), QListWidget(self), QProgressBar(self)
        self._browse = QPushButton(self)
        self.split, self.by, self.stratify, self.seed = QComboBox(self), QComboBox(self), QComboBox(self), QSpinBox(self)
        named = {"format": self.kind, "folder": self.folder, "said": self.said, "split": self.split, "by": self.by, "seed": self.seed}
        for name, widget in named.items():
            widget.setObjectName(f"export.{name}")
        self.said.setWordWrap(True)
        self.seed.setMaximum(999_999)
        self._choices: dict[str, tuple[Choice, QComboBox]] = {}
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(10)
        where = QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(self._browse)
        self._rows = tuple(QLabel(self) for _ in range(3))
        self._between = tuple(QLabel(self) for _ in range(3))
        self._form.addRow(self._rows[0], self.kind)
        self._form.addRow(self._rows[1], where)
        self._form.addRow(self._rows[2], self.split)
        for label, field in zip(self._between, (self.by, self.stratify, self.seed), strict=True):
            self._form.addRow(label, field)
        for label, buddy in zip(self._rows, (self.kind, self.folder, self.split), strict=True):
            label.setBuddy(buddy)
        self.body.addLayout(self._form)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.said, 1)
        self.stop, self.start = self.button(), self.button("main")
        self.stop.setObjectName("export.stop")
        self.start.setObjectName("export.start")
        self.start.clicked.connect(self.write)
        self.stop.clicked.connect(self.cancel)
        self.folder.returnPressed.connect(self.write)
        self.kind.currentIndexChanged.connect(lambda _place: self._ask_choices())
        self.split.currentIndexChanged.connect(lambda _place: self._sync())
        self._browse.clicked.connect(
            lambda: choosing.choose_folder(self, translate(mark("Choose a folder")), lambda folder: self.folder.setText(str(folder)))
        )
        self.setFocusProxy(self.kind)
        self._sync()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        texts = (translate(mark("Format")), translate(mark("New folder")), translate(mark("Split")))
        for label, field, text in zip(self._rows, (self.kind, self.folder, self.split), texts, strict=True):
            label.setText(text)
            field.setAccessibleName(text)
        between = (translate(mark("Kept together")), translate(mark("Balanced by")), translate(mark("Seed")))
        for label, field, text in zip(self._between, (self.by, self.stratify, self.seed), between, strict=True):
            label.setText(text)
            label.setBuddy(field)
            field.setAccessibleName(text)
        self._browse.setText(translate(mark("Choose…")))
        self.start.setText(translate(mark("Write")))
        self.stop.setText(translate(mark("Stop")))
        self.foot.setText(
            translate(mark("What is saved in the project goes into a new folder, with a reading kit; the project stays as it is"))
        )
        self.said.setAccessibleName(translate(mark("What was written")))
        _fill(self.kind, [(translate(one.name), one.id) for one in formats()], "coco")
        _fill(self.split, [(translate(mark("none")) if not name else f"{name}  (train : test : val)", name) for name in SPLITS], "")
        _fill(self.by, [(translate(text), key) for key, text in _UNITS.items()], "patient")
        _fill(self.stratify, [(translate(text), key) for key, text in _STRATA.items()], "class")
        self._ask_choices()
        self._show()

    def write(self) -> None:
        """Begin to write in the background."""
        if self._report is not None:
            return
        if not self.folder.text().strip():
            self._say(Message(mark("Name the folder first")))
            return
        choices = tuple(f"{key}={box.currentData()}" for key, (_, box) in self._choices.items())
        wish = Wish(str(self.kind.currentData()), Path(self.folder.text().strip()), choices, str(self.split.currentData() or ""),
                    str(self.by.currentData()), str(self.stratify.currentData()), self.seed.value())
        self._say(Message(mark("Writing…")))
        self._report = self._session.export_to(wish, self._watch, self._written, self._failed)
        self._sync()

    def cancel(self) -> None:
        """Stop at the next whole file."""
        if self._report is not None:
            self._report.cancel()

    def _watch(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _written(self, outcome: Outcome) -> None:
        self._report = None
        self._say(*telling.written(outcome), *telling.errors(outcome.failures))

    def _failed(self, error: AnnotatorError) -> None:
        self._report = None
        self._say(error.message)

    def _say(self, *sentences: Message) -> None:
        self._said = list(sentences)
        self._show()

    def _show(self) -> None:
        self.said.clear()
        self.said.addItems([say(sentence) for sentence in self._said])
        self._sync()

    def _sync(self) -> None:
        writing, split = self._report is not None, bool(self.split.currentData())
        self.bar.setVisible(writing)
        self.stop.setEnabled(writing)
        self.start.setEnabled(not writing)
        for field in (self.by, self.stratify, self.seed):
            self._form.setRowVisible(field, split)

    def _ask_choices(self) -> None:
        """A row for each of the format's choices, made from it."""
        there = {key: str(box.currentData()) for key, (_, box) in self._choices.items()}
        for _ in self._choices:
            self._form.removeRow(len(self._rows) - 1)
        self._choices = {}
        for place, choice in enumerate(choices_of(format_of(str(self.kind.currentData())))):
            box = QComboBox(self)
            box.setObjectName(f"export.with.{choice.key}")
            box.setAccessibleName(translate(choice.text))
            _fill(box, [(value, value) for value in choice.values], there.get(choice.key, choice.values[0]))
            self._form.insertRow(len(self._rows) - 1 + place, translate(choice.text), box)
            self._choices[choice.key] = choice, box


def _fill(box: QComboBox, entries: list[tuple[str, str]], usual: str) -> None:
    """Fill a box anew and keep what was chosen, else the usual entry."""
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    for text, key in entries:
        box.addItem(text, key)
    box.setCurrentIndex(max(box.findData(usual if chosen is None else chosen), 0))
    box.blockSignals(False)


PART = Part(
    id="export_annotations",
    text=mark("Export"),
    build=lambda session, look: ExportPart(session),
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("project.export", mark("Export…"), (), lambda session, desk: desk.show_part("export_annotations")),
                tip=mark("Write the saved annotations for other programs, with a reading kit"),
            ),
        )
    },
)
