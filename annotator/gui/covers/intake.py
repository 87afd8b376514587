"""Take an export into the project: folder and sheet, a table that fills while they are read, what people decide, two names, and the run."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from annotator.domain.picture import Picture
from annotator.errors import AnnotatorError
from annotator.gui import choosing
from annotator.gui.cover import Cover
from annotator.gui.covers.intake_pixels import TextAside
from annotator.gui.covers.intake_table import IntakeTable
from annotator.gui.running import RunLine
from annotator.gui.theme import Theme
from annotator.i18n import Message, mark, message, say, translate
from annotator.present.intake import counted
from annotator.workspace import people
from annotator.workspace.exchanging import Run
from annotator.workspace.intake import deciding, running
from annotator.workspace.intake.proof import Proof
from annotator.workspace.intake.table import NONE, Row, boxes_in
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

_EVERY = 250
"""Milliseconds after which the table shows what was read meanwhile."""
_LABELS = 128
Done = tuple[Proof, Path]


class IntakePart(Cover):
    """What is asked above, the table and an image that may hold text in the middle, who confirms below."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(mark("Intake"))
        self._session, self._root = session, session.project.root
        self.course: running.Course | None = None
        self._reading, self._sampled = False, ""
        self._offered: tuple[str, ...] | None = None
        self.folder, self.sheet, self.clinical = (_field(name, self) for name in ("folder", "sheet", "clinical"))
        self.names, self.pins = (_field("first", self), _field("second", self)), (_field("pin1", self), _field("pin2", self))
        self._browse, self._labels = [QPushButton(self) for _ in range(3)], [QLabel(self) for _ in range(6)]
        self.counts, self.why, self._wrong = QLabel(self), QLabel(self), QLabel(self)
        self.table = IntakeTable({name: theme.colour(name) for name in ("text", "quiet", "warning")}, self)
        self.aside, self.classes = TextAside(theme.colour("warning"), self), QComboBox(self)
        self.running = RunLine("intake", self)
        self._clock = QTimer(self)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.folder)

    def _lay_out(self) -> None:
        above = QGridLayout()
        above.setHorizontalSpacing(12)
        above.setVerticalSpacing(6)
        above.setColumnStretch(1, 1)
        above.setColumnMinimumWidth(0, _LABELS)
        for row, (field, button) in enumerate(zip((self.folder, self.sheet, self.clinical), self._browse, strict=True)):
            button.setAutoDefault(True)
            for column, widget in enumerate((self._labels[row], field, button)):
                above.addWidget(widget, row, column)
            self._labels[row].setBuddy(field)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.table, 1)
        middle.addWidget(self.aside)
        chosen = QHBoxLayout()
        chosen.setSpacing(12)
        self.why.setWordWrap(True)
        self.why.setProperty("role", "quiet")
        self.classes.setMinimumWidth(150)
        self._labels[3].setBuddy(self.classes)
        chosen.addWidget(self.why, 1)
        chosen.addWidget(self._labels[3])
        chosen.addWidget(self.classes)
        signing = QHBoxLayout()
        signing.setSpacing(12)
        for label, name, pin in zip(self._labels[4:], self.names, self.pins, strict=True):
            pin.setEchoMode(QLineEdit.EchoMode.Password)
            pin.setFixedWidth(90)
            label.setBuddy(name)
            for widget in (label, name, pin):
                signing.addWidget(widget)
        self._wrong.setProperty("role", "wrong")
        for label in (self._wrong, self.counts):
            label.setWordWrap(True)
        self.body.addLayout(above)
        self.body.addWidget(self.counts)
        self.body.addLayout(middle, 1)
        self.body.addLayout(chosen)
        self.body.addLayout(signing)
        self.body.addWidget(self._wrong)
        self.body.addWidget(self.running)

    def _connect(self) -> None:
        self._read, self._out, self._in, self._take = self.button(), self.button(), self.button(), self.button("main")
        for name, button, act in (("read", self._read, self.read), ("out", self._out, self.to_excel), ("in", self._in, self.from_excel),
                                  ("take", self._take, self.take)):  # fmt: skip
            button.setObjectName(f"intake.{name}")
            button.clicked.connect(act)
        self.classes.setObjectName("intake.class")
        self._browse[0].clicked.connect(self._choose_folder)
        self._browse[1].clicked.connect(lambda: self._choose_sheet(self.sheet, mark("Choose the mapping sheet")))
        self._browse[2].clicked.connect(lambda: self._choose_sheet(self.clinical, mark("Choose the clinical sheet")))
        # Enter is answered when it is over: Cancel gets the keyboard then, and must not hear the same key
        self.folder.returnPressed.connect(self.read, Qt.ConnectionType.QueuedConnection)
        self.table.toggled.connect(lambda _place: self._decide(deciding.toggle))
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._sync_row())
        self.classes.activated.connect(lambda _place: self._decide(lambda c, row: deciding.classify(c, row, self.classes.currentData())))
        self.aside.decided.connect(lambda boxes: self._decide(lambda c, row: deciding.black_out(c, row, boxes)))
        self._clock.setInterval(_EVERY)
        self._clock.timeout.connect(self._grow)

    def _choose_folder(self) -> None:
        choosing.choose_folder(self, translate(mark("Choose the export")), lambda folder: self.folder.setText(str(folder)))

    def _choose_sheet(self, field: QLineEdit, title: str) -> None:
        patterns = "Excel, CSV (*.xlsx *.xlsm *.csv *.txt)"
        choosing.choose_file(self, translate(title), patterns, lambda file: field.setText(str(file)))

    def refresh(self, topic: Topic) -> None:
        """Forget what belongs to another project."""
        if self._root != self._session.project.root:
            self._root, self.course = self._session.project.root, None
            self.table.series.show(())
            self._wrong.clear()
        with_people = any(not person.gone for person in people.read(self._root))
        for pin in self.pins:
            pin.setVisible(with_people)
        self._sync()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        texts = (mark("Export folder"), mark("Mapping sheet"), mark("Clinical sheet"), mark("Class"), mark("Confirmed by"), mark("and by"))
        fields = (self.folder, self.sheet, self.clinical, self.classes, *self.names)
        for label, field, text in zip(self._labels, fields, texts, strict=True):
            label.setText(translate(text))
            field.setAccessibleName(translate(text))
        self.sheet.setPlaceholderText(translate(mark("optional: hospital numbers and new ids, Excel or CSV")))
        self.clinical.setPlaceholderText(translate(mark("optional: class, sex and age by hospital number or new id, Excel or CSV")))
        for pin in self.pins:
            pin.setPlaceholderText("PIN")
            pin.setAccessibleName("PIN")
        for button in self._browse:
            button.setText(translate(mark("Choose…")))
        texts_of = (mark("Read the export"), mark("To Excel…"), mark("From Excel…"), mark("Take in"))
        for button, text in zip((self._read, self._out, self._in, self._take), texts_of, strict=True):
            button.setText(translate(text))
        self.table.setAccessibleName(translate(mark("Series of the export")))
        self.aside.retranslate()
        self.running.retranslate()
        self.table.series.show(self.table.series.rows)
        self._sync()

    @property
    def row(self) -> Row | None:
        """The chosen series."""
        return self.table.chosen

    # reading ---------------------------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the export; the table fills meanwhile."""
        folder, *sheets = (field.text().strip() for field in (self.folder, self.sheet, self.clinical))
        mapping, clinical = (Path(sheet) if sheet else None for sheet in sheets)
        if self._session.exchanging is not None:
            return
        if not folder:
            self._refuse(message("Name the folder first"))
            self.folder.setFocus()
            return
        try:
            course = running.begin(self._session.project, Path(folder), mapping, clinical=clinical)
        except AnnotatorError as error:
            self._refuse(error.message)
            return
        self._wrong.clear()
        self.foot.clear()
        self.course, self._reading, self._sampled = course, True, ""
        self.table.series.show(())
        run = Run(mark("Reading the headers"))

        def job() -> running.Course:
            running.gather(course, run.report)
            self._reading = False
            run.go_on(mark("Looking for text in the images"))
            running.look_at(course, run.report)
            return course

        self._clock.start()
        self._follow(self._session.beside(run, job, self._was_read))

    def _grow(self) -> None:
        """Show what was read meanwhile."""
        if self._reading and self.course is not None and self.course.rows is not self.table.series.rows:
            self._show()

    def _was_read(self, found: running.Course | AnnotatorError | None) -> None:
        self._clock.stop()
        self._reading = False
        self.running.follow(None)
        if isinstance(found, AnnotatorError):
            self._refuse(found.message)
        elif found is None:
            self.foot.setText(translate(mark("Cancelled: what was read so far is shown")))
        self._show()
        if self.isVisible():
            self.table.setFocus()

    # deciding --------------------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        if self.course is not None:
            self.table.show_rows(self.course.rows)
        self._sync()

    def _decide(self, decision: Callable[[running.Course, Row], None]) -> None:
        """Decide something about the chosen series."""
        if self.course is not None and self.row is not None and self._session.exchanging is None:
            decision(self.course, self.row)
            self._show()

    def _sync(self) -> None:
        """Show how it stands: counts, what can be done, and the chosen series."""
        busy, course = self._session.exchanging is not None, self.course
        counts = running.summary(course.rows) if course is not None else {}
        self.counts.setText(counted(course))
        self._read.setEnabled(not busy)
        for button in (self._out, self._in):
            button.setEnabled(course is not None and not busy)
        self._take.setEnabled(not busy and bool(counts.get("", 0)))
        self._sync_row()

    def _sync_row(self) -> None:
        """Show why the chosen series is left out, its class, and its image where text may be in it."""
        row = self.row
        sentences = [text for text in (row.verdict.reason, *row.facts.odd) if text is not None] if row is not None else []
        self.why.setText(" · ".join(map(say, sentences)))
        self._offer_classes(row)
        self._sample(row)

    def _offer_classes(self, row: Row | None) -> None:
        project, unknown = self._session.project.project, translate(mark("(not known)"))
        if self._offered != (offered := (unknown, *project.classes)):
            self._offered = offered
            self.classes.clear()
            for name in offered:
                self.classes.addItem(name, name if name != unknown else "")
        self.classes.setCurrentIndex(max(self.classes.findData(row.class_folder if row is not None else ""), 0))
        self.classes.setEnabled(row is not None and bool(project.classes))

    def _sample(self, row: Row | None) -> None:
        """Show an image of a series in which text was found, or in which somebody must look for it."""
        wanted = row is not None and (row.burned != NONE or bool(row.found))
        self.aside.setVisible(wanted)
        if row is None or not wanted or self.course is None or row.mark == self._sampled:
            return
        course, self._sampled = self.course, row.mark

        def show(found: Picture | None) -> None:
            if self._sampled == row.mark:
                self.aside.show_picture(found, boxes_in(row.burned) or row.found)

        self._session.aside(lambda: deciding.sample(course, row), show)

    # Excel and the run -----------------------------------------------------------------------------------------------------------

    def to_excel(self) -> None:
        """Write the table where a person wants it."""
        choosing.choose_new_file(self, translate(mark("Write the table")), "intake.xlsx", self._written)

    def _written(self, path: Path) -> None:
        try:
            if self.course is not None:
                deciding.to_excel(self.course, path)
                self.foot.setText(translate(mark("Written: {file}"), file=path))
        except AnnotatorError as error:
            self._refuse(error.message)

    def from_excel(self) -> None:
        """Take over what people changed in the table."""
        choosing.choose_file(self, translate(mark("Choose the table")), "Excel (*.xlsx)", self._came_back)

    def _came_back(self, path: Path) -> None:
        try:
            problems = deciding.from_excel(self.course, path) if self.course is not None else ()
        except AnnotatorError as error:
            self._refuse(error.message)
            return
        self._wrong.setText("\n".join(map(say, problems[:5])))
        self._show()

    def take(self) -> None:
        """Take in what the table says, when two people stand for it."""
        course = self.course
        if course is None or self._session.exchanging is not None:
            return
        try:
            two = deciding.signed(course.project, [name.text() for name in self.names], [pin.text() for pin in self.pins])
        except AnnotatorError as error:
            self._refuse(error.message)
            self.names[0].setFocus()
            return
        self._wrong.clear()
        run = Run(mark("Taking in"))
        self._follow(self._session.beside(run, lambda: running.taken_in(course, two, _now, run.report), self._was_taken))

    def _was_taken(self, done: Done | AnnotatorError | None) -> None:
        self.running.follow(None)
        if isinstance(done, AnnotatorError):
            self._refuse(done.message)
        elif done is not None:
            told, page = done
            said = mark("{written} files written, {there} were there already, {failed} could not be taken; report: {page}")
            sentence = message(said, written=told.written, there=told.there, failed=len(told.failed), page=page)
            self.foot.setText(say(sentence))
            self._wrong.setText("\n".join(f"{whose}: {say(cause)}" for whose, cause in told.failed[:5]))
            if not self.isVisible():
                self._session.say(sentence, Severity.ERROR if told.failed else Severity.INFO)
            if self._session.series is None:
                self._session.reopen()
        self._show()

    def _follow(self, run: Run) -> None:
        if self._session.exchanging is run:
            self.running.follow(run)
            self.running.stop.setFocus()
        self._sync()

    def _refuse(self, why: Message) -> None:
        self._wrong.setText(say(why))


def _now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def _field(name: str, parent: QWidget) -> QLineEdit:
    made = QLineEdit(parent)
    made.setObjectName(f"intake.{name}")
    return made
