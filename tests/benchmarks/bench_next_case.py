"""How long the next case takes to be on the screen after Ctrl+Enter, while the one before is being saved."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.uid import (
    CTImageStorage,
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalXRayImageStorageForPresentation,
    RLELossless,
)
from PySide6.QtTest import QTest

from annotator.dicom.phantom.writer import Patient, Series, header, store
from annotator.gui.area import PaneArea
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.projects import create
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import MAMMOGRAM, Qt, closed, idle, opened, spin
from tests.benchmarks.table import Budget, Row, late, middle

CASES, SLICES, XRAY = 9, 150, (3000, 3000)
CODER = shutil.which("dcmcjpeg")
VIEWS = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))


def grain(rows: int, columns: int, seed: int) -> Any:
    """A picture of 12 bits with enough grain that no coding makes it small."""
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    light = 1500 + 1200 * np.sin(x / columns * 5 + seed) * np.cos(y / rows * 4)
    return np.clip(light + np.random.default_rng(seed).normal(0, 25, (rows, columns)), 0, 4095).astype(np.uint16)


def owner(number: int) -> Patient:
    return Patient(f"PHANTOM^{number:02d}", f"B{number:03d}", "F", "052Y")


def x_rays(folder: Path) -> None:
    """X-rays of 3000 × 3000, compressed."""
    values = grain(*XRAY, 1)
    for number in range(CASES):
        series = Series(f"xray{number}", "1", owner(number), "DX", 1, "Chest", "PA")
        dataset = header(series, DigitalXRayImageStorageForPresentation, ViewPosition="PA", WindowCenter="1500", WindowWidth="3000")
        path = folder / f"{number}.dcm"
        store(dataset, series, 1, np.roll(values, 37 * number, axis=1), 12, path)
        compressed(path)


def compressed(path: Path) -> None:
    """Code a file anew: as JPEG Lossless (SV1) where dcmtk's coder is installed, else run-length."""
    from pydicom import dcmread

    if CODER is not None:
        subprocess.run([CODER, "+e1", path, path.with_suffix(".part")], check=True)
        path.with_suffix(".part").replace(path)
        return
    dataset = dcmread(path)
    dataset.compress(RLELossless, encoding_plugin="pydicom")
    dataset.save_as(path)


def scans(folder: Path) -> None:
    """CTs of 150 slices of 512 × 512."""
    values = grain(512, 512, 2)
    for number in range(CASES):
        series = Series(f"ct{number}", "1", owner(number), "CT", 1, "Chest CT", "axial")
        (folder / str(number)).mkdir()
        for place in range(SLICES):
            more = {"ImagePositionPatient": [0, 0, 2.0 * place], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PixelSpacing": [0.7, 0.7]}
            dataset = header(series, CTImageStorage, **more, RescaleSlope="1", RescaleIntercept="-1024")
            store(dataset, series, place + 1, np.roll(values, place + number, axis=0), 12, folder / str(number) / f"{place:03d}.dcm")


def mammograms(folder: Path) -> None:
    """Four mammograms of 4084 × 3328 a case."""
    values = grain(*MAMMOGRAM, 3)
    for number in range(CASES):
        for place, (side, view) in enumerate(VIEWS):
            series = Series(f"mg{number}", str(place), owner(number), "MG", place + 1, "Mammography", f"{side} {view}")
            more = {"ViewPosition": view, "ImageLaterality": side, "WindowCenter": "1500", "WindowWidth": "3000"}
            dataset = header(series, DigitalMammographyXRayImageStorageForPresentation, **more)
            store(dataset, series, 1, np.roll(values, 31 * number + place, axis=1), 12, folder / f"{number}{side}{view}.dcm")


SCENES = {
    f"X-ray 3000², {'JPEG Lossless' if CODER else 'run-length coded'}": (x_rays, "scratch", Arrangement()),
    "CT of 150 slices": (scans, "lung-cancer", Arrangement()),
    "four mammograms, in four views": (mammograms, "breast-cancer", Arrangement.grid(2, 2)),
}


def shown(area: PaneArea) -> bool:
    """Whether every view that has an image shows it."""
    return all(
        frame.pane.image is None or (frame.pane.picture is not None and frame.view.property("image_uid") == frame.pane.image.key.uid)
        for frame in area.frames
    )


def ready(window: MainWindow) -> bool:
    """Whether everything is decoded that is wanted, and everything saved."""
    pictures = window.session._pictures
    return not pictures._running and not pictures._wanted and window.session.saved_state.value == "saved"


@pytest.mark.parametrize("name", SCENES)
def test_the_next_case(note: Note, tmp_path: Path, name: str) -> None:
    """A box is drawn, the next cases are decoded meanwhile, then Ctrl+Enter until the next case is painted."""
    write, template, arrangement = SCENES[name]
    (tmp_path / "images").mkdir()
    write(tmp_path / "images")
    window = opened("--project", create(template, tmp_path / "project").root, tmp_path / "images").window
    session = window.session
    session.arrange(arrangement)
    session.choose_tool("tool.box")
    times, stayed = [], []
    for _ in range(CASES - 1):
        spin(lambda: shown(window.area) and ready(window))
        session.perform(Stroke(Makes.BOX, ((100.0, 100.0), (180.0, 160.0))))
        idle()
        before = session.series
        start = time.perf_counter()
        QTest.keyClick(window.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        spin(lambda: shown(window.area))
        times.append(time.perf_counter() - start)
        stayed.append(session.series is before)
    spin(lambda: ready(window))
    closed(window)
    assert not any(stayed)
    note(Row(f"Ctrl+Enter → painted: {name}", middle(times)))
    note(Row("… p95", late(times, 95), budget=Budget(most=100)))
