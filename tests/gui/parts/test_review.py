"""A mammography case through disagreement and adjudication, by real keys in the real window: four people, one after the other."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain.course import MOVE, State, Step
from annotator.domain.person import Acting, Person, Role
from annotator.gui.fields import ChoiceField, LineField
from annotator.gui.panels.rows import RowList
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace import log, people, projects, revisions, steps, work
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from tests.gui.conftest import Open, named, until_painted
from tests.workspace.mammograms import four_views, go_to, opened

Key = Qt.Key
CONTROL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
MANAGER = Acting("최", Role.MANAGER)
At = Callable[[str, str], MainWindow]


def oval(x: float, y: float, across: float, along: float) -> Stroke:
    turns = (2 * math.pi * n / 24 for n in range(24))
    return Stroke(Makes.REGION, tuple((x + across * math.cos(t), y + along * math.sin(t)) for t in turns))


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return four_views(tmp_path_factory.mktemp("views"))


@pytest.fixture
def root(tmp_path: Path, views: Path) -> Path:
    """The annotator outlined two lesions in LCC; the case is in review."""
    root = projects.create("breast-cancer", tmp_path / "breast").root
    session = opened(root, views)
    go_to(session, "LCC")
    session.perform(oval(30, 30, 10, 8))
    session.perform(oval(40, 70, 8, 8))
    session.close()
    people.change(root, Person("최", frozenset({Role.MANAGER})), Acting("root"), "2026-03-05")
    for name, role in (("박", Role.REVIEWER), ("정", Role.REVIEWER), ("한", Role.ADJUDICATOR)):
        people.change(root, Person(name, frozenset({role})), MANAGER, "2026-03-05")
    for state in (State.SECOND_PASS, State.MACHINE_CHECK, State.REVIEW):
        steps.take(root, Step(case_of(root), 0, MOVE, "", "", "2026-03-05", after=state), MANAGER, ())
    return root


def case_of(root: Path) -> str:
    (case,) = [entry.name for entry in (root / ".annotator" / "cases").iterdir()]
    return case


def state(root: Path) -> State:
    return steps.standing(root, case_of(root)).state


@pytest.fixture
def at(open_window: Open, root: Path, views: Path, qtbot: QtBot) -> At:
    """The window as somebody opens it, with LCC painted and the review known."""

    def begin(name: str, role: str) -> MainWindow:
        window = open_window("--project", root, "--user", name, "--role", role, views)
        until_painted(qtbot, window)
        go_to(window.session, "LCC")
        qtbot.waitUntil(lambda: window.session.review is not None, timeout=30_000)
        qtbot.waitUntil(lambda: window.view.property("image_uid") == window.session.image.key.uid, timeout=30_000)
        return window

    return begin


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window.view, key, modifiers)


def passed(window: MainWindow, qtbot: QtBot) -> None:
    """Ctrl+Alt+P, until the verdict is on disk and what follows from it is too."""
    session = window.session
    before = session.standing.number
    press(window, Key.Key_P, CONTROL_ALT)
    qtbot.waitUntil(lambda: session.standing is not None and session.standing.number > before, timeout=60_000)


def texts(window: MainWindow, name: str) -> list[str]:
    return [row.text for row in named(window, name, RowList).rows.rows]


def draw(session: Session, stroke: Stroke) -> None:
    session.choose_tool("tool.free")
    session.perform(stroke)


def test_a_disagreement_is_adjudicated_and_the_record_is_what_was_settled(at: At, root: Path, qtbot: QtBot) -> None:
    first = at("박", "reviewer")
    assert named(first, "review").isVisible() and not first.commands.actions["review.compare"].isEnabled()
    draw(first.session, oval(60, 40, 7, 7))
    press(first, Key.Key_P, CONTROL_ALT)
    assert first.session.said is not None and "no reason" in str(first.session.said.message)
    press(first, Key.Key_K, CONTROL_ALT)
    assert QApplication.focusWidget() is named(first, "review.reason", ChoiceField)
    press(first, Key.Key_2)
    assert [c.reason for c in first.session.corrections] == ["놓친 병변"]
    passed(first, qtbot)
    first.close()
    assert state(root) is State.REVIEW

    second = at("정", "reviewer")
    assert second.session.document.count() == 2
    passed(second, qtbot)
    qtbot.waitUntil(lambda: state(root) is State.ADJUDICATION, timeout=30_000)
    second.close()

    third = at("한", "adjudicator")
    press(third, Key.Key_R, CONTROL_ALT)
    compare = named(third, "compare")
    assert compare.isVisible() and QApplication.focusWidget() is compare
    assert len(texts(third, "compare.list")) == 1
    qtbot.waitUntil(lambda: named(third, "compare.both", QWidget).shown is not None, timeout=30_000)
    press(third, Key.Key_B)
    assert third.session.document.count() == 2
    press(third, Key.Key_A)
    assert third.session.document.count() == 3
    press(third, Key.Key_Escape)
    assert not compare.isVisible()
    for correction in third.session.corrections:
        third.session.give_reason(correction, "놓친 병변")
    passed(third, qtbot)
    qtbot.waitUntil(lambda: state(root) is State.REVIEW, timeout=30_000)
    qtbot.waitUntil(lambda: third.session.review is None, timeout=30_000)
    assert not named(third, "review").isVisible()
    third.close()
    record, _ = revisions.heads(root, case_of(root))
    assert record[0].document.count() == 3 and record[0].author == "한"

    for name in ("박", "정"):  # in this project both must agree on every case
        again = at(name, "reviewer")
        passed(again, qtbot)
        again.close()
    assert state(root) is State.AGREED and revisions.heads(root, case_of(root))[0] == record
    assert sorted(row.person for row in log.read(root) if row.action == "correct") == ["박", "한"]
    assert list(log.verify(root)) == []


def test_a_verdict_counts_although_the_window_is_closed_right_after_the_key(at: At, root: Path) -> None:
    for name in ("박", "정"):
        window = at(name, "reviewer")
        press(window, Key.Key_P, CONTROL_ALT)
        window.close()
    assert state(root) is State.AGREED
    assert set(steps.standing(root, case_of(root)).verdicts) == {"박", "정"}


def test_reasons_are_asked_one_after_the_other_and_then_the_picture_has_the_keyboard(at: At, qtbot: QtBot) -> None:
    window = at("박", "reviewer")
    draw(window.session, oval(60, 40, 7, 7))
    draw(window.session, oval(60, 60, 5, 5))
    press(window, Key.Key_K, CONTROL_ALT)
    press(window, Key.Key_2)
    press(window, Key.Key_3)
    assert [c.reason for c in window.session.corrections] == ["놓친 병변", "병변이 아님"]
    assert QApplication.focusWidget() is window.view


def test_a_case_is_sent_back_with_the_reason_that_was_typed(at: At, root: Path, qtbot: QtBot) -> None:
    window = at("박", "reviewer")
    said = list[str]()
    window.session.subscribe(lambda topic: said.append(str(window.session.said.message)) if topic is Topic.MESSAGE else None)
    why = named(window, "review.why")
    why.setFocus()
    QTest.keyClicks(why, "one more lesion in LMLO")
    named(window, "review.back.button").click()
    qtbot.waitUntil(lambda: state(root) is State.REWORK, timeout=30_000)
    found = steps.standing(root, case_of(root)).returned
    assert found is not None and found.reason == "one more lesion in LMLO"
    qtbot.waitUntil(lambda: not named(window, "review").isVisible(), timeout=30_000)
    assert any("one more lesion in LMLO" in text for text in said)


def test_a_case_is_sent_back_by_keys_alone_and_without_a_reason_one_is_asked(at: At, root: Path, qtbot: QtBot) -> None:
    window = at("박", "reviewer")
    press(window, Key.Key_Y, CONTROL_ALT)
    assert QApplication.focusWidget() is named(window, "review.why")
    press(window, Key.Key_Return)
    assert QApplication.focusWidget() is named(window, "review.back.button")
    press(window, Key.Key_Return)
    assert QApplication.focusWidget() is named(window, "review.why") and state(root) is State.REVIEW
    QTest.keyClicks(named(window, "review.why"), "one more lesion")
    press(window, Key.Key_Return)
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: state(root) is State.REWORK, timeout=30_000)
    assert QApplication.focusWidget() is window.view


def test_tab_goes_through_the_panel_from_the_verdict_to_why_and_on(at: At) -> None:
    window = at("박", "reviewer")
    press(window, Key.Key_K, CONTROL_ALT)
    been = []
    for _ in range(4):
        been.append(QApplication.focusWidget().objectName())
        press(window, Key.Key_Tab)
    assert been == ["review.pass.button", "review.why", "review.back.button", "review.discard.button"]


def test_a_reviewer_begins_with_a_hand_that_draws_nothing(at: At) -> None:
    assert at("박", "reviewer").session.tool.id == "tool.select"


def test_why_a_case_came_back_stands_beside_it_until_it_is_sent_on(root: Path, open_window: Open, views: Path, qtbot: QtBot) -> None:
    people.change(root, Person("김", frozenset({Role.ANNOTATOR})), MANAGER, "2026-03-05")
    back = Step(case_of(root), 0, MOVE, "", "", "2026-03-06", after=State.REWORK, reason="LMLO 병변 누락", facts={"to": "second_pass"})
    steps.take(root, back, MANAGER, ())
    window = open_window("--project", root, "--user", "김", "--role", "annotator", views)
    until_painted(qtbot, window)
    panel, reason = named(window, "sent_back"), named(window, "sent_back.reason", QLabel)
    qtbot.waitUntil(panel.isVisible, timeout=30_000)
    assert isinstance(reason, QLabel) and reason.text() == "LMLO 병변 누락"
    window.commands.actions["case.done"].trigger()
    qtbot.waitUntil(lambda: state(root) is not State.REWORK, timeout=30_000)
    qtbot.waitUntil(lambda: not panel.isVisible(), timeout=30_000)


def test_a_reviewer_is_not_told_why_the_annotators_case_went_back(root: Path, at: At, qtbot: QtBot) -> None:
    assert not named(at("박", "reviewer"), "sent_back").isVisible()


def test_a_review_widens_no_column_on_a_small_screen(at: At, qtbot: QtBot) -> None:
    window = at("박", "reviewer")
    window.commands.actions["language.en"].trigger()
    window.resize(1280, 721)
    buttons = [named(window, f"review.{name}.button") for name in ("pass", "back", "discard")]
    qtbot.waitUntil(lambda: all(button.visibleRegion().boundingRect() == button.rect() for button in buttons))
    assert window._left.width() <= round(0.17 * 1280)
    assert all(button.width() >= button.sizeHint().width() for button in buttons)


@pytest.fixture
def two_cases(open_window: Open, project: Path, two_series: Path, qtbot: QtBot) -> MainWindow:
    """A reviewer's window on two cases that are in review, the first of them shown."""
    drawn = opened(project, two_series)
    for series in drawn.catalogue.in_order:
        drawn.open_series(series.uid)
        drawn.perform(oval(12, 12, 4, 4))
    drawn.close()
    for person in (Person("최", frozenset({Role.MANAGER})), Person("박", frozenset({Role.REVIEWER}))):
        people.change(project, person, Acting("root") if person.name == "최" else MANAGER, "2026-03-05")
    for entry in sorted((project / ".annotator" / "cases").iterdir()):
        for state in (State.SECOND_PASS, State.MACHINE_CHECK, State.REVIEW):
            steps.take(project, Step(entry.name, 0, MOVE, "", "", "2026-03-05", after=state), MANAGER, ())
    window = open_window("--project", project, "--user", "박", "--role", "reviewer", two_series)
    until_painted(qtbot, window)
    window.parts.show("start_page", False)
    turn(window, 0, qtbot)
    return window


