"""The category editor checks while one types, shows what a change touches, and writes both files as one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from annotator.gui.covers.categories import CategoryEditor
from annotator.gui.window import MainWindow
from annotator.workspace import definitions
from tests.gui.conftest import draw_box, named, until_painted

Key = Qt.Key


@pytest.fixture
def editor(window: MainWindow) -> CategoryEditor:
    window.commands.actions["project.categories"].trigger()
    found = window.parts.widget("category_editor")
    assert isinstance(found, CategoryEditor)
    return found


def type_into(editor: CategoryEditor, row: int, key: str, text: str) -> None:
    """Type into a cell as a person does: Enter, the text, Enter."""
    table = editor.categories
    table.go(row, [column.key for column in table.cells.columns].index(key))
    table.setFocus()
    QTest.keyClick(table, Key.Key_Return)
    cell = QApplication.focusWidget()
    assert cell is not None and cell is not table
    cell.selectAll()  # type: ignore[attr-defined]  # the editor of a cell is a line edit
    QTest.keyClicks(cell, text)
    QTest.keyClick(cell, Key.Key_Return)
    QApplication.processEvents()  # Qt commits a cell after the key was handled


def cell(editor: CategoryEditor, row: int, key: str, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> object:
    cells = editor.categories.cells
    return cells.index(row, [column.key for column in cells.columns].index(key)).data(role)


def test_a_cell_is_typed_and_both_files_are_written(window: MainWindow, editor: CategoryEditor, project: Path, qtbot: QtBot) -> None:
    toml = (project / "project.toml").read_bytes()
    type_into(editor, 2, "name_en", "Fine")
    editor.save.click()
    until_painted(qtbot, window)
    assert window.session.categories[2].name_en == "Fine"
    table = (project / "categories.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbf") and table.count(b"\r\n") == 23
    assert (project / "project.toml").read_bytes() == toml
    assert definitions.logged(project)[0]["changes"][0]["text"] == "CCT3 “양성”: name_en"


def test_a_mistake_stands_in_its_cell_and_cannot_be_saved(editor: CategoryEditor) -> None:
    type_into(editor, 0, "colour", "red")
    assert "“red” is no colour" in str(cell(editor, 0, "colour", Qt.ItemDataRole.ToolTipRole))
    assert not editor.save.isEnabled()
    type_into(editor, 0, "colour", "#00ff00")
    assert editor.save.isEnabled()


def test_a_colour_like_another_is_warned_of_and_another_proposed(editor: CategoryEditor) -> None:
    type_into(editor, 1, "colour", "#ff2301")
    assert "hard to tell apart" in str(cell(editor, 1, "colour", Qt.ItemDataRole.ToolTipRole))
    named(editor.window(), "editor.colour").click()  # type: ignore[arg-type, attr-defined]  # the window and its button
    assert cell(editor, 1, "colour", Qt.ItemDataRole.ToolTipRole) is None


def test_letters_in_a_cell_choose_no_tool(window: MainWindow, editor: CategoryEditor) -> None:
    window.commands.actions["tool.free"].trigger()
    type_into(editor, 0, "name_en", "lbv 123")
    assert cell(editor, 0, "name_en") == "lbv 123"
    assert window.session.tool.id == "tool.free"


def test_rows_are_moved_with_the_keyboard(editor: CategoryEditor) -> None:
    editor.categories.go(0)
    QTest.keyClick(editor.categories, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [row["id"] for row in editor.draft.rows[:3]] == ["2", "1", "3"]
    assert editor.categories.row == 1


def test_a_row_is_dropped_where_it_is_dragged(editor: CategoryEditor) -> None:
    cells = editor.categories.cells
    data = cells.mimeData([cells.index(3, 0)])
    assert not cells.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, cells.index(-1, -1))
    assert [row["id"] for row in editor.draft.rows[:4]] == ["4", "1", "2", "3"]


def test_a_category_that_was_drawn_is_not_removed(window: MainWindow, editor: CategoryEditor, qtbot: QtBot) -> None:
    draw_box(window)
    window.session.save()
    qtbot.waitUntil(lambda: named(window, "status.saved").property("state") == "saved", timeout=10_000)
    editor.categories.go(0)
    named(window, "editor.remove").click()
    assert "CCT1 “악성” is gone, but 1 annotations in 1 cases" in editor.changes.item(0).text()
    assert not editor.save.isEnabled()
    named(window, "editor.discard").click()
    assert editor.draft.rows[0]["id"] == "1" and not named(window, "editor.discard").isVisible()


def test_names_that_change_places_want_a_tick(window: MainWindow, editor: CategoryEditor, project: Path, qtbot: QtBot) -> None:
    draw_box(window)
    window.session.save()
    qtbot.waitUntil(lambda: named(window, "status.saved").property("state") == "saved", timeout=10_000)
    editor._type_category(0, "name", "전이성_병변")
    editor._type_category(1, "name", "악성")
    assert editor.save.text() == "See what it changes"
    editor.save.click()
    editor.save.click()
    assert "would mean something else" in editor.foot.text()
    editor.changes.item(0).setCheckState(Qt.CheckState.Checked)
    editor.save.click()
    until_painted(qtbot, window)
    assert window.session.project.project.category("CCT1").name == "전이성_병변"
    assert definitions.logged(project)[0]["confirmed"] == ["CCT1"]


def test_an_attribute_is_added_and_asked_at_once(window: MainWindow, editor: CategoryEditor, qtbot: QtBot) -> None:
    editor.tabs.setCurrentWidget(editor.attributes)
    named(window, "editor.add").click()
    editor._type_attribute(0, "key", "calcified")
    editor._type_attribute(0, "name", "석회화")
    cells = editor.attributes.cells
    assert cells.setData(cells.index(0, 8), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    editor.save.click()
    until_painted(qtbot, window)
    (asked,) = window.session.project.project.attributes
    assert (asked.key, asked.kind, asked.required) == ("calcified", "yes-no", True)
    draw_box(window)
    assert named(window, "attribute.calcified").isVisible()


def test_overlapping_is_a_tick_per_modality(window: MainWindow, editor: CategoryEditor, project: Path, qtbot: QtBot) -> None:
    box = named(window, "editor.exclusive.CCT", QCheckBox)
    assert isinstance(box, QCheckBox) and not box.isChecked()
    box.setChecked(True)
    editor.save.click()
    until_painted(qtbot, window)
    assert window.session.project.project.modalities[2].exclusive
    assert "# 마스크 / masks" in (project / "project.toml").read_text("utf-8")


def test_what_was_begun_stays_when_the_editor_is_put_away(window: MainWindow, editor: CategoryEditor) -> None:
    type_into(editor, 0, "name_en", "Begun")
    QTest.keyClick(editor.categories, Key.Key_Escape)
    assert not editor.isVisible()
    window.commands.actions["project.categories"].trigger()
    assert cell(editor, 0, "name_en") == "Begun"
