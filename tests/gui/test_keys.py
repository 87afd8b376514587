"""Keys are commands whatever has the focus."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain.merge import Mode
from annotator.gui.key_sets import written
from annotator.gui.window import MainWindow
from tests.gui.conftest import Open, draw_box, named, until_painted

Key = Qt.Key
FOCUS = ("image_view", "window.center", "window.width", "category_list", "annotation_list", "series_tree")
TOOLS = [(Key.Key_L, "tool.line"), (Key.Key_F, "tool.free"), (Key.Key_B, "tool.box"), (Key.Key_V, "tool.select")]
MODES = [(Key.Key_A, Mode.ADD), (Key.Key_S, Mode.SUB), (Key.Key_N, Mode.NEW)]
NO_MODIFIER, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def focus(window: MainWindow, name: str) -> QWidget:
    widget = named(window, name)
    widget.setFocus()
    assert QApplication.focusWidget() is widget
    return widget


@pytest.fixture(params=FOCUS)
def focused(window: MainWindow, request: pytest.FixtureRequest) -> QWidget:
    return focus(window, request.param)


def test_letters_choose_tools_and_modes_wherever_the_focus_is(window: MainWindow, focused: QWidget) -> None:
    for key, tool in TOOLS:
        QTest.keyClick(focused, key)
        assert window.session.tool.id == tool
    for key, mode in MODES:
        QTest.keyClick(focused, key)
        assert window.session.mode is mode


def test_hangul_letters_are_the_keys_in_their_place(window: MainWindow, focused: QWidget) -> None:
    for letter, tool in zip("ㅠㄹㅣㅍ", ("tool.box", "tool.free", "tool.line", "tool.select"), strict=True):
        send(focused, ord(letter), letter)
        assert window.session.tool.id == tool
    for letter, mode in zip("ㅁㄴㅜ", (Mode.ADD, Mode.SUB, Mode.NEW), strict=True):
        send(focused, int(Key.Key_unknown), letter)
        assert window.session.mode is mode


def test_a_letter_of_another_script_counts_by_its_place(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    event = QKeyEvent(QEvent.Type.KeyPress, ord("Д"), NO_MODIFIER, 46, 0, 0, "д")
    QApplication.sendEvent(window.view, event)
    assert window.session.tool.id == "tool.line"


def test_a_key_that_qt_sends_as_a_shortcut_runs_once(window: MainWindow) -> None:
    window.commands.actions["mode.add"].trigger()
    counted: list[bool] = []
    window.commands.actions["mode.sub"].triggered.connect(lambda: counted.append(True))
    QTest.keyClick(window.windowHandle(), Key.Key_S)
    assert len(counted) == 1


@pytest.mark.parametrize("name", ["image_view", "category_list", "annotation_list", "series_tree"])
def test_digits_choose_categories(window: MainWindow, name: str) -> None:
    widget = focus(window, name)
    for number in "9251":
        QTest.keyClick(widget, number)
        assert window.session.category is not None
        assert window.session.category.shortcut == number


def test_after_enter_in_a_number_field_digits_are_categories_again(window: MainWindow) -> None:
    width = focus(window, "window.width")
    QTest.keyClicks(width, "1600")
    QTest.keyClick(width, Key.Key_Return)
    assert QApplication.focusWidget() is window.view
    QTest.keyClick(QApplication.focusWidget(), Key.Key_2)
    assert window.session.window.width == 1600
    assert window.session.category is not None
    assert window.session.category.shortcut == "2"


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Escape])
def test_enter_and_escape_give_the_keyboard_back(window: MainWindow, key: Qt.Key) -> None:
    center = focus(window, "window.center")
    QTest.keyClicks(center, "-450.5")
    QTest.keyClick(center, key)
    assert QApplication.focusWidget() is window.view
    assert window.session.window.center == -450.5


def test_a_click_into_a_number_field_lets_typing_replace_it(window: MainWindow, qtbot: QtBot) -> None:
    width = named(window, "window.width")
    qtbot.mouseClick(width.lineEdit(), Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
    QTest.keyClicks(width, "350")
    QTest.keyClick(width, Key.Key_Return)
    assert window.session.window.width == 350


def test_a_number_field_keeps_its_numbers_and_passes_the_rest(window: MainWindow) -> None:
    center = focus(window, "window.center")
    QTest.keyClicks(center, "12l3")
    QTest.keyClick(center, Key.Key_Backspace)
    QTest.keyClicks(center, "s4")
    assert center.lineEdit().text() == "124"
    assert window.session.tool.id == "tool.line"
    assert window.session.mode is Mode.SUB


def test_undo_works_from_a_number_field(window: MainWindow) -> None:
    draw_box(window)
    center = focus(window, "window.center")
    QTest.keyClicks(center, "77")
    QTest.keyClick(center, Key.Key_Z, CONTROL)
    assert not window.session.annotations
    QTest.keyClick(center, Key.Key_Y, CONTROL)
    assert len(window.session.annotations) == 1
    assert center.lineEdit().text() == "77"


def test_arrows_page_while_the_picture_has_the_focus(window: MainWindow) -> None:
    view = focus(window, "image_view")
    here = window.session.index
    QTest.keyClick(view, Key.Key_Down)
    QTest.keyClick(view, Key.Key_Down)
    QTest.keyClick(view, Key.Key_Up)
    assert window.session.index == here + 1


@pytest.mark.parametrize("name", ["category_list", "window.center"])
def test_arrows_stay_where_the_focus_is(window: MainWindow, name: str) -> None:
    widget = focus(window, name)
    here = window.session.index
    QTest.keyClick(widget, Key.Key_Down)
    assert window.session.index == here


def test_arrows_in_the_category_list_choose(window: MainWindow) -> None:
    QTest.keyClick(focus(window, "image_view"), Key.Key_1)
    QTest.keyClick(focus(window, "category_list"), Key.Key_Down)
    assert window.session.category is window.session.categories[1]


def test_enter_in_a_list_goes_back_to_the_picture(window: MainWindow) -> None:
    QTest.keyClick(focus(window, "category_list"), Key.Key_Return)
    assert QApplication.focusWidget() is window.view


def test_page_keys_change_the_series_from_a_list_too(open_window: Open, project: Path, two_series: Path, qtbot: QtBot) -> None:
    window = open_window("--project", project, two_series)
    until_painted(qtbot, window)
    first = window.session.series
    QTest.keyClick(focus(window, "category_list"), Key.Key_PageDown)
    assert window.session.series is not first
    QTest.keyClick(focus(window, "series_tree"), Key.Key_PageUp)
    assert window.session.series is not None
    assert first is not None
    assert window.session.series.uid == first.uid


def test_presets_stand_on_the_function_keys(window: MainWindow, focused: QWidget) -> None:
    QTest.keyClick(focused, Key.Key_F2)
    assert (window.session.window.center, window.session.window.width) == (-600, 1500)
    QTest.keyClick(focused, Key.Key_F3)
    assert (window.session.window.center, window.session.window.width) == (40, 400)


def test_space_never_presses_a_button(bare: MainWindow) -> None:
    asked: list[bool] = []
    bare.commands.actions["file.open_folder"].triggered.connect(lambda: asked.append(True))
    for button in bare.empty._buttons.values():
        button.setFocus()
        QTest.keyClick(button, Key.Key_Space)
    assert not asked


def test_h_hides_the_annotations_while_it_is_held(window: MainWindow, focused: QWidget) -> None:
    QTest.keyPress(focused, Key.Key_H)
    assert window.overlays_hidden
    QTest.keyRelease(focused, Key.Key_H)
    assert not window.overlays_hidden


def test_f1_shows_the_keys_and_escape_puts_them_away(window: MainWindow) -> None:
    QTest.keyClick(window.view, Key.Key_F1)
    assert window.key_sheet.isVisible()
    assert QApplication.focusWidget() is window.key_sheet.list
    QTest.keyClick(window.key_sheet.list, Key.Key_Escape)
    assert not window.key_sheet.isVisible()
    assert QApplication.focusWidget() is window.view


def test_a_key_can_be_changed_and_stays_changed(window: MainWindow, open_window: Open) -> None:
    window.key_sheet._ask(row_of(window, "tool.box"))
    QTest.keyClick(window.view, Key.Key_Z)
    QTest.keyClick(window.view, Key.Key_Z)
    assert window.session.tool.id == "tool.box"
    QTest.keyClick(window.view, Key.Key_L)
    QTest.keyClick(window.view, Key.Key_B)
    assert window.session.tool.id == "tool.line"
    later = open_window()
    QTest.keyClick(later.view, Key.Key_Z)
    assert later.session.tool.id == "tool.box"


def asked(window: MainWindow, command: str, key: Qt.Key) -> str:
    """Press a new key for a command in the sheet; returns what the sheet says then."""
    window.key_sheet.show()
    window.key_sheet._ask(row_of(window, command))
    QTest.keyClick(window.view, key)
    return window.key_sheet._foot.text()


def keys_of(window: MainWindow) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return window.commands.keys_of("tool.box"), window.commands.keys_of("tool.line")


def test_a_key_that_is_taken_is_asked_about_and_enter_gives_it(window: MainWindow) -> None:
    said = asked(window, "tool.box", Key.Key_L)
    assert "“L” belongs to “Line”. Give it to “Box”?" in said and keys_of(window) == (("B",), ("L",))
    assert named(window, "keys.take").isVisible() and named(window, "keys.leave").isVisible()
    QTest.keyClick(window.view, Key.Key_Return)
    assert keys_of(window) == (("L",), ()) and not named(window, "keys.take").isVisible()
    QTest.keyClick(window.view, Key.Key_L)
    assert window.session.tool.id == "tool.box"


def test_escape_leaves_a_taken_key_and_another_key_is_tried_instead(window: MainWindow) -> None:
    asked(window, "tool.box", Key.Key_L)
    QTest.keyClick(window.view, Key.Key_Escape)
    assert keys_of(window) == (("B",), ("L",)) and window.key_sheet.isVisible()
    asked(window, "tool.box", Key.Key_L)
    QTest.keyClick(window.view, Key.Key_Z)
    assert keys_of(window) == (("Z",), ("L",))


def test_a_taken_key_is_given_or_left_with_the_mouse(window: MainWindow) -> None:
    asked(window, "tool.box", Key.Key_L)
    QTest.mouseClick(named(window, "keys.leave"), Qt.MouseButton.LeftButton)
    assert keys_of(window) == (("B",), ("L",))
    QTest.keyClick(window.view, Key.Key_F)
    assert window.session.tool.id == "tool.free", "keys are commands again"
    asked(window, "tool.box", Key.Key_L)
    QTest.mouseClick(named(window, "keys.take"), Qt.MouseButton.LeftButton)
    assert keys_of(window) == (("L",), ())


def test_putting_the_sheet_away_ends_the_question(window: MainWindow) -> None:
    asked(window, "tool.box", Key.Key_L)
    window.key_sheet.hide()
    QTest.keyClick(window.view, Key.Key_Return)
    QTest.keyClick(window.view, Key.Key_F)
    assert keys_of(window) == (("B",), ("L",)) and window.session.tool.id == "tool.free"


def test_the_usual_key_of_a_command_is_asked_about_where_another_has_it_now(window: MainWindow) -> None:
    asked(window, "tool.line", Key.Key_B)
    QTest.keyClick(window.view, Key.Key_Return)
    window.key_sheet.list.setCurrentItem(row_of(window, "tool.box"))
    QTest.mouseClick(named(window, "keys.one"), Qt.MouseButton.LeftButton)
    assert keys_of(window) == ((), ("B",))
    QTest.keyClick(window.view, Key.Key_Return)
    assert keys_of(window) == (("B",), ())


def test_a_key_that_changed_hands_can_be_given_back(window: MainWindow) -> None:
    asked(window, "tool.box", Key.Key_L)
    QTest.keyClick(window.view, Key.Key_Return)
    assert window.commands.text_of("tool.line") in window.key_sheet._foot.text()
    back = named(window, "keys.back")
    assert back.isVisible()
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    assert keys_of(window) == (("B",), ("L",))
    assert not back.isVisible()


def test_a_set_of_keys_goes_to_a_file_and_comes_back_in_another_window(window: MainWindow, open_window: Open, tmp_path: Path) -> None:
    asked(window, "tool.box", Key.Key_Z)
    QTest.mouseClick(named(window, "keys.export"), Qt.MouseButton.LeftButton)
    dialog = named(window, "new_file_dialog", QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "키.json"))
    dialog.close()
    assert "키.json" in window.key_sheet._foot.text()
    window.key_sheet._usual_keys()
    assert keys_of(window)[0] == ("B",)
    QTest.mouseClick(named(window, "keys.import"), Qt.MouseButton.LeftButton)
    dialog = named(window, "file_dialog", QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "키.json"))
    dialog.close()
    assert keys_of(window) == (("Z",), ("L",))
    QTest.keyClick(open_window().view, Key.Key_Z)
    QTest.mouseClick(named(window, "keys.back"), Qt.MouseButton.LeftButton)
    assert keys_of(window) == (("B",), ("L",))


def test_what_of_a_file_cannot_be_taken_is_said(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(written({"tool.line": ("Z",), "tool.box": ("Z", "B"), "tool.wand": ("W",), "view.fit": ("Ctrl+",)}))
    window.key_sheet.show()
    window.key_sheet.import_from(path)
    said = window.key_sheet._foot.text()
    assert "unknown commands here (1): tool.wand" in said and "not understood as keys: Ctrl+" in said
    assert "“Z” stays with “Line”, “Box” does not get it" in said
    assert keys_of(window) == (("B",), ("Z",))


def test_a_file_that_is_none_changes_nothing(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    for path in (tmp_path / "a.json", tmp_path / "none.json"):
        window.key_sheet.import_from(path)
        assert path.name in window.key_sheet._foot.text() and keys_of(window) == (("B",), ("L",))


def test_a_command_takes_a_second_key_and_its_usual_one_back(window: MainWindow) -> None:
    window.show_keys()
    window.key_sheet.list.setCurrentItem(row_of(window, "tool.box"))
    QTest.mouseClick(named(window, "keys.second"), Qt.MouseButton.LeftButton)
    QTest.keyClick(window.view, Key.Key_Z)
    assert window.commands.keys_of("tool.box") == ("B", "Z")
    window.key_sheet.list.setCurrentItem(row_of(window, "tool.box"))
    QTest.mouseClick(named(window, "keys.one"), Qt.MouseButton.LeftButton)
    assert window.commands.keys_of("tool.box") == ("B",)


def test_the_sheet_of_keys_is_searched(window: MainWindow) -> None:
    window.show_keys()
    window.key_sheet.search.setText("invert")
    assert not row_of(window, "window.invert").isHidden()
    assert row_of(window, "tool.box").isHidden()
    window.key_sheet.search.setText("")
    assert not row_of(window, "tool.box").isHidden()


def test_new_keys_are_found_by_their_place_in_hangul_mode(window: MainWindow) -> None:
    send(window.view, 0x3151, "ㅑ")  # the key I
    assert window.session.window.inverted
    send(window.view, 0x3151, "ㅑ")
    assert not window.session.window.inverted


def test_w_leads_into_the_center_field(window: MainWindow) -> None:
    QTest.keyClick(window.view, Key.Key_W)
    assert QApplication.focusWidget() is named(window, "window.center")


def test_maximise_gives_the_picture_the_window(window: MainWindow) -> None:
    QTest.keyClick(window.view, Key.Key_F11)
    assert not named(window, "series_tree").isVisible()
    QTest.keyClick(window.view, Key.Key_F11)
    assert named(window, "series_tree").isVisible()


def test_control_shows_that_add_and_sub_are_turned_round(window: MainWindow) -> None:
    view = focus(window, "image_view")
    QTest.keyPress(view, Key.Key_Control)
    assert window.strip.turned() == ("mode.add", "mode.sub")
    QTest.keyRelease(view, Key.Key_Control)
    assert window.strip.turned() == ()


def row_of(window: MainWindow, name: str):
    sheet = window.key_sheet.list
    for group in (sheet.topLevelItem(place) for place in range(sheet.topLevelItemCount())):
        for row in (group.child(place) for place in range(group.childCount())):
            if row.text(0) == window.commands.text_of(name):
                return row
    raise AssertionError(name)


def send(widget: QWidget, key: int, text: str) -> None:
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, NO_MODIFIER, text))


def test_the_next_case_sets_the_commands_once(open_window: Open, two_series: Path, project: Path, qtbot: QtBot) -> None:
    window = open_window("--project", project, two_series)
    until_painted(qtbot, window)
    session, commands = window.session, window.commands
    session.open_series(session.catalogue.in_order[0].uid)
    until_painted(qtbot, window)
    draw_box(window)
    before, plain, seen = session.series, commands.sync, list[bool]()

    def counted() -> None:
        plain()
        seen.append(commands.actions["edit.undo"].isEnabled())

    commands.sync = counted  # type: ignore[method-assign]
    assert session.done() and session.series is not before
    assert seen == [False], "once, when all is told: nothing of the next case can be undone"


@pytest.mark.parametrize("name", ["image_view", "category_list", "annotation_list", "series_tree"])
def test_the_keys_of_an_outline_that_is_being_drawn_reach_it_from_any_list(window: MainWindow, name: str) -> None:
    window.commands.actions["tool.free"].trigger()
    for x, y in ((10, 10), (40, 10), (40, 40), (10, 40), (5, 25)):
        QTest.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=window.view.image_to_widget(x, y).toPoint())
    there, series = focus(window, name), window.session.series
    QTest.keyClick(there, Key.Key_Backspace)
    assert window.view.drawing
    QTest.keyClick(there, Key.Key_Return)
    assert not window.view.drawing and window.session.series is series
    (drawn,) = window.session.annotations
    assert drawn.shape.bounds[0] > 8, "the vertex that was taken back is not in it"
