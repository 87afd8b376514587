"""Write one phantom image as a legal DICOM file, and say what is truly in it.

All identity is invented, all UIDs are digests (`2.25.…`, PS3.5 B.2), all dates are fixed: the same call writes the same bytes.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pydicom.valuerep import DSfloat

DATE, TIME = "20260105", "101500"


@dataclass(frozen=True, eq=False)
class Truth:
    """One written image and what is in it: name → exact mask (rows, columns), bool; `frame` counts from 1."""

    kind: str
    path: str
    uid: str
    frame: int = 1
    masks: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)


@dataclass(frozen=True)
class Patient:
    """An invented person."""

    name: str
    id: str
    sex: str
    age: str


@dataclass(frozen=True)
class Series:
    """One series of a phantom: all its UIDs are digests of `kind`, `seed` (any text) and the series' number."""

    kind: str
    seed: str
    patient: Patient
    modality: str
    number: int
    study: str
    description: str
    laterality: str | None = None

    @property
    def study_uid(self) -> str:
        """StudyInstanceUID."""
        return uid(self.kind, self.seed, "study")

    @property
    def series_uid(self) -> str:
        """SeriesInstanceUID."""
        return uid(self.kind, self.seed, "series", self.number)

    @property
    def frame_uid(self) -> str:
        """FrameOfReferenceUID, one for the whole study."""
        return uid(self.kind, self.seed, "frame of reference")

    def image_uid(self, number: int) -> str:
        """SOPInstanceUID of the image with this number."""
        return uid(self.kind, self.seed, "series", self.number, "image", number)


def uid(*parts: object) -> str:
    """Return the UID that belongs to these words: 2.25 and a UUID made of their SHA-256."""
    digest = hashlib.sha256("\0".join(str(part) for part in parts).encode()).digest()
    return f"2.25.{uuid.UUID(bytes=digest[:16], version=5).int}"


def decimal(value: float) -> DSfloat:
    """Return a number as DICOM decimal string of at most 16 characters (PS3.5 6.2)."""
    return DSfloat(float(value), auto_format=True)


def decimals(*values: float) -> list[DSfloat]:
    """Return several numbers as decimal strings."""
    return [decimal(value) for value in values]


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """Return the item of a code sequence (PS3.3 8.8)."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def header(series: Series, sop_class: UID, **more: Any) -> Dataset:
    """Return the patient, study, series, equipment and general image modules (PS3.3 C.7.1 to C.7.6.1), then the attributes `more`."""
    dataset = Dataset()
    values: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192", "ImageType": ["ORIGINAL", "PRIMARY"], "SOPClassUID": sop_class,
        "InstanceCreationDate": DATE, "InstanceCreationTime": TIME,
        "StudyDate": DATE, "SeriesDate": DATE, "AcquisitionDate": DATE, "ContentDate": DATE,
        "StudyTime": TIME, "SeriesTime": TIME, "AcquisitionTime": TIME, "ContentTime": TIME,
        "AccessionNumber": "", "Modality": series.modality, "Manufacturer": "Synthetic", "ManufacturerModelName": "Model 1",
        "InstitutionName": "가상병원", "DeviceSerialNumber": "0", "SoftwareVersions": "1", "ReferringPhysicianName": "",
        "StudyDescription": series.study, "SeriesDescription": series.description,
        "PatientName": series.patient.name, "PatientID": series.patient.id, "PatientBirthDate": "", "PatientSex": series.patient.sex,
        "PatientAge": series.patient.age, "PatientIdentityRemoved": "YES", "DeidentificationMethod": "Phantom, never a person",
        "StudyInstanceUID": series.study_uid, "SeriesInstanceUID": series.series_uid, "StudyID": "1", "SeriesNumber": series.number,
        "AcquisitionNumber": 1, "BurnedInAnnotation": "NO", "LossyImageCompression": "00",
    }  # fmt: skip
    if series.laterality is not None:
        values["Laterality"] = series.laterality
    for keyword, value in (values | more).items():
        setattr(dataset, keyword, value)
    return dataset


def plane(series: Series, orientation: tuple[float, ...], spacing: tuple[float, float], thickness: float) -> dict[str, Any]:
    """Return the frame of reference and image plane modules without the position (PS3.3 C.7.4.1, C.7.6.2); `spacing` is (row, column)."""
    return {
        "FrameOfReferenceUID": series.frame_uid, "PositionReferenceIndicator": "",
        "ImageOrientationPatient": decimals(*orientation), "PixelSpacing": decimals(*spacing), "SliceThickness": decimal(thickness),
    }  # fmt: skip


def store(
    dataset: Dataset, series: Series, number: int, stored: NDArray[Any], bits: int, path: Path, photometric: str = "MONOCHROME2"
) -> str:
    """Write the image `number` of a series to `path` (explicit VR little endian, native) and return its SOPInstanceUID.

    `stored` is (rows, columns), uint16 or int16, of which `bits` are used; `dataset` is changed and may be used for the next image.
    """
    dataset.SOPInstanceUID = series.image_uid(number)
    dataset.InstanceNumber = number
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, photometric
    dataset.Rows, dataset.Columns = stored.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, bits, bits - 1
    dataset.PixelRepresentation = int(stored.dtype.kind == "i")
    dataset.add_new(0x7FE00010, "OW", stored.astype(stored.dtype.newbyteorder("<"), copy=False).tobytes())
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = dataset.SOPClassUID, dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID, meta.ImplementationVersionName = UID(uid("phantom writer")), "PHANTOM_1"
    dataset.file_meta = meta
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return str(dataset.SOPInstanceUID)
