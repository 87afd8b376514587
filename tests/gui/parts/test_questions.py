"""A question is asked at the pointer in one line, shown as a pin, and answered by one key."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from annotator.domain.asking import NO_LESION, SEE_TEXT
from annotator.gui.fields import LineField
from annotator.gui.window import MainWindow
from annotator.present.questions import pins
from tests.gui.conftest import Open, named, until_at_rest, until_painted

Key = Qt.Key
CONTROL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def press(window: MainWindow, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window.view, key, modifiers)


def ask(window: MainWindow, qtbot: QtBot, at: tuple[float, float], text: str) -> None:
    """Point at an image point and ask there."""
    before, view = len(window.session.pins), window.view
    until_at_rest(qtbot, window)
    place, none = QPointF(view.image_to_widget(*at)), Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, view.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)
    press(window, Key.Key_Q, CONTROL_ALT)
    assert QApplication.focusWidget() is named(window, "questions.text")
    QTest.keyClicks(QApplication.focusWidget(), text)
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.session.pins) == before + 1)


def test_a_question_is_asked_where_the_pointer_is_and_drawn_as_a_pin(window: MainWindow, qtbot: QtBot) -> None:
    panel, session = named(window, "questions"), window.session
    assert not panel.isVisibleTo(window)
    bare = window.view.grab().toImage()
    ask(window, qtbot, (20.0, 30.0), "nodule?")
    assert panel.isVisibleTo(window)
    assert QApplication.focusWidget() is window.view
    ((place, text, is_open),) = pins(session, session.panes[0])
    assert (abs(place[0] - 20) < 0.1, abs(place[1] - 30) < 0.1, text, is_open) == (True, True, "1", True)
    assert window.view.grab().toImage() != bare
    assert named(window, "questions.state", QLabel).text() == "Open questions: 1"


def test_esc_asks_nothing_and_takes_the_pin_away(window: MainWindow, qtbot: QtBot) -> None:
    window.view.setFocus()
    press(window, Key.Key_Q, CONTROL_ALT)
    QTest.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=window.view.rect().center())
    assert window.session.draft is not None and not window.session.annotations
    assert QApplication.focusWidget() is named(window, "questions.text")
    press(window, Key.Key_Escape)
    assert window.session.draft is None
    assert pins(window.session, window.session.panes[0]) == ()
    assert QApplication.focusWidget() is window.view


def test_a_digit_answers_the_chosen_question_and_three_asks_for_words(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    ask(window, qtbot, (20.0, 30.0), "nodule?")
    session.show(3)
    ask(window, qtbot, (40.0, 30.0), "vessel?")
    press(window, Key.Key_A, CONTROL_ALT)
    assert QApplication.focusWidget() is named(window, "question_list")
    press(window, Key.Key_2)
    qtbot.waitUntil(lambda: session.pins[0].answer == NO_LESION)
    assert (session.category and session.category.shortcut, session.parked) == ("1", True)
    press(window, Key.Key_A, CONTROL_ALT)
    press(window, Key.Key_Down)
    assert session.index == 3
    press(window, Key.Key_3)
    QTest.keyClicks(QApplication.focusWidget(), "a vessel")
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: not session.parked)
    assert (session.pins[1].answer, session.pins[1].said) == (SEE_TEXT, "a vessel")


def test_a_question_that_is_being_written_stays_with_its_case(
    open_window: Open, project: Path, two_series: Path, qtbot: QtBot
) -> None:
    window = open_window("--project", project, two_series)
    until_painted(qtbot, window)
    session, text = window.session, named(window, "questions.text", LineField)
    first, second = (series.uid for series in session.catalogue.in_order)
    for uid, words in ((first, "nodule?"), (second, "vessel?")):
        session.open_series(uid)
        until_painted(qtbot, window)
        window.view.setFocus()
        press(window, Key.Key_Q, CONTROL_ALT)
        QTest.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=window.view.rect().center())
        assert text.text() == ""
        QTest.keyClicks(text, words)
    session.open_series(first)
    assert named(window, "questions").isVisibleTo(window) and text.text() == "nodule?"
    QTest.keyClick(text, Key.Key_Return)
    qtbot.waitUntil(lambda: [pin.text for pin in session.pins] == ["nodule?"])
    session.open_series(second)
    assert text.text() == "vessel?" and session.pins == ()


def test_an_answer_that_is_being_written_stays_with_its_question(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot, (20.0, 30.0), "nodule?")
    ask(window, qtbot, (40.0, 30.0), "vessel?")
    said = named(window, "questions.said", LineField)
    press(window, Key.Key_A, CONTROL_ALT)
    QTest.keyClicks(said, "a vessel")
    press(window, Key.Key_Down)
    assert said.text() == ""
    press(window, Key.Key_Up)
    assert said.text() == "a vessel"
