"""A folder of very many small images: patients with two series of 200 slices each, written from one template by changing bytes in place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.uid import CTImageStorage

from annotator.dicom.phantom.writer import Patient, Series, header, plane, store

IMAGES, SERIES_OF_PATIENT, FIRST = 200, 2, 10_000
"""Slices of a series, series of a patient, and the number from which everything is counted, so that all numbers have as many digits."""
_ROOT = "1.2.826.0.1.3680043.10.999"


def archive(folder: Path, files: int) -> None:
    """Write `files` images of 16 × 16 pixels below `folder`: `P10000/S10000/IM10000.dcm` …"""
    template = _template(folder / "template.dcm")
    for number in range(files):
        series, image = FIRST + number // IMAGES, FIRST + number % IMAGES
        patient = FIRST + number // (IMAGES * SERIES_OF_PATIENT)
        content = template
        for old, new in (
            (f"{_ROOT}.1.{FIRST}.{FIRST}", f"{_ROOT}.1.{series}.{image}"),
            (f"{_ROOT}.2.{FIRST}", f"{_ROOT}.2.{series}"),
            (f"{_ROOT}.3.{FIRST}", f"{_ROOT}.3.{patient}"),
            (f"P{FIRST}", f"P{patient}"),
            (f"\\{FIRST}.0", f"\\{image}.0"),
        ):
            content = content.replace(old.encode(), new.encode())
        place = folder / f"P{patient}" / f"S{series}"
        if number % IMAGES == 0:
            place.mkdir(parents=True)
        (place / f"IM{image}.dcm").write_bytes(content)


def _template(path: Path) -> bytes:
    series = Series("archive", "1", Patient(f"PHANTOM^P{FIRST}", f"P{FIRST}", "M", "060Y"), "CT", 2, "흉부 CT", "Chest")
    more = plane(series, (1, 0, 0, 0, 1, 0), (0.7, 0.7), 1.0)
    dataset = header(series, CTImageStorage, **more, RescaleIntercept="-1024", RescaleSlope="1", WindowCenter="40", WindowWidth="400")
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{_ROOT}.3.{FIRST}", f"{_ROOT}.2.{FIRST}"
    dataset.FrameOfReferenceUID = f"{_ROOT}.3.{FIRST}.1"
    dataset.ImagePositionPatient = ["-10.0", "-10.0", f"{FIRST}.0"]
    store(dataset, series, 1, np.arange(256, dtype=np.uint16).reshape(16, 16), 12, path)
    made = path.read_bytes()
    path.unlink()
    return made.replace(dataset.SOPInstanceUID.encode(), f"{_ROOT}.1.{FIRST}.{FIRST}".ljust(len(dataset.SOPInstanceUID), "\0").encode())
