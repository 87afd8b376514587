"""The project is checked beside the window: findings are listed, sifted, and lead to their image; it can be cancelled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.gui.covers.check import CheckPart
from annotator.gui.window import MainWindow
from annotator.progress import Report
from tests.gui.conftest import Open, until_painted
from tests.workspace.checking.trees import amend, clean_project, the


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clean_project(tmp_path_factory.mktemp("clean"))


@pytest.fixture
def root(clean: Path, tmp_path: Path) -> Path:
    """A project with an error on the third image and a remark on the second."""
    root = Path(shutil.copytree(clean, tmp_path / "project"))
    amend(the(root, "*_0003.dcm"), PatientName="Hong^Gildong")
    amend(the(root, "*_0002.dcm"), ReferringPhysicianName="Kim")
    return root


@pytest.fixture
def window(open_window: Open, root: Path, qtbot: QtBot) -> MainWindow:
    opened = open_window("--project", root, root / "lung_cancer")
    until_painted(qtbot, opened)
    return opened


def shown(window: MainWindow) -> CheckPart:
    window.commands.actions["project.examine"].trigger()
    part = window.parts.widget("check")
    assert isinstance(part, CheckPart) and part.isVisible()
    return part


def checked(window: MainWindow, qtbot: QtBot) -> CheckPart:
    part = shown(window)
    QTest.keyClick(part.begin, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.exchanging is None and part.seen is not None, timeout=30_000)
    return part


def test_enter_checks_and_the_findings_are_listed_errors_first(window: MainWindow, qtbot: QtBot) -> None:
    part = checked(window, qtbot)
    assert [(finding.check, finding.severity.value) for finding in part.model.findings] == [
        ("header-names-nobody", "error"), ("header-names-nobody", "remark")]  # fmt: skip
    assert "1 errors, 1 remarks" in part.told.text()
    assert part.table.currentIndex().row() == 0 and window.focusWidget() is part.table


def test_only_errors_or_only_remarks_can_be_shown(window: MainWindow, qtbot: QtBot) -> None:
    part = checked(window, qtbot)
    for key, count in (("error", 1), ("remark", 1), ("all", 2)):
        part.which.setCurrentIndex(part.which.findData(key))
        assert part.model.rowCount() == count


def test_a_finding_leads_to_its_image(window: MainWindow, qtbot: QtBot) -> None:
    part = checked(window, qtbot)
    path = part.model.findings[0].path
    QTest.keyClick(part.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.image is not None and window.session.image.path.endswith(path), timeout=10_000)
    assert part.isHidden() and window.focusWidget() is window.view


def test_a_finding_of_an_image_that_is_not_open_opens_its_series_beside(open_window: Open, root: Path, chest: Path, qtbot: QtBot) -> None:
    window = open_window("--project", root, chest)
    until_painted(qtbot, window)
    part = checked(window, qtbot)
    part.show_image.click()
    qtbot.waitUntil(lambda: window.session.image is not None and "_0003.dcm" in window.session.image.path, timeout=20_000)
    assert len(window.session.catalogue.by_uid) == 2


def test_it_can_be_cancelled(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Report, "advance", lambda self, count=1, subject="": self.cancel() or self.check())
    part = shown(window)
    part.begin.click()
    qtbot.waitUntil(lambda: window.session.exchanging is None, timeout=30_000)
    assert part.seen is None and "Stopped" in part.told.text() and part.begin.isEnabled()
