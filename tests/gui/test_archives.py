"""A ZIP in the real window: dropped, chosen, named on the command line, opened again, and refused in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from annotator.gui.window import MainWindow
from tests.gui.conftest import BOX, Open, draw_box, until_painted
from tests.gui.test_panels import drop
from tests.workspace.archives import encrypted, packed


def test_a_dropped_zip_is_opened_like_a_folder(bare: MainWindow, chest: Path, tmp_path: Path, qtbot: QtBot) -> None:
    drop(bare, [packed(tmp_path / "검사.zip", chest)])
    until_painted(qtbot, bare)
    qtbot.waitUntil(lambda: bare.session.scanning is None)
    assert len(bare.session.images) == 6 and bare.empty.isHidden()


def test_a_zip_is_chosen_by_a_dialog_that_waits_for_nobody(bare: MainWindow, chest: Path, tmp_path: Path, qtbot: QtBot) -> None:
    bare.commands.actions["file.open_files"].trigger()
    (dialog,) = bare.findChildren(QFileDialog, "files_dialog")
    assert not dialog.isModal()
    dialog.filesSelected.emit([str(packed(tmp_path / "a.zip", chest))])
    until_painted(qtbot, bare)
    dialog.close()


def test_what_was_drawn_in_a_zip_is_there_at_the_next_start(
    open_window: Open, project: Path, chest: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    first = open_window("--project", project, packed(tmp_path / "a.zip", chest))
    until_painted(qtbot, first)
    qtbot.waitUntil(lambda: first.session.scanning is None)
    first.session.show(4)
    draw_box(first, BOX)
    first.close()
    again = open_window("--project", project)
    until_painted(qtbot, again)
    qtbot.waitUntil(lambda: again.session.scanning is None)
    assert again.session.index == 4 and len(again.session.annotations) == 1


def test_the_header_panel_says_where_in_the_zip_an_image_lies(bare: MainWindow, chest: Path, tmp_path: Path, qtbot: QtBot) -> None:
    bare.open_paths([packed(tmp_path / "a.zip", chest, "CT/")])
    until_painted(qtbot, bare)
    bare.commands.actions["view.header"].trigger()
    header = bare.parts.widget("header")
    qtbot.waitUntil(lambda: header.foot.toolTip() != "")
    assert header.foot.toolTip().startswith("a.zip › CT › ")


def test_an_encrypted_zip_is_refused_in_words(bare: MainWindow, chest: Path, tmp_path: Path, qtbot: QtBot) -> None:
    drop(bare, [encrypted(packed(tmp_path / "a.zip", chest))])
    qtbot.waitUntil(lambda: bare.notice_open)
    assert bare.session.scanning is None and bare.session.image is None
