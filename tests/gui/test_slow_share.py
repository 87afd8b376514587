"""Images and project lie on a share: whoever pages and draws never waits for it, however slow it is."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.gui.window import MainWindow
from annotator.workspace.notice import SavedState
from tests.benchmarks.share import slow
from tests.gui.conftest import Open, draw_box, until_painted


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


def test_the_next_case_asks_the_share_for_its_revisions_alone_in_the_window(
    open_window: Open, project: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    for number in range(4):
        chest_ct(tmp_path / "images" / str(number), slices=3, size=32, seed=number)
    window = open_window("--project", project, tmp_path / "images")
    session, asked = window.session, list[dict[str, int]]()
    until_painted(qtbot, window)
    session.open_series(session.catalogue.in_order[0].uid)
    for _ in range(3):
        until_painted(qtbot, window)
        qtbot.waitUntil(lambda: session.all_decoded and not session._unread)
        draw_box(window)
        before = session.series
        with slow(project, 0.0, 1e12) as of_project, slow(tmp_path / "images", 0.0, 1e12) as of_images:
            window.commands.actions["case.done"].trigger()
            until_painted(qtbot, window)
        assert session.series is not before
        asked.append(dict(of_project.in_the_window + of_images.in_the_window))
        qtbot.waitUntil(lambda: session.saved_state is SavedState.SAVED)
    assert asked == [{"os.listdir": 1}] * 3
