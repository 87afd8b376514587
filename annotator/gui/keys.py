"""Make keys commands, whatever has the focus and whatever the input language.

One filter sees every key of the window before the widget that has the focus does.  A number field keeps what writes numbers, a list keeps
what moves in it, a text field keeps its text; everything else is looked up by position and runs an action.  What an input method writes
anywhere but in a text field is turned back into the keys that were pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QInputMethodEvent, QInputMethodQueryEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from annotator.gui.hangul import strokes
from annotator.gui.positions import SHIFT, Press, digit_of, press_of, shiftless

_WATCHED = (
    *(QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease),
    *(QEvent.Type.InputMethod, QEvent.Type.InputMethodQuery, QEvent.Type.WindowDeactivate),
)
_CONTROL = Qt.KeyboardModifier.ControlModifier.value
_ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
_LIST_KEYS = _ARROWS | {Qt.Key.Key_Home, Qt.Key.Key_End}
_NUMBER_KEYS = _LIST_KEYS | {Qt.Key.Key_Backspace, Qt.Key.Key_Delete}
_MOVES = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
_CHOICE_KEYS = frozenset({Qt.Key.Key_Return, *map(ord, "0123456789")})
_NUMBER_EDITING = frozenset({(ord(letter), _CONTROL) for letter in "ACVX"})
_WORD_EDITING = frozenset({(int(Qt.Key.Key_Delete), _CONTROL), (int(Qt.Key.Key_Backspace), _CONTROL)})
_TEXT_EDITING = _NUMBER_EDITING | _WORD_EDITING | {(ord("Z"), _CONTROL), (ord("Y"), _CONTROL), (ord("Z"), _CONTROL | SHIFT)}
_LEAVE = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Escape})
_DRAWING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Backspace})
_PICTURE_KEYS = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Escape})
SHEET = "sheet"
"""Object name of the panels that lie over the picture and go away with Esc."""
TORN = "torn_window"
"""Object name of the windows of a main window that hold what was torn off it: keys mean there what they mean in it."""
OWN_KEYS = "own_keys"
"""Property of a widget in which all keys mean what Qt makes of them: an editor over the picture, whose cells are typed in."""
KEPT_KEYS = "kept_keys"
"""Property of a widget that keeps some keys for itself, pressed alone: a list of them."""
_NUMBER_SIGNS = frozenset("0123456789+-.,")


def press_of_sequence(text: str) -> Press | None:
    """Return the press that a key text such as `Ctrl+Shift+Z` names; None if it names none."""
    sequence = QKeySequence.fromString(text, QKeySequence.SequenceFormat.PortableText)
    if sequence.count() != 1:
        return None
    combination: QKeyCombination = sequence[0]  # type: ignore[index]  # missing in PySide6's stubs
    key = int(combination.key())
    if key == Qt.Key.Key_unknown:
        return None
    return (int(Qt.Key.Key_Return) if key == Qt.Key.Key_Enter else key), combination.keyboardModifiers().value


class Keys(QObject):
    """The key filter of one window; `picture` is the image view, which keeps Space and Esc, and what ends a
    shape while one is being drawn, and gets the focus back."""

    def __init__(self, window: QWidget, picture: QWidget, drawing: Callable[[], bool]) -> None:
        super().__init__(window)
        self._drawing = drawing
        self._window = window
        self._picture = picture
        self._actions: dict[Press, QAction] = {}
        self._on_picture: frozenset[Press] = frozenset()
        self._held: frozenset[Press] = frozenset()
        self._down: set[Press] = set()
        self._composing = ""
        self._handing = False
        self._capture: Callable[[Press | None], None] | None = None
        self._switched_off: Callable[[str], None] = lambda name: None
        self._first: dict[QEvent.Type, Callable[[QObject, QEvent], bool]] = {}

    def first(self, kinds: Iterable[QEvent.Type], hear: Callable[[QObject, QEvent], bool]) -> None:
        """Let `hear` see such events before anybody else and keep them back (True): one filter for all, as Qt asks each for every event."""
        self._first.update(dict.fromkeys(kinds, hear))

    def follow(self, picture: QWidget) -> None:
        """Take another image view for the picture: the one that is worked in now."""
        self._picture = picture

    def bind(
        self, actions: Mapping[Press, QAction], on_picture: Iterable[Press], held: Iterable[Press], switched_off: Callable[[str], None]
    ) -> None:
        """Let presses run actions; those `on_picture` only while the picture has the focus; `held` ones run again on release.

        `switched_off` is told the name of an action whose key was pressed though it cannot be run.
        """
        self._switched_off = switched_off
        self._actions = dict(actions)
        self._on_picture = frozenset(on_picture)
        self._held = frozenset(held)

    def capture(self, answer: Callable[[Press | None], None]) -> None:
        """Give the next press to `answer` instead of running it; Esc gives None."""
        self._capture = answer

    def release(self) -> None:
        """Give no press to anybody any more: they run again what they are bound to."""
        self._capture = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt; called for every event of the program, so the cheap questions come first."""
        kind = event.type()
        first = self._first.get(kind)
        if first is not None and first(watched, event):
            return True
        if kind not in _WATCHED or not isinstance(watched, QWidget) or not self._is_ours(watched.window()):
            return False
        if kind is QEvent.Type.WindowDeactivate:
            self._let_go()
            return False
        if isinstance(event, QInputMethodQueryEvent):
            return self._deny_input_method(watched, event)
        if isinstance(event, QInputMethodEvent):
            return self._composed(watched, event)
        if not isinstance(event, QKeyEvent):
            return False
        if _has_own_keys(watched):
            event.setAccepted(event.isAccepted() or kind is QEvent.Type.ShortcutOverride)
            return kind is QEvent.Type.ShortcutOverride
        receiver = (watched.focusWidget() or self._picture) if watched.isWindow() else watched
        if kind is QEvent.Type.KeyRelease:
            return self._released(receiver, event)
        if kind is QEvent.Type.ShortcutOverride:
            return self._claim(receiver, event)
        return self._pressed(receiver, event)

    def _is_ours(self, window: QWidget) -> bool:
        return window is self._window or (window.objectName() == TORN and window.parentWidget() is self._window)

    def _claim(self, widget: QWidget, event: QKeyEvent) -> bool:
        """Keep Qt's own shortcut table out: the press that follows decides."""
        press = self._press(event)
        ours = self._capture is not None or self._action(press) is not None or _keeps(widget, press) or press[0] in _LEAVE | _PICTURE_KEYS
        if ours:
            event.accept()
        return ours

    def _pressed(self, widget: QWidget, event: QKeyEvent) -> bool:
        press = self._press(event)
        if self._capture is not None:
            return self._captured(press)
        if _is_number(widget) and press[0] in _LEAVE and not press[1]:
            return self._leave(widget)
        if press[0] in _DRAWING and self._drawing():
            if widget is self._picture:
                return False
            if not (press[1] or _is_text(widget) or _is_number(widget)):
                return self._hand_to_picture(event)
        if _keeps(widget, press) and not self._goes_on(widget, press):
            widget.event(event)  # and no further: what a field leaves over is no command of its panel
            if _is_text(widget) and (press[0] == Qt.Key.Key_Return or QApplication.focusWidget() is not widget):
                event.accept()  # Qt would send it up to the window, and that to the field which has the keyboard by then
            return True
        sheet = _sheet_around(widget)
        if sheet is not None and press[0] == Qt.Key.Key_Escape:
            sheet.hide()
            self._picture.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if press[0] in _PICTURE_KEYS and not press[1] and widget is not self._picture and not _is_text(widget):
            return self._hand_to_picture(event)
        if isinstance(widget, QAbstractButton) and press[0] == Qt.Key.Key_Return and not press[1]:
            widget.click()
            return True
        action = self._action(press)
        if action is None:
            return isinstance(widget, QAbstractItemView | QAbstractSpinBox) and _writes(press)
        if self._only_on_picture(press) and widget is not self._picture:
            return False
        if not event.isAutoRepeat() or action.autoRepeat():
            self._run(press, action)
        return True

    def _press(self, event: QKeyEvent) -> Press:
        """Return the press; a sign that means nothing, written with Shift and a digit, counts as that digit."""
        press = press_of(event)
        digit = digit_of(event) if self._action(press) is None else None
        return digit if digit is not None and digit in self._actions else press

    def _released(self, widget: QWidget, event: QKeyEvent) -> bool:
        press = press_of(event)
        if event.isAutoRepeat():
            return False
        for held in [down for down in self._down if down[0] == press[0]]:
            self._down.discard(held)
            self._actions[held].trigger()
        if press[0] == Qt.Key.Key_Space and widget is not self._picture and not _is_text(widget):
            return self._hand_to_picture(event)
        return False

    def _run(self, press: Press, action: QAction) -> None:
        place = self._place(press)
        if not action.isEnabled():
            self._switched_off(action.objectName())
            return
        if place in self._held:
            if place in self._down:
                return
            self._down.add(place)
        action.trigger()

    def _let_go(self) -> None:
        for press in tuple(self._down):
            self._down.discard(press)
            self._actions[press].trigger()

    def _goes_on(self, widget: QWidget, press: Press) -> bool:
        """Whether Tab, pressed on the picture, leads on in the work there and not to the next widget."""
        action = self._action(press) if press[0] in _MOVES and widget is self._picture else None
        return action is not None and action.isEnabled() and self._only_on_picture(press)

    def _place(self, press: Press) -> Press:
        return press if press in self._actions else shiftless(press)

    def _action(self, press: Press) -> QAction | None:
        return self._actions.get(self._place(press))

    def _only_on_picture(self, press: Press) -> bool:
        return self._place(press) in self._on_picture

    def _captured(self, press: Press) -> bool:
        if Qt.Key.Key_Shift <= press[0] <= Qt.Key.Key_ScrollLock:
            return True
        answer, self._capture = self._capture, None
        if answer is not None:
            answer(None if press[0] == Qt.Key.Key_Escape else shiftless(press))
        return True

    def _leave(self, widget: QWidget) -> bool:
        _take_number(widget)
        self._picture.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _hand_to_picture(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self._picture.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._handing:  # what the picture leaves over comes up again at each widget around it
            self._handing = True
            QApplication.sendEvent(self._picture, event.clone())
            self._handing = False
        return True

    def _deny_input_method(self, widget: QWidget, event: QInputMethodQueryEvent) -> bool:
        if _is_text(widget) or _has_own_keys(widget) or not event.queries() & Qt.InputMethodQuery.ImEnabled:
            return False
        event.setValue(Qt.InputMethodQuery.ImEnabled, False)
        event.accept()
        return event.queries() == Qt.InputMethodQuery.ImEnabled

    def _composed(self, widget: QWidget, event: QInputMethodEvent) -> bool:
        """Run the keys that an input method made a text of; what was run while it was composed is not run again when it is committed."""
        if _is_text(widget):
            return False
        keys = strokes(event.commitString() + event.preeditString())
        if _is_number(widget) and keys and set(keys) <= _NUMBER_SIGNS:
            return False
        shared = len(self._composing) if keys.startswith(self._composing) else 0
        self._composing = strokes(event.preeditString())
        for letter in keys[shared:]:
            press = (ord(letter.upper()), 0)
            action = self._action(press)
            if action is not None:
                self._run(press, action)
                self._down.discard(press)
        event.accept()
        return True


def _is_number(widget: QWidget) -> bool:
    return isinstance(widget, QAbstractSpinBox) or isinstance(widget.parentWidget(), QAbstractSpinBox)


def _is_text(widget: QWidget) -> bool:
    return isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit) and not _is_number(widget)


