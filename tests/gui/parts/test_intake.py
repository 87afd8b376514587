"""Taking an export in from the window: its key opens it, the table fills, a person decides by keys, and two names let it begin."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.gui.covers.intake import IntakePart
from annotator.gui.covers.intake_table import SHOWN
from annotator.gui.window import MainWindow
from annotator.workspace import executor
from annotator.workspace.intake import burned_in, mapping
from tests.gui.conftest import Open, named
from tests.workspace.intake import exports


@pytest.fixture
def opened(open_window: Open, project: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """The window on an empty project; work is done beside it in this process, and nobody can read text."""
    monkeypatch.setattr(executor, "workers", lambda asked=0: 1)
    monkeypatch.setattr(burned_in, "languages", lambda: "")
    return open_window("--project", project)


def part_of(window: MainWindow) -> IntakePart:
    widget = QApplication.focusWidget() or window
    QTest.keyClick(widget, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    found = named(window, "intake")
    assert isinstance(found, IntakePart) and found.isVisible()
    return found


def read(part: IntakePart, window: MainWindow, export: Path, qtbot: QtBot) -> None:
    part.folder.setText(str(export))
    QTest.keyClick(part.folder, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.exchanging is None and part.table.series.rowCount() > 0, timeout=20_000)


def test_an_export_is_read_decided_about_and_taken_in(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    export = tmp_path / "export"
    exports.ct(export / "a", "1", "A")
    exports.ct(export / "b", "2", "B", thickness=1.0, seed=2)
    exports.xray(export / "x.dcm", "3")
    part = part_of(opened)
    read(part, opened, export, qtbot)
    assert [row.verdict.rule for row in part.table.series.rows] == ["", "thickness", "burned-in"]
    part.table.setCurrentIndex(part.table.series.index(1, 0))
    assert "1.0 mm" in part.why.text()
    QTest.keyClick(part.table, Qt.Key.Key_Space)
    assert part.table.series.rows[1].verdict.taken
    part.table.setCurrentIndex(part.table.series.index(2, 0))
    assert part.aside.isVisible()
    part.aside.clean.click()
    assert part.table.series.rows[2].verdict.taken and "3 taken" in part.counts.text()
    part.classes.setCurrentIndex(2)
    part.classes.activated.emit(2)
    part.take()
    assert "two different people" in part._wrong.text()
    for field, name in zip(part.names, ("김반장", "Lee"), strict=True):
        QTest.keyClicks(field, name) if name.isascii() else field.setText(name)
    part.take()
    qtbot.waitUntil(lambda: opened.session.exchanging is None and "9 files written" in part.foot.text(), timeout=20_000)
    root = opened.session.project.root
    assert (root / "lung_cancer" / "x-ray" / opened.session.project.project.classes[1]).is_dir()
    assert {row.verdict.rule for row in part.table.series.rows} == {"before"}
    assert len(mapping.load(opened.session.project).patients) == 3
    qtbot.waitUntil(lambda: opened.session.scanning is None, timeout=20_000)


def test_the_clinical_sheet_fills_the_class_and_what_contradicts_is_said_of_the_series(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    export = tmp_path / "export"
    exports.ct(export / "a", "1", "A")
    exports.ct(export / "b", "2", "B", seed=2)
    (tmp_path / "c.csv").write_text("등록번호,나이,성별,양성/악성\n1,61,M,양성\n", encoding="utf-8")
    part = part_of(opened)
    part.clinical.setText(str(tmp_path / "c.csv"))
    read(part, opened, export, qtbot)
    assert [row.class_folder for row in part.table.series.rows] == ["benign", ""]
    part.table.setCurrentIndex(part.table.series.index(0, 0))
    assert part.classes.currentData() == "benign" and "sex: F in the header, M in the clinical sheet" in part.why.text()
    part.table.setCurrentIndex(part.table.series.index(1, 0))
    assert part.why.text() == "the clinical sheet has no row of this patient"
    assert "1 patients without a row" in part.counts.text()
    part.clinical.setText(str(tmp_path / "nothing.csv"))
    part.read()
    assert "nothing.csv" in part._wrong.text()


def test_frames_are_drawn_by_hand_and_taken_away(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    exports.xray(tmp_path / "export" / "x.dcm")
    part = part_of(opened)
    read(part, opened, tmp_path / "export", qtbot)
    pixels = part.aside.pixels
    qtbot.waitUntil(lambda: not pixels.empty, timeout=10_000)
    assert not part.aside.black.isEnabled()
    middle = pixels.rect().center()
    QTest.mousePress(pixels, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(pixels, middle + middle / 4)
    QTest.mouseRelease(pixels, Qt.MouseButton.LeftButton, pos=middle + middle / 4)
    assert len(pixels.boxes) == 1 and part.aside.black.isEnabled()
    QTest.mouseClick(pixels, Qt.MouseButton.LeftButton, pos=middle + middle / 8)
    assert pixels.boxes == []
    pixels.boxes = [(1, 1, 3, 2)]
    part.aside.black.setEnabled(True)
    part.aside.black.click()
    assert part.table.series.rows[0].burned == "1,1,3,2" and part.table.series.rows[0].verdict.taken


def test_what_stands_in_the_way_is_said_in_the_panel(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    part = part_of(opened)
    part.read()
    assert "Name the folder first" in part._wrong.text()
    part.folder.setText(str(tmp_path / "nowhere"))
    part.read()
    qtbot.waitUntil(lambda: opened.session.exchanging is None and "not there" in part._wrong.text(), timeout=10_000)


def test_the_chosen_series_stays_chosen_when_another_one_comes_before_it(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    export = tmp_path / "export"
    exports.ct(export / "b", "2", "B")
    exports.ct(export / "c", "3", "C", seed=2)
    exports.ct(export / "a", "1", "A", seed=3)
    part = part_of(opened)
    read(part, opened, export, qtbot)
    first, second, third = part.table.series.rows
    part.table.series.show(())
    part.table.show_rows((second, third))
    part.table.setCurrentIndex(part.table.series.index(0, 0))
    part.table.show_rows((first, second, third))
    assert part.table.chosen is second and part.table.currentIndex().row() == 1


def test_the_table_is_said_in_the_new_language(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    exports.ct(tmp_path / "export" / "a", "1", "A")
    part = part_of(opened)
    read(part, opened, tmp_path / "export", qtbot)
    changed = list[object]()
    part.table.series.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    part.table.show_rows(part.table.series.rows)
    assert changed == [(0, 0)]


def test_text_in_the_pixels_is_said_in_words(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    exports.ct(tmp_path / "export" / "a", "1", "A")
    exports.xray(tmp_path / "export" / "x.dcm", "3")
    part = part_of(opened)
    read(part, opened, tmp_path / "export", qtbot)
    model = part.table.series
    assert {str(model.data(model.index(row, SHOWN.index("burned")))) for row in range(2)} == {"none found", "to be looked at"}
