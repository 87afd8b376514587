"""Keys are called what stands on them, in the sheet of keys, in the menus and in what is said; kept ones keep their portable names."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from annotator.gui.window import MainWindow

STRANGE = re.compile(r"\b(Return|Up|Down|PgDown)\b|(^|\+)(Left|Right)\b(?! )")


@pytest.mark.parametrize(
    ("name", "shown", "kept"),
    [
        ("image.next", "↓", "Down"),
        ("case.done", "Ctrl+Enter", "Ctrl+Return"),
        ("lesion.next", "Ctrl+PgDn", "Ctrl+PgDown"),
        ("edit.nudge_left", "Alt+Shift+←", "Alt+Shift+Left"),
        ("edit.delete", "Del", "Del"),
    ],
)
def test_a_key_is_written_as_it_stands_on_the_keyboard(window: MainWindow, name: str, shown: str, kept: str) -> None:
    assert window.commands.shown_key(name) == shown
    assert window.commands.actions[name].shortcut().toString(QKeySequence.SequenceFormat.PortableText) == kept


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_sheet_of_keys_names_none_of_them_in_another_way(window: MainWindow, language: str) -> None:
    window.speak(language)
    QTest.keyClick(window.view, Qt.Key.Key_F1)
    tree = window.key_sheet.list
    keys = []
    for group in range(tree.topLevelItemCount()):
        top = tree.topLevelItem(group)
        assert top is not None
        keys += [top.child(row).text(1) for row in range(top.childCount())]
    assert len(keys) > 100
    assert not [key for key in keys if STRANGE.search(key)]
    assert any("↓" in key for key in keys) and any("Enter" in key for key in keys)
    window.speak("en")
