"""The cheat sheet: everything with a key is there, as it is set now, and any key or click puts it away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.gui.cheat_sheet import CheatSheet
from annotator.gui.window import MainWindow
from annotator.i18n import use_language
from tests.gui.conftest import draw_box, named

SHIFT = Qt.KeyboardModifier.ShiftModifier


def opened(window: MainWindow, key: Qt.Key = Qt.Key.Key_Question) -> CheatSheet:
    QTest.keyClick(window.view, key, SHIFT)
    found = named(window, "cheat_sheet", CheatSheet)
    assert isinstance(found, CheatSheet) and found.isVisible() and found.hasFocus()
    return found


def lines(sheet: CheatSheet) -> dict[str, str]:
    return {line.text: line.key for page in sheet.pages for column in page.columns for line in column}


@pytest.mark.parametrize("code", ["ko", "en"])
@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_everything_is_on_the_page_and_nothing_is_cut_off(window: MainWindow, code: str, size: tuple[int, int]) -> None:
    use_language(code)
    window.retranslate()
    window.resize(*size)
    QApplication.processEvents()
    sheet = opened(window)
    assert sheet.size() == window.size()
    for page in sheet.pages:
        assert page.whole and page.size >= 10
        assert sum(page.widths) <= window.width() and max(map(len, page.columns)) * page.pitch <= window.height()
    shown, commands = lines(sheet), window.commands
    single = [name for name in commands.specs if commands.keys_of(name) and commands.row_of(name) is None]
    assert len(single) > 60
    for name in single:
        assert shown[commands.text_of(name)], name
    assert not sheet.grab().isNull()


@pytest.mark.parametrize("key", [Qt.Key.Key_Question, Qt.Key.Key_Slash])
def test_the_key_shows_it_and_every_key_puts_it_away_without_doing_anything_else(window: MainWindow, key: Qt.Key) -> None:
    draw_box(window)
    document = window.session.document
    for other in (Qt.Key.Key_D, Qt.Key.Key_Escape, Qt.Key.Key_Delete, key):
        sheet = opened(window, key)
        QTest.keyClick(sheet, other)
        assert not sheet.isVisible() and window.view.hasFocus()
    sheet = opened(window)
    QTest.keyClick(sheet, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not sheet.isVisible() and window.session.document == document
    sheet = opened(window)
    QTest.keyPress(sheet, Qt.Key.Key_Shift)
    assert sheet.isVisible()
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=sheet.rect().center())
    assert not sheet.isVisible() and window.session.document == document


def test_it_shows_the_keys_and_the_hand_as_they_are_set_now(window: MainWindow) -> None:
    before = lines(opened(window))
    assert before["Line"] == "L" and before["Category 1–0"] == "1 … 0" and before["Zoom at the pointer"] == "Ctrl + wheel"
    QTest.keyClick(named(window, "cheat_sheet", CheatSheet), Qt.Key.Key_Escape)
    window.commands.change_key("tool.line", "Ctrl+F7")
    window.key_sheet.changed.emit()
    window.session.use_hand(replace(window.session.hand, wheel_zooms=True))
    after = lines(opened(window))
    assert after["Line"] == "Ctrl+F7" and after["Zoom at the pointer"] == "Wheel" and after["Next and previous image"] == "Ctrl + wheel"


def test_it_grows_with_its_window(window: MainWindow) -> None:
    sheet = opened(window)
    window.resize(window.width() + 111, window.height() + 57)
    QApplication.processEvents()
    assert sheet.size() == window.size() and all(page.whole for page in sheet.pages)


def test_where_one_page_is_not_enough_space_turns_them_and_any_other_key_closes(window: MainWindow) -> None:
    window.resize(900, 640)
    QApplication.processEvents()
    sheet = opened(window)
    assert len(sheet.pages) > 1 and sheet.page is sheet.pages[0]
    QTest.keyClick(sheet, Qt.Key.Key_Space)
    assert sheet.isVisible() and sheet.page is sheet.pages[1]
    for _ in sheet.pages:
        QTest.keyClick(sheet, Qt.Key.Key_PageDown)
    assert sheet.page is sheet.pages[-1]
    QTest.keyClick(sheet, Qt.Key.Key_D)
    assert not sheet.isVisible()
    assert opened(window).page is sheet.pages[0]
