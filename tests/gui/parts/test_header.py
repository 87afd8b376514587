"""The header panel: it follows the image, is searched while one types, copies, and hides who the patient is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton, QTreeView
from pytestqt.qtbot import QtBot

from annotator.gui.window import MainWindow
from annotator.i18n import use_language
from tests.gui.conftest import named


@pytest.fixture
def panel(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window with its header panel open and read."""
    window.commands.actions["view.header"].trigger()
    qtbot.waitUntil(lambda: len(texts(window)) > 20)
    return window


def texts(window: MainWindow, column: int = 2) -> list[str]:
    model = window.findChild(QTreeView, "header.table").model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def search(window: MainWindow, words: str) -> QLineEdit:
    field = named(window, "header.search", QLineEdit)
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, words)
    return field


def press(window: MainWindow, name: str) -> None:
    found = named(window, name, QPushButton)
    assert isinstance(found, QPushButton)
    found.click()


def value(window: MainWindow, name: str) -> str:
    return texts(window, 3)[texts(window).index(name)]


def test_it_opens_with_the_keyboard_in_the_search_and_esc_goes_back(panel: MainWindow) -> None:
    assert QApplication.focusWidget() is named(panel, "header.search")
    assert value(panel, "Modality") == "CT"
    QTest.keyClick(panel.parts.widget("header"), Qt.Key.Key_Escape)
    assert panel.parts.widget("header").isHidden() and QApplication.focusWidget() is panel.view


def test_rows_are_found_while_one_types(panel: MainWindow) -> None:
    search(panel, "pixelsp")
    assert texts(panel) == ["Pixel Spacing"]
    search(panel, "00280030")
    assert texts(panel) == ["Pixel Spacing"]
    assert " | " in texts(panel, 3)[0]
    search(panel, "pat name")
    assert texts(panel) == ["Patient's Name"]
    search(panel, "no such thing")
    assert texts(panel) == []


def test_it_follows_the_shown_image(panel: MainWindow, qtbot: QtBot) -> None:
    images = panel.session.images
    assert value(panel, "SOP Instance UID") == images[panel.session.index].key.uid
    press(panel, "header.next")
    qtbot.waitUntil(lambda: value(panel, "SOP Instance UID") == images[1].key.uid)


def test_value_rows_and_all_are_copied(panel: MainWindow) -> None:
    search(panel, "series instance")
    table = named(panel, "header.table", QTreeView)
    assert isinstance(table, QTreeView)
    table.setCurrentIndex(table.model().index(0, 0))
    press(panel, "header.value")
    uid = panel.session.images[0].series_uid
    assert QGuiApplication.clipboard().text() == uid
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == f"(0020,000E)\tUI\tSeries Instance UID\t{uid}"
    press(panel, "header.all")
    assert len(QGuiApplication.clipboard().text().splitlines()) > 20


def test_who_the_patient_is_can_be_hidden_from_screen_and_clipboard(panel: MainWindow) -> None:
    name = value(panel, "Patient's Name")
    assert name not in ("", "hidden")
    switch = named(panel, "header.identity", QCheckBox)
    assert isinstance(switch, QCheckBox)
    switch.setChecked(True)
    assert value(panel, "Patient's Name") == "hidden" and value(panel, "Modality") == "CT"
    press(panel, "header.all")
    assert name not in QGuiApplication.clipboard().text()


def test_it_speaks_korean(panel: MainWindow) -> None:
    use_language("ko")
    panel.retranslate()
    table = named(panel, "header.table", QTreeView)
    assert isinstance(table, QTreeView)
    assert table.model().headerData(3, Qt.Orientation.Horizontal) == "값"
