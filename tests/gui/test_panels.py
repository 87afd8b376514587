"""The panels show what the session says, and say to it what the hand chose."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.brain_mr import brain_mr
from annotator.gui.panels.context_menu import context_menu
from annotator.gui.window import MainWindow
from annotator.i18n import message
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.notice import Question, Severity, Topic
from tests.gui.conftest import BOX, Open, draw_box, named, until_at_rest, until_painted


def row_of(window: MainWindow, name: str, row: int):
    return named(window, name).model().index(row, 0)


def click(window: MainWindow, name: str, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    view = named(window, name)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, view.visualRect(row_of(window, name, row)).center())


def test_categories_stand_in_the_order_of_the_project(window: MainWindow) -> None:
    model = named(window, "category_list").model()
    shown = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert shown == [category.name_en for category in window.session.categories]
    assert len(shown) == 9
    assert [row.sign for row in window.categories.rows.rows] == list("123456789")


def test_where_the_project_has_no_categories_the_list_says_that_one_only_looks(
    open_window: Open, project: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window("--project", project)
    assert window.categories.when_empty.startswith("The categories of the open series")
    brain_mr(tmp_path / "brain", size=32)
    window.open_paths([tmp_path / "brain"])
    until_painted(qtbot, window)
    assert named(window, "category_list").model().rowCount() == 0
    assert window.categories.when_empty == "The project has no categories for MR: these images can only be looked at."
    window.speak("ko")
    assert "보기만" in window.categories.when_empty
    window.speak("en")


def test_choosing_a_category_changes_no_annotation(window: MainWindow) -> None:
    draw_box(window)
    before = window.session.annotations
    window.session.select([1])
    click(window, "category_list", 4)
    assert window.session.category is window.session.categories[4]
    assert window.session.annotations == before


def test_a_drawn_box_stands_in_the_list(window: MainWindow) -> None:
    draw_box(window)
    (row,) = window.annotations.rows.rows
    assert row.key == 1
    assert row.colour == window.session.categories[0].rgb
    assert "mm" in row.said


def test_selecting_in_the_list_selects_on_the_picture(window: MainWindow) -> None:
    draw_box(window, BOX, Stroke(Makes.BOX, ((30.0, 30.0), (40.0, 40.0))))
    click(window, "annotation_list", 1)
    assert window.session.selection == {2}
    click(window, "annotation_list", 0, Qt.KeyboardModifier.ControlModifier)
    assert window.session.selection == {1, 2}
    window.session.select([1])
    assert [index.row() for index in window.annotations.selectedIndexes()] == [0]


def test_delete_in_the_list_deletes_and_undo_brings_back(window: MainWindow) -> None:
    draw_box(window)
    drawn = window.session.annotations
    click(window, "annotation_list", 0)
    QTest.keyClick(named(window, "annotation_list"), Qt.Key.Key_Delete)
    assert not window.session.annotations
    assert window.status_line._undo.isVisible()
    window.status_line._undo.click()
    assert window.session.annotations == drawn


def test_c_gives_the_selection_the_chosen_category(window: MainWindow) -> None:
    draw_box(window)
    window.session.select([1])
    QTest.keyClick(window.view, Qt.Key.Key_3)
    QTest.keyClick(window.view, Qt.Key.Key_C)
    assert window.session.annotations[0].category == window.session.categories[2].key


def test_the_menu_of_an_annotation_changes_its_category(window: MainWindow) -> None:
    draw_box(window)
    window.session.select([1])
    menu = context_menu(window.session, window.commands, window)
    change = next(action.menu() for action in menu.actions() if action.menu() is not None)
    change.actions()[5].trigger()
    assert window.session.annotations[0].category == window.session.categories[5].key


def test_undo_says_what_it_takes_back(window: MainWindow) -> None:
    action = window.commands.actions["edit.undo"]
    assert not action.isEnabled()
    draw_box(window)
    assert action.isEnabled()
    assert action.text().startswith("Undo: ")
    assert action.iconText() == "Undo"


def test_saved_tells_the_truth(window: MainWindow, qtbot: QtBot) -> None:
    label = named(window, "status.saved")
    draw_box(window)
    assert label.property("state") == "unsaved"
    window.commands.actions["file.save"].trigger()
    qtbot.waitUntil(lambda: label.property("state") == "saved", timeout=10_000)


def test_the_tree_shows_patient_study_series_and_images(window: MainWindow) -> None:
    model = named(window, "series_tree").model()
    patient = model.index(0, 0)
    series = model.index(0, 0, model.index(0, 0, patient))
    assert model.rowCount() == 1
    assert "CT" in series.data()
    assert model.rowCount(series) == 6
    assert model.parent(model.index(3, 0, series)) == series
    assert model.parent(model.parent(model.parent(series))) == model.parent(patient)


def test_an_image_of_the_tree_is_shown_by_a_click(window: MainWindow) -> None:
    tree = window.tree
    series = tree.model().series_index(window.session.series.uid)
    tree.expand(series)
    index = tree.model().index(4, 0, series)
    tree.scrollTo(index)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(index).center())
    assert window.session.index == 4


def test_the_tree_follows_the_picture(window: MainWindow) -> None:
    series = window.tree.model().series_index(window.session.series.uid)
    assert window.tree.currentIndex() == series
    window.tree.expand(series)
    window.session.page(2)
    assert window.tree.currentIndex() == window.tree.model().index(window.session.index, 0, series)


def test_the_fields_show_and_set_the_window(window: MainWindow) -> None:
    window.session.set_window(-612.5, 1500)
    assert (named(window, "window.center").value(), named(window, "window.width").value()) == (-612.5, 1500)
    assert named(window, "window.center").text() == "-612.5"
    named(window, "window.width").setValue(400)
    assert (window.session.window.center, window.session.window.width) == (-612.5, 400)


def test_the_fields_are_labelled(window: MainWindow) -> None:
    buddies = {label.buddy().objectName(): label.text() for label in window.levels._labels}
    assert buddies == {"window.center": "Center", "window.width": "Width"}


def test_the_header_and_the_full_range_are_one_key_away(window: MainWindow) -> None:
    picture = window.session.picture
    assert picture is not None
    window.session.set_window(1, 2)
    window.commands.actions["window.header"].trigger()
    start = picture.start_window()
    assert (window.session.window.center, window.session.window.width) == (start.center, start.width)
    window.commands.actions["window.full"].trigger()
    low, high = picture.value_range
    assert window.session.window.width == pytest.approx(high - low)


def test_the_pointer_is_read(window: MainWindow) -> None:
    window.view.pointer_moved.emit(10.5, 20.5)
    picture = window.session.picture
    assert picture is not None
    assert window.status_line._position.text() == "x 11  y 21"
    assert window.status_line._value.text() == f"{picture.value_at(10.5, 20.5):.0f} HU"
    window.view.pointer_left.emit()
    assert window.status_line._value.text() == ""


def test_the_empty_window_says_what_to_do_until_something_is_open(bare: MainWindow, chest: Path, qtbot: QtBot) -> None:
    assert bare.empty.isVisible()
    assert "Drop" in bare.empty._title.text()
    drop(bare, [chest])
    until_painted(qtbot, bare)
    assert not bare.empty.isVisible()


def test_a_dropped_project_is_opened_as_one(bare: MainWindow, project: Path) -> None:
    drop(bare, [project])
    assert bare.session.project.root == project


def test_a_question_is_asked_above_the_picture_and_answered_by_key(window: MainWindow) -> None:
    answers: list[str] = []
    asked = Question(message("no permission"), (("json", message("no permission")), ("mask", message("it is not there"))), answers.append)
    window.session.question = asked
    window.bridge.tell(Topic.QUESTION)
    assert window.bars.question.isVisible()
    second = window.bars.question.findChild(type(window.bars.question._buttons[0]), "choice.mask")
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert answers == ["mask"]
    window.session.question = None
    window.bridge.tell(Topic.QUESTION)
    assert not window.bars.question.isVisible()


def test_an_error_stays_until_it_is_dismissed(bare: MainWindow) -> None:
    bare.session.say(message("no permission"), Severity.ERROR)
    for number in range(9):
        bare.session.say(message("Category {number}", number=number), Severity.WARNING)
    bare.session.say(message("Undo"))
    assert bare.notices.texts[0] == "no permission"
    assert len(bare.notices.texts) == 4
    for _ in range(4):
        bare.commands.actions["view.dismiss"].trigger()
    assert not bare.notices.isVisible()
    assert not bare.commands.actions["view.dismiss"].isEnabled()


def test_nothing_modal_ever_opens(window: MainWindow) -> None:
    for name in ("file.open_folder", "file.open_project", "help.keys", "help.about"):
        window.commands.actions[name].trigger()
        assert QApplication.activeModalWidget() is None
    for dialog in window.findChildren(type(window), "folder_dialog"):
        dialog.close()


def test_places_are_kept_for_the_next_start(window: MainWindow, open_window: Open, project: Path, qtbot: QtBot) -> None:
    window.resize(790, 690)
    window._columns.want(190, 790, 300)
    sizes = window._columns.sizes()
    window.session.show(3)
    window.view.look_at(4.0, 20.0, 30.0)
    window.commands.actions["tool.box"].trigger()
    window.close()
    again = open_window("--project", project)
    until_painted(qtbot, again)
    assert again.size() == window.size()
    assert again._columns.sizes() == sizes
    assert again.session.index == 3
    assert again.session.tool.id == "tool.box"
    assert again.view.zoom == pytest.approx(4.0)
    assert again.view.centre == pytest.approx((20.0, 30.0), abs=0.25)  # it lies on whole screen pixels


def test_the_picture_keeps_the_larger_part_of_a_small_window(bare: MainWindow) -> None:
    bare.resize(1600, 900)
    QApplication.processEvents()
    wide = bare._columns.sizes()
    bare.resize(860, 560)
    QApplication.processEvents()
    left, middle, right = bare._columns.sizes()
    assert bare.width() == 860
    assert middle > left + right
    bare.resize(1600, 900)
    QApplication.processEvents()
    assert bare._columns.sizes() == wide


def test_nothing_that_covers_the_picture_widens_the_window(bare: MainWindow) -> None:
    bare.resize(900, 620)
    QApplication.processEvents()
    for name in ("settings", "header", "studies"):
        bare.show_part(name)
        QApplication.processEvents()
        assert (bare.width(), bare.height()) == (900, 620), name
        bare.show_part(name)


def test_a_list_selection_by_the_model_alone_counts(window: MainWindow) -> None:
    view = named(window, "category_list")
    view.selectionModel().setCurrentIndex(row_of(window, "category_list", 6), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert window.session.category is window.session.categories[6]


def drop(window: MainWindow, paths: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    hand = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(300, 300), *hand))
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), *hand))


def test_a_low_window_keeps_tools_and_done_in_the_strip(bare: MainWindow) -> None:
    bare.resize(860, 430)
    QApplication.processEvents()
    assert bare.height() == 430
    shown = {button.defaultAction().objectName() for button in bare.strip.findChildren(QToolButton) if button.isVisible()}
    assert {"tool.line", "case.done"} <= shown
    assert "view.fit" not in shown
    bare.resize(1280, 900)
    QApplication.processEvents()
    assert all(button.isVisible() for button in bare.strip.findChildren(QToolButton))


def test_the_commands_of_parts_stand_together_in_a_menu(bare: MainWindow) -> None:
    for menu in bare.findChildren(QMenu, "menu.project"):
        assert not any(action.isSeparator() for action in menu.actions())


def test_a_column_with_too_many_panels_scrolls_and_the_window_stays(bare: MainWindow) -> None:
    bare.resize(1000, 260)
    QApplication.processEvents()
    assert bare.height() == 260
    column = bare._right
    assert column.verticalScrollBar().maximum() > 0
    column.ensureWidgetVisible(bare.annotations)
    QApplication.processEvents()
    assert bare.annotations.visibleRegion().boundingRect().height() > 20


def test_what_was_not_found_is_said_no_more_when_something_else_is_opened(bare: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    bare.open_paths([tmp_path / "nothing"])
    qtbot.waitUntil(lambda: any("No DICOM image" in text for text in bare.notices.texts))
    (tmp_path / "neither").mkdir()
    bare.open_paths([tmp_path / "neither"])
    qtbot.waitUntil(lambda: any("neither" in text for text in bare.notices.texts))
    assert not any("nothing" in text for text in bare.notices.texts)
    assert bare.categories.height() >= 48


def test_files_that_hold_no_image_are_told_by_why(bare: MainWindow, chest: Path, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.dcm").write_text("<html></html>")
    bare.open_paths([tmp_path / "one" / "a.dcm"])
    qtbot.waitUntil(lambda: len(bare.notices.texts) == 1, timeout=10_000)
    assert bare.notices.texts[0].endswith("a.dcm: it is not a DICOM file")
    for name in "bc":
        (tmp_path / "one" / f"{name}.dcm").write_text("<html></html>")
    (tmp_path / "one" / "d.dcm").touch()
    bare.open_paths([tmp_path / "one"])
    qtbot.waitUntil(lambda: len(bare.notices.texts) == 1 and "(3)" in bare.notices.texts[0], timeout=10_000)
    assert "it is not a DICOM file (3); " in bare.notices.texts[0] and bare.notices.texts[0].endswith("(1)")
    bare.open_paths([chest])
    until_painted(qtbot, bare)
    assert bare.notices.texts == ()


def test_no_list_moves_when_something_is_selected(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1600, 1400)
    draw_box(window)
    lists = window.annotations, named(window, "lesions")
    section = window._left.section("lesions")
    qtbot.waitUntil(lambda: section.height() == section.sizeHint().height())
    before = [panel.mapTo(window, QPoint()) for panel in lists]
    window.session.select([1])
    details = named(window, "measures"), named(window, "attributes")
    qtbot.waitUntil(lambda: all(panel.isVisible() and panel.height() >= panel.sizeHint().height() - 8 for panel in details))
    assert [panel.mapTo(window, QPoint()) for panel in lists] == before


def test_that_there_is_nothing_to_change_is_said_in_the_status_line_and_moves_no_picture(window: MainWindow, qtbot: QtBot) -> None:
    draw_box(window)
    until_at_rest(qtbot, window)
    height = window.view.height()
    QTest.keyClick(window.view, Qt.Key.Key_1, Qt.KeyboardModifier.ShiftModifier)
    assert "Nothing to change" in window.status_line._line.text() and window.notices.texts == ()
    until_at_rest(qtbot, window)
    assert window.view.height() == height


def test_why_a_stroke_was_refused_is_said_no_more_when_the_next_one_counts(window: MainWindow) -> None:
    draw_box(window, Stroke(Makes.BOX, ((10.0, 10.0), (10.0, 10.0))))
    assert len(window.notices.texts) == 1 and window.session.annotations == ()
    draw_box(window)
    assert window.notices.texts == () and len(window.session.annotations) == 1


def test_of_refusals_the_last_one_alone_is_said(window: MainWindow) -> None:
    """Three of them would take the picture a hundred pixels; what is no refusal stays beside it."""
    window.session.say(message("no permission"), Severity.WARNING)
    draw_box(window, Stroke(Makes.BOX, ((10.0, 10.0), (10.0, 10.0))))
    window.session.show_alone()
    window.session.hide_selected()
    assert window.notices.texts == ("no permission", "Nothing is selected: select what is to be hidden")
    draw_box(window)
    assert window.notices.texts == ("no permission",)


def test_a_line_is_told_from_an_area_in_the_list_by_its_colour_being_a_stroke(window: MainWindow) -> None:
    draw_box(window)
    window.commands.actions["tool.line"].trigger()
    window.session.perform(Stroke(Makes.PATH, ((30.0, 30.0), (40.0, 34.0))))
    rows = window.annotations.rows.rows
    assert [row.line for row in rows] == [False, True]
    seen = window.annotations.viewport().grab().toImage()
    filled = [
        sum(seen.pixelColor(x, y).getRgb()[:3] == row.colour for x in range(24) for y in range(rect.top(), rect.bottom()))
        for row, rect in ((row, window.annotations.visualRect(window.annotations.rows.index(n))) for n, row in enumerate(rows))
    ]
    assert filled[0] > 100 > filled[1] > 0
