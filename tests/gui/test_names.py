"""The names of the window's parts are its interface: they are there, once, and of the right kind."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QListView, QMenu, QTreeView, QWidget

from annotator.gui.window import MainWindow
from tests.gui.conftest import Open, named

ACTIONS = {
    "tool.line": ["L"],
    "tool.free": ["F"],
    "tool.box": ["B"],
    "tool.select": ["V"],
    "mode.new": ["N"],
    "mode.add": ["A"],
    "mode.sub": ["S"],
    "view.fit": ["Ctrl+0"],
    "view.actual_size": ["Ctrl+1"],
    "view.zoom_in": ["Ctrl++", "Ctrl+=", "+", "="],
    "view.zoom_out": ["Ctrl+-", "-"],
    "file.open_folder": ["Ctrl+O"],
    "file.save": ["Ctrl+S"],
    "file.open_project": ["Ctrl+Shift+O"],
    "edit.undo": ["Ctrl+Z"],
    "edit.redo": ["Ctrl+Shift+Z", "Ctrl+Y"],
    "edit.delete": ["Del"],
    "image.next": ["Down"],
    "image.previous": ["Up"],
    "series.next": ["PgDown"],
    "series.previous": ["PgUp"],
    "case.done": ["Ctrl+Return"],
}
WIDGETS = {
    "image_view": QWidget,
    "window.center": QDoubleSpinBox,
    "window.width": QDoubleSpinBox,
    "category_list": QListView,
    "annotation_list": QListView,
    "series_tree": QTreeView,
    "status.saved": QLabel,
}


@pytest.fixture
def every_action(bare: MainWindow) -> list[QAction]:
    return [action for action in bare.findChildren(QAction) if action.objectName()]


def test_the_window_bears_its_name(bare: MainWindow) -> None:
    assert bare.objectName() == "main_window"


@pytest.mark.parametrize(("name", "kind"), list(WIDGETS.items()))
def test_each_widget_is_there_once_and_is_what_it_should_be(bare: MainWindow, name: str, kind: type) -> None:
    assert isinstance(named(bare, name), kind)


@pytest.mark.parametrize(("name", "keys"), list(ACTIONS.items()))
def test_each_action_is_there_with_its_keys(bare: MainWindow, name: str, keys: list[str]) -> None:
    (action,) = bare.findChildren(QAction, name)
    assert [key.toString() for key in action.shortcuts()] == keys


@pytest.mark.parametrize("group", ["tool", "mode"])
def test_tools_and_modes_exclude_one_another(bare: MainWindow, group: str) -> None:
    actions = [action for action in bare.findChildren(QAction) if action.objectName().startswith(f"{group}.")]
    for action in actions:
        action.trigger()
        assert [other.objectName() for other in actions if other.isChecked()] == [action.objectName()]


def test_every_action_is_in_a_menu_and_says_its_key(bare: MainWindow, every_action: list[QAction]) -> None:
    in_menus = {action.objectName() for menu in bare.menuBar().findChildren(QMenu) for action in menu.actions()}
    for action in every_action:
        assert action.objectName() in in_menus or action.menu() is not None
        if not action.shortcut().isEmpty():
            assert action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) in action.toolTip()


def test_no_key_runs_two_commands(every_action: list[QAction]) -> None:
    keys = [key.toString() for action in every_action for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_hangul_keys_are_no_defaults(every_action: list[QAction]) -> None:
    keys = {key.toString() for action in every_action for key in action.shortcuts()}
    assert not keys & {"Shift+Space", "Hangul", "Hangul_Hanja", "AltGr"}


def test_an_empty_window_counts_as_saved(bare: MainWindow) -> None:
    assert named(bare, "status.saved").property("state") == "saved"
    assert bare.view.property("image_uid") == ""


def test_two_windows_live_in_one_process(open_window: Open) -> None:
    first, second = open_window(), open_window()
    second.close()
    first.commands.actions["tool.box"].trigger()
    assert first.session.tool.id == "tool.box"


@pytest.mark.parametrize("code", ["en", "ko"])
def test_no_two_commands_are_called_the_same(bare: MainWindow, code: str) -> None:
    bare.speak(code)
    shown = [action for name, action in bare.commands.actions.items() if action.isVisible()]
    texts = Counter(action.text() for action in shown)
    bare.speak("en")
    assert [text for text, count in texts.items() if count > 1] == []
