"""A manager freezes a set from the window, puts a recipe together, sees what it does, and exports it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.frozen_set import Rule
from annotator.domain.recipe import Crop, Normalise, Resample, Window, parsed
from annotator.gui.covers.sets import SetsPart
from annotator.gui.covers.worklist import WorklistPart
from annotator.gui.window import MainWindow
from annotator.progress import Report
from annotator.workspace.handover import manifest
from annotator.workspace.notice import SavedState
from annotator.workspace.projects import open_project
from annotator.workspace.sets import shelf
from tests.gui.conftest import Open, named
from tests.workspace.handover.accepted import TIME, listed, made
from tests.workspace.sets.frozen import BY
from tests.workspace.study import box

PATIENCE = 60_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project in whose tree two patients lie."""
    return made(tmp_path / "tree", tmp_path / "images").root


@pytest.fixture
def frozen_root(root: Path, tmp_path: Path) -> Path:
    """The same, with a set that is called trial."""
    folder = open_project(root)
    shelf.freeze(folder, listed(folder, tmp_path / "list.sqlite").entries(), shelf.Wish("trial", "all", Rule(), TIME), BY, Report())
    return root


def shown(open_window: Open, root: Path, qtbot: QtBot) -> tuple[MainWindow, SetsPart]:
    """The window with the part over it, by its command."""
    window = open_window("--project", root, root)
    qtbot.waitUntil(lambda: window.session.scanning is None, timeout=PATIENCE)
    window.commands.actions["sets.show"].trigger()
    part = window.parts.widget("sets")
    assert isinstance(part, SetsPart) and part.isVisible()
    return window, part


def opened(open_window: Open, root: Path, qtbot: QtBot) -> tuple[MainWindow, SetsPart]:
    """The same with the set `trial` chosen."""
    window, part = shown(open_window, root, qtbot)
    qtbot.waitUntil(lambda: part.list.count() == 2, timeout=PATIENCE)
    part.list.setFocus()
    QTest.keyClick(part.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: part.chosen is not None, timeout=PATIENCE)
    return window, part


def told(part: SetsPart) -> list[str]:
    return [part.told.item(row).text() for row in range(part.told.count())]


def test_a_set_is_frozen_by_name_and_enter_and_is_shown(open_window: Open, root: Path, qtbot: QtBot) -> None:
    window, part = shown(open_window, root, qtbot)
    qtbot.waitUntil(lambda: named(window, "sets.cases", QLabel).text() == "All cases (2)", timeout=PATIENCE)
    named(window, "sets.shares", QLineEdit).setText("1:1")
    QTest.keyClicks(named(window, "sets.name", QLineEdit), "first")
    QTest.keyClick(named(window, "sets.name", QLineEdit), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: part.chosen is not None and part.chosen.name == "first", timeout=PATIENCE)
    assert "“first” is frozen: 2 cases" in told(part)
    rows = [[part.page.table.topLevelItem(n).text(c) for c in range(5)] for n in range(3)]  # type: ignore[union-attr]  # there are three
    assert rows == [["Training", "1", "1", "1", "3"], ["Test", "1", "1", "1", "3"], ["All", "2", "2", "2", "6"]]
    assert shelf.read(root, "first").rule.shares == (("train", 1.0), ("test", 1.0))


@pytest.mark.parametrize(("name", "shares", "why"), [("", "8:1:1", "Name the set first"), ("x", "a:b", "Understanding the split")])
def test_what_is_missing_is_said_beside_the_fields(open_window: Open, root: Path, qtbot: QtBot, name: str, shares: str, why: str) -> None:
    window, _ = shown(open_window, root, qtbot)
    named(window, "sets.name", QLineEdit).setText(name)
    named(window, "sets.shares", QLineEdit).setText(shares)
    named(window, "sets.freeze", QPushButton).click()
    assert why in named(window, "sets.wrong", QLabel).text() and not shelf.folder_of(root).exists()


