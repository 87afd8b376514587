"""The sheet of keys: every command with its key, over the picture; a row's key can be changed there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.errors import system_cause
from annotator.gui.keys import SHEET, Keys
from annotator.gui.menus import Commands
from annotator.gui.positions import Press
from annotator.i18n import Message, mark, message, say, translate

_NAME_ROLE = int(Qt.ItemDataRole.UserRole)
_LEAST, _MOST = QSize(280, 260), QSize(600, 720)
_HAND = (
    (mark("Right drag"), mark("Window level: right widens, up brightens")),
    (mark("Wheel"), mark("Next and previous image")),
    (mark("Ctrl + wheel"), mark("Zoom at the pointer")),
    (mark("Middle drag, Space + drag"), mark("Move the picture")),
    (mark("Ctrl held while drawing"), mark("Turns Add into Sub and back")),
    (mark("Enter, double click"), mark("Close the outline")),
    (mark("Esc"), mark("Drop what is being drawn")),
    (mark("Backspace, right click"), mark("Take back the last vertex")),
)


class KeySheet(QFrame):
    """A list of commands; Enter or a double click on one, then a key, gives it that key."""

    changed = Signal()
    """A key changed: bind and show them anew."""
    said = Signal(object)
    """A Message for the status line."""

    def __init__(self, commands: Commands, keys: Keys, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(SHEET)
        self._commands = commands
        self._keys = keys
        self._title, self._foot = QLabel(self), QLabel(self)
        self._title.setProperty("role", "title")
        self._foot.setProperty("role", "quiet")
        self._foot.setWordWrap(True)
        self.list = QTreeWidget(self)
        self.list.setObjectName("key_list")
        self.list.setColumnCount(2)
        self.list.setUniformRowHeights(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setRootIsDecorated(True)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(False)
        self.list.itemActivated.connect(lambda item: self._ask(item))
        self.search = QLineEdit(self)
        self.search.setObjectName("key_search")
        self.search.textChanged.connect(self._sift)
        self._before: dict[str, tuple[str, ...]] | None = None
        self._back, self._second, self._one = QPushButton(self), QPushButton(self), QPushButton(self)
        self._usual, self._close = QPushButton(self), QPushButton(self)
        for button, name in ((self._back, "back"), (self._second, "second"), (self._one, "one"), (self._usual, "usual")):
            button.setObjectName(f"keys.{name}")
        self._back.clicked.connect(self._give_back)
        self._second.clicked.connect(lambda: self._ask(self.list.currentItem(), beside=True))
        self._one.clicked.connect(self._usual_key)
        self._usual.clicked.connect(self._usual_keys)
        self._back.hide()
        self._close.clicked.connect(self.hide)
        row, told = QHBoxLayout(), QHBoxLayout()
        told.addWidget(self._foot, 1)
        told.addWidget(self._back)
        for button in (self._second, self._one, self._usual):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(told)
        column.addLayout(row)
        self.setMinimumSize(_LEAST)
        self.setMaximumSize(_MOST)
        self.hide()

    def sizeHint(self) -> QSize:
        """See Qt."""
        return _MOST

    def hasHeightForWidth(self) -> bool:
        """See Qt; the list takes what height there is, whatever the line below it needs."""
        return False

    def retranslate(self) -> None:
        """Say the sheet in the current language."""
        self._title.setText(translate(mark("Keys")))
        self.list.setHeaderLabels([translate(mark("Command")), translate(mark("Key"))])
        self._usual.setText(translate(mark("Usual keys")))
        self._one.setText(translate(mark("Usual key")))
        self._second.setText(translate(mark("One more key")))
        self._back.setText(translate(mark("Give it back")))
        self.search.setPlaceholderText(translate(mark("Search a command or a key")))
        self.search.setAccessibleName(translate(mark("Search a command or a key")))
        self._close.setText(translate(mark("Close")))
        self._fill()
        self._say(message("Enter or a double click on a command, then a key, changes its key"))

    def _fill(self) -> None:
        current = self.list.currentItem()
        chosen = current.data(0, _NAME_ROLE) if current is not None else None
        self.list.clear()
        for title, entries in self._commands.tables():
            head = QTreeWidgetItem(self.list, [title, ""])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for name in entries:
                item = QTreeWidgetItem(head, [self._commands.text_of(name), "   ".join(map(_shown, self._commands.keys_of(name)))])
                item.setData(0, _NAME_ROLE, name)
                if name == chosen:
                    self.list.setCurrentItem(item)
        hand = QTreeWidgetItem(self.list, [translate(mark("Mouse and drawing")), ""])
        hand.setFlags(Qt.ItemFlag.ItemIsEnabled)
        for gesture, meaning in _HAND:
            QTreeWidgetItem(hand, [translate(meaning), translate(gesture)]).setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.list.expandAll()
        self._sift()

    def _sift(self) -> None:
        """Show the rows that hold what is searched for."""
        sought = self.search.text().casefold().strip()
        for head in filter(None, map(self.list.topLevelItem, range(self.list.topLevelItemCount()))):
            rows = [row for row in map(head.child, range(head.childCount())) if row is not None]
            for row in rows:
                row.setHidden(sought not in f"{row.text(0)} {row.text(1)}".casefold())
            head.setHidden(all(row.isHidden() for row in rows))

    def _ask(self, item: QTreeWidgetItem | None, *, beside: bool = False) -> None:
        name = item.data(0, _NAME_ROLE) if item is not None else None
        if isinstance(name, str):
            self._say(message("Press the new key for “{command}”; Esc leaves it as it is", command=self._commands.text_of(name)))
            self._keys.capture(lambda press: self._take(name, press, beside=beside))

    def _take(self, name: str, press: Press | None, *, beside: bool = False) -> None:
        if press is None:
            self._say(message("The key stays as it was"))
            return
        key = QKeySequence(press[0] | press[1]).toString(QKeySequence.SequenceFormat.PortableText)
        self._change(lambda: self._commands.change_key(name, key, beside=beside))

    def _usual_key(self) -> None:
        item = self.list.currentItem()
        name = item.data(0, _NAME_ROLE) if item is not None else None
        if isinstance(name, str):
            self._change(lambda: self._commands.usual_key(name))

    def _change(self, change: Callable[[], str | None]) -> None:
        """Change keys; where another command loses one, that is said, and it can have it back."""
        before = self._commands.own_keys()
        try:
            loser = change()
        except OSError as error:
            reason = system_cause(error)
            self.said.emit(message("The key counts until the window is closed, the settings could not be written: {reason}", reason=reason))
            loser = None
        self.changed.emit()
        if loser is None:
            self._say(message("Changed"))
            return
        had = self._commands.keys_of(loser)
        sentence = message("“{command}” has lost this key") if had else message("“{command}” has no key now")
        self._say(Message(sentence.text, (("command", self._commands.text_of(loser)),)))
        self._before = before
        self._back.show()

    def _give_back(self) -> None:
        before = self._before
        if before is not None:
            self._change(lambda: self._commands.put_back(before))
            self._say(message("The keys are as before"))

    def _usual_keys(self) -> None:
        try:
            self._commands.usual_keys()
        except OSError as error:
            self.said.emit(message("The settings could not be written: {reason}", reason=system_cause(error)))
        self.changed.emit()
        self._say(message("The usual keys are back"))

    def _say(self, sentence: Message) -> None:
        self._back.hide()
        self._foot.setText(say(sentence))


def _shown(key: str) -> str:
    return QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText).toString(QKeySequence.SequenceFormat.NativeText)
