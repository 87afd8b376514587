"""Further filters narrow the worklist and say so, columns are chosen, what a study shows is written beside the picture or in the list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.person import Acting
from annotator.domain.queue import Entry, Narrowing, Wanted
from annotator.gui.case_table import CaseTable
from annotator.gui.covers.worklist import WorklistPart
from annotator.gui.filter_popup import FilterPopup
from annotator.gui.finding_edit import FindingEdit
from annotator.gui.window import MainWindow
from annotator.present.filters import THERE
from annotator.present.worklist import COLUMNS
from annotator.workspace import study_findings, worklist_table
from annotator.workspace.worklist import Worklist
from tests.gui.conftest import Open, named
from tests.gui.parts.test_start_page import opened

ROWS = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
TIME = "2026-11-27T10:00:00+09:00"


@pytest.fixture
def listed(open_window: Open, project: Path, two_series: Path, qtbot: QtBot) -> MainWindow:
    """The worklist with the two open cases and three that only the list knows."""
    window = opened(open_window, qtbot, project, two_series)
    found: Worklist = window.session.worklist
    more = [
        Entry("9.1", "P7", "S1", "XRY", "benign", images=1, study="9", device="A & B", sex="F", age="90+"),
        Entry("9.2", "P8", "S1", "CCT", "benign", images=9, study="8", plane="oblique", device="C", sex="F", age="60-69"),
        Entry("9.3", "P9", "S1", "CCT", "normal", images=9, study="7", plane="oblique", device="C", sex="M", age="60-69"),
    ]
    with found._open() as database, database:
        worklist_table.put_images(database, more)
    window.show_part("worklist")
    qtbot.waitUntil(lambda: len(table(window).cases.entries) == 5)
    return window


def table(window: MainWindow) -> CaseTable:
    return named(window, "worklist.table", CaseTable)


def patients(window: MainWindow) -> list[str]:
    return [entry.patient for entry in table(window).cases.entries if entry.patient]


def popup(window: MainWindow, qtbot: QtBot) -> FilterPopup:
    QTest.mouseClick(named(window, "worklist.more", QPushButton), Qt.MouseButton.LeftButton)
    sheet = window.findChild(WorklistPart).filters.popup
    qtbot.waitUntil(sheet.isVisible, timeout=20_000)
    return sheet


def tick(sheet: FilterPopup, name: str) -> None:
    QTest.mouseClick(sheet.findChild(QCheckBox, f"filters.{name}"), Qt.MouseButton.LeftButton, pos=QPoint(8, 9))


def test_a_filter_is_ticked_in_the_sheet_stands_below_as_a_chip_and_is_taken_back_there(listed: MainWindow, qtbot: QtBot) -> None:
    sheet = popup(listed, qtbot)
    assert sheet.findChild(QCheckBox, "filters.plane.oblique").text() == "Oblique  ·  2"
    assert sheet.findChild(QCheckBox, "filters.device.A & B").text() == "A && B  ·  1"
    tick(sheet, "plane.oblique")
    qtbot.waitUntil(lambda: patients(listed) == ["P8", "P9"])
    tick(sheet, "sex.M")
    qtbot.waitUntil(lambda: patients(listed) == ["P9"])
    tick(sheet, "sex.F")
    qtbot.waitUntil(lambda: patients(listed) == ["P8", "P9"])
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible() and named(listed, "worklist", WorklistPart).isVisible()
    chip = named(listed, "worklist.chip.plane", QPushButton)
    assert chip.isVisible() and chip.text() == "Plane: Oblique  ✕"
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: patients(listed) == ["P7", "P8", "P9"])
    QTest.mouseClick(named(listed, "worklist.widen", QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(table(listed).cases.entries) == 5)
    assert listed.findChild(QPushButton, "worklist.chip.sex") is None or not listed.findChild(QPushButton, "worklist.chip.sex").isVisible()


def test_of_a_modality_and_of_written_or_not_one_is_chosen_at_most(listed: MainWindow, qtbot: QtBot) -> None:
    sheet = popup(listed, qtbot)
    tick(sheet, "modality.XRY")
    qtbot.waitUntil(lambda: patients(listed) == ["P7"])
    tick(sheet, "modality.CCT")
    qtbot.waitUntil(lambda: patients(listed) == ["P8", "P9"])
    assert not sheet.findChild(QCheckBox, "filters.modality.XRY").isChecked()
    tick(sheet, "finding.written")
    qtbot.waitUntil(lambda: not table(listed).cases.entries)
    QTest.mouseClick(named(sheet, "filters.clear", QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(table(listed).cases.entries) == 5)


def test_a_kept_view_keeps_the_further_filters(listed: MainWindow, qtbot: QtBot) -> None:
    part, views = named(listed, "worklist", WorklistPart), named(listed, "worklist.views", QComboBox)
    part.filters.choose({"age": ("60-69",), "sex": ("M", "")})
    views.setEditText("남자")
    named(listed, "worklist.keep", QPushButton).click()
    part.filters.choose({})
    qtbot.waitUntil(lambda: len(table(listed).cases.entries) == 5)
    views.setCurrentIndex(views.findData("남자"))
    views.activated.emit(views.currentIndex())
    qtbot.waitUntil(lambda: patients(listed) == ["P9"])
    assert part.filters.chosen == {"age": ("60-69",), "sex": ("M", "")}


def test_what_another_part_speaks_of_becomes_chips_as_far_as_it_can_and_a_state_narrows_further(listed: MainWindow, qtbot: QtBot) -> None:
    part, state = named(listed, "worklist", WorklistPart), named(listed, "worklist.state", QComboBox)
    part.narrow(Narrowing("Oblique", Wanted(planes=("oblique",), states=THERE)))
    part._ask()
    qtbot.waitUntil(lambda: patients(listed) == ["P8", "P9"])
    assert named(listed, "worklist.only", QLabel).text() == "Only: cases that are not discarded"
    assert named(listed, "worklist.chip.plane", QPushButton).isVisible()
    assert part.wanted.states == THERE
    state.setCurrentIndex(state.findData("discarded"))
    assert part.wanted.cases == ()
    state.setCurrentIndex(state.findData("new"))
    assert part.wanted.states == ("new",) and part.wanted.cases is None


def test_columns_are_shown_and_hidden_and_it_is_remembered(listed: MainWindow) -> None:
    device = list(COLUMNS).index("device")
    assert table(listed).isColumnHidden(device)
    next(entry for entry in table(listed).columns_menu().actions() if entry.objectName() == "worklist.column.device").trigger()
    assert not table(listed).isColumnHidden(device)
    again = CaseTable(listed)
    assert not again.isColumnHidden(device) and not again.isColumnHidden(0)
    again.hide_from(("annotations",))
    assert "worklist.column.annotations" not in [entry.objectName() for entry in again.columns_menu().actions()]
    next(entry for entry in again.columns_menu().actions() if entry.objectName() == "worklist.column.device").trigger()
    assert again.isColumnHidden(list(COLUMNS).index("annotations"))
    again.hide_from(())
    assert not again.isColumnHidden(list(COLUMNS).index("annotations")) and again.isColumnHidden(device)


def finding(window: MainWindow, name: str) -> FindingEdit:
    return named(window, name, FindingEdit)


def texts(window: MainWindow, study: str) -> list[str]:
    return [one.text for one in study_findings.read(window.session.project.root, study)]


def test_a_finding_written_beside_the_picture_is_kept_on_leaving_and_found_by_its_words(listed: MainWindow, qtbot: QtBot) -> None:
    window, study = listed, listed.session.study
    window.show_part("worklist")
    field = finding(window, "finding.text")
    qtbot.waitUntil(lambda: not field.isReadOnly() and field.study == study)
    window.show_part("finding")
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "nodule 5 mm")
    assert texts(window, study) == []
    QTest.keyClick(field, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: texts(window, study) == ["nodule 5 mm"])
    qtbot.waitUntil(lambda: "2026" in named(window, "finding.state", QLabel).text() or named(window, "finding.state", QLabel).isVisible())
    window.show_part("worklist")
    QTest.keyClicks(named(window, "worklist.words", QLineEdit), "Nodule")
    qtbot.waitUntil(lambda: [entry.study for entry in table(window).cases.entries] == [study])


def test_escape_takes_back_what_was_typed(listed: MainWindow, qtbot: QtBot) -> None:
    field = finding(listed, "finding.text")
    qtbot.waitUntil(lambda: not field.isReadOnly() and field.study != "")
    listed.show_part("worklist")
    listed.show_part("finding")
    QTest.keyClicks(field, "wrong")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.toPlainText() == "" and not field.hasFocus()
    listed.close()
    assert texts(listed, field.study) == []


def test_what_is_typed_when_the_window_closes_is_kept(listed: MainWindow, qtbot: QtBot) -> None:
    field = finding(listed, "finding.text")
    qtbot.waitUntil(lambda: not field.isReadOnly() and field.study != "")
    listed.show_part("worklist")
    listed.show_part("finding")
    QTest.keyClicks(field, "half a sen")
    listed.close()
    assert texts(listed, field.study) == ["half a sen"]


def test_chosen_cases_stay_chosen_where_the_list_says_something_else_of_them(listed: MainWindow, qtbot: QtBot) -> None:
    """Somebody wrote a finding, or cases came before them: whoever has chosen rows goes on with these cases."""
    shown = table(listed)
    rows = {entry.patient: row for row, entry in enumerate(shown.cases.entries)}
    shown.selectRow(rows["P8"])
    shown.selectionModel().select(shown.cases.index(rows["P9"], 0), ROWS)
    entries = tuple(replace(entry, finding="nodule") for entry in shown.cases.entries)[::-1]
    shown.put(entries, len(entries), blind=False)
    assert [entry.patient for entry in shown.chosen] == ["P9", "P8"]
    assert shown.cases.entries[shown.currentIndex().row()].patient == "P8"
    shown.put(tuple(entry for entry in entries if entry.patient != "P8"), len(entries) - 1, blind=False)
    assert [entry.patient for entry in shown.chosen] == ["P9"]


def test_the_list_shows_and_changes_the_finding_of_the_chosen_study_and_follows_the_choice(listed: MainWindow, qtbot: QtBot) -> None:
    study_findings.write(listed.session.project, "8", "먼저", Acting("이"), TIME)
    field = finding(listed, "worklist.finding")
    rows = {entry.patient: row for row, entry in enumerate(table(listed).cases.entries)}
    table(listed).selectRow(rows["P8"])
    qtbot.waitUntil(lambda: field.toPlainText() == "먼저" and not field.isReadOnly())
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "later")
    table(listed).setFocus()
    qtbot.waitUntil(lambda: texts(listed, "8") == ["먼저", "later"])
    table(listed).selectRow(rows["P9"])
    qtbot.waitUntil(lambda: field.study == "7" and field.toPlainText() == "")
    table(listed).selectAll()
    assert not field.isEnabled()


def test_what_is_typed_stays_while_something_else_changes(listed: MainWindow, qtbot: QtBot) -> None:
    field = finding(listed, "finding.text")
    qtbot.waitUntil(lambda: not field.isReadOnly() and field.study != "")
    listed.show_part("worklist")
    listed.show_part("finding")
    QTest.keyClicks(field, "typing")
    field.put(field.study, "somebody else's", free=True)
    assert field.toPlainText() == "typing"
    QTest.keyClick(field, Qt.Key.Key_Escape)
