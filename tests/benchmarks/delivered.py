"""A delivered tree of many CT images with their JSON and masks, and what reading its files takes with the plain calls of the libraries."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from annotator.dicom.header import images_of, read_header
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.delivery import Names, Sheet
from annotator.domain.region import Region
from annotator.formats import lung_json, mask_dicom
from annotator.workspace import projects
from tests.benchmarks.scenes import outline

TIME = "2026-11-26T10:00:00+09:00"
IN_A_SERIES = 50


def tree(folder: Path, sizes: dict[int, int]) -> Path:
    """Make a lung project whose tree holds so many CT images of each size (size → count), each with a lesion, its JSON and its mask."""
    project = projects.create("lung-cancer", folder)
    modality = next(one for one in project.project.modalities if one.code == "CCT")
    generator, patient = np.random.default_rng(7), 0
    for size, count in sizes.items():
        for first in range(0, count, IN_A_SERIES):
            patient += 1
            for number in range(1, min(IN_A_SERIES, count - first) + 1):
                names = Names(f"P{patient:06d}", "S001", f"{number:04d}", "malignant")
                path = folder / f"lung_cancer/chest-ct/malignant/{names.patient}/S001/dcm/cct_{names.patient}_S001_{names.image}.dcm"
                path.parent.mkdir(parents=True, exist_ok=True)
                _image(generator, size, patient, number, names.patient).save_as(path, enforce_file_format=True)
                image = images_of(read_header(path), path)[0]
                points = tuple(map(tuple, outline(size * 0.4 + number % 7, size * 0.5, size * 0.2, 60)))
                shape = Region(((points,),))
                drawn = (Annotation(1, image.key, "CCT1", FREE, shape),)
                sheet = Sheet(project.project, modality, image, names, drawn, in_tree=True, time=TIME, uid_root=project.salt)
                for form in (lung_json.FORMAT, mask_dicom.FORMAT):
                    for name, content in form.write(sheet).items():
                        to = folder / name
                        to.parent.mkdir(parents=True, exist_ok=True)
                        to.write_bytes(content)
    return folder


def plain(folder: Path, jobs: int) -> int:
    """Read every file of a tree with pydicom and json, the pixels too, in so many processes; returns how many there are."""
    files = sorted(path for path in (folder / "lung_cancer").rglob("*") if path.is_file())
    if jobs == 1:
        return _read([str(path) for path in files])
    chunks = [[str(path) for path in files[start : start + 200]] for start in range(0, len(files), 200)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        return sum(pool.map(_read, chunks))


def _read(files: list[str]) -> int:
    for path in files:
        if path.endswith(".json"):
            with open(path, encoding="utf-8") as stream:
                json.load(stream)
        else:
            _ = pydicom.dcmread(path).pixel_array
    return len(files)


def _image(generator: np.random.Generator, size: int, patient: int, number: int, name: str) -> Dataset:
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPClassUID, made.SOPInstanceUID = CTImageStorage, f"1.2.826.0.1.3680043.8.498.{patient}.{number}"
    made.StudyInstanceUID, made.SeriesInstanceUID = (f"1.2.826.0.1.3680043.8.498.{patient}.{end}" for end in ("0.1", "0.2"))
    made.FrameOfReferenceUID = f"1.2.826.0.1.3680043.8.498.{patient}.0.3"
    made.Modality, made.PatientID, made.PatientName, made.InstanceNumber = "CT", name, name, number
    made.PatientSex, made.PatientAge, made.Manufacturer, made.ManufacturerModelName = "F", "061Y", "Maker", "Machine"
    made.StudyDate, made.StudyTime, made.SliceThickness = "20260102", "101500", "5"
    made.ImagePositionPatient, made.ImageOrientationPatient = [0, 0, 5 * number], [1, 0, 0, 0, 1, 0]
    made.PixelSpacing, made.RescaleSlope, made.RescaleIntercept = [0.7, 0.7], "1", "-1024"
    made.Rows = made.Columns = size
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 12, 11, 0
    made.PixelData = generator.integers(0, 4096, (size, size), dtype=np.uint16).tobytes()
    made["PixelData"].VR = "OW"
    return made
