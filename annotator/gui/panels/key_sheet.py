"""The sheet of keys: every command with its key, over the picture; a row's key can be changed there, and all of them go to a file and back.

A key that another command has is asked about below the list: Enter gives it, Esc leaves it, another key is tried instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShowEvent
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

from annotator.errors import AnnotatorError, system_cause
from annotator.gui import choosing, key_sets
from annotator.gui.keys import SHEET, Keys
from annotator.gui.menus import Commands
from annotator.gui.panels.hand_table import HAND
from annotator.gui.positions import Press
from annotator.i18n import Message, mark, message, say, translate

_NAME_ROLE = int(Qt.ItemDataRole.UserRole)
_YES: Press = (int(Qt.Key.Key_Return), 0)
_TOLD = 3
_LEAST, _MOST = QSize(280, 260), QSize(600, 720)


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
        self._list = QTreeWidget(self)
        self._list.setObjectName("key_list")
        self._list.setColumnCount(2)
        self._list.setUniformRowHeights(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setRootIsDecorated(True)
        head = self._list.header()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        head.setStretchLastSection(False)
        self._list.itemActivated.connect(lambda item: self._ask(item))
        self.search = QLineEdit(self)
        self.search.setObjectName("key_search")
        self.search.textChanged.connect(self._sift)
        self._filled = False
        self._before: dict[str, tuple[str, ...]] | None = None
        self._wanted: Callable[[], None] | None = None
        self._take_it, self._leave_it = QPushButton(self), QPushButton(self)
        self._import, self._export = QPushButton(self), QPushButton(self)
        self._back, self._second, self._one = QPushButton(self), QPushButton(self), QPushButton(self)
        self._usual, self._close = QPushButton(self), QPushButton(self)
        named = ((self._back, "back"), (self._second, "second"), (self._one, "one"), (self._usual, "usual"))
        more = ((self._take_it, "take"), (self._leave_it, "leave"), (self._import, "import"), (self._export, "export"))
        for button, name in (*named, *more):
            button.setObjectName(f"keys.{name}")
        self._listen()
        self._lay_out()
        self.setMinimumSize(_LEAST)
        self.setMaximumSize(_MOST)
        self.hide()

    def _listen(self) -> None:
        self._take_it.clicked.connect(self._agree)
        self._leave_it.clicked.connect(self._decline)
        self._import.clicked.connect(self._choose_import)
        self._export.clicked.connect(self._choose_export)
        self._back.clicked.connect(self._give_back)
        self._second.clicked.connect(lambda: self._ask(self._list.currentItem(), beside=True))
        self._one.clicked.connect(self._usual_key)
        self._usual.clicked.connect(self._usual_keys)
        self._close.clicked.connect(self.hide)

    def _lay_out(self) -> None:
        row, told, above = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        told.addWidget(self._foot, 1)
        for button in (self._back, self._take_it, self._leave_it):
            button.hide()
            told.addWidget(button)
        above.addWidget(self.search, 1)
        above.addWidget(self._import)
        above.addWidget(self._export)
        for button in (self._second, self._one, self._usual):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addLayout(above)
        column.addWidget(self._list, 1)
        column.addLayout(told)
        column.addLayout(row)

    def sizeHint(self) -> QSize:
        """See Qt."""
        return _MOST

    def hasHeightForWidth(self) -> bool:
        """See Qt; the list takes what height there is, whatever the line below it needs."""
        return False

    @property
    def list(self) -> QTreeWidget:
        """The commands and their keys; filled for who looks at them, not at each start of the window."""
        self._fill()
        return self._list

    def retranslate(self) -> None:
        """Say the sheet in the current language."""
        self._title.setText(translate(mark("Keys")))
        self._list.setHeaderLabels([translate(mark("Command")), translate(mark("Key"))])
        for button, words in (
            *((self._usual, mark("Usual keys")), (self._one, mark("Usual key")), (self._second, mark("One more key"))),
            *((self._back, mark("As before")), (self._take_it, mark("Give the key")), (self._leave_it, mark("Leave it"))),
            *((self._import, mark("Import…")), (self._export, mark("Export…")), (self._close, mark("Close"))),
        ):
            button.setText(translate(words))
        sought = translate(mark("Search a command or a key"))
        self.search.setPlaceholderText(sought)
        self.search.setAccessibleName(sought)
        self._filled = False
        if self.isVisible():
            self._fill()
        self._say(message("Enter or a double click on a command, then a key, changes its key"))

    def _fill(self) -> None:
        if self._filled:
            return
        self._filled = True
        current = self._list.currentItem()
        chosen = current.data(0, _NAME_ROLE) if current is not None else None
        self._list.clear()
        for title, entries in self._commands.tables():
            head = QTreeWidgetItem(self._list, [title, ""])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for name in entries:
                item = QTreeWidgetItem(head, [self._commands.text_of(name), "   ".join(map(_shown, self._commands.keys_of(name)))])
                item.setData(0, _NAME_ROLE, name)
                if name == chosen:
                    self._list.setCurrentItem(item)
        hand = QTreeWidgetItem(self._list, [translate(mark("Mouse and drawing")), ""])
        hand.setFlags(Qt.ItemFlag.ItemIsEnabled)
        for gesture, meaning in HAND:
            QTreeWidgetItem(hand, [translate(meaning), translate(gesture)]).setFlags(Qt.ItemFlag.ItemIsEnabled)
        self._list.expandAll()
        self._sift()

    def _sift(self) -> None:
        """Show the rows that hold what is searched for."""
        sought = self.search.text().casefold().strip()
        for head in filter(None, map(self._list.topLevelItem, range(self._list.topLevelItemCount()))):
            rows = [row for row in map(head.child, range(head.childCount())) if row is not None]
            for row in rows:
                row.setHidden(sought not in f"{row.text(0)} {row.text(1)}".casefold())
            head.setHidden(all(row.isHidden() for row in rows))

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        self._fill()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt; what was asked is over, and keys are commands again."""
        self._wanted = None
        self._keys.release()
        super().hideEvent(event)

    def _ask(self, item: QTreeWidgetItem | None, *, beside: bool = False) -> None:
        name = item.data(0, _NAME_ROLE) if item is not None else None
        if isinstance(name, str):
            self._say(message("Press the new key for “{command}”; Esc leaves it as it is", command=self._commands.text_of(name)))
            self._keys.capture(lambda press: self._take(name, press, beside=beside))

    def _take(self, name: str, press: Press | None, *, beside: bool = False) -> None:
        if press is None:
            self._decline()
            return
        key = QKeySequence(press[0] | press[1]).toString(QKeySequence.SequenceFormat.PortableText)
        self._propose(name, (key,), lambda: self._commands.change_key(name, key, beside=beside), beside=beside)

    def _usual_key(self) -> None:
        item = self._list.currentItem()
        name = item.data(0, _NAME_ROLE) if item is not None else None
        if isinstance(name, str):
            self._propose(name, self._commands.specs[name].keys, lambda: self._commands.usual_key(name))

    def _propose(self, name: str, keys: tuple[str, ...], change: Callable[[], None], *, beside: bool = False) -> None:
        """Change keys; where another command has one of them, ask first."""
        losers = self._commands.holders(name, keys)
        if not losers:
            self._keys.release()
            self._change(change)
            return
        taken = [key for key in keys if self._commands.holders(name, (key,))]
        asked = message(
            "“{key}” belongs to “{others}”. Give it to “{command}”? Enter gives it, Esc leaves it, another key is tried instead",
            key=", ".join(map(_shown, taken)), others=self._texts(losers), command=self._commands.text_of(name),
        )  # fmt: skip
        self._say(asked)
        self._wanted = lambda: self._change(change, losers)
        self._take_it.show()
        self._leave_it.show()
        self._keys.capture(lambda press: self._agree() if press == _YES else self._take(name, press, beside=beside))

    def _agree(self) -> None:
        wanted, self._wanted = self._wanted, None
        self._keys.release()
        if wanted is not None:
            wanted()

    def _decline(self) -> None:
        self._keys.release()
        self._say(message("The key stays as it was"))

    def _change(self, change: Callable[[], None], losers: Sequence[str] = ()) -> None:
        """Change keys; where another command loses one, that is said, and it can have it back."""
        before = self._commands.own_keys()
        self._do(change)
        self.changed.emit()
        if not losers:
            self._say(message("Changed"))
            return
        bare = [name for name in losers if not self._commands.keys_of(name)]
        sentence = message("“{command}” has no key now") if bare else message("“{command}” has lost this key")
        self._say(Message(sentence.text, (("command", self._texts(bare or losers)),)))
        self._offer(before)

    def _offer(self, before: dict[str, tuple[str, ...]]) -> None:
        self._before = before
        self._back.show()

    def _give_back(self) -> None:
        before = self._before
        if before is not None:
            self._change(lambda: self._commands.put_back(before))
            self._say(message("The keys are as before"))

    def _usual_keys(self) -> None:
        before = self._commands.own_keys()
        self._do(self._commands.usual_keys)
        self.changed.emit()
        self._say(message("The usual keys are back"))
        if before:
            self._offer(before)

    def _do(self, change: Callable[[], None]) -> None:
        try:
            change()
        except OSError as error:
            reason = system_cause(error)
            self.said.emit(message("The key counts until the window is closed, the settings could not be written: {reason}", reason=reason))

    def _choose_export(self) -> None:
        choosing.choose_new_file(self.window(), translate(mark("Export the keys")), "annotator-keys.json", self.export_to)

    def _choose_import(self) -> None:
        patterns = translate(mark("Keys ({pattern})"), pattern="*.json")
        choosing.choose_file(self.window(), translate(mark("Import keys")), patterns, self.import_from)

    def export_to(self, path: Path) -> None:
        """Write the keys of all commands to a file, or say why that cannot be."""
        try:
            path.write_bytes(key_sets.written(self._commands.all_keys()))
        except OSError as error:
            self._say(message("The keys could not be written to {name}: {reason}", name=path.name, reason=system_cause(error)))
            return
        self._say(message("The keys are written to {name}", name=path.name))

    def import_from(self, path: Path) -> None:
        """Take the keys of a file, and say what of it could not be taken."""
        before = self._commands.own_keys()
        try:
            with path.open("rb") as file:
                content = file.read(key_sets.MOST + 1)
        except OSError as error:
            self._say(message("The keys could not be read from {name}: {reason}", name=path.name, reason=system_cause(error)))
            return
        found: list[key_sets.Imported] = []
        try:
            self._do(lambda: found.append(self._commands.import_keys(path.name, content)))
        except AnnotatorError as error:
            self._say(error.message)
            return
        self.changed.emit()
        self._say(message("The keys of {name} count now", name=path.name), *(self._remarks(found[0]) if found else ()))
        self._offer(before)

    def _remarks(self, found: key_sets.Imported) -> Iterator[Message]:
        """What of a file could not be taken over, the first of each kind by name."""
        if found.unknown:
            names = _some(found.unknown)
            yield message("unknown commands here ({count}): {names}", count=len(found.unknown), names=names)
        if found.unreadable:
            yield message("not understood as keys: {texts}", texts=_some(found.unreadable))
        for clash in found.clashes[:_TOLD]:
            yield message(
                "“{key}” stays with “{kept}”, “{lost}” does not get it",
                key=_shown(clash.key), kept=self._commands.text_of(clash.kept), lost=self._commands.text_of(clash.lost),
            )  # fmt: skip
        if len(found.clashes) > _TOLD:
            yield message("and {count} more keys that two commands have", count=len(found.clashes) - _TOLD)

    def _texts(self, names: Sequence[str]) -> str:
        return ", ".join(map(self._commands.text_of, names))

    def _say(self, *sentences: Message) -> None:
        self._wanted = None
        for button in (self._back, self._take_it, self._leave_it):
            button.hide()
        self._foot.setText(". ".join(map(say, sentences)))


def _some(texts: Sequence[str]) -> str:
    return ", ".join(texts[:_TOLD]) + (", …" if len(texts) > _TOLD else "")


def _shown(key: str) -> str:
    return QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText).toString(QKeySequence.SequenceFormat.NativeText)
