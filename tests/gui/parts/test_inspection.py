"""The panel of the image inspection: a digit marks, the arrows page, and it goes away as it came."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.gui.window import MainWindow
from annotator.workspace import leases
from annotator.workspace.leases import Lease
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


def test_who_else_has_the_images_open_is_said_in_the_panel(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window.view, Key.Key_T, CONTROL_ALT)
    assert not named(window, "inspection.company").isVisible()
    session = window.session
    assert session.series is not None
    leases.take(session.project.root, Lease(session.series.uid, "박", "f" * 16, "PC-2", 1, "2026-03-04T06:00:00"))
    session._look_around(renew=True)
    qtbot.waitUntil(lambda: named(window, "inspection.company").isVisible(), timeout=10_000)
    assert "박 has these images open too" in named(window, "inspection.company").text()
