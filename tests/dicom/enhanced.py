"""Write enhanced multi-frame CT images: place, window and what a frame is like stand in functional groups, shared and per frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.pixels import compress
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from tests.dicom.written import dataset, saved

ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"


def item(**attributes: Any) -> Dataset:
    """Return a sequence item."""
    made = Dataset()
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


def one(**attributes: Any) -> Sequence:
    """Return a sequence of one item."""
    return Sequence([item(**attributes)])


def pixels(frames: int, side: int = 8, seed: int = 5) -> np.ndarray[Any, Any]:
    """Return the pixels of so many frames, each of its own."""
    return np.random.default_rng(seed).integers(0, 4000, (frames, side, side)).astype(np.uint16)


def enhanced_ct(path: Path, frames: int = 4, *, left_out: tuple[int, ...] = (), thickness: float = 5.0, rle: bool = False, seed: int = 5,
                **attributes: Any) -> Path:  # fmt: skip
    """Write a file of so many axial slices, first the highest; `left_out` are places without a slice."""
    path.parent.mkdir(parents=True, exist_ok=True)
    places = [place for place in range(frames) if place not in left_out]
    made = dataset(pixels(len(places), seed=seed), **{
        "SOPClassUID": ENHANCED_CT, "SOPInstanceUID": "1.2.8.1", "StudyInstanceUID": "1.2.8", "SeriesInstanceUID": "1.2.8.9",
        "ImageType": ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"], "PatientID": "00123", "PatientName": "Kim^Minsu", "StudyDate": "20230105",
        "NumberOfFrames": len(places), "BurnedInAnnotation": "NO", "SeriesDescription": "CHEST LUNG", **attributes,
    })  # fmt: skip
    made.SharedFunctionalGroupsSequence = one(
        PixelMeasuresSequence=one(PixelSpacing=[0.5, 0.75], SliceThickness=thickness),
        PlaneOrientationSequence=one(ImageOrientationPatient=[1, 0, 0, 0, 1, 0]),
        PixelValueTransformationSequence=one(RescaleIntercept=-1024, RescaleSlope=1, RescaleType="HU"),
        CTExposureSequence=one(ExposureTimeInms=500.4, XRayTubeCurrentInmA=120.6, ExposureInmAs=60.3),
    )
    made.PerFrameFunctionalGroupsSequence = Sequence([
        item(
            PlanePositionSequence=one(ImagePositionPatient=[0, 0, -place * 5.0]),
            FrameContentSequence=one(FrameAcquisitionNumber=place + 1, FrameAcquisitionDateTime=f"20230105{101500 + place}.5"),
            FrameVOILUTSequence=one(WindowCenter=40 + place, WindowWidth=400),
            CTImageFrameTypeSequence=one(FrameType=["ORIGINAL", "PRIMARY", "AXIAL", "NONE"]),
        )
        for place in places
    ])  # fmt: skip
    made = made if not rle else _packed(made)
    return saved(made, path, RLELossless if rle else ExplicitVRLittleEndian)


def _packed(made: Dataset) -> Dataset:
    from pydicom.dataset import FileMetaDataset

    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    compress(made, RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    return made
