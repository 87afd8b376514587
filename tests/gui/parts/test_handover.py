"""A manager delivers from the window, sees what stops it, and where it went."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from annotator.gui.window import MainWindow
from annotator.progress import Report
from annotator.workspace.handover import manifest
from tests.gui.conftest import Open, named
from tests.workspace.handover.accepted import accept, listed, made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = made(tmp_path / "tree", tmp_path / "images")
    accept(folder, listed(folder, tmp_path / "list.sqlite").entries()[0].case)
    return folder.root


def asked(window: MainWindow, folder: Path, version: str) -> None:
    """Fill the fields in and press Enter."""
    window.show_part("handover")
    named(window, "handover.folder", QLineEdit).setText(str(folder))
    field = named(window, "handover.version", QLineEdit)
    field.setText(version)
    QTest.keyClick(field, Qt.Key.Key_Return)


def told(window: MainWindow) -> str:
    return named(window, "handover.told", QLabel).text()


def test_a_delivery_is_made_and_what_is_absent_is_listed(open_window: Open, root: Path, tmp_path: Path, qtbot: QtBot) -> None:
    window = open_window("--project", root)
    qtbot.waitUntil(lambda: window.session.scanning is None)
    asked(window, tmp_path / "out", "1.0")
    qtbot.waitUntil(lambda: told(window).startswith("Delivered"), timeout=60_000)
    assert list(manifest.verify(tmp_path / "out" / "1.0", Report())) == []
    row = named(window, "handover.list", QTreeWidget).topLevelItem(0)
    assert row is not None and row.text(0) == "P000002" and "not accepted" in row.text(1)


def test_an_error_on_an_accepted_case_is_shown_and_nothing_is_delivered(
    open_window: Open, root: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    next(path for path in root.rglob("*_binary.dcm") if "P000001" in path.name).unlink()
    window = open_window("--project", root)
    qtbot.waitUntil(lambda: window.session.scanning is None)
    asked(window, tmp_path / "out", "1.0")
    qtbot.waitUntil(lambda: told(window).startswith("Nothing was delivered"), timeout=60_000)
    assert named(window, "handover.list", QTreeWidget).topLevelItemCount() and not (tmp_path / "out" / "1.0").exists()


def test_without_a_folder_or_a_version_there_is_nothing_to_press(open_window: Open, root: Path, qtbot: QtBot) -> None:
    window = open_window("--project", root)
    window.show_part("handover")
    assert not named(window, "handover.run", QPushButton).isEnabled()
