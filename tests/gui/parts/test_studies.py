"""The cover of a patient's studies: opened by its key, Enter shows one beside."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from annotator.i18n import use_language
from tests.gui.conftest import Open, draw_box, named, until_painted
from tests.workspace.test_visiting import study


def test_the_other_studies_are_listed_with_what_is_annotated_and_open_beside(
    open_window: Open, project: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    for number in (1, 2):
        study(tmp_path / "images" / str(number), number)
    window = open_window("--project", project, tmp_path / "images")
    until_painted(qtbot, window)
    draw_box(window)
    window.commands.actions["patient.studies"].trigger()
    found = named(window, "studies.list", QListWidget)
    assert isinstance(found, QListWidget)
    qtbot.waitUntil(lambda: found.count() == 2)
    first, second = (found.item(row).text() for row in range(2))
    assert first.startswith("2026-01-01") and first.endswith("Malignant 1") and "shown now" in first
    assert second.startswith("2026-01-02") and second.endswith("nothing annotated")
    assert found.currentRow() == 1
    use_language("ko")
    window.retranslate()
    assert found.item(1).text().endswith("어노테이션 없음")
    QTest.keyClick(found, Qt.Key.Key_Return)
    assert window.session.arrangement.count == 2 and window.parts.widget("studies").isHidden()
    assert window.session.series is not None and window.session.series.owner.study_date == "20260102"
    qtbot.waitUntil(lambda: window.session.picture is not None)
