"""All cases of the project over the picture: narrowed by filters, opened by Enter, described in a few words, given out by a manager."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from annotator.domain.course import State
from annotator.domain.person import Role
from annotator.domain.queue import Entry, Narrowing, Wanted, shared
from annotator.domain.rereading import DRAW
from annotator.gui.again_line import AgainLine, mark_unready
from annotator.gui.case_filters import CaseFilters
from annotator.gui.case_table import CaseTable
from annotator.gui.cover import Cover
from annotator.gui.finding_edit import FindingEdit
from annotator.i18n import mark, message, translate
from annotator.present.study_findings import earlier, written
from annotator.present.worklist import blind_to
from annotator.workspace.assigning import to_one
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

_PAGE = 500
_NOBODY = ""


class WorklistPart(Cover):
    """Filters above, the cases, and below them what a manager does with those that are chosen."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Worklist"))
        self._session, self._most, self._asked, self._anew = session, _PAGE, 0, False
        self.filters, self.table = CaseFilters(session, self), CaseTable(self)
        self.table.setObjectName("worklist.table")
        self.body.addWidget(self.filters)
        self.body.addWidget(self.table, 1)
        self._written, self.finding, self._writer = QWidget(self), FindingEdit(self), QLabel(self)
        self.finding.setObjectName("worklist.finding")
        self._writer.setProperty("role", "quiet")
        self._finding_label = QLabel(self)
        self._finding_label.setBuddy(self.finding)
        row = QHBoxLayout(self._written)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for piece, share in ((self._finding_label, 0), (self.finding, 1), (self._writer, 0)):
            row.addWidget(piece, share)
        self.body.addWidget(self._written)
        self.manage = self._managing()
        self.again = AgainLine(session, lambda: [entry.case for entry in self.table.chosen], self._ask, self)
        self.body.addWidget(self.manage)
        self.body.addWidget(self.again)
        self.open = self.button("main")
        self.open.setObjectName("worklist.open")
        self.open.clicked.connect(self._open)
        self.collect = self.button()
        self.collect.setObjectName("worklist.collect")
        self.collect.clicked.connect(lambda: self.elsewhere.emit("sets", Narrowing(self.filters.spoken, self.wanted)))
        self.filters.changed.connect(self._ask)
        self.filters.done.connect(self.table.setFocus)
        self.finding.typed.connect(session.draft_finding)
        self.finding.meant.connect(session.write_finding)
        self.finding.left.connect(self.table.setFocus)
        self.table.opened.connect(self._open)
        self.table.cases.more.connect(self._more)
        self.table.horizontalHeader().sortIndicatorChanged.connect(lambda *_: self._ask())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._sync())
        self.setFocusProxy(self.filters)

    def narrow(self, what: Narrowing) -> None:
        """List only the cases that another part speaks of; what the filters said before does not count."""
        self.retranslate()
        self.filters.narrow(what)

    def _managing(self) -> QWidget:
        line = QWidget(self)
        self.to, self.give = QComboBox(line), QPushButton(line)
        self.shares, self.random, self.share = QLineEdit(line), QCheckBox(line), QPushButton(line)
        self._to_label, self._share_label, self.accept = QLabel(line), QLabel(line), QPushButton(line)
        self.to.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        named = {self.to: "to", self.give: "give", self.accept: "accept", self.shares: "shares", self.random: "random", self.share: "share"}
        for widget, name in named.items():
            widget.setObjectName(f"worklist.{name}")
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for piece in (self._to_label, self.to, self.give, self.accept):
            row.addWidget(piece)
        row.addSpacing(24)
        row.addWidget(self._share_label)
        row.addWidget(self.shares, 1)
        row.addWidget(self.random)
        row.addWidget(self.share)
        self.give.clicked.connect(self._give)
        self.accept.clicked.connect(self._accept)
        self.share.clicked.connect(self._share)
        return line

    def refresh(self, topic: Topic) -> None:
        """Look for the cases anew while the list is shown."""
        if not self.isHidden():
            self._ask(anew=topic is Topic.PROJECT)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.filters.retranslate()
        self.finding.retranslate()
        self._finding_label.setText(translate(mark("Finding of the study")))
        people = [person.name for person in self._session.people if not person.gone]
        self.to.clear()
        for name in people:
            self.to.addItem(name, name)
        self.to.addItem(translate(mark("nobody")), _NOBODY)
        self._to_label.setText(translate(mark("Chosen cases to")))
        self.give.setText(translate(mark("Give")))
        self.accept.setText(translate(mark("Accept")))
        self.accept.setToolTip(translate(mark("Those of the chosen cases that both reviewers agree on")))
        self._share_label.setText(translate(mark("All listed cases by share")))
        self.shares.setPlaceholderText(", ".join(f"{name}=1" for name in people[:3]))
        self.shares.setAccessibleName(self._share_label.text())
        self.random.setText(translate(mark("at random")))
        self.share.setText(translate(mark("Share out")))
        self.open.setText(translate(mark("Open")))
        self.open.setToolTip(translate(mark("Enter")))
        self.collect.setText(translate(mark("Set of these…")))
        self.collect.setToolTip(translate(mark("Freeze all listed cases as a set for training, also those that are not loaded")))
        acting = self._session.acting
        managed = bool(people) and acting is not None and acting.role is Role.MANAGER
        self.again.retranslate()
        self.manage.setVisible(managed)
        self.collect.setVisible(acting is not None and acting.may(Role.MANAGER))
        self.again.setVisible(managed)
        if managed:
            self._session.find_results(lambda found: mark_unready(self.to, self._session, found))
        draws = acting is not None and acting.role in DRAW
        self.table.hide_from(("annotations",) if draws else ())  # who draws a case once more must not see that it was drawn
        self._sync()

    @property
    def wanted(self) -> Wanted:
        """What the filters ask for, in the order of the table."""
        order, down = self.table.order
        return replace(self.filters.wanted, order=order, descending=down)

    def _ask(self, *, anew: bool = False) -> None:
        self._most = _PAGE
        self._find(anew=anew)

    def _more(self) -> None:
        self._most += _PAGE
        self._find()

    def _find(self, *, anew: bool = False) -> None:
        self._asked, self._anew = self._asked + 1, self._anew or anew  # who asks last must not be answered before the project was read
        asked = self._asked

        def found(entries: tuple[Entry, ...], count: int) -> None:
            if asked == self._asked:
                first, self._anew = not self.table.cases.entries, False
                self.table.put(entries, count, blind=blind_to(self._session))
                if first:
                    self.table.fit()
                if entries and not self.table.currentIndex().isValid():
                    self.table.selectRow(0)
                told = translate(mark("{count} cases"), count=f"{count:,}") if count else translate(mark("No case is like this"))
                self.foot.setText(told)
                self._sync()

        self._session.find_cases(self.wanted, self._most, found, anew=self._anew)

    def _sync(self) -> None:
        chosen = bool(self.table.chosen)
        self.open.setEnabled(chosen)
        self.give.setEnabled(chosen)
        self.accept.setEnabled(any(entry.state is State.AGREED for entry in self.table.chosen))
        self.share.setEnabled(bool(self.table.cases.entries))
        self.collect.setEnabled(bool(self.table.cases.entries))
        self.again.sync()
        self._show_finding()

    def _show_finding(self) -> None:
        """Show what was written of the study of the chosen cases, if that is one."""
        studies = {entry.study for entry in self.table.chosen}
        study = next(iter(studies)) if len(studies) == 1 else ""
        versions = self._session.versions_of(study) if study else ()
        if versions is None:
            self._session.read_versions(study)
        free = versions is not None and not self._session.project.read_only and self._session.acting is not None
        self.finding.put(study, versions[-1].text if versions else "", free=free)
        self._writer.setText(written(versions or ()))
        self._writer.setVisible(bool(versions))
        self._written.setToolTip(earlier(versions or ()))

    def _open(self) -> None:
        chosen = self.table.chosen
        if chosen:
            self.put_away.emit()
            self._session.work_on(chosen)

    def _give(self) -> None:
        wanted = to_one((entry.case for entry in self.table.chosen), str(self.to.currentData() or ""))
        self._session.give(wanted, self._ask)

    def _accept(self) -> None:
        self._session.accept([entry.case for entry in self.table.chosen if entry.state is State.AGREED], self._ask)

    def _share(self) -> None:
        """Share all cases that the filters let through, also those that are not loaded."""
        parts = [part.partition("=") for part in self.shares.text().split(",") if part.strip()]
        try:
            shares = {name.strip(): float(weight or 1) for name, _, weight in parts}
            shared((), shares)
        except ValueError:
            self._session.say(message("Write who gets how much, for example: {example}", example="김=2, 이=1"), Severity.WARNING)
            return
        unknown = set(shares) - {person.name for person in self._session.people}
        if unknown:
            self._session.say(message("The project has nobody called {names}", names=", ".join(sorted(unknown))), Severity.WARNING)
            return
        seed = 1 if self.random.isChecked() else None
        self._session.find_cases(self.wanted, -1, lambda entries, _: self._session.give(shared(entries, shares, seed), self._ask))
