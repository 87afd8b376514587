"""How soon the table of an intake shows its first rows, and how the window fares while a large export is read beside it.

`ANNOTATOR_BENCH_SCALE=10` makes the export of 100 000 files that the budget speaks of; without it there are 10 000.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.gui.covers.intake import IntakePart
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import Stalls, closed, opened_window, spin
from tests.benchmarks.table import Budget, Row
from tests.dicom.written import dataset, saved

FILES = int(10_000 * float(os.environ.get("ANNOTATOR_BENCH_SCALE", "1")))
SLICES, WATCHED = 100, 20.0
"""Files of a series; seconds for which the window is used while the rest is read."""
PATIENT, SLICE, PLACE = b"77777", b"88888", b"99999.0"


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Series of a hundred slices, written from one file in which numbers are replaced."""
    folder = tmp_path_factory.mktemp("export")
    study = "1.2.8." + PATIENT.decode()
    path = saved(dataset(
        np.zeros((16, 16), np.uint16), PatientID=PATIENT.decode(), PatientName="Kim^" + PATIENT.decode(), StudyInstanceUID=study,
        SeriesInstanceUID=study + ".1", SOPInstanceUID=f"{study}.1.{SLICE.decode()}", ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0], ImagePositionPatient=["0", "0", PLACE.decode()], PixelSpacing=[1, 1], SliceThickness=5,
        StudyDate="20230105", BurnedInAnnotation="NO", SeriesDescription="CHEST",
    ), folder / "one.dcm")  # fmt: skip
    template = path.read_bytes()
    path.unlink()
    for number in range(FILES):
        patient, place = divmod(number, SLICES)
        if place == 0:
            (folder / f"{patient:05d}").mkdir()
        made = template.replace(PATIENT, b"%05d" % (patient + 10_000)).replace(SLICE, b"%05d" % (place + 10_000))
        (folder / f"{patient:05d}" / f"{place:04d}.dcm").write_bytes(made.replace(PLACE, b"%05d.0" % (5 * place)))
    return folder


def spin_for(seconds: float) -> None:
    """Let the event loop turn for a while."""
    end = time.monotonic() + seconds
    spin(lambda: time.monotonic() >= end)


def test_the_table_is_used_while_the_export_is_read(export: Path, lung_project: Path, note: Note) -> None:
    """The key opens the intake, the folder is named, and the person goes through the rows while they become more."""
    window = opened_window("--project", lung_project)
    window.commands.actions["project.intake"].trigger()
    part = window.parts.widget("intake")
    assert isinstance(part, IntakePart)
    part.folder.setText(str(export))
    begun = time.perf_counter()
    part.read()
    spin(lambda: part.table.series.rowCount() > 0, 300.0)
    first = 1000 * (time.perf_counter() - begun)
    stalls = Stalls()
    stalls.start()
    end = time.monotonic() + WATCHED
    while window.session.exchanging is not None and time.monotonic() < end:
        QTest.keyClick(part.table, Qt.Key.Key_Down)
        spin_for(0.03)
    pause, rows = 1000 * stalls.stop(), part.table.series.rowCount()
    note(Row(f"intake of {FILES} files: first rows", first, budget=Budget(most=1000)))
    note(Row(f"… longest pause of the window while it is used, {rows} rows", pause, budget=Budget(most=33)))
    part.running.stop.click()
    spin(lambda: window.session.exchanging is None, 120.0)
    closed(window)
