"""The panel of lines and answers: it leads to a line as its author saw it, and takes excuses and disputes by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListView
from pytestqt.qtbot import QtBot

from annotator.domain import facts
from annotator.domain.person import Acting, Person, Role
from annotator.gui.panels.rows import ROW_ROLE
from annotator.gui.window import MainWindow
from annotator.present.overlay import Overlays
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace import people
from tests.gui.conftest import named, until_painted

Key = Qt.Key
CONTROL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
FIRST, SECOND = Stroke(Makes.PATH, ((10, 20), (30, 20))), Stroke(Makes.PATH, ((40, 45), (50, 45)))


def press(window: MainWindow, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window.view, key, modifiers)


@pytest.fixture
def second(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The second pass on two lines, of which the second was drawn four times as large on another slice."""
    session = window.session
    session.choose_pass("specialist")
    session.show(1)
    session.perform(FIRST, 2.0)
    session.show(4)
    session.set_window(40, 400)
    session.perform(SECOND, 8.0)
    session.show(0)
    session.choose_pass("annotator")
    until_painted(qtbot, window)
    window.view.setFocus()
    return window


def rows(window: MainWindow) -> list[tuple[str, str, str]]:
    model = named(window, "coverage_list", QListView).model()
    found = [model.index(place, 0).data(ROW_ROLE) for place in range(model.rowCount())]
    return [(row.text, row.note, row.right) for row in found]


def test_the_panel_is_there_only_in_a_second_pass(window: MainWindow) -> None:
    panel = named(window, "coverage")
    assert not panel.isVisibleTo(window)
    window.commands.actions["pass.second"].trigger()
    assert panel.isVisibleTo(window)
    assert window.commands.actions["pass.second"].isChecked()
    assert named(window, "coverage.state", QLabel).text() == "This case has no lines"
    window.commands.actions["pass.free"].trigger()
    assert not panel.isVisibleTo(window)


def test_with_people_the_role_says_which_pass_it_is(window: MainWindow) -> None:
    session, now = window.session, "2026-03-04T05:06:07+09:00"
    for name, role in (("manager", Role.MANAGER), ("reader", Role.ANNOTATOR)):
        people.change(session.project.root, Person(name, frozenset({role})), Acting("manager", Role.MANAGER), now)
    session.sign_in("reader")
    window.commands.sync()
    second = window.commands.actions["pass.second"]
    assert (second.isEnabled(), second.isChecked(), "role" in second.toolTip()) == (False, True, True)


def test_tab_on_the_picture_leads_to_the_next_line_as_its_author_saw_it(second: MainWindow, qtbot: QtBot) -> None:
    session = second.session
    assert (session.index, second.view.zoom) == (1, pytest.approx(2.0))
    press(second, Key.Key_Tab)
    until_painted(qtbot, second)
    assert (session.index, session.window.width, second.view.zoom) == (4, 400, pytest.approx(8.0))
    assert QApplication.focusWidget() is second.view
    press(second, Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert session.index == 1
    assert rows(second) == [("L1  Malignant", "no answer yet", "2"), ("L2  Malignant", "no answer yet", "5")]


def test_tab_elsewhere_and_without_a_second_pass_moves_the_focus(second: MainWindow) -> None:
    categories = named(second, "category_list")
    categories.setFocus()
    press(second, Key.Key_Tab)
    assert QApplication.focusWidget() is not categories
    assert second.session.index == 1
    second.session.choose_pass("")
    second.view.setFocus()
    press(second, Key.Key_Tab)
    assert QApplication.focusWidget() is not second.view


def test_a_click_in_the_list_leads_to_a_line_and_to_a_region_without_one(second: MainWindow) -> None:
    session = second.session
    draw_free(second, (50, 50), (60, 50), (60, 60), (50, 60))
    assert [row[1] for row in rows(second)] == ["no answer yet", "no answer yet", "answers no line"]
    listed = named(second, "coverage_list", QListView)
    listed.setCurrentIndex(listed.model().index(1, 0))
    assert (session.index, session.line and session.line[1]) == (4, 1)
    listed.setCurrentIndex(listed.model().index(2, 0))
    assert (session.index, session.selection) == (1, {2})
    listed.setFocus()
    press(second, Key.Key_Return)
    assert QApplication.focusWidget() is second.view


def test_a_line_is_excused_by_a_key_and_a_digit_and_the_next_one_comes(second: MainWindow) -> None:
    session = second.session
    press(second, Key.Key_E, CONTROL_ALT)
    assert QApplication.focusWidget() is named(second, "coverage.excuse")
    press(second, Key.Key_2)
    assert rows(second)[0] == ("L1  Malignant", "excused: 병변 아님", "✓ 2")
    assert (session.index, QApplication.focusWidget()) == (4, second.view)
    press(second, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert rows(second)[0][1] == "no answer yet"


def test_that_lines_have_no_answer_is_said_no_longer_than_it_is_so(second: MainWindow) -> None:
    press(second, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "2 of 2 lines have neither" in " ".join(second.notices.texts)
    press(second, Key.Key_E, CONTROL_ALT)
    press(second, Key.Key_2)
    assert "lines have neither" not in " ".join(second.notices.texts)
    press(second, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "1 of 2 lines have neither" in " ".join(second.notices.texts)


def test_a_category_is_disputed_in_words_and_stays(second: MainWindow) -> None:
    press(second, Key.Key_D, CONTROL_ALT)
    field = QApplication.focusWidget()
    assert field is named(second, "coverage.dispute")
    QTest.keyClicks(field, "benign")
    press(second, Key.Key_Return)
    assert (rows(second)[0][1], QApplication.focusWidget()) == ("no answer yet · disputed: benign", second.view)
    (line,) = second.session.annotations
    assert (second.session.document.facts[facts.dispute(line.image, line.id)], line.category) == ("benign", "CCT1")


def test_lines_are_dashed_and_share_a_number_with_what_answers_them(second: MainWindow) -> None:
    session = second.session
    draw_free(second, (8, 15), (32, 15), (32, 25), (8, 25))
    draw_free(second, (8, 30), (12, 30), (12, 34), (8, 34))
    session.select([3])
    assert session.rebind()
    assert {(o.annotation_id, o.label, o.locked) for o in Overlays(session, session.panes[0])()} == {
        (1, "1 · L1", True), (2, "1 · L1", False), (3, "1 · L1", False), (-3, "", False),
    }  # fmt: skip
    assert [o.rings for o in Overlays(session, session.panes[0])() if o.annotation_id == -3] == [(((20.0, 20.0), (12.0, 30.0)),)]


def draw_free(window: MainWindow, *points: tuple[float, float]) -> None:
    window.session.perform(Stroke(Makes.REGION, points))
