"""Images and project lie on a share: whoever pages and draws never waits for it, however slow it is."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.gui.window import MainWindow
from tests.benchmarks.share import slow
from tests.gui.conftest import until_painted


def test_paging_asks_the_share_for_nothing_in_the_window(window: MainWindow, project: Path, chest: Path, qtbot: QtBot) -> None:
    session = window.session
    qtbot.waitUntil(lambda: session.scanning is None and session.all_decoded)
    with slow(project, 0.0, 1e12) as of_project, slow(chest, 0.0, 1e12) as of_images:
        for step in (1, 1, 1, -1, -1):
            session.page(step)
            until_painted(qtbot, window)
            QApplication.processEvents()
        os.listdir(chest)
        assert of_images.in_the_window.pop("os.listdir") == 1, "the share hears what is asked"
        assert not of_project.in_the_window
        assert not of_images.in_the_window