def turn(window: MainWindow, place: int, qtbot: QtBot) -> None:
    """Show one of the cases, until it is known how its review stands."""
    window.session.open_series(window.session.catalogue.in_order[place].uid)
    session, case = window.session, work.case_of(window.session.series)
    qtbot.waitUntil(lambda: session.review is not None and session.review.case == case, timeout=30_000)
    qtbot.waitUntil(named(window, "review").isVisible)


def test_the_reason_that_is_being_written_stays_with_its_case(two_cases: MainWindow, qtbot: QtBot) -> None:
    window, why = two_cases, named(two_cases, "review.why", LineField)
    press(window, Key.Key_Y, CONTROL_ALT)
    QTest.keyClicks(why, "one more lesion")
    turn(window, 1, qtbot)
    assert why.text() == ""
    assert QApplication.focusWidget() is window.view
    turn(window, 0, qtbot)
    assert why.text() == "one more lesion"


def test_done_leaves_no_case_that_waits_for_a_verdict(two_cases: MainWindow, qtbot: QtBot) -> None:
    window, session = two_cases, two_cases.session
    uid = session.series.uid
    press(window, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert session.series.uid == uid and "waits for your verdict" in session.said.message.text
    press(window, Key.Key_P, CONTROL_ALT)
    qtbot.waitUntil(lambda: session.series.uid != uid, timeout=30_000)
    turn(window, 0, qtbot)
    qtbot.waitUntil(lambda: session.review is not None and session.review.own is not None, timeout=30_000)
    assert len(session.done_today) == 1
    before = session.standing.number
    press(window, Key.Key_P, CONTROL_ALT)
    case = session.review.case
    qtbot.waitUntil(lambda: steps.standing(session.project.root, case).number > before, timeout=30_000)
    qtbot.waitUntil(lambda: session.series.uid != uid, timeout=30_000)
    turn(window, 0, qtbot)
    qtbot.waitUntil(lambda: session.standing.number > before, timeout=30_000)
    assert len(session.done_today) == 1, "passed once more it is not one case more"
    press(window, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: session.series.uid != uid, timeout=30_000)
