"""The list of edits: opened by its key, walked by keys, and every place in it is one press away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.gui.covers.history import HistoryList, HistoryPart
from annotator.gui.window import MainWindow
from annotator.i18n import use_language
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.notice import Topic
from tests.gui.conftest import draw_box, named

CONTROL, ALT, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


def box(number: int) -> Stroke:
    return Stroke(Makes.BOX, ((3.0 + 7 * number, 4.0), (8.0 + 7 * number, 12.0)))


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:
    """Two boxes on the first image, one on the third, and that one recategorised."""
    draw_box(window, box(0), box(1))
    window.session.show(2)
    draw_box(window, box(2))
    window.session.select([1])
    window.session.recategorise(window.session.categories[1].key)
    window.session.show(0)
    return window


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, modifiers)


def opened(window: MainWindow) -> HistoryList:
    press(Qt.Key.Key_Z, CONTROL | ALT)
    found = named(window, "history.list", HistoryList)
    assert isinstance(found, HistoryList) and found.isVisible() and found.hasFocus()
    return found


def states(found: HistoryList) -> list[str]:
    return [found.places.row(place).right for place in range(found.places.rowCount())]


def test_the_key_shows_all_edits_with_the_present_one_marked(drawn: MainWindow) -> None:
    found = opened(drawn)
    rows = [found.places.row(place) for place in range(5)]
    assert [row.text for row in rows] == ["Beginning", *["Draw Malignant"] * 3, "Change to Metastatic lesion"]
    assert rows[0].note == "As the case was opened"
    assert [row.note.split(" · ")[1:] for row in rows[1:]] == [[f"image {n}", "1 annotation"] for n in (1, 1, 3, 3)]
    assert all(len(row.note.split(" · ")[0]) == len("12:34:56") for row in rows[1:])
    assert states(found) == ["", "", "", "", "now"] and found.currentIndex().row() == 4


def test_enter_goes_several_steps_at_once_and_shows_the_image(drawn: MainWindow) -> None:
    found, session = opened(drawn), drawn.session
    documents = [session.history.at(place).document for place in range(5)]
    for _ in range(3):
        press(Qt.Key.Key_Up)
    assert session.document == documents[4] and found.currentIndex().row() == 1
    told = list[Topic]()
    forget = session.subscribe(told.append)
    press(Qt.Key.Key_Return)
    forget()
    assert told.count(Topic.DOCUMENT) == 1
    assert (session.document, session.history.place, session.index) == (documents[1], 1, 0)
    assert states(found) == ["", "now", "undone", "undone", "undone"]
    assert [found.places.row(place).faint for place in range(5)] == [False, False, True, True, True]
    assert found.hasFocus() and found.currentIndex().row() == 1
    press(Qt.Key.Key_End)
    press(Qt.Key.Key_Return)
    assert (session.document, session.index) == (documents[4], 2)


def test_undo_and_redo_are_followed_while_the_list_has_the_keyboard(drawn: MainWindow) -> None:
    found, session = opened(drawn), drawn.session
    press(Qt.Key.Key_Z, CONTROL)
    assert (session.history.place, found.currentIndex().row(), session.index) == (3, 3, 2)
    press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert (session.history.place, found.currentIndex().row()) == (4, 4)
    draw_box(drawn, box(3))
    assert found.places.rowCount() == 6 and states(found)[5] == "now"


def test_a_click_goes_there(drawn: MainWindow) -> None:
    found = opened(drawn)
    place = found.visualRect(found.places.index(0)).center()
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (drawn.session.history.place, drawn.session.document.count(), drawn.session.index) == (0, 0, 0)


def test_escape_puts_the_list_away_and_gives_the_keyboard_back(drawn: MainWindow) -> None:
    found = opened(drawn)
    press(Qt.Key.Key_Escape)
    assert not found.isVisible() and drawn.view.hasFocus()
    assert opened(drawn).isVisible()
    press(Qt.Key.Key_Z, CONTROL | ALT)
    assert not found.isVisible()


def test_the_list_belongs_to_the_open_case_and_speaks_the_language(drawn: MainWindow) -> None:
    found = opened(drawn)
    use_language("ko")
    drawn.retranslate()
    part = drawn.parts.widget("history")
    assert isinstance(part, HistoryPart) and part.title.text() == "이 케이스의 편집 기록"
    assert found.places.row(0).text == "처음" and "영상 1" in found.places.row(1).note and states(found)[-1] == "현재"


def test_thousands_of_edits_are_listed_without_being_worked_out(drawn: MainWindow) -> None:
    found, session = opened(drawn), drawn.session
    for number in range(300):
        session.annotate([1], f"note {number}")
    assert found.places.rowCount() == 305
    press(Qt.Key.Key_Home)
    press(Qt.Key.Key_Return)
    assert session.document.count() == 0
