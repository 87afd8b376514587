"""A right click offers what may be done with what lies there: it is selected, and what may be done with its lesion is in the menu too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip
from pytestqt.qtbot import QtBot

from annotator.gui.actions import UNTOLD, always, wanted_by
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke
from tests.gui.conftest import draw_box, named

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
"""The offscreen platform says so of every menu that is popped up."""
LOW, HIGH, FAR = ((8.0, 8.0), (20.0, 20.0)), ((30.0, 30.0), (44.0, 44.0)), (55.0, 10.0)


@pytest.fixture
def drawn(window: MainWindow) -> Iterator[MainWindow]:
    """Two boxes, 1 and 2, nothing selected, and the box tool in hand; the pointer goes away again, for the tests behind."""
    draw_box(window, *(Stroke(Makes.BOX, corners) for corners in (LOW, HIGH)))
    assert window.session.selection == frozenset()
    yield window
    QTest.mouseMove(window.view, QPoint(2, 2))


def asked(window: MainWindow, place: tuple[float, float]) -> QMenu:
    """Click there with the right button."""
    at = window.view.image_to_widget(*place).toPoint()
    QTest.mouseMove(window.view, QPoint(3, 3))  # wherever another test left it: a place told twice is no move
    QTest.mouseMove(window.view, at)
    QTest.mouseClick(window.view, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, at)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def entries(menu: QMenu) -> dict[str, bool]:
    """The commands in a menu and in those inside it, and whether they can be given."""
    inside = [entry for action in menu.actions() if action.menu() is not None for entry in action.menu().actions()]
    return {entry.objectName(): entry.isEnabled() for entry in (*menu.actions(), *inside) if entry.objectName()}


def test_what_is_clicked_is_selected_and_can_be_deleted(drawn: MainWindow) -> None:
    menu = asked(drawn, (14.0, 14.0))
    assert drawn.session.selection == {1}
    assert entries(menu)["edit.delete"] and entries(menu)["edit.lock"]
    drawn.commands.actions["edit.delete"].trigger()
    menu.close()
    assert [a.id for a in drawn.session.annotations] == [2]


def test_what_is_selected_stays_so_where_a_part_of_it_or_nothing_is_clicked(drawn: MainWindow) -> None:
    drawn.session.select([1, 2])
    asked(drawn, (14.0, 14.0)).close()
    assert drawn.session.selection == {1, 2}
    asked(drawn, FAR).close()
    assert drawn.session.selection == {1, 2}


def test_what_is_hidden_is_not_selected_by_a_click(drawn: MainWindow) -> None:
    drawn.session.select([1])
    drawn.session.hide_selected()
    asked(drawn, (14.0, 14.0)).close()
    assert drawn.session.selection == frozenset()


def test_on_slices_the_menu_has_what_may_be_done_along_them(drawn: MainWindow) -> None:
    menu = asked(drawn, (14.0, 14.0))
    assert {"lesion.first", "lesion.last", "lesion.interpolate", "lesion.carry_on", "lesion.delete"} <= entries(menu).keys()
    menu.close()


def test_an_entry_that_cannot_be_chosen_says_at_the_pointer_what_it_waits_for(drawn: MainWindow, qtbot: QtBot) -> None:
    menu = named(drawn, "menu.lesion", QMenu)
    menu.popup(QPoint(40, 40))
    for name, said in (("lesion.join", "Join to the lesion selected before: select an annotation first"),
                       ("lesion.carry_on", "Adapts the outline to the pixels of that slice")):  # fmt: skip
        at = menu.actionGeometry(drawn.commands.actions[name]).center()
        QApplication.sendEvent(menu, QHelpEvent(QEvent.Type.ToolTip, at, menu.mapToGlobal(at)))
        assert QToolTip.text() == said
    menu.close()
    QToolTip.hideText()


def test_every_command_that_can_be_switched_off_says_what_it_waits_for(window: MainWindow) -> None:
    specs = window.commands.specs.values()
    asked = [spec for spec in specs if spec.barred is None and spec.words is None and spec.enabled is not always]
    assert [spec.name for spec in asked if wanted_by(spec.enabled) == UNTOLD] == []
