"""People against the bar over the picture: their figure over the last cases, the cases below it with what cost them, one click to act."""

from __future__ import annotations

import time

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QProgressBar, QPushButton, QTreeWidget, QTreeWidgetItem

from annotator.domain.bar import Measured
from annotator.domain.queue import Narrowing, Wanted
from annotator.gui.cover import Cover
from annotator.i18n import mark, translate
from annotator.present.bar import MEASURES, costs, figure, share, waiting
from annotator.present.dashboard import manages
from annotator.present.progress import spoken
from annotator.progress import Report
from annotator.workspace.barring import Stand
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_CASE = Qt.ItemDataRole.UserRole
_WHO, _FIGURE, _SAID = range(3)
_CHOSEN = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class BarPart(Cover):
    """A tree: people, below them their cases, below those the lesions; and what is done with the chosen ones."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Agreement bar"))
        self._session, self._stand = session, Stand()
        self._report, self._begun, self._busy = Report(), 0.0, False
        self.told = QLabel(self)
        self.told.setObjectName("bar.told")
        self.told.setWordWrap(True)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.list = QTreeWidget(self)
        self.list.setObjectName("bar.list")
        self.list.setColumnCount(3)
        self.list.setAllColumnsShowFocus(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for column in (_WHO, _FIGURE):
            self.list.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(True)
        self.body.addWidget(self.told)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.list, 1)
        self.cases, self.stop, self.undo, self.leave = (self.button() for _ in range(4))
        self.send = self.button("main")
        self._named: tuple[tuple[QPushButton, str], ...] = (
            *((self.cases, "cases"), (self.stop, "stop"), (self.undo, "undo"), (self.leave, "leave"), (self.send, "send")),
        )
        for button, name in self._named:
            button.setObjectName(f"bar.{name}")
        self.list.itemSelectionChanged.connect(self._sync)
        self.send.clicked.connect(lambda: self._session.send_below_back(self._chosen(), self._look))
        self.leave.clicked.connect(self._leave)
        self.undo.clicked.connect(lambda: self._session.take_returns_back([one.case for one in self._chosen(back=True)], self._look))
        self.stop.clicked.connect(lambda: self._report.cancel())
        self.cases.clicked.connect(self._show_cases)
        self.setFocusProxy(self.list)

    def refresh(self, topic: Topic) -> None:
        """Measure what was not, and look who lies below the bar, while the list is shown."""
        if self.isHidden():
            return
        if not manages(self._session):
            self.put_away.emit()
            return
        self._look(measure=topic is Topic.PROJECT)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.list.setAccessibleName(translate(mark("Agreement bar")))
        measure = translate(MEASURES[self._session.project.project.reviewing.measure])
        self.list.setHeaderLabels([translate(mark("Person, case")), measure, translate(mark("What cost agreement"))])
        self.cases.setText(translate(mark("Show cases")))
        self.cases.setToolTip(translate(mark("List the chosen cases, to open them")))
        self.stop.setText(translate(mark("Stop")))
        self.undo.setText(translate(mark("Undo return")))
        self.undo.setToolTip(translate(mark("The case is again what it was, as long as nobody drew on it")))
        self.leave.setText(translate(mark("Leave as it is")))
        self.leave.setToolTip(translate(mark("The case stays accepted and is not proposed again")))
        self._show()

    def _look(self, *, measure: bool = False) -> None:
        if self._busy:
            return
        self._busy = True
        self._report, self._begun = Report(self._watched), time.monotonic()
        if measure:
            self.told.setText(translate(mark("Measuring finished cases…")))
        self._session.find_bar(self._take, self._report if measure else None)
        self._sync()

    def _watched(self, report: Report) -> None:
        """Hear of progress, in the thread of the work."""
        self._session.tasks.post(lambda: self._progress(report))

    def _progress(self, report: Report) -> None:
        if self._busy and report is self._report and report.total:
            self.progress.setRange(0, report.total)
            self.progress.setValue(report.done)
            self.progress.show()
            self.told.setText(spoken(report, time.monotonic() - self._begun))
            self._sync()

    def _take(self, found: Stand) -> None:
        self._busy, self._stand = False, found
        self.progress.hide()
        self._show()

    def _show(self) -> None:
        project, rules = self._session.project.project, self._session.project.project.reviewing
        self.list.clear()
        for one in sorted(self._stand.people, key=lambda one: (not one.below, one.met, one.person)):
            met = translate(mark("met") if one.met else mark("below"))
            line = QTreeWidgetItem(self.list, [one.person, f"{100 * one.figure:.1f} % · {met}", figure(one)])
            for case, back in (*((case, False) for case in one.below), *((case, True) for case in one.returned)):
                said = costs(case, project)
                text = translate(mark("sent back")) if back else "; ".join(said[:3]) + (" …" if len(said) > 3 else "")
                row = QTreeWidgetItem(line, [self._called(case), share(case, rules.measure), text])
                row.setData(_WHO, _CASE, (case, back))
                row.setToolTip(_SAID, "\n".join(said))
            line.setExpanded(bool(one.below or one.returned))
        below = [one for one in self._stand.people if one.below]
        if self._busy:
            pass
        elif below:
            self.told.setText(" · ".join(map(waiting, below)))
            first = self.list.model().index(0, 0)  # chosen whatever keys are held
            self.list.selectionModel().setCurrentIndex(first, _CHOSEN)
        elif self._stand.people:
            self.told.setText(translate(mark("No finished case lies below the bar of {bar} %"), bar=f"{100 * rules.bar:g}"))
        else:
            self.told.setText(translate(mark("No case is agreed yet: there is nothing to hold against the bar")))
        automatic = mark("The project sends cases below the bar back by itself when they would be accepted")
        asks = mark("A case below the bar goes back to who drew it, with the lesions as the reason; each is a step in the log")
        self.foot.setText(translate(automatic if rules.below == "automatic" else asks))
        self._sync()

    def _called(self, case: Measured) -> str:
        entry = self._stand.entries.get(case.case)
        return f"{entry.patient} · {entry.series}" if entry is not None and entry.patient else case.case

    def _chosen(self, *, back: bool = False) -> list[Measured]:
        """The cases that are chosen, a person standing for all of theirs; `back`: those that were sent back."""
        found: dict[str, Measured] = {}
        for item in self.list.selectedItems():
            for row in (item, *(item.child(n) for n in range(item.childCount()))):
                told = row.data(_WHO, _CASE) if row is not None else None
                if told is not None and told[1] is back:
                    found[told[0].case] = told[0]
        return list(found.values())

    def _leave(self) -> None:
        reason = translate(mark("left as it is, although below the bar"))
        self._session.leave_below([one.case for one in self._chosen()], reason, self._look)

    def _show_cases(self) -> None:
        cases = tuple(one.case for one in (*self._chosen(), *self._chosen(back=True)))
        self.elsewhere.emit("worklist", Narrowing(translate(mark("below the bar")), Wanted(cases=cases)))

    def _sync(self) -> None:
        chosen, back = self._chosen(), self._chosen(back=True)
        self.send.setText(translate(mark("Send {count} cases back"), count=len(chosen)))
        for button, there in ((self.send, chosen), (self.leave, chosen), (self.undo, back), (self.cases, chosen or back)):
            button.setEnabled(bool(there) and not self._busy)
        self.undo.setVisible(any(one.returned for one in self._stand.people))
        self.stop.setVisible(self.progress.isVisibleTo(self))
