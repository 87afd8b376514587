"""Export the annotations of the project: a format, a folder, how it is written and split; what would be lost is said before it begins."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.losses import Trait
from annotator.errors import AnnotatorError
from annotator.gui import choosing
from annotator.gui.cover import Cover
from annotator.gui.running import RunLine
from annotator.i18n import Message, mark, message, say, translate
from annotator.present.case_names import said_of
from annotator.workspace.exchange import telling
from annotator.workspace.exchange.export import Wish
from annotator.workspace.exchange.incoming import exportable
from annotator.workspace.exchange.offered import Any, choices_of, chosen_of, lost_by
from annotator.workspace.exchange.splits import parse_shares
from annotator.workspace.exchange.survey import Survey, foretold
from annotator.workspace.exchange.writing import Outcome
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

_BY = {"patient": mark("patient"), "study": mark("study"), "image": mark("image")}
_STRATIFY = {"class": mark("class"), "category": mark("category"), "none": mark("nothing")}
_LABELS = 128
_MOST_SEED = 2**31 - 1
_LONGEST_REASON = 200


class ExportPart(Cover):
    """Formats on the left, what is asked on the right, what came of it below."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Export annotations"))
        self._session, self._root = session, session.project.root
        self.seen: Survey | None = None
        self._offered: dict[str, Any] = {}
        self.formats, self.told = QListWidget(self), QListWidget(self)
        self.formats.setObjectName("export.formats")
        self.formats.setFixedWidth(256)
        self.formats.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.formats.currentRowChanged.connect(lambda _row: self._offer_choices())
        self.told.setObjectName("export.told")
        self.told.setWordWrap(True)
        self.holds, self.lost, self._wrong = QLabel(self), QLabel(self), QLabel(self)
        self.holds.setProperty("role", "quiet")
        self._wrong.setProperty("role", "wrong")
        for label in (self.holds, self.lost, self._wrong):
            label.setWordWrap(True)
        self.folder, self._browse = QLineEdit(self), QPushButton(self)
        self.folder.setObjectName("export.folder")
        self.folder.returnPressed.connect(self.export, Qt.ConnectionType.QueuedConnection)
        self._browse.setAutoDefault(True)
        self._browse.clicked.connect(self._choose)
        self.choices: dict[str, QComboBox] = {}
        self.split, self.by, self.stratify, self.seed = QLineEdit(self), QComboBox(self), QComboBox(self), QSpinBox(self)
        self.split.setObjectName("export.split")
        self.split.returnPressed.connect(self.export, Qt.ConnectionType.QueuedConnection)
        self.split.textChanged.connect(lambda _text: self._sync())
        self.by.setObjectName("export.by")
        self.stratify.setObjectName("export.stratify")
        self.seed.setObjectName("export.seed")
        self.seed.setRange(0, _MOST_SEED)
        self.reason = QLineEdit(self)
        self.reason.setObjectName("export.reason")
        self.reason.setMaxLength(_LONGEST_REASON)
        self.reason.returnPressed.connect(self.export, Qt.ConnectionType.QueuedConnection)
        # Enter is answered when it is over: Cancel gets the keyboard then, and must not hear the same key
        self.running = RunLine("export", self)
        self._lay_out()
        self._begin = self.button("main")
        self._begin.setObjectName("export.begin")
        self._begin.clicked.connect(self.export)
        self.formats.itemActivated.connect(lambda _item: self.folder.setFocus())
        self.setFocusProxy(self.formats)

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._labels = [QLabel(self) for _ in range(6)]
        line = QHBoxLayout()
        line.addWidget(self.folder, 1)
        line.addWidget(self._browse)
        self._grid.addWidget(self._labels[0], 0, 0)
        self._grid.addLayout(line, 0, 1)
        self._more = QWidget(self)
        self._rows = QGridLayout(self._more)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setVerticalSpacing(8)
        self._rows.setHorizontalSpacing(12)
        self._rows.setColumnStretch(1, 1)
        for grid in (self._grid, self._rows):
            grid.setColumnMinimumWidth(0, _LABELS)
        self._grid.addWidget(self._more, 1, 0, 1, 2)
        for row, (label, field) in enumerate(zip(self._labels[1:], self._fields()[1:], strict=True), 2):
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(field, row, 1)
        for label, field in zip(self._labels, self._fields(), strict=True):
            label.setBuddy(field)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.holds)
        right.addLayout(self._grid)
        right.addWidget(self.lost)
        right.addWidget(self._wrong)
        right.addStretch(1)
        right.addWidget(self.told, 2)
        across = QHBoxLayout()
        across.setSpacing(18)
        across.addWidget(self.formats)
        across.addLayout(right, 1)
        self.body.addLayout(across, 1)
        self.body.addWidget(self.running)

    def _fields(self) -> tuple[QWidget, ...]:
        return self.folder, self.split, self.by, self.stratify, self.seed, self.reason

    # what is asked ---------------------------------------------------------------------------------------------------------------

    def refresh(self, topic: Topic) -> None:
        """Look over the project's annotations when it is shown."""
        if self._root != self._session.project.root:
            self._root, self.seen = self._session.project.root, None
            self.told.clear()
            self._list_formats()
        if self.isVisible() and self._session.exchanging is None:
            self.running.follow(self._session.survey_annotations(self._surveyed))
            if self._session.exchanging is None:
                self.running.follow(None)
        self._sync()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        texts = (mark("New folder"), mark("Split"), mark("Kept together"), mark("Balanced by"), mark("Seed"), mark("Reason"))
        for label, field, text in zip(self._labels, self._fields(), texts, strict=True):
            label.setText(translate(text))
            field.setAccessibleName(translate(text))
        self.split.setPlaceholderText("8:1:1")
        self.reason.setPlaceholderText(translate(mark("what for, and for whom: stands in the access log")))
        self.split.setToolTip(translate(mark("train : test : val, for example 8:1:1; empty: no split")))
        for field, words in ((self.by, _BY), (self.stratify, _STRATIFY)):
            _fill(field, words)
        self._browse.setText(translate(mark("Choose…")))
        self._begin.setText(translate(mark("Export")))
        self.formats.setAccessibleName(translate(mark("Format")))
        self.told.setAccessibleName(translate(mark("What came of it")))
        self.running.retranslate()
        self._list_formats()

    def _list_formats(self) -> None:
        chosen = self.format.id if self.format is not None else "coco"
        self.formats.clear()
        self._offered = {one.id: one for one in exportable(self._session.project)}
        for one in self._offered.values():
            item = QListWidgetItem(translate(one.name), self.formats)
            item.setData(Qt.ItemDataRole.UserRole, one.id)
            item.setToolTip(_cannot(one.cannot_hold))
            if one.id == chosen:
                self.formats.setCurrentItem(item)
        if self.formats.currentItem() is None:
            self.formats.setCurrentRow(0)
        self._offer_choices()

    @property
    def format(self) -> Any | None:
        """The chosen format."""
        item = self.formats.currentItem()
        return self._offered[item.data(Qt.ItemDataRole.UserRole)] if item is not None else None

    def _offer_choices(self) -> None:
        """Make a field of each of the format's choices."""
        while (there := self._rows.takeAt(0)) is not None:
            widget = there.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.choices = {}
        before: QWidget = self._browse
        for row, choice in enumerate(choices_of(self.format) if self.format is not None else ()):
            label, field = QLabel(translate(choice.text), self._more), QComboBox(self._more)
            field.setObjectName(f"export.choice.{choice.key}")
            field.setAccessibleName(translate(choice.text))
            for value, words in choice.words:
                field.addItem(translate(words), value)
            field.currentIndexChanged.connect(lambda _place: self._sync())
            label.setBuddy(field)
            label.setWordWrap(True)
            self._rows.addWidget(label, row, 0)
            self._rows.addWidget(field, row, 1)
            self.setTabOrder(before, field)
            self.choices[choice.key], before = field, field
        self.setTabOrder(before, self.split)
        self._more.setVisible(bool(self.choices))
        self._sync()

    def _choose(self) -> None:
        choosing.choose_folder(self, translate(mark("Choose a new or empty folder")), lambda folder: self.folder.setText(str(folder)))

    def _words(self) -> tuple[str, ...]:
        return tuple(f"{key}={field.currentData()}" for key, field in self.choices.items())

    def _sync(self) -> None:
        """Say what the format loses as it is chosen now."""
        used, running = self.format, self._session.exchanging is not None
        self._begin.setEnabled(not running and used is not None)
        for field in (self.by, self.stratify, self.seed):
            field.setEnabled(bool(self.split.text().strip()))
        self.told.setVisible(self.told.count() > 0)
        if used is None:
            return
        chosen = chosen_of(used, self._session.project.project, self._words())
        self.holds.setText(_cannot(lost_by(used, chosen)))
        if self.seen is None:
            self.lost.clear()
            return
        told = message("{images} images with {annotations} annotations", images=self.seen.images, annotations=self.seen.annotations)
        self.lost.setText("\n".join(map(say, (told, *foretold(self.seen, used, chosen)))))

    # what is done ----------------------------------------------------------------------------------------------------------------

    def export(self) -> None:
        """Begin, or say what is missing."""
        used, folder, split = self.format, self.folder.text().strip(), self.split.text().strip()
        if used is None or self._session.exchanging is not None:
            return
        if not folder:
            self._refuse(message("Name the folder first"), self.folder)
            return
        try:
            if split:
                parse_shares(split)
        except AnnotatorError as error:
            self._refuse(error.message, self.split)
            return
        self._wrong.clear()
        self.told.clear()
        wish = Wish(used.id, Path(folder), self._words(), split, self.by.currentData(), self.stratify.currentData(), self.seed.value(),
                    self.reason.text().strip())  # fmt: skip
        run = self._session.export_annotations(wish, self._ended)
        if self._session.exchanging is run:
            self.running.follow(run)
            self.running.stop.setFocus()
        self._sync()

    def _refuse(self, why: Message, field: QLineEdit) -> None:
        self._wrong.setText(say(why))
        field.setFocus()

    def _surveyed(self, found: Survey | AnnotatorError | None) -> None:
        self.running.follow(None)
        self.seen = found if isinstance(found, Survey) else None
        self._wrong.setText(said_of(self._session, found.message) if isinstance(found, AnnotatorError) else "")
        self._sync()

    def _ended(self, outcome: Outcome | AnnotatorError | None) -> None:
        focused = self.running.stop.hasFocus()
        self.running.follow(None)
        if outcome is None:
            sentences: list[Message] = [message("Cancelled: nothing was written")]
        elif isinstance(outcome, AnnotatorError):
            sentences = [outcome.message]
        else:
            sentences = [*telling.written(outcome), *telling.errors(outcome.failures)]
        for sentence in sentences:
            self.told.addItem(said_of(self._session, sentence))
        failed = isinstance(outcome, AnnotatorError) or (outcome is not None and bool(outcome.failures))
        if not self.isVisible():
            self._session.say(sentences[0], Severity.ERROR if failed else Severity.INFO)
        self._sync()
        if focused:
            self.folder.setFocus()


def _fill(field: QComboBox, words: dict[str, str]) -> None:
    chosen = max(field.currentIndex(), 0)
    field.clear()
    for value, text in words.items():
        field.addItem(translate(text), value)
    field.setCurrentIndex(chosen)


def _cannot(traits: tuple[Trait, ...]) -> str:
    if not traits:
        return translate(mark("It holds everything"))
    return translate(mark("It cannot hold: {what}"), what=", ".join(translate(trait.value) for trait in traits))
