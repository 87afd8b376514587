"""The display, the images and the table that all benchmarks share."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.workspace.projects import create
from tests.benchmarks.table import Row, written

SLICES, SLICE = 275, 512
_rows: list[Row] = []
Note = Callable[[Row], None]


@pytest.fixture(scope="session", autouse=True)
def screen() -> Iterator[None]:
    """A virtual display for every process of the run, where Xvfb is installed and nobody brought a display along."""
    server = shutil.which("Xvfb")
    if os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "xcb"
    if os.environ.get("DISPLAY") or server is None:
        yield
        return
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        with os.fdopen(reading) as number:
            os.environ["DISPLAY"] = f":{number.readline().strip()}"
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        yield
        application = QApplication.instance()
        if application is not None:
            application.shutdown()
        process.terminate()


@pytest.fixture(scope="session")
def chest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a chest CT of 275 slices of 512 × 512 (145 MB)."""
    folder = tmp_path_factory.mktemp("chest")
    chest_ct(folder, slices=SLICES, size=SLICE)
    return folder


@pytest.fixture(scope="session")
def breast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one mammogram of 4084 × 3328."""
    from tests.benchmarks.scenes import mammogram

    folder = tmp_path_factory.mktemp("breast")
    mammogram(folder)
    return folder


@pytest.fixture
def lung_project(tmp_path: Path) -> Path:
    """A lung project."""
    return create("lung-cancer", tmp_path / "lung").root


@pytest.fixture
def any_project(tmp_path: Path) -> Path:
    """A project that takes any image."""
    return create("scratch", tmp_path / "any").root


@pytest.fixture
def note() -> Note:
    """Takes a line of the table."""
    return _rows.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    if _rows:
        terminalreporter.section("product and peers, milliseconds")
        for line in written(_rows):
            terminalreporter.write_line(line)
