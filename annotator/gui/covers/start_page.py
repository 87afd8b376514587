"""The start of a person's day over the picture: who they are, what came back to them, what they are asked, and what comes next."""

from __future__ import annotations

import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from annotator.domain.person import NAMES, Role
from annotator.domain.queue import ASKED, FREE, GIVEN, RETURNED, Entry, Narrowing, Wanted
from annotator.domain.rereading import DRAW, Result
from annotator.errors import AnnotatorError
from annotator.gui.cover import Cover
from annotator.i18n import mark, say, translate
from annotator.present.bar import own, waiting
from annotator.present.dashboard import manages
from annotator.present.practice import practice
from annotator.present.worklist import COLUMNS, WHY, blind_to, cells, progress, who
from annotator.workspace.barring import Stand
from annotator.workspace.notice import Topic
from annotator.workspace.queueing import Mine
from annotator.workspace.session import Session

_MOST_FREE = 30
"""So many of the cases that wait for anybody are listed."""
_WHY, _PATIENT, _SERIES, _MODALITY, _CLASS, _REMARK = range(6)
_SHOWN = {"patient": _PATIENT, "series": _SERIES, "modality": _MODALITY, "class_folder": _CLASS, "returned": _REMARK}


class StartPage(Cover):
    """Sign in above, and what waits below; Enter opens a case."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("My work"))
        self._session, self._entries = session, tuple[Entry, ...]()
        self._left, self._asking, self._against = 0, 0, Stand()
        self._results: tuple[Result, ...] = ()
        self.body.addWidget(self._sign_in_line())
        self.wrong = QLabel(self)
        self.wrong.setProperty("role", "wrong")
        self.wrong.setWordWrap(True)
        self.wrong.hide()
        self.list = QTreeWidget(self)
        self.list.setObjectName("start_page.list")
        self.list.setRootIsDecorated(False)
        self.list.setAllColumnsShowFocus(True)
        self.list.setUniformRowHeights(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setColumnCount(_REMARK + 1)
        header = self.list.header()
        header.setSectionsMovable(False)
        for column in range(_REMARK):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.list.itemActivated.connect(lambda _item: self._open())
        self.body.addWidget(self.wrong)
        self.practised = QLabel(self)
        self.practised.setObjectName("start_page.practised")
        self.practised.setProperty("role", "quiet")
        self.practised.hide()
        self.body.addWidget(self.practised)
        self.body.addWidget(self._bar_line())
        self.body.addWidget(self.list, 1)
        self.next = self.button("main")
        self.next.setObjectName("start_page.next")
        self.next.clicked.connect(self._open)
        self.setFocusProxy(self.list)

    def _sign_in_line(self) -> QWidget:
        line = QWidget(self)
        self.name, self.role, self.pin = QComboBox(line), QComboBox(line), QLineEdit(line)
        self.name.setObjectName("start_page.name")
        self.role.setObjectName("start_page.role")
        for choice in (self.name, self.role):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # it is shown before it is known who works here
        self.pin.setObjectName("start_page.pin")
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaximumWidth(120)
        self._labels = tuple(QLabel(line) for _ in range(3))
        self.enter = self.button("main")
        self.enter.setParent(line)
        self.enter.setObjectName("start_page.enter")
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for label, field in zip(self._labels, (self.name, self.role, self.pin), strict=True):
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field)
            row.addSpacing(8)
        row.addWidget(self.enter)
        row.addStretch(1)
        self.name.currentIndexChanged.connect(lambda _place: self._fill_roles())
        self.pin.returnPressed.connect(self._sign_in)
        self.enter.clicked.connect(self._sign_in)
        self._line = line
        return line

    def _bar_line(self) -> QWidget:
        line = QWidget(self)
        self.stand, self.to_bar = QLabel(line), QPushButton(line)
        self.stand.setObjectName("start_page.stand")
        self.to_bar.setObjectName("start_page.bar")
        self.to_bar.setAutoDefault(True)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.stand)
        row.addWidget(self.to_bar)
        row.addStretch(1)
        self.to_bar.clicked.connect(lambda: self.elsewhere.emit("bar", Narrowing("", Wanted())))
        self._bar = line
        line.hide()
        return line

    def refresh(self, topic: Topic) -> None:
        """Look for what waits, while the page is shown."""
        if self.isHidden():
            return
        if topic is Topic.PROJECT:
            self._fill_people()
        self._asking += 1
        asked = self._asking
        self.next.setEnabled(False)
        self.foot.setText(translate(mark("Looking for what waits…")))
        self._session.find_mine(lambda mine, left: self._take(mine, left) if asked == self._asking else None)
        self._session.find_results(lambda found: self._practised_as(found) if asked == self._asking else None)
        self._session.find_bar(lambda found: self._stand_as(found) if asked == self._asking else None)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        for label, text in zip(self._labels, (mark("Name"), mark("Role"), mark("PIN")), strict=True):
            label.setText(translate(text))
        self.pin.setAccessibleName(translate(mark("PIN")))
        self.enter.setText(translate(mark("Sign in")))
        self.list.setAccessibleName(translate(mark("My work")))
        self.list.setHeaderLabels(["", *(translate(COLUMNS[name]) for name in _SHOWN)])
        self.next.setText(translate(mark("Begin")))
        self.next.setToolTip(translate(mark("Enter")))
        self._fill_people()
        self._stand_as(self._against)
        self._practised_as(self._results)

    def showEvent(self, event: object) -> None:
        """See Qt; who has to sign in finds the keyboard at the PIN."""
        super().showEvent(event)  # type: ignore[arg-type]  # a QShowEvent
        self.setFocusProxy(self.pin if self._session.acting is None and self._session.people else self.list)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt; Enter opens the chosen case."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.hasFocus():
            self._open()
            return
        super().keyPressEvent(event)

    def _fill_people(self) -> None:
        people = [person for person in self._session.people if not person.gone]
        acting, chosen = self._session.acting, self.name.currentText()
        self._line.setVisible(bool(people))
        self.name.blockSignals(True)
        self.name.clear()
        for person in people:
            self.name.addItem(person.name)
        wanted = acting.name if acting is not None else chosen or self._session.wanted_name
        self.name.setCurrentIndex(max(0, self.name.findText(wanted)))
        self.name.blockSignals(False)
        self._fill_roles()
        self.title.setText(f"{translate(mark('My work'))} – {who(acting)}" if people else translate(mark("My work")))

    def _fill_roles(self) -> None:
        acting, name = self._session.acting, self.name.currentText()
        person = next((person for person in self._session.people if person.name == name), None)
        self.role.clear()
        for role in Role:
            if person is not None and role in person.roles:
                self.role.addItem(translate(NAMES[role]), role.value)
        if acting is not None and acting.role is not None and acting.name == name:
            self.role.setCurrentIndex(max(0, self.role.findData(acting.role.value)))

    def _sign_in(self) -> None:
        try:
            self._session.sign_in(self.name.currentText(), str(self.role.currentData() or ""), self.pin.text())
        except AnnotatorError as error:
            self.wrong.setText(say(error.message))
            self.wrong.show()
            self.pin.selectAll()
            self.pin.setFocus()
            return
        finally:
            self.pin.clear()
        self.wrong.hide()
        self.refresh(Topic.PROJECT)
        self.list.setFocus()

    def _take(self, mine: Mine, left: int) -> None:
        self._left = left
        rows = [(why, entry) for why in (RETURNED, ASKED, GIVEN) for entry in mine.get(why, ())]
        rows += [(FREE, entry) for entry in mine.get(FREE, ())[:_MOST_FREE]]
        self._entries = tuple(entry for _, entry in rows)
        blind, places = blind_to(self._session), [list(COLUMNS).index(name) for name in _SHOWN]
        self.list.clear()
        for why, entry in rows:
            told = cells(entry, blind=blind)
            QTreeWidgetItem(self.list, [translate(WHY[why]), *(told[place] for place in places)])
        if rows:
            self.list.setCurrentIndex(self.list.model().index(0, 0))
        self.next.setEnabled(bool(rows))
        self.foot.setText(self._told(left))

    def _stand_as(self, found: Stand) -> None:
        """Say how whoever is at work stands against the bar; to a manager, whose cases would be sent back."""
        self._against = found
        acting, below = self._session.acting, [one for one in found.people if one.below]
        mine = found.of(acting.name) if acting is not None and acting.role in DRAW else None
        managed = manages(self._session) and bool(below)
        self.stand.setText(own(mine) if mine is not None else " · ".join(map(waiting, below)) if managed else "")
        self.stand.setProperty("role", "wrong" if mine is not None and not mine.met or managed else "quiet")
        self.stand.style().polish(self.stand)
        self.to_bar.setText(translate(mark("Look at them")))
        self.to_bar.setVisible(managed)
        self._bar.setVisible(bool(self.stand.text()))

    def _practised_as(self, found: tuple[Result, ...]) -> None:
        """Say how whoever is at work stands in practice; of blind repeats nothing is said to them."""
        acting, self._results = self._session.acting, found
        role = acting.role if acting is not None and acting.role in DRAW else None
        said = practice(found, acting.name, role, self._session.project.project.practice) if acting is not None and role else ""
        self.practised.setText(said[:1].upper() + said[1:])
        self.practised.setVisible(bool(said))

    def _told(self, left: int) -> str:
        if self._session.acting is None:
            return translate(mark("Choose your name, and give your PIN"))
        if not left and not self._session.done_today:
            return translate(mark("Nothing is waiting for you"))
        return progress(self._session.done_today, left, datetime.datetime.now().astimezone())

    def _open(self) -> None:
        row = self.list.currentIndex().row()
        if 0 <= row < len(self._entries):
            entries = self._entries[row : row + 4]
            self.put_away.emit()
            self._session.work_on(entries)