def test_a_set_of_what_the_worklist_shows(open_window: Open, root: Path, qtbot: QtBot) -> None:
    window = open_window("--project", root, root)
    qtbot.waitUntil(lambda: window.session.scanning is None, timeout=PATIENCE)
    window.show_part("worklist")
    worklist = window.parts.widget("worklist")
    assert isinstance(worklist, WorklistPart)
    qtbot.waitUntil(lambda: len(worklist.table.cases.entries) == 2, timeout=PATIENCE)
    worklist.filters.words.setText("P000002")
    qtbot.waitUntil(lambda: len(worklist.table.cases.entries) == 1, timeout=PATIENCE)
    named(window, "worklist.collect", QPushButton).click()
    part = window.parts.widget("sets")
    assert isinstance(part, SetsPart) and part.isVisible() and worklist.isHidden()
    qtbot.waitUntil(lambda: part.new.cases.text() == "P000002 (1)", timeout=PATIENCE)
    part.new.name.setText("second")
    part.new.freeze.click()
    qtbot.waitUntil(lambda: part.chosen is not None, timeout=PATIENCE)
    assert [member.patient for member in shelf.read(root, "second").members] == ["P000002"]
    assert shelf.read(root, "second").narrowing == "P000002"


def test_a_recipe_is_put_together_with_the_keyboard(open_window: Open, frozen_root: Path, qtbot: QtBot) -> None:
    window, part = opened(open_window, frozen_root, qtbot)
    part.page.tabs.setCurrentIndex(1)
    add, steps = named(window, "recipe.add", QComboBox), named(window, "recipe.steps", QListWidget)
    for place in (1, 2, 4):
        add.setCurrentIndex(place)
        add.activated.emit(place)
    assert part.page.recipe.recipe == (Window(), Resample(), Crop())
    steps.setCurrentRow(1)
    spacing = named(window, "recipe.spacing", QDoubleSpinBox)
    spacing.setFocus()
    spacing.selectAll()
    QTest.keyClicks(spacing, "8")
    QTest.keyClick(spacing, Qt.Key.Key_Return)
    assert part.page.recipe.recipe[1] == Resample(8.0) and "8 mm" in steps.item(1).text()
    steps.setFocus()
    QTest.keyClick(steps, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert part.page.recipe.recipe == (Resample(8.0), Window(), Crop())
    steps.setCurrentRow(2)
    QTest.keyClick(steps, Qt.Key.Key_Delete)
    assert part.page.recipe.recipe == (Resample(8.0), Window())


def test_a_field_is_asked_for_only_where_it_means_something(open_window: Open, frozen_root: Path, qtbot: QtBot) -> None:
    window, part = opened(open_window, frozen_root, qtbot)
    part.page.recipe.put((Window(),))
    assert window.findChild(QDoubleSpinBox, "recipe.center") is None
    source = named(window, "recipe.source", QComboBox)
    source.setCurrentIndex(1)
    source.activated.emit(1)
    named(window, "recipe.center", QDoubleSpinBox).setValue(-600)
    named(window, "recipe.width", QDoubleSpinBox).setValue(1500)
    assert part.page.recipe.recipe == (Window("given", -600.0, 1500.0),)


def test_the_pictures_show_the_case_before_and_after(open_window: Open, frozen_root: Path, qtbot: QtBot) -> None:
    _, part = opened(open_window, frozen_root, qtbot)
    qtbot.waitUntil(lambda: part.page.pictures.shown is not None, timeout=PATIENCE)
    part.page.recipe.put((Resample(6.0), Normalise()))
    qtbot.waitUntil(lambda: _size(part) == (64, 64), timeout=PATIENCE)
    found = part.page.pictures.shown
    assert found is not None and found.before.pixels.shape == (32, 32)
    (before,), (after,) = found.before.outlines, found.after.outlines
    assert {(2 * x, 2 * y) for x, y in before.points} == set(after.points) and before.colour == after.colour
    assert "64 × 64 px, 6 mm" in part.page.pictures.accessibleName()
    part.page.recipe.put((Crop("box", left=40),))
    qtbot.waitUntil(lambda: part.page.pictures.shown is None, timeout=PATIENCE)
    assert "outside of the image" in part.page.pictures.accessibleName()


def _size(part: SetsPart) -> tuple[int, ...]:
    found = part.page.pictures.shown
    return () if found is None else found.after.pixels.shape


def test_a_set_is_exported_and_says_where_it_stands(open_window: Open, frozen_root: Path, tmp_path: Path, qtbot: QtBot) -> None:
    window, part = opened(open_window, frozen_root, qtbot)
    named(window, "sets.export", QPushButton).click()
    assert told(part) == ["Name the folder first"] and part.page.folder.hasFocus()
    part.page.recipe.put((Resample(8.0), Window()))
    named(window, "sets.forms", QListWidget).item(2).setCheckState(Qt.CheckState.Checked)
    QTest.keyClicks(part.page.folder, str(tmp_path / "out"))
    QTest.keyClick(part.page.folder, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.exchanging is not None, timeout=PATIENCE)
    assert part.running.isVisible() and not part.export.isEnabled()
    qtbot.waitUntil(lambda: any(line.startswith("Exported: 2 cases, 6 images") for line in told(part)), timeout=2 * PATIENCE)
    assert not part.running.isVisible() and part.export.isEnabled()
    assert parsed((tmp_path / "out" / "recipe.json").read_bytes()) == (Resample(8.0), Window())
    assert {path.name for path in (tmp_path / "out").iterdir() if path.is_dir()} == {"png", "nifti"}
    assert list(manifest.verify(tmp_path / "out", Report())) == []


def test_what_is_stopped_goes_on_from_there(open_window: Open, frozen_root: Path, tmp_path: Path, qtbot: QtBot) -> None:
    window, part = opened(open_window, frozen_root, qtbot)
    part.page.folder.setText(str(tmp_path / "out"))
    part.export.click()
    part.running.stop.click()
    qtbot.waitUntil(lambda: told(part) == ["Stopped. Exporting again goes on from here"], timeout=PATIENCE)
    assert not (tmp_path / "out").exists() and window.session.exchanging is None
    part.export.click()
    qtbot.waitUntil(lambda: any(line.startswith("Exported: 2 cases") for line in told(part)), timeout=2 * PATIENCE)


def test_escape_puts_it_away(open_window: Open, frozen_root: Path, qtbot: QtBot) -> None:
    window, part = opened(open_window, frozen_root, qtbot)
    QTest.keyClick(part.list, Qt.Key.Key_Escape)
    assert part.isHidden() and window.focusWidget() is window.view


def test_a_set_that_was_changed_is_said(open_window: Open, frozen_root: Path, qtbot: QtBot) -> None:
    path = shelf.path_of(frozen_root, "trial")
    path.write_bytes(path.read_bytes().replace(b"train", b"tra1n", 1))
    _, part = shown(open_window, frozen_root, qtbot)
    qtbot.waitUntil(lambda: any("changed after it was frozen" in line for line in told(part)), timeout=PATIENCE)
    assert part.list.count() == 1


def test_what_was_drawn_a_moment_ago_is_frozen_too(open_window: Open, root: Path, qtbot: QtBot) -> None:
    window, part = shown(open_window, root, qtbot)
    qtbot.waitUntil(lambda: part.new.cases.text() == "All cases (2)", timeout=PATIENCE)
    window.session.choose_tool("tool.box")
    window.session.perform(box(22, 22, 30, 30))
    assert window.session.saved_state is not SavedState.SAVED
    part.new.name.setText("fresh")
    part.new.freeze.click()
    qtbot.waitUntil(lambda: part.chosen is not None, timeout=PATIENCE)
    members = shelf.read(root, "fresh").members
    drawn = [shelf.revision_of(root, member) for member in members]
    assert sorted(sum(map(len, one.document.annotations.values())) for one in drawn if one is not None) == [2, 3]
