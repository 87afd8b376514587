"""The panel of the image inspection: a digit marks, the arrows page, and it goes away as it came."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.gui.window import MainWindow
from tests.gui.conftest import named

Key = Qt.Key
CONTROL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def test_digits_mark_the_shown_image_while_the_panel_has_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    assert not named(window, "inspection").isVisible()
    QTest.keyClick(window.view, Key.Key_T, CONTROL_ALT)
    panel = named(window, "inspection")
    assert panel.isVisible() and QApplication.focusWidget() is panel
    QTest.keyClick(panel, Key.Key_1)
    QTest.keyClick(panel, Key.Key_5)
    assert window.session.marked.marks == {"tilt", "noise"} and window.session.annotations == ()
    assert named(window, "inspection.tilt").isChecked() and not named(window, "inspection.margin").isChecked()
    place = window.session.index
    QTest.keyClick(panel, Key.Key_Down)
    assert window.session.index == place + 1 and window.session.marked.marks == frozenset()
    assert not named(window, "inspection.tilt").isChecked()
    QTest.keyClick(panel, Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.standing is not None and window.session.standing.number == 3, timeout=10_000)
    QTest.keyClick(panel, Key.Key_T, CONTROL_ALT)
    assert not panel.isVisible()
