"""Two versions of a case in the window: asked above the picture, decided by key or button beside both, and saved as one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from annotator.gui.panels.rows import RowList
from annotator.gui.window import MainWindow
from annotator.workspace import leases, projects, revisions
from annotator.workspace.notice import SavedState
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.gui.conftest import Open, draw_box, named, until_painted
from tests.workspace.study import box

ONE, TWO, THREE = box(8, 8, 24, 24), box(30, 30, 50, 50), box(2, 40, 12, 50)
_BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def other(project: Path, chest: Path, who: str) -> Session:
    session = Session(projects.open_project(project), Immediate(), author=who, clock=lambda: "2026-03-01T05:06:07.000+09:00")
    session.open_folder([chest])
    session.choose_tool("tool.box")
    return session


@pytest.fixture
def window(open_window: Open, project: Path, chest: Path, qtbot: QtBot) -> MainWindow:
    """Kim and Lee each saved a box of their own, neither knowing of the other; then the window opens the case."""
    people = [other(project, chest, who) for who in ("Kim", "Lee")]
    for session, stroke in zip(people, (ONE, TWO), strict=True):
        session.perform(stroke)
        session.save()
    opened = open_window("--project", project, chest)
    until_painted(qtbot, opened)
    return opened


def button(window: MainWindow, name: str) -> QPushButton:
    found = named(window, name, QPushButton)
    assert isinstance(found, QPushButton)
    return found


def rows(window: MainWindow) -> list[tuple[str, str, str]]:
    found = named(window, "conflict.list", RowList)
    assert isinstance(found, RowList)
    return [(row.text, row.note, row.right) for row in found.rows.rows]


def heads(window: MainWindow) -> int:
    assert window.session.series is not None
    return len(revisions.heads(window.session.project.root, window.session.series.uid, keep=True)[0])


def test_each_difference_is_decided_by_key_beside_both_versions(window: MainWindow, qtbot: QtBot) -> None:
    part = window.parts.widget("conflict")
    assert not part.isVisibleTo(window)
    QTest.mouseClick(button(window, "choice.each"), Qt.MouseButton.LeftButton)
    assert part.isVisibleTo(window) and rows(window) == [("image 1 · Malignant #1", "in A and B, other: shape", "Both")]
    qtbot.waitUntil(lambda: len(window.session.others) == 2)
    titles = [label.text() for frame in window.area.frames[1:] for label in frame.line.findChildren(QLabel)]
    assert [title[:18] for title in titles if "read only" in title] == ["A · Reading of Lee", "B · Reading of Kim"]
    QTest.keyClick(window.view, Qt.Key.Key_2, _BOTH)
    assert rows(window)[0][2] == "B" and [a.drawn.author for a in window.session.annotations] == ["Kim"]
    QTest.keyClick(window.view, Qt.Key.Key_3, _BOTH)
    assert rows(window)[0][2] == "Both" and len(window.session.annotations) == 2
    QTest.keyClick(window.view, Qt.Key.Key_1, _BOTH)
    assert rows(window)[0][2] == "A" and [a.drawn.author for a in window.session.annotations] == ["Lee"]
    assert window.session.saved_state is SavedState.UNSAVED and heads(window) == 2
    QTest.keyClick(window.view, Qt.Key.Key_Return, _BOTH)
    qtbot.waitUntil(lambda: window.session.saved_state is SavedState.SAVED)
    assert heads(window) == 1 and not part.isVisibleTo(window) and window.session.others == ()


def test_the_buttons_decide_as_the_keys_do_and_undo_takes_back(window: MainWindow, qtbot: QtBot) -> None:
    QTest.mouseClick(button(window, "choice.each"), Qt.MouseButton.LeftButton)
    before = window.session.document
    for name, right in (("first", "A"), ("second", "B"), ("both", "Both")):
        button(window, f"conflict.{name}").click()
        assert rows(window)[0][2] == right
    window.commands.actions["edit.undo"].trigger()
    window.commands.actions["edit.undo"].trigger()
    assert rows(window)[0][2] == "A"
    window.commands.actions["edit.undo"].trigger()
    assert window.session.document == before
    button(window, "conflict.unite").click()
    qtbot.waitUntil(lambda: window.session.saved_state is SavedState.SAVED)
    assert heads(window) == 1 and window.session.document.count() == 2


def test_who_meets_another_version_on_saving_chooses_from_the_history(
    open_window: Open, project: Path, chest: Path, qtbot: QtBot
) -> None:
    opened = open_window("--project", project, chest)
    until_painted(qtbot, opened)
    kim = other(project, chest, "Kim")
    kim.perform(THREE)
    kim.save()
    draw_box(opened)
    opened.session.save()
    qtbot.waitUntil(lambda: any("at the same time" in text for text in opened.notices.texts))
    QTest.keyClick(opened.view, Qt.Key.Key_H, _BOTH)
    found = named(opened, "readings.list", RowList)
    assert isinstance(found, RowList)
    qtbot.waitUntil(lambda: [row.right for row in found.rows.rows] == ["in conflict", "in conflict"])
    button(opened, "readings.unite").click()
    assert button(opened, "choice.each").isVisibleTo(opened) and opened.session.question is not None


def test_the_notice_calls_the_case_what_the_tree_calls_it(window: MainWindow) -> None:
    series = window.session.series
    assert series is not None and series.owner.patient_name
    (told,) = [text for text in window.notices.texts if "at the same time" in text]
    assert series.owner.patient_name.replace("^", " ") in told and series.description in told
    assert series.uid not in told


def test_who_else_has_the_case_open_is_said_in_a_line(open_window: Open, project: Path, chest: Path, qtbot: QtBot) -> None:
    kim = other(project, chest, "Kim")
    assert kim.series is not None
    leases.take(project, leases.Lease(kim.series.uid, "Kim", "0123456789abcdef", "READING-3", 7, "2026-03-04T14:05:00+09:00"))
    opened = open_window("--project", project, chest)
    until_painted(qtbot, opened)
    qtbot.waitUntil(lambda: any("Kim has had this case open since 2026-03-04 14:05 (READING-3)" in text for text in opened.notices.texts))
    draw_box(opened)
    assert len(opened.session.annotations) == 1
