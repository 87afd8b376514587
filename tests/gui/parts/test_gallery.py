"""The gallery passes pages of lesions by Enter, leaves what is flagged, and logs how long each tile was looked at."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.domain.course import MOVE, State, Step
from annotator.domain.person import Acting, Person, Role
from annotator.gui.covers.gallery import GalleryPart
from annotator.gui.window import MainWindow
from annotator.workspace import log, people, projects, steps, worklist
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.gui.conftest import Open, until_painted
from tests.workspace.study import box

Key = Qt.Key
CONTROL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
MANAGER = Acting("최", Role.MANAGER)


@pytest.fixture
def root(tmp_path: Path, two_series: Path) -> Path:
    """Two CT cases in review, two lesions in the first, one in the second."""
    root = projects.create("lung-cancer", tmp_path / "lung").root
    session = Session(projects.open_project(root), Immediate(), author="이", clock=lambda: "2026-03-01")
    session.open_folder([two_series])
    for number, series in enumerate(session.catalogue.in_order):
        session.open_series(series.uid, 1)
        session.choose_tool("tool.box")
        session.perform(box(4, 4, 10, 12))
        if number == 0:
            session.perform(box(18, 18, 26, 24))
    session.close()
    people.change(root, Person("최", frozenset({Role.MANAGER})), Acting("root"), "2026-03-05")
    people.change(root, Person("박", frozenset({Role.REVIEWER})), MANAGER, "2026-03-05")
    for case in (root / ".annotator" / "cases").iterdir():
        for state in (State.SECOND_PASS, State.MACHINE_CHECK, State.REVIEW):
            steps.take(root, Step(case.name, 0, MOVE, "", "", "2026-03-05", after=state), MANAGER, ())
    return root


def verdicts(root: Path) -> list[str]:
    """The cases that have a verdict, as `1` (two lesions) or `2`."""
    return sorted(case.name for case in (root / ".annotator" / "cases").iterdir() if steps.standing(root, case.name).verdicts)


@pytest.fixture
def gallery(open_window: Open, root: Path, two_series: Path, qtbot: QtBot) -> GalleryPart:
    window = open_window("--project", root, "--user", "박", "--role", "reviewer", two_series)
    until_painted(qtbot, window)
    QTest.keyClick(window.view, Key.Key_G, CONTROL_ALT)
    found = window.findChild(GalleryPart)
    assert found is not None and QApplication.focusWidget() is found
    qtbot.waitUntil(lambda: all(card.shown is not None for card in found.cards[:3]), timeout=10_000)
    return found


def window_of(gallery: GalleryPart) -> MainWindow:
    found = gallery.window()
    assert isinstance(found, MainWindow)
    return found


def test_enter_passes_every_case_of_the_page(gallery: GalleryPart, root: Path, qtbot: QtBot) -> None:
    assert len(gallery.shown) == 3 and min(card.width() for card in gallery.cards) >= 256
    assert len({card.shown.tile.side for card in gallery.cards[:3]}) == 1
    QTest.keyClick(gallery, Key.Key_Return)
    qtbot.waitUntil(lambda: len(verdicts(root)) == 2, timeout=10_000)
    qtbot.waitUntil(lambda: not gallery.tiles, timeout=10_000)
    looks = [row for row in log.read(root) if row.action == "look"]
    assert [row.facts["tile"] for row in looks] == ["passed"] * 3
    assert all(float(row.facts["seconds"]) >= 0 for row in looks) and list(log.verify(root)) == []


def test_a_flagged_lesion_keeps_its_case_back_and_opens_in_full(gallery: GalleryPart, root: Path, qtbot: QtBot) -> None:
    QTest.keyClick(gallery, Key.Key_Right)
    QTest.keyClick(gallery, Key.Key_F)
    flagged = gallery.shown[1]
    QTest.keyClick(gallery, Key.Key_Return)
    qtbot.waitUntil(lambda: not gallery.isVisible(), timeout=10_000)
    assert len(verdicts(root)) == 1 and flagged.case not in verdicts(root)
    session = window_of(gallery).session
    assert session.image is not None and session.image.key == flagged.image.key
    assert session.selection == frozenset({flagged.annotation.id})


def test_holding_h_hides_the_outlines_and_arrows_choose(gallery: GalleryPart) -> None:
    QTest.keyPress(gallery, Key.Key_H)
    assert all(card.bare for card in gallery.cards)
    QTest.keyRelease(gallery, Key.Key_H)
    assert not any(card.bare for card in gallery.cards)
    QTest.keyClick(gallery, Key.Key_Right)
    QTest.keyClick(gallery, Key.Key_Right)
    assert [card.current for card in gallery.cards[:3]] == [False, False, True]


def test_what_is_wanted_in_full_is_opened_before_the_page_passes(open_window: Open, root: Path, two_series: Path, qtbot: QtBot) -> None:
    path = root / "project.toml"
    path.write_text(path.read_text("utf-8").replace("full_view = 0.0", "full_view = 1.0"), "utf-8")
    window = open_window("--project", root, "--user", "박", "--role", "reviewer", two_series)
    until_painted(qtbot, window)
    QTest.keyClick(window.view, Key.Key_G, CONTROL_ALT)
    gallery = window.findChild(GalleryPart)
    qtbot.waitUntil(lambda: not gallery.busy and len(gallery.shown) == 3, timeout=10_000)
    QTest.keyClick(gallery, Key.Key_Return)
    assert verdicts(root) == [] and "3" in gallery.foot.text()
    for number in range(3):
        gallery.cards[number].chosen.emit(number)
        QTest.keyClick(gallery, Key.Key_O)
        assert not gallery.isVisible()
        QTest.keyClick(window.view, Key.Key_G, CONTROL_ALT)
        qtbot.waitUntil(lambda: not gallery.busy and len(gallery.shown) == 3, timeout=10_000)
    QTest.keyClick(gallery, Key.Key_Return)
    qtbot.waitUntil(lambda: len(verdicts(root)) == 2, timeout=10_000)
    assert [row.facts["tile"] for row in log.read(root) if row.action == "look"].count("full") == 3


@pytest.fixture
def closed(open_window: Open, root: Path, two_series: Path, tmp_path: Path, qtbot: QtBot) -> GalleryPart:
    """The gallery of a reviewer who opened only the folder of the second case; the first is known to the worklist."""
    window = open_window("--project", root, "--user", "박", "--role", "reviewer", two_series)
    until_painted(qtbot, window)
    cases = [series.uid for series in window.session.catalogue.in_order]
    qtbot.waitUntil(lambda: all(entry.place for entry in window.session.worklist.entries()) and window.session.worklist.count() == 2)
    folder = Path(window.session.catalogue.by_uid[cases[1]].images[0].path).parent
    window.session.open_folder([folder])
    qtbot.waitUntil(lambda: list(window.session.catalogue.by_uid) == [cases[1]] and window.session.scanning is None, timeout=10_000)
    until_painted(qtbot, window)
    QTest.keyClick(window.view, Key.Key_G, CONTROL_ALT)
    found = window.findChild(GalleryPart)
    assert found is not None
    return found


def test_lesions_of_folders_that_are_not_open_are_shown_and_passed(closed: GalleryPart, root: Path, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(closed.tiles) == 3, timeout=10_000)
    qtbot.waitUntil(lambda: all(card.shown is not None for card in closed.cards[:3]), timeout=10_000)
    assert len({tile.case for tile in closed.tiles}) == 2 and len(window_of(closed).session.catalogue.by_uid) == 1
    QTest.keyClick(closed, Key.Key_Return)
    qtbot.waitUntil(lambda: len(verdicts(root)) == 2, timeout=10_000)
    qtbot.waitUntil(lambda: not closed.tiles, timeout=10_000)


def test_a_tile_of_a_closed_folder_opens_it_at_the_lesion(closed: GalleryPart, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(closed.tiles) == 3, timeout=10_000)
    session, place = window_of(closed).session, len(closed.tiles) - 1
    tile = closed.tiles[place]
    assert tile.case not in session.catalogue.by_uid
    closed._go(place)
    QTest.keyClick(closed, Key.Key_O)
    qtbot.waitUntil(lambda: session.series is not None and session.series.uid == tile.case, timeout=10_000)
    assert session.image is not None and session.image.key == tile.image.key
    qtbot.waitUntil(lambda: session.selection == frozenset({tile.annotation.id}), timeout=10_000)


def test_images_that_are_not_there_are_said_in_one_line(
    open_window: Open, root: Path, two_series: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    shutil.copytree(two_series, tmp_path / "moved")
    window = open_window("--project", root, "--user", "박", "--role", "reviewer", tmp_path / "moved")
    qtbot.waitUntil(lambda: window.session.worklist.count() == 2 and window.session.scanning is None, timeout=10_000)
    qtbot.waitUntil(lambda: all(str(tmp_path) in entry.place for entry in window.session.worklist.entries()), timeout=10_000)
    gone = tmp_path / "moved" / "1"
    window.session.open_folder([tmp_path / "moved" / "2"])
    qtbot.waitUntil(lambda: len(window.session.catalogue.by_uid) == 1 and window.session.scanning is None, timeout=10_000)
    shutil.rmtree(gone)
    for record in root.glob(".annotator/cases/*/rev-*.json"):
        assert str(two_series) in record.read_text("utf-8")
    two = tmp_path / "aside"
    two_series.rename(two)
    try:
        window.parts.show("gallery", True)
        gallery = window.findChild(GalleryPart)
        assert gallery is not None
        qtbot.waitUntil(lambda: "1 cases are not shown" in gallery.foot.text(), timeout=10_000)
        assert {tile.case for tile in gallery.tiles} == set(window.session.catalogue.by_uid)
    finally:
        two.rename(two_series)


def test_the_gallery_opens_without_a_folder_and_shows_what_the_worklist_knows(
    open_window: Open, root: Path, two_series: Path, qtbot: QtBot
) -> None:
    folder = projects.open_project(root)
    worklist.find_cases(folder, worklist.Worklist(folder), [two_series])
    window = open_window("--project", root, "--user", "박", "--role", "reviewer")
    window.parts.show("start_page", False)
    QTest.keyClick(window, Key.Key_G, CONTROL_ALT)
    gallery = window.findChild(GalleryPart)
    assert gallery is not None and not window.session.catalogue.by_uid
    qtbot.waitUntil(lambda: len(gallery.tiles) == 3, timeout=10_000)