def _keeps(widget: QWidget, press: Press) -> bool:
    """Whether the widget needs this press for what it is there for."""
    key, modifiers = press
    if key in _MOVES:
        return True
    if _is_number(widget):
        plain = not modifiers & ~SHIFT
        return (plain and (key in _NUMBER_KEYS or (key < 0x7F and chr(key) in _NUMBER_SIGNS))) or press in _NUMBER_EDITING
    if _is_text(widget):
        return _is_typing(press)
    kept = widget.property(KEPT_KEYS)
    if kept:
        return not modifiers and key in kept
    if isinstance(widget, QComboBox):
        return not modifiers and (key in _CHOICE_KEYS or key in _NUMBER_KEYS)
    if isinstance(widget, QAbstractItemView):
        return (key in _LIST_KEYS and not modifiers & ~SHIFT) or (key == Qt.Key.Key_Return and not modifiers)
    return False


def _is_typing(press: Press) -> bool:
    key, modifiers = press
    function = Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35
    return press in _TEXT_EDITING or (not modifiers & ~SHIFT and not function) or (key in _ARROWS and modifiers & _CONTROL != 0)


def _writes(press: Press) -> bool:
    """Whether the press would be taken for typing by a list that searches as one types."""
    return 0x20 < press[0] < 0x01000000 and not press[1] & ~SHIFT


def _sheet_around(widget: QWidget | None) -> QWidget | None:
    while widget is not None and widget.objectName() != SHEET:
        widget = widget.parentWidget()
    return widget


def _has_own_keys(widget: QWidget | None) -> bool:
    while widget is not None and not widget.property(OWN_KEYS):
        widget = widget.parentWidget()
    return widget is not None


def _take_number(widget: QWidget) -> None:
    field = widget if isinstance(widget, QAbstractSpinBox) else widget.parentWidget()
    if isinstance(field, QAbstractSpinBox):
        field.interpretText()


def take_typing() -> None:
    """Let what is being typed count before something is done that leads away from it, as it would on leaving the field."""
    field = QApplication.focusWidget()
    if field is not None and (_is_text(field) or _is_number(field)):
        QGuiApplication.inputMethod().commit()
        _take_number(field)
        if isinstance(field, QLineEdit) and field.isModified():
            field.editingFinished.emit()
