"""An input method cannot make the keys dead: what it writes on a picture, a list or a number field is turned back into commands."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QInputMethodQueryEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from annotator.domain.merge import Mode
from annotator.gui.window import MainWindow
from tests.gui.conftest import named

WHERE = ("image_view", "window.center", "window.width", "category_list", "annotation_list", "series_tree")


@pytest.fixture(params=WHERE)
def focused(window: MainWindow, request: pytest.FixtureRequest) -> QWidget:
    widget = named(window, request.param)
    widget.setFocus()
    return widget


def commit(widget: QWidget, text: str) -> None:
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def compose(widget: QWidget, text: str) -> None:
    QApplication.sendEvent(widget, QInputMethodEvent(text, []))


def test_a_committed_letter_is_a_command(window: MainWindow, focused: QWidget) -> None:
    for letter, tool in zip("ㅠㅣㄹㅍ", ("tool.box", "tool.line", "tool.free", "tool.select"), strict=True):
        commit(focused, letter)
        assert window.session.tool.id == tool
    for letter, mode in zip("ㅁㄴㅜ", (Mode.ADD, Mode.SUB, Mode.NEW), strict=True):
        commit(focused, letter)
        assert window.session.mode is mode


def test_a_committed_syllable_is_all_its_keys(window: MainWindow, focused: QWidget) -> None:
    commit(focused, "니")
    assert window.session.mode is Mode.SUB
    assert window.session.tool.id == "tool.line"


def test_what_ran_while_composing_does_not_run_again(window: MainWindow, focused: QWidget) -> None:
    ran: list[bool] = []
    window.commands.actions["mode.add"].triggered.connect(lambda: ran.append(True))
    compose(focused, "ㅁ")
    assert window.session.mode is Mode.ADD
    commit(focused, "ㅁ")
    assert len(ran) == 1
    commit(focused, "ㅁ")
    assert len(ran) == 2


def test_letters_join_a_syllable_one_by_one(window: MainWindow, focused: QWidget) -> None:
    compose(focused, "ㄴ")
    compose(focused, "니")
    commit(focused, "니")
    assert window.session.mode is Mode.SUB
    assert window.session.tool.id == "tool.line"


def test_no_number_field_takes_hangul(window: MainWindow) -> None:
    center = named(window, "window.center")
    before = center.lineEdit().text()
    commit(center, "ㅣ")
    assert center.lineEdit().text() == before


def test_digits_by_input_method_are_numbers_in_a_number_field(window: MainWindow) -> None:
    center = named(window, "window.center")
    center.setFocus()
    commit(center.lineEdit(), "55")
    assert center.lineEdit().text() == "55"


def test_the_input_method_is_off_where_no_text_is_written(window: MainWindow, focused: QWidget) -> None:
    for _ in range(2):
        query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
        QApplication.sendEvent(focused, query)
        assert query.value(Qt.InputMethodQuery.ImEnabled) is False
        assert not focused.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        commit(focused, "ㅣ")


def test_a_text_field_keeps_its_hangul(window: MainWindow) -> None:
    field = QLineEdit(window.centralWidget())
    field.show()
    field.setFocus()
    commit(field, "폐")
    assert field.text() == "폐"
    assert window.session.mode is Mode.NEW
