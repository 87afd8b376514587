"""Make the window's actions and menus out of the tables, and keep their words, marks and keys as they should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from annotator import settings
from annotator.gui import key_sets
from annotator.gui.actions import ActionSpec, Ask, Desk, Menu, wanted_by
from annotator.gui.keys import Keys, press_of_sequence, take_typing
from annotator.gui.menu_tips import MenuTips
from annotator.gui.positions import Press
from annotator.gui.theme import Theme, icon
from annotator.gui.verbs import under_pointer
from annotator.i18n import Message, language, message, translate
from annotator.present.case_names import said_of
from annotator.workspace.session import Session

KEYS_SETTING = "keys"


class Commands:
    """The actions of one window, by name."""

    def __init__(self, window: QMainWindow, desk: Desk, session: Session, tables: Sequence[Menu], theme: Theme) -> None:
        self.desk = desk
        self._session = session
        self._theme = theme
        self._groups: dict[str, QActionGroup] = {}
        self._menus: list[tuple[Menu, QMenu]] = []
        self._window = window
        self._tips = MenuTips(window, self._told)
        self._said: dict[str, tuple[object, ...]] = {}
        self._on: dict[Ask, bool] = {}
        """What each question whether commands can be given was answered last."""
        self._ticked: dict[str, bool] = {}
        """Which actions are checked."""
        self._tables = tuple(tables)
        self.specs: dict[str, ActionSpec] = {spec.name: spec for table in tables for spec in table.actions()}
        self.actions: dict[str, QAction] = {name: self._action(spec) for name, spec in self.specs.items()}
        self._asking: dict[Ask, list[QAction]] = {}
        for name, spec in self.specs.items():
            if spec.barred is None:
                self._asking.setdefault(spec.enabled, []).append(self.actions[name])
        self._ticking = [(name, spec.checked, self.actions[name]) for name, spec in self.specs.items() if spec.checked is not None]
        self._naming = [spec for spec in self.specs.values() if (spec.subject, spec.words, spec.barred) != (None, None, None)]
        self._changed: dict[str, tuple[str, ...]] = _remembered_keys()
        for table in tables:
            self._fill(window.menuBar().addMenu(""), table)

    def keys_of(self, name: str) -> tuple[str, ...]:
        """Return the keys of a command, the person's own or the usual ones, as portable key texts."""
        return self._changed.get(name, self.specs[name].keys)

    def holders(self, name: str, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Return the other commands that have one of these keys."""
        return key_sets.holders(self.all_keys(), keys, name)

    def all_keys(self) -> dict[str, tuple[str, ...]]:
        """Return the keys of every command."""
        return {name: self.keys_of(name) for name in self.specs}

    def change_key(self, name: str, key: str, *, beside: bool = False) -> None:
        """Give a command another key (none for an empty text), or one more `beside` those it has; who has it loses it.  Raises OSError."""
        self._take_from(self.holders(name, (key,)), (key,))
        kept = key_sets.without(self.keys_of(name), (key,)) if beside else ()
        self._changed[name] = (*kept, key) if key else ()
        self._remember()

    def own_keys(self) -> dict[str, tuple[str, ...]]:
        """Return the keys that a person has changed, by command."""
        return dict(self._changed)

    def put_back(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Take the changed keys as they were before; raises OSError."""
        self._changed = dict(keys)
        self._remember()

    def usual_key(self, name: str) -> None:
        """Give one command its usual keys back; who has one of them loses it.  Raises OSError."""
        usual = self.specs[name].keys
        self._take_from(self.holders(name, usual), usual)
        self._changed.pop(name, None)
        self._remember()

    def import_keys(self, name: str, content: bytes) -> key_sets.Imported:
        """Take the keys of a file called `name`; returns what it said.  Raises AnnotatorError where it is none, and OSError."""
        usual = {command: spec.keys for command, spec in self.specs.items()}
        found = key_sets.understood(name, content, usual)
        self._changed = {command: keys for command, keys in found.keys.items() if keys != usual[command]}
        self._remember()
        return found

    def _take_from(self, losers: Sequence[str], keys: tuple[str, ...]) -> None:
        for loser in losers:
            self._changed[loser] = key_sets.without(self.keys_of(loser), keys)

    def _remember(self) -> None:
        settings.remember({KEYS_SETTING: {changed: list(keys) for changed, keys in self._changed.items()}})

    def usual_keys(self) -> None:
        """Give every command its usual keys back; raises OSError."""
        self._changed = {}
        settings.remember({KEYS_SETTING: {}})

    def tables(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the menus in order: title in the current language, and the names of their commands."""
        return tuple((_title(translate(table.text)), tuple(spec.name for spec in table.actions())) for table in self._tables)

    def bind(self, keys: Keys) -> None:
        """Tell the key filter which press runs what, and the actions which keys to show."""
        presses: dict[Press, str] = {}
        self._said = {}
        for name, action in self.actions.items():
            texts = self.keys_of(name)
            action.setShortcuts([QKeySequence.fromString(text, QKeySequence.SequenceFormat.PortableText) for text in texts])
            action.setShortcutVisibleInContextMenu(True)
            presses.update({press: name for press in map(press_of_sequence, texts) if press is not None})
        keys.bind(
            {press: self.actions[name] for press, name in presses.items()},
            on_picture=[press for press, name in presses.items() if self.specs[name].on_picture],
            held=[press for press, name in presses.items() if self.specs[name].held],
            switched_off=self.pressed,
        )

    def retranslate(self) -> None:
        """Say every action and menu in the current language."""
        for table, menu in self._menus:
            menu.setTitle(translate(table.text))
        for name, action in self.actions.items():
            self._name(self.specs[name], action)

    def sync(self) -> None:
        """Switch actions on and off, and check them, as the session stands; only what is another is told to Qt."""
        session, desk = self._session, self.desk
        for ask, asking in self._asking.items():
            enabled = ask(session, desk)
            if self._on.get(ask) != enabled:
                self._on[ask] = enabled
                for action in asking:
                    action.setEnabled(enabled)
        for name, checked, action in self._ticking:
            ticked = checked(session, desk)
            if self._ticked.get(name, False) != ticked:
                action.setChecked(ticked)
        for spec in self._naming:
            self._name(spec, self.actions[spec.name])

    def shown_key(self, name: str) -> str:
        """Return the first key of a command as people write it, empty if it has none."""
        return self.actions[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def short_key(self, name: str) -> str:
        """Return that key as it is written where there is little room: `⇧W` for Shift and W."""
        return self.shown_key(name).replace("Shift+", "⇧")

    def text_of(self, name: str) -> str:
        """Return the words of a command alone, in the current language."""
        return _text(self.specs[name])

    def written(self, key: str) -> str:
        """Return a portable key text as people write it on this system."""
        return QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText).toString(QKeySequence.SequenceFormat.NativeText)

    def row_of(self, name: str) -> Callable[[str], str] | None:
        """Return what says a whole row of commands such as `Category {number}`, of which this is one; None where it is in no row."""
        spec = self.specs[name]
        return None if spec.number is None or not name.endswith(f".{spec.number}") else lambda numbers: translate(spec.text, number=numbers)

    def _action(self, spec: ActionSpec) -> QAction:
        action = QAction(self._window)
        action.setObjectName(spec.name)
        action.setIcon(icon(f"{spec.name}.svg", self._theme))
        action.setAutoRepeat(spec.repeats)
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.setCheckable(spec.checked is not None)
        action.toggled.connect(partial(self._ticked.__setitem__, spec.name))
        if spec.group:
            if spec.group not in self._groups:
                self._groups[spec.group] = QActionGroup(self._window)
            self._groups[spec.group].addAction(action)
        action.triggered.connect(lambda _checked=False: self._run(spec))
        self._window.addAction(action)
        return action

    def pressed(self, name: str) -> None:
        """The key of a command that is switched off was pressed: run it if it can be run by now, else say what it waits for."""
        spec = self.specs[name]
        if spec.can_run(self._session, self.desk):
            self._run(spec)
        elif spec.pointed is not None and (under := under_pointer(self._session, self.desk)):
            spec.pointed(self._session, under[0])
            self.sync()
        elif self.actions[name].isVisible():
            self._session.say(self._wanting(spec))

    def explain(self, menu: QMenu) -> None:
        """Let a menu say of each command in it what it does, or why it cannot be chosen now."""
        menu.installEventFilter(self._tips)

    def _told(self, entry: QAction) -> str:
        spec = self.specs.get(entry.objectName())
        if spec is None:
            return ""
        return translate(spec.tip) if entry.isEnabled() else said_of(self._session, self._wanting(spec))

    def _wanting(self, spec: ActionSpec) -> Message:
        """What a command waits for that cannot be run now."""
        why = spec.barred(self._session) if spec.barred is not None else None
        return why or message("{command}: {wanted}", command=self.text_of(spec.name), wanted=translate(wanted_by(spec.enabled)))

    def _run(self, spec: ActionSpec) -> None:
        take_typing()
        if spec.waits(self._session, self.desk):
            self.desk.view.keep_at_it()
        else:
            spec.run(self._session, self.desk)
        self.sync()

    def _fill(self, menu: QMenu, table: Menu) -> None:
        menu.setObjectName(table.name)
        self.explain(menu)
        self._menus.append((table, menu))
        for entry in table.entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, Menu):
                self._fill(menu.addMenu(""), entry)
            else:
                menu.addAction(self.actions[entry.name])

    def _name(self, spec: ActionSpec, action: QAction) -> None:
        subject = spec.subject(self._session) if spec.subject is not None else None
        words = spec.words(self._session) if spec.words is not None else None
        why = spec.barred(self._session) if spec.barred is not None else None
        said = language(), subject, words, why
        if self._said.get(spec.name) == said:
            return
        self._said[spec.name] = said
        if spec.barred is not None:
            action.setEnabled(why is None)
        text = words or (_text(spec) if subject is None else f"{_text(spec)}: {said_of(self._session, subject)}")
        if spec.words is not None:
            action.setVisible(words is not None)
        key = self.shown_key(spec.name)
        action.setText(text)
        action.setIconText(words or (translate(spec.short) if spec.short else _text(spec)))
        tip = f"{text} ({key})" if key else text
        told = translate(spec.tip) if why is None else said_of(self._session, why)
        action.setToolTip(f"{tip}\n{told}" if told else tip)
        action.setStatusTip("")


def _title(menu: str) -> str:
    """Return a menu's title without its mnemonic, which Korean writes behind: `파일(&F)`."""
    return re.sub(r"\(&\w\)|&", "", menu)


def _text(spec: ActionSpec) -> str:
    if spec.about:
        return translate(spec.text, about=translate(spec.about))
    return translate(spec.text) if spec.number is None else translate(spec.text, number=spec.number)


def _remembered_keys() -> dict[str, tuple[str, ...]]:
    stored: Mapping[str, settings.Value] = settings.read(KEYS_SETTING, {})
    return {name: tuple(key for key in keys if isinstance(key, str)) for name, keys in stored.items() if isinstance(keys, list)}
