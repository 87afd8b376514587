"""Draw, save and leave one case after the other in the product's window; the megabytes that the process holds half-way and at the end."""

from __future__ import annotations

import gc
import sys
import tempfile
from pathlib import Path

import pydicom
from pydicom.uid import generate_uid

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.notice import SavedState
from annotator.workspace.projects import create
from tests.benchmarks.peers import tell
from tests.benchmarks.scenes import idle, opened_window, outline, resident, spin

cases, outlines, corners = map(int, sys.argv[1:])
folder = Path(tempfile.mkdtemp())
chest_ct(folder / "one", slices=1, size=128)
dataset = pydicom.dcmread(next((folder / "one").rglob("*.dcm")))
for number in range(cases):
    dataset.PatientID, dataset.PatientName = f"P{number:04d}", f"Phantom^{number:04d}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID = (generate_uid(None) for _ in range(3))
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    path = folder / "all" / f"{number:04d}" / "1.dcm"
    path.parent.mkdir(parents=True)
    dataset.save_as(path)
window = opened_window("--project", create("lung-cancer", folder / "project").root, folder / "all")
session = window.session
spin(lambda: session.scanning is None)
held: list[float] = []
for uid in tuple(session.catalogue.by_uid):
    session.open_series(uid)
    spin(lambda: session.picture is not None)
    for number in range(outlines):
        session.perform(Stroke(Makes.REGION, tuple(outline(64.0, 64.0, 20.0 + 3 * number, corners))), 1.0)
    session.save()
    spin(lambda: session.saved_state is SavedState.SAVED)
    idle()
    gc.collect()
    held.append(resident())
tell(half=held[cases // 2 - 1], end=held[-1])
window.close()
