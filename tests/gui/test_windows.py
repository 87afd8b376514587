"""The window panel: what an image offers by name, the keys that reach it, and what changes black and white."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.display_filter import Filter
from annotator.domain.honesty import Origin
from annotator.domain.picture import Picture
from annotator.gui.window import MainWindow
from annotator.workspace.levels import Keep
from tests.gui.conftest import named

Key = Qt.Key


def offered(window: MainWindow) -> list[str]:
    buttons = window.levels.findChildren(QPushButton)
    return [b.text() for b in buttons if b.objectName().startswith("button.window.preset") and not b.isHidden()]


def test_a_ct_offers_its_windows_by_key(window: MainWindow) -> None:
    assert offered(window)[:3] == ["F2  Lung", "F3  Mediastinum", "F4  Bone"]
    QTest.keyClick(window.view, Key.Key_F4)
    assert (window.session.window.center, window.session.window.width) == (500, 2000)
    assert window.session.window.origin is Origin.PRESET
    assert window.commands.actions["window.preset.1"].text() == "Lung"
    assert not window.commands.actions["window.preset.9"].isVisible()


def test_the_buttons_speak_korean(window: MainWindow) -> None:
    window.speak("ko")
    assert offered(window)[0].startswith("F2")
    assert "Lung" not in offered(window)[0]
    window.speak("en")


def test_invert_twice_shows_the_same_picture_and_changes_no_value(window: MainWindow) -> None:
    picture = window.session.picture
    assert isinstance(picture, Picture)
    stored, before = picture.stored.copy(), window.view.grab().toImage()
    QTest.keyClick(window.view, Key.Key_I)
    assert window.session.window.inverted
    assert named(window, "button.window.invert", QPushButton).isChecked()
    inverted = window.view.grab().toImage()
    assert inverted != before
    QTest.keyClick(window.view, Key.Key_I)
    assert window.view.grab().toImage() == before
    assert np.array_equal(picture.stored, stored)


def test_the_automatic_window_lies_within_the_values_of_what_is_in_view(window: MainWindow) -> None:
    picture = window.session.picture
    assert isinstance(picture, Picture)
    QTest.keyClick(window.view, Key.Key_F10)
    shown, (low, high) = window.session.window, picture.value_range
    assert shown.origin is Origin.AUTO
    assert low <= shown.center - shown.width / 2 < shown.center + shown.width / 2 <= high


def test_a_window_goes_round_through_the_fields(window: MainWindow) -> None:
    for center, width in ((-600.0, 1500.0), (40.25, 400.0), (0.125, 0.5)):
        window.session.set_window(center, width)
        found = named(window, "window.center").value(), named(window, "window.width").value()
        window.session.set_window(1.0, 2.0)
        window.session.set_window(*found)
        assert (window.session.window.center, window.session.window.width) == (center, width)


def test_for_what_a_window_is_kept_is_a_choice_in_the_menu(window: MainWindow) -> None:
    assert window.commands.actions["window.keep.usual"].isChecked()
    window.session.set_window(-500, 900)
    window.commands.actions["window.keep.image"].trigger()
    assert window.session.kept.keep is Keep.IMAGE
    assert window.session.window.width == 900
    window.session.page(1)
    assert window.session.window.width != 900
    window.commands.actions["window.keep.usual"].trigger()


def test_a_filter_changes_the_screen_and_is_said_and_changes_no_value(window: MainWindow, qtbot: QtBot) -> None:
    session, view = window.session, window.view
    window.resize(1500, 900)
    QApplication.processEvents()
    picture, before = session.picture, view.grab().toImage()
    assert isinstance(picture, Picture)
    stored, probed = picture.stored.copy(), picture.value_at(30.5, 30.5)
    for name, key in (("filter.equalised", Key.Key_E), ("filter.local", Key.Key_L), ("filter.sharpened", Key.Key_S)):
        QTest.keyClick(view, key, Qt.KeyboardModifier.ShiftModifier)
        assert window.commands.actions[name].isChecked()
        qtbot.waitUntil(lambda: view.grab().toImage() != before, timeout=20_000)
        assert any(note.short.startswith("Filter") and note.warning for note in view.notes())
        assert session.picture is picture
        assert np.array_equal(picture.stored, stored)
        assert picture.value_at(30.5, 30.5) == probed
        QTest.keyClick(view, key, Qt.KeyboardModifier.ShiftModifier)
        assert session.filter is Filter.NONE
        qtbot.waitUntil(lambda: view.grab().toImage() == before, timeout=5_000)
