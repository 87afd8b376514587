"""The program starts with whatever it is given, and says what was wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.gui import app
from annotator.gui.window import MainWindow
from annotator.paths import scratch_folder
from tests.gui.conftest import Open, draw_box, until_painted


def test_start_uses_the_application_that_is_there(qapp: QApplication) -> None:
    application, window = app.start([])
    assert application is qapp
    assert window.isVisible()
    window.close()
    assert not window.isVisible()


def test_without_a_project_strokes_go_to_the_scratch_project(bare: MainWindow) -> None:
    assert bare.session.project.root == scratch_folder()
    assert not bare.notices.texts


def test_a_bad_project_is_said_and_the_window_lives(open_window: Open, tmp_path: Path, chest: Path, qtbot: QtBot) -> None:
    window = open_window("--project", tmp_path / "nowhere", chest)
    assert str(tmp_path / "nowhere") in window.notices.texts[0]
    assert window.session.project.root == scratch_folder()
    until_painted(qtbot, window)


def test_a_project_file_with_an_error_names_the_file(open_window: Open, project: Path) -> None:
    (project / "project.toml").write_text("name = \n", "utf-8")
    assert "project.toml" in open_window("--project", project).notices.texts[0]


def test_a_damaged_scratch_project_is_said_and_the_window_lives(open_window: Open, bare: MainWindow) -> None:
    bare.close()
    (scratch_folder() / "project.toml").write_text("name = \n", "utf-8")
    window = open_window()
    assert len(window.notices.texts) == 1
    assert window.session.project.root != scratch_folder()


def test_arguments_that_mean_nothing_are_said(open_window: Open) -> None:
    assert "--nonsense" in open_window("--nonsense").notices.texts[0]


def test_a_folder_without_images_is_said(open_window: Open, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("no image", "utf-8")
    window = open_window(tmp_path / "notes")
    qtbot.waitUntil(lambda: bool(window.notices.texts), timeout=10_000)
    assert window.empty.isVisible()


def test_closing_saves_and_asks_nothing(window: MainWindow, project: Path) -> None:
    draw_box(window)
    window.close()
    assert QApplication.activeModalWidget() is None
    assert list(project.rglob("*_binary.dcm"))


@pytest.mark.parametrize("content", ["", "[1, 2]", "{", '{"keys": 3, "window.geometry": 5, "window.columns": "x", "language": "xx"}'])
def test_damaged_settings_hurt_nobody(open_window: Open, own_folders: Path, content: str) -> None:
    folder = own_folders / "annotator"
    folder.mkdir()
    (folder / "settings.json").write_text(content, "utf-8")
    assert open_window().isVisible()


@pytest.mark.parametrize(("given", "cores", "wanted"), [({}, 2, "1"), ({}, 32, None), ({"QT_NO_GUI_THREADPOOL": "0"}, 2, "0")])
def test_few_cores_paint_in_one_thread(given: dict[str, str], cores: int, wanted: str | None) -> None:
    surroundings = dict(given)
    app.paint_alone(surroundings, cores)
    assert surroundings.get("QT_NO_GUI_THREADPOOL") == wanted
