"""Write exports as a hospital hands them in: studies of CT and X-ray with names, captures and what else lies between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom.uid import SecondaryCaptureImageStorage

from annotator.workspace.intake import running
from annotator.workspace.projects import ProjectFolder, create
from tests.dicom.written import dataset, saved

SIDE = 8


def image(path: Path, seed: int, **attributes: Any) -> Path:
    """Write one image whose pixels nobody else has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 4000, (SIDE, SIDE)).astype(np.uint16)
    return saved(dataset(pixels, **attributes), path)


def ct(folder: Path, patient: str = "00123", name: str = "Kim^Minsu", *, series: int = 1, slices: int = 4, thickness: float = 5.0,
       left_out: tuple[int, ...] = (), seed: int = 0, **attributes: Any) -> list[Path]:  # fmt: skip
    """Write an axial series of chest CT."""
    study = f"1.2.{int(patient.encode().hex(), 16)}"
    return [
        image(
            folder / f"{patient}-{series}-{place}.dcm", seed * 1000 + series * 100 + place,
            PatientID=patient, PatientName=name, PatientBirthDate="19600102", PatientSex="F", PatientAge="061Y", StudyDate="20230105",
            StudyInstanceUID=study, SeriesInstanceUID=f"{study}.{series}", SOPInstanceUID=f"{study}.{series}.{place + 1}",
            SeriesNumber=series, InstanceNumber=place + 1, SeriesDescription="CHEST LUNG", ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
            ImagePositionPatient=[0, 0, place * 5.0], ImageOrientationPatient=[1, 0, 0, 0, 1, 0], PixelSpacing=[1, 1],
            SliceThickness=thickness, BurnedInAnnotation="NO", InstitutionName="Seoul Hospital", **attributes,
        )
        for place in range(slices)
        if place not in left_out
    ]  # fmt: skip


def xray(path: Path, patient: str = "777", *, view: str = "PA", seed: int = 7, **attributes: Any) -> Path:
    """Write a chest X-ray."""
    study = f"1.3.{int(patient.encode().hex(), 16)}.{seed}"
    facts = {"PatientName": "Lee^Youngja", "ImageType": ["ORIGINAL", "PRIMARY"], "BurnedInAnnotation": "NO"}
    return image(
        path, seed, Modality="DX", PatientID=patient, StudyInstanceUID=study, SeriesInstanceUID=f"{study}.1", SOPInstanceUID=f"{study}.1.1",
        ViewPosition=view, StudyDate="20230106", **{**facts, **attributes},
    )  # fmt: skip


def capture(path: Path) -> Path:
    """Write a secondary capture."""
    facts = {"SOPInstanceUID": "1.9.9", "SeriesInstanceUID": "1.9", "PatientID": "1"}
    return image(path, 99, SOPClassUID=SecondaryCaptureImageStorage, Modality="OT", **facts)


def project(folder: Path, definition: str = "lung-cancer") -> ProjectFolder:
    """Make a project."""
    return create(definition, folder)


def surveyed(where: ProjectFolder, export: Path, tmp_path: Path, sheet: Path | None = None) -> running.Course:
    """Return an intake that has read and judged its export; the mapping is kept beside."""
    from annotator.progress import Report

    course = running.begin(where, export, sheet, tmp_path / "kept")
    running.gather(course, Report(), 1)
    return course


def taken(course: running.Course, jobs: int = 1) -> Any:
    """Carry an intake out."""
    from annotator.progress import Report

    return running.carry_out(course, ("A", "B"), lambda: "2026-01-01T00:00:00+09:00", Report(), jobs)[0]
