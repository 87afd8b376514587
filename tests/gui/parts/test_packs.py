"""A manager makes a pack for a person in the window and brings it back; what needs somebody is listed."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from annotator.domain.course import State
from annotator.domain.person import Person, Role
from annotator.gui.window import MainWindow
from annotator.workspace import people, revisions
from annotator.workspace.packs import merging
from tests.gui.conftest import Open, named
from tests.workspace.handover.accepted import TIME
from tests.workspace.test_packs import MANAGER, built, case_of, draw, heads, moved

__all__ = ["built"]
_TIMEOUT = 60_000


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "project")
    moved(tmp_path / "project", State.SECOND_PASS)
    return tmp_path / "project"


@pytest.fixture
def window(open_window: Open, root: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> MainWindow:
    monkeypatch.setenv("ANNOTATOR_PIN", "0000")
    window = open_window("--project", root, "--user", "최", "--role", "manager", next(root.rglob("dcm")))
    qtbot.waitUntil(lambda: window.session.scanning is None and bool(window.session.catalogue.by_uid), timeout=_TIMEOUT)
    window.parts.show("packs", True)
    return window


def told(window: MainWindow) -> str:
    return named(window, "packs.told", QLabel).text()


def pressed(window: MainWindow, name: str) -> None:
    button = named(window, name, QPushButton)
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def made(window: MainWindow, out: Path, qtbot: QtBot) -> Path:
    """Make a pack for 이; returns its project."""
    name = named(window, "packs.name", QComboBox)
    name.setCurrentIndex(name.findText("이"))
    named(window, "packs.folder", QLineEdit).setText(str(out))
    pressed(window, "packs.make")
    qtbot.waitUntil(lambda: told(window).startswith("Exchange pack for 이"), timeout=_TIMEOUT)
    (pack,) = out.iterdir()
    return pack / "project"


def test_a_pack_is_made_and_comes_back(window: MainWindow, root: Path, tmp_path: Path, qtbot: QtBot) -> None:
    assert not named(window, "packs.make", QPushButton).isEnabled() and not named(window, "packs.merge", QPushButton).isEnabled()
    pack = made(window, tmp_path / "out", qtbot)
    assert "1 cases" in told(window) and [person.name for person in people.read(pack)] == ["이"]
    draw(pack, "이", "annotator", 22, 22, 30, 30)
    before = heads(root)[0].document.count()
    named(window, "packs.pack", QLineEdit).setText(str(pack.parent))
    pressed(window, "packs.merge")
    qtbot.waitUntil(lambda: told(window).startswith("1 cases changed: 1 revisions"), timeout=_TIMEOUT)
    assert heads(root)[0].document.count() == before + 1
    qtbot.waitUntil(lambda: window.session.document.count() == before + 1, timeout=_TIMEOUT)


def test_conflicts_are_listed_and_both_versions_stay(window: MainWindow, root: Path, tmp_path: Path, qtbot: QtBot) -> None:
    pack = made(window, tmp_path / "out", qtbot)
    draw(pack, "이", "annotator", 22, 22, 30, 30)
    draw(root, "이", "annotator", 2, 22, 10, 30)
    named(window, "packs.pack", QLineEdit).setText(str(pack.parent))
    pressed(window, "packs.merge")
    rows = named(window, "packs.list", QTreeWidget)
    qtbot.waitUntil(lambda: rows.topLevelItemCount() == 1, timeout=_TIMEOUT)
    row = rows.topLevelItem(0)
    assert row is not None and row.text(0) == "conflict" and "changed in both places" in row.text(1)
    assert len(revisions.heads(root, case_of(root))[0]) == 2


def test_what_is_no_pack_is_said_and_nothing_changes(window: MainWindow, root: Path, tmp_path: Path, qtbot: QtBot) -> None:
    before = heads(root)
    (tmp_path / "nothing").mkdir()
    named(window, "packs.pack", QLineEdit).setText(str(tmp_path / "nothing"))
    pressed(window, "packs.merge")
    qtbot.waitUntil(lambda: "exchange pack" in told(window), timeout=_TIMEOUT)
    assert heads(root) == before and named(window, "packs.merge", QPushButton).isEnabled()


def test_stopping_leaves_no_pack(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    name = named(window, "packs.name", QComboBox)
    name.setCurrentIndex(name.findText("이"))
    named(window, "packs.folder", QLineEdit).setText(str(tmp_path / "out"))
    pressed(window, "packs.make")
    pressed(window, "packs.stop")
    qtbot.waitUntil(lambda: told(window) == "Stopped: no exchange pack was made", timeout=_TIMEOUT)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_who_has_several_roles_is_packed_for_as_one_of_them(window: MainWindow, root: Path) -> None:
    assert not named(window, "packs.role", QComboBox).isVisible()
    people.change(root, Person("이", frozenset({Role.ANNOTATOR, Role.REVIEWER})), MANAGER, TIME)
    window.session.read_people()
    window.parts.show("packs", True)
    name, role = named(window, "packs.name", QComboBox), named(window, "packs.role", QComboBox)
    name.setCurrentIndex(name.findText("이"))
    assert role.isVisible() and [role.itemData(place) for place in range(role.count())] == ["annotator", "reviewer"]


def test_only_managers_have_the_panel(open_window: Open, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANNOTATOR_PIN", "1234")
    window = open_window("--project", root, "--user", "이", "--role", "annotator")
    assert not window.commands.actions["packs.show"].isEnabled()


def test_merging_is_stopped_nothing_is_halved_and_merging_again_goes_on(
    window: MainWindow, root: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = made(window, tmp_path / "out", qtbot)
    draw(pack, "이", "annotator", 22, 22, 30, 30)
    before, stopped, whole = heads(root), threading.Event(), merging._whole

    def held(*about: object) -> None:
        whole(*about)  # type: ignore[arg-type]
        assert stopped.wait(_TIMEOUT / 1000)

    monkeypatch.setattr(merging, "_whole", held)
    named(window, "packs.pack", QLineEdit).setText(str(pack.parent))
    pressed(window, "packs.merge")
    assert named(window, "packs.progress", QProgressBar).isVisible() and not named(window, "packs.merge", QPushButton).isEnabled()
    pressed(window, "packs.stop")
    stopped.set()
    qtbot.waitUntil(lambda: told(window) == "Stopped. Merging again goes on from here", timeout=_TIMEOUT)
    assert heads(root) == before and not named(window, "packs.stop", QPushButton).isVisible()
    pressed(window, "packs.merge")
    qtbot.waitUntil(lambda: told(window).startswith("1 cases changed: 1 revisions"), timeout=_TIMEOUT)
    assert heads(root)[0].document.count() == before[0].document.count() + 1


def test_what_came_before_merging_was_stopped_is_shown(
    window: MainWindow, root: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = made(window, tmp_path / "out", qtbot)
    draw(pack, "이", "annotator", 22, 22, 30, 30)
    before, there, stopped, added = heads(root)[0].document.count(), threading.Event(), threading.Event(), merging._added

    def held(one: merging.Merged, other: merging.Merged) -> merging.Merged:
        there.set()
        assert stopped.wait(_TIMEOUT / 1000)
        return added(one, other)

    monkeypatch.setattr(merging, "_added", held)
    named(window, "packs.pack", QLineEdit).setText(str(pack.parent))
    pressed(window, "packs.merge")
    qtbot.waitUntil(there.is_set, timeout=_TIMEOUT)
    pressed(window, "packs.stop")
    stopped.set()
    qtbot.waitUntil(lambda: told(window) == "Stopped. Merging again goes on from here", timeout=_TIMEOUT)
    qtbot.waitUntil(lambda: window.session.document.count() == before + 1, timeout=_TIMEOUT)
