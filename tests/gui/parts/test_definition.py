"""The window shows what is wrong with a definition while its files are edited, opens it read-only, and makes new projects."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidget
from pytestqt.qtbot import QtBot

from annotator.gui.covers.new_project import NewProjectPart
from annotator.gui.window import MainWindow
from tests.gui.conftest import Open, draw_box, named, until_painted


def rows(window: MainWindow, name: str) -> list[str]:
    tree = named(window, name, QTreeWidget)
    assert isinstance(tree, QTreeWidget)
    items = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    return ["  ".join(item.text(column) for column in range(tree.columnCount())) for item in items]


def broken(project: Path) -> str:
    text = (project / "project.toml").read_text("utf-8")
    (project / "project.toml").write_text(text.replace("foreground = 255", "foreground = 0"), "utf-8")
    return text


def test_the_check_follows_the_files_while_they_are_edited(window: MainWindow, project: Path, qtbot: QtBot) -> None:
    window.commands.actions["project.check"].trigger()
    assert rows(window, "definition.said") == ["✓  Nothing is wrong with the project's definition"]
    assert "json  CCT  lung_cancer/chest-ct/benign/P000001/S001/json/cct_P000001_S001_0001.json" in rows(window, "definition.names")
    text = broken(project)
    qtbot.waitUntil(lambda: "key “mask.foreground”" in rows(window, "definition.said")[0], timeout=5_000)
    (project / "project.toml").write_text(text, "utf-8")
    qtbot.waitUntil(lambda: rows(window, "definition.said")[0].startswith("✓"), timeout=5_000)


def test_escape_puts_the_check_away(window: MainWindow) -> None:
    window.commands.actions["project.check"].trigger()
    said = named(window, "definition.said")
    assert said.isVisible() and said.hasFocus()
    QTest.keyClick(said, Qt.Key.Key_Escape)
    assert not said.isVisible()
    assert window.view.hasFocus()


def test_a_letter_in_a_part_over_the_picture_chooses_no_tool(window: MainWindow) -> None:
    window.commands.actions["tool.free"].trigger()
    window.commands.actions["project.check"].trigger()
    QTest.keyClick(named(window, "definition.said"), Qt.Key.Key_L)
    assert window.session.tool.id == "tool.free"


def test_a_project_with_an_error_opens_read_only_and_says_so_and_nothing_is_lost(
    window: MainWindow, project: Path, chest: Path, open_window: Open, qtbot: QtBot
) -> None:
    draw_box(window)
    window.close()
    text = broken(project)
    again = open_window("--project", project, chest)
    until_painted(qtbot, again)
    assert again.session.project.read_only
    assert "key “mask.foreground”" in " ".join(again.notices.texts)
    assert len(again.session.annotations) == 1
    (project / "project.toml").write_text(text, "utf-8")
    again.commands.actions["project.check"].trigger()
    named(again, "definition.reopen").click()
    until_painted(qtbot, again)
    assert not again.session.project.read_only
    assert len(again.session.annotations) == 1


def test_strokes_on_a_project_with_an_error_are_there_when_it_is_mended(
    project: Path, chest: Path, open_window: Open, qtbot: QtBot
) -> None:
    text = broken(project)
    window = open_window("--project", project, chest)
    until_painted(qtbot, window)
    draw_box(window)
    drawn = [a.shape for a in window.session.annotations]
    (project / "project.toml").write_text(text, "utf-8")
    window.session.reload()
    until_painted(qtbot, window)
    assert [a.shape for a in window.session.annotations] == drawn
    window.session.save()
    qtbot.waitUntil(lambda: named(window, "status.saved").property("state") == "saved", timeout=10_000)


def test_a_new_project_is_made_and_opened(window: MainWindow, tmp_path: Path) -> None:
    window.commands.actions["project.new"].trigger()
    part = window.parts.widget("new_project")
    assert isinstance(part, NewProjectPart)
    part.kind.setCurrentIndex(part.kind.findData("dementia"))
    QTest.keyClick(part.folder, Qt.Key.Key_Return)
    assert "Name the folder first" in part._wrong.text()
    part.folder.setText(str(tmp_path / "새 과제"))
    QTest.keyClick(part.folder, Qt.Key.Key_Return)
    assert window.session.project.root == tmp_path / "새 과제"
    assert window.session.project.project.id == "dementia"
    assert not part.isVisible()


def test_a_project_is_copied_from_another_one(window: MainWindow, project: Path, tmp_path: Path) -> None:
    window.commands.actions["project.new"].trigger()
    part = window.parts.widget("new_project")
    assert isinstance(part, NewProjectPart)
    part.kind.setCurrentIndex(part.kind.count() - 1)
    assert part.source.isVisible()
    part.source.setText(str(project))
    part.folder.setText(str(project))
    named(window, "new_project.make").click()
    assert "holds a project already" in part._wrong.text()
    part.folder.setText(str(tmp_path / "copy"))
    named(window, "new_project.make").click()
    assert (tmp_path / "copy" / "project.toml").read_bytes() == (project / "project.toml").read_bytes()
