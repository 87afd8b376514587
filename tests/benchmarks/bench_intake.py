"""What an intake costs beside reading and writing the same files with pydicom alone, in this process and on the same disk."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from annotator.progress import Report
from annotator.workspace.intake import running
from annotator.workspace.projects import create
from tests.benchmarks.bench_checking import spent
from tests.benchmarks.conftest import Note
from tests.benchmarks.table import Budget, Row
from tests.dicom.written import dataset, saved

SLICES = 40
FACTS: dict[str, Any] = {
    "PatientBirthDate": "19600102", "PatientSex": "F", "PatientAge": "061Y", "StudyDate": "20230105",
    "StudyTime": "101112", "AccessionNumber": "A1", "InstitutionName": "Hospital", "StudyDescription": "Chest",
    "SeriesDescription": "CHEST", "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "PixelSpacing": [0.7, 0.7], "SliceThickness": 5, "KVP": "120", "ConvolutionKernel": "B60f", "Manufacturer": "SIEMENS",
    "WindowCenter": -600, "WindowWidth": 1500, "RescaleSlope": 1, "RescaleIntercept": -1024, "BurnedInAnnotation": "NO",
    "BodyPartExamined": "CHEST", "PatientPosition": "HFS",
}  # fmt: skip


def export(folder: Path, count: int, side: int) -> list[Path]:
    """Write so many native files of this size."""
    folder.mkdir(parents=True)
    dice, paths = np.random.default_rng(0), []
    for number in range(count):
        patient, place = divmod(number, SLICES)
        study = f"1.2.{side}.{patient}"
        facts = {**FACTS, "PatientID": f"{patient:07d}", "PatientName": f"Kim^N{patient}", "StudyInstanceUID": study}
        made = dataset(
            dice.integers(0, 4000, (side, side)).astype(np.uint16), SeriesInstanceUID=f"{study}.1", SOPInstanceUID=f"{study}.1.{place + 1}",
            FrameOfReferenceUID=f"{study}.9", SeriesNumber=1, InstanceNumber=place + 1, ImagePositionPatient=[0, 0, place * 5.0], **facts,
        )  # fmt: skip
        paths.append(saved(made, folder / f"{patient:05d}-{place:04d}.dcm"))
    return paths


def copied(paths: list[Path], to: Path) -> None:
    """Read and write each file with pydicom."""
    for path in paths:
        pydicom.dcmread(path).save_as(to / path.name)


@pytest.mark.parametrize(("count", "side"), [(20_000, 64), (500, 512)])
def test_intake_of_native_files(count: int, side: int, benchmark: BenchmarkFixture, tmp_path: Path, note: Note) -> None:
    """Survey, ids, de-identification and writing; the table, the confirmation and the report are in it."""
    paths = export(tmp_path / "export", count, side)
    (tmp_path / "copies").mkdir()
    (tmp_path / "warm").mkdir()
    copied(paths[:200], tmp_path / "warm")
    begun, used = time.perf_counter(), spent(lambda: copied(paths, tmp_path / "copies"))
    peer = time.perf_counter() - begun
    project = create("lung-cancer", tmp_path / "project")

    def taken() -> int:
        course = running.begin(project, tmp_path / "export", None, tmp_path / "kept")
        running.gather(course, Report(), 1)
        return running.carry_out(course, ("A", "B"), lambda: "now", Report(), 1)[0].written

    written: list[int] = []
    begun, cpu = time.perf_counter(), spent(lambda: written.append(benchmark.pedantic(taken, rounds=1)))
    own = time.perf_counter() - begun
    assert written == [count]
    what = f"intake of {count} files of {side}²"
    note(Row(f"{what}, clock", own * 1000, "pydicom", peer * 1000, Budget(ratio=2.0)))
    note(Row(f"{what}, processors", cpu * 1000, "pydicom", used * 1000, Budget(ratio=2.0)))
