"""Read which key was pressed, by its place on the keyboard where the input language gives it no Latin letter."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from annotator.gui.hangul import is_hangul, strokes

Press = tuple[int, int]
"""A Qt key and its modifiers, as numbers."""

_SET_1 = {2: "1234567890", 16: "QWERTYUIOP", 30: "ASDFGHJKL", 44: "ZXCVBNM"}
"""First scan code of a row (set 1, which the Linux kernel shares) → its keys."""
_BY_SCAN_CODE = {start + place: letter for start, row in _SET_1.items() for place, letter in enumerate(row)}
_APPLE = {
    **dict(zip(range(10), "ASDFHGZXCV", strict=True)),
    **dict(zip(range(11, 24), "BQWERYT123465", strict=True)),
    **dict(zip((25, 26, 28, 29, 31, 32, 34, 35, 37, 38, 40, 45, 46), "9780OUIPLJKNM", strict=True)),
}
"""Virtual key codes of Apple's ANSI keyboard → keys."""
_MODIFIERS = (
    Qt.KeyboardModifier.ShiftModifier.value
    | Qt.KeyboardModifier.ControlModifier.value
    | Qt.KeyboardModifier.AltModifier.value
    | Qt.KeyboardModifier.MetaModifier.value
)
SHIFT = Qt.KeyboardModifier.ShiftModifier.value
_FIRST_SPECIAL = 0x01000000
_X11_OFFSET = 8


def is_enter(event: QKeyEvent) -> bool:
    """Whether Enter was pressed, which ends a shape; with Ctrl it means the case."""
    return press_of(event)[0] == Qt.Key.Key_Return and not event.modifiers() & Qt.KeyboardModifier.ControlModifier


def press_of(event: QKeyEvent) -> Press:
    """Return the key and modifiers of an event; a Hangul letter, or one of another script, counts as the Latin one in its place."""
    key, modifiers = event.key(), event.modifiers().value & _MODIFIERS
    if key == Qt.Key.Key_Backtab:
        return int(Qt.Key.Key_Tab), modifiers | SHIFT
    if key == Qt.Key.Key_Enter:
        return int(Qt.Key.Key_Return), modifiers
    if key >= _FIRST_SPECIAL and key != Qt.Key.Key_unknown:
        return key, modifiers
    if 0x20 <= key < 0x7F:
        return _upper(key), modifiers
    for written in (event.text(), chr(key) if 0 < key < _FIRST_SPECIAL else ""):
        if is_hangul(written):
            return ord(strokes(written)[-1].upper()), modifiers & ~SHIFT
    placed = _letter_at(event)
    return (ord(placed) if placed else key), modifiers


def digit_of(event: QKeyEvent) -> Press | None:
    """Return the digit of the upper row in whose place a sign was written with Shift, with the modifiers; None for any other event."""
    modifiers = event.modifiers().value & _MODIFIERS
    digit = _letter_at(event) if modifiers & SHIFT else ""
    return (ord(digit), modifiers) if digit.isdigit() else None


def shiftless(press: Press) -> Press:
    """Return the press without Shift where Shift only served to write a sign, as in `+`; else the press itself."""
    key, modifiers = press
    sign = 0x20 < key < 0x7F and not chr(key).isalnum()
    return (key, modifiers & ~SHIFT) if sign else press


def _upper(key: int) -> int:
    return ord(chr(key).upper())


def _letter_at(event: QKeyEvent) -> str:
    if sys.platform == "darwin":
        return _APPLE.get(event.nativeVirtualKey(), "") if event.nativeVirtualKey() else ""
    offset = 0 if sys.platform == "win32" else _X11_OFFSET
    return _BY_SCAN_CODE.get(event.nativeScanCode() - offset, "")
