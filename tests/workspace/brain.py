"""A small brain MR, its true regions as label volumes of several kinds, and a dementia project."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from pydicom import dcmread
from pydicom.uid import generate_uid

from annotator.dicom.phantom.brain_mr import brain_mr
from annotator.workspace import projects
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate

NAMES = tuple(f"{side} {name}" for name in ("frontal", "temporal", "parietal", "occipital", "hippocampus") for side in "LR")
"""The phantom's regions in the order of the categories' ids, from 1."""
SLICES, SIZE = 20, 64


@cache
def _written(folder: Path) -> np.ndarray:
    truths = brain_mr(folder, slices=SLICES, size=SIZE)
    volume = np.zeros((len(truths), SIZE, SIZE), dtype=np.uint8)
    for plane, truth in zip(volume, truths, strict=True):
        for name, mask in truth.masks.items():
            plane[mask] = NAMES.index(name) + 1
    return volume


def small_brain(folder: Path) -> tuple[Path, np.ndarray]:
    """Write the MR and return its folder and the true category ids in the order of the files: (slices, rows, columns)."""
    return folder, _written(folder)


def label_series(images: Path, values: np.ndarray, folder: Path, *, codes: Sequence[int] = (), shift: float = 0.0, **changes: str) -> Path:
    """Write label DICOM beside an MR, the files named in shuffled order; ids in `codes` get a 1 behind, `shift` moves it in mm."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = sorted(images.glob("*.dcm"))
    series = generate_uid(entropy_srcs=[str(folder)])
    order = np.random.default_rng(3).permutation(len(paths))
    for number, place in enumerate(order):
        header = dcmread(paths[place])
        plane = values[place].astype(np.uint16)
        stored = plane * 10 + np.isin(plane, codes) if codes else plane
        header.SeriesInstanceUID, header.SOPInstanceUID = series, generate_uid(entropy_srcs=[str(folder), str(number)])
        header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID
        header.InstanceNumber, header.SeriesNumber, header.SeriesDescription = number + 1, 99, "labels"
        header.ImagePositionPatient = [header.ImagePositionPatient[0] + shift, *header.ImagePositionPatient[1:]]
        for keyword, value in changes.items():
            setattr(header, keyword, value)
        header.PixelData = stored.astype("<u2").tobytes()
        header.save_as(folder / f"L{number:03d}.dcm")
    return folder


def nifti(images: Path, values: np.ndarray, path: Path, *, flip: bool = False) -> Path:
    """Write the labels as NIfTI with other axes than the slices have, made by SimpleITK, which knows nothing of our code."""
    import SimpleITK

    names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(images))
    mr = SimpleITK.ReadImage(names)
    first = [Path(name).name for name in names] == sorted(path.name for path in images.glob("*.dcm"))
    volume = SimpleITK.GetImageFromArray(values if first else values[::-1])
    volume.CopyInformation(mr)
    if flip:
        volume = SimpleITK.GetImageFromArray((values if first else values[::-1])[::-1])
        volume.CopyInformation(mr)
    SimpleITK.WriteImage(SimpleITK.DICOMOrient(volume, "RAS"), str(path))
    return path


def dementia(folder: Path) -> projects.ProjectFolder:
    """Make a dementia project."""
    return projects.create("dementia", folder)


def opened(project: Path, images: Path) -> tuple[Session, Immediate]:
    """Open a session on a project and a folder; everything has happened when this returns."""
    tasks = Immediate()
    session = Session(projects.open_project(project), tasks, author="판독자", clock=lambda: "2026-03-04T05:06:07.000+09:00")
    session.open_folder([images])
    return session, tasks
