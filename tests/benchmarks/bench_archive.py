"""How a folder of very many files opens, for the first time and when it is known, and whether the window answers meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from annotator.gui.window import MainWindow
from tests.benchmarks.archive import archive
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import Stalls, closed, idle, opened_window, painted, resident, spin
from tests.benchmarks.table import Budget, Row

FILES = int(os.environ.get("ANNOTATOR_BENCH_FILES", "100000"))
SETTLED = 3.5
"""Seconds after which no file counts as just written."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder."""
    folder = tmp_path_factory.mktemp("archive")
    archive(folder, FILES)
    time.sleep(SETTLED)
    return folder


def opening(window: MainWindow, folder: Path) -> tuple[float, float, float]:
    """Open a folder to its end; returns the seconds until its first image was painted, until all was found, and the longest stall."""
    watch = Stalls()
    watch.start()
    start = time.perf_counter()
    window.open_paths([folder])
    spin(lambda: painted(window))
    first = time.perf_counter() - start
    spin(lambda: window.session.scanning is None, 1200)
    whole = time.perf_counter() - start
    idle()
    return first, whole, watch.stop()


def test_a_folder_of_very_many_files(benchmark: BenchmarkFixture, note: Note, many: Path, any_project: Path) -> None:
    window = opened_window("--project", any_project)
    before = resident()
    first, whole, stall = opening(window, many)
    note(Row(f"folder of {FILES} new files → first image", 1000 * first, budget=Budget(most=1000)))
    note(Row("… all headers read", 1000 * whole))
    note(Row("… longest stall of the window meanwhile", 1000 * stall, budget=Budget(most=33)))
    note(Row("… memory that it adds, MB", resident() - before, budget=Budget(most=300)))
    closed(window)
    window = opened_window("--project", any_project)
    first, whole, stall = benchmark.pedantic(lambda: opening(window, many), rounds=1)
    note(Row(f"folder of {FILES} known files → first image", 1000 * first))
    note(Row("… all of it in the tree", 1000 * whole, budget=Budget(most=2000)))
    note(Row("… longest stall of the window meanwhile", 1000 * stall, budget=Budget(most=33)))
    closed(window)
