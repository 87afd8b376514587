"""After a while without anybody the pictures are hidden; a key brings them back, and the PIN where the person has one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from annotator import settings
from annotator.domain.person import Acting, Person, Role
from annotator.gui.idle import Curtain, IdleLock
from annotator.workspace import people
from tests.gui.conftest import draw_box, named, until_painted


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def press(widget: QWidget, key: Qt.Key, text: str = "") -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lock(window, clock) -> IdleLock:
    return IdleLock(window, window.keys, window.session, clock)


def hidden(window: QWidget) -> bool:
    """Whether something covers all of the window."""
    return any(curtain.isVisible() and curtain.geometry() == window.rect() for curtain in window.findChildren(Curtain))


def test_ten_minutes_hide_the_pictures_and_a_key_brings_them_back(window, lock, clock) -> None:
    clock.now = 599
    lock.look()
    assert not hidden(window)
    clock.now = 600
    lock.look()
    assert hidden(window)
    press(window.view, Qt.Key.Key_B, "b")
    assert not hidden(window) and not lock.locked


def test_the_key_that_brings_them_back_does_nothing_else(window, lock) -> None:
    draw_box(window)
    before = window.session.document
    window.session.select([1])
    lock.lock()
    press(window.view, Qt.Key.Key_Delete)
    assert not lock.locked and window.session.document == before


def test_who_works_is_not_disturbed(window, lock, clock) -> None:
    clock.now = 500
    press(window.view, Qt.Key.Key_Shift)
    clock.now = 1000
    lock.look()
    assert not lock.locked


@pytest.mark.parametrize(("minutes", "after", "locks"), [(0, 100_000, False), (3, 179, False), (3, 180, True)])
def test_how_long_is_a_setting(window, lock, clock, minutes, after, locks) -> None:
    settings.remember({"idle_minutes": minutes})
    clock.now = after
    lock.look()
    assert lock.locked is locks


def test_with_people_it_takes_the_pin(window, lock, project: Path, qtbot) -> None:
    time = "2026-11-27T10:00:00+09:00"
    people.change(project, Person("김판독", frozenset({Role.MANAGER})), Acting("김판독"), time, pin="4711")
    window.session.sign_in("김판독", "manager", "4711")
    until_painted(qtbot, window)
    lock.lock()
    field = named(window, "curtain.pin", QLineEdit)
    assert field.isVisible()
    press(window.view, Qt.Key.Key_Space, " ")
    assert lock.locked
    for typed, opens in (("1234", False), ("4711", True)):
        for sign in typed:
            press(field, Qt.Key(ord(sign)), sign)
        assert field.text() == typed
        press(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not lock.locked or bool(lock.curtains[0].wrong.text()))
        assert lock.locked is not opens


def test_a_click_behind_the_curtain_reaches_nothing(window, lock) -> None:
    lock.lock()
    place = QPointF(window.view.rect().center())
    click = QMouseEvent(QEvent.Type.MouseButtonPress, place, window.view.mapToGlobal(place), Qt.MouseButton.LeftButton,
                        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(window.view, click)
    assert not lock.locked and not window.view.drawing


def test_every_window_has_its_curtain(window, lock) -> None:
    window.commands.actions["view.tear_off"].trigger() if "view.tear_off" in window.commands.actions else None
    window.resize(900, 600)
    lock.lock()
    window.resize(1100, 700)
    QApplication.processEvents()
    assert hidden(window) and len(lock.curtains) == len([top for top in QApplication.topLevelWidgets() if top.isVisible()])


def test_a_pointer_that_moves_keeps_the_pictures_and_one_that_rests_does_not(window, lock, clock) -> None:
    """Qt sends moves also when something moves under a pointer that rests."""
    none, button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton

    def move(x: float) -> None:
        place = QPointF(x, 40.0)
        QApplication.sendEvent(window.view, QMouseEvent(QEvent.Type.MouseMove, place, window.view.mapToGlobal(place), button, button, none))

    move(30.0)
    clock.now = 500
    move(31.0)
    clock.now = 1099
    lock.look()
    assert not hidden(window)
    move(31.0)
    clock.now = 1100
    lock.look()
    assert hidden(window)
