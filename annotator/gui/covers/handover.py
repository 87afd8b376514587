"""Make a delivery from the window: where to, which version, an agency's form; what goes, what stops it, and what became of it."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QTreeWidget, QTreeWidgetItem

from annotator.domain.course import State
from annotator.domain.queue import Wanted
from annotator.gui import choosing
from annotator.gui.cover import Cover
from annotator.i18n import Message, mark, translate
from annotator.paths import safe_name
from annotator.present.case_names import case_title, said_of
from annotator.present.progress import spoken
from annotator.progress import Report
from annotator.workspace.handover.carrying import Done, Ordered
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_MOST = 1_000


class HandoverPart(Cover):
    """Three fields, a line of progress, and a list of what stops it or is absent."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Delivery"))
        self._session, self._report, self._begun = session, Report(), 0.0
        self.folder, self.version, self.form = QLineEdit(self), QLineEdit(self), QLineEdit(self)
        for field, name in ((self.folder, "folder"), (self.version, "version"), (self.form, "form")):
            field.setObjectName(f"handover.{name}")
        self.version.setMaximumWidth(160)
        self._labels = tuple(QLabel(self) for _ in range(3))
        self._browse = (QPushButton(self), QPushButton(self))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        rows = ((self.folder, self._browse[0]), (self.version, None), (self.form, self._browse[1]))
        for row, (label, (field, button)) in enumerate(zip(self._labels, rows, strict=True)):
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(field, 1)
            if button is not None:
                line.addWidget(button)
            else:
                line.addStretch(1)
            grid.addLayout(line, row, 1)
        self._browse[0].clicked.connect(self._choose_folder)
        self._browse[1].clicked.connect(self._choose_form)
        self.progress = QProgressBar(self)
        self.progress.setProperty("role", "wide")
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.told = QLabel(self)
        self.told.setObjectName("handover.told")
        self.told.setWordWrap(True)
        self.list = QTreeWidget(self)
        self.list.setObjectName("handover.list")
        self.list.setRootIsDecorated(False)
        self.list.setHeaderHidden(True)
        self.list.setColumnCount(2)
        self.body.addLayout(grid)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.told)
        self.body.addWidget(self.list, 1)
        self.run, self.stop = self.button("main"), self.button()
        self.run.setObjectName("handover.run")
        self.stop.setObjectName("handover.stop")
        self.run.clicked.connect(self._run)
        self.stop.clicked.connect(lambda: self._report.cancel())
        self.version.returnPressed.connect(self._run)
        for field in (self.folder, self.version):
            field.textChanged.connect(lambda _text: self._sync())
        self.setFocusProxy(self.version)

    def refresh(self, topic: Topic) -> None:
        """Say how many cases would go."""
        if self.isHidden() or self._running:
            return
        self._session.find_cases(Wanted(states=(State.ACCEPTED.value,)), 0, lambda _, count: self._say_waiting(count), anew=True)
        self._sync()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        texts = (mark("Into the folder"), mark("Version of the delivery"), mark("Form of the agency (.xlsx)"))
        for label, field, text in zip(self._labels, (self.folder, self.version, self.form), texts, strict=True):
            label.setText(translate(text))
            field.setAccessibleName(translate(text))
        for button in self._browse:
            button.setText(translate(mark("Choose…")))
        self.version.setPlaceholderText("1.0")
        self.form.setPlaceholderText(translate(mark("may be left out")))
        self.run.setText(translate(mark("Check and deliver")))
        self.stop.setText(translate(mark("Stop")))
        stays = mark("Lines, names of people, questions and notes stay in the project. What is stopped goes on from there")
        self.foot.setText(translate(stays))
        self._sync()

    @property
    def _running(self) -> bool:
        return self.progress.isVisibleTo(self)

    def _say_waiting(self, count: int) -> None:
        if not self._running and not self.list.topLevelItemCount():
            self.told.setText(translate(mark("{count} accepted cases would go"), count=count))

    def _sync(self) -> None:
        ready = bool(self.folder.text().strip() and self.version.text().strip())
        self.run.setEnabled(ready and not self._running)
        self.stop.setVisible(self._running)

    def _choose_folder(self) -> None:
        choosing.choose_folder(self, translate(mark("Into the folder")), lambda found: self.folder.setText(str(found)))

    def _choose_form(self) -> None:
        title = translate(mark("Form of the agency (.xlsx)"))
        choosing.choose_file(self, title, "*.xlsx", lambda found: self.form.setText(str(found)))

    def _run(self) -> None:
        acting = self._session.acting
        if not self.run.isEnabled() or acting is None:
            return
        version, form = self.version.text().strip(), self.form.text().strip()
        out, role = Path(self.folder.text().strip()) / safe_name(version), acting.role.value if acting.role else ""
        ordered = Ordered(version, out, acting.name, role, self._session.now(), Path(form) if form else None)
        self._report, self._begun = Report(self._watched), time.monotonic()
        self.list.clear()
        self.told.setText(translate(mark("Checking…")))
        self.progress.setRange(0, 0)
        self.progress.show()
        self._sync()
        self._session.deliver(ordered, self._report, self._ended)

    def _watched(self, report: Report) -> None:
        """Hear of progress, in the thread of the work."""
        self._session.tasks.post(lambda: self._show(report))

    def _show(self, report: Report) -> None:
        if self._running and report is self._report and report.total:
            self.progress.setRange(0, report.total)
            self.progress.setValue(report.done)
            self.told.setText(spoken(report, time.monotonic() - self._begun))

    def _ended(self, done: Done | Message) -> None:
        self.progress.hide()
        self.list.clear()
        if isinstance(done, Message):
            self.told.setText(said_of(self._session, done))
        elif done.problems:
            self.told.setText(translate(mark("Nothing was delivered: {count} errors on accepted cases"), count=len(done.problems)))
            for problem in done.problems[:_MOST]:
                said = said_of(self._session, problem)
                QTreeWidgetItem(self.list, [translate(mark("error")), said]).setToolTip(1, said)
        else:
            told = mark("Delivered: {cases} cases, {images} images, {files} files; {absent} cases are absent")
            self.told.setText(translate(told, cases=done.cases, images=done.images, files=done.files, absent=len(done.absent)))
            for one in done.absent[:_MOST]:
                whose = one.entry.patient or case_title(self._session, one.entry.case)
                QTreeWidgetItem(self.list, [whose, said_of(self._session, one.why)])
            for name in done.unknown:
                QTreeWidgetItem(self.list, [name, translate(mark("the form asks for it, and nothing is known of it"))])
        self.list.resizeColumnToContents(0)
        self._sync()
