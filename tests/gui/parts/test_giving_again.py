"""A manager gives cases once more from the worklist and sees what came of it; who draws them does not recognise them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from annotator.domain.course import AGAIN, MOVE, READ_AGAIN, State, Step
from annotator.domain.person import Acting, Role
from annotator.domain.rereading import PRACTICE, REPEAT, Score, again_for, given, read_again
from annotator.gui.case_table import CaseTable
from annotator.gui.window import MainWindow
from annotator.i18n import use_language
from annotator.present.worklist import COLUMNS
from annotator.workspace import steps
from tests.gui.conftest import Open, named
from tests.workspace.agreed import ANNOTATOR, MANAGER, agreed, move

_TIMEOUT = 20_000
_BACK = {"to": "second_pass", "person": "이"}


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, list[str]]:
    """Two accepted cases of 이."""
    root, cases = agreed(tmp_path, (0, 0))
    for case in cases:
        move(root, case, State.ACCEPTED)
    return root, cases


def opened(open_window: Open, root: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, name: str, role: str, pin: str) -> MainWindow:
    monkeypatch.setenv("ANNOTATOR_PIN", pin)
    window = open_window("--project", root, "--user", name, "--role", role, root.parent / "images")
    qtbot.waitUntil(lambda: window.session.scanning is None and bool(window.session.catalogue.by_uid), timeout=_TIMEOUT)
    return window


def give(root: Path, case: str, mode: str) -> None:
    """Give a case to 이 once more."""
    steps.take(root, given(case, "이", Role.ANNOTATOR, mode, "0" * 64, "2026-03-05"), MANAGER, ())


def draw(root: Path, case: str, right: int, every: int) -> None:
    """이 draws it once more, so well."""
    step = again_for(steps.standing(root, case), ANNOTATOR)
    assert step is not None
    steps.take(root, read_again(step, "reading", "", Score(right, every), "2026-03-06T10:00:00"), ANNOTATOR, ())


def ask_for_practice(root: Path, cases: int) -> None:
    path = root / "project.toml"
    path.write_text(path.read_text("utf-8") + f"\n[practice]\ncases = {cases}\nbar = 0.9\n", "utf-8")


def listed(window: MainWindow, qtbot: QtBot) -> CaseTable:
    window.parts.show("worklist", True)
    table = named(window, "worklist.table", CaseTable)
    qtbot.waitUntil(lambda: len(table.cases.entries) == 2, timeout=_TIMEOUT)
    return table


def test_a_manager_gives_a_chosen_case_once_more(
    open_window: Open, made: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    root, _ = made
    window = opened(open_window, root, monkeypatch, qtbot, "최", "manager", "0000")
    table = listed(window, qtbot)
    rows = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    table.selectionModel().select(table.cases.index(0, 0), rows)  # whatever keys a test before has left held
    case = table.chosen[0].case
    to = named(window, "again.to", QComboBox)
    assert {to.itemText(place) for place in range(to.count())} == {"송", "이"}
    to.setCurrentIndex(to.findData("이"))
    assert not named(window, "again.role", QComboBox).isVisible()
    QTest.mouseClick(named(window, "again.give", QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(steps.standing(root, case).again), timeout=_TIMEOUT)
    (step,) = steps.standing(root, case).again
    assert (step.kind, step.facts["to"], step.facts["mode"]) == (AGAIN, "이", REPEAT)


def test_who_draws_it_sees_a_case_like_any_other(
    open_window: Open, made: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    root, cases = made
    give(root, cases[0], REPEAT)
    steps.take(root, Step(cases[1], 0, MOVE, "", "", "2026-03-05", after=State.REWORK, reason="–", facts=_BACK), MANAGER, ())
    window = opened(open_window, root, monkeypatch, qtbot, "이", "annotator", "1234")
    window.parts.show("start_page", True)
    rows = named(window, "start_page.list", QTreeWidget)
    qtbot.waitUntil(lambda: rows.topLevelItemCount() == 2, timeout=_TIMEOUT)
    assert sorted(rows.topLevelItem(place).text(0) for place in range(2)) == ["Given to you", "Sent back"]
    window.parts.show("start_page", False)
    table = listed(window, qtbot)
    assert not named(window, "again.give", QPushButton).isVisible()
    shown = {entry.case: entry.state for entry in table.cases.entries}
    assert shown[cases[0]] is State.SECOND_PASS
    assert table.isColumnHidden(list(COLUMNS).index("annotations"))
    state = named(window, "worklist.state", QComboBox)
    state.setCurrentIndex(state.findData("accepted"))
    state.activated.emit(state.currentIndex())
    qtbot.waitUntil(lambda: not table.cases.entries, timeout=_TIMEOUT)


def test_results_stand_beside_the_name_for_managers_and_repeats_for_nobody_else(
    open_window: Open, made: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    root, cases = made
    ask_for_practice(root, 2)
    give(root, cases[0], PRACTICE)
    draw(root, cases[0], 19, 20)
    give(root, cases[1], REPEAT)
    draw(root, cases[1], 3, 4)
    window = opened(open_window, root, monkeypatch, qtbot, "최", "manager", "0000")

    def beside(name: str) -> str:
        people = named(window, "people.list", QTreeWidget)
        items = people.findItems(name, Qt.MatchFlag.MatchExactly)
        return items[0].text(2) if items else ""

    window.parts.show("people", True)
    told = "practice: 1 of 2 cases, 95 % of 90 % (2026-03-06), not passed yet · repeated: 1 cases, 75 % as before (2026-03-06)"
    qtbot.waitUntil(lambda: beside("이") == told, timeout=_TIMEOUT)
    assert beside("송") == "practice: 0 of 2 cases" and beside("박") == ""
    window.parts.show("people", False)
    listed(window, qtbot)
    to = named(window, "worklist.to", QComboBox)
    qtbot.waitUntil(lambda: to.itemText(to.findData("이")) == "이 · practice 1 of 2", timeout=_TIMEOUT)
    assert to.itemText(to.findData("박")) == "박"
    window.close()
    window = opened(open_window, root, monkeypatch, qtbot, "이", "annotator", "1234")
    window.parts.show("people", True)
    qtbot.waitUntil(lambda: beside("이").startswith("practice: 1 of 2"), timeout=_TIMEOUT)
    assert "repeated" not in beside("이") and beside("송") == ""
    window.parts.show("people", False)
    window.parts.show("start_page", True)
    practised = named(window, "start_page.practised", QLabel)
    qtbot.waitUntil(practised.isVisible, timeout=_TIMEOUT)
    assert practised.text() == "Practice: 1 of 2 cases, 95 % of 90 % (2026-03-06), not passed yet"
    use_language("ko")
    window.retranslate()
    assert practised.text().startswith("연습") and "repeated" not in practised.text()


def test_the_steps_that_are_taken_are_those_of_the_course(made: tuple[Path, list[str]]) -> None:
    root, cases = made
    give(root, cases[0], REPEAT)
    draw(root, cases[0], 1, 1)
    assert [step.kind for step in steps.read(root, cases[0])[0]][-2:] == [AGAIN, READ_AGAIN]
    assert again_for(steps.standing(root, cases[0]), Acting("이", Role.ANNOTATOR)) is None
