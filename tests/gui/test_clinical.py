"""The clinical sheet and the patient in the window: previewed, mapped, applied; the class chosen, followed, and hidden where it must be."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHoverEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.gui.covers.clinical import ClinicalPart
from annotator.gui.parts.patient import PatientPart
from annotator.gui.window import MainWindow
from annotator.i18n import say
from annotator.workspace import clinical, ids
from annotator.workspace.notice import SavedState
from annotator.workspace.projects import create
from tests.formats.clinical_files import HEADINGS, ROWS, compound, workbook
from tests.gui.conftest import Open, draw_box, until_painted
from tests.workspace.study import into_the_tree


@pytest.fixture
def drawn(window: MainWindow, qtbot) -> MainWindow:
    """The window on a patient, P000001, with one box that is saved."""
    draw_box(window)
    window.session.save()
    until(qtbot, lambda: window.session.saved_state is SavedState.SAVED)
    return window


def until(qtbot, holds) -> None:
    """Wait for what happens in the background; a busy machine gets its time."""
    qtbot.waitUntil(holds, timeout=20_000)


def sheet(window: MainWindow) -> ClinicalPart:
    part = window.parts.widget("clinical_sheet")
    assert isinstance(part, ClinicalPart)
    return part


def patient(window: MainWindow) -> PatientPart:
    part = window.parts.widget("patient")
    assert isinstance(part, PatientPart)
    return part


def read(window: MainWindow, qtbot, path: Path, rows=(HEADINGS, *ROWS)) -> ClinicalPart:
    path.write_bytes(workbook(("CT", rows), ("표지", [("a", "b")])))
    window.commands.actions["clinical.sheet"].trigger()
    part = sheet(window)
    assert part.isVisible()
    part.read(path)
    until(qtbot, lambda: part.seen is not None and part.seen.source == path.name)
    return part


def choose_class(window: MainWindow, name: str) -> None:
    field = patient(window).classes
    field.setCurrentText(name)
    field.activated.emit(field.currentIndex())


def values(window: MainWindow) -> dict[str, str]:
    table = patient(window).values
    items = [table.topLevelItem(row) for row in range(table.topLevelItemCount())]
    return {item.text(0): item.text(1) for item in items}


def test_a_sheet_is_shown_with_its_columns_before_anything_is_kept(drawn, qtbot, tmp_path):
    part = read(drawn, qtbot, tmp_path / "a.xlsx")
    assert [choice.currentData() for choice in part.table.mapping.choices] == ["id", "age", "sex", "class", "pathology", "smoking"]
    model = part.table.sheet
    assert [model.index(0, place).data() for place in range(6)] == list(ROWS[0])
    assert model.headerData(0, Qt.Orientation.Vertical) == "2"
    assert "joined: 1" in [label.text() for label in part._counts]
    assert clinical.newest(drawn.session.project.root).number == 0
    choices = part.table.mapping.choices
    assert all(choice.isVisible() and choice.y() > 10 for choice in choices[:3])
    assert [choice.x() for choice in choices] == sorted({choice.x() for choice in choices})


def test_what_is_wrong_is_marked_in_its_cell_and_a_line_leads_there(drawn, qtbot, tmp_path):
    part = read(drawn, qtbot, tmp_path / "a.xlsx", (HEADINGS, ROWS[1], ("P000001", "예순", *ROWS[0][2:])))
    wrong = part.table.sheet.index(1, 1)
    assert isinstance(wrong.data(Qt.ItemDataRole.BackgroundRole), QColor) and "no number" in wrong.data(Qt.ItemDataRole.ToolTipRole)
    assert part.table.sheet.index(1, 0).data(Qt.ItemDataRole.BackgroundRole) is None
    lines = [part.problems.topLevelItem(row) for row in range(part.problems.topLevelItemCount())]
    line = next(item for item in lines if item.text(1) == "나이")
    part.problems.setCurrentItem(line)
    assert (part.table.currentIndex().row(), part.table.currentIndex().column()) == (1, 1)
    part.table.selectionModel().clear()  # a key that a test before left held down would only widen what is selected

    def ground(row: int) -> QColor:
        leaves = QHoverEvent(QEvent.Type.HoverLeave, QPointF(-1, -1), QPointF(-1, -1), QPointF(0, 0))
        QApplication.sendEvent(part.table.viewport(), leaves)  # the pointer may stand anywhere, and a row under it is lit
        picture = part.table.viewport().grab().toImage()
        return picture.pixelColor(part.table.visualRect(part.table.sheet.index(row, 1)).topLeft() + QPoint(3, 3))

    until(qtbot, lambda: ground(1) == wrong.data(Qt.ItemDataRole.BackgroundRole) != ground(0))  # headings may still be settling


def test_a_column_is_chosen_over_the_table_and_taken_from_the_one_that_had_it(drawn, qtbot, tmp_path):
    part = read(drawn, qtbot, tmp_path / "a.xlsx", (("코드", "ID", *HEADINGS[1:]), *((row[0], "x", *row[1:]) for row in ROWS)))
    assert part.seen.columns["id"] == "ID" and not part.seen.joined.rows
    choice = part.table.mapping.choices[0]
    choice.setCurrentIndex(choice.findData("id"))
    choice.activated.emit(choice.currentIndex())
    until(qtbot, lambda: part.seen.columns["id"] == "코드")
    assert list(part.seen.joined.rows) == ["P000001"]
    assert [one.currentData() for one in part.table.mapping.choices][:2] == ["id", ""]


def test_a_sheet_that_is_applied_moves_the_patient_and_is_shown_beside_the_picture(drawn, qtbot, tmp_path):
    part = read(drawn, qtbot, tmp_path / "a.xlsx")
    part._apply.click()
    until(qtbot, lambda: part.isHidden())
    assert drawn.session.names.class_folder == "malignant"
    assert values(drawn) == {
        "Age": "63", "Sex": "M", "Benign/malignant": "malignant", "Pathology": "Adenocarcinoma", "Smoking history": "30갑년",
    }  # fmt: skip
    assert patient(drawn).classes.currentText() == "malignant"
    assert list((drawn.session.project.root / "lung_cancer").rglob("malignant/P000001/S001/json/*.json"))


def test_a_file_that_cannot_be_read_is_told_in_place_and_nothing_can_be_applied(drawn, qtbot, tmp_path):
    part = sheet(drawn)
    drawn.show_part("clinical_sheet")
    (tmp_path / "b.xlsx").write_bytes(compound("EncryptionInfo", "EncryptedPackage"))
    part.read(tmp_path / "b.xlsx")
    until(qtbot, lambda: "encrypted" in part.foot.text())
    assert not part._apply.isEnabled() and part.table.isHidden()


def test_without_an_id_column_nothing_can_be_applied(drawn, qtbot, tmp_path):
    part = read(drawn, qtbot, tmp_path / "a.xlsx", (("코드", *HEADINGS[1:]), *ROWS))
    assert not part._apply.isEnabled()


def test_another_page_of_the_workbook_can_be_looked_at(drawn, qtbot, tmp_path):
    part = read(drawn, qtbot, tmp_path / "a.xlsx")
    part.pages.setCurrentText("표지")
    part.pages.activated.emit(part.pages.currentIndex())
    until(qtbot, lambda: part.seen is not None and part.seen.table.page == "표지")


def test_the_class_is_chosen_and_what_is_drawn_goes_on(drawn, qtbot):
    drawn.commands.actions["patient.class"].trigger()
    assert QApplication.focusWidget() is patient(drawn).classes
    choose_class(drawn, "benign")
    until(qtbot, lambda: drawn.session.names.class_folder == "benign")
    until(qtbot, lambda: "is now benign; 2 files were moved" in say(drawn.session.said.message))
    assert patient(drawn).classes.currentText() == "benign"
    drawn.session.page(1)
    draw_box(drawn)
    drawn.session.save()
    until(qtbot, lambda: drawn.session.saved_state is SavedState.SAVED)
    found = sorted(path.parts[-5] for path in (drawn.session.project.root / "lung_cancer").rglob("*.json"))
    assert found == ["benign", "benign"]


def test_an_unsaved_stroke_goes_with_the_patient(drawn, qtbot):
    drawn.session.page(2)
    draw_box(drawn)
    choose_class(drawn, "normal")
    until(qtbot, lambda: drawn.session.saved_state is SavedState.SAVED and drawn.session.names.class_folder == "normal")
    tree = drawn.session.project.root / "lung_cancer" / "chest-ct"
    until(qtbot, lambda: not (tree / "unclassified").exists())
    until(qtbot, lambda: len(list((tree / "normal" / "P000001" / "S001" / "json").glob("*.json"))) == 2)


def test_a_patient_without_an_id_gets_one_with_the_class(window, qtbot):
    assert "no id yet" in patient(window).patient.text()
    choose_class(window, "normal")
    until(qtbot, lambda: window.session.names is not None and window.session.names.class_folder == "normal")
    root = window.session.project.root
    assert ids.read_patients(ids.ids_path(root))["P000001"].class_folder == "normal"


def test_the_window_follows_images_of_the_tree_that_moved(open_window: Open, qtbot, tmp_path):
    chest_ct(tmp_path / "ct", slices=3, size=32)
    root = create("lung-cancer", tmp_path / "project").root
    folder = into_the_tree(tmp_path / "ct", root)
    window = open_window("--project", root, folder)
    until_painted(qtbot, window)
    choose_class(window, "malignant")
    until(qtbot, lambda: window.session.names.class_folder == "malignant")
    until(qtbot, lambda: window.session.picture is not None)
    window.session.page(1)
    until(qtbot, lambda: window.session.picture is not None)
    assert "malignant" in window.session.image.path and Path(window.session.image.path).is_file()
    assert window.session.folders == (Path(str(folder).replace("benign", "malignant")),)
    draw_box(window)
    window.session.save()
    until(qtbot, lambda: window.session.saved_state is SavedState.SAVED)
    assert len(list((root / "lung_cancer").rglob("malignant/P000007/S003/json/*.json"))) == 1


def test_the_wheel_changes_no_class(drawn):
    field = patient(drawn).classes
    turned = QWheelEvent(QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
                         Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(field, turned)
    assert field.currentText() == "unclassified"


def blind_project(folder: Path) -> Path:
    root = create("lung-cancer", folder).root
    toml = (root / "project.toml").read_text("utf-8").replace("blind = false", "blind = true")
    (root / "project.toml").write_text(toml.replace('name = "흡연력"', 'name = "흡연력"\nhidden = true'), "utf-8")
    return root


def test_where_the_class_is_hidden_it_is_neither_shown_nor_chosen(open_window: Open, chest, qtbot, tmp_path):
    window = open_window("--project", blind_project(tmp_path / "blind"), chest)
    until_painted(qtbot, window)
    draw_box(window)
    window.session.save()
    until(qtbot, lambda: window.session.saved_state is SavedState.SAVED)
    assert patient(window).classes.isHidden() and not window.commands.actions["patient.class"].isEnabled()
    part = read(window, qtbot, tmp_path / "a.xlsx", (HEADINGS, ("P000001", "63", "남", "모름", "Adeno", "30갑년")))
    model = part.table.sheet
    assert [model.index(0, place).data() for place in (1, 3, 5)] == ["63", "hidden", "hidden"]
    said = [part.problems.topLevelItem(row).text(2) for row in range(part.problems.topLevelItemCount())]
    assert said and not any("모름" in text for text in said)
    assert not any("모름" in (model.index(0, place).data(Qt.ItemDataRole.ToolTipRole) or "") for place in range(6))
    part._apply.click()
    until(qtbot, lambda: part.isHidden())
    assert values(window) == {"Age": "63", "Sex": "M", "Pathology": "Adeno"}


def test_a_project_without_a_sheet_and_classes_shows_no_patient(open_window: Open, chest, qtbot):
    window = open_window(chest)
    until_painted(qtbot, window)
    assert not patient(window).isVisible() and not window.commands.actions["clinical.sheet"].isEnabled()
