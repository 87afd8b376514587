"""All cases of the project over the picture: narrowed by words, state, class and assignee, opened by Enter, given out by a manager."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from annotator import settings
from annotator.domain.course import STATES, State
from annotator.domain.person import Role
from annotator.domain.queue import Entry, Narrowing, Wanted, shared
from annotator.errors import system_cause
from annotator.gui.case_table import CaseTable
from annotator.gui.cover import Cover
from annotator.i18n import mark, message, translate
from annotator.present.worklist import blind_to
from annotator.workspace.assigning import to_one
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

_PAGE = 500
_PAUSE = 150
"""Milliseconds after the last letter before the words are looked for."""
_VIEWS = "worklist.views"
_ALL, _NOBODY = "*", ""


class WorklistPart(Cover):
    """Filters above, the cases, and below them what a manager does with those that are chosen."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Worklist"))
        self._session, self._most, self._asked = session, _PAGE, 0
        self.words, self.state, self.of, self.who, self.views = QLineEdit(self), *(QComboBox(self) for _ in range(4))
        self.words.setObjectName("worklist.words")
        for combo, name in ((self.state, "state"), (self.of, "class"), (self.who, "who"), (self.views, "views")):
            combo.setObjectName(f"worklist.{name}")
        self.views.setEditable(True)
        self.views.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.keep = QPushButton(self)
        self.keep.setObjectName("worklist.keep")
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(self.words, 1)
        for field in (self.state, self.of, self.who, self.views):
            above.addWidget(field)
        above.addWidget(self.keep)
        self.narrowed, self._narrowing = self._narrowed_line(), Narrowing("", Wanted())
        self.table = CaseTable(self)
        self.table.setObjectName("worklist.table")
        self.body.addLayout(above)
        self.body.addWidget(self.narrowed)
        self.body.addWidget(self.table, 1)
        self.manage = self._managing()
        self.body.addWidget(self.manage)
        self.open = self.button("main")
        self.open.setObjectName("worklist.open")
        self.open.clicked.connect(self._open)
        self.collect = self.button()
        self.collect.setObjectName("worklist.collect")
        self.collect.clicked.connect(self._collect)
        self._wait = QTimer(self, singleShot=True, interval=_PAUSE)
        self._wait.timeout.connect(self._ask)
        self.words.textChanged.connect(lambda _text: self._wait.start())
        self.words.returnPressed.connect(self.table.setFocus)
        for narrowing in (self.state, self.of, self.who):
            narrowing.activated.connect(lambda _place: self._ask())
        self.views.activated.connect(lambda _place: self._take_view())
        self.keep.clicked.connect(self._keep_view)
        self.table.opened.connect(self._open)
        self.table.cases.more.connect(self._more)
        self.table.horizontalHeader().sortIndicatorChanged.connect(lambda *_: self._ask())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._sync())
        self.setFocusProxy(self.words)

    def _narrowed_line(self) -> QWidget:
        line = QWidget(self)
        self._only, self.widen = QLabel(line), QPushButton(line)
        self._only.setObjectName("worklist.only")
        self.widen.setObjectName("worklist.widen")
        self.widen.setAutoDefault(True)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._only)
        row.addWidget(self.widen)
        row.addStretch(1)
        self.widen.clicked.connect(self._widen)
        return line

    def narrow(self, what: Narrowing) -> None:
        """List only the cases that another part speaks of; what the filters said before does not count."""
        self.retranslate()
        self.words.clear()
        for combo in (self.state, self.of, self.who):
            combo.setCurrentIndex(0)
        states = what.wanted.states
        if replace(what.wanted, states=()) == Wanted() and len(states) == 1:  # the filter says it
            self.state.setCurrentIndex(max(0, self.state.findData(states[0])))
            what = Narrowing("", Wanted())
        self._narrowing = what

    def _widen(self) -> None:
        self.narrow(Narrowing("", Wanted()))
        self.narrowed.hide()
        self.table.setFocus()
        self._ask()

    def _managing(self) -> QWidget:
        line = QWidget(self)
        self.to, self.give = QComboBox(line), QPushButton(line)
        self.shares, self.random, self.share = QLineEdit(line), QCheckBox(line), QPushButton(line)
        self._to_label, self._share_label, self.accept = QLabel(line), QLabel(line), QPushButton(line)
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
        self.words.setPlaceholderText(translate(mark("Words in ids, names or remarks")))
        self.words.setAccessibleName(self.words.placeholderText())
        project, people = self._session.project.project, [p.name for p in self._session.people if not p.gone]
        states = [(translate(text), state.value) for state, text in STATES.items()]
        classes = () if blind_to(self._session) else (*project.classes, project.unclassified)
        _fill(self.state, translate(mark("Every state")), states)
        _fill(self.of, translate(mark("Every class")), [(name, name) for name in classes])
        _fill(self.who, translate(mark("Everybody's")), [(translate(mark("Nobody's")), _NOBODY), *((name, name) for name in people)])
        self.views.clear()
        for name in self._views():
            self.views.addItem(name, name)
        self.views.setCurrentIndex(-1)
        line = self.views.lineEdit()
        if line is not None:
            line.setPlaceholderText(translate(mark("Saved views")))
        self.of.setVisible(bool(classes))
        self.who.setVisible(bool(people))
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
        self._only.setText(translate(mark("Only: {what}"), what=self._narrowing.name))
        self.widen.setText(translate(mark("All cases again")))
        self.narrowed.setVisible(bool(self._narrowing.name))
        self.keep.setText(translate(mark("Keep view")))
        self.open.setText(translate(mark("Open")))
        self.open.setToolTip(translate(mark("Enter")))
        self.collect.setText(translate(mark("Set of these…")))
        self.collect.setToolTip(translate(mark("Freeze all listed cases as a set for training, also those that are not loaded")))
        acting = self._session.acting
        self.manage.setVisible(bool(people) and acting is not None and acting.role is Role.MANAGER)
        self.collect.setVisible(acting is not None and acting.may(Role.MANAGER))
        self._sync()

    @property
    def wanted(self) -> Wanted:
        """What the filters ask for."""
        state, of, who = (combo.currentData() for combo in (self.state, self.of, self.who))
        (order, down), only = self.table.order, self._narrowing.wanted
        of = "" if of in (None, _ALL) else of
        none = of and (only.unclassed or only.class_folder not in ("", of))
        return replace(
            only,
            text=self.words.text(),
            states=() if state in (None, _ALL) else (state,),
            class_folder=of or only.class_folder,
            assignee=None if who in (None, _ALL) else who,
            order=order,
            descending=down,
            cases=() if none else only.cases,
        )

    def _ask(self, *, anew: bool = False) -> None:
        self._most = _PAGE
        self._find(anew=anew)

    def _more(self) -> None:
        self._most += _PAGE
        self._find()

    def _find(self, *, anew: bool = False) -> None:
        self._asked += 1
        asked = self._asked

        def found(entries: tuple[Entry, ...], count: int) -> None:
            if asked == self._asked:
                first = not self.table.cases.entries
                self.table.cases.put(entries, count, blind=blind_to(self._session))
                if first:
                    self.table.fit()
                if entries and not self.table.currentIndex().isValid():
                    self.table.selectRow(0)
                told = translate(mark("{count} cases"), count=f"{count:,}") if count else translate(mark("No case is like this"))
                self.foot.setText(told)
                self._sync()

        self._session.find_cases(self.wanted, self._most, found, anew=anew)

    def _sync(self) -> None:
        chosen = bool(self.table.chosen)
        self.open.setEnabled(chosen)
        self.give.setEnabled(chosen)
        self.accept.setEnabled(any(entry.state is State.AGREED for entry in self.table.chosen))
        self.share.setEnabled(bool(self.table.cases.entries))
        self.collect.setEnabled(bool(self.table.cases.entries))

    def _open(self) -> None:
        chosen = self.table.chosen
        if chosen:
            self.put_away.emit()
            self._session.work_on(chosen)

    def _collect(self) -> None:
        """Make a set of all cases that the filters let through."""
        said = [self.words.text().strip(), self._narrowing.name]
        said += [combo.currentText() for combo in (self.state, self.of, self.who) if combo.currentData() not in (None, _ALL)]
        self.elsewhere.emit("sets", Narrowing(", ".join(filter(None, said)), self.wanted))

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

    def _views(self) -> dict[str, dict[str, settings.Value]]:
        found = settings.read(_VIEWS, dict[str, settings.Value]())
        return {name: view for name, view in found.items() if isinstance(view, dict)}

    def _keep_view(self) -> None:
        """Keep the filters under the name that was typed."""
        name = self.views.currentText().strip()
        if not name:
            self._session.say(message("Type a name for this view into the field before the button"))
            self.views.setFocus()
            return
        kept: dict[str, settings.Value] = {
            "words": self.words.text(), "state": str(self.state.currentData()), "class": str(self.of.currentData()),
            "who": str(self.who.currentData()),
        }  # fmt: skip
        try:
            settings.remember({_VIEWS: {**self._views(), name: kept}})
        except OSError as error:
            self._session.say(message("The view could not be kept: {reason}", reason=system_cause(error)), Severity.WARNING)
            return
        self.retranslate()
        self.views.setCurrentIndex(self.views.findData(name))

    def _take_view(self) -> None:
        view = self._views().get(str(self.views.currentData()))
        if view is None:
            return
        for combo, key in ((self.state, "state"), (self.of, "class"), (self.who, "who")):
            combo.setCurrentIndex(max(0, combo.findData(view.get(key, _ALL))))
        self.words.setText(str(view.get("words", "")))
        self._ask()


def _fill(combo: QComboBox, usual: str, choices: list[tuple[str, str]]) -> None:
    """Give a filter its choices, with what does not narrow first; what was chosen stays chosen."""
    chosen = combo.currentData()
    combo.clear()
    combo.addItem(usual, _ALL)
    for text, value in choices:
        combo.addItem(text, value)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
