"""Unsaved work stands above the picture: what came back with Undo, what another computer left with Take, and whether drawing is safe."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from annotator.gui.window import MainWindow
from annotator.i18n import use_language
from annotator.workspace.projects import open_project
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.gui.conftest import Open, until_painted
from tests.workspace.study import box


@pytest.fixture
def crash(project: Path, chest: Path, monkeypatch: pytest.MonkeyPatch, own_folders: Path) -> None:
    """Somebody drew two boxes on another computer and one on this, and both died."""
    for home, places in (("elsewhere", (2, 12)), ("annotator", (30,))):
        monkeypatch.setenv("ANNOTATOR_HOME", str(own_folders / home))
        session = Session(open_project(project), Immediate(), author="김판독")
        session.open_folder([chest])
        session.choose_tool("tool.box")
        for x in places:
            session.show(3)
            session.perform(box(x, 5, x + 6, 12))
        if home == "elsewhere":
            session.look_after()
        session._keeping.noting.journal._life.close()


def texts(window: MainWindow) -> list[str]:
    return [label.text() for label in window.bars.recovery.findChildren(QLabel) if label.isVisibleTo(window) and label.text()]


def press(window: MainWindow, name: str) -> None:
    (button,) = (found for found in window.bars.recovery.findChildren(QPushButton, name) if found.isVisibleTo(window))
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)


def test_nothing_is_shown_where_nothing_is_to_tell(window: MainWindow) -> None:
    assert not window.bars.recovery.isVisibleTo(window)


@pytest.mark.usefixtures("crash")
def test_what_came_back_is_shown_and_taken_back_with_the_keyboard(open_window: Open, project: Path, chest: Path, qtbot: QtBot) -> None:
    window = open_window("--project", project, "--user", "김판독", chest)
    until_painted(qtbot, window)
    qtbot.waitUntil(lambda: len(window.session.offers) == 1)
    told = texts(window)
    assert told[0] == "1 edits that were not saved are back"
    assert told[2] == "2 edits of yours from another computer were not saved"
    assert "2 annotations" in told[3]
    assert window.session.document.count() == 1
    press(window, "recovery.undo")
    assert window.session.document.count() == 0
    assert QApplication.focusWidget() is window.view


@pytest.mark.usefixtures("crash")
@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_another_computer_left_is_taken_or_not(open_window: Open, project: Path, chest: Path, qtbot: QtBot, language: str) -> None:
    window = open_window("--project", project, "--user", "김판독", chest)
    until_painted(qtbot, window)
    qtbot.waitUntil(lambda: len(window.session.offers) == 1)
    use_language(language)
    window.retranslate()
    assert {"en": "Take", "ko": "가져오기"}[language] in [b.text() for b in window.bars.recovery.findChildren(QPushButton)]
    press(window, "recovery.undo")
    if language == "ko":
        press(window, "recovery.take")
        assert window.session.document.count() == 2
        window.commands.actions["edit.undo"].trigger()
    else:
        press(window, "recovery.not")
        qtbot.waitUntil(lambda: bool(list((project / ".annotator" / "drafts").rglob("aside/*.json"))))
    assert window.session.document.count() == 0
    assert not window.bars.recovery.isVisibleTo(window)


def test_unprotected_drawing_stands_there_until_it_is_protected(open_window: Open, project: Path, chest: Path, qtbot: QtBot,
                                                                own_folders: Path) -> None:
    (own_folders / "annotator").mkdir()
    (own_folders / "annotator" / "journal").write_text("a file where a folder should be")
    window = open_window("--project", project, chest)
    until_painted(qtbot, window)
    assert any("What you draw is not protected" in text for text in window.notices.texts)
    assert texts(window)[0] == "What you draw is not protected"
    (own_folders / "annotator" / "journal").unlink()
    window.session.choose_tool("tool.box")
    window.session.perform(box(4, 5, 12, 12))
    assert not window.bars.recovery.isVisibleTo(window)


def test_a_save_that_failed_offers_to_save_elsewhere(window: MainWindow, project: Path, qtbot: QtBot, tmp_path: Path) -> None:
    window.session.choose_tool("tool.box")
    window.session.perform(box(4, 5, 12, 12))
    project.rename(tmp_path / "gone")
    window.session.save()
    qtbot.waitUntil(lambda: window.session.save_failed)
    assert texts(window)[:2] == ["What you drew is not saved in the project", "The journal on this computer keeps it"]
    press(window, "recovery.elsewhere")
    dialog = window.findChild(QFileDialog, "folder_dialog")
    assert dialog is not None
    (tmp_path / "stick").mkdir()
    dialog.fileSelected.emit(str(tmp_path / "stick"))
    dialog.close()
    qtbot.waitUntil(lambda: bool(list((tmp_path / "stick").glob("annotator-*.json"))))
    (tmp_path / "gone").rename(project)
    press(window, "recovery.again")
    qtbot.waitUntil(lambda: not window.bars.recovery.isVisibleTo(window))
