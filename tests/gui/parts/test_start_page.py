"""A person says who they are, sees what waits, and begins; a manager gives cases out and says who works here."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QStyle, QStyleOptionComboBox, QTreeWidget
from pytestqt.qtbot import QtBot

from annotator.domain.course import MOVE, State, Step
from annotator.domain.person import Acting, Person, Role
from annotator.domain.queue import Wanted
from annotator.gui.case_table import CaseTable
from annotator.gui.window import MainWindow
from annotator.i18n import use_language
from annotator.workspace import people, steps
from tests.gui.conftest import Open, named

MANAGER = Acting("최", Role.MANAGER)


@pytest.fixture
def staffed(project: Path) -> Path:
    people.change(project, Person("최", frozenset({Role.MANAGER})), Acting("root"), "now", pin="0000")
    people.change(project, Person("김", frozenset({Role.SPECIALIST, Role.REVIEWER})), MANAGER, "now", pin="1234")
    return project


def opened(open_window: Open, qtbot: QtBot, project: Path, images: Path, *more: object) -> MainWindow:
    window = open_window("--project", project, *more, images)
    qtbot.waitUntil(lambda: window.session.scanning is None and bool(window.session.catalogue.by_uid))
    return window


def signed_in(window: MainWindow, qtbot: QtBot, name: str, role: Role, pin: str) -> None:
    """Choose a name and a role and type the PIN, as a person does."""
    names, roles, field = named(window, "start_page.name", QComboBox), named(window, "start_page.role", QComboBox), pin_field(window)
    names.setCurrentIndex(names.findText(name))
    roles.setCurrentIndex(roles.findData(role.value))
    field.setFocus()
    QTest.keyClicks(field, pin)
    QTest.keyClick(field, Qt.Key.Key_Return)


def pin_field(window: MainWindow) -> QLineEdit:
    return named(window, "start_page.pin", QLineEdit)


def rows(window: MainWindow) -> QTreeWidget:
    return named(window, "start_page.list", QTreeWidget)


def test_a_project_with_people_begins_by_asking_who_one_is(
    open_window: Open, staffed: Path, two_series: Path, qtbot: QtBot
) -> None:
    window = opened(open_window, qtbot, staffed, two_series)
    assert pin_field(window).isVisible() and window.session.acting is None
    signed_in(window, qtbot, "김", Role.SPECIALIST, "4321")
    wrong = [label.text() for label in window.findChildren(QLabel) if label.property("role") == "wrong" and label.isVisible()]
    assert wrong and window.session.acting is None
    signed_in(window, qtbot, "김", Role.SPECIALIST, "1234")
    assert window.session.acting == Acting("김", Role.SPECIALIST)
    qtbot.waitUntil(lambda: rows(window).topLevelItemCount() == 2)


def test_enter_on_a_row_opens_that_case_and_gives_the_keyboard_to_the_picture(
    open_window: Open, staffed: Path, two_series: Path, qtbot: QtBot
) -> None:
    window = opened(open_window, qtbot, staffed, two_series)
    signed_in(window, qtbot, "김", Role.SPECIALIST, "1234")
    qtbot.waitUntil(lambda: rows(window).topLevelItemCount() == 2)
    second = window.session.worklist.entries()[1].case
    QTest.keyClick(rows(window), Qt.Key.Key_Down)
    QTest.keyClick(rows(window), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.series is not None and window.session.series.uid == second)
    assert not rows(window).isVisible()


def test_what_was_sent_back_stands_first_with_its_reason_in_both_languages(
    open_window: Open, staffed: Path, two_series: Path, qtbot: QtBot
) -> None:
    window = opened(open_window, qtbot, staffed, two_series)
    signed_in(window, qtbot, "김", Role.SPECIALIST, "1234")
    qtbot.waitUntil(lambda: rows(window).topLevelItemCount() == 2)
    case = window.session.worklist.entries()[1].case
    passes = window.session.project.project.modalities[2].passes
    steps.take(staffed, Step(case, 0, MOVE, "", "", "t1", after=State.SECOND_PASS), MANAGER, passes)
    back = Step(case, 0, MOVE, "", "", "t2", after=State.REWORK, reason="경계", facts={"to": "first_pass", "person": "김"})
    steps.take(staffed, back, MANAGER, passes)
    window.show_part("start_page")
    window.show_part("start_page")
    qtbot.waitUntil(lambda: [n for n in range(6) if (row := rows(window).topLevelItem(0)) and row.text(n) == "경계"] != [], timeout=20_000)
    use_language("ko")
    window.retranslate()
    assert named(window, "start_page.enter", QPushButton).text() == "들어가기"


def test_the_worklist_narrows_as_one_types_and_a_manager_gives_cases(
    open_window: Open, staffed: Path, two_series: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATOR_PIN", "0000")
    window = opened(open_window, qtbot, staffed, two_series, "--user", "최", "--role", "manager")
    assert window.session.acting == MANAGER
    window.show_part("worklist")
    table = named(window, "worklist.table", CaseTable)
    qtbot.waitUntil(lambda: len(table.cases.entries) == 2)
    words = named(window, "worklist.words", QLineEdit)
    QTest.keyClicks(words, "no such case")
    qtbot.waitUntil(lambda: not table.cases.entries)
    words.clear()
    qtbot.waitUntil(lambda: len(table.cases.entries) == 2)
    to = named(window, "worklist.to", QComboBox)
    to.setCurrentIndex(to.findData("김"))
    table.selectRow(0)
    named(window, "worklist.give", QPushButton).click()
    qtbot.waitUntil(lambda: window.session.worklist.count(Wanted(assignee="김")) == 1)
    named(window, "worklist.shares", QLineEdit).setText("최=1, 김=1")
    named(window, "worklist.share", QPushButton).click()
    qtbot.waitUntil(lambda: window.session.worklist.count(Wanted(assignee="최")) == 1)


def test_who_is_no_manager_sees_no_giving_out_and_a_view_is_kept_under_its_name(
    open_window: Open, staffed: Path, two_series: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATOR_PIN", "1234")
    window = opened(open_window, qtbot, staffed, two_series, "--user", "김", "--role", "reviewer")
    window.show_part("worklist")
    assert not named(window, "worklist.give", QPushButton).isVisible()
    state, views = named(window, "worklist.state", QComboBox), named(window, "worklist.views", QComboBox)
    state.setCurrentIndex(state.findData("review"))
    views.setEditText("검수할 것")
    named(window, "worklist.keep", QPushButton).click()
    state.setCurrentIndex(0)
    views.setCurrentIndex(views.findData("검수할 것"))
    views.activated.emit(views.currentIndex())
    assert state.currentData() == "review"


def test_the_first_person_is_a_manager_and_then_only_managers_add_people(
    open_window: Open, project: Path, two_series: Path, qtbot: QtBot
) -> None:
    window = opened(open_window, qtbot, project, two_series)
    window.show_part("people")
    put = named(window, "people.put", QPushButton)
    name, pin = (named(window, f"people.{field}", QLineEdit) for field in ("name", "pin"))
    name.setText("김")
    pin.setText("1234")
    put.click()
    assert people.read(project) == ()
    window.parts.widget("people").roles[Role.MANAGER].setChecked(True)  # type: ignore[attr-defined]
    put.click()
    assert [person.name for person in people.read(project)] == ["김"] and window.session.acting is None
    name.setText("이")
    pin.setText("1234")
    put.click()
    assert [person.name for person in people.read(project)] == ["김"]


def test_names_and_roles_are_read_whole(open_window: Open, project: Path, two_series: Path, qtbot: QtBot) -> None:
    people.change(project, Person("최", frozenset({Role.MANAGER})), Acting("root"), "now", pin="0000")
    window = open_window("--project", project, two_series)
    window.resize(1400, 800)
    window.show_part("start_page")
    people.change(project, Person("Wilhelmina", frozenset({Role.SPECIALIST, Role.ADJUDICATOR})), MANAGER, "now", pin="1234")
    window.session.reload()
    qtbot.waitUntil(lambda: window.session.scanning is None)
    window.parts.show("start_page", True)
    name, role = (named(window, f"start_page.{field}", QComboBox) for field in ("name", "role"))
    qtbot.waitUntil(lambda: name.count() == 2)
    name.setCurrentIndex(name.findText("Wilhelmina"))

    def whole(field: QComboBox) -> bool:
        frame = field.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, _option(field), QStyle.SubControl.SC_ComboBoxEditField, field
        )
        return frame.width() >= max(field.fontMetrics().horizontalAdvance(field.itemText(place)) for place in range(field.count()))

    qtbot.waitUntil(lambda: role.count() == 2 and whole(name) and whole(role))


def _option(field: QComboBox) -> QStyleOptionComboBox:
    option = QStyleOptionComboBox()
    option.initFrom(field)
    return option
