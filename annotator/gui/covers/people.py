"""Who works in the project, over the picture: names, roles, PINs; a manager changes them, everybody their own PIN."""

from __future__ import annotations

import getpass

from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
)

from annotator.domain.person import NAMES, Acting, Person, Role, known
from annotator.domain.rereading import Result
from annotator.errors import AnnotatorError
from annotator.gui.cover import Cover
from annotator.i18n import mark, say, translate
from annotator.present.dashboard import manages
from annotator.present.practice import beside_name
from annotator.workspace import people
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


class PeoplePart(Cover):
    """The list, and below it one person to be changed or added."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("People of the project"))
        self._session = session
        self.list = QTreeWidget(self)
        self.list.setObjectName("people.list")
        self.list.setRootIsDecorated(False)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setColumnCount(3)
        self._results: tuple[Result, ...] = ()
        for column in (0, 1):
            self.list.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.list.currentItemChanged.connect(lambda *_: self._show_person())
        self.name, self.pin = QLineEdit(self), QLineEdit(self)
        self.name.setObjectName("people.name")
        self.pin.setObjectName("people.pin")
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.roles = {role: QCheckBox(self) for role in Role}
        self._labels = tuple(QLabel(self) for _ in range(3))
        grid, ticks = QGridLayout(), QHBoxLayout()
        ticks.setSpacing(16)
        for role, tick in self.roles.items():
            tick.setObjectName(f"people.{role.value}")
            ticks.addWidget(tick)
        ticks.addStretch(1)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (label, field) in enumerate(zip(self._labels, (self.name, None, self.pin), strict=True)):
            grid.addWidget(label, row, 0)
            if field is None:
                grid.addLayout(ticks, row, 1)
            else:
                label.setBuddy(field)
                grid.addWidget(field, row, 1)
        self.wrong = QLabel(self)
        self.wrong.setProperty("role", "wrong")
        self.wrong.setWordWrap(True)
        self.wrong.hide()
        self.body.addWidget(self.list, 1)
        self.body.addLayout(grid)
        self.body.addWidget(self.wrong)
        self.remove, self.put = self.button(), self.button("main")
        self.remove.setObjectName("people.remove")
        self.put.setObjectName("people.put")
        self.remove.clicked.connect(lambda: self._change(gone=True))
        self.put.clicked.connect(lambda: self._change(gone=False))
        self.setFocusProxy(self.name)

    def refresh(self, topic: Topic) -> None:
        """Show who works here."""
        if not self.isHidden():
            self._show()
            self._session.find_results(self._take)

    def _take(self, results: tuple[Result, ...]) -> None:
        self._results = results
        self._show()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        texts = (translate(mark("Name")), translate(mark("Roles")), translate(mark("New PIN (at least {least} characters)"),
                 least=people.SHORTEST_PIN))  # fmt: skip
        for label, text in zip(self._labels, texts, strict=True):
            label.setText(text)
        for role, tick in self.roles.items():
            tick.setText(translate(NAMES[role]))
        self.list.setHeaderLabels([translate(mark("Name")), translate(mark("Roles")), translate(mark("Practice and repeats"))])
        self.list.setAccessibleName(translate(mark("People of the project")))
        self.put.setText(translate(mark("Add or change")))
        self.remove.setText(translate(mark("Take out")))
        self._show()

    def _show(self) -> None:
        there = [person for person in self._session.people if not person.gone]
        chosen = self.name.text()
        self.list.blockSignals(True)
        self.list.clear()
        for person in there:
            roles = ", ".join(translate(NAMES[role]) for role in Role if role in person.roles)
            item = QTreeWidgetItem(self.list, [person.name, roles, self._practised(person)])
            item.setToolTip(2, item.text(2))
            if person.name == chosen:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        told = mark("Nobody is named yet: everybody may do everything. The first person must be a manager")
        share = mark("On a plain share a name is a claim: whoever can write there could change this list. The log tells who did what")
        self.foot.setText(translate(share) if there else translate(told))
        self.remove.setEnabled(bool(there))

    def _practised(self, person: Person) -> str:
        """How a person stands in practice: told to managers and to themselves, blind repeats to managers only."""
        acting, managing = self._session.acting, manages(self._session)
        if not managing and (acting is None or acting.name != person.name):
            return ""
        return beside_name(self._results, person, self._session.project.project.practice, managing=managing)

    def _show_person(self) -> None:
        item = self.list.currentItem()
        person = known(self._session.people, item.text(0)) if item is not None else None
        if person is not None:
            self.name.setText(person.name)
            for role, tick in self.roles.items():
                tick.setChecked(role in person.roles)

    def _change(self, *, gone: bool) -> None:
        session = self._session
        by = session.acting or Acting("", Role.ANNOTATOR)  # who has not signed in may change nobody
        by = by if session.people or by.name else Acting(getpass.getuser())
        roles = frozenset(role for role, tick in self.roles.items() if tick.isChecked())
        try:
            people.change(session.project.root, Person(self.name.text(), roles, gone=gone), by, session.now(), pin=self.pin.text() or None)
        except AnnotatorError as error:
            self.wrong.setText(say(error.message))
            self.wrong.show()
            return
        self.wrong.hide()
        self.pin.clear()
        session.read_people()
        self._show()
