"""Exchange packs over the picture: make one for a person, bring one back; how far it is, what is absent, conflicts one by one."""

from __future__ import annotations

import datetime
import time
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QTreeWidget
from PySide6.QtWidgets import QTreeWidgetItem as Row

from annotator.domain.person import NAMES, Role, known
from annotator.gui import choosing
from annotator.gui.cover import Cover
from annotator.i18n import Message, mark, translate
from annotator.paths import safe_name
from annotator.present.case_names import case_title, said_of
from annotator.present.dashboard import manages
from annotator.present.progress import spoken
from annotator.progress import Report
from annotator.workspace.notice import Topic
from annotator.workspace.packing import GIVEN, WAITING, Wish
from annotator.workspace.packs.making import Made
from annotator.workspace.packs.merging import Merged
from annotator.workspace.session import Session

_COUNTED = mark("{cases} cases changed: {revisions} revisions, {readings} revisions of readings, {steps} steps, "
                "{findings} findings of studies; {agreed} cases agreed")  # fmt: skip
_MOST = 1_000
_ROLES = (Role.SPECIALIST, Role.ANNOTATOR, Role.REVIEWER, Role.ADJUDICATOR)
"""As what somebody works in a pack."""


class PacksPart(Cover):
    """Above what makes a pack, below what brings one back, and a list of what needs somebody."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Exchange packs"))
        self._session, self._report, self._begun = session, Report(), 0.0
        self.name, self.role, self.which = (QComboBox(self) for _ in range(3))
        self.who, self.folder, self.pack = (QLineEdit(self) for _ in range(3))
        named = {"name": self.name, "role": self.role, "which": self.which, "who": self.who, "folder": self.folder, "pack": self.pack}
        for name, field in named.items():
            field.setObjectName(f"packs.{name}")
        for combo in (self.name, self.role, self.which):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._browse, self._labels = (QPushButton(self), QPushButton(self)), tuple(QLabel(self) for _ in range(3))
        self.make, self.merge, self.stop = QPushButton(self), QPushButton(self), self.button()
        for button, name in ((self.make, "make"), (self.merge, "merge"), (self.stop, "stop")):
            button.setObjectName(f"packs.{name}")
            button.setAutoDefault(True)
        self.body.addLayout(self._fields())
        self.progress = QProgressBar(self)
        self.progress.setObjectName("packs.progress")
        self.progress.setProperty("role", "wide")
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.told = QLabel(self)
        self.told.setObjectName("packs.told")
        self.told.setWordWrap(True)
        self.list = QTreeWidget(self)
        self.list.setObjectName("packs.list")
        self.list.setRootIsDecorated(False)
        self.list.setHeaderHidden(True)
        self.list.setColumnCount(2)
        for widget in (self.progress, self.told):
            self.body.addWidget(widget)
        self.body.addWidget(self.list, 1)
        self._browse[0].clicked.connect(lambda: self._choose(self.folder))
        self._browse[1].clicked.connect(lambda: self._choose(self.pack))
        self.make.clicked.connect(self._make)
        self.merge.clicked.connect(self._merge)
        self.stop.clicked.connect(lambda: self._report.cancel())
        self.name.currentIndexChanged.connect(lambda _place: self._fill_roles())
        for edit in (self.who, self.folder, self.pack):
            edit.textChanged.connect(lambda _text: self._sync())
        self.setFocusProxy(self.folder)

    def _fields(self) -> QGridLayout:
        grid, whom = QGridLayout(), QHBoxLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        whom.setSpacing(8)
        for field in (self.name, self.who, self.role, self.which):
            whom.addWidget(field)
        whom.addStretch(1)
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        grid.addWidget(self._labels[0], 0, 0)
        grid.addLayout(whom, 0, 1, 1, 3)
        for row, (label, edit, browse, run) in enumerate((
            (self._labels[1], self.folder, self._browse[0], self.make), (self._labels[2], self.pack, self._browse[1], self.merge),
        )):  # fmt: skip
            label.setBuddy(edit)
            for column, widget in enumerate((label, edit, browse, run)):
                grid.addWidget(widget, 1 + 2 * row, column)
        grid.addWidget(line, 2, 0, 1, 4)
        return grid

    def refresh(self, topic: Topic) -> None:
        """Name the people, while the panel is shown; it goes where whoever is at work may not see it."""
        if self.isHidden():
            return
        if not manages(self._session):
            self.put_away.emit()
        elif topic is Topic.PROJECT and not self._running:
            self._fill_people()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        texts = (mark("A pack for"), mark("Made in the folder"), mark("Bring back from"))
        for label, text in zip(self._labels, texts, strict=True):
            label.setText(translate(text))
        self.name.setAccessibleName(translate(texts[0]))
        self.who.setPlaceholderText(translate(mark("name")))
        self.which.clear()
        for which, text in ((WAITING, mark("all cases that wait for this person")), (GIVEN, mark("cases given to this person"))):
            self.which.addItem(translate(text), which)
        for button in self._browse:
            button.setText(translate(mark("Choose…")))
        self.make.setText(translate(mark("Make the pack")))
        self.merge.setText(translate(mark("Merge")))
        self.stop.setText(translate(mark("Stop")))
        blind = mark("A pack holds the person's cases and nothing of other readers. Merging goes by annotation; both versions are kept "
                     "where both went on")  # fmt: skip
        self.foot.setText(translate(blind))
        self._fill_people()

    @property
    def _running(self) -> bool:
        return self.progress.isVisibleTo(self)

    def _fill_people(self) -> None:
        there = [person for person in self._session.people if not person.gone]
        chosen = self.name.currentText()
        self.name.clear()
        for person in there:
            if person.roles & set(_ROLES):
                self.name.addItem(person.name)
        self.name.setCurrentIndex(max(0, self.name.findText(chosen)))
        self.name.setVisible(bool(there))
        self.who.setVisible(not there)
        self._fill_roles()

    def _fill_roles(self) -> None:
        person = known(self._session.people, self.name.currentText())
        self.role.clear()
        for role in _ROLES:
            if person is not None and role in person.roles:
                self.role.addItem(translate(NAMES[role]), role.value)
        self.role.setVisible(self.role.count() > 1)
        self._sync()

    def _sync(self) -> None:
        free = not self._running
        whom = self.name.count() > 0 if self._session.people else bool(self.who.text().strip())
        self.make.setEnabled(free and whom and bool(self.folder.text().strip()))
        self.merge.setEnabled(free and bool(self.pack.text().strip()))
        self.stop.setVisible(not free)

    def _choose(self, field: QLineEdit) -> None:
        label = self._labels[1 if field is self.folder else 2]
        choosing.choose_folder(self, label.text(), lambda found: field.setText(str(found)))

    def _begin(self, said: str) -> Report:
        self._report, self._begun = Report(self._watched), time.monotonic()
        self.list.clear()
        self.told.setText(said)
        self.progress.setRange(0, 0)
        self.progress.show()
        self._sync()
        return self._report

    def _watched(self, report: Report) -> None:
        """Hear of progress, in the thread of the work."""
        self._session.tasks.post(lambda: self._show(report))

    def _show(self, report: Report) -> None:
        if self._running and report is self._report and report.total:
            self.progress.setRange(0, report.total)
            self.progress.setValue(report.done)
            self.told.setText(spoken(report, time.monotonic() - self._begun))

    def _make(self) -> None:
        people = bool(self._session.people)
        name = self.name.currentText() if people else self.who.text().strip()
        role, day = self.role.currentData(), datetime.datetime.now().astimezone()
        out = Path(self.folder.text().strip()) / f"{safe_name(name)}-{day:%Y%m%d-%H%M}"
        wish = Wish(out, name, Role(role) if people and role else None, str(self.which.currentData()))
        report = self._begin(translate(mark("Looking for the cases…")))
        self._session.make_pack(wish, report, lambda found: self._made(wish, found))

    def _made(self, wish: Wish, found: Made | Message) -> None:
        if isinstance(found, Message):
            self._end(said_of(self._session, found))
            return
        said = mark("Exchange pack for {name} in {folder}: {cases} cases, {files} files; {absent} cases are absent")
        self._end(translate(said, name=wish.name, folder=wish.out, cases=found.cases, files=found.files, absent=len(found.absent)))
        for one in found.absent[:_MOST]:
            whose = one.entry.patient or case_title(self._session, one.entry.case)
            self._row(" · ".join(filter(None, (whose, one.entry.series))), said_of(self._session, one.why))

    def _merge(self) -> None:
        report = self._begin(translate(mark("Reading the pack…")))
        self._session.merge_pack(Path(self.pack.text().strip()), report, self._merged)

    def _merged(self, found: Merged | Message) -> None:
        if isinstance(found, Message):
            self._end(said_of(self._session, found))
            return
        self._end(translate(_COUNTED, cases=found.cases, revisions=found.revisions, readings=found.readings, steps=found.steps,
                            findings=found.findings, agreed=found.agreed))  # fmt: skip
        for kind, sentences in ((mark("conflict"), found.conflicts), (mark("not taken"), found.refused)):
            for sentence in sentences[:_MOST]:
                self._row(translate(kind), said_of(self._session, sentence))

    def _row(self, first: str, second: str) -> None:
        Row(self.list, [first, second]).setToolTip(1, second)
        self.list.resizeColumnToContents(0)

    def _end(self, said: str) -> None:
        self.progress.hide()
        self.told.setText(said)
        self._sync()
