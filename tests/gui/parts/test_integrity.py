"""What is odd about a series stands in the right column and leads to its images; annotations of another image are met with a bar."""

from __future__ import annotations

from pathlib import Path

import pydicom
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.gui.window import MainWindow
from annotator.i18n import use_language
from tests.gui.conftest import Open, draw_box, named, until_painted


def odd_list(window: MainWindow) -> QListWidget:
    found = named(window, "integrity.list", QListWidget)
    assert isinstance(found, QListWidget)
    return found


def button(window: MainWindow, name: str) -> QPushButton:
    found = named(window, name, QPushButton)
    assert isinstance(found, QPushButton)
    return found


def series_row(window: MainWindow) -> QModelIndex:
    model = window.tree.model()
    index = QModelIndex()
    for _ in range(3):
        index = model.index(0, 0, index)
    return index


def test_a_regular_series_shows_no_integrity(window: MainWindow) -> None:
    assert not window.parts.widget("integrity").isVisibleTo(window)
    assert series_row(window).data(Qt.ItemDataRole.DecorationRole) is None


def test_oddities_are_listed_lead_to_their_images_and_mark_the_tree(open_window: Open, project: Path, tmp_path: Path, qtbot: QtBot) -> None:
    chest_ct(tmp_path / "ct", slices=9, size=32)
    ordered = sorted((tmp_path / "ct").rglob("*.dcm"), key=lambda path: float(pydicom.dcmread(path).ImagePositionPatient[2]))
    for place in (2, 5):
        ordered[place].unlink()
    window = open_window("--project", project, tmp_path / "ct")
    until_painted(qtbot, window)
    rows = odd_list(window)
    assert window.parts.widget("integrity").isVisibleTo(window)
    assert [rows.item(row).text() for row in range(rows.count())] == ["Slices are missing, about 2 at 5 mm each, after image 2, 4"]
    spoken = str(rows.item(0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.startswith("Error: Slices are missing")
    assert series_row(window).data(Qt.ItemDataRole.DecorationRole) is not None
    assert "Slices are missing" in series_row(window).data(Qt.ItemDataRole.ToolTipRole)
    shown = []
    for _ in range(3):
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(rows.item(0)).center())
        shown.append(window.session.index)
    assert shown == [1, 3, 1] and QApplication.focusWidget() is window.view
    use_language("ko")
    window.retranslate()
    assert rows.item(0).text().startswith("슬라이스 누락")


def test_annotations_of_another_image_are_locked_until_a_reason_is_given(
    open_window: Open, project: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    chest_ct(tmp_path / "ct", slices=2, size=32)
    window = open_window("--project", project, tmp_path / "ct")
    until_painted(qtbot, window)
    draw_box(window)
    uid = window.view.property("image_uid")
    window.close()
    path = next(p for p in (tmp_path / "ct").rglob("*.dcm") if pydicom.dcmread(p).SOPInstanceUID == uid)
    made = pydicom.dcmread(path)
    pixels = made.pixel_array.copy()
    pixels[0, 0] += 1
    made.PixelData = pixels.tobytes()
    made.save_as(path)
    again = open_window("--project", project, tmp_path / "ct")
    until_painted(qtbot, again)
    qtbot.waitUntil(lambda: again.bars.foreign.isVisible())
    text = named(again, "foreign.text", QLabel)
    assert isinstance(text, QLabel) and uid in text.text() and "digest" in text.text()
    again.session.select([1])
    again.session.delete()
    assert len(again.session.annotations) == 1
    own, reason = button(again, "foreign.own"), named(again, "foreign.reason", QLineEdit)
    assert isinstance(reason, QLineEdit) and not own.isEnabled()
    QTest.keyClicks(reason, "Exported again")
    own.click()
    assert again.bars.foreign.isHidden() and reason.text() == ""
    again.session.undo()
    assert again.bars.foreign.isVisible()
    button(again, "foreign.apart").click()
    assert again.bars.foreign.isHidden() and again.session.annotations == ()
